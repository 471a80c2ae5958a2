#!/bin/sh
# Received lines cost what their bytes cost: instructions at one size and at twice that size, for headers made to be expensive.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
need valgrind awk

: >"$tmp/conf"

# header N PIECE: one Received field of about N bytes made of PIECEs.
header() {
	awk -v n="$1" -v piece="$2" 'BEGIN { printf "Received: from "; for (i = 0; i < n; i += length(piece)) printf "%s", piece; print "\n" }'
}

# fields N: so many Received fields of 1 KB.
fields() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < 880; i++) pad = pad "x"
		for (i = 0; i < n; i++)
			printf "Received: from a (b [9.%d.%d.7]) (Client CN \"%s\")\n\tby mx.test (Postfix) with ESMTPS id 1; Mon, 1 Jan 2024 00:00:00 +0000\n", i / 256, i % 256, pad
		print "" }'
}

instructions() {
	valgrind --tool=none --log-file=/dev/null true 2>/dev/null || return 1
	valgrind --tool=callgrind --callgrind-out-file="$tmp/callgrind" --log-file="$tmp/log" "$filter" -c "$tmp/conf" relays <"$1" >/dev/null
	awk '/^(summary|totals):/ { print $2; exit }' "$tmp/callgrind"
}

# linear WHAT SMALL LARGE: twice the bytes, twice the work; what start-up costs is taken off.
printf '\n' >"$tmp/empty"
start=$(instructions "$tmp/empty")
[ -n "$start" ] || skip_all "valgrind does not work here"
linear() {
	small=$(instructions "$2")
	large=$(instructions "$3")
	ratio=$(awk -v a="$small" -v b="$large" -v s="$start" 'BEGIN { printf "%.2f", (b - s) / (a - s) }')
	each=$(awk -v b="$large" -v s="$start" -v n="$(wc -c <"$3")" 'BEGIN { printf "%.0f", (b - s) / n }')
	diag "$1: $ratio times the instructions for twice the bytes, $each for a byte"
	ok "$1: linear" awk -v r="$ratio" 'BEGIN { exit !(r < 2.3) }'
}

n=30000
fields 50 >"$tmp/small"; fields 100 >"$tmp/large"
linear "fields of 1 KB" "$tmp/small" "$tmp/large"
ok "fields of 1 KB: 10,000 of them stay far below 50 ms" [ "$each" -lt 60 ]
while read -r what piece; do
	header $n "$piece" >"$tmp/small"
	header $((2 * n)) "$piece" >"$tmp/large"
	linear "$what" "$tmp/small" "$tmp/large"
done <<'PIECES'
open-parentheses (
open-and-closed (a)(
nested ((((((((((a))))))))))
brackets [
literals [a
folds x\n\t
envelopes (envelope-from <"
claims a(1.2.3.4) claiming x
helo (HELO x helo=y) (helo=
semicolons ;x;
hosts a(b [9.9.9.9])
PIECES

done_testing
