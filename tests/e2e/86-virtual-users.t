#!/bin/sh
# Virtual users: one account runs the filter for everybody, and yet what one user lets in is let in for that user only. The files of conf/postfix and
# conf/dovecot: mailboxes of a domain, and Postfix in front of Dovecot's LMTP, each with a round trip by IMAP. Needs root, for Postfix.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
is_root || skip_all "Postfix starts only as root"
need postfix postqueue sendmail swaks dovecot sievec bash
mail_setup
. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"
. "$top_srcdir/tests/e2e/lib/mail-postfix.sh"
postfix_in=
trap 'mail_status=$?; postfix_stop; (exit $mail_status); tap_cleanup' EXIT
vmail=$tmp/vmail

# Dovecot's homes are those of delivery; "Not junk" by IMAP.
if dovecot_new; then
	dovecot_home="$vmail/%{user | domain}/%{user | username}"
else
	dovecot_home="$vmail/%d/%n"
fi
behind=$(dovecot_piece 91-spamcop-junk.conf)
allow=$(dovecot_piece 93-spamcop-allow.conf)
mail_piece dovecot/spamcop-junk.sieve >"$tmp/etc/dovecot/sieve-before/spamcop-junk.sieve"
mail_piece dovecot/spamcop-not-junk.sieve >"$tmp/etc/dovecot/spamcop-not-junk.sieve"
mail_piece dovecot/spamcop-allow >"$tmp/etc/dovecot/sieve-pipes/spamcop-allow"
chmod 755 "$tmp/etc/dovecot/sieve-pipes/spamcop-allow"
printf '%s@example.org yes\n' alice bob >"$MAIL_CONFIG/mailboxes"
mail_piece postfix/main-pipe.cf "s,/etc/postfix/,$MAIL_CONFIG/," >"$tmp/etc/main"
printf 'allow_min_user = yes\n' >>"$tmp/etc/main" # so that an address may begin with a dash

# Postfix first, then Dovecot, and the scripts once it knows the extensions.
site() {
	rm -rf "$vmail"
	mkdir -p "$vmail/example.org"
	mail_piece "postfix/$1" "s,/var/vmail/,$vmail/,g;s,/run/dovecot/lmtp,$lmtp_socket,;s/user=vmail/user=$mail_user/" >"$tmp/etc/master"
	chown -R "$mail_uid:$mail_gid" "$vmail"
	dovecot_start "$behind" "$allow"
	sievec -c "$dovecot_conf" "$tmp/etc/dovecot/sieve-before/spamcop-junk.sieve"
	sievec -c "$dovecot_conf" "$tmp/etc/dovecot/spamcop-not-junk.sieve"
	chmod -R a+rX "$tmp/etc"
	postfix_start "$tmp/etc/main" "$tmp/etc/master"
}
# folder_of USER ID: where IMAP shows a message to a user; "" nowhere.
folder_of() {
	for box in INBOX Junk Trash Papierkorb; do
		imap_as "$1@example.org" "SELECT $box" "SEARCH HEADER Message-ID <$2@example.net>" 2>/dev/null | grep -Eq '^\* SEARCH [0-9]+' && printf '%s' "$box"
	done
	return 0
}
arrived() {
	[ -n "$(folder_of "$1" "$2")" ]
}
# send USER ID [ADDRESS]: a listed mail, if no other address is given.
send() {
	mail_message "$2" "${3:-$mail_bad}"
	mail_to=$1@example.org
	mail_send "$tmp/msg/$2"
	wait_for "$2" arrived "$1" "$2"
}
# move USER ID FOLDER: out of Junk, by IMAP.
move() {
	number=$(imap_as "$1@example.org" 'SELECT Junk' "SEARCH HEADER Message-ID <$2@example.net>" | sed -n 's/^\* SEARCH \([0-9]*\).*/\1/p')
	imap_as "$1@example.org" "CREATE $3" >/dev/null 2>&1
	imap_as "$1@example.org" 'SELECT Junk' "MOVE $number $3" >/dev/null
}
round_trip() {
	send alice "$2.1"
	is "$1: a listed mail is in Junk" "$(folder_of alice "$2.1")" Junk
	send bob "$2.2"
	is "$1: also bob's" "$(folder_of bob "$2.2")" Junk
	move alice "$2.1" Papierkorb
	send alice "$2.3"
	is "$1: who deletes a mail lets nobody in" "$(folder_of alice "$2.3")" Junk
	move alice "$2.3" INBOX
	is "$1: Not junk: the mail is in INBOX" "$(folder_of alice "$2.3")" INBOX
	like "$1: its sender is in the user's own allow file" "$(cat "$vmail/example.org/alice/.spamcop-allow")" "*friend@example.net*"
	send alice "$2.4"
	is "$1: the sender's next mail is in INBOX" "$(folder_of alice "$2.4")" INBOX
	send bob "$2.5"
	is "$1: for bob it is not" "$(folder_of bob "$2.5")" Junk
	send bob "$2.6" "$mail_good"
	is "$1: clean mail is in INBOX" "$(folder_of bob "$2.6")" INBOX
	is "$1: no bounce" "$(mail_bounces)" 0
}

