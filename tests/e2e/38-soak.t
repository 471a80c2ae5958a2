#!/bin/sh
# A short ./bootstrap soak: it passes, and each kind of fault that a program could have is found out.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
need rbldnsd procmail dovecot /usr/bin/python3
[ -x /usr/lib/dovecot/lmtp ] || skip_all "Dovecot's LMTP server is not installed"
[ -z "$sanitized" ] || skip_all "a sanitizer's programs take the time and memory of ten"
[ -x "$sieve" ] || skip_all "spamcop-sieve is not built"
[ -e /proc/$$/task/$$/children ] || skip_all "this kernel does not tell whose child a process is"
chmod 755 "$tmp"
mkdir "$tmp/real" "$tmp/planted"
cp "$filter" "$sieve" "$tmp/real/"

soak() {
	TMPDIR=$tmp timeout 900 sh "$top_srcdir/tests/soak/soak.sh" "$@" >"$tmp/out" 2>&1
}

ok "ten seconds: each message is accounted for" soak 10 1
sed 's/^/# /' "$tmp/out"
ok "some were killed" grep -q '^killed: .*spamcop-filter KILL [0-9]' "$tmp/out"

# A program that, where it is to deliver into the Maildir, does something wrong each time, eight things in turn: a slow machine
# has few tries.
: >"$tmp/planted/count"
chmod 666 "$tmp/planted/count"
cat >"$tmp/planted/spamcop-filter" <<SH
#!/bin/sh
real=$tmp/real/spamcop-filter
case \$HOME in */deliver) echo >>"$tmp/planted/count" ;; esac
case \$HOME:\$((\$(wc -l <"$tmp/planted/count") % 8)) in
*/deliver:0) cat >/dev/null; exit 0 ;;
*/deliver:1) head -c 500 | "\$real" "\$@"; exit \$? ;;
*/deliver:2) exec 3<&0 4<"/proc/self/fd/0"; "\$real" "\$@" <&3 && exec "\$real" "\$@" <&4 ;;
*/deliver:3) exit 67 ;;
*/deliver:4) for i in 0 1 2 3 4 5 6 7 8 9; do : >"\$HOME/Maildir/tmp/\$\$.\$i"; done ;;
*/deliver:5) : >"\$HOME/stray.\$\$" ;;
*/deliver:6) sleep 600 </dev/null >/dev/null 2>&1 & ;;
*/deliver:7) exec "\$real" -m Junk "\$@" ;;
esac
exec "\$real" "\$@"
SH
chmod 755 "$tmp/planted/spamcop-filter"
FILTER=$tmp/planted/spamcop-filter
export FILTER
soak 4 1
is "a program that is wrong is found out" "$?" 1
for what in "lost" "cut" "doubled" "misplaced" "bounced" "outside" "files in tmp/" "processes left over"; do
	like "... of it: $what" "$(tail -n 1 "$tmp/out")" "soak: FAILED: *$what*"
done
unset FILTER

# Only a disk without room excuses a redirect that is kept, and not often.
judged() {
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$top_srcdir/tests/soak /usr/bin/python3 - "$1" <<-'PY'
		import sys
		import account, corpus, ways
		way = ways.Way("lmtp", {"SOAK_DISK": "/", "SOAK_TMP": "/", "SOAK_AS": "", "SOAK_BIN": "/", "PATH": "/"})
		books = account.Books(1, [way], {})
		number = next(n for n in range(1000) if corpus.make(1, n).kind.name == "redirect")
		attempt = account.Attempt(way, sys.argv[1] == "calm", 100 << 20)
		attempt.status, attempt.said = 0, "redirect=kept"
		books.attempts["lmtp", number].append(attempt)
		books.book("lmtp", "INBOX", b"X-SpamCop-Status: clean\n" + corpus.make(1, number).bytes)
		print(sum(sum(counts.values()) for counts in books.judge(set()).values()), "judged")
		for (what, _), which in books.wrong.items():
		    print(what, *which)
	PY
}
like "a redirect that is kept without a reason is found out, and explained" "$(judged calm)" "1 judged*misplaced *(redirect): {'INBOX': 1}*nothing was wrong*X-SpamCop-Status: clean*102400 kB free; it said: redirect=kept"
is "... with one it is where it may be" "$(judged trouble)" "1 judged"
if is_root && unshare -m true 2>/dev/null; then
	SOAK_SIZE=12m soak 2 1
	is "a disk that is too small to judge on is no success" "$?" 1
	like "... which is said" "$(tail -n 1 "$tmp/out")" "soak: FAILED: *too few tries with nothing wrong*"
else
	skip 2 "no disk can be mounted"
fi
done_testing
