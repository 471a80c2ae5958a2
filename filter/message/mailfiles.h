/*
 * mailfiles.h - every message in files, mboxes and mail folders, for the
 * commands that look at stored mail.
 */
#ifndef MAILS_H
#define MAILS_H

#include "filter/message/message.h"

struct mail {
	const char *file; /* path; "-" for standard input */
	unsigned long n;  /* of the message in its file, from 1 */
	bool mbox;        /* the file begins with a From_ line, so it may hold several */
	bool alone;       /* no other message is or was read */
	/*
	 * its header only: from_line, header, headless, too_long and eol are
	 * set
	 */
	struct message message;
};

struct mails {
	/*
	 * folders by name; else as the file system gives them, and in less
	 * memory
	 */
	bool sorted;
	bool (*each)(const struct mail *mail, void *data); /* false: enough, stop */
	void *data;
	/*
	 * out: files and folders that could not be read; each was said on
	 * standard error
	 */
	unsigned long failed;
};

/*
 * Reads each path: a message, an mbox (an empty line, then a From_ line with a
 * time), or a folder with such files, at any depth (Maildir and Maildir++, MH,
 * a folder of mboxes). Without a path: one message on standard input, as mail
 * systems give it. In folders, tmp/, hidden files, special files and what does
 * not begin as a message are passed over, links are not followed. Holds one
 * header at a time.
 */
void mails_read(struct mails *mails, char **paths, size_t n);

#endif
