#!/bin/sh
# What lookups cost: one round trip for everything, one more for a hit, never more than the deadline; and nothing from the system is consulted.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"

# Whoever is waited for, however slow the machine is.
timeout=30.0 deadline=60000

# 5 relays x 3 lists. The server answers a flight when all of its questions are there: one that is asked only after an answer to another
# would have to wait for ever, so a status other than "unknown" says that these were the round trips, and how long one takes does not matter.
message 11.22.33.1 11.22.33.2 11.22.33.3 11.22.33.4 11.22.33.5
hostile_start once -f 15
conf clean.test nodata.test 127-0-0-3.test
tag
is "clean: one round trip for 15 questions" "$(status_field) $(asked once '^udp')" "clean; relays=5; checked=5; score=0 15"
# 5 texts and the probe.
hostile_start twice -f 15,6
conf clean.test listed.test 127-0-0-3.test
tag
is "hit: one more for all that it takes to tell" "$(status_field) $(asked twice '^udp')" "listed; relays=5; checked=5; score=6 21"
is "each flight was whole before the first answer" "$(grep -h ^flight "$tmp/once.log" "$tmp/twice.log" | tr '\n' '|')" "flight 1 of 15|flight 1 of 15|flight 2 of 6|"
is "what was asked in the second" "$(sed '1,/^flight 1/d' "$tmp/twice.log" | grep -c -e '^udp TXT .*[.]listed[.]test$' -e '^udp A 1[.]0[.]0[.]127[.]listed[.]test$')" 6
# The test can fail: a server that waits for more questions than there are is given up.
deadline=1000
hostile_start never -f 99
conf clean.test nodata.test 127-0-0-3.test
tag
like "a server that waits for more" "$(status_field)" "unknown; *"

# 320 questions: all are asked, none is lost.
deadline=60000
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
timeout=2.0 deadline=15000
conf silent.test a.silent.test clean.test a.clean.test b.clean.test c.clean.test d.clean.test e.clean.test f.clean.test g.clean.test
tag
is "320 questions, two lists silent" "$(status_field)" "unknown; relays=32; checked=32; failed=silent.test:timeout,a.silent.test:timeout"

# The deadline holds whatever the other times say, and also when there are more tries than fit: left alone, these would take 40 s and more.
message 11.22.33.1
timeout=5.0
deadline=4000
hostile_start quiet -m silent
servers="$dns $dns $dns $dns"
conf listed.test
tag
is "four silent servers" "$(status_field)" "unknown; relays=1; checked=1; failed=listed.test:timeout"
ok "the deadline of 4 s holds ($ms ms)" between 4000 "$ms" $((deadline + slack))
is "each was asked twice before it" "$(asked quiet ' A 1.33.22.11.')" 8
deadline=60000
conf listed.test
tag --deadline 0.3
ok "--deadline holds ($ms ms)" between 300 "$ms" $((300 + slack))
deadline=8000
servers="$dns 127.0.0.1:$(sed -n 's/^port //p' "$tmp/hostile.log")"
conf listed.test
tag
like "a silent server leaves time for the next one" "$(status_field)" "listed; *"
deadline=20000

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

# What is waited for in vain is not more than the deadline, however busy the machine: the sum of the times that poll(2) was given and that ran out.
hole=$(free_port)
hole_start "$hole"
printf 'lists = ( { zone = "bl.test"; } );\ndns: { servers = [ "127.0.0.1:%s" ]; deadline = 1.0; timeout = 0.3; };\n' "$hole" >"$tmp/silent"
if have strace && strace -f -o "$tmp/strace" -e trace=poll "$filter" -c "$tmp/silent" <"$tmp/message" >"$tmp/stdout" 2>/dev/null && grep -q '^[0-9]* *poll(' "$tmp/strace"; then
	waited=$(sed -n 's/.*, \([0-9]*\)) *= 0 (Timeout)/\1/p' "$tmp/strace" | awk '{ sum += $1 } END { print sum + 0 }')
	ok "waited in vain for some of the deadline of 1,000 ms and no more ($waited ms)" between 1 "$waited" 1010
else
	skip 1 "strace does not work here, or there is no poll"
fi
done_testing
