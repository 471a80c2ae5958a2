# mail-lib.sh: what the tests of whole mail systems (8x-*.t) share. Source it after lib.sh, then call mail_setup.
#
# A chain is one way that a message takes through a mail system with the filter in it, made of exactly the files in conf/, with
# nothing changed but paths and time limits (mail_piece). mail_chain sends a listed and a clean message through it, first as it should be, then with the
# filter broken in five ways, and looks where they are: nothing may be lost, cut, doubled or bounced. A message that waits must arrive once the
# filter is well again. The outcome is a row of the table in doc/mail-systems.md, which has to stand there word for word.
#
# The script gives these functions (the defaults are for a program that takes a message on standard input and answers by its exit status):
#	mail_send FILE      hand the message to the system; its status: 0 taken, 75 try again, all else counts as a bounce
#	mail_settled ID     is it decided what becomes of the message (stored, or waiting)?
#	mail_retry          the queue runner's work: offer again all that waits
#	mail_bounces        prints how many messages were bounced, by the log or the queue
#
# Values: $mail_user $mail_uid $mail_gid (whose mail it is: nobody for root, else who runs the test), $mail_home (with Maildir, Maildir/.Junk and mail/),
# $mail_filter (the filter's path in the pieces; what it does is set by mail_fault), $mail_conf, $mail_limit (seconds until a system gives up on a hanging filter).

mail_limit=2
mail_faults="ok failing killed missing hanging dns"
mail_n=0
mail_agent=      # set to the path of an agent behind deliver: it is what breaks, and the filter calls it as $tmp/bin/NAME
mail_no_sender=  # set: this chain does not tell the filter the envelope sender
mail_one_by_one= # set: two messages at a time would wait for a lock

# The address of the handoff in messages that are listed, and in those that are not.
mail_bad=11.22.33.44
mail_good=11.22.33.45

# Who messages are from, on the envelope; and somebody whose mail is always let in: so it shows whether the filter is told the envelope sender.
mail_from=friend@example.net
mail_known=bounce-77@lists.example.net

mail_setup() {
	if is_root; then
		mail_user=nobody mail_as="setpriv --reuid=$(id -u nobody) --regid=$(id -g nobody) --clear-groups"
		have setpriv || skip_all "setpriv is not installed"
	else
		mail_user=$(id -un) mail_as=
	fi
	mail_uid=$(id -u $mail_user)
	mail_gid=$(id -g $mail_user)
	mail_home=$tmp/home
	mail_filter=$tmp/bin/spamcop-filter
	mail_conf=$tmp/etc/spamcop-filter.conf
	mail_real=$tmp/real/spamcop-filter
	chmod 755 "$tmp"
	mkdir -p "$tmp/bin" "$tmp/etc" "$tmp/real" "$tmp/msg" "$tmp/run"
	chmod 1777 "$tmp/run"
	cp "$filter" "$tmp/real/"
	[ ! -x "$sieve" ] || cp "$sieve" "$tmp/real/"
	mail_maildir
	mail_configure
	mail_fault ok
}

# mail_mta NAME: $mta is the mail server's program, installed or fetched by fetch-mtas.sh; without one the script is skipped. $mta_root
# is where its package is unpacked ("" where it is installed). What was fetched is copied into $tmp: servers become
# other users, and the build may lie where those cannot go.
mail_mta() {
	mta=$(command -v "$1") mta_root=
	[ -z "$mta" ] || return 0
	mta=$top_builddir/tests/mta
	[ -e "$mta/complete" ] || skip_all "$1 is not installed (sh tests/e2e/lib/fetch-mtas.sh fetches it for the tests)"
	mta_root=$tmp/mta
	cp -r "$mta" "$mta_root"
	chmod -R a+rX "$mta_root"
	mta_libraries=$(find "$mta_root" -name '*.so*' -exec dirname {} + | sort -u | tr '\n' ':')
	mta=$mta_root/$1
	printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$mta_libraries" "$mta_root/usr/sbin/$1" >"$mta"
	chmod 755 "$mta"
}

