#!/bin/sh
# --home DIR: one account, a folder for each user, and no way out of it.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

HOME=$box/account
export HOME
ann=$box/users/ann
bob=$box/users/bob
# shellcheck disable=SC2086 # $as is words
$as mkdir -p "$HOME" "$ann" "$bob"
cat >>"$tmp/conf" <<'CONF'
deliver: { mailbox = "maildir:~/Maildir"; };
CONF
sed -i '/mailbox = "maildir:\//d' "$tmp/conf"
sed 's/207.217.120.82/207.217.120.83/; s/^Subject/From: friend@example.net\n&/' "$tmp/message" >"$tmp/spam"
chmod 644 "$tmp/spam"

# tell [OPTION...] COMMAND: as the account.
tell() {
	# shellcheck disable=SC2086
	run $as "$filter" -c "$tmp/conf" "$@"
}

# held WHERE: how many messages are in a folder.
held() {
	find "$1" -type f -path '*/new/*' 2>/dev/null | grep -c .
}

tell --home "$ann" deliver <"$tmp/spam"
is "listed mail is in the Junk folder of this user" "$status:$(held "$ann/Maildir/.Junk"):$(held "$HOME")" 0:1:0
tell --home "$ann" allow friend@example.net
is "allow writes this user's file" "$status:$(grep -v "^#" "$ann/.spamcop-allow")" "0:friend@example.net"
ok "and no other" [ ! -e "$HOME/.spamcop-allow" ]
tell --home "$ann" -f friend@example.net deliver <"$tmp/spam"
is "the next one is in her inbox" "$status:$(held "$ann/Maildir/new")" 0:1
tell --home "$bob" -f friend@example.net deliver <"$tmp/spam"
is "and in his Junk" "$status:$(held "$bob/Maildir/.Junk")" 0:1
tell --home "$ann" tag <"$tmp/spam"
like "tag reads this user's file" "$(stdout)" "X-SpamCop-Status: allowed;*"
tell --home "$bob" tag <"$tmp/spam"
like "tag reads no other" "$(stdout)" "X-SpamCop-Status: listed;*"
tell --home "$ann" explain "$tmp/spam"
like "explain as well" "$(stdout)" "*The allow list has friend@example.net*"
if [ -x "$bin/spamcop-sieve" ]; then
	# shellcheck disable=SC2086,SC2016
	$as sh -c 'printf "require \"fileinto\"; fileinto \"Rules\";\n" >"$1/.spamcop.sieve" && chmod 600 "$1/.spamcop.sieve"' sh "$bob"
	tell --home "$bob" deliver <"$tmp/message"
	is "rules are this user's" "$status:$(held "$bob/Maildir/.Rules")" 0:1
fi
tell --home "$ann" doctor
like "doctor looks there" "$(stdout)" "*Mailbox (uid *, home $ann)*maildir:$ann/Maildir*well: it*"
tell --home "$box/users/none" doctor
like "doctor notices a home that is not there" "$status:$(stdout)" "1:*$box/users/none*there is no*folder*"

# HOME is kept up to 1,023 bytes; a longer one is none, and not the beginning of another.
longer=$(printf '%1024s' "$HOME" | sed 's, ,/,g')
# shellcheck disable=SC2086
run $as env HOME="${longer#/}" "$filter" -c "$tmp/conf" doctor
like "a home of 1,023 bytes" "$(stdout)" "*home ${longer#/}*"
# shellcheck disable=SC2086
run $as env -u USER HOME="$longer" "$filter" -c "$tmp/conf" doctor
is "a home of 1,024 bytes" "$(stdout | grep -c "home //")" 0

for path in "$box/users/../users/ann" "$box/users/ann/.." "$box/./users/ann" "$box/users/." users/ann "" ..; do
	tell --home "$path" deliver <"$tmp/message"
	ok "refused as a home: \"$path\"" [ "$status" = 75 ] && [ "$(wc -l <"$tmp/stderr")" = 1 ]
done
# shellcheck disable=SC2088 # ours to expand
for path in "$ann/../bob/Maildir" "$ann/Maildir/.." "$ann/./Maildir" "~/../bob/Maildir"; do
	tell --mailbox "maildir:$path" deliver <"$tmp/message"
	ok "refused as a mailbox: $path" [ "$status" = 75 ]
	like "the sentence" "$(stderr)" "*--mailbox *may lead anywhere*"
done
tell --home "$ann/.." tag <"$tmp/message"
is "tag refuses as well, and writes nothing" "$status:$(stdout)" 75:
tell --home "$ann/.." allow x@y.example
is "allow: a usage error" "$status" 64
tell --home "$box/users/a..b" --mailbox "maildir:$box/users/...x/..y" tag <"$tmp/message"
is "names with dots are names" "$status" 0
done_testing
