#!/bin/sh
# Dovecot with the files of conf/dovecot: Pigeonhole runs the filter, read back by IMAP; spamtest over our score; moving a mail out of Junk.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
need dovecot doveadm sievec bash
mail_setup
. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"

lda=/usr/lib/dovecot/dovecot-lda
[ -x "$lda" ] || skip_all "dovecot-lda is not installed"

# (a) Pigeonhole's filter from sieve_before, by dovecot-lda and by LMTP.

before=$(dovecot_piece 90-spamcop-filter.conf)
mail_piece dovecot/spamcop-filter "s/timeout 20/timeout $mail_limit/" >"$tmp/etc/dovecot/sieve-filters/spamcop-filter"
chmod 755 "$tmp/etc/dovecot/sieve-filters/spamcop-filter"
mail_piece dovecot/spamcop-before.sieve >"$tmp/etc/dovecot/sieve-before/spamcop-before.sieve"
dovecot_start "$before"
ok "spamcop-before.sieve compiles" sievec -c "$dovecot_conf" "$tmp/etc/dovecot/sieve-before/spamcop-before.sieve"
chmod -R a+rX "$tmp/etc"

mail_send() {
	(cd / && exec env HOME="$mail_home" USER=user $mail_as "$lda" -c "$dovecot_conf" -e -f "$mail_from" -a user@example.org <"$1")
}
mail_chain "Dovecot 90-spamcop-filter.conf, dovecot-lda"
imap_reads "the listed mail" "$mail_first_listed" Junk
imap_reads "the clean mail" "$mail_first_clean" INBOX

# swaks says how the server took the message: 0, or the answer's class.
mail_send() {
	head -c -1 "$1" >"$1.data" # swaks ends the last line
	swaks --protocol LMTP --socket "$lmtp_socket" --from "$mail_from" --to user@example.org --data "@$1.data" --timeout 60 \
		--helo mx.example.org >"$1.swaks" 2>&1
	tap_code=$(sed -n 's/^<[*~] *\* *\([245]\)[0-9][0-9].*/\1/p;s/^<[-*~ ]* \([245]\)[0-9][0-9].*/\1/p' "$1.swaks" | tail -n 2 | head -n 1)
	case $tap_code in
	2) return 0 ;;
	5) return 1 ;;
	*) return 75 ;;
	esac
}
if have swaks; then
	mail_chain "Dovecot 90-spamcop-filter.conf, LMTP"
	imap_reads "the listed mail" "$mail_first_listed" Junk
	imap_reads "the clean mail" "$mail_first_clean" INBOX
else
	skip 1 "swaks is not installed"
fi

# (b) deliver in front of dovecot-lda, which is told the folder: no Sieve in Dovecot at all.
dovecot_start
mail_agent=$lda
mail_configure "deliver: { mailbox = \"lda:$tmp/bin/dovecot-lda -c $dovecot_conf -e\"; time_limit = $mail_limit; };"
mail_send() {
	(cd / && exec env -i HOME="$mail_home" USER=user $mail_as "$mail_filter" deliver -f "$mail_from" -a user@example.org <"$1")
}
mail_chain "deliver, lda:dovecot-lda"
imap_reads "the listed mail" "$mail_first_listed" Junk
imap_reads "the clean mail" "$mail_first_clean" INBOX

