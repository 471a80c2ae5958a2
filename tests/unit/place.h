/*
 * place.h - a delivery into a temporary home with a Maildir, for unit tests of
 * the filter's side of Sieve.
 */
#ifndef PLACE_H
#define PLACE_H

#include "filter/rules/sieve.h"
#include "unit.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A delivery into a temporary home with a Maildir. */
struct place {
	char home[64], script[128], program[4096];
	struct user user; /* of that home */
	struct conf conf;
	struct delivery delivery;
	struct envelope envelope;
	struct verdict verdict;
	struct lookups lookups;
	struct sieve_run run;
	struct questions questions;
	char *before[1];
};

static inline void
put_file(const char *folder, const char *name, struct span text, mode_t mode)
{
	char path[512];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static inline void
make_folder(const char *home, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof path, "%s/%s", home, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static inline int
open_below(const char *home, const char *name, int flags)
{
	char path[256];

	(void)snprintf(path, sizeof path, "%s/%s", home, name);
	return open(path, flags | O_CLOEXEC);
}

static inline void
place_open(struct place *place)
{
	const char *top = getenv("top_builddir");

	memset(place, 0, sizeof *place);
	conf_init(&place->conf);
	(void)snprintf(place->home, sizeof place->home, "/tmp/test_sieve.XXXXXX");
	assert_non_null(mkdtemp(place->home));
	(void)snprintf(place->program, sizeof place->program, "%s/tests/e2e/tools/fake_child",
		       top == NULL ? "." : top);
	(void)snprintf(place->script, sizeof place->script, "%s/site", place->home);
	make_folder(place->home, "Maildir");
	make_folder(place->home, "Maildir/.Lists");
	make_folder(place->home, "sieve");
	put_file(place->home, "message", SPAN("Subject: =?koi8-r?q?x?=\n\ncharset=shift_jis\n"),
		 0600);
	place->before[0] = place->script;
	place->envelope = (struct envelope){.sender = "", .recipient = "me@example.org"};
	(void)snprintf(place->user.home, sizeof place->user.home, "%s", place->home);
	place->delivery = (struct delivery){.conf = &place->conf,
					    .envelope = &place->envelope,
					    .user = &place->user,
					    .spool = -1,
					    .maildir = {.fd = -1, .spool = -1}};
	place->delivery.spool = open_below(place->home, "message", O_RDWR);
	place->delivery.maildir.fd = open_below(place->home, "Maildir", O_RDONLY | O_DIRECTORY);
	place->verdict = (struct verdict){.kind = VERDICT_CLEAN, .scored = true};
	place->run = (struct sieve_run){.program = place->program,
					.conf = &place->conf,
					.delivery = &place->delivery,
					.verdict = &place->verdict,
					.lookups = &place->lookups,
					.script = place->script};
	place->conf.sieve.time_limit = 10;
}

static inline int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

static inline void
place_close(struct place *place)
{
	close(place->delivery.spool);
	if (place->delivery.maildir.fd >= 0)
		close(place->delivery.maildir.fd);
	(void)nftw(place->home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	conf_free(&place->conf);
}

static inline void
place_script(struct place *place, const char *text)
{
	put_file(place->home, "site", span_of(text), 0600);
}

#endif
