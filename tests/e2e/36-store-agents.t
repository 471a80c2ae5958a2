#!/bin/sh
# deliver to real agents, where they are installed: dovecot-lda, procmail, maildrop, and Dovecot's LMTP server.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

lda=/usr/lib/dovecot/dovecot-lda
sed 's/207.217.120.82/207.217.120.83/' "$tmp/message" >"$tmp/spam"
# The message is whole at the end of the one file that matches.
arrived() {
	what=$1
	shift
	is "$what: taken" "$status:$(stderr)" 0:
	# shellcheck disable=SC2068
	tail -c "$(wc -c <"$tmp/sent")" $@ 2>/dev/null | tr -d '\r' | cmp -s - "$tmp/sent"
	is "$what: whole and in its place" "$?" 0
}
# to URL [OPTION...]: the listed message, and $tmp/sent for arrived.
to() {
	url=$1
	shift
	cp "$tmp/spam" "$tmp/sent"
	# shellcheck disable=SC2086
	run $as env HOME="$box" "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org --mailbox "$url" "$@" deliver <"$tmp/spam"
}

if have dovecot; then
	mail_user=$(id -un) mail_home=$box
	! is_root || mail_user=nobody
	mail_uid=$(id -u "$mail_user") mail_gid=$(id -g "$mail_user")
	. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"
	dovecot_maildir=$box/Dovecot
	printf '%s\n' "lda_mailbox_autocreate = yes" "recipient_delimiter = +" "lmtp_save_to_detail_mailbox = yes" >"$tmp/details.conf"
	: >"$tmp/dovecot.log"
	chmod 666 "$tmp/dovecot.log"
	dovecot_configure "$tmp/details.conf"
fi

if [ -x "$lda" ]; then
	to "lda:$lda -c $dovecot_conf"
	arrived "dovecot-lda" "$box/Dovecot/.Junk/new/*"
	is "dovecot-lda: the trace is in the message" "$(grep -c -e ^Return-Path -e ^Delivered-To "$box"/Dovecot/.Junk/new/*)" 2
	rm -rf "$box/Dovecot"
	: >"$box/Dovecot"
	to "lda:$lda -c $dovecot_conf"
	is "dovecot-lda: a mailbox that cannot be is 75" "$status" 75
	rm -f "$box/Dovecot"
else
	skip 4 "dovecot-lda is not installed"
fi

if have procmail; then
	mkdir "$box/Procmail"
	cat >"$box/procmailrc" <<-RC
		DEFAULT=$box/Procmail/
		:0
		* ^X-SpamCop-Listed:
		$box/Procmail/.Junk/
	RC
	is_root && chown -R nobody "$box/Procmail" "$box/procmailrc"
	chmod 700 "$box/Procmail"
	to "lda:$(command -v procmail) -f %s -m $box/procmailrc"
	arrived "procmail" "$box/Procmail/.Junk/new/*"
else
	skip 2 "procmail is not installed"
fi

if have maildrop; then
	mkdir -p "$box/Maildrop/new" "$box/Maildrop/cur" "$box/Maildrop/tmp"
	echo "to \"$box/Maildrop\"" >"$box/mailfilter"
	chmod 600 "$box/mailfilter"
	is_root && chown -R nobody "$box/Maildrop" "$box/mailfilter"
	to "lda:$(command -v maildrop) -f %s $box/mailfilter"
	arrived "maildrop" "$box/Maildrop/new/*"
else
	skip 2 "maildrop is not installed"
fi

if have dovecot && [ -x /usr/lib/dovecot/lmtp ]; then
	dovecot_start "$tmp/details.conf"
	to "lmtp:unix:$lmtp_socket"
	arrived "Dovecot's LMTP" "$box/Dovecot/new/*"
	is "Dovecot's LMTP: the trace is there once" "$(grep -c -e ^Return-Path -e ^Delivered-To "$box"/Dovecot/new/*)" 2
	sed 's/^deliver: .*/deliver: { detail = true; };/' "$tmp/conf" >"$tmp/conf.detail"
	chmod 644 "$tmp/conf.detail"
	# shellcheck disable=SC2086
	run $as "$filter" -c "$tmp/conf.detail" -f sender@example.net -a joe@example.org --mailbox "lmtp:unix:$lmtp_socket" deliver <"$tmp/spam"
	arrived "Dovecot's LMTP, by detail" "$box/Dovecot/.Junk/new/*"
else
	skip 5 "Dovecot's LMTP server is not installed"
fi
done_testing
