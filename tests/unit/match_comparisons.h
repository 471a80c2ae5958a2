/*
 * Keys, values, and whether they match. The names of comparators are
 * test_match.c's.
 */
static const struct {
	enum match_type type;
	enum match_comparator comparator;
	struct span key, value;
	bool result;
} comparisons[] = {
	{MATCH_IS, ASC, SPAN("Frobnitzm"), SPAN("frobnitzm"), true},
	{MATCH_IS, OCT, SPAN("Frobnitzm"), SPAN("frobnitzm"), false},
	{MATCH_IS, OCT, SPAN("frobnitzm"), SPAN("frobnitzm"), true},
	{MATCH_IS, ASC, SPAN(""), SPAN(""), true},
	{MATCH_IS, ASC, SPAN(""), SPAN("a"), false},
	{MATCH_IS, ASC, SPAN("a\0b"), SPAN("a\0c"), false},
	{MATCH_IS, ASC, SPAN("\xC3\x84"), SPAN("\xC3\xA4"), false},
	{MATCH_IS, UNI, SPAN("\xC3\x84"), SPAN("\xC3\xA4"), true},
	{MATCH_IS, UNI, SPAN("\xD0\x9F\xD0\xA0"), SPAN("\xD0\xBF\xD1\x80"), true},
	{MATCH_IS, UNI, SPAN("\xCF\x82"), SPAN("\xCE\xA3"), true}, /* final sigma */
	/* three characters in one */
	{MATCH_IS, UNI, SPAN("\xC7\xBA"), SPAN("a\xCC\x8A\xCC\x81"), true},
	{MATCH_IS, UNI, SPAN("\xE2\x84\xAB"), SPAN("\xC3\xA5"), true}, /* Angstrom sign */
	/* mathematical bold H */
	{MATCH_IS, UNI, SPAN("\xF0\x9D\x90\x87i"), SPAN("hI"), true},
	{MATCH_IS, UNI, SPAN("\xE3\x81\x8C"), SPAN("\xE3\x81\x8B\xE3\x82\x99"), true},
	{MATCH_IS, UNI, SPAN("\xEA\xB0\x81"), SPAN("\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8"), true},
	{MATCH_IS, UNI, SPAN("e"), SPAN("\xC3\xA9"), false},
	{MATCH_IS, UNI, SPAN("\xFF"), SPAN("\xFF"), true},
	{MATCH_IS, NUM, SPAN("4294967298"), SPAN("04294967298"), true},
	{MATCH_IS, NUM, SPAN("4294967298"), SPAN("4294967298b"), true},
	{MATCH_IS, NUM, SPAN(""), SPAN("x"), true},
	{MATCH_IS, NUM, SPAN(""), SPAN("0"), false},
	{MATCH_IS, NUM, SPAN("00"), SPAN("0"), true},
	{MATCH_IS, NUM, SPAN("-1"), SPAN("-2"), true},
	{MATCH_CONTAINS, ASC, SPAN("frob"), SPAN("FROBnitzm"), true},
	{MATCH_CONTAINS, ASC, SPAN("NIT"), SPAN("frobnitzm"), true},
	{MATCH_CONTAINS, ASC, SPAN("fbm"), SPAN("frobnitzm"), false},
	{MATCH_CONTAINS, ASC, SPAN(""), SPAN("frobnitzm"), true},
	{MATCH_CONTAINS, ASC, SPAN(""), SPAN(""), true},
	{MATCH_CONTAINS, ASC, SPAN("a"), SPAN(""), false},
	{MATCH_CONTAINS, ASC, SPAN("frobnitzmx"), SPAN("frobnitzm"), false},
	{MATCH_CONTAINS, OCT, SPAN("NIT"), SPAN("frobnitzm"), false},
	{MATCH_CONTAINS, OCT, SPAN("b\0c"), SPAN("a\0b\0c"), true},
	{MATCH_CONTAINS, ASC, SPAN("*"), SPAN("abc"), false},
	{MATCH_CONTAINS, UNI, SPAN("STRASSE"), SPAN("Wilhelmstrasse 1"), true},
	{MATCH_CONTAINS, UNI, SPAN("\xC3\x96L"), SPAN("Erd\xC3\xB6l"), true},
};
