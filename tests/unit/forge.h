/*
 * forge.h - the proof that nobody who only sends mail can move the handoff.
 *
 * Each known receiving server is a template: its Received line, with the places
 * that a client, a sender, an identd, a resolver or a TLS certificate fills,
 * and what the server lets through in each. forge_check() fills them with
 * hostile text and compares what is read with what is read of the harmless
 * filling.
 */
#ifndef FORGE_H
#define FORGE_H

#include "filter/base/span.h"

#include <stdint.h>

#define FORGE_TEXT_MAX   4096 /* bytes of one hostile text, before it is escaped */
#define FORGE_PLACES_MAX 4

/*
 * What a server makes of a text: writes at most size bytes of it, escaped, to
 * to. Returns how many.
 */
typedef size_t forge_escape(struct span text, char *to, size_t size);

struct forge_place {
	forge_escape *escape;
	const char *harmless;
};

struct forge_server {
	const char *name;
	const char *line; /* "%0" to "%3" stand for the places */
	struct forge_place place[FORGE_PLACES_MAX];
};

extern const struct forge_server forge_servers[];
extern const size_t forge_n_servers;

/*
 * Where the generator takes its choices from: given bytes first, then a fixed
 * sequence.
 */
struct forge_source {
	struct span bytes;
	uint64_t state;
};

uint32_t forge_draw(struct forge_source *source, uint32_t below);

/*
 * One line of one server, hostile. NULL: it is read as the harmless one is, or
 * as one that lets nobody in because it could be read in two ways. Else what is
 * wrong, in static memory, with the line.
 */
const char *forge_check(struct forge_source *source);

#endif
