#!/bin/sh
# deliver into a Maildir: what is stored, where, and what is left of it.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

# ---- an ordinary message

deliver <"$tmp/message"
is "delivered" "$status" 0
is "nothing on standard output" "$(stdout)$(stderr)" ""
cat >"$tmp/want" <<'WANT'
Return-Path: <sender@example.net>
Delivered-To: joe@example.org
X-SpamCop-Status: clean; relays=1; checked=1; score=0
X-SpamCop-Checked: 207.217.120.82
X-SpamCop-Score: 0
WANT
cat "$tmp/message" >>"$tmp/want"
same "the message, with its trace and tags" "$(ls "$maildir"/new/*)" "$tmp/want"
is "nothing left in tmp/" "$(spools)" 0
is "nobody else can read it" "$(find "$maildir" -perm /077)" ""
like "its name" "$(ls "$maildir/new")" "[0-9]*.M[0-9]*P[0-9]*_[0-9]*.*"

fresh
sed 's/207.217.120.82/207.217.120.83/' "$tmp/message" >"$tmp/spam"
deliver <"$tmp/spam"
is "listed mail is in Junk" "$status:$(messages .Junk):$(messages "")" 0:1:0
ok "which is a folder of Maildir++" [ -f "$maildir/.Junk/maildirfolder" ]
is "and subscribed" "$(cat "$maildir/subscriptions")" "V	2

Junk"
deliver -m Work <"$tmp/message"
is "-m: where an implicit keep goes" "$status:$(messages .Work)" 0:1

# ---- the sender

fresh
{ echo "From box@example.com Mon Jan  1 00:00:00 2024" && cat "$tmp/message"; } >"$tmp/from"
# shellcheck disable=SC2086
run $as "$filter" -c "$tmp/conf" deliver <"$tmp/from"
is "a From_ line becomes the sender" "$(head -n 1 "$maildir"/new/*)" "Return-Path: <box@example.com>"
ok "and is no part of the message" sh -c "! grep '^From ' '$maildir'/new/*"
fresh
deliver -f '<>' <"$tmp/message"
is "the null sender" "$(head -n 1 "$maildir"/new/*)" "Return-Path: <>"
fresh
{ printf 'Return-Path: <x@example.com>\nDelivered-To: joe@example.org\n' && cat "$tmp/message"; } >"$tmp/traced"
deliver <"$tmp/traced"
is "not written where the mail system has" "$(grep -c -e ^Return-Path -e ^Delivered-To "$maildir"/new/*)" 2

# ---- hostile messages, byte for byte