# (c) deliver in front of Dovecot's LMTP, whose site rule files by the tag.
behind=$(dovecot_piece 91-spamcop-junk.conf)
rm -f "$tmp/etc/dovecot/sieve-before"/*
mail_piece dovecot/spamcop-junk.sieve >"$tmp/etc/dovecot/sieve-before/spamcop-junk.sieve"
dovecot_start "$behind"
ok "spamcop-junk.sieve compiles" sievec -c "$dovecot_conf" "$tmp/etc/dovecot/sieve-before/spamcop-junk.sieve"
chmod -R a+rX "$tmp/etc"
mail_agent=
mail_configure "deliver: { mailbox = \"lmtp:unix:$lmtp_socket\"; time_limit = $mail_limit; };"
mail_name="deliver, lmtp:" mail_row=
mail_n=$((mail_n + 1))
mail_one ok
mail_one dns
mail_fault ok
imap_reads "the listed mail" "$mail_first_listed" Junk
imap_reads "the clean mail" "$mail_first_clean" INBOX
dovecot_stop
mail_n=$((mail_n + 1))
mail_message c$mail_n.down "$mail_bad"
mail_send "$tmp/msg/c$mail_n.down" 2>/dev/null
is "Dovecot is down: try again" $? 75

# (d) spamtest: the user's own rule sees the score of a mail that is not listed (3 of 5).
before=$(dovecot_piece 90-spamcop-filter.conf)
rm -f "$tmp/etc/dovecot/sieve-before"/*
mail_piece dovecot/spamcop-before.sieve >"$tmp/etc/dovecot/sieve-before/spamcop-before.sieve"
dovecot_pid=
dovecot_start "$before" "$(dovecot_piece 92-spamcop-spamtest.conf)"
sievec -c "$dovecot_conf" "$tmp/etc/dovecot/sieve-before/spamcop-before.sieve"
chmod -R a+rX "$tmp/etc"
mail_configure
sed -i 's/relays = "all"/& ; weight = 3/' "$mail_conf"
cat >"$mail_home/.dovecot.sieve" <<'EOF'
require ["spamtest", "relational", "comparator-i;ascii-numeric", "fileinto", "mailbox"];
if spamtest :value "ge" :comparator "i;ascii-numeric" "3" { fileinto :create "Suspect"; }
EOF
is_root && chown "$mail_uid:$mail_gid" "$mail_home/.dovecot.sieve"
mail_boxes="$mail_boxes Suspect:$mail_home/Maildir/.Suspect/new"
mail_send() {
	(cd / && exec env HOME="$mail_home" USER=user $mail_as "$lda" -c "$dovecot_conf" -e -f "$mail_from" -a user@example.org <"$1")
}
mail_message spamtest.bad "$mail_bad"
mail_message spamtest.good "$mail_good"
mail_send "$tmp/msg/spamtest.bad"
mail_send "$tmp/msg/spamtest.good"
is "spamtest: score 3 is 3" "$(mail_where spamtest.bad)" Suspect
is "spamtest: score 0 is not" "$(mail_where spamtest.good)" INBOX

# (e) IMAPSieve: moving a mail out of Junk lets its sender in.
mail_fault ok
rm -f "$mail_home/.dovecot.sieve"
allow=$(dovecot_piece 93-spamcop-allow.conf)
mail_piece dovecot/spamcop-allow >"$tmp/etc/dovecot/sieve-pipes/spamcop-allow"
mail_piece dovecot/spamcop-not-junk.sieve >"$tmp/etc/dovecot/spamcop-not-junk.sieve"
chmod 755 "$tmp/etc/dovecot/sieve-pipes/spamcop-allow"
mail_configure
dovecot_start "$before" "$allow"
ok "spamcop-not-junk.sieve compiles" sievec -c "$dovecot_conf" "$tmp/etc/dovecot/spamcop-not-junk.sieve"
chmod -R a+rX "$tmp/etc"
for id in move.1 move.2 move.3; do
	mail_message $id "$mail_bad"
done
mail_send "$tmp/msg/move.1"
is "a listed mail is in Junk" "$(mail_where move.1)" Junk
number=$(imap 'SELECT Junk' 'SEARCH HEADER Message-ID <move.1@example.net>' | sed -n 's/^\* SEARCH \([0-9]*\).*/\1/p')
imap 'CREATE Trash' 'SELECT Junk' "COPY $number Trash" >"$tmp/stdout"
mail_send "$tmp/msg/move.2"
is "moving it to Trash changes nothing" "$(mail_where move.2)" Junk
imap 'SELECT Junk' "MOVE $number INBOX" >"$tmp/stdout"
is "moved by IMAP" "$(mail_where move.1)" INBOX
like "its sender is let in" "$(cat "$mail_home/.spamcop-allow")" "*friend@example.net*"
mail_send "$tmp/msg/move.3"
is "the sender's next mail is in INBOX" "$(mail_where move.3)" INBOX
rm -f "$tmp/etc/dovecot/sieve-pipes/spamcop-allow"
number=$(imap 'SELECT Junk' 'SEARCH HEADER Message-ID <move.2@example.net>' | sed -n 's/^\* SEARCH \([0-9]*\).*/\1/p')
imap 'SELECT Junk' "MOVE $number INBOX" >"$tmp/stdout"
is "the command is not there: the mail is moved all the same" "$(mail_where move.2)" INBOX

done_testing
