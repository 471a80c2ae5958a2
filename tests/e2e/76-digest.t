#!/bin/sh
# digest: what was held, for a terminal and as a mail. sweep: mail that is listed by now moves by one rename.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

HOME=$box
export HOME
# tell COMMAND [ARG...]: as the user.
tell() {
	# shellcheck disable=SC2086 # $as is words
	run $as "$filter" -c "$tmp/conf" "$@"
}

# spam N [SUBJECT [FROM]]: a message through 207.217.120.N.
spam() {
	printf 'Received: from a (a [207.217.120.%s]) by b; Mon, 1 Jan 2024 00:00:00 +0000\nMessage-ID: <%s@x>\nFrom: %s\nSubject: %s\n\nbody\n' \
		"$1" "$1" "${3:-Fred <fred@example.net>}" "${2:-test}"
}

tell digest "$maildir"
is "no Maildir" "$status" 66
spam 82 >"$tmp/m" && deliver <"$tmp/m"
tell digest "$maildir"
like "nothing was held" "$status:$(stdout)" "0:Nothing was held since *"
tell digest --mail "$maildir"
is "no mail of nothing" "$status:$(stdout)" 1:
n=0
while [ $n -lt 200 ]; do
	case $((n % 5)) in
	0) subject='=?utf-8?B?R3LDvMOfZSDmnb7nlLA=?= plain' from='=?iso-8859-1?q?J=F6rg?= <joerg@example.net>' ;;
	1) subject=$(printf '\033[31m\302\233\342\200\256evil') from="\"<script>alert(1)</script>\" <o'neil;rm@example.net>" ;;
	2) subject='<img src=x onerror=alert(1)> & "' from='<b>@x' ;;
	3) subject='=?utf-8?q?=1B]0;x=07=E2=80=AE?= =?x?q?y?= =?utf-8?b?////?=' from='a@b.example, c@d.example' ;;
	4) subject='A long subject that goes on and on and on, far beyond the columns of a terminal, as they do' from='-x@example.net' ;;
	esac
	spam 83 "$subject" "$from" >"$tmp/m"
	if [ $n -lt 5 ]; then
		deliver <"$tmp/m"
	else
		# shellcheck disable=SC2086,SC2016
		{ printf 'X-SpamCop-Status: listed\nX-SpamCop-Listed: 207.217.120.83; list=test\n' && cat "$tmp/m"; } | $as sh -c 'cat >"$1"' sh "$maildir/.Junk/new/$n.x"
	fi
	n=$((n + 1))
done
tell digest "$maildir"
is "two lines a message" "$status:$(stderr):$(grep -c '^        ' "$tmp/stdout")" 0::200
cp "$tmp/stdout" "$tmp/digest"
like "decoded" "$(stdout)" "*Jörg                  Grüße 松田 plain                  test
        spamcop-filter allow joerg@example.net*"