dovecot_maildir=$dovecot_home
site master-pipe.cf
round_trip "mailboxes of a domain" pipe
printf 'require "fileinto";\nfileinto "Junk";\n' >"$vmail/example.org/bob/.spamcop.sieve"
chown "$mail_uid:$mail_gid" "$vmail/example.org/bob/.spamcop.sieve"
send bob pipe.7 "$mail_good"
send alice pipe.8 "$mail_good"
is "a user's own rules run" "$(folder_of bob pipe.7)" Junk
is "for nobody else" "$(folder_of alice pipe.8)" INBOX

# shellcheck disable=SC2088 # Dovecot knows it
dovecot_maildir='~/Maildir'
site master-lmtp.cf
round_trip "Postfix and Dovecot" lmtp

# The content filter tags for one recipient by the user's own allow file, for others by none; no address makes a home of another folder.
mail_piece postfix/spamcop-content-filter "s,/var/vmail,$vmail,;s,/usr/sbin/sendmail -G -i \"\$@\",cat," >"$tmp/bin/spamcop-content-filter"
chmod 755 "$tmp/bin/spamcop-content-filter"
mail_message tagged "$mail_bad"
status_for() {
	(cd / && exec $mail_as sh "$tmp/bin/spamcop-content-filter" -f "$mail_from" -- "$@") <"$tmp/msg/tagged" | sed -n 's/^X-SpamCop-Status: \([a-z]*\);.*/\1/p'
}
is "content filter: who is let in by the user" "$(status_for alice@example.org)" allowed
is "... with a detail, and in capitals" "$(status_for Alice+list@Example.ORG)" allowed
is "... not by another user" "$(status_for bob@example.org)" listed
is "... not where several get the mail" "$(status_for alice@example.org bob@example.org)" listed
for name in ../example.org/alice@example.org alice@../example.org alice@example.org/. ..@example.org .@example.org @example.org alice; do
	is "... not by the address $name" "$(status_for "$name")" listed
done

# A catch-all, and addresses that would leave the folder.
printf 'virtual_mailbox_maps = static:yes\n' >>"$tmp/etc/main"
site master-pipe.cf
mkdir -p "$vmail/example.org/bob/new" "$vmail/example.org/bob/cur" "$vmail/example.org/bob/tmp"
chown -R "$mail_uid:$mail_gid" "$vmail/example.org"
for name in '../example.org/bob' '..' '.' '../bob'; do
	mail_message "out.$mail_n" "$mail_good"
	mail_to="\"$name\"@example.org"
	mail_send "$tmp/msg/out.$mail_n"
	mail_n=$((mail_n + 1))
done
held() {
	[ "$(postqueue -j | grep -c '"deferred"')" = 4 ]
}
wait_for "four mails in the queue" held
is "an address such as ../bob reaches nobody's mailbox" "$(find "$vmail" -type f -path '*/new/*')" ""
is "... and no folder above becomes one" "$(find "$vmail/new" "$vmail/cur" "$vmail/example.org/new" "$tmp/new" 2>/dev/null)" ""
done_testing
