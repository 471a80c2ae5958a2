/*
 * deliver.h for a Maildir: what is stored where, byte for byte, and what is
 * left behind.
 */
#include "filter/base/copy.h"
#include "filter/store/deliver.h"
#include "filter/store/quota.h"
#include "filter/verdict/tag.h"
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "delivered.h"

#define ADD(name, value, where)                                                                    \
	ACTION(ACTION_ADDHEADER, SPAN("addheader"), SPAN(name), SPAN(value), SPAN(where))
#define DELETE(name, index)                                                                        \
	ACTION(ACTION_DELETEHEADER, SPAN("deleteheader"), SPAN(name), SPAN(index))

static void
test_trace(void **state)
{
	static const struct {
		const char *sender, *recipient, *message, *want;
	} cases[] = {
		{"a@b.example", "joe@here", "",
		 "Return-Path: <a@b.example>\nDelivered-To: joe@here\n" FIELDS MESSAGE},
		{"", "joe@here", "", "Return-Path: <>\nDelivered-To: joe@here\n" FIELDS MESSAGE},
		{NULL, NULL, "", FIELDS MESSAGE},
		{NULL, "", "", FIELDS MESSAGE},
		{"a\nb", "x\ry", "", FIELDS MESSAGE},
		{"a", "j", "return-path: <x>\nDelivered-To: j\nReceived: y\n\n",
		 FIELDS "return-path: <x>\nDelivered-To: j\nReceived: y\n\n"},
		{"a", "j", "Return-Path: <x>\nReceived: y\n\n",
		 "Delivered-To: j\n" FIELDS "Return-Path: <x>\nReceived: y\n\n"},
		{"a", "j", "Received: y\nReturn-Path: <x>\nDelivered-To: j\n\n",
		 "Return-Path: <a>\nDelivered-To: j\n" FIELDS
		 "Received: y\nReturn-Path: <x>\nDelivered-To: j\n\n"},
		{"a", "j", "Subject: y\r\n\r\n",
		 "Return-Path: <a>\r\nDelivered-To: j\r\n" FIELDS "Subject: y\r\n\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct run run = {.sender = cases[i].sender,
				  .recipient = cases[i].recipient,
				  .message = span_of(cases[i].message),
				  .action = {KEEP}};

		(void)fresh(NULL);
		assert_int_equal(deliver(&run), 0);
		assert_one("Maildir/new", cases[i].want);
		assert_string_equal(run.done, "keep:INBOX");
	}
}

