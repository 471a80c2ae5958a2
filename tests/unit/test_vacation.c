/* vacation.h: who is answered, how, and who is not. */
#include "sending.h"
#include "filter/send/vacation.h"

static void
test_vacation(void **state)
{
	struct sending sending;

	(void)state;
	sending_open(&sending, TO "References: <0@b.c>\n\t<bad id> <00@b.c>\n\nx\n");
	struct plan plan = sending_plan(
		&sending, "vacation\t86400\t\t\t\t\t\tI am away.\\r\\nBack soon.\nimplicit\nend\n");
	const char *text = sent(&sending);
	assert_has(text, "called: -i -f <> -- friend@b.c\n");
	assert_has(text,
		   "\nFrom: <me@example.org>\nTo: <friend@b.c>\nSubject: Auto: hello\nDate: ");
	assert_has(text, "\nIn-Reply-To: <1@b.c>\nReferences: <0@b.c>\n <00@b.c>\n "
			 "<1@b.c>\nAuto-Submitted: auto-replied");
	assert_has(text, "\nMIME-Version: 1.0\nContent-Type: text/plain; "
			 "charset=us-ascii\nContent-Transfer-Encoding: 7bit\n\nI am "
			 "away.\nBack soon.\n(end)\n");
	plan_free(&plan);
	/*
	 * Once, then another handle, another sender; the address's case is no
	 * difference.
	 */
	plan = sending_plan(
		&sending, "vacation\t86400\t\t\t\t\t\tI am away.\\r\\nBack soon.\nimplicit\nend\n");
	assert_int_equal(calls(&sending), 1);
	plan_free(&plan);
	sending.place.envelope.sender = "Friend@B.C";
	plan = sending_plan(
		&sending, "vacation\t86400\t\t\t\t\t\tI am away.\\r\\nBack soon.\nimplicit\nend\n");
	assert_int_equal(calls(&sending), 1);
	plan_free(&plan);
	plan = sending_plan(
		&sending,
		"vacation\t86400\tother\t\t\t\t\tI am away.\\r\\nBack soon.\nimplicit\nend\n");
	assert_int_equal(calls(&sending), 2);
	plan_free(&plan);
	sending.place.envelope.sender = "somebody@b.c";
	plan = sending_plan(
		&sending,
		"vacation\t86400\tother\t\t\t\t\tI am away.\\r\\nBack soon.\nimplicit\nend\n");
	assert_int_equal(calls(&sending), 3);
	plan_free(&plan);
	/* So many a day. */
	sending.place.conf.sieve.vacation_limit = 3;
	sending.place.envelope.sender = "another@b.c";
	plan = sending_plan(&sending, "vacation\t86400\tother\t\t\t\t\tx\nimplicit\nend\n");
	assert_int_equal(calls(&sending), 3);
	plan_free(&plan);
	sending.place.conf.sieve.vacation_limit = 4;
	/* It is written down first: what fails is not tried again. */
	put_file(sending.place.home, "sendmail-fails", SPAN(""), 0600);
	for (int i = 0; i < 2; i++) {
		plan = sending_plan(&sending, "vacation\t86400\tother\t\t\t\t\tx\nimplicit\nend\n");
		assert_int_equal(calls(&sending), 4);
		plan_free(&plan);
	}
	sending_close(&sending);
}

/* Where nothing can be remembered, nobody is answered. */
static void
test_vacation_memory(void **state)
{
	static const char *const files[] = {"", "# spamcop-filter memory, version 2\n", "x\n"};

	(void)state;
	for (size_t i = 0; i < 2 + sizeof files / sizeof files[0]; i++) {
		struct sending sending;
		char path[128];

		sending_open(&sending, TO "\nx\n");
		(void)snprintf(path, sizeof path, "%s/Maildir/spamcop-vacation",
			       sending.place.home);
		if (i < sizeof files / sizeof files[0])
			put_file(sending.place.home, "Maildir/spamcop-vacation", span_of(files[i]),
				 0600);
		else if (i == sizeof files / sizeof files[0])
			assert_int_equal(symlink("../sent", path), 0);
		else
			make_folder(sending.place.home, "Maildir/spamcop-vacation.tmp");
		for (int try = 0; try < 2; try++) {
			struct plan plan =
				sending_plan(&sending, "vacation\t1\t\t\t\t\t\tx\nimplicit\nend\n");

			/* what is empty or damaged begins anew: once */
			assert_int_equal(calls(&sending), i == 0 || i == 2);
			plan_free(&plan);
		}
		sending_close(&sending);
	}
}

