#!/bin/sh
# Hostile scripts and messages: every run ends soon, with a plan or without one, and never with a plan that loses mail which it does not understand.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
need timeout

# repeat N TEXT: TEXT N times.
repeat() {
	awk -v n="$1" -v text="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", text }'
}
# plan WHAT PLAN: the script on the message gives this plan.
plan() {
	run timeout 100 "$sieve" run "$tmp/script" -f a@example.com -a b@example.org <"$tmp/message"
	is "$1" "$status:$(cat "$tmp/stdout")" "0:$2
end"
}
# none WHAT: the run ends without a plan, by itself.
none() {
	run timeout 100 "$sieve" run "$tmp/script" <"$tmp/message"
	is "$1: no plan" "$status:$(cat "$tmp/stdout")" 1:
	ok "$1: it says why" test -s "$tmp/stderr"
}

{ printf 'Subject: '; repeat 1000000 a; printf '\nTo: b@example.org\n\nbody\n'; } >"$tmp/message"
echo 'if header :matches "subject" "*a*a*a*a*a*a*a*a*b" { discard; }' >"$tmp/script"
plan "many stars on 1 MB" implicit
echo 'if header :matches "subject" "*a?a?a?a?b" { discard; }' >"$tmp/script"
run timeout 100 "$sieve" run "$tmp/script" <"$tmp/message"
ok "stars and question marks on 1 MB end" test "$status" -le 1
echo 'require "regex"; if header :regex "subject" "(a+)+$" { discard; }' >"$tmp/script"
run timeout 100 "$sieve" run "$tmp/script" <"$tmp/message"
ok "a regular expression on 1 MB ends" test "$status" -le 1

{ printf 'Subject: '; repeat 5000 a; printf 'b\n\nbody\n'; } >"$tmp/message"
echo 'require "regex"; if header :regex "subject" "^(a+)+$" { discard; }' >"$tmp/script"
run timeout 100 "$sieve" run "$tmp/script" <"$tmp/message"
ok "a regular expression that explodes ends" test "$status" -le 1
ok "and discards nothing" sh -c '! grep -q discard "$1"' sh "$tmp/stdout"

{ printf 'To: '; repeat 20000 'a@example.com, '; printf 'needle@example.org\n\nbody\n'; } >"$tmp/message"
echo 'if address :is "to" "needle@example.org" { discard; }' >"$tmp/script"
plan "20,000 addresses" discard
{ printf 'To: '; repeat 200000 .; printf '\n\nbody\n'; } >"$tmp/message"
plan "200,000 dots for an address" implicit
{ printf 'To: '; repeat 50000 '('; printf '\n\nbody\n'; } >"$tmp/message"
plan "50,000 comments in comments" implicit
{ printf 'To: a@'; repeat 255 d; printf '.example\n\nbody\n'; } >"$tmp/message"
plan "a domain of 255 bytes" implicit

