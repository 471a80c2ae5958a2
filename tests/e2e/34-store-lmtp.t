#!/bin/sh
# deliver to an LMTP server: one that is as it should be, and many that are not. 0 only where the server took the message for the recipient.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

lmtpd=$top_builddir/tests/e2e/tools/lmtpd
[ -x "$lmtpd" ] || bail "lmtpd is not built: make check builds it"
cat >>"$tmp/conf" <<CONF
sieve: { script = "$tmp/none.sieve"; };
CONF
sed 's/^deliver: .*/deliver: { time_limit = 2; };/' "$tmp/conf" >"$tmp/conf.short"
sed 's/^deliver: .*/deliver: { detail = true; };/' "$tmp/conf" >"$tmp/conf.detail"
chmod 644 "$tmp"/conf*

# server MODE [unix]: $url is its mailbox, $server its folder.
servers=0
server() {
	servers=$((servers + 1))
	server=$tmp/lmtp$servers
	mkdir "$server"
	chmod 755 "$server"
	where=tcp
	[ "${2:-}" != unix ] || where=unix:$server/socket
	start "lmtpd$servers" "$lmtpd" "$1" "$where" "$server"
	wait_for "lmtpd" [ -f "$server/port" ]
	[ "$where" = tcp ] || chmod 777 "$server/socket"
	url=lmtp:127.0.0.1:$(cat "$server/port")
	[ "$where" = tcp ] || url=lmtp:$where
}

# handed CONF OPTION...
recipient=joe@example.org
handed() {
	conf=$1
	shift
	# shellcheck disable=SC2086
	run $as "$filter" -c "$conf" -f sender@example.net -a "$recipient" --mailbox "$url" "$@" deliver
}

# ---- good servers

printf 'Subject: dots\n\n.\n..\nline\n.no newline\r and \0 and \344' >"$tmp/dots"
printf 'X-SpamCop-Status: unchecked; relays=0; checked=0\r\nSubject: dots\r\n\r\n.\r\n..\r\nline\r\n.no newline\r and \0 and \344\r\n' >"$tmp/want"
for mode in good plain; do
	for how in tcp unix; do
		server $mode $how
		handed "$tmp/conf" <"$tmp/dots"
		is "$mode, $how: taken" "$status:$(stdout)$(stderr)" 0:
		same "$mode, $how: the message" "$server/taken.1" "$tmp/want"
	done
	# Nobody waits for the answer to the last word, so the server may still have to read it.
	wait_for "QUIT" grep -q QUIT "$server/commands"
	is "$mode: the envelope" "$(tr -d '\r' <"$server/commands" | sed -n '2,$p')" "MAIL FROM:<sender@example.net>$([ $mode = plain ] || echo ' BODY=8BITMIME')
RCPT TO:<joe@example.org>
DATA
QUIT"
done
url=lmtp:localhost:$(cat "$tmp/lmtp1/port")
handed "$tmp/conf" <"$tmp/message"
is "a host by its name" "$status" 0
handed "$tmp/conf" -f '<>' <"$tmp/message"
ok "the null sender" grep -q '^MAIL FROM:<>' "$tmp/lmtp1/commands"
head -c 3000000 /dev/zero | tr '\0' 'x' | fold -w 70 | cat "$tmp/message" - >"$tmp/larger"
handed "$tmp/conf" <"$tmp/larger"
is "a larger message" "$status" 0
is "all of it" "$(grep -c xxxx "$tmp/lmtp1/taken.4")" "$(grep -c xxxx "$tmp/larger")"

# ---- the folder as detail

server good
handed "$tmp/conf.detail" -m Junk <"$tmp/message"
for folder in 'My Folder' 'a"b' 'c~d'; do
	handed "$tmp/conf.detail" -m "$folder" <"$tmp/message"
done
recipient=joe+old@example.org
handed "$tmp/conf.detail" -m Junk <"$tmp/message"
recipient=@example.org
handed "$tmp/conf.detail" -m Junk <"$tmp/message"
recipient=joe@example.org
handed "$tmp/conf.detail" <"$tmp/message"
is "details" "$(grep RCPT "$server/commands" | tr -d '\r')" 'RCPT TO:<joe+Junk@example.org>
RCPT TO:<"joe+My Folder"@example.org>
RCPT TO:<"joe+a\"b"@example.org>
RCPT TO:<joe+c~d@example.org>
RCPT TO:<joe+Junk@example.org>
RCPT TO:<@example.org>
RCPT TO:<joe@example.org>'
for n in 985 986; do
	recipient=$(printf "%0${n}d" 0)@x.example
	handed "$tmp/conf.detail" -m Junk <"$tmp/message"
