/*
 * modes.h - who may read what we create: as the mailbox has it, so that a
 * mailbox that a group shares stays readable for the group.
 *
 * A directory that others have no access to, that its group may write, or that
 * hands its group on (set-group-id) shares on purpose: what is created in it
 * gets its group, and the group's rights. One with a default ACL (acl(5)) says
 * everything by that. In any other, and for everybody else always, what we
 * create is the user's alone. Where the group cannot be had, it gets no rights.
 */
#ifndef MODES_H
#define MODES_H

#include "filter/base/span.h"

#include <sys/types.h>

struct modes {
	mode_t create; /* for open(2) and mkdir(2), with the execute bits of a directory */
	mode_t group;  /* the group's bits to add to what was created; 0 none */
	gid_t gid;
	bool hands_on; /* set-group-id */
};

/*
 * What a directory asks for; nobody's but the user's where it cannot be told.
 */
void modes_of(int dirfd, struct modes *modes);

/*
 * Gives what was just created its group and bits. What fails changes nothing.
 */
void modes_give(int fd, const struct modes *modes, bool directory);

/* Gives a file that replaces another the rights, group and ACL of that one. */
void modes_keep(int fd, int old);

#endif
