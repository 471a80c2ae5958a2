#!/bin/sh
# Allow lists: who is let through, and who is not although a message says so.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"

hostile_start
HOME=$tmp/home
export HOME
mkdir "$HOME"

# through WHAT PATTERN OPTION...: the Status of the message.
through() {
	through_what=$1
	through_want=$2
	shift 2
	tag "$@"
	like "$through_what" "$status $(status_field)" "0 $through_want"
	same "$through_what: message intact" "$tmp/rest" "$tmp/message"
}

# from ADDRESS RELAY...: a message from there.
from() {
	from_address=$1
	shift
	message "$@"
	sed "s/^From: .*/From: $from_address/" "$tmp/message" >"$tmp/message.new"
	mv "$tmp/message.new" "$tmp/message"
}

extra='allow: { senders = [ "friend@example.org", "@example.net" ]; networks = [ "11.22.33.0/24" ]; zones = [ ]; };'
conf listed.test
from '"A Friend" <friend@example.org>' 11.22.44.1
through "From" "allowed; relays=1; checked=1; score=0; hits=listed.test; allowed=friend@example.org" -f bounce@example.com -a me@home.example
is "no Listed field" "$(field Listed)$(field Disposition)" ""
is "score 0" "$(field Score)" 0
# The user's file is not opened where the configuration has decided, nor complained of.
echo friend@example.org >"$HOME/.spamcop-allow" && chmod 666 "$HOME/.spamcop-allow"
tag -v -f bounce@example.com -a me@home.example
is "a file that is not needed is no concern" "$(stderr | grep -c spamcop-allow)" 0
from 'someone@example.org' 11.22.44.1
tag -v -f bounce@example.com -a me@home.example
like "one that is needed is" "$(stderr)" "*spamcop-allow: ignored: *"
rm "$HOME/.spamcop-allow"
from 'friend@example.org, other@example.com' 11.22.44.1
through "two addresses in From" "listed; *" -f bounce@example.com -a me@home.example
from 'someone@example.com' 11.22.44.1
through "envelope sender" "allowed; *; allowed=@example.net" -f anyone@example.net -a me@home.example
through "nobody" "listed; *" -f '' -a me@home.example

# Forged: the recipient's own domain, in From and in the envelope.
from 'boss@example.net' 11.22.44.1
through "From of the recipient's own domain" "listed; *" -f '' -a me@example.net
through "From of the recipient's own domain in other letters" "listed; *" -f '' -a me@EXAMPLE.NET
from 'me@example.net' 11.22.44.1
through "From the recipient" "listed; *" -f me@example.net -a me@example.net
sed 's/^To: .*/To: me@example.net/' "$tmp/message" >"$tmp/message.new"
mv "$tmp/message.new" "$tmp/message"
through "nobody says who the recipient is" "listed; *" -f me@example.net

# Without -a, the line of the handoff says whom the message is for; what a client calls itself adds to that and takes nothing away.
for_line() {
	sed "s/with ESMTP id 1A2B3C;/with ESMTP id 1A2B3C$1;/; s/^To: .*/To: undisclosed-recipients:;/" "$tmp/message" >"$tmp/message.new"
	mv "$tmp/message.new" "$tmp/message"
}
from 'Boss <boss@example.net>' 11.22.44.1
for_line ' for <user@example.net>'
through "own domain by the handoff's for-clause" "listed; *" -f ''
from 'Boss <boss@example.net>' 11.22.44.1
for_line '\n\tfor <USER@EXAMPLE.NET>'
through "in other letters, folded" "listed; *" -f boss@example.net
from 'Boss <boss@example.net>' 11.22.44.1
for_line ' (for <x@elsewhere.example>) for user@example.net'
through "another one before it" "listed; *" -f ''
from 'Boss <boss@example.net>' 11.22.44.1
for_line ' for <user@example.net.example>'
through "a domain that begins like it" "allowed; *; allowed=@example.net" -f ''
from 'Boss <boss@example.net>' 11.22.44.1 11.22.44.2
sed '4,6s/with ESMTP id/with ESMTP for <user@example.net> id/; s/^To: .*/To: x:;/' "$tmp/message" >"$tmp/message.new"
mv "$tmp/message.new" "$tmp/message"
through "what an invented line is for does not matter" "allowed; *; allowed=@example.net" -f ''

