#!/bin/sh
# Promise 2: tag and deliver end with 0 or 75, whatever happens; and on 75 nothing that is printed looks like an SMTP reply.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

# Mail is never stored as root: then the programs, copied to where anybody may run them, run as nobody.
mkdir "$tmp/bin" "$tmp/home"
cp "$filter" "$sieve" "$tmp/bin/"
cp "$top_builddir/tests/e2e/tools/nomem_filter" "$tmp/bin/"
as=
if is_root; then
	as="setpriv --reuid=$(id -u nobody) --regid=$(id -g nobody) --clear-groups"
	chown nobody "$tmp/home"
fi
filter=$tmp/bin/spamcop-filter
HOME=$tmp/home
export HOME
message=$top_srcdir/tests/data/spam.eml
unset SENDER RECIPIENT LOCAL_PART EXTENSION FROM

printf ':127.0.0.2:Blocked - see $\n207.217.120.82\n' >"$tmp/list"
cat >"$tmp/conf" <<CONF
lists = ( { name = "here"; file = "$tmp/list"; } );
deliver: { mailbox = "maildir:$tmp/home/Maildir"; };
sieve: { script = "$tmp/home/rules"; };
CONF
printf 'keep;\n' >"$tmp/home/rules"
[ -z "$as" ] || chown nobody "$tmp/home/rules"

# ends WHAT WANT COMMAND...: the exit status, and for 75 that no line begins with three digits. Standard input is the caller's.
ends() {
	what=$1
	want=$2
	shift 2
	# shellcheck disable=SC2086 # words
	run $as "$@"
	[ "$status" != 75 ] || ! cat "$tmp/stdout" "$tmp/stderr" | grep -aq '^[0-9][0-9][0-9]' || status="75, and a line begins with three digits"
	is "$what: $want" "$status" "$want"
}

# stored: the number of messages in the mailbox, with what is left in tmp.
stored() {
	(cd "$tmp/home/Maildir" 2>/dev/null && find . -type f \( -path '*/new/*' -o -path '*/tmp/*' \)) | wc -l
}

empty() {
	rm -rf "$tmp/home/Maildir"
}

# ---- usage
for command in tag deliver; do
	ends "$command, unknown option" 75 "$filter" "$command" -c "$tmp/conf" --nonsense <"$message"
	ends "$command, unknown short option" 75 "$filter" -c "$tmp/conf" "$command" -X <"$message"
	ends "$command, option without its value" 75 "$filter" "$command" -c <"$message"
	ends "$command, two recipients" 75 "$filter" "$command" -c "$tmp/conf" -a a@example.org -a b@example.org <"$message"
	ends "$command, a word too many" 75 "$filter" "$command" -c "$tmp/conf" more <"$message"
	ends "$command, a deadline that is none" 75 "$filter" "$command" -c "$tmp/conf" --deadline soon <"$message"
	ends "$command, a name server that is none" 75 "$filter" "$command" -c "$tmp/conf" --nameserver ns.example <"$message"
	ends "$command, a mailbox that is none" 75 "$filter" "$command" -c "$tmp/conf" --mailbox nowhere <"$message"
	ends "$command, a user that nobody is" 75 "$filter" "$command" -c "$tmp/conf" -d no-such-user-here <"$message"
	is "$command: one sentence says why" "$(wc -l <"$tmp/stderr")" 1
done
ends "an unknown command" 75 "$filter" bounce <"$message"
ends "no arguments, no message" 0 "$filter" --deadline 0.1 --nameserver "127.0.0.1:$(free_port)" </dev/null
ends "no arguments but a mailbox" 75 "$filter" deliver -c /dev/null <"$message"

# The caller's environment says nothing to any library of ours: this word would end the options at the command.
ends "an environment that changes getopt(3)" 0 env POSIXLY_CORRECT=1 "$filter" tag -c /dev/null --nameserver "127.0.0.1:$(free_port)" <"$message"

