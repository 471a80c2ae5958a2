#include "conf/reader/conf_value.h"

#include "filter/base/utf8.h"

#include <stdlib.h>
#include <syslog.h>

#define ZONE_MAX      189 /* bytes: 253 less 32 nibbles and their dots */
#define PATH_TEXT_MAX 1024
#define COMMAND_MAX   4096

static char *
copy(const char *text, size_t n)
{
	char *p = strndup(text, n);

	if (p == NULL)
		abort();
	return p;
}

static bool
store(void *to, const char *text, size_t n)
{
	char **string = to;

	free(*string);
	*string = copy(text, n);
	return true;
}

void
conf_value_strings_add(struct strings *strings, const char *text)
{
	strings->string = reallocarray(strings->string, strings->n + 1, sizeof *strings->string);
	if (strings->string == NULL)
		abort();
	strings->string[strings->n++] = copy(text, strlen(text));
}

void
conf_value_strings_free(struct strings *strings)
{
	for (size_t i = 0; i < strings->n; i++)
		free(strings->string[i]);
	free(strings->string);
	*strings = (struct strings){NULL, 0};
}

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* No control characters, at most max bytes. */
static bool
is_plain(const char *text, size_t max)
{
	for (size_t i = 0; text[i] != '\0'; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 127 || i >= max)
			return false;
	return true;
}

/*
 * Labels of 1 to 63 letters, digits, '-', '_' (and bytes of UTF-8 where that is
 * allowed), n bytes in all. An address is no domain.
 */
static bool
is_domain(const char *text, size_t n, bool utf8)
{
	struct addr addr;
	size_t label = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == '.' && label == 0)
			return false;
		label = text[i] == '.' ? 0 : label + 1;
		if (label > 63)
			return false;
		if (text[i] != '.' && !is_alnum(text[i]) && text[i] != '-' && text[i] != '_' &&
		    !(utf8 && (unsigned char)text[i] >= 128))
			return false;
	}
	/* Without a ':', only what ends with a digit can be an address. */
	return label > 0 && (text[n - 1] < '0' || text[n - 1] > '9' ||
			     !addr_parse((struct span){text, n}, &addr));
}

bool
conf_value_zone(const char *text, void *to)
{
	size_t n = strlen(text);

	if (n > 0 && text[n - 1] == '.')
		n--;
	return n <= ZONE_MAX && is_domain(text, n, false) && store(to, text, n);
}

bool
conf_value_name(const char *text, void *to)
{
	size_t n = strlen(text);

	if (n == 0 || n > 64)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_alnum(text[i]) && text[i] != '.' && text[i] != '-' && text[i] != '_')
			return false;
	return store(to, text, n);
}

bool
conf_value_address(const char *text, void *to)
{
	const char *at = strchr(text, '@');

	if (at == NULL || at == text || at - text > 64 || strlen(at + 1) > 253 ||
	    !is_domain(at + 1, strlen(at + 1), true))
		return false;
	for (const char *c = text; c < at; c++)
		if (!is_alnum(*c) && (c == text || strchr(".-_+", *c) == NULL))
			return false;
	return store(to, text, strlen(text));
}

bool
conf_value_absolute(const char *text, void *to)
{
	return text[0] == '/' && is_plain(text, PATH_TEXT_MAX) && store(to, text, strlen(text));
}

bool
conf_value_path(const char *text, void *to)
{
	return (text[0] == '/' || (strncmp(text, "~/", 2) == 0 && text[2] != '\0')) &&
	       is_plain(text, PATH_TEXT_MAX) && store(to, text, strlen(text));
}

bool
conf_value_absolutes(const char *text, void *to)
{
	if (text[0] != '/' || !is_plain(text, PATH_TEXT_MAX))
		return false;
	conf_value_strings_add(to, text);
	return true;
}

/* What a List-Id or the domain of a signature may be, behind its prefix. */
static bool
is_list_id(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] == '@' || text[i] == ' ' || text[i] == '<' || text[i] == '>' ||
		    (text[i] == '.' && (i == 0 || i + 1 == n || text[i - 1] == '.')))
			return false;
	return strchr(text, '.') != NULL && n <= 255 && is_plain(text, 255);
}

bool
conf_value_senders(const char *text, void *to)
{
	const char *at = strrchr(text, '@');

	if (strchr(text, '*') != NULL || !is_plain(text, 320))
		return false;
	if (strncmp(text, "list:", 5) == 0 || strncmp(text, "dkim:", 5) == 0) {
		if (text[0] == 'l' ? !is_list_id(text + 5)
				   : !is_domain(text + 5, strlen(text + 5), false))
			return false;
		conf_value_strings_add(to, text);
		return true;
	}
	if (at == NULL || strlen(at + 1) > 253)
		return false;
	/* "@.example.org": the domains below it */
	const char *domain = at + 1 + (at == text && at[1] == '.');
	if (!is_domain(domain, strlen(domain), true))
		return false;
	for (const char *p = text; p < at && text[0] != '"'; p++)
		if (*p == ' ' || *p == '@' || *p == '<')
			return false;
	conf_value_strings_add(to, text);
	return true;
}

bool
conf_value_authserv(const char *text, void *to)
{
	size_t n = strlen(text);

	return n < 254 && is_plain(text, 254) && strpbrk(text, " ;()=\"\\,<>") == NULL &&
	       store(to, text, n);
}

