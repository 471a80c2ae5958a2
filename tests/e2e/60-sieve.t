#!/bin/sh
# spamcop-sieve as a program: check, run, and plan as the filter starts it.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

printf 'From: A <a@example.com>\nSubject: hi * ho\nTo: b@example.org\n\nbody\n' >"$tmp/message"
cat >"$tmp/ok.sieve" <<'SIEVE'
require ["fileinto", "copy", "imap4flags"];
if anyof (exists "X-SpamCop-Listed", header :matches "Subject" "*\\**") {
	fileinto :copy :flags "\\Seen" "Junk";
	stop;
}
discard;
SIEVE
printf 'require "fileinto";\nfileinto "A" "B";\n' >"$tmp/bad.sieve"

run "$sieve" check "$tmp/ok.sieve"
is "a valid script" "$status:$(cat "$tmp/stdout")" "0:"
run "$sieve" check "$tmp/bad.sieve"
is "an invalid script: exit" "$status" 1
like "an invalid script: place" "$(cat "$tmp/stdout")" "$tmp/bad.sieve:2:14: error: *"
run "$sieve" check "$tmp/ok.sieve" "$tmp/bad.sieve"
is "one of two is bad" "$status" 1
run "$sieve" check "$tmp/none.sieve"
is "a missing file" "$status" 1
run "$sieve" check
is "no file at all" "$status" 64
run "$sieve" dance
is "an unknown command" "$status" 64

run "$sieve" run "$tmp/ok.sieve" <"$tmp/message"
is "run prints the plan" "$status:$(cat "$tmp/stdout")" "0:fileinto	Junk	\\\\Seen
implicit
end"
run sh -c 'cat "$1" | "$2" run "$3" >"$4/plan"' sh "$tmp/message" "$sieve" "$tmp/ok.sieve" "$tmp"
is "from a pipe into a file" "$status:$(tail -n 1 "$tmp/plan")" 0:end
run sh -c 'cat "$1" | "$2" run /dev/fd/5 5<&0 <"$3"' sh "$tmp/ok.sieve" "$sieve" "$tmp/message"
is "a script from a pipe" "$status:$(cat "$tmp/stdout")" "0:fileinto	Junk	\\\\Seen
implicit
end"
run "$sieve" run "$tmp/bad.sieve" <"$tmp/message"
is "run of an invalid script: 1 and no end" "$status:$(cat "$tmp/stdout")" "1:"
like "run of an invalid script says where" "$(cat "$tmp/stderr")" "*bad.sieve:2:14: error: *"
run "$sieve" run -v "$tmp/ok.sieve" <"$tmp/message"
like "-v traces tests with values and lines" "$(cat "$tmp/stderr")" '*ok.sieve:2: *hi * ho*header: true*'

# As the filter does: the message on 0, the plan on 1, answers on 3, scripts from 4 on.
plan() {
	"$sieve" plan -f a@example.com -a b@example.org --verdict clean --score 0 --delimiter + --charsets '' -- "$@" 3</dev/null 4<"$tmp/first" 5<"$tmp/second"
}
printf 'if header :contains "Subject" "hi" { addheader "X" "y"; }' >"$tmp/first"
cp "$tmp/ok.sieve" "$tmp/second"
{ plan one two <"$tmp/message" 2>&1; echo "status $?"; } | cat >"$tmp/plan"
like "plan with a broken script: no plan, and it says why" "$(cat "$tmp/plan")" 'one:1:38: *
status 1'
plan one two <"$tmp/message" >"$tmp/plan" 2>/dev/null
is "a plan goes into a pipe only: no file can grow" "$?:$(cat "$tmp/plan")" "1:"
printf 'require "imap4flags"; setflag "x";' >"$tmp/first"
plan one two <"$tmp/message" 2>"$tmp/stderr" | cat >"$tmp/plan"
is "flags carry over to the next script" "$(cat "$tmp/plan")" "fileinto	Junk	\\\\Seen
implicit	x
end"
printf 'discard;' >"$tmp/first"
plan one two <"$tmp/message" 2>"$tmp/stderr" | cat >"$tmp/plan"
is "without a keep the next script does not run" "$(cat "$tmp/plan")" "discard
end"
printf 'keep; stop;' >"$tmp/first"
printf 'if false { discard; }' >"$tmp/second"
plan one two <"$tmp/message" 2>"$tmp/stderr" | cat >"$tmp/plan"
is "stop ends its own script; an explicit keep stays one" "$(cat "$tmp/plan")" "keep
end"

done_testing
