/*
 * A home with a mailbox, in memory where there is a tmpfs, and everything that
 * lies in it afterwards.
 */
#include "tests/fuzz/delivery/delivery.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 1024

static struct place place;
static char root[64];
static struct buf texts; /* of the messages that were found */

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

void
place_remove(void)
{
	if (root[0] != '\0')
		(void)nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
place_path(char to[256], const char *name)
{
	(void)snprintf(to, 256, "%s/%s", place.home, name);
	return to;
}

static void
make_folder(const char *name)
{
	char path[256];

	if (mkdir(place_path(path, name), 0700) != 0)
		broken("the test itself: mkdir %s: %m", path);
}

static void
put_file(const char *name, struct span text)
{
	char path[256];
	FILE *file = fopen(place_path(path, name), "w");

	if (file == NULL || fwrite(text.p, 1, text.n, file) != text.n || fclose(file) != 0)
		broken("the test itself: writing %s: %m", path);
}

const struct place *
place_open(void)
{
	char path[256];

	if (place.home[0] != '\0')
		return &place;
	(void)umask(077);
	(void)strcpy(root, "/dev/shm/fuzz_delivery.XXXXXX");
	if (mkdtemp(root) == NULL) {
		(void)strcpy(root, "/tmp/fuzz_delivery.XXXXXX");
		if (mkdtemp(root) == NULL)
			broken("the test itself: mkdtemp: %m");
	}
	/* so that a few steps up are seen, too */
	(void)snprintf(place.home, sizeof place.home, "%s", root);
	make_folder("up");
	make_folder("up/up");
	make_folder("up/up/home");
	(void)snprintf(place.home, sizeof place.home, "%s/up/up/home", root);
	make_folder("sieve");
	put_file("sieve/inc.sieve",
		 SPAN("require [\"fileinto\", \"copy\"]; fileinto :copy \"Included\";\n"));
	put_file("list", SPAN("# a list\n5.6.7.8 :2:bad\n5.6.8.0/24\n"));
	(void)place_path(path, "");
	(void)atexit(place_remove);
	return &place;
}

const char *
place_mailbox(const struct input *input)
{
	return input->choice[MAILBOX] == MAILBOX_NOWHERE ? "gone/Maildir" : "Maildir";
}

static void
make_mailbox(const struct input *input)
{
	static const char *const folders[] = {"Maildir", "Maildir/tmp", "Maildir/new",
					      "Maildir/cur"};
	char path[256];

	(void)nftw(place_path(path, "Maildir"), remove_one, 16, FTW_DEPTH | FTW_PHYS);
	if (input->choice[MAILBOX] == MAILBOX_MISSING || input->choice[MAILBOX] == MAILBOX_NOWHERE)
		return;
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		make_folder(folders[i]);
	switch (input->choice[MAILBOX]) {
	case MAILBOX_THERE:
		make_folder("Maildir/.Lists");
		break;
	case MAILBOX_JUNK_IS_FILE:
		put_file("Maildir/.Junk", SPAN("x"));
		break;
	case MAILBOX_LISTS_IS_FILE:
		put_file("Maildir/.Lists", SPAN("x"));
		break;
	case MAILBOX_QUOTA:
		put_file("Maildir/maildirsize", SPAN("1000000000S,1000C\n10 1\n"));
		break;
	case MAILBOX_FULL:
		put_file("Maildir/maildirsize", SPAN("1S\n0 0\n"));
		break;
	default:
		break;
	}
}

#define TWO_LISTS                                                                                  \
	"{ zone = \"one.test\"; weight = 3; }, "                                                   \
	"{ zone = \"two.test\"; weight = 3; ipv6 = true; relays = \"all\"; }"

static void
write_conf(const struct input *input)
{
	static const char *const lists[] = {
		"",
		"{ zone = \"heavy.test\"; weight = 6; relays = \"all\"; }",
		TWO_LISTS,
		"{ file = \"%s/list\"; name = \"file\"; weight = 6; }",
		"{ zone = \"heavy.test\"; weight = 6; relays = \"not-first\"; }",
		"{ file = \"%s/missing\"; weight = 6; }",
	};
	char list[512], path[256];
	const char *text = lists[input->choice[LISTS]], *home = strstr(text, "%s");
	bool send = input->choice[SEND] > 0;
	FILE *file = fopen(place_path(path, "conf"), "w");

	(void)snprintf(list, sizeof list, "%.*s%s%s", (int)(home == NULL ? 0 : home - text), text,
		       home == NULL ? "" : place.home, home == NULL ? text : home + 2);
	if (file == NULL)
		broken("the test itself: %s: %m", path);
	(void)fprintf(
		file,
		"lists = ( %s );\nallow: { zones = [ %s ]; };\n"
		"deliver: { mailbox = \"maildir:~/%s\"; junk = \"%s\"; separator = \"%s\"; };\n"
		"sieve: { redirect = %s; vacation = %s; notify = %s; };\n%s",
		list, input->choice[LISTS] == 4 ? "\"good.test\"" : "", place_mailbox(input),
		input->choice[JUNK] == 0        ? "Junk"
		: input->choice[SEPARATOR] == 0 ? "Spam.Deep"
						: "Spam/Deep",
		input->choice[SEPARATOR] == 0 ? "." : "/", send ? "true" : "false",
		send ? "true" : "false", send ? "true" : "false",
		input->choice[CONF] == 0 ? "" : "threshold = \"many\";\n");
	(void)fclose(file);
}

void
place_prepare(const struct input *input)
{
	struct buf script;
	char path[256];

	make_mailbox(input);
	write_conf(input);
	(void)unlink(place_path(path, ".spamcop.sieve"));
	buf_init(&script, 1U << 22);
	if (input->choice[SCRIPT] == 0)
		rules_write(input, &script);
	else if (input->choice[SCRIPT] == 1)
		(void)buf_add(&script, input->rules);
	if (input->choice[SCRIPT] < 2)
		put_file(".spamcop.sieve", buf_span(&script));
	buf_free(&script);
}

/* ---- what lies there */

static bool
is_one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

/* PATH/NAME */
static void
join(char to[PATH_SIZE], const char *path, const char *name)
{
	int n = snprintf(to, PATH_SIZE, "%s/%s", path, name);

	if (n < 0 || n >= PATH_SIZE)
		broken("a path that is too long: %s/%s", path, name);
}

/* Calls for each entry. */
static void
each(const char *path, void (*see)(const char *path, const char *name, const char *disk),
     const char *disk)
{
	DIR *directory = opendir(path);
	struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			see(path, entry->d_name, disk);
	if (directory != NULL)
		(void)closedir(directory);
}

static void
see_leftover(const char *path, const char *name, const char *disk)
{
	(void)disk;
	broken("%s/%s was left", path, name);
}

static void
see_message(const char *path, const char *name, const char *disk)
{
	struct stored *stored = &place.stored[place.n];
	const char *flags = strstr(name, ":2,");
	char file_path[PATH_SIZE];
	struct stat st;

	if (place.n == STORED_MAX)
		broken("more than %d messages", STORED_MAX);
	join(file_path, path, name);
	int fd = open(file_path, O_RDONLY | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || name[0] == '.')
		broken("%s is no message", file_path);
	char *to = buf_reserve(&texts, (size_t)st.st_size);
	if (to == NULL || read(fd, to, (size_t)st.st_size) != st.st_size)
		broken("the test itself: reading %s: %m", file_path);
	(void)close(fd);
	(void)snprintf(stored->disk, sizeof stored->disk, "%s", disk);
	(void)snprintf(stored->flags, sizeof stored->flags, "%s", flags == NULL ? "" : flags + 3);
	if ((flags != NULL) != (strcmp(path + strlen(path) - 3, "cur") == 0))
		broken("%s: flags belong into cur/, and nothing else", file_path);
	/* for now only how long it is: the buffer may still move */
	stored->text = (struct span){NULL, (size_t)st.st_size};
	texts.n += (size_t)st.st_size;
	place.n++;
}

static void
see_folder(const char *path, const char *name, const char *disk)
{
	static const char *const files[] = {"maildirfolder", "spamcop-subscribed", NULL};
	static const char *const mailbox[] = {"subscriptions",
					      "maildirsize",
					      "spamcop-seen",
					      "spamcop-redirect",
					      "spamcop-vacation",
					      "spamcop-notify",
					      NULL};
	char inner[PATH_SIZE];

	join(inner, path, name);
	if (strcmp(name, "tmp") == 0)
		each(inner, see_leftover, disk);
	else if (strcmp(name, "new") == 0 || strcmp(name, "cur") == 0)
		each(inner, see_message, disk);
	else if (disk[0] == '\0' && name[0] == '.')
		each(inner, see_folder, name);
	else if (!is_one_of(name, disk[0] == '\0' ? mailbox : files))
		broken("%s should not be there", inner);
}

static void
see_home(const char *path, const char *name, const char *disk)
{
	static const char *const files[] = {"conf",  "list",    ".spamcop.sieve",
					    "sieve", "Maildir", NULL};
	char inner[PATH_SIZE];

	join(inner, path, name);
	if (!is_one_of(name, files))
		broken("%s is outside of the mailbox", inner);
	if (strcmp(name, "Maildir") == 0)
		each(inner, see_folder, disk);
}

static void
see_above(const char *path, const char *name, const char *disk)
{
	char inner[PATH_SIZE];

	join(inner, path, name);
	if (strcmp(name, "home") == 0 && strcmp(inner, place.home) == 0)
		each(inner, see_home, disk);
	else if (strcmp(name, "up") == 0)
		each(inner, see_above, disk);
	else
		broken("%s is far outside of the mailbox", inner);
}

struct place *
place_look(void)
{
	size_t at = 0;

	buf_free(&texts);
	buf_init(&texts, SIZE_MAX / 2);
	place.n = 0;
	each(root, see_above, "");
	for (size_t i = 0; i < place.n; i++) {
		place.stored[i].text.p = texts.p + at;
		at += place.stored[i].text.n;
	}
	return &place;
}
