#!/bin/sh
# A sender's own X-SpamCop-* fields, behind whatever some reader takes for the end of a line: Python's, Perl's, mutt's and Dovecot's parsers find none.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
need dovecot doveadm bash
mail_setup
. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"

box=$mail_home/Maildir
cat >"$tmp/forged.conf" <<CONF
lists = ( { name = "none"; file = "$tmp/none"; } );
deliver: { mailbox = "maildir:$box"; };
CONF
: >"$tmp/none"
names='Status Listed Checked Score Disposition'

# pieces: of a header, as printf(1) takes them, with %s for one of our names.
cat >"$tmp/pieces" <<'PIECES'
%s: forged\n
Subject: x\r%s: forged\n
Subject: x\r\r%s: forged\n
Subject: x\r\r\n%s: forged\r\n
Subject: x\n\r%s: forged\n
Subject: x\r%s: forged\rA: b\n
Subject: x\r%s: forged\r folded\n
Subject: x\n a\r%s: forged\n
Subject: x\r\n a\r%s: forged\r\n
\r%s: forged\n
Subject: x\r%s : forged\n
Subject: x\r%s\t: forged\n
Subject: x\r%s:forged\n
Subject: x\r%s:\rforged\n
Subject: x\r%s:\n forged\n
Subject: x\r%s:\r\n\tforged\n
Subject: x\r%s\r : forged\n
Subject: x\rA: b\r%s: forged\n
From a@b Mon Nov 24 10:00:00 2025\r%s: forged\n
PIECES

# message NAME PIECE: all of a header, the piece in the middle of it.
message() {
	printf 'From: a@example.net\nMessage-ID: <%s@x>\n' "$(printf '%s' "$1$2" | cksum | tr ' ' .)"
	# shellcheck disable=SC2059 # the piece is a format
	printf "$2" "$1"
	printf 'To: b@example.org\n\nbody\n'
}

forged=0
while IFS= read -r piece; do
	for name in $names; do
		forged=$((forged + 1))
		message "X-SpamCop-$name" "$piece" >"$tmp/m"
		# shellcheck disable=SC2086 # words
		HOME=$mail_home $mail_as "$mail_real" -c "$tmp/forged.conf" deliver <"$tmp/m" || fail "not delivered: $piece"
	done
done <"$tmp/pieces"
is "all are delivered ($forged)" "$(find "$box/new" -type f | wc -l)" "$forged"
# Two that did not come through the filter, so that a parser that sees nothing is seen.
mkdir -p "$tmp/control"
message X-SpamCop-Listed '%s: forged\n' >"$tmp/control/1"
message X-SpamCop-Score '%s: forged\n' >"$tmp/control/2"

# finds NAME COMMAND...: how many forged fields that parser finds in files, of ours and of the control.
finds() {
	parser=$1
	shift
	is "$parser finds the two of the control" "$("$@" "$tmp"/control/* | sort -u | wc -l | tr -d ' ')" 2
	is "$parser finds none in what was delivered" "$("$@" "$box"/new/* | sort -u | head -n 5)" ""
}

cat >"$tmp/parse.py" <<'PYTHON'
import email, email.policy, sys
for path in sys.argv[1:]:
    for policy in (email.policy.compat32, email.policy.default):
        with open(path, "rb") as file:
            message = email.message_from_binary_file(file, policy=policy)
        for name, value in message.items():
            if name.strip().lower().startswith("x-spamcop-") and "forged" in str(value):
                print(path, name.strip())
PYTHON
if have python3; then
	finds Python python3 "$tmp/parse.py"
else
	skip 2 "Python is not installed"
fi
cat >"$tmp/parse.pl" <<'PERL'
use Email::Simple;
use Mail::Header;
for my $path (@ARGV) {
	open(my $file, '<:raw', $path) or die;
	my $text = do { local $/; <$file> };
	my $simple = Email::Simple->new($text);
	for my $name ($simple->header_names) {
		print "$path \L$name\n" if $name =~ /^\s*x-spamcop-/i && grep { /forged/ } $simple->header($name);
	}
	my $header = Mail::Header->new([map { "$_\n" } split(/\r\n|\n|\r/, $text)], Modify => 0);
	for my $name ($header->tags) {
		print "$path \L$name\n" if $name =~ /^\s*x-spamcop-/i && grep { /forged/ } $header->get($name);
	}
}
PERL
if perl -MEmail::Simple -MMail::Header -e 1 2>/dev/null; then
	finds Perl perl "$tmp/parse.pl"
else
	skip 2 "Perl's Email::Simple or Mail::Header is not installed"
fi

# mutt flags what it finds. (A caret is the control key where keys are pushed.)
mutt_finds() {
	rm -rf "$tmp/mutt"
	mkdir -p "$tmp/mutt/new" "$tmp/mutt/cur" "$tmp/mutt/tmp"
	for file; do
		cp "$file" "$tmp/mutt/new/${file##*/}.x"
	done
	printf 'set folder=%s\nset quit=yes\nset sleep_time=0\nset mark_old=no\nset move=no\npush "T~h X-SpamCop-.*forged<enter><tag-prefix-cond>w!<end-cond><sync-mailbox><quit>"\n' "$tmp/mutt" >"$tmp/muttrc"
	HOME=$tmp TERM=xterm-256color script -qec "stty rows 24 cols 80; timeout --foreground -k 3 60 mutt -n -F $tmp/muttrc -f $tmp/mutt" /dev/null </dev/null >/dev/null 2>&1
	find "$tmp/mutt" -type f -name '*:2,*F*'
}
if have mutt && have script; then
	finds mutt mutt_finds
else
	skip 2 "mutt or script is not installed"
fi

# Dovecot by IMAP, in a mailbox of its own that is as new as its files.
# shellcheck disable=SC2119 # none of ours
dovecot_start
dovecot_finds() {
	rm -rf "$box/.Look"
	mkdir -p "$box/.Look/new" "$box/.Look/cur" "$box/.Look/tmp"
	cp "$@" "$box/.Look/new"
	is_root && chown -R "$mail_uid:$mail_gid" "$box/.Look"
	"$top_srcdir/tests/e2e/lib/imap" "$imap_port" user secret 'SELECT Look' \
		'FETCH 1:* BODY.PEEK[HEADER.FIELDS (X-SpamCop-Status X-SpamCop-Listed X-SpamCop-Checked X-SpamCop-Score X-SpamCop-Disposition)]' >"$tmp/look"
	grep -q 'OK Fetch' "$tmp/look" || echo "no answer"
	grep forged "$tmp/look"
}
finds Dovecot dovecot_finds
done_testing
