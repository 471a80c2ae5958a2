#!/bin/sh
# tag, against a real rbldnsd: exactly our fields, and the message behind them byte for byte.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
need rbldnsd

rbldnsd_start bl.test <<'LIST'
:127.0.0.2:Blocked - see https://www.example.org/bl?$
127.0.0.2
207.217.120.82
LIST
cat > "$tmp/conf" <<CONF
trusted_networks = [ "192.168.0.0/16" ];
lists = ( { zone = "bl.test"; relays = "all"; } );
dns: { servers = [ "$dns" ]; };
CONF

received='Received: from mx.example.org (mx.example.org [192.168.1.15]) by mail.example.org (Postfix) with ESMTP id 1; Mon, 23 Nov 2026 10:00:00 +0000
Received: from spam.example.com (unknown [207.217.120.82])
	by mx.example.org (Postfix) with SMTP id 2; Mon, 23 Nov 2026 09:59:59 +0000
Received: from home (home.example.com [10.4.120.160]) by spam.example.com with SMTP; Mon, 23 Nov 2026 09:59:58 +0000
Received: from far.example.net (far.example.net [209.249.29.67]) by home with SMTP; Mon, 23 Nov 2026 09:59:57 +0000'
rest='From: somebody@example.com
Subject: offer

Buy now.'
printf '%s\n%s\n' "$received" "$rest" > "$tmp/spam"
printf '%s\n%s\n' "$(printf '%s' "$received" | sed s/207.217.120.82/207.217.120.83/)" "$rest" > "$tmp/ham"
tab=$(printf '\t')

cat > "$tmp/fields" <<FIELDS
X-SpamCop-Status: listed; relays=4; checked=2; score=6
X-SpamCop-Checked: 192.168.1.15 207.217.120.82
X-SpamCop-Listed: 207.217.120.82; list=bl.test; answer=127.0.0.2; relay=2; trust=handoff;
${tab}reason="Blocked - see https://www.example.org/bl?207.217.120.82"
X-SpamCop-Disposition: Blocked bl.test
X-SpamCop-Score: 6
FIELDS
run "$filter" -c "$tmp/conf" < "$tmp/spam"
is "listed: status" "$status" 0
is "listed: nothing on stderr" "$(stderr)" ""
cat "$tmp/fields" "$tmp/spam" > "$tmp/want"
same "listed: our fields, then the message" "$tmp/stdout" "$tmp/want"

cp "$tmp/stdout" "$tmp/again"
run "$filter" tag -c "$tmp/conf" < "$tmp/again"
same "tagged twice is tagged once" "$tmp/stdout" "$tmp/want"

cat > "$tmp/fields" <<FIELDS
X-SpamCop-Status: clean; relays=4; checked=2; score=0
X-SpamCop-Checked: 192.168.1.15 207.217.120.83 10.4.120.160 209.249.29.67
X-SpamCop-Score: 0
FIELDS
run "$filter" -c "$tmp/conf" < "$tmp/ham"
cat "$tmp/fields" "$tmp/ham" > "$tmp/want"
same "clean" "$tmp/stdout" "$tmp/want"

printf '%s\n' "$rest" > "$tmp/local"
run "$filter" -c "$tmp/conf" < "$tmp/local"
{ echo "X-SpamCop-Status: unchecked; relays=0; checked=0"; cat "$tmp/local"; } > "$tmp/want"
same "unchecked: no relay" "$tmp/stdout" "$tmp/want"

# ---- what comes in with our names goes, everything else stays

{
	printf 'X-SpamCop-Status: clean; relays=1\nSubject: a\nx-spamcop-listed : forged\n folded\n\tagain\n'
	printf 'X-Spam\0Cop-Score: 10\nX-SpamCop-Disposition\n : folded before the colon\nX-SpamCop-Whitelisted: not ours\nX-Spam Cop-Score: another\n'
	printf '\nX-SpamCop-Listed: in the body\n'
} > "$tmp/forged"
{
	echo "X-SpamCop-Status: unchecked; relays=0; checked=0"
	printf 'Subject: a\nX-SpamCop-Whitelisted: not ours\nX-Spam Cop-Score: another\n\nX-SpamCop-Listed: in the body\n'
} > "$tmp/want"
run "$filter" -c "$tmp/conf" < "$tmp/forged"
same "fields that came in are removed in every spelling, the body is not touched" "$tmp/stdout" "$tmp/want"

