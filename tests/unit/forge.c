#include "forge.h"
#include "filter/relays/received.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES (FORGE_TEXT_MAX * 12)

uint32_t
forge_draw(struct forge_source *source, uint32_t below)
{
	if (source->bytes.n > 0) {
		uint8_t byte = (uint8_t)source->bytes.p[0];

		source->bytes = span_skip(source->bytes, 1);
		if (below > 256 && source->bytes.n > 0) {
			uint32_t two = byte * 256U + (uint8_t)source->bytes.p[0];

			source->bytes = span_skip(source->bytes, 1);
			return two % below;
		}
		return byte % below;
	}
	source->state = source->state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(source->state >> 33) % below;
}

/* What means something in some Received line or other. */
static const char *const pieces[] = {
	" ",
	" ",
	" ",
	"(",
	")",
	") (",
	"((",
	"))",
	"()",
	"\"",
	"\\",
	"\\\"",
	"[",
	"]",
	"<",
	">",
	"@",
	";",
	",",
	"\t",
	"\r",
	"\r ",
	".",
	":",
	"=",
	"_",
	"x",
	"b.example",
	"9.9.9.9",
	"[9.9.9.9]",
	"(9.9.9.9)",
	"([9.9.9.9])",
	" (x [9.9.9.9]) ",
	"@9.9.9.9",
	"@[9.9.9.9]",
	"x@b.example",
	"[9.9.9.9]:25",
	"IPv6:2001:db8::66",
	"[IPv6:2001:db8::66]",
	"1.2.3",
	"[1.2.3]",
	"[]",
	"by",
	" by y ",
	"by mx.test ",
	"from",
	" with ",
	"with ESMTPA",
	" with SMTP ",
	"with ESMTP AUTH",
	"via HTTP",
	"with HTTP",
	"with POP3",
	"with local",
	"(authenticated)",
	"(authenticated bits=0)",
	"(AUTH: LOGIN x)",
	"AUTH",
	"account x",
	"authenticated",
	"(Authenticated sender: x)",
	"Authenticated_SSL:x",
	"with login",
	"(via HTTP)",
	"user=x mech=LOGIN",
	"HELO ",
	"EHLO ",
	"helo=",
	"(helo=x)",
	"(HELO x)",
	"(EHLO ",
	"port=25",
	"ident=",
	"IDENT:",
	"(IDENT: ",
	"envelope-from ",
	"(envelope-from <",
	"(envelope-sender <x>)",
	"(envelope sender: <",
	"(sender: <",
	"(return-path <",
	"(mailfrom:",
	"fp:SMTPD_1",
	"(over SMTP, ",
	"envelope from \"",
	" for <u@x>",
	" id 1",
	"fetchmail-6",
	"(fetchmail-6.4)",
	"imap",
	"unknown",
	"claiming to be \"",
	"), claiming to be \"",
	"via SMTP by z",
	"(chasquid) with ",
	"(ArGoSoft ",
	"(Exim 4.96)",
	"(8.17/8.17)",
	"(Postfix)",
	"(qmail-ldap-1.03)",
	") with qmail-scanner-2",
	" (b [9.9.9.9]) by mx.test (Postfix) with ESMTPA id 1 (",
	") by y with ESMTPA (",
	"; Mon, 1 Jan 2024 00:00:00 +0000",
};

static size_t
put_bytes(char *to, size_t n, const char *from, size_t length)
{
	if (n + length > FORGE_TEXT_MAX)
		length = FORGE_TEXT_MAX - n;
	memcpy(to + n, from, length);
	return n + length;
}

/*
 * A hostile text: a few of the pieces, sometimes any bytes, sometimes all that
 * fit.
 */
