#include "sieve/script/warn/hint.h"

#include "sieve/script/warn/guess.h"
#include "sieve/script/warn/report.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define STRAIGHT  "texts stand in straight quotes: \"TEXT\""
#define PLAIN     "a plain space belongs here"
#define ALLOF     "\"allof (TEST, TEST)\" joins tests that all have to be true"
#define ANYOF     "\"anyof (TEST, TEST)\" joins tests one of which has to be true"
#define COMPARES  "a field is compared so: header :is \"Subject\" \"TEXT\""
#define SIZES     "sizes are compared so: size :over 100K; numbers of a field with :value \"gt\""
#define NOT       "\"not TEST\" is true where the test is not"
#define WEB_PAGE  "this was copied from the source of a web page"
#define HASH      "a comment begins with \"#\" or stands between \"/*\" and \"*/\""
#define FILED     "a message is filed so: fileinto \"FOLDER\";"
#define THROWN    "a message is thrown away so: discard;"
#define IN_QUOTES "folders, addresses and other texts stand in quotes"

/* Longer ones before those that they begin with. */
static const struct {
	const char *begins, *hint;
} characters[] = {
	{"\xe2\x80\x9c", STRAIGHT}, /* “ ” „ ‟ ‘ ’ ‚ ‛ */
	{"\xe2\x80\x9d", STRAIGHT},
	{"\xe2\x80\x9e", STRAIGHT},
	{"\xe2\x80\x9f", STRAIGHT},
	{"\xe2\x80\x98", STRAIGHT},
	{"\xe2\x80\x99", STRAIGHT},
	{"\xe2\x80\x9a", STRAIGHT},
	{"\xe2\x80\x9b", STRAIGHT},
	{"\xc2\xab", STRAIGHT}, /* « » */
	{"\xc2\xbb", STRAIGHT},
	{"\xc2\xb4", STRAIGHT},     /* acute accent */
	{"\xef\xbc\x82", STRAIGHT}, /* full width */
	{"\xe2\x80\xb3", STRAIGHT}, /* double prime */
	{"\xc2\xa0", PLAIN},        /* no-break space */
	{"\xe2\x80\xaf", PLAIN},
	{"\xe2\x80\x82", PLAIN},
	{"\xe2\x80\x83", PLAIN},
	{"\xe2\x80\x89", PLAIN},
	{"\xe3\x80\x80", PLAIN},
	{"\xe2\x80\xa8", "a plain end of line belongs here"},
	{"\xe2\x80\x8b", "this is a space of no width: take it out"},
	{"\xef\xbb\xbf", "this is a byte order mark: take it out"},
	{"\xe2\x80\x93", "this is a dash of typography: \"-\" is the plain one"},
	{"\xe2\x80\x94", "this is a dash of typography: \"-\" is the plain one"},
	{"\xff\xfe", "this script is UTF-16: save it as UTF-8"},
	{"\xfe\xff", "this script is UTF-16: save it as UTF-8"},
	{"&quot;", WEB_PAGE},
	{"&amp;", WEB_PAGE},
	{"&lt;", WEB_PAGE},
	{"&gt;", WEB_PAGE},
	{"&nbsp;", WEB_PAGE},
	{"&#", WEB_PAGE},
	{"&", ALLOF},
	{"|", ANYOF},
	{"!=", COMPARES ", and \"not header ...\" where it is another text"},
	{"!", NOT},
	{"=~", "expressions are compared so: header :regex \"Subject\" \"EXPRESSION\""},
	{"=", COMPARES},
	{"<", SIZES},
	{">", SIZES},
	{"//", HASH},
	{"--", HASH},
	{"*/", "no comment is open here: one ends at the first \"*/\""},
	{"'", "texts stand in double quotes: \"TEXT\""},
	{"`", "texts stand in double quotes: \"TEXT\""},
	{"${", "a variable stands inside a string: \"${NAME}\""},
	{"$", "a variable stands inside a string: \"${NAME}\""},
	{"-", "numbers are whole and not negative, and texts stand in quotes"},
	{"\\", "flags and other texts stand in quotes: \"\\\\Seen\""},
	{"*", IN_QUOTES},
	{"@", IN_QUOTES},
	{".", IN_QUOTES ", and numbers are whole"},
	{"/", IN_QUOTES},
	{"~", IN_QUOTES},
	{"+", IN_QUOTES},
	{"%", IN_QUOTES},
	{"^", IN_QUOTES},
	{"?", IN_QUOTES},
};

const char *
hint_character(struct span source)
{
	for (size_t i = 0; i < COUNT(characters); i++) {
		struct span begins = span_of(characters[i].begins);

		if (source.n >= begins.n && memcmp(source.p, begins.p, begins.n) == 0)
			return characters[i].hint;
	}
	return NULL;
}

/* ---- other languages */

