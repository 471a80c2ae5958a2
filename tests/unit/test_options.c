/* options.h: what the command line and the environment say. */
#include "filter/base/guard.h"
#include "filter/commands/options.h"
#include "unit.h"

#include <getopt.h>
#include <stdlib.h>

/* The guard's view of the environment, ours to set. */
static const char *environment[16];

const char *
guard_env(const char *name)
{
	for (size_t i = 0; i + 1 < 16 && environment[i] != NULL; i += 2)
		if (strcmp(environment[i], name) == 0)
			return environment[i + 1];
	return NULL;
}

/* A table of commands of our own, so that the commands are not linked. */
const char commands_program[] = "spamcop-filter";
const struct command cmd_tag = {.name = "tag", .carries_mail = true};
static const struct command deliver = {.name = "deliver", .carries_mail = true};
static const struct command relays = {.name = "relays", .words_max = SIZE_MAX};
static const struct command check = {.name = "check", .words_min = 1, .words_max = SIZE_MAX};
static const struct command doctor = {.name = "doctor", .words_max = SIZE_MAX};
static const struct command allow = {.name = "allow", .words_max = SIZE_MAX};
const struct command *const commands_all[] = {&cmd_tag, &deliver, &relays, &check,
					      &doctor,  &allow,   NULL};

const struct command *
commands_find(const char *name)
{
	for (size_t i = 0; commands_all[i] != NULL; i++)
		if (strcmp(commands_all[i]->name, name) == 0)
			return commands_all[i];
	return NULL;
}

const char *
commands_meant(const char *name, char text[SUGGEST_TEXT_MAX])
{
	(void)name;
	return strcpy(text, "");
}

void
commands_help(const struct command *command)
{
	(void)command;
}

static const struct {
	const char *argv[10];
	int status;
	const char *command;
	const char *sender, *recipient;
	const char *why; /* a part of the error */
} cases[] = {
	{{NULL}, 0, "tag", NULL, NULL, NULL},
	{{"tag"}, 0, "tag", NULL, NULL, NULL},
	{{"-f", "a@b", "deliver", "-a", "c@d", "-m", "X", "-e", "-k", "-t"},
	 0,
	 "deliver",
	 "a@b",
	 "c@d",
	 NULL},
	{{"deliver", "-f", "", "-r", "<c@d>"}, 0, "deliver", "", "c@d", NULL},
	{{"-f", "<>"}, 0, "tag", "", NULL, NULL},
	{{"-f", "MAILER-DAEMON"}, 0, "tag", "", NULL, NULL},
	{{"-f", "a@b\nX: y"}, 0, "tag", NULL, NULL, NULL},
	{{"deliver", "-a", "c@d", "-a", "e@f"}, -1, "deliver", NULL, "e@f", "second recipient"},
	{{"deliver", "-a", "c@d", "-r", "<c@d>"}, 0, "deliver", NULL, "c@d", NULL},
	{{"deliver", "-z"}, -1, "deliver", NULL, NULL, "option -z is unknown"},
	{{"--nonsense", "relays"}, -1, "relays", NULL, NULL, "option --nonsense is unknown"},
	{{"-f"}, -1, "tag", NULL, NULL, "option -f needs a value"},
	{{"taste"}, -1, "tag", NULL, NULL, "unknown command \"taste\""},
	{{"tag", "file"}, -1, "tag", NULL, NULL, "takes no argument \"file\""},
	{{"check"}, -1, "check", NULL, NULL, "needs an argument"},
	{{"check", "192.0.2.1"}, 0, "check", NULL, NULL, NULL},
	{{"doctor", "--mail", "x"}, 0, "doctor", NULL, NULL, NULL},
	{{"tag", "--list"}, -1, "tag", NULL, NULL, "goes with allow only"},
	{{"allow", "--remove", "x@y"}, 0, "allow", NULL, NULL, NULL},
	{{"--help"}, 0, "tag", NULL, NULL, NULL},
	{{"-V"}, 0, "tag", NULL, NULL, NULL},
};

static void
assert_text(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else {
		assert_non_null(got);
		assert_string_equal(got, want);
	}
}

static void
test_command_line(void **state)
{
	(void)state;
	environment[0] = NULL;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *argv[12] = {(char[]){"spamcop-filter"}};
		struct options options;
		struct err err = {""};
		int argc = 1;

		for (size_t k = 0; k < 10 && cases[i].argv[k] != NULL; k++)
			argv[argc++] = strdup(cases[i].argv[k]);
		optind = 0;
		assert_int_equal(options_parse(&options, argc, argv, &err), cases[i].status);
		assert_string_equal(options.command->name, cases[i].command);
		assert_text(options.envelope.sender, cases[i].sender);
		assert_text(options.envelope.recipient, cases[i].recipient);
		if (cases[i].why != NULL && strstr(err.why, cases[i].why) == NULL)
			fail_msg("case %zu: \"%s\" does not say \"%s\"", i, err.why, cases[i].why);
		while (argc > 1)
			free(argv[--argc]);
	}
}

static void
test_environment(void **state)
{
	static const struct {
		const char *environment[9];
		const char *sender, *recipient;
	} environments[] = {
		{{"SENDER", "a@b", "RECIPIENT", "c@d", "LOCAL_PART", "x"}, "a@b", "c@d"},
		{{"SENDER", "", "LOCAL_PART", "c", "EXTENSION", "d"}, "", "c+d"},
		{{"SENDER", "MAILER-DAEMON", "LOCAL_PART", "c", "EXTENSION", ""}, "", "c"},
		{{"FROM", "a@b"}, "a@b", NULL},
		{{"SENDER", "a\tb"}, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof environments / sizeof environments[0]; i++) {
		char *argv[] = {(char[]){"spamcop-filter"}, NULL};
		struct options options;
		struct err err;

		for (size_t k = 0; k < 9; k++)
			environment[k] = environments[i].environment[k];
		optind = 0;
		assert_int_equal(options_parse(&options, 1, argv, &err), 0);
		assert_text(options.envelope.sender, environments[i].sender);
		assert_text(options.envelope.recipient, environments[i].recipient);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_command_line),
					   cmocka_unit_test(test_environment)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
