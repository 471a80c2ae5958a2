#!/bin/sh
# check takes what people have: a mail that came back, a page, a name, a network, a file; and tells programs.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"
. "$top_srcdir/tests/e2e/lib/schema.sh"

printf '207.217.120.82\n207.217.120.83\n127.0.0.2\n2a00:1450:4864:20::131\n' >"$tmp/list"
hostile_start
configure() {
	cat >"$tmp/conf" <<-CONF
		trusted_networks = [ $1 ];
		lists = ( { name = "one"; file = "$tmp/list"; ipv6 = true; } $2 );
		dns: { servers = [ "$servers" ]; timeout = 0.5; tries = 1; deadline = 3.0; };
	CONF
}
configure '"207.217.120.80/29", "9.0.0.0/16"' ''

# check ARG...; addresses: those it asked about.
check() {
	run "$filter" -c "$tmp/conf" check "$@"
}
addresses() {
	grep -oE '^[0-9a-f.:]*[0-9a-f]' "$tmp/stdout" | tr '\n' ' '
}

for word in 207.217.120.82 '[207.217.120.82]' 207.217.120.82:25 '[207.217.120.82]:25' '207.217.120.82.' \
	'https://www.spamcop.net/bl.shtml?207.217.120.82' 'http://www.spamcop.net/w3m?action=checkblock&ip=207.217.120.82' \
	'https://lists.example/query/ip/207.217.120.82' ::ffff:207.217.120.82; do
	check "$word"
	is "$word" "$status $(addresses)" "1 207.217.120.82 "
done
for word in '[IPv6:2a00:1450:4864:20::131]' '[2a00:1450:4864:20::131]:25' 'https://lists.example/?q=2a00%3A1450%3A4864%3A20%3A%3A131'; do
	check "$word"
	is "$word" "$status $(addresses)" "1 2a00:1450:4864:20::131 "
done
check 207.217.120.80/28
is "a network" "$status $(addresses | wc -w | tr -d ' ')" "1 16"
check 207.217.120.85/30
is "a network by one of its addresses" "$status $(addresses)" "0 207.217.120.84 207.217.120.85 207.217.120.86 207.217.120.87 "
check 207.217.120.80/27
like "a network that is too large" "$status $(stderr)" "64 *at most 16 addresses*"
check 127.0.0.2
like "the test entry is called one" "$status $(stdout)" "1 127.0.0.2  (the test entry*"
check 'a b'
is "nonsense" "$status" 64
check "$(printf 'x\033[31m')"
is "hostile nonsense is not echoed" "$status $(LC_ALL=C tr -d '\012\040-\176' <"$tmp/stderr" | wc -c | tr -d ' ')" "64 0"

# A mail that came back.
cat >"$tmp/bounce" <<'MAIL'
From: MAILER-DAEMON@mx.example
Received: from localhost ([127.0.0.1]) by mx.example; Mon, 1 Jan 2024 00:00:00 +0000
Subject: Undelivered Mail

host mail.example said: 554 5.7.1 Service unavailable; Client host [207.217.120.82] blocked
using bl.spamcop.net; Blocked - see https://www.spamcop.net/bl.shtml?207.217.1=
20.83 (in reply to RCPT TO command) or http://x.example/=3Fip=3D9.9.9.9 [10.0.0.1] [x]
MAIL
check "$tmp/bounce"
is "a mail that came back: pages and [addresses], no private ones" "$status $(addresses)" "1 207.217.120.82 207.217.120.83 9.9.9.9 "
run "$filter" -c "$tmp/conf" check - <"$tmp/bounce"
is "on standard input" "$status $(addresses)" "1 207.217.120.82 207.217.120.83 9.9.9.9 "
printf 'Subject: x\n\nnothing here\n' >"$tmp/empty"
check "$tmp/empty"
is "a mail that names nothing" "$status" 65
printf '# ours\n9.9.9.9\n\n  207.217.120.82 # mx\n[9.9.9.10]\n' >"$tmp/items"
check "$tmp/items"
is "a file with items" "$status $(addresses)" "1 9.9.9.9 207.217.120.82 9.9.9.10 "
yes '[1.2.3.4' | head -c 3000000 | { printf 'A: b\n\n' && cat; } >"$tmp/large"
check "$tmp/large"
is "a large mail of halves" "$status" 65

# Silent, and for itself.
check -q 207.217.120.82
is "-q: listed" "$status:$(stdout)$(stderr)" 1:
check -q 9.9.9.9
is "-q: not listed" "$status:$(stdout)$(stderr)" 0:
check --self
ok "--self has the trusted networks up to /29" [ "$(addresses | tr ' ' '\n' | grep -c '^207\.217\.120\.')" = 8 ]
is "and no larger ones" "$(addresses | grep -c '9[.]0[.]')" 0
is "--self: one is listed" "$status" 1

