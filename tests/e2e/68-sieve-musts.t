#!/bin/sh
# tests/cases/musts.tsv: what it names exists, every extension that the manual page announces is taken and has its demands.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

tests=$top_srcdir/tests
musts=$tests/cases/musts.tsv
cd "$tmp" || bail "no $tmp"
for file in "$tests"/cases/*.cases; do
	sed -n "s/^== /$(basename "$file" .cases): /p" "$file"
done >titles

# shown FILE: TITLE, a case; FILE.t: WORDS or FILE.c: FUNCTION, a test ("-": the whole of it).
shown() {
	file=${1%%: *} what=${1#*: }
	case $file in
	*.t) [ "$what" = - ] && what='#!/bin/sh'; grep -qF -- "$what" "$tests/e2e/$file" ;;
	*.c) grep -qF -- "cmocka_unit_test($what)" "$tests/unit/$file" ;;
	*) grep -qxF -- "$1" titles ;;
	esac
}

grep -v '^#' "$musts" | awk -F '\t' 'NF != 5 { print NR ": " $0 }' >odd
is "five columns, each of them filled" "$(cat odd; grep -c '		' "$musts")" 0
grep -v '^#' "$musts" | cut -f 5 | grep -v '^-' | awk '{ n = split($0, a, / \| /); for (i = 1; i <= n; i++) print a[i] }' | sort -u >named
while IFS= read -r name; do
	shown "$name" || echo "$name"
done <named >missing
is "what shows a demand is there" "$(cat missing)" ""
is "no reason is empty" "$(cut -f 5 "$musts" | grep -cx -e '-' -e '- *')" 0

grep -v '^#' "$musts" | cut -f 1 | tr , '\n' | sort -u >rows
sed -n '/^may name:/,/^\.Pp/{/^[a-z]/{/:$/d;p}}' "$top_srcdir/doc/spamcop-sieve.1" | sed 's/ and /, /g; s/\.$//' | tr ', ' '\n\n' | sed '/^$/d' | sort -u >announced
is "there is a list of extensions" "$([ "$(wc -l <announced)" -ge 35 ] && echo yes)" yes
is "each has its demands, and nothing else has" "$(grep -vx base rows | comm -3 announced -)" ""
while read -r name; do
	printf 'require "%s";\n' "$name" >x
	"$sieve" check x >/dev/null 2>&1 || echo "$name"
done <announced >refused
is "each is taken" "$(cat refused)" ""
done_testing