static bool
is_mail_field(struct span line)
{
	static const char *const names[] = {
		"return-path:", "received:", "from: ", "mime-version:", "delivered-to:"};

	for (size_t i = 0; i < COUNT(names); i++)
		if (span_starts_case(line, span_of(names[i])))
			return true;
	return false;
}

static const char *
language_of(struct span line, bool first)
{
	if (line.n >= 2 && line.p[0] == ':' && line.p[1] == '0')
		return "this is a procmail recipe, no Sieve: its rules are written so: if header "
		       ":contains \"Subject\" \"TEXT\" { fileinto \"FOLDER\"; }";
	if (!first)
		return NULL;
	if (span_starts_case(line, SPAN("# Exim filter")))
		return "this is a filter of Exim's own language, no Sieve script";
	if (span_starts_case(line, SPAN("<!doctype")) || span_starts_case(line, SPAN("<html")) ||
	    span_starts_case(line, SPAN("<?xml")))
		return "this is a web page or XML, no Sieve script";
	if (is_mail_field(line))
		return "this is a mail message, no Sieve script";
	return NULL;
}

const char *
hint_language(struct span source, unsigned *line)
{
	bool first = true;

	for (*line = 1; source.n > 0; ++*line) {
		const char *eol = memchr(source.p, '\n', source.n);
		size_t n = eol == NULL ? source.n : (size_t)(eol - source.p);
		const char *is = language_of((struct span){source.p, n}, first);

		if (is != NULL)
			return is;
		first = first && span_trim((struct span){source.p, n}).n == 0;
		source = span_skip(source, n + 1);
	}
	return NULL;
}

/* ---- words */

static char text[200];

static const char *
did_you_mean(const char *colon, const char *word)
{
	(void)snprintf(text, sizeof text, "did you mean \"%s%s\"?", colon, word);
	return text;
}

/* Words of other languages and programs, as commands. */
static const struct {
	const char *name, *hint;
} commands[] = {
	{"elseif", "did you mean \"elsif\"?"},
	{"elif", "did you mean \"elsif\"?"},
	{"elsieif", "did you mean \"elsif\"?"},
	{"unless", "write: if not TEST { ... }"},
	{"endif", "a block ends with \"}\""},
	{"end", "a block ends with \"}\""},
	{"fi", "a block ends with \"}\""},
	{"then", "a block begins with \"{\""},
	{"move", FILED},
	{"moveto", FILED},
	{"save", FILED},
	{"file", FILED},
	{"folder", FILED},
	{"deliver", FILED},
	{"copy", "a copy is filed so: fileinto :copy \"FOLDER\";"},
	{"cc", "a copy is passed on so: redirect :copy \"ADDRESS\";"},
	{"delete", THROWN},
	{"drop", THROWN},
	{"trash", THROWN},
	{"forward", "a message is passed on so: redirect \"ADDRESS\";"},
	{"mail", "a message is passed on so: redirect \"ADDRESS\";"},
	{"bounce", "\"discard\" or \"fileinto\" does without an answer"},
	{"exit", "a script ends early so: stop;"},
	{"quit", "a script ends early so: stop;"},
	{"finish", "a script ends early so: stop;"},
	{"inbox", "a message stays in the inbox so: keep;"},
	{"let", "a variable is set so: set \"NAME\" \"VALUE\";"},
	{"var", "a variable is set so: set \"NAME\" \"VALUE\";"},
	{"seen", "a message is marked as read so: setflag \"\\\\Seen\";"},
	{"read", "a message is marked as read so: setflag \"\\\\Seen\";"},
	{"flag", "a message is flagged so: setflag \"\\\\Flagged\";"},
	{"import", "an extension is asked for so: require [\"EXTENSION\"];"},
	{"use", "an extension is asked for so: require [\"EXTENSION\"];"},
	{"and", ALLOF},
	{"or", ANYOF},
};

/* What is asked for as if it were a test of its own. */
static const char *const fields[] = {"subject",  "from",  "to",        "cc",     "bcc",
				     "sender",   "list",  "date_sent", "x_spam", "recipient",
				     "reply_to", "field", "message"};

const char *
hint_name(struct span name, bool test)
{
	const char *near;

	for (size_t i = 0; i < COUNT(commands); i++)
		if (span_equal_case(name, span_of(commands[i].name)))
			return commands[i].hint;
	if (test && span_equal_case(name, SPAN("all")))
		return did_you_mean("", "allof");
	if (test && span_equal_case(name, SPAN("any")))
		return did_you_mean("", "anyof");
	if (test && (span_equal_case(name, SPAN("spam")) || span_equal_case(name, SPAN("junk")) ||
		     span_equal_case(name, SPAN("listed"))))
		return "listed mail has a field: exists \"X-SpamCop-Listed\"";
	for (size_t i = 0; i < COUNT(fields); i++)
		if (span_equal_case(name, span_of(fields[i])))
			return COMPARES;
	if (test && language_tag_any(name) != NULL) {
		(void)snprintf(text, sizeof text,
			       "it is a tag of a test: header :%s \"Subject\" \"TEXT\"",
			       language_tag_any(name)->name);
		return text;
	}
	near = language_command_guess(name, test);
	return near == NULL ? NULL : did_you_mean("", near);
}

