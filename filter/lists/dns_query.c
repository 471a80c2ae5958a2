#include "filter/lists/dns_query.h"

const char *
dns_query_cause(int status)
{
	switch (status) {
	case ARES_SUCCESS:
	case ARES_ENODATA:
	case ARES_ENOTFOUND:
		return NULL;
	case ARES_EFORMERR:
		return "formerr";
	case ARES_ESERVFAIL:
		return "servfail";
	case ARES_ENOTIMP:
		return "notimp";
	case ARES_EREFUSED:
		return "refused";
	case ARES_ETIMEOUT:
	case ARES_ECANCELLED:
	case ARES_EDESTRUCTION:
		return "timeout";
	case ARES_ECONNREFUSED:
		return "unreachable";
	case ARES_EBADNAME:
		return "badname";
	default:
		return "malformed";
	}
}
