#!/bin/sh
# soak.sh [SECONDS [SEED]]: a month in an hour, or less. Messages of all kinds through deliver, deliver into Dovecot's LMTP, and procmail, side by side, while
# DNS fails, the disk fills, servers hang, processes are killed and folders come and go; at the end each message is accounted for (soak.py). As root on a
# disk of 48 MB of its own; else without a disk that fills.
if [ "$(id -u)" = 0 ] && [ -z "${SOAK_DISK:-}" ] && unshare -m true 2>/dev/null; then
	SOAK_DISK=1 exec unshare -m sh "$0" "$@"
fi
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"
need /usr/bin/python3 rbldnsd procmail dovecot doveadm
mail_setup
if [ -n "${SOAK_DISK:-}" ]; then
	rm -rf "$mail_home"
	mkdir "$mail_home"
	mount -t tmpfs -o size=48m,mode=0755 tmpfs "$mail_home" || unset SOAK_DISK
	[ -z "${SOAK_DISK:-}" ] || trap 'soak_status=$?; umount -l "$mail_home"; (exit $soak_status); tap_cleanup' EXIT
	mail_maildir
fi
port=$(free_port)
# procmail's own mailbox is not on the disk that fills: it leaves a part of a message there and ends with 0, or with 73.
mkdir "$tmp/zones" "$tmp/sent" "$tmp/sent.tmp" "$tmp/procmail" "$mail_home/own" "$mail_home/server"
printf ':127.0.0.2:Blocked, see https://www.spamcop.net/bl.shtml?$\n127.0.0.2\n%s\n' "$mail_bad" >"$tmp/zones/bl"
cat >"$tmp/etc/soak.conf" <<CONF
lists = ( { zone = "bl.test"; relays = "all"; } );
dns: { servers = [ "127.0.0.1:$port" ]; deadline = 1.0; };
deliver: { mailbox = "maildir:~/Maildir"; time_limit = 5; };
sieve: { redirect = true; vacation = true; sendmail = "$tmp/bin/sendmail"; };
CONF
# What is sent: one file a message, whole or not there.
cat >"$tmp/bin/sendmail" <<SH
#!/bin/sh
file=$tmp/sent/\$\$.\$(date +%N)
cat >"$tmp/sent.tmp/\${file##*/}" && mv "$tmp/sent.tmp/\${file##*/}" "\$file"
SH
chmod 755 "$tmp/bin/sendmail" "$tmp/zones" && chmod 644 "$tmp/zones/bl" "$tmp/etc/soak.conf"
cat >"$mail_home/own/.spamcop.sieve" <<'SIEVE'
require ["fileinto", "copy", "imap4flags", "vacation", "duplicate"];
if header "X-Soak" "file" { fileinto "Lists"; }
elsif header "X-Soak" "copy" { fileinto :copy "Lists"; }
elsif header "X-Soak" "redirect" { redirect "elsewhere@example.net"; }
elsif header "X-Soak" "discard" { discard; }
elsif header "X-Soak" "vacation" { vacation "I am away."; }
elsif header "X-Soak" "flags" { addflag "\\Flagged"; }
elsif allof (header "X-Soak" "duplicate", duplicate) { discard; }
SIEVE
cat >"$tmp/procmail/rc" <<RC
DEFAULT=$tmp/procmail/Maildir/
SHELL=/bin/sh
TIMEOUT=60
:0fwr
| $mail_real -c $tmp/etc/soak.conf
:0
* ^X-SpamCop-Listed:
$tmp/procmail/Maildir/.Junk/
RC
for home in "$mail_home/own" "$tmp/procmail"; do
	for box in Maildir Maildir/.Junk; do
		mkdir -p "$home/$box/new" "$home/$box/cur" "$home/$box/tmp"
	done
done
chmod 700 "$mail_home/own" "$tmp/procmail" "$mail_home/server"
is_root && chown -R "$mail_uid:$mail_gid" "$mail_home" "$tmp/procmail" "$tmp/sent" "$tmp/sent.tmp"
dovecot_start
user=
is_root && user='"-u", "'$mail_user'",'
become=
for word in $mail_as; do
	become="$become${become:+, }\"$word\""
done
# way NAME HOME BOX COMMAND...
way() {
	name=$1 home=$2 box=$3
	shift 3
	printf '"%s": { "box": "%s", "env": { "HOME": "%s", "USER": "%s", "LOGNAME": "%s", "PATH": "/usr/bin:/bin" }, "command": [ "%s"' "$name" "$box" "$home" "$mail_user" "$mail_user" "$1"
	shift
	for word; do
		printf ', "%s"' "$word"
	done
	printf ' ] }'
}
{
	small=null; [ -z "${SOAK_DISK:-}" ] || small="\"$mail_home\""
	printf '{ "become": [ %s ], "programs": "%s", "sent": "%s", "small": %s, "lmtp_pid": "%s",\n' "$become" "${mail_real%/*}" "$tmp/sent" "$small" "$tmp/dovecot/master.pid"
	printf '"rbldnsd": [ "rbldnsd", "-n", %s "-w", "%s", "-b", "127.0.0.1/%s", "-c", "0", "bl.test:ip4set:bl" ],\n"ways": {\n' "$user" "$tmp/zones" "$port"
	way deliver "$mail_home/own" "$mail_home/own/Maildir" "$mail_real" -c "$tmp/etc/soak.conf" -f ann@example.net -a user@example.org deliver
	printf ',\n'
	way lmtp "$mail_home/server" "$mail_home/Maildir" "$mail_real" -c "$tmp/etc/soak.conf" --mailbox "lmtp:unix:$lmtp_socket" -f ann@example.net -a user deliver
	printf ',\n'
	way procmail "$tmp/procmail" "$tmp/procmail/Maildir" procmail -t -f ann@example.net -m "$tmp/procmail/rc"
	printf '\n} }\n'
} >"$tmp/place.json"
[ -n "${SOAK_DISK:-}" ] || echo "not as root with a disk of its own: none fills"
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$top_srcdir/tests/soak/soak.py" "$tmp" "${1:-1200}" "${2:-1}"
status=$?
echo "seed ${2:-1}, ${1:-1200} seconds, $(dovecot --version | cut -d' ' -f1), $(procmail -v 2>&1 | head -n 1)"
exit $status
