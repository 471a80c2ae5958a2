#!/bin/sh
# Lists and resolvers that misbehave: the message passes untagged, in time, unchanged, and the Status says which list failed and why.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"

# fails WHAT ZONE STATUS-PATTERN: the message goes through as VERDICT. Only what is never answered is not waited for.
fails() {
	case $2:$3 in
	*:timeout*) deadline=600 timeout=0.2 ;;
	probesilent.*) deadline=4000 timeout=1.0 ;;
	*) deadline=20000 timeout=1.0 ;;
	esac
	conf "$2"
	tag
	like "$1: said so" "$status $(status_field)" "0 $3"
	is "$1: not tagged" "$(grep -c '^X-SpamCop-\(Listed\|Disposition\)' "$tmp/stdout")" 0
	same "$1: message intact" "$tmp/rest" "$tmp/message"
	ok "$1: in time ($ms ms)" [ "$ms" -lt $((deadline + slack)) ]
}

hostile_start
fails "silent" silent.test "unknown; relays=1; checked=1; failed=silent.test:timeout"
fails "SERVFAIL" servfail.test "unknown; *; failed=servfail.test:servfail"
fails "REFUSED" refused.test "unknown; *; failed=refused.test:refused"
fails "FORMERR" formerr.test "unknown; *; failed=formerr.test:formerr"
fails "NOTIMP" notimp.test "unknown; *; failed=notimp.test:notimp"
fails "truncated, TCP closes" tc.test "unknown; *; failed=tc.test:truncated"
fails "truncated, TCP is silent" tcpsilent.test "unknown; *; failed=tcpsilent.test:timeout"
fails "garbage" garbage.test "unknown; *; failed=garbage.test:timeout"
fails "half a packet" half.test "unknown; *; failed=half.test:malformed"
fails "a piece of a packet" quarter.test "unknown; *; failed=quarter.test:timeout"
fails "wrong id" wrongid.test "unknown; *; failed=wrongid.test:timeout"
fails "wrong question" wrongquestion.test "unknown; *; failed=wrongquestion.test:timeout"
fails "wrong source" wrongsource.test "unknown; *; failed=wrongsource.test:timeout"
fails "wrong owner" wrongowner.test "unknown; *; failed=wrongowner.test:malformed"
fails "QR=0" qr0.test "unknown; *; failed=qr0.test:malformed"
fails "CNAME loop" cname.test "unknown; *; failed=cname.test:malformed"
fails "a parking page" parked.test "unknown; *; failed=parked.test:insane"
fails "an address outside 127/8" 198-51-100-1.test "unknown; *; failed=198-51-100-1.test:insane"
fails "a listing and an address outside 127/8" mixed.test "unknown; *; failed=mixed.test:insane"
fails "everything listed" wildcard.test "unknown; *; failed=wildcard.test:insane"
fails "127.0.0.1" 127-0-0-1.test "unknown; *; failed=127-0-0-1.test:insane"
fails "127.0.0.255" 127-0-0-255.test "unknown; *; failed=127-0-0-255.test:refused"
for last in 252 254 255; do
	fails "127.255.255.$last" "127-255-255-$last.test" "unknown; *; failed=127-255-255-$last.test:refused"
done
fails "the probe fails" probefail.test "unknown; *; failed=probefail.test:insane"
fails "the probe is not answered" probesilent.test "unknown; *; failed=probesilent.test:insane"
fails "NXDOMAIN" clean.test "clean; relays=1; checked=1; score=0"
fails "NODATA" nodata.test "clean; relays=1; checked=1; score=0"
fails "another answer" 127-0-0-3.test "clean; relays=1; checked=1; score=0"

deadline=20000 timeout=1.0

# One list fails, the other works: both are told.
conf servfail.test clean.test
tag
like "one of two fails" "$(status_field)" "unknown; *; failed=servfail.test:servfail"
conf servfail.test listed.test
tag
like "one of two fails, the other lists" "$(status_field)" "listed; relays=1; checked=1; score=6; failed=servfail.test:servfail"

# One list's packets take nothing from another list, whatever is in them.
for other in half garbage quarter qr0 wrongowner; do
	cause=malformed
	deadline=20000
	case $other in garbage | quarter) cause=timeout deadline=3000 ;; esac
	conf $other.test listed.test
	tag
	like "$other beside a list that answers" "$(status_field)" "listed; relays=1; checked=1; score=6; failed=$other.test:$cause"
done

deadline=20000

# Never a spin: a closed port and a silent server cost hardly any processor time.
servers="127.0.0.1:$(free_port)"
fails "no server" listed.test "unknown; *; failed=listed.test:unreachable"
for servers in "$dns 127.0.0.1:$(free_port)" "127.0.0.1:$(free_port) $dns"; do
	fails "SERVFAIL, and nobody at the other address" servfail.test "unknown; *; failed=servfail.test:servfail"
done
servers=$dns
deadline=2000 timeout=1.0
conf silent.test
waits() {
	"$filter" -c "$tmp/conf" <"$tmp/message" >"$tmp/stdout" 2>/dev/null
}
spend waits
ok "no spinning while it waits: $cpu ms of processor time in 2 s" [ "$cpu" -lt 700 ]

# Whoever is late with its answer is waited for, though another server refuses the last try.
hostile_start late -d 1000
late=$dns
hostile_start refuses -m refused
servers="$late $dns" deadline=20000 timeout=0.2
conf listed.test
tag
like "one server is late, the other refuses" "$(status_field)" "listed; *"

# UDP only: truncation has nowhere to go.
hostile_start udponly -u
fails "truncated without TCP" tctcp.test "unknown; *; failed=tctcp.test:truncated"
done_testing