printf 'Subject: x\n' >"$tmp/message"
echo 'if header "subject" "x" { discard; }' >"$tmp/script"
plan "a message without a body" discard
: >"$tmp/message"
plan "an empty message" implicit
printf '\0\0\0\n\377\376: x\nSubject\0: y\n' >"$tmp/message"
plan "NULs and 8-bit names" implicit
printf ': \n:\n :\n\n' >"$tmp/message"
plan "fields without a name" implicit
echo 'if exists "anything" { discard; }' >"$tmp/script"
{ repeat 30000 'X: y
'; printf '\nbody\n'; } >"$tmp/message"
plan "30,000 fields" implicit

# Scripts.
printf 'Subject: x\n\nbody\n' >"$tmp/message"
{ printf 'require "variables"; set "a" "0123456789abcdef";'; repeat 300 'set "a" "${a}${a}${a}${a}"; '; } >"$tmp/script"
plan "a value that grows without end is cut" implicit
{ printf 'require "variables"; '; awk 'BEGIN { for (i = 0; i < 600; i++) printf "set \"v%d\" \"x\"; ", i }'; } >"$tmp/script"
none "too many variables"
{ printf 'require "fileinto"; '; awk 'BEGIN { for (i = 0; i < 40; i++) printf "fileinto \"f%d\"; ", i }'; } >"$tmp/script"
none "too many actions"
{ printf 'require ["reject", "variables"]; set "a" "'; repeat 60000 x; printf '"; reject "${a}${a}";'; } >"$tmp/script"
none "an action that is too long"
repeat 9100 'if false { keep; }
' >"$tmp/script"
none "9,100 rules"
run "$sieve" check "$tmp/script"
like "9,100 rules: an error with a place" "$(cat "$tmp/stdout")" "*:9001:1: error: too many commands follow one another*"
repeat 9000 'if false { discard; stop; }
' >"$tmp/script"
plan "9,000 rules" implicit
{ repeat 1048000 '#'; printf '\nkeep;\n'; } >"$tmp/script"
plan "a script of almost 1 MB" keep
{ repeat 1049000 '#'; printf '\nkeep;\n'; } >"$tmp/script"
none "a script of more than 1 MB"
{ printf 'if '; repeat 100000 'not '; printf 'true { discard; }'; } >"$tmp/script"
none "tests nested 100,000 deep"
{ repeat 100000 'if true {'; } >"$tmp/script"
none "blocks nested 100,000 deep"
{ printf 'if header "a" ['; repeat 100000 '"a",'; printf '"x"] { discard; }'; } >"$tmp/script"
plan "100,000 keys" implicit
{ printf 'require "regex"; if header :regex "a" "'; repeat 50000 '('; printf '" { discard; }'; } >"$tmp/script"
none "50,000 parentheses in an expression"
mkdir "$tmp/inc"
printf 'require "include"; include "b"; include "b"; include "b"; include "b";' >"$tmp/inc/a.sieve"
for pair in b:c c:d d:e e:f f:g g:h h:i; do
	sed "s/\"b\"/\"${pair#*:}\"/g" "$tmp/inc/a.sieve" >"$tmp/inc/${pair%:*}.sieve"
done
printf 'require "variables"; set "x" "y";' >"$tmp/inc/i.sieve"
cp "$tmp/inc/a.sieve" "$tmp/inc/main.sieve"
run timeout 100 "$sieve" run "$tmp/inc/a.sieve" <"$tmp/message"
is "scripts that include one another 65,536 times: no plan" "$status:$(cat "$tmp/stdout")" 1:
ln -s /etc "$tmp/inc/etc"
printf 'require "include"; include "/etc/passwd";' >"$tmp/script"
none "an include of a path"

# Loops over many parts: bounded in parts and in what they cost, and the rules behind them stand.
{
	printf 'Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b0\n\n'
	awk 'BEGIN {
		for (i = 1; i < 30; i++) printf "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i - 1, i
		for (i = 0; i < 2000; i++) printf "--b29\nContent-Type: text/plain; name=f%d.txt\n\nbody\n", i
	}'
} >"$tmp/message"
cat >"$tmp/script" <<'SIEVE'
require ["foreverypart", "mime", "fileinto", "copy"];
foreverypart { if header :mime :param "name" :is "Content-Type" "f1999.txt" { fileinto :copy "last"; } }
if header :mime :anychild :param "name" :is "Content-Type" "f1999.txt" { fileinto :copy "any"; }
SIEVE
plan "2,000 parts, 30 deep: each is seen" "fileinto	last
fileinto	any
implicit"
cat >"$tmp/script" <<'SIEVE'
require ["foreverypart", "mime", "fileinto", "copy", "variables", "body"];
fileinto :copy "before";
foreverypart { foreverypart { foreverypart { foreverypart {
	set "n" "${n}+";
	if anyof (header :mime :anychild :contains "Content-Type" "none", body :contains "none") { fileinto :copy "wrong"; }
} } } }
fileinto :copy "behind";
SIEVE
plan "loops in loops over them end, and the rules stand" "fileinto	before
fileinto	behind
implicit"

# A message that takes longer than the process may: the limit ends it, and that is no plan.
run timeout 100 "$sieve" run --seconds 1 "$tmp/inc/h.sieve" <"$tmp/message"
ok "a limit of a second" test "$status" -le 1
done_testing
