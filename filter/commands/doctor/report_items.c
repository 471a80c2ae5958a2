#include "filter/commands/doctor/report_items.h"

#include "filter/base/show.h"
#include "filter/commands/advice.h"
#include "filter/commands/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXT_MAX 4096
#define COLUMNS  80

/* What has been said and not closed yet, for JSON. */
static struct {
	bool json, section, item;
	struct json to;
	struct buf advice;
} said;

void
report_items_begin(bool json)
{
	said.json = json;
	buf_init(&said.advice, 65536);
	if (!json)
		return;
	json_object(&said.to, NULL);
	json_array(&said.to, "sections");
}

static void
end_item(void)
{
	if (!said.item)
		return;
	said.item = false;
	json_text(&said.to, "advice", buf_span(&said.advice));
	json_end(&said.to, '}');
	buf_free(&said.advice);
}

static void
end_section(void)
{
	end_item();
	if (!said.section)
		return;
	said.section = false;
	json_end(&said.to, ']');
	json_end(&said.to, '}');
}

/* Text in one line: others chose file names in it. */
static char *text_of(const char *format, va_list ap, char text[TEXT_MAX])
	__attribute__((format(printf, 1, 0)));
static char *
text_of(const char *format, va_list ap, char text[TEXT_MAX])
{
	(void)vsnprintf(text, TEXT_MAX, format, ap);
	for (char *c = text; *c != '\0'; c++)
		*c = show_byte(*c);
	return text;
}

void
report_items_section(const char *format, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, format);
	(void)text_of(format, ap, text);
	va_end(ap);
	if (!said.json) {
		printf("%s\n", text);
		return;
	}
	end_section();
	json_object(&said.to, NULL);
	json_string(&said.to, "section", text);
	json_array(&said.to, "items");
	said.section = true;
}

/* A line that is too long is divided between words. */
static void
print_item(bool wrong, char *text)
{
	char *rest = NULL;

	if (strlen(text) + 2 > COLUMNS) {
		rest = text + COLUMNS - 2;
		while (rest > text && *rest != ' ')
			rest--;
		if (rest == text)
			rest = strchr(text, ' ');
	}
	if (rest != NULL)
		*rest++ = '\0';
	printf("%s%s\n", wrong ? "! " : "  ", text);
	if (rest != NULL)
		advice_print(stdout, 4, rest + strspn(rest, " "));
}

int
report_items_add(bool wrong, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, format);
	(void)text_of(format, ap, text);
	va_end(ap);
	if (!said.json) {
		print_item(wrong, text);
		return wrong;
	}
	end_item();
	json_object(&said.to, NULL);
	json_bool(&said.to, "fault", wrong);
	json_string(&said.to, "text", text);
	said.item = true;
	return wrong;
}

void
report_items_advise(const char *format, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, format);
	(void)text_of(format, ap, text);
	va_end(ap);
	if (!said.json)
		advice_print(stdout, 4, text);
	else
		(void)buf_addf(&said.advice, "%s%s", said.advice.n == 0 ? "" : " ", text);
}

void
report_items_end(int wrong)
{
	if (!said.json) {
		if (wrong == 0)
			printf("\nNothing is wrong.\n");
		else
			printf("\n%d thing%s wrong, marked with !.\n", wrong,
			       wrong == 1 ? " is" : "s are");
		return;
	}
	end_section();
	json_end(&said.to, ']');
	json_number(&said.to, "faults", wrong);
	json_end(&said.to, '}');
}
