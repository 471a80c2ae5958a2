/*
 * authres.h, proof.h: what the site's own Authentication-Results prove, and
 * what a sender's do not.
 */
#include "filter/verdict/authres.h"
#include "filter/verdict/proof.h"
#include "unit.h"

#define DKIM "dkim=pass header.d=example.org"

static const struct {
	const char *value;
	const char *id;
	int good;
	const char *covers[3], *not [3];
} fields[] = {
	/*
	 * as OpenDKIM, OpenDMARC, rspamd, Exim, amavis and policyd-spf write
	 * them
	 */
	{" mx.example.net;\n\tdkim=pass (2048-bit key; unprotected) header.d=example.org "
	 "header.i=@example.org header.a=rsa-sha256 header.s=2024 header.b=\"Abc+/12=\";\n"
	 "\tdkim-atps=neutral",
	 "mx.example.net",
	 1,
	 {"example.org", "mail.example.org"},
	 {"org", "notexample.org", "example.net"}},
	{" mx.example.net; dmarc=pass (p=reject dis=none) header.from=example.org",
	 "mx.example.net",
	 1,
	 {"example.org"},
	 {"example.com"}},
	{" mx.example.net;\r\n\tdkim=pass header.d=example.org header.s=s header.b=AbC/1;\r\n"
	 "\tspf=pass (mx.example.net: domain of a@example.com designates 192.0.2.1 as permitted "
	 "sender) smtp.mailfrom=a@example.com;\r\n\tdmarc=pass (policy=none) "
	 "header.from=example.org",
	 "mx.example.net",
	 1,
	 {"example.org", "example.com"},
	 {"example.net"}},
	{" mx.example.net;\n\tiprev=pass (mail.example.org) smtp.remote-ip=192.0.2.1;\n"
	 "\tspf=pass smtp.mailfrom=example.org;\n\tdkim=pass header.d=example.com header.s=s "
	 "header.a=rsa-sha256;\n\tdmarc=none header.from=example.com;\n\tarc=none",
	 "mx.example.net",
	 1,
	 {"example.org", "example.com"},
	 {NULL}},
	{" mx.example.net (amavisd-new);\n\tdkim=pass (2048-bit key) header.d=example.org",
	 "mx.example.net",
	 1,
	 {"example.org"},
	 {NULL}},
	{" mx.example.net; spf=pass (mailfrom) smtp.mailfrom=example.org (client-ip=192.0.2.1; "
	 "helo=a.example; envelope-from=x@example.org; receiver=<UNKNOWN>)",
	 "mx.example.net",
	 1,
	 {"example.org"},
	 {"a.example"}},
	{" mx.example.net;\n\tiprev=fail smtp.remote-ip=11.22.33.44;\n\tspf=pass "
	 "smtp.mailfrom=example.org;\n\tdkim=fail (body hash mismatch; body probably modified in "
	 "transit)\n\t\t header.d=example.com header.s=sel header.a=rsa-sha256\n",
	 "mx.example.net",
	 1,
	 {"example.org"},
	 {"example.com"}},
	{" mx.example.net (amavisd-new);\n dkim=fail (2048-bit key)\n reason=\"fail (message has "
	 "been "
	 "altered)\"\n header.d=example.com header.b=\"AbC/+\";\n dkim=pass (1024-bit key)\n "
	 "header.d=example.org",
	 "mx.example.net",
	 1,
	 {"example.org"},
	 {"example.com"}},
	/* what is no domain proves none, nor one that it ends with */
	{" mx.example.net; dkim=pass header.d=a!b.example.org; spf=pass smtp.mailfrom=x@b$.example",
	 "mx.example.net",
	 1,
	 {NULL},
	 {"a!b.example.org", "b$.example", "example.org"}},
	/* big hosters */
	{" mx.google.example;\n       dkim=pass header.i=@example.org header.s=s header.b=Ab;\n"
	 "       spf=pass (google.example: domain of a@b.example.org designates 192.0.2.1 as "
	 "permitted "
	 "sender) smtp.mailfrom=a@b.example.org;\n       dmarc=pass (p=NONE sp=NONE dis=NONE) "
	 "header.from=example.org",
	 "mx.google.example",
	 1,
	 {"example.org", "b.example.org"},
	 {NULL}},
	{" spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.org; dkim=pass (signature was "
	 "verified) header.d=example.org;dmarc=pass action=none "
	 "header.from=example.org;compauth=pass "
	 "reason=100",
	 "",
	 1,
	 {"example.org"},
	 {NULL}},
	/* the grammar of RFC 8601 2.2 */
	{"example.org 1; none", "example.org", 1, {NULL}, {"example.org"}},
	{"example.org; none;", "example.org", 1, {NULL}, {NULL}},
	{"EXAMPLE.org ; DKIM = Pass reason = \"good key\" Header . D = Example.ORG",
	 "example.org",
	 1,
	 {"example.org"},
	 {NULL}},
	{"\"example.org\"; dkim/1 = pass header.d=\"example.org\"",
	 "example.org",
	 1,
	 {"example.org"},
	 {NULL}},
	{" (a (nested) \\) comment) example.org (c) 1 (c) ; (c) dkim (c) = (c) pass (c) header (c) "
	 ". "
	 "(c) d (c) = (c) example.org (c)",
	 "example.org",
	 1,
	 {"example.org"},
	 {NULL}},
	{"mx; spf=pass smtp.mailfrom=\"a b;c\"@example.org", "mx", 1, {"example.org"}, {NULL}},
	{"mx; spf=pass smtp.mailfrom=<a@example.org>", "mx", 1, {"example.org"}, {NULL}},
	{"mx; spf=pass smtp.mailfrom=", "mx", 1, {NULL}, {NULL}},
	{"mx; spf=pass smtp.helo=example.org", "mx", 1, {NULL}, {"example.org"}},
	{"mx; dkim=fail header.d=example.org; dkim=pass header.d=example.com",
	 "mx",
	 1,
	 {"example.com"},
	 {"example.org"}},
	{"mx; dkim=pass header.i=a@mail.example.org header.d=example.com",
	 "mx",
	 1,
	 {"example.com"},
	 {"example.org", "mail.example.org"}},
	/* the domain's owner says that it is not his */
	{"mx; spf=pass smtp.mailfrom=a@example.org; dmarc=fail header.from=example.org",
	 "mx",
	 1,
	 {NULL},
	 {"example.org", "mail.example.org"}},
	/* results that are no pass */
	{"mx; dkim=passed header.d=example.org", "mx", 1, {NULL}, {"example.org"}},
	{"mx; dkim=temperror header.d=example.org", "mx", 1, {NULL}, {"example.org"}},
	{"mx; dkim=\"pass\" header.d=example.org", "mx", 0, {NULL}, {"example.org"}},
	{"mx; x-dkim=pass header.d=example.org", "mx", 1, {NULL}, {"example.org"}},
	{"mx; dkim=pass x.header.d=example.org", "mx", 0, {NULL}, {"example.org"}},
	{"mx; dkim=pass header.d=org", "mx", 1, {NULL}, {"example.org", "org"}},
	{"mx; dkim=pass header.d=example.org/x", "mx", 1, {NULL}, {"example.org"}},
	/*
	 * as rspamd wrote it: text of a sender's and of a client's between
	 * quotes, in a comment
	 */
	{"vm;\r\n\tdkim=pass header.d=example.org header.s=sel header.b=xmgE0WqV;\r\n\tdmarc=pass "
	 "(policy=reject) header.from=example.org;\r\n\tspf=pass (vm: domain of ann@example.org "
	 "designates 11.22.33.44 as permitted sender) smtp.mailfrom=ann@example.org",
	 "vm",
	 1,
	 {"example.org"},
	 {NULL}},
	{"vm;\r\n\tdkim=none;\r\n\tdmarc=none;\r\n\tspf=temperror (vm: error in processing during "
	 "lookup "
	 "of \"x);\r\n\tdkim=pass(c)header.d=example.org(\": DNS error) "
	 "smtp.helo=\"x);\r\n\tdkim=pass(c)header.d=example.org(\"",
	 "vm",
	 0,
	 {NULL},
	 {"example.org"}},
	{"vm;\r\n\tdmarc=none;\r\n\tspf=pass (vm: domain of \"x\\\");\r\n\tdkim=pass "
	 "header.d=example.org;\r\n\tx=(y@evil.example\" designates 11.22.33.44 as permitted "
	 "sender) "
	 "smtp.mailfrom=\"x\\\");\r\n\tdkim=pass header.d=example.org;\r\n\tx=(y@evil.example\"",
	 "vm",
	 0,
	 {NULL},
	 {"example.org"}},
	{"mx; spf=pass (domain of \"a b\"@example.org) smtp.mailfrom=\"a b\"@example.org",
	 "mx",
	 1,
	 {"example.org"},
	 {NULL}},
	{"mx; dkim=none (x); " DKIM, "mx", 0, {NULL}, {"example.org"}},
	/* a sender's text that was not quoted: nothing in the field counts */
	{"mx; spf=fail smtp.mailfrom=x; dkim=pass header.d=example.org @evil.example",
	 "mx",
	 0,
	 {NULL},
	 {"example.org"}},
	{"mx; spf=fail (domain of x) " DKIM " (@evil.example) designates) smtp.mailfrom=x",
	 "mx",
	 0,
	 {NULL},
	 {"example.org"}},
	{"mx; " DKIM " (x", "mx", 0, {NULL}, {"example.org"}},
	{"mx; " DKIM " \"x", "mx", 0, {NULL}, {"example.org"}},
	{"mx; " DKIM ")", "mx", 0, {NULL}, {"example.org"}},
	{"mx; " DKIM " header.d=evil.example", "mx", 0, {NULL}, {"example.org", "evil.example"}},
	{"mx; dmarc=fail header.from=a.example; dmarc=pass header.from=example.org",
	 "mx",
	 0,
	 {NULL},
	 {"example.org"}},
	{"mx 2; " DKIM, "mx", 0, {NULL}, {"example.org"}},
	{"mx x; " DKIM, "mx", 0, {NULL}, {"example.org"}},
	{"mx; = pass header.d=example.org", "mx", 0, {NULL}, {"example.org"}},
	{"mx; dkim", "mx", 0, {NULL}, {NULL}},
	{"mx; dkim=", "mx", 0, {NULL}, {NULL}},
	{"mx", "mx", 1, {NULL}, {NULL}},
	{"", "", 0, {NULL}, {NULL}},
	{" ; " DKIM, "", 0, {NULL}, {"example.org"}},
	{"=pass header.d=example.org", "", 0, {NULL}, {"example.org"}},
};

