#!/bin/sh
# How mail systems start a filter: without PATH or HOME, with signals ignored, little memory, CRLF line ends, a From_ line, a big message; and
# where each of them says who the mail is from.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
mail_setup

# tag is run as everybody, deliver as somebody who is not root.
as_user() {
	(cd / && exec $mail_as "$@")
}
fields() {
	sed -n '/^X-SpamCop-/p;/^\r*$/q' "$1"
}
mail_message small $mail_bad
msg=$tmp/msg/small
cp "$msg" "$tmp/msg/sent"

# tag, under what callers do to it.
run env -i "$mail_real" -c "$mail_conf" <"$msg"
is "tag with an empty environment: status" "$status" 0
like "tag with an empty environment: listed" "$(fields "$tmp/stdout")" "X-SpamCop-Status: listed;*"
sed '/^X-SpamCop-/d;/^	reason=/d' "$tmp/stdout" >"$tmp/rest"
same "tag with an empty environment: the rest is as it was" "$tmp/rest" "$msg"

run sh -c "ulimit -v 262144 && exec $mail_real -c $mail_conf" <"$msg"
if [ "$status" != 0 ] && nm "$mail_real" 2>/dev/null | grep -q __asan; then
	skip 1 "AddressSanitizer needs more than 256 MB of address space"
else
	is "tag in 256 MB of address space" "$status" 0
fi

sed 's/$/\r/' "$msg" >"$tmp/crlf"
run "$mail_real" -c "$mail_conf" <"$tmp/crlf"
is "tag of CRLF lines: every line still ends so" "$(grep -vc "$(printf '\r')\$" "$tmp/stdout")" 0
like "tag of CRLF lines: listed" "$(fields "$tmp/stdout")" "X-SpamCop-Status: listed;*"
sed '/^X-SpamCop-/d;/^	reason=/d' "$tmp/stdout" >"$tmp/rest"
same "tag of CRLF lines: the rest is as it was" "$tmp/rest" "$tmp/crlf"

{ echo "From friend@example.net Mon Nov 23 10:00:00 2026" && cat "$msg"; } >"$tmp/from"
run "$mail_real" -c "$mail_conf" <"$tmp/from"
is "tag leaves a From_ line first" "$(head -n 1 "$tmp/stdout")" "$(head -n 1 "$tmp/from")"
is "tag puts its fields behind it" "$(sed -n 2p "$tmp/stdout" | cut -d: -f1)" X-SpamCop-Status

# Big: 20 MB of body, and a reader that goes away.
{ cat "$msg" && head -c 20000000 /dev/zero | tr '\0' 'x' | fold -w 76; } >"$tmp/big"
run sh -c "ulimit -v 262144; exec $mail_real -c $mail_conf" <"$tmp/big"
sed '/^X-SpamCop-/d;/^	reason=/d' "$tmp/stdout" >"$tmp/rest"
same "tag of 20 MB in little memory" "$tmp/rest" "$tmp/big"
for how in "-" "''"; do
	sh -c "trap $how PIPE; $mail_real -c $mail_conf <$tmp/big 2>$tmp/stderr; echo \$? >$tmp/status" | head -c 10 >/dev/null
	wait_for "the filter's end" test -s "$tmp/status"
	is "the reader goes away, trap $how PIPE: try again" "$(cat "$tmp/status")" 75
	like "... and no line that a mail system takes for a verdict" "$(head -c 1 "$tmp/stderr")" "[!0-9]"
	rm -f "$tmp/status"
done

# deliver: the same, into a Maildir.
stored() {
	mail_name="deliver, $1"
	ok "$mail_name: stored once, whole" [ "$(mail_where "$2")" = "$3" ]
}
deliver() {
	as_user "$@" "$mail_real" -c "$mail_conf" deliver --mailbox "maildir:$mail_home/Maildir"
}
mail_message plain $mail_bad
run deliver env -i <"$tmp/msg/plain"
is "deliver with an empty environment: status" "$status" 0
stored "empty environment" plain Junk

mail_message crlf $mail_bad
sed 's/$/\r/' "$tmp/msg/crlf" >"$tmp/crlf"
run deliver env -i <"$tmp/crlf"
stored "CRLF lines" crlf Junk

mail_message from $mail_bad
{ echo "From friend@example.net Mon Nov 23 10:00:00 2026" && cat "$tmp/msg/from"; } >"$tmp/from"
run deliver env -i <"$tmp/from"
stored "From_ line" from Junk
ok "deliver turns the From_ line into the sender" grep -q '^Return-Path: <friend@example.net>' "$(mail_file from)"
is "deliver leaves no From_ line" "$(grep -c '^From friend@example.net' "$(mail_file from)")" 0

mail_message big $mail_bad
head -c 20000000 /dev/zero | tr '\0' 'x' | fold -w 76 >>"$tmp/msg/big"
run deliver sh -c 'ulimit -v 262144; trap "" PIPE XFSZ TERM HUP INT; exec "$@"' sh <"$tmp/msg/big"
stored "20 MB in little memory, signals ignored" big Junk

# Who it is from, by the name that each caller gives it.
for caller in "SENDER=friend@example.net RECIPIENT=user@example.org" "SENDER=<friend@example.net> LOCAL_PART=user" "FROM=friend@example.net LOGNAME=user HOME=$mail_home" \
	"SENDER=friend@example.net RECIPIENT=user@example.org EXTENSION=x USER=user HOME=/nonexistent"; do
	mail_n=$((mail_n + 1))
	mail_message "who.$mail_n" $mail_bad
	# shellcheck disable=SC2086 # several settings
	run deliver env -i $caller <"$tmp/msg/who.$mail_n"
	is "$caller: taken" "$status" 0
	ok "$caller: the sender is known" grep -q '^Return-Path: <friend@example.net>' "$(mail_file "who.$mail_n")"
	case $caller in
	*RECIPIENT*) ok "$caller: and the recipient" grep -q '^Delivered-To: user@example.org' "$(mail_file "who.$mail_n")" ;;
	esac
done
for null in "SENDER=" "SENDER=<>" "SENDER=MAILER-DAEMON"; do
	mail_n=$((mail_n + 1))
	mail_message "null.$mail_n" $mail_bad
	run deliver env -i "$null" <"$tmp/msg/null.$mail_n"
	ok "$null: the null sender" grep -q '^Return-Path: <>' "$(mail_file "null.$mail_n")"
done

# The sample messages, as the guide says.
sed "s,/usr/share/doc/spamcop-filter/examples/,$top_srcdir/conf/," "$top_srcdir/conf/sample/sample.conf" >"$tmp/sample.conf"
run "$mail_real" -c "$tmp/sample.conf" <"$top_srcdir/conf/sample/listed.eml"
like "the listed sample" "$(stdout)" "X-SpamCop-Status: listed;*this is the sample list, and 11.22.33.44 is on it*"
run "$mail_real" -c "$tmp/sample.conf" <"$top_srcdir/conf/sample/clean.eml"
like "the clean sample" "$(stdout)" "X-SpamCop-Status: clean;*"
run "$mail_real" -c "$tmp/sample.conf" explain "$top_srcdir/conf/sample/listed.eml"
like "explain, of the listed sample" "$(stdout)" "*11.22.33.44*sample*"
run "$mail_real" -c "$tmp/sample.conf" doctor
like "doctor looks at the list" "$(stdout)" "*sample*"
done_testing
