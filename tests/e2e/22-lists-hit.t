#!/bin/sh
# What is truly listed is tagged, however awkwardly the answer comes, and nothing that a list says gets further than its field.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"

# hits WHAT ZONE [REASON-PATTERN]: listed by ZONE, message unchanged.
hits() {
	conf "$2"
	tag
	like "$1: listed" "$status $(status_field)" "0 listed; relays=1; checked=1; score=6"
	like "$1: by that list" "$(field Listed)" "$relay; list=$2; answer=127.0.0.2*; relay=1; trust=handoff${3:-*}"
	is "$1: one field" "$(grep -c '^X-SpamCop-Listed:' "$tmp/stdout")" 1
	same "$1: message intact" "$tmp/rest" "$tmp/message"
	ok "$1: in time ($ms ms)" [ "$ms" -lt $((deadline + slack)) ]
}

hostile_start
hits "listed" listed.test "; reason=\"Blocked - see https://list.example/[?]44.33.22.11.listed.test\""
hits "10,000 A records" many.test
hits "63 KB of TXT" bigtxt.test "; reason=\"xxxxxxxxxx*x\""
reason=$(field Listed)
ok "its reason is short" [ "${#reason}" -lt 400 ]
hits "TXT with line ends and controls" eviltxt.test '; reason="Blocked[?][?]X-SpamCop-Listed: forged[?][?][?][?]body \\"quoted\\\\\\" [?][?]*"'
is "nothing below 32 or above 126 gets through" "$(sed '/^$/q' "$tmp/stdout" | LC_ALL=C tr -d '\011\012\040-\176' | wc -c | tr -d ' ')" 0
hits "two TXT records" twotxt.test '; reason="first"'
hits "no TXT" notxt.test ""
hits "TXT fails" txtfail.test ""
hits "TXT is not answered" txtsilent.test ""
hits "a byte at a time over TCP" bytes.test
hits "the first query is lost" lost.test
hits "late, but in time" late-700.test
deadline=16000 timeout=16.0
hits "so late that there is no time for a second round trip" late-8800.test
deadline=20000 timeout=1.0
hits "TC, then TCP" tctcp.test
hits "TC in the middle of a record, then TCP" tccut.test
hits "rubbish where authority and additional records should be" tail.test
hits "an alias that leads somewhere" chain.test
hits "more than one answer" two.test

# Many questions at once over TCP to a server that takes one a connection.
message 11.22.33.1 11.22.33.2 11.22.33.3 11.22.33.4 11.22.33.5 11.22.33.6 11.22.33.7 11.22.33.8 11.22.33.9 11.22.33.10
conf tctcp.test
tag
is "ten at once over TCP" "$(grep -c '^X-SpamCop-Listed:.*tctcp.test' "$tmp/stdout") $(status_field)" "10 listed; relays=10; checked=10; score=6"
message $relay

# Several servers.
good=$dns
dead=127.0.0.1:$(free_port)
servers="$dead $good"
hits "the first server is dead" listed.test
hostile_start silent -m silent
servers="$dns $good"
hits "the first server is silent" listed.test
hostile_start failing -m servfail
servers="$dns $good"
hits "the first server fails" listed.test
servers="$dns $dead $good"
hits "two of three servers are of no use" listed.test

if [ -e /proc/net/if_inet6 ] && grep -q ' lo$' /proc/net/if_inet6; then
	hostile_start six -6
	hits "an IPv6 server" listed.test
else
	skip 5 "no IPv6 here"
fi

# From here on every server answers, and questions are counted: none is to be asked again because the machine is slow.
timeout=20.0 deadline=50000

# IPv6 relays: by nibbles, only for lists that know them, and the probe is IPv6, too.
servers=$good
message 2a00:1450:4864:20::131
relay=2a00:1450:4864:20::131
: >"$tmp/hostile.log"
hits "IPv6 relay" listed.test
is "IPv6 name" "$(asked hostile '^udp A 1.3.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.4.6.8.4.0.5.4.1.0.0.a.2.listed.test$')" 1
is "IPv6 probe" "$(asked hostile '^udp A 1.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.listed.test$')" 1
conf "{ zone = \"listed.test\"; }"
: >"$tmp/hostile.log"
tag
is "IPv6 relay and a list without IPv6" "$(status_field) $(asked hostile .)" "unchecked; relays=1; checked=0 0"

# What is asked, and how often: A alone until there is a hit, then one TXT for each hit and one probe for each list.
relay=11.22.33.44
message 11.22.33.44 11.22.33.45 11.22.33.44 11.22.33.46
conf clean.test
: >"$tmp/hostile.log"
tag
is "clean costs A queries only, each address once" "$(asked hostile 'A .*clean') $(asked hostile TXT) $(asked hostile 1.0.0.127)" "3 0 0"
conf listed.test
: >"$tmp/hostile.log"
tag
is "hits cost a TXT each and a probe for the list" "$(asked hostile 'A .*44.listed|A .*11.listed') $(asked hostile TXT) $(asked hostile 1.0.0.127)" "3 3 1"

