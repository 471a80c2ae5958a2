#!/bin/sh
# What a message costs, as whole processes, against cat and against what people use today. Times are medians of one run on this machine: compare
# the ratios. Peers that are not installed are left out. Run it with ./bootstrap bench.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
[ -x "$top_builddir/tests/bench/wall" ] || bail "tests/bench/wall is not built: make tests/bench/wall"

rbldnsd_start bl.test <<'LIST'
:127.0.0.2:Blocked - see https://www.example.org/bl?$
207.217.120.82
LIST
printf '207.217.120.82 :127.0.0.2:listed\n' > "$tmp/list"
message=$top_srcdir/tests/data/spam.eml
mkdir "$tmp/home" "$tmp/home/rules" && chmod 777 "$tmp/home"
printf 'lists = ( { zone = "bl.test"; } );\ndns: { servers = [ "%s" ]; };\n' "$dns" > "$tmp/dns.conf"
printf 'lists = ( { name = "list"; file = "%s"; } );\n' "$tmp/list" > "$tmp/file.conf"
printf 'require "fileinto";\n' > "$tmp/rules.sieve"
for i in 0 1 2 3 4 5 6 7 8 9; do
	printf 'if header :contains "Subject" "word%s" { fileinto "folder%s"; stop; }\n' $i $i >> "$tmp/rules.sieve"
done
chmod 644 "$tmp"/*.conf "$tmp/list" "$tmp/rules.sieve"

# Deliveries are never done as root: nobody delivers into $tmp/home.
as=
is_root && as="setpriv --reuid nobody --regid nogroup --clear-groups"
is_root && chown -R nobody "$tmp/home" "$tmp/rules.sieve"
deliver="$filter deliver -c $tmp/file.conf --mailbox maildir:$tmp/home/Maildir"
printf 'DEFAULT=%s/home/procmail/\nLOGFILE=/dev/null\n' "$tmp" > "$tmp/procmailrc"
chmod 644 "$tmp/procmailrc"

# add NAME COMMAND...: one more row.
add() {
	printf '%s\n' "$@" ';' >> "$tmp/rows"
}
add cat cat
add "sed 1i, a tag and nothing else" sed '1i X: y'
add "spamcop-filter, list from a file" "$filter" -c "$tmp/file.conf"
add "spamcop-filter, DNS list on this machine" "$filter" -c "$tmp/dns.conf"
# shellcheck disable=SC2086 # $as is several words or none
{
	add "${as:+setpriv + }true" $as true
	add "${as:+setpriv + }spamcop-filter deliver" $as $deliver
	add "${as:+setpriv + }spamcop-filter deliver, 10 Sieve rules" $as $deliver -s "$tmp/rules.sieve"
	have procmail && add "${as:+setpriv + }env procmail, to a Maildir" $as env HOME="$tmp/home" LOGNAME=nobody procmail "$tmp/procmailrc"
}
have dig && add "dig for one address" dig +short "@${dns%:*}" -p "${dns#*:}" 82.120.217.207.bl.test
have spamassassin && add "spamassassin --local" spamassassin --local

saved_ifs=$IFS
IFS='
'
# shellcheck disable=SC2046 # one word a line
set -- $(cat "$tmp/rows")
IFS=$saved_ifs
"$top_builddir/tests/bench/wall" "${RUNS:-60}" "$message" "$@" 2>"$tmp/stderr"; grep "^wall:" "$tmp/stderr" | sort | uniq -c
