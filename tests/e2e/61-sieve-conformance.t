#!/bin/sh
# Every case of tests/cases/*.cases, by section of its RFC (the format: tests/cases/split.awk). TEST=NNNN shows one case only.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

cases=$(LC_ALL=C awk -v dir="$tmp" -f "$top_srcdir/tests/cases/split.awk" "$top_srcdir"/tests/cases/*.cases) || bail "the cases cannot be read"

# What the case wants of check: its exit status, and each line.
check_case() {
	"$sieve" check script.sieve >check 2>&1
	checked=$?
	while read -r kind place text; do
		case $kind in
		error | warning)
			case $(grep "^script.sieve:$place: $kind: " check) in
			*"$text"*) ;;
			*) echo "check: expected $kind at $place: $text" ;;
			esac
			;;
		esac
	done <want
	if grep -q '^error' want; then [ $checked = 1 ] || echo "check ends with $checked"; else [ $checked = 0 ] || echo "check ends with $checked"; fi
}

run_case() {
	eval "set -- $(cat options)"
	mkdir -p "$case.d"
	"$sieve" run "$@" --personal "$case.d" --global "$case.d" script.sieve <message >plan 2>why
	ran=$?
	read -r kind rest <want
	case $kind in
	plan)
		{ tail -n +2 want; echo end; } | cmp -s - plan || echo "run: another plan, exit $ran"
		;;
	warning) [ $ran = 0 ] || echo "run ends with $ran" ;;
	error) [ $ran = 1 ] && [ ! -s plan ] || echo "run ends with $ran and a plan" ;;
	fails)
		[ $ran = 1 ] && [ ! -s plan ] || echo "run ends with $ran and a plan"
		grep -qF -- "$rest" why || echo "run: expected the reason: $rest"
		;;
	esac
}

cd "$tmp" || bail "no $tmp"
i=0
while [ "$i" -lt "$cases" ]; do
	i=$((i + 1))
	case=$tmp/$(printf %04d "$i")
	[ -z "${TEST:-}" ] || [ "${case##*/}" = "$TEST" ] || continue
	read -r flags <"$case.flags"
	cp "$case.sieve" script.sieve
	cp "$case.eml" message
	cp "$case.want" want
	cp "$case.options" options
	case " $flags " in *" escaped "*) printf '%b' "$(cat "$case.sieve")" >script.sieve ;; esac
	case " $flags " in *" crlf "*) sed 's/$/\r/' "$case.sieve" >script.sieve ;; esac
	case " $flags " in *" mailcrlf "*) sed 's/$/\r/' "$case.eml" >message ;; esac
	{
		check_case
		run_case
	} >wrong
	ok "$(cat "$case.title")" test ! -s wrong
	if [ -s wrong ]; then
		diag "case ${case##*/}: $(cat wrong)"
		sed 's/^/# | /' script.sieve
		sed 's/^/# want: /' want
		sed 's/^/# check: /' check
		sed 's/^/# plan: /' plan why
	fi
done
done_testing
