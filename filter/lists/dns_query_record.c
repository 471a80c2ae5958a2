/* dns_query.h over the interface that c-ares has from 1.28: records. */
#include "filter/lists/dns_query.h"
#include "filter/lists/dns_udp.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define PACKET_MAX 65535 /* bytes of a packet */

/* Is it a record of class IN and this type? */
static bool
is_type(const ares_dns_rr_t *rr, ares_dns_rec_type_t type)
{
	return ares_dns_rr_get_type(rr) == type && ares_dns_rr_get_class(rr) == ARES_CLASS_IN;
}

/*
 * The addresses of the name that was asked for, or of what its CNAMEs lead to.
 * None at all is a chain that leads nowhere: no answer.
 */
static const char *
read_addresses(const ares_dns_record_t *record, struct dns_records *records,
	       struct dns_answer *answer)
{
	size_t n = ares_dns_record_rr_cnt(record, ARES_SECTION_ANSWER);
	const char *owner = NULL;

	if (ares_dns_record_query_get(record, 0, &owner, NULL, NULL) != ARES_SUCCESS)
		return "malformed";
	for (size_t i = 0; i < n && answer->n < DNS_ADDRESSES_MAX; i++) {
		const ares_dns_rr_t *rr =
			ares_dns_record_rr_get_const(record, ARES_SECTION_ANSWER, i);

		if (strcasecmp(ares_dns_rr_get_name(rr), owner) != 0)
			continue;
		if (is_type(rr, ARES_REC_TYPE_CNAME))
			owner = ares_dns_rr_get_str(rr, ARES_RR_CNAME_CNAME);
		if (is_type(rr, ARES_REC_TYPE_A))
			records->a[answer->n++] =
				ntohl(ares_dns_rr_get_addr(rr, ARES_RR_A_ADDR)->s_addr);
	}
	answer->a = records->a;
	return answer->n == 0 ? "malformed" : NULL;
}

/*
 * The first record; its strings of at most 255 bytes (RFC 1035 3.3.14) come
 * joined.
 */
static void
read_text(const ares_dns_record_t *record, struct dns_records *records, struct dns_answer *answer)
{
	size_t n = ares_dns_record_rr_cnt(record, ARES_SECTION_ANSWER);

	for (size_t i = 0; i < n; i++) {
		const ares_dns_rr_t *rr =
			ares_dns_record_rr_get_const(record, ARES_SECTION_ANSWER, i);
		size_t length = 0;

		if (!is_type(rr, ARES_REC_TYPE_TXT))
			continue;
		const unsigned char *text = ares_dns_rr_get_bin(rr, ARES_RR_TXT_DATA, &length);
		if (length > sizeof records->text)
			length = sizeof records->text;
		if (text != NULL && length > 0)
			memcpy(records->text, text, length);
		answer->text = (struct span){records->text, text == NULL ? 0 : length};
		return;
	}
}

static void
read_record(const struct dns_query *query, int status, const ares_dns_record_t *record,
	    struct dns_result *result)
{
	struct dns_answer *answer = &result->answer;

	*result = (struct dns_result){.said = record != NULL || status == ARES_EBADRESP,
				      .destroyed = status == ARES_EDESTRUCTION};
	answer->cause = dns_query_cause(status);
	if (record == NULL) {
		if (answer->cause == NULL)
			answer->cause = "malformed";
		return;
	}
	unsigned short flags = ares_dns_record_get_flags(record);
	if (!(flags & ARES_FLAG_QR) || ares_dns_record_get_opcode(record) != ARES_OPCODE_QUERY)
		answer->cause = "malformed";
	else if (!query->tcp && (flags & ARES_FLAG_TC))
		result->cut = true;
	else if (status == ARES_SUCCESS && query->type == DNS_A)
		answer->cause = read_addresses(record, query->records, answer);
	else if (status == ARES_SUCCESS)
		read_text(record, query->records, answer);
	if (answer->cause != NULL)
		answer->n = 0;
}

static void
got_record(void *arg, ares_status_t status, size_t timeouts, const ares_dns_record_t *record)
{
	struct dns_query *query = arg;
	struct dns_result result;

	(void)timeouts;
	read_record(query, (int)status, record, &result);
	query->got(query, &result);
}

void
dns_query_send(ares_channel ares, const char *name, struct dns_query *query)
{
	ares_dns_rec_type_t type = query->type == DNS_A ? ARES_REC_TYPE_A : ARES_REC_TYPE_TXT;

	(void)ares_query_dnsrec(ares, name, ARES_CLASS_IN, type, got_record, query, NULL);
}

void
dns_query_read(const struct dns_query *query, int status, const unsigned char *packet, size_t n,
	       struct dns_result *result)
{
	static unsigned char copy[PACKET_MAX];
	ares_dns_record_t *record = NULL;

	if (n > PACKET_MAX)
		n = PACKET_MAX;
	memcpy(copy, packet, n);
	if (!query->tcp)
		n = dns_udp_mend(copy, n);
	if (ares_dns_parse(copy, n, 0, &record) != ARES_SUCCESS)
		status = ARES_EBADRESP;
	read_record(query, status, record, result);
	ares_dns_record_destroy(record);
}

int
dns_query_prepare(ares_channel ares)
{
	return dns_udp_install(ares);
}
