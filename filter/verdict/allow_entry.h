/*
 * allow_entry.h - one entry of an allow list, and the addresses that are held
 * against it.
 *
 *     friend@example.org      one sender
 *     @example.org            every sender of this domain (not of domains below
 *                             it)
 *     192.0.2.1, 2001:db8::/32   a host or network that hands mail to us
 */
#ifndef ALLOW_ENTRY_H
#define ALLOW_ENTRY_H

#include "filter/base/addr.h"
#include "filter/message/message.h"

#define ALLOW_ENTRY_MAX 321 /* bytes with the NUL: 64 + "@" + 255 (RFC 5321 4.5.3.1) */

enum allow_kind {
	ALLOW_NONE,
	ALLOW_SENDER,
	ALLOW_DOMAIN,
	ALLOW_SUBDOMAINS,
	ALLOW_LIST_ID,
	ALLOW_SIGNER,
	ALLOW_NETWORK
};

struct allow_entry {
	enum allow_kind kind;
	struct network network; /* ALLOW_NETWORK */
	/*
	 * as it is stored and shown: printable ASCII without spaces; domains in
	 * lower case, with their "@"
	 */
	char text[ALLOW_ENTRY_MAX];
};

/*
 * Reads what a person wrote; a domain may come without its "@". ALLOW_NONE: it
 * is none of them, and entry->text is "".
 */
enum allow_kind allow_entry_read(struct span text, struct allow_entry *entry);

/*
 * What to write instead of a text with "*" in it, as a sentence that begins in
 * lower case; NULL where there is none in it.
 */
const char *allow_entry_instead(struct span text);

/* The entry for a network that is known already. */
void allow_entry_of_network(const struct network *network, struct allow_entry *entry);

/*
 * A line of an allow file without its comment: "#" at its beginning or behind
 * white space, and what follows.
 */
struct span allow_entry_of_line(struct span line);

/* Do both let in the same? */
bool allow_entry_same(const struct allow_entry *a, const struct allow_entry *b);

/*
 * Is address an addr-spec that can be compared: local-part "@" domain of plain
 * atoms (RFC
 * 5321 4.1.2), nothing quoted? Only such an address matches an entry or becomes
 *      one; a quoted
 * local-part is rare in mail and common in tricks.
 */
bool allow_address_plain(struct span address);

/*
 * "friend@example.org" against an entry that is a sender, a domain or the
 * domains below one; letters of any case.
 */
bool allow_entry_matches(const struct allow_entry *entry, struct span address);

/* The part behind the last "@". */
struct span allow_domain(struct span address);

/*
 * The address in the one From field of header, if there is exactly one field
 * with exactly one plain address in it (RFC 5322 3.6.2), copied into size bytes
 * at to; else empty.
 */
struct span allow_from(struct span header, char *to, size_t size);

/*
 * The list that the one List-Id field of header names (RFC 2919 3), "tulips.
 * example.org": what stands in the last angle brackets. Empty where there are
 * several fields, or none that can be compared. Points into header.
 */
struct span allow_list_id(struct span header);

#endif