# Domains below one, mailing lists, and no asterisk.
extra='allow: { senders = [ "@.example.net", "list:tulips.example.org" ]; };'
conf listed.test
from 'news@mail.example.net' 11.22.44.1
through "a domain below" "allowed; *; allowed=@.example.net" -f '' -a me@home.example
from 'news@example.net' 11.22.44.1
through "the domain itself" "listed; *" -f '' -a me@home.example
from 'news@notexample.net' 11.22.44.1
through "a domain that ends like it" "listed; *" -f '' -a me@home.example
list_id() {
	from 'somebody@example.com' 11.22.44.1
	sed "s/^Subject: .*/List-Id: $1/" "$tmp/message" >"$tmp/message.new"
	mv "$tmp/message.new" "$tmp/message"
}
list_id 'All about tulips <Tulips.example.org>'
through "a mailing list" "allowed; *; allowed=list:tulips.example.org" -f '' -a me@home.example
list_id 'tulips.example.org <roses.example.org>'
through "another mailing list" "listed; *" -f '' -a me@home.example
for bad in '*' '*@example.org' '@*.example.org' 'friend@*' '*.example.org'; do
	extra="allow: { senders = [ \"$bad\" ]; };"
	conf listed.test
	tag -v
	like "$bad is refused" "$(status_field) $(stderr)" "unknown; failed=config *allow.senders?1?: *a sender without*@.example.org*is expected*"
done
: >"$tmp/good"
run "$filter" -c "$tmp/good" allow '*@example.org'
like "the command says what to write instead" "$status $(stderr)" "64 *write @example.org for everybody at example.org*"
run "$filter" -c "$tmp/good" allow '@*.example.org'
like "and for the domains below one" "$status $(stderr)" "64 *write @.example.org for all domains below example.org*"

# Senders with proof: the site's own Authentication-Results.
extra='allow: { senders = [ "@example.net", "dkim:signer.example" ]; authenticated = true; authserv_id = "mx.home.example"; };'
conf listed.test
# proof FIELD...: a message from boss@example.net with these fields right below the handoff's line.
proof() {
	from 'boss@example.net' 11.22.44.1
	proof_fields=$(printf '%s\\n' "$@")
	sed "3a\\
${proof_fields%??}" "$tmp/message" >"$tmp/message.new"
	mv "$tmp/message.new" "$tmp/message"
}
ours='Authentication-Results: mx.home.example; dkim=pass header.d=example.net header.s=s'
forged='Authentication-Results: mx.home.example; dkim=pass header.d=example.net; dmarc=pass header.from=example.net'
from 'boss@example.net' 11.22.44.1
through "no proof" "listed; *" -f boss@example.net -a me@home.example
proof "$ours"
through "proof right below the line of the handoff" "allowed; *; allowed=@example.net" -f '' -a me@home.example
printf '%s\n' "$ours" | cat - "$tmp/message" >"$tmp/message.new"
mv "$tmp/message.new" "$tmp/message"
through "proof above it" "allowed; *; allowed=@example.net" -f '' -a me@home.example
proof 'Authentication-Results: mx.home.example; none' "$forged"
through "a forged one below ours" "listed; *" -f '' -a me@home.example
proof 'DKIM-Signature: v=1' "$forged"
through "a forged one below what the sender wrote" "listed; *" -f '' -a me@home.example
proof 'Authentication-Results: elsewhere.example; dkim=pass header.d=example.net'
through "somebody else's" "listed; *" -f '' -a me@home.example
proof 'Authentication-Results: mx.home.example; dkim=pass header.d=evil.example'
through "proof of another domain" "listed; *" -f '' -a me@home.example
proof 'Authentication-Results: mx.home.example; spf=pass smtp.mailfrom=boss@example.net; dmarc=fail header.from=example.net'
through "proof, and its owner says no" "listed; *" -f '' -a me@home.example
proof 'Authentication-Results: mx.home.example; spf=fail (of x) dkim=pass header.d=example.net (y) z) smtp.mailfrom=x'
through "what cannot be read proves nothing" "listed; *" -f '' -a me@home.example
run "$filter" -c "$tmp/conf" -f '' -a me@home.example explain "$tmp/message"
like "explain says that it proves nothing" "$(stdout)" "*Authentication-Results of ?mx.home.example? cannot be read*"
proof "$ours"
run "$filter" -c "$tmp/conf" -f '' -a me@home.example explain "$tmp/message"
like "explain says what is proven" "$(stdout)" "*DKIM  passed for example.net*The verdict: allowed*"
through "own domain, proof or not" "listed; *" -f '' -a me@example.net
proof 'Authentication-Results: mx.home.example; dkim=pass header.d=signer.example'
through "a signer" "allowed; *; allowed=dkim:signer.example" -f '' -a me@home.example
extra='allow: { senders = [ "@example.net" ]; authenticated = true; };'
conf listed.test
tag -v
like "authenticated without a name to believe" "$(stderr)" "*allow.authenticated: there is no allow.authserv_id to believe*"
extra='allow: { senders = [ "friend@example.org", "@example.net" ]; networks = [ "11.22.33.0/24" ]; zones = [ ]; };'
conf listed.test

