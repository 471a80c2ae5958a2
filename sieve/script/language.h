/*
 * language.h - what there is in our Sieve: extensions, commands, tests and
 * tags, as tables.
 *
 * Each entry names the RFC that it comes from. An extension is a bit; whatever
 * needs none has none.
 */
#ifndef LANGUAGE_H
#define LANGUAGE_H

#include "filter/base/span.h"

#include <stdint.h>

enum extension {
	EXT_BODY,
	EXT_COMPARATOR_NUMERIC,
	EXT_COMPARATOR_UNICODE,
	EXT_COPY,
	EXT_DATE,
	EXT_DUPLICATE,
	EXT_EDITHEADER,
	EXT_ENCODED_CHARACTER,
	EXT_ENVELOPE,
	EXT_ENVIRONMENT,
	EXT_EREJECT,
	EXT_EXTRACTTEXT,
	EXT_FILEINTO,
	EXT_FOREVERYPART,
	EXT_IHAVE,
	EXT_IMAP4FLAGS,
	EXT_INCLUDE,
	EXT_INDEX,
	EXT_MAILBOX,
	EXT_MIME,
	EXT_REGEX,
	EXT_REJECT,
	EXT_RELATIONAL,
	EXT_SPAMTEST,
	EXT_SPAMTESTPLUS,
	EXT_SUBADDRESS,
	EXT_VACATION,
	EXT_VACATION_SECONDS,
	EXT_VARIABLES,
	EXT_COMPARATOR_OCTET,
	EXT_COMPARATOR_ASCII, /* always there; may be required */
	EXT_ENOTIFY,
	EXT_IMAPFLAGS,
	EXT_SPECIAL_USE,
	EXT_VIRUSTEST,
	/* known, and not carried out */
	EXT_NOTIFY,
	EXT_PIPE,
	EXT_EXECUTE,
	EXT_FILTER,
	EXT_REPORT,
	EXT_IMAPSIEVE,
	EXT_MBOXMETADATA,
	EXT_SERVERMETADATA,
	EXT_EXTLISTS,
	EXT_DOVECOT_ENVIRONMENT,
	EXT_DEBUG,
	EXT_REPLACE,
	EXT_FCC,
};

#define EXT(name) (UINT64_C(1) << EXT_##name)

struct language_extension {
	const char *name;
	enum extension extension;
	/*
	 * why what it adds is not carried out here, as half a sentence; NULL:
	 * it is. Such a script runs, for its other rules.
	 */
	const char *idle;
};

/* By name (bytes, RFC 5228 2.10.5); NULL: not one of ours. */
const struct language_extension *language_extension_find(struct span name);
const char *language_extension_name(enum extension extension);
const char *language_extension_idle(enum extension extension);

enum command {
	COMMAND_REQUIRE,
	COMMAND_IF,
	COMMAND_ELSIF,
	COMMAND_ELSE,
	COMMAND_STOP,
	COMMAND_INCLUDE,
	COMMAND_RETURN,
	COMMAND_FOREVERYPART,
	COMMAND_BREAK,
	COMMAND_GLOBAL,
	COMMAND_SET,
	COMMAND_ERROR,
	COMMAND_KEEP,
	COMMAND_FILEINTO,
	COMMAND_DISCARD,
	COMMAND_REDIRECT,
	COMMAND_REJECT,
	COMMAND_EREJECT,
	COMMAND_SETFLAG,
	COMMAND_ADDFLAG,
	COMMAND_REMOVEFLAG,
	COMMAND_VACATION,
	COMMAND_ADDHEADER,
	COMMAND_DELETEHEADER,
	COMMAND_MARK,
	COMMAND_UNMARK,
	COMMAND_NOTIFY,
	COMMAND_NOTIFY_OLD,
	COMMAND_DENOTIFY,
	COMMAND_PIPE,
	COMMAND_EXECUTE,
	COMMAND_FILTER,
	COMMAND_REPORT,
	COMMAND_EXTRACTTEXT,
	COMMAND_DEBUG_LOG,
	COMMAND_REPLACE,
	COMMAND_ENCLOSE,
	TEST_ADDRESS,
	TEST_ALLOF,
	TEST_ANYOF,
	TEST_ENVELOPE,
	TEST_EXISTS,
	TEST_FALSE,
	TEST_HEADER,
	TEST_NOT,
	TEST_SIZE,
	TEST_TRUE,
	TEST_BODY,
	TEST_CURRENTDATE,
	TEST_DATE,
	TEST_DUPLICATE,
	TEST_ENVIRONMENT,
	TEST_HASFLAG,
	TEST_IHAVE,
	TEST_MAILBOXEXISTS,
	TEST_SPAMTEST,
	TEST_STRING,
	TEST_VIRUSTEST,
	TEST_SPECIALUSE_EXISTS,
	TEST_VALID_NOTIFY_METHOD,
	TEST_NOTIFY_METHOD_CAPABILITY,
	TEST_METADATA,
	TEST_METADATAEXISTS,
	TEST_SERVERMETADATA,
	TEST_SERVERMETADATAEXISTS,
	COMMANDS,
};

