#include "filter/commands/print.h"

#include "filter/base/show.h"

#include <stdio.h>

static void
print(struct span text, size_t most, void (*show)(struct span, size_t, struct buf *))
{
	struct buf shown;

	buf_init(&shown, most + 8);
	show(text, most, &shown);
	if (shown.n > 0)
		(void)fwrite(shown.p, 1, shown.n, stdout);
	buf_free(&shown);
}

void
print_ascii(struct span text, size_t most)
{
	print(text, most, show_ascii);
}

void
print_utf8(struct span text, size_t most)
{
	print(text, most, show_utf8);
}