done
recipient=joe@example.org
is "an address of 1,000 bytes has its detail, a longer one goes without" "$(grep RCPT "$server/commands" | tail -n 2 | tr -d '\r0')" 'RCPT TO:<+Junk@x.example>
RCPT TO:<@x.example>'
server noplus
handed "$tmp/conf.detail" -m Junk <"$tmp/message"
is "a detail that is refused: the address without it" "$status:$(grep -c RCPT "$server/commands")" 0:2

# ---- addresses that cannot be written, or are refused: the null sender, quotes

server plain
for sender in 'j\303\266rg@ex\303\244mple.net' 'j\366rg@example.net' 'a b@example.net' '"a' 'a\001b@example.net' 'a\177b@example.net'; do
	# shellcheck disable=SC2059 # the octal numbers are the format's
	handed "$tmp/conf" -f "$(printf "$sender")" <"$tmp/message"
	[ "$status" = 0 ] || fail "sender $sender: $status"
done
is "senders that a server without SMTPUTF8 cannot take, or nobody" "$(grep MAIL "$server/commands" | tr -d '\r')" 'MAIL FROM:<>
MAIL FROM:<>
MAIL FROM:<"a b"@example.net>
MAIL FROM:<"\"a">
MAIL FROM:<>
MAIL FROM:<>'
for recipient in 'jo"e@example.org' 'jo e@example.org' '"jo e"@example.org'; do
	handed "$tmp/conf" <"$tmp/message"
	[ "$status" = 0 ] || fail "recipient $recipient: $status"
done
recipient=joe@example.org
is "recipients whose quotes were taken away" "$(grep RCPT "$server/commands" | tail -n 3 | tr -d '\r')" 'RCPT TO:<"jo\"e"@example.org>
RCPT TO:<"jo e"@example.org>
RCPT TO:<"jo e"@example.org>'
if [ -z "$sanitized" ] && have strace && $as strace -o /dev/null true 2>/dev/null; then
	# shellcheck disable=SC2086
	run $as strace -qq -o /dev/null -e trace=poll -e inject=poll:error=EINTR:when=1+2 "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org --mailbox "$url" deliver <"$tmp/message"
	is "a signal while it is waited for an answer" "$status:$(stderr)" 0:
else
	skip 1 "strace is not installed, or must not trace, or would disturb AddressSanitizer"
fi
server nosender
handed "$tmp/conf" <"$tmp/message"
is "a sender that is refused for good: once more with the null sender" "$status:$(grep -c MAIL "$server/commands")" 0:2

# ---- the others, all at once: each has its own server, and the limit is two seconds

modes=
for step in connect lhlo mail rcpt data end; do
	modes="$modes silent-$step close-$step 4-$step 5-$step garbage-$step"
done
modes="$modes slow-end early early-data chatter long go-on noread"
for mode in $modes; do
	server "$mode"
	(
		# shellcheck disable=SC2086
		timeout 30 $as "$filter" -c "$tmp/conf.short" -f sender@example.net -a joe@example.org --mailbox "$url" deliver <"$tmp/larger" >"$server/stdout" 2>"$server/stderr"
		echo $? >"$server/status.new"
		mv "$server/status.new" "$server/status"
	) &
	eval "server_$(echo "$mode" | tr - _)=$server"
done
for mode in $modes; do
	eval "server=\$server_$(echo "$mode" | tr - _)"
	wait_for "$mode" [ -f "$server/status" ]
	is "$mode: to be tried again" "$(cat "$server/status")" 75
	grep -q '^spamcop-filter: LMTP: ' "$server/stderr" || diag "$mode: $(cat "$server/stderr")"
done
is "no output begins with a status" "$(grep -l '^[0-9]' "$tmp"/lmtp*/stdout "$tmp"/lmtp*/stderr)" ""

url=lmtp:127.0.0.1:1
handed "$tmp/conf" <"$tmp/message"
is "nobody listens" "$status" 75
url=lmtp:unix:$tmp/none
handed "$tmp/conf" <"$tmp/message"
is "there is no socket" "$status" 75
done_testing
