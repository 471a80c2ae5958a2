#!/bin/sh
# Postfix with the files of conf/postfix: pipe(8) to a Maildir and to Dovecot's LMTP, mailbox_command, a content filter. The witness for
# "no bounce" is Postfix's own log. Needs root: master(8) starts its daemons as other users.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
is_root || skip_all "Postfix starts only as root"
need postfix postqueue sendmail swaks
mail_setup
. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"

MAIL_CONFIG=$tmp/postfix/etc
mkdir -p "$MAIL_CONFIG" && : >"$MAIL_CONFIG/main.cf" && : >"$MAIL_CONFIG/master.cf"
export MAIL_CONFIG
log=$tmp/postfix/log

# postfix_start MAIN MASTER: main.cf and master.cf are a private base and these two pieces.
postfix_start() {
	[ -z "${smtp_port:-}" ] || postfix_stop
	mkdir -p "$MAIL_CONFIG" "$tmp/postfix/queue" "$tmp/postfix/lib"
	chown postfix "$tmp/postfix/lib"
	smtp_port=$(free_port)
	: >>"$log"
	cat >"$MAIL_CONFIG/main.cf" <<-EOF
		compatibility_level = 3.6
		queue_directory = $tmp/postfix/queue
		data_directory = $tmp/postfix/lib
		command_directory = /usr/sbin
		daemon_directory = $(postconf -d -h daemon_directory)
		maillog_file = $log
		maillog_file_prefixes = $tmp
		myhostname = mail.example.org
		mydestination = localhost
		mynetworks = 127.0.0.0/8
		inet_interfaces = 127.0.0.1
		inet_protocols = ipv4
		alias_maps =
		alias_database =
		local_recipient_maps =
		smtpd_recipient_restrictions = permit_mynetworks, reject
		in_flow_delay = 0
		import_environment = MAIL_CONFIG
	EOF
	cat >"$MAIL_CONFIG/master.cf" <<-EOF
		127.0.0.1:$smtp_port inet n - n - - smtpd
		pickup unix n - n 60 1 pickup
		cleanup unix n - n - 0 cleanup
		qmgr unix n - n 300 1 qmgr
		rewrite unix - - n - - trivial-rewrite
		bounce unix - - n - 0 bounce
		defer unix - - n - 0 bounce
		trace unix - - n - 0 bounce
		proxymap unix - - n - - proxymap
		flush unix n - n 1000? 0 flush
		showq unix n - n - - showq
		error unix - - n - - error
		retry unix - - n - - error
		local unix - n n - - local
		virtual unix - n n - - virtual
		lmtp unix - - n - - lmtp
		anvil unix - - n - 1 anvil
		scache unix - - n - 1 scache
		postlog unix-dgram n - n - 1 postlogd
	EOF
	cat "$1" >>"$MAIL_CONFIG/main.cf"
	# Of a piece that changes the smtp service, that service takes the place of ours.
	grep -q '@PORT@' "$2" && sed -i "/smtpd\$/d" "$MAIL_CONFIG/master.cf"
	sed "s/@PORT@/$smtp_port/" "$2" >>"$MAIL_CONFIG/master.cf"
	start postfix $postfix_in postfix start-fg
	wait_for "Postfix" swaks --server "127.0.0.1:$smtp_port" --quit-after EHLO
}

postfix_stop() {
	kill "$(tr -d ' ' <"$tmp/postfix/queue/pid/master.pid")" 2>/dev/null || postfix stop >/dev/null 2>&1
	stop postfix
}

# A mail that came in by SMTP.
mail_send() {
	head -c -1 "$1" >"$1.data" # swaks ends the last line
	swaks --server "127.0.0.1:$smtp_port" --from "$mail_from" --to "$mail_to" --data "@$1.data" --helo mx.example.org >"$1.swaks" 2>&1 || return 75
}

# Stored, or some queue file of it was deferred or bounced.
mail_settled() {
	[ -z "$(mail_where "$1")" ] || return 0
	[ -z "$mail_waiting" ] || return 1
	for id in $(sed -n "s/.*cleanup\[[0-9]*\]: \([0-9A-Za-z]*\): message-id=<$1@example.net>.*/\1/p" "$log"); do
		grep -Eq " $id: .*status=(deferred|bounced|SOFTBOUNCE)" "$log" && return 0
	done
	return 1
}

mail_retry() {
	postqueue -f
}

mail_bounces() {
	grep -c 'status=bounced\|status=expired\|non-delivery' "$log"
}

# What is still in the queue.
queued() {
	postqueue -j | wc -l
}

mail_waiting= postfix_in=
mkdir -p "$tmp/vmail/example.org"
ln -s "$mail_home/Maildir" "$tmp/vmail/example.org/user"
trap 'mail_status=$?; postfix_stop; (exit $mail_status); tap_cleanup' EXIT

# pipe(8), to a Maildir.
pipe_limits="s/120s/${mail_limit}s/;s,/etc/postfix/,$MAIL_CONFIG/,"
mail_piece postfix/mailboxes >"$MAIL_CONFIG/mailboxes"
mail_piece postfix/main-pipe.cf "$pipe_limits" >"$tmp/etc/main"
mail_piece postfix/master-pipe.cf "s,/var/vmail/,$tmp/vmail/,;s/user=vmail/user=$mail_user/" >"$tmp/etc/master"
chown -R "$mail_user" "$tmp/vmail"
postfix_start "$tmp/etc/main" "$tmp/etc/master"
mail_to=user@example.org
mail_chain "Postfix master-pipe.cf, Maildir"

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
	mail_piece postfix/master-lmtp.cf "s,/run/dovecot/lmtp,$lmtp_socket,;s/user=spamcop/user=$mail_user/" >"$tmp/etc/master"
	postfix_start "$tmp/etc/main" "$tmp/etc/master"
	mail_chain "Postfix master-lmtp.cf, Dovecot LMTP"
	ok "IMAP shows the listed mail in Junk" imap_has Junk "$mail_first_listed"
	ok "IMAP shows the clean mail in INBOX" imap_has INBOX "$mail_first_clean"
else
	skip 2 "Dovecot with Pigeonhole is not installed"
fi
is "nothing is left in the queue" "$(queued)" 0

done_testing
