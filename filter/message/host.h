/*
 * host.h - the name of this computer, as file names, greetings and addresses
 * have it.
 */
#ifndef HOST_H
#define HOST_H

#define HOST_NAME_MAX_BYTES 256 /* with the NUL */

/* "localhost" where it has none. Returns to. */
const char *host_name(char to[HOST_NAME_MAX_BYTES]);

#endif
