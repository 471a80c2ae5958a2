/*
 * text.h - what scripts do to strings: set's modifiers (RFC 5229 4.1), encoded
 * characters (RFC
 * 5228 2.4.2.4), and UTF-8.
 */
#ifndef TEXT_H
#define TEXT_H

#include "filter/base/buf.h"
#include "filter/base/err.h"
#include "filter/base/span.h"

#include <stdint.h>

/*
 * Modifiers, as bits; applied in the order of their precedence, whatever order
 * they were written in.
 */
enum text_modifier {
	TEXT_LOWER = 1,
	TEXT_UPPER = 2,
	TEXT_LOWERFIRST = 4,
	TEXT_UPPERFIRST = 8,
	TEXT_QUOTEWILDCARD = 16,
	TEXT_QUOTEREGEX = 32, /* regex draft: quotes what is special in a regular expression */
	TEXT_LENGTH = 64,
	TEXT_ENCODEURL = 128, /* RFC 5435 6 */
};

/*
 * Appends value, modified. ASCII letters only change case; :length counts
 * characters (UTF-8; a byte that is none counts as one).
 */
void text_modify(unsigned modifiers, struct span value, struct buf *to);

/*
 * encoded-character: appends text with each `${hex: ...}` and `${unicode: ...}`
 * replaced; what is not of that form stays. -1: a number of `${unicode:` is no
 * Unicode scalar value (D800-DFFF or above 10FFFF), which RFC 5228 makes an
 * error; *where is its offset.
 */
int text_encoded_character(struct span text, struct buf *to, size_t *where, struct err *err);

/*
 * The character at p, which has n > 0 bytes: its length (1 to 4), or 0 where no
 * valid UTF-8 character begins (RFC 3629: no surrogates, no overlong forms).
 */
size_t text_utf8(const char *p, size_t n, uint32_t *character);

/*
 * Writes a character as UTF-8; its length, 1 to 4. Not a scalar value: U+FFFD.
 */
size_t text_utf8_put(uint32_t character, char to[4]);

/*
 * Appends bytes as valid UTF-8: each run of bytes that are part of none becomes
 * one U+FFFD.
 */
void text_utf8_clean(struct span bytes, struct buf *to);

bool text_utf8_valid(struct span bytes);

#endif
