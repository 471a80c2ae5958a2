#!/bin/sh
# ./bootstrap demo, after the build: one message in the inbox, one in Junk, with their tags; nothing is left behind.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

mkdir "$tmp/tmp"
chmod 711 "$tmp/tmp"
cd "$top_builddir" || bail "no $top_builddir"
run env TMPDIR="$tmp/tmp" sh "$top_srcdir/tests/demo.sh" </dev/null
is "it ends with 0" "$status" 0
is "nothing on stderr" "$(stderr)" ""
like "the spam is tagged" "$(stdout)" "*X-SpamCop-Status: listed;*X-SpamCop-Listed: 207.217.120.82; list=demo-list; answer=127.0.0.2;*reason=*"
like "the other is clean" "$(stdout)" "*X-SpamCop-Status: clean;*"
like "one message in the inbox" "$(stdout)" "*Maildir/new/ *Tulip bulbs*"
like "one in Junk" "$(stdout)" "*Maildir/.Junk/new/ *You have been selected*"
like "it says what next" "$(stdout)" "*What next*"
is "nothing is left" "$(ls "$tmp/tmp")" ""
is "no line is wider than 120 columns" "$(awk 'length > 120' "$tmp/stdout")" ""
done_testing
