/*
 * The mailbox as storetool.c finds it after a run: how many messages there are,
 * and how many that are not as they must be.
 */
struct state {
	int messages, broken, temporary;
	const char *want;
	size_t want_n;
};

static char *
read_file(int dirfd, const char *name, size_t *n)
{
	int fd = openat(dirfd, name, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		die(name);
	char *bytes = malloc((size_t)st.st_size + 1);
	if (bytes == NULL || read(fd, bytes, (size_t)st.st_size) != st.st_size)
		die(name);
	*n = (size_t)st.st_size;
	close(fd);
	return bytes;
}

/* Whole lines that begin with a field's name or white space. */
static bool
is_fields(const char *p, size_t n)
{
	while (n > 0) {
		const char *lf = memchr(p, '\n', n), *colon = memchr(p, ':', n);

		if (lf == NULL || (*p != '\t' && *p != ' ' && (colon == NULL || colon > lf)))
			return false;
		n -= (size_t)(lf - p) + 1;
		p = lf + 1;
	}
	return true;
}

static void
look_at(int dirfd, const char *name, const char *parent, struct state *state)
{
	size_t n;

	if (strcmp(parent, "tmp") == 0)
		state->temporary++;
	if (strcmp(parent, "new") != 0 && strcmp(parent, "cur") != 0)
		return;
	char *bytes = read_file(dirfd, name, &n);
	if (n >= state->want_n &&
	    memcmp(bytes + n - state->want_n, state->want, state->want_n) == 0 &&
	    is_fields(bytes, n - state->want_n))
		state->messages++;
	else
		state->broken++;
	free(bytes);
}

/*
 * Walks a folder; with state counts what is there, without removes it:
 * everything, or only what is in new/, cur/ and tmp/.
 */
static void
walk(int dirfd, const char *name, struct state *state, bool all)
{
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const char *base = strrchr(name, '/') == NULL ? name : strrchr(name, '/') + 1;
	bool box = strcmp(base, "new") == 0 || strcmp(base, "cur") == 0 || strcmp(base, "tmp") == 0;
	struct dirent *entry;
	struct stat st;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			walk(fd, entry->d_name, state, all);
		else if (state != NULL)
			look_at(fd, entry->d_name, base, state);
		else if (all || box)
			(void)unlinkat(fd, entry->d_name, 0);
	}
	if (directory != NULL)
		closedir(directory);
	if (state == NULL && all)
		(void)unlinkat(dirfd, name, AT_REMOVEDIR);
}
