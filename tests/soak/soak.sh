#!/bin/sh
# soak.sh [SECONDS [SEED]]: the servers and places of soak.py, which says what is tried; its table and status are ours. Default: 20 minutes.
# Not root: no disk fills, and it says so.
for program in rbldnsd procmail dovecot /usr/bin/python3; do
	PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin command -v "$program" >/dev/null || { echo "soak: $program is not installed" >&2; exit 69; }
done
[ -x /usr/lib/dovecot/lmtp ] || { echo "soak: Dovecot's LMTP server is not installed" >&2; exit 69; }
[ -e /proc/$$/task/$$/children ] || { echo "soak: this kernel does not tell whose child a process is, and so not what to kill" >&2; exit 69; }
# Where its disk ends with it, however it ends.
if [ "$(id -u)" = 0 ] && [ -z "${SOAK_MOUNTS:-}" ] && unshare -m true 2>/dev/null; then
	SOAK_MOUNTS=own exec unshare -m sh "$0" "$@"
fi
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

# The disk that fills; the messages of one round have to fit.
disk=$tmp/disk
mkdir "$disk" "$tmp/zone" "$tmp/messages" "$tmp/sent"
trap 'end=$?; umount -l "$disk" 2>/dev/null; (exit $end); tap_cleanup' EXIT
mount -t tmpfs -o size=${SOAK_SIZE:-96m},nr_inodes=6000,mode=711 tmpfs "$disk" 2>/dev/null || disk_fills=no
mkdir "$disk/procmail" "$disk/lmtp" "$disk/deliver" "$disk/gone"
chmod 711 "$disk" "$disk/gone"
chmod 755 "$tmp/messages"
chmod 700 "$disk/procmail" "$disk/lmtp" "$disk/deliver"
! is_root || chown nobody "$disk"/* "$tmp/sent"

# A sendmail that many may start at once, so each of its messages is a file of its own; one that was killed has sent nothing.
cat >"$bin/sendmail" <<SH
#!/bin/sh
cat >"$tmp/sent/part.\$\$" && mv "$tmp/sent/part.\$\$" "$tmp/sent/sent.\${HOME##*/}.\$\$.\$(date +%s%N)"
SH
# Both lists: one by DNS, one that is a file. 11.22.33.44 is on the first, .46 on the second.
printf '%s\n' ':127.0.0.2:Blocked' 11.22.33.44 >"$tmp/zone/list"
mkdir "$tmp/lists"
{ seq -f 198.18.%.0f.1 0 255; echo 11.22.33.46; } >"$tmp/lists/office"
printf 'lists = ( { name = "office"; file = "%s"; } );\n' "$tmp/lists/office" >"$tmp/lists/conf"
cp "$(dirname "$0")/rules.sieve" "$tmp/rules.sieve"
dns_port=$(free_port)
soak_conf() {
	cat >"$tmp/$1.conf" <<-CONF
		lists = ( { zone = "bl.test"; relays = "all"; }, { name = "office"; file = "$tmp/lists/office"; relays = "all"; } );
		dns: { servers = [ "127.0.0.1:$dns_port" ]; timeout = 0.3; tries = 2; deadline = 1.0; };
		sieve: { redirect = true; vacation = true; script = "$tmp/rules.sieve"; sendmail = "$bin/sendmail"; };
		$2
	CONF
}
soak_conf procmail ""
soak_conf lmtp "deliver: { mailbox = \"lmtp:unix:$tmp/dovecot/lmtp\"; detail = true; time_limit = 20; };"
soak_conf deliver "deliver: { mailbox = \"maildir:$disk/deliver/Maildir\"; };"
sed -e "s,/usr/bin/spamcop-filter,$filter -v -c $tmp/procmail.conf," -e "s,\\\$HOME,$disk/procmail," "$top_srcdir/conf/procmail/filter.rc" >"$tmp/procmailrc"
chmod 755 "$bin/sendmail"
chmod 644 "$tmp"/*.conf "$tmp/procmailrc" "$tmp/rules.sieve" "$tmp/lists"/* "$tmp/zone/list"
chmod 755 "$tmp/zone" "$tmp/lists"
! is_root || chown nobody "$tmp/procmailrc" "$tmp/rules.sieve"

mail_user=$(id -un) mail_home=$disk/lmtp
! is_root || mail_user=nobody
mail_uid=$(id -u "$mail_user") mail_gid=$(id -g "$mail_user")
. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"
printf '%s\n' "lda_mailbox_autocreate = yes" "recipient_delimiter = +" "lmtp_save_to_detail_mailbox = yes" >"$tmp/details.conf"
dovecot_start "$tmp/details.conf"

export PYTHONDONTWRITEBYTECODE=1
export SOAK_TMP="$tmp" SOAK_DISK="$disk" SOAK_DISK_FILLS="${disk_fills:-yes}" SOAK_AS="$as" SOAK_BIN="$bin"
export SOAK_HELPER="$helper" SOAK_HOSTILE="$top_builddir/tests/e2e/tools/hostile_dns" SOAK_DNS_PORT="$dns_port"
SOAK_DOVECOT=$(cat "$tmp/dovecot/master.pid")
export SOAK_DOVECOT
/usr/bin/python3 "$(dirname "$0")/soak.py" "$@"
soak_status=$?
dovecot_stop
exit $soak_status
