#!/bin/sh
# Every kind of rule that Roundcube's forms offer, written by its own generator (Debian's roundcube-plugins), is a script that runs here.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

generator=/usr/share/roundcube/plugins/managesieve/lib/Roundcube/rcube_sieve_script.php
[ -f $generator ] || skip_all "Roundcube's managesieve is not installed"
command -v php >/dev/null || skip_all "php is not installed"

mkdir "$tmp/rules" && cd "$tmp/rules" || bail "no $tmp/rules"
printf 'require "mime";\n' >../mime.sieve
without=none
"$sieve" check ../mime.sieve >/dev/null || without=mime
php "$top_srcdir/tests/e2e/tools/roundcube_rules.php" $generator "$tmp/rules" $without >../php 2>&1
is "the generator runs" "$?:$(cat ../php)" 0:
n=$(ls | wc -l)
ok "it writes thousands of scripts ($n)" [ "$n" -gt 2000 ]

ls | xargs -n 250 "$sieve" check >../said
is "each is valid" "$?:$(grep -v warning: ../said | head -5)" 0:

# One of a kind, with its plan.
printf 'From: Boss <boss@example.com>\nTo: me@example.org\nSubject: x y\nX-Old: a\nX-Old: b\nMessage-ID: <1@example.com>\n\nx\n' >../message
for script in $(grep -l 'contains "subject" "x"' -- *.sieve); do
	"$sieve" run -f boss@example.com -a me@example.org "$script" <../message >plan 2>why || echo "$script: $(cat why)"
	tail -n 1 plan | grep -qx end || echo "$script has no plan"
	grep -q 'if false' "$script" && [ "$(cat plan)" != "implicit
end" ] && echo "$script is off, and does something"
done >../wrong
is "rules that are on and off have plans" "$(head -5 ../wrong)" ''

done_testing
