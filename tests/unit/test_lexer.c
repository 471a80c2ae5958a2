/* Tokens and their places. */
#include "unit.h"

#include "sieve/script/lexer.h"

/* All tokens of a script as text: kind letter, place, value. */
static void
describe(struct pool *pool, struct span source, char *to, size_t size)
{
	static const char kinds[] = "EBITNSM"; /* as enum token_kind */
	struct report report;
	struct lexer lexer;
	struct token token;
	size_t n = 0;

	report_init(&report, NULL, "x", source);
	lexer_init(&lexer, pool, &report, source);
	do {
		token = lexer_next(&lexer);
		n += (size_t)snprintf(to + n, size - n, "%s%c%u:%u", n == 0 ? "" : " ",
				      kinds[token.kind], token.at.line, token.at.column);
		if (token.kind == TOKEN_NUMBER)
			n += (size_t)snprintf(to + n, size - n, "=%llu",
					      (unsigned long long)token.number);
		else if (token.kind != TOKEN_END && token.kind != TOKEN_BAD)
			n += (size_t)snprintf(to + n, size - n, "=%.*s", (int)token.text.n,
					      token.text.p);
	} while (token.kind != TOKEN_END && token.kind != TOKEN_BAD && n < size);
	if (token.kind == TOKEN_BAD)
		(void)snprintf(to + n, size - n, " %s", report.first);
}

static void
tokens(void **unused)
{
	static const struct {
		const char *name, *source, *want;
	} cases[] = {
		{"nothing", "", "E1:1"},
		{"white space", " \t\r\n\n ", "E3:2"},
		{"a command", "keep;", "I1:1=keep M1:5=; E1:6"},
		{"tag and marks", ":Is[](){},",
		 "T1:1=Is M1:4=[ M1:5=] M1:6=( M1:7=) M1:8={ M1:9=} M1:10=, E1:11"},
		{"numbers", "0 7k 2M 1g 007",
		 "N1:1=0 N1:3=7168 N1:6=2097152 N1:9=1073741824 N1:12=7 E1:15"},
		{"the largest number", "9223372036854775807", "N1:1=9223372036854775807 E1:20"},
		{"one more", "9223372036854775808",
		 "B0:0 x:1:1: this number is too large: expected at most 9223372036854775807"},
		{"a large one by its suffix", "8589934592G",
		 "B0:0 x:1:1: this number is too large: expected at most 9223372036854775807"},
		{"two suffixes", "1KM",
		 "B0:0 x:1:3: unexpected \"M\" in a number: expected digits and at most one of K, "
		 "M, G"},
		{"string", "\"a\\\"b\\\\c\\d\" x", "S1:1=a\"b\\cd I1:13=x E1:14"},
		{"columns are characters", "\"\303\244\303\266\" x",
		 "S1:1=\303\244\303\266 I1:6=x E1:7"},
		{"string of two lines", "\"a\nb\" x", "S1:1=a\r\nb I2:4=x E2:5"},
		{"string with CRLF", "\"a\r\nb\"", "S1:1=a\r\nb E2:3"},
		{"escaped line end", "\"a\\\nb\"", "S1:1=a\r\nb E2:3"},
		{"no end of a string", "x \"a\\\"",
		 "I1:1=x B0:0 x:1:3: this string has no end: expected '\"'"},
		{"text", "text:\na\n..b\n.c\n.\nx", "S1:1=a\r\n.b\r\n.c\r\n I6:1=x E6:2"},
		{"text with CRLF", "text: # y\r\na\r\n.\r\n;", "S1:1=a\r\n M4:1=; E4:2"},
		{"text at the end", "text:\n.", "S1:1= E2:2"},
		{"text without end", "text:\na\n",
		 "B0:0 x:1:1: this text has no end: expected a line with a single \".\""},
		{"text without line end",
		 "text:", "B0:0 x:1:1: this text has no end: expected a line with a single \".\""},
		{"text: only as a whole", "text :a", "I1:1=text T1:6=a E1:8"},
		{"texts:", "texts:a", "I1:1=texts T1:6=a E1:8"},
		{"comments", "a#b\nc/*d\ne*/f", "I1:1=a I2:1=c I3:4=f E3:5"},
		{"no end of a comment", "a /* b *",
		 "I1:1=a B0:0 x:1:3: this comment has no end: expected \"*/\""},
		{"8 bits", "a \303\244",
		 "I1:1=a B0:0 x:1:3: \"\303\244\" (byte 0xC3) is not allowed outside strings and "
		 "comments: texts stand in quotes"},
		{"a lonely colon", "a : b",
		 "I1:1=a B0:0 x:1:3: expected the name of a tag right behind \":\", as in "
		 "\":contains\""},
		{"a lonely slash", "a / b",
		 "I1:1=a B0:0 x:1:3: unexpected character \"/\": folders, addresses and other "
		 "texts stand in quotes"},
		{"byte order mark", "\357\273\277keep", "I1:1=keep E1:5"},
	};
	char got[512];

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pool pool;

		pool_init(&pool);
		describe(&pool, span_of(cases[i].source), got, sizeof got);
		assert_span(cases[i].name, span_of(got), span_of(cases[i].want));
		pool_free(&pool);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(tokens)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
