#include "filter/commands/junk/digest.h"

#include "filter/base/show.h"
#include "filter/base/utf8.h"

#include <stdio.h>

#define FROM_COLUMNS    20
#define SUBJECT_COLUMNS 32
#define LIST_COLUMNS    14

/* text in exactly this many columns, cut or filled. */
static void
add_column(struct buf *to, const char *text, size_t columns, bool last)
{
	struct span rest = span_of(text);
	bool cut = show_width(rest) > columns;
	size_t used = 0, most = cut ? columns - 3 : columns;

	while (rest.n > 0) {
		struct span character = rest;
		(void)utf8_next(&rest);
		character.n -= rest.n;
		size_t width = show_width(character);
		if (used + width > most)
			break;
		used += width;
		(void)buf_add(to, character);
	}
	if (cut)
		(void)buf_add(to, SPAN("..."));
	used += cut ? 3 : 0;
	for (; used < columns + 2 && !last; used++)
		(void)buf_addc(to, ' ');
}

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       strchr("@._+=-/:,%", c) != NULL;
}

/* One word of a shell. */
static size_t
quote(const char *word, char *to, size_t size)
{
	bool plain = word[0] != '\0';
	size_t n = 0;

	for (const char *c = word; *c != '\0'; c++)
		plain &= is_plain(*c);
	if (!plain)
		to[n++] = '\'';
	for (const char *c = word; *c != '\0' && n + 6 < size; c++) {
		if (*c == '\'') {
			memcpy(to + n, "'\\''", 4);
			n += 4;
		} else {
			to[n++] = *c;
		}
	}
	if (!plain)
		to[n++] = '\'';
	to[n] = '\0';
	return n;
}

const char *
digest_command(const struct digest *digest, const struct digest_row *row,
	       char text[DIGEST_COMMAND_MAX])
{
	size_t n;

	text[0] = '\0';
	if (row->address[0] == '\0')
		return text;
	n = (size_t)snprintf(text, DIGEST_COMMAND_MAX, "spamcop-filter ");
	if (digest->user->home_given) {
		n += (size_t)snprintf(text + n, DIGEST_COMMAND_MAX - n, "--home ");
		n += quote(digest->user->home, text + n, 2 * USER_PATH_MAX - 64);
		text[n++] = ' ';
	}
	n += (size_t)snprintf(text + n, DIGEST_COMMAND_MAX - n, "allow %s",
			      row->address[0] == '-' ? "-- " : "");
	(void)quote(row->address, text + n, DIGEST_COMMAND_MAX - n);
	return text;
}

void
digest_text(const struct digest *digest, struct buf *to)
{
	char when[32], command[DIGEST_COMMAND_MAX];
	struct tm tm;

	if (localtime_r(&digest->since, &tm) == NULL ||
	    strftime(when, sizeof when, "%Y-%m-%d %H:%M", &tm) == 0)
		return;
	if (digest->n == 0)
		(void)buf_addf(to, "Nothing was held since %s.\n", when);
	else
		(void)buf_addf(to, "%zu message%s held since %s.\n", digest->n,
			       digest->n == 1 ? " was" : "s were", when);
	if (digest->n > 0)
		(void)buf_add(to, SPAN("The line below a message lets its sender in.\n\n"));
	for (size_t i = 0; i < digest->n; i++) {
		const struct digest_row *row = &digest->row[i];

		when[0] = '\0';
		if (localtime_r(&row->when, &tm) != NULL)
			(void)strftime(when, sizeof when, "%d %b", &tm);
		add_column(to, when, 6, false);
		add_column(to, row->from, FROM_COLUMNS, false);
		add_column(to, row->subject, SUBJECT_COLUMNS, false);
		add_column(to, row->list[0] == '\0' ? "-" : row->list, LIST_COLUMNS, true);
		(void)buf_addf(to, "\n        %s\n",
			       row->address[0] == '\0' ? "(it names no single sender)"
						       : digest_command(digest, row, command));
	}
}
