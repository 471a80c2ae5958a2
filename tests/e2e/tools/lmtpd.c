/*
 * lmtpd: an LMTP server for tests, on the loopback address, that behaves or
 * does not.
 *
 * 	lmtpd MODE unix:PATH|tcp FOLDER
 *
 * Writes the port to FOLDER/port when it listens (tcp), each command it reads
 * to FOLDER/commands, and each message, with the dots taken out, to
 * FOLDER/taken.1, .2, ..., also where its end does not come. Serves one
 * connection after the other until it is killed.
 *
 * Modes: good, plain (no extensions), noplus (550 for a recipient with a "+"),
 * nosender (550 for every sender but the null sender), and the hostile ones:
 * silent-STEP, close-STEP, 4-STEP, 5-STEP, garbage-STEP with STEP one of
 * connect, lhlo, mail, rcpt, data, end; slow-end (a byte every 0.1 s for ever),
 * early (250 for everything before it is asked), early-data (the 250 of the end
 * right behind the 354), chatter (a reply without end), long (a line without
 * end), go-on (250 in place of 354), noread (354, and then it reads nothing).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char *mode, *folder;
static FILE *in;
static int out_fd, taken;

static _Noreturn void
die(const char *what)
{
	perror(what);
	exit(99);
}

static void
say(const char *text)
{
	if (write(out_fd, text, strlen(text)) < 0)
		return; /* the peer is gone, and reading will tell */
}

static FILE *
note_file(const char *name, const char *how)
{
	char path[4096];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, how);
	if (file == NULL)
		die(path);
	return file;
}

static bool
is_mode(const char *what, const char *step)
{
	size_t n = strlen(what);

	return strncmp(mode, what, n) == 0 && mode[n] == '-' && strcmp(mode + n + 1, step) == 0;
}

/* Nothing more is said; until the peer gives up. */
static void
wait_for_end(void)
{
	while (getc(in) != EOF)
		;
}

static void
dribble(void)
{
	for (const char *c = "250-"; write(out_fd, c, 1) == 1; c = c[1] == '\0' ? "x" : c + 1)
		usleep(100000);
}

/* What is said at a step, and whether the conversation goes on. */
static bool
answer(const char *step, const char *regular)
{
	if (is_mode("silent", step)) {
		wait_for_end();
		return false;
	}
	if (is_mode("close", step))
		return false;
	if (is_mode("slow", step)) {
		dribble();
		return false;
	}
	if (is_mode("4", step))
		say("451 4.3.0 try again\r\n");
	else if (is_mode("5", step))
		say("550-5.1.1 there is no\r\n550 5.1.1 such user\r\n");
	else if (is_mode("garbage", step))
		say("\001\377 what? 250 ok\r\n250 ok\r\n");
	else
		say(regular);
	return true;
}

static bool
hello(void)
{
	if (strcmp(mode, "chatter") == 0)
		for (int i = 0; i < 100000; i++)
			say("250-more and more and more and more and more and more and more and "
			    "more\r\n");
	if (strcmp(mode, "long") == 0) {
		say("250 ");
		for (int i = 0; i < 100000; i++)
			say("0123456789");
	}
	if (strcmp(mode, "plain") == 0)
		return answer("lhlo", "250 test\r\n");
	return answer("lhlo", "250-test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 "
			      "ENHANCEDSTATUSCODES\r\n");
}

/* Reads the message up to its dot. false: the peer went away before. */
static bool
take_message(void)
{
	char *line = NULL, name[32];
	size_t size = 0;
	ssize_t n;
	bool end = false;

	(void)snprintf(name, sizeof name, "taken.%d", ++taken);
	FILE *file = note_file(name, "w");
	while (!end && (n = getline(&line, &size, in)) > 0) {
		end = n == 3 && memcmp(line, ".\r\n", 3) == 0;
		size_t skip = line[0] == '.' ? 1 : 0;
		if (!end && fwrite(line + skip, 1, (size_t)n - skip, file) != (size_t)n - skip)
			die(name);
	}
	free(line);
	(void)fclose(file);
	return end;
}

