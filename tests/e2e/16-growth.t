#!/bin/sh
# How cost grows, by its causes: instructions for each byte of the header stay the same from 1,000 fields to 10,000 and to 16 MB, and a delivery into a Maildir of
# 1,000 messages takes the system calls and instructions that one into a Maildir of 10 takes.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"
need valgrind strace awk
[ -z "$sanitized" ] || skip_all "a sanitizer's instructions are not ours"
[ -z "$covered" ] || skip_all "the instructions that count coverage are not ours"
valgrind --tool=none --log-file=/dev/null true 2>/dev/null || skip_all "valgrind does not work here"
hostile_start
conf clean.test

# fields N: a message with so many Received fields.
fields() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "Received: from h.example.net (h.example.net [10.0.%03d.%03d])\n\tby mx.example.org (Postfix) with ESMTPS id 4AB\n\tfor <joe@example.org>; Mon, 24 Nov 2025 10:00:00 +0000\n", i / 250 % 250, i % 250
		print "Subject: hello\n\nBody." }'
}

# instructions COMMAND... < INPUT: into $ir.
instructions() {
	# shellcheck disable=SC2086 # $as is words or none
	run $as valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@"
	ir=$(sed -n 's/.*Collected : //p' "$tmp/stderr" | tail -n 1)
}

as=
fields 0 >"$tmp/0"
instructions "$filter" -c "$tmp/conf" <"$tmp/0"
start=$ir
# The last is just below the 16 MB that a header may have.
for n in 1000 10000 102000; do
	fields $n >"$tmp/$n"
	instructions "$filter" -c "$tmp/conf" <"$tmp/$n"
	each=$(awk -v ir="$ir" -v start="$start" -v n="$(wc -c <"$tmp/$n")" 'BEGIN { printf "%.2f", (ir - start) / n }')
	diag "$n fields, $(wc -c <"$tmp/$n") bytes: $each instructions a byte"
	[ "$n" = 1000 ] && first=$each && continue
	ok "$n fields: at most a tenth more a byte than with 1,000" awk -v a="$first" -v b="$each" 'BEGIN { exit !(b > 0 && b <= 1.1 * a) }'
done

# One delivery, by system calls and by instructions.
for n in 10 1000; do
	mkdir -p "$tmp/box$n/tmp" "$tmp/box$n/new" "$tmp/box$n/cur"
	seq "$n" | (cd "$tmp/box$n/new" && xargs touch)
done
is_root && chown -R nobody "$tmp/box10" "$tmp/box1000" && chmod 755 "$tmp" && chmod 644 "$tmp/conf"
as=
if is_root; then
	as="setpriv --reuid nobody --regid $(id -g nobody) --clear-groups"
	cp "$filter" "$tmp/spamcop-filter" && filter=$tmp/spamcop-filter # where the tree is root's alone
fi
mkdir "$tmp/traces" && chmod 777 "$tmp/traces"
for n in 10 1000; do
	# shellcheck disable=SC2086 # $as is words
	run $as strace -f -o "$tmp/traces/$n" "$filter" -c "$tmp/conf" --mailbox "maildir:$tmp/box$n" deliver <"$tmp/0"
	is "delivered beside $n" "$status $(find "$tmp/box$n/new" -type f | wc -l)" "0 $((n + 1))"
	instructions "$filter" -c "$tmp/conf" --mailbox "maildir:$tmp/box$n" deliver <"$tmp/0"
	eval "ir$n=\$ir"
	# What asks the DNS server and waits for it is left out (and a line to a log daemon, which is sent by the same call): a busy machine does it more often.
	sed 's/^[0-9]* *//;s/(.*//' "$tmp/traces/$n" | grep -Ev '^[-+]|^(poll|recvfrom|sendto|restart_syscall)$' | sort | uniq -c >"$tmp/calls$n"
done
same "the same system calls, as many of each" "$tmp/calls1000" "$tmp/calls10"
diag "instructions: $ir10 beside 10, $ir1000 beside 1,000"
ok "the same instructions, within 1 %" awk -v a="$ir10" -v b="$ir1000" 'BEGIN { exit !(a > 0 && b < 1.01 * a && b > 0.99 * a) }'

# 32 lists x 8 relays: 256 questions, 64 in flight. The server answers a flight when all of it is here, so this is four round trips and not one more.
as=
zones=
for i in $(seq 32); do zones="$zones z$i.clean.test"; done
hostile_start flights -f 64,64,64,64
# shellcheck disable=SC2086 # words
conf $zones
message 11.22.33.1 11.22.33.2 11.22.33.3 11.22.33.4 11.22.33.5 11.22.33.6 11.22.33.7 11.22.33.8
tag
is "32 lists, 8 relays: four flights of 64" "$(status_field) $(asked flights '^udp')" "clean; relays=8; checked=8; score=0 256"
done_testing
