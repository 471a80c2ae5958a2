/* folder.h: names of folders, friendly and hostile. */
#include "sieve/protocol/folder.h"
#include "unit.h"

#include <stdlib.h>

#define TEN     "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
	struct span name;
	char separator;
	const char *disk; /* NULL: refused */
} names[] = {
	{SPAN("INBOX"), '.', ""},
	{SPAN("inbox"), '.', ""},
	{SPAN("InBox.INBOX"), '.', ""},
	{SPAN("Junk"), '.', ".Junk"},
	{SPAN("INBOX.Junk"), '.', ".Junk"},
	{SPAN("inbox/Junk"), '/', ".Junk"},
	{SPAN("INBOXES"), '.', ".INBOXES"},
	{SPAN("Lists.C"), '.', ".Lists.C"},
	{SPAN("Lists/C"), '/', ".Lists.C"},
	{SPAN("Lists\\C"), '\\', ".Lists.C"},
	{SPAN("A B"), '.', ".A B"},
	{SPAN("Sp\xc3\xa4m"), '.', ".Sp&AOQ-m"},
	/* the example of RFC 3501, but for its slash */
	{SPAN("\xe5\x8f\xb0\xe5\x8c\x97.\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"), '.',
	 ".&U,BTFw-.&ZeVnLIqe-"},
	{SPAN("\xf0\x9f\x93\xa7"), '.', ".&2D3c5w-"},
	{SPAN("a&b"), '.', ".a&-b"},
	{SPAN("&-"), '.', ".&--"},
	{SPAN("&AOQ-"), '.', ".&-AOQ-"},
	{SPAN("\xc3\xa4&"), '.', ".&AOQ-&-"},
	{SPAN("-x"), '.', ".-x"},
	{SPAN("cur"), '.', ".cur"},
	{SPAN(HUNDRED HUNDRED TEN TEN TEN TEN TEN "0123"), '.',
	 "." HUNDRED HUNDRED TEN TEN TEN TEN TEN "0123"},
	{SPAN(HUNDRED HUNDRED TEN TEN TEN TEN TEN "01234"), '.', NULL},
	{SPAN(HUNDRED HUNDRED HUNDRED), '.', NULL},
	{SPAN(""), '.', NULL},
	{SPAN("INBOX."), '.', NULL},
	{SPAN("."), '.', NULL},
	{SPAN(".."), '.', NULL},
	{SPAN("../x"), '.', NULL},
	{SPAN("../x"), '/', NULL},
	{SPAN("/etc/x"), '.', NULL},
	{SPAN("/etc/x"), '/', NULL},
	{SPAN("a/../b"), '.', NULL},
	{SPAN("a/../b"), '/', NULL},
	{SPAN("a/./b"), '/', NULL},
	{SPAN("INBOX/../x"), '/', NULL},
	{SPAN("INBOX.../x"), '.', NULL},
	{SPAN("a..b"), '.', NULL},
	{SPAN("a."), '.', NULL},
	{SPAN(".Junk"), '.', NULL},
	{SPAN("a.b"), '/', NULL},
	{SPAN("a/b"), '.', ".a.b"},
	{SPAN("a/b\\c"), '\\', ".a.b.c"},
	{SPAN("INBOX/a.b"), '.', ".a.b"},
	{SPAN("a.b"), '\\', NULL},
	{SPAN("a/"), '.', NULL},
	{SPAN("/a"), '.', NULL},
	{SPAN("a/.b"), '.', NULL},
	{SPAN("a/~b"), '.', NULL},
	{SPAN("1/2.3.4/5/6/7/8"), '.', ".1.2.3.4.5.6.7.8"},
	{SPAN("1/2.3.4/5/6/7/8.9"), '.', NULL},
	{SPAN("~joe"), '.', NULL},
	{SPAN("a.~joe"), '.', NULL},
	{SPAN("a~"), '.', ".a~"},
	{SPAN("a\nb"), '.', NULL},
	{SPAN("a\tb"), '.', NULL},
	{SPAN("a\0b"), '.', NULL},
	{SPAN("\x7f"), '.', NULL},
	{SPAN("\xc2\x85"), '.', NULL},
	{SPAN("\xe2\x80\xa8"), '.', NULL},
	{SPAN("\xff"), '.', NULL},
	{SPAN("\xc3"), '.', NULL},
	{SPAN("\xc3(x"), '.', NULL},
	{SPAN("\xc0\xaf"), '.', NULL}, /* an overlong slash */
	{SPAN("\xe0\x80\xaf"), '.', NULL},
	{SPAN("\xc0\xae\xc0\xae"), '.', NULL}, /* overlong dots */
	{SPAN("\xed\xa0\x80"), '.', NULL},     /* a surrogate */
	{SPAN("\xf4\x90\x80\x80"), '.', NULL}, /* above U+10FFFF */
	{SPAN("\xf0\x80\x80\xaf"), '.', NULL},
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char disk[FOLDER_DISK_MAX];
		struct err err = {""};
		int got = folder_disk_name(names[i].name, names[i].separator, disk, &err);

		if ((got == 0) != (names[i].disk != NULL))
			fail_msg("[%.*s]: got %d (%s), %s", (int)names[i].name.n, names[i].name.p,
				 got, disk, err.why);
		assert_string_equal(disk, names[i].disk == NULL ? "" : names[i].disk);
		assert_true(got == 0 || strstr(err.why, "cannot be used") != NULL);
		assert_int_equal(folder_refused(names[i].name, names[i].separator, &err), got != 0);
	}
}

static void
test_subscription(void **state)
{
	char line[FOLDER_DISK_MAX];

	(void)state;
	folder_subscription(".Lists.C", true, line);
	assert_string_equal(line, "Lists\tC");
	folder_subscription(".Lists.C", false, line);
	assert_string_equal(line, "Lists.C");
	folder_subscription("", true, line);
	assert_string_equal(line, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_names),
					   cmocka_unit_test(test_subscription)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
