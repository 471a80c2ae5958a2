/*
 * commands.h - the commands that carry no mail. Each prints its product on
 * standard output and returns the exit status.
 *
 * main has read the configuration and become the user before it calls one.
 * EX_USAGE (64) is for wrong arguments, 75 for what could not be found out;
 * other values as stated.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "conf/reader/conf.h"
#include "filter/commands/options.h"
#include "filter/base/user.h"

/*
 * The relay chain of standard input, or of each file (message, mbox, Maildir
 * folder). 0; 66 (EX_NOINPUT) where a file cannot be read.
 */
int cmd_relays(const struct conf *conf, char **files, size_t n);

/* Are these addresses listed? 0 none, 1 one is, 75 could not tell. */
int cmd_check(const struct conf *conf, char **addresses, size_t n);

/* Change or show the user's allow file. 0; 1 where --remove finds nothing. */
int cmd_allow(const struct conf *conf, const struct user *user, const struct options *options);

/*
 * What is wrong with the configuration, the resolver, lists, trusted networks,
 * mailbox, scripts and the sandbox; or learn from mail. 0 nothing, 1 something.
 */
int cmd_doctor(const struct conf *conf, const struct user *user, const struct options *options);

/* The whole reasoning for one message. */
int cmd_explain(const struct conf *conf, const struct user *user, const struct options *options);

/* Mail a spam to the user's own SpamCop reporting address. */
int cmd_report(const struct conf *conf, const struct user *user, const struct options *options);

#endif
