#include "filter/message/host.h"

#include <string.h>
#include <unistd.h>

const char *
host_name(char to[HOST_NAME_MAX_BYTES])
{
	if (gethostname(to, HOST_NAME_MAX_BYTES) != 0 || to[0] == '\0')
		memcpy(to, "localhost", sizeof "localhost");
	to[HOST_NAME_MAX_BYTES - 1] = '\0';
	return to;
}
