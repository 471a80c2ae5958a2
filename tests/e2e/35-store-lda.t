#!/bin/sh
# deliver to another agent: its own status counts for nothing but success, and its output is never ours.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

sed 's/^deliver: .*/deliver: { time_limit = 1; };/' "$tmp/conf" >"$tmp/conf.short"
cat >"$bin/agent" <<'AGENT'
#!/bin/sh
# agent FOLDER MODE ...: what it was called with and what it read, and then as MODE says.
folder=$1 mode=$2 n=${3:-0}
printf '%s\n' "$@" >"$folder/arguments"
env | grep -v -e ^PWD= -e ^OLDPWD= -e ^_= -e ^SHLVL= | sort >"$folder/environment"
ls /proc/self/fd >"$folder/descriptors"
umask >"$folder/umask"
ulimit -H -c >"$folder/core"
echo $$ >"$folder/pid"
case $mode in
status) cat >"$folder/got" && echo "5.1.1 no such user" && echo "5.1.1 at all" >&2 && exit "$n" ;;
signal) kill "-$n" $$ ;;
hang) # so does what it started
	trap '' TERM HUP INT
	sleep 600 &
	echo $! >"$folder/hangs"
	while kill -0 $! 2>/dev/null; do wait; done ;; # with it, whatever becomes of the test
orphan) # goes by TERM, what it started does not
	(trap '' TERM && exec sleep 600) &
	echo $! >"$folder/hangs"
	wait ;;
deaf) exit "$n" ;;
order) echo "$n" >>"$folder/order" && [ "$n" != INBOX ] || exit 73 ;;
folder) [ "$n" = INBOX ] && cat >"$folder/got" || exit 73 ;;
flood) yes 5.1.1 | head -c 1000000 && cat >"$folder/got" && exit "$n" ;;
dovecot-lda) exit 0 ;;
esac
AGENT
ln -s agent "$bin/dovecot-lda"
chmod 755 "$bin/agent"
chmod 644 "$tmp"/conf*
out=$box/out
mkdir "$out"
is_root && chown nobody "$out"

# alive PID: it runs, and is not only waited for.
alive() { grep -q '^State:[[:space:]]*[RSDTtI]' "/proc/$1/status" 2>/dev/null; }

# ended PID: it has ended, or does soon: who is killed still runs where the machine is busy.
ended() {
	tries=0
	while alive "$1" && [ $tries -lt 400 ]; do
		tries=$((tries + 1))
		sleep 0.05
	done
	! alive "$1"
}

# agent WORD...: a delivery to it.
agent() {
	# shellcheck disable=SC2086
	run $as env HOME="$box" "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org --mailbox "lda:$bin/agent $out $*" deliver
}

agent status 0 '%s' '%r' '%f' '%%' <"$tmp/message"
is "taken" "$status:$(stdout)$(stderr)" 0:
printf 'Return-Path: <sender@example.net>\nDelivered-To: joe@example.org\n' >"$tmp/want"
tail -c "$(wc -c <"$tmp/message")" "$out/got" | cmp -s - "$tmp/message"
is "the message is whole" "$?:$(grep -c -e '^Return-Path: <sender@example.net>$' -e '^Delivered-To: joe@example.org$' -e '^X-SpamCop-Status: clean' "$out/got")" 0:3
is "arguments" "$(tail -n +4 "$out/arguments")" "sender@example.net
joe@example.org
INBOX
%"
is "environment" "$(sed 's/=.*//' "$out/environment" | tr '\n' ' ')" "HOME LOGNAME PATH SHELL USER "
is "descriptors 0 to 2 and no more (3 is the listing's own)" "$(tr '\n' ' ' <"$out/descriptors")" "0 1 2 3 "
is "umask" "$(cat "$out/umask")" 0077

# However large a core the caller lets its programs leave: mail is in it.
# shellcheck disable=SC2086
run $as sh -c 'ulimit -S -c "$(ulimit -H -c)"; exec "$@"' sh "$filter" -c "$tmp/conf" --mailbox "lda:$bin/agent $out status 0" deliver <"$tmp/message"
is "no core" "$status:$(cat "$out/core")" 0:0

good=0 bad=
i=0
while i=$((i + 1)) && [ "$i" -le 255 ]; do
	agent status $i <"$tmp/message"
	[ "$status" = 75 ] && ! grep -q '^[0-9]' "$tmp/stdout" "$tmp/stderr" && good=$((good + 1)) || bad="$bad $i:$status"
	[ "$full" = 1 ] || [ $i -lt 64 ] || i=$((i + 6))
