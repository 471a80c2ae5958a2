#!/bin/sh
# A delivery is ended at each entry and exit of a system call that it makes: never a part of a message in a folder, never success without the message, and
# the next try succeeds. The run with a Sieve script has the child's system calls going on beside.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/store-lib.sh"

$as "$storetool" kill 9 "$maildir" "$tmp/message" fresh /bin/true >"$tmp/out" 2>&1
grep -q 'undisturbed\|nobody disturbed\|WRONG' "$tmp/out" || skip_all "ptrace does not work here: $(tail -n 1 "$tmp/out")"
is "the test can fail: a program that stores nothing does not pass" "$(grep -c WRONG "$tmp/out" | sed 's/[1-9][0-9]*/some/')" some

# kills WHAT SIGNAL MESSAGE fresh|kept OPTION...
kills() {
	what=$1 signal=$2 message=$3 mode=$4
	shift 4
	fresh
	[ "${mode%%:*}" = fresh ] || deliver "$@" <"$message"
	# shellcheck disable=SC2086
	$as "$storetool" kill "$signal" "$maildir" "$message" "$mode" "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org "$@" deliver >"$tmp/out" 2>&1
	is "$what" "$?" 0
	diag "$(cat "$tmp/out")"
}

{ cat "$tmp/message" && head -c 400000 /dev/zero | tr '\0' 'x'; } >"$tmp/larger"
sed 's/207.217.120.82/207.217.120.83/' "$tmp/message" >"$tmp/spam"
chmod 644 "$tmp/larger" "$tmp/spam"
kills "KILL: the first delivery ever" 9 "$tmp/message" fresh
kills "KILL: a delivery to INBOX" 9 "$tmp/message" kept
kills "KILL: the first to Junk, of a longer message" 9 "$tmp/larger" fresh -m Junk
kills "KILL: listed mail" 9 "$tmp/spam" kept
kills "TERM: a delivery to INBOX" 15 "$tmp/message" kept
kills "TERM: the first to Junk" 15 "$tmp/spam" fresh
kills "HUP: a longer message" 1 "$tmp/larger" kept

# ---- by a script, with three copies of which two are edited

fresh
deliver -s "$tmp/three.sieve" <"$tmp/message"
if [ "$(everywhere)" = 3 ]; then
	kills "KILL: three copies, two of them edited" 9 "$tmp/message" kept:3 -s "$tmp/three.sieve"
	[ "$full" = 0 ] || kills "TERM: three copies, two of them edited" 15 "$tmp/message" fresh:3 -s "$tmp/three.sieve"
else
	skip 1 "scripts do not run here"
fi
done_testing
