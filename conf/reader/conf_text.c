#include "conf/reader/conf_text.h"

#include "filter/base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '*' ||
	       c == '_' || c == '-';
}

char *
conf_text_read(const char *file, bool *anybody, struct err *err)
{
	/* Without waiting for a writer, should it be a FIFO. */
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	struct buf text;

	buf_init(&text, TEXT_MAX + 1);
	if (fd < 0 || fstat(fd, &status) != 0)
		(void)err_set(err, "%s: the configuration cannot be read: %s", file,
			      strerror(errno));
	else if (!S_ISREG(status.st_mode))
		(void)err_set(err, "%s: the configuration is not a regular file", file);
	else if (!buf_read(&text, fd) && !text.full)
		(void)err_set(err, "%s: the configuration cannot be read: %s", file,
			      strerror(errno));
	else if (text.full || !buf_addc(&text, '\0'))
		(void)err_set(err, "%s: the configuration is longer than 1 MB", file);
	else if (memchr(text.p, '\0', text.n - 1) != NULL)
		(void)err_set(err, "%s: the configuration has a NUL byte, so it is no text", file);
	else {
		*anybody = (status.st_mode & S_IWOTH) != 0;
		(void)close(fd);
		return text.p;
	}
	buf_free(&text);
	if (fd >= 0)
		(void)close(fd);
	return NULL;
}

int
conf_text_include(const char *text)
{
	static const char include[] = "@include";

	for (int line = 1; text != NULL; line++) {
		while (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\v' ||
		       *text == '\f')
			text++;
		if (strncmp(text, include, sizeof include - 1) == 0)
			return line;
		text = strchr(text, '\n');
		if (text != NULL)
			text++;
	}
	return 0;
}

/* Behind a string that begins at p. */
static char *
skip_string(char *p)
{
	for (p++; *p != '\0' && *p != '"'; p++)
		if (*p == '\\' && p[1] != '\0')
			p++;
	return *p == '"' ? p + 1 : p;
}

static bool
is_line_comment(const char *p)
{
	return p[0] == '#' || (p[0] == '/' && p[1] == '/');
}

static bool
is_comment(const char *p)
{
	return is_line_comment(p) || (p[0] == '/' && p[1] == '*');
}

/*
 * Behind a comment that begins at p; in front of the line end, where that is
 * what ends it. NULL: its end is missing.
 */
static char *
skip_comment(char *p)
{
	if (is_line_comment(p))
		return p + strcspn(p, "\n");
	p = strstr(p + 2, "*/");
	return p == NULL ? NULL : p + 2;
}

/* What stands for the comment from p to end: a blank, and the lines it had. */
static char *
put_lines(char *to, const char *p, const char *end)
{
	for (*to++ = ' '; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		*to++ = '\n';
	return to;
}

/*
 * Behind a number that begins at p; a whole one that is too large is
 * overwritten.
 */
static char *
skip_number(char *p)
{
	bool hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
	char *digits = hex ? p + 2 : p, *end;
	unsigned long long value = 0;

	for (end = digits; is_digit(*end) ||
			   (hex && ((*end >= 'a' && *end <= 'f') || (*end >= 'A' && *end <= 'F')));
	     end++)
		if (value <= INT_MAX)
			value = value * (hex ? 16 : 10) +
				(unsigned long long)(is_digit(*end) ? *end - '0'
								    : (*end | 32) - 'a' + 10);
	if (!hex && (*end == '.' || *end == 'e' || *end == 'E'))
		return end + strspn(end, "0123456789.eE+-");
	while (*end == 'L')
		end++;
	if (value > INT_MAX) {
		/* At least ten characters: "99999999e9". */
		memset(p, '9', (size_t)(end - p));
		end[-2] = 'e';
	}
	return end;
}

/* Behind what begins at p and is no comment. */
static char *
skip_other(char *p)
{
	if (*p == '"')
		return skip_string(p);
	if (is_digit(*p))
		return skip_number(p);
	if (!is_name(*p) || *p == '-')
		return p + 1;
	while (is_name(*p))
		p++;
	return p;
}

/* The bytes from p to end, further left. Most are one. */
static char *
put_bytes(char *to, const char *p, const char *end)
{
	if (end - p == 1)
		*to = *p;
	else
		memmove(to, p, (size_t)(end - p));
	return to + (end - p);
}

void
conf_text_prepare(char *text)
{
	char *to = text, *end;

	for (; *text != '\0'; text = end) {
		if (!is_comment(text)) {
			end = skip_other(text);
			to = put_bytes(to, text, end);
		} else if ((end = skip_comment(text)) == NULL) {
			end = text + strlen(text); /* libconfig misses it as well */
			to = put_bytes(to, text, end);
		} else if (!is_line_comment(text)) {
			to = put_lines(to, text, end);
		}
	}
	*to = '\0';
}
