/*
 * mime.h and html.h: what `body` compares (RFC 5173), from messages as they
 * should be, as they come, and as an enemy makes them.
 */
#include "sieve/protocol/charset.h"
#include "sieve/mail/html.h"
#include "sieve/mail/mime.h"
#include "sieve/mail/mime_parts.h"
#include "unit.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static int
append(void *context, struct span value)
{
	struct buf *text = context;

	(void)buf_addc(text, '{');
	(void)buf_add(text, value);
	(void)buf_addc(text, '}');
	return 0;
}

static int
stop_at_second(void *context, struct span value)
{
	(void)value;
	return ++*(int *)context == 2 ? 7 : 0;
}

static int
memory_file(struct span bytes)
{
	int fd = memfd_create("message", 0);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	return fd;
}

/* All values of a test on a message, in braces. */
static void
values_of(struct span message, enum mime_body kind, const char *type, struct buf *text)
{
	struct span types = span_of(type);
	struct mail mail;
	struct err err;
	int fd = memory_file(message);

	assert_int_equal(mail_open(&mail, fd, &err), 0);
	buf_init(text, (size_t)100 << 20);
	for (int round = 0; round < 2; round++) { /* the second time out of memory */
		text->n = 0;
		assert_int_equal(mime_body(&mail, kind, &types, 1, append, text), 0);
	}
	mail_close(&mail);
	close(fd);
}

static const char nested[] =
	"From: a\nContent-Type: multipart/mixed; boundary=outer\n\nouter prologue\n--outer\n"
	"Content-Type: multipart/alternative; boundary=\"inner\"\n\ninner "
	"prologue\n--inner\nContent-Type: text/plain; "
	"charset=us-ascii\n\nHello\n"
	"--inner\nContent-Type: text/html\n\n<b>Hel</b>lo&amp;\n--inner--\ninner "
	"epilogue\n--outer\nContent-Type: message/rfc822\n\n"
	"From: b\nSubject: hello request\n\nPlease say Hello\n--outer--\nouter epilogue\n";

#define BOUNDARY "Content-Type: multipart/mixed; boundary=b\n\n"

