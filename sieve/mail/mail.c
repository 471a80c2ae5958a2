#include "sieve/mail/mail.h"

#include "filter/message/header.h"
#include "sieve/text/words.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_SIZE  (64U << 10)
#define CHUNK_SIZE (64U << 10)

/* Texts live in chunks, which die with the mail. */
struct mail_memory {
	struct mail_memory *next;
	size_t used, size;
	char *bytes; /* owned */
};

/*
 * One more chunk: behind the one in use where that has room left and the new
 * one has none.
 */
static struct mail_memory *
memory_add(struct mail *mail, char *bytes, size_t used, size_t size)
{
	struct mail_memory *chunk = malloc(sizeof *chunk), **where = &mail->memory;

	if (chunk == NULL || bytes == NULL)
		abort();
	if (*where != NULL && used == size)
		where = &mail->memory->next;
	*chunk = (struct mail_memory){*where, used, size, bytes};
	*where = chunk;
	return chunk;
}

char *
mail_take(struct mail *mail, size_t n)
{
	struct mail_memory *chunk = mail->memory;

	n = (n + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	if (n > CHUNK_SIZE / 4)
		return memory_add(mail, malloc(n), n, n)->bytes;
	if (chunk == NULL || n > chunk->size - chunk->used)
		chunk = memory_add(mail, malloc(CHUNK_SIZE), 0, CHUNK_SIZE);
	chunk->used += n;
	return chunk->bytes + chunk->used - n;
}

struct span
mail_adopt(struct mail *mail, struct buf *buf)
{
	struct span bytes = {"", buf->n};

	if (buf->n > CHUNK_SIZE / 4) {
		bytes.p = memory_add(mail, buf->p, buf->n, buf->n)->bytes;
		buf->p = NULL;
	} else if (buf->n > 0) {
		char *p = mail_take(mail, buf->n);

		memcpy(p, buf->p, buf->n);
		bytes.p = p;
	}
	buf_free(buf);
	return bytes;
}

static struct span
memory_copy(struct mail *mail, struct span s)
{
	char *p = mail_take(mail, s.n);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (struct span){p, s.n};
}

/* ---- reading */

/*
 * Where the header ends, if that is among the n bytes at p: behind its last
 * line. Looks from *line on, where a line begins.
 */
static bool
find_end(const char *p, size_t n, size_t *line)
{
	const char *lf;

	while (*line < n && (lf = memchr(p + *line, '\n', n - *line)) != NULL) {
		size_t end = (size_t)(lf - p);

		if (end == *line || (end == *line + 1 && p[*line] == '\r'))
			return true;
		*line = end + 1;
	}
	return false;
}

/*
 * Reads until the header's end is there, the file ends, or MAIL_HEADER_MAX is
 * reached. *header: its length; *got: bytes read.
 */
static int
read_header(struct mail *mail, size_t *header, size_t *got, struct err *err)
{
	size_t cap = mail->size < MAIL_HEADER_MAX ? (size_t)mail->size : MAIL_HEADER_MAX, line = 0;

	mail->bytes = malloc(cap + 1);
	if (mail->bytes == NULL)
		abort();
	for (*got = 0; *got < cap;) {
		size_t want = cap - *got < READ_SIZE ? cap - *got : READ_SIZE;
		ssize_t n = pread(mail->fd, mail->bytes + *got, want, (off_t)*got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, "the message cannot be read: %s", strerror(errno));
		if (n == 0)
			break;
		*got += (size_t)n;
		if (find_end(mail->bytes, *got, &line)) {
			*header = line;
			return 0;
		}
	}
	*header = *got;
	return 0;
}

/*
 * Does the first line begin with white space or anything else that is no field?
 * Then all is body.
 */
static bool
is_headless(struct span header)
{
	const char *lf = header.n == 0 ? NULL : memchr(header.p, '\n', header.n);
	struct span first = {header.p, lf == NULL ? header.n : (size_t)(lf - header.p) + 1};
	struct field field;
	size_t at = 0;

	return !header_next(first, &at, &field);
}

/* ---- the fields by name */

static unsigned
hash(struct span name)
{
	unsigned h = 5381;

	for (size_t i = 0; i < name.n; i++)
		h = h * 33 + (unsigned char)span_lower(name.p[i]);
	return (h ^ h >> 8 ^ h >> 16) % MAIL_BUCKETS;
}

static void
index_fields(struct mail *mail)
{
	for (size_t i = 0; i < MAIL_BUCKETS; i++)
		mail->first[i] = mail->last[i] = MAIL_NONE;
	for (size_t i = 0; i < mail->n; i++) {
		unsigned h = hash(mail->field[i].name);

		mail->field[i].next = MAIL_NONE;
		if (mail->last[h] == MAIL_NONE)
			mail->first[h] = (uint32_t)i;
		else
			mail->field[mail->last[h]].next = (uint32_t)i;
		mail->last[h] = (uint32_t)i;
	}
}

static void
divide_header(struct mail *mail, struct span header)
{
	struct field field;
	size_t n = 0, at = 0;

	while (n < MAIL_FIELDS_MAX && header_next(header, &at, &field))
		n++;
	mail->field = calloc(n + 1, sizeof *mail->field);
	if (mail->field == NULL)
		abort();
	for (at = 0; mail->n < n && header_next(header, &at, &field);)
		mail->field[mail->n++] =
			(struct mail_field){.name = field.name, .value = field.value};
	index_fields(mail);
}

int
mail_open(struct mail *mail, int fd, struct err *err)
{
	size_t header = 0, got = 0;

	*mail = (struct mail){.fd = fd};
	index_fields(mail);
	off_t size = lseek(fd, 0, SEEK_END); /* fstat() is refused: sieve/seal.h */
	if (size < 0 && errno == ESPIPE)
		return err_set(err, "the message has to be a regular file");
	if (size < 0)
		return err_set(err, "the message cannot be read: %s", strerror(errno));
	mail->size = (uint64_t)size;
	if (read_header(mail, &header, &got, err) != 0)
		return -1;
	struct span bytes = {mail->bytes, header};
	size_t from = header_from_lines((struct span){mail->bytes, got});
	bytes = span_skip(bytes, from);
	if (is_headless(bytes)) {
		bytes.n = 0;
		header = from;
	}
	divide_header(mail, bytes);
	/* Behind the empty line, where there is one. */
	mail->body = header;
	if (header < got && mail->bytes[header] == '\n')
		mail->body += 1;
	else if (header + 1 < got && mail->bytes[header] == '\r' && mail->bytes[header + 1] == '\n')
		mail->body += 2;
	mail->has_body = mail->body > header || (header == from && header < got);
	if (!mail->has_body)
		mail->body = mail->size;
	return 0;
}

void
mail_close(struct mail *mail)
{
	while (mail->memory != NULL) {
		struct mail_memory *next = mail->memory->next;

		free(mail->memory->bytes);
		free(mail->memory);
		mail->memory = next;
	}
	free(mail->field);
	free(mail->bytes);
	*mail = (struct mail){.fd = -1};
}

/* ---- finding */

/* The first field called name in the chain that begins at i. */
static uint32_t
chain_find(const struct mail *mail, struct span name, uint32_t i)
{
	while (i != MAIL_NONE && !span_equal_case(mail->field[i].name, name))
		i = mail->field[i].next;
	return i;
}

struct mail_field *
mail_next(struct mail *mail, struct span name, size_t *at)
{
	/*
	 * *at is 0 at the begin, else one more than the field that was given
	 * last.
	 */
	uint32_t i = chain_find(mail, name,
				*at == 0 ? mail->first[hash(name)] : mail->field[*at - 1].next);

	if (i == MAIL_NONE)
		return NULL;
	*at = (size_t)i + 1;
	return &mail->field[i];
}

size_t
mail_count(const struct mail *mail, struct span name)
{
	size_t n = 0;

	for (uint32_t i = chain_find(mail, name, mail->first[hash(name)]); i != MAIL_NONE;
	     i = chain_find(mail, name, mail->field[i].next))
		n++;
	return n;
}

struct mail_field *
mail_nth(struct mail *mail, const struct span *names, size_t n_names, size_t index, bool last)
{
	if (last) {
		size_t all = 0;

		for (size_t i = 0; i < n_names; i++)
			all += mail_count(mail, names[i]);
		if (index > all)
			return NULL;
		index = all + 1 - index;
	}
	for (size_t i = 0; index > 0 && i < n_names; i++) {
		struct mail_field *field;

		for (size_t at = 0; (field = mail_next(mail, names[i], &at)) != NULL;)
			if (--index == 0)
				return field;
	}
	return NULL;
}

/* ---- values */

/*
 * A value without line ends; the white space behind one becomes a space.
 * Trimmed. A value without any is not copied.
 */
static struct span
unfold(struct mail *mail, struct span value)
{
	value = span_trim(value);
	if (value.n == 0 || memchr(value.p, '\n', value.n) == NULL)
		return value;
	char *to = mail_take(mail, value.n);
	size_t n = 0;
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\r' && i + 1 < value.n && value.p[i + 1] == '\n')
			continue;
		if (value.p[i] != '\n')
			to[n++] = value.p[i];
		else if (i + 1 < value.n && value.p[i + 1] == '\t') {
			to[n++] = ' ';
			i++;
		}
	}
	return (struct span){to, n};
}

