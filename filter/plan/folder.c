#include "filter/plan/folder.h"

#include <stdint.h>

#define LONE 0xffffffffU /* no character */

struct disk {
	char *to;
	size_t n;
	bool full;
	uint32_t bits; /* of the run of base64 under way */
	unsigned held; /* how many of them are not written yet */
	bool shifted;  /* inside such a run */
};

static void
put(struct disk *disk, char c)
{
	if (disk->n + 1 < FOLDER_DISK_MAX)
		disk->to[disk->n++] = c;
	else
		disk->full = true;
}

/*
 * The next character of a UTF-8 string (RFC 3629: no overlong forms, no
 * surrogates), which moves behind it; LONE where it is none.
 */
static uint32_t
next_character(struct span *name)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char first = (unsigned char)name->p[0];
	size_t n = first < 0x80                    ? 1
		   : first >= 0xc2 && first < 0xe0 ? 2
		   : first >= 0xe0 && first < 0xf0 ? 3
		   : first >= 0xf0 && first < 0xf5 ? 4
						   : 0;

	if (n == 0 || n > name->n)
		return LONE;
	uint32_t c = n == 1 ? first : first & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)name->p[i] & 0xc0) != 0x80)
			return LONE;
		c = c << 6 | ((unsigned char)name->p[i] & 0x3f);
	}
	*name = span_skip(*name, n);
	return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? LONE : c;
}

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static void
put_unit(struct disk *disk, uint32_t unit)
{
	disk->bits = disk->bits << 16 | unit;
	disk->held += 16;
	while (disk->held >= 6) {
		disk->held -= 6;
		put(disk, base64[disk->bits >> disk->held & 63]);
	}
}

static void
end_run(struct disk *disk)
{
	if (!disk->shifted)
		return;
	if (disk->held > 0)
		put(disk, base64[disk->bits << (6 - disk->held) & 63]);
	put(disk, '-');
	disk->held = 0;
	disk->bits = 0;
	disk->shifted = false;
}

static void
put_character(struct disk *disk, uint32_t c)
{
	if (c < 0x7f) {
		end_run(disk);
		put(disk, (char)c);
		if (c == '&')
			put(disk, '-');
		return;
	}
	if (!disk->shifted)
		put(disk, '&');
	disk->shifted = true;
	if (c >= 0x10000) {
		put_unit(disk, 0xd800 + ((c - 0x10000) >> 10));
		c = 0xdc00 + ((c - 0x10000) & 0x3ff);
	}
	put_unit(disk, c);
}

/* C0, DEL, C1, and the two that end a line or a paragraph. */
static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

static const char *
convert(struct span name, char separator, struct disk *disk)
{
	bool level_begins = true;

	put(disk, '.');
	while (name.n > 0) {
		uint32_t c = next_character(&name);

		if (c == LONE)
			return "it is not valid UTF-8";
		if (is_control(c))
			return "it has a control character";
		if (c == (unsigned char)separator) {
			if (level_begins || name.n == 0)
				return "a level of it is empty";
			end_run(disk);
			put(disk, '.');
			level_begins = true;
			continue;
		}
		if (c == '/' || c == '.')
			return "a slash or a dot in it does not divide levels (deliver.separator "
			       "does)";
		if (level_begins && c == '~')
			return "a level of it begins with ~";
		put_character(disk, c);
		level_begins = false;
	}
	end_run(disk);
	return disk->full ? "it is longer than a directory name can be" : NULL;
}

int
folder_disk_name(struct span name, char separator, char disk[FOLDER_DISK_MAX], struct err *err)
{
	struct span inbox = SPAN("INBOX");
	struct disk to = {.to = disk};
	const char *why;

	while (name.n > inbox.n && span_starts_case(name, inbox) && name.p[inbox.n] == separator)
		name = span_skip(name, inbox.n + 1);
	disk[0] = '\0';
	if (span_equal_case(name, inbox))
		return 0;
	why = name.n == 0 ? "it is empty" : convert(name, separator, &to);
	disk[why == NULL ? to.n : 0] = '\0';
	return why == NULL
		       ? 0
		       : err_set(err, "folder \"%.*s\" cannot be used: %s",
				 name.n > 100 ? 100 : (int)name.n, name.n == 0 ? "" : name.p, why);
}

void
folder_subscription(const char *disk, bool version2, char line[FOLDER_DISK_MAX])
{
	size_t i;

	for (i = 0; disk[0] != '\0' && disk[i + 1] != '\0'; i++)
		line[i] = version2 && disk[i + 1] == '.' ? '\t' : disk[i + 1];
	line[i] = '\0';
}
