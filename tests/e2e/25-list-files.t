#!/bin/sh
# Lists that are files: rbldnsd's text without a server, the same answers as rbldnsd gives, large ones, broken ones.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"

servers=127.0.0.1:$(free_port) # nobody: a file needs no server
list=$tmp/office.ip4set
cat >"$list" <<'LIST'
# our own list
$SOA 3600 ns.example.org admin.example.org 0 3600 600 864000 300
:127.0.0.2:Listed, see https://example.org/list?$
11.22.33.44
11.22.34/24
!11.22.34.7
11.22.35.1-11.22.35.9 :127.0.0.2:a range
11.22.36.1 :127.0.0.9:another answer
2a00:1450:4864::/48 six
LIST

# says WHAT RELAY STATUS [LISTED]
says() {
	message "$2"
	tag
	like "$1" "$status $(status_field)" "0 $3"
	like "$1: Listed" "$(field Listed)" "${4:-}"
	same "$1: message intact" "$tmp/rest" "$tmp/message"
}

conf "{ file = \"$list\"; }"
says "an address" 11.22.33.44 "listed; relays=1; checked=1; score=6" \
	'11.22.33.44; list=office.ip4set; answer=127.0.0.2; relay=1; trust=handoff; reason="Listed, see https://example.org/list[?]11.22.33.44"'
says "another address" 11.22.33.45 "clean; relays=1; checked=1; score=0"
says "a network" 11.22.34.1 "listed; *" '*; reason="Listed, see https://example.org/list[?]11.22.34.1"'
says "an exclusion" 11.22.34.7 "clean; *"
says "a range" 11.22.35.9 "listed; *" '*; reason="a range"'
says "another answer" 11.22.36.1 "clean; *"
says "IPv6" 2a00:1450:4864:20::131 "listed; *" '2a00:1450:4864:20::131; *; reason="six"'
conf "{ file = \"$list\"; name = \"office\"; answers = ( { answer = \"127.0.0.9\"; name = \"nine\"; weight = 7; } ); }"
says "a meaning" 11.22.36.1 "listed; relays=1; checked=1; score=7" '11.22.36.1; list=nine; answer=127.0.0.9; *'

# A broken line costs that line only, and is told with its place.
printf 'nonsense\n11.22.33.400\n' >>"$list"
conf "{ file = \"$list\"; }"
message 11.22.33.44
tag -v
like "broken lines: the others work" "$(status_field)" "listed; *"
like "the first is told" "$(stderr)" "*list=office.ip4set: $list:10: *expected*2 bad lines*"

# What lists of addresses are written with, in the words of rbldnsd(8).
file() {
	cat >"$list"
	conf "{ file = \"$list\"; name = \"office\"; answers = [ \"127.0.0.[2..9]\" ]; }"
}
file <<'LIST'
$SOA 3600 ns.example.org admin.example.org 0 600 300 86400 300
$1 See http://list.example/bl
:127.0.0.2:$1/spammer/$ for details, costs 5$$
11.22.33.44
LIST
says "variables and a dollar sign in a text" 11.22.33.44 "listed; *" '*; reason="See http://list.example/bl/spammer/11.22.33.44 for details, costs 5$"'
file <<'LIST'
$= See http://list.example/bl?$= ($)
11.22.33.44 r123
LIST
says "a base for all texts" 11.22.33.44 "listed; *" '*; reason="See http://list.example/bl[?]r123 (11.22.33.44)"'
file <<'LIST'
$TIMESTAMP 2024:01:01 +7d
:127.0.0.2:Blocked $
11.22.33.44
LIST
says "data whose time is over lists nobody" 11.22.33.44 "unknown; relays=1; checked=1; failed=office:expired"
tag -v
like "and the log says since when" "$(stderr)" "*list=office: $list:1: ?TIMESTAMP: the data expired at 2024-01-08 00:00:00 UTC*"
run "$filter" -c "$tmp/conf" doctor
like "doctor, too" "$(stdout)" "*office *expired*the data expired at*"
file <<'LIST'
$TIMESTAMP 2038:01:01
11.22.33.44
LIST
says "data of the future" 11.22.33.44 "unknown; *; failed=office:unreadable"
file <<'LIST'
:127.0.0.2:Blocked $
11.22.33.0/24
!11.22.33.44 : our own partner, ticket 4711
LIST
says "an exclusion with a remark" 11.22.33.44 "clean; *"
says "beside it" 11.22.33.45 "listed; *" '*; reason="Blocked 11.22.33.45"'
tag -v
is "nothing in it is bad" "$(stderr | grep -c bad)" 0
file <<'LIST'
:127.0.0.4:Dynamic range, see http://list.example/?$
:$TTL 2h
#$MAXRANGE4 /20
11.22.33.0/24
11.0.0.0/8 :3:too large
LIST
says "a setting marked with a colon is none of the defaults" 11.22.33.44 "listed; *" '*; answer=127.0.0.4; *; reason="Dynamic range, see http://list.example/[?]11.22.33.44"'
says "an entry that is larger than allowed" 11.22.34.1 "clean; *"
tag -v
like "which is told" "$(stderr)" "*$list:5: the entry is larger than ?MAXRANGE4 allows (1 bad lines*"
file <<'LIST'
# Zone settings
$NS 86400 a.ns.example.net b.ns.example.net
$DATASET ip4set @
127.0.1.1/32 :127.0.1.1: TIMESTAMP=999
:127.0.0.2:Listed, see https://list.example/lookup?$
11.22.33.44
$DATASET ip6trie @
:127.0.0.2:Listed, see https://list.example/lookup?$
::ffff:7f01:1/128 :127.0.1.1: TIMESTAMP=999
::ffff:7f00:3/128 :127.0.0.1: TEST
::FFFF:7F00:1/128
2a00:1450:0:a001::14
LIST
says "datasets: IPv4" 11.22.33.44 "listed; *" '*; reason="Listed, see https://list.example/lookup[?]11.22.33.44"'
says "datasets: IPv6" 2a00:1450:0:a001::14 "listed; *" '*; reason="Listed, see https://list.example/lookup[?]2a00:1450:0:a001::14"'
says "datasets: another address" 2a00:1450:0:a001::15 "clean; *"
tag -v
is "test entries of IPv6 are good lines" "$(stderr | grep -c bad)" 0
printf '10/8 :2:wide\n11.16/12 :3:closer\n11.16/14 :4:closest\n' >"$list"
for format in ip4set ip4trie; do
	conf "{ file = \"$list\"; name = \"office\"; format = \"$format\"; answers = [ \"127.0.0.[2..9]\" ]; }"
	message 11.17.1.1
	tag
	case $format in ip4set) want=127.0.0.3,127.0.0.4 ;; *) want=127.0.0.4 ;; esac
	like "the closest entries of $format" "$(field Listed)" "11.17.1.1; list=office; answer=$want; *"