done
is "each status but 0 is 75, and nothing printed begins with a digit ($good tried)" "$bad" ""
for signal in HUP INT QUIT ABRT KILL SEGV PIPE ALRM TERM USR1; do
	agent signal $signal <"$tmp/message"
	is "ended by $signal" "$status" 75
done
head -c 3000000 /dev/zero | tr '\0' 'x' | cat "$tmp/message" - >"$tmp/larger"
agent deaf 0 <"$tmp/larger"
is "one that succeeds without reading" "$status" 0
agent deaf 9 <"$tmp/larger"
is "one that fails without reading" "$status" 75
agent flood 0 <"$tmp/larger"
is "one that prints a megabyte" "$status:$(wc -c <"$out/got" | sed 's/3000.../ok/')" 0:ok
# shellcheck disable=SC2086
run timeout 60 $as "$filter" -c "$tmp/conf.short" --mailbox "lda:$bin/agent $out hang" deliver <"$tmp/message"
is "one that hangs and does not mind TERM" "$status" 75
like "and why" "$(stderr)" "spamcop-filter: lda: *did not end within 1 seconds*"
is "nothing of it is left" "$(ended "$(cat "$out/hangs")" && echo gone)" gone
# shellcheck disable=SC2086
run timeout 60 $as "$filter" -c "$tmp/conf.short" --mailbox "lda:$bin/agent $out orphan" deliver <"$tmp/message"
is "one that hangs, and what it started does not mind TERM" "$status" 75
is "nothing of that is left" "$(ended "$(cat "$out/hangs")" && echo gone)" gone
# shellcheck disable=SC2086
run $as "$filter" -c "$tmp/conf" --mailbox "lda:/no/such/agent" deliver <"$tmp/message"
is "one that is not there" "$status" 75
like "and which" "$(stderr)" "*/no/such/agent: No such file or directory"
# shellcheck disable=SC2086
run $as "$filter" -c "$tmp/conf" --mailbox "lda:$bin/dovecot-lda $out dovecot-lda" -f sender@example.net -a joe@example.org -m Junk deliver <"$tmp/message"
is "dovecot-lda is told what it needs" "$status:$(tail -n +3 "$out/arguments" | tr '\n' ' ')" "0:-e -f sender@example.net -a joe@example.org -m Junk "

# A folder that it never takes would keep the mail in the queue until that bounces it.
rm -f "$out/got"
# shellcheck disable=SC2086
run $as "$filter" -c "$tmp/conf" --mailbox "lda:$bin/agent $out folder %f" -m Junk deliver <"$tmp/message"
is "a folder that it refuses: INBOX" "$status:$(grep -c '^X-SpamCop-Status' "$out/got")" 0:1
# shellcheck disable=SC2086
run $as "$filter" -c "$tmp/conf" --mailbox "lda:$bin/agent $out status 73 %f" -m Junk deliver <"$tmp/message"
is "INBOX refused as well: 75" "$status" 75
if [ -x "$bin/spamcop-sieve" ]; then
	printf 'require "fileinto"; fileinto "Work"; keep;\n' >"$tmp/two.sieve"
	chmod 644 "$tmp/two.sieve"
	is_root && chown nobody "$tmp/two.sieve"
	# shellcheck disable=SC2086
	run $as "$filter" -c "$tmp/conf" --mailbox "lda:$bin/agent $out order %f" -s "$tmp/two.sieve" deliver <"$tmp/message"
	is "INBOX is asked first: where it refuses, no folder gets the message again by each try" "$status:$(cat "$out/order")" 75:INBOX
fi

# ---- killed while the agent runs

rm -f "$out/hangs"
# shellcheck disable=SC2086
(exec $as "$filter" -c "$tmp/conf" --mailbox "lda:$bin/agent $out hang" deliver <"$tmp/message" >/dev/null 2>&1) &
pid=$!
wait_for "the agent" [ -s "$out/hangs" ]
kill -TERM "$pid"
wait "$pid"
is "TERM while the agent runs" "$?" 75
# The agent does not mind TERM; whoever does is told of our end by it.
env kill -KILL -- "-$(cat "$out/pid")" 2>/dev/null
# Others may deliver at the same time: theirs has a name for an instant at most.
temporary=$(find /var/tmp -maxdepth 1 -name 'spamcop-filter.*' -type f -newer "$tmp/conf")
[ -z "$temporary" ] || sleep 1
# shellcheck disable=SC2086 # words
is "no file is left in the folder for temporary files" "$(ls -d $temporary 2>/dev/null | grep -v '^[.]$')" ""
done_testing
