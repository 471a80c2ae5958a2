#!/bin/sh
# What lookups cost: one round trip for everything, one more for a hit, never more than the deadline; and nothing from the system is consulted.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"

timeout=2.0

# best N: the least milliseconds of N runs over $tmp/message; a busy machine only ever adds.
best() {
	best=999999
	best_i=0
	while [ "$best_i" -lt "$1" ]; do
		tag
		[ "$ms" -lt "$best" ] && best=$ms
		best_i=$((best_i + 1))
	done
}

# 5 relays x 3 lists, from servers that are 20 and 100 ms away.
message 11.22.33.1 11.22.33.2 11.22.33.3 11.22.33.4 11.22.33.5
for rtt in 20 100; do
	hostile_start "rtt$rtt" -d "$rtt"
	conf clean.test nodata.test 127-0-0-3.test
	best 7
	is "clean at $rtt ms: 15 questions" "$(status_field) $(asked "rtt$rtt" ' A ')" "clean; relays=5; checked=5; score=0 105"
	ok "clean at $rtt ms: one round trip ($best ms)" between "$rtt" "$best" "$((rtt + rtt * 7 / 10 + 5))"
	conf clean.test listed.test 127-0-0-3.test
	best 7
	like "hit at $rtt ms" "$(status_field)" "listed; relays=5; checked=5; score=6"
	ok "hit at $rtt ms: two round trips ($best ms)" between "$((2 * rtt))" "$best" "$((2 * rtt + rtt * 7 / 10 + 5))"
	stop "rtt$rtt"
done

# 320 questions: all are asked, none is lost.
hostile_start
set --
i=0
while [ "$i" -lt 32 ]; do
	i=$((i + 1))
	set -- "$@" "11.22.33.$i"
done
message "$@"
conf clean.test a.clean.test b.clean.test c.clean.test d.clean.test e.clean.test f.clean.test g.clean.test h.clean.test i.clean.test
tag
is "320 questions" "$(status_field) $(asked hostile ' A ')" "clean; relays=32; checked=32; score=0 320"
# The same with one list of them silent: the others lose nothing by it.
timeout=0.3
deadline=2000
conf silent.test a.silent.test clean.test a.clean.test b.clean.test c.clean.test d.clean.test e.clean.test f.clean.test g.clean.test
tag
is "320 questions, two lists silent" "$(status_field)" "unknown; relays=32; checked=32; failed=silent.test:timeout,a.silent.test:timeout"

# The deadline holds whatever the other times say, and also when there are more tries than fit.
message 11.22.33.1
timeout=5.0
deadline=500
hostile_start quiet -m silent
servers="$dns $dns $dns $dns"
conf listed.test
tag
is "four silent servers" "$(status_field)" "unknown; relays=1; checked=1; failed=listed.test:timeout"
ok "the deadline of 0.5 s holds ($ms ms)" between "500" "$ms" "$((deadline + slack))"
is "each was asked twice before it" "$(asked quiet ' A 1.33.22.11.')" 8
deadline=9000
conf listed.test
tag --deadline 0.3
ok "--deadline holds ($ms ms)" between "300" "$ms" "8000"
timeout=5.0
deadline=1500
servers="$dns 127.0.0.1:$(sed -n 's/^port //p' "$tmp/hostile.log")"
conf listed.test
tag
like "a silent server leaves time for the next one" "$(status_field)" "listed; *"
deadline=5000

# The command line's server is used instead.
tag --nameserver "127.0.0.1:$(sed -n 's/^port //p' "$tmp/hostile.log")"
like "--nameserver" "$(status_field)" "listed; *"

# With servers configured nothing in /etc or the environment says anything about the lookups. (c-ares 1.34 looks at nsswitch.conf and svc.conf for the order of files and DNS, which it is
# given.)
servers=127.0.0.1:$(sed -n 's/^port //p' "$tmp/hostile.log")
conf listed.test
printf 'listed.test other.test\n' >"$tmp/aliases"
env RES_OPTIONS='ndots:9 timeout:9 attempts:1' LOCALDOMAIN=evil.example HOSTALIASES="$tmp/aliases" "$filter" -c "$tmp/conf" <"$tmp/message" >"$tmp/stdout"
like "RES_OPTIONS and its kin are ignored" "$(status_field)" "listed; *"
is "no search list is used" "$(asked hostile evil)" 0
if have strace && strace -f -o "$tmp/strace" -e trace=openat true 2>/dev/null; then
	strace -f -o "$tmp/strace" -e trace=open,openat,socket "$filter" -c "$tmp/conf" <"$tmp/message" >"$tmp/stdout"
	like "it works under strace" "$(status_field)" "listed; *"
	is "no resolver's file is read" "$(grep -cE '"/etc/(resolv.conf|hosts|host.conf)' "$tmp/strace")" 0
else
	skip 2 "strace does not work here"
fi
done_testing
