/*
 * The receiving servers: how they write a Received line, and what of others'
 * text they let through, from their sources where these are open and from real
 * lines where not. What is not known is taken to pass.
 */
#include "forge.h"
#include "forge_escape.h"

#include <stddef.h>

#define DATE "; Mon, 1 Jan 2024 00:00:00 +0000"

const struct forge_server forge_servers[] = {
	/* ---- HELO first */
	{"Postfix",
	 "from %0 (%1 [192.0.2.7])\n\tby mx.test (Postfix) with ESMTPS id 4W2a1B2c3Dz\n\tfor "
	 "<%2>" DATE " (UTC)",
	 {{forge_escape_postfix_helo, "a"}, {forge_escape_host, "b"}, {forge_escape_path, "u@x"}}},
	{"Postfix, TLS",
	 "from %0 (%1 [192.0.2.7])\n\t(using TLSv1.3 with cipher X (256/256 bits))\n\t(Client CN "
	 "\"%2\", Issuer \"%3\" (not verified))\n\tby mx.test (Postfix) with ESMTPS id 4W2" DATE,
	 {{forge_escape_postfix_helo, "a"},
	  {forge_escape_host, "b"},
	  {forge_escape_postfix_comment, "c"},
	  {forge_escape_postfix_comment, "d"}}},
	{"Postfix, SASL",
	 "from %0 (unknown [IPv6:2001:db8::7])\n\t(Authenticated sender: %1)\n\tby mx.test "
	 "(Postfix) with ESMTPSA id 4W2\n\tfor <%2>" DATE,
	 {{forge_escape_postfix_helo, "a"},
	  {forge_escape_postfix_comment, "me"},
	  {forge_escape_path, "u@x"}}},
	{"Sendmail",
	 "from %0 (%1 [192.0.2.7])\n\tby mx.test (8.17.1/8.17.1) with ESMTPS id "
	 "k7\n\t(version=TLSv1.3 cipher=X bits=256 verify=NOT)\n\tfor <%2>" DATE,
	 {{forge_escape_sendmail_helo, "a"}, {forge_escape_name, "b"}, {forge_escape_path, "u@x"}}},
	{"Sendmail, ident",
	 "from %0 (%1@%2 [192.0.2.7] (may be forged))\n\tby mx.test (8.12.11/8.12.11) with SMTP id "
	 "k7\n\tfor <u@x>" DATE,
	 {{forge_escape_sendmail_helo, "a"},
	  {forge_escape_sendmail_ident, "me"},
	  {forge_escape_name, "b"}}},
	{"Sendmail, IDENT:",
	 "from %0 (IDENT:%1@%2 [192.0.2.7])\n\tby mx.test (8.12.11/8.12.11) with SMTP id k7" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_sendmail_ident, "me"}, {forge_escape_host, "b"}}},
	{"Sendmail, ident, no name",
	 "from %0 (%1@[192.0.2.7])\n\tby mx.test (8.12.11/8.12.11) with SMTP id k7" DATE,
	 {{forge_escape_sendmail_helo, "a"}, {forge_escape_sendmail_ident, "me"}}},
	{"Sendmail, AUTH",
	 "from %0 (%1 [192.0.2.7])\n\t(authenticated bits=0)\n\tby mx.test (8.13.1/8.13.1) with "
	 "ESMTP id g9" DATE,
	 {{forge_escape_sendmail_helo, "a"}, {forge_escape_host, "b"}}},
	{"Sendmail, FreeBSD",
	 "from %0 (%1 [192.0.2.7])\n\tby mx.test (8.8.8/8.8.8) with ESMTP id g9" DATE
	 "\n\t(envelope-from %2)",
	 {{forge_escape_word, "a"}, {forge_escape_host, "b"}, {forge_escape_path, "s@y"}}},
	{"Courier",
	 "from %0 (%1 [::ffff:192.0.2.7])\n  by mx.test with ESMTPS\n  id 0001" DATE,
	 {{forge_escape_courier, "a"}, {forge_escape_name, "b"}}},
	{"Courier, no name",
	 "from %0 ([::ffff:192.0.2.7])\n  by mx.test with esmtp" DATE,
	 {{forge_escape_courier, "a"}}},
	{"Courier, ident, TLS",
	 "from %0 (%1 [::ffff:192.0.2.7])\n  (IDENT: %2, TLS: TLSv1.3,256bits,X)\n  by mx.test "
	 "with ESMTPS\n  id 0001" DATE,
	 {{forge_escape_courier, "a"}, {forge_escape_name, "b"}, {forge_escape_raw, "me"}}},
	{"Courier, AUTH",
	 "from %0 (%1 [::ffff:192.0.2.7])\n  (AUTH: LOGIN me@x, TLS: TLSv1.3,256bits,X)\n  by "
	 "mx.test with ESMTPSA\n  id 0001" DATE,
	 {{forge_escape_courier, "a"}, {forge_escape_name, "b"}}},
	{"Exchange",
	 "from %0 (192.0.2.7) by mx.test (10.0.0.1)\n with Microsoft SMTP Server (version=TLS1_2, "
	 "cipher=X) id\n 15.1.2507" DATE,
	 {{forge_escape_word, "a"}}},
	{"Exchange Online",
	 "from %0 (2001:db8::7)\n by mx.test (2001:db8:9::5) with Microsoft SMTP\n Server id "
	 "15.20.6652.30 via Frontend Transport" DATE,
	 {{forge_escape_word, "a"}}},
	{"IIS",
	 "from %0 ([192.0.2.7] RDNS failed) by mx.test with Microsoft SMTPSVC(6.0.3790.0);\n\t Mon",
	 {{forge_escape_word, "a"}}},
	{"Gmail",
	 "from %0 (%1. [192.0.2.7])\n        by mx.google.test with ESMTPS id z1\n        for "
	 "<%2>\n        (version=TLS1_3 cipher=X bits=256/256)" DATE,
	 {{forge_escape_postfix_helo, "a"}, {forge_escape_host, "b"}, {forge_escape_path, "u@x"}}},
	{"Yahoo",
	 "from 192.0.2.7 (EHLO %0)\n by mta.test with SMTPS" DATE,
	 {{forge_escape_word, "a"}}},
	{"OpenSMTPD",
	 "from %0 (%1 [192.0.2.7])\n\tby mx.test (OpenSMTPD) with ESMTPS id 5db "
	 "(TLSv1.3:X:256:NO)\n\tfor <u@x>" DATE,
	 {{forge_escape_host_or_literal, "a"}, {forge_escape_host, "b"}}},
	{"chasquid",
	 "from %0 ([192.0.2.7])\n\tby mx.test (chasquid) with ESMTPS\n\ttls X\n\t(over SMTP, "
	 "TLS-1.3, envelope from \"%1\")\n\t" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_go_quoted, "s@y"}}},
	{"Zimbra",
	 "from %0 (LHLO %1) (192.0.2.7)\n by box.test with LMTP" DATE,
	 {{forge_escape_host, "a"}, {forge_escape_host, "b"}}},
	{"hMailServer",
	 "from %0 (%1 [192.0.2.7])\n\tby mx.test with ESMTPS" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_host, "b"}}},
	{"MailEnable",
	 "from %0 ([192.0.2.7]) by mx.test with MailEnable ESMTP" DATE,
	 {{forge_escape_raw, "a"}}},
	{"MailEnable, AUTH",
	 "from %0 ([192.0.2.7]) by mx.test with MailEnable ESMTPA" DATE,
	 {{forge_escape_raw, "a"}}},
	{"MDaemon",
	 "from %0 (%1 [192.0.2.7]) by mx.test (MDaemon PRO v22.0)\n with ESMTPS id md500.msg for "
	 "<%2>" DATE,
	 {{forge_escape_raw, "a"}, {forge_escape_host, "b"}, {forge_escape_path, "u@x"}}},
	{"MDaemon of old",
	 "from %0 [192.0.2.7] by mx.test [10.0.0.1] with SMTP (MDaemon.v5)" DATE,
	 {{forge_escape_word, "a"}}},
	{"Kerio",
	 "from %0 ([192.0.2.7])\n\tby mx.test (Kerio Connect 9.2) with ESMTPS\n\tfor %1" DATE,
	 {{forge_escape_raw, "a"}, {forge_escape_path, "u@x"}}},
	{"Haraka",
	 "from %0 (%1 [192.0.2.7])\n\tby mx.test (Haraka/2.8.28) with ESMTPS id "
	 "3C4D.1\n\tenvelope-from <%2>\n\ttls X" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_host, "b"}, {forge_escape_path, "s@y"}}},
	{"Haraka, AUTH",
	 "from %0 (%1 [192.0.2.7])\n\tby mx.test (Haraka/2.8.28) with ESMTPSA id "
	 "3C4D.1\n\tenvelope-from <%2>\n\ttls X (authenticated bits=0)" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_host, "b"}, {forge_escape_path, "s@y"}}},
	{"Stalwart",
	 "from %0 (%1 [192.0.2.7])\n\t(using TLSv1.3 with cipher X)\n\tby mx.test (Stalwart SMTP) "
	 "with ESMTPS id 1" DATE,
	 {{forge_escape_host_or_literal, "a"}, {forge_escape_host, "b"}}},
	{"Maddy",
	 "from %0 (%1 [192.0.2.7]) by mx.test\n (envelope-sender <%2>) with UTF8ESMTPS\n id 1" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_host, "b"}, {forge_escape_path, "s@y"}}},
	{"James",
	 "from 192.0.2.8 (EHLO %0) ([192.0.2.7])\n          by mx.test (JAMES SMTP Server ) with "
	 "ESMTPS ID 1\n          for <%1>" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_path, "u@x"}}},
	{"Domino",
	 "from %0 ([192.0.2.7])\n          by mx.test (Lotus Domino Release 8.5)\n          with "
	 "ESMTP id 2024-1" DATE,
	 {{forge_escape_word, "a"}}},
	{"GroupWise",
	 "from %0\n\t([192.0.2.7])\n\tby gw.test with ESMTP" DATE,
	 {{forge_escape_word, "a"}}},
	{"SendGrid",
	 "from %0 (%1 [192.0.2.7])\n\tby geo.test (SG) with ESMTP\n\tid x\n\tfor <%2>" DATE,
	 {{forge_escape_host_or_literal, "a"},
	  {forge_escape_host, "b"},
	  {forge_escape_path, "u@x"}}},
	{"SendGrid, no name",
	 "from %0 (192.0.2.7) by geo.test (SG) with ESMTP id x" DATE,
	 {{forge_escape_host_or_literal, "a"}}},
	{"amavis",
	 "from %0 ([127.0.0.1])\n\tby localhost (mx.test [127.0.0.1]) (amavisd-new, port "
	 "10024)\n\twith ESMTP id k8 for <%1>" DATE,
	 {{forge_escape_host_or_literal, "a"}, {forge_escape_path, "u@x"}}},
	{"Dovecot LMTP",
	 "from %0 ([192.0.2.7])\n\tby box.test with LMTP\n\tid OBs\n\t(envelope-from <%1>)\n\tfor "
	 "<%2>" DATE,
	 {{forge_escape_host_or_literal, "mx"},
	  {forge_escape_path, "s@y"},
	  {forge_escape_path, "u@x"}}},
	{"Dovecot LMTP, socket",
	 "from %0\n\tby box.test with LMTP\n\tid OBs\n\t(envelope-from <%1>)\n\tfor <%2>" DATE,
	 {{forge_escape_host, "mx"}, {forge_escape_path, "s@y"}, {forge_escape_path, "u@x"}}},
	{"Cyrus",
	 "from %0 ([192.0.2.7])\n\t by box.test (Cyrus 3.6) with LMTPA" DATE,
	 {{forge_escape_host, "mx"}}},
	{"Halon",
	 "from %0 (%1 [192.0.2.7])\n\tby mx.test (Halon) with ESMTPS\n\tid 08d8" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_host, "b"}}},
	{"Momentum",
	 "from %0 ([192.0.2.7:50387] helo=%1) by mx.test (ecelerity 4.2 r(1)) with ESMTP id 8" DATE,
	 {{forge_escape_host, "a"}, {forge_escape_word, "[10.0.0.3]"}}},
	{"SurgeMail",
	 "from %0 (unverified [192.0.2.7]) by mx.test\n (SurgeMail 7.3a) with ESMTP id 1-2" DATE,
	 {{forge_escape_word, "a"}}},
	{"XMail",
	 "from %0 (192.0.2.7:23198)\n\tby mx.test with [XMail 1.20 ESMTP Server]\n\tid <S7> for "
	 "<%1> from <%2>" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_path, "u@x"}, {forge_escape_path, "s@y"}}},
	{"Rockliffe",
	 "FROM %0 (b [192.0.2.7]) BY mx.test\n (Rockliffe SMTPRA 10.3.0) WITH SMTP ID <B0@x>\n FOR "
	 "<%1>" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_path, "u@x"}}},
	{"MailMarshal",
	 "from %0 (Not Verified[192.0.2.7]) by mx.test with MailMarshal (v6,5)\n\tid <B1>" DATE,
	 {{forge_escape_word, "a"}}},
	{"Active!Hunter",
	 "from %0 ([192.0.2.7])\n\t  (envelope sender: <%1>)\n\t by mx.test with Active!Hunter "
	 "esmtp server" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_path, "s@y"}}},
	{"Active!Hunter, an address that is none",
	 "from %0 ([192.0.2.7])\n\t  (envelope sender: <%1>)\n\t by mx.test with Active!Hunter "
	 "esmtp server" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_raw, "s@y"}}},
	{"Aliyun",
	 "from %0(mailfrom:%1\n fp:SMTPD_---0VN7IuT4_1661340459)\n by smtp.test" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_path, "s@y"}}},
	{"a proxy that keeps NULs",
	 "from %0 (b [192.0.2.7])\n\tby mx.test (Proxy) with ESMTP id 1" DATE,
	 {{forge_escape_raw_with_nul, "a"}}},
	/* ---- what the server saw first */
	{"Exim",
	 "from %0 ([192.0.2.7] helo=%1)\n\tby mx.test with esmtps  (TLS1.3) tls X\n\t(Exim "
	 "4.96)\n\t(envelope-from <%2>)\n\tid 1fZ-00\n\tfor %3" DATE,
	 {{forge_escape_name, "b"},
	  {forge_escape_host_or_literal, "a"},
	  {forge_escape_path, "s@y"},
	  {forge_escape_path, "u@x"}}},
	{"Exim, junk HELO, port",
	 "from %0 ([192.0.2.7]:40001 helo=%1)\n\tby mx.test with esmtp (Exim "
	 "4.96)\n\t(envelope-from <%2>)\n\tid 1fZ-00" DATE,
	 {{forge_escape_host, "b"}, {forge_escape_raw, "a"}, {forge_escape_path, "s@y"}}},
	{"Exim, ident",
	 "from %0\n\t([192.0.2.7] helo=%1 ident=%2)\n\tby mx.test with esmtp (Exim 4.69)\n\tid "
	 "1fZ-00" DATE,
	 {{forge_escape_host, "b"},
	  {forge_escape_host_or_literal, "a"},
	  {forge_escape_exim_ident, "me"}}},
	{"Exim, no name",
	 "from [192.0.2.7] (helo=%0)\n\tby mx.test with esmtp (Exim 4.96)\n\t(envelope-from "
	 "<%1>)\n\tid 1fZ-00\n\tfor %2" DATE,
	 {{forge_escape_raw, "a"}, {forge_escape_path, "s@y"}, {forge_escape_path, "u@x"}}},
	{"Exim, no name, port, ident",
	 "from [192.0.2.7] (port=40001 helo=%0 ident=%1)\n\tby mx.test with esmtps (Exim "
	 "4.96)\n\t(return-path <%2>)\n\tid 1fZ-00" DATE,
	 {{forge_escape_raw, "a"}, {forge_escape_exim_ident, "me"}, {forge_escape_path, "s@y"}}},
	{"Exim, AUTH",
	 "from [192.0.2.7] (port=40001 helo=%0)\n\tby mx.test with esmtpsa  (TLS1.3) tls "
	 "X\n\t(Exim 4.96)\n\t(envelope-from <%1>)\n\tid 1fZ-00" DATE,
	 {{forge_escape_raw, "a"}, {forge_escape_path, "s@y"}}},
	{"Exim, its own name",
	 "from %0 ([192.0.2.7])\n\tby mx.test with esmtp (Exim 4.96)\n\t(envelope-from <%1>)\n\tid "
	 "1fZ-00" DATE,
	 {{forge_escape_host, "b"}, {forge_escape_path, "s@y"}}},
	{"Exim 3",
	 "from %0 (%1) [192.0.2.7] (%2)\n\tby mx.test with esmtp (Exim 3.35 #1 (Debian))\n\tid "
	 "1CO-00" DATE,
	 {{forge_escape_host, "b"},
	  {forge_escape_host_or_literal, "a"},
	  {forge_escape_host, "me"}}},
	{"CommuniGate",
	 "from [192.0.2.7] (HELO %0)\n  by mx.test (CommuniGate Pro SMTP 5.1)\n  with ESMTPS id "
	 "984 for u@x" DATE,
	 {{forge_escape_raw, "a"}}},
	{"CommuniGate, account",
	 "from [192.0.2.7] (account me HELO %0)\n  by mx.test (CommuniGate Pro SMTP 5.1)\n  with "
	 "ESMTPSA id 984" DATE,
	 {{forge_escape_raw, "a"}}},
	{"CommuniGate, verified",
	 "from %0 ([192.0.2.7] verified)\n  by mx.test (CommuniGate Pro SMTP 5.1)\n  with ESMTPS "
	 "id 984" DATE,
	 {{forge_escape_host, "b"}}},
	{"qmail",
	 "from %0 (HELO %1) (192.0.2.7)\n  by mx.test with SMTP; 1 Jan 2024 00:00:00 -0000",
	 {{forge_escape_qmail, "unknown"}, {forge_escape_qmail, "a"}}},
	{"qmail, ident",
	 "from %0 (HELO %1) (%2@192.0.2.7)\n  by mx.test with SMTP; 1 Jan 2024 00:00:00 -0000",
	 {{forge_escape_qmail, "unknown"}, {forge_escape_qmail, "a"}, {forge_escape_qmail, "me"}}},
	{"qmail, ident, names agree",
	 "from %0 (%1@192.0.2.7)\n  by mx.test with ESMTP; 1 Jan 2024 00:00:00 -0000",
	 {{forge_escape_qmail, "b.example"}, {forge_escape_qmail, "me"}}},
	{"qmail, AUTH",
	 "from %0 (HELO %1) (me@x@192.0.2.7 with login)\n  by mx.test with ESMTPA; 1 Jan 2024 "
	 "00:00:00 -0000",
	 {{forge_escape_qmail, "unknown"}, {forge_escape_qmail, "a"}}},
	{"qmail with brackets",
	 "from %0 (HELO %1) (%2@192.0.2.7)\n  by mx.test with (AES encrypted) SMTP; 1 Jan 2024 "
	 "00:00:00 -0000",
	 {{forge_escape_qmail, "unknown"},
	  {forge_escape_qmail_brackets, "a"},
	  {forge_escape_qmail_brackets, "me"}}},
	{"qmail-ldap",
	 "from %0 (HELO %1) (%2@[192.0.2.7]) (envelope-sender <%3>)\n          by mx.test "
	 "(qmail-ldap-1.03) with SMTP\n          for <u@x>; 1 Jan 2024 00:00:00 -0000",
	 {{forge_escape_qmail_brackets, "unknown"},
	  {forge_escape_qmail_brackets, "a"},
	  {forge_escape_qmail_brackets, "me"},
	  {forge_escape_qmail_brackets, "s@y"}}},
	{"qmail-ldap, names agree",
	 "from %0 (%1@[192.0.2.7]) (envelope-sender <%2>)\n          by mx.test (qmail-ldap-1.03) "
	 "with SMTP\n          for <u@x>; 1 Jan 2024 00:00:00 -0000",
	 {{forge_escape_qmail_brackets, "b.example"},
	  {forge_escape_qmail_brackets, "me"},
	  {forge_escape_qmail_brackets, "s@y"}}},
	{"qmail-ldap, AUTH",
	 "from %0 (HELO %1) (Authenticated_SSL:me@[192.0.2.7]) (envelope-sender <%2>)\n          "
	 "by mx.test (qmail-ldap-1.03) with SMTP\n          for <u@x>; 1 Jan 2024 00:00:00 -0000",
	 {{forge_escape_qmail_brackets, "unknown"},
	  {forge_escape_qmail_brackets, "a"},
	  {forge_escape_qmail_brackets, "s@y"}}},
	{"qmail-scanner",
	 "from 192.0.2.7 by mx.test (envelope-from <%0>, uid 201) with qmail-scanner-2.08st \n "
	 "(clamdscan: 1.3.1.\n Clear:RC:0(192.0.2.7):.\n Processed in 0.037 secs); 1 Jan 2024 "
	 "00:00:00 -0000",
	 {{forge_escape_raw, "s@y"}}},
	{"s/qmail",
	 "from %0 (HELO %1) (%2@192.0.2.7) de?crypted with TLSv1.3: X [256/256] DN=%3\n  by "
	 "mx.test "
	 "with ESMTPS; 1 Jan 2024 00:00:00 -0000",
	 {{forge_escape_qmail, "unknown"},
	  {forge_escape_qmail, "a"},
	  {forge_escape_qmail, "me"},
	  {forge_escape_raw, "unknown"}}},
	{"magic-smtpd",
	 "from %0 (HELO %1) (192.0.2.7) (smtp-auth username me, mechanism plain)\n  by mx.test "
	 "with ESMTPA; 1 Jan 2024 00:00:00 -0000",
	 {{forge_escape_qmail, "unknown"}, {forge_escape_qmail, "a"}}},
	{"qpsmtpd",
	 "from %0 (HELO %1) (192.0.2.7)\n    by mx.test (qpsmtpd/0.94) with ESMTP" DATE,
	 {{forge_escape_name, "b"}, {forge_escape_word, "a"}}},
	{"chasquid up to 1.16",
	 "from [192.0.2.7] (%0)\n\tby mx.test (chasquid) with ESMTPS\n\ttls X\n\t(over SMTP, "
	 "TLS-1.3, envelope from \"%1\")\n\t" DATE,
	 {{forge_escape_word, "a"}, {forge_escape_go_quoted, "s@y"}}},
	{"ArGoSoft",
	 "from %0 [192.0.2.7] by mx.test\n\t(ArGoSoft Mail Server .NET v.1.0.8.6) with ESMTP (EHLO "
	 "%1)\n\tfor <u@x>" DATE,
	 {{forge_escape_name, "b"}, {forge_escape_raw, "a"}}},
	{"Smail",
	 "from %0([192.0.2.7]) (2345 bytes) by mx.test\n\tvia smtpd with "
	 "P:esmtp/R:inet/T:smtp\n\t(sender: <%1>)\n\tid <m1F-00@mx.test>\n\tfor <u@x>; Thu, 18 May "
	 "2006 18:28:08 +0200 (CEST)\n\t(Smail-3.2.0.102 1998-Aug-2 #2)",
	 {{forge_escape_host, "b"}, {forge_escape_path, "s@y"}}},
	{"smap",
	 "from %0(192.0.2.7), claiming to be \"%1\"\n via SMTP by fw.test, id smtpd1" DATE,
	 {{forge_escape_host, "b"}, {forge_escape_raw, "a"}}},
	{"smap, HELO inside",
	 "from %0(192.0.2.7, HELO %1) by fw.test via smap (V1.3)\n\tid s1" DATE,
	 {{forge_escape_host, "b"}, {forge_escape_word, "a"}}},
	{"F-Secure",
	 "from [192.0.2.7]:50999 (HELO %0)\n\tby mx.test ([10.0.0.1]:25) (F-Secure "
	 "Anti-Virus)\n\twith SMTP" DATE,
	 {{forge_escape_word, "a"}}},
	/* ---- no SMTP */
	{"fetchmail",
	 "from %0 [192.0.2.7]\n\tby box.test with POP3 (fetchmail-6.4.22)\n\tfor <me@box> "
	 "(single-drop)" DATE,
	 {{forge_escape_host, "pop"}}},
	{"getmail",
	 "from %0 (192.0.2.7)\n  by box.test with IMAP4-SSL" DATE,
	 {{forge_escape_host, "imap"}}},
	{"mpop",
	 "from %0 ([192.0.2.7])\n\tby box.test with POP3 (mpop-1.4.18)" DATE,
	 {{forge_escape_host, "pop"}}},
	{"web mail",
	 "from %0 ([192.0.2.7])\n\t(SquirrelMail authenticated user me)\n\tby www.test with "
	 "HTTP" DATE,
	 {{forge_escape_host, "b"}}},
	{"local", "by mx.test (Postfix, from userid 1000)\n\tid 4W2" DATE, {{NULL, NULL}}},
	{"qmail, local",
	 "(qmail 4711 invoked from network); 1 Jan 2024 00:00:00 -0000",
	 {{NULL, NULL}}},
};

const size_t forge_n_servers = sizeof forge_servers / sizeof forge_servers[0];
