#!/bin/sh
# deliver with Sieve rules: the real child, and children as they must not be. Whatever happens, the message is kept.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

[ -x "$bin/spamcop-sieve" ] || skip_all "spamcop-sieve is not built"
HOME=$box
export HOME
script=$box/.spamcop.sieve
cp "$top_builddir/tests/e2e/tools/fake_sendmail" "$top_builddir/tests/e2e/tools/fake_child" "$bin" && chmod 755 "$bin"/*
cat >>"$tmp/conf" <<CONF
sieve: { redirect = true; vacation = true; notify = true; sendmail = "$bin/fake_sendmail"; time_limit = 10; };
CONF
sed 's/207.217.120.82/207.217.120.83/' "$tmp/message" >"$tmp/spam"
{ printf 'From: sender@example.net\nTo: joe@example.org\nMessage-ID: <1@example.net>\n' && cat "$tmp/message"; } >"$tmp/letter"
{ printf 'From: sender@example.net\nTo: joe@example.org\nMessage-ID: <1@example.net>\n' && cat "$tmp/spam"; } >"$tmp/spam-letter"
for n in 2 3 4; do sed "s/<1@example.net>/<$n@example.net>/" "$tmp/letter" >"$tmp/letter-$n"; done

# rules < SCRIPT: the user's own, and no mailbox.
rules() {
	cat >"$script"
	is_root && chown nobody "$script"
	chmod 600 "$script"
	rm -rf "$maildir" "$box/sent"
}

# all: how many copies there are, in all folders.
all() {
	find "$maildir" -path '*/new/*' -o -path '*/cur/*' | wc -l
}

# sent: what sendmail was called for.
sent() {
	grep ^called: "$box/sent" 2>/dev/null
}

# ---- the real child

rules <<'SIEVE'
require ["fileinto", "imap4flags"];
if header :contains "Subject" "test" { fileinto :flags "\\Seen" "Lists.Test"; }
SIEVE
deliver -v <"$tmp/message"
is "a rule files" "$status:$(messages .Lists.Test):$(all)" 0:1:1
like "with its flag" "$(ls "$maildir/.Lists.Test/cur")" "*:2,S"

# A sender chooses the folder: whatever they write, the other rules stand.
subject() { # subject TEXT: of the next letter
	{ printf 'Subject: [%b]\n' "$1" && cat "$tmp/message"; } >"$tmp/chosen"
}
rules <<'SIEVE'
require ["fileinto", "copy", "variables", "imap4flags", "encoded-character"];
fileinto :copy :flags "\\Seen" "Archive";
if header :matches "subject" "[*]*" { fileinto "Lists.${1}"; }
SIEVE
for name in a/b a.b A; do
	subject "$name"
	rm -rf "$maildir"
	deliver <"$tmp/chosen"
	is "a folder from a subject: $name" "$status:$(messages .Archive):$(messages ".Lists.$(echo "$name" | tr / .)"):$(all)" 0:1:1:2
done
long=0123456789012345678901234567890123456789012345678901234567890123
for name in /a a/ a//b ../../x . .. 'a/~b' '\302\205' '\342\200\250' "$long$long$long$long" 1/2/3/4/5/6/7/8 '=?utf-8?q?=00?=' '=?utf-8?q?=0A?='; do
	subject "$name"
	rm -rf "$maildir"
	deliver <"$tmp/chosen"
	is "a folder that cannot be: $name" "$status:$(messages .Archive):$(messages ''):$(all)" 0:1:1:2
	is "and the rules stand: $name" "$(stderr | grep -c sieve=failed)" 0
done
rules <<'SIEVE'
require ["fileinto", "special-use", "copy"];
if specialuse_exists "\\Junk" { fileinto :copy :specialuse "\\Junk" "Other"; }
fileinto :specialuse "\\Archive" "Old";
SIEVE
deliver <"$tmp/message"
is "special uses: the configured Junk, and what is named" "$status:$(messages .Junk):$(messages .Old):$(all)" 0:1:1:2
mv "$maildir/.Old" "$maildir/.Archive"
deliver <"$tmp/message"
is "and a folder that has the use's name" "$status:$(messages .Junk):$(messages .Archive):$(all)" 0:2:2:4
rules <<'SIEVE'
require ["enotify"];
notify :message "It is here" "mailto:you@example.net";
SIEVE
deliver -a joe@example.org <"$tmp/letter"
is "a notification, where the site allows it, from its owner" "$status:$(messages ''):$(sent)" "0:1:called: -i -f joe@example.org -- you@example.net"
is "one that says who owns the rule" "$(grep -cE '^(From: <joe@example.org>|Auto-Submitted: auto-notified; owner-email="joe@example.org")$' "$box/sent")" 2
rm -rf "$maildir" "$box/sent"
deliver -f '' -a joe@example.org <"$tmp/letter-2"
is "of the null sender's mail from the null sender" "$status:$(sent)" "0:called: -i -f <> -- you@example.net"
deliver -f sender@example.net -a joe@example.org <"$tmp/letter-3"
is "of others from the owner" "$status:$(sent | tail -n 1)" "0:called: -i -f joe@example.org -- you@example.net"
rules <<'SIEVE'
require ["enotify"];
notify :from "desk@example.org" :message "It is here" "mailto:you@example.net?from=them@example.net&auto-submitted=no&date=x";
SIEVE
deliver -f sender@example.net -a joe@example.org <"$tmp/letter-4"
is "or from :from" "$status:$(sent)" "0:called: -i -f desk@example.org -- you@example.net"
is "and never from what the URI says" "$(grep -cE '^(From: <desk@example.org>|Auto-Submitted: auto-notified)' "$box/sent"):$(grep -cE 'them@|^Auto-Submitted: no|^Date: x' "$box/sent")" 2:0
deliver -a joe@example.org <"$tmp/spam-letter"
is "never of listed mail" "$status:$(messages .Junk):$(sent | wc -l)" 0:1:1
rules <<'SIEVE'
keep;
SIEVE
deliver <"$tmp/spam"
is "an explicit keep of listed mail is INBOX" "$status:$(messages ''):$(all)" 0:1:1
rules <<'SIEVE'
if false { discard; }
SIEVE
deliver <"$tmp/spam"
is "an implicit keep of listed mail is Junk" "$status:$(messages .Junk):$(all)" 0:1:1
rules <<'SIEVE'
if exists "X-SpamCop-Listed" { discard; }
SIEVE
deliver <"$tmp/spam"
is "a rule may discard it" "$status:$(all)" 0:0
deliver <"$tmp/message"
is "and keep the rest" "$status:$(messages ''):$(all)" 0:1:1
rules <<'SIEVE'
require "reject";
reject "we do not answer";
SIEVE
deliver <"$tmp/message"
is "reject does not send: Junk" "$status:$(messages .Junk):$(all):$(sent)" 0:1:1:
rules <<'SIEVE'
require "editheader";
addheader "X-Plain" "one two";
addheader "X-Name" "Jörg Müller <joerg@example.org>";
addheader "X-Ours" "=?utf-8?q?=C3=A9?= and";
addheader "X-Long" "aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbb ccccccccccccccccccccccc ddddddddddddddddd eeeeeeeeeeeeeee";
addheader :last "X-Words" "ä ö ü ein ziemlich länger dauernder Grüß, der über mehr als eine Zeile geht und noch weiter übergeht";
SIEVE
deliver <"$tmp/letter"
cat "$maildir"/new/* >"$tmp/got"
field() { # field NAME: of the stored message, unfolded
	sed -n "/^$1:/,/^[^ ]/{/^$1:/p;/^ /p}" "$tmp/got"
}
is "addheader: ASCII is what it is" "$(field X-Plain)" "X-Plain: one two"
is "addheader: words that are not are encoded, an address stays one" "$(field X-Name)" "X-Name: =?utf-8?B?SsO2cmcgTcO8bGxlcg==?= <joerg@example.org>"
is "addheader: encoded words stay what they are" "$(field X-Ours)" "X-Ours: =?utf-8?q?=C3=A9?= and"
is "addheader: long ones are folded" "$(field X-Long)" "X-Long: aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbb ccccccccccccccccccccccc
 ddddddddddddddddd eeeeeeeeeeeeeee"
is "addheader: no byte that is not ASCII, no line over 78" "$(sed '/^$/q' "$tmp/got" | LC_ALL=C grep -cE '[^ -~]|.{79}')" 0
rules <<'SIEVE'
require ["fileinto", "variables"];
if header :matches "X-Words" "*" { fileinto "${1}"; }
SIEVE
deliver <"$tmp/got"
is "addheader: it reads as what was said" "$(ls -d "$maildir"/.*übergeht* "$maildir"/.*\&* 2>/dev/null | wc -l)" 1
rules <<'SIEVE'
require ["editheader", "fileinto", "copy"];
fileinto :copy "Before";
addheader "X-New" "yes";
fileinto "After";
SIEVE
deliver <"$tmp/message"
is "header edits apply to what comes after them" "$status:$(grep -c X-New "$maildir"/.Before/new/*):$(grep -c X-New "$maildir"/.After/new/*)" 0:0:1
rules <<'SIEVE'
require ["mailbox", "fileinto"];
if mailboxexists "Here" { fileinto "Here"; } else { fileinto "There"; }
SIEVE
deliver <"$tmp/message"
is "mailboxexists: no" "$status:$(messages .There)" 0:1
deliver -n <"$tmp/message"
like "mailboxexists: no, says -n" "$(cat "$tmp/stdout")" "*There*"
# shellcheck disable=SC2086
run $as mkdir "$maildir/.Here" "$maildir/.Here/new" "$maildir/.Here/cur" "$maildir/.Here/tmp"
deliver <"$tmp/message"
is "mailboxexists: yes" "$status:$(messages .Here)" 0:1
deliver -n <"$tmp/message"
like "mailboxexists: yes, says -n" "$(cat "$tmp/stdout")" "*Here*"
rules <<'SIEVE'
require ["duplicate", "fileinto"];
if duplicate { discard; }
SIEVE
deliver <"$tmp/letter"
deliver <"$tmp/letter"
is "duplicate: the second one" "$status:$(all)" 0:1
deliver -n <"$tmp/letter"
like "duplicate: -n knows it" "$(cat "$tmp/stdout")" "*discard*"
mkdir "$box/sieve"
printf 'require "fileinto";\nfileinto "Included";\n' >"$box/sieve/part.sieve"
is_root && chown -R nobody "$box/sieve"
rules <<'SIEVE'
require "include";
include :personal "part";
SIEVE
deliver <"$tmp/message"
is "include" "$status:$(messages .Included):$(all)" 0:1:1
is "include: nothing to tell" "$(deliver -v <"$tmp/message" && grep -c 'sieve/part' "$tmp/stderr")" 0
told=$(wc -l <"$tmp/stderr")
printf 'require "include";\ninclude :personal :optional "none";\ninclude :personal "part";\n' >"$script"
deliver -v <"$tmp/message"
is "include: nor of one that need not be there" "$status:$(wc -l <"$tmp/stderr")" "0:$told"
chmod 666 "$box/sieve/part.sieve"
deliver -v <"$tmp/message"
like "include: what others can write is not believed, and told" "$status:$(messages .Included):$(stderr)" "0:3:*sieve/part.sieve*others can write*"

# ---- what is sent

rules <<'SIEVE'
require "copy";
redirect :copy "you@example.com";
SIEVE
deliver <"$tmp/letter"
is "redirect :copy" "$status:$(all):$(sent)" "0:1:called: -i -f sender@example.net -- you@example.com"
rules <<'SIEVE'
redirect "you@example.com";
SIEVE
deliver <"$tmp/letter"
is "redirect" "$status:$(all):$(sent)" "0:0:called: -i -f sender@example.net -- you@example.com"
touch "$box/sendmail-fails"
rm -rf "$maildir"
deliver <"$tmp/letter"
is "redirect where sendmail fails" "$status:$(messages '')" 0:1
rm "$box/sendmail-fails"
rules <<'SIEVE'
require "vacation";
vacation "I am away.";
SIEVE
deliver <"$tmp/letter"
deliver <"$tmp/letter"
is "vacation, once" "$status:$(all):$(sent)" "0:2:called: -i -f <> -- sender@example.net"
like "says that it is automatic" "$(cat "$box/sent")" "*
Auto-Submitted: auto-replied*I am away.*"
rm -rf "$maildir" "$box/sent"
for i in 1 2 3 4 5 6 7 8; do
	# shellcheck disable=SC2086
	$as "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org deliver <"$tmp/letter" &
	tap_waits="${tap_waits:-} $!"
done
# shellcheck disable=SC2086
wait $tap_waits
is "eight at once: all kept, one answer" "$(all):$(sent | wc -l)" 8:1
deliver -n <"$tmp/letter"
is "-n sends nothing" "$status:$(sent | wc -l)" 0:1
sed 's/redirect = true; vacation = true;//' "$tmp/conf" >"$tmp/conf.closed"
rules <<'SIEVE'
require "vacation";
vacation "I am away.";
redirect "you@example.com";
SIEVE
# shellcheck disable=SC2086
run $as "$filter" -c "$tmp/conf.closed" -f sender@example.net -a joe@example.org deliver <"$tmp/letter"
is "nothing where the site has not said so, and the original is kept" "$status:$(messages ''):$(sent)" "0:1:"

# No combination of a script and a listed message starts sendmail.
tests='true
exists_"X-SpamCop-Listed"
header_:contains_"Subject"_"test"
not_exists_"Nothing"
anyof_(true,_false)'
first='keep; discard; fileinto_"A"; redirect_"a@example.com"; vacation_"x"; reject_"x"; addheader_"A"_"b"; stop;'
calls=0
kept=0
runs=0
for test in $tests; do
	for one in $first; do
		for send in 'redirect_"you@example.com";' 'redirect_:copy_"you@example.com";' 'vacation_"gone";' 'vacation_:days_1_:addresses_"joe@example.org"_"gone";'; do
			printf 'require ["copy", "fileinto", "vacation", "reject", "editheader"];\nif %s { %s }\n%s\n' "$test" "$one" "$send" | tr _ ' ' >"$box/combination"
			rules <"$box/combination"
			deliver <"$tmp/spam-letter"
			runs=$((runs + 1))
			[ "$status" = 0 ] && kept=$((kept + 1))
			[ -e "$box/sent" ] && calls=$((calls + 1)) && diag "sent: $(cat "$box/combination")"
		done
	done
done
is "listed mail: $runs combinations delivered" "$kept" "$runs"
is "and nothing sent" "$calls" 0
printf 'require "vacation";\nif header :contains "Subject" "test" { discard; }\nvacation "gone";\n' | rules
deliver <"$tmp/letter"
is "such a script sends for other mail" "$(sent)" "called: -i -f <> -- sender@example.net"

# ---- rules that are broken, and children that are

rules <<'SIEVE'
discard
SIEVE
deliver -v <"$tmp/message"
is "a broken script: kept" "$status:$(messages ''):$(all)" 0:1:1
like "and the log says where" "$(stderr)" "*sieve=failed*.spamcop.sieve:2:1*"
deliver <"$tmp/spam"
is "listed: Junk" "$status:$(messages .Junk)" 0:1
rules <<'SIEVE'
discard;
SIEVE
chmod 666 "$script"
deliver -v <"$tmp/message"
is "a script that others can write is not believed" "$status:$(messages '')" 0:1
like "and the log says so" "$(stderr)" "*ignored: others can write it*"

cp "$bin/spamcop-sieve" "$bin/real"
cp "$bin/fake_child" "$bin/spamcop-sieve"
fake() {
	rm -rf "$maildir"
	deliver -v <"$tmp/spam"
	is "$1: Junk" "$status:$(messages .Junk):$(all):$(sent)" 0:1:1:
	like "$1: the log" "$(stderr)" "*sieve=failed*$2*"
}
for act in crash many status 'print discard\nend' 'print dis\ecard\nend\n' 'print redi\erect\ta@b.c\nend\n' 'print keep\nend\nkeep\n' 'print fileinto\t../../x\nend\n' ask-many flood; do
	printf '# fake %s\n' "$act" | rules
	fake "$act" ""
done
sed 's/time_limit = 10/time_limit = 0.3/' "$tmp/conf" >"$tmp/conf.short"
mv "$tmp/conf.short" "$tmp/conf"
for act in hang linger ask-deaf; do
	printf '# fake %s\n' "$act" | rules
	fake "$act" "did not finish within 0.3 seconds"
done
rm "$bin/spamcop-sieve"
installed=$(sed -n 's/^bindir = //p' "$top_builddir/Makefile" 2>/dev/null)
if [ -x "/usr/local/bin/spamcop-sieve" ]; then
	skip 2 "a spamcop-sieve is installed in $installed"
else
	fake "no child" "cannot be started"
fi
done_testing
