#include "sieve/script/language.h"

#include "sieve/script/warn/guess.h"

#define NO_PROGRAM "no script runs a program here"

static const struct language_extension extensions[] = {
	{"body", EXT_BODY, NULL}, /* RFC 5173 */
	{"comparator-i;ascii-casemap", EXT_COMPARATOR_ASCII, NULL},
	{"comparator-i;ascii-numeric", EXT_COMPARATOR_NUMERIC, NULL}, /* RFC 4790 */
	{"comparator-i;octet", EXT_COMPARATOR_OCTET, NULL},
	{"comparator-i;unicode-casemap", EXT_COMPARATOR_UNICODE, NULL}, /* RFC 5051 */
	{"copy", EXT_COPY, NULL},                                       /* RFC 3894 */
	{"date", EXT_DATE, NULL},                                       /* RFC 5260 */
	{"duplicate", EXT_DUPLICATE, NULL},                             /* RFC 7352 */
	{"editheader", EXT_EDITHEADER, NULL},                           /* RFC 5293 */
	{"encoded-character", EXT_ENCODED_CHARACTER, NULL},
	{"envelope", EXT_ENVELOPE, NULL},
	{"environment", EXT_ENVIRONMENT, NULL}, /* RFC 5183 */
	{"ereject", EXT_EREJECT, NULL},         /* RFC 5429 */
	{"extracttext", EXT_EXTRACTTEXT, NULL}, /* RFC 5703 7 */
	{"fileinto", EXT_FILEINTO, NULL},
	{"foreverypart", EXT_FOREVERYPART, NULL}, /* RFC 5703 3 */
	{"ihave", EXT_IHAVE, NULL},               /* RFC 5463 */
	{"imap4flags", EXT_IMAP4FLAGS, NULL},     /* RFC 5232 */
	{"include", EXT_INCLUDE, NULL},           /* RFC 6609 */
	{"index", EXT_INDEX, NULL},               /* RFC 5260 */
	{"mailbox", EXT_MAILBOX, NULL},           /* RFC 5490 */
	{"mime", EXT_MIME, NULL},                 /* RFC 5703 4 */
	{"regex", EXT_REGEX, NULL},               /* draft-murchison-sieve-regex */
	{"reject", EXT_REJECT, NULL},             /* RFC 5429 */
	{"relational", EXT_RELATIONAL, NULL},     /* RFC 5231 */
	{"spamtest", EXT_SPAMTEST, NULL},         /* RFC 5235 */
	{"spamtestplus", EXT_SPAMTESTPLUS, NULL},
	{"subaddress", EXT_SUBADDRESS, NULL},             /* RFC 5233 */
	{"vacation", EXT_VACATION, NULL},                 /* RFC 5230 */
	{"vacation-seconds", EXT_VACATION_SECONDS, NULL}, /* RFC 6131 */
	{"variables", EXT_VARIABLES, NULL},               /* RFC 5229 */
	{"enotify", EXT_ENOTIFY, NULL},                   /* RFC 5435, 5436 */
	{"imapflags", EXT_IMAPFLAGS, NULL},               /* draft-melnikov-sieve-imapflags-03 */
	{"special-use", EXT_SPECIAL_USE, NULL},           /* RFC 8579 */
	{"mboxmetadata", EXT_MBOXMETADATA, NULL},         /* RFC 5490 */
	{"servermetadata", EXT_SERVERMETADATA, NULL},
	{"virustest", EXT_VIRUSTEST, NULL}, /* RFC 5235 */
	/* draft-martin-sieve-notify-01 */
	{"notify", EXT_NOTIFY, "it is the name of before RFC 5435, which \"enotify\" has replaced"},
	{"vnd.dovecot.pipe", EXT_PIPE, NO_PROGRAM},
	{"vnd.dovecot.execute", EXT_EXECUTE, NO_PROGRAM},
	{"vnd.dovecot.filter", EXT_FILTER, NO_PROGRAM},
	{"vnd.dovecot.duplicate", EXT_DUPLICATE, NULL},         /* what RFC 7352 came from */
	{"replace", EXT_REPLACE, "scripts change no messages"}, /* RFC 5703 5 */
	{"enclose", EXT_REPLACE, "scripts change no messages"}, /* RFC 5703 6 */
	{"extlists", EXT_EXTLISTS, "there are no external lists here"}, /* RFC 6134 */
	{"vnd.dovecot.environment", EXT_DOVECOT_ENVIRONMENT, "there are no items of Dovecot here"},
	{"vnd.dovecot.debug", EXT_DEBUG, "scripts write to no log"},
	{"fcc", EXT_FCC, "no copies of replies are kept here"}, /* RFC 8580 */
	{"vnd.dovecot.report", EXT_REPORT, "no reports are sent from here"},
	{"imapsieve", EXT_IMAPSIEVE, "scripts run at delivery only"}, /* RFC 6785 */
	{"vnd.dovecot.imapsieve", EXT_IMAPSIEVE, "scripts run at delivery only"},
};

