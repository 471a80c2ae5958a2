#!/bin/sh
# A delivery is ended at each entry and exit of a system call that it makes: never a part of a message in a folder, never success without the message, and
# the next try succeeds. The run with a Sieve script has the child's system calls going on beside.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

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

# ---- what comes after the message is in its folder: waiting for somebody else's lock, it is ended. The message is there; once more would be twice.

if have flock && [ -x "$bin/spamcop-sieve" ]; then
	printf 'require "duplicate";\nif duplicate { discard; }\n' >"$tmp/seen.sieve"
	chmod 644 "$tmp/seen.sieve"
	printf 'Message-ID: <0@example.org>\n\nx\n' >"$tmp/first"
	if have strace && $as strace -y -o "$box/trace" -e trace=fsync,renameat,renameat2 "$filter" -c "$tmp/conf" -s "$tmp/seen.sieve" deliver <"$tmp/first" 2>/dev/null; then
		is "what was seen is synced before it has its name" "$(sed -n 's/^\(fsync\)(.*spamcop-seen.tmp.*/\1/p; s/^\(rename\)[a-z0-9]*(.*spamcop-seen.tmp.*/\1/p' "$box/trace" | tr '\n' ' ')" "fsync rename "
	else
		skip 1 "strace is not installed, or must not trace"
	fi
	fresh
	printf 'Message-ID: <1@example.org>\n\nx\n' | deliver -s "$tmp/seen.sieve"
	is "a script with duplicate" "$status:$(messages ''):$(test -f "$maildir/spamcop-seen" && echo seen)" 0:1:seen
	start lock sh -c "exec 9<>'$maildir/spamcop-seen'; flock -x 9; touch $tmp/locked; exec sleep 600"
	wait_for "the lock" [ -f "$tmp/locked" ]
	printf 'Message-ID: <2@example.org>\n\nx\n' >"$tmp/second"
	$as "$filter" -c "$tmp/conf" -s "$tmp/seen.sieve" deliver <"$tmp/second" &
	pid=$!
	wait_for "the message" eval '[ "$(messages "")" = 2 ] || ! kill -0 $pid'
	kill -TERM $pid 2>/dev/null
	wait $pid
	is "TERM behind the delivery is no failure of it" "$?:$(messages '')" 0:2
	stop lock
else
	skip 3 "flock (util-linux) or the Sieve program is not there"
fi
done_testing
