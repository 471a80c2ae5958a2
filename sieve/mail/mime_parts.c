#include "sieve/mail/mime_parts.h"

#include "filter/message/header.h"

/* A multipart that is open. */
struct level {
	struct mime_type type;
	unsigned depth; /* how many containers it is in */
};

struct walk {
	struct span body;
	size_t line, next; /* the current line and the one behind it */
	struct mime_tree *tree;
	struct mime_part *open; /* the part whose text the lines are; NULL: nobody's */
	struct level level[MIME_DEPTH_MAX];
	unsigned levels;
	unsigned depth; /* of the open part */
};

/* The line at walk->next becomes the current one. false at the end. */
static bool
next_line(struct walk *walk)
{
	walk->line = walk->next;
	if (walk->line >= walk->body.n)
		return false;
	const char *lf = memchr(walk->body.p + walk->line, '\n', walk->body.n - walk->line);
	walk->next = lf == NULL ? walk->body.n : (size_t)(lf - walk->body.p) + 1;
	return true;
}

/*
 * The open part ends before the current line; the line end before that is the
 * boundary's (RFC
 * 2046 5.1.1).
 */
static void
close_part(struct walk *walk, bool boundary)
{
	if (walk->open == NULL)
		return;
	size_t begin = (size_t)(walk->open->raw.p - walk->body.p), end = walk->line;

	if (boundary && end > begin && walk->body.p[end - 1] == '\n') {
		end--;
		if (end > begin && walk->body.p[end - 1] == '\r')
			end--;
	}
	walk->open->raw.n = end - begin;
	walk->open = NULL;
}

/* A new part whose text begins with the next line. */
static void
open_part(struct walk *walk, const struct mime_type *type, bool container)
{
	struct mime_tree *tree = walk->tree;

	if (tree->parts == tree->max)
		return;
	walk->open = &tree->part[tree->parts++];
	*walk->open = (struct mime_part){
		.type = *type, .raw = {walk->body.p + walk->next, 0}, .container = container};
}

/*
 * Is a line, without its "--", this boundary (RFC 2046 5.1.1)? *last: the one
 * with "--" behind it.
 */
static bool
is_boundary(struct span line, struct span boundary, bool *last)
{
	if (line.n < boundary.n || !span_equal((struct span){line.p, boundary.n}, boundary))
		return false;
	line = span_skip(line, boundary.n);
	*last = line.n >= 2 && line.p[0] == '-' && line.p[1] == '-';
	return span_trim(span_skip(line, *last ? 2 : 0)).n == 0;
}

/*
 * The innermost multipart that the current line is a boundary of, from 1; 0:
 * none.
 */
static unsigned
find_boundary(const struct walk *walk, bool *last)
{
	struct span line = {walk->body.p + walk->line, walk->next - walk->line};
	unsigned level;

	if (line.n < 3 || line.p[0] != '-' || line.p[1] != '-')
		return 0;
	line = span_skip(line, 2);
	for (level = walk->levels; level > 0; level--)
		if (is_boundary(line, walk->level[level - 1].type.boundary, last))
			break;
	return level;
}

/*
 * A boundary line ends what is open and begins a part of that multipart, or its
 * epilogue. true: a part, whose header follows.
 */
static bool
pass_boundary(struct walk *walk, unsigned level, bool last)
{
	struct level *multipart = &walk->level[level - 1];

	close_part(walk, true);
	walk->depth = multipart->depth + 1;
	walk->levels = level;
	if (!last)
		return true;
	open_part(walk, &multipart->type, true);
	walk->levels--;
	return false;
}

static bool
is_empty_line(const struct walk *walk)
{
	const char *p = walk->body.p + walk->line;

	return p[0] == '\n' || (p[0] == '\r' && walk->next - walk->line == 2 && p[1] == '\n');
}

/* What the fields of a part say. */
static struct mime_type
read_fields(struct span header, bool digest)
{
	struct mime_type type = mime_type_default(digest);
	struct field field;
	struct span encoding = SPAN("");
	bool typed = false, encoded = false;

	for (size_t at = 0; header_next(header, &at, &field);) {
		if (!typed && span_equal_case(field.name, SPAN("Content-Type"))) {
			typed = true;
			mime_type_read(field.value, &type);
		} else if (!encoded &&
			   span_equal_case(field.name, SPAN("Content-Transfer-Encoding"))) {
			encoded = true;
			encoding = field.value;
		}
	}
	if (encoded)
		mime_encoding_read(encoding, &type);
	return type;
}

/*
 * Reads a header from the next line on, up to its empty line. A boundary line
 * ends it, too, and is left as the next line: *cut. The header without its
 * empty line.
 */
static struct span
take_header(struct walk *walk, bool *cut)
{
	size_t begin = walk->next;
	bool last;

	*cut = false;
	while (next_line(walk)) {
		if (is_empty_line(walk))
			return (struct span){walk->body.p + begin, walk->line - begin};
		*cut = find_boundary(walk, &last) > 0;
		if (*cut) {
			walk->next = walk->line;
			break;
		}
	}
	return (struct span){walk->body.p + begin, walk->next - begin};
}

/* One more entity, whose text begins with the next line. */
static void
add_entity(struct walk *walk, struct span header, const struct mime_type *type)
{
	struct mime_tree *tree = walk->tree;

	if (tree->entities == tree->max)
		return;
	tree->entity[tree->entities++] =
		(struct mime_entity){.header = header,
				     .type = *type,
				     .depth = walk->depth,
				     .part = tree->parts < tree->max ? tree->parts : MIME_NO_PART};
}

/*
 * Something of this type, with this header, begins with the next line. Messages
 * in messages are entered at once.
 */
static void
begin_entity(struct walk *walk, struct span header, struct mime_type type)
{
	bool cut = false;

	while (mime_type_is(&type, "message", "rfc822") && type.encoding != MIME_BASE64 &&
	       type.encoding != MIME_QUOTED && walk->depth < MIME_DEPTH_MAX && !cut &&
	       walk->tree->parts < walk->tree->max) {
		add_entity(walk, header, &type);
		open_part(walk, &type, true);
		header = take_header(walk, &cut);
		if (walk->open != NULL)
			walk->open->raw = header;
		walk->open = NULL;
		walk->depth++;
		type = read_fields(header, false);
	}
	bool multipart = mime_type_is(&type, "multipart", NULL) && type.boundary.n > 0 &&
			 walk->depth < MIME_DEPTH_MAX && walk->levels < MIME_DEPTH_MAX;
	add_entity(walk, header, &type);
	open_part(walk, &type, multipart);
	if (multipart)
		walk->level[walk->levels++] = (struct level){type, walk->depth};
}

void
mime_parts(struct span body, const struct mime_type *type, struct mime_tree *tree)
{
	struct walk walk = {.body = body, .tree = tree};
	bool last, cut;

	tree->parts = tree->entities = 0;
	begin_entity(&walk, SPAN(""), *type);
	while (next_line(&walk)) {
		unsigned level = find_boundary(&walk, &last);

		if (level == 0 || !pass_boundary(&walk, level, last))
			continue;
		bool digest = mime_type_is(&walk.level[level - 1].type, "multipart", "digest");
		struct span header = take_header(&walk, &cut);
		begin_entity(&walk, header, read_fields(header, digest));
	}
	close_part(&walk, false);
}
