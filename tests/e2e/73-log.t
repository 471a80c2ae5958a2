#!/bin/sh
# The log line is data: KEY=VALUE, whatever a message says.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

HOME=$box
export HOME
cat >"$tmp/conf" <<CONF
trusted_networks = [ "203.0.113.0/24" ];
lists = ( { name = "one"; file = "$tmp/list"; }, { name = "two"; file = "$tmp/list"; } );
deliver: { mailbox = "maildir:$maildir"; };
CONF
# line [OPTION...] COMMAND < MESSAGE: the line that the log gets, in $tmp/line.
line() {
	# shellcheck disable=SC2086 # $as is words
	run $as "$filter" -c "$tmp/conf" -v "$@"
	sed 's/^spamcop-filter: //' "$tmp/stderr" >"$tmp/line"
}
# value KEY: of the line.
value() {
	awk -v key="$1=" '{ for (i = 1; i <= NF; i++) if (index($i, key) == 1) print substr($i, length(key) + 1) }' "$tmp/line"
}

sed 's/207.217.120.82/207.217.120.83/; s/^Subject/Message-ID: <a@b>\n&/' "$tmp/message" >"$tmp/spam"
chmod 644 "$tmp/spam"
line -f a@example.net -a b@example.org deliver <"$tmp/spam"
is "one line" "$(wc -l <"$tmp/line")" 1
is "its keys, in order" "$(tr ' ' '\n' <"$tmp/line" | sed 's/=.*//' | tr '\n' ' ')" \
	"message-id from to user handoff verdict relays checked score list listed stored ms "
for pair in 'message-id:<a@b>' 'from:<a@example.net>' 'to:<b@example.org>' 'handoff:207.217.120.83' verdict:listed score:10 \
	list:one,two listed:207.217.120.83 stored:implicit:.Junk; do
	is "${pair%%:*}" "$(value "${pair%%:*}")" "${pair#*:}"
done
like "ms is a number" "$(value ms)" "[0-9]*"
line -f '' tag <"$tmp/message"
is "tag: not listed, no recipient, nothing stored" "$(value verdict) $(value from) $(value to) $(value list)$(value listed)$(value stored)" "clean <> - "
printf 'Message-ID: x verdict=listed\t"\\ \033[31m\302\233\n y list=z\n\nbody\n' >"$tmp/hostile"
chmod 644 "$tmp/hostile"
line -f 'a verdict=listed@x' -a 'b" c@y' tag <"$tmp/hostile"
is "hostile: still the same keys" "$(tr ' ' '\n' <"$tmp/line" | sed 's/=.*//' | tr '\n' ' ')" "message-id from to user handoff verdict relays checked ms "
is "hostile: its verdict" "$(value verdict)" unchecked
is "hostile: escaped" "$(value message-id)|$(value to)" \
	'x\x20verdict=listed\x09\x22\x5C\x20\x1B[31m\xC2\x9B\x0A\x20y\x20list=z|<b\x22\x20c@y>'
is "hostile: printable ASCII only" "$(LC_ALL=C tr -d '\012\040-\176' <"$tmp/line" | wc -c | tr -d ' ')" 0
line -a x@y --mailbox "maildir:$box/not/there" deliver <"$tmp/message"
is "what has to be tried again" "$status:$(tail -n 1 "$tmp/line" | sed 's/^[0-9]*$//' | cut -c1-40 | grep -c .)" 75:1
is "its words" "$(grep -o 'status=75' "$tmp/line" | head -n 1)" status=75
if [ -x "$bin/spamcop-sieve" ]; then
	# shellcheck disable=SC2086,SC2016
	$as sh -c 'echo nonsense >"$HOME/.spamcop.sieve"'
	line deliver <"$tmp/message"
	like "rules that cannot run" "$(cat "$tmp/line")" "*stored=implicit:INBOX ms=* sieve=failed why=*.spamcop.sieve:2:1: *"
	rm "$box/.spamcop.sieve"
fi
# The examples of the page, on lines as syslog writes them.
{
	for at in 1 2 3; do
		line -f a@example.net deliver <"$tmp/spam"
		sed "s/^/Nov  $at 10:00:00 mx spamcop-filter[17]: /" "$tmp/line"
		sed 's/^/Nov  1 10:00:00 mx other[1]: list=no /' "$tmp/line"
	done
} >"$tmp/mail.log" 2>/dev/null
sed -n '/^awk/,/^\.Ed/p' "$top_srcdir/doc/spamcop-filter.1" | sed "/^\\.Ed/d; s/\\\\e/\\\\/; s,/var/log/mail.log,$tmp/mail.log," >"$tmp/example"
is "the example of the page" "$(sh "$tmp/example")" "3 one,two"
is "grep" "$(grep -c 'spamcop-filter.*verdict=listed' "$tmp/mail.log")" 3
done_testing
