#!/bin/sh
# stats: the log, counted, for people and for programs.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/schema.sh"

printf '207.217.120.82\n' >"$tmp/one"
printf '207.217.120.82\n207.217.120.83\n' >"$tmp/two"
printf '207.217.120.84\n' >"$tmp/few"
cat >"$tmp/conf" <<CONF
lists = ( { name = "one"; file = "$tmp/one"; }, { name = "two"; file = "$tmp/two"; }, { name = "few"; file = "$tmp/few"; weight = 1; },
	{ name = "gone"; file = "$tmp/gone"; weight = 1; } );
CONF
# Real lines: message N came through 207.217.120.8N and says hostile things.
for n in 2 3 4 5; do
	printf 'Received: from a (a [207.217.120.8%s]) by b; Mon, 1 Jan 2024 00:00:00 +0000\nMessage-ID: <a verdict=listed\\ "list=evil\033[31m>\n\nbody\n' "$n" |
		run "$filter" -c "$tmp/conf" -v -f 'x list=evil' -a "user$n@example.org" tag
	grep message-id= "$tmp/stderr" | sed 's/^spamcop-filter: //' >>"$tmp/lines"
done
is "the lines" "$(wc -l <"$tmp/lines")" 4
day=$(date -u +%Y-%m-%d)
{
	sed "s/^/${day}T00:10:00.123456+00:00 mx spamcop-filter[17]: /" "$tmp/lines"
	sed "s/^/$(LC_ALL=C date '+%b %e') 00:20:00 mx spamcop-filter[17]: /" "$tmp/lines"
	cat "$tmp/lines"
	sed 's/^/spamcop-filter: /' "$tmp/lines"
	# What others log about us, and what is cut or no log at all, counts for nothing.
	sed "s/^/${day}T00:10:00+00:00 mx postfix[1]: spamcop-filter[17]: /" "$tmp/lines"
	sed "s/^/x /" "$tmp/lines"
	printf 'Feb 99 00:00:00 mx spamcop-filter[1]: message-id=x verdict=listed\n\n\n%s\n' "$(head -c 20000 /dev/zero | tr '\0' x)"
	printf '%sT00:30:00Z mx spamcop-filter[9]: user=joe status=75 ms=7 why=no room verdict=listed\n' "$day"
	printf '%sT00:30:00Z mx spamcop-filter[9]: message-id=- user=joe verdict=clean ms=2 sieve=failed why=it list=no\n' "$day"
	printf 'message-id=- to=<\033[31m\302\233> verdict=clean list= ms=99999999\n'
} >"$tmp/log"

run "$filter" stats "$tmp/log"
is "a table" "$status:$(stderr)" 0:
cp "$tmp/stdout" "$tmp/table"
like "its messages" "$(stdout)" "*Messages                                        18
  listed                                         8    44.4 %
  clean                                         10    55.6 %
To be tried again (75)                           1
Rules that could not be run                      1
*"
like "its lists" "$(stdout)" "*List                                        listed     alone   too few
two                                              8         4         0
one                                              4         0         0
few                                              0         0         4
*"
like "who did not answer" "$(stdout)" "*gone:unreadable                                 16*"
like "its users" "$(stdout)" "*<user2@example.org>                              4         4*"
ok "80 columns" [ -z "$(awk 'length > 80' "$tmp/table")" ]
is "nothing hostile" "$(LC_ALL=C tr -d '\012\040-\176' <"$tmp/table" | wc -c | tr -d ' ')" 0
run "$filter" stats <"$tmp/log"
ok "from standard input, the same" cmp -s "$tmp/stdout" "$tmp/table"
run "$filter" stats "$tmp/none" "$tmp/log"
is "a file that is not there" "$status:$(grep -c none "$tmp/stderr")" 66:1
printf '2020-01-01T00:00:00Z mx spamcop-filter[1]: message-id=x verdict=listed ms=1\n' >>"$tmp/log"
run "$filter" stats --since 7d "$tmp/log"
ok "--since leaves older lines out" cmp -s "$tmp/stdout" "$tmp/table"
run "$filter" stats --since 7 "$tmp/log"
is "no time" "$status" 64

run "$filter" stats --json --since 7d "$tmp/log"
valid "stats" "$tmp/stdout" stats
if [ -n "$schemas" ]; then
	is "its counts" "$(jsq "$tmp/stdout" '"\(.messages) \(.verdicts.listed) \(.tempfails) \(.lists[0].list) \(.lists[0].alone)"')" "18 8 1 two 4"
fi
run "$filter" stats --prometheus --since 7d "$tmp/log"
cp "$tmp/stdout" "$tmp/metrics"
for line in 'messages_total{verdict="listed"} 8' 'list_hits_total{list="two"} 8' 'list_only_hits_total{list="two"} 4' \
	'list_failures_total{list="gone",cause="unreadable"} 16' 'tempfails_total 1' 'duration_seconds_count 18'; do
	ok "prometheus: $line" grep -qF "spamcop_filter_$line" "$tmp/metrics"
done
if have promtool; then
	run promtool check metrics <"$tmp/metrics"
	is "promtool finds nothing" "$status:$(stdout)$(stderr)" 0:
else
	skip 1 "promtool (prometheus) is not installed"
fi
run "$filter" stats --svg "$tmp/log"
like "a drawing" "$(stdout)" "<svg *</svg>"
ok "with columns" [ "$(grep -c '<rect' "$tmp/stdout")" -gt 4 ]
have xmllint && ok "well-formed" xmllint --noout "$tmp/stdout"
for form in --json --prometheus --svg ''; do
	# shellcheck disable=SC2086 # none or one
	run "$filter" stats $form </dev/null
	is "nothing at all $form" "$status" 0
done
done_testing
