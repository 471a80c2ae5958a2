#include "filter/lists/listfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK          (64U << 10)  /* bytes of one read */
#define FILE_MAX_BYTES (256L << 20) /* a larger one would cost more time than a delivery has */
#define DEFAULT_ANSWER 0x7f000002U  /* 127.0.0.2, rbldnsd's own default */

struct scan {
	const char *name;
	size_t line;
	struct listfile_hit *hit;
	uint32_t number[LISTFILE_HITS_MAX]; /* of the IPv4 ones */
	size_t n;
	struct listfile_bad *bad;
	uint32_t answer; /* of the default in force */
	size_t text_n;
	char text[LISTFILE_TEXT_MAX];
};

static void
bad_line(struct scan *scan, const char *expected)
{
	if (scan->bad != NULL && scan->bad->lines++ == 0)
		err_set(&scan->bad->first, "%s:%zu: %s", scan->name, scan->line, expected);
}

/* ---- numbers and IPv4 ranges */

/* A decimal number of at most max at *p, which moves behind it. */
static inline bool
read_number(const char **p, const char *end, unsigned max, unsigned *number)
{
	const char *from = *p, *at = from;
	unsigned value = 0;

	while (at < end && *at >= '0' && *at <= '9' && at - from < 3)
		value = value * 10 + (unsigned)(*at++ - '0');
	*number = value;
	*p = at;
	return at > from && value <= max;
}

/*
 * One to four octets with dots between them: the number that they begin, and
 * how many they were.
 */
static inline unsigned
read_octets(const char **p, const char *end, uint32_t *value)
{
	unsigned n = 0, octet;

	*value = 0;
	do {
		if (n > 0)
			(*p)++;
		if (!read_number(p, end, 255, &octet))
			return 0;
		*value |= octet << (24 - 8 * n);
		n++;
	} while (n < 4 && *p + 1 < end && **p == '.' && (*p)[1] >= '0' && (*p)[1] <= '9');
	return n;
}

static uint32_t
tail_of(unsigned bits)
{
	return bits == 0 ? 0xffffffffU : bits >= 32 ? 0 : 0xffffffffU >> bits;
}

/*
 * rbldnsd(8), "ip4set Dataset": an address, a prefix, a network or a range.
 * false: none of them. As rbldnsd does, takes a single octet only with a length
 * behind it, and none below 8: a slip must not list half of the net.
 */
static bool
read_range(const char **p, const char *end, uint32_t *low, uint32_t *high)
{
	unsigned n = read_octets(p, end, low), bits;

	if (n == 0)
		return false;
	if (*p < end && **p == '/') {
		(*p)++;
		if (!read_number(p, end, 32, &bits) || bits < 8 || (*low & tail_of(bits)) != 0)
			return false;
		*high = *low | tail_of(bits);
		return true;
	}
	if (n == 1)
		return false;
	*high = *low | tail_of(8 * n);
	if (*p == end || **p != '-')
		return true;
	(*p)++;
	unsigned m = read_octets(p, end, high);
	if (m == 0)
		return false;
	/*
	 * A single number ends the range in the octet that the first address
	 * ends in.
	 */
	if (m == 1)
		*high = (*low & ~tail_of(8 * (n - 1))) | *high >> 8 * (n - 1);
	*high |= tail_of(8 * (m == 1 ? n : m));
	return *low <= *high;
}

