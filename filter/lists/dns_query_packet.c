/* dns_query.h over the interface that c-ares had until 1.27: packets. */
#include "filter/lists/dns_query.h"

#include <arpa/inet.h>

#define HEADER 12   /* bytes in front of the question (RFC 1035 4.1.1) */
#define QR     0x80 /* of byte 2: this is a response */
#define OPCODE 0x78
#define TC     0x02
/* bytes of an answer over UDP without EDNS; c-ares cuts longer ones to that */
#define UDP_MAX 512

/*
 * Success without an A record is a chain of CNAMEs that leads nowhere: no
 * answer (measured: c-ares 1.18.1 calls it a success).
 */
static const char *
read_addresses(const unsigned char *packet, int n, struct dns_records *records,
	       struct dns_answer *answer)
{
	static struct ares_addrttl found[DNS_ADDRESSES_MAX];
	int count = DNS_ADDRESSES_MAX;

	if (ares_parse_a_reply(packet, n, NULL, found, &count) != ARES_SUCCESS || count < 1)
		return "malformed";
	for (int i = 0; i < count; i++)
		records->a[i] = ntohl(found[i].ipaddr.s_addr);
	answer->a = records->a;
	answer->n = (size_t)count;
	return NULL;
}

/*
 * The first record; a record is one or more strings of at most 255 bytes (RFC
 * 1035 3.3.14).
 */
static const char *
read_text(const unsigned char *packet, int n, struct dns_records *records,
	  struct dns_answer *answer)
{
	struct ares_txt_ext *txt;
	size_t length = 0;

	if (ares_parse_txt_reply_ext(packet, n, &txt) != ARES_SUCCESS)
		return "malformed";
	for (const struct ares_txt_ext *part = txt;
	     part != NULL && (part == txt || !part->record_start); part = part->next) {
		size_t room = sizeof records->text - length;
		size_t take = part->length < room ? part->length : room;

		memcpy(records->text + length, part->txt, take);
		length += take;
	}
	answer->text = (struct span){records->text, length};
	ares_free_data(txt);
	return NULL;
}

void
dns_query_read(const struct dns_query *query, int status, const unsigned char *packet, size_t n,
	       struct dns_result *result)
{
	struct dns_answer *answer = &result->answer;

	*result = (struct dns_result){.said = packet != NULL,
				      .destroyed = status == ARES_EDESTRUCTION};
	answer->cause = dns_query_cause(status);
	if (packet == NULL) {
		if (answer->cause == NULL)
			answer->cause = "malformed";
		return;
	}
	/*
	 * c-ares has compared id, question and source; that it is a response at
	 * all, it does not look at.
	 */
	if (n < HEADER || !(packet[2] & QR) || (packet[2] & OPCODE)) {
		answer->cause = "malformed";
		return;
	}
	if (!query->tcp && (packet[2] & TC)) {
		result->cut = true;
		return;
	}
	if (status != ARES_SUCCESS)
		return;
	answer->cause = query->type == DNS_A
				? read_addresses(packet, (int)n, query->records, answer)
				: read_text(packet, (int)n, query->records, answer);
	result->cut = answer->cause != NULL && !query->tcp && n >= UDP_MAX;
}

static void
got_packet(void *arg, int status, int timeouts, unsigned char *packet, int n)
{
	struct dns_query *query = arg;
	struct dns_result result;

	(void)timeouts;
	dns_query_read(query, status, packet, n < 0 ? 0 : (size_t)n, &result);
	query->got(query, &result);
}

void
dns_query_send(ares_channel ares, const char *name, struct dns_query *query)
{
	ares_query(ares, name, 1 /* IN */, query->type == DNS_A ? 1 : 16 /* RFC 1035 3.2.2 */,
		   got_packet, query);
}

int
dns_query_prepare(ares_channel ares)
{
	(void)ares;
	return 0;
}
