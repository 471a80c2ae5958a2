#include "filter/lists/dnsbl.h"
#include "filter/lists/dns.h"
#include "filter/lists/dnsbl_name.h"
#include "filter/lists/file/listfile.h"
#include "filter/base/log.h"

#include <stdlib.h>

/*
 * What a list has shown of itself: does it keep 127.0.0.1 out, as RFC 5782 5
 * says? Asked once a list and family, at its first hit.
 */
enum sanity { NOT_ASKED, ASKED, SANE, INSANE };

struct run;

struct probe {
	enum sanity sanity;
};

/* One lookup and what its callbacks need. */
struct work {
	struct run *run;
	struct lookup *lookup;
	struct probe *probe; /* of its list and family */
	bool hit;            /* the answer says listed; the probe decides */
};

struct run {
	const struct chain *chain;
	struct dns *dns;
	struct lookups *lookups;
	struct work *work; /* of each lookup */
	struct probe probe[CONF_LISTS_MAX][2];
};

static bool
list_is_negative(const struct list *list)
{
	for (size_t i = 0; i < list->n_answers; i++)
		if (list->answers[i].weight >= 0)
			return false;
	return list->n_answers > 0;
}

/* Does this relay stand for a host outside that can be asked about? */
static bool
is_asked(const struct relay *relay)
{
	return relay->no_lookup == NULL;
}

/*
 * Is this the oldest of several that are asked about: the client of whoever
 * wrote the message? Relays beyond the limit are older still.
 */
static bool
is_first_hop(const struct chain *chain, size_t relay)
{
	size_t newer = 0;

	for (size_t i = relay + 1; i < chain->stored; i++)
		if (is_asked(&chain->relay[i]) ||
		    strcmp(chain->relay[i].no_lookup, RELAY_LIMIT) == 0)
			return false;
	while (newer < relay && !is_asked(&chain->relay[newer]))
		newer++;
	return newer < relay;
}

bool
dnsbl_asks(const struct chain *chain, size_t relay, const struct list *list)
{
	const struct relay *r = &chain->relay[relay];

	if (!is_asked(r) || (!list->ipv6 && !addr_is_ipv4(&r->asked_as)))
		return false;
	if (list->not_first && is_first_hop(chain, relay))
		return false;
	/*
	 * Whatever speaks for a message looks at the one address that cannot be
	 * invented.
	 */
	if (list->allow || list_is_negative(list))
		return relay == relay_vouching(chain);
	return relay == chain->handoff || !list->handoff_only;
}

/* ---- what an answer means */

static void
lookup_fail(struct lookup *lookup, const char *cause)
{
	lookup->state = LOOKUP_FAILED;
	lookup->cause = cause;
}

/* The bits of list->answers that name this answer. */
static unsigned
named_by(const struct list *list, uint32_t a)
{
	unsigned matched = 0;

	for (size_t k = 0; k < list->n_answers; k++)
		if (conf_answer_matches(&list->answers[k], a))
			matched |= 1U << k;
	return matched;
}

const char *
dnsbl_judge(const struct list *list, const uint32_t *a, size_t n, unsigned *matched)
{
	bool refused = false;

	*matched = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned named = named_by(list, a[i]);

		if (a[i] >> 24 != 127 || (a[i] == ANSWER_INSANE && named == 0))
			return "insane";
		/* 127.255.255.0/24 is never a hit, whatever `answers` says. */
		if (a[i] >> 8 == 0x7fffff || (a[i] == ANSWER_REFUSED && named == 0))
			refused = true;
		else
			*matched |= named;
	}
	/*
	 * Who refuses says nothing else. An answer with a hit in it stands or
	 * falls with the probe, which a list that refuses fails.
	 */
	return refused && *matched == 0 ? "refused" : NULL;
}

