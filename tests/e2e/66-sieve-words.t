#!/bin/sh
# What check says to scripts as people write them: tests/cases/words.txt is a transcript. A line that begins with "> " is a script
# (printf(1)'s %b), what follows is all that check says of it; nothing: it is valid. WRITE=1 prints the transcript anew.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

transcript=$top_srcdir/tests/cases/words.txt
cd "$tmp" || bail "no $tmp"
script='' said=''
check_said() {
	[ -n "$script" ] || return 0
	printf '%b' "$script" >x
	"$sieve" check x >got 2>&1
	got=$(cat got)
	if [ -n "${WRITE:-}" ]; then
		printf '> %s\n%s%s' "$script" "$got" "${got:+
}"
		return 0
	fi
	is "$script" "$got" "$said"
}
while IFS= read -r line; do
	case $line in
	'> '*)
		check_said
		script=${line#> } said=''
		;;
	'' | '#'*) ;;
	*) said="$said${said:+
}$line" ;;
	esac
done <"$transcript"
check_said
[ -z "${WRITE:-}" ] || exit 0

# A string of a run that names a circle, and options.
mkdir scripts
printf 'require "include";\ninclude "b";\n' >scripts/a.sieve
printf 'require "include";\ninclude "a";\n' >scripts/b.sieve
printf 'require "include";\ninclude "c";\nkeep;\n' >scripts/good.sieve
printf 'if header :is "X-SpamCop-Score" ">5" { stop; }\n' >scripts/c.sieve
printf 'require "include";\ninclude "d";\n' >scripts/bad.sieve
printf 'filinto "x";\n' >scripts/d.sieve
run "$sieve" check scripts/a.sieve
is "a circle" "$status:$(cat stdout)" '1:a:2:1: error: the script includes itself: "b", "a", "b"'
run "$sieve" check scripts/good.sieve
is "an included script has its warnings" "$status:$(cat stdout)" \
	'0:c:1:33: warning: ">5" can never match: the score is a whole number, compared so: header :value "ge" :comparator "i;ascii-numeric" "X-SpamCop-Score" "5"'
run "$sieve" check scripts/bad.sieve
is "an error in an included script" "$status:$(sed 1q stdout)" '1:d:1:1: error: unknown command "filinto": did you mean "fileinto"?'
like "and where it is included" "$(sed 1d stdout)" 'scripts/bad.sieve:2:1: error: the included script has an error: d:1:1: *'
cp scripts/bad.sieve alone.sieve
run "$sieve" check alone.sieve
is "an included script that is not there" "$status:$(cat stdout)" \
	'0:alone.sieve:2:1: warning: the included script "d" is not there: a run that gets here has no plan'
run "$sieve" check --personal scripts alone.sieve
is "--personal says where it is" "$status:$(sed 1q stdout)" '1:d:1:1: error: unknown command "filinto": did you mean "fileinto"?'
sed 's/include "d"/include :global "d"/' alone.sieve >global.sieve
run "$sieve" check global.sieve
is "the site's scripts are elsewhere" "$status:$(cat stdout)" 0:
run "$sieve" check --global scripts global.sieve
is "--global says where" "$status:$(sed 1q stdout)" '1:d:1:1: error: unknown command "filinto": did you mean "fileinto"?'

printf 'stop;\n' >stop.sieve
printf 'Subject: x\n\n' >message
while IFS='|' read -r options said; do
	# shellcheck disable=SC2086 # words
	run "$sieve" run $options stop.sieve <message
	is "run $options" "$status:$(cat stdout)$(cat stderr)" "64:spamcop-sieve: $said"
done <<'END'
--score abc|--score: expected a number from 0 to 10, found "abc"
--score 11|--score: expected a number from 0 to 10, found "11"
--score -1|--score: expected a number from 0 to 10, found "-1"
--score 5x|--score: expected a number from 0 to 10, found "5x"
--verdict maybe|--verdict: expected listed, clean, allowed, unknown or unchecked, found "maybe"
--seconds 0|--seconds: expected a number from 1 to 3600, found "0"
--seconds x|--seconds: expected a number from 1 to 3600, found "x"
--now soon|--now: expected seconds since 1970, found "soon"
--delimiter ++|--delimiter: expected one character, found "++"
--separator ab|--separator: expected one character, found "ab"
--personal nowhere|--personal: expected a folder that is there, found "nowhere"
--global stop.sieve|--global: expected a folder that is there, found "stop.sieve"
--folder a//b|--folder: expected a name that a folder can have, found "a//b"
END
run "$sieve" run stop.sieve <message
is "implicit names its folder" "$status:$(cat stdout):$(cat stderr)" '0:implicit
end:spamcop-sieve: implicit: INBOX, for mail that no rule files'
run "$sieve" run --verdict listed stop.sieve <message
is "implicit of listed mail" "$(cat stderr)" 'spamcop-sieve: implicit: Junk, for listed mail that no rule files'

done_testing
