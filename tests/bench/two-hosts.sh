#!/bin/sh
# Two delivery hosts and one store, for real: each host is a network namespace of its own with its own rbldnsd mirror, the store is a third one with a Dovecot
# that is reached by LMTP only. COUNT mails (default 10,000), half of them listed, are delivered by two workers on each host; each must be in the mailbox exactly
# once, and tagged as its relay deserves. Needs root. Run it with ./bootstrap bench hosts.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
is_root || skip_all "only root makes network namespaces"
need ip dovecot rbldnsd setpriv awk
count=${COUNT:-10000}
mail_setup
. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"

# scf$$-s - scf$$-1 and scf$$-2; they go when the script does.
net=scf$$
remove() {
	for host in 1 2 s; do ip netns del "$net-$host" 2>/dev/null; done
}
trap 'remove_status=$?; remove; (exit $remove_status); tap_cleanup' EXIT
ip netns add "$net-s" 2>"$tmp/stderr" || skip_all "no network namespaces here: $(cat "$tmp/stderr")"
ip -n "$net-s" link set lo up
for host in 1 2; do
	ip netns add "$net-$host"
	ip -n "$net-$host" link set lo up
	ip link add "scf$host" netns "$net-$host" type veth peer name "scf$host" netns "$net-s"
	ip -n "$net-$host" addr add "10.77.$host.2/24" dev "scf$host"
	ip -n "$net-s" addr add "10.77.$host.1/24" dev "scf$host"
	ip -n "$net-$host" link set "scf$host" up
	ip -n "$net-s" link set "scf$host" up
done

# The store.
where=address
dovecot_new && where=listen
cat >"$tmp/etc/lmtp.conf" <<CONF
service lmtp {
  inet_listener lmtp {
    $where = 10.77.1.1 10.77.2.1
    port = 24
  }
}
CONF
dovecot_configure "$tmp/etc/lmtp.conf"
mkdir -p "$tmp/dovecot"
: >>"$tmp/dovecot.log"
chmod 666 "$tmp/dovecot.log"
start dovecot ip netns exec "$net-s" dovecot -F -c "$dovecot_conf"
wait_for "Dovecot" ip netns exec "$net-1" bash -c 'exec 3<>/dev/tcp/10.77.1.1/24 && read -r line <&3 && [ "${line%% *}" = 220 ]'

# The mirrors, one a host: the same list, each from its own copy.
mkdir "$tmp/sent"
chmod 1777 "$tmp/sent"
for host in 1 2; do
	mkdir "$tmp/mirror$host"
	printf ':127.0.0.2:Blocked - see https://list.example/?$\n11.22.33.44\n127.0.0.2\n' >"$tmp/mirror$host/list"
	chmod 755 "$tmp/mirror$host"
	start "mirror$host" ip netns exec "$net-$host" rbldnsd -n -u nobody -w "$tmp/mirror$host" -b 127.0.0.1/5353 -c 0 -s "$tmp/mirror$host/stats" bl.test:ip4set:list
	wait_for "mirror $host" ip netns exec "$net-$host" "$helper" ask 127.0.0.1:5353 2.0.0.127.bl.test
	chmod 777 "$tmp/mirror$host"
	printf 'lists = ( { zone = "bl.test"; } );\ndns: { servers = [ "127.0.0.1:5353" ]; };\ndeliver: { mailbox = "lmtp:10.77.%s.1:24"; };\n' "$host" >"$tmp/etc/host$host.conf"
	chmod 644 "$tmp/etc/host$host.conf"
done

# worker HOST FIRST COUNT FILTER TMP: mails FIRST, FIRST + 1 ...; one that has to wait (75) is offered again, as a queue does, five times at most.
cat >"$tmp/bin/worker" <<'WORKER'
host=$1 i=$2 end=$(($2 + $3))
while [ "$i" -lt "$end" ]; do
	tries=0
	until printf 'Received: from mail.example (mail.example [11.22.33.%d])\n\tby mx.example with ESMTP id 1A2B3C;\n\tMon, 23 Nov 2026 10:00:00 +0000\nFrom: a@example.com\nTo: user@example.org\nSubject: test\nMessage-ID: <two-hosts-%d@example.com>\n\nBody.\n' $((44 + i % 2)) "$i" |
		"$4" -c "$5/etc/host$host.conf" deliver -f a@example.com -a user@example.org 2>>"$5/sent/errors$host"; do
		tries=$((tries + 1))
		echo "$i" >>"$5/sent/again$host"
		[ "$tries" -lt 5 ] || break
	done
	i=$((i + 1))
done
WORKER
begin=$(date +%s%3N)
each=$((count / 4))
workers=
for worker in 0 1 2 3; do
	host=$((worker % 2 + 1))
	# shellcheck disable=SC2086 # $mail_as is words
	ip netns exec "$net-$host" $mail_as sh "$tmp/bin/worker" $host $((worker * each)) $each "$mail_filter" "$tmp" &
	workers="$workers $!"
	tap_pids="$tap_pids $!"
done
for worker in $workers; do wait "$worker"; done
ms=$(($(date +%s%3N) - begin))
count=$((each * 4))

# What is in the mailbox, in any folder.
find "$mail_home/Maildir" -type f -path '*/[nc]e[wu]*/*' -o -type f -path '*/cur/*' >"$tmp/files"
xargs grep -h '^Message-ID: <two-hosts-' <"$tmp/files" | sort >"$tmp/ids"
diag "$count mails by two hosts in $ms ms: $((count * 1000 / ms)) a second; offered again: $(cat "$tmp"/sent/again* 2>/dev/null | wc -l)"
sort "$tmp"/sent/errors* | uniq -c | sort -rn | head -n 5 | sed 's/^/# /'
is "as many files as mails" "$(wc -l <"$tmp/files")" "$count"
is "as many different ones" "$(uniq "$tmp/ids" | wc -l)" "$count"
is "none twice" "$(uniq -d "$tmp/ids" | wc -l)" 0
is "half of them are tagged as listed" "$(xargs grep -l '^X-SpamCop-Status: listed' <"$tmp/files" | wc -l)" $((count / 2))
is "and half as clean" "$(xargs grep -l '^X-SpamCop-Status: clean' <"$tmp/files" | wc -l)" $((count / 2))
done_testing
