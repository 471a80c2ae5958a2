/*
 * conf_reader.h - inside conf/: from libconfig's settings to fields of a
 * struct, by tables of keys.
 *
 * A table names each key of a group, its kind, range and where its value goes.
 * conf_reader_group() walks a group in the order of the file, so that the first
 * wrong value in it is the error; keys that no table names are collected as
 * warnings.
 */
#ifndef CONF_READER_H
#define CONF_READER_H

#include "conf/reader/conf.h"

#include <libconfig.h>

#define READER_STRINGS_MAX 4096 /* strings in one array */
#define READER_UNKNOWN_MAX 100  /* unknown keys that are remembered */

struct reader {
	struct conf *conf;
	struct err *err;
	const char *file;
	struct strings *wrong; /* every wrong value, as a sentence; NULL: of no interest */
};

enum key_kind {
	KEY_WHOLE,   /* int, min to max */
	KEY_SECONDS, /* double, min to max; whole numbers are fine */
	KEY_BOOL,    /* bool */
	KEY_TEXT,    /* take() gets the string */
	KEY_TEXTS,   /* an array or list of strings: take() gets each */
	KEY_GROUP,   /* keys: a table of its own, for the same struct */
	KEY_READ     /* read() gets the setting */
};

struct key {
	const char *name; /* NULL ends a table */
	enum key_kind kind;
	size_t offset; /* of the field, in the struct that the table is for */
	double min, max;
	bool (*take)(const char *text, void *to); /* false: not as expected */
	/* -1: err is filled */
	int (*read)(struct reader *reader, const config_setting_t *setting, void *to);
	const struct key *keys;
	const char *expected; /* of strings: "a network such as \"192.0.2.0/24\"" */
};

/*
 * All keys of the file, for the struct conf; those of a list, and of an answer
 * in it.
 */
extern const struct key conf_keys[];
extern const struct key list_keys[];
extern const struct key answer_keys[];

/*
 * Reads the settings of a group by a table into the struct at base. -1:
 * some value is wrong: each is in reader->wrong, the last in err.
 */
int conf_reader_group(struct reader *reader, const config_setting_t *group, const struct key *keys,
		      void *base);

/* One setting by one key. */
int conf_reader_setting(struct reader *reader, const config_setting_t *setting,
			const struct key *key, void *base);

/*
 * Fills err: "FILE:LINE: PATH: GOT; EXPECTED is expected"; PATH is the
 * setting's full name. got NULL: the setting's own value. Returns -1.
 */
int conf_reader_wrong(struct reader *reader, const config_setting_t *setting, const char *got,
		      const char *expected);

/*
 * Puts err into reader->wrong; a group that is wrong because of what is in it
 * has been told already.
 */
void conf_reader_remember(struct reader *reader);

/* conf_lists.c: the keys `lists` and `allow.zones`; to is the struct conf. */
int conf_lists_read(struct reader *reader, const config_setting_t *setting, void *to);
int conf_lists_read_allow(struct reader *reader, const config_setting_t *setting, void *to);
void conf_lists_free(struct list *lists, size_t n);
void conf_lists_default(struct conf *conf);

#endif
