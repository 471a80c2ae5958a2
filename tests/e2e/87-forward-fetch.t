#!/bin/sh
# .forward, .qmail, aliases, fetchmail and getmail, with the files of conf/forward and conf/fetch: a listed mail in Junk, a clean one in INBOX, and no mail
# lost or bounced where the filter fails. .qmail is run as qmail-command(8) says, for Debian has no qmail.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
mail_setup

# both NAME ID [" CUT"]: a listed and a clean mail find their folders; CUT: the program writes the header anew before the filter sees it.
both() {
	set -- "$1" "$2" "${3:-}"
	mail_message "$2.bad" "$mail_bad"
	mail_message "$2.good" "$mail_good"
	mail_offer "$2.bad"
	mail_offer "$2.good"
	wait_for "$1" mail_settled "$2.bad"
	wait_for "$1" mail_settled "$2.good"
	is "$1: listed mail is in Junk" "$(mail_where "$2.bad")" "Junk$3"
	is "$1: clean mail is in INBOX" "$(mail_where "$2.good")" "INBOX$3"
	mail_fault missing
	mail_message "$2.later" "$mail_good"
	mail_offer "$2.later"
	is "$1: the filter is not there: not stored" "$(mail_where "$2.later")" ""
	mail_fault ok
}
in_inbox() {
	[ "$(mail_where "$1")" = INBOX ]
}
echo 0 >"$tmp/run/bounces"

# qmail-local runs /bin/sh -c with this environment; 111 is a soft failure, as is every status but 0, 99, 100 and a few below 112.
qmail_command=$(mail_piece forward/dot-qmail | sed 's/^|//')
mail_send() {
	(cd "$mail_home" && exec env -i PATH=/usr/bin:/bin HOME="$mail_home" USER=user LOCAL=user EXT= HOST=example.org SENDER="$mail_from" RECIPIENT=user@example.org \
		$mail_as /bin/sh -c "$qmail_command" <"$1")
	case $? in
	0) return 0 ;;
	111) return 75 ;;
	*) return 1 ;;
	esac
}
both ".qmail" qmail
is ".qmail: no bounce" "$(cat "$tmp/run/bounces")" 0
mail_message told "$mail_bad"
mail_from=$mail_known
mail_offer told
mail_from=friend@example.net
is ".qmail: the filter is told the sender" "$(mail_where told)" INBOX

if is_root && have postfix && have postqueue && have swaks; then
	. "$top_srcdir/tests/e2e/lib/mail-postfix.sh"
	postfix_in= mail_waiting=
	trap 'mail_status=$?; postfix_stop; (exit $mail_status); tap_cleanup' EXIT
	mail_send() {
		head -c -1 "$1" >"$1.data"
		swaks --server "127.0.0.1:$smtp_port" --from "$mail_from" --to "$mail_to" --data "@$1.data" --helo mx.example.org >"$1.swaks" 2>&1 || return 75
	}
	# nobody has no home of the test's, so HOME is said here; --home would do as well.
	mail_piece forward/dot-forward "s,maildir:~,maildir:$mail_home," >"$mail_home/.forward"
	chown "$mail_uid:$mail_gid" "$mail_home/.forward"
	printf 'forward_path = %s\nexport_environment = PATH\n' "$mail_home/.forward" >"$tmp/etc/main"
	: >"$tmp/etc/master"
	postfix_start "$tmp/etc/main" "$tmp/etc/master"
	mail_to=$mail_user@localhost
	both ".forward" forward
	is ".forward: no bounce" "$(mail_bounces)" 0
	# A message may just be on its way into the queue of those that wait.
	again() {
		in_inbox forward.later || { mail_retry && sleep 1 && false; }
	}
	wait_for "the mail that waited" again
	pass ".forward: the mail that waited is stored"

	mkdir -p "$tmp/vmail"
	ln -s "$mail_home/Maildir" "$tmp/vmail/info"
	chown "$mail_uid:$mail_gid" "$tmp/vmail"
	mail_piece forward/aliases "s,/var/vmail,$tmp/vmail,g" >"$tmp/etc/aliases"
	postalias "$tmp/etc/aliases"
	chown "$mail_uid:$mail_gid" "$tmp/etc/aliases"*
	printf 'alias_maps = hash:%s\n' "$tmp/etc/aliases" >"$tmp/etc/main"
	postfix_start "$tmp/etc/main" "$tmp/etc/master"
	mail_to=info@localhost
	both "aliases" aliases
	is "aliases: no bounce" "$(mail_bounces)" 0
else
	skip 8 "Postfix starts only as root"
fi

if have dovecot && have fetchmail; then
	. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"
	mail_settled() {
		return 0
	}
	# The mailbox that is fetched from: another Maildir.
	dovecot_maildir='~/server'
	mkdir -p "$mail_home/server/new" "$mail_home/server/cur" "$mail_home/server/tmp"
	is_root && chown -R "$mail_uid:$mail_gid" "$mail_home/server"
	dovecot_start
	fetch() {
		# shellcheck disable=SC2086 # words
		(cd "$mail_home" && env -i PATH="$PATH" HOME="$mail_home" USER="$mail_user" $mail_as $fetch_command >>"$tmp/run/fetch.log" 2>&1)
	}
	mail_send() {
		cp "$1" "$mail_home/server/new/$(date +%s).${1##*/}.host" && chmod 644 "$mail_home"/server/new/*
		fetch
		return 0
	}
	mail_piece fetch/fetchmailrc "s,imap.example.org protocol imap,127.0.0.1 protocol imap port $imap_port auth password,;s/password \"secret\"/& sslproto ''/;s/\"you@example.org\"/\"user\"/;s,maildir:~,maildir:$mail_home," >"$mail_home/.fetchmailrc"
	chmod 600 "$mail_home/.fetchmailrc"
	is_root && chown "$mail_uid:$mail_gid" "$mail_home/.fetchmailrc"
	fetch_command="fetchmail --fetchmailrc $mail_home/.fetchmailrc --pidfile $tmp/run/fetchmail.pid"
	both fetchmail fetchmail
	fetch
	ok "fetchmail: what waited on the server is fetched" in_inbox fetchmail.later

	if have getmail; then
		rm -rf "$mail_home/server/new/"* "$mail_home/server/cur/"*
		mail_piece fetch/getmailrc "s/SimpleIMAPSSLRetriever/SimpleIMAPRetriever/;s/imap.example.org/127.0.0.1\\nport = $imap_port/;s/you@example.org/user/;s,maildir:~,maildir:$mail_home," >"$mail_home/getmailrc"
		mkdir -p "$mail_home/getmail"
		chmod 600 "$mail_home/getmailrc"
		is_root && chown -R "$mail_uid:$mail_gid" "$mail_home/getmailrc" "$mail_home/getmail"
		fetch_command="getmail --getmaildir $mail_home/getmail --rcfile $mail_home/getmailrc"
		both getmail getmail " CUT"
	else
		skip 3 "getmail is not installed"
	fi
else
	skip 7 "Dovecot and fetchmail are not installed"
fi
done_testing
