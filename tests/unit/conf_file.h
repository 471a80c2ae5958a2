/*
 * conf_file.h - for tests of conf/: a configuration file that holds a given
 * text.
 */
#ifndef CONF_FILE_H
#define CONF_FILE_H

#include "conf/reader/conf.h"
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/spamcop-filter-conf.XXXXXX";

static inline void
write_file(struct span text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
	assert_int_equal(fclose(file), 0);
}

static inline int
read_text(struct conf *conf, const char *text, struct err *err)
{
	write_file(span_of(text));
	conf_init(conf);
	return conf_read(conf, path, err);
}

static inline int
make_path(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static inline int
remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

#endif
