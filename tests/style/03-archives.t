#!/bin/sh
# Three archives for three degrees of trust: the sealed child has no symbol of
# the filter, the filter none of the child, and nothing is defined twice.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/style/check.sh"
top_builddir=${top_builddir:-.}
command -v nm >/dev/null || {
	echo "1..0 # SKIP nm is not installed"
	exit 0
}
cd "$top_builddir" || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
# Names that begin with two underscores are the compiler's own.
for archive in base child filter; do
	nm --defined-only -g "lib$archive.a" 2>/dev/null | awk 'NF == 3 && $2 ~ /[TDBRV]/ {print $3}' | grep -v '^__' | sort >"$work/$archive"
done
for program in filter sieve; do
	nm --defined-only "spamcop-$program" 2>/dev/null | awk 'NF == 3 {print $3}' | sort -u >"$work/in-$program"
done
[ -s "$work/in-filter" ] && [ -s "$work/base" ] || {
	echo "1..0 # SKIP the programs are stripped"
	exit 0
}
echo 1..3
check "the child has nothing of the filter" "$(comm -12 "$work/in-sieve" "$work/filter" | grep -vxFf "$work/child" | head -n 20)"
# Each program says for itself what happens when memory runs out.
check "the filter has nothing of the child" "$(comm -12 "$work/in-filter" "$work/child" | grep -vxFf "$work/filter" | grep -vx alloc_failed | head -n 20)"
check "nothing external is defined twice" "$(sort "$work/base" "$work/child" "$work/filter" | uniq -d | head -n 20)"
