/* All keys of the configuration file but those inside one list. */
#include "conf/reader/conf_reader.h"
#include "conf/reader/conf_value.h"

#include <stdlib.h>

#define AT(field) offsetof(struct conf, field)
#define NETWORK   "a network such as \"192.0.2.0/24\", without bits right of the prefix"
#define SENDER                                                                                     \
	"a sender without * such as \"user@example.org\", \"@example.org\" for a domain, "         \
	"\"@.example.org\" for the domains below it, \"list:news.example.org\" or "                \
	"\"dkim:example.org\""
#define AUTHSERV "the name that Authentication-Results begin with, such as \"mx.example.org\""
#define ADDRESS  "an address such as \"submit.CODE@spam.spamcop.net\""
#define FOLDER   "a folder name in UTF-8, without control characters or empty parts"
#define PATH     "a path that begins with / or ~/"
#define ABSOLUTE "a path that begins with /"

static bool
add_network(const char *text, struct network **networks, size_t *n)
{
	struct network network;

	if (!conf_value_network(text, &network))
		return false;
	*networks = reallocarray(*networks, *n + 1, sizeof network);
	if (*networks == NULL)
		abort();
	(*networks)[(*n)++] = network;
	return true;
}

static bool
take_trusted(const char *text, void *to)
{
	struct conf *conf = to;

	return add_network(text, &conf->trusted, &conf->n_trusted);
}

static bool
take_allowed(const char *text, void *to)
{
	struct conf *conf = to;

	return add_network(text, &conf->allow.networks, &conf->allow.n_networks);
}

static bool
take_server(const char *text, void *to)
{
	struct conf *conf = to;
	struct dns_server server;

	if (!conf_value_server(text, &server))
		return false;
	conf->dns.servers = reallocarray(conf->dns.servers, conf->dns.n_servers + 1, sizeof server);
	if (conf->dns.servers == NULL)
		abort();
	conf->dns.servers[conf->dns.n_servers++] = server;
	return true;
}

static const struct key dns_keys[] = {
	{.name = "servers", .kind = KEY_TEXTS, .take = take_server, .expected = VALUE_SERVER},
	{.name = "timeout", .kind = KEY_SECONDS, AT(dns.timeout), 0.05, 30},
	{.name = "tries", .kind = KEY_WHOLE, AT(dns.tries), 1, 10},
	{.name = "deadline",
	 .kind = KEY_SECONDS,
	 AT(dns.deadline),
	 VALUE_DEADLINE_MIN,
	 VALUE_DEADLINE_MAX},
	{.name = NULL},
};

static const struct key allow_keys[] = {
	{.name = "senders",
	 .kind = KEY_TEXTS,
	 AT(allow.senders),
	 .take = conf_value_senders,
	 .expected = SENDER},
	{.name = "authenticated", .kind = KEY_BOOL, AT(allow.authenticated)},
	{.name = "authserv_id",
	 .kind = KEY_TEXT,
	 AT(allow.authserv_id),
	 .take = conf_value_authserv,
	 .expected = AUTHSERV},
	{.name = "networks", .kind = KEY_TEXTS, .take = take_allowed, .expected = NETWORK},
	{.name = "zones", .kind = KEY_READ, .read = conf_lists_read_allow},
	{.name = "file",
	 .kind = KEY_TEXT,
	 AT(allow.file),
	 .take = conf_value_path,
	 .expected = PATH},
	{.name = NULL},
};

static const struct key deliver_keys[] = {
	{.name = "mailbox",
	 .kind = KEY_TEXT,
	 AT(deliver.mailbox),
	 .take = conf_value_mailbox,
	 .expected = VALUE_MAILBOX},
	{.name = "junk",
	 .kind = KEY_TEXT,
	 AT(deliver.junk),
	 .take = conf_value_folder,
	 .expected = FOLDER},
	{.name = "separator",
	 .kind = KEY_TEXT,
	 AT(deliver.separator),
	 .take = conf_value_separator,
	 .expected = "one of \".\", \"/\", \"^\" and \"|\""},
	{.name = "delimiter",
	 .kind = KEY_TEXT,
	 AT(deliver.delimiter),
	 .take = conf_value_delimiter,
	 .expected = "one character such as \"+\" or \"-\", or \"\" for none"},
	{.name = "detail", .kind = KEY_BOOL, AT(deliver.detail)},
	{.name = "time_limit", .kind = KEY_SECONDS, AT(deliver.time_limit), 1, 3600},
	{.name = NULL},
};

static const struct key sieve_keys[] = {
	{.name = "before",
	 .kind = KEY_TEXTS,
	 AT(sieve.before),
	 .take = conf_value_absolutes,
	 .expected = ABSOLUTE},
	{.name = "script",
	 .kind = KEY_TEXT,
	 AT(sieve.script),
	 .take = conf_value_path,
	 .expected = PATH},
	{.name = "after",
	 .kind = KEY_TEXTS,
	 AT(sieve.after),
	 .take = conf_value_absolutes,
	 .expected = ABSOLUTE},
	{.name = "personal",
	 .kind = KEY_TEXT,
	 AT(sieve.personal),
	 .take = conf_value_path,
	 .expected = PATH},
	{.name = "global",
	 .kind = KEY_TEXT,
	 AT(sieve.global),
	 .take = conf_value_absolute,
	 .expected = ABSOLUTE},
	{.name = "time_limit", .kind = KEY_SECONDS, AT(sieve.time_limit), 0.1, 30},
	{.name = "redirect", .kind = KEY_BOOL, AT(sieve.redirect)},
	{.name = "vacation", .kind = KEY_BOOL, AT(sieve.vacation)},
	{.name = "notify", .kind = KEY_BOOL, AT(sieve.notify)},
	{.name = "vacation_limit", .kind = KEY_WHOLE, AT(sieve.vacation_limit), 1, 10000},
	{.name = "sendmail",
	 .kind = KEY_TEXT,
	 AT(sieve.sendmail),
	 .take = conf_value_absolute,
	 .expected = ABSOLUTE},
	{.name = NULL},
};

static const struct key report_keys[] = {
	{.name = "address",
	 .kind = KEY_TEXT,
	 AT(report.address),
	 .take = conf_value_address,
	 .expected = ADDRESS},
	{.name = NULL},
};

static const struct key log_keys[] = {
	{.name = "facility",
	 .kind = KEY_TEXT,
	 AT(log.facility),
	 .take = conf_value_facility,
	 .expected = "\"mail\", \"user\", \"daemon\" or \"local0\" to \"local7\""},
	{.name = "level",
	 .kind = KEY_TEXT,
	 AT(log.level),
	 .take = conf_value_level,
	 .expected = "\"err\", \"warning\", \"notice\", \"info\" or \"debug\""},
	{.name = NULL},
};

const struct key conf_keys[] = {
	{.name = "trusted_networks", .kind = KEY_TEXTS, .take = take_trusted, .expected = NETWORK},
	{.name = "lists", .kind = KEY_READ, .read = conf_lists_read},
	{.name = "threshold", .kind = KEY_WHOLE, AT(threshold), 1, 100},
	{.name = "dns", .kind = KEY_GROUP, .keys = dns_keys},
	{.name = "allow", .kind = KEY_GROUP, .keys = allow_keys},
	{.name = "deliver", .kind = KEY_GROUP, .keys = deliver_keys},
	{.name = "sieve", .kind = KEY_GROUP, .keys = sieve_keys},
	{.name = "report", .kind = KEY_GROUP, .keys = report_keys},
	{.name = "log", .kind = KEY_GROUP, .keys = log_keys},
	{.name = NULL},
};
