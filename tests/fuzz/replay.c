/*
 * main of the fuzz targets in a build without a fuzzer: each file of a corpus
 * goes to LLVMFuzzerTestOneInput once, as TAP.
 *
 *     fuzz_X [FOLDER|FILE...]     without arguments:
 *                                 $top_srcdir/tests/fuzz/corpus/X
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int count, failed;

static void
result(bool good, const char *what)
{
	failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", ++count, what);
	(void)fflush(stdout); /* so that a crash shows which one came before */
}

static void
replay_file(const char *path, size_t size)
{
	FILE *file = fopen(path, "rb");
	/*
	 * Exactly as many bytes as the file has, so that a sanitizer sees the
	 * first one read past them.
	 */
	uint8_t *data = malloc(size == 0 ? 1 : size);
	bool good = file != NULL && data != NULL && fread(data, 1, size, file) == size;

	if (good) {
		fprintf(stderr, "# replaying %s\n", path);
		(void)LLVMFuzzerTestOneInput(data, size);
	}
	result(good, strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1);
	if (file != NULL)
		(void)fclose(file);
	free(data);
}

static void
replay(const char *path)
{
	struct dirent **entries;
	struct stat status;
	int n;

	if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
		replay_file(path, (size_t)status.st_size);
		return;
	}
	n = scandir(path, &entries, NULL, alphasort);
	if (n <= 2) {
		result(false, path);
		printf("# %s: %s\n", path, n < 0 ? strerror(errno) : "the corpus is empty");
	}
	for (int i = 0; i < n; i++) {
		char name[4096];

		if (entries[i]->d_name[0] != '.' &&
		    (size_t)snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name) <
			    sizeof name)
			replay(name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

int
main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir"), *slash = strrchr(argv[0], '/');
	const char *name = slash == NULL ? argv[0] : slash + 1;
	char corpus[4096];

	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	if (argc < 2) {
		if (strncmp(name, "fuzz_", 5) == 0)
			name += 5;
		if ((size_t)snprintf(corpus, sizeof corpus, "%s/tests/fuzz/corpus/%s",
				     top == NULL ? "." : top, name) < sizeof corpus)
			replay(corpus);
	}
	printf("1..%d\n", count);
	return failed > 0;
}
