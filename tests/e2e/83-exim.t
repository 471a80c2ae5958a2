#!/bin/sh
# Exim with the files of conf/exim: the filter as delivery agent, and as transport filter in front of Dovecot's LMTP. The witnesses for "no
# bounce" are Exim's main log and its queue. No daemon: exim4 -odf delivers in the foreground, exim4 -qff is the queue runner.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
mail_mta exim4
mail_setup
. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"
mail_names Debian-exim

# exim_configure FILE: a base with the routers and transports of this piece.
exim_configure() {
	cat >"$tmp/exim.conf" <<-EOF
		exim_path = $mta
		spool_directory = $tmp/exim/spool
		log_file_path = $tmp/exim/%slog
		primary_hostname = mail.example.org
		domainlist local_domains = example.org
		exim_user = $mail_user
		exim_group = $(id -gn $mail_user)
		trusted_users = $mail_user
		never_users =
		qualify_domain = example.org
		keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
		acl_not_smtp = accept
		begin acl
	EOF
	cat "$1" >>"$tmp/exim.conf"
	printf 'begin retry\n* * F,1d,1s\n' >>"$tmp/exim.conf"
	mkdir -p "$tmp/exim/spool"
	: >>"$log"
	chmod 666 "$log"
	is_root && chown -R "$mail_uid:$mail_gid" "$tmp/exim"
	chmod 644 "$tmp/exim.conf"
	as_exim -bV >/dev/null 2>&1 || bail "Exim does not take the configuration"
}

as_exim() {
	(cd / && mail_named "$mta" -C "$tmp/exim.conf" "$@")
}

log=$tmp/exim.log
mkdir -p "$tmp/exim"

mail_send() {
	as_exim -odf -i -f "$mail_from" user@example.org <"$1" >>"$log" 2>&1
}

mail_retry() {
	as_exim -qff >>"$log" 2>&1
}

mail_bounces() {
	cat "$tmp"/exim/*log "$log" 2>/dev/null | grep -c -e ' \*\* ' -e 'R=[0-9A-Za-z-]* U=Debian-exim' -e '<= <>'
}

queued() {
	as_exim -bpc 2>>"$log"
}

mail_configure 'deliver: { mailbox = "maildir:~/Maildir"; };'
mail_piece exim/deliver.conf "s/timeout = 2m/timeout = ${mail_limit}s/" >"$tmp/etc/exim"
exim_configure "$tmp/etc/exim"
mail_chain "Exim deliver.conf, Maildir"

# The transport filter. The router is the test's own: any that the site has.
if have dovecot && have sievec; then
	mail_piece dovecot/spamcop-junk.sieve >"$tmp/etc/spamcop-junk.sieve"
	behind=$(dovecot_piece 91-spamcop-junk.conf)
	mv "$tmp/etc/spamcop-junk.sieve" "$tmp/etc/dovecot/sieve-before/"
	dovecot_start "$behind"
	sievec -c "$dovecot_conf" "$tmp/etc/dovecot/sieve-before/spamcop-junk.sieve"
	chmod -R a+rX "$tmp/etc"
	{
		printf 'begin routers\nall:\n  driver = accept\n  transport = spamcop_lmtp\n\n'
		mail_piece exim/transport-filter.conf "s,/run/dovecot/lmtp,$lmtp_socket,;s/timeout 60/timeout $mail_limit/;s/timeout = 1m/timeout = ${mail_limit}s/"
		printf '  user = %s\n' "$mail_user"
	} >"$tmp/etc/exim"
	exim_configure "$tmp/etc/exim"
	mail_no_sender=yes
	mail_chain "Exim transport-filter.conf, Dovecot LMTP"
	ok "IMAP shows the listed mail in Junk" imap_has Junk "$mail_first_listed"
	ok "IMAP shows the clean mail in INBOX" imap_has INBOX "$mail_first_clean"
else
	skip 1 "Dovecot with Pigeonhole is not installed"
fi
is "nothing is left in the queue" "$(queued)" 0

done_testing