#define MATCHING  (GROUP(MATCH) | GROUP(COMPARATOR))
#define INDEXED   (GROUP(INDEX) | GROUP(LAST))
#define PARTS     (GROUP(PART) | GROUP(ANYCHILD))
#define MODIFIERS (GROUP(LOWER) | GROUP(FIRST) | GROUP(QUOTE) | GROUP(ENCODE) | GROUP(LENGTH))

static const struct language_command commands[] = {
	{"require", COMMAND_REQUIRE, 0, 0, "S", "require [\"EXTENSION\", ...];"},
	{"if", COMMAND_IF, 0, 0, "", "if TEST { ... }"},
	{"elsif", COMMAND_ELSIF, 0, 0, "", "elsif TEST { ... }"},
	{"else", COMMAND_ELSE, 0, 0, "", "else { ... }"},
	{"stop", COMMAND_STOP, 0, 0, "", "stop;"},
	{"include", COMMAND_INCLUDE, EXT(INCLUDE), GROUP(LOCATION) | GROUP(ONCE) | GROUP(OPTIONAL),
	 "s", "include [:personal | :global] [:once] [:optional] \"NAME\";"},
	{"return", COMMAND_RETURN, EXT(INCLUDE), 0, "", "return;"},
	{"foreverypart", COMMAND_FOREVERYPART, EXT(FOREVERYPART), GROUP(NAME), "",
	 "foreverypart [:name \"LOOP\"] { ... }"},
	{"break", COMMAND_BREAK, EXT(FOREVERYPART), GROUP(NAME), "", "break [:name \"LOOP\"];"},
	{"global", COMMAND_GLOBAL, EXT(INCLUDE), 0, "S", "global [\"NAME\", ...];"},
	/* what the drafts of RFC 6609 called it, and old scripts do */
	{"import", COMMAND_GLOBAL, EXT(INCLUDE), 0, "S", "import [\"NAME\", ...];"},
	{"export", COMMAND_GLOBAL, EXT(INCLUDE), 0, "S", "export [\"NAME\", ...];"},
	{"set", COMMAND_SET, EXT(VARIABLES), MODIFIERS, "ss",
	 "set [MODIFIER...] \"NAME\" \"VALUE\";"},
	{"error", COMMAND_ERROR, EXT(IHAVE), 0, "s", "error \"MESSAGE\";"},
	{"keep", COMMAND_KEEP, 0, GROUP(FLAGS), "", "keep [:flags [\"FLAG\", ...]];"},
	{"fileinto", COMMAND_FILEINTO, EXT(FILEINTO),
	 GROUP(COPY) | GROUP(CREATE) | GROUP(FLAGS) | GROUP(SPECIALUSE), "s",
	 "fileinto [:copy] [:create] [:flags [\"FLAG\", ...]] \"FOLDER\";"},
	{"discard", COMMAND_DISCARD, 0, 0, "", "discard;"},
	{"redirect", COMMAND_REDIRECT, 0, GROUP(COPY), "s", "redirect [:copy] \"ADDRESS\";"},
	{"reject", COMMAND_REJECT, EXT(REJECT), 0, "s", "reject \"REASON\";"},
	{"ereject", COMMAND_EREJECT, EXT(EREJECT), 0, "s", "ereject \"REASON\";"},
	{"setflag", COMMAND_SETFLAG, EXT(IMAP4FLAGS) | EXT(IMAPFLAGS), 0, "fS",
	 "setflag [\"VARIABLE\"] [\"FLAG\", ...];"},
	{"addflag", COMMAND_ADDFLAG, EXT(IMAP4FLAGS) | EXT(IMAPFLAGS), 0, "fS",
	 "addflag [\"VARIABLE\"] [\"FLAG\", ...];"},
	{"removeflag", COMMAND_REMOVEFLAG, EXT(IMAP4FLAGS) | EXT(IMAPFLAGS), 0, "fS",
	 "removeflag [\"VARIABLE\"] [\"FLAG\", ...];"},
	{"vacation", COMMAND_VACATION, EXT(VACATION),
	 GROUP(DAYS) | GROUP(SUBJECT) | GROUP(FROM) | GROUP(ADDRESSES) | GROUP(MIME) |
		 GROUP(HANDLE) | GROUP(FCC),
	 "s",
	 "vacation [:days N] [:subject \"S\"] [:from \"ADDRESS\"] [:addresses [\"ADDRESS\", ...]] "
	 "[:mime] [:handle \"H\"] \"REASON\";"},
	{"addheader", COMMAND_ADDHEADER, EXT(EDITHEADER), GROUP(LAST), "ss",
	 "addheader [:last] \"NAME\" \"VALUE\";"},
	{"deleteheader", COMMAND_DELETEHEADER, EXT(EDITHEADER), INDEXED | MATCHING, "sV",
	 "deleteheader [:index N [:last]] [COMPARATOR] [MATCH-TYPE] \"NAME\" [[\"VALUE\", ...]];"},
	{"mark", COMMAND_MARK, EXT(IMAPFLAGS), 0, "", "mark;"},
	{"unmark", COMMAND_UNMARK, EXT(IMAPFLAGS), 0, "", "unmark;"},
	{"notify", COMMAND_NOTIFY, EXT(ENOTIFY),
	 GROUP(FROM) | GROUP(IMPORTANCE) | GROUP(OPTIONS) | GROUP(MESSAGE) | GROUP(FCC), "s",
	 "notify [:from \"ADDRESS\"] [:importance \"1\", \"2\" or \"3\"] [:options "
	 "[\"NAME=VALUE\", ...]] [:message \"TEXT\"] \"mailto:ADDRESS\";"},
	{"notify", COMMAND_NOTIFY_OLD, EXT(NOTIFY),
	 GROUP(METHOD) | GROUP(ID) | GROUP(OPTIONS) | GROUP(MESSAGE) | GROUP(IMPORTANCE), "",
	 "notify [:method \"METHOD\"] [:id \"ID\"] [:options [\"OPTION\", ...]] [:low | :normal | "
	 ":high] [:message \"TEXT\"];"},
	{"denotify", COMMAND_DENOTIFY, EXT(NOTIFY), GROUP(MATCH) | GROUP(IMPORTANCE), "V",
	 "denotify [MATCH-TYPE \"ID\"] [:low | :normal | :high];"},
	{"pipe", COMMAND_PIPE, EXT(PIPE), GROUP(COPY) | GROUP(TRY), "sV",
	 "pipe [:copy] [:try] \"PROGRAM\" [[\"ARGUMENT\", ...]];"},
	{"execute", COMMAND_EXECUTE, EXT(EXECUTE), GROUP(INPUT), "sV",
	 "execute [:input \"TEXT\" | :pipe] \"PROGRAM\" [[\"ARGUMENT\", ...]];"},
	{"filter", COMMAND_FILTER, EXT(FILTER), 0, "sV",
	 "filter \"PROGRAM\" [[\"ARGUMENT\", ...]];"},
	{"replace", COMMAND_REPLACE, EXT(REPLACE), GROUP(MIME) | GROUP(SUBJECT) | GROUP(FROM), "s",
	 "replace [:mime] [:subject \"S\"] [:from \"ADDRESS\"] \"TEXT\";"},
	{"enclose", COMMAND_ENCLOSE, EXT(REPLACE), GROUP(SUBJECT) | GROUP(FIELDS), "s",
	 "enclose [:subject \"S\"] [:headers [\"FIELD: VALUE\", ...]] \"TEXT\";"},
	{"debug_log", COMMAND_DEBUG_LOG, EXT(DEBUG), 0, "s", "debug_log \"TEXT\";"},
	{"report", COMMAND_REPORT, EXT(REPORT), GROUP(HEADERS), "sss",
	 "report [:headers_only] \"TYPE\" \"MESSAGE\" \"ADDRESS\";"},
	{"extracttext", COMMAND_EXTRACTTEXT, EXT(EXTRACTTEXT), MODIFIERS | GROUP(COUNT), "s",
	 "extracttext [MODIFIER...] [:first NUMBER] \"NAME\";"},
	{"address", TEST_ADDRESS, 0, MATCHING | GROUP(ADDRESS) | INDEXED | PARTS, "SS",
	 "address [:mime [:anychild]] [ADDRESS-PART] [COMPARATOR] [MATCH-TYPE] [\"FIELD\", ...] "
	 "[\"KEY\", ...]"},
	{"allof", TEST_ALLOF, 0, 0, "", "allof (TEST, ...)"},
	{"anyof", TEST_ANYOF, 0, 0, "", "anyof (TEST, ...)"},
	{"envelope", TEST_ENVELOPE, EXT(ENVELOPE), MATCHING | GROUP(ADDRESS), "SS",
	 "envelope [ADDRESS-PART] [COMPARATOR] [MATCH-TYPE] [\"from\" or \"to\", ...] [\"KEY\", "
	 "...]"},
	{"exists", TEST_EXISTS, 0, PARTS, "S", "exists [:mime [:anychild]] [\"FIELD\", ...]"},
	{"false", TEST_FALSE, 0, 0, "", "false"},
	{"header", TEST_HEADER, 0, MATCHING | INDEXED | PARTS | GROUP(MIMEOPT), "SS",
	 "header [:mime [:anychild] [:type | :subtype | :contenttype | :param [\"NAME\", ...]]] "
	 "[COMPARATOR] [MATCH-TYPE] [\"FIELD\", ...] [\"KEY\", ...]"},
	{"not", TEST_NOT, 0, 0, "", "not TEST"},
	{"size", TEST_SIZE, 0, GROUP(SIZE), "n", "size :over or :under NUMBER"},
	{"true", TEST_TRUE, 0, 0, "", "true"},
	{"body", TEST_BODY, EXT(BODY), MATCHING | GROUP(BODY), "S",
	 "body [COMPARATOR] [MATCH-TYPE] [:raw | :text | :content [\"TYPE\", ...]] [\"KEY\", ...]"},
	{"currentdate", TEST_CURRENTDATE, EXT(DATE), MATCHING | GROUP(ZONE), "sS",
	 "currentdate [:zone \"+hhmm\"] [COMPARATOR] [MATCH-TYPE] \"DATE-PART\" [\"KEY\", ...]"},
	{"date", TEST_DATE, EXT(DATE), MATCHING | GROUP(ZONE) | INDEXED, "ssS",
	 "date [:zone \"+hhmm\" | :originalzone] [COMPARATOR] [MATCH-TYPE] \"FIELD\" \"DATE-PART\" "
	 "[\"KEY\", ...]"},
	{"duplicate", TEST_DUPLICATE, EXT(DUPLICATE),
	 GROUP(HANDLE) | GROUP(UNIQUE) | GROUP(DAYS) | GROUP(LAST), "",
	 "duplicate [:handle \"H\"] [:header \"FIELD\" | :uniqueid \"ID\"] [:seconds N] [:last]"},
	{"environment", TEST_ENVIRONMENT, EXT(ENVIRONMENT), MATCHING, "sS",
	 "environment [COMPARATOR] [MATCH-TYPE] \"NAME\" [\"KEY\", ...]"},
	{"hasflag", TEST_HASFLAG, EXT(IMAP4FLAGS), MATCHING, "FS",
	 "hasflag [MATCH-TYPE] [COMPARATOR] [[\"VARIABLE\", ...]] [\"FLAG\", ...]"},
	{"ihave", TEST_IHAVE, EXT(IHAVE), 0, "S", "ihave [\"EXTENSION\", ...]"},
	{"mailboxexists", TEST_MAILBOXEXISTS, EXT(MAILBOX), 0, "S",
	 "mailboxexists [\"FOLDER\", ...]"},
	{"spamtest", TEST_SPAMTEST, EXT(SPAMTEST) | EXT(SPAMTESTPLUS), MATCHING | GROUP(PERCENT),
	 "s", "spamtest [:percent] [COMPARATOR] [MATCH-TYPE] \"VALUE\""},
	{"string", TEST_STRING, EXT(VARIABLES), MATCHING, "SS",
	 "string [MATCH-TYPE] [COMPARATOR] [\"SOURCE\", ...] [\"KEY\", ...]"},
	{"virustest", TEST_VIRUSTEST, EXT(VIRUSTEST), MATCHING, "s",
	 "virustest [COMPARATOR] [MATCH-TYPE] \"VALUE\""},
	{"specialuse_exists", TEST_SPECIALUSE_EXISTS, EXT(SPECIAL_USE), 0, "fS",
	 "specialuse_exists [\"FOLDER\"] [\"\\\\USE\", ...]"},
	{"metadata", TEST_METADATA, EXT(MBOXMETADATA), MATCHING, "ssS",
	 "metadata [MATCH-TYPE] [COMPARATOR] \"FOLDER\" \"ANNOTATION\" [\"KEY\", ...]"},
	{"metadataexists", TEST_METADATAEXISTS, EXT(MBOXMETADATA), 0, "sS",
	 "metadataexists \"FOLDER\" [\"ANNOTATION\", ...]"},
	{"servermetadata", TEST_SERVERMETADATA, EXT(SERVERMETADATA), MATCHING, "sS",
	 "servermetadata [MATCH-TYPE] [COMPARATOR] \"ANNOTATION\" [\"KEY\", ...]"},
	{"servermetadataexists", TEST_SERVERMETADATAEXISTS, EXT(SERVERMETADATA), 0, "S",
	 "servermetadataexists [\"ANNOTATION\", ...]"},
	{"valid_notify_method", TEST_VALID_NOTIFY_METHOD, EXT(ENOTIFY), 0, "S",
	 "valid_notify_method [\"METHOD\", ...]"},
	{"notify_method_capability", TEST_NOTIFY_METHOD_CAPABILITY, EXT(ENOTIFY), MATCHING, "ssS",
	 "notify_method_capability [COMPARATOR] [MATCH-TYPE] \"METHOD\" \"CAPABILITY\" [\"KEY\", "
	 "...]"},
};