static void
test_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		static struct authres results;
		char id[AUTHRES_DOMAIN_MAX];
		struct span value = span_of(fields[i].value);

		(void)authres_id(value, id, sizeof id);
		assert_string_equal(id, fields[i].id);
		if (authres_read(value, &results) != (fields[i].good == 1))
			fail_msg("%s: good %d", fields[i].value, !fields[i].good);
		for (size_t k = 0; k < 3; k++) {
			if (fields[i].covers[k] != NULL &&
			    !authres_covers(&results, span_of(fields[i].covers[k])))
				fail_msg("%s: not %s", fields[i].value, fields[i].covers[k]);
			if (fields[i].not [k] != NULL &&
			    authres_covers(&results, span_of(fields[i].not [k])))
				fail_msg("%s: %s", fields[i].value, fields[i].not [k]);
		}
	}
}

static void
test_nul_and_bounds(void **state)
{
	static struct authres results;
	static char many[100000] = "mx";
	char id[8];
	size_t n = 2;

	(void)state;
	assert_false(authres_read(SPAN("mx; dkim=pass header.d=example.org\0x"), &results));
	assert_false(authres_read(SPAN("mx; dkim=pass (\0) header.d=example.org"), &results));
	assert_int_equal(results.n, 0);
	for (int i = 0; i < 1000; i++)
		n += (size_t)snprintf(many + n, sizeof many - n,
				      "; dkim=pass header.d=d%d.example.org", i);
	assert_true(authres_read((struct span){many, n}, &results));
	assert_int_equal(results.n, AUTHRES_PASSES_MAX);
	assert_false(authres_id(SPAN("much-too-long.example.org"), id, sizeof id));
}

