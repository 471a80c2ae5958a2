#include "filter/commands/since.h"

#include <stdlib.h>
#include <string.h>

#define MOST (10L * 366 * 86400)

int
since_parse(const char *text, const char *otherwise, time_t *seconds, struct err *err)
{
	static const struct {
		char unit;
		long seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 7 * 86400}};
	char *end;

	if (text == NULL)
		text = otherwise;
	long n = strtol(text, &end, 10);
	if (end != text && text[0] >= '0' && text[0] <= '9' && end[0] != '\0' && end[1] == '\0')
		for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
			if (end[0] == units[i].unit && n > 0 && n <= MOST / units[i].seconds) {
				*seconds = n * units[i].seconds;
				return 0;
			}
	return err_set(err, "--since %.40s: a time such as 90m, 24h or 7d is expected", text);
}