/* true: a hit, if the list is sane. */
static bool
lookup_take(struct lookup *lookup, const uint32_t *a, size_t n)
{
	const char *cause = dnsbl_judge(lookup->list, a, n, &lookup->matched);

	if (cause != NULL) {
		lookup_fail(lookup, cause);
		lookup->matched = 0;
		return false;
	}
	lookup->state = LOOKUP_CLEAN;
	/* What matched comes first where not all of them can be kept. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n && lookup->answers < LOOKUP_ANSWERS_MAX; i++) {
			unsigned matched;

			(void)dnsbl_judge(lookup->list, &a[i], 1, &matched);
			if ((n <= LOOKUP_ANSWERS_MAX && pass == 0) ||
			    (n > LOOKUP_ANSWERS_MAX && (matched != 0) == (pass == 0)))
				lookup->answer[lookup->answers++] = a[i];
		}
	return lookup->matched != 0;
}

static void
lookup_reason(struct lookup *lookup, struct span text)
{
	lookup->reason_n = text.n < sizeof lookup->reason ? text.n : sizeof lookup->reason;
	if (lookup->reason_n > 0)
		memcpy(lookup->reason, text.p, lookup->reason_n);
}

/* ---- lists that are zones */

static void
got_probe(void *arg, const struct dns_answer *answer)
{
	struct probe *probe = arg;

	probe->sanity = answer->cause == NULL && answer->n == 0 ? SANE : INSANE;
}

static void
got_reason(void *arg, const struct dns_answer *answer)
{
	struct work *work = arg;

	if (answer->cause == NULL)
		lookup_reason(work->lookup, answer->text);
}

static void
ask(struct run *run, const struct lookup *lookup, enum dns_type type, dns_done *done, void *arg)
{
	char name[DNS_NAME_MAX + 1];

	dnsbl_name(&run->chain->relay[lookup->relay].asked_as, lookup->list->zone, name,
		   sizeof name);
	dns_ask(run->dns, name, type, type == DNS_TXT, done, arg);
}

static void
ask_probe(struct run *run, const struct lookup *lookup, struct probe *probe)
{
	bool ipv4 = addr_is_ipv4(&run->chain->relay[lookup->relay].asked_as);
	char name[DNS_NAME_MAX + 1];

	probe->sanity = ASKED;
	dnsbl_test_name(ipv4 ? DNSBL_TEST_CLEAN : DNSBL_TEST_CLEAN_IPV6, lookup->list->zone, name,
			sizeof name);
	dns_ask(run->dns, name, DNS_A, false, got_probe, probe);
}

/*
 * The servers are slow: a hit that comes late must still find its list proven,
 * so the probes go out before the hits come in.
 */
static void
ask_probes(void *arg)
{
	struct run *run = arg;

	for (size_t i = 0; i < run->lookups->n; i++)
		if (run->work[i].lookup->state == LOOKUP_PENDING &&
		    run->work[i].lookup->list->zone != NULL &&
		    run->work[i].probe->sanity == NOT_ASKED)
			ask_probe(run, run->work[i].lookup, run->work[i].probe);
}

static void
got_address(void *arg, const struct dns_answer *answer)
{
	struct work *work = arg;
	struct lookup *lookup = work->lookup;

	if (answer->cause != NULL) {
		lookup_fail(lookup, answer->cause);
		return;
	}
	work->hit = lookup_take(lookup, answer->a, answer->n);
	if (!work->hit)
		return;
	if (work->probe->sanity == NOT_ASKED)
		ask_probe(work->run, lookup, work->probe);
	ask(work->run, lookup, DNS_TXT, got_reason, work);
}

/* ---- lists that are files */

/* All lookups of one list, in one pass over its file. */
static void
match_file(struct run *run, const struct list *list, struct lookups *lookups)
{
	struct listfile_hit hit[RELAY_ASKED_MAX + 1];
	struct lookup *of[RELAY_ASKED_MAX + 1];
	struct listfile_bad bad;
	struct err err;
	size_t n = 0;

	for (size_t i = 0; i < lookups->n && n < RELAY_ASKED_MAX + 1; i++)
		if (lookups->lookup[i].list == list) {
			of[n] = &lookups->lookup[i];
			hit[n++].addr = run->chain->relay[lookups->lookup[i].relay].asked_as;
		}
	if (n == 0 || list->wrong != NULL)
		return;
	enum listfile_status status = listfile_match(list->file, list->format, hit, n, &bad, &err);
	if (status != LISTFILE_READ) {
		log_line(LOG_WARNING, "list=%s: %s", list->name, err.why);
		for (size_t i = 0; i < n; i++)
			lookup_fail(of[i], listfile_cause(status));
		return;
	}
	if (bad.lines > 0)
		log_line(LOG_WARNING, "list=%s: %s (%zu bad lines; the others work)", list->name,
			 bad.first.why, bad.lines);
	for (size_t i = 0; i < n; i++)
		if (lookup_take(of[i], hit[i].answer, hit[i].answers)) {
			of[i]->state = LOOKUP_LISTED;
			lookup_reason(of[i], (struct span){hit[i].text, hit[i].text_n});
		}
}

/* ---- the run */

static void
plan(struct run *run, const struct conf *conf, struct lookups *lookups)
{
	size_t room = 0;

	for (size_t r = 0; r < run->chain->stored; r++)
		for (size_t l = 0; l < conf->n_lists && l < CONF_LISTS_MAX; l++)
			room += dnsbl_asks(run->chain, r, &conf->lists[l]);
	lookups->lookup = calloc(room + 1, sizeof *lookups->lookup);
	run->work = calloc(room + 1, sizeof *run->work);
	if (lookups->lookup == NULL || run->work == NULL)
		abort();
	for (size_t r = 0; r < run->chain->stored; r++)
		for (size_t l = 0; l < conf->n_lists && l < CONF_LISTS_MAX; l++) {
			struct lookup *lookup = &lookups->lookup[lookups->n];
			bool ipv4 = addr_is_ipv4(&run->chain->relay[r].asked_as);

			if (!dnsbl_asks(run->chain, r, &conf->lists[l]))
				continue;
			lookup->relay = r;
			lookup->list = &conf->lists[l];
			if (lookup->list->wrong != NULL)
				lookup_fail(lookup, "config");
			run->work[lookups->n++] =
				(struct work){.run = run,
					      .lookup = lookup,
					      .probe = &run->probe[l][ipv4 ? 0 : 1]};
		}
}

/* Lists that the configuration got wrong fail, and nobody is asked. */
static void
tell_wrong(const struct conf *conf)
{
	for (size_t l = 0; l < conf->n_lists; l++)
		if (conf->lists[l].wrong != NULL)
			log_line(LOG_ERR, "list=%s: %s", conf->lists[l].name, conf->lists[l].wrong);
}

static bool
is_zone(const struct lookup *lookup)
{
	return lookup->list->file == NULL && lookup->list->wrong == NULL;
}

static void
settle(const struct work *work)
{
	if (!work->hit)
		return;
	if (work->probe->sanity == SANE) {
		work->lookup->state = LOOKUP_LISTED;
		return;
	}
	lookup_fail(work->lookup, "insane");
	work->lookup->matched = 0;
}

void
dnsbl_run(const struct conf *conf, const struct chain *chain, struct lookups *lookups)
{
	struct run run = {.chain = chain, .lookups = lookups};
	bool zones = false;

	*lookups = (struct lookups){0};
	tell_wrong(conf);
	plan(&run, conf, lookups);
	for (size_t i = 0; i < lookups->n; i++)
		zones |= is_zone(&lookups->lookup[i]);
	if (zones) {
		run.dns = dns_open(conf);
		dns_when_slow(run.dns, ask_probes, &run);
	}
	for (size_t i = 0; i < lookups->n; i++)
		if (is_zone(&lookups->lookup[i]))
			ask(&run, &lookups->lookup[i], DNS_A, got_address, &run.work[i]);
	if (zones)
		dns_send(run.dns);
	/* Files are read while the answers travel. */
	for (size_t l = 0; l < conf->n_lists && l < CONF_LISTS_MAX; l++)
		if (conf->lists[l].file != NULL)
			match_file(&run, &conf->lists[l], lookups);
	if (zones) {
		lookups->ms = dns_run(run.dns);
		for (size_t i = 0; i < lookups->n; i++)
			settle(&run.work[i]);
		dns_leave(run.dns);
	}
	free(run.work);
}

void
dnsbl_free(struct lookups *lookups)
{
	free(lookups->lookup);
	*lookups = (struct lookups){0};
}
