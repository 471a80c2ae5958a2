#!/bin/sh
# relays and doctor --mail: what they print, for a message, an mbox, a Maildir and what is none of them.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

echo 'trusted_networks = [ "9.1.1.0/24" ];' >"$tmp/conf"
: >"$tmp/unset"
cat >"$tmp/message" <<'MESSAGE'
Received: from localhost (localhost [127.0.0.1]) by box.test (Postfix) with ESMTP id 1; Mon, 1 Jan 2024 00:00:00 +0000
Received: from a.example (b.example [9.1.1.1])
	by box.test (Postfix) with ESMTPS id 2; Mon, 1 Jan 2024 00:00:00 +0000
Received: from [10.0.0.3] (home.example [9.2.2.2]) by b.example with ESMTPSA id 3; Mon, 1 Jan 2024 00:00:00 +0000
Received: by home.example (Postfix, from userid 1000) id 4; Mon, 1 Jan 2024 00:00:00 +0000
Received: from x (y [1.2.3]) by home.example with SMTP; Mon, 1 Jan 2024 00:00:00 +0000
Received: from ?a?[9.9.9.9]	b (c [9.3.3.3]) by d with SMTP; Mon, 1 Jan 2024 00:00:00 +0000
Received: from e ([IPv6:2a00:1::5]) by f with HTTP; Mon, 1 Jan 2024 00:00:00 +0000
Received: from g ([9.3.3.3]) by h with SMTP; Mon, 1 Jan 2024 00:00:00 +0000
X-Originating-IP: [9.4.4.4]
Subject: x

Received: from body (body [9.5.5.5]) by body with SMTP
MESSAGE
run "$filter" -c "$tmp/conf" relays <"$tmp/message"
is "relays ends with 0" "$status" 0
cat >"$tmp/want" <<'WANT'
1	127.0.0.1	trusted	localhost	localhost	box.test	ESMTP	no	no:loopback
2	9.1.1.1	trusted	b.example	a.example	box.test	ESMTPS	no	no:trusted
3	9.2.2.2	trusted	home.example	[10.0.0.3]	b.example	ESMTPSA	yes	no:authenticated
4	-	unparsed	from x (y [1.2.3]) by home.example with SMTP; Mon, 1 Jan 2024 00:00:00 +0000
5	9.3.3.3	claimed	c	?a?[9.9.9.9]	d	SMTP	no	yes
6	2a00:1::5	claimed	-	e	f	HTTP	yes	yes
7	9.3.3.3	claimed	-	g	h	SMTP	no	no:repeated
WANT
same "every relay, one a line" "$tmp/stdout" "$tmp/want"
is "nothing on standard error" "$(cat "$tmp/stderr")" ""

run "$filter" -c "$tmp/conf" relays "$tmp/message"
same "a file as standard input" "$tmp/stdout" "$tmp/want"

printf 'Received: from a\001\tb\033[0m (c\tforged\t9.9.9.9 [9.1.1.9]) by d\302\240 with x\\\n\nbody\n' >"$tmp/evil"
run "$filter" -c "$tmp/unset" relays <"$tmp/evil"
is "names forge no columns" "$(awk -F'\t' '{ print NF }' "$tmp/stdout")" 9
is "names are printable" "$(LC_ALL=C tr -d '\040-\176\t\n' <"$tmp/stdout" | wc -c | tr -d ' ')" 0

printf 'Received: from a (b [9.2.2.2])\0 by c with SMTP\r\n\r\n\0' | "$filter" -c "$tmp/unset" relays >"$tmp/stdout"
is "NULs and CRLF" "$(cut -f2 "$tmp/stdout")" 9.2.2.2
"$filter" -c "$tmp/unset" relays </dev/null >"$tmp/stdout"
is "no message, no relay" "$? $(cat "$tmp/stdout")" "0 "

# mbox: two messages; a From_ line in a body that is not one between messages
{
	printf 'From a@b Mon Jan  1 00:00:00 2024\n'
	cat "$tmp/message"
	printf '\nFrom there on it is text.\n\nFrom c@d Mon Jan  1 00:00:01 2024\nReceived: from x ([9.6.6.6]) by y with SMTP\n\nFrom here, too\n'
} >"$tmp/mbox"
run "$filter" -c "$tmp/conf" relays "$tmp/mbox"
is "an mbox: its messages" "$(awk -F'\t' '$3 == "message" { print $4 }' "$tmp/stdout")" "$tmp/mbox 1
$tmp/mbox 2"
is "an mbox: its relays" "$(cut -f2 "$tmp/stdout" | grep -v '^-' | tr '\n' ' ')" "127.0.0.1 9.1.1.1 9.2.2.2 9.3.3.3 2a00:1::5 9.3.3.3 9.6.6.6 "
run "$filter" -c "$tmp/conf" relays <"$tmp/mbox"
is "standard input is one message" "$(awk 'END { print NR }' "$tmp/stdout")" 7

