/*
 * sample.h - what doctor --mail remembers of a person's mail: the top of each
 * chain, in bounded memory.
 */
#ifndef DOCTOR_SAMPLE_H
#define DOCTOR_SAMPLE_H

#include "conf/reader/conf.h"
#include "filter/message/mailfiles.h"

#define SAMPLE_MAILS_MAX 50000 /* messages; what comes after them is not read */
/* different addresses, a power of two; further ones are counted together */
#define SAMPLE_HOSTS_MAX 32768
#define SAMPLE_DEPTH     6 /* relays of each message, from the top */
/* different names of servers that took mail in; further ones are left out */
#define SAMPLE_TAKERS_MAX 64
#define SAMPLE_NAME_MAX   64  /* bytes of a host name, with its NUL; longer ones keep their end */
#define SAMPLE_LINE_MAX   200 /* bytes of a line that is shown */
#define SAMPLE_BELOW_BITS 256 /* of the set by which different neighbours are counted */

/* Of the messages that a host hands over, or several that belong together. */
struct tally {
	unsigned handed;
	unsigned lists;      /* came through a mailing list */
	unsigned own_lists;  /* whose domain is that of the host */
	unsigned with_below; /* have a relay below it */
	unsigned foreign;    /* have one below it that does not belong to it */
};

/* The host, those of its network, its domain, and of both. */
enum tally_of { TALLY_HOST, TALLY_NETWORK, TALLY_DOMAIN, TALLY_BOTH, TALLY_OF };

/* One address, as the mail tells of it. */
struct host {
	bool used;
	struct addr addr; /* NAT64 unwrapped */
	/* as the server that took mail from it looked it up; "" unknown */
	char name[SAMPLE_NAME_MAX];
	char taker[SAMPLE_NAME_MAX]; /* that server's own name */
	/*
	 * already: loopback, trusted_networks, or private while these are unset
	 */
	bool trusted;
	bool ours;       /* the judgement */
	const char *why; /* of that */
	/* recounted for each round */
	struct tally tally[TALLY_OF];
	uint8_t below[SAMPLE_BELOW_BITS / 8];
};

/* One message. */
struct sampled {
	uint16_t host[SAMPLE_DEPTH]; /* index of struct host, top down */
	uint8_t n;
	uint8_t authenticated; /* bit i: host[i] was authenticated by the server above it */
	uint8_t list_domain;   /* bit i: host[i] is of the mailing list's domain */
	bool list;             /* came through a mailing list */
};

struct taker {
	char name[SAMPLE_NAME_MAX];
	unsigned count;
};

struct sample {
	const struct conf *conf;
	struct host *hosts;    /* owned; SAMPLE_HOSTS_MAX, a hash table */
	struct sampled *mails; /* owned; SAMPLE_MAILS_MAX */
	size_t n_hosts, n_mails;
	struct taker takers[SAMPLE_TAKERS_MAX];
	size_t n_takers;
	unsigned long read; /* messages looked at */
	/* of these, messages with a line that should have named an address */
	unsigned long unparsed;
	/*
	 * of these, messages whose handoff is not known for it: the first such
	 * line, in text
	 */
	unsigned long ended;
	struct span line;
	char text[SAMPLE_LINE_MAX];
	unsigned long failed; /* files that could not be read */
	bool overflow;        /* more messages or addresses than are kept */
};

void sample_init(struct sample *sample, const struct conf *conf);
void sample_free(struct sample *sample);

/*
 * The part of a host's name that one registers: two labels, three under "co.uk"
 * and its like. "" where there is none.
 */
const char *sample_domain(const char *name);

/* Reads mail into the sample; see mails_read(). */
void sample_read(struct sample *sample, char **paths, size_t n);

#endif
