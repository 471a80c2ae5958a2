/*
 * check_parts.h - the parts of the check command: what was asked about, what
 * was found, and how it is told.
 */
#ifndef CHECK_PARTS_H
#define CHECK_PARTS_H

#include "conf/reader/conf.h"
#include "filter/base/err.h"
#include "filter/lists/dnsbl.h"

#define CHECK_ITEMS_MAX 256 /* addresses of one call */
#define CHECK_WHAT_MAX  512

/* One address, and why it is asked about. */
struct check_item {
	struct addr addr;
	char what[CHECK_WHAT_MAX]; /* "mx.example.org, MX of example.org"; "" where it was given */
	struct lookups lookups;    /* owned; what the lists say */
	int against;               /* the weights of the lists that list it */
	bool failed, refused;      /* a list did not answer; because it refuses to */
};

struct check {
	const struct conf *conf;
	struct check_item item[CHECK_ITEMS_MAX];
	size_t n;
	unsigned ms; /* what asking took */
};

/*
 * Adds what a word means: an address, "[A]", "A:25", a network up to /28, a
 * page of a list about an address, a host name, a domain (its MX), a file with
 * such things, one a line, or a mail that came back. 0, or -1 and why.
 */
int check_add(struct check *check, const char *word, struct err *err);

/* Adds an address that is not there yet. -1: there are too many. */
int check_add_address(struct check *check, const struct addr *addr, const char *what,
		      struct err *err);

/* Adds the addresses in a network of at most most. */
int check_add_network(struct check *check, const struct network *network, unsigned most,
		      const char *what, struct err *err);

/*
 * Adds the public addresses of this machine and of trusted_networks up to /29.
 */
int check_add_self(struct check *check, struct err *err);

/*
 * Adds the addresses of a name: of its mail servers where it has any (MX), else
 * its own. Asks the servers of conf->dns, else those of resolv.conf.
 */
int check_add_name(struct check *check, const char *name, struct err *err);

/* Asks the lists about all of them. */
void check_ask(struct check *check);

/* Does this lookup count against the address? */
bool check_against(const struct lookup *lookup);

/* Why the address is special, for a person; NULL where it is like others. */
const char *check_special(const struct addr *addr);

/*
 * For a person; for a program; for a monitoring system, whose status it gives.
 */
void check_print(const struct check *check);
void check_print_json(const struct check *check);
int check_print_nagios(const struct check *check);

#endif
