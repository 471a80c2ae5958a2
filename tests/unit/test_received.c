/* received.h: one line of each format, and what clients do to them. */
#include "filter/relays/received.h"
#include "received_formats.h"
#include "received_tricks.h"
#include "unit.h"

#include <stdlib.h>

static void
test_formats(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		const struct format *f = &formats[i];
		char text[ADDR_TEXT_MAX];
		struct received r;

		received_parse(span_of(f->value), &r);
		const char *addr = r.status == RECEIVED_RELAY      ? addr_print(&r.addr, text)
				   : r.status == RECEIVED_NO_RELAY ? "-"
								   : "?";
		assert_span(f->what, span_of(addr), span_of(f->addr));
		assert_span(f->what, r.by, span_of(f->by));
		assert_span(f->what, r.with, span_of(f->with));
		if (r.auth != (strchr(f->flags, 'a') != NULL))
			fail_msg("%s: authenticated: %d", f->what, r.auth);
		assert_int_equal(r.fetch, strchr(f->flags, 'f') != NULL);
		if (r.unsure != (strchr(f->flags, 'u') != NULL))
			fail_msg("%s: unsure: %d", f->what, r.unsure);
		if (r.status == RECEIVED_NO_RELAY)
			continue;
		assert_span(f->what, r.rdns, span_of(f->rdns));
		assert_span(f->what, r.helo, span_of(f->helo));
	}
}

static void
test_tricks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof tricks / sizeof tricks[0]; i++) {
		char text[ADDR_TEXT_MAX];
		struct received r;

		received_parse(span_of(tricks[i].value), &r);
		const char *addr = r.status == RECEIVED_RELAY      ? addr_print(&r.addr, text)
				   : r.status == RECEIVED_NO_RELAY ? "-"
								   : "?";
		assert_span(tricks[i].value, span_of(addr),
			    span_of(tricks[i].want == NULL ? "192.0.2.7" : tricks[i].want));
		assert_false(r.fetch);
	}
}

static bool
same(const struct received *a, const struct received *b)
{
	return a->status == b->status && a->fetch == b->fetch && a->auth == b->auth &&
	       (a->status != RECEIVED_RELAY || addr_equal(&a->addr, &b->addr)) &&
	       span_equal(a->rdns, b->rdns) && span_equal(a->helo, b->helo) &&
	       span_equal(a->by, b->by) && span_equal(a->with, b->with);
}

/*
 * Every blank as every kind of fold, one at a time and all at once: the same
 * result, but for literals with blanks in them.
 */
static void
test_folds(void **state)
{
	static const char *const folds[] = {"\n ", "\r\n\t", "\n\t  \r\n  ", "\t", "  "};
	char copy[4096];

	(void)state;
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		struct span value = span_of(formats[i].value);
		struct received want, got;

		if (memchr(formats[i].with, '[', strlen(formats[i].with)) != NULL)
			continue;
		received_parse(value, &want);
		for (size_t f = 0; f < 5; f++)
			for (size_t at = 0; at <= value.n; at++) { /* at == n: everywhere */
				size_t n = 0;

				for (size_t k = 0; k < value.n; k++) {
					if (value.p[k] == ' ' && (k == at || at == value.n))
						n += (size_t)snprintf(copy + n, sizeof copy - n,
								      "%s", folds[f]);
					else
						copy[n++] = value.p[k];
				}
				received_parse((struct span){copy, n}, &got);
				if (!same(&want, &got))
					fail_msg("%s, folded at %zu", formats[i].what, at);
			}
	}
}

/*
 * White space where a fold may stand without one: around parentheses and inside
 * brackets.
 */
static void
test_folds_in_address(void **state)
{
	const char line[] = "from a (b [192.0.2.7]) by mx (Postfix) with SMTP id 1; Mon";
	char copy[256];

	(void)state;
	for (size_t at = strlen("from a"); at < strlen("from a (b [192.0.2.7]) "); at++) {
		struct received r;

		int n = snprintf(copy, sizeof copy, "%.*s\r\n\t%s", (int)at, line, line + at);
		received_parse((struct span){copy, (size_t)n}, &r);
		assert_int_equal(r.status, RECEIVED_RELAY);
		assert_int_equal(addr_ipv4(&r.addr), 0xc0000207);
	}
}

