#!/bin/sh
# spamcop-tag, the static program with the command tag alone: it does to mail what spamcop-filter does, ends as that does, and knows no user database.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
static=$top_builddir/spamcop-tag
[ -x "$static" ] || skip_all "spamcop-tag is not built: libc.a, libcares.a or libconfig.a is missing, or this is a build with sanitizers"
unset SENDER RECIPIENT LOCAL_PART EXTENSION FROM

# The tests of tag, of lists that fail and of lists that hit, with this program.
for script in 20-tag 21-lists-fail 22-lists-hit; do
	FILTER=$static sh "$top_srcdir/tests/e2e/$script.t" >"$tmp/$script" 2>&1
	is "$script.t: its end" "$?" 0
	is "$script.t: what failed" "$(grep '^not ok' "$tmp/$script")" ""
	ok "$script.t: it ran, or says why not" grep -q '^1\.\.' "$tmp/$script"
	diag "$script.t: $(grep -c '^ok' "$tmp/$script") passed; $(grep '^1\.\.' "$tmp/$script")"
done

message=$top_srcdir/tests/data/spam.eml
printf ':127.0.0.2:Blocked - see $\n207.217.120.82\n' >"$tmp/list"
printf 'lists = ( { name = "here"; file = "%s"; } );\n' "$tmp/list" >"$tmp/conf"
mkdir "$tmp/home"
sed -n 's/^From: .*<\(.*\)>.*/\1/p; s/^From: \([^<]*@[^<]*\)$/\1/p' "$message" | head -n 1 >"$tmp/home/.spamcop-allow"
chmod 600 "$tmp/home/.spamcop-allow"

# alike WHAT OPTION...: both programs, the same output and end.
alike() {
	alike_what=$1
	shift
	run "$filter" "$@" <"$message"
	cp "$tmp/stdout" "$tmp/want"
	alike_status=$status
	run "$static" "$@" <"$message"
	is "$alike_what: status" "$status" "$alike_status"
	same "$alike_what: output" "$tmp/stdout" "$tmp/want"
}
HOME=$tmp/home
export HOME
alike "a list file" -c "$tmp/conf"
alike "the user's senders, by --home" -c "$tmp/conf" --home "$tmp/home"
like "and they are obeyed" "$(head -n 1 "$tmp/stdout")" "X-SpamCop-Status: allowed*"
alike "no configuration where one was named" -c "$tmp/none"
alike "an unknown option" --nonsense

# Whose file a group can write cannot be told without the user database: it is not obeyed.
chmod 660 "$tmp/home/.spamcop-allow"
run "$static" -c "$tmp/conf" <"$message"
is "a file that a group can write" "$status $(head -n 1 "$tmp/stdout" | cut -d';' -f1)" "0 X-SpamCop-Status: listed"
unset HOME
run "$static" -c "$tmp/conf" <"$message"
is "no HOME: no senders of the user's" "$status $(head -n 1 "$tmp/stdout" | cut -d';' -f1)" "0 X-SpamCop-Status: listed"
run "$static" -c "$tmp/conf" -d nobody <"$message"
is "-d: tried again, nothing printed" "$status $(wc -c <"$tmp/stdout")" "75 0"
run "$static" deliver -c "$tmp/conf" <"$message"
is "another command: tried again, nothing printed" "$status $(wc -c <"$tmp/stdout")" "75 0"
run "$static" -V
like "its name" "$(cat "$tmp/stdout")" "spamcop-tag *"

# A signal, while the header is on its way.
sed '/^$/,$d' "$message" >"$tmp/header"
for signal in HUP INT QUIT TERM ABRT SEGV BUS FPE ILL USR1 USR2 ALRM XCPU SYS 37 64; do
	mkfifo "$tmp/pipe"
	"$static" -c "$tmp/conf" <"$tmp/pipe" >"$tmp/stdout" 2>"$tmp/stderr" &
	child=$!
	exec 7>"$tmp/pipe"
	cat "$tmp/header" >&7
	wait_for "its handlers, of which the last is that of signal 64" grep -q '^SigCgt:.[89a-f]' "/proc/$child/status"
	kill -"$signal" "$child"
	wait "$child"
	is "SIG$signal: 75, and nothing is printed" "$? $(wc -c <"$tmp/stdout")" "75 0"
	exec 7>&-
	rm -f "$tmp/pipe"
done

# Memory that is not there: the header of 8 MB is held. What the program needs to begin is below the least of these.
{ for i in $(seq 1000); do printf 'X-Long-%d: %08000d\n' "$i" 0; done && cat "$message"; } >"$tmp/large"
for kb in 4000 6000 8000; do
	run sh -c "ulimit -v $kb; exec \"$static\" -c \"$tmp/conf\"" <"$tmp/large"
	is "$kb KB of address space: 75, and nothing is printed" "$status $(wc -c <"$tmp/stdout")" "75 0"
	like "and it says why" "$(stderr)" "spamcop-filter: out of memory*"
done
run "$static" -c "$tmp/conf" <"$tmp/large"
is "with enough it works" "$status $(tail -c 100 "$tmp/stdout" | cksum)" "0 $(tail -c 100 "$tmp/large" | cksum)"
done_testing
