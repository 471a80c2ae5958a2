#include "filter/base/err.h"
#include "filter/base/show.h"

#include <stdarg.h>
#include <stdio.h>

int
err_set(struct err *err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(err->why, sizeof err->why, format, ap);
	va_end(ap);
	for (char *c = err->why; *c != '\0'; c++)
		*c = show_byte(*c);
	return -1;
}
