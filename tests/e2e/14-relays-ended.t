#!/bin/sh
# A line that should have named an address and did not, while trust runs: what stands below it vouches for nothing.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"

servers=127.0.0.1:$(free_port) # nobody: a file needs no server
printf '11.22.33.44\n' >"$tmp/bad"
printf '11.22.33.55\n' >"$tmp/good"

# mail LINE...: a message with these Received lines.
mail() {
	{
		for mail_line; do printf 'Received: %s; Mon, 1 Jan 2024 00:00:00 +0000\n' "$mail_line"; done
		printf 'Message-ID: <ended@x>\nSubject: x\n\nbody\n'
	} >"$tmp/message"
}

# says WHAT STATUS: what the Status field of the message is.
says() {
	tag
	like "$1" "$status $(status_field)" "0 $2"
	same "$1: message intact" "$tmp/rest" "$tmp/message"
}

odd='from x (y [1.2.3]) by mx.test (Postfix) with ESMTP id 1'
bad='from a (b [11.22.33.44]) by mx.test (Postfix) with ESMTP id 1'
good='from a (b [11.22.33.55]) by mx.test (Postfix) with ESMTP id 1'
helper='qmta queue 4711 by host mx.test (invoked for bounce)'

conf "{ file = \"$tmp/bad\"; relays = \"all\"; }"
mail "$odd" "$bad"
says "all relays: a claimed one can be listed" 'listed; relays=1; checked=1; score=6; failed=received:unparsed'
like "it is claimed" "$(field Listed)" '*trust=claimed*'
mail "$odd" "$good"
says "unknown where it would be clean" 'unknown; relays=1; checked=1; failed=received:unparsed'
mail "$odd"
says "nobody to ask" 'unknown; relays=0; checked=0; failed=received:unparsed'
mail "$good" "$odd"
says "below the handoff it ends nothing" 'clean; relays=1; checked=1; score=0'
mail "$helper" "$good"
says "nor does a helper's line" 'clean; relays=1; checked=1; score=0'

conf "{ file = \"$tmp/bad\"; relays = \"handoff\"; }"
mail "$odd" "$bad"
says "there is no handoff to be asked about" 'unknown; relays=1; checked=0; failed=received:unparsed'

extra='allow: { networks = [ "11.22.33.0/24" ]; };'
conf "{ file = \"$tmp/bad\"; relays = \"all\"; }"
mail "$bad"
says "an allowed network" 'allowed; *'
mail "$odd" "$bad"
says "allows no claimed relay" 'listed; *'
extra=
conf "{ file = \"$tmp/bad\"; relays = \"all\"; }" "{ file = \"$tmp/good\"; weight = -6; }"
mail "$good" "$bad"
says "a negative weight" 'clean; *'
mail "$odd" "$good" "$bad"
says "says nothing about a claimed relay" 'listed; relays=2; checked=2; score=6; failed=received:unparsed'

# chasquid wrote "[address] (EHLO)" and writes "EHLO ([address])": either may be the client
two='from [11.22.33.55] ([11.22.33.44]) by mx.test (chasquid) with ESMTP
	(over SMTP, plain text!, envelope from "a@b")
	'
extra='allow: { networks = [ "11.22.33.55" ]; };'
conf "{ file = \"$tmp/bad\"; }"
mail "$two"
says "an address that may be the HELO lets nobody in" 'unknown; relays=1; checked=1; failed=received:ambiguous'
extra=

mail "$odd" "$bad"
run "$filter" -c "$tmp/conf" explain "$tmp/message"
like "explain names the line" "$(cat "$tmp/stdout")" '*Line 1 ends trust*from x (y [[]1.2.3]) by mx.test*'
done_testing