static struct span
hostile(struct forge_source *source, char text[FORGE_TEXT_MAX])
{
	const uint32_t n_pieces = sizeof pieces / sizeof pieces[0];
	uint32_t left = forge_draw(source, 64) == 0 ? 1500 : 1 + forge_draw(source, 9);
	size_t n = 0;

	for (; left > 0 && n < FORGE_TEXT_MAX; left--) {
		uint32_t which = forge_draw(source, n_pieces + 2);
		char byte = (char)forge_draw(source, 256);

		if (which < n_pieces)
			n = put_bytes(text, n, pieces[which], strlen(pieces[which]));
		else
			n = put_bytes(text, n, &byte, 1);
	}
	return (struct span){text, n};
}

/*
 * The line of a server with its places filled; filling[i].p NULL: harmlessly.
 */
static struct span
fill(const struct forge_server *server, const struct span *filling, char *line)
{
	size_t n = 0;

	for (const char *p = server->line; *p != '\0'; p++) {
		if (p[0] != '%') {
			line[n++] = *p;
			continue;
		}
		size_t which = (size_t)(*++p - '0');
		const struct forge_place *place = &server->place[which];

		if (filling[which].p != NULL) {
			n += place->escape(filling[which], line + n, LINE_MAX_BYTES / 4);
			continue;
		}
		memcpy(line + n, place->harmless, strlen(place->harmless));
		n += strlen(place->harmless);
	}
	return (struct span){line, n};
}

/* Some of the blanks as folds, as the way here may have made them. */
static struct span
fold(struct forge_source *source, struct span line, char *folded)
{
	static const char *const folds[] = {"\n ", "\r\n\t", "\n\t", "  "};
	size_t n = 0;

	if (forge_draw(source, 4) != 0)
		return line;
	for (size_t i = 0; i < line.n; i++) {
		const char *as = line.p[i] == ' ' && forge_draw(source, 3) == 0
					 ? folds[forge_draw(source, 4)]
					 : NULL;

		if (as == NULL) {
			folded[n++] = line.p[i];
			continue;
		}
		memcpy(folded + n, as, strlen(as));
		n += strlen(as);
	}
	return (struct span){folded, n};
}

/*
 * Is what was read of the hostile line as good as what was read of the harmless
 * one?
 */
static const char *
compare(const struct received *got, const struct received *want, bool two_readings)
{
	if (got->fetch != want->fetch)
		return "fetched";
	if (got->auth && !want->auth)
		return "authenticated";
	if (got->unsure && two_readings)
		return NULL;
	if (got->unsure && !got->auth)
		return got->status == want->status && addr_equal(&got->addr, &want->addr)
			       ? NULL
			       : "another address, unsure";
	if (got->auth != want->auth)
		return "not authenticated";
	if (got->status != want->status)
		return got->status == RECEIVED_RELAY      ? "an address"
		       : got->status == RECEIVED_NO_RELAY ? "no relay"
							  : "unparsed";
	if (want->status == RECEIVED_RELAY && !addr_equal(&got->addr, &want->addr))
		return "another address";
	return NULL;
}

const char *
forge_check(struct forge_source *source)
{
	static char text[FORGE_PLACES_MAX][FORGE_TEXT_MAX], harmless[LINE_MAX_BYTES],
		line[LINE_MAX_BYTES], folded[LINE_MAX_BYTES * 2], said[LINE_MAX_BYTES * 2 + 256];
	const struct forge_server *server =
		&forge_servers[forge_draw(source, (uint32_t)forge_n_servers)];
	struct span filling[FORGE_PLACES_MAX] = {{NULL, 0}};
	struct received got, want;

	received_parse(fill(server, filling, harmless), &want);
	for (size_t i = 0; i < FORGE_PLACES_MAX && server->place[i].escape != NULL; i++)
		if (forge_draw(source, 3) != 0)
			filling[i] = hostile(source, text[i]);
	struct span value = fold(source, fill(server, filling, line), folded);
	received_parse(value, &got);
	const char *wrong =
		compare(&got, &want, strncmp(server->name, "chasquid", strlen("chasquid")) == 0);
	if (wrong == NULL)
		return NULL;
	snprintf(said, sizeof said, "%s: %s: %.*s", server->name, wrong, (int)value.n, value.p);
	return said;
}
