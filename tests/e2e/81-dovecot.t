#!/bin/sh
# Dovecot with the files of conf/dovecot: Pigeonhole runs the filter, read back by IMAP; spamtest over our score; moving a mail out of Junk.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib.sh"
. "$top_srcdir/tests/e2e/mail-lib.sh"
need dovecot doveadm sievec bash
mail_setup
. "$top_srcdir/tests/e2e/mail-dovecot.sh"

lda=/usr/lib/dovecot/dovecot-lda
[ -x "$lda" ] || skip_all "dovecot-lda is not installed"

# (a) Pigeonhole's filter from sieve_before, by dovecot-lda and by LMTP.

before=$(dovecot_piece 90-spamcop-filter.conf)
mail_piece dovecot/spamcop-filter "s/timeout 20/timeout $mail_limit/" >"$tmp/etc/dovecot/sieve-filters/spamcop-filter"
chmod 755 "$tmp/etc/dovecot/sieve-filters/spamcop-filter"
mail_piece dovecot/spamcop-before.sieve >"$tmp/etc/dovecot/sieve-before/spamcop-before.sieve"
dovecot_start "$before"
ok "spamcop-before.sieve compiles" sievec -c "$dovecot_conf" "$tmp/etc/dovecot/sieve-before/spamcop-before.sieve"
chmod -R a+rX "$tmp/etc"

mail_send() {
	(cd / && exec env HOME="$mail_home" USER=user $mail_as "$lda" -c "$dovecot_conf" -e -f "$mail_from" -a user@example.org <"$1")
}
mail_chain "Dovecot 90-spamcop-filter.conf, dovecot-lda"
imap_reads "the listed mail" "$mail_first_listed" Junk
imap_reads "the clean mail" "$mail_first_clean" INBOX

# swaks says how the server took the message: 0, or the answer's class.
mail_send() {
	head -c -1 "$1" >"$1.data" # swaks ends the last line
	swaks --protocol LMTP --socket "$lmtp_socket" --from "$mail_from" --to user@example.org --data "@$1.data" --timeout 60 \
		--helo mx.example.org >"$1.swaks" 2>&1
	tap_code=$(sed -n 's/^<[*~] *\* *\([245]\)[0-9][0-9].*/\1/p;s/^<[-*~ ]* \([245]\)[0-9][0-9].*/\1/p' "$1.swaks" | tail -n 2 | head -n 1)
	case $tap_code in
	2) return 0 ;;
	5) return 1 ;;
	*) return 75 ;;
	esac
}
if have swaks; then
	mail_chain "Dovecot 90-spamcop-filter.conf, LMTP"
	imap_reads "the listed mail" "$mail_first_listed" Junk
	imap_reads "the clean mail" "$mail_first_clean" INBOX
else
	skip 1 "swaks is not installed"
fi

done_testing
