#!/bin/sh
# check, allow and doctor: what a person asks about addresses and lists.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"

hostile_start
HOME=$tmp/home
export HOME
mkdir "$HOME"
allow_file=$HOME/.spamcop-allow

# has WHAT PATTERN: the output has a line like this (grep -E); lacks: it has none.
has() {
	ok "$1" grep -qE "$2" "$tmp/stdout"
}

lacks() {
	ok "$1" [ "$(grep -cE "$2" "$tmp/stdout")" = 0 ]
}

# ---- check

conf bl.spamcop.net clean.test
run "$filter" -c "$tmp/conf" check 11.22.33.44
is "check: listed" "$status" 1
has "check: address" '^11\.22\.33\.44$'
has "check: list, answer, reason" '^  bl\.spamcop\.net  listed       127\.0\.0\.2  Blocked - see https://list\.example/\?44\.33\.22\.11\.bl\.spamcop\.net$'
has "check: the other list" '^  clean\.test      not listed$'
has "check: what it means" '^What it means$'
has "check: what to do" '^What to do$'
has "check: SpamCop's page" 'https://www\.spamcop\.net/bl\.shtml\?11\.22\.33\.44$'
ok "check: fits 80 columns but for what a list says" [ "$(grep -v 'list\.example' "$tmp/stdout" | awk 'length > 80' | wc -l)" -eq 0 ]
conf clean.test
run "$filter" -c "$tmp/conf" check 11.22.33.44 11.22.33.45
is "check: not listed" "$status $(grep -c 'not listed' "$tmp/stdout")" "0 2"
lacks "check: nothing to do" 'What to do'
conf clean.test servfail.test
run "$filter" -c "$tmp/conf" check 11.22.33.44
is "check: could not tell" "$status" 75
has "check: why not" '^  servfail\.test  no answer    servfail$'
conf servfail.test listed.test
run "$filter" -c "$tmp/conf" check 11.22.33.44
is "check: listed, although another list fails" "$status" 1
conf wildcard.test
run "$filter" -c "$tmp/conf" check 11.22.33.44
is "check: a list that lists everything" "$status" 75
conf eviltxt.test
run "$filter" -c "$tmp/conf" check 11.22.33.44
is "check: no control bytes from a list" "$(LC_ALL=C tr -d '\012\040-\176' <"$tmp/stdout" | wc -c | tr -d ' ')" 0
conf '{ zone = "listed.test"; }'
run "$filter" -c "$tmp/conf" check 2a00:1450:4864:20::131
is "check: no list for IPv6" "$status" 75
conf listed.test
run "$filter" -c "$tmp/conf" check 2a00:1450:4864:20::131
is "check: IPv6" "$status" 1
run "$filter" -c "$tmp/conf" check 127.0.0.2
is "check: the test entry" "$status" 1
run "$filter" -c "$tmp/conf" check 127.0.0.1
is "check: the other test entry" "$status" 0
run "$filter" -c "$tmp/conf" check "mail example"
is "check: no address" "$status" 64
run "$filter" -c "$tmp/conf" check
is "check: nothing" "$status" 64
servers=127.0.0.1:$(free_port)
conf listed.test
run "$filter" -c "$tmp/conf" check 11.22.33.44
is "check: no server" "$status" 75
servers=$dns

# ---- allow

conf listed.test
run "$filter" -c "$tmp/conf" allow --list
is "allow: nothing yet" "$status$(stdout)" 0
run "$filter" -c "$tmp/conf" allow friend@Example.ORG
is "allow: a sender" "$status" 0
has "allow: says what it lets in" 'friend@example\.org'
has "allow: says that it can be forged" 'Anybody can write that'
is "allow: only the user can read it" "$(stat -c %a "$allow_file")" 600
run "$filter" -c "$tmp/conf" allow 11.22.44.0/24
has "allow: says that it cannot be forged" 'cannot be forged'
printf '# my own words\n\n@example.net   # a shop\nunknown words stay, too' >>"$allow_file"
run "$filter" -c "$tmp/conf" allow example.com friend@example.org
is "allow: again, and another" "$status" 0
has "allow: says that it was there" '^friend@example\.org was in the list already$'
printf '# spamcop-filter allow list, version 1\nfriend@example.org\n11.22.44.0/24\n# my own words\n\n@example.net   # a shop\nunknown words stay, too\n@example.com\n' >"$tmp/want"
same "allow: what was there stays" "$allow_file" "$tmp/want"
run "$filter" -c "$tmp/conf" allow --list
printf 'friend@example.org\n11.22.44.0/24\n@example.net\n@example.com\n' >"$tmp/want"
same "allow: --list" "$tmp/stdout" "$tmp/want"
run "$filter" -c "$tmp/conf" allow --remove example.net FRIEND@example.org
is "allow: --remove" "$status" 0
printf '# spamcop-filter allow list, version 1\n11.22.44.0/24\n# my own words\n\nunknown words stay, too\n@example.com\n' >"$tmp/want"
same "allow: comments stay" "$allow_file" "$tmp/want"
run "$filter" -c "$tmp/conf" allow --remove nobody@example.net
is "allow: --remove of nothing" "$status" 1
same "allow: and nothing changed" "$allow_file" "$tmp/want"
message 11.22.33.44
run "$filter" -c "$tmp/conf" allow --from-message "$tmp/message"
is "allow: --from-message" "$status $(tail -n 1 "$allow_file")" "0 somebody@example.com"
run "$filter" -c "$tmp/conf" allow --from-message - <"$tmp/message"
is "allow: --from-message from standard input" "$status" 0
tag
like "allow: and it is let through" "$(status_field)" "allowed; *; allowed=@example.com"
printf 'From: a@example.com, b@example.com\n\n' >"$tmp/two"
cp "$allow_file" "$tmp/want"
run "$filter" -c "$tmp/conf" allow --from-message "$tmp/two"
is "allow: a message from two" "$status" 65
run "$filter" -c "$tmp/conf" allow --from-message "$tmp/nothing"
is "allow: no such file" "$status" 66
for wrong in 'a b@example.org' 'a@b@example.org' 192.0.2.1/24 0.0.0.0/0 ::/8 com '' '@' 'x@example.org
y@example.org'; do
	run "$filter" -c "$tmp/conf" allow good@example.org "$wrong"
	is "allow: refuses \"$(printf %s "$wrong" | head -n 1)\"" "$status" 64