# For monitoring.
check --nagios 9.9.9.9
like "nagios: 0" "$status $(stdout)" "0 SPAMCOP OK - 1 address, 0 listed | listed=0;;0;0;1 *"
check --nagios 9.9.9.9 207.217.120.82
like "nagios: 2" "$status $(stdout)" "2 SPAMCOP CRITICAL - 2 addresses, 1 listed: 207.217.120.82 on one | listed=1;*"
sed 's/file = /weight = 2; &/' "$tmp/conf" >"$tmp/light"
run "$filter" -c "$tmp/light" check --nagios 207.217.120.82
like "nagios: 1, below the threshold" "$status $(stdout)" "1 SPAMCOP WARNING *207.217.120.82 on one |*"
configure '' ', { zone = "refuses.refused.test"; }'
check --nagios 9.9.9.9
like "nagios: 1, a list that refuses" "$status $(stdout)" "1 SPAMCOP WARNING *refuses.refused.test (refused)*"
configure '' ', { zone = "x.servfail.test"; }'
check --nagios 9.9.9.9
like "nagios: 3, could not tell" "$status $(stdout)" "3 SPAMCOP UNKNOWN *"
check --nagios 'a b'
like "nagios: 3, nonsense" "$status $(stdout)" "3 SPAMCOP UNKNOWN - *"
is "nagios: always one line" "$(wc -l <"$tmp/stdout")" 1
printf 'lists = nonsense' >"$tmp/broken"
run "$filter" -c "$tmp/broken" check --nagios 9.9.9.9
is "nagios: 3, no configuration" "$status" 3
run "$filter" -c "$tmp/broken" check 9.9.9.9
is "a broken configuration: could not tell" "$status" 75

# For programs.
configure '' ', { zone = "x.servfail.test"; }, { zone = "eviltxt.test"; }, { zone = "x.listed.test"; name = "li"; }'
check --json 207.217.120.82 9.9.9.9 127.0.0.2 2a00:1450:4864:20::131
valid "check" "$tmp/stdout" check
if [ -n "$schemas" ]; then
	is "its addresses" "$(jsq "$tmp/stdout" '[.addresses[].address] | join(" ")')" "207.217.120.82 9.9.9.9 127.0.0.2 2a00:1450:4864:20::131"
	is "its states" "$(jsq "$tmp/stdout" '[.addresses[0].lists[].state] | join(",")')" "listed,no answer,listed,listed"
fi

# Names.
if have unbound; then
	unbound_start <<-CONF
		 local-zone: "example." static
		 local-data: "host.example. A 207.217.120.82"
		 local-data: "six.example. AAAA 2a00:1450:4864:20::131"
		 local-data: "domain.example. MX 10 mx1.domain.example."
		 local-data: "domain.example. MX 20 mx2.domain.example."
		 local-data: "domain.example. A 9.9.9.11"
		 local-data: "mx1.domain.example. A 9.9.9.9"
		 local-data: "mx2.domain.example. A 207.217.120.83"
		 local-data: "null.example. MX 0 ."
		 local-data: "null.example. A 9.9.9.12"
	CONF
	ask "$unbound" example SOA >/dev/null || bail "unbound does not start"
	servers=$unbound
	configure '' ''
	check host.example
	like "a host" "$status $(addresses)$(stdout)" "1 207.217.120.82 207.217.120.82  (host.example)*"
	check six.example
	is "a host with IPv6" "$status $(addresses)" "1 2a00:1450:4864:20::131 "
	check domain.example
	like "a domain: its mail servers" "$status $(addresses)$(stdout)" "1 9.9.9.9 207.217.120.83 9.9.9.9  (mx1.domain.example, mail server of domain.example)*"
	check 'Joe@domain.example'
	is "a mail address: its domain" "$status $(addresses)" "1 9.9.9.9 207.217.120.83 "
	check null.example
	is "a domain that takes no mail" "$status $(addresses)" "0 9.9.9.12 "
	check none.example
	like "a name that is not there" "$status $(stderr)" "75 *none.example: the name has no address*"
	printf 'host.example\ndomain.example\n' >"$tmp/items"
	check -q "$tmp/items"
	is "names in a file" "$status" 1
	stop unbound
	check host.example
	like "no resolver" "$status $(stderr)" "75 *the resolver does not answer*"
else
	skip 8 "unbound is not installed"
fi
done_testing