/* ---- values */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *
skip_blank(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

/*
 * ":ANSWER:TEXT" at p, or TEXT alone; what is missing is as in scan's default.
 * false: no answer after the colon.
 */
static bool
read_value(const struct scan *scan, const char *p, const char *end, uint32_t *answer,
	   struct span *text)
{
	*answer = scan->answer;
	*text = (struct span){scan->text, scan->text_n};
	if (p == end || *p == '#' || *p == ';')
		return true;
	if (*p == ':') {
		p = skip_blank(p + 1, end);
		if (p < end && *p != ':') {
			unsigned n = read_octets(&p, end, answer);

			if (n != 1 && n != 4)
				return false;
			if (n == 1)
				*answer = 0x7f000000U | *answer >> 24;
			p = skip_blank(p, end);
		}
		if (p == end)
			return true;
		if (*p != ':')
			return false;
		p = skip_blank(p + 1, end);
	}
	*text = (struct span){p, (size_t)(end - p)};
	return true;
}

/* The template with the address for every dollar sign. */
static void
expand(struct listfile_hit *hit, struct span text)
{
	char printed[ADDR_TEXT_MAX];
	size_t length = strlen(addr_print(&hit->addr, printed));

	for (size_t i = 0; i < text.n && hit->text_n < sizeof hit->text; i++) {
		if (text.p[i] != '$') {
			hit->text[hit->text_n++] = text.p[i];
			continue;
		}
		size_t room = sizeof hit->text - hit->text_n, take = length < room ? length : room;
		memcpy(hit->text + hit->text_n, printed, take);
		hit->text_n += take;
	}
}

/* An entry that covers hit's address at this level. */
static void
cover(struct listfile_hit *hit, unsigned level, bool exclusion, uint32_t answer, struct span text)
{
	if (level < hit->level)
		return;
	if (level > hit->level) {
		hit->level = level;
		hit->answers = hit->text_n = 0;
		hit->excluded = false;
	}
	hit->excluded |= exclusion;
	if (exclusion)
		return;
	size_t i = 0;
	while (i < hit->answers && hit->answer[i] != answer)
		i++;
	if (i == hit->answers && i < LISTFILE_ANSWERS_MAX)
		hit->answer[hit->answers++] = answer;
	if (hit->text_n == 0)
		expand(hit, text);
}

/* ---- lines */

/*
 * How closely a range fits an address inside it: the bits of the largest
 * network of whole octets around it that the range holds.
 */
static unsigned
range_level(uint32_t address, uint32_t low, uint32_t high)
{
	for (unsigned bits = 8; bits < 32; bits += 8)
		if ((address & ~tail_of(bits)) >= low && (address | tail_of(bits)) <= high)
			return bits;
	return 32;
}

static void
line_ipv4(struct scan *scan, const char *p, const char *end, bool exclusion)
{
	uint32_t low, high, answer;
	struct span text;

	if (!read_range(&p, end, &low, &high) ||
	    (p < end && !is_blank(*p) && *p != ':' && *p != '#' && *p != ';')) {
		bad_line(scan, "an address, a network or a range of addresses is expected");
		return;
	}
	if (!read_value(scan, skip_blank(p, end), end, &answer, &text)) {
		bad_line(scan, "an answer as in \":127.0.0.2:text\" is expected after the address");
		return;
	}
	if (scan->bad != NULL)
		scan->bad->entries++;
	for (size_t i = 0; i < scan->n; i++) {
		uint32_t address = scan->number[i];

		if (address >= low && address <= high && addr_is_ipv4(&scan->hit[i].addr))
			cover(&scan->hit[i], range_level(address, low, high), exclusion, answer,
			      text);
	}
}

/* rbldnsd's ip6trie: trailing ":0" groups may be left out before the slash. */
static bool
read_network(struct span token, struct network *network)
{
	char whole[ADDR_TEXT_MAX + 8];
	const char *slash = memchr(token.p, '/', token.n);
	size_t host = slash == NULL ? token.n : (size_t)(slash - token.p), groups = 1;

	if (network_parse(token, network))
		return !addr_is_ipv4(&network->addr);
	if (host == 0 || token.n + 2 >= sizeof whole)
		return false;
	for (size_t i = 0; i < host; i++)
		groups += token.p[i] == ':';
	if (groups >= 8 || token.p[host - 1] == ':')
		return false;
	memcpy(whole, token.p, host);
	memcpy(whole + host, "::", 2);
	memcpy(whole + host + 2, token.p + host, token.n - host);
	if (!network_parse((struct span){whole, token.n + 2}, network))
		return false;
	if (slash == NULL)
		network->prefix = (unsigned)groups * 16;
	return true;
}

/* Up to white space or a comment. */
static struct span
token_at(const char *p, const char *end)
{
	const char *from = p;

	while (p < end && !is_blank(*p) && *p != '#' && *p != ';')
		p++;
	return (struct span){from, (size_t)(p - from)};
}

static void
line_ipv6(struct scan *scan, const char *p, const char *end, bool exclusion)
{
	struct span token = token_at(p, end);
	struct network network;
	uint32_t answer;
	struct span text;

	p += token.n;
	if (!read_network(token, &network)) {
		bad_line(scan, "an address or a network is expected");
		return;
	}
	if (!read_value(scan, skip_blank(p, end), end, &answer, &text)) {
		bad_line(scan, "an answer as in \":127.0.0.2:text\" is expected after the address");
		return;
	}
	if (scan->bad != NULL)
		scan->bad->entries++;
	for (size_t i = 0; i < scan->n; i++)
		if (!addr_is_ipv4(&scan->hit[i].addr) && addr_in(&scan->hit[i].addr, &network))
			cover(&scan->hit[i], network.prefix + 1, exclusion, answer, text);
}

static void
line_default(struct scan *scan, const char *p, const char *end)
{
	uint32_t answer = DEFAULT_ANSWER;
	struct span text;

	scan->text_n = 0;
	scan->answer = DEFAULT_ANSWER;
	if (!read_value(scan, p, end, &answer, &text)) {
		bad_line(scan, "a default as in \":127.0.0.2:text\" is expected");
		return;
	}
	scan->answer = answer;
	scan->text_n = text.n < sizeof scan->text ? text.n : sizeof scan->text;
	memmove(scan->text, text.p, scan->text_n);
}

/*
 * Is what begins at p IPv6: hexadecimal digits and a colon, or an address that
 * begins with "::" (as a default without an answer does)?
 */
static bool
is_ipv6(const char *p, const char *end)
{
	const char *from = p;
	struct network network;

	while (p < end && p - from < 5 &&
	       ((*p >= '0' && *p <= '9') || (span_lower(*p) >= 'a' && span_lower(*p) <= 'f')))
		p++;
	if (p == end || *p != ':')
		return false;
	return p > from || network_parse(token_at(p, end), &network);
}

/*
 * Most lines of most lists are an address and nothing else; those go a short
 * way.
 */
static inline bool
line_address(struct scan *scan, const char *p, const char *end)
{
	uint32_t address = 0;

	for (int i = 0; i < 4; i++) {
		const char *from = p;
		unsigned octet = 0;

		while (p < end && *p >= '0' && *p <= '9')
			octet = octet * 10 + (unsigned)(*p++ - '0');
		if (p == from || p - from > 3 || octet > 255 ||
		    (i < 3 ? p == end || *p++ != '.' : p != end))
			return false;
		address = address << 8 | octet;
	}
	if (scan->bad != NULL)
		scan->bad->entries++;
	for (size_t i = 0; i < scan->n; i++)
		if (scan->number[i] == address && addr_is_ipv4(&scan->hit[i].addr))
			cover(&scan->hit[i], 32, false, scan->answer,
			      (struct span){scan->text, scan->text_n});
	return true;
}

static void
line(struct scan *scan, const char *p, const char *end)
{
	scan->line++;
	if (line_address(scan, p, end))
		return;
	while (end > p && (is_blank(end[-1]) || end[-1] == '\r'))
		end--;
	p = skip_blank(p, end);
	if (p == end || *p == '#' || *p == ';' || *p == '$')
		return;
	bool exclusion = *p == '!';
	if (exclusion)
		p = skip_blank(p + 1, end);
	if (is_ipv6(p, end))
		line_ipv6(scan, p, end, exclusion);
	else if (p < end && *p == ':' && !exclusion)
		line_default(scan, p, end);
	else
		line_ipv4(scan, p, end, exclusion);
}

/* ---- the whole file */

static void
begin(struct scan *scan, const char *name, struct listfile_hit *hit, size_t n,
      struct listfile_bad *bad)
{
	if (n > LISTFILE_HITS_MAX)
		n = LISTFILE_HITS_MAX;
	*scan = (struct scan){
		.name = name, .hit = hit, .n = n, .bad = bad, .answer = DEFAULT_ANSWER};
	if (bad != NULL)
		*bad = (struct listfile_bad){0};
	for (size_t i = 0; i < n; i++) {
		hit[i] = (struct listfile_hit){.addr = hit[i].addr};
		scan->number[i] = addr_ipv4(&hit[i].addr);
	}
}

static void
finish(struct scan *scan)
{
	for (size_t i = 0; i < scan->n; i++)
		if (scan->hit[i].excluded)
			scan->hit[i].answers = scan->hit[i].text_n = 0;
}

/* All whole lines of text; returns the bytes of the one that has no end yet. */
static size_t
lines(struct scan *scan, const char *p, size_t n)
{
	const char *end = p + n, *lf;

	while (p < end && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		line(scan, p, lf);
		p = lf + 1;
	}
	return (size_t)(end - p);
}

void
listfile_match_text(const char *name, struct span text, struct listfile_hit *hit, size_t n,
		    struct listfile_bad *bad)
{
	struct scan scan;

	begin(&scan, name, hit, n, bad);
	size_t left = text.n == 0 ? 0 : lines(&scan, text.p, text.n);
	if (left > 0)
		line(&scan, text.p + text.n - left, text.p + text.n);
	finish(&scan);
}

/*
 * Keeps what is left of the buffer at its front; a line that does not end
 * within LISTFILE_LINE_MAX is dropped as it comes.
 */
static int
scan_file(struct scan *scan, int fd, struct err *err)
{
	static char buffer[CHUNK + LISTFILE_LINE_MAX];
	size_t kept = 0;
	bool dropping = false;
	ssize_t got;

	while ((got = read(fd, buffer + kept, CHUNK)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(err, "%s: %s", scan->name, strerror(errno));
		size_t n = kept + (size_t)got, from = 0;
		if (dropping) {
			const char *lf = memchr(buffer, '\n', n);

			from = lf == NULL ? n : (size_t)(lf - buffer) + 1;
			dropping = lf == NULL;
		}
		kept = lines(scan, buffer + from, n - from);
		if (kept > LISTFILE_LINE_MAX) {
			scan->line++;
			bad_line(scan, "the line is too long");
			dropping = true;
			kept = 0;
		}
		memmove(buffer, buffer + n - kept, kept);
	}
	if (kept > 0)
		line(scan, buffer, buffer + kept);
	return 0;
}

int
listfile_match(const char *path, struct listfile_hit *hit, size_t n, struct listfile_bad *bad,
	       struct err *err)
{
	struct scan scan;
	struct stat st;
	int status = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	begin(&scan, path, hit, n, bad);
	if (fd < 0)
		return err_set(err, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) != 0)
		err_set(err, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		err_set(err, "%s: a regular file is expected", path);
	else if (st.st_size > FILE_MAX_BYTES)
		err_set(err, "%s: larger than 256 MiB: serve it with rbldnsd and make it a zone",
			path);
	else
		status = scan_file(&scan, fd, err);
	(void)close(fd);
	finish(&scan);
	return status;
}