done
run "$filter" -c "$tmp/conf" allow
is "allow: nothing" "$status" 64
same "allow: nothing of that changed anything" "$allow_file" "$tmp/want"
run "$filter" -c "$tmp/conf" -a me@example.org allow friend2@example.org
has "allow: warns about one's own domain" 'your own domain'

# Twenty at once: none is lost.
rm "$allow_file"
i=0
pids=
while [ "$i" -lt 20 ]; do
	i=$((i + 1))
	"$filter" -c "$tmp/conf" allow "many$i@example.org" >/dev/null 2>"$tmp/err$i" &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid"
done
is "allow: twenty at once" "$(grep -v '^#' "$allow_file" | sort -u | wc -l | tr -d ' ') $(ls -A "$HOME" | wc -l | tr -d ' ')" "20 1"

# A file that is no text is put aside and told; what of it can be read goes on. Mail meanwhile is let in by that as well.
printf 'one@example.org\n\0\0\0\0\0\ntwo@exam\0ple.org\nsomebody@example.com\n' >"$allow_file"
cp "$allow_file" "$tmp/want"
message 11.22.33.44
tag -v
like "allow: a damaged file: mail" "$status $(status_field) $(stderr)" "0 allowed; *; allowed=somebody@example.com*.spamcop-allow:2: *is no entry*"
run "$filter" -c "$tmp/conf" allow three@example.org
like "allow: a damaged file: the command" "$status $(stderr)" "0 *was damaged; it is kept as $allow_file.damaged.*"
printf 'one@example.org\nsomebody@example.com\nthree@example.org\n' >"$tmp/good"
same "allow: a damaged file: what could be read" "$allow_file" "$tmp/good"
same "allow: a damaged file: as it was found" "$(echo "$allow_file".damaged.*)" "$tmp/want"
is "allow: a damaged file: nothing else is left" "$(ls -A "$HOME" | wc -l | tr -d ' ')" 2
rm "$allow_file".damaged.*

# A file of a later version is used and not changed.
printf '# spamcop-filter allow list, version 2\nsomebody@example.com\nnew:kind of entry\n' >"$allow_file"
cp "$allow_file" "$tmp/want"
tag
like "allow: a later version's file: mail" "$status $(status_field)" "0 allowed; *; allowed=somebody@example.com"
run "$filter" -c "$tmp/conf" allow x@example.org
like "allow: a later version's file: the command" "$status $(stderr)" "75 *a later version*"
same "allow: a later version's file: not changed" "$allow_file" "$tmp/want"

# What must not be believed is not changed.
chmod 666 "$allow_file"
run "$filter" -c "$tmp/conf" allow x@example.org
like "allow: a file that others can write" "$status $(stderr)" "75 *others can write it*"
chmod 600 "$allow_file"
mv "$allow_file" "$HOME/there"
ln -s there "$allow_file"
run "$filter" -c "$tmp/conf" allow x@example.org
like "allow: a symbolic link" "$status $(stderr)" "75 *symbolic link*"
rm "$allow_file"
mkfifo "$allow_file"
run "$filter" -c "$tmp/conf" allow x@example.org
is "allow: a FIFO" "$status" 75
rm "$allow_file"
if [ -w /dev/full ]; then
	rmdir "$HOME" 2>/dev/null || rm -r "$HOME"
	run "$filter" -c "$tmp/conf" allow x@example.org
	is "allow: no folder" "$status" 75
	mkdir "$HOME"
