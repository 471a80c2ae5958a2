#!/bin/sh
# The scripts that we ship: valid, without a warning, and each does what its first line says.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

listed() {
	printf 'X-SpamCop-Status: listed; relays=1; checked=1; score=%s\nX-SpamCop-Listed: 192.0.2.1; list=%s; answer=127.0.0.2; relay=1; trust=handoff\n' "$2" "$1"
	printf 'X-SpamCop-Disposition: Blocked %s\nX-SpamCop-Score: %s\nFrom: %s\nSubject: buy\n\nnow\n' "$1" "$2" "$3"
}
listed bl.spamcop.net 6 spammer@example.biz >"$tmp/spamcop"
listed zen 10 spammer@example.biz >"$tmp/zen"
listed zen.example.org 6 friend@example.org >"$tmp/friend"
printf 'X-SpamCop-Status: clean; relays=1; checked=1; score=0\nX-SpamCop-Score: 0\nFrom: Joe <joe@example.com>\nSubject: hello\n\nhello\n' >"$tmp/clean"

for script in "$top_srcdir"/sieve/scripts/*.sieve; do
	run "$sieve" check "$script"
	is "${script##*/} is valid, without a warning" "$status:$(cat "$tmp/stdout")" 0:
done

# plan SCRIPT MESSAGE PLAN
plan() {
	run "$sieve" run "$top_srcdir/sieve/scripts/$1" --now 1793800000 <"$tmp/$2"
	is "$1: $2" "$status:$(cat "$tmp/stdout")" "0:$3
end"
}
plan by-score.sieve spamcop 'fileinto	Junk'
plan by-score.sieve zen 'fileinto	Junk.Certain'
plan by-score.sieve clean implicit
plan by-list.sieve spamcop 'fileinto	Junk.SpamCop'
plan by-list.sieve zen 'fileinto	Junk.zen'
plan by-list.sieve friend 'fileinto	Junk'
plan by-list.sieve clean implicit
plan friends-first.sieve friend keep
plan friends-first.sieve clean keep
plan friends-first.sieve spamcop implicit
plan mark-as-read.sieve spamcop 'fileinto	Junk	\\Seen'
plan mark-as-read.sieve clean implicit
plan by-month.sieve spamcop 'fileinto	Junk.2026-11'
plan by-month.sieve clean implicit

# Every script of the guide.
awk -v dir="$tmp" '/^```sieve$/ { n++; on = 1; next } /^```$/ { on = 0 } on { print > (dir "/guide" n ".sieve") }' "$top_srcdir/doc/sieve.md"
for script in "$tmp"/guide*.sieve; do
	run "$sieve" check "$script"
	is "doc/sieve.md: ${script##*/} is valid, without a warning" "$status:$(cat "$tmp/stdout")" 0:
done
# Every extension that it names as supported can be required, every other one cannot.
sed -n 's/^| \([a-z0-9, ;-]*\) | [0-9, a-z]* | yes.*/\1/p' "$top_srcdir/doc/sieve.md" | tr ',' '\n' | sed 's/.* //' | grep -v '^language$' >"$tmp/names"
ok "the guide names extensions" test "$(wc -l <"$tmp/names")" -gt 15
while read -r name; do
	printf 'require "%s";\n' "$name" >"$tmp/require.sieve"
	run "$sieve" check "$tmp/require.sieve"
	is "doc/sieve.md: $name" "$status" 0
done <"$tmp/names"
# Each section of its table has a case.
grep -h '^== ' "$top_srcdir"/tests/cases/*.cases >"$tmp/titles"
sed -n 's/^| [a-z0-9, ;-]* | \([0-9]*\)[0-9, ]* | [^|]* | \([0-9][^|]*\) |.*/\1;\2/p' "$top_srcdir/doc/sieve.md" >"$tmp/sections"
ok "the guide names sections" test "$(wc -l <"$tmp/sections")" -gt 15
while IFS=';' read -r rfc first second; do
	for part in "$rfc $first" "$second"; do
		# the RFC of the row, or one that the part begins with
		# shellcheck disable=SC2046 # words
		set -- $(echo "$part" | sed 's/^\([0-9]* \)\([0-9][0-9][0-9][0-9] \)/\2/; s/ to [0-9.]*//g; s/,//g')
		number=${1:-}
		[ $# -eq 0 ] || shift
		for section; do
			case $number in 5228) title="^== ${section}[ :]" ;; *) title=" $number ${section}\\([ :]\\|\$\\)" ;; esac
			ok "doc/sieve.md: a case for RFC $number, section $section" grep -q -- "$title" "$tmp/titles"
		done
	done
done <"$tmp/sections"
done_testing
