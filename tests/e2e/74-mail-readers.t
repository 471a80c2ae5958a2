#!/bin/sh
# The lines of doc/mail-readers.md in a real mutt and neomutt: the fields are shown,
# and the keys explain a mail and let its sender in.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
need script
mkdir -p "$tmp/home/Mail" "$tmp/home/Maildir/cur" "$tmp/home/Maildir/new" "$tmp/home/Maildir/tmp" "$tmp/bin"
ln -s "$filter" "$tmp/bin/spamcop-filter"
# The block of the page that begins with "unignore".
awk '/^    # Show why/ {on = 1} on && !/^    / && NF {exit} on {sub(/^    /, ""); print}' "$top_srcdir/doc/mail-readers.md" >"$tmp/muttrc"
ok "the page has the lines" grep -q '^macro index,pager ,a ' "$tmp/muttrc"
cat >"$tmp/home/Maildir/cur/1.1.host:2," <<'MAIL'
X-SpamCop-Status: listed; relays=1; checked=1; score=6
X-SpamCop-Listed: 192.0.2.9; list=bl.spamcop.net; answer=127.0.0.2; relay=1; trust=handoff
Received: from a.example (a.example [192.0.2.9]) by mx.example; Sun, 1 Nov 2026 00:00:00 +0000
From: Friend <friend@example.org>
To: me@example.net
Subject: tulips

Hello
MAIL
# A keyboard that nobody ends.
mkfifo "$tmp/keys" && exec 9<>"$tmp/keys"

# reader PROGRAM KEYS: opens the mailbox on a terminal of its own and presses the
# keys; what the terminal shows goes to $tmp/reader.log, until stop reader.
reader() {
	start reader sh -c "cd '$tmp/home' && exec env -i PATH='$tmp/bin:$PATH' HOME='$tmp/home' TERM=xterm-256color LC_ALL=C.UTF-8 script -qec \
		\"stty rows 40 cols 120; $1 -n -F '$tmp/muttrc' -e 'set quit=yes wait_key=no move=no' -f '$tmp/home/Maildir' -e 'push $2'\" /dev/null <'$tmp/keys'"
}
for program in mutt neomutt; do
	if ! have "$program"; then
		skip 3 "$program is not installed"
		continue
	fi
	rm -f "$tmp/home/.spamcop-allow"
	reader "$program" "<first-entry><display-message>"
	wait_for "$program's page" grep -aq 'Hello' "$tmp/reader.log"
	ok "$program shows the list" grep -aq 'list=bl.spamcop.net' "$tmp/reader.log"
	stop reader
	reader "$program" "<first-entry>,a"
	wait_for "the command" test -s "$tmp/home/.spamcop-allow"
	ok "$program: ,a lets the sender in" grep -q friend@example.org "$tmp/home/.spamcop-allow"
	is "$program: no error in the lines" "$(grep -aiE 'error in|unknown (command|color|variable)' "$tmp/reader.log")" ""
	stop reader
done
done_testing