done
printf 'hello\n' | gzip -c >"$list"
conf "{ name = \"office\"; file = \"$list\"; }"
says "a compressed file" 11.22.33.44 "unknown; *; failed=office:unreadable"

# What cannot be read is a failed list.
conf "{ name = \"office\"; file = \"$tmp/nothing\"; }"
says "no file" 11.22.33.44 "unknown; relays=1; checked=1; failed=office:unreadable"
mkfifo "$tmp/fifo"
conf "{ name = \"office\"; file = \"$tmp/fifo\"; }"
says "a FIFO" 11.22.33.44 "unknown; relays=1; checked=1; failed=office:unreadable"
conf "{ name = \"office\"; file = \"$tmp\"; }"
says "a folder" 11.22.33.44 "unknown; *; failed=office:unreadable"
# Root can read everything, so there it is somebody else who tries.
if is_root && ! have setpriv; then
	skip 3 "setpriv is not installed"
else
	everybodys=$filter
	if is_root; then
		cp "$filter" "$tmp/spamcop-filter"
		printf '#!/bin/sh\nexec setpriv --reuid=nobody --clear-groups -- %s "$@"\n' "$tmp/spamcop-filter" >"$tmp/as-nobody"
		chmod 755 "$tmp/as-nobody"
		filter=$tmp/as-nobody
	fi
	chmod 000 "$list"
	conf "{ name = \"office\"; file = \"$list\"; }"
	says "no permission" 11.22.33.44 "unknown; *; failed=office:unreadable"
	chmod 644 "$list"
	filter=$everybodys
fi

# A file and a zone together: the file answers, whatever happens to the zone.
printf '11.22.33.44\n' >"$list"
conf "{ name = \"office\"; file = \"$list\"; }" bl.test
says "the file hits, the zone has no server" 11.22.33.44 "listed; relays=1; checked=1; score=6; failed=bl.test:unreachable" "*"

# 200,000 entries.
awk 'BEGIN { for (i = 0; i < 200000; i++) printf "%d.%d.%d.%d\n", 23 + i / 16777216, i / 65536 % 256, i / 256 % 256, i % 256 }' >"$list"
printf '11.22.33.44' >>"$list"
conf "{ name = \"office\"; file = \"$list\"; relays = \"all\"; }"
message 11.22.33.1 11.22.33.2 11.22.33.3 11.22.33.4 11.22.33.44
tag
like "200,000 entries: the last one is found" "$(status_field) $(field Listed)" "listed; relays=5; checked=5; score=6 11.22.33.44; *"
ten_times() {
	for i in 1 2 3 4 5 6 7 8 9 10; do
		"$filter" -c "$tmp/conf" <"$tmp/message" >/dev/null
	done
}
spend ten_times
ok "200,000 entries, ten times: $cpu ms of processor time" [ "$cpu" -lt 2000 ]

