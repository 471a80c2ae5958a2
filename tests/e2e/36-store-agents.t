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

user=$(id -un)
! is_root || user=nobody
cat >"$tmp/dovecot.conf" <<CONF
base_dir = $tmp/dovecot
state_dir = $tmp/dovecot
log_path = $box/dovecot.log
default_internal_user = $(is_root && id -un dovecot 2>/dev/null || echo "$user")
default_internal_group = $(is_root && id -gn dovecot 2>/dev/null || id -gn)
default_login_user = $(is_root && id -un dovenull 2>/dev/null || echo "$user")
first_valid_uid = 1
first_valid_gid = 0
protocols = lmtp
ssl = no
mail_location = maildir:$box/Dovecot
lda_mailbox_autocreate = yes
recipient_delimiter = +
lmtp_save_to_detail_mailbox = yes
postmaster_address = postmaster@example.org
hostname = mail.example.org
passdb {
  driver = static
  args = nopassword
}
userdb {
  driver = static
  args = uid=$(id -u "$user") gid=$(id -g "$user") home=$box allow_all_users=yes
}
service anvil {
  chroot =
}
service lmtp {
  user = $user
  unix_listener lmtp {
    mode = 0666
  }
}
service stats {
  chroot =
  unix_listener stats-writer {
    mode = 0666
  }
}
namespace inbox {
  inbox = yes
  separator = .
}
CONF
chmod 644 "$tmp/dovecot.conf"

if [ -x "$lda" ]; then
	to "lda:$lda -c $tmp/dovecot.conf"
	arrived "dovecot-lda" "$box/Dovecot/.Junk/new/*"
	is "dovecot-lda: the trace is in the message" "$(grep -c -e ^Return-Path -e ^Delivered-To "$box"/Dovecot/.Junk/new/*)" 2
	rm -rf "$box/Dovecot"
	: >"$box/Dovecot"
	to "lda:$lda -c $tmp/dovecot.conf"
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
	start dovecot dovecot -F -c "$tmp/dovecot.conf"
	wait_for "Dovecot" [ -S "$tmp/dovecot/lmtp" ]
	to "lmtp:unix:$tmp/dovecot/lmtp"
	arrived "Dovecot's LMTP" "$box/Dovecot/new/*"
	is "Dovecot's LMTP: the trace is there once" "$(grep -c -e ^Return-Path -e ^Delivered-To "$box"/Dovecot/new/*)" 2
	sed 's/^deliver: .*/deliver: { detail = true; };/' "$tmp/conf" >"$tmp/conf.detail"
	chmod 644 "$tmp/conf.detail"
	# shellcheck disable=SC2086
	run $as "$filter" -c "$tmp/conf.detail" -f sender@example.net -a joe@example.org --mailbox "lmtp:unix:$tmp/dovecot/lmtp" deliver <"$tmp/spam"
	arrived "Dovecot's LMTP, by detail" "$box/Dovecot/.Junk/new/*"
else
	skip 5 "Dovecot's LMTP server is not installed"
fi
done_testing