bool
conf_value_folder(const char *text, void *to)
{
	if (*text == '\0' || !is_plain(text, 200) || !utf8_valid(span_of(text)))
		return false;
	for (const char *part = text;;) {
		size_t n = strcspn(part, "./");

		if (n == 0)
			return false;
		if (part[n] == '\0')
			return store(to, text, strlen(text));
		part += n + 1;
	}
}

bool
conf_value_separator(const char *text, void *to)
{
	if (strlen(text) != 1 || strchr("./^|", text[0]) == NULL)
		return false;
	*(char *)to = text[0];
	return true;
}

bool
conf_value_delimiter(const char *text, void *to)
{
	if (strlen(text) > 1 || (text[0] != '\0' && strchr("+-_=#~!.%&*/|", text[0]) == NULL))
		return false;
	*(char *)to = text[0];
	return true;
}

bool
conf_value_network(const char *text, struct network *network)
{
	return network_parse(span_of(text), network);
}

/* 1 to 65535, digits only; 0 otherwise. */
static unsigned
port_of(const char *text)
{
	unsigned port = 0;
	size_t n;

	for (n = 0; n < 5 && text[n] >= '0' && text[n] <= '9'; n++)
		port = port * 10 + (unsigned)(text[n] - '0');
	return text[n] == '\0' && port <= 65535 ? port : 0;
}

bool
conf_value_server(const char *text, struct dns_server *server)
{
	const char *port = NULL;
	struct span host = span_of(text);
	struct dns_server found;

	if (text[0] == '[') {
		const char *end = strchr(text, ']');

		if (end == NULL || end[1] != ':')
			return false;
		host = (struct span){text + 1, (size_t)(end - text) - 1};
		port = end + 2;
		if (memchr(host.p, ':', host.n) == NULL)
			return false;
	} else {
		const char *colon = strchr(text, ':');

		if (colon != NULL && strchr(colon + 1, ':') == NULL) {
			host.n = (size_t)(colon - text);
			port = colon + 1;
		}
	}
	found.port = port == NULL ? 53 : (uint16_t)port_of(port);
	if (found.port == 0 || memchr(host.p, '%', host.n) != NULL ||
	    !addr_parse(host, &found.addr))
		return false;
	*server = found;
	return true;
}

/* HOST:PORT with a name or an address, or [IPv6]:PORT. */
static bool
is_host_port(const char *text)
{
	const char *colon = strrchr(text, ':');
	struct addr addr;
	struct span host;

	if (colon == NULL || port_of(colon + 1) == 0)
		return false;
	host = (struct span){text, (size_t)(colon - text)};
	if (host.n > 2 && text[0] == '[' && colon[-1] == ']')
		return memchr(text, '%', host.n) == NULL &&
		       addr_parse((struct span){text + 1, host.n - 2}, &addr);
	return host.n <= 253 && (is_domain(text, host.n, false) ||
				 (memchr(text, ':', host.n) == NULL && addr_parse(host, &addr)));
}

bool
conf_value_mailbox(const char *text, void *to)
{
	static const struct {
		struct span scheme;
		enum mailbox_kind kind;
	} schemes[] = {{SPAN("maildir:"), MAILBOX_MAILDIR},
		       {SPAN("lmtp:unix:"), MAILBOX_LMTP_UNIX},
		       {SPAN("lmtp:"), MAILBOX_LMTP_TCP},
		       {SPAN("lda:"), MAILBOX_LDA}};
	struct mailbox *mailbox = to;
	struct span url = span_of(text);

	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		const char *rest = text + schemes[i].scheme.n;
		enum mailbox_kind kind = schemes[i].kind;

		if (!span_starts_case(url, schemes[i].scheme))
			continue;
		if (!is_plain(rest, kind == MAILBOX_LDA         ? COMMAND_MAX
				    : kind == MAILBOX_LMTP_UNIX ? 107
								: PATH_TEXT_MAX))
			return false;
		if (kind == MAILBOX_LMTP_TCP
			    ? !is_host_port(rest)
			    : rest[0] != '/' && !(kind == MAILBOX_MAILDIR &&
						  strncmp(rest, "~/", 2) == 0 && rest[2] != '\0'))
			return false;
		mailbox->kind = kind;
		return store(&mailbox->path, rest, strlen(rest));
	}
	return false;
}

struct word {
	const char *word;
	int value;
};

static bool
take_word(const struct word *words, const char *text, void *to)
{
	for (; words->word != NULL; words++) {
		if (strcmp(words->word, text) == 0) {
			*(int *)to = words->value;
			return true;
		}
	}
	return false;
}

bool
conf_value_facility(const char *text, void *to)
{
	static const struct word words[] = {
		{"mail", LOG_MAIL},     {"user", LOG_USER},     {"daemon", LOG_DAEMON},
		{"local0", LOG_LOCAL0}, {"local1", LOG_LOCAL1}, {"local2", LOG_LOCAL2},
		{"local3", LOG_LOCAL3}, {"local4", LOG_LOCAL4}, {"local5", LOG_LOCAL5},
		{"local6", LOG_LOCAL6}, {"local7", LOG_LOCAL7}, {NULL, 0}};

	return take_word(words, text, to);
}

bool
conf_value_level(const char *text, void *to)
{
	static const struct word words[] = {{"err", LOG_ERR},       {"warning", LOG_WARNING},
					    {"notice", LOG_NOTICE}, {"info", LOG_INFO},
					    {"debug", LOG_DEBUG},   {NULL, 0}};

	return take_word(words, text, to);
}
