#include "filter/commands/check/check_parts.h"

#include "filter/base/buf.h"
#include "filter/base/show.h"
#include "filter/message/header.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define FILE_MAX    (16U << 20) /* bytes of a file that is read */
#define NETWORK_MAX 16          /* addresses: a /28 */
#define SELF_MAX    8           /* of one of trusted_networks: a /29 */

int
check_add_address(struct check *check, const struct addr *addr, const char *what, struct err *err)
{
	for (size_t i = 0; i < check->n; i++)
		if (addr_equal(&check->item[i].addr, addr))
			return 0;
	if (check->n == CHECK_ITEMS_MAX)
		return err_set(err, "check: more than %d addresses at once", CHECK_ITEMS_MAX);
	struct check_item *item = &check->item[check->n++];
	item->addr = *addr;
	(void)snprintf(item->what, sizeof item->what, "%s", what);
	return 0;
}

int
check_add_network(struct check *check, const struct network *network, unsigned most,
		  const char *what, struct err *err)
{
	struct addr addr = network->addr;

	if (network->prefix < 128 - 7 || 1U << (128 - network->prefix) > most)
		return err_set(err, "check: a network of at most %u addresses is expected (/%d)",
			       most, most == NETWORK_MAX ? 28 : 29);
	for (unsigned i = 0; i < 1U << (128 - network->prefix); i++) {
		addr.b[15] = (uint8_t)(network->addr.b[15] + i);
		if (check_add_address(check, &addr, what, err) != 0)
			return -1;
	}
	return 0;
}

int
check_add_self(struct check *check, struct err *err)
{
	struct ifaddrs *all = NULL, *one;
	size_t before = check->n;
	int status = 0;

	if (getifaddrs(&all) != 0)
		return err_set(err, "check: the addresses of this machine: %s", strerror(errno));
	for (one = all; one != NULL && status == 0; one = one->ifa_next) {
		struct addr addr = addr_from_ipv4(0);

		if (one->ifa_addr == NULL || (one->ifa_flags & IFF_UP) == 0)
			continue;
		if (one->ifa_addr->sa_family == AF_INET) {
			struct sockaddr_in in;

			memcpy(&in, one->ifa_addr, sizeof in);
			addr = addr_from_ipv4(ntohl(in.sin_addr.s_addr));
		} else if (one->ifa_addr->sa_family == AF_INET6) {
			struct sockaddr_in6 in6;

			memcpy(&in6, one->ifa_addr, sizeof in6);
			memcpy(addr.b, &in6.sin6_addr, sizeof addr.b);
		}
		if (addr_special(&addr) == NULL)
			status = check_add_address(check, &addr, "this machine", err);
	}
	freeifaddrs(all);
	for (size_t i = 0; i < check->conf->n_trusted && status == 0; i++) {
		const struct network *network = &check->conf->trusted[i];

		if (network->prefix >= 125 && addr_special(&network->addr) == NULL)
			status = check_add_network(check, network, SELF_MAX, "trusted_networks",
						   err);
	}
	if (status == 0 && check->n == before)
		return err_set(err, "check: this machine has no public address of its own; name "
				    "those it sends from in trusted_networks, or as arguments");
	return status;
}

/* ---- what a word means */

/* The text between brackets where it has some: "[A]", "[IPv6:A]". */
static struct span
without_brackets(struct span text)
{
	const char *end = text.n > 0 && text.p[0] == '[' ? memchr(text.p, ']', text.n) : NULL;

	if (end == NULL)
		return text;
	text = (struct span){text.p + 1, (size_t)(end - text.p) - 1};
	return span_starts_case(text, SPAN("IPv6:")) ? span_skip(text, 5) : text;
}

static bool
is_port(struct span text)
{
	if (text.n == 0 || text.n > 5)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!isdigit((unsigned char)text.p[i]))
			return false;
	return true;
}

/*
 * An address as people write it: A, [A], [A]:25, A:25, "A." at the end of a
 * sentence.
 */