# mail_names ACCOUNT...: user lists for libnss-wrapper, in $tmp/passwd and $tmp/group: the real ones, "user" with $mail_home, and the accounts that a
# server's package would have made, all with the numbers of $mail_user.
mail_names() {
	: >"$tmp/passwd"
	: >"$tmp/group"
	for mail_name in user "$@"; do
		printf '%s:x:%s:%s::%s:/bin/sh\n' "$mail_name" "$mail_uid" "$mail_gid" "$mail_home" >>"$tmp/passwd"
		printf '%s:x:%s:\n' "$mail_name" "$mail_gid" >>"$tmp/group"
	done
	# Behind ours: the first of a name counts.
	cat /etc/passwd >>"$tmp/passwd"
	cat /etc/group >>"$tmp/group"
	chmod 644 "$tmp/passwd" "$tmp/group"
	[ "$(mail_named id -un "$1" 2>/dev/null)" ] || skip_all "libnss-wrapper is not installed"
}

# mail_named COMMAND...: a command that sees the users of mail_names.
mail_named() {
	env LD_PRELOAD=libnss_wrapper.so NSS_WRAPPER_PASSWD="$tmp/passwd" NSS_WRAPPER_GROUP="$tmp/group" "$@"
}

# A Maildir with a Junk folder, and a folder for mbox files, of the user's own.
mail_maildir() {
	for mail_box in Maildir Maildir/.Junk; do
		mkdir -p "$mail_home/$mail_box/cur" "$mail_home/$mail_box/new" "$mail_home/$mail_box/tmp"
	done
	: >"$mail_home/Maildir/.Junk/maildirfolder"
	mkdir -p "$mail_home/mail"
	chmod -R go-rwx "$mail_home"
	is_root && chown -R "$mail_uid:$mail_gid" "$mail_home"
	mail_boxes="INBOX:$mail_home/Maildir/new INBOX:$mail_home/Maildir/cur Junk:$mail_home/Maildir/.Junk/new Junk:$mail_home/Maildir/.Junk/cur"
}

# Two configurations: one whose list is a file, and one whose list is a server that never answers. $1: more settings for both.
mail_configure() {
	printf '%s\n' ":127.0.0.2:Blocked - see https://www.spamcop.net/bl.shtml?\$" "$mail_bad" >"$tmp/etc/office.ip4set"
	if [ -z "${mail_hole:-}" ]; then
		mail_hole=$(free_port)
		hole_start "$mail_hole"
	fi
	cat >"$mail_conf" <<-EOF
		lists = ( { name = "office"; file = "$tmp/etc/office.ip4set"; relays = "all"; } );
		allow: { senders = [ "$mail_known" ]; };
		${1:-}
	EOF
	cat >"$tmp/etc/dead.conf" <<-EOF
		lists = ( { zone = "bl.test"; relays = "all"; } );
		dns: { servers = [ "127.0.0.1:$mail_hole" ]; deadline = 0.3; };
		${1:-}
	EOF
	chmod 644 "$mail_conf" "$tmp/etc/dead.conf" "$tmp/etc/office.ip4set"
}