static const struct {
	const char *what;
	const char *message;
	enum mime_body kind;
	const char *type;
	const char *values;
} cases[] = {
	/* RFC 5173 5.2's example in small */
	{"containers", nested, MIME_CONTENT, "multipart",
	 "{outer prologue}{inner prologue}{inner epilogue}{outer epilogue\n}"},
	{"text/plain", nested, MIME_CONTENT, "text/plain", "{Hello}{Please say Hello}"},
	{"text/html", nested, MIME_CONTENT, "text/html", "{<b>Hel</b>lo&amp;}"},
	{"text", nested, MIME_CONTENT, "TEXT", "{Hello}{<b>Hel</b>lo&amp;}{Please say Hello}"},
	{"message/rfc822", nested, MIME_CONTENT, "Message/RFC822",
	 "{From: b\nSubject: hello request\n}"},
	{"multipart/mixed", nested, MIME_CONTENT, "multipart/mixed",
	 "{outer prologue}{outer epilogue\n}"},
	{"slash in front", nested, MIME_CONTENT, "/plain", ""},
	{"slash behind", nested, MIME_CONTENT, "text/", ""},
	{"two slashes", nested, MIME_CONTENT, "text/plain/x", ""},
	{"another type", nested, MIME_CONTENT, "image", ""},
	{":text", nested, MIME_TEXT, "", "{Hello}{Hello&}{Please say Hello}"},
	/* simple ones */
	{"no body", "A: b\n", MIME_RAW, "", ""},
	{"no body, text", "A: b\n", MIME_TEXT, "", ""},
	{"empty body", "A: b\n\n", MIME_RAW, "", "{}"},
	{"empty body, text", "A: b\n\n", MIME_TEXT, "", "{}"},
	{"raw", "Content-Transfer-Encoding: base64\n\nYWJj\n", MIME_RAW, "", "{YWJj\n}"},
	{"no MIME at all", "A: b\n\nbody\n", MIME_TEXT, "", "{body\n}"},
	{"base64", "Content-Transfer-Encoding: BASE64 (x)\n\nYWJj\n", MIME_TEXT, "", "{abc}"},
	{"quoted-printable", "Content-Transfer-Encoding:\n quoted-printable\n\na=3Db=\nc\n",
	 MIME_TEXT, "", "{a=bc\n}"},
	{"unknown encoding", "Content-Transfer-Encoding: x-uue\n\nabc", MIME_TEXT, "", ""},
	{"unknown encoding: octets", "Content-Transfer-Encoding: x-uue\n\nabc", MIME_CONTENT,
	 "application/octet-stream", "{abc}"},
	{"charset", "Content-Type: text/plain; charset=iso-8859-1\n\nJ\xF6rg", MIME_TEXT, "",
	 "{J\xC3\xB6rg}"},
	{"charset in QP",
	 "Content-Type: text/plain; charset=\"KOI8-R\"\nContent-Transfer-Encoding: "
	 "quoted-printable\n\n=F0=D2=C9",
	 MIME_TEXT, "", "{\xD0\x9F\xD1\x80\xD0\xB8}"},
	{"charset with a comment",
	 "Content-Type: text/plain (x); (y) charset (z) = (w) \"iso-8859-1\" (v)\n\n\xF6",
	 MIME_TEXT, "", "{\xC3\xB6}"},
	{"RFC 2231", "Content-Type: text/plain; charset*=us-ascii'en'iso-8859-1\n\n\xF6", MIME_TEXT,
	 "", "{\xC3\xB6}"},
	{"no charset, 8-bit", "A: b\n\nJ\xF6rg J\xC3\xB6rg", MIME_TEXT, "",
	 "{J\xEF\xBF\xBDrg J\xC3\xB6rg}"},
	{"unknown charset", "Content-Type: text/plain; charset=x-none\n\nJ\xF6rg", MIME_TEXT, "",
	 "{J\xEF\xBF\xBDrg}"},
	{"no text", "Content-Type: application/x; charset=iso-8859-1\n\n\xF6", MIME_CONTENT,
	 "application/x", "{\xF6}"},
	{"no text, :text", "Content-Type: application/x\n\nabc", MIME_TEXT, "", ""},
	{"bad type is text", "Content-Type: nonsense\n\nabc", MIME_CONTENT, "text/plain", "{abc}"},
	{"empty type is text", "Content-Type: \n\nabc", MIME_CONTENT, "text/plain", "{abc}"},
	{"xhtml", "Content-Type: application/xhtml+xml\n\n<p>a</p>", MIME_TEXT, "", "{a }"},
	/* multiparts in the wild */
	{"CRLF",
	 "Content-Type: multipart/mixed; "
	 "boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n",
	 MIME_TEXT, "", "{one}{two}"},
	{"no end", BOUNDARY "--b\n\none\n--b\n\ntwo\n", MIME_TEXT, "", "{one}{two\n}"},
	{"end at once", BOUNDARY "--b--\n", MIME_CONTENT, "", "{}{}"},
	{"no boundary line", BOUNDARY "text\n", MIME_CONTENT, "", "{text\n}"},
	{"no boundary parameter", "Content-Type: multipart/mixed\n\n--b\n\none\n--b--\n",
	 MIME_CONTENT, "multipart", "{--b\n\none\n--b--\n}"},
	{"part without header", BOUNDARY "--b\n\none\n--b--\n", MIME_TEXT, "", "{one}"},
	{"part without empty line", BOUNDARY "--b\nContent-Type: text/html\n--b\n\ntwo\n--b--\n",
	 MIME_CONTENT, "text", "{}{two}"},
	{"cut in a header", BOUNDARY "--b\nContent-Ty", MIME_TEXT, "", "{}"},
	{"cut behind the boundary", BOUNDARY "--b", MIME_TEXT, "", "{}"},
	{"empty part", BOUNDARY "--b\n\n--b--\n", MIME_TEXT, "", "{}"},
	{"empty lines stay", BOUNDARY "--b\n\n\none\n\n--b--\n", MIME_TEXT, "", "{\none\n}"},
	{"white space behind", BOUNDARY "--b \t\n\none\n--b-- \n", MIME_TEXT, "", "{one}"},
	{"boundary in a line", BOUNDARY "--b\n\none --b\n --b\n--b--\n", MIME_TEXT, "",
	 "{one --b\n --b}"},
	{"a part's end ends inner ones",
	 BOUNDARY "--b\nContent-Type: multipart/x; boundary=c\n\n--c\n\none\n--b\n\ntwo\n--b--\n",
	 MIME_TEXT, "", "{one}{two}"},
	{"after its end a boundary is text", BOUNDARY "--b\n\none\n--b--\n--b\n\ntwo\n",
	 MIME_CONTENT, "", "{}{one}{--b\n\ntwo\n}"},
	{"one boundary begins like another",
	 BOUNDARY
	 "--b\nContent-Type: multipart/x; boundary=bc\n\n--bc\n\none\n--bc--\n--b\n\ntwo\n--b--\n",
	 MIME_TEXT, "", "{one}{two}"},
	{"both are the same",
	 BOUNDARY "--b\nContent-Type: multipart/x; boundary=b\n\n--b\n\none\n--b--\n", MIME_TEXT,
	 "", "{one}"},
	{"digest",
	 "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\none\n--b--\n",
	 MIME_CONTENT, "", "{}{Subject: x\n}{one}{}"},
	{"message in message in message",
	 "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nA: b\n\none",
	 MIME_CONTENT, "", "{Content-Type: message/rfc822\n}{A: b\n}{one}"},
	{"encoded message is no container",
	 "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQTogYg==",
	 MIME_CONTENT, "message", "{A: b}"},
	{"quoted boundary",
	 "Content-Type: multipart/mixed;\n\tboundary=\"a; b=c\"\n\n--a; b=c\n\none\n--a; b=c--\n",
	 MIME_TEXT, "", "{one}"},
	{"unclosed quote", "Content-Type: multipart/mixed; boundary=\"b\n\n--b\n\none\n--b--\n",
	 MIME_TEXT, "", "{one}"},
	{"junk behind a boundary", BOUNDARY "--b\n\none\n--bx\n--b--x\n--b--\n", MIME_TEXT, "",
	 "{one\n--bx\n--b--x}"},
	{"first field counts", "Content-Type: text/html\nContent-Type: text/plain\n\n<b>x",
	 MIME_CONTENT, "text/html", "{<b>x}"},
};

