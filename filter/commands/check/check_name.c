/*
 * check_name.c - the addresses of a name, by the C library's resolver: the
 * filter's own asks lists, and delivery needs no more. Every answer is
 * untrusted.
 */
#include "filter/commands/check/check_parts.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>

#define ANSWER_MAX 8192
#define MX_MAX     10 /* servers of one domain */

/* The servers of conf->dns in place of those of resolv.conf. */
static void
use_servers(struct __res_state *state, const struct conf *conf)
{
	size_t n = conf->dns.n_servers < MAXNS ? conf->dns.n_servers : MAXNS;

	state->retrans = 1;
	state->retry = conf->dns.tries < 1 ? 1 : conf->dns.tries;
	for (size_t i = 0; i < n; i++) {
		const struct dns_server *server = &conf->dns.servers[i];

		if (addr_is_ipv4(&server->addr)) {
			state->nsaddr_list[i] = (struct sockaddr_in){
				.sin_family = AF_INET,
				.sin_port = htons(server->port),
				.sin_addr.s_addr = htonl(addr_ipv4(&server->addr))};
			continue;
		}
		struct sockaddr_in6 *in6 = calloc(1, sizeof *in6);
		if (in6 == NULL)
			abort();
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(server->port);
		memcpy(&in6->sin6_addr, server->addr.b, sizeof server->addr.b);
		state->nsaddr_list[i].sin_family = 0;
		state->_u._ext.nsaddrs[i] = in6; /* res_nclose() frees it */
		state->_u._ext.nscount = (unsigned short)(i + 1);
	}
	if (n > 0)
		state->nscount = (int)n;
}

/* One record of an answer, and the answer that names in it may point into. */
struct record {
	const unsigned char *begin, *end; /* of the answer */
	const unsigned char *data;
	unsigned type, n; /* n: bytes of data */
};

typedef int each_record(struct check *check, const struct record *record, const char *what,
			struct err *err);

static unsigned
two_bytes(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/*
 * Moves *at behind a name, and the bytes behind that; false: not inside the
 * answer.
 */
static bool
skip(const unsigned char **at, const unsigned char *end, int behind)
{
	int n = dn_skipname(*at, end);

	if (n < 0 || end - *at < n + behind)
		return false;
	*at += n + behind;
	return true;
}

/* Calls each for the records of this type (RFC 1035 4.1). */
static void
walk(const unsigned char *answer, int n, unsigned type, each_record *each, struct check *check,
     const char *what, struct err *err)
{
	struct record record = {.begin = answer, .end = answer + n};
	const unsigned char *at = answer + NS_HFIXEDSZ;

	if (n < NS_HFIXEDSZ)
		return;
	for (unsigned left = two_bytes(answer + 4); left > 0; left--)
		if (!skip(&at, record.end, NS_QFIXEDSZ))
			return;
	for (unsigned left = two_bytes(answer + 6); left > 0; left--) {
		if (!skip(&at, record.end, NS_RRFIXEDSZ))
			return;
		record.type = two_bytes(at - NS_RRFIXEDSZ);
		record.n = two_bytes(at - 2);
		record.data = at;
		if (record.end - at < (int)record.n)
			return;
		at += record.n;
		if (record.type == type && each(check, &record, what, err) != 0)
			return;
	}
}

/* false: no answer at all. */
static bool
query(struct __res_state *state, const char *name, int type, each_record *each, struct check *check,
      const char *what, struct err *err)
{
	static unsigned char answer[ANSWER_MAX];
	int n = res_nquery(state, name, ns_c_in, type, answer, sizeof answer);

	if (n < 0)
		return state->res_h_errno == HOST_NOT_FOUND || state->res_h_errno == NO_DATA;
	walk(answer, n < ANSWER_MAX ? n : ANSWER_MAX, (unsigned)type, each, check, what, err);
	return true;
}

static int
add_a(struct check *check, const struct record *record, const char *what, struct err *err)
{
	const unsigned char *data = record->data;
	struct addr addr;

	if (record->type == ns_t_a && record->n == 4)
		addr = addr_from_ipv4((uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 |
				      (uint32_t)data[2] << 8 | data[3]);
	else if (record->type == ns_t_aaaa && record->n == 16)
		memcpy(addr.b, data, 16);
	else
		return 0;
	return check_add_address(check, &addr, what, err);
}

/* The mail servers of a domain. */
static struct exchange {
	unsigned preference;
	char name[NS_MAXDNAME];
} exchange[MX_MAX];
static size_t n_exchange;

static int
add_mx(struct check *check, const struct record *record, const char *what, struct err *err)
{
	(void)check;
	(void)what;
	(void)err;
	if (n_exchange < MX_MAX && record->n > 2 &&
	    dn_expand(record->begin, record->end, record->data + 2, exchange[n_exchange].name,
		      sizeof exchange[0].name) >= 0 &&
	    exchange[n_exchange].name[0] != '\0') /* RFC 7505: none */
		exchange[n_exchange++].preference = two_bytes(record->data);
	return 0;
}

static int
by_preference(const void *a, const void *b)
{
	const struct exchange *x = a, *y = b;

	return x->preference != y->preference ? (x->preference < y->preference ? -1 : 1)
					      : strcmp(x->name, y->name);
}

static bool
add_addresses(struct __res_state *state, struct check *check, const char *name, const char *what,
	      struct err *err)
{
	bool four = query(state, name, ns_t_a, add_a, check, what, err);

	return query(state, name, ns_t_aaaa, add_a, check, what, err) && four;
}

/* What /etc/hosts and its kin know. */
static void
add_local(struct check *check, const char *name, struct err *err)
{
	const struct hostent *host = gethostbyname(name);

	for (size_t i = 0;
	     host != NULL && host->h_addrtype == AF_INET && host->h_addr_list[i] != NULL; i++) {
		uint32_t ipv4;

		memcpy(&ipv4, host->h_addr_list[i], sizeof ipv4);
		struct addr addr = addr_from_ipv4(ntohl(ipv4));
		(void)check_add_address(check, &addr, name, err);
	}
}

int
check_add_name(struct check *check, const char *name, struct err *err)
{
	struct __res_state state;
	char what[CHECK_WHAT_MAX];
	size_t before = check->n;

	memset(&state, 0, sizeof state);
	err->why[0] = '\0';
	if (res_ninit(&state) != 0)
		return err_set(err, "check: %s: there is no resolver", name);
	use_servers(&state, check->conf);
	n_exchange = 0;
	bool told = query(&state, name, ns_t_mx, add_mx, check, "", err);
	qsort(exchange, n_exchange, sizeof exchange[0], by_preference);
	for (size_t i = 0; i < n_exchange; i++) {
		struct err shown;

		(void)err_set(&shown, "%.120s, mail server of %.120s", exchange[i].name, name);
		(void)snprintf(what, sizeof what, "%s", shown.why);
		told &= add_addresses(&state, check, exchange[i].name, what, err);
	}
	if (check->n == before) {
		told &= add_addresses(&state, check, name, name, err);
		if (check->n == before && check->conf->dns.n_servers == 0)
			add_local(check, name, err);
	}
	res_nclose(&state);
	if (err->why[0] != '\0')
		return -1;
	if (check->n > before)
		return 0;
	return err_set(err, "check: %s: %s", name,
		       told ? "the name has no address" : "the resolver does not answer");
}
