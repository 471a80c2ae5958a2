#include "filter/store/lda.h"
#include "filter/base/span.h"

#include <string.h>

static const char *
name_of(struct span program)
{
	const char *name = program.p;

	for (size_t i = 0; i < program.n; i++)
		if (program.p[i] == '/')
			name = program.p + i + 1;
	return name;
}

static struct span
next_word(const char **at)
{
	while (**at == ' ')
		(*at)++;
	const char *begin = *at;
	while (**at != ' ' && **at != '\0')
		(*at)++;
	return (struct span){begin, (size_t)(*at - begin)};
}

/* Is this the program's name, whatever folder it is in? */
static bool
is_program(const char *command, struct span wanted)
{
	const char *at = command;
	struct span program = next_word(&at);
	const char *name = name_of(program);

	return span_equal((struct span){name, (size_t)(program.p + program.n - name)}, wanted);
}

static bool
is_dovecot(const char *command)
{
	return is_program(command, SPAN("dovecot-lda"));
}

bool
lda_needs_from_line(const char *command)
{
	return is_program(command, SPAN("procmail")) || is_program(command, SPAN("formail"));
}

/* Is there one of these placeholders in the command? */
static bool
has_placeholder(const char *command, const char *which)
{
	for (const char *c = command; *c != '\0'; c++) {
		if (*c != '%' || c[1] == '\0')
			continue;
		if (strchr(which, *++c) != NULL)
			return true;
	}
	return false;
}

bool
lda_adds_options(const char *command)
{
	return is_dovecot(command) && !has_placeholder(command, "fsr");
}

bool
lda_knows_folders(const char *command)
{
	return has_placeholder(command, "f") || lda_adds_options(command);
}

static int
put(struct lda_words *words, struct span bytes, struct err *err)
{
	if (bytes.n >= sizeof words->text - words->used)
		return err_set(err, "lda: the arguments are longer than %zu bytes",
			       sizeof words->text);
	if (bytes.n > 0)
		memcpy(words->text + words->used, bytes.p, bytes.n);
	words->used += bytes.n;
	return 0;
}

static const char *
or_empty(const char *value)
{
	return value == NULL ? "" : value;
}

/*
 * What stands for %c; NULL where there is no such placeholder, or where the
 * value must not be used. begins: it would begin the argument.
 */
static const char *
value_of(const struct lda *lda, char c, bool begins, struct err *err)
{
	switch (c) {
	case 'f':
		return lda->folder == NULL || (begins && lda->folder[0] == '-') ? "INBOX"
										: lda->folder;
	case 's':
		return begins && or_empty(lda->sender)[0] == '-' ? "" : or_empty(lda->sender);
	case 'r':
		if (!begins || or_empty(lda->recipient)[0] != '-')
			return or_empty(lda->recipient);
		(void)err_set(
			err,
			"lda: the recipient begins with \"-\" and would be taken for an option");
		return NULL;
	case 'u':
		return or_empty(lda->user);
	case 'h':
		return or_empty(lda->home);
	case '%':
		return "%";
	default:
		(void)err_set(err,
			      "lda: %%%c in the command; expected %%f, %%s, %%r, %%u, %%h or %%%%",
			      c);
		return NULL;
	}
}

static int
put_word(const struct lda *lda, struct span word, struct lda_words *words, struct err *err)
{
	size_t begin = words->used;

	if (words->n == LDA_WORDS_MAX)
		return err_set(err, "lda: the command has more than %d words", LDA_WORDS_MAX);
	words->word[words->n++] = words->text + words->used;
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] != '%') {
			if (put(words, (struct span){word.p + i, 1}, err) != 0)
				return -1;
			continue;
		}
		const char *value =
			value_of(lda, ++i < word.n ? word.p[i] : ' ', words->used == begin, err);
		if (value == NULL || put(words, span_of(value), err) != 0)
			return -1;
	}
	return put(words, (struct span){"", 1}, err);
}

/* An option of dovecot-lda with its value, taken as it is. */
static int
put_option(struct lda_words *words, const char *option, const char *value, struct err *err)
{
	words->word[words->n++] = words->text + words->used;
	if (put(words, (struct span){option, strlen(option) + 1}, err) != 0)
		return -1;
	if (value == NULL)
		return 0;
	words->word[words->n++] = words->text + words->used;
	return put(words, (struct span){value, strlen(value) + 1}, err);
}

/* One of the bytes of an atom, or of a domain (RFC 5321 4.1.2), or a dot. */
static bool
is_dot_string(struct span s, const char *others)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = span_lower(s.p[i]);

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.' &&
		    (c == '\0' || strchr(others, c) == NULL))
			return false;
	}
	return s.n > 0;
}

static bool
is_quoted_string(struct span s)
{
	if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < s.n; i++) {
		if (s.p[i] == '\\' && ++i + 1 == s.n)
			return false;
		if (s.p[i] < ' ' || s.p[i] > '~' || (s.p[i] == '"' && s.p[i - 1] != '\\'))
			return false;
	}
	return true;
}

/* What every version of dovecot-lda takes for an address, domain or none. */
static bool
is_address(struct span s)
{
	const char *at = s.n == 0 ? NULL : memrchr(s.p, '@', s.n);
	struct span local = {s.p, at == NULL ? s.n : (size_t)(at - s.p)};
	struct span domain = span_skip(s, local.n + 1);

	if (!is_dot_string(local, "!#$%&'*+-/=?^_`{|}~") && !is_quoted_string(local))
		return false;
	return at == NULL ||
	       (is_dot_string(domain, "-_") && domain.p[0] != '.' && domain.p[domain.n - 1] != '.');
}

/*
 * dovecot-lda ends with 64 for an address that it does not understand, today
 * and by every later try. It delivers without one, so one that it may not take
 * is left out.
 */
static int
put_dovecot_options(const struct lda *lda, struct lda_words *words, struct err *err)
{
	struct span sender = span_of(lda->sender), recipient = span_of(lda->recipient);

	if (put_option(words, "-e", NULL, err) != 0)
		return -1;
	if (lda->sender != NULL && (sender.n == 0 || is_address(sender)) &&
	    put_option(words, "-f", lda->sender, err) != 0)
		return -1;
	if (is_address(recipient) && put_option(words, "-a", lda->recipient, err) != 0)
		return -1;
	if (lda->folder != NULL && strcmp(lda->folder, "INBOX") != 0)
		return put_option(words, "-m", lda->folder, err);
	return 0;
}

int
lda_arguments(const struct lda *lda, struct lda_words *words, struct err *err)
{
	const char *at = lda->command;

	words->used = words->n = 0;
	for (;;) {
		struct span word = next_word(&at);

		if (word.n == 0)
			break;
		if (put_word(lda, word, words, err) != 0)
			return -1;
	}
	if (words->n == 0 || words->word[0][0] != '/')
		return err_set(err, "lda: expected the absolute path of a program, as in "
				    "lda:/usr/lib/dovecot/dovecot-lda");
	if (lda_adds_options(lda->command) && put_dovecot_options(lda, words, err) != 0)
		return -1;
	words->word[words->n] = NULL;
	return 0;
}