/* A NUL anywhere changes no address. */
static void
test_nuls(void **state)
{
	const char line[] = "from a.example (b.example [192.0.2.7]) by mx.test (x [9.9.9.9]) with "
			    "SMTP id 1; Mon";
	char copy[256];

	(void)state;
	for (size_t at = 0; at <= strlen(line); at++) {
		struct received r;

		memcpy(copy, line, at);
		copy[at] = '\0';
		memcpy(copy + at + 1, line + at, strlen(line) - at);
		received_parse((struct span){copy, strlen(line) + 1}, &r);
		if (r.status != RECEIVED_RELAY || addr_ipv4(&r.addr) != 0xc0000207)
			fail_msg("a NUL at byte %zu", at);
	}
}

/*
 * Lines made of the pieces that mean something, in any order: no crash, no byte
 * read outside, spans inside the value.
 */
static void
test_garbage(void **state)
{
	static const char *const pieces[] = {"from",
					     "by",
					     "with",
					     "id",
					     "for",
					     "via",
					     " ",
					     "\r\n ",
					     "(",
					     ")",
					     "[",
					     "]",
					     ";",
					     "\"",
					     "<",
					     ">",
					     "@",
					     ",",
					     ":",
					     ".",
					     "192.0.2.7",
					     "[192.0.2.7]",
					     "HELO",
					     "helo=",
					     "account",
					     "authenticated",
					     "envelope-from",
					     "2001:db8::7",
					     "IPv6:",
					     "x",
					     "\\",
					     "=",
					     "fetchmail-",
					     "POP3",
					     "claiming",
					     "unknown",
					     "1",
					     "(x [9.9.9.9])",
					     "by mx",
					     ""};
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 50000; round++) {
		char *copy = NULL;
		size_t n = 0;
		FILE *stream = open_memstream(&copy, &n);

		for (unsigned k = 0; k < 24; k++) {
			seed = seed * 1103515245 + 12345;
			fputs(pieces[(seed >> 16) % (sizeof pieces / sizeof pieces[0])], stream);
		}
		fclose(stream);
		char *exact = malloc(n == 0 ? 1 : n); /* no NUL behind it */
		struct received r;
		memcpy(exact, copy, n);
		received_parse((struct span){exact, n}, &r);
		const struct span spans[] = {r.rdns, r.helo, r.by, r.with};
		for (size_t s = 0; s < 4; s++)
			assert_true(spans[s].n == 0 ||
				    (spans[s].p >= exact && spans[s].p + spans[s].n <= exact + n));
		free(exact);
		free(copy);
	}
}

/* The field above is no part of a line, whatever it ends with. */
static void
test_above(void **state)
{
	static const struct {
		const char *above, *value;
		bool relay;
	} lines[] = {
		{"X: (b [9.9.9.9])\nReceived:",
		 "from([192.0.2.7])?crypted with TLSv1.3: x [256/256] DN=a by mx.test with ESMTPS",
		 true},
		{"X: a by\nReceived:", "from(a (chasquid) (x \"y\")", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct received r;
		char text[ADDR_TEXT_MAX], *header;

		int n = asprintf(&header, "%s%s", lines[i].above, lines[i].value);
		assert_true(n > 0);
		received_parse(span_skip((struct span){header, (size_t)n}, strlen(lines[i].above)),
			       &r);
		assert_int_equal(r.status == RECEIVED_RELAY, lines[i].relay);
		if (lines[i].relay)
			assert_string_equal(addr_print(&r.addr, text), "192.0.2.7");
		free(header);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats), cmocka_unit_test(test_tricks),
		cmocka_unit_test(test_folds),   cmocka_unit_test(test_folds_in_address),
		cmocka_unit_test(test_nuls),    cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_above)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