ok "no control, no bidi" [ "$(LC_ALL=C tr -d '\012\040-\176\200-\377' <"$tmp/digest" | wc -c | tr -d ' ')" = 0 ]
is "no C1, no right-to-left override" "$(LC_ALL=C grep -c "$(printf '\302\233')\|$(printf '\342\200\256')" "$tmp/digest")" 0
ok "a quoted address, where it is one at all" [ "$(grep -c 'allow .*rm@' "$tmp/digest")" = "$(grep -c "allow 'o'\\\\''neil;rm@example.net'" "$tmp/digest")" ]
ok "an address that looks like an option" grep -q 'allow -- -x@example.net' "$tmp/digest"
ok "several senders: none" grep -q '(it names no single sender)' "$tmp/digest"
is "80 columns" "$(LC_ALL=C.UTF-8 awk 'length > 80 && !/^        /' "$tmp/digest")" ""
# The commands work as they stand.
grep '^        spamcop-filter' "$tmp/digest" | sort -u | while read -r line; do
	printf '%s\n' "$line" | sed "s,^spamcop-filter,\"\$filter\" -c \"$tmp/conf\"," >"$tmp/command"
	chmod 644 "$tmp/command"
	export filter
	# shellcheck disable=SC2086
	$as sh "$tmp/command" >/dev/null 2>&1 || echo "$line"
done >"$tmp/wrong"
is "each command lets one in" "$(cat "$tmp/wrong")" ""
tell allow --list
like "and they did" "$(stdout)" "*joerg@example.net*"
tell digest --since 1h --mail -f me@example.org -a you@example.org "$maildir"
cp "$tmp/stdout" "$tmp/digest.eml"
like "as a mail" "$status:$(stdout)" "0:From: <me@example.org>
To: <you@example.org>
Subject: 200 messages were held
*Auto-Submitted: auto-generated
*multipart/alternative*text/plain*text/html*"
is "no element of theirs in it" "$(sed -n '/^<!DOCTYPE/,$p' "$tmp/digest.eml" | grep -ciE '<(script|img)')" 0
ok "their text is there" grep -qF '&lt;img src=x onerror=alert(1)&gt;' "$tmp/digest.eml"
tell digest "$maildir/.Junk/"
is "of the Junk folder itself" "$(sed 1d "$tmp/stdout" | cksum)" "$(sed 1d "$tmp/digest" | cksum)" # the first line has the minute
tell --home "$box" --mailbox 'maildir:~/Maildir' digest
like "of the configured mailbox, with a home" "$(stdout)" "*spamcop-filter --home $box allow *"
tell digest --since 1x "$maildir"
is "no time" "$status" 64
# shellcheck disable=SC2086
$as find "$maildir/.Junk" -type f -path '*/new/*' -exec touch -d '2 days ago' {} +
tell digest "$maildir"
like "older ones are left out" "$(stdout)" "Nothing was held since*"

# ---- sweep

fresh
rm -f "$box/.spamcop-allow"
for n in 82 84 85 86; do spam $n >"$tmp/m" && deliver <"$tmp/m"; done
spam 83 >"$tmp/m" && deliver -m Junk <"$tmp/m"
# 84 has been read and flagged; 85 is old; 86 came through a rule although it was listed.
flagged=$(grep -l '<84@x>' "$maildir"/new/*)
# shellcheck disable=SC2086,SC2016
$as sh -c 'mv "$1" "$2/cur/${1##*/}:2,FS" && touch -d "2 days ago" "$(grep -l "<85@x>" "$2"/new/*)" && old=$(grep -l "<86@x>" "$2"/new/*) && sed "s/^X-SpamCop-Status: clean/X-SpamCop-Status: listed/" "$old" >"$2/tmp/x" && touch -r "$old" "$2/tmp/x" && mv "$2/tmp/x" "$old"' sh "$flagged" "$maildir"
sums() {
	(cd "$maildir" && find . -type f -path '*/[cn][ue][rw]/*' -exec cksum {} +) | awk '{ print $1, $2 }' | sort
}
sums >"$tmp/before"
tell sweep "$maildir"
is "nothing is listed by now" "$status:$(stdout)$(stderr)" 0:
printf '207.217.120.84\n207.217.120.85\n207.217.120.86\n' >>"$tmp/list"
tell sweep -n "$maildir"
like "-n: would move one" "$status:$(stdout)" "0:would move  Fred <fred@example.net>  <84@x>"
ok "and does not" [ -e "$maildir/cur/${flagged##*/}:2,FS" ]
tell sweep "$maildir"
is "moves one" "$status:$(stderr):$(grep -c ^moved "$tmp/stdout")" 0::1
ok "with its name and flags" [ -e "$maildir/.Junk/cur/${flagged##*/}:2,FS" ]
sums >"$tmp/after"
ok "no byte is lost or changed" cmp -s "$tmp/before" "$tmp/after"
is "what is old, was listed before, or is clean stays" "$(messages "")" 3
tell explain "$maildir/.Junk/cur/${flagged##*/}:2,FS"
like "explain tells why it moved" "$(stdout)" "*when it came:*clean*now:            listed, which it was not when it came*"
# The user takes it back: it is not moved again.
# shellcheck disable=SC2086
$as mv "$maildir/.Junk/cur/${flagged##*/}:2,FS" "$maildir/cur/2.back:2,S"
tell sweep "$maildir"
is "what was taken back stays" "$status:$(stdout)" 0:
spam 84 | sed 's/<84@x>/<87@x>/' >"$tmp/m"
: >"$tmp/list" && deliver <"$tmp/m"
printf '207.217.120.84\n' >"$tmp/list"
tell --mailbox "maildir:$maildir" sweep
is "the configured mailbox" "$status:$(grep -c ^moved "$tmp/stdout")" 0:1
is "new mail stays new" "$(find "$maildir/.Junk/new" -type f -exec grep -l '<87@x>' {} + | wc -l | tr -d ' ')" 1
tell sweep "$tmp/none"
is "no Maildir" "$status" 66
if is_root; then
	run "$filter" -c "$tmp/conf" sweep "$maildir"
	like "root moves nobody's mail" "$status:$(stderr)" "66:*it belongs to uid*"
fi

# Killed at any system call: each message is there once.
if have strace && [ -z "$sanitized" ]; then
	kills=0
	wrong=
	at=1
	while :; do
		fresh
		: >"$tmp/list"
		for n in 84 85; do spam $n >"$tmp/m" && deliver <"$tmp/m"; done
		printf '207.217.120.84\n207.217.120.85\n' >"$tmp/list"
		# shellcheck disable=SC2086
		$as strace -f -o /dev/null -e "inject=renameat2,renameat,rename,fsync,openat,write,mkdirat,flock:signal=KILL:when=$at" "$filter" -c "$tmp/conf" sweep "$maildir" >/dev/null 2>&1
		code=$?
		[ "$(find "$maildir" -type f -path '*/[cn][ue][rw]/*' -exec cat {} + | grep -c '^Message-ID')" = 2 ] || wrong="$wrong $at"
		[ $code -ne 137 ] && [ $code -ne 9 ] && break
		kills=$((kills + 1))
		at=$((at + 1))
		[ $at -lt 200 ] || break
	done
	diag "killed at $kills calls"
	is "killed at each call: nothing is lost or doubled" "$wrong" ""
	ok "there were some" [ $kills -gt 3 ]
else
	skip 2 "strace is not there, or sanitizers are"
fi
done_testing
