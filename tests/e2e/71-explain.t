#!/bin/sh
# explain and report: what a person is told about one message, and the one mail that report sends.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

HOME=$box
export HOME
cp "$top_builddir/tests/e2e/tools/fake_sendmail" "$bin" && chmod 755 "$bin"/*
cat >>"$tmp/conf" <<CONF
sieve: { sendmail = "$bin/fake_sendmail"; };
CONF
cat >"$tmp/chain" <<'MESSAGE'
Return-Path: <sender@example.net>
X-SpamCop-Status: clean
Received: from mx.example.org (mx [203.0.113.5]) by in.example.org; Mon, 1 Jan 2024 00:00:00 +0000
Received: from a (b.example.com [207.217.120.83]) by mx.example.org; Mon, 1 Jan 2024 00:00:00 +0000
Received: from q (q [10.1.2.3]) by c; Mon, 1 Jan 2024 00:00:00 +0000
From: A <a@example.net>
Subject: te?st

body
MESSAGE
printf 'Subject: \033[31mred\n\nbody\n' >"$tmp/hostile"
chmod 644 "$tmp/chain" "$tmp/hostile"

# tell COMMAND [ARG...]: as the user.
tell() {
	# shellcheck disable=SC2086
	run $as "$filter" -c "$tmp/conf" "$@"
}

tell explain "$tmp/chain"
is "explain: its status" "$status:$(stderr)" 0:
text=$(stdout)
like "who it is from" "$text" "The message*  From        A <a@example.net>*  sender      sender@example.net*"
like "why a relay is trusted" "$text" "*   1  203.0.113.5  mx *Ours: it is in trusted_networks.*"
like "which one handed it over" "$text" "*   2  207.217.120.83  b.example.com *This host handed the message to ours.*"
like "what is only claimed" "$text" "*   3  10.1.2.3  q *A claim: *Not looked up: such an address (private) is on no public list.*"
like "what the list says" "$text" "*What the lists say*207.217.120.83*test  *listed, 127.0.0.2*"
like "the verdict and what to do" "$text" "*The verdict: listed, score 6*+6  test*threshold of 5*allow --from-message $tmp/chain*"
like "where it would go" "$text" "*What would become of it*  Kept in Junk, where listed mail goes"
is "nothing is stored" "$(ls -A "$box")" ""
tell explain <"$tmp/chain"
is "from standard input, the same but for its name" "$(stdout | sed "s,from-message FILE,from-message $tmp/chain,")" "$text"
# Then and now: the tags in the message, and the lists as they are.
held() {
	sed '/^X-SpamCop/d' "$tmp/chain" | run "$filter" -c "$tmp/conf" tag && cp "$tmp/stdout" "$tmp/held" && chmod 644 "$tmp/held"
}
held
tell explain "$tmp/held"
like "listed then and now" "$(stdout)" "*  when it came:   Mon, 1 Jan 2024 00:00:00 +0000
                  listed
                  207.217.120.83 on test
  now:            listed
                  207.217.120.83 is still on test
*"
cp "$tmp/list" "$tmp/list.full"
: >"$tmp/list"
tell explain "$tmp/held"
like "a listing that has ended" "$(stdout)" "*  when it came:*207.217.120.83 on test
  now:            no longer listed
                  207.217.120.83 is not on test
*The verdict: clean*"
cp "$tmp/list.full" "$tmp/list"
tell explain "$tmp/chain"
like "a listing that came later" "$(stdout)" "*when it came:*clean
  now:            listed, which it was not when it came
*"
{ printf 'X-SpamCop-Status: listed\033[31m; relays=1\nX-SpamCop-Listed: 9.9.9.9; list=\302\2331m; reason="a;b \\"c\\" \033]0;x\007"\n' && cat "$tmp/hostile"; } >"$tmp/forged"
chmod 644 "$tmp/forged"
tell explain "$tmp/forged"
like "tags that somebody made up" "$(stdout)" '*9.9.9.9 on ??1m: a;b "c" ?]0;x?
*'
is "no control gets through" "$(LC_ALL=C tr -d '\012\040-\176' <"$tmp/stdout" | wc -c | tr -d ' ')" 0
tell explain "$tmp/none"
is "a file that is not there" "$status:$(stdout)" 66:
tell explain "$tmp/hostile"
ok "a terminal is not written to by a message" sh -c "! grep -q '$(printf '\033')' '$tmp/stdout'"
like "no relay" "$(stdout)" "*No Received line names an address*The verdict: unchecked*Kept in INBOX"

if [ -x "$bin/spamcop-sieve" ]; then
	# shellcheck disable=SC2086
	$as sh -c 'umask 077 && cat >"$HOME/.spamcop.sieve"' <<-'SIEVE'
		require ["fileinto", "copy", "vacation"];
		if exists "X-SpamCop-Listed" { fileinto :copy "Seen"; }
		redirect "you@example.com";
		vacation "gone";
	SIEVE
	tell explain "$tmp/chain"
	like "what rules would do, and what they may not" "$(stdout)" "*  Filed into Seen*  A redirect to you@example.com: not sent, because listed*  A vacation reply: not sent*"
	is "nothing is stored, sent or remembered" "$(ls -A "$box")" .spamcop.sieve
	# shellcheck disable=SC2086
	$as sh -c 'echo nonsense >"$HOME/.spamcop.sieve"'
	tell explain "$tmp/chain"
	like "rules that do not run" "$(stdout)" "*  The rules do not run: *.spamcop.sieve:2:1*Kept in Junk*"
	rm -f "$box/.spamcop.sieve"
else
	skip 3 "spamcop-sieve is not built"
fi

tell -f me@example.org report "$tmp/chain"
is "report without an address says so" "$status:$(stdout):$(cat "$box/sent" 2>/dev/null)" 78::
like "in one sentence" "$(stderr)" "spamcop-filter: report: set report.address *"
echo 'report: { address = "submit.Ab1@spam.example.net"; };' >>"$tmp/conf"
tell -f me@example.org -n report "$tmp/chain"
is "-n prints it and sends nothing" "$status:$(cat "$box/sent" 2>/dev/null)" 0:
like "as an attachment" "$(stdout)" "*Content-Type: multipart/mixed;*Content-Type: message/rfc822*Received: from mx.example.org*"
tell -f me@example.org report "$tmp/chain"
is "report: sent by argument vector" "$status:$(grep ^called: "$box/sent")" "0:called: -i -f me@example.org -- submit.Ab1@spam.example.net"
sed -n '/^Return-Path/,/^body/p' "$box/sent" >"$tmp/got"
grep -v ^X-SpamCop "$tmp/chain" >"$tmp/want"
same "the message as it came, without our fields" "$tmp/got" "$tmp/want"
# Several in one mail, to an address of the command line.
rm -f "$box/sent"
cp "$tmp/hostile" "$tmp/second"
printf 'X-SpamCop-Status: listed\nSubject: third\n\nbody' >"$tmp/third"
chmod 644 "$tmp/second" "$tmp/third"
tell -f me@example.org --to submit.Zz9@spam.example.net report "$tmp/chain" "$tmp/second" "$tmp/third"
is "several spams: one mail" "$status:$(grep ^called: "$box/sent")" "0:called: -i -f me@example.org -- submit.Zz9@spam.example.net"
is "each a part of its own, none of our fields" "$(grep -c '^Content-Type: message/rfc822' "$box/sent"):$(grep -c X-SpamCop "$box/sent"):$(grep -c '^Subject: third' "$box/sent")" 3:0:1
rm -f "$box/sent"
tell -f me@example.org report /dev/null
like "nothing is no spam" "$status:$(stdout):$(stderr):$(cat "$box/sent" 2>/dev/null)" "65::*is no message*nothing was sent.:"
printf 'just words\n' >"$tmp/words"
chmod 644 "$tmp/words"
tell -f me@example.org report "$tmp/chain" "$tmp/words"
like "one that is no message: nothing is sent" "$status:$(stdout):$(stderr):$(cat "$box/sent" 2>/dev/null)" "65::*words is no message*:"
tell -f me@example.org --to nonsense report "$tmp/chain"
is "no address: nothing is sent" "$status:$(cat "$box/sent" 2>/dev/null)" 64:
{ cat "$tmp/third" && head -c 60000 /dev/zero | tr '\0' x; } >"$tmp/big"
chmod 644 "$tmp/big"
tell -f me@example.org report "$tmp/big"
like "a word about 50 KB" "$status:$(stderr)" "0:*larger than 50 KB*"
rm -f "$box/sent"
tell -f '' report "$tmp/chain"
is "nobody reports as nobody" "$status:$(cat "$box/sent" 2>/dev/null)" 64:
# shellcheck disable=SC2086
$as touch "$box/sendmail-fails"
tell -f me@example.org report "$tmp/chain"
is "report where sendmail fails" "$status" 75
like "says why" "$(stderr)" "*sendmail ended with status 75: it is full*"
done_testing
