/*
 * dns.h - questions to DNS servers, all at once, before one deadline. c-ares is
 * known to channel.c, dns_query*.c and dns_udp.c only.
 *
 * A question is asked again after `timeout` seconds, of the next server,
 * `tries` times of each; earlier tries stay open, so that a late answer still
 * counts. A server that refuses, fails or is not there is left for the next one
 * at once. What is not answered at the deadline is a "timeout". A truncated
 * answer is fetched over TCP.
 */
#ifndef DNS_H
#define DNS_H

#include "conf/reader/conf.h"
#include "filter/base/span.h"

#define DNS_NAME_MAX 253 /* bytes of a name in text form (RFC 1035 2.3.4) */
/*
 * questions sent and not answered yet: more than that and answers are lost in
 * socket buffers
 */
#define DNS_IN_FLIGHT     64
#define DNS_ADDRESSES_MAX 4096 /* A records that fit into 64 KB */

enum dns_type { DNS_A, DNS_TXT };

/*
 * What came of one question. The pointers are good only during the call of
 * done.
 */
struct dns_answer {
	/*
	 * NULL: answered; else "timeout", "servfail", "refused", "formerr",
	 * "unreachable", "malformed", ...
	 */
	const char *cause;
	const uint32_t *a; /* DNS_A: the addresses, host order; n 0 for NXDOMAIN and NODATA */
	size_t n;
	/*
	 * DNS_TXT: the first record, its strings joined; empty where there is
	 * none
	 */
	struct span text;
	unsigned us; /* microseconds from the first try to the answer */
};

typedef void dns_done(void *arg, const struct dns_answer *answer);

struct dns;

/*
 * Servers, times and the deadline come from conf->dns; without servers there,
 * from resolv.conf. The deadline runs from here.
 */
struct dns *dns_open(const struct conf *conf);

/*
 * Adds a question; nothing is sent yet. done is called exactly once, from
 * dns_run(), and may ask more. A question with `bonus` set is worth no long
 * wait: it fails after all its tries have had their time, not only at the
 * deadline.
 */
void dns_ask(struct dns *dns, const char *name, enum dns_type type, bool bonus, dns_done *done,
	     void *arg);

/*
 * slow is called once, from dns_run(), when the first question has to be asked
 * again: whatever will be asked later had better be asked now, for there may be
 * no time for another round trip. It may ask.
 */
void dns_when_slow(struct dns *dns, void (*slow)(void *arg), void *arg);

/*
 * Sends what may be sent now and returns, so that the caller can do something
 * else while answers travel.
 */
void dns_send(struct dns *dns);

/*
 * Until every question is answered or the deadline has come; returns the
 * milliseconds since dns_open().
 */
unsigned dns_run(struct dns *dns);

void dns_close(struct dns *dns);

/*
 * The same for a process that has asked all it will ask and ends soon: what the
 * kernel takes back at its end, the memory and the sockets of UDP, is left to
 * it. (c-ares goes through 2,048 lists to free a channel.)
 */
void dns_leave(struct dns *dns);

/*
 * The servers that would be asked, into at most max: conf's, else
 * resolv.conf's. Returns how many.
 */
size_t dns_servers(const struct conf *conf, struct dns_server *servers, size_t max);

#endif
