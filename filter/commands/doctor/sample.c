#include "filter/commands/doctor/sample.h"
#include "filter/relays/relay.h"

#include <stdlib.h>

void
sample_init(struct sample *sample, const struct conf *conf)
{
	*sample = (struct sample){.conf = conf};
	sample->hosts = calloc(SAMPLE_HOSTS_MAX, sizeof *sample->hosts);
	sample->mails = calloc(SAMPLE_MAILS_MAX, sizeof *sample->mails);
	if (sample->hosts == NULL || sample->mails == NULL)
		abort();
}

void
sample_free(struct sample *sample)
{
	free(sample->hosts);
	free(sample->mails);
	*sample = (struct sample){0};
}

const char *
sample_domain(const char *name)
{
	const char *dot[3] = {NULL, NULL, NULL}; /* the last one first */

	if (strchr(name, '.') == NULL || strspn(name, "0123456789.:[]") == strlen(name))
		return "";
	for (const char *p = name; *p != '\0'; p++)
		if (*p == '.') {
			dot[2] = dot[1];
			dot[1] = dot[0];
			dot[0] = p;
		}
	if (dot[1] == NULL)
		return name;
	bool country = strlen(dot[0]) == 3 && dot[0] - dot[1] <= 4;
	if (!country)
		return dot[1] + 1;
	return dot[2] == NULL ? name : dot[2] + 1;
}

static void
keep_name(struct span name, char to[SAMPLE_NAME_MAX])
{
	if (name.n >= SAMPLE_NAME_MAX)
		name = span_skip(name, name.n - (SAMPLE_NAME_MAX - 1));
	for (size_t i = 0; i < name.n; i++)
		to[i] = name.p[i] > ' ' && name.p[i] < 127 ? span_lower(name.p[i]) : '?';
	to[name.n] = '\0';
}

static void
count_taker(struct sample *sample, struct span by)
{
	char name[SAMPLE_NAME_MAX];

	keep_name(by, name);
	for (size_t i = 0; i < sample->n_takers; i++)
		if (strcmp(sample->takers[i].name, name) == 0) {
			sample->takers[i].count++;
			return;
		}
	if (sample->n_takers == SAMPLE_TAKERS_MAX || name[0] == '\0')
		return;
	memcpy(sample->takers[sample->n_takers].name, name, sizeof name);
	sample->takers[sample->n_takers++].count = 1;
}

/* FNV-1a. */
static uint32_t
hash(const struct addr *addr)
{
	uint32_t h = 2166136261U;

	for (size_t i = 0; i < sizeof addr->b; i++)
		h = (h ^ addr->b[i]) * 16777619U;
	return h;
}

/* The place of an address in the table; NULL where there is none left. */
static struct host *
host_of(struct sample *sample, const struct addr *addr)
{
	size_t at = hash(addr) % SAMPLE_HOSTS_MAX;

	while (sample->hosts[at].used && !addr_equal(&sample->hosts[at].addr, addr))
		at = (at + 1) % SAMPLE_HOSTS_MAX;
	if (sample->hosts[at].used)
		return &sample->hosts[at];
	if (sample->n_hosts >= SAMPLE_HOSTS_MAX / 4 * 3) {
		sample->overflow = true;
		return NULL;
	}
	sample->n_hosts++;
	sample->hosts[at].used = true;
	sample->hosts[at].addr = *addr;
	return &sample->hosts[at];
}

static bool
is_trusted(const struct conf *conf, const struct addr *addr)
{
	if (addr_is_loopback(addr) || (!conf->trusted_set && addr_is_private(addr)))
		return true;
	for (size_t i = 0; i < conf->n_trusted; i++)
		if (addr_in(addr, &conf->trusted[i]))
			return true;
	return false;
}

static void
keep_relay(struct sample *sample, struct sampled *mail, const struct relay *relay)
{
	struct host *host = mail->n < SAMPLE_DEPTH ? host_of(sample, &relay->asked_as) : NULL;

	if (host == NULL)
		return;
	if (host->name[0] == '\0')
		keep_name(relay->hop.rdns, host->name);
	if (host->taker[0] == '\0')
		keep_name(relay->hop.by, host->taker);
	host->trusted = is_trusted(sample->conf, &host->addr);
	if (relay->hop.auth)
		mail->authenticated |= (uint8_t)(1U << mail->n);
	mail->host[mail->n++] = (uint16_t)(host - sample->hosts);
}

/*
 * Which of the relays are of the domain that List-Id names: "Name
 * <x.lists.example.org>".
 */
static void
look_at_list(struct sample *sample, struct span id, struct sampled *mail)
{
	char name[SAMPLE_NAME_MAX];
	const char *open = id.n == 0 ? NULL : memrchr(id.p, '<', id.n);

	if (open != NULL)
		id = span_skip(id, (size_t)(open + 1 - id.p));
	id = span_trim(id);
	while (id.n > 0 && (id.p[id.n - 1] == '>' || span_is_space(id.p[id.n - 1])))
		id.n--;
	keep_name(id, name);
	for (size_t i = 0; i < mail->n && sample_domain(name)[0] != '\0'; i++)
		if (strcmp(sample_domain(name), sample_domain(sample->hosts[mail->host[i]].name)) ==
		    0)
			mail->list_domain |= (uint8_t)(1U << i);
}

/* Who took the message in, and whether it came from a mailing list. */
static void
look_at_fields(struct sample *sample, struct span header, struct sampled *mail)
{
	struct received received;
	struct field field;
	size_t at = 0;
	bool first = true;

	while (header_next(header, &at, &field)) {
		if (span_equal_case(field.name, SPAN("List-Id")))
			look_at_list(sample, field.value, mail);
		mail->list |= span_equal_case(field.name, SPAN("List-Id")) ||
			      span_equal_case(field.name, SPAN("List-Post"));
		if (!first || !span_equal_case(field.name, SPAN("Received")))
			continue;
		first = false;
		received_parse(field.value, &received);
		count_taker(sample, received.by);
	}
}

static bool
keep_mail(const struct mail *mail, void *data)
{
	struct sample *sample = data;
	struct sampled *sampled = &sample->mails[sample->n_mails];
	struct relay_walk walk;
	struct relay relay;
	struct span value;
	bool broken = false, ended = false;

	sample->read++;
	relay_walk_init(&walk, &mail->message, sample->conf);
	while (!ended && sampled->n < SAMPLE_DEPTH && relay_walk_next(&walk, &relay, &value)) {
		ended = relay.ends_trust;
		if (ended && sample->ended++ == 0) {
			sample->line.n =
				value.n < sizeof sample->text ? value.n : sizeof sample->text;
			sample->line.p = memcpy(sample->text, value.p, sample->line.n);
		}
		if (relay.hop.status == RECEIVED_RELAY)
			keep_relay(sample, sampled, &relay);
		else
			broken = true;
		if (sample->overflow)
			break;
	}
	look_at_fields(sample, mail->message.header, sampled);
	sample->unparsed += broken;
	if (sampled->n > 0)
		sample->n_mails++;
	else
		*sampled = (struct sampled){0};
	sample->overflow |= sample->n_mails == SAMPLE_MAILS_MAX;
	return !sample->overflow;
}

void
sample_read(struct sample *sample, char **paths, size_t n)
{
	struct mails mails = {.each = keep_mail, .data = sample};

	mails_read(&mails, paths, n);
	sample->failed = mails.failed;
}
