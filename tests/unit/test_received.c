/* received.h: one line of each format, and what clients do to them. */
#include "filter/relays/received.h"
#include "received_tricks.h"
#include "unit.h"

#include <stdlib.h>

/* An address: a relay. "-": none. "?": should have named one. */
static const struct format {
	/* flags: a auth, f fetch */
	const char *what, *value, *addr, *rdns, *helo, *by, *with, *flags;
} formats[] = {
	/* HELO first, then what the server saw */
	{"Postfix",
	 "from a.example (b.example [192.0.2.7])\n\tby mx.test (Postfix) with ESMTPS id 4W2; Mon, "
	 "1 Jan 2024 00:00:00 +0000",
	 "192.0.2.7", "b.example", "a.example", "mx.test", "ESMTPS", ""},
	{"Postfix, IPv6",
	 "from a.example (unknown [IPv6:2001:DB8:0::7]) by mx.test (Postfix) with ESMTP id 1; Mon",
	 "2001:db8::7", "", "a.example", "mx.test", "ESMTP", ""},
	{"Postfix, TLS",
	 "from a.example (b.example [192.0.2.7])\n\t(using TLSv1.3 with cipher X (256/256 "
	 "bits))\n\t(Client CN \"[9.9.9.9]\", Issuer \"(9.9.9.9)\" (not verified))\n"
	 "\tby mx.test (Postfix) with ESMTPS id 1",
	 "192.0.2.7", "b.example", "a.example", "mx.test", "ESMTPS", ""},
	{"Postfix, SASL",
	 "from [10.0.0.3] (b.example [192.0.2.7]) (Authenticated sender: me) by mx.test (Postfix) "
	 "with ESMTPSA id 1",
	 "192.0.2.7", "b.example", "[10.0.0.3]", "mx.test", "ESMTPSA", "a"},
	{"Postfix, SASL in the comment only",
	 "from a (b [192.0.2.7]) (Authenticated sender: me) by mx.test (Postfix) with ESMTP id 1",
	 "192.0.2.7", "b", "a", "mx.test", "ESMTP", "a"},
	{"Postfix, gone", "from a.example (unknown [unknown]) by mx.test (Postfix) with SMTP id 1",
	 "-", "", "a.example", "mx.test", "SMTP", ""},
	{"Postfix, local", "by mx.test (Postfix, from userid 1000) id 1", "-", "", "", "mx.test",
	 "", ""},
	{"Sendmail",
	 "from a (IDENT:me@b.example. [192.0.2.7] (may be forged)) by mx.test (8.12.11.2006/8.12) "
	 "with ESMTP id k7",
	 "192.0.2.7", "b.example", "a", "mx.test", "ESMTP", ""},
	{"Sendmail, ident only",
	 "from a (me@[192.0.2.7]) by mx.test (8.11.6/8.11.6) with SMTP id h8", "192.0.2.7", "", "a",
	 "mx.test", "SMTP", ""},
	{"Sendmail, AUTH",
	 "from a (b [192.0.2.7]) (authenticated bits=0) by mx.test (8.13/8.13) with ESMTP id g9",
	 "192.0.2.7", "b", "a", "mx.test", "ESMTP", "a"},
	{"Sendmail, local", "(from me@localhost) by mx.test (8.14.7/8.14.7/Submit) id 076", "-", "",
	 "", "mx.test", "", ""},
	{"Sendmail, socket",
	 "from localhost (localhost [[UNIX: localhost]]) by mx.test (8.12/8.12) id 1", "-", "", "",
	 "mx.test", "", ""},
	{"Courier",
	 "from a (softdnserr [::ffff:192.0.2.7]) (AUTH: LOGIN me@x) by mx.test with esmtp; Mon",
	 "192.0.2.7", "", "a", "mx.test", "esmtp", "a"},
	{"Exchange 2007",
	 "from a.example (192.0.2.7) by mx.test (10.0.0.1) with Microsoft SMTP Server (TLS) id 8.1",
	 "192.0.2.7", "a.example", "a.example", "mx.test", "Microsoft", ""},
	{"Exchange Online",
	 "from A.PROD.TEST (2001:db8:9::4) by\n B.PROD.TEST (2001:db8:9::5) with Microsoft SMTP\n "
	 "Server id 15.20",
	 "2001:db8:9::4", "A.PROD.TEST", "A.PROD.TEST", "B.PROD.TEST", "Microsoft", ""},
	{"Exchange, zone", "from A ([fe80::1:2%10]) by B ([fe80::3%10]) with mapi id 14.1",
	 "fe80::1:2", "", "A", "B", "mapi", ""},
	{"IIS", "from a ([192.0.2.7] RDNS failed) by mx.test with Microsoft SMTPSVC(6.0); Mon",
	 "192.0.2.7", "", "a", "mx.test", "Microsoft", ""},
	{"IIS, no HELO", "from  ([192.0.2.7]) by mx.test with Microsoft SMTPSVC(5.0); Mon",
	 "192.0.2.7", "", "", "mx.test", "Microsoft", ""},
	{"Gmail",
	 "from ?IPv6:::ffff:10.0.0.3? (b.example. [192.0.2.7]) by smtp.test with ESMTPSA id x",
	 "192.0.2.7", "b.example", "?IPv6:::ffff:10.0.0.3?", "smtp.test", "ESMTPSA", "a"},
	{"Gmail, inner hop", "by 2002:a05:6000:1111:0:0:0:0 with SMTP id z1; Mon", "-", "", "",
	 "2002:a05:6000:1111:0:0:0:0", "SMTP", ""},
	{"OpenSMTPD",
	 "from a (<unknown> [192.0.2.7]) by mx.test (OpenSMTPD) with ESMTPS id 5db "
	 "(TLSv1.3:X:256:NO) for <u@x>; Mon",
	 "192.0.2.7", "", "a", "mx.test", "ESMTPS", ""},
	{"OpenSMTPD, local",
	 "from [192.0.2.66] (localhost [local]) by mx.test (OpenSMTPD) with ESMTPA id 5db", "-", "",
	 "", "mx.test", "ESMTPA", "a"},
	{"Haraka",
	 "from a ([192.0.2.7]) by mx.test (Haraka/2.8) with ESMTPA id 3.1 envelope-from <x@y> "
	 "(authenticated bits=0); Mon",
	 "192.0.2.7", "", "a", "mx.test", "ESMTPA", "a"},
	{"MailMarshal", "from a (Not Verified[192.0.2.7]) by mx.test with MailMarshal (v6,5)",
	 "192.0.2.7", "", "a", "mx.test", "MailMarshal", ""},
	{"SurgeMail", "from a (unverified [192.0.2.7]) by mx.test\n (SurgeMail 7) with ESMTP id 1",
	 "192.0.2.7", "", "a", "mx.test", "ESMTP", ""},
	{"GroupWise", "from a\n ([192.0.2.7])\n by gw.test with ESMTP; Mon", "192.0.2.7", "", "a",
	 "gw.test", "ESMTP", ""},
	{"Domino",
	 "from a ([192.0.2.7]) by mx.test (Lotus Domino Release 8.5) with ESMTP id 2024-1",
	 "192.0.2.7", "", "a", "mx.test", "ESMTP", ""},
	{"ecelerity",
	 "from [10.0.0.3] ([192.0.2.7:50387] helo=[9.9.9.9]) by mx.test (ecelerity 2 r(1)) with "
	 "ESMTP id 8",
	 "192.0.2.7", "", "[9.9.9.9]", "mx.test", "ESMTP", ""},
	{"XMail",
	 "from a (192.0.2.7:23198) by mx.test with [XMail 1.20 ESMTP Server] id <S7> from <x@y>",
	 "192.0.2.7", "a", "a", "mx.test", "[XMail 1.20 ESMTP Server]", ""},
	{"Rockliffe",
	 "FROM a (192.0.2.8 [192.0.2.7]) BY mx.test (Rockliffe) WITH SMTP ID <B0@x> FOR <u@x>",
	 "192.0.2.7", "192.0.2.8", "a", "mx.test", "SMTP", ""},
	{"Scalix", "from a ( 192.0.2.7) by mx.test (Scalix) via ESMTP; Mon", "192.0.2.7", "a", "a",
	 "mx.test", "ESMTP", ""},
	{"Zimbra LMTP", "from a.test (LHLO b.test) (10.2.2.20) by c.test with LMTP; Mon",
	 "10.2.2.20", "a.test", "b.test", "c.test", "LMTP", ""},
	{"Dovecot LMTP",
	 "from mx.test ([192.0.2.7]) by box.test with LMTP id OBs (envelope-from <a@b>) for <u@x>",
	 "192.0.2.7", "", "mx.test", "box.test", "LMTP", ""},
	{"Dovecot LMTP, socket",
	 "from mx.test\n\tby box.test with LMTP\n\tid OBs\n\t(envelope-from <a@b>)", "-", "", "",
	 "box.test", "LMTP", ""},
	{"amavis",
	 "from mx.test ([127.0.0.1]) by localhost (mx.test [192.0.2.66]) (amavisd-new, port 10024) "
	 "with ESMTP id k8",
	 "127.0.0.1", "", "mx.test", "localhost", "ESMTP", ""},
	/* what the server saw first */
	{"Exim",
	 "from b.example ([192.0.2.7]:40001 helo=a.example) by mx.test with esmtps (TLS1.3) (Exim "
	 "4.96) (envelope-from <x@y>) id 1fZ",
	 "192.0.2.7", "b.example", "a.example", "mx.test", "esmtps", ""},
	{"Exim, no name",
	 "from [192.0.2.7] (port=4000 helo=[9.9.9.9]) by mx.test with esmtpsa (Exim 4) id 1",
	 "192.0.2.7", "", "[9.9.9.9]", "mx.test", "esmtpsa", "a"},
	{"Exim, IPv6", "from b ([2001:db8::7]:25 helo=a) by mx.test with esmtp (Exim 4) id 1",
	 "2001:db8::7", "b", "a", "mx.test", "esmtp", ""},
	{"Exim 3",
	 "from b.example (a.example) [192.0.2.7.13219] (me) by mx.test with esmtp (Exim 3) id 1",
	 "192.0.2.7", "b.example", "a.example", "mx.test", "esmtp", ""},
	{"Exim 3, names agree", "from b.example [192.0.2.7] by mx.test with smtp (Exim 3) id 1",
	 "192.0.2.7", "b.example", "b.example", "mx.test", "smtp", ""},
	{"Exim, it calls itself by its name",
	 "from b.example ([192.0.2.7]) by mx.test with esmtp (Exim 4) id 1", "192.0.2.7",
	 "b.example", "b.example", "mx.test", "esmtp", ""},
	{"Exim, local", "from www-data by mx.test with local (Exim 4) id 1", "-", "", "", "mx.test",
	 "local", ""},
	{"Exim, local SMTP",
	 "from root (helo=[192.0.2.66]) by mx.test with local-esmtps (Exim 4) id 1", "-", "root",
	 "[192.0.2.66]", "mx.test", "local-esmtps", ""},
	{"CommuniGate",
	 "from [192.0.2.7] (HELO [9.9.9.9]) by mx.test (CommuniGate Pro SMTP 5) with SMTP id 1",
	 "192.0.2.7", "", "[9.9.9.9]", "mx.test", "SMTP", ""},
	{"CommuniGate, account",
	 "from [192.0.2.7] (account me HELO [9.9.9.9]) by mx.test (CommuniGate Pro) with ESMTP-TLS "
	 "id 1",
	 "192.0.2.7", "", "[9.9.9.9]", "mx.test", "ESMTP-TLS", "a"},
	{"CommuniGate, verified",
	 "from a ([192.0.2.7] verified) by mx.test (CommuniGate Pro) with ESMTPS id 1", "192.0.2.7",
	 "", "a", "mx.test", "ESMTPS", ""},
	{"CommuniGate, account, verified",
	 "from a (account me@x [192.0.2.7] verified) by mx.test (CommuniGate Pro) with ESMTP id 1",
	 "192.0.2.7", "", "a", "mx.test", "ESMTP", "a"},
	{"F-Secure",
	 "from [192.0.2.7]:50999 (HELO a) by mx.test ([10.0.0.1]:25) (F-Secure) with SMTP; Mon",
	 "192.0.2.7", "", "a", "mx.test", "SMTP", ""},
	{"qmail", "from b.example (HELO a.example) (192.0.2.7) by mx.test with SMTP; 1 Jan",
	 "192.0.2.7", "b.example", "a.example", "mx.test", "SMTP", ""},
	{"qmail, names agree", "from b.example (192.0.2.7) by mx.test with SMTP; 1 Jan",
	 "192.0.2.7", "b.example", "b.example", "mx.test", "SMTP", ""},
	{"qmail, ident", "from unknown (HELO a) (me@x@192.0.2.7) by mx.test with SMTP; 1 Jan",
	 "192.0.2.7", "", "a", "mx.test", "SMTP", ""},
	{"qmail, AUTH",
	 "from unknown (HELO a) (me@192.0.2.7 with login) by mx.test with SMTP; 1 Jan", "192.0.2.7",
	 "", "a", "mx.test", "SMTP", "a"},
	{"qmail, empty HELO", "from b (HELO ) (192.0.2.7) by mx.test with SMTP; 1 Jan", "192.0.2.7",
	 "b", "", "mx.test", "SMTP", ""},
	{"qmail, TLS", "from b (HELO a) (192.0.2.7) by mx.test with (AES encrypted) SMTP; 1 Jan",
	 "192.0.2.7", "b", "a", "mx.test", "SMTP", ""},
	{"qmail-ldap",
	 "from unknown (HELO [9.9.9.9]) ([192.0.2.7]) (envelope-sender <x@y>) by 192.0.2.1 "
	 "(qmail-ldap-1.03) with SMTP for <u@x>",
	 "192.0.2.7", "", "[9.9.9.9]", "192.0.2.1", "SMTP", ""},
	{"qmail-ldap, AUTH",
	 "from unknown (HELO a) (Authenticated_SSL:me@[192.0.2.7]) (envelope-sender <x@y>) by "
	 "mx.test (qmail-ldap-1.03) with SMTP for <u@x>",
	 "192.0.2.7", "", "a", "mx.test", "SMTP", "a"},
	{"qmail-scanner",
	 "from 192.0.2.7 by mx.test (envelope-from <x@y>, uid 201) with qmail-scanner-2.08st \n "
	 "(clamdscan: 1.\n Clear:RC:1(192.0.2.7):.\n Processed in 0.03 secs); 25 Apr",
	 "-", "", "", "mx.test", "qmail-scanner-2.08st", ""},
	{"qmail, uid", "(qmail 10681 invoked by uid 404); 14 Nov", "-", "", "", "", "", ""},
	{"qmail, no address", "from unknown (HELO a) by mx.test with SMTP; 1 Jan", "?", "", "a",
	 "mx.test", "SMTP", ""},
	{"qpsmtpd", "from b (HELO a) (192.0.2.7)\n by mx.test (qpsmtpd/0.27) with ESMTP; Mon",
	 "192.0.2.7", "b", "a", "mx.test", "ESMTP", ""},
	{"Yahoo", "from 9.9.9.9  (EHLO a) (192.0.2.7) by mta.test with SMTP; Mon", "192.0.2.7",
	 "9.9.9.9", "a", "mta.test", "SMTP", ""},
	{"James", "from 9.9.9.9 (EHLO a) ([192.0.2.7]) by mx.test (JAMES) with ESMTP id 1",
	 "192.0.2.7", "9.9.9.9", "a", "mx.test", "ESMTP", ""},
	{"an address and a HELO", "from 192.0.2.7 (HELO a) by mx.test (10.0.0.1) with SMTP; 1 Jan",
	 "192.0.2.7", "", "a", "mx.test", "SMTP", ""},
	{"smap",
	 "from b.example(192.0.2.7), claiming to be \"a [9.9.9.9]\" via SMTP by fw.test, id "
	 "smtpd1; Mon",
	 "192.0.2.7", "b.example", "a", "fw.test", "SMTP", ""},
	{"smap, HELO inside",
	 "from b.example(192.0.2.7, HELO [9.9.9.9]) by fw.test via smap (V1.3) id s1", "192.0.2.7",
	 "b.example", "[9.9.9.9]", "fw.test", "smap", ""},
	{"NAVGW", "(from a [192.0.2.7]) by gw.test (NAVGW 2.5) with SMTP id M2", "192.0.2.7", "",
	 "a", "gw.test", "SMTP", ""},
	{"MailEnable", "from Ann PC ([192.0.2.7]) by mx.test with MailEnable ESMTP; Mon",
	 "192.0.2.7", "", "Ann", "mx.test", "MailEnable", ""},
	{"MailEnable, AUTH", "from a ([192.0.2.7]) by mx.test with MailEnable ESMTPA; Mon",
	 "192.0.2.7", "", "a", "mx.test", "MailEnable", "a"},
	{"AUTH as a word of its own", "from a ([192.0.2.7]) by mx.test with ESMTP AUTH id 1; Mon",
	 "192.0.2.7", "", "a", "mx.test", "ESMTP", "a"},
	{"chasquid",
	 "from a ([192.0.2.7])\n\tby mx.test (chasquid) with ESMTPS\n\ttls X\n\t(over SMTP, "
	 "TLS-1.3, envelope from \"x@y\")\n\t; Mon",
	 "192.0.2.7", "", "a", "mx.test", "ESMTPS", ""},
	{"chasquid up to 1.16",
	 "from [192.0.2.7] (a)\n\tby mx.test (chasquid) with ESMTPS\n\ttls X\n\t(over SMTP, "
	 "TLS-1.3, envelope from \"x@y\")\n\t; Mon",
	 "192.0.2.7", "", "a", "mx.test", "ESMTPS", ""},
	{"chasquid, AUTH",
	 "from [9.9.9.9]\n\tby mx.test (chasquid) with ESMTPSA\n\ttls X\n\t(over SUBMISSION, "
	 "TLS-1.3, envelope from \"x@y\")\n\t; Mon",
	 "-", "", "", "mx.test", "ESMTPSA", "a"},
	{"SendGrid", "from [10.0.0.5] (unknown [192.0.2.7]) by geo.test (SG) with ESMTP id x",
	 "192.0.2.7", "", "[10.0.0.5]", "geo.test", "ESMTP", ""},
	{"SendGrid, no name", "from [10.0.0.5] (192.0.2.7) by geo.test (SG) with ESMTP id x",
	 "192.0.2.7", "", "[10.0.0.5]", "geo.test", "ESMTP", ""},
	{"Active!Hunter",
	 "from a ([192.0.2.7])\n\t  (envelope sender: <x@y>)\n\t by mx.test with Active!Hunter "
	 "esmtp server; Thu",
	 "192.0.2.7", "", "a", "mx.test", "Active!Hunter", ""},
	{"ArGoSoft",
	 "from b.example [192.0.2.7] by mx.test\n\t(ArGoSoft Mail Server .NET v.1.0.8.6) with "
	 "ESMTP (EHLO a)\n\tfor <u@x>; Thu",
	 "192.0.2.7", "", "b.example", "mx.test", "ESMTP", ""},
	{"Aliyun", "from 9.9.9.9(mailfrom:x@y fp:SMTPD_---0VN_1)\n by mx.test;\n Wed", "-", "", "",
	 "mx.test", "", ""},
	{"MDaemon", "from a [192.0.2.7] by mx.test [10.0.0.1] with SMTP (MDaemon) for <u@x>",
	 "192.0.2.7", "", "a", "mx.test", "SMTP", ""},
	{"XMail, brackets twice", "from b.example [[192.0.2.7]]\n\tby mx.test with XMAIL; Mon",
	 "192.0.2.7", "", "b.example", "mx.test", "XMAIL", ""},
	{"MessageWall", "from [192.0.2.7] by mx.test (MessageWall 1) with SMTP; 1 Jan", "192.0.2.7",
	 "", "", "mx.test", "SMTP", ""},
	{"web mail",
	 "from 192.0.2.7 (SquirrelMail authenticated user me); by www.test with HTTP; Mon",
	 "192.0.2.7", "", "", "www.test", "HTTP", "a"},
	{"web mail, name",
	 "from b.example ([192.0.2.7]) (proxying for 10.9.9.9) (SquirrelMail authenticated user "
	 "me) by www.test with HTTP; Mon",
	 "192.0.2.7", "", "b.example", "www.test", "HTTP", "a"},
	{"Yahoo web", "from [192.0.2.7] by web1.test via HTTP; Mon", "192.0.2.7", "", "",
	 "web1.test", "HTTP", "a"},
	{"as user",
	 "from 192.0.2.7 ( [192.0.2.7]) as user me@localhost by mail.test with HTTP; Mon",
	 "192.0.2.7", "", "192.0.2.7", "mail.test", "HTTP", "a"},
	{"web mail, HTTP/1.1",
	 "from b.example ([192.0.2.7]) by www.test (Horde) with HTTP/1.1; Mon", "192.0.2.7", "",
	 "b.example", "www.test", "HTTP/1.1", "a"},
	{"an interface for programs",
	 "from <unknown> (<unknown> []) by 0a1b2c with HTTP id 64; Mon", "-", "", "", "0a1b2c",
	 "HTTP", "a"},
	{"fetchmail",
	 "from pop.example [192.0.2.7] by localhost with POP3 (fetchmail-6.4.22) for "
	 "<me@localhost> (single-drop)",
	 "192.0.2.7", "", "pop.example", "localhost", "POP3", "f"},
	{"getmail", "from imap.example (192.0.2.7) by box.test with IMAP4-SSL; 1 Jan", "192.0.2.7",
	 "imap.example", "imap.example", "box.test", "IMAP4-SSL", "f"},
	{"Merak", "from BOX1 by mx.test (Merak 8) with SMTP id AC", "-", "", "", "mx.test", "SMTP",
	 ""},
	{"mail pickup", "from mail pickup service by mx.test with Microsoft SMTPSVC; Mon", "-", "",
	 "", "mx.test", "Microsoft", ""},
	{"AVG", "from 127.0.0.1 (AVG SMTP 7.5.476 [269.7.0/803]); Mon, 1 Jan", "-", "", "", "", "",
	 ""},
	{"list server", "with LISTAR (v1.0.0; list x); Mon", "-", "", "", "", "LISTAR", ""},
	{"queue id only", "from mail.example id <B5b>; Wed", "-", "", "", "", "", ""},
	{"no brackets behind by",
	 "from no.name.available by [192.0.2.66] via smtpd (for [192.0.2.67]) with ESMTP; Mon", "-",
	 "", "", "[192.0.2.66]", "ESMTP", ""},
	{"a user, no address", "from raph (raph@localhost) by mx.test (8.8.7) with ESMTP id 1", "-",
	 "raph", "localhost", "mx.test", "ESMTP", ""},
	/* no from-clause: a helper's */
	{"empty", "", "-", "", "", "", "", ""},
	{"no clause", " apparently\n", "-", "", "", "", "", ""},
	{"a queue", "qmta queue 4711 by host mx.test\n\t(invoked for bounce); Mon", "-", "", "",
	 "host", "", ""},
	/* what should have named an address */
	{"empty brackets", "from a ([]) by mx.test with ESMTP id 1", "?", "", "a", "mx.test",
	 "ESMTP", ""},
	{"three numbers", "from a (b [1.2.3]) by mx.test (Postfix) with ESMTP id 1", "?", "b", "a",
	 "mx.test", "ESMTP", ""},
	{"large number", "from [192.0.2.66] (b [192.0.2.256]) by mx.test (Postfix) with ESMTP id 1",
	 "?", "b", "[192.0.2.66]", "mx.test", "ESMTP", ""},
	{"nobody received it", "from [192.0.2.66]:3354 with SMTP; Mon", "?", "", "", "", "SMTP",
	 ""},
	{"nothing", "from", "-", "", "", "", "", ""},
};

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
		{"from pop [192.0.2.7] by box with APOP (fetchmail-6.4)", false, true},
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),          cmocka_unit_test(test_tricks),
		cmocka_unit_test(test_vouching),         cmocka_unit_test(test_folds),
		cmocka_unit_test(test_folds_in_address), cmocka_unit_test(test_nuls),
		cmocka_unit_test(test_garbage)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