# mail_fault HOW: from now on the filter works (ok), ends with 1, is killed when it has written a part, is not there, never ends, or gets no answers.
mail_fault() {
	mail_broken=$mail_filter
	[ -z "$mail_agent" ] || mail_broken=$tmp/bin/${mail_agent##*/}
	case $mail_agent$1 in
	/*ok | /*dns) printf '#!/bin/sh\nexec %s "$@"\n' "$mail_agent" ;;
	*) mail_behaviour "$1" ;;
	esac >"$tmp/bin/new"
	chmod 755 "$tmp/bin/new"
	mv "$tmp/bin/new" "$mail_broken"
	[ "$1" != missing ] || rm -f "$mail_broken"
	if [ -n "$mail_agent" ]; then
		case $1 in
		dns) mail_behaviour dns ;;
		*) mail_behaviour ok ;;
		esac >"$mail_filter"
		chmod 755 "$mail_filter"
	fi
}

mail_behaviour() {
	case $1 in
	ok) printf '#!/bin/sh\nexec %s -c %s "$@"\n' "$mail_real" "$mail_conf" ;;
	dns) printf '#!/bin/sh\nexec %s -c %s "$@"\n' "$mail_real" "$tmp/etc/dead.conf" ;;
	failing) printf '#!/bin/sh\necho "5.7.1 it is broken" >&2\nexit 1\n' ;;
	killed) printf '#!/bin/sh\nhead -c 4000\nkill -9 $$\n' ;;
	hanging) printf '#!/bin/sh\necho $$ >>%s\nexec sleep 300\n' "$tmp/run/hanging" ;;
	esac
}

# Ends the filters that hang: only those that were started as hanging ones, here.
mail_unhang() {
	[ -f "$tmp/run/hanging" ] || return 0
	while read -r mail_pid; do
		[ "$(readlink "/proc/$mail_pid/exe")" = "$(readlink -f "$(command -v sleep)")" ] && kill "$mail_pid" 2>/dev/null
	done <"$tmp/run/hanging"
	rm -f "$tmp/run/hanging"
}

# mail_piece FILE [SED SCRIPT]: a piece of conf/ with this test's paths, on standard output.
mail_piece() {
	sed -e "s,/usr/bin/spamcop-filter,$mail_filter,g" -e "s,/etc/spamcop-filter/,$tmp/etc/,g" -e "s,\\\$HOME,$mail_home,g" ${2:+-e "$2"} "$top_srcdir/conf/$1"
}

# mail_message ID ADDRESS: a message that ADDRESS handed to us, in $tmp/msg/ID. Its last line says that it is whole.
mail_message() {
	cat <<-EOF >"$tmp/msg/$1"
		Received: from mx.example.net (mx.example.net [$2]) by mail.example.org (Postfix) with ESMTP id 4XyZ1
		 for <user@example.org>; Mon, 23 Nov 2026 10:00:00 +0000 (UTC)
		From: A Friend <friend@example.net>
		To: user@example.org
		Subject: about $1
		Date: Mon, 23 Nov 2026 09:59:58 +0000
		Message-ID: <$1@example.net>

		Dear user,

		.
		.. dots, and
		From the start of a line.
		$(seq -f 'line %g of a body that is long enough to be cut' 400)
		end of $1
	EOF
}

# mail_where ID: the folder that it is in; "" if in none; CUT and TWICE if it is not as it was sent. All that was added stands in front.
mail_where() {
	mail_found=
	for mail_box in $mail_boxes; do
		[ -e "${mail_box#*:}" ] || continue
		for mail_file in $(grep -rlF "Message-ID: <$1@example.net>" "${mail_box#*:}" 2>/dev/null); do
			[ -z "$mail_found" ] || mail_found="TWICE "
			mail_found=$mail_found${mail_box%%:*}
			mail_whole "$1" "$mail_file" || mail_found="$mail_found CUT"
		done
	done
	printf '%s\n' "$mail_found"
}

# mail_whole ID FILE: does the stored message end with all of the one that was sent? Of an mbox file, that message is cut out first.
mail_whole() {
	if [ -d "${mail_box#*:}" ]; then
		tr -d '\r' <"$2" >"$tmp/stored"
	else
		sed '/^Subject: /Q' "$tmp/msg/$1" >"$tmp/stored"
		sed -n "/^Subject: about $1\$/,/^end of $1\$/p" "$2" | sed -e 's/^>From /From /' >>"$tmp/stored"
	fi
	tail -c "$(wc -c <"$tmp/msg/$1")" "$tmp/stored" | cmp -s - "$tmp/msg/$1"
}

# mail_file ID: the stored message's path.
mail_file() {
	for mail_box in $mail_boxes; do
		grep -rlF "Message-ID: <$1@example.net>" "${mail_box#*:}" 2>/dev/null
	done
}

mail_settled() {
	return 0
}

mail_bounces() {
	cat "$tmp/run/bounces"
}

# What an agent left to be tried again, the list of mail_offer's.
mail_retry() {
	for mail_again in $mail_waiting; do
		mail_offer "$mail_again"
	done
}

# mail_offer ID: as a mail system does; notes statuses that mail systems bounce for.
mail_offer() {
	mail_send "$tmp/msg/$1" >>"$tmp/run/agent.log" 2>&1
	case $? in
	0 | 75) ;;
	*) echo $(($(cat "$tmp/run/bounces") + 1)) >"$tmp/run/bounces" ;;
	esac
}

# mail_chain NAME [FAULT...]: see above. $mail_row is then the row of the table, $mail_first_listed and $mail_first_clean are
# the two messages that went through the sound filter.
mail_chain() {
	mail_name=$1
	shift
	mail_n=$((mail_n + 1))
	mail_row="| $mail_name |"
	for mail_how in ${*:-$mail_faults}; do
		mail_one "$mail_how"
	done
	mail_fault ok
	mail_unhang
	[ -n "$mail_no_sender" ] || mail_told
	diag "$mail_row"
	if grep -qF "$mail_row" "$top_srcdir/doc/mail-systems.md"; then
		pass "$mail_name: as doc/mail-systems.md says"
	else
		fail "$mail_name: as doc/mail-systems.md says"
	fi
}

# A listed mail from the sender that is always let in: the filter can only know by the envelope.
mail_told() {
	mail_l=c$mail_n.known
	mail_message "$mail_l" "$mail_bad"
	mail_waiting=
	mail_from=$mail_known
	mail_offer "$mail_l"
	mail_from=friend@example.net
	wait_for "$mail_name, known sender" mail_settled "$mail_l"
	is "$mail_name: mail of an allowed envelope sender is in INBOX" "$(mail_where "$mail_l")" INBOX
	ok "$mail_name: ... and says why" grep -q "^X-SpamCop-Status: allowed.*allowed=$mail_known" "$(mail_file "$mail_l")"
}

# Settled, or there is a bounce and so no more to wait for.
mail_decided() {
	mail_settled "$1" || [ "$(mail_bounces)" != "$mail_before" ]
}

# One fault of one chain.
mail_one() {
	mail_l=c$mail_n.listed.$1 mail_c=c$mail_n.clean.$1
	mail_message "$mail_l" "$mail_bad"
	mail_message "$mail_c" "$mail_good"
	[ "$1" != ok ] || mail_first_listed=$mail_l mail_first_clean=$mail_c
	mail_before=$(mail_settle_bounces)
	mail_waiting=
	mail_fault "$1"
	mail_offer "$mail_l" &
	mail_first=$!
	[ -z "$mail_one_by_one" ] || wait $mail_first
	mail_offer "$mail_c"
	wait $mail_first
	wait_for "$mail_name, $1" mail_decided "$mail_l"
	wait_for "$mail_name, $1" mail_decided "$mail_c"
	mail_at=$(mail_where "$mail_l")
	mail_clean_at=$(mail_where "$mail_c")
	mail_waiting=
	[ -n "$mail_at" ] || mail_waiting=$mail_l
	[ -n "$mail_clean_at" ] || mail_waiting="$mail_waiting $mail_c"
	if [ -n "$mail_waiting" ]; then
		mail_fault ok
		mail_unhang
		mail_retry
		wait_for "$mail_name, $1, again" mail_decided "$mail_l"
		wait_for "$mail_name, $1, again" mail_decided "$mail_c"
		[ -n "$mail_at" ] || mail_at="waits, then $(mail_where "$mail_l")"
		mail_clean_at=$(mail_where "$mail_c")
	fi
	is "$mail_name, $1: clean mail is in INBOX, whole, once" "$mail_clean_at" INBOX
	case $mail_at in
	*CUT* | *TWICE* | "" | *" then ") fail "$mail_name, $1: listed mail is not lost, cut or doubled ($mail_at)" ;;
	*) pass "$mail_name, $1: listed mail is not lost, cut or doubled ($mail_at)" ;;
	esac
	is "$mail_name, $1: no bounce" "$(mail_bounces)" "$mail_before"
	[ "$1" != ok ] || mail_tagged
	mail_row="$mail_row $mail_at |"
}

mail_settle_bounces() {
	[ -f "$tmp/run/bounces" ] || echo 0 >"$tmp/run/bounces"
	mail_bounces
}

# As it should be: the listed one says why, the clean one that it is clean, each once.
mail_tagged() {
	ok "$mail_name: the reason is in the listed mail" grep -q "^X-SpamCop-Listed: $mail_bad; list=office" "$(mail_file "$mail_l")"
	ok "$mail_name: the clean mail says so" grep -q "^X-SpamCop-Status: clean" "$(mail_file "$mail_c")"
}
