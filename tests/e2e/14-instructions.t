#!/bin/sh
# What a message costs, in instructions, which do not depend on how busy a machine is: within 3 % of tests/bench/instructions, where a figure is recorded for
# this processor, compiler, libc and c-ares. After a change that is meant: tests/e2e/14-instructions.t record >> tests/bench/instructions, and take the old
# rows out.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"
need valgrind awk
[ -z "$sanitized" ] || skip_all "a sanitizer's instructions are not ours"
figures=$top_srcdir/tests/bench/instructions
static=$top_builddir/spamcop-tag
unsealed=$top_builddir/tests/bench/unsealed.so

# value NAME: of a variable in the Makefile.
value() {
	sed -n "s/^$1 = *//p" "$top_builddir/Makefile" | head -n 1
}
[ "$(value CFLAGS):$(value LDFLAGS)" = "-g -O2:" ] || skip_all "not built with CFLAGS='-g -O2' and no LDFLAGS"
key="$($(value CC) -dumpmachine 2>/dev/null | cut -d- -f1)/$(value CC)-$($(value CC) -dumpfullversion 2>/dev/null)/$(getconf GNU_LIBC_VERSION 2>/dev/null | tr ' ' -)/c-ares-$(pkg-config --modversion libcares 2>/dev/null)"
[ "${1:-}" = record ] || grep -q "^$key " "$figures" || skip_all "no figures for $key in tests/bench/instructions"

# The same code of libc on every processor of this kind.
tunables=glibc.cpu.hwcaps=-AVX2,-AVX,-AVX512F,-AVX512VL,-AVX512BW,-ERMS,-FSRM,-BMI2,-RTM,-AVX_Fast_Unaligned_Load,-Prefer_No_VZEROUPPER

# count PROGRAM ARGUMENT... < INPUT: into $ir; what it prints is in $tmp/stdout.
count() {
	# shellcheck disable=SC2086 # $as is words
	run $as env -i PATH=/usr/bin:/bin HOME="$box" GLIBC_TUNABLES="$tunables" ${preload:+LD_PRELOAD="$preload"} \
		valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@"
	ir=$(sed -n 's/.*Collected : //p' "$tmp/stderr" | tail -n 1)
}

# costs WHAT: $ir against the figure; or it is printed, to be recorded.
costs() {
	if [ "${record:-}" ]; then
		echo "$key $1 $ir" >&3
		return
	fi
	want=$(awk -v key="$key" -v what="$1" '$1 == key && $2 == what { print $3 }' "$figures" | tail -n 1)
	if [ -z "$want" ]; then
		skip 1 "no figure for $1 of $key"
		return
	fi
	diag "$1: ${ir:-nothing} instructions, recorded are ${want:-none}"
	ok "$1: within 3 % of what is recorded" awk -v is="${ir:-0}" -v want="${want:-0}" 'BEGIN { exit !(is > 0.97 * want && is < 1.03 * want) }'
}
if [ "${1:-}" = record ]; then
	record=1
	exec 3>&1 >/dev/null
fi

for i in 1 2 3 4 5; do
	printf 'Received: from h%d.example.net (h%d.example.net [8.8.4.%d])\n\tby mx%d.example.org (Postfix) with ESMTPS id 4AB%d\n\tfor <joe@example.org>; Mon, 24 Nov 2025 10:00:0%d +0000 (UTC)\n' $i $i $i $i $i $i
done >"$tmp/letter"
printf 'From: Ann <ann@example.net>\nTo: joe@example.org\nSubject: hello\nMessage-ID: <1@example.net>\nDate: Mon, 24 Nov 2025 10:00:00 +0000\n\n' >>"$tmp/letter"
awk 'BEGIN { for (i = 0; i < 75; i++) print "This is a line of the body of the message." }' >>"$tmp/letter"
chmod 644 "$tmp/letter"
hostile_start
for zone in clean listed; do
	printf 'lists = ( { zone = "%s.test"; } );\ndns: { servers = [ "%s" ]; };\ndeliver: { mailbox = "maildir:%s"; };\n' $zone "$dns" "$maildir" >"$tmp/$zone.conf"
	chmod 644 "$tmp/$zone.conf"
	count "$filter" -c "$tmp/$zone.conf" <"$tmp/letter"
	like "tag, $zone: it works under valgrind" "$status $(status_field)" "0 $zone; *"
	costs tag-$zone
done

# The static program, where it can be built.
if [ -x "$static" ]; then
	cp "$static" "$bin/spamcop-tag" && chmod 755 "$bin/spamcop-tag"
	count "$bin/spamcop-tag" -c "$tmp/clean.conf" <"$tmp/letter"
	like "tag, static: it works under valgrind" "$status $(status_field)" "0 clean; *"
	costs tag-static
else
	[ "${record:-}" ] || skip 2 "spamcop-tag is not built"
fi

# The first makes the mailbox.
deliver <"$tmp/letter"
count "$filter" -c "$tmp/clean.conf" -f sender@example.net -a joe@example.org deliver <"$tmp/letter"
is "deliver: it works under valgrind" "$status $(messages '')" "0 2"
costs deliver

# The child alone, with ten rules of which the last one files.
{
	echo 'require "fileinto";'
	for i in 1 2 3 4 5 6 7 8 9; do echo "if header :contains \"Subject\" \"word$i\" { fileinto \"folder$i\"; stop; }"; done
	echo 'if address :is "from" "ann@example.net" { fileinto "Ann"; }'
} >"$tmp/rules.sieve"
chmod 644 "$tmp/rules.sieve"
cp "$unsealed" "$bin/unsealed.so" && chmod 755 "$bin/unsealed.so"
preload=$bin/unsealed.so
count "$bin/spamcop-sieve" plan -- rules 3</dev/null 4<"$tmp/rules.sieve" <"$tmp/letter"
is "the child: it works under valgrind" "$status $(grep -c Ann "$tmp/stdout")" "0 1"
costs child-10-rules
done_testing
