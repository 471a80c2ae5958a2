#!/bin/sh
# doc/lists.md: the pieces of configuration in it work, unbound in front of rbldnsd.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"
need unbound rbldnsd

# block NAME: the fenced block of that name.
block() {
	awk -v name="\`\`\`$1" '$0 == name { inside = 1; next } /^```/ { inside = 0 } inside' "$top_srcdir/doc/lists.md"
}

# Every configuration is one that can be read.
count=$(grep -c '^```conf$' "$top_srcdir/doc/lists.md")
i=0
while [ "$i" -lt "$count" ]; do
	i=$((i + 1))
	awk -v want="$i" '/^```conf$/ { n++; inside = 1; next } /^```/ { inside = 0 } inside && n == want' "$top_srcdir/doc/lists.md" >"$tmp/conf"
	run "$filter" -c "$tmp/conf" --deadline 0.1 --nameserver "127.0.0.1:$(free_port)" <"$tmp/message"
	ok "configuration $i of the page" [ "$status $(status_field | grep -c config)" = "0 0" ]
done

mkdir "$tmp/zones"
printf ':127.0.0.2:Blocked - see https://list.example/?$\n127.0.0.2\n11.22.33.44\n' >"$tmp/zones/bl"
chmod 755 "$tmp/zones"
list_port=$(free_port)
port=$(free_port)
user= # only root can start it as somebody else
is_root && user="-u nobody"
# shellcheck disable=SC2046 # words are meant
start rbldnsd $(block rbldnsd | sed "s,-u rbldns,$user,; s,/var/lib/rbldns,$tmp/zones,; s,/5353,/$list_port,")
ask "127.0.0.1:$list_port" bl.example.org SOA >/dev/null || bail "rbldnsd does not start"
{
	block unbound | sed "s/127.0.0.1\$/&@$port/"
	block unbound-stub | sed "s/@5353/@$list_port/"
	printf 'server:\n chroot: ""\n username: ""\n directory: "%s"\n pidfile: ""\n use-syslog: no\n do-daemonize: no\n port: %s\nremote-control:\n control-enable: no\n' "$tmp" "$port"
} >"$tmp/unbound.conf"
start unbound unbound -d -p -c "$tmp/unbound.conf"
wait_for "unbound" ask "127.0.0.1:$port" 2.0.0.127.bl.example.org
servers=127.0.0.1:$port
conf bl.example.org
tag
is "listed through unbound" "$status $(status_field)" "0 listed; relays=1; checked=1; score=6"
like "with its reason" "$(field Listed)" '*; reason="Blocked - see https://list.example/[?]11.22.33.44"'
message 11.22.33.45
tag
is "clean through unbound" "$(status_field)" "clean; relays=1; checked=1; score=0"
run "$filter" -c "$tmp/conf" doctor
ok "doctor finds both well" grep -q '^  bl.example.org  well: ' "$tmp/stdout"
run "$filter" -c "$tmp/conf" check 127.0.0.2
is "the command of the first paragraph" "$status" 1

# The zone is gone: unbound says SERVFAIL, and that is what is told.
stop rbldnsd
message 11.22.33.44
tag
like "the list's server is gone" "$(status_field)" "unknown; *; failed=bl.example.org:*"
done_testing
