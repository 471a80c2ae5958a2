#!/bin/sh
# --json of explain and relays: what the schemas say, whatever a message says.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"
. "$top_srcdir/tests/e2e/lib/schema.sh"

HOME=$box
export HOME
# tell COMMAND [ARG...]: as the user.
tell() {
	# shellcheck disable=SC2086 # $as is words
	run $as "$filter" -c "$tmp/conf" "$@"
}
cat >"$tmp/hostile" <<'MESSAGE'
X-SpamCop-Status: listed; relays=1; failed="a;b"
X-SpamCop-Listed: 9.9.9.9; list=one; answer=127.0.0.2; reason="say \"hi\" \\ ]}"
Received: from mx.example.org (mx [203.0.113.5]) by in.example.org; Mon, 1 Jan 2024 00:00:00 +0000
Received: from "}],[{" (b.example.com [207.217.120.83]) by mx.example.org; Mon, 1 Jan 2024 00:00:00 +0000
Received: from nobody knows ( by x
MESSAGE
printf 'From: \033[31m"\\\302\233\377\360\237\230\200\r\n\t\342\200\256 a@b\nSubject: =?utf-8?q?x?= "}\nMessage-ID: <\001>\n\nbody\n' >>"$tmp/hostile"
chmod 644 "$tmp/hostile"
if [ -x "$bin/spamcop-sieve" ]; then
	# shellcheck disable=SC2086,SC2016
	$as sh -c 'umask 077 && cat >"$HOME/.spamcop.sieve"' <<'SIEVE'
require ["fileinto", "copy", "variables", "vacation"];
fileinto :copy "A \"quoted\" Ordner ä";
redirect :copy "you@example.com";
vacation "gone";
if header :matches "Subject" "*" { fileinto :copy "X ${1}"; }
SIEVE
fi
tell explain --json "$tmp/hostile"
is "explain: its status" "$status:$(stderr)" 0:
valid "explain" "$tmp/stdout" explain
cp "$tmp/stdout" "$tmp/explain"
if [ -n "$schemas" ]; then
	is "then" "$(jsq "$tmp/explain" '"\(.then.verdict) \(.then.listed[0].address) \(.then.listed[0].reason) \(.then.when)"')" \
		'listed 9.9.9.9 say "hi" \ ]} Mon, 1 Jan 2024 00:00:00 +0000'
	is "now" "$(jsq "$tmp/explain" '"\(.now) \(.verdict.verdict) \(.verdict.score) \(.lookups[0].state)"')" "listed listed 6 listed"
	is "relays" "$(jsq "$tmp/explain" '[.relays[].role] | join(",")')" "trusted,handoff"
	[ ! -x "$bin/spamcop-sieve" ] || is "what is not carried out" "$(jsq "$tmp/explain" '[.plan[] | select(.carried_out | not) | .action] | join(",")')" redirect,vacation
fi
tell relays --json "$tmp/hostile" "$tmp/message" "$tmp/none"
is "relays: its status" "$status" 66
valid "relays" "$tmp/stdout" relays
if [ -n "$schemas" ]; then
	is "its messages" "$(jsq "$tmp/stdout" '"\(.messages | length) \(.messages[0].relays[1].helo) \(.messages[1].relays[0].address)"')" '2 "}],[{" 207.217.120.82'
fi
tell relays --json </dev/null
valid "relays of nothing" "$tmp/stdout" relays
tell explain --json </dev/null
valid "explain of nothing" "$tmp/stdout" explain
head -c 100000 /dev/urandom >"$tmp/noise"
chmod 644 "$tmp/noise"
tell explain --json "$tmp/noise"
valid "explain of noise" "$tmp/stdout" explain
tell tag --json <"$tmp/message"
is "tag has none" "$status" 75
done_testing