static bool
data(bool recipient)
{
	if (!recipient && strcmp(mode, "go-on") != 0) {
		say("503 5.5.1 no recipient\r\n");
		return true;
	}
	const char *regular = strcmp(mode, "go-on") == 0        ? "250 2.0.0 saved\r\n"
			      : strcmp(mode, "early-data") == 0 ? "354 go on\r\n250 2.0.0 saved\r\n"
								: "354 go on\r\n";
	if (!answer("data", regular))
		return false;
	if (strcmp(mode, "noread") == 0) {
		sleep(3600);
		return false;
	}
	return !take_message() ? false : answer("end", "250 2.0.0 saved\r\n");
}

static void
serve(void)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	bool more = answer("connect", "220 test LMTP\r\n"), recipient = false;
	FILE *commands = note_file("commands", "a");

	if (strcmp(mode, "early") == 0)
		for (int i = 0; i < 10; i++)
			say("250 2.0.0 saved\r\n");
	while (more && (n = getline(&line, &size, in)) > 0) {
		(void)fputs(line, commands);
		(void)fflush(commands);
		if (strncasecmp(line, "LHLO", 4) == 0) {
			more = hello();
		} else if (strncasecmp(line, "MAIL", 4) == 0) {
			bool refused = strcmp(mode, "nosender") == 0 && strstr(line, "<>") == NULL;

			more = answer("mail",
				      refused ? "550 5.1.7 no such sender\r\n" : "250 ok\r\n");
		} else if (strncasecmp(line, "RCPT", 4) == 0) {
			bool refused = strcmp(mode, "noplus") == 0 && strchr(line, '+') != NULL;

			recipient = !refused && strcmp(mode, "4-rcpt") != 0 &&
				    strcmp(mode, "5-rcpt") != 0;
			more = answer("rcpt",
				      refused ? "550 5.1.1 no such detail\r\n" : "250 ok\r\n");
		} else if (strncasecmp(line, "DATA", 4) == 0) {
			more = data(recipient);
		} else {
			say("221 bye\r\n");
			more = false;
		}
	}
	free(line);
	(void)fclose(commands);
}

static int
listen_on(const char *where)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct sockaddr_in inet = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof inet;
	bool tcp = strcmp(where, "tcp") == 0;
	int fd = socket(tcp ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!tcp)
		(void)snprintf(local.sun_path, sizeof local.sun_path, "%s",
			       where + strlen("unix:"));
	if (fd < 0 ||
	    bind(fd, tcp ? (struct sockaddr *)&inet : (struct sockaddr *)&local,
		 tcp ? sizeof inet : sizeof local) != 0 ||
	    listen(fd, 8) != 0)
		die(where);
	if (getsockname(fd, (struct sockaddr *)&inet, &size) != 0)
		die(where);
	FILE *port = note_file("port.new", "w");
	(void)fprintf(port, "%d\n", tcp ? ntohs(inet.sin_port) : 0);
	(void)fclose(port);
	char from[4096], to[4096];
	(void)snprintf(from, sizeof from, "%s/port.new", folder);
	(void)snprintf(to, sizeof to, "%s/port", folder);
	if (rename(from, to) != 0)
		die(to);
	return fd;
}

int
main(int argc, char **argv)
{
	if (argc != 4)
		return 99;
	mode = argv[1];
	folder = argv[3];
	(void)signal(SIGPIPE, SIG_IGN);
	int listening = listen_on(argv[2]);
	for (;;) {
		out_fd = accept(listening, NULL, NULL);
		if (out_fd < 0)
			die("accept");
		in = fdopen(dup(out_fd), "r");
		if (in == NULL)
			die("fdopen");
		serve();
		(void)fclose(in);
		(void)close(out_fd);
	}
}
