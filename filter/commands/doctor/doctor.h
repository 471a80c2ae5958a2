/*
 * doctor.h - the parts of the doctor command that have a file of their own.
 * Each prints for a person and returns how many things it found wrong.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "conf/reader/conf.h"
#include "filter/base/user.h"

/*
 * Reads a sample of the user's own mail (messages, mboxes, folders) and says
 * which hosts hand it over, which of them look like the user's own servers,
 * forwarders or provider, the trusted_networks that follow from that, and what
 * these would change. 0: trusted_networks can stay as it is; 1: it should
 * change, or there was nothing to learn from; 66 (EX_NOINPUT): nothing could be
 * read.
 */
int doctor_mail(const struct conf *conf, char **paths, size_t n);

/*
 * Does this site write Authentication-Results into each of these messages, so
 * that allow.authenticated is safe? 1: it is set and is not; else 0.
 */
int doctor_authres(const struct conf *conf, char **paths, size_t n);

/*
 * Asks every server and every list for the test entries of RFC 5782 5 and reads
 * every list file. Access keys in zones are not shown. Takes a deadline for
 * each server and one for the lists at most.
 */
int doctor_lists(const struct conf *conf);

/*
 * The mailbox, as the delivering user finds it: is it there, or can it be made,
 * and is it his; what deliveries remember (memory.h); the folder for listed
 * mail; what mail is sent with. Changes nothing.
 */
int doctor_mailbox(const struct conf *conf, const struct user *user);

/*
 * Runs the real Sieve child on a small script and message of its own, as this
 * user, so that a kernel or C library that breaks its seal is seen before mail
 * is; then checks each script that a delivery would run (script: the one of -s
 * in place of the user's, or NULL).
 */
int doctor_sieve(const struct conf *conf, const struct user *user, const char *script);

/* The same with another program as the child; NULL is sieve_program(). */
int doctor_sieve_with(const char *program, const struct conf *conf, const struct user *user,
		      const char *script);

#endif
