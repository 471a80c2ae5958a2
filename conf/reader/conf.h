/*
 * conf.h - the configuration: the only place that knows libconfig.
 *
 * conf_init() gives built-in defaults that already tag (bl.spamcop.net,
 * resolv.conf). conf_read() reads a file over them; unknown keys are kept as
 * warnings. All values are range-checked; the first wrong one is the error,
 * with file, line, key and what was expected.
 */
#ifndef CONF_H
#define CONF_H

#include "filter/base/addr.h"
#include "filter/base/err.h"

/*
 * A set of IPv4 answers, octet by octet: "127.0.0.2", "127.0.0.[4..7]",
 * "127.0.0.[2;4..7]" (ranges as Postfix writes them), "127.0.0.&4" (bit 4 is
 * set).
 */
struct answer {
	uint32_t octet[4][8]; /* 256 bits for each octet: bit set = this value matches */
	/*
	 * the last octet is a bit: 127.0.0.1 and 127.0.0.255 have it, and do
	 * not match
	 */
	bool masked;
	char *name; /* of this meaning; NULL: the list's */
	int weight;
};

/*
 * Two answers mean something else unless a list names them: 127.0.0.1, for what
 * answers everything gives it, and 127.0.0.255, by which some lists refuse.
 */
#define ANSWER_INSANE  0x7f000001U
#define ANSWER_REFUSED 0x7f0000ffU

struct list {
	/*
	 * what mail and logs say: `name`, else zone, else the file's base name
	 */
	char *name;
	char *zone;   /* NULL for a file; without the last dot */
	char *file;   /* NULL for a zone; absolute */
	char *format; /* of a file: "ip4set" and its kin (listfile.h); NULL: not said */
	/*
	 * what counts as listed; at most CONF_ANSWERS_MAX. Default 127.0.0.2;
	 * of an allow zone 127.0.0.[2..254]
	 */
	struct answer *answers;
	size_t n_answers;
	/*
	 * relays = "handoff", the default; false for relays = "all" and for
	 * bl.spamcop.net by default
	 */
	bool handoff_only;
	bool not_first; /* relays = "not-first": all but the oldest one */
	/*
	 * IPv6 relays are asked about, too; default: false for a zone, true for
	 * a file, which costs no query
	 */
	bool ipv6;
	bool allow; /* one of allow.zones: a hit lets the message through */
	/*
	 * NULL; or what is wrong with its answers, "FILE:LINE: KEY: ...": then
	 * it is never asked and fails, and the other lists go on
	 */
	char *wrong;
};

#define CONF_ANSWERS_MAX 32 /* of one list: struct lookup has a bit for each */
#define CONF_LISTS_MAX   32 /* lists and allow zones together */

struct dns_server {
	struct addr addr;
	uint16_t port; /* host order */
};

struct strings {
	char **string;
	size_t n;
};

enum mailbox_kind {
	MAILBOX_NONE,
	MAILBOX_MAILDIR,
	MAILBOX_LMTP_UNIX,
	MAILBOX_LMTP_TCP,
	MAILBOX_LDA
};

struct mailbox {
	enum mailbox_kind kind;
	/*
	 * maildir: the folder, may begin with "~/"; lmtp:unix: the socket;
	 * lmtp: HOST:PORT or [IPv6]:PORT; lda: the command line
	 */
	char *path;
};

struct conf {
	const char *file; /* the argument of conf_read(), not owned; NULL for built-in defaults */
	bool anybody;     /* everybody on the host may write the file */

	/* trusted_networks; n_trusted 0 and trusted_set false while unset */
	struct network *trusted;
	size_t n_trusted;
	bool trusted_set;

	struct list *lists; /* lists in order, then allow zones */
	size_t n_lists;
	int threshold; /* 1 to 100, default 5 */

	struct {
		struct dns_server *servers; /* n 0: resolv.conf's */
		size_t n_servers;
		double timeout; /* seconds for one try */
		int tries;
		double deadline; /* seconds over everything */
	} dns;

	struct {
		struct strings senders; /* as in allow_entry.h, but for networks */
		/*
		 * senders and lists count only where the site's own
		 * Authentication-Results prove them; needs authserv_id
		 */
		bool authenticated;
		char *authserv_id; /* of these (RFC 8601 2.5); NULL: not said */
		struct network *networks;
		size_t n_networks;
		char *file; /* may begin with "~/"; default "~/.spamcop-allow" */
	} allow;

	struct {
		struct mailbox mailbox; /* MAILBOX_NONE: not configured */
		char *junk;             /* UTF-8 folder name, default "Junk" */
		char separator;         /* of folder levels in scripts and on disk, default '.' */
		char delimiter;         /* of address details, default '+'; '\0' for none ("") */
		bool detail;            /* LMTP: file by address detail (deliver.detail) */
		/*
		 * lmtp and lda: seconds for handing one copy over; default 120
		 */
		double time_limit;
	} deliver;

	struct {
		struct strings before, after; /* the site's scripts, absolute paths */
		char *script;                 /* the user's; default "~/.spamcop.sieve" */
		/*
		 * folders for include: sieve.personal "~/sieve", sieve.global
		 * NULL
		 */
		char *personal, *global;
		double time_limit; /* seconds */
		bool redirect, vacation, notify;
		int vacation_limit; /* replies a day for one user */
		char *sendmail;     /* "/usr/sbin/sendmail" */
	} sieve;

	struct {
		char *address; /* SpamCop's for the reports of one user; NULL: unset */
	} report;

	struct {
		int facility; /* syslog(3) */
		int level;
	} log;

	struct strings unknown; /* "FILE:LINE: unknown key KEY", for doctor and the log */
	struct strings wrong;   /* of a broken configuration: every wrong value, for doctor */
};

void conf_init(struct conf *conf);
void conf_free(struct conf *conf);

/*
 * Reads file over the defaults of conf_init(). file: a regular file of at most
 * 1 MB; it must outlive conf. -1: broken, and err says "FILE:LINE: KEY: what is
 * wrong; what is expected". conf is then as conf_init() left it, but for
 * deliver.mailbox, junk and separator, where the file still says them: so that
 * mail goes to the right place even then.
 */
int conf_read(struct conf *conf, const char *file, struct err *err);

/*
 * The same for the file that a build looks for by itself; that it does not
 * exist is no error: the defaults stay.
 */
#define CONF_DEFAULT_FILE SYSCONFDIR "/spamcop-filter.conf"
int conf_read_default(struct conf *conf, struct err *err);

/* What the command line can say as well. */
int conf_set_nameserver(struct conf *conf, const char *host_port, struct err *err);
int conf_set_deadline(struct conf *conf, const char *seconds, struct err *err);
int conf_set_mailbox(struct mailbox *mailbox, const char *url, struct err *err);

/* "127.0.0.[4..7]" and its kin. -1 and a sentence about what was expected. */
int conf_parse_answer(const char *text, struct answer *answer, struct err *err);
bool conf_answer_matches(const struct answer *answer, uint32_t ipv4);

#endif
