#!/bin/sh
# The test library itself: results, files, servers, and that nothing outlives a script.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

# A script of its own, so that failures can be looked at.
script() {
	{
		printf '. "%s/tests/e2e/lib/lib.sh"\n' "$top_srcdir"
		cat
	} >"$tmp/script"
	run env top_srcdir="$top_srcdir" top_builddir="$top_builddir" sh "$tmp/script" </dev/null
}

script <<'SCRIPT'
is same a a
is other a b
like pattern abc 'a*c'
ok false false
skip 2 why
printf 'x\0y' >"$tmp/x"; printf 'x\0z' >"$tmp/z"
same bytes "$tmp/x" "$tmp/z"
done_testing
SCRIPT
is "a failed test fails its script" "$status" 1
is "results are TAP" "$(grep -v '^#' "$tmp/stdout")" "ok 1 - same
not ok 2 - other
ok 3 - pattern
not ok 4 - false
ok 5 # SKIP why
ok 6 # SKIP why
not ok 7 - bytes
1..7"

script <<'SCRIPT'
need sh no-such-program-anywhere
SCRIPT
is "a missing program skips the script" "$status $(stdout)" "0 1..0 # SKIP no-such-program-anywhere is not installed"

export child_file="$tmp/child"
script <<'SCRIPT'
start sleeper sh -c 'echo $$ >"$child_file"; exec sleep 1000'
wait_for "the child" test -s "$child_file"
echo "$tmp"
kill -KILL $$
SCRIPT
is "a script can be killed" "$status" 137
child=$(cat "$tmp/child")
wait_for "the server's end" [ ! -d "/proc/$child" ]
pass "its server is gone"
rm -rf "$(stdout)"

script <<'SCRIPT'
start sleeper sleep 1000
echo "$tmp"
exit 3
SCRIPT
is "a script's exit status stays" "$status" 3
ok "its folder is gone" [ ! -d "$(stdout)" ]

if have rbldnsd; then
	rbldnsd_start bl.test <<-'LIST'
		:127.0.0.2:Blocked - see $
		192.0.2.1
	LIST
	is "a listed address" "$(ask "$dns" 1.2.0.192.bl.test)" 127.0.0.2
	is "its reason" "$(ask "$dns" 1.2.0.192.bl.test TXT)" "Blocked - see 192.0.2.1"
	is "another address" "$(ask "$dns" 2.2.0.192.bl.test)" NXDOMAIN
else
	skip 3 "rbldnsd is not installed"
fi
done_testing
