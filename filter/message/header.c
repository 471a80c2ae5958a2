#include "filter/message/header.h"

size_t
header_line(struct span text)
{
	const char *lf = text.n == 0 ? NULL : memchr(text.p, '\n', text.n);

	return lf == NULL ? text.n : (size_t)(lf - text.p) + 1;
}

static bool
is_from_line(struct span line)
{
	if (line.n > 0 && line.p[0] == '>')
		line = span_skip(line, 1);
	return line.n > 5 && memcmp(line.p, "From ", 5) == 0 && line.p[line.n - 1] == '\n';
}

size_t
header_from_lines(struct span text)
{
	size_t first = 0, all = 0, line;

	for (;;) {
		struct span rest = span_skip(text, all);

		line = header_line(rest);
		if (!is_from_line((struct span){rest.p, line})) {
			bool header = header_name((struct span){rest.p, line}) > 0 ||
				      (line > 0 &&
				       (rest.p[0] == '\n' || (line == 2 && rest.p[0] == '\r')));

			return header ? all : first;
		}
		all += line;
		first = first == 0 ? line : first;
	}
}

static bool
is_name(char c)
{
	return (unsigned char)c > ' ' ? c != ':' && c != 127 : c == '\0';
}

size_t
header_name(struct span line)
{
	const char *p = line.p;
	size_t name = 0, i;

	while (name < line.n && is_name(p[name]))
		name++;
	for (i = name; i < line.n && (p[i] == ' ' || p[i] == '\t'); i++)
		;
	return i < line.n && p[i] == ':' ? name : 0;
}

bool
header_next(struct span header, size_t *at, struct field *field)
{
	while (*at < header.n) {
		const char *p = header.p + *at;
		size_t left = header.n - *at;
		size_t line = header_line((struct span){p, left}), end = line;
		size_t name = header_name((struct span){p, line});

		while (name > 0 && end < left && (p[end] == ' ' || p[end] == '\t'))
			end += header_line((struct span){p + end, left - end});
		*at += end;
		if (name == 0)
			continue;
		size_t value = name;
		while (p[value++] != ':') /* only white space stands before it */
			;
		*field = (struct field){{p, end}, {p, name}, {p + value, end - value}};
		return true;
	}
	return false;
}

bool
header_find(struct span header, struct span name, struct span *value)
{
	struct field field;

	for (size_t at = 0; header_next(header, &at, &field);)
		if (span_equal_case(field.name, name)) {
			*value = field.value;
			return true;
		}
	return false;
}

struct span
header_unfold(struct span value, char *to, size_t size)
{
	size_t n = 0;

	value = span_trim(value);
	for (size_t i = 0; i < value.n && n < size; i++) {
		bool fold = value.p[i] == '\n' ||
			    (value.p[i] == '\r' && i + 1 < value.n && value.p[i + 1] == '\n');

		if (!fold) {
			to[n++] = value.p[i];
			continue;
		}
		while (i + 1 < value.n && span_is_space(value.p[i + 1]))
			i++;
		to[n++] = ' ';
	}
	return (struct span){to, n};
}
