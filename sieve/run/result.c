#include "sieve/run/result.h"

#include "sieve/protocol/folder.h"
#include "sieve/text/text.h"

void
result_init(struct result *result, struct pool *pool, char separator)
{
	*result = (struct result){.pool = pool, .separator = separator};
}

static bool
has(const struct result *result, enum result_kind kind)
{
	for (size_t i = 0; i < result->n; i++)
		if (result->line[i].kind == kind)
			return true;
	return false;
}

static void
remove_line(struct result *result, size_t i)
{
	memmove(&result->line[i], &result->line[i + 1],
		(result->n - i - 1) * sizeof result->line[0]);
	result->n--;
}

bool
result_next_script(struct result *result)
{
	if (result->script > 0) {
		for (size_t i = 0; i < result->n; i++)
			if (result->line[i].kind == RESULT_KEEP) {
				result->carried = true;
				result->carried_flags = result->line[i].flags;
				remove_line(result, i);
				result->implicit = true;
			}
		if (!result->implicit)
			return false;
	}
	result->script++;
	result->implicit = true;
	return true;
}

struct span
result_escape(struct pool *pool, struct span text)
{
	static const char hex[] = "0123456789ABCDEF";
	char *p = pool_alloc(pool, text.n * 4 + 1), *to = p;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '\0') { /* U+FFFD: the filter refuses a plan with a NUL, and no message may
				    have its plan refused */
			to = mempcpy(to, "\xef\xbf\xbd", 3);
			continue;
		}
		const char *plain = c == '\\'   ? "\\\\"
				    : c == '\t' ? "\\t"
				    : c == '\n' ? "\\n"
				    : c == '\r' ? "\\r"
						: NULL;

		if (plain != NULL) {
			*to++ = plain[0];
			*to++ = plain[1];
		} else if (c < ' ' || c == 0x7f) {
			*to++ = '\\';
			*to++ = 'x';
			*to++ = hex[c >> 4];
			*to++ = hex[c & 15];
		} else
			*to++ = (char)c;
	}
	return (struct span){p, (size_t)(to - p)};
}

static int
add(struct result *result, enum result_kind kind, struct span target, struct span text,
    struct err *err)
{
	if (result->n >= RESULT_LINES_MAX - 1)
		return err_set(err, "the scripts want too many actions: expected at most %d",
			       RESULT_LINES_MAX - 1);
	if (text.n >= PROTOCOL_LINE_MAX)
		return err_set(err, "an action of the script is longer than %u bytes",
			       PROTOCOL_LINE_MAX);
	result->line[result->n++] = (struct result_line){
		.kind = kind, .text = text, .target = target, .script = result->script};
	return 0;
}

/*
 * word TAB column TAB column ..., columns escaped, empty ones at the end left
 * out.
 */
static struct span
line_of(struct pool *pool, const char *word, const struct span *column, size_t n)
{
	struct span line = span_of(word);

	while (n > 0 && column[n - 1].n == 0)
		n--;
	for (size_t i = 0; i < n; i++) {
		struct span escaped = result_escape(pool, column[i]);
		char *p = pool_alloc(pool, line.n + 1 + escaped.n);

		memcpy(p, line.p, line.n);
		p[line.n] = '\t';
		memcpy(p + line.n + 1, escaped.p, escaped.n);
		line = (struct span){p, line.n + 1 + escaped.n};
	}
	return line;
}

/* RFC 5429 2.2: reject and ereject do not go with what delivers or answers. */
static int
no_reject(const struct result *result, const char *what, struct err *err)
{
	return has(result, RESULT_REJECT) ? err_set(err,
						    "the script rejects the message and does "
						    "\"%s\" as well, which exclude each other",
						    what)
					  : 0;
}

/* Where this has been said already; NULL: nowhere. */
static struct result_line *
find_double(struct result *result, enum result_kind kind, struct span target)
{
	for (size_t i = 0; i < result->n; i++)
		if (result->line[i].kind == kind && span_equal(result->line[i].target, target))
			return &result->line[i];
	return NULL;
}

/* A copy for a folder: one, with the flags that were said last. */
static int
add_copy(struct result *result, enum result_kind kind, struct span disk, struct span text,
	 struct span flags, struct err *err)
{
	struct result_line *line = find_double(result, kind, disk);

	if (line == NULL && disk.n == 0) /* keep is fileinto "INBOX" (RFC 5228 4.3) */
		line = find_double(result, kind == RESULT_KEEP ? RESULT_FILEINTO : RESULT_KEEP,
				   disk);
	if (line == NULL && add(result, kind, disk, text, err) != 0)
		return -1;
	(line == NULL ? &result->line[result->n - 1] : line)->flags = flags;
	return 0;
}

int
result_keep(struct result *result, struct span flags, struct err *err)
{
	if (no_reject(result, "keep", err) != 0)
		return -1;
	result->implicit = false;
	return add_copy(result, RESULT_KEEP, SPAN(""), SPAN("keep"), flags, err);
}

/*
 * What an action other than keep does to the keeps: nothing, where it only
 * makes a copy.
 */
