#!/bin/sh
# sweep while Dovecot and mutt have the mailbox open and change flags: no mail is lost, doubled or unflagged.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
need dovecot doveadm bash
mail_setup
. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"

mails=60
box=$mail_home/Maildir
cat >"$tmp/sweep.conf" <<CONF
lists = ( { name = "late"; file = "$tmp/late"; } );
deliver: { mailbox = "maildir:$box"; };
CONF
: >"$tmp/late"
n=0
while [ $n -lt $mails ]; do
	n=$((n + 1))
	printf 'Received: from a (a [207.217.120.%d]) by b; Mon, 1 Jan 2024 00:00:00 +0000\nMessage-ID: <m%d@x>\nFrom: a@example.net\nSubject: %d\n\nbody %d\n' \
		"$n" $n $n $n >"$tmp/m"
	# shellcheck disable=SC2086 # words
	HOME=$mail_home $mail_as "$mail_real" -c "$tmp/sweep.conf" deliver <"$tmp/m" || bail "not delivered"
done
# shellcheck disable=SC2119 # none of ours
dovecot_start
# imap COMMAND...: one session.
imap() {
	"$top_srcdir/tests/e2e/lib/imap" "$imap_port" user secret "$@"
}
imap 'SELECT INBOX' 'STORE 1:* +FLAGS.SILENT (\Answered)' >/dev/null || bail "IMAP does not work"
is "all are there" "$(imap 'SELECT INBOX' | sed -n 's/^\* \([0-9]*\) EXISTS.*/\1/p')" $mails

# One session after the other changes flags, until the file is gone.
touch "$tmp/go"
(while [ -e "$tmp/go" ]; do
	imap 'SELECT INBOX' 'STORE 1:* +FLAGS.SILENT (\Seen)' 'NOOP' 'STORE 1:* +FLAGS.SILENT (\Flagged)' 'NOOP' 'STORE 1:* -FLAGS.SILENT (\Seen)' 'FETCH 1:* (FLAGS)'
done >/dev/null 2>&1) &
sessions=$!
mutt=
if have mutt && have script; then
	printf 'set mbox_type=Maildir\nset folder="%s"\nset quit=yes\nset mark_old=yes\nset timeout=1\nset mail_check=1\nset sleep_time=0\npush "T~A<enter>;WN<sync-mailbox>"\n' "$box" >"$tmp/muttrc"
	chmod 644 "$tmp/muttrc"
	# shellcheck disable=SC2086
	sleep 12 | HOME=$mail_home TERM=xterm-256color $mail_as script -qec "stty rows 24 cols 80; timeout --foreground -k 3 10 mutt -n -F $tmp/muttrc -f $box" /dev/null >/dev/null 2>&1 &
	mutt=$!
fi
# Every third is listed by and by.
n=0
moved=0
while [ $n -lt $mails ]; do
	n=$((n + 3))
	echo "207.217.120.$n" >>"$tmp/late"
	[ $((n % 6)) = 0 ] || continue
	# shellcheck disable=SC2086
	HOME=$mail_home $mail_as "$mail_real" -c "$tmp/sweep.conf" sweep >"$tmp/swept" 2>"$tmp/sweep.err" || fail "sweep: $(cat "$tmp/sweep.err")"
	moved=$((moved + $(grep -c ^moved "$tmp/swept")))
done
rm "$tmp/go"
wait $sessions
[ -z "$mutt" ] || wait $mutt
# What was renamed while it was looked at is found the next time.
# shellcheck disable=SC2086
HOME=$mail_home $mail_as "$mail_real" -c "$tmp/sweep.conf" sweep >"$tmp/swept"
moved=$((moved + $(grep -c ^moved "$tmp/swept")))
is "each that is listed was moved once" "$moved" $((mails / 3))
is "no file is lost or doubled" "$(find "$box" -type f -path '*/[cn][ue][rw]/*' -exec grep -h '^Message-ID' {} + | sort -u | wc -l | tr -d ' ') $(find "$box" -type f -path '*/[cn][ue][rw]/*' | wc -l | tr -d ' ')" "$mails $mails"
imap 'SELECT Junk' 'FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])' >"$tmp/junk"
is "IMAP finds them in Junk" "$(grep -c '^Message-ID' "$tmp/junk")" $((mails / 3))
is "each with its flag" "$(grep -c 'FETCH (FLAGS ([^)]*.Answered' "$tmp/junk")" $((mails / 3))
is "and the rest in the inbox" "$(imap 'SELECT INBOX' 'FETCH 1:* (FLAGS)' | grep -c 'FETCH (FLAGS ([^)]*.Answered')" $((mails - mails / 3))
is "Dovecot has nothing to complain about" "$(grep -ciE 'corrupt|panic|error' "$tmp/dovecot.log")" 0
done_testing
