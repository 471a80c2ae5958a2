/*
 * conf_value.h - inside conf/: what strings in the configuration may say.
 *
 * Each take function checks text and, where it is as expected, stores it at
 * `to` (an earlier value is freed) or appends it. false: not as expected,
 * nothing is changed. No knowledge of libconfig.
 */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include "conf/reader/conf.h"

/* What is expected, in words: for errors and for the command line. */
#define VALUE_MAILBOX                                                                              \
	"\"maildir:/PATH\", \"maildir:~/PATH\", \"lmtp:unix:/PATH\", \"lmtp:HOST:PORT\" or "       \
	"\"lda:/PROGRAM ARG...\""
#define VALUE_SERVER "\"127.0.0.1\", \"127.0.0.1:53\", \"::1\" or \"[::1]:53\""
#define VALUE_ANSWER                                                                               \
	"an answer in 127.0.0.0/8 such as \"127.0.0.2\", \"127.0.0.[4..7]\" or \"127.0.0.&4\" "    \
	"(127.255.255.x is always a refusal)"
#define VALUE_DEADLINE_MIN 0.1
#define VALUE_DEADLINE_MAX 60.0

/*
 * A zone: at most 189 bytes, so that a reversed IPv6 address before it fits
 * into a name (253); the last dot is dropped. to: char *.
 */
bool conf_value_zone(const char *text, void *to);
/*
 * A name in mail and logs: 1 to 64 of letters, digits, '.', '-', '_'. to: char
 * *.
 */
bool conf_value_name(const char *text, void *to);
/*
 * Paths of at most 1024 bytes without control characters: absolute; absolute or
 * below "~/". to: char *.
 */
bool conf_value_absolute(const char *text, void *to);
bool conf_value_path(const char *text, void *to);
/* The same, appended. to: struct strings. */
bool conf_value_absolutes(const char *text, void *to);
/*
 * "user@domain", "@domain", "@.domain", "list:ID", "dkim:domain", never with a
 * "*"; appended. to: struct strings.
 */
bool conf_value_senders(const char *text, void *to);
/* An authserv-id of Authentication-Results: a word, or "". to: char *. */
bool conf_value_authserv(const char *text, void *to);
/* "user@domain" of letters, digits, '.', '-', '_' and '+'. to: char *. */
bool conf_value_address(const char *text, void *to);
/*
 * Folder names: UTF-8, no control characters, no empty, "." or ".." part. to:
 * char *.
 */
bool conf_value_folder(const char *text, void *to);
/* One of . / ^ | to: char. */
bool conf_value_separator(const char *text, void *to);
/* One punctuation character that addresses allow, or none. to: char. */
bool conf_value_delimiter(const char *text, void *to);
bool conf_value_mailbox(const char *text, void *to);  /* to: struct mailbox */
bool conf_value_facility(const char *text, void *to); /* to: int, as syslog(3) */
bool conf_value_level(const char *text, void *to);

/*
 * "192.0.2.0/24", "2001:db8::/32" or an address. false: no network, or bits are
 * set right of the prefix.
 */
bool conf_value_network(const char *text, struct network *network);
/*
 * HOST or HOST:PORT, HOST an address: [ ] around an IPv6 one where a port
 * follows. Port 53 where there is none; 1 to 65535.
 */
bool conf_value_server(const char *text, struct dns_server *server);

void conf_value_strings_add(struct strings *strings, const char *text);
void conf_value_strings_free(struct strings *strings);

#endif