# exact WHAT BEFORE AFTER [END]: a message of two parts, in printf's escapes, comes out with our Status field, ended by END, between them.
exact() {
	printf "$2$3" > "$tmp/in"
	printf "$2X-SpamCop-Status: unchecked; relays=0; checked=0${4:-\\n}$3" > "$tmp/want"
	run "$filter" -c "$tmp/conf" < "$tmp/in"
	is "$1: status" "$status" 0
	same "$1" "$tmp/stdout" "$tmp/want"
}
exact "empty message" '' ''
exact "one empty line" '' '\n'
exact "no header" '' '\nbody'
exact "no body" '' 'A: b\n'
exact "no newline" '' 'A: b'
exact "body without a last newline" '' 'A: b\n\nno newline at the end'
exact "NULs" '' 'A: \000b\n\n\000\000body\000\n'
exact "bare CR" '' 'A: b\rC: d\n\nx\ry\r\r\n'
exact "CRLF" '' 'A: b\r\nC: d\r\n\r\nbody\r\nmixed\n' '\r\n'
exact "8-bit" '' 'A: \351\377\200b\n\n\200\377'
exact "From_ line stays first" 'From a@example.com Mon Nov 23 10:00:00 2026\n' 'A: b\n\nFrom the body\n'
exact ">From_ line, CRLF" '>From a@example.com Mon Nov 23 10:00:00 2026\r\n' 'A: b\r\n\r\n' '\r\n'
exact "a line that is no field is kept" '' 'A: b\nno field\n odd\nC: d\n\n'
exact "headless: an empty line follows our fields" '' 'no header at all\nA: b\n\n' '\n\n'
exact "folded first line" '' ' folded first\n' '\n\n'
exact "From_ without a line end is no From_ line" '' 'From without newline' '\n\n'

# ---- big ones, in little memory

# bounded WHAT LIMIT: the last run took less than LIMIT kB of memory.
bounded() {
	[ -n "$sanitized" ] && skip 1 "AddressSanitizer needs more memory" ||
		ok "$1: at most $2 kB of memory ($(cat "$tmp/peak") kB)" [ "$(cat "$tmp/peak")" -lt "$2" ]
}
# big WHAT LIMIT: $tmp/in comes out as $tmp/want, from a file and from a pipe, within LIMIT kB of memory.
big() {
	"$helper" peak "$tmp/peak" "$filter" -c "$tmp/conf" < "$tmp/in" > "$tmp/stdout"
	ok "$1, file to file" cmp -s "$tmp/stdout" "$tmp/want"
	bounded "$1" "$2"
	rm -f "$tmp/stdout"
	# shellcheck disable=SC2002 # a pipe is what is tested
	cat "$tmp/in" | "$helper" peak "$tmp/peak" "$filter" -c "$tmp/conf" | cmp -s - "$tmp/want" && piped=same || piped=different
	is "$1, pipe to pipe" "$piped" same
	bounded "$1" "$2"
}
status_line='X-SpamCop-Status: unchecked; relays=0; checked=0\n'
{ printf 'Subject: big\n\n'; head -c 300000000 /dev/zero; } > "$tmp/in"
{ printf "$status_line"; cat "$tmp/in"; } > "$tmp/want"
big "300 MB" 8192

# A header beyond 16 MiB: no relay is read, our fields go all the same.
{
	printf '%s\n' "$received"
	yes 'X-Filler: 0123456789012345678901234567890123456789012345678901234567890123456789' | head -n 220000
	printf 'X-SpamCop-Listed: forged far down\n and folded\nSubject: end\n\nX-SpamCop-Listed: body\n'
} > "$tmp/in"
{ printf "$status_line"; sed -e '/^X-SpamCop-Listed: forged/d' -e '/^ and folded/d' "$tmp/in"; } > "$tmp/want"
big "17 MB of header" 24576
head -c 20000000 /dev/zero > "$tmp/in"
{ printf "$status_line"; printf '\n'; cat "$tmp/in"; } > "$tmp/want"
big "20 MB without any line" 8192

done_testing