static void
test_cases(void **state)
{
	(void)state;
	charset_open_set(~(uint64_t)0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf text;

		values_of(span_of(cases[i].message), cases[i].kind, cases[i].type, &text);
		assert_span(cases[i].what, buf_span(&text), span_of(cases[i].values));
		buf_free(&text);
	}
}

static void
test_stops(void **state)
{
	struct mail mail;
	struct err err;
	int fd = memory_file(SPAN(nested)), count = 0;

	(void)state;
	assert_int_equal(mail_open(&mail, fd, &err), 0);
	assert_int_equal(mime_body(&mail, MIME_TEXT, NULL, 0, stop_at_second, &count), 7);
	assert_int_equal(count, 2);
	assert_int_equal(mime_body(&mail, MIME_CONTENT, NULL, 0, stop_at_second, &count), 0);
	/*
	 * The header as it is at the first body test; later edits do not take
	 * the parts apart again.
	 */
	assert_true(mail_delete(&mail, SPAN("Content-Type"), 1));
	count = 0;
	assert_int_equal(mime_body(&mail, MIME_TEXT, NULL, 0, stop_at_second, &count), 7);
	mail_close(&mail);
	close(fd);
}

static const struct {
	struct span html, text;
} htmls[] = {
	{SPAN("plain"), SPAN("plain")},
	{SPAN("<p>one</p><p>two</p>"), SPAN("one two ")},
	{SPAN("f<b>o</b>o<i>bar</i>"), SPAN("foobar")}, /* a word is a word */
	{SPAN("one<br>two<BR/>three"), SPAN("one two three")},
	{SPAN("a <p> b"), SPAN("a  b")},
	{SPAN("&lt;b&gt; &amp; &quot;x&quot; &apos;"), SPAN("<b> & \"x\" '")},
	{SPAN("&eacute;&Eacute;&nbsp;&yuml;&euro;"),
	 SPAN("\xC3\xA9\xC3\x89\xC2\xA0\xC3\xBF\xE2\x82\xAC")},
	{SPAN("&#65;&#x42;&#X43;&#8364;"), SPAN("ABC\xE2\x82\xAC")},
	{SPAN("&#0;&#xD800;&#99999999999;"), SPAN("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD")},
	{SPAN("AT&T &foo; & &; &# &#x; &amp"), SPAN("AT&T &foo; & &; &# &#x; &")},
	{SPAN("a<!-- b > c -->d"), SPAN("ad")},
	{SPAN("a<!-- b"), SPAN("a")},
	{SPAN("one\r\n\t two\nthree <b>\n  four</b>\n"), SPAN("one two three four ")},
	{SPAN("a\n<pre>b\n c<b>\nd</b></pre>\n e</pre>\nf"), SPAN("a b\n c\nd e f")},
	{SPAN("<textarea>a\nb</textarea>\n"), SPAN("a\nb ")},
	{SPAN("<!DOCTYPE html><html>x"), SPAN("x")},
	{SPAN("a<script>if (a < b) x();</script>b<STYLE>p {}</Style >c"), SPAN("a b c")},
	{SPAN("a<script>b</scr"), SPAN("a ")},
	{SPAN("<a href=\"x>y\">z</a>"), SPAN("z")},
	{SPAN("<a href='x>y'>z</a>"), SPAN("z")},
	{SPAN("<a title=\"x>z"), SPAN("z")}, /* a quotation that does not end */
	{SPAN("don't <b title=it's>x</b>"), SPAN("don't x")},
	{SPAN("1 < 2 <3 <"), SPAN("1 < 2 <3 <")},
	{SPAN("a<b"), SPAN("a<b")},
	{SPAN("a\0b<p>\0"), SPAN("a\0b \0")},
	{SPAN(""), SPAN("")},
};

