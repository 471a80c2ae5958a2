#!/bin/sh
# Without dns.servers the servers of resolv.conf are asked: in a network and with an /etc/resolv.conf of our own.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"
unshare -n -m true 2>/dev/null || skip_all "unshare -n -m does not work here"

cat >"$tmp/inside" <<'INSIDE'
set -e
ip link set lo up
mount --bind "$tmp/resolv.conf" /etc/resolv.conf
mkfifo "$tmp/server-open"
"$hostile" -p 53 <"$tmp/server-open" >"$tmp/server.log" &
exec 3>"$tmp/server-open"
until grep -q '^port 53' "$tmp/server.log"; do
	kill -0 $! || exit 1
	sleep 0.05
done
"$filter" -c "$tmp/conf" <"$tmp/message"
INSIDE
printf 'search evil.example\noptions timeout:1 attempts:9 ndots:15\nnameserver 127.0.0.1\n' >"$tmp/resolv.conf"
printf 'lists = ( { zone = "bl.spamcop.net"; } );\n' >"$tmp/conf"
have ip || skip_all "ip is not installed"
export tmp hostile filter
run unshare -n -m sh "$tmp/inside"
like "listed by resolv.conf's server" "$status $(status_field)" "0 listed; relays=1; checked=1; score=6"
is "its search list is not used" "$(grep -c evil "$tmp/server.log")" 0
printf '# nothing\n' >"$tmp/conf"
rm -f "$tmp/server-open"
run unshare -n -m sh "$tmp/inside"
like "the built-in list is bl.spamcop.net" "$status $(field Disposition)" "0 Blocked bl.spamcop.net"
done_testing