static void
cancel(struct result *result, bool copy)
{
	if (copy)
		return;
	result->implicit = false;
	result->carried = false;
}

int
result_fileinto(struct result *result, struct span folder, struct span flags, bool copy,
		struct err *err)
{
	char disk[FOLDER_DISK_MAX];

	if (no_reject(result, "fileinto", err) != 0 ||
	    folder_disk_name(folder, result->separator, disk, err) != 0)
		return -1;
	cancel(result, copy);
	return add_copy(result, RESULT_FILEINTO, pool_copy(result->pool, span_of(disk)),
			line_of(result->pool, "fileinto", &folder, 1), flags, err);
}

int
result_discard(struct result *result, struct err *err)
{
	cancel(result, false);
	return has(result, RESULT_DISCARD)
		       ? 0
		       : add(result, RESULT_DISCARD, SPAN(""), SPAN("discard"), err);
}

int
result_redirect(struct result *result, struct span address, bool copy, struct err *err)
{
	if (no_reject(result, "redirect", err) != 0)
		return -1;
	cancel(result, copy);
	if (find_double(result, RESULT_REDIRECT, address) != NULL)
		return 0;
	return add(result, RESULT_REDIRECT, pool_copy(result->pool, address),
		   line_of(result->pool, "redirect", &address, 1), err);
}

int
result_reject(struct result *result, struct span reason, struct err *err)
{
	if (has(result, RESULT_KEEP) || has(result, RESULT_FILEINTO) ||
	    has(result, RESULT_REDIRECT) || has(result, RESULT_VACATION))
		return err_set(err, "the script rejects the message and delivers or answers it as "
				    "well, which exclude each other");
	if (has(result, RESULT_REJECT)) /* RFC 5429 2.4 */
		return err_set(err, "the script rejects the message twice");
	cancel(result, false);
	return add(result, RESULT_REJECT, SPAN(""), line_of(result->pool, "reject", &reason, 1),
		   err);
}

int
result_vacation(struct result *result, const struct span column[7], struct err *err)
{
	if (no_reject(result, "vacation", err) != 0)
		return -1;
	for (size_t i = 0; i < result->n; i++)
		/* of an earlier script: one answer is enough */
		if (result->line[i].kind == RESULT_VACATION)
			return result->line[i].script != result->script
				       ? 0
				       : err_set(err, "the script does \"vacation\" twice");
	return add(result, RESULT_VACATION, SPAN(""), line_of(result->pool, "vacation", column, 7),
		   err);
}

bool
result_notify(struct result *result, const struct span column[4])
{
	struct span text = line_of(result->pool, "notify", column, 4);
	size_t n = 0;
	struct err err;

	for (size_t i = 0; i < result->n; i++) {
		if (result->line[i].kind != RESULT_NOTIFY)
			continue;
		if (span_equal(result->line[i].text, text))
			return true;
		n++;
	}
	return n < RESULT_NOTIFY_MAX && result->n < RESULT_LINES_MAX - 1 &&
	       add(result, RESULT_NOTIFY, SPAN(""), text, &err) == 0;
}

bool
result_can_edit(const struct result *result)
{
	size_t edits = 0;

	for (size_t i = 0; i < result->n; i++)
		edits += result->line[i].kind == RESULT_EDIT;
	return edits < RESULT_EDITS_MAX && result->n < RESULT_LINES_MAX - 1;
}

int
result_addheader(struct result *result, struct span name, struct span value, bool last,
		 struct err *err)
{
	const struct span column[] = {name, value, last ? SPAN("last") : SPAN("first")};

	return add(result, RESULT_EDIT, SPAN(""), line_of(result->pool, "addheader", column, 3),
		   err);
}

int
result_deleteheader(struct result *result, struct span name, size_t index, struct err *err)
{
	const struct span column[] = {name, pool_printf(result->pool, "%zu", index)};

	return add(result, RESULT_EDIT, SPAN(""), line_of(result->pool, "deleteheader", column, 2),
		   err);
}

/* A line, and a column of flags where there are any. */
static void
put_line(const struct result *result, struct span text, struct span flags, FILE *to)
{
	struct span escaped = result_escape(result->pool, flags);

	(void)fwrite(text.p, 1, text.n, to);
	if (escaped.n > 0) {
		(void)fputc('\t', to);
		(void)fwrite(escaped.p, 1, escaped.n, to);
	}
	(void)fputc('\n', to);
}

bool
result_is_implicit(const struct result *result)
{
	return !has(result, RESULT_KEEP) && !result->carried && result->implicit;
}

void
result_print(const struct result *result, struct span flags, FILE *to)
{
	bool kept = has(result, RESULT_KEEP);

	for (size_t i = 0; i < result->n; i++)
		put_line(result, result->line[i].text, result->line[i].flags, to);
	if (!kept && result->carried)
		put_line(result, SPAN("keep"), result->carried_flags, to);
	else if (result_is_implicit(result))
		put_line(result, SPAN("implicit"), flags, to);
	put_line(result, SPAN("end"), SPAN(""), to);
}
