#!/bin/sh
# Random tests and scripts, always the same ones, through ours and Pigeonhole's sieve-test: each difference is of a kind in
# tests/sieve-diff/differences.tsv. ./bootstrap sieve-diff runs as many as one likes.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
need dovecot sieve-test /usr/bin/python3

diff() {
	PYTHONDONTWRITEBYTECODE=1 TMPDIR=$tmp timeout 600 /usr/bin/python3 "$top_srcdir/tests/sieve-diff/sieve_diff.py" "$1" "$2" 1 "$tmp/findings" >"$tmp/out" 2>&1
}
chmod 755 "$tmp"

# No more: a busy machine needs a minute for these.
ok "120 tests and 120 scripts: what differs is known" diff "$top_builddir/spamcop-sieve" 120
sed 's/^/# /' "$tmp/out"

# It can fail: a program that forgets flags is found out.
cat >"$tmp/forgets" <<SH
#!/bin/sh
"$top_builddir/spamcop-sieve" "\$@" | sed 's/^\(implicit\|keep\)	.*/\1/'
SH
chmod +x "$tmp/forgets"
diff "$tmp/forgets" 80
ok "a program that does something else is found out" test $? = 1
ok "and what it was is kept" test -s "$tmp/findings/tests-001.sieve"

# A crash is no agreement: one of theirs is counted, one of ours ends the run.
mkdir "$tmp/bin"
printf '#!/bin/sh\nkill -SEGV $$\n' >"$tmp/bin/sieve-test"
chmod +x "$tmp/bin/sieve-test"
(PATH=$tmp/bin:$PATH && diff "$top_builddir/spamcop-sieve" 40)
ok "what sieve-test crashed at does not agree" \
	test "$(grep -Ec '^(tests|scripts) +40 run, +0 agree,.* 40 not compared' "$tmp/out")" = 2
diff "$tmp/bin/sieve-test" 40
ok "a crash of ours is told" grep -q "^sieve-diff: .*ended with" "$tmp/out"
done_testing
