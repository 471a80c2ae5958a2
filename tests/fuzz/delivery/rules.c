/* What is written: Sieve. */
#include "tests/fuzz/delivery/rules.h"

#include <stdlib.h>

const struct name rules_names[NAMES] = {
	{"Lists", {".Lists", ".Lists"}, false},
	{"Work.Projects", {".Work.Projects", NULL}, false},
	{"Work/Projects", {".Work.Projects", ".Work.Projects"}, false},
	{"INBOX", {"", ""}, false},
	{"inbox/Sub", {".Sub", ".Sub"}, false},
	{"Sp\xc3\xa4m & Co", {".Sp&AOQ-m &- Co", ".Sp&AOQ-m &- Co"}, false},
	{"Trash", {".Trash", ".Trash"}, false},
	{"Junk", {".Junk", ".Junk"}, false},
	{"tmp", {".tmp", ".tmp"}, false},
	{"new/cur", {".new.cur", ".new.cur"}, false},
	{"1/2/3/4/5/6/7/8/9", {NULL, NULL}, false},
	{"../up", {NULL, NULL}, true},
	{"~root", {NULL, NULL}, true},
	{"/etc/x", {NULL, NULL}, true},
	{"a/../../b/c", {NULL, NULL}, true},
	{"one", {".one", ".one"}, false},
};

static const char *const addresses[] = {"other@example.net", "third@example.net"};

static const char *const tests[] = {
	"true",
	"false",
	"exists \"X-Mark\"",
	"not exists \"x-mark\"",
	"header :is \"X-Mark\" \"one\"",
	"header :contains \"X-Mark\" \"o\"",
	"environment :is \"vnd.spamcop.verdict\" \"listed\"",
	"size :over 100M",
	"allof (true, not false)",
	"anyof (false, exists \"X-Mark\")",
	"string :is \"${nothing}\" \"\"",
	"mailboxexists \"Lists\"",
	"header :matches \"X-Mark\" \"*\"",
	"not allof (exists \"X-Mark\", header :is \"X-Mark\" \"Lists\")",
};
#define TESTS (sizeof tests / sizeof tests[0])

size_t
rules_read(const struct input *input, struct rule *rule)
{
	unsigned letter[3];
	size_t n = 0, letters = 0;

	for (size_t i = 0; i < input->rules.n && n < RULES_MAX; i++) {
		char c = input->rules.p[i];

		if (c < 'a' || c > 'z')
			continue;
		letter[letters++] = (unsigned)(c - 'a');
		if (letters < 3)
			continue;
		rule[n++] = (struct rule){.test = letter[0] % TESTS,
					  .action = (enum action_letter)(letter[1] % ACTIONS),
					  .name = &rules_names[letter[2] % NAMES],
					  .address = addresses[letter[2] % 2]};
		letters = 0;
	}
	return n;
}

static void
write_action(const struct rule *rule, size_t i, struct buf *to)
{
	const char *name = rule->name->sieve;

	switch (rule->action) {
	case KEEP:
		(void)buf_addf(to, "keep;");
		break;
	case FILE_INTO:
		(void)buf_addf(to, "fileinto \"%s\";", name);
		break;
	case FILE_COPY:
		(void)buf_addf(to, "fileinto :copy \"%s\";", name);
		break;
	case DISCARD:
		(void)buf_addf(to, "discard;");
		break;
	case STOP:
		(void)buf_addf(to, "stop;");
		break;
	case FILE_SEEN:
		(void)buf_addf(to, "fileinto :flags \"\\\\Seen\" \"%s\";", name);
		break;
	case ADDFLAG:
		(void)buf_addf(to, "addflag \"\\\\Flagged\";");
		break;
	case SETFLAG:
		(void)buf_addf(to, "setflag [\"\\\\Seen\", \"\\\\Deleted\"];");
		break;
	case REMOVEFLAG:
		(void)buf_addf(to, "removeflag \"\\\\Seen\";");
		break;
	case ADDHEADER:
		(void)buf_addf(to, "addheader \"X-Fuzz\" \"v%zu\";", i + 1);
		break;
	case DELETEHEADER:
		(void)buf_addf(to, "deleteheader \"X-Mark\";");
		break;
	case REDIRECT:
	case REDIRECT_COPY:
		(void)buf_addf(to, "redirect %s\"%s\";", rule->action == REDIRECT ? "" : ":copy ",
			       rule->address);
		break;
	case REJECT:
		(void)buf_addf(to, "reject \"no\";");
		break;
	case VACATION:
		(void)buf_addf(to, "vacation \"away\";");
		break;
	case FILE_MARK:
		(void)buf_addf(to, "if header :matches \"X-Mark\" \"*\" { fileinto \"${1}\"; }");
		break;
	case KEEP_ANSWERED:
		(void)buf_addf(to, "keep :flags \"\\\\Answered\";");
		break;
	case FILE_CREATE:
		(void)buf_addf(to, "fileinto :create \"%s\";", name);
		break;
	case INCLUDE:
		(void)buf_addf(to, "include \"inc\";");
		break;
	case ACTIONS:
		break;
	}
}

void
rules_write(const struct input *input, struct buf *to)
{
	struct rule rule[RULES_MAX];
	size_t n = rules_read(input, rule);

	(void)buf_add(to, SPAN("require [\"fileinto\", \"copy\", \"imap4flags\", \"editheader\", "
			       "\"reject\", \"vacation\", \"variables\", \"environment\", "
			       "\"mailbox\", \"include\"];\n"));
	for (size_t i = 0; i < n; i++) {
		(void)buf_addf(to, "if %s { ", tests[rule[i].test]);
		write_action(&rule[i], i, to);
		(void)buf_addf(to, " }\n");
	}
}
