/*
 * digest_mail.c - the digest as a mail: text, and HTML without a script, a link
 * or anything that is fetched.
 */
#include "filter/commands/junk/digest.h"

#include "filter/message/host.h"
#include "filter/message/mime_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#define MAIL_MAX (32U << 20)

static void
add_html(struct buf *to, const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		const char *entity = *c == '&'    ? "&amp;"
				     : *c == '<'  ? "&lt;"
				     : *c == '>'  ? "&gt;"
				     : *c == '"'  ? "&quot;"
				     : *c == '\'' ? "&#39;"
						  : NULL;

		if (entity != NULL)
			(void)buf_add(to, span_of(entity));
		else
			(void)buf_addc(to, *c);
	}
}

static void
add_cell(struct buf *to, const char *text)
{
	(void)buf_add(to, SPAN("<td>"));
	add_html(to, text);
	(void)buf_add(to, SPAN("</td>\n"));
}

static void
add_row(struct buf *to, const struct digest *digest, const struct digest_row *row)
{
	char when[32] = "", command[DIGEST_COMMAND_MAX];
	struct tm tm;

	if (localtime_r(&row->when, &tm) != NULL)
		(void)strftime(when, sizeof when, "%d %b %H:%M", &tm);
	(void)buf_add(to, SPAN("<tr>\n"));
	add_cell(to, when);
	add_cell(to, row->from);
	add_cell(to, row->subject);
	add_cell(to, row->list);
	(void)buf_add(to, SPAN("</tr>\n<tr class=\"how\"><td></td>\n<td colspan=\"3\"><code>"));
	add_html(to, digest_command(digest, row, command));
	(void)buf_add(to, SPAN("</code></td></tr>\n"));
}

static void
add_page(struct buf *to, const struct digest *digest)
{
	(void)buf_add(
		to, SPAN("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>Held "
			 "mail</title>\n"
			 "<style>\nbody { font-family: sans-serif; color: #222 }\n"
			 "table { border-collapse: collapse; width: 100%; table-layout: fixed }\n"
			 "th, td { text-align: left; padding: 4px 8px; vertical-align: top;\n"
			 "  overflow-wrap: anywhere; unicode-bidi: isolate }\n"
			 "th { border-bottom: 2px solid #888 }\n"
			 ".how td { border-bottom: 1px solid #ddd; color: #555; padding-top: 0 }\n"
			 "</style></head>\n<body>\n"));
	(void)buf_addf(to,
		       "<p>%zu message%s held. The line below a message lets its sender in.</p>\n",
		       digest->n, digest->n == 1 ? " was" : "s were");
	(void)buf_add(to,
		      SPAN("<table>\n<colgroup><col style=\"width: 8em\"><col style=\"width: "
			   "30%\">\n<col><col style=\"width: 10em\"></colgroup>\n"
			   "<tr><th>When</th><th>From</th><th>Subject</th><th>List</th></tr>\n"));
	for (size_t i = 0; i < digest->n; i++)
		add_row(to, digest, &digest->row[i]);
	(void)buf_add(to, SPAN("</table>\n</body></html>\n"));
}

static void
add_header(struct buf *to, const struct digest *digest, const char *boundary)
{
	char host[HOST_NAME_MAX_BYTES];
	const struct envelope *envelope = digest->envelope;
	const char *user = digest->user->name[0] == '\0' ? "postmaster" : digest->user->name;

	(void)host_name(host);
	if (envelope->sender != NULL && envelope->sender[0] != '\0')
		(void)buf_addf(to, "From: <%s>\n", envelope->sender);
	else
		(void)buf_addf(to, "From: <%s@%s>\n", user, host);
	if (envelope->recipient != NULL)
		(void)buf_addf(to, "To: <%s>\n", envelope->recipient);
	else
		(void)buf_addf(to, "To: <%s@%s>\n", user, host);
	(void)buf_addf(to, "Subject: %zu message%s held\n", digest->n,
		       digest->n == 1 ? " was" : "s were");
	mime_date(to);
	mime_message_id(to, span_of(host));
	(void)buf_addf(to,
		       "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n"
		       "Content-Type: multipart/alternative; boundary=\"%s\"\n\n",
		       boundary);
}

void
digest_print_mail(const struct digest *digest)
{
	uint64_t random[2] = {0, 0};
	struct buf mail;
	char boundary[40];

	if (getrandom(random, sizeof random, 0) < 0)
		random[0] = (uint64_t)getpid();
	(void)snprintf(boundary, sizeof boundary, "=_%016" PRIx64 "%016" PRIx64, random[0],
		       random[1]);
	buf_init(&mail, MAIL_MAX);
	add_header(&mail, digest, boundary);
	(void)buf_addf(&mail,
		       "--%s\nContent-Type: text/plain; charset=utf-8\n"
		       "Content-Transfer-Encoding: 8bit\n\n",
		       boundary);
	digest_text(digest, &mail);
	(void)buf_addf(&mail,
		       "\n--%s\nContent-Type: text/html; charset=utf-8\n"
		       "Content-Transfer-Encoding: 8bit\n\n",
		       boundary);
	add_page(&mail, digest);
	(void)buf_addf(&mail, "\n--%s--\n", boundary);
	(void)fwrite(mail.p, 1, mail.n, stdout);
	buf_free(&mail);
}