# Maildir: sorted, sub-folders, without tmp, links and what is no mail
mkdir -p "$tmp/Maildir/cur" "$tmp/Maildir/new" "$tmp/Maildir/tmp" "$tmp/Maildir/.Junk/cur"
printf 'Received: from x ([9.7.7.4]) by y with SMTP\n\n' >"$tmp/Maildir/tmp/4.d"
printf 'Received: from x ([9.7.7.1]) by y with SMTP\n\n' >"$tmp/Maildir/cur/1.a:2,S"
printf 'Received: from x ([9.7.7.2]) by y with SMTP\n\n' >"$tmp/Maildir/new/2.b"
printf 'Received: from x ([9.7.7.3]) by y with SMTP\n\n' >"$tmp/Maildir/.Junk/cur/3.c:2,"
printf '3 V1 N5 G1\n1 W2 :x\n' >"$tmp/Maildir/dovecot-uidlist"
: >"$tmp/Maildir/.Junk/maildirfolder"
ln -s "$tmp/message" "$tmp/Maildir/cur/5.link"
mkfifo "$tmp/Maildir/cur/6.fifo"
run "$filter" -c "$tmp/conf" relays "$tmp/Maildir"
is "a Maildir" "$status $(cut -f2 "$tmp/stdout" | grep -v '^-' | sort | tr '\n' ' ')" "0 9.7.7.1 9.7.7.2 9.7.7.3 "
run "$filter" -c "$tmp/conf" relays "$tmp/message" "$tmp/nowhere"
is "a missing file: the others, and 66" "$status $(cut -f2 "$tmp/stdout" | grep -vc '^-')" "66 6"
like "a missing file is named" "$(cat "$tmp/stderr")" "*nowhere: No such file*"

# doctor --mail: a server of one's own, a forwarder, and everybody else
mkdir "$tmp/sample"
i=0
while [ $i -lt 60 ]; do
	i=$((i + 1))
	{
		printf 'Received: from localhost (localhost [127.0.0.1]) by box.mine.test with ESMTP id 1\n'
		printf 'Received: from mx.mine.test (mx.mine.test [9.8.8.8]) by box.mine.test with ESMTPS id 2\n'
		[ $((i % 3)) = 0 ] && printf 'Received: from out.forward.test (out.forward.test [9.8.9.9]) by mx.mine.test with ESMTPS id 3\n'
		printf 'Received: from a%s.test (a%s.test [9.10.%s.1]) by elsewhere.test with ESMTPS id 4\n\n' $i $i $i
	} >"$tmp/sample/$i"
done
run "$filter" -c "$tmp/unset" doctor --mail "$tmp/sample"
is "something to change: 1" "$status" 1
is "the line to paste" "$(grep trusted_networks.= "$tmp/stdout")" '    trusted_networks = [ "9.8.8.8", "9.8.9.9" ];'
like "an inner server" "$(cat "$tmp/stdout")" "*9.8.8.8*mx.mine.test: an inner server*"
like "a forwarder" "$(cat "$tmp/stdout")" "*9.8.9.9*out.forward.test: a forwarder*"
grep trusted_networks.= "$tmp/stdout" >"$tmp/pasted"
run "$filter" -c "$tmp/pasted" doctor --mail "$tmp/sample"
is "pasted, nothing is left to say" "$status" 0
is "pasted, the handoffs are the outside" "$("$filter" -c "$tmp/pasted" relays "$tmp/sample" | awk -F'\t' '$3 == "handoff"' | grep -c '	9[.]10[.]')" 60
run "$filter" -c "$tmp/unset" doctor --mail "$tmp/message"
is "one message is too few: 1" "$status" 1
run "$filter" -c "$tmp/unset" doctor --mail "$tmp/nowhere"
is "no mail at all: 66" "$status" 66
run "$filter" -c "$tmp/unset" doctor --mail
is "no path: 64" "$status" 64
head -c 200000 /dev/urandom >"$tmp/noise"
run "$filter" -c "$tmp/unset" doctor --mail "$tmp/noise" "$tmp/Maildir"
is "noise does no harm" "$status" 1

# doc/relays.md: its configurations are valid, its commands work, its pictures are read as it says
guide=$top_srcdir/doc/relays.md
n=0
grep '^    trusted_networks = ' "$guide" >"$tmp/lines"
while read -r line; do
	n=$((n + 1))
	printf '%s\n' "$line" >"$tmp/line"
	run "$filter" -c "$tmp/line" relays "$tmp/message"
	is "guide, configuration $n" "$status" 0
done <"$tmp/lines"
ok "the guide has configurations" [ "$n" -ge 5 ]
sed -n '/^    Received: from mail/,/^$/{ /_/d; s/^    //; p; }' "$guide" >"$tmp/picture"
is "guide, the first picture" "$("$filter" -c "$tmp/unset" relays "$tmp/picture")" "1	207.217.120.82	handoff	out.example.org	mail.example.org	mx.example.net	ESMTPS	no	yes"
sed -n '/^    Received: from out2/,/^$/{ s/^    //; p; }' "$guide" >"$tmp/picture"
printf 'trusted_networks = [ "203.0.113.0/28" ];\n' >"$tmp/forwarder"
is "guide, a forwarder" "$("$filter" -c "$tmp/forwarder" relays "$tmp/picture" | cut -f2,3 | tr '\t\n' '  ')" "203.0.113.12 trusted 207.217.120.82 handoff "
is "guide, who took it from outside" "$("$filter" -c "$tmp/pasted" relays "$tmp/sample" | awk -F'\t' '$3 == "handoff" { print $6 }' | sort | uniq -c | sort -rn | tr -s ' ' | tr '\n' ' ')" " 60 elsewhere.test "

done_testing
