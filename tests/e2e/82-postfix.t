#!/bin/sh
# Postfix with the files of conf/postfix: pipe(8) to a Maildir and to Dovecot's LMTP, mailbox_command, a content filter. The witness for
# "no bounce" is Postfix's own log. Needs root: master(8) starts its daemons as other users.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
is_root || skip_all "Postfix starts only as root"
need postfix postqueue sendmail swaks
mail_setup
. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"

. "$top_srcdir/tests/e2e/lib/mail-postfix.sh"

mail_waiting= postfix_in=
mkdir -p "$tmp/vmail/example.org"
ln -s "$mail_home/Maildir" "$tmp/vmail/example.org/user"
trap 'mail_status=$?; postfix_stop; (exit $mail_status); tap_cleanup' EXIT

# pipe(8), to a Maildir.
pipe_limits="s/120s/${mail_limit}s/;s,/etc/postfix/,$MAIL_CONFIG/,"
mail_piece postfix/mailboxes >"$MAIL_CONFIG/mailboxes"
mail_piece postfix/main-pipe.cf "$pipe_limits" >"$tmp/etc/main"
mail_piece postfix/master-pipe.cf "s,/var/vmail/,$tmp/vmail/,g;s/user=vmail/user=$mail_user/" >"$tmp/etc/master"
chown -R "$mail_user" "$tmp/vmail"
postfix_start "$tmp/etc/main" "$tmp/etc/master"
mail_to=user@example.org
mail_chain "Postfix master-pipe.cf, Maildir"

# Local parts that are no names of folders, and one that would lead into another's.
mkdir -p "$tmp/vmail/other.example"
chown "$mail_user" "$tmp/vmail/other.example"
printf '@example.org yes\n' >>"$MAIL_CONFIG/mailboxes"
postfix reload 2>/dev/null
for local in '"a b"' '"jo\"e"' '"../other.example/bob"' '".."'; do
	swaks --silent 2 --server "127.0.0.1:$smtp_port" --from friend@example.net --to "$local@example.org" --body x >>"$tmp/run/agent.log" 2>&1 || fail "$local is not taken"
done
odd_settled() {
	[ "$(find "$tmp/vmail/example.org/a b/new" "$tmp/vmail/example.org/jo\"e/new" -type f 2>/dev/null | wc -l)" = 2 ] && [ "$(grep -c 'status=deferred.*may lead anywhere' "$log")" -ge 2 ]
}
wait_for "odd addresses" odd_settled
is "odd local parts have their own folders" "$(ls "$tmp/vmail/example.org")" 'a b
jo"e
user'
is "and none has another's" "$(find "$tmp/vmail/other.example" -type f | wc -l)" 0
postsuper -d ALL >/dev/null 2>&1

# mailbox_command: local(8) runs the filter, or procmail. Local accounts have no home of the test's: spamcop-filter.conf says where.
mail_configure "deliver: { mailbox = \"maildir:$mail_home/Maildir\"; };"
mail_piece postfix/main-mailbox-command.cf >"$tmp/etc/main"
printf 'command_time_limit = %ss\n' "$mail_limit" >>"$tmp/etc/main"
: >"$tmp/etc/master"
postfix_start "$tmp/etc/main" "$tmp/etc/master"
postconf -P local/unix/soft_bounce=yes && postfix reload 2>/dev/null
mail_to=$mail_user@localhost
mail_chain "Postfix main-mailbox-command.cf, Maildir"

if have procmail; then
	mail_piece procmail/filter.rc "s/^TIMEOUT=.*/TIMEOUT=$mail_limit/" >"$mail_home/rc"
	chown "$mail_uid:$mail_gid" "$mail_home/rc"
	mail_piece postfix/main-procmail.cf "s,\"\$EXTENSION\",& -m $mail_home/rc," >"$tmp/etc/main"
	postfix_start "$tmp/etc/main" "$tmp/etc/master"
	postconf -P local/unix/soft_bounce=yes && postfix reload 2>/dev/null
	mail_chain "Postfix main-procmail.cf, procmail filter.rc"
else
	skip 1 "procmail is not installed"
fi

# The content filter, in front of Dovecot's LMTP; and the pipe to deliver with lmtp:.
if have dovecot && have sievec; then
	behind=$(dovecot_piece 91-spamcop-junk.conf)
	mail_piece dovecot/spamcop-junk.sieve >"$tmp/etc/dovecot/sieve-before/spamcop-junk.sieve"
	dovecot_start "$behind"
	sievec -c "$dovecot_conf" "$tmp/etc/dovecot/sieve-before/spamcop-junk.sieve"
	chmod -R a+rX "$tmp/etc"
	mail_to=user@example.org

	mail_piece postfix/spamcop-content-filter "s/timeout 60/timeout $mail_limit/" >"$tmp/bin/spamcop-content-filter"
	chmod 755 "$tmp/bin/spamcop-content-filter"
	printf '%s\n' "virtual_mailbox_domains = example.org" "virtual_transport = lmtp:unix:$lmtp_socket" >"$tmp/etc/main"
	mail_piece postfix/master-content-filter.cf "s,/usr/local/bin/,$tmp/bin/,;s/user=spamcop/user=$mail_user/;s/^smtp  /127.0.0.1:@PORT@/" >"$tmp/etc/master"
	# sendmail(1) of an ordinary user takes no other configuration folder than /etc/postfix, so ours is mounted there, for these processes alone.
	if [ -d /etc/postfix ] && unshare -m true 2>/dev/null; then
		printf '#!/bin/sh\nmount --bind %s /etc/postfix && exec env MAIL_CONFIG=/etc/postfix "$@"\n' "$MAIL_CONFIG" >"$tmp/bin/inside"
		chmod 755 "$tmp/bin/inside"
		cp -r /etc/postfix/postfix-files* "$MAIL_CONFIG/"
		postfix_in="unshare -m $tmp/bin/inside"
		postfix_start "$tmp/etc/main" "$tmp/etc/master"
		mail_chain "Postfix master-content-filter.cf, Dovecot LMTP"
		ok "IMAP shows the listed mail in Junk" imap_has Junk "$mail_first_listed"
		ok "IMAP shows the clean mail in INBOX" imap_has INBOX "$mail_first_clean"
		postfix_in=
	else
		skip 1 "no mount namespace here"
	fi

	mail_piece postfix/main-pipe.cf "$pipe_limits" >"$tmp/etc/main"
	mail_piece postfix/master-lmtp.cf "s,/run/dovecot/lmtp,$lmtp_socket,;s/user=vmail/user=$mail_user/;s,/var/vmail/,$tmp/vmail/," >"$tmp/etc/master"
	postfix_start "$tmp/etc/main" "$tmp/etc/master"
	mail_chain "Postfix master-lmtp.cf, Dovecot LMTP"
	ok "IMAP shows the listed mail in Junk" imap_has Junk "$mail_first_listed"
	ok "IMAP shows the clean mail in INBOX" imap_has INBOX "$mail_first_clean"
else
	skip 2 "Dovecot with Pigeonhole is not installed"
fi
is "nothing is left in the queue" "$(queued)" 0

done_testing
