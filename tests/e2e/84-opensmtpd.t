#!/bin/sh
# OpenSMTPD with the file of conf/opensmtpd: mda. The witnesses for "no bounce" are its log and its queue. It has its paths built in, so it runs as root
# in a mount namespace of its own where /var, /usr/libexec and /etc/passwd are the test's.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
is_root || skip_all "OpenSMTPD starts only as root"
need swaks unshare nsenter
unshare -m true 2>/dev/null || skip_all "no mount namespace here"
mail_mta smtpd
libexec=$mta_root/usr/libexec
[ -x "$libexec/opensmtpd/mail.mda" ] || skip_all "OpenSMTPD's mail.mda is not where it should be"
mail_setup

smtp_port=$(free_port)
log=$tmp/opensmtpd.log
mkdir -p "$tmp/var/lib/opensmtpd/empty" "$tmp/var/spool" "$tmp/var/run"
grep -v -e '^opensmtp' -e '^user:' /etc/passwd >"$tmp/passwd"
grep -v '^opensmtp' /etc/group >"$tmp/group"
cat >>"$tmp/passwd" <<EOF
opensmtpd:x:65530:65530::/:/bin/false
opensmtpq:x:65531:65531::/:/bin/false
user:x:$mail_uid:$mail_gid::$mail_home:/bin/sh
EOF
printf 'opensmtpd:x:65530:\nopensmtpq:x:65531:\n' >>"$tmp/group"
mail_configure 'deliver: { mailbox = "maildir:~/Maildir"; };'
{
	printf 'listen on 127.0.0.1 port %s\n' "$smtp_port"
	mail_piece opensmtpd/smtpd.conf "s/timeout 120/timeout $mail_limit/"
	printf 'match from any for any reject\n'
} >"$tmp/smtpd.conf"
cat >"$tmp/inside" <<EOF
mount --bind $tmp/var /var && mount --bind $libexec /usr/libexec && mount --bind $tmp/passwd /etc/passwd && mount --bind $tmp/group /etc/group || exit 1
echo \$\$ >$tmp/run/smtpd.pid
exec $mta -d -f $tmp/smtpd.conf
EOF
start opensmtpd unshare -m sh "$tmp/inside"
wait_for "OpenSMTPD" swaks --server "127.0.0.1:$smtp_port" --quit-after EHLO

# smtpctl wants to be of the group of the queue.
smtpctl() {
	nsenter -t "$(cat "$tmp/run/smtpd.pid")" -m setpriv --regid=65531 --clear-groups \
		env LD_LIBRARY_PATH="${mta_libraries:-}" "$mta_root/usr/sbin/smtpctl" "$@"
}

mail_send() {
	head -c -1 "$1" >"$1.data" # swaks ends the last line
	swaks --server "127.0.0.1:$smtp_port" --from "$mail_from" --to user@localhost --data "@$1.data" --helo mx.example.org >"$1.swaks" 2>&1 || return 75
}

# Stored, or its envelope was put off. OpenSMTPD logs the message's number when it takes it.
mail_settled() {
	[ -z "$(mail_where "$1")" ] || return 0
	[ -z "$mail_waiting" ] || return 1
	id=$(sed -n 's/^<-  250 2.0.0 \([0-9a-f]*\) Message accepted.*/\1/p' "$tmp/msg/$1.swaks")
	grep -Eq " mda delivery evpid=$id.* result=\"?(TempFail|PermFail)" "$log"
}

mail_retry() {
	smtpctl schedule all
}

mail_bounces() {
	grep -c -e 'PermFail' -e 'from=<>' "$log"
}

mail_chain "OpenSMTPD smtpd.conf, Maildir"
is "nothing is left in the queue" "$(smtpctl show queue | wc -l)" 0

done_testing
