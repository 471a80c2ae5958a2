/*
 * A delivery into a Maildir of its own, and what is looked for there: for
 * test_deliver.c.
 */
#define FIELDS  "X-SpamCop-Status: clean\n"
#define MESSAGE "Received: from a\nSubject: x\n\nbody\n"

/*
 * What stands in front of the message is all that this module leaves to
 * tag_write().
 */
int
tag_write(struct message *message, struct span fields, bool from_line, int fd, struct err *err)
{
	(void)from_line;
	if (copy_write_all(fd, fields) != 0 || copy_write_all(fd, message->header) != 0 ||
	    copy_write_all(fd, message->rest) != 0)
		return err_set(err, "writing");
	return 0;
}

/* In place of the C library's. */
#define HOST         "mx 1/a:b\177c"
#define HOST_WRITTEN "mx_1_a_b_c"

int
gethostname(char *to, size_t size)
{
	(void)snprintf(to, size, "%s", HOST);
	return 0;
}

static char folder[] = "/tmp/test_deliver.XXXXXX";

/* Mail is never delivered as root: a test run as root goes on as nobody. */
static int
enter(void **state)
{
	(void)state;
	(void)umask(077);
	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return 1;
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static void
remove_all(int dirfd, const char *name)
{
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			remove_all(fd, entry->d_name);
	if (directory != NULL)
		(void)closedir(directory);
	if (unlinkat(dirfd, name, 0) != 0)
		(void)unlinkat(dirfd, name, AT_REMOVEDIR);
}

static int
leave(void **state)
{
	(void)state;
	remove_all(AT_FDCWD, folder);
	return 0;
}

static int
fresh(void **state)
{
	(void)state;
	remove_all(AT_FDCWD, "Maildir");
	return 0;
}

/* One delivery, from the outside. */
struct run {
	const char *sender, *recipient, *implicit;
	const char *agent;   /* NULL: a Maildir */
	bool no_descriptors; /* once the message is there */
	struct span message;
	struct action action[8]; /* up to the first without a word */
	struct err err;
	char done[512];
};

#define ACTION(kind_, ...)                                                                         \
	{                                                                                          \
		.kind = kind_, .column = { __VA_ARGS__ }                                           \
	}
#define FILEINTO(name) ACTION(ACTION_FILEINTO, SPAN("fileinto"), SPAN(name))
#define KEEP           ACTION(ACTION_KEEP, SPAN("keep"))
#define IMPLICIT       ACTION(ACTION_IMPLICIT, SPAN("implicit"))

/* As plan_read() does for what the child says. */
static void
work_out_folders(struct plan *plan)
{
	struct err err;

	for (size_t i = 0; i < plan->n; i++)
		if (plan->action[i].kind == ACTION_FILEINTO)
			(void)folder_disk_name(plan->action[i].column[FILEINTO_FOLDER], '.',
					       plan->action[i].disk, &err);
}

static int
deliver(struct run *run)
{
	struct conf conf = {
		.deliver = {.junk = (char[]){"Junk"}, .separator = '.', .time_limit = 60}};
	char path[512] = "~/Maildir";
	struct mailbox mailbox = {MAILBOX_MAILDIR, path};
	struct rlimit old, none;
	struct envelope envelope = {run->sender, run->recipient};
	static struct user user;
	struct delivery delivery = {.conf = &conf,
				    .mailbox = &mailbox,
				    .envelope = &envelope,
				    .user = &user,
				    .implicit = run->implicit};
	(void)snprintf(user.home, sizeof user.home, "%s", folder);
	if (run->agent != NULL) {
		mailbox.kind = MAILBOX_LDA;
		(void)snprintf(path, sizeof path, "%s", run->agent);
	}
	struct plan plan = {.done = true};
	struct message message;
	int pipefd[2], got;

	for (; plan.n < 8 && run->action[plan.n].column[0].n > 0; plan.n++)
		plan.action[plan.n] = run->action[plan.n];
	work_out_folders(&plan);
	assert_int_equal(pipe(pipefd), 0);
	if (run->message.n == 0)
		run->message = SPAN(MESSAGE);
	assert_int_equal(write(pipefd[1], run->message.p, run->message.n), (ssize_t)run->message.n);
	close(pipefd[1]);
	assert_int_equal(message_read(&message, pipefd[0], &run->err), 0);
	got = deliver_open(&delivery, &run->err);
	if (got == 0)
		got = deliver_spool(&delivery, &message, SPAN(FIELDS), &run->err);
	if (got == 0)
		got = deliver_sync(&delivery, &run->err);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = (struct rlimit){run->no_descriptors ? 0 : old.rlim_cur, old.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	if (got == 0)
		got = deliver_plan(&delivery, &plan, &run->err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	(void)snprintf(run->done, sizeof run->done, "%s", delivery.done);
	deliver_close(&delivery);
	message_free(&message);
	close(pipefd[0]);
	return got;
}

/*
 * The number of files in a directory; the name of the last one in name. 0 where
 * there is no such directory.
 */
static int
count(const char *path, char name[512])
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int n = 0;

	while (directory != NULL && (entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.') {
			(void)snprintf(name, 512, "%.200s/%.255s", path, entry->d_name);
			n++;
		}
	if (directory != NULL)
		(void)closedir(directory);
	return n;
}

static void
assert_file(const char *name, const char *want)
{
	char text[4096];
	int fd = open(name, O_RDONLY);

	assert_true(fd >= 0);
	ssize_t n = read(fd, text, sizeof text);
	close(fd);
	assert_true(n >= 0);
	assert_span(name, ((struct span){text, (size_t)n}), span_of(want));
}

/* One message in that directory, as expected; nothing in tmp/. */
static void
assert_one(const char *path, const char *want)
{
	char name[512];

	assert_int_equal(count(path, name), 1);
	assert_file(name, want);
	assert_int_equal(count("Maildir/tmp", name), 0);
}