static const struct {
	const char *name, *hint;
} tags[] = {
	{"not", "\"not\" stands before the test: not header ..."},
	{"notcontains", "\"not\" stands before the test: not header :contains ..."},
	{"notis", "\"not\" stands before the test: not header :is ..."},
	{"starts", ":matches \"TEXT*\" finds what begins so"},
	{"startswith", ":matches \"TEXT*\" finds what begins so"},
	{"begins", ":matches \"TEXT*\" finds what begins so"},
	{"beginswith", ":matches \"TEXT*\" finds what begins so"},
	{"prefix", ":matches \"TEXT*\" finds what begins so"},
	{"ends", ":matches \"*TEXT\" finds what ends so"},
	{"endswith", ":matches \"*TEXT\" finds what ends so"},
	{"suffix", ":matches \"*TEXT\" finds what ends so"},
	{"equals", "did you mean \":is\"?"},
	{"equal", "did you mean \":is\"?"},
	{"eq", "did you mean \":is\", or for numbers :value \"eq\"?"},
	{"gt", "numbers are compared with :value \"gt\" :comparator \"i;ascii-numeric\""},
	{"ge", "numbers are compared with :value \"ge\" :comparator \"i;ascii-numeric\""},
	{"lt", "numbers are compared with :value \"lt\" :comparator \"i;ascii-numeric\""},
	{"le", "numbers are compared with :value \"le\" :comparator \"i;ascii-numeric\""},
	{"glob", "did you mean \":matches\"?"},
	{"like", "did you mean \":matches\"?"},
	{"regexp", "did you mean \":regex\"?"},
	{"has", "did you mean \":contains\"?"},
	{"includes", "did you mean \":contains\"?"},
	{"larger", "did you mean \":over\"?"},
	{"greater", "did you mean \":over\"?"},
	{"above", "did you mean \":over\"?"},
	{"smaller", "did you mean \":under\"?"},
	{"less", "did you mean \":under\"?"},
	{"below", "did you mean \":under\"?"},
};

/* Does the command take what this hint speaks of? Only tests compare. */
static bool
fits(const struct language_command *command, const char *hint)
{
	bool sizes = strstr(hint, ":over") != NULL || strstr(hint, ":under") != NULL;

	return sizes ? (command->groups & GROUP(SIZE)) != 0 : (command->groups & GROUP(MATCH)) != 0;
}

const char *
hint_tag(struct span name, const struct language_command *command)
{
	if (command->command == COMMAND_EXECUTE && span_equal_case(name, SPAN("output")))
		return "no script runs a program here, and what it would say is not known";
	for (size_t i = 0; i < COUNT(tags); i++)
		if (span_equal_case(name, span_of(tags[i].name)) && fits(command, tags[i].hint))
			return tags[i].hint;
	const char *near = language_tag_guess(name, command);
	return near == NULL ? NULL : did_you_mean(":", near);
}

const char *
hint_extension(struct span name)
{
	const char *near = language_extension_guess(name);

	if (name.n > 0 && (memchr(name.p, ',', name.n) != NULL))
		return "each extension stands in quotes of its own: [\"fileinto\", \"copy\"]";
	return near == NULL ? NULL : did_you_mean("", near);
}

/* ---- a word too many */

static bool
is_one_of(struct span word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (span_equal_case(word, span_of(*list)))
			return true;
	return false;
}

static const char *
quotes_missing(struct span word)
{
	(void)snprintf(text, sizeof text, "quotes are missing: \"%s\"", report_quote(word));
	return text;
}

const char *
hint_behind(const struct language_command *command, struct span word)
{
	static const char *const units[] = {"K", "M", "G", "KB", "MB", "GB", NULL},
				 *const opens[] = {"then", "do", "begin", NULL};
	const struct language_tag *tag = language_tag_find(word, command);

	if (span_equal_case(word, SPAN("and")))
		return ALLOF;
	if (span_equal_case(word, SPAN("or")))
		return ANYOF;
	if (is_one_of(word, opens))
		return "a block begins with \"{\"";
	if (tag != NULL) {
		(void)snprintf(text, sizeof text, "a colon is missing: \":%s\"", tag->name);
		return text;
	}
	if (strchr(command->positional, 'n') != NULL && is_one_of(word, units))
		return "the letter stands right behind its number, as in 10M";
	if (command->command == COMMAND_REQUIRE && language_extension_find(word) != NULL)
		return quotes_missing(word);
	if (language_command_find(word, false) != NULL || language_command_find(word, true) != NULL)
		return NULL;
	const char *tag_hint = hint_tag(word, command);
	if (tag_hint != NULL)
		return tag_hint;
	return command->positional[0] == '\0' ? NULL : quotes_missing(word);
}
