#include "filter/commands/doctor/doctor.h"

#include "filter/commands/advice.h"
#include "filter/commands/doctor/report_items.h"
#include "filter/lists/dns.h"
#include "filter/lists/dnsbl_name.h"
#include "filter/lists/file/listfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SERVERS_SHOWN 8
#define NAME_SHOWN    300 /* bytes with the NUL */
#define WIDTH_MAX     30  /* columns of a name that others are aligned with */
/*
 * characters of a label of letters and digits mixed that is taken for an access
 * key
 */
#define KEY_LENGTH 16

/* What one question brought. */
struct result {
	const char *cause; /* NULL: answered */
	uint32_t a[8];
	size_t n;
	unsigned us;
};

static void
got(void *arg, const struct dns_answer *answer)
{
	struct result *result = arg;

	*result = (struct result){.cause = answer->cause, .us = answer->us};
	for (; result->n < answer->n && result->n < 8; result->n++)
		result->a[result->n] = answer->a[result->n];
}

/* ---- resolvers */

/*
 * Resolvers for everybody. Lists that count queries see one enormous customer,
 * and refuse it.
 */
static const char *const public_resolvers[] = {"8.8.8.8",
					       "8.8.4.4",
					       "2001:4860:4860::8888",
					       "2001:4860:4860::8844",
					       "1.1.1.1",
					       "1.0.0.1",
					       "1.1.1.2",
					       "1.1.1.3",
					       "2606:4700:4700::1111",
					       "2606:4700:4700::1001",
					       "9.9.9.9",
					       "9.9.9.10",
					       "149.112.112.112",
					       "2620:fe::fe",
					       "2620:fe::9",
					       "208.67.222.222",
					       "208.67.220.220",
					       "64.6.64.6",
					       "64.6.65.6",
					       "94.140.14.14",
					       "94.140.15.15",
					       "76.76.2.0",
					       "76.76.10.0",
					       "4.2.2.1",
					       "4.2.2.2",
					       "4.2.2.3",
					       "4.2.2.4",
					       "8.26.56.26",
					       "185.222.222.222"};

static bool
is_public_resolver(const struct addr *addr)
{
	struct addr other;

	for (size_t i = 0; i < sizeof public_resolvers / sizeof public_resolvers[0]; i++)
		if (addr_parse(span_of(public_resolvers[i]), &other) && addr_equal(addr, &other))
			return true;
	return false;
}

static const struct list *
first_zone(const struct conf *conf)
{
	for (size_t i = 0; i < conf->n_lists; i++)
		if (conf->lists[i].zone != NULL)
			return &conf->lists[i];
	return NULL;
}

/* Asks one server alone. */
static int
look_at_server(const struct conf *conf, struct dns_server *server, const char *zone)
{
	struct conf alone = *conf;
	struct result result = {.cause = "timeout"};
	char name[DNS_NAME_MAX + 1], text[ADDR_TEXT_MAX], shown[ADDR_TEXT_MAX + 16];
	bool six = !addr_is_ipv4(&server->addr);
	bool public = is_public_resolver(&server->addr);
	int wrong = 0;

	alone.dns.servers = server;
	alone.dns.n_servers = 1;
	dnsbl_test_name(DNSBL_TEST_CLEAN, zone, name, sizeof name);
	struct dns *dns = dns_open(&alone);
	dns_ask(dns, name, DNS_A, false, got, &result);
	(void)dns_run(dns);
	dns_close(dns);
	(void)snprintf(shown, sizeof shown, "%s%s%s:%u", six ? "[" : "",
		       addr_print(&server->addr, text), six ? "]" : "", server->port);
	/*
	 * SERVFAIL is the list's trouble as a resolver tells it; the list's own
	 * line will say so.
	 */
	if (result.cause == NULL || strcmp(result.cause, "servfail") == 0 ||
	    strcmp(result.cause, "insane") == 0) {
		wrong += report_items_add(public, "%s  answers in %u.%u ms", shown,
					  result.us / 1000, result.us / 100 % 10);
	} else {
		wrong += report_items_add(true, "%s  %s", shown, result.cause);
		report_items_advise("%s", strcmp(result.cause, "refused") == 0
						  ? "The resolver refuses to answer this machine. "
						    "Allow this host in its access list, or name "
						    "another one in dns.servers."
						  : advice_on_failure(result.cause));
	}
	if (public)
		report_items_advise(
			"This is a public resolver. Many lists refuse those, or answer "
			"them with codes that mean \"query refused\". Run a resolver of "
			"your own, unbound for example, and name it in dns.servers "
			"(doc/lists.md).");
	return wrong;
}

static int
look_at_servers(const struct conf *conf)
{
	struct dns_server servers[SERVERS_SHOWN];
	const struct list *list = first_zone(conf);
	int wrong = 0;

	if (list == NULL)
		return 0;
	size_t n = dns_servers(conf, servers, SERVERS_SHOWN);
	report_items_section("Resolver (%s)",
			     conf->dns.n_servers > 0 ? "dns.servers" : "resolv.conf");
	for (size_t i = 0; i < n; i++)
		wrong += look_at_server(conf, &servers[i], list->zone);
	if (n == 0) {
		wrong += report_items_add(true, "none");
		report_items_advise("Name one in dns.servers.");
	}
	return wrong;
}