enum tag {
	TAG_IS,
	TAG_CONTAINS,
	TAG_MATCHES,
	TAG_REGEX,
	TAG_VALUE,
	TAG_COUNT,
	TAG_COMPARATOR,
	TAG_ALL,
	TAG_LOCALPART,
	TAG_DOMAIN,
	TAG_USER,
	TAG_DETAIL,
	TAG_INDEX,
	TAG_LAST,
	TAG_OVER,
	TAG_UNDER,
	TAG_RAW,
	TAG_CONTENT,
	TAG_TEXT,
	TAG_ZONE,
	TAG_ORIGINALZONE,
	TAG_PERCENT,
	TAG_COPY,
	TAG_CREATE,
	TAG_FLAGS,
	TAG_PERSONAL,
	TAG_GLOBAL,
	TAG_ONCE,
	TAG_OPTIONAL,
	TAG_LOWER,
	TAG_UPPER,
	TAG_LOWERFIRST,
	TAG_UPPERFIRST,
	TAG_QUOTEWILDCARD,
	TAG_QUOTEREGEX,
	TAG_LENGTH,
	TAG_DAYS,
	TAG_SECONDS,
	TAG_SUBJECT,
	TAG_FROM,
	TAG_ADDRESSES,
	TAG_MIME,
	TAG_HANDLE,
	TAG_HEADER,
	TAG_UNIQUEID,
	TAG_FCC,
	TAG_HEADERS,
	TAG_SPECIALUSE,
	TAG_ENCODEURL,
	TAG_IMPORTANCE,
	TAG_OPTIONS,
	TAG_MESSAGE,
	TAG_METHOD,
	TAG_ID,
	TAG_LOW,
	TAG_NORMAL,
	TAG_HIGH,
	TAG_TRY,
	TAG_INPUT,
	TAG_PIPE,
	TAG_HEADERS_ONLY,
	TAG_ANYCHILD,
	TAG_TYPE,
	TAG_SUBTYPE,
	TAG_CONTENTTYPE,
	TAG_PARAM,
	TAG_NAME,
	TAG_FIRST,
	TAGS,
};

/* Tags that stand for one another: at most one of a group in a command. */
enum tag_group {
	GROUP_MATCH,
	GROUP_COMPARATOR,
	GROUP_ADDRESS,
	GROUP_INDEX,
	GROUP_LAST,
	GROUP_SIZE,
	GROUP_BODY,
	GROUP_ZONE,
	GROUP_PERCENT,
	GROUP_COPY,
	GROUP_CREATE,
	GROUP_FLAGS,
	GROUP_LOCATION,
	GROUP_ONCE,
	GROUP_OPTIONAL,
	GROUP_LOWER,
	GROUP_FIRST,
	GROUP_QUOTE,
	GROUP_LENGTH,
	GROUP_DAYS,
	GROUP_SUBJECT,
	GROUP_FROM,
	GROUP_ADDRESSES,
	GROUP_MIME,
	GROUP_HANDLE,
	GROUP_UNIQUE,
	GROUP_FCC,
	GROUP_FIELDS,
	GROUP_SPECIALUSE,
	GROUP_ENCODE,
	GROUP_IMPORTANCE,
	GROUP_OPTIONS,
	GROUP_MESSAGE,
	GROUP_METHOD,
	GROUP_ID,
	GROUP_TRY,
	GROUP_INPUT,
	GROUP_HEADERS,
	GROUP_PART,
	GROUP_ANYCHILD,
	GROUP_MIMEOPT,
	GROUP_NAME,
	GROUP_COUNT,
};

#define GROUP(name) (UINT64_C(1) << GROUP_##name)

struct language_tag {
	const char *name;
	enum tag tag;
	enum tag_group group;
	uint64_t needs; /* extensions, all of them */
	char value;     /* 0: none; 'n' number, 's' string, 'S' strings */
};

struct language_command {
	const char *name;
	enum command command;
	uint64_t needs;  /* one of these extensions */
	uint64_t groups; /* of tags that it takes */
	/*
	 * each 'n', 's' or 'S', in order; lower-case 'f': a string that may be
	 * left out in front (imap4flags)
	 */
	const char *positional;
	const char *usage; /* what was expected, for errors */
};

/* Command or test, by name in any case; NULL: there is none. */
const struct language_command *language_command_find(struct span name, bool test);

/* The `notify` of before RFC 5435, which has the same name. */
const struct language_command *language_command_old_notify(void);
static inline bool
language_is_test(const struct language_command *command)
{
	return command->command >= TEST_ADDRESS;
}

/*
 * NULL: there is none. :header, :last and :seconds are found by the command
 * that they stand in.
 */
const struct language_tag *language_tag_find(struct span name,
					     const struct language_command *command);
const char *language_tag_name(enum tag tag);

/* A tag of whatever command, by name; NULL: there is none. */
const struct language_tag *language_tag_any(struct span name);

/* The known word that is nearest to an unknown one (guess.h), or NULL. */
const char *language_command_guess(struct span name, bool test);
const char *language_tag_guess(struct span name, const struct language_command *command);
const char *language_extension_guess(struct span name);

#endif
