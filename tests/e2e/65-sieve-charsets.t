#!/bin/sh
# Encoded words and bodies in nine character sets, compared inside the sealed child: by `run`, by `plan` as the filter starts it, and by a delivery.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

[ -x "$sieve" ] || skip_all "spamcop-sieve is not built"
# A busy machine, or a sanitizer, may need longer than the two seconds that rules have.
echo 'sieve: { time_limit = 30.0; };' >>"$tmp/conf"

# write_sample CHARSET TEXT QUOTED BASE64 OCTAL: a message that says TEXT in its Subject in both kinds of encoded words, and in three bodies; the rules for it, and their plan.
write_sample() {
	charset=$1
	text=$2
	{
		printf 'From: sender@example.net\nTo: joe@example.org\nSubject: =?%s?Q?Q_%s?=\n =?%s?b?%s?=\n' "$charset" "$3" "$charset" "$4"
		printf 'X-Words: B =?%s?B?%s?= and Q =?%s*xx?q?%s?=\n' "$charset" "$4" "$charset" "$3"
		printf 'Content-Type: multipart/mixed; boundary=b\n\n'
		printf -- '--b\nContent-Type: text/plain; charset="%s"\nContent-Transfer-Encoding: quoted-printable\n\nquoted %s.\n' "$charset" "$3"
		printf -- '--b\nContent-Type: text/plain;\n charset=%s\nContent-Transfer-Encoding: base64\n\n%s\n' "$charset" "$4"
		printf -- '--b\nContent-Type: text/html; charset=%s\nContent-Transfer-Encoding: 8bit\n\n<b>raw</b> ' "$charset"
		# shellcheck disable=SC2059 # octal escapes
		printf "$5"
		printf '\n--b--\n'
	} >"$tmp/mail"
	cat >"$tmp/rules" <<SIEVE
require ["fileinto", "body", "copy", "variables"];
if header :is "Subject" "Q $text$text" { fileinto :copy "subject"; }
if header :matches "X-Words" "B * and Q *" {
	if allof (string :is "\${1}" "$text", string :is "\${2}" "$text") { fileinto :copy "words"; }
}
if body :text :contains "quoted $text." { fileinto :copy "quoted"; }
if body :content "text/plain" :is "$text" { fileinto :copy "base64"; }
if body :text :matches "raw $text*" { fileinto :copy "raw"; }
if body :raw :contains "$4" { fileinto :copy "undecoded"; }
SIEVE
	want="fileinto	subject
fileinto	words
fileinto	quoted
fileinto	base64
fileinto	raw
fileinto	undecoded
implicit
end"
}

sample() {
	write_sample "$@"
	run "$sieve" run "$tmp/rules" <"$tmp/mail"
	is "$charset: run" "$status:$(cat "$tmp/stdout")" "0:$want"
	"$sieve" plan --charsets "$charset" -- rules <"$tmp/mail" 3</dev/null 4<"$tmp/rules" 2>"$tmp/stderr" | cat >"$tmp/plan"
	is "$charset: sealed" "$(cat "$tmp/plan")" "$want"
	in_mailbox
}

# in_mailbox: the same by the filter, which has to find the character set's name in the message by itself.
in_mailbox() {
	cp "$tmp/rules" "$box/.spamcop.sieve"
	is_root && chown nobody "$box/.spamcop.sieve"
	chmod 600 "$box/.spamcop.sieve"
	rm -rf "$maildir"
	deliver <"$tmp/mail"
	is "$charset: delivered" "$status:$(for tap_folder in '' .subject .words .quoted .base64 .raw .undecoded; do messages "$tap_folder"; done | tr '\n' ' ')" "0:1 1 1 1 1 1 1 "
}

HOME=$box
export HOME
sample iso-8859-1 'Grüße señor' \
	'=47=72=FC=DF=65=20=73=65=F1=6F=72' \
	'R3L832Ugc2Xxb3I=' \
	'\107\162\374\337\145\040\163\145\361\157\162'
sample iso-8859-2 'zażółć gęślą' \
	'=7A=61=BF=F3=B3=E6=20=67=EA=B6=6C=B1' \
	'emG/87PmIGfqtmyx' \
	'\172\141\277\363\263\346\040\147\352\266\154\261'
sample iso-8859-15 '10 € œuvre' \
	'=31=30=20=A4=20=BD=75=76=72=65' \
	'MTAgpCC9dXZyZQ==' \
	'\061\060\040\244\040\275\165\166\162\145'
sample windows-1252 '“smart” – €' \
	'=93=73=6D=61=72=74=94=20=96=20=80' \
	'k3NtYXJ0lCCWIIA=' \
	'\223\163\155\141\162\164\224\040\226\040\200'
sample utf-8 'Grüße 日本' \
	'=47=72=C3=BC=C3=9F=65=20=E6=97=A5=E6=9C=AC' \
	'R3LDvMOfZSDml6XmnKw=' \
	'\107\162\303\274\303\237\145\040\346\227\245\346\234\254'
sample koi8-r 'Привет мир' \
	'=F0=D2=C9=D7=C5=D4=20=CD=C9=D2' \
	'8NLJ18XUIM3J0g==' \
	'\360\322\311\327\305\324\040\315\311\322'
sample gb18030 '中文测试€' \
	'=D6=D0=CE=C4=B2=E2=CA=D4=A2=E3' \
	'1tDOxLLiytSi4w==' \
	'\326\320\316\304\262\342\312\324\242\343'
sample iso-2022-jp '日本語テスト' \
	'=1B=24=42=46=7C=4B=5C=38=6C=25=46=25=39=25=48=1B=28=42' \
	'GyRCRnxLXDhsJUYlOSVIGyhC' \
	'\033\044\102\106\174\113\134\070\154\045\106\045\071\045\110\033\050\102'
sample shift_jis '日本語ソフト表' \
	'=93=FA=96=7B=8C=EA=83=5C=83=74=83=67=95=5C' \
	'k/qWe4zqg1yDdINnlVw=' \
	'\223\372\226\173\214\352\203\134\203\164\203\147\225\134'

# A set that nobody named before the seal cannot be read behind it: its text stays unknown, and nothing else is lost.
write_sample koi8-r 'Привет мир' '=F0=D2=C9=D7=C5=D4=20=CD=C9=D2' '8NLJ18XUIM3J0g==' '\360\322\311\327\305\324\040\315\311\322'
"$sieve" plan --charsets '' -- rules <"$tmp/mail" 3</dev/null 4<"$tmp/rules" 2>"$tmp/stderr" | cat >"$tmp/plan"
is "a character set that is not open is not guessed" "$(cat "$tmp/plan")" "fileinto	undecoded
implicit
end"
done_testing
