#include "sieve/protocol/special.h"

static const struct {
	const char *use, *folder;
} folders[] = {
	{"\\All", "All Mail"},        {"\\All", "All"},
	{"\\Archive", "Archive"},     {"\\Archive", "Archives"},
	{"\\Drafts", "Drafts"},       {"\\Drafts", "Draft"},
	{"\\Flagged", "Flagged"},     {"\\Flagged", "Starred"},
	{"\\Important", "Important"}, {"\\Sent", "Sent"},
	{"\\Sent", "Sent Messages"},  {"\\Sent", "Sent Items"},
	{"\\Trash", "Trash"},         {"\\Trash", "Deleted Messages"},
	{"\\Trash", "Deleted Items"},
};

bool
special_is_use(struct span use)
{
	for (size_t i = 1; i < use.n; i++)
		if (use.p[i] <= ' ' || use.p[i] > '~' || strchr("(){%*\"\\]", use.p[i]) != NULL)
			return false;
	return use.n > 1 && use.p[0] == '\\';
}

const char *
special_folder(struct span use, size_t i)
{
	for (size_t k = 0; k < sizeof folders / sizeof folders[0]; k++)
		if (span_equal_case(use, span_of(folders[k].use)) && i-- == 0)
			return folders[k].folder;
	return NULL;
}
