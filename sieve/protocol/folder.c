#include "sieve/protocol/folder.h"

#include "filter/base/utf8.h"
#include "sieve/protocol/protocol.h"

#include <stdint.h>

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

/*
 * What is wrong with a dot that divides no levels: Maildir++ has no place for
 * it.
 */
static int
stray_dot(char separator, struct err *err)
{
	return err_set(err,
		       "a dot cannot be part of its name: levels are divided by \"%c\" here "
		       "(deliver.separator)",
		       separator);
}

/* The end of a level. -1: there is nothing in it, or there are too many. */
static int
end_level(struct disk *disk, bool level_begins, unsigned *levels, struct err *err)
{
	if (level_begins)
		return err_set(err, "a level of it is empty");
	if (++*levels >= FOLDER_LEVELS_MAX)
		return err_set(err, "it has more than %d levels", FOLDER_LEVELS_MAX);
	end_run(disk);
	put(disk, '.');
	return 0;
}

static int
convert(struct span name, char separator, struct disk *disk, struct err *err)
{
	bool level_begins = true;
	unsigned levels = 0;

	put(disk, '.');
	while (name.n > 0) {
		uint32_t c = utf8_next(&name);

		if (c == UTF8_NONE)
			return err_set(err, "it is not valid UTF-8");
		if (is_control(c))
			return err_set(err, "it has a control character");
		if (c == (unsigned char)separator || c == '/') {
			if (end_level(disk, level_begins || name.n == 0, &levels, err) != 0)
				return -1;
			level_begins = true;
			continue;
		}
		if (c == '.')
			return stray_dot(separator, err);
		if (level_begins && c == '~')
			return err_set(err, "a level of it begins with ~");
		put_character(disk, c);
		level_begins = false;
	}
	end_run(disk);
	return disk->full ? err_set(err, "it is longer than a directory name can be") : 0;
}

/*
 * "INBOX" and a separator in front: the mailbox itself, which all folders are
 * in.
 */
static struct span
without_inbox(struct span name, char separator)
{
	const struct span inbox = SPAN("INBOX");

	while (name.n > inbox.n && span_starts_case(name, inbox) &&
	       (name.p[inbox.n] == separator || name.p[inbox.n] == '/'))
		name = span_skip(name, inbox.n + 1);
	return name;
}

/* As folder_disk_name(), but err says why and no more. */
static int
judge(struct span name, char separator, char disk[FOLDER_DISK_MAX], struct err *err)
{
	struct disk to = {.to = disk};

	disk[0] = '\0';
	if (name.n > PROTOCOL_FOLDER_MAX)
		return err_set(err, "it is longer than %d bytes", PROTOCOL_FOLDER_MAX);
	name = without_inbox(name, separator);
	if (span_equal_case(name, SPAN("INBOX")))
		return 0;
	if (name.n == 0)
		return err_set(err, "it is empty");
	int result = convert(name, separator, &to, err);
	disk[result == 0 ? to.n : 0] = '\0';
	return result;
}

int
folder_disk_name(struct span name, char separator, char disk[FOLDER_DISK_MAX], struct err *err)
{
	struct err why;

	return judge(name, separator, disk, &why) == 0
		       ? 0
		       : err_set(err, "folder \"%.*s\" cannot be used: %s",
				 name.n > 100 ? 100 : (int)name.n, name.n == 0 ? "" : name.p,
				 why.why);
}

bool
folder_refused(struct span name, char separator, struct err *why)
{
	char disk[FOLDER_DISK_MAX];

	return judge(name, separator, disk, why) != 0;
}

bool
folder_is_nowhere(struct span name)
{
	bool level_begins = true;

	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		bool ends = c == '/' || c == '.';

		if (c < ' ' || c == 0x7f || (level_begins && ends) || (i == 0 && c == '~'))
			return true;
		level_begins = ends;
	}
	return level_begins || name.n > PROTOCOL_FOLDER_MAX || !utf8_valid(name);
}

void
folder_subscription(const char *disk, bool version2, char line[FOLDER_DISK_MAX])
{
	size_t i;

	for (i = 0; disk[0] != '\0' && disk[i + 1] != '\0'; i++)
		line[i] = version2 && disk[i + 1] == '.' ? '\t' : disk[i + 1];
	line[i] = '\0';
}
