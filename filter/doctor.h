/*
 * doctor.h - the parts of the doctor command that have a file of their own. Each prints for a person and returns how many things it found
 * wrong.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "conf.h"

/*
 * Reads a sample of the user's own mail (messages, mboxes, folders) and says which hosts hand it over, which of them look like the user's own
 * servers, forwarders or provider, the trusted_networks that follow from that, and what these would change. 0: trusted_networks can stay as it
 * is; 1: it should change, or there was nothing to learn from; 66 (EX_NOINPUT): nothing could be read.
 */
int doctor_mail(const struct conf *conf, char **paths, size_t n);

#endif