/* ---- zones */

/* The test entries of one list, by family, and a name that no list has. */
struct zone {
	const struct list *list;
	struct result listed[2], clean[2], nonsense;
};

/* A label that looks like an access key: long, of letters and digits. */
static bool
is_key(struct span label)
{
	size_t digits = 0, letters = 0;

	for (size_t i = 0; i < label.n; i++) {
		digits += label.p[i] >= '0' && label.p[i] <= '9';
		letters += span_lower(label.p[i]) >= 'a' && span_lower(label.p[i]) <= 'z';
	}
	return label.n >= KEY_LENGTH && digits > 0 && letters > 0 && digits + letters == label.n;
}

/* The list's name, keys in it as "KEY". true: there was one. */
static bool
shown_name(const struct list *list, char *to, size_t size)
{
	const char *at = list->name;
	bool masked = false;
	size_t used = 0;

	to[0] = '\0';
	while (*at != '\0' && used < size) {
		size_t n = strcspn(at, ".");
		bool key = is_key((struct span){at, n});

		used += (size_t)snprintf(to + used, size - used, "%.*s%s", key ? 3 : (int)n,
					 key ? "KEY" : at, at[n] == '.' ? "." : "");
		masked |= key;
		at += n + (at[n] == '.');
	}
	return masked;
}

/* In a column as wide as the longest name. true: there is a key in it. */
static bool
name_column(const struct conf *conf, const struct list *list, char to[NAME_SHOWN])
{
	char name[NAME_SHOWN];
	int width = 0;

	for (size_t i = 0; i < conf->n_lists; i++) {
		(void)shown_name(&conf->lists[i], name, sizeof name);
		width = (int)strlen(name) > width ? (int)strlen(name) : width;
	}
	bool masked = shown_name(list, name, sizeof name);
	(void)snprintf(to, NAME_SHOWN, "%-*s", width < WIDTH_MAX ? width : WIDTH_MAX, name);
	return masked;
}

static void
ask_zone(struct dns *dns, struct zone *zone)
{
	char name[DNS_NAME_MAX + 1];

	for (int six = 0; six < (zone->list->ipv6 ? 2 : 1); six++) {
		dnsbl_test_name(six ? DNSBL_TEST_LISTED_IPV6 : DNSBL_TEST_LISTED, zone->list->zone,
				name, sizeof name);
		dns_ask(dns, name, DNS_A, false, got, &zone->listed[six]);
		dnsbl_test_name(six ? DNSBL_TEST_CLEAN_IPV6 : DNSBL_TEST_CLEAN, zone->list->zone,
				name, sizeof name);
		dns_ask(dns, name, DNS_A, false, got, &zone->clean[six]);
	}
	(void)snprintf(name, sizeof name, "no-such-entry.%s", zone->list->zone);
	dns_ask(dns, name, DNS_A, false, got, &zone->nonsense);
}

/*
 * Why the list cannot be used, or NULL; matched: the meanings that its test
 * entry has.
 */
static const char *
zone_cause(const struct zone *zone, int six, unsigned *matched)
{
	const struct result *never[] = {&zone->clean[six], &zone->nonsense};
	const struct result *listed = &zone->listed[six];
	const char *cause;

	*matched = 0;
	if (zone->clean[six].cause != NULL || listed->cause != NULL)
		return zone->clean[six].cause != NULL ? zone->clean[six].cause : listed->cause;
	for (size_t i = 0; i < 2; i++)
		if (never[i]->n > 0) {
			cause = dnsbl_judge(zone->list, never[i]->a, never[i]->n, matched);
			return cause != NULL ? cause : "insane";
		}
	return dnsbl_judge(zone->list, listed->a, listed->n, matched);
}

/* What to do about a cause, the first time that it comes up. */
static void
advise(const char *cause)
{
	static const char *told[16];
	static size_t n;

	for (size_t i = 0; i < n; i++)
		if (strcmp(told[i], cause) == 0)
			return;
	if (n < sizeof told / sizeof told[0])
		told[n++] = cause;
	report_items_advise("%s", advice_on_failure(cause));
}

/* One family's answers; 1 if something is wrong, else 0. */
static int
look_at_answers(const struct zone *zone, int six, const char *name)
{
	const struct result *listed = &zone->listed[six];
	const char *family = six ? " (IPv6)" : "";
	struct addr addr = addr_from_ipv4(listed->n > 0 ? listed->a[0] : 0);
	unsigned matched;
	const char *cause = zone_cause(zone, six, &matched);
	char text[ADDR_TEXT_MAX];

	if (cause != NULL) {
		(void)report_items_add(true, "%s  %s%s", name, cause, family);
		advise(cause);
		return 1;
	}
	if (listed->n == 0) {
		(void)report_items_add(false,
				       "%s  answers in %u.%u ms, but has no test entry 127.0.0.2%s",
				       name, listed->us / 1000, listed->us / 100 % 10, family);
		report_items_advise("Some good lists have none. If the name may be wrong, or the "
				    "list gone, look at its home page.");
		return 0;
	}
	if (matched == 0) {
		(void)report_items_add(true, "%s  answers %s to its test entry%s", name,
				       addr_print(&addr, text), family);
		report_items_advise("The list's `answers` does not name %s, so such a listing does "
				    "not count. Name the answers that you want, by the list's own "
				    "documentation.",
				    text);
		return 1;
	}
	return report_items_add(false, "%s  well: lists 127.0.0.2, not 127.0.0.1, in %u.%u ms%s",
				name, listed->us / 1000, listed->us / 100 % 10, family);
}

