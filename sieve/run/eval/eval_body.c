/* body (RFC 5173). */
#include "sieve/run/eval/eval.h"

#include "sieve/mail/mime.h"
#include "sieve/run/play.h"
#include "sieve/script/language.h"

/* Does a line end in it without a carriage return? */
static bool
has_bare_lf(struct span text)
{
	for (size_t at = 0; at < text.n;) {
		const char *lf = memchr(text.p + at, '\n', text.n - at);

		if (lf == NULL)
			return false;
		if (lf == text.p || lf[-1] != '\r')
			return true;
		at = (size_t)(lf - text.p) + 1;
	}
	return false;
}

/* text with CRLF at the end of each line. */
static void
add_crlf(struct span text, struct buf *to)
{
	while (text.n > 0) {
		const char *lf = memchr(text.p, '\n', text.n);
		size_t n = lf == NULL ? text.n : (size_t)(lf - text.p);
		bool bare = lf != NULL && (n == 0 || text.p[n - 1] != '\r');

		(void)buf_add(to, (struct span){text.p, n});
		if (lf != NULL)
			(void)buf_add(to, bare ? SPAN("\r\n") : SPAN("\n"));
		text = span_skip(text, n + (lf != NULL));
	}
}

/*
 * The keys, as a message has its lines in transit (RFC 5173 4): CRLF. *lines:
 * one of them has an end of line in it, so that those of the message matter.
 */
static const struct argument *
body_keys(struct run *run, const struct step *step, const struct argument *keys, bool *lines)
{
	struct argument *all = pool_alloc(&run->pool, sizeof *all);

	*all = *keys;
	all->string = pool_alloc(&run->pool, keys->n * sizeof *all->string);
	*lines = false;
	for (size_t i = 0; i < keys->n; i++) {
		struct span text = run_string(run, step->frame, &keys->string[i]);
		struct buf crlf;

		all->string[i] = keys->string[i];
		*lines = *lines || (text.n > 0 && memchr(text.p, '\n', text.n) != NULL);
		if (!has_bare_lf(text))
			continue;
		buf_init(&crlf, 2 * text.n);
		add_crlf(text, &crlf);
		all->string[i] = (struct string){.text = pool_copy(&run->pool, buf_span(&crlf)),
						 .at = keys->at};
		buf_free(&crlf);
	}
	return all;
}

struct see {
	struct matcher matcher;
	bool lines;
};

static int
see_body(void *context, struct span value)
{
	struct see *see = context;
	struct buf crlf;

	play_charge(see->matcher.run, value.n);
	if (!see->lines || !has_bare_lf(value))
		return matcher_see(&see->matcher, value);
	buf_init(&crlf, 2 * value.n);
	add_crlf(value, &crlf);
	bool done = matcher_see(&see->matcher, buf_span(&crlf));
	buf_free(&crlf);
	return done;
}

bool
eval_body(struct run *run, const struct step *step)
{
	const struct argument *content = node_tag(step->node, TAG_CONTENT);
	enum mime_body kind = content != NULL                         ? MIME_CONTENT
			      : node_tag(step->node, TAG_RAW) != NULL ? MIME_RAW
								      : MIME_TEXT;
	size_t n = content == NULL ? 0 : content->value->n;
	struct span *types = pool_alloc(&run->pool, (n + 1) * sizeof *types);
	struct see see;

	for (size_t i = 0; i < n; i++)
		types[i] = run_string(run, step->frame, &content->value->string[i]);
	const struct argument *keys = body_keys(run, step, step->node->positional[0], &see.lines);
	matcher_open(&see.matcher, run, step, keys);
	see.matcher.no_captures = true; /* RFC 5173 6 */
	if (kind != MIME_RAW && run->part != RUN_NO_PART)
		play_charge(run, mime_entities(&run->mail) * PLAY_PART);
	(void)mime_body(&run->mail, kind, types, n, see_body, &see);
	return matcher_close(&see.matcher);
}