# With an index only what is needed of it is read; test_listfile_index.c has what is not believed.
tag
cp "$tmp/stdout" "$tmp/want"
run "$filter" -c "$tmp/conf" index
is "an index is made" "$status $(stdout)" "0 $list.index: 200001 entries"
tag
same "and the answer is the same" "$tmp/stdout" "$tmp/want"
if [ -z "$sanitized" ] && have strace && strace -o "$tmp/trace" true 2>/dev/null; then
	run strace -o "$tmp/trace" -e trace=read,pread64 -P "$list" "$filter" -c "$tmp/conf" <"$tmp/message"
	ok "of 2.8 MB in $(wc -l <"$tmp/trace") reads" [ "$(grep -c 'read(\|pread64(' "$tmp/trace")" -eq 1 ]
else
	skip 1 "strace is not installed, or must not trace, or would disturb AddressSanitizer"
fi
printf '11.22.33.1\n' >>"$list"
run "$filter" -c "$tmp/conf" doctor
like "doctor tells an index of another state" "$(stdout | tr -s "\n " " ")" "*$list.index: it is of another state of the list: run spamcop-filter index*"
run "$filter" -c "$tmp/none" index
is "no configuration, no index" "$status" 78

# The same file in rbldnsd gives the same answers.
if have rbldnsd; then
	cat >"$tmp/both" <<-'LIST'
		:127.0.0.4:default $
		11.22.33.0/24
		!11.22.33.7
		11.22.33.9 own text
		11.23 :5:wide $
		11.23.4.0-11.23.5.9 :127.0.0.6:close
		12.0/9 :7:half
		# 11.24.1.1
		11.24.1.2 # none
		11.25.1.1 :3:x
		11.25.1.1 :2:y
	LIST
	rbldnsd_start both.test <"$tmp/both"
	servers=$dns
	for address in 11.22.33.1 11.22.33.7 11.22.33.9 11.22.34.1 11.23.1.1 11.23.4.1 11.23.5.9 11.23.5.10 12.127.1.1 12.128.1.1 11.24.1.1 11.24.1.2 11.25.1.1; do
		message "$address"
		conf '{ zone = "both.test"; name = "both"; answers = [ "127.0.0.[2..9]" ]; }'
		tag
		field Listed | sed 's/answer=127.0.0.3,127.0.0.2/answer=127.0.0.2,127.0.0.3/' >"$tmp/want"
		conf "{ file = \"$tmp/both\"; name = \"both\"; answers = [ \"127.0.0.[2..9]\" ]; }"
		tag
		field Listed | sed 's/answer=127.0.0.3,127.0.0.2/answer=127.0.0.2,127.0.0.3/' >"$tmp/got"
		if [ "$address" = 11.25.1.1 ]; then
			# Of two texts either may come first.
			sed -i 's/reason=.*//' "$tmp/got" "$tmp/want"
		fi
		same "as rbldnsd: $address" "$tmp/got" "$tmp/want"
	done
else
	skip 13 "rbldnsd is not installed"
fi

# Random files of every construct in rbldnsd and here. LISTS_FILES: how many (5000 take a minute); LISTS_SEED: others.
if have rbldnsd; then
	listdiff=$top_builddir/tests/e2e/tools/listdiff
	files=${LISTS_FILES:-150} seed=${LISTS_SEED:-1}
	mkdir "$tmp/random"
	"$listdiff" write "$seed" "$files" "$tmp/random" >"$tmp/specs"
	printf '$SOA 0 ns.example.org a.example.org 0 600 300 86400 300\n' >"$tmp/random/soa"
	chmod 755 "$tmp" "$tmp/random" && chmod 644 "$tmp"/random/*
	user=
	is_root && user="-u nobody"
	port=$(free_port)
	# shellcheck disable=SC2046,SC2086 # many words
	start random rbldnsd -n $user -w "$tmp/random" -b "127.0.0.1/$port" -c 0 -p "$tmp/random/pid" soa.test:ip4set:soa $(cat "$tmp/specs")
	wait_for "rbldnsd" ask "127.0.0.1:$port" soa.test SOA
	run "$listdiff" compare "$seed" "$files" "$tmp/random" "$port"
	diag "$(stdout)"
	like "$files random files, seed $seed: as rbldnsd" "$status $(stdout | tail -n 1)" "0 $files files, *, 0 with an index; *; 0 differ"
	"$listdiff" index "$seed" "$files" "$tmp/random" >"$tmp/not" || fail "listdiff index"
	run "$listdiff" compare "$seed" "$files" "$tmp/random" "$port"
	diag "$(stdout)"
	like "the same with an index beside each but $(wc -l <"$tmp/not")" "$status $(stdout | tail -n 1)" "0 $files files, *, $((files - $(wc -l <"$tmp/not"))) with an index; *; 0 differ"
else
	skip 2 "rbldnsd is not installed"
fi
done_testing
