#!/bin/sh
# A month in a few seconds: mail of all kinds by three ways while everything around fails in turn, and each message is accounted for (tests/soak).
# ./bootstrap soak takes as long as one likes.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
need /usr/bin/python3 rbldnsd procmail dovecot doveadm
[ -z "$sanitized" ] || skip_all "a sanitizer's programs take the time and memory of ten"

# soak SECONDS: as an ordinary test does it, in a process of its own.
soak() {
	TMPDIR=$tmp FILTER=$1 timeout 300 sh "$top_srcdir/tests/soak/soak.sh" "$2" 1 >"$tmp/out" 2>&1
}
chmod 755 "$tmp"

ok "eight seconds: each message is accounted for" soak "$filter" 8
sed 's/^/# /' "$tmp/out"

# It can fail: a filter that loses a message now and then is found out.
mkdir "$tmp/loses"
cat >"$tmp/loses/spamcop-filter" <<SH
#!/bin/sh
[ \$((\$\$ % 20)) != 0 ] || { cat >/dev/null; exit 0; }
exec "$tmp/loses/real" "\$@"
SH
cp "$filter" "$tmp/loses/real"
chmod 755 "$tmp/loses" "$tmp/loses/real" "$tmp/loses/spamcop-filter"
soak "$tmp/loses/spamcop-filter" 4
is "one that loses mail is found out" "$? $(grep -c 'exit 0, and it is nowhere' "$tmp/out" | sed 's/^[1-9].*/some/')" "1 some"
done_testing