# Meanings: one query, several names and weights.
message 11.22.33.44
conf '{ zone = "two.test"; name = "zen"; answers = ( { answer = "127.0.0.2"; weight = 2; }, { answer = "127.0.0.[4..7]"; name = "xbl"; weight = 4; } ); }'
tag
is "several meanings add up" "$(status_field)" "listed; relays=1; checked=1; score=6"
is "each is named" "$(field Listed | sed 's/; relay=.*//' | sort | tr '\n' '|')" "11.22.33.44; list=xbl; answer=127.0.0.4|11.22.33.44; list=zen; answer=127.0.0.2|"
conf '{ zone = "127-0-0-12.test"; name = "bits"; answers = ( { answer = "127.0.0.&4"; name = "four"; weight = 2; }, { answer = "127.0.0.&1"; name = "one"; weight = 9; } ); }'
tag
is "bit masks, below the threshold" "$(status_field)" "clean; relays=1; checked=1; score=2; hits=four"
conf '{ zone = "listed.test"; weight = 1; }' '{ zone = "127-0-0-3.test"; answers = [ "127.0.0.3" ]; weight = 3; }' '{ zone = "127-0-0-3.test"; name = "other"; weight = 5; }'
tag
is "weights add up, below the threshold" "$(status_field)" "clean; relays=1; checked=1; score=4; hits=listed.test,127-0-0-3.test"

# 127.0.0.1 and 127.0.0.255 are answers of living lists, where the configuration names them and the probe is clean.
white='{ zone = "127-0-0-1.test"; name = "karma"; answers = ( { answer = "127.0.0.1"; name = "white"; weight = -2; }, { answer = "127.0.0.2"; weight = 3; } ); relays = "handoff"; }'
conf "$white" listed.test
tag
is "127.0.0.1 that the list names speaks for the message" "$(status_field)" "clean; relays=1; checked=1; score=4; hits=white,listed.test"
conf '{ zone = "127-0-0-1.test"; name = "karma"; answers = [ "127.0.0.2" ]; }'
tag
is "127.0.0.1 that it does not name is insane" "$(status_field)" "unknown; relays=1; checked=1; failed=karma:insane"
conf '{ zone = "wildcard.test"; name = "karma"; answers = [ "127.0.0.1", "127.0.0.2" ]; }'
tag
is "naming it saves no list whose probe is listed" "$(status_field)" "unknown; relays=1; checked=1; failed=karma:insane"
conf '{ zone = "127-0-0-255.test"; name = "drone"; answers = ( { answer = "127.0.0.255"; weight = 6; } ); }'
tag
like "127.0.0.255 that the list names" "$(field Listed)" "11.22.33.44; list=drone; answer=127.0.0.255; *"
conf '{ zone = "127-0-0-255.test"; name = "drone"; answers = [ "127.0.0.&4" ]; }'
tag
is "a bit does not name 127.0.0.255" "$(status_field)" "unknown; relays=1; checked=1; failed=drone:refused"

# A value that cannot be an answer is an error of its list; the others go on.
conf '{ zone = "127-0-0-3.test"; name = "wrong"; answers = [ "127.0.0.3", "127.0.0.300" ]; }' listed.test
: >"$tmp/hostile.log"
tag -v
is "a wrong answer costs its list" "$(status_field)" "listed; relays=1; checked=1; score=6; failed=wrong:config"
like "it is told with its place" "$(stderr)" "*list=wrong: $tmp/conf:2: lists?1?.answers?2?: \"127.0.0.300\"; an answer in 127.0.0.0/8*"
is "and the list is not asked" "$(asked hostile '127-0-0-3')" 0
conf '{ zone = "127-0-0-3.test"; name = "wrong"; answers = "none"; }' clean.test
tag
is "it could have mattered" "$(status_field)" "unknown; relays=1; checked=1; failed=wrong:config"

# relays = "not-first": all but the oldest one, the writer's own machine.
conf '{ zone = "listed.test"; relays = "not-first"; }'
message 11.22.33.44 11.22.33.45 11.22.33.46
tag
is "not-first: the oldest is left out" "$(status_field) $(field Listed | cut -d';' -f1 | tr '\n' ' ')" "listed; relays=3; checked=2; score=6 11.22.33.44 11.22.33.45 "
message 11.22.33.44 11.22.33.45 10.1.2.3
tag
is "not-first: private addresses are no hop" "$(status_field)" "listed; relays=3; checked=1; score=6"
message 11.22.33.44
tag
is "not-first: a lone relay is looked up" "$(status_field)" "listed; relays=1; checked=1; score=6"

# A real list server.
if have rbldnsd; then
	rbldnsd_start bl.test <<-'LIST'
		:127.0.0.2:Blocked - see https://www.spamcop.net/bl.shtml?$
		127.0.0.2
		11.22.33.44
	LIST
	servers=$dns
	hits "rbldnsd" bl.test '; reason="Blocked - see https://www.spamcop.net/bl.shtml[?]11.22.33.44"'
	message 11.22.33.43
	tag
	is "rbldnsd, another address" "$(status_field)" "clean; relays=1; checked=1; score=0"
else
	skip 6 "rbldnsd is not installed"
fi
done_testing