# ---- the configuration
printf 'threshold = "high";\n' >"$tmp/wrong"
printf 'threshold = "high";\ndeliver: { mailbox = "maildir:%s"; };\n' "$tmp/home/Maildir" >"$tmp/wrong-but-mailbox"
mkfifo "$tmp/fifo"
for conf in "$tmp/none" "$tmp/wrong" "$tmp/fifo" "$tmp" /dev/zero; do
	ends "tag, configuration ${conf#"$tmp"/}" 0 "$filter" -c "$conf" <"$message"
	is "and it says so" "$(head -n 1 "$tmp/stdout")" "X-SpamCop-Status: unknown; failed=config"
	tail -n +2 "$tmp/stdout" >"$tmp/body"
	same "and the message is as it was" "$tmp/body" "$message"
	ends "deliver, configuration ${conf#"$tmp"/}" 75 "$filter" deliver -c "$conf" <"$message"
	ends "deliver, configuration ${conf#"$tmp"/}, with --mailbox" 0 "$filter" deliver -c "$conf" --mailbox "maildir:$tmp/home/Maildir" <"$message"
done
empty
ends "deliver, a broken configuration that still says the mailbox" 0 "$filter" deliver -c "$tmp/wrong-but-mailbox" <"$message"
is "and the message is there" "$(stored)" 1
empty

# ---- descriptors
for command in tag deliver; do
	ends "$command, closed standard input" 75 "$filter" "$command" -c "$tmp/conf" <&-
	ends "$command, standard input is a folder" 75 "$filter" "$command" -c "$tmp/conf" <"$tmp"
	ends "$command, standard input for writing only" 75 sh -c "exec \"$filter\" $command -c \"$tmp/conf\" 0>/dev/null"
	ends "$command, all closed" 75 sh -c "exec \"$filter\" $command -c \"$tmp/conf\" <&- >&- 2>&-"
done
is "nothing was stored" "$(stored)" 0
ends "tag, closed standard output" 75 sh -c "exec \"$filter\" -c \"$tmp/conf\" >&-" <"$message"
ends "tag, a full disk" 75 sh -c "exec \"$filter\" -c \"$tmp/conf\" >/dev/full" <"$message"
ends "tag, standard output for reading only" 75 sh -c "exec \"$filter\" -c \"$tmp/conf\" 1</dev/null" <"$message"
# More than a pipe holds, so that the filter is still writing when the reader has gone.
{ cat "$message" && head -c 1000000 /dev/zero; } >"$tmp/large"
ends "tag, into a pipe" 0 sh -c "{ \"$filter\" -c \"$tmp/conf\"; echo \$? >\"$tmp/home/piped\"; } | :" <"$tmp/large"
is "tag, nobody reads the pipe" "$(cat "$tmp/home/piped")" 75
ends "tag, a file that may not grow" 75 sh -c "ulimit -f 0; exec \"$filter\" -c \"$tmp/conf\" >\"$tmp/home/out\"" <"$message"
ends "deliver, closed standard output and error" 0 sh -c "exec \"$filter\" deliver -c \"$tmp/conf\" >&- 2>&-" <"$message"
is "and the message is there" "$(stored)" 1
empty
ends "deliver, files that may not grow" 75 sh -c "ulimit -f 0; exec \"$filter\" deliver -c \"$tmp/conf\"" <"$message"
is "and nothing is left" "$(stored)" 0
ends "deliver -n, a full disk" 75 sh -c "exec \"$filter\" deliver -n -c \"$tmp/conf\" >/dev/full" <"$message"
is "and nothing is left" "$(stored)" 0
# Five is what the dynamic linker needs before main begins, when nothing is inherited.
for n in 5 6 7 8 10 16; do
	empty
	# shellcheck disable=SC2086 # words
	run $as sh -c "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; ulimit -n $n; exec \"$filter\" deliver -c \"$tmp/conf\"" <"$message"
	is "deliver, $n descriptors: stored or 75" "$status $(stored)" "$([ "$status" = 0 ] && echo 0 1 || echo 75 0)"
done

# ---- mailboxes
ends "deliver, no such folder" 75 "$filter" deliver -c "$tmp/conf" --mailbox "maildir:$tmp/home/none/Maildir" <"$message"
ends "deliver, a mailbox that is a file" 75 "$filter" deliver -c "$tmp/conf" --mailbox "maildir:$tmp/home/rules" <"$message"
ends "deliver, an LMTP server that is not there" 75 "$filter" deliver -c "$tmp/conf" --mailbox "lmtp:unix:$tmp/home/none" <"$message"
ends "deliver, an LMTP port that is closed" 75 "$filter" deliver -c "$tmp/conf" --mailbox "lmtp:127.0.0.1:$(free_port)" <"$message"
for program in /nonexistent /bin/false /dev/null; do
	ends "deliver, lda $program" 75 "$filter" deliver -c "$tmp/conf" --mailbox "lda:$program" <"$message"
