/*
 * mime_param.h - MIME fields word by word: tokens and parameters (RFC 2045
 * 5.1), and the value of a parameter as `header :mime :param` compares it (RFC
 * 5703 4.1).
 */
#ifndef MIME_PARAM_H
#define MIME_PARAM_H

#include "filter/base/buf.h"
#include "filter/base/span.h"

#define MIME_PARAM_ENDS     "/;=()<>\"," /* what ends a token besides white space */
#define MIME_PARAM_SECTIONS 100          /* of a value that is continued (RFC 2231 3) */

/* rest without the white space, line ends and comments at its begin. */
struct span mime_param_blank(struct span rest);

/*
 * A token at the begin of *rest, which moves behind it; empty: there is none. A
 * little more than the RFC's characters is taken, for values that should be
 * quoted.
 */
struct span mime_param_token(struct span *rest, const char *ends);

/* A token or what stands in quotes, escapes and all. */
struct span mime_param_value(struct span *rest, bool *quoted);

struct mime_param {
	struct span name;  /* as written, with RFC 2231's marks */
	struct span value; /* without its quotes, but with its escapes */
	bool quoted;
};

/* The next parameter in *rest, which moves behind it. false at the end. */
bool mime_param_next(struct span *rest, struct mime_param *param);

/*
 * Appends the value of the parameter called name (any case) in an unfolded
 * field's value, as UTF-8: quotes and escapes undone; continuations put
 * together, percent-encoding and character set undone (RFC 2231); encoded words
 * too, which mail has there though RFC 2047 allows none; unquoted words up to
 * the next semicolon. false: there is none. The first one of a name counts; one
 * in RFC 2231's form comes before one that is not. Linear.
 */
bool mime_param_find(struct span value, struct span name, struct buf *to);

#endif