else
	skip 1 "no /dev/full"
fi

# ---- doctor

# Are senders with proof safe here? As the user's mail tells.
mkdir -p "$tmp/box/cur"
i=0
while [ "$i" -lt 12 ]; do
	i=$((i + 1))
	printf 'Received: from a ([11.22.35.%d]) by mx.home.example with ESMTP; Mon, 23 Nov 2026 10:00:00 +0000\nAuthentication-Results: mx.home.example; spf=pass smtp.mailfrom=example.com\nFrom: a@example.com\n\nx\n' "$i" >"$tmp/box/cur/$i"
done
conf listed.test
run "$filter" -c "$tmp/conf" doctor --mail "$tmp/box"
like "doctor: proof in each message: the name" "$status $(stdout)" "0 *12 of 12 messages have one of \"mx.home.example\"*set allow.authserv_id*would then be safe*"
extra='allow: { authenticated = true; authserv_id = "mx.home.example"; };'
conf listed.test
run "$filter" -c "$tmp/conf" doctor --mail "$tmp/box"
like "doctor: proof in each message" "$status $(stdout)" "0 *12 of 12 messages have one*allow.authenticated is safe*"
sed -i 2d "$tmp/box/cur/3"
run "$filter" -c "$tmp/conf" doctor --mail "$tmp/box"
like "doctor: a message without" "$status $(stdout)" "1 *11 of 12 messages have one*is not safe here*box/cur/3*"
extra=
conf listed.test
run "$filter" -c "$tmp/conf" doctor --mail "$tmp/box"
like "doctor: a message without, before it is set" "$status $(stdout)" "0 *11 of 12*Do not*set*allow.authenticated*"

conf listed.test
run "$filter" -c "$tmp/conf" doctor
is "doctor: all well" "$status $(tail -n 1 "$tmp/stdout")" "0 Nothing is wrong."
has "doctor: the resolver" "^  $dns  answers in [0-9.]+ ms$"
has "doctor: a good list" '^  listed\.test  well: lists 127\.0\.0\.2, not 127\.0\.0\.1, in [0-9.]+ ms$'
has "doctor: and by IPv6" '^  listed\.test  well: .* \(IPv6\)$'
conf clean.test wildcard.test 127-255-255-254.test 127-0-0-3.test servfail.test '{ zone = "k3yk3yk3yk3yk3yk3y.listed.test"; }' '{ zone = "k3yk3yk3yk3yk3yk3y.listed.test"; name = "paid"; }'
run "$filter" -c "$tmp/conf" doctor
is "doctor: something is wrong" "$status" 1
has "doctor: no test entry is no fault" '^  clean\.test +answers in [0-9.]+ ms, but has no test entry'
has "doctor: wildcard" '^! wildcard\.test +insane$'
has "doctor: refusal" '^! 127-255-255-254\.test +refused$'
has "doctor: an answer that is not configured" '^! 127-0-0-3\.test +answers 127\.0\.0\.3 to its test entry$'
has "doctor: SERVFAIL" '^! servfail\.test +servfail$'
has "doctor: keys are masked" '^  KEY\.listed\.test +well'
has "doctor: named list" '^  paid +well'
lacks "doctor: no key is shown" k3yk3y
has "doctor: what to do" '(doc/lists.md)'
servers="127.0.0.1:$(free_port)"
timeout=0.2
deadline=500
conf listed.test
run "$filter" -c "$tmp/conf" doctor
has "doctor: no resolver" "^! $servers  unreachable$"
servers=8.8.8.8
# Nothing is ever sent there: a network of its own without any way out, or not at all.
if unshare -n true 2>/dev/null; then
	conf listed.test
	run unshare -n "$filter" -c "$tmp/conf" doctor
	has "doctor: a public resolver" 'This is a public resolver'
else
	skip 1 "unshare -n does not work here"
fi
servers=$dns
printf '11.22.33.44\nnonsense\n' >"$tmp/list"
conf "{ file = \"$tmp/list\"; }" "{ name = \"gone\"; file = \"$tmp/gone\"; }"
printf 'no_such_key = 1;\n' >>"$tmp/conf"
run "$filter" -c "$tmp/conf" doctor
has "doctor: a file" '^! list +file, 1 entries, read in'
has "doctor: its bad line" "^    $tmp/list:2: "
has "doctor: an unreadable file" '^! gone +unreadable$'
has "doctor: an unknown key" 'unknown key no_such_key'
conf '{ zone = "listed.test"; weight = 2; }'
run "$filter" -c "$tmp/conf" doctor
has "doctor: a threshold that cannot be reached" 'cannot reach the threshold'
printf 'threshold = "five";\n' >"$tmp/conf"
run "$filter" -c "$tmp/conf" doctor
is "doctor: broken configuration" "$status" 1
has "doctor: where it is broken" "conf:1: .*threshold"
done_testing
