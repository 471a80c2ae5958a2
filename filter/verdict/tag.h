/*
 * tag.h - our fields in front of a message, and the message with ours that came
 * in taken out.
 */
#ifndef TAG_H
#define TAG_H

#include "filter/base/buf.h"
#include "filter/message/message.h"
#include "filter/verdict/verdict.h"

/*
 * Appends the X-SpamCop-* fields for this verdict (spamcop-filter(1)) to
 * fields, each line ended by eol. Never more than TAG_FIELDS_MAX bytes.
 */
#define TAG_FIELDS_MAX (256U << 10)
void tag_fields(const struct verdict *verdict, const struct chain *chain,
		const struct lookups *lookups, const char *eol, struct buf *fields);

/*
 * Writes the message to fd: its From_ line if from_line is set, fields, a
 * separator line where the message is headless, the header without our fields,
 * the rest. Streams; reads message->fd to its end; once for a message. 0 only
 * when all was read and written (not synced).
 */
int tag_write(struct message *message, struct span fields, bool from_line, int fd, struct err *err);

#endif
