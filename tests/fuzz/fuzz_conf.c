/* Any bytes as a configuration file, and as each value of the command line. */
#include "conf/reader/conf.h"
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * libconfig's own: what it has read of a string that does not end (1.5, also
 * before it was linked in). LeakSanitizer asks for it by this name.
 */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:strbuf_append\nleak:libconfig.so\n";
}

static void
check(bool truth)
{
	if (!truth)
		abort();
}

/* What every reader relies on, whether the file is broken or not. */
static void
check_conf(const struct conf *conf)
{
	check(conf->threshold >= 1 && conf->threshold <= 100 && conf->n_lists <= CONF_LISTS_MAX);
	check(conf->dns.deadline >= 0.1 && conf->dns.deadline <= 60 && conf->dns.tries >= 1 &&
	      conf->dns.timeout > 0);
	check(conf->deliver.junk != NULL && conf->sieve.script != NULL && conf->allow.file != NULL);
	check((conf->deliver.mailbox.kind == MAILBOX_NONE) == (conf->deliver.mailbox.path == NULL));
	for (size_t i = 0; i < conf->n_lists; i++) {
		const struct list *list = &conf->lists[i];

		check(list->name != NULL && (list->zone == NULL) != (list->file == NULL));
		check(list->n_answers >= 1 && list->n_answers <= CONF_ANSWERS_MAX &&
		      !conf_answer_matches(&list->answers[0], 0x0a000001));
		check(i == 0 || conf->lists[i - 1].allow <= list->allow);
	}
}

static void
check_values(const char *text)
{
	struct conf conf;
	struct answer answer;
	struct err err;

	conf_init(&conf);
	(void)conf_parse_answer(text, &answer, &err);
	(void)conf_set_nameserver(&conf, text, &err);
	(void)conf_set_deadline(&conf, text, &err);
	(void)conf_set_mailbox(&conf.deliver.mailbox, text, &err);
	check_conf(&conf);
	conf_free(&conf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("conf", MFD_CLOEXEC);
	char file[64], *text = strndup((const char *)data, size);
	struct conf conf;
	struct err err = {""};

	check(fd >= 0 && text != NULL && write(fd, data, size) == (ssize_t)size);
	(void)snprintf(file, sizeof file, "/proc/self/fd/%d", fd);
	conf_init(&conf);
	check((conf_read(&conf, file, &err) == 0) == (err.why[0] == '\0'));
	check_conf(&conf);
	conf_free(&conf);
	check_values(text);
	free(text);
	close(fd);
	return 0;
}
