/*
 * fake_sendmail.c - a sendmail(8) that sends nothing: it writes down how it was
 * called and what it was given, into $HOME/sent. Where $HOME/sendmail-fails is,
 * it reads nothing and ends with 75; where $HOME/sendmail-knows-no-null is, it
 * does not take "<>" (65). A SIGPIPE that it does not get is written down.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

int
main(int argc, char **argv)
{
	const char *home = getenv("HOME");
	char path[4096];
	int c;

	if (home == NULL || (size_t)snprintf(path, sizeof path, "%s/sent", home) >= sizeof path)
		return 64;
	FILE *to = fopen(path, "a");
	if (to == NULL)
		return 73;
	fputs("called:", to);
	for (int i = 1; i < argc; i++)
		fprintf(to, " %s", argv[i][0] == '\0' ? "(empty)" : argv[i]);
	fputc('\n', to);
	for (char **variable = environ; *variable != NULL; variable++)
		/* a build with --enable-coverage sets its own */
		if (strncmp(*variable, "__LLVM_PROFILE_", 15) != 0)
			fprintf(to, "environment: %s\n", *variable);
	if (signal(SIGPIPE, SIG_DFL) != SIG_DFL)
		fputs("SIGPIPE is ignored\n", to);
	(void)snprintf(path, sizeof path, "%s/sendmail-fails", home);
	if (access(path, F_OK) == 0) {
		fputs("it is full\n", stderr);
		return fclose(to) == 0 ? 75 : 73;
	}
	(void)snprintf(path, sizeof path, "%s/sendmail-knows-no-null", home);
	if (access(path, F_OK) == 0 && argc > 3 && strcmp(argv[3], "<>") == 0)
		return fclose(to) == 0 ? 65 : 73;
	while ((c = getchar()) != EOF)
		fputc(c, to);
	fputs("(end)\n", to);
	return fclose(to) == 0 ? 0 : 73;
}
