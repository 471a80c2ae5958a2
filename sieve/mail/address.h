/*
 * address.h - the addresses in a field or an envelope (RFC 5322 3.4 and 4.4),
 * as `address` and `envelope` compare them.
 *
 * Takes what is seen in the wild: groups, comments anywhere, quoted local
 * parts, routes, white space around dots and the @, empty list elements, 8-bit
 * characters (RFC 6532), dots in the wrong places of a local part, text behind
 * an address. An element of a list that cannot be understood is passed over;
 * only where no element of a value can be, the whole value stands for itself,
 * as one invalid address (as Pigeonhole does it). Linear in the length of the
 * value, whatever it holds.
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "filter/base/span.h"

enum address_part { ADDRESS_ALL, ADDRESS_LOCALPART, ADDRESS_DOMAIN, ADDRESS_USER, ADDRESS_DETAIL };

/*
 * One mailbox. Spans are good until the next address_next() or address_close().
 */
struct address {
	bool valid;         /* an invalid one matches ADDRESS_ALL only (RFC 5228 2.7.4) */
	struct span local;  /* quotes and backslashes removed, no comments and white space */
	struct span domain; /* empty for a bare login name of an envelope only */
	/*
	 * local@domain, with quotes where local needs them; the trimmed value
	 * where it is not valid
	 */
	struct span all;
};

/* A list under way. */
struct address_list {
	struct span value;
	size_t at;
	bool in_group;
	bool groups; /* there was one: without members it is no address to count */
	bool found;  /* a valid address was given */
	/*
	 * something was passed over, or there is a group or a route: not what a
	 * script may send to
	 */
	bool flawed;
	bool ended;
	size_t no_quote; /* no quotation that begins at or behind this offset ends */
	char *scratch;   /* owned: the current address */
};

/*
 * The addresses of an unfolded, undecoded field value (mail_plain()). The value
 * must outlive the list.
 */
void address_open(struct address_list *list, struct span value);
bool address_next(struct address_list *list, struct address *address);
void address_close(struct address_list *list);

/*
 * The address of an envelope: one path, perhaps in <>. A bare login name is a
 * valid address without a domain; "" is an address whose parts are all empty.
 * Opens list, which owns the bytes: address_close().
 */
void address_envelope(struct address_list *list, struct span path, struct address *address);

/*
 * The part of an address (RFC 5228 2.7.4, RFC 5233), false where it has none
 * and so can match nothing: any but ADDRESS_ALL of an invalid address, :detail
 * where the local part does not contain delimiter. The first delimiter divides.
 * '\0': no details.
 */
bool address_part(const struct address *address, enum address_part part, char delimiter,
		  struct span *text);

/*
 * Is this one address as a script may write it (RFC 5228 2.4.2.3):
 * local@domain, perhaps with a name and <>, nothing else? Then the bare address
 * goes to to, at most size bytes with its NUL (false where it does not fit). to
 * may be NULL.
 */
bool address_is_one(struct span text, char *to, size_t size);

#endif