static bool
parse_address(struct span text, struct addr *addr)
{
	while (text.n > 0 && strchr(".,;>)", text.p[text.n - 1]) != NULL)
		text.n--;
	if (addr_parse(without_brackets(text), addr))
		return text.p[0] != '[' || text.p[text.n - 1] == ']' ||
		       is_port(span_skip(
			       text,
			       (size_t)((const char *)memchr(text.p, ']', text.n) - text.p) + 2));
	const char *colon = text.n == 0 ? NULL : memchr(text.p, ':', text.n);
	return colon != NULL && is_port(span_skip(text, (size_t)(colon - text.p) + 1)) &&
	       addr_parse((struct span){text.p, (size_t)(colon - text.p)}, addr);
}

static bool
is_url(struct span text)
{
	return span_starts_case(text, SPAN("http://")) || span_starts_case(text, SPAN("https://"));
}

/*
 * The first address in a URL behind its host: "?A", "ip=A", "/A", with colons
 * as %3A.
 */
static bool
parse_url(struct span url, struct addr *addr)
{
	char text[1024];
	size_t n = 0;

	url = span_skip(url, 8);
	const char *slash = url.n == 0 ? NULL : memchr(url.p, '/', url.n);
	if (slash == NULL)
		return false;
	url = span_skip(url, (size_t)(slash - url.p));
	for (size_t i = 0; i < url.n && n < sizeof text; i++) {
		int byte = url.p[i] == '%' ? span_hex(url, i + 1) : -1;

		text[n++] = byte >= 0 ? (char)byte : url.p[i];
		i += byte >= 0 ? 2 : 0;
	}
	for (size_t from = 0; from < n;) {
		size_t to = from;

		while (to < n &&
		       (isxdigit((unsigned char)text[to]) || text[to] == ':' || text[to] == '.'))
			to++;
		if (to > from && parse_address((struct span){text + from, to - from}, addr))
			return true;
		from = to + 1;
	}
	return false;
}

/* A network, with bits right of its prefix or without. */
static bool
parse_network(struct span text, struct network *network)
{
	const char *slash = text.n == 0 ? NULL : memchr(text.p, '/', text.n);
	struct span bits = slash == NULL ? SPAN("") : span_skip(text, (size_t)(slash - text.p) + 1);
	unsigned prefix = 0;

	if (!is_port(bits) ||
	    !addr_parse((struct span){text.p, (size_t)(slash - text.p)}, &network->addr))
		return false;
	for (size_t i = 0; i < bits.n; i++)
		prefix = prefix * 10 + (unsigned)(bits.p[i] - '0');
	if (prefix > (addr_is_ipv4(&network->addr) ? 32U : 128U))
		return false;
	network->prefix = addr_is_ipv4(&network->addr) ? prefix + 96 : prefix;
	for (unsigned bit = network->prefix; bit < 128; bit++)
		network->addr.b[bit / 8] &= (uint8_t) ~(0x80U >> (bit % 8));
	return true;
}

/* ---- a mail that came back */

/*
 * Takes the addresses in brackets and those in pages of lists. Private ones are
 * of no use to anybody.
 */
static int
scan(struct check *check, struct span text, struct err *err)
{
	struct addr addr;
	int status = 0;

	for (size_t i = 0; i < text.n && status == 0; i++) {
		struct span rest = span_skip(text, i);
		bool found = false;
		size_t n = 0;

		if (rest.p[0] != '[' && span_lower(rest.p[0]) != 'h')
			continue;
		while (n < rest.n && n < 1024 && !span_is_space(rest.p[n]) &&
		       strchr("\"<>|", rest.p[n]) == NULL)
			n++;
		rest.n = n;
		if (is_url(rest)) {
			found = parse_url(rest, &addr);
			i += n - 1;
		} else if (rest.n > 0 && rest.p[0] == '[') {
			found = addr_parse(without_brackets(rest), &addr);
		}
		if (found && addr_special(&addr) == NULL)
			status = check_add_address(check, &addr, "in the mail", err);
	}
	return status;
}

/*
 * Quoted-printable undone (RFC 2045 6.7), in place; other text is nearly the
 * same.
 */
static struct span
unquote(char *text, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] != '=') {
			text[to++] = text[i];
		} else if (i + 2 < n && text[i + 1] == '\r' && text[i + 2] == '\n') {
			i += 2;
		} else if (i + 1 < n && text[i + 1] == '\n') {
			i++;
		} else {
			int byte = span_hex((struct span){text, n}, i + 1);

			text[to++] = byte >= 0 ? (char)byte : text[i];
			i += byte >= 0 ? 2 : 0;
		}
	}
	return (struct span){text, to};
}

