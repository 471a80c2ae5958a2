#!/bin/sh
# demo.sh: the main job, shown on two messages. Run by `./bootstrap demo` from the top of the tree. No server, no network, nothing left behind.
set -eu
data=$(cd "$(dirname "$0")/data" && pwd)
filter=$(pwd)/spamcop-filter
folder=$(mktemp -d "${TMPDIR:-/tmp}/spamcop-filter-demo.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$folder"
mkdir "$folder/home"

# Mail is never filed as root: the demonstration's user is nobody then.
user=
if [ "$(id -u)" = 0 ]; then
	user="-d nobody"
	chown nobody "$folder/home"
fi

# A blocklist in a file, in place of bl.spamcop.net: what it says of each address, then the addresses.
cat >"$folder/list" <<'LIST'
:127.0.0.2:Blocked - see https://www.spamcop.net/bl.shtml?$
207.217.120.82
LIST
cat >"$folder/conf" <<CONF
lists = ( { name = "demo-list"; file = "$folder/list"; relays = "all"; } );
deliver: { mailbox = "maildir:$folder/home/Maildir"; };
CONF
chmod 644 "$folder/list" "$folder/conf"

heading() {
	printf '\n== %s\n\n' "$1"
}

indent() {
	sed 's/^/    /'
}

deliver() {
	# shellcheck disable=SC2086 # two words or none
	"$filter" deliver -c "$folder/conf" $user -a you@example.org <"$data/$1.eml"
}

heading "Two messages arrive"
for message in spam clean; do
	grep -hE '^(From|Subject):' "$data/$message.eml" | indent
	# The first address in brackets is what our own server saw.
	printf '    handed over by %s\n\n' "$(sed -n '/^Received:/{s/.*\[\([0-9.]*\)\].*/\1/p;q;}' "$data/$message.eml")"
done

heading "spamcop-filter deliver looks up the relays in a blocklist (here a small file) and files both"
for message in spam clean; do
	deliver "$message"
	printf '    spamcop-filter deliver < %-9s    exit status %d\n' "$message.eml" "$?"
done

tags() {
	sed -n '/^$/q;/^X-SpamCop-/,/^[^ \t]/{/^X-SpamCop-/p;/^[ \t]/p;}' "$1" | indent
}

heading "What it wrote into the first one: which relay is listed, where, and why"
tags "$(find "$folder/home/Maildir/.Junk/new" -type f)"
heading "And into the second: looked up, not listed"
tags "$(find "$folder/home/Maildir/new" -type f)"

heading "Where they are now: nothing was blocked or bounced, the spam is in the folder Junk"
for file in "$folder"/home/Maildir/new/* "$folder"/home/Maildir/.Junk/new/*; do
	[ -f "$file" ] || continue
	place=${file#"$folder"/home/}
	printf '    %-20s  %s\n' "${place%/*}/" "$(sed -n 's/^Subject: //p' "$file")"
done

inbox=$(find "$folder/home/Maildir/new" -type f | wc -l)
junk=$(find "$folder/home/Maildir/.Junk/new" -type f | wc -l)
if [ "$inbox" -ne 1 ] || [ "$junk" -ne 1 ]; then
	echo "The demonstration failed: one message in each folder was expected." >&2
	exit 1
fi

heading "What next"
cat <<'TEXT'
    Look at your own mail (no DNS question is asked):  ./spamcop-filter relays < message
    Ask the real list about an address:                ./spamcop-filter check 127.0.0.2
    Tag a message without filing it:                   ./spamcop-filter < message
    Install it, and put it into your mail system:      README
TEXT
