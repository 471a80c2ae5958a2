/*
 * delivery.h - what fuzz_delivery.c is made of: an input is one whole delivery,
 * which runs in this process, and is judged by what doc/reliability.md and
 * doc/security.md promise.
 *
 *     CHOICES     a letter for each, `a` the first of its kind (enum choice)
 *     ANSWERS     a letter for each question to a DNS list, in a circle
 *     SENDER      of the envelope, may be empty
 *     RECIPIENT
 *     RULES...    with SCRIPT a: triples of letters (rules.c); b: Sieve
 *     %%
 *     MESSAGE...
 */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "filter/base/buf.h"
#include "filter/commands/options.h"
#include "filter/run.h"
#include "filter/store/target.h"
#include "tests/fuzz/delivery/faults.h"

#include <stdio.h>

enum choice {
	SCRIPT,    /* rules, Sieve, none */
	LISTS,     /* none, one heavy zone, two light ones, a file, zone and allow zone, no file */
	PATH,      /* relays above the message's own: none, one outside, one outside of ours */
	EOL,       /* of the lines that stand above the message: LF, CRLF */
	MARK,      /* no X-Mark above the message, or one with the name of a folder */
	JUNK,      /* the folder for listed mail: Junk, one a level deeper */
	SEPARATOR, /* . or / */
	MAILBOX,   /* enum mailbox_state */
	INPUT,     /* standard input is a file, a pipe */
	FOLDER,    /* -m: none, Lists, one that cannot be */
	SEND,      /* redirects and replies: forbidden, allowed, allowed and sendmail fails */
	CONF,      /* the configuration: right, broken */
	FAULT,     /* enum fault */
	NTH,       /* which call of that kind fails first */
	ERRNO,     /* with what */
	MANNER,    /* it fails once, for good, or was done and says that it failed */
	CHOICES
};

enum mailbox_state {
	MAILBOX_THERE,
	MAILBOX_MISSING,
	MAILBOX_JUNK_IS_FILE,
	MAILBOX_LISTS_IS_FILE,
	MAILBOX_QUOTA,
	MAILBOX_FULL,
	MAILBOX_NOWHERE, /* the folder above it is missing */
	MAILBOX_STATES
};

enum fault {
	FAULT_NONE,
	FAULT_WRITE,
	FAULT_COPY,
	FAULT_SYNC,
	FAULT_LINK,
	FAULT_RENAME,
	FAULT_MKDIR,
	FAULT_CREATE,
	FAULT_READ,
	FAULT_ANY, /* of these */
	FAULTS
};

struct input {
	unsigned choice[CHOICES];
	struct span answers, sender, recipient, rules, message;
};

/* ---- input.c */

/* Any bytes are an input. The spans point into data. */
void input_read(struct input *input, struct span data);

/* How many a choice has. */
unsigned input_options(enum choice choice);

/* Writes it as it is read; false: more than size bytes. */
bool input_write(const struct input *input, char *to, size_t size, size_t *n);

/*
 * The message as it is handed over: what PATH and MARK put on top, and the
 * message. The caller frees it with buf_free().
 */
void input_message(const struct input *input, struct buf *to);

/* The folder that a message with that MARK names; NULL: it has none. */
const char *input_mark(const struct input *input);

/* Breaks off: a promise was broken. */
_Noreturn void broken(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- rules.c */

struct copy {
	char disk[FOLDER_DISK_MAX]; /* "" is INBOX */
	char flags[TARGET_FLAGS_MAX];
	unsigned edits; /* that stand before it */
};

#define COPIES_MAX 64
#define EDITS_MAX  32

/* What has to come of a delivery. */
struct expected {
	bool known; /* the rules are ours, and the message does not meddle with what they test */
	struct copy copy[COPIES_MAX];
	size_t n;
	unsigned edit[EDITS_MAX]; /* of each edit: K adds "X-Fuzz: vK", 0 deletes X-Mark */
	size_t edits;
};

/* The Sieve script that the letters stand for. */
void rules_write(const struct input *input, struct buf *to);

/*
 * What it means, read from the letters and not from the script. sent: the
 * redirects that went out.
 */
struct sent;
void rules_expect(const struct input *input, enum verdict_kind kind, const struct sent *sent,
		  struct expected *expected);

/* ---- seams.c: what stands for DNS, sendmail, the sealed child and the end */

struct sent {
	char to[8][128];
	bool took[8];
	size_t n;
};

enum zone { ZONE_HEAVY, ZONE_ONE, ZONE_TWO, ZONE_GOOD, ZONES };

struct seams {
	const struct input *input;
	size_t asked;
	unsigned hits[ZONES]; /* answers that list somebody */
	unsigned failures;    /* answers that are none, and lists that gave themselves away */
	struct sent sent;
	bool taken; /* guard_taken() was called */
};

extern struct seams seams;

void seams_begin(const struct input *input);

/*
 * Runs one delivery to the end of its process: the exit status. *run is
 * whatever it left.
 */
int seams_deliver(struct run *run, const struct options *options);

/* ---- synced.c: what is on disk for certain */

void synced_begin(void);
void synced_file(int fd);
/* faulty: calls have failed, so that only messages are looked at */
void synced_name(int from_dir, const char *from, int to_dir, const char *to, bool faulty);
void synced_all(bool faulty);

/* ---- place.c */

/* A message that lies in the mailbox. */
struct stored {
	char disk[FOLDER_DISK_MAX];
	char flags[TARGET_FLAGS_MAX]; /* "" also for new/ */
	struct span text;
};

#define STORED_MAX 128

struct place {
	char home[128];
	struct stored stored[STORED_MAX];
	size_t n;
};

/*
 * The folder below which everything has to stay, made once for a process and
 * removed at its end; its home is the user's.
 */
const struct place *place_open(void);
void place_remove(void);

/* Makes the mailbox, script, configuration and list file of this delivery. */
void place_prepare(const struct input *input);

/*
 * Reads what lies in the mailbox. Breaks off where a file is that nobody should
 * have made, or anything is left in a tmp/.
 */
struct place *place_look(void);

/* Where the configuration and the mailbox are. */
const char *place_path(char to[256], const char *name);
const char *place_mailbox(const struct input *input);

/* ---- judge.c */

void judge(const struct input *input, struct span message, int status, const struct run *run,
	   const struct place *place);

/* ---- mutate.c: LLVMFuzzerCustomMutator() for libFuzzer */

#endif
