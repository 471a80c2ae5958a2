/*
 * Any bytes as a list of addresses: what is found is found again in what it is
 * written as, and a script's address is one.
 */
#include "sieve/mail/address.h"
#include "fuzz.h"

#include <stdlib.h>

static void
check(bool truth)
{
	if (!truth)
		abort();
}

/* local@domain, as it is compared, is an address with these parts. */
static void
check_again(const struct address *address)
{
	struct address_list list;
	struct address again;

	address_open(&list, address->all);
	check(address_next(&list, &again) && again.valid);
	check(span_equal(again.local, address->local) &&
	      span_equal(again.domain, address->domain) && span_equal(again.all, address->all));
	check(!address_next(&list, &again));
	address_close(&list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span value = {(const char *)data, size};
	struct address_list list;
	struct address address;
	size_t n = 0;
	char one[300];

	address_open(&list, value);
	while (address_next(&list, &address)) {
		check(++n <= size);
		check(address.valid ? address.local.n > 0 && address.domain.n > 0 : n == 1);
		if (address.valid)
			check_again(&address);
	}
	check(!address_next(&list, &address));
	address_close(&list);
	if (address_is_one(value, one, sizeof one))
		check(n == 1 && address_is_one(span_of(one), NULL, 0) &&
		      strpbrk(one, "\r\n") == NULL);
	address_envelope(&list, value, &address);
	address_close(&list);
	return 0;
}
