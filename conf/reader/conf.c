#include "conf/reader/conf.h"

#include "conf/reader/conf_reader.h"
#include "conf/reader/conf_text.h"
#include "conf/reader/conf_value.h"

#include <errno.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

static char *
text_of(const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		abort();
	return copy;
}

void
conf_init(struct conf *conf)
{
	*conf = (struct conf){.threshold = 5};
	conf_lists_default(conf);
	conf->dns.timeout = 1.0;
	conf->dns.tries = 2;
	conf->dns.deadline = 5.0;
	conf->allow.file = text_of("~/.spamcop-allow");
	conf->deliver.junk = text_of("Junk");
	conf->deliver.separator = '.';
	conf->deliver.delimiter = '+';
	conf->deliver.time_limit = 120.0;
	conf->sieve.script = text_of("~/.spamcop.sieve");
	conf->sieve.personal = text_of("~/sieve");
	conf->sieve.time_limit = 2.0;
	conf->sieve.vacation_limit = 50;
	conf->sieve.sendmail = text_of("/usr/sbin/sendmail");
	conf->log.facility = LOG_MAIL;
	conf->log.level = LOG_INFO;
}

void
conf_free(struct conf *conf)
{
	free(conf->trusted);
	conf_lists_free(conf->lists, conf->n_lists);
	free(conf->dns.servers);
	conf_value_strings_free(&conf->allow.senders);
	free(conf->allow.networks);
	free(conf->allow.file);
	free(conf->allow.authserv_id);
	free(conf->deliver.mailbox.path);
	free(conf->deliver.junk);
	conf_value_strings_free(&conf->sieve.before);
	conf_value_strings_free(&conf->sieve.after);
	free(conf->sieve.script);
	free(conf->sieve.personal);
	free(conf->sieve.global);
	free(conf->sieve.sendmail);
	free(conf->report.address);
	conf_value_strings_free(&conf->unknown);
	conf_value_strings_free(&conf->wrong);
	*conf = (struct conf){.file = NULL};
}

/*
 * The lists of the file stand in for the default ones; those for allow.zones
 * stand behind them wherever the file has them.
 */
static void
order_lists(struct conf *conf)
{
	struct list *ordered;
	size_t n = 0;

	if (conf->n_lists == 0)
		return;
	ordered = calloc(conf->n_lists, sizeof *ordered);
	if (ordered == NULL)
		abort();
	for (int allow = 0; allow <= 1; allow++)
		for (size_t i = 0; i < conf->n_lists; i++)
			if (conf->lists[i].allow == (allow == 1))
				ordered[n++] = conf->lists[i];
	free(conf->lists);
	conf->lists = ordered;
}

static int
check_junk(struct reader *reader, const config_t *config)
{
	const struct conf *conf = reader->conf;
	const config_setting_t *junk = config_lookup(config, "deliver.junk");

	if (junk != NULL && conf->deliver.separator != '/' &&
	    strchr(conf->deliver.junk, '/') != NULL)
		return conf_reader_wrong(reader, junk, NULL,
					 "a folder name without / (deliver.separator is another)");
	return 0;
}

/* Proof is of somebody's word, so it has to be said whose. */
static int
check_authserv(struct reader *reader, const config_t *config)
{
	const struct conf *conf = reader->conf;
	const char *key = conf->allow.authenticated ? "allow.authenticated" : NULL;

	for (size_t i = 0; i < conf->allow.senders.n && key == NULL; i++)
		if (strncmp(conf->allow.senders.string[i], "dkim:", 5) == 0)
			key = "allow.senders";
	if (key == NULL || conf->allow.authserv_id != NULL)
		return 0;
	return conf_reader_wrong(
		reader, config_lookup(config, key), "there is no allow.authserv_id to believe",
		"allow.authserv_id = \"mx.example.org\", the name that your server "
		"begins its Authentication-Results with,");
}

static int
take_all(struct reader *reader, const config_t *config)
{
	const config_setting_t *root = config_root_setting(config);
	struct conf *conf = reader->conf;

	if (config_lookup(config, "lists") != NULL) {
		conf_lists_free(conf->lists, conf->n_lists);
		conf->lists = NULL;
		conf->n_lists = 0;
	}
	conf->trusted_set = config_lookup(config, "trusted_networks") != NULL;
	int failed = conf_reader_group(reader, root, conf_keys, conf);
	if (check_junk(reader, config) != 0) {
		conf_reader_remember(reader);
		failed = -1;
	}
	if (check_authserv(reader, config) != 0) {
		conf_reader_remember(reader);
		failed = -1;
	}
	if (failed != 0)
		return -1;
	order_lists(conf);
	return 0;
}

