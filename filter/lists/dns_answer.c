#include "filter/lists/dns_answer.h"

#include <ares.h>
#include <arpa/inet.h>

#define HEADER 12   /* bytes in front of the question (RFC 1035 4.1.1) */
#define QR     0x80 /* of byte 2: this is a response */
#define OPCODE 0x78
#define TC     0x02

/*
 * What a status other than success means, in one word; NULL for NXDOMAIN and
 * NODATA, which are answers.
 */
static const char *
status_cause(int status)
{
	switch (status) {
	case ARES_SUCCESS:
	case ARES_ENODATA:
	case ARES_ENOTFOUND:
		return NULL;
	case ARES_EFORMERR:
		return "formerr";
	case ARES_ESERVFAIL:
		return "servfail";
	case ARES_ENOTIMP:
		return "notimp";
	case ARES_EREFUSED:
		return "refused";
	case ARES_ETIMEOUT:
	case ARES_ECANCELLED:
	case ARES_EDESTRUCTION:
		return "timeout";
	case ARES_ECONNREFUSED:
		return "unreachable";
	case ARES_EBADNAME:
		return "badname";
	default:
		return "malformed";
	}
}

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

bool
dns_answer_read(int status, const unsigned char *packet, size_t n, enum dns_type type, bool tcp,
		struct dns_records *records, struct dns_answer *answer)
{
	*answer = (struct dns_answer){.cause = status_cause(status)};
	if (packet == NULL) {
		if (answer->cause == NULL)
			answer->cause = "malformed";
		return false;
	}
	/*
	 * c-ares has compared id, question and source; that it is a response at
	 * all, it does not look at.
	 */
	if (n < HEADER || !(packet[2] & QR) || (packet[2] & OPCODE)) {
		answer->cause = "malformed";
		return false;
	}
	if (!tcp && (packet[2] & TC))
		return true;
	if (status != ARES_SUCCESS)
		return false;
	answer->cause = type == DNS_A ? read_addresses(packet, (int)n, records, answer)
				      : read_text(packet, (int)n, records, answer);
	return answer->cause != NULL && !tcp && n >= DNS_UDP_MAX;
}
