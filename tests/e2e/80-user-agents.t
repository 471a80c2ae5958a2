#!/bin/sh
# procmail, maildrop and fdm, with the files of conf/: a listed mail in Junk, a clean one in INBOX, and no mail lost when the filter fails.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
mail_setup

limits="s/^TIMEOUT=.*/TIMEOUT=$mail_limit/;s/timeout 60/timeout $mail_limit/"

# run_as_user COMMAND...: from a folder that the user may enter, with HOME.
as_user() {
	(cd "$mail_home" 2>/dev/null || cd /; exec env HOME="$mail_home" $mail_as "$@")
}

# rc FILE: the piece as the user's own rules file.
rc() {
	mail_piece "$1" "$limits" >"$mail_home/rc"
	chmod 600 "$mail_home/rc"
	is_root && chown "$mail_uid:$mail_gid" "$mail_home/rc"
}

# bare NAME FILE: a home without any folder, and then one whose Junk is a file: nothing waits, nothing lands beside the Maildir.
bare() {
	rc "$2"
	rm -rf "$mail_home/Maildir"
	mail_message "bare.$mail_n.1" "$mail_good"
	mail_message "bare.$mail_n.2" "$mail_bad"
	mail_offer "bare.$mail_n.1"
	mail_offer "bare.$mail_n.2"
	is "$1: without a Maildir, one is made" "$(mail_where "bare.$mail_n.1")" INBOX
	is "$1: and Junk in it" "$(mail_where "bare.$mail_n.2")" Junk
	rm -rf "$mail_home/Maildir/.Junk"
	# For nobody, not even for the user who runs the test: procmail would write into it.
	: >"$mail_home/Maildir/.Junk"
	chmod 444 "$mail_home/Maildir/.Junk"
	mail_message "bare.$mail_n.3" "$mail_bad"
	mail_offer "bare.$mail_n.3"
	is "$1: where Junk cannot be used: INBOX" "$(mail_where "bare.$mail_n.3")" INBOX
	is "$1: nothing beside the Maildir" "$(find "$mail_home" -maxdepth 1 \( -name new -o -name cur -o -name .Junk \))" ""
	rm -rf "$mail_home/Maildir"
	mail_message "bare.$mail_n.4" "$mail_bad"
	mail_offer "bare.$mail_n.4"
	case $(mail_where "bare.$mail_n.4") in
	INBOX | Junk) pass "$1: listed mail as the first of all is stored" ;;
	*) fail "$1: listed mail as the first of all is stored" ;;
	esac
	rm -f "$mail_home/Maildir/.Junk"
	mail_maildir
}

if have procmail; then
	mail_send() {
		as_user procmail -f "$mail_from" -m "$mail_home/rc" <"$1"
	}
	for piece in filter strict header; do
		rc "procmail/$piece.rc"
		mail_chain "procmail, $piece.rc"
	done
	rc procmail/mbox.rc
	printf 'DEFAULT=%s\n' "$mail_home/mail/inbox" | cat - "$mail_home/rc" >"$tmp/rc" && cat "$tmp/rc" >"$mail_home/rc"
	mail_boxes="INBOX:$mail_home/mail/inbox Junk:$mail_home/mail/Junk"
	mail_one_by_one=yes
	mail_chain "procmail, mbox.rc"
	mail_one_by_one=
	like "mbox.rc: the filter leaves the From_ line first" "$(head -n 2 "$mail_home/mail/Junk")" "From friend@example.net *
X-SpamCop-Status: listed*"
	no_line='^ *(DEFAULT|ORGMAIL|MAILDIR)='
	is "mbox.rc: the inbox stays where it is" "$(grep -E "$no_line" "$top_srcdir/conf/procmail/mbox.rc")" ""
	mail_maildir
	bare "procmail, filter.rc" procmail/filter.rc
else
	skip 4 "procmail is not installed"
fi

# behind FILE AGENT ARGUMENT...: the filter in front, as delivery agent, and this agent behind it, with the rules that only file. It is the agent that breaks.
behind() {
	rc "$1"
	mail_agent=$(command -v "$2")
	shift 2
	mail_configure "deliver: { mailbox = \"lda:$tmp/bin/${mail_agent##*/} $*\"; time_limit = $mail_limit; };"
	mail_send() {
		as_user "$mail_filter" deliver -f "$mail_from" -a user@example.org <"$1"
	}
}

if have procmail; then
	behind procmail/file.rc procmail -t -f %s -m "$mail_home/rc"
	mail_chain "deliver, lda:procmail file.rc"
fi
if have maildrop; then
	behind maildrop/mailfilter-file maildrop "$mail_home/rc"
	mail_chain "deliver, lda:maildrop mailfilter-file"
fi
mail_agent=
mail_configure

if have maildrop; then
	mail_send() {
		as_user maildrop -f "$mail_from" "$mail_home/rc" <"$1"
	}
	for piece in mailfilter mailfilter-strict; do
		rc "maildrop/$piece"
		mail_chain "maildrop, $piece"
	done
	bare "maildrop, mailfilter" maildrop/mailfilter
else
	skip 2 "maildrop is not installed"
fi

if have fdm; then
	mail_send() {
		# fdm only reads mail from a pipe.
		cat "$1" | as_user fdm -f "$mail_home/rc" -l -m -a stdin fetch
	}
	rc fdm/fdm.conf
	mail_piece fdm/tag-or-original "$limits" >"$tmp/bin/tag-or-original"
	chmod 755 "$tmp/bin/tag-or-original"
	sed -i "s,/usr/local/bin/tag-or-original,$tmp/bin/tag-or-original,;s,%h,$mail_home," "$mail_home/rc"
	mail_no_sender=yes
	mail_chain "fdm, fdm.conf"
else
	skip 1 "fdm is not installed"
fi

done_testing