static void
test_junk(void **state)
{
	struct run run = {.implicit = "Junk", .action = {IMPLICIT}};
	struct stat st;

	(void)state;
	assert_int_equal(deliver(&run), 0);
	assert_one("Maildir/.Junk/new", FIELDS MESSAGE);
	assert_string_equal(run.done, "implicit:.Junk");
	assert_file("Maildir/.Junk/maildirfolder", "");
	assert_file("Maildir/subscriptions", "V\t2\n\nJunk\n");
	assert_int_equal(stat("Maildir/.Junk", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(deliver(&run), 0);
	struct run other = {.action = {FILEINTO("Lists.S\xc3\xa4ge")}};
	assert_int_equal(deliver(&other), 0);
	assert_file("Maildir/subscriptions", "V\t2\n\nJunk\nLists\tS&AOQ-ge\n");
	/* as a run leaves it that died before it was done: once is enough */
	assert_int_equal(unlink("Maildir/.Junk/maildirfolder"), 0);
	assert_int_equal(deliver(&run), 0);
	assert_file("Maildir/subscriptions", "V\t2\n\nJunk\nLists\tS&AOQ-ge\n");
}

/* The host's name ends that of a file, without what has a meaning there. */
static void
test_name(void **state)
{
	struct run run = {.action = {KEEP}};
	char name[512];

	(void)state;
	assert_int_equal(deliver(&run), 0);
	assert_int_equal(count("Maildir/new", name), 1);
	assert_string_equal(strrchr(name, '.'), "." HOST_WRITTEN);
}

/*
 * Two folders in front of all edits share one file; and where the edited one
 * cannot be handed on for want of a descriptor, the delivery has failed.
 */
static void
test_edited_files(void **state)
{
	struct run run = {.action = {FILEINTO("a"), FILEINTO("b"), ADD("Z", "9", "last"), KEEP}};
	struct stat a, b;
	char name[512];

	(void)state;
	assert_int_equal(deliver(&run), 0);
	assert_int_equal(count("Maildir/.a/new", name), 1);
	assert_int_equal(stat(name, &a), 0);
	assert_int_equal(count("Maildir/.b/new", name), 1);
	assert_int_equal(stat(name, &b), 0);
	assert_true(a.st_ino == b.st_ino && a.st_nlink == 2);
	struct run agent = {.agent = "/bin/true", .action = {ADD("Z", "9", "last"), KEEP}};
	assert_int_equal(deliver(&agent), 0);
	agent.no_descriptors = true;
	assert_int_equal(deliver(&agent), -1);
}

static void
test_places(void **state)
{
	static const struct {
		const char *implicit;
		struct action action[3];
		const char *path, *done;
	} cases[] = {
		{NULL, {IMPLICIT}, "Maildir/new", "implicit:INBOX"},
		{"work", {IMPLICIT}, "Maildir/.work/new", "implicit:.work"},
		{"Junk", {KEEP}, "Maildir/new", "keep:INBOX"},
		{NULL,
		 {ACTION(ACTION_REJECT, SPAN("reject"), SPAN("no"))},
		 "Maildir/.Junk/new",
		 "reject:.Junk"},
		{NULL, {FILEINTO("../x")}, "Maildir/new", "fileinto:INBOX"},
		{NULL, {FILEINTO("/etc/x"), KEEP}, "Maildir/new", "fileinto:INBOX"},
		{NULL, {FILEINTO("a\nb")}, "Maildir/new", "fileinto:INBOX"},
		{NULL,
		 {FILEINTO("Junk"), FILEINTO("INBOX.Junk")},
		 "Maildir/.Junk/new",
		 "fileinto:.Junk"},
		{"Junk",
		 {ACTION(ACTION_VACATION, SPAN("vacation"))},
		 "Maildir/.Junk/new",
		 "implicit:.Junk"},
		{"Junk", {{.column = {{NULL, 0}}}}, "Maildir/.Junk/new", "implicit:.Junk"},
		{NULL,
		 {ACTION(ACTION_DISCARD, SPAN("discard")), KEEP},
		 "Maildir/new",
		 "keep:INBOX"},
		{NULL,
		 {ACTION(ACTION_KEEP, SPAN("keep"), SPAN("\\Seen $x \\flagged \\Seen"))},
		 "Maildir/cur",
		 "keep:INBOX"},
		{NULL,
		 {ACTION(ACTION_FILEINTO, SPAN("fileinto"), SPAN("a"),
			 SPAN("\\Deleted \\Answered \\Draft"))},
		 "Maildir/.a/cur",
		 "fileinto:.a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct run run = {.implicit = cases[i].implicit};

		(void)fresh(NULL);
		memcpy(run.action, cases[i].action, sizeof cases[i].action);
		assert_int_equal(deliver(&run), 0);
		assert_string_equal(run.done, cases[i].done);
		assert_one(cases[i].path, FIELDS MESSAGE);
	}
}

static void
test_flags(void **state)
{
	struct run run = {.action = {ACTION(ACTION_KEEP, SPAN("keep"), SPAN("\\Seen")),
				     ACTION(ACTION_FILEINTO, SPAN("fileinto"), SPAN("INBOX"),
					    SPAN("\\Flagged"))}};
	char name[512];

	(void)state;
	assert_int_equal(deliver(&run), 0);
	assert_int_equal(count("Maildir/cur", name), 1);
	assert_string_equal(strstr(name, ":2,"), ":2,FS");
}

static void
test_links(void **state)
{
	struct run run = {.action = {FILEINTO("a"), FILEINTO("b"), KEEP}};
	char name[512];
	struct stat st;

	(void)state;
	assert_int_equal(deliver(&run), 0);
	assert_string_equal(run.done, "keep:INBOX,fileinto:.a,fileinto:.b");
	assert_int_equal(count("Maildir/.a/new", name), 1);
	assert_int_equal(stat(name, &st), 0);
	assert_int_equal(st.st_nlink, 3);
	assert_int_equal(count("Maildir/.b/new", name), 1);
	assert_one("Maildir/new", FIELDS MESSAGE);
}

static void
test_edits(void **state)
{
	struct run run = {.message = SPAN("A: 1\nB: 1\n\tfolded\nA: 2\n\nbody"),
			  .action = {FILEINTO("plain"), ADD("A", "0", "first"),
				     ADD("Z", "9", "last"), FILEINTO("added"), DELETE("a", "2"),
				     DELETE("B", "1"), DELETE("A", "7"), KEEP}};

	(void)state;
	assert_int_equal(deliver(&run), 0);
	assert_one("Maildir/.plain/new", FIELDS "A: 1\nB: 1\n\tfolded\nA: 2\n\nbody");
	assert_one("Maildir/.added/new",
		   "A: 0\n" FIELDS "A: 1\nB: 1\n\tfolded\nA: 2\nZ: 9\n\nbody");
	assert_one("Maildir/new", "A: 0\n" FIELDS "A: 2\nZ: 9\n\nbody");
	struct run cut = {.message = SPAN("A: cut"),
			  .action = {ADD("Z", "9", "last"), FILEINTO("cut")}};
	assert_int_equal(deliver(&cut), 0);
	assert_one("Maildir/.cut/new", FIELDS "A: cut\nZ: 9\n");
}

static void
touch(const char *name, time_t age)
{
	struct timespec times[2] = {{.tv_sec = time(NULL) - age}, {.tv_sec = time(NULL) - age}};
	int fd = open(name, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static void
test_left_behind(void **state)
{
	struct run discard = {.action = {ACTION(ACTION_DISCARD, SPAN("discard"))}},
		   keep = {.action = {KEEP}};
	char name[512];

	(void)state;
	assert_int_equal(deliver(&discard), 0);
	assert_string_equal(discard.done, "discard");
	assert_int_equal(count("Maildir/tmp", name), 0);
	assert_int_equal(count("Maildir/new", name), 0);
	touch("Maildir/tmp/old", 37 * 3600);
	touch("Maildir/tmp/young", 35 * 3600);
	assert_int_equal(deliver(&keep), 0);
	assert_int_equal(count("Maildir/tmp", name), 1);
	assert_string_equal(name, "Maildir/tmp/young");
}

static void
test_unusable(void **state)
{
	struct run junk = {.implicit = "Junk", .action = {IMPLICIT}},
		   both = {.action = {FILEINTO("Junk"), KEEP}}, new = {.action = {KEEP}};
	char name[512];

	(void)state;
	assert_int_equal(mkdir("Maildir", 0700), 0);
	touch("Maildir/.Junk", 0);
	assert_int_equal(deliver(&junk), 0);
	assert_string_equal(junk.done, "implicit:INBOX");
	assert_one("Maildir/new", FIELDS MESSAGE);
	assert_int_equal(deliver(&both), 0);
	assert_string_equal(both.done, "keep:INBOX");
	assert_int_equal(count("Maildir/new", name), 2);
	assert_int_equal(unlink("Maildir/.Junk"), 0);
	assert_int_equal(mkdir("Maildir/.Junk", 0), 0);
	assert_int_equal(deliver(&junk), 0);
	assert_int_equal(count("Maildir/new", name), 3);
	assert_int_equal(chmod("Maildir/new", 0500), 0);
	assert_int_equal(deliver(&new), -1);
	assert_int_equal(count("Maildir/tmp", name), 0);
	assert_int_equal(chmod("Maildir/new", 0700), 0);
	assert_int_equal(chmod("Maildir/.Junk", 0500), 0);
	assert_int_equal(deliver(&junk), 0);
	assert_int_equal(count("Maildir/new", name), 4);
}

static void
write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(copy_write_all(fd, span_of(text)), 0);
	close(fd);
}

static void
test_quota(void **state)
{
	struct run keep = {.action = {KEEP}}, two = {.action = {KEEP, FILEINTO("a")}},
		   trash = {.action = {FILEINTO("Trash")}};
	char name[512];

	(void)state;
	assert_int_equal(mkdir("Maildir", 0700), 0);
	write_file("Maildir/maildirsize", "1000S,3C\n500 1\n");
	assert_int_equal(deliver(&keep), 0);
	assert_file("Maildir/maildirsize", "1000S,3C\n500 1\n58 1\n");
	assert_int_equal(deliver(&trash), 0);
	assert_file("Maildir/maildirsize", "1000S,3C\n500 1\n58 1\n");
	write_file("Maildir/maildirsize", "1000S,2C\n500 1\n58 1\n");
	/*
	 * a recount finds one message in place of two: room for one more, not
	 * for both
	 */
	assert_int_equal(deliver(&two), -1);
	assert_file("Maildir/maildirsize", "1000S,2C\n58 1\n");
	assert_non_null(strstr(two.err.why, "quota"));
	assert_int_equal(count("Maildir/new", name), 1);
	assert_int_equal(count("Maildir/tmp", name), 0);
	write_file("Maildir/maildirsize", "100S\n");
	assert_int_equal(deliver(&keep), -1);
	assert_file("Maildir/maildirsize", "100S,0C\n58 1\n");
	write_file("Maildir/maildirsize", "1000S\n-5000 -3\n99999 1\n");
	assert_int_equal(deliver(&keep), 0);
	assert_file("Maildir/maildirsize", "1000S,0C\n58 1\n58 1\n");
	write_file("Maildir/maildirsize", "what?");
	assert_int_equal(deliver(&keep), 0);
}

/* What is no entry leaves the file's sums out: it refuses nothing. */
static void
test_quota_entries(void **state)
{
	static const char *const bad[] = {"10S\n99999 1x\n", "10S\n99999 \n", "10S\n99999\n",
					  "10S\n99999 1 1\n"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct quota quota = {.fd = -1};

		if (quota_parse(span_of(bad[i]), &quota))
			fail_msg("%s is taken", bad[i]);
	}
}

/* A recount that is not done in time leaves the file and its sums alone. */
static void
test_quota_time(void **state)
{
	struct quota quota;
	int mailbox;

	(void)state;
	assert_int_equal(mkdir("Maildir", 0700), 0);
	assert_int_equal(mkdir("Maildir/tmp", 0700), 0);
	assert_int_equal(mkdir("Maildir/new", 0700), 0);
	mailbox = open("Maildir", O_RDONLY | O_DIRECTORY);
	assert_true(mailbox >= 0);
	write_file("Maildir/maildirsize", "100S\n90 1\n5 1\n");
	quota_open(&quota, mailbox, 50, 1, 0);
	assert_int_equal(quota.bytes, 95);
	assert_false(quota_allows(&quota, 50, 1));
	quota_close(&quota);
	assert_file("Maildir/maildirsize", "100S\n90 1\n5 1\n");
	quota_open(&quota, mailbox, 50, 1, INT64_MAX);
	assert_int_equal(quota.bytes, 0);
	assert_true(quota_allows(&quota, 50, 1));
	quota_close(&quota);
	assert_file("Maildir/maildirsize", "100S,0C\n0 0\n");
	/* what has no sums refuses nothing */
	write_file("Maildir/maildirsize", "100S\n");
	quota_open(&quota, mailbox, 50, 1, 0);
	assert_true(quota_allows(&quota, 50, 1));
	quota_close(&quota);
	close(mailbox);
}

static void
test_mailbox(void **state)
{
	struct maildir maildir;
	struct err err;

	(void)state;
	assert_int_equal(maildir_open(&maildir, "/test_deliver_nobody", &err), -1);
	assert_non_null(strstr(err.why, "the user's own"));
	assert_int_equal(maildir_open(&maildir, "/no-such-parent-here/Maildir", &err), -1);
	assert_int_equal(maildir_open(&maildir, "/etc/passwd", &err), -1);
}

static void
test_describe(void **state)
{
	struct conf conf = {.deliver = {.junk = (char[]){"Junk"}, .separator = '.'}};
	struct mailbox mailbox = {MAILBOX_MAILDIR, (char[]){"~/Maildir"}};
	struct delivery delivery = {.conf = &conf, .mailbox = &mailbox, .implicit = "Junk"};
	struct plan plan = {.n = 3,
			    .done = true,
			    .action = {FILEINTO("x"), IMPLICIT,
				       ACTION(ACTION_REDIRECT, SPAN("redirect"), SPAN("a@b"))}};
	char text[256], tiny[8];

	(void)state;
	work_out_folders(&plan);
	deliver_describe(&delivery, &plan, text, sizeof text);
	assert_string_equal(text, "fileinto x: to ~/Maildir/.x/new/\nimplicit Junk: to "
				  "~/Maildir/.Junk/new/\nredirect a@b\n");
	deliver_describe(&delivery, &plan, tiny, sizeof tiny);
	assert_string_equal(tiny, "fileint");
	tiny[0] = 'x';
	deliver_describe(&delivery, &plan, tiny, 0);
	assert_int_equal(tiny[0], 'x');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup(test_trace, fresh),
					   cmocka_unit_test_setup(test_name, fresh),
					   cmocka_unit_test_setup(test_edited_files, fresh),
					   cmocka_unit_test_setup(test_junk, fresh),
					   cmocka_unit_test_setup(test_places, fresh),
					   cmocka_unit_test_setup(test_flags, fresh),
					   cmocka_unit_test_setup(test_links, fresh),
					   cmocka_unit_test_setup(test_edits, fresh),
					   cmocka_unit_test_setup(test_left_behind, fresh),
					   cmocka_unit_test_setup(test_unusable, fresh),
					   cmocka_unit_test(test_quota_entries),
					   cmocka_unit_test_setup(test_quota, fresh),
					   cmocka_unit_test_setup(test_quota_time, fresh),
					   cmocka_unit_test_setup(test_mailbox, fresh),
					   cmocka_unit_test_setup(test_describe, fresh)};

	return cmocka_run_group_tests(tests, enter, leave);
}