done
is_root && ends_as=$as && as= && ends "deliver as root" 75 "$filter" deliver -c "$tmp/conf" <"$message" && as=$ends_as

# ---- DNS
port=$(free_port)
printf 'lists = ( { zone = "bl.test"; } );\ndns: { servers = [ "127.0.0.1:%s" ]; deadline = 0.5; timeout = 0.2; };\ndeliver: { mailbox = "maildir:%s"; };\n' "$port" "$tmp/home/Maildir" >"$tmp/dead"
empty
ends "tag, nobody answers on the name server's port" 0 "$filter" -c "$tmp/dead" <"$message"
like "and it says so" "$(head -n 1 "$tmp/stdout")" "X-SpamCop-Status: unknown; *failed=bl.test:*"
ends "deliver, the same" 0 "$filter" deliver -c "$tmp/dead" <"$message"
is "and the message is there" "$(stored)" 1
hole_start "$port"
ends "tag, a name server that is silent" 0 "$filter" -c "$tmp/dead" <"$message"
like "and it says so" "$(head -n 1 "$tmp/stdout")" "X-SpamCop-Status: unknown; *failed=bl.test:timeout*"
stop hole

# ---- signals, while the message is on its way
for signal in HUP INT QUIT TERM ABRT SEGV BUS FPE ILL USR1 USR2 ALRM XCPU SYS 37 64; do
	empty
	mkfifo "$tmp/pipe"
	# shellcheck disable=SC2086 # words
	$as "$filter" deliver -c "$tmp/conf" <"$tmp/pipe" >"$tmp/stdout" 2>"$tmp/stderr" &
	child=$!
	exec 7>"$tmp/pipe"
	cat "$message" >&7
	wait_for "the spool" sh -c "[ -n \"\$(find '$tmp/home/Maildir/tmp' -type f 2>/dev/null)\" ]"
	kill -"$signal" "$child"
	wait "$child"
	is "deliver, SIG$signal: 75, and nothing is left" "$? $(stored)" "75 0"
	exec 7>&-
	rm -f "$tmp/pipe"
done

# A closed descriptor is none that a file of ours gets: what is printed there would be in the message.
for fd in 1 2; do
	empty
	mkfifo "$tmp/pipe"
	# shellcheck disable=SC2086 # words
	$as sh -c "exec \"$filter\" deliver -c \"$tmp/conf\" $fd>&-" <"$tmp/pipe" &
	child=$!
	exec 7>"$tmp/pipe"
	cat "$message" >&7
	wait_for "the spool" sh -c "[ -n \"\$(find '$tmp/home/Maildir/tmp' -type f 2>/dev/null)\" ]"
	is "deliver, closed descriptor $fd: what is in its place" "$(readlink "/proc/$child/fd/$fd")" /dev/null
	exec 7>&-
	wait "$child"
	rm -f "$tmp/pipe"
done

# ---- memory
# shellcheck disable=SC2086 # words
if run $as env FAIL_AT=1 "$tmp/bin/nomem_filter" -c "$tmp/conf" <"$message" && [ "$status" = 75 ]; then
	mv "$tmp/bin/nomem_filter" "$filter"
	for command in tag deliver "deliver -n"; do
		n=0
		odd=
		status=75
		while [ "$status" = 75 ] && [ "$n" -lt 5000 ]; do
			n=$((n + 1))
			empty
			# shellcheck disable=SC2086 # words
			run $as env FAIL_AT=$n "$filter" $command -c "$tmp/conf" <"$message"
			[ "$status" = 0 ] || [ "$(stored)" = 0 ] || odd="$odd $n:stored"
			[ "$status" = 0 ] || [ "$status" = 75 ] || odd="$odd $n:$status"
		done
		is "$command, the Nth allocation fails, for every N up to the $n that it needs: 75, and nothing is left" "$status$odd" 0
		ok "$command, that were some" [ "$n" -gt 10 ]
		[ "$command" != deliver ] || is "with all of them the message is there" "$(stored)" 1
	done
else
	skip 7 "the allocator cannot be made to fail in this build"
fi
done_testing