static const struct key *
find_key(const struct key *keys, const char *name)
{
	while (keys->name != NULL && strcmp(keys->name, name) != 0)
		keys++;
	return keys;
}

/*
 * What a broken configuration may still say: where the mail goes. The reader's
 * error is of no interest any more.
 */
static void
recover(struct conf *conf, const config_t *config)
{
	static const char *const wanted[] = {"mailbox", "junk", "separator"};
	const struct key *deliver = find_key(conf_keys, "deliver");
	const config_setting_t *group = config_lookup(config, "deliver");
	struct err unused;
	struct reader reader = {conf, &unused, "", NULL};

	if (group == NULL || !config_setting_is_group(group))
		return;
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		const config_setting_t *setting = config_setting_get_member(group, wanted[i]);

		if (setting != NULL)
			(void)conf_reader_setting(&reader, setting,
						  find_key(deliver->keys, wanted[i]), conf);
	}
	if (conf->deliver.separator != '/' && strchr(conf->deliver.junk, '/') != NULL) {
		free(conf->deliver.junk);
		conf->deliver.junk = text_of("Junk");
	}
}

static int
read_config(struct conf *conf, const char *file, const char *text, struct err *err)
{
	struct strings wrong = {.n = 0}, unknown;
	struct reader reader = {conf, err, file, &wrong};
	config_t config;
	int failed;

	config_init(&config);
	if (config_read_string(&config, text) != CONFIG_TRUE) {
		failed = err_set(err,
				 "%s:%d: %s; KEY = VALUE; is expected, { } around groups, ( ) and "
				 "[ ] around lists without a last comma",
				 file, config_error_line(&config), config_error_text(&config));
	} else {
		failed = take_all(&reader, &config);
	}
	if (failed != 0) {
		if (wrong.n > 0)
			(void)err_set(err, "%s", wrong.string[0]);
		unknown = conf->unknown;
		conf->unknown = (struct strings){.n = 0};
		conf_free(conf);
		conf_init(conf);
		conf->unknown = unknown;
		conf->wrong = wrong;
		recover(conf, &config);
	}
	conf->file = file;
	config_destroy(&config);
	return failed;
}

int
conf_read(struct conf *conf, const char *file, struct err *err)
{
	char *text = conf_text_read(file, &conf->anybody, err);
	int line, failed;

	conf->file = file;
	if (text == NULL)
		return -1;
	conf_text_prepare(text);
	line = conf_text_include(text);
	if (line != 0) {
		failed = err_set(
			err,
			"%s:%d: @include: it is not allowed; one file with all keys is expected",
			file, line);
	} else {
		failed = read_config(conf, file, text, err);
	}
	free(text);
	return failed;
}

int
conf_read_default(struct conf *conf, struct err *err)
{
	if (access(CONF_DEFAULT_FILE, F_OK) != 0 && errno == ENOENT)
		return 0;
	return conf_read(conf, CONF_DEFAULT_FILE, err);
}

int
conf_set_nameserver(struct conf *conf, const char *host_port, struct err *err)
{
	struct dns_server server;

	if (!conf_value_server(host_port, &server))
		return err_set(err, "\"%.80s\" is no name server; %s is expected", host_port,
			       VALUE_SERVER);
	free(conf->dns.servers);
	conf->dns.servers = malloc(sizeof server);
	if (conf->dns.servers == NULL)
		abort();
	conf->dns.servers[0] = server;
	conf->dns.n_servers = 1;
	return 0;
}

int
conf_set_deadline(struct conf *conf, const char *seconds, struct err *err)
{
	size_t digits = strspn(seconds, "0123456789.");
	char *end;
	double value = strtod(seconds, &end);

	if (digits == 0 || digits > 16 || seconds[digits] != '\0' || *end != '\0' ||
	    !(value >= VALUE_DEADLINE_MIN && value <= VALUE_DEADLINE_MAX))
		return err_set(
			err,
			"\"%.80s\" is no deadline; a number of seconds from %g to %g is expected",
			seconds, VALUE_DEADLINE_MIN, VALUE_DEADLINE_MAX);
	conf->dns.deadline = value;
	return 0;
}

int
conf_set_mailbox(struct mailbox *mailbox, const char *url, struct err *err)
{
	if (!conf_value_mailbox(url, mailbox))
		return err_set(err, "\"%.80s\" is no mailbox; %s is expected", url, VALUE_MAILBOX);
	return 0;
}