static const struct language_tag tags[] = {
	{"is", TAG_IS, GROUP_MATCH, 0, 0},
	{"contains", TAG_CONTAINS, GROUP_MATCH, 0, 0},
	{"matches", TAG_MATCHES, GROUP_MATCH, 0, 0},
	{"regex", TAG_REGEX, GROUP_MATCH, EXT(REGEX), 0},
	{"value", TAG_VALUE, GROUP_MATCH, EXT(RELATIONAL), 's'},
	{"count", TAG_COUNT, GROUP_MATCH, EXT(RELATIONAL), 's'},
	{"comparator", TAG_COMPARATOR, GROUP_COMPARATOR, 0, 's'},
	{"all", TAG_ALL, GROUP_ADDRESS, 0, 0},
	{"localpart", TAG_LOCALPART, GROUP_ADDRESS, 0, 0},
	{"domain", TAG_DOMAIN, GROUP_ADDRESS, 0, 0},
	{"user", TAG_USER, GROUP_ADDRESS, EXT(SUBADDRESS), 0},
	{"detail", TAG_DETAIL, GROUP_ADDRESS, EXT(SUBADDRESS), 0},
	{"index", TAG_INDEX, GROUP_INDEX, 0, 'n'},
	{"last", TAG_LAST, GROUP_LAST, 0, 0},
	{"over", TAG_OVER, GROUP_SIZE, 0, 0},
	{"under", TAG_UNDER, GROUP_SIZE, 0, 0},
	{"raw", TAG_RAW, GROUP_BODY, 0, 0},
	{"content", TAG_CONTENT, GROUP_BODY, 0, 'S'},
	{"text", TAG_TEXT, GROUP_BODY, 0, 0},
	{"zone", TAG_ZONE, GROUP_ZONE, 0, 's'},
	{"originalzone", TAG_ORIGINALZONE, GROUP_ZONE, 0, 0},
	{"percent", TAG_PERCENT, GROUP_PERCENT, EXT(SPAMTESTPLUS), 0},
	{"copy", TAG_COPY, GROUP_COPY, EXT(COPY), 0},
	{"create", TAG_CREATE, GROUP_CREATE, EXT(MAILBOX), 0},
	{"flags", TAG_FLAGS, GROUP_FLAGS, EXT(IMAP4FLAGS), 'S'},
	{"personal", TAG_PERSONAL, GROUP_LOCATION, 0, 0},
	{"global", TAG_GLOBAL, GROUP_LOCATION, 0, 0},
	{"once", TAG_ONCE, GROUP_ONCE, 0, 0},
	{"optional", TAG_OPTIONAL, GROUP_OPTIONAL, 0, 0},
	{"lower", TAG_LOWER, GROUP_LOWER, 0, 0},
	{"upper", TAG_UPPER, GROUP_LOWER, 0, 0},
	{"lowerfirst", TAG_LOWERFIRST, GROUP_FIRST, 0, 0},
	{"upperfirst", TAG_UPPERFIRST, GROUP_FIRST, 0, 0},
	{"quotewildcard", TAG_QUOTEWILDCARD, GROUP_QUOTE, 0, 0},
	{"quoteregex", TAG_QUOTEREGEX, GROUP_QUOTE, EXT(REGEX), 0},
	{"length", TAG_LENGTH, GROUP_LENGTH, 0, 0},
	{"days", TAG_DAYS, GROUP_DAYS, 0, 'n'},
	{"seconds", TAG_SECONDS, GROUP_DAYS, EXT(VACATION_SECONDS), 'n'},
	{"subject", TAG_SUBJECT, GROUP_SUBJECT, 0, 's'},
	{"from", TAG_FROM, GROUP_FROM, 0, 's'},
	{"addresses", TAG_ADDRESSES, GROUP_ADDRESSES, 0, 'S'},
	{"mime", TAG_MIME, GROUP_MIME, 0, 0},
	{"handle", TAG_HANDLE, GROUP_HANDLE, 0, 's'},
	{"header", TAG_HEADER, GROUP_UNIQUE, 0, 's'},
	{"uniqueid", TAG_UNIQUEID, GROUP_UNIQUE, 0, 's'},
	{"headers", TAG_HEADERS, GROUP_FIELDS, 0, 'S'},
	{"fcc", TAG_FCC, GROUP_FCC, EXT(FCC), 's'},
	{"specialuse", TAG_SPECIALUSE, GROUP_SPECIALUSE, EXT(SPECIAL_USE), 's'},
	{"encodeurl", TAG_ENCODEURL, GROUP_ENCODE, EXT(ENOTIFY), 0},
	{"importance", TAG_IMPORTANCE, GROUP_IMPORTANCE, 0, 's'},
	{"options", TAG_OPTIONS, GROUP_OPTIONS, 0, 'S'},
	{"message", TAG_MESSAGE, GROUP_MESSAGE, 0, 's'},
	{"method", TAG_METHOD, GROUP_METHOD, 0, 's'},
	{"id", TAG_ID, GROUP_ID, 0, 's'},
	{"low", TAG_LOW, GROUP_IMPORTANCE, EXT(NOTIFY), 0},
	{"normal", TAG_NORMAL, GROUP_IMPORTANCE, EXT(NOTIFY), 0},
	{"high", TAG_HIGH, GROUP_IMPORTANCE, EXT(NOTIFY), 0},
	{"try", TAG_TRY, GROUP_TRY, 0, 0},
	{"input", TAG_INPUT, GROUP_INPUT, 0, 's'},
	{"pipe", TAG_PIPE, GROUP_INPUT, 0, 0},
	{"headers_only", TAG_HEADERS_ONLY, GROUP_HEADERS, 0, 0},
	{"mime", TAG_MIME, GROUP_PART, EXT(MIME), 0},
	{"anychild", TAG_ANYCHILD, GROUP_ANYCHILD, EXT(MIME), 0},
	{"type", TAG_TYPE, GROUP_MIMEOPT, EXT(MIME), 0},
	{"subtype", TAG_SUBTYPE, GROUP_MIMEOPT, EXT(MIME), 0},
	{"contenttype", TAG_CONTENTTYPE, GROUP_MIMEOPT, EXT(MIME), 0},
	{"param", TAG_PARAM, GROUP_MIMEOPT, EXT(MIME), 'S'},
	{"name", TAG_NAME, GROUP_NAME, 0, 's'},
	{"first", TAG_FIRST, GROUP_COUNT, 0, 'n'},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

const struct language_extension *
language_extension_find(struct span name)
{
	for (size_t i = 0; i < COUNT(extensions); i++)
		if (span_equal(name, span_of(extensions[i].name)))
			return &extensions[i];
	return NULL;
}

const char *
language_extension_name(enum extension extension)
{
	for (size_t i = 0; i < COUNT(extensions); i++)
		if (extensions[i].extension == extension)
			return extensions[i].name;
	return "";
}

const char *
language_extension_idle(enum extension extension)
{
	for (size_t i = 0; i < COUNT(extensions); i++)
		if (extensions[i].extension == extension)
			return extensions[i].idle;
	return NULL;
}

const struct language_command *
language_command_find(struct span name, bool test)
{
	for (size_t i = 0; i < COUNT(commands) && name.n > 0; i++)
		if (commands[i].name[0] == span_lower(name.p[0]) &&
		    language_is_test(&commands[i]) == test &&
		    span_equal_case(name, span_of(commands[i].name)))
			return &commands[i];
	return NULL;
}

const struct language_command *
language_command_old_notify(void)
{
	const struct language_command *command = commands;

	while (command->command != COMMAND_NOTIFY_OLD)
		command++;
	return command;
}

const struct language_tag *
language_tag_find(struct span name, const struct language_command *command)
{
	for (size_t i = 0; i < COUNT(tags) && name.n > 0; i++)
		if (tags[i].name[0] == span_lower(name.p[0]) &&
		    span_equal_case(name, span_of(tags[i].name)) &&
		    (command->groups >> tags[i].group & 1) != 0)
			return &tags[i];
	return NULL;
}

const char *
language_tag_name(enum tag tag)
{
	for (size_t i = 0; i < COUNT(tags); i++)
		if (tags[i].tag == tag)
			return tags[i].name;
	return "";
}

const struct language_tag *
language_tag_any(struct span name)
{
	for (size_t i = 0; i < COUNT(tags); i++)
		if (span_equal_case(name, span_of(tags[i].name)))
			return &tags[i];
	return NULL;
}

const char *
language_command_guess(struct span name, bool test)
{
	struct guess guess;

	guess_init(&guess, name);
	for (size_t i = 0; i < COUNT(commands); i++)
		if (language_is_test(&commands[i]) == test)
			guess_offer(&guess, commands[i].name);
	return guess.best;
}

const char *
language_tag_guess(struct span name, const struct language_command *command)
{
	struct guess guess;

	guess_init(&guess, name);
	for (size_t i = 0; i < COUNT(tags); i++)
		if ((command->groups >> tags[i].group & 1) != 0)
			guess_offer(&guess, tags[i].name);
	return guess.best;
}

const char *
language_extension_guess(struct span name)
{
	struct guess guess;

	guess_init(&guess, name);
	for (size_t i = 0; i < COUNT(extensions); i++)
		guess_offer(&guess, extensions[i].name);
	return guess.best;
}