# Networks: the handoff only, so an invented Received line lets nobody in.
from 'someone@example.com' 11.22.33.9
through "network" "allowed; *; allowed=11.22.33.0/24" -f x@example.com -a me@home.example
from 'someone@example.com' 11.22.44.1 11.22.33.9 11.22.33.10
through "network in an invented line" "listed; relays=3; *" -f x@example.com -a me@home.example
from 'someone@example.com' 10.0.0.1 11.22.33.9
through "network behind a host of ours" "allowed; *; allowed=11.22.33.0/24" -f x@example.com -a me@home.example

# Zones and negative weights: the handoff only, and what fails makes the verdict unknown. Questions are counted: none is to be asked again.
timeout=10.0
extra='allow: { zones = [ "127-0-0-5.test" ]; };'
conf listed.test
from 'someone@example.com' 11.22.44.1
through "zone" "allowed; relays=1; checked=1; score=0; hits=listed.test; allowed=127-0-0-5.test"
from 'someone@example.com' 11.22.44.1 11.22.44.2
: >"$tmp/hostile.log"
through "zone and two relays" "allowed; *"
is "the zone is asked about the handoff only" "$(asked hostile '^udp A .*[.]44[.]22[.]11[.]127-0-0-5.test')" 1
extra='allow: { zones = [ "clean.test" ]; };'
conf listed.test
through "zone does not know it" "listed; *"
extra='allow: { zones = [ "wildcard.test" ]; };'
conf listed.test
through "a zone that lets everybody in lets nobody in" "unknown; *; failed=wildcard.test:insane; hits=listed.test"
is "and nothing is tagged" "$(field Listed)" ""
for bad in servfail refused 127-255-255-254 silent; do
	deadline=20000
	[ $bad != silent ] || deadline=3000
	extra="allow: { zones = [ \"$bad.test\" ]; };"
	conf listed.test
	through "zone fails ($bad)" "unknown; *; failed=$bad.test:*"
	conf clean.test
	through "zone fails ($bad) and it does not matter" "clean; *; failed=$bad.test:*"
done
deadline=20000
extra=
conf listed.test '{ zone = "127-0-0-5.test"; name = "good"; answers = [ "127.0.0.5" ]; relays = "all"; weight = -4; }'
from 'someone@example.com' 11.22.44.1
through "negative weight" "clean; relays=1; checked=1; score=2; hits=listed.test,good"
conf '{ zone = "listed.test"; relays = "all"; }' '{ zone = "servfail.test"; name = "good"; weight = -4; }'
through "negative weight fails" "unknown; *; failed=good:servfail; hits=listed.test"

# A welcome list with grades, the better the lower: while it does not answer, its best grade could have prevented a listing, whichever it names first.
first='{ answer = "127.0.[2..15].0"; weight = -1; }' best='{ answer = "127.0.[2..15].3"; weight = -8; }'
for grades in "$first, $best" "$best, $first"; do
	conf listed.test "{ zone = \"servfail.test\"; name = \"dnswl\"; answers = ( $grades ); }"
	through "a welcome list with grades fails" "unknown; relays=1; checked=1; failed=dnswl:servfail; hits=listed.test"
	is "and nothing is tagged" "$(field Listed)" ""
done

# Only the second relay, an invented one, is on the good list.
mkdir "$tmp/lists"
printf '11.22.44.1 :2:bad\n' >"$tmp/lists/bad"
printf '11.22.44.2 :2:good\n' >"$tmp/lists/good"
conf "{ name = \"bad\"; file = \"$tmp/lists/bad\"; relays = \"all\"; }" "{ name = \"good\"; file = \"$tmp/lists/good\"; relays = \"all\"; weight = -4; }"
from 'someone@example.com' 11.22.44.1 11.22.44.2
through "negative weight of an invented relay" "listed; relays=2; checked=2; score=6"

# The user's own file.
extra=
conf listed.test
from 'pal@example.com' 11.22.44.1
through "no file" "listed; *" -a me@home.example
printf '# pals\npal@example.com\n' >"$HOME/.spamcop-allow"
chmod 600 "$HOME/.spamcop-allow"
through "the user's file" "allowed; *; allowed=pal@example.com" -a me@home.example
chmod 666 "$HOME/.spamcop-allow"
through "a file that others can write" "listed; *" -a me@home.example
mv "$HOME/.spamcop-allow" "$HOME/elsewhere"
chmod 600 "$HOME/elsewhere"
ln -s elsewhere "$HOME/.spamcop-allow"
through "a symbolic link" "listed; *" -a me@home.example
rm "$HOME/.spamcop-allow"
if is_root; then
	cp "$HOME/elsewhere" "$HOME/.spamcop-allow"
	chown nobody "$HOME/.spamcop-allow"
	chmod 644 "$HOME/.spamcop-allow"
	through "a file of somebody else" "listed; *" -a me@home.example
	rm "$HOME/.spamcop-allow"
else
	skip 1 "only root can give a file away"
fi
mkfifo "$HOME/.spamcop-allow"
through "a FIFO" "listed; *" -a me@home.example
done_testing