/* Is this what words_decode() would give? ASCII without "=?". */
static bool
is_plain(struct span value)
{
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] >= 128 ||
		    (value.p[i] == '=' && i + 1 < value.n && value.p[i + 1] == '?'))
			return false;
	return true;
}

struct span
mail_plain(struct mail *mail, struct mail_field *field)
{
	if (field->plain.p == NULL) {
		field->plain = unfold(mail, field->value);
		if (field->plain.p == NULL)
			field->plain.p = "";
	}
	return field->plain;
}

struct span
mail_text(struct mail *mail, struct mail_field *field)
{
	if (field->text.p != NULL)
		return field->text;
	struct span plain = mail_plain(mail, field);
	if (is_plain(plain)) {
		field->text = plain;
		return plain;
	}
	struct buf text;
	buf_init(&text, 3 * plain.n + 16);
	words_decode(plain, &text);
	field->text = span_trim(mail_adopt(mail, &text));
	return field->text;
}

/* ---- editheader */

void
mail_add(struct mail *mail, struct span name, struct span value, bool last)
{
	struct mail_field *field = realloc(mail->field, (mail->n + 1) * sizeof *field);

	if (field == NULL)
		abort();
	mail->field = field;
	if (last)
		field += mail->n;
	else
		memmove(field + 1, field, mail->n * sizeof *field);
	mail->n++;
	*field = (struct mail_field){.name = memory_copy(mail, name),
				     .value = memory_copy(mail, value)};
	field->plain = field->text = span_trim(field->value);
	index_fields(mail);
}

bool
mail_delete(struct mail *mail, struct span name, size_t index)
{
	struct mail_field *field = mail_nth(mail, &name, 1, index, false);

	if (field == NULL)
		return false;
	size_t behind = mail->n - (size_t)(field - mail->field) - 1;
	memmove(field, field + 1, behind * sizeof *field);
	mail->n--;
	index_fields(mail);
	return true;
}

bool
mail_is_field_name(struct span name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] >= 127 || name.p[i] == ':')
			return false;
	return name.n > 0;
}