static void
test_signed(void **state)
{
	static struct authres results;

	(void)state;
	assert_true(authres_read(SPAN("mx; dkim=pass header.d=Example.org; spf=pass "
				      "smtp.mailfrom=example.com"),
				 &results));
	assert_true(authres_signed(&results, SPAN("EXAMPLE.org")));
	assert_false(authres_signed(&results, SPAN("mail.example.org")));
	assert_false(authres_signed(&results, SPAN("example.com")));
}

/* Which field is the site's own: by where it stands. H: the handoff's line. */
#define H    "Received: from a ([198.51.100.1]) by mx.example.net; Mon, 1 Jan 2024 00:00:00 +0000\n"
#define BACK "Received: from b ([198.51.100.2]) by a; Mon, 1 Jan 2024 00:00:00 +0000\n"
#define OWN  "Authentication-Results: mx.example.net; dkim=pass header.d=own.example\n"
#define MINE "Authentication-Results: mx.example.net; dkim=pass header.d=forged.example\n"
#define ELSE "Authentication-Results: other.example; dkim=pass header.d=forged.example\n"
#define FROM "From: x@forged.example\n"

static const struct {
	const char *what, *header;
	enum proof_status status;
	const char *proves;
} places[] = {
	{"above", OWN H FROM, PROOF_READ, "own.example"},
	{"above, other fields between", OWN "X-Spam: no\n" H FROM, PROOF_READ, "own.example"},
	{"right below", H OWN FROM, PROOF_READ, "own.example"},
	{"below other trace fields", H "Received-SPF: pass\nARC-Seal: x\n" ELSE OWN FROM,
	 PROOF_READ, "own.example"},
	{"a forged one below ours", H OWN MINE FROM, PROOF_READ, "own.example"},
	{"a forged one below ours above", OWN H MINE FROM, PROOF_READ, "own.example"},
	{"forged, further down", H FROM MINE, PROOF_NONE, NULL},
	{"forged, behind a signature", H "DKIM-Signature: x\n" MINE FROM, PROOF_NONE, NULL},
	{"forged, below a relay's line", H BACK MINE FROM, PROOF_NONE, NULL},
	{"of somebody else", H ELSE FROM, PROOF_NONE, NULL},
	{"ours says nothing", "Authentication-Results: mx.example.net; none\n" H MINE FROM,
	 PROOF_READ, NULL},
	{"ours cannot be read", "Authentication-Results: mx.example.net; x\n" H MINE FROM,
	 PROOF_UNREADABLE, NULL},
	{"in other letters",
	 "authentication-RESULTS : MX.example.NET ; dkim=pass "
	 "header.d=own.example\n" H FROM,
	 PROOF_READ, "own.example"},
	{"nobody handed it over", OWN FROM, PROOF_NONE, NULL},
	{"none", H FROM, PROOF_NONE, NULL},
};

static void
test_places(void **state)
{
	static struct authres results;
	static struct chain chain;
	struct conf conf = {.file = NULL};

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		struct message message = {.header = span_of(places[i].header)};

		relay_chain(&message, &conf, &chain);
		enum proof_status status =
			proof_find("mx.example.net", message.header, &chain, &results);
		if (status != places[i].status)
			fail_msg("%s: status %d", places[i].what, status);
		if (places[i].proves != NULL ? !authres_covers(&results, span_of(places[i].proves))
					     : results.n > 0)
			fail_msg("%s: %zu results", places[i].what, results.n);
		assert_false(authres_covers(&results, SPAN("forged.example")));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields), cmocka_unit_test(test_nul_and_bounds),
		cmocka_unit_test(test_signed), cmocka_unit_test(test_places)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