static void
test_html(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof htmls / sizeof htmls[0]; i++) {
		struct buf text;

		buf_init(&text, 1000);
		html_text(htmls[i].html, &text);
		assert_span(htmls[i].html.p, buf_span(&text), htmls[i].text);
		buf_free(&text);
	}
}

/*
 * The message's head, then 4 MB of one unit: each ends in time.
 * AddressSanitizer looks at all that is left of a text at each step of iconv,
 * so less is enough.
 */
#if defined __SANITIZE_ADDRESS__
#define LARGE (256 << 10)
#else
#define LARGE (4 << 20)
#endif
static void
test_large(void **state)
{
	static const struct {
		const char *head, *unit;
	} enemies[] = {
		{BOUNDARY, "--b\n\n"},
		{BOUNDARY, "--b\nContent-Type: multipart/x; boundary=b\n\n"},
		{BOUNDARY, "--b\nContent-Type: message/rfc822\n\n"},
		{"Content-Type: message/rfc822\n\n", "Content-Type: message/rfc822\n\n"},
		{BOUNDARY, "--b--\n"},
		{BOUNDARY, "--\n"},
		{BOUNDARY, "--b\nContent-Type: text/html; x=\""},
		{"Content-Type: text/html\n\n", "<"},
		{"Content-Type: text/html\n\n", "<a "},
		{"Content-Type: text/html\n\n", "<a b='"},
		{"Content-Type: text/html\n\n", "<!--"},
		{"Content-Type: text/html\n\n", "<script></"},
		{"Content-Type: text/html\n\n", "&"},
		{"Content-Type: text/html\n\n", "&#x"},
		{"Content-Type: text/html\n\n", "<b title=\"x\" y='"},
		{"Content-Transfer-Encoding: base64\n\n", "A=="},
		{"Content-Transfer-Encoding: quoted-printable\n\n", "=\t \t \t \t"},
		{"Content-Type: text/plain; charset=iso-2022-jp\n\n", "\x1B$B\xFF"},
		{"Content-Type: text/plain; charset=gb18030\n\n", "\xFF"},
		{"Content-Type: text/x;", "charset=(;"},
	};
	const size_t size = LARGE;
	char *bytes = malloc(size);

	(void)state;
	assert_non_null(bytes);
	for (size_t e = 0; e < sizeof enemies / sizeof enemies[0]; e++) {
		size_t unit = strlen(enemies[e].unit),
		       n = (size_t)snprintf(bytes, size, "%s", enemies[e].head);
		struct buf text;

		for (; n + unit <= size; n += unit)
			memcpy(bytes + n, enemies[e].unit, unit);
		values_of((struct span){bytes, n}, MIME_TEXT, "", &text);
		buf_free(&text);
		values_of((struct span){bytes, n}, MIME_CONTENT, "", &text);
		buf_free(&text);
	}
	free(bytes);
}

/* Nested 60 deep: 32 are taken apart, below that all is text. */
static void
test_deep(void **state)
{
	struct buf message, text;

	(void)state;
	buf_init(&message, 100000);
	(void)buf_addf(&message, "Content-Type: multipart/mixed; boundary=b0\n\n");
	for (int i = 0; i < 60; i++)
		(void)buf_addf(&message, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n",
			       i, i + 1);
	(void)buf_addf(&message, "--b60\n\nbottom\n");
	values_of(buf_span(&message), MIME_CONTENT, "multipart", &text);
	assert_non_null(memmem(text.p, text.n, "bottom", 6));
	buf_free(&text);
	values_of(buf_span(&message), MIME_TEXT, "", &text);
	assert_int_equal(text.n, 0);
	buf_free(&text);
	buf_free(&message);
}

/* A body of 1 GB: its first part counts, the memory does not grow with it. */
static void
test_huge(void **state)
{
	struct mail mail;
	struct err err;
	struct buf text;
	int fd = memory_file(SPAN("A: b\n\nfirst line\n"));

	(void)state;
	assert_int_equal(ftruncate(fd, (off_t)1 << 30), 0);
	assert_int_equal(mail_open(&mail, fd, &err), 0);
	assert_int_equal(mail.size, (uint64_t)1 << 30);
	buf_init(&text, 2 * (size_t)MIME_BODY_MAX);
	assert_int_equal(mime_body(&mail, MIME_TEXT, NULL, 0, append, &text), 0);
	assert_int_equal(text.n, MIME_BODY_MAX + 2);
	assert_memory_equal(text.p, "{first line\n\0", 13);
	buf_free(&text);
	mail_close(&mail);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_stops),
		cmocka_unit_test(test_html),  cmocka_unit_test(test_large),
		cmocka_unit_test(test_deep),  cmocka_unit_test(test_huge)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
