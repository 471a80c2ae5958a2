/*
 * received.h: who says that a client was authenticated, or that mail was
 * fetched, and who cannot.
 */
#include "filter/relays/received.h"
#include "unit.h"

/* Nobody can call himself authenticated, or fetched. */
static void
test_vouching(void **state)
{
	static const struct vouching {
		const char *value;
		bool auth, fetch;
	} lines[] = {
		{"from authenticated (b [192.0.2.7]) by mx with SMTP", false, false},
		{"from a (authenticated [192.0.2.7]) by mx with SMTP", false, false},
		{"from a (authenticated.example [192.0.2.7]) by mx with SMTP", false, false},
		{"from x (authenticated bits=0) (b [192.0.2.7]) by mx with SMTP", false, false},
		{"from unknown (HELO authenticated) (192.0.2.7) by mx with SMTP", false, false},
		{"from unknown (HELO x) (authenticated@192.0.2.7) by mx with SMTP", false, false},
		{"from x with ESMTPA (b [192.0.2.7]) by mx with SMTP", false, false},
		{"from x; by y with POP3 (b [192.0.2.7]) by mx with SMTP", false, false},
		{"from x by y with ESMTPA id 1; (b [192.0.2.7]) by mx with SMTP", false, false},
		{"from [192.0.2.7] (helo=x) (authenticated bits=0) by mx with esmtp", false, false},
		{"from [192.0.2.7] (helo=x) (account y) by mx with esmtp", false, false},
		{"from [192.0.2.7] (helo=x) by y with esmtpa (z) by mx with esmtp", false, false},
		{"from [192.0.2.7] (HELO (account,x authenticated helo=y) by mx with SMTP", false,
		 false},
		{"from b ([192.0.2.7] helo=x) by y with IMAP () by mx with esmtp", false, false},
		{"from unknown (HELO x) (authenticated) (192.0.2.7) by mx with SMTP", false, false},
		{"from x(authenticated) (b [192.0.2.7]) by mx with SMTP", false, false},
		{"from b ([192.0.2.7] helo=a) by mx with esmtp (Exim 4) id 1 for \"x) by y with "
		 "ESMTPA \"@z; Mon",
		 false, false},
		{"from a (x authenticated@b [192.0.2.7]) by mx with SMTP", false, false},
		{"from a (x authenticated y@b [192.0.2.7] (may be forged)) by mx with SMTP", false,
		 false},
		{"from a (via HTTP [192.0.2.7]) by mx with SMTP", false, false},
		{"from x (via HTTP) (b [192.0.2.7]) by mx with SMTP", false, false},
		{"from [192.0.2.7] by mx (via HTTP); Mon", true, false},
		{"from a (b [192.0.2.7]) (not authenticated) by mx with SMTP", false, false},
		{"from a (b [192.0.2.7]) by mx with esmtp (envelope-from <\"x) (authenticated "
		 "bits=0) (\"@y>) id 1",
		 false, false},
		{"from a (b [192.0.2.7]) by mx with esmtp (envelope-from <x>) (authenticated "
		 "bits=0) id 1",
		 false, false},
		{"from a (b [192.0.2.7]) by mx with esmtp id 1 (AUTH me)", true, false},
		{"from a (b [192.0.2.7]) (user=me mech=LOGIN bits=0) by mx (8.12/8.12) with ESMTP "
		 "id 1",
		 true, false},
		{"from a ([192.0.2.7]) by mx with Microsoft Exchange Server HTTP-DAV ; Mon", true,
		 false},
		{"from a (b [192.0.2.7]) by mx with ESMTP id 1 envelope-from <\"x (authenticated) "
		 "\"@y>",
		 false, false},
		{"from a (b [192.0.2.7]) by mx with ESMTP id 1; (authenticated bits=0)", false,
		 false},
		{"from a (b [192.0.2.7]) by mx with ESMTP id 1 for <x> (authenticated bits=0)",
		 false, false},
		{"from a (b [192.0.2.7]) by mx with esmtp for <\"x (authenticated bits=0) with "
		 "POP3\"@y>",
		 false, false},
		{"from a (b [192.0.2.7]) by mx with ESMTP id 1 with ESMTPA", false, false},
		{"from esmtpa (with.esmtpa [192.0.2.7]) by esmtpa with ESMTPS", false, false},
		{"from a (fetchmail-6.4 [192.0.2.7]) by mx with SMTP", false, false},
		{"from a (b [192.0.2.7]) (fetchmail-6.4) by mx with SMTP", false, false},
		{"from pop3 (imap [192.0.2.7]) by imap with SMTP id POP3 for pop3", false, false},
		{"from a (b [192.0.2.7]) by mx with SMTP;with POP3", false, false},
		{"from a (b [192.0.2.7]) by mx with ESMTPA;Mon", true, false},
		{"from a (b [192.0.2.7]) by mx with UTF8SMTPSA id 1", true, false},
		{"from a (b [192.0.2.7]) by mx with esmtpsa (Exim)", true, false},
		{"from a (b [192.0.2.7]) by mx with LMTPA id 1", true, false},
		{"from a (b [192.0.2.7]) by mx with ASMTP id 1", true, false},
		{"from a (b [192.0.2.7]) by mx (1.0) (authenticated as me) id 1", true, false},
		{"from a (b [192.0.2.7]) (authenticated (0 bits)) by mx with ESMTP id 1", true,
		 false},
		{"from [192.0.2.7] (account me) by mx with HTTP", true, false},
		{"from a (b [192.0.2.7]) by mx with ESMTPS id 1", false, false},
		{"from a (b [192.0.2.7]) by mx with SMTP", false, false},
		{"from a ([192.0.2.7]) by mx (chasquid) with ESMTPS tls X (over SMTP, TLS-1.3, "
		 "envelope from \"x)(authenticated)(y@z\") ; Mon",
		 false, false},
		{"from a ([192.0.2.7]) by mx (chasquid) with ESMTPS tls X (over SMTP, TLS-1.3, "
		 "envelope from \"x) by y (chasquid) with ESMTPSA (y@z\") ; Mon",
		 false, false},
		{"from [192.0.2.7] (authenticated) by mx (chasquid) with ESMTPS (over SMTP, plain "
		 "text!, envelope from \"y@z\") ; Mon",
		 false, false},
		{"from b [192.0.2.7] by mx (ArGoSoft 1) with ESMTP (EHLO x)(authenticated) for "
		 "<u>; Mon",
		 false, false},
		{"from b [192.0.2.7] by mx (ArGoSoft 1) with ESMTP (EHLO x) by y with ESMTPA (z) "
		 "for "
		 "<u>; Mon",
		 false, false},
		{"from a(b [192.0.2.7]) (9 bytes) by mx via smtpd with P:smtp (sender: <\"x) "
		 "(authenticated) (\"@y>) id 1",
		 false, false},
		{"from b ([192.0.2.7] helo=a) by mx with esmtp (Exim 4.9) (return-path <\"x) "
		 "(authenticated) (\"@y>) id 1",
		 false, false},
		{"from a (b [192.0.2.7]) (IDENT: x) (AUTH: LOGIN y) by mx with ESMTP id 1", false,
		 false},
		{"from a (b [192.0.2.7]) (AUTH: LOGIN y) by mx with ESMTP id 1", true, false},
		{"from a ([192.0.2.7]) (envelope sender: <\"x) (authenticated) (\"@y>) by mx with "
		 "Active!Hunter esmtp server",
		 false, false},
		{"from unknown (HELO a) (Authenticated_SSL:x@192.0.2.7) by mx with SMTP", false,
		 false},
		{"from 192.0.2.7 (EHLO (authenticated) by mta with SMTP", false, false},
		{"from unknown (HELO a) (fetchmail-6@192.0.2.7) by mx with SMTP", false, false},
		{"from a (b [192.0.2.7]) by mx (envelope-from <x) with ESMTPA (y>) with SMTP",
		 false, false},
		{"from a (b [192.0.2.7]) by mx with ESMTP (x) (authenticated bits=0)", false,
		 false},
		{"from a (b [192.0.2.7]) by mx with ESMTP (TLSv1.3) (authenticated bits=0)", true,
		 false},
		{"from a ([192.0.2.7]) by mx with MailEnable ESMTPA; Mon", true, false},
		{"from a ([192.0.2.7]) by mx with ESMTP AUTH; Mon", true, false},
		{"from a ([192.0.2.7]) by mx with SMTP id AUTH; Mon", false, false},
		{"from a ([192.0.2.7]) by mx with HTTP/2; Mon", true, false},
		{"from pop [192.0.2.7] by box with APOP (fetchmail-6.4)", false, true},
		{"from pop [192.0.2.7] by box (fetchmail-6.4) with SMTP", false, false},
		{"from pop [192.0.2.7] by box with IMAP (fetchmail-6.4)", false, true},
		{"from pop ([192.0.2.7]) by box with POP3-SSL; Mon", false, true},
		{"from pop [192.0.2.7] by box with ODMR (fetchmail-6.4)", false, true},
		{"from pop by box with POP3", false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct received r;

		received_parse(span_of(lines[i].value), &r);
		if (r.auth != lines[i].auth || r.fetch != lines[i].fetch)
			fail_msg("%s: auth %d, fetch %d", lines[i].value, r.auth, r.fetch);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_vouching)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
