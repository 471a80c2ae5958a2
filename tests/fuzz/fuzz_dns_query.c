/*
 * Any bytes as a response to a question for A or TXT, over UDP or TCP: the
 * first byte chooses; never more records than there is room for.
 */
#include "filter/lists/dns_query.h"
#include "fuzz.h"

#include <ares.h>
#include <stdlib.h>

static void
check(bool truth)
{
	if (!truth)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dns_records records;
	static const int statuses[] = {ARES_SUCCESS,   ARES_SUCCESS,     ARES_ENODATA,
				       ARES_ENOTFOUND, ARES_ESERVFAIL,   ARES_EREFUSED,
				       ARES_EFORMERR,  ARES_ECONNREFUSED};
	struct dns_result result;

	if (size == 0 || size > 65536)
		return 0;
	const struct dns_query query = {
		.type = data[0] & 1 ? DNS_TXT : DNS_A, .tcp = data[0] & 2, .records = &records};
	dns_query_read(&query, statuses[data[0] >> 2 & 7], data + 1, size - 1, &result);
	const struct dns_answer answer = result.answer;
	check(!(result.cut && query.tcp));
	check(answer.n <= DNS_ADDRESSES_MAX && answer.text.n <= DNS_TEXT_MAX);
	check(answer.cause == NULL || (answer.n == 0 && answer.text.n == 0));
	/*
	 * What is listed has an address in it: nothing but a whole answer says
	 * so.
	 */
	check(answer.n == 0 || (answer.a == records.a && size - 1 >= 12 && (data[3] & 0x80) != 0));
	return 0;
}