static int
add_mail(struct check *check, struct buf *text, struct err *err)
{
	size_t before = check->n;

	if (scan(check, buf_span(text), err) != 0 ||
	    scan(check, unquote(text->p, text->n), err) != 0)
		return EX_USAGE;
	if (check->n > before)
		return 0;
	(void)err_set(err,
		      "check: the mail names no address, in brackets or in the page of a list");
	return EX_DATAERR;
}

/* ---- files */

static int add_word(struct check *check, struct span word, struct err *err);

static int
add_lines(struct check *check, struct span text, struct err *err)
{
	int status = 0;

	while (text.n > 0 && status == 0) {
		size_t n = header_line(text);
		struct span line = {text.p, n};
		const char *comment = memchr(line.p, '#', line.n);

		if (comment != NULL)
			line.n = (size_t)(comment - line.p);
		line = span_trim(line);
		if (line.n > 0)
			status = add_word(check, line, err);
		text = span_skip(text, n);
	}
	return status;
}

/* Does it begin as a mail does? */
static bool
is_mail(struct span text)
{
	struct span line = {text.p, header_line(text)};

	return (text.n > 5 && memcmp(text.p, "From ", 5) == 0) ||
	       (header_name(line) > 0 && !is_url(line) && memchr(line.p, ' ', line.n) != NULL);
}

static int
add_file(struct check *check, int fd, const char *name, struct err *err)
{
	struct buf text;
	int status;

	buf_init(&text, FILE_MAX);
	if (!buf_read(&text, fd) && !text.full) {
		(void)err_set(err, "check: %.200s: %s", name, strerror(errno));
		status = EX_NOINPUT;
	} else if (is_mail(buf_span(&text))) {
		status = add_mail(check, &text, err);
	} else {
		size_t before = check->n;

		status = add_lines(check, buf_span(&text), err);
		if (status == 0 && check->n == before) {
			(void)err_set(err, "check: %.200s: nothing to ask about in it", name);
			status = EX_DATAERR;
		}
	}
	buf_free(&text);
	return status;
}

/* ---- words */

static bool
is_name(struct span word)
{
	bool dot = false;

	for (size_t i = 0; i < word.n; i++) {
		dot |= word.p[i] == '.';
		if (!isalnum((unsigned char)word.p[i]) && strchr("-._", word.p[i]) == NULL)
			return false;
	}
	return word.n > 0 && word.n < 254 && word.p[0] != '.' && word.p[0] != '-' &&
	       (dot || span_equal_case(word, SPAN("localhost")));
}

static int
add_word(struct check *check, struct span word, struct err *err)
{
	struct network network;
	struct addr addr;
	char name[256], shown[120];

	if (parse_address(word, &addr) || (is_url(word) && parse_url(word, &addr)))
		return check_add_address(check, &addr, "", err) == 0 ? 0 : EX_USAGE;
	if (parse_network(word, &network))
		return check_add_network(check, &network, NETWORK_MAX, "", err) == 0 ? 0 : EX_USAGE;
	const char *at = memrchr(word.p, '@', word.n);
	if (at != NULL && at > word.p) { /* of a mail address, the domain */
		word = span_skip(word, (size_t)(at - word.p) + 1);
		word.n -= word.n > 0 && word.p[word.n - 1] == '>';
	}
	if (is_name(word)) {
		(void)snprintf(name, sizeof name, "%.*s", (int)word.n, word.p);
		return check_add_name(check, name, err) == 0 ? 0 : 75;
	}
	(void)err_set(err,
		      "check: \"%s\" is no address, network, name, file or page of a list about "
		      "an address",
		      show_escaped(word, shown, sizeof shown));
	return EX_USAGE;
}

int
check_add(struct check *check, const char *word, struct err *err)
{
	struct addr addr;

	if (strcmp(word, "-") == 0)
		return add_file(check, STDIN_FILENO, "standard input", err);
	if (!parse_address(span_of(word), &addr) && access(word, F_OK) == 0) {
		int fd = open(word, O_RDONLY | O_CLOEXEC | O_NOCTTY);

		if (fd < 0) {
			(void)err_set(err, "check: %.200s: %s", word, strerror(errno));
			return EX_NOINPUT;
		}
		int status = add_file(check, fd, word, err);
		(void)close(fd);
		return status;
	}
	return add_word(check, span_of(word), err);
}
