#!/bin/sh
# Senders with proof, as OpenDKIM behind Postfix writes it: its field stands on top, the sender's own below the line of the handoff.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
is_root || skip_all "Postfix starts only as root"
need postfix swaks opendkim openssl
mail_setup
postfix_in=
. "$top_srcdir/tests/e2e/lib/mail-postfix.sh"
trap 'mail_status=$?; postfix_stop; (exit $mail_status); tap_cleanup' EXIT

# A signer's key, which OpenDKIM reads from a file instead of DNS.
dkim=$tmp/dkim
dkim_port=$(free_port)
mkdir "$dkim"
openssl genrsa -out "$dkim/key" 2048 2>/dev/null
printf 'sel._domainkey.example.net v=DKIM1; k=rsa; p=%s\n' "$(openssl rsa -in "$dkim/key" -pubout 2>/dev/null | grep -v '^-' | tr -d '\n')" >"$dkim/keys"
cat >"$dkim/conf" <<-CONF
	Mode sv
	Domain example.net
	Selector sel
	KeyFile $dkim/key
	TestPublicKeys $dkim/keys
	AuthservID mx.home.example
	AlwaysAddARHeader yes
	RequireSafeKeys no
	Socket inet:$dkim_port@127.0.0.1
	UserID root
	Syslog no
CONF
start opendkim opendkim -f -x "$dkim/conf"
wait_for "OpenDKIM" bash -c "</dev/tcp/127.0.0.1/$dkim_port"

mkdir -p "$tmp/vmail" && chown nobody "$tmp/vmail"
cat >"$tmp/etc/main" <<-MAIN
	smtpd_milters = inet:127.0.0.1:$dkim_port
	milter_default_action = tempfail
	smtpd_authorized_xclient_hosts = 127.0.0.0/8
	smtpd_recipient_restrictions =
	smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
	virtual_mailbox_domains = home.example
	virtual_mailbox_base = $tmp/vmail
	virtual_mailbox_maps = static:box/
	virtual_uid_maps = static:$(id -u nobody)
	virtual_gid_maps = static:$(id -g nobody)
MAIN
: >"$tmp/etc/master"
postfix_start "$tmp/etc/main" "$tmp/etc/master"

# came_in FILE OPTION...: the message as it was delivered, in $tmp/got.
came_in() {
	came_file=$1
	shift
	rm -rf "$tmp/vmail/box"
	swaks --server "127.0.0.1:$smtp_port" --to me@home.example --data "@$came_file" --helo mail.example.net "$@" >"$tmp/swaks" 2>&1 || diag "$(tail -n 3 "$tmp/swaks")"
	wait_for "the message" sh -c "ls '$tmp'/vmail/box/new/* >/dev/null 2>&1"
	cat "$tmp"/vmail/box/new/* >"$tmp/got"
}
outside() {
	came_in "$1" --xclient-addr 11.22.33.44 --xclient-name mail.example.net --from a@example.net
}

# The verdict on it, where the sender's address is let in with proof.
printf '11.22.33.44\n' >"$tmp/list"
cat >"$tmp/conf" <<-CONF
	lists = ( { name = "office"; file = "$tmp/list"; } );
	trusted_networks = [ "127.0.0.0/8" ];
	allow: { senders = [ "@example.net" ]; authenticated = true; authserv_id = "mx.home.example"; };
CONF
says() {
	run "$filter" -c "$tmp/conf" tag -f a@example.net -a me@home.example <"$tmp/got"
	like "$1" "$status $(sed -n 's/^X-SpamCop-Status: //p' "$tmp/stdout")" "0 $2"
}

printf 'From: Ann <ann@example.net>\nTo: me@home.example\nSubject: hello\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <1@example.net>\n\nhello\n' >"$tmp/plain"
came_in "$tmp/plain" --from a@example.net
sed '/^DKIM-Signature:/,$!d; /^Received:/,/^[^ 	]/{/^Received:/d;/^[ 	]/d}' "$tmp/got" >"$tmp/signed"
ok "a message that its sender signed" grep -q '^DKIM-Signature: .*d=example.net' "$tmp/signed"

outside "$tmp/signed"
is "the field stands on top" "$(grep -o '^Received: \|^Authentication-Results: mx.home.example' "$tmp/got" | head -n 1)" "Authentication-Results: mx.home.example"
diag "$(sed -n '/^Authentication-Results:/,/^[^ 	]/p' "$tmp/got" | head -n 4)"
says "signed" "allowed; *; allowed=@example.net"

sed 's/^hello$/changed/' "$tmp/signed" >"$tmp/broken"
outside "$tmp/broken"
says "a signature that does not fit" "listed; *"

outside "$tmp/plain"
says "not signed" "listed; *"

# The sender's own word for it, on top of what he sends.
printf 'Authentication-Results: mx.home.example; dkim=pass header.d=example.net\n' | cat - "$tmp/plain" >"$tmp/forged"
outside "$tmp/forged"
says "a forged field" "listed; *"
printf 'Authentication-Results: mx.home.example; spf=pass smtp.mailfrom=example.net; dmarc=pass header.from=example.net\n' | cat - "$tmp/plain" >"$tmp/forged"
outside "$tmp/forged"
says "a forged field that OpenDKIM leaves where it is" "listed; *"
is "it is still there" "$(grep -c '^Authentication-Results: mx.home.example' "$tmp/got")" 2
done_testing
