/*
 * mail.h - the message as Sieve's tests see it: fields by name, decoded, with
 * the script's own edits applied.
 *
 * Only pread(2) on the descriptor and anonymous memory are used, so all of this
 * works behind the seal. The header is held, at most MAIL_HEADER_MAX bytes and
 * MAIL_FIELDS_MAX fields of it (what is behind is not seen: the tests act as if
 * it were not there); the body is read by mime.h when a `body` test asks.
 * Memory: header 16 MiB, fields 72 MiB, decoded texts at most 3 bytes for each
 * header byte: under 150 MiB for the worst header, less than 1 MiB for common
 * mail. Nothing is freed before mail_close(). Memory that cannot be had ends
 * the process.
 *
 * Where the header ends and what a field is: message.h. A leading mbox "From "
 * line is skipped.
 */
#ifndef MAIL_H
#define MAIL_H

#include "filter/base/buf.h"
#include "filter/base/err.h"
#include "filter/base/span.h"

#include <stdint.h>

#define MAIL_HEADER_MAX (16U << 20)
#define MAIL_FIELDS_MAX (1U << 20)

/* One field, as it is now. */
struct mail_field {
	struct span name;  /* as written */
	struct span value; /* behind the colon, folds included */
	struct span text;  /* mail_text()'s result, once it was asked for */
	struct span plain; /* mail_plain()'s result, the same */
	uint32_t next;     /* the next field whose name has the same hash; MAIL_NONE at the end */
};

#define MAIL_NONE    UINT32_MAX
#define MAIL_BUCKETS 256

struct mail {
	int fd; /* not owned */
	/*
	 * of the file, in octets: what the `size` test compares (RFC 5228 5.9);
	 * edits do not change it
	 */
	uint64_t size;
	/*
	 * offset of the body's first byte; == size where there is none or the
	 * header is too long
	 */
	uint64_t body;
	/*
	 * an empty line ends the header (RFC 5173 4: without one, no `body`
	 * test is true)
	 */
	bool has_body;
	struct mail_field *field; /* in order, top down; owned */
	size_t n;
	uint32_t first[MAIL_BUCKETS]; /* by hash of the name */
	uint32_t last[MAIL_BUCKETS];
	char *bytes;                /* owned: the header */
	struct mail_memory *memory; /* owned: decoded and added text */
	/*
	 * mime.c's own: the parts of the body; NULL before the first `body`
	 * test
	 */
	struct mime *mime;
};

/*
 * Reads the header of the message on fd, a regular file (its offset means
 * nothing). -1: it cannot be read. mail_close() in either case.
 */
int mail_open(struct mail *mail, int fd, struct err *err);
void mail_close(struct mail *mail);

/*
 * The next field called name (ASCII case does not matter) behind *at, which
 * begins as 0 and moves on; NULL at the end. Top down. The pointer is good
 * until the next edit.
 */
struct mail_field *mail_next(struct mail *mail, struct span name, size_t *at);

/* How many fields are called name: `exists` and `header :count`. */
size_t mail_count(const struct mail *mail, struct span name);

/*
 * Field number index (from 1) among all fields of these names, or from the last
 * one back; NULL where there are fewer (RFC 5260 6: with several names, all
 * fields of the first one come first, then those of the second).
 */
struct mail_field *mail_nth(struct mail *mail, const struct span *names, size_t n_names,
			    size_t index, bool last);

/*
 * The value as `header` compares it: folds replaced by their white space, white
 * space at both ends dropped, encoded words (RFC 2047) turned into UTF-8 (see
 * charset.h), bytes that are no UTF-8 as U+FFFD: always valid UTF-8, may hold
 * NULs. Good until mail_close().
 */
struct span mail_text(struct mail *mail, struct mail_field *field);

/*
 * The value unfolded and trimmed but not decoded: for addresses and dates. Good
 * until mail_close().
 */
struct span mail_plain(struct mail *mail, struct mail_field *field);

/*
 * editheader (RFC 5293), as later tests see it: addheader puts a field on top
 * or, with last, at the end. name and value are copied. The value is UTF-8 text
 * and is compared as it is, but for white space at its ends.
 */
void mail_add(struct mail *mail, struct span name, struct span value, bool last);

/*
 * deleteheader: takes field number index (from 1, top down, as it is now) of
 * this name out. false: there is none.
 */
bool mail_delete(struct mail *mail, struct span name, size_t index);

/*
 * n bytes, aligned for every type, or what a buffer holds (which is empty
 * afterwards): good until mail_close().
 */
char *mail_take(struct mail *mail, size_t n);
struct span mail_adopt(struct mail *mail, struct buf *buf);

/*
 * Is this a field name by RFC 5322 2.2 (printable US-ASCII, no colon)? What
 * addheader and deleteheader demand. Empty: no.
 */
bool mail_is_field_name(struct span name);

#endif
