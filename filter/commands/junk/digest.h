/*
 * digest.h - what was held, for the eyes of the user.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include "filter/base/buf.h"
#include "filter/base/user.h"
#include "filter/message/envelope.h"
#include "filter/verdict/allow_entry.h"

#include <time.h>

/* One message; texts are UTF-8 that may be shown. */
struct digest_row {
	time_t when;
	char from[400]; /* name, or address */
	char subject[800];
	char list[128];                /* "" where it has no tags: somebody else put it there */
	char address[ALLOW_ENTRY_MAX]; /* that lets it in; "" where there is no single one */
};

struct digest {
	struct digest_row *row; /* owned; the newest first */
	size_t n;
	time_t since; /* the beginning of the time it is about */
	const struct user *user;
	const struct envelope *envelope; /* from whom and to whom, for a mail */
};

/*
 * The command that lets the sender in, ready for a shell; "" where there is
 * none.
 */
#define DIGEST_COMMAND_MAX (2 * USER_PATH_MAX + 4 * ALLOW_ENTRY_MAX)
const char *digest_command(const struct digest *digest, const struct digest_row *row,
			   char text[DIGEST_COMMAND_MAX]);

/* Appends the text, for a terminal of 80 columns. */
void digest_text(const struct digest *digest, struct buf *to);

/* A whole mail, text and HTML, on standard output. */
void digest_print_mail(const struct digest *digest);

#endif
