/*
 * boundary.h - where the from-clause of a Received field ends and the by-clause
 * begins.
 *
 * A client may call itself "x by y", and a sender's address may hold one, too:
 * what stands before the boundary is the client's, what stands behind it the
 * server's, so everything rests on finding the right "by".
 */
#ifndef BOUNDARY_H
#define BOUNDARY_H

#include "filter/base/span.h"

/*
 * Servers whose lines are read in a way of their own, because their text tells
 * who wrote them.
 */
enum server {
	SERVER_OTHER,
	SERVER_ALIYUN,      /* "from HELO(mailfrom:PATH fp:SMTPD_..) by": the address is left out */
	SERVER_ARGOSOFT,    /* "from name [address] by x (ArGoSoft ..) with ESMTP (EHLO name)" */
	SERVER_CHASQUID,    /* "from [address] (EHLO) by x (chasquid)", later "EHLO ([address])" */
	SERVER_COMMUNIGATE, /* "(CommuniGate Pro SMTP 6.2)" */
	SERVER_EXIM,        /* "(Exim 4.96)" */
	SERVER_HELO_FIRST,  /* "(Postfix)" and others that never name the HELO */
	SERVER_HUNTER,      /* "with Active!Hunter" */
	SERVER_QMAIL_LDAP,
	SERVER_SCANNER,  /* qmail-scanner, which repeats the hop below it */
	SERVER_SENDMAIL, /* "(8.17.1/8.17.1)" */
	SERVER_SQMAIL,   /* "(address) de?crypted with TLSv1.3: X [256/256] DN=NAME by" */
	SERVER_SMAP,     /* "from name(address), claiming to be "HELO" via SMTP by x" */
};

/*
 * Bytes before the by-clause of text, the value behind "from", or 0 where it is
 * not sure. server is set where the line's own shape had to tell it, else left
 * alone. Linear.
 */
size_t boundary_find(struct span text, enum server *server);

#endif
