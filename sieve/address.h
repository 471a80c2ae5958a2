/*
 * address.h - the addresses in a field or an envelope (RFC 5322 3.4 and 4.4), as `address` and `envelope` compare them.
 *
 * Takes what is seen in the wild: groups, comments anywhere, quoted local parts, routes, white space around dots, empty list elements, and broken forms (below).
 * Linear in the length of the value, whatever it holds.
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "span.h"

enum address_part { ADDRESS_ALL, ADDRESS_LOCALPART, ADDRESS_DOMAIN, ADDRESS_USER, ADDRESS_DETAIL };

/* One mailbox. Spans are good until the next address_next() or address_close(). */
struct address {
	bool valid;        /* local and domain are set; an invalid one matches ADDRESS_ALL only (RFC 5228 2.7.4) */
	struct span local; /* quotes and backslashes removed, no comments and white space */
	struct span domain;
	struct span all;   /* local@domain; the text as it stands, trimmed, where it is not valid */
};

/* A list under way. */
struct address_list {
	struct span value;
	size_t at;
	bool in_group;
	char *scratch; /* owned: the current address */
};

/* The addresses of an unfolded, undecoded field value (mail_plain()). The value must outlive the list. */
void address_open(struct address_list *list, struct span value);
bool address_next(struct address_list *list, struct address *address);
void address_close(struct address_list *list);

/*
 * The part of an address (RFC 5228 2.7.4, RFC 5233), false where it has none and so can match nothing: any but ADDRESS_ALL of an
 * invalid address, :detail where the local part does not contain delimiter. The first delimiter divides. '\0': no details.
 */
bool address_part(const struct address *address, enum address_part part, char delimiter, struct span *text);

/* Is this one valid address with a domain and nothing around it, as `redirect` and vacation's :from want it (RFC 5228 2.4.2.3)? The bare address without name and brackets goes to to, at most size bytes with its NUL; NULL: only checked. */
bool address_is_one(struct span text, char *to, size_t size);

#endif