hostile() {
	fresh
	deliver <"$2"
	is "$1: stored" "$status:$(everywhere):$(spools)" 0:1:0
	# Our fields are at most a few lines: what comes behind them must be the input.
	tail -c "$(wc -c <"$2")" "$maildir"/new/* | cmp -s - "$2"
	is "$1: byte for byte" "$?" 0
}

: >"$tmp/empty"
hostile "empty" "$tmp/empty"
printf 'Subject: x\n' >"$tmp/m" && hostile "header only" "$tmp/m"
printf 'Subject: x\n\nno newline' >"$tmp/m" && hostile "no newline at the end" "$tmp/m"
printf 'Subject: x\0y\n\nbody\0\0\n\377\n' >"$tmp/m" && hostile "NULs" "$tmp/m"
printf 'Subject: x\r\rA: b\n\nbo\rdy\r\n' >"$tmp/m" && hostile "bare CR" "$tmp/m"
printf 'Subject: x\r\n\r\nbody\r\n' >"$tmp/m" && hostile "CRLF" "$tmp/m"
printf 'Subject: x\n\nFrom here on\n\nFrom a@b Mon Jan  1 00:00:00 2024\n>From x\n' >"$tmp/m" && hostile "From_ lines in the body" "$tmp/m"
printf 'no header at all\n' >"$tmp/m" && hostile "no header" "$tmp/m"
{ yes 'X-Field: value' | head -n 100000 && printf '\nbody\n'; } >"$tmp/m" && hostile "100,000 fields" "$tmp/m"
{ printf 'X-Long: ' && head -c 10000000 /dev/zero | tr '\0' x && printf '\n\nbody\n'; } >"$tmp/m" && hostile "a line of 10 MB in the header" "$tmp/m"
{ printf 'Subject: x\n\n' && head -c 10000000 /dev/zero | tr '\0' y; } >"$tmp/m" && hostile "a line of 10 MB in the body" "$tmp/m"

# ---- memory

size=300M
[ "$full" = 1 ] && size=1G
fresh
cp "$tmp/message" "$tmp/large"
truncate -s "$size" "$tmp/large"
# shellcheck disable=SC2086
run $as "$storetool" peak "$filter" -c "$tmp/conf" -f sender@example.net deliver <"$tmp/large"
is "$size: stored" "$status:$(everywhere)" 0:1
[ -n "$sanitized" ] && skip 1 "AddressSanitizer needs more memory" ||
	ok "$size: in $(tail -n 1 "$tmp/stdout") KiB of memory, expected less than 8,192" [ "$(tail -n 1 "$tmp/stdout")" -lt 8192 ]
tail -c +"$(($(wc -c <"$maildir/new/$(ls "$maildir/new")") - $(wc -c <"$tmp/large") + 1))" "$maildir"/new/* | cmp -s - "$tmp/large"
is "$size: byte for byte" "$?" 0
rm -f "$tmp/large"

# ---- folders that must not be

fresh
for name in ../x ../../x /etc/x . .. a/../b "$(printf 'a\nb')" "$(head -c 300 /dev/zero | tr '\0' a)" "$(printf '\377')" '' ~ INBOX...; do
	deliver -m "$name" <"$tmp/message"
	[ "$status" = 0 ] || fail "-m '$name': status $status"
done
deliver -m '&-' <"$tmp/message"
is "names of folders that cannot be: INBOX" "$(messages "")" 12
is "a name that looks encoded is made safe" "$status:$(messages '.&--')" 0:1
is "and nothing is outside of the mailbox" "$(ls -A "$box")" Maildir

# ---- the mailbox

fresh
mkdir "$maildir"
is_root && chown nobody "$maildir"
deliver <"$tmp/message"
is "a bare directory becomes a Maildir" "$status:$(messages "")" 0:1
deliver --mailbox "maildir:$box/none/Maildir" <"$tmp/message"
is "no mailbox where its parent does not exist" "$status" 75
like "and why" "$(stderr)" "spamcop-filter: mailbox *parent*"
deliver --mailbox maildir:/spamcop-filter-test <"$tmp/message"
is "none below a directory of somebody else" "$status" 75
touch "$box/file"
deliver --mailbox "maildir:$box/file" <"$tmp/message"
is "a file is no mailbox" "$status" 75

fresh
mkdir -p "$maildir/new" "$maildir/tmp"
printf 'require ["fileinto", "copy"];\nfileinto :copy "Work";\nkeep;\n' >"$tmp/copy.sieve"
chmod 644 "$tmp/copy.sieve"
is_root && chown -R nobody "$maildir"
chmod 500 "$maildir/new"
deliver -s "$tmp/copy.sieve" <"$tmp/message"
is "an INBOX that takes nothing: no folder has a copy, which each try would double" "$status:$(everywhere)" 75:0
chmod 700 "$maildir/new"
deliver -s "$tmp/copy.sieve" <"$tmp/message"
is "once it does, each has one" "$status:$(messages .Work):$(messages "")" 0:1:1

mkdir -p "$maildir/tmp"
touch -d '37 hours ago' "$maildir/tmp/stale"
touch -d '35 hours ago' "$maildir/tmp/live"
deliver <"$tmp/message"
is "what dead runs left is swept after 36 hours" "$(ls "$maildir/tmp")" live
rm "$maildir/tmp/live"

fresh
deliver -n <"$tmp/message"
is "-n stores nothing" "$status:$(ls -A "$box")" 0:file
like "and says what would be done" "$(stdout)" "*implicit INBOX: to *Maildir/new/*"
deliver -n --mailbox "lmtp:unix:$tmp/no-socket" <"$tmp/message"
like "to a server as well, which is not asked" "$status:$(stdout)" "0:*implicit INBOX: to the LMTP server at $tmp/no-socket*"
deliver -n --mailbox lda:/nowhere/lda <"$tmp/message"
like "to a delivery agent as well, which is not started" "$status:$(stdout)" "0:*implicit INBOX: to /nowhere/lda*"

: >"$tmp/empty"
fresh
# shellcheck disable=SC2086
run $as "$filter" -c "$tmp/empty" deliver <"$tmp/message"
like "no mailbox is 75, and said" "$status:$(stderr):$(ls -A "$box")" "75:spamcop-filter: no mailbox: set deliver.mailbox *:file"

# ---- quota

fresh
deliver <"$tmp/message"
one=$(wc -c <"$maildir/new/$(ls "$maildir/new")")
printf '%dS,10C\n%d 1\n' "$((one * 2))" "$one" >"$maildir/maildirsize"
is_root && chown nobody "$maildir/maildirsize"
deliver <"$tmp/message"
is "quota: room for one more" "$status:$(tail -n 1 "$maildir/maildirsize")" "0:$one 1"
deliver <"$tmp/message"
is "quota: over it is 75" "$status:$(messages "")" 75:2
like "quota: and why" "$(stderr)" "spamcop-filter: the mailbox is over its quota*"
rm "$maildir"/new/*
touch -d '1 hour ago' "$maildir/maildirsize" # a count is believed for a quarter of an hour
deliver <"$tmp/message"
is "quota: what was deleted counts no more" "$status:$(messages "")" 0:1

# Maildir++: all folders count, by the size in a name where there is one; the trash and what is marked as trashed do not.
fresh
mkdir -p "$maildir/.Work/new" "$maildir/.Work/cur" "$maildir/.Trash/cur" "$maildir/Work/cur"
for name in .Work/new/a .Work/cur/b:2,S .Work/cur/c,S=70:2,S .Work/cur/d:2,ST .Trash/cur/e:2,S Work/cur/f:2,S; do
	printf '%100s' x >"$maildir/$name"
done
echo 270S,4C >"$maildir/maildirsize"
is_root && chown -R nobody "$maildir"
deliver <"$tmp/message"
is "quota: what folders hold is counted" "$status:$(cat "$maildir/maildirsize")" "75:270S,4C
270 3"
echo 100000S,4C >"$maildir/maildirsize"
deliver <"$tmp/message"
is "quota: and added to" "$status:$(sed -n 2p "$maildir/maildirsize")" "0:270 3"
deliver <"$tmp/message"
is "quota: by number as well" "$status:$(messages "")" 75:1

# ---- who

if is_root; then
	fresh
	run "$filter" -c "$tmp/conf" deliver <"$tmp/message"
	is "root does not deliver" "$status:$(ls -A "$box")" 75:file
	run "$filter" -c "$tmp/conf" -d root deliver <"$tmp/message"
	is "not as -d root either" "$status:$(ls -A "$box")" 75:file
	run "$filter" -c "$tmp/conf" -d no-such-user deliver <"$tmp/message"
	is "an unknown user is tried again" "$status:$(ls -A "$box")" 75:file
	run "$filter" -c "$tmp/conf" -d nobody deliver <"$tmp/message"
	is "-d nobody: as nobody" "$status:$(find "$maildir" ! -user nobody)" 0:
else
	skip 4 "only root can deliver for others"
fi
deliver -d root <"$tmp/message"
is "-d by somebody else than root" "$status" 75

# ---- a thousand at once

fresh
mkdir "$tmp/many"
i=0
while [ "$i" -lt 1000 ]; do
	i=$((i + 1))
	printf 'Subject: %d\n\nbody of %d\n' "$i" "$i" >"$tmp/many/$i"
done
# shellcheck disable=SC2086
is "1,000 at once: all successful" "$($as "$storetool" burst 1000 "$tmp/many" "$filter" -c "$tmp/conf" deliver)" 1000
is "1,000 at once: all there" "$(messages ""):$(spools)" 1000:0
cat "$maildir"/new/* | grep '^body of' | sort -u >"$tmp/bodies"
is "1,000 at once: each its own message" "$(wc -l <"$tmp/bodies")" 1000
is "1,000 at once: each whole" "$(find "$maildir/new" -type f -exec grep -L '^body of' {} +)" ""

done_testing