/*
 * Another text is another reply, to the same sender; and each is remembered for
 * as long as the script says.
 */
static void
test_vacation_remembers(void **state)
{
	struct sending sending;
	char text[512];
	long when, until;

	(void)state;
	sending_open(&sending, TO "\nx\n");
	for (int i = 0; i < 4; i++) {
		struct plan plan = sending_plan(
			&sending, i % 2 == 0 ? "vacation\t98765\t\t\t\t\t\tfirst\nimplicit\nend\n"
					     : "vacation\t98765\t\t\t\t\t\tother\nimplicit\nend\n");

		plan_free(&plan);
		assert_int_equal(calls(&sending), i == 0 ? 1 : 2);
	}
	int fd = open_below(sending.place.home, "Maildir/spamcop-vacation", O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	assert_true(n > 67 + 33);
	text[n] = '\0';
	assert_int_equal(sscanf(text + 67, "%lx %lx", &when, &until), 2);
	assert_int_equal(until - when, 98765);
	sending_close(&sending);
}

/*
 * A long subject is divided: no line of a header is longer than a mail system
 * takes.
 */
static void
test_vacation_long(void **state)
{
	struct sending sending;
	static char text[5000] = "vacation\t86400\t\t";
	size_t n = strlen(text);

	(void)state;
	sending_open(&sending, TO "\nx\n");
	memset(text + n, 'x', 3000);
	(void)snprintf(text + n + 3000, sizeof text - n - 3000, "\t\t\t\tgone\nimplicit\nend\n");
	struct plan plan = sending_plan(&sending, text);
	assert_int_equal(calls(&sending), 1);
	for (char *line = strstr(sent(&sending), "\nFrom: "); line != NULL;
	     line = strchr(line + 1, '\n'))
		assert_true(strcspn(line + 1, "\n") <= 78);
	plan_free(&plan);
	sending_close(&sending);
}

static void
test_vacation_text(void **state)
{
	static const struct {
		const char *columns, *message;
		const char *has[3];
	} texts[] = {
		{"\tGr\xc3\xbc\xc3\x9f"
		 "e\tJ\xc3\xb6rg <j@example.org>\t\t\tx",
		 TO "\n",
		 {"From: =?utf-8?B?SsO2cmc=?= <j@example.org>\n",
		  "Subject: =?utf-8?B?R3LDvMOfZQ==?=\n", NULL}},
		{"\tevil\\r\\nBcc: x@y\t\t\t\tx",
		 TO "\n",
		 {"Subject: =?utf-8?B?ZXZpbCAgQmNjOiB4QHk=?=\n", NULL, NULL}},
		{"\t\t\"A, B\" <a@b.c>\t\t\tx", TO "\n", {"From: \"A, B\" <a@b.c>\n", NULL, NULL}},
		{"\t\tA <a@b.c>, x@y\t\t\tx", TO "\n", {"From: <me@example.org>\n", NULL, NULL}},
		{"\t\ta@b.c\\nBcc: x@y\t\t\tx", TO "\n", {"From: <me@example.org>\n", NULL, NULL}},
		{"\t\t\t\t\tGr\xc3\xbc\xc3\x9f"
		 "e\\n=\\n.\\nFrom x",
		 TO "\n",
		 {"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
		  "quoted-printable\n\nGr=C3=BC=C3=9Fe\n=3D\n=2E\n=46rom x\n(end)",
		  NULL, NULL}},
		{"\t\t\tmime\t\tContent-Type: text/html;\\r\\n charset=utf-8\\r\\nMIME-Version: "
		 "1.0\\r\\n\\r\\n<b>x</b>\\r\\n",
		 TO "\n",
		 {"MIME-Version: 1.0\nContent-Type: text/html;\n charset=utf-8\n\n<b>x</b>\n(end)",
		  NULL, NULL}},
		{"\t\t\t\t\tx",
		 "From: a@b\nTo: me@example.org\nSubject: =?utf-8?q?=C3=A4?=\n\n",
		 {"Subject: Auto: =?utf-8?q?=C3=A4?=\n", NULL, NULL}},
		{"\t\t\t\t\tx",
		 "From: a@b\nTo: me@example.org\nSubject: \xe4\n\n",
		 {"Subject: Auto: =?utf-8?B?Pw==?=\n", NULL, NULL}},
		{"\t\t\t\t\tx",
		 "From: a@b\nTo: me@example.org\nMessage-ID: <a b>\n\n",
		 {"Subject: Automated reply\nDate", "example.org>\nAuto-Submitted", NULL}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct sending sending;
		char text[1024];

		sending_open(&sending, texts[i].message);
		(void)snprintf(text, sizeof text, "vacation\t86400\t%s\nimplicit\nend\n",
			       texts[i].columns);
		struct plan plan = sending_plan(&sending, text);
		for (size_t k = 0; k < 3 && texts[i].has[k] != NULL; k++)
			assert_has(sent(&sending), texts[i].has[k]);
		assert_null(strstr(sent(&sending), "\nBcc:"));
		plan_free(&plan);
		sending_close(&sending);
	}
}

#define ME "From: a@b\nTo: me@example.org\n"

static const struct silence {
	const char *header;
	const char *sender;
	const char *addresses;
	const char *why; /* NULL: answered */
} silences[] = {
	{ME, "a@b", "", NULL},
	{ME, "", "", "null-sender"},
	{ME, NULL, "", "null-sender"},
	{ME, "a", "", "odd-sender"},
	{ME, "-t@b", "", "odd-sender"},
	{ME, "me@example.org", "", "own"},
	{ME, "ME@EXAMPLE.ORG", "", "own"},
	{ME, "alias@example.net", "alias@example.net", "own"},
	{ME, "MAILER-DAEMON@b", "", "automatic"},
	{ME, "owner-list@b", "", "automatic"},
	{ME, "list-request@b", "", "automatic"},
	{ME, "list-bounces@b", "", "automatic"},
	{ME, "bounces+1-me=example.org@b", "", "automatic"},
	{ME, "list-me=example.org@b", "", "automatic"},
	{ME, "no-reply@b", "", "automatic"},
	{ME, "list-bounces+anna@b", "", "automatic"},
	{ME, "list-return-17@b", "", "automatic"},
	{ME, "shop-noreply-17@b", "", "automatic"},
	{ME, "please-no-reply-17@b", "", "automatic"},
	{ME, "alerts-noreply@b", "", "automatic"},
	{ME, "root@b", "", "automatic"},
	{ME, "SRS0=abc=de=b.c=anna@b", "", NULL},
	{ME, "prvs=123=anna@b", "", NULL},
	{ME "Auto-Submitted: auto-replied\n", "a@b", "", "automatic"},
	{ME "auto-submitted: auto-generated; x=y\n", "a@b", "", "automatic"},
	{ME "Auto-Submitted:\n", "a@b", "", "automatic"},
	{ME "Auto-Submitted: No (a person)\n", "a@b", "", NULL},
	{ME "List-Id: <x>\n", "a@b", "", "list"},
	{ME "List-Unsubscribe: <x>\n", "a@b", "", "list"},
	{ME "Mailing-List: x\n", "a@b", "", "list"},
	{ME "Precedence: bulk\n", "a@b", "", "bulk"},
	{ME "Precedence:\n junk\n", "a@b", "", "bulk"},
	{ME "Precedence: list\n", "a@b", "", "bulk"},
	{ME "Precedence: first-class\n", "a@b", "", NULL},
	{ME "X-Auto-Response-Suppress: OOF\n", "a@b", "", "automatic"},
	{ME "X-Loop: x\n", "a@b", "", "automatic"},
	{ME "Return-Path: <>\n", "a@b", "", "null-sender"},
	{ME "Content-Type: multipart/report; report-type=delivery-status\n", "a@b", "",
	 "automatic"},
	{ME "X-Spam-Flag: YES\n", "a@b", "", "spam"},
	{ME "X-Spam-Status: No, score=1\n", "a@b", "", NULL},
	{ME "X-Spam-Status: Yes, score=9\n", "a@b", "", "spam"},
	{"To: me@example.org\n", "a@b", "", "no-from"},
	{"From: a@b\n", "a@b", "", "not-named"},
	{"From: a@b\nTo: undisclosed-recipients:;\n", "a@b", "", "not-named"},
	{"From: a@b\nTo: you@example.org\n", "a@b", "", "not-named"},
	{"From: a@b\nTo: notme@example.org\n", "a@b", "", "not-named"},
	{"From: a@b\nTo: me@example.org.example\n", "a@b", "", "not-named"},
	{"From: a@b\nTo: \"me@example.org\" <x@y>\n", "a@b", "", "not-named"},
	{"From: a@b\nTo: (me@example.org) x@y\n", "a@b", "", "not-named"},
	{"From: a@b\nX-To: me@example.org\n", "a@b", "", "not-named"},
	{"From: a@b\nTo: \"X \\\" (\" <x@y>, Me\n\t<ME@Example.org>\n", "a@b", "", NULL},
	{"From: a@b\nTo: x@y\nCc: me@example.org\n", "a@b", "", NULL},
	{"From: a@b\nResent-To: me@example.org\n", "a@b", "", NULL},
	{"From: a@b\nTo: alias@example.net\n", "a@b", "", "not-named"},
	{"From: a@b\nTo: alias@example.net\n", "a@b", "x@y Alias@example.net", NULL},
	{"From: a@b\nTo: friends: x@y, me@example.org;\n", "a@b", "", NULL},
};

static void
test_silence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof silences / sizeof silences[0]; i++) {
		const struct silence *silence = &silences[i];
		struct action action = {.kind = ACTION_VACATION};
		struct sending sending;
		char message[512];

		(void)snprintf(message, sizeof message, "%s\nbody\n", silence->header);
		sending_open(&sending, message);
		sending.place.envelope.sender = silence->sender;
		action.column[VACATION_ADDRESSES] = span_of(silence->addresses);
		const char *why = vacation_silence(&sending.place.conf, &sending.place.delivery,
						   &sending.message, &action);
		if ((why == NULL) != (silence->why == NULL) ||
		    (why != NULL && strcmp(why, silence->why) != 0))
			fail_msg("%s from %s: %s, expected %s", silence->header, silence->sender,
				 why, silence->why);
		sending_close(&sending);
	}
}

/*
 * The detail of an address is the same person; without a recipient there is no
 * answer.
 */
static void
test_own(void **state)
{
	struct action action = {.kind = ACTION_VACATION};
	struct sending sending;

	(void)state;
	sending_open(&sending, "From: a@b\nTo: me@example.org\n\n");
	struct place *place = &sending.place;
	place->envelope.recipient = "me+lists@example.org";
	assert_null(vacation_silence(&place->conf, &place->delivery, &sending.message, &action));
	place->conf.deliver.delimiter = '\0';
	assert_string_equal(
		vacation_silence(&place->conf, &place->delivery, &sending.message, &action),
		"not-named");
	place->envelope.recipient = NULL;
	assert_string_equal(
		vacation_silence(&place->conf, &place->delivery, &sending.message, &action),
		"recipient-unknown");
	sending_close(&sending);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vacation),
		cmocka_unit_test(test_vacation_memory),
		cmocka_unit_test(test_vacation_remembers),
		cmocka_unit_test(test_vacation_long),
		cmocka_unit_test(test_vacation_text),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