/* A list that is never asked, for its configuration is wrong. */
static int
look_at_wrong(const struct conf *conf, const struct list *list)
{
	char name[NAME_SHOWN];

	(void)name_column(conf, list, name);
	(void)report_items_add(true, "%s  config", name);
	report_items_advise("%s", list->wrong);
	return 1;
}

static int
look_at_zone(const struct conf *conf, const struct zone *zone)
{
	if (zone->list->wrong != NULL)
		return look_at_wrong(conf, zone->list);
	char name[NAME_SHOWN];
	bool masked = name_column(conf, zone->list, name);
	int wrong = look_at_answers(zone, 0, name);

	if (zone->list->ipv6)
		wrong += look_at_answers(zone, 1, name);
	if (masked) {
		wrong += report_items_add(true, "%s  the zone has an access key in it", name);
		report_items_advise("Give the list a `name`, or the key stands in every message "
				    "that it lists, and in the log.");
	}
	return wrong;
}

/* ---- files */

static int
look_at_file(const struct conf *conf, const struct list *list)
{
	struct listfile_hit hit = {.addr = addr_from_ipv4(0x7f000001)};
	struct timespec before, after;
	struct listfile_bad bad;
	struct err err;
	char name[NAME_SHOWN];

	(void)name_column(conf, list, name);
	(void)clock_gettime(CLOCK_MONOTONIC, &before);
	enum listfile_status status = listfile_match(list->file, list->format, &hit, 1, &bad, &err);
	(void)clock_gettime(CLOCK_MONOTONIC, &after);
	if (status != LISTFILE_READ) {
		(void)report_items_add(true, "%s  %s", name, listfile_cause(status));
		report_items_advise("%s", err.why);
		return 1;
	}
	int indexed = listfile_has_index(list->file, list->format, &err);
	(void)report_items_add(bad.lines > 0, "%s  file%s, %zu entries, read in %.0f us", name,
			       indexed > 0 ? " with an index" : "", bad.entries,
			       (double)(after.tv_sec - before.tv_sec) * 1e6 +
				       (double)(after.tv_nsec - before.tv_nsec) / 1e3);
	if (indexed < 0)
		report_items_advise("%s. Until then the list itself is read.", err.why);
	if (bad.lines == 0)
		return 0;
	report_items_advise("%s (%zu bad lines; the others work)", bad.first.why, bad.lines);
	return 1;
}

/* ---- all of them */

/* Could any listing reach the threshold, and is there any list? */
static int
look_at_weights(const struct conf *conf)
{
	int most = 0;
	size_t lists = 0;

	for (size_t i = 0; i < conf->n_lists; i++) {
		lists += !conf->lists[i].allow;
		for (size_t k = 0; k < conf->lists[i].n_answers && !conf->lists[i].allow; k++)
			most += conf->lists[i].answers[k].weight > 0
					? conf->lists[i].answers[k].weight
					: 0;
	}
	if (lists > 0 && most >= conf->threshold)
		return 0;
	(void)report_items_add(true, "%s",
			       lists == 0 ? "no list is configured"
					  : "all lists together cannot reach the threshold");
	report_items_advise(
		"%s",
		lists == 0 ? "Nothing is ever looked up. Name a list, bl.spamcop.net to begin with."
			   : "Nothing is ever tagged. Lower threshold or raise the weights.");
	return 1;
}

int
doctor_lists(const struct conf *conf)
{
	struct zone *zones = calloc(conf->n_lists + 1, sizeof *zones);
	int wrong = look_at_servers(conf);
	size_t n = 0;

	if (zones == NULL)
		abort();
	report_items_section("Lists");
	struct dns *dns = dns_open(conf);
	for (size_t i = 0; i < conf->n_lists; i++)
		if (conf->lists[i].zone != NULL) {
			zones[n].list = &conf->lists[i];
			if (conf->lists[i].wrong == NULL)
				ask_zone(dns, &zones[n]);
			n++;
		}
	(void)dns_run(dns);
	dns_close(dns);
	for (size_t i = 0; i < n; i++)
		wrong += look_at_zone(conf, &zones[i]);
	for (size_t i = 0; i < conf->n_lists; i++)
		if (conf->lists[i].file != NULL && conf->lists[i].wrong != NULL)
			wrong += look_at_wrong(conf, &conf->lists[i]);
		else if (conf->lists[i].file != NULL)
			wrong += look_at_file(conf, &conf->lists[i]);
	wrong += look_at_weights(conf);
	free(zones);
	return wrong;
}
