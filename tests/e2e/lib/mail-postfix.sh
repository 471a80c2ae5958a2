# shellcheck shell=sh disable=SC2034,SC2154 # its variables are for others and from others
# mail-postfix.sh: a private Postfix. Source it after mail-lib.sh; only root can start one. The script calls postfix_stop when it ends, before tap_cleanup.
# Values: $smtp_port, $log; $postfix_in: a command that Postfix is started by.

MAIL_CONFIG=$tmp/postfix/etc
mkdir -p "$MAIL_CONFIG" && : >"$MAIL_CONFIG/main.cf" && : >"$MAIL_CONFIG/master.cf"
export MAIL_CONFIG
log=$tmp/postfix/log

# postfix_start MAIN MASTER: main.cf and master.cf are a private base and these two pieces.
postfix_start() {
	[ -z "${smtp_port:-}" ] || postfix_stop
	mkdir -p "$MAIL_CONFIG" "$tmp/postfix/queue" "$tmp/postfix/lib"
	chown postfix "$tmp/postfix/lib"
	smtp_port=$(free_port)
	: >>"$log"
	cat >"$MAIL_CONFIG/main.cf" <<-EOF
		compatibility_level = 3.6
		queue_directory = $tmp/postfix/queue
		data_directory = $tmp/postfix/lib
		command_directory = /usr/sbin
		daemon_directory = $(postconf -d -h daemon_directory)
		maillog_file = $log
		maillog_file_prefixes = $tmp
		myhostname = mail.example.org
		mydestination = localhost
		mynetworks = 127.0.0.0/8
		inet_interfaces = 127.0.0.1
		inet_protocols = ipv4
		alias_maps =
		alias_database =
		local_recipient_maps =
		smtpd_recipient_restrictions = permit_mynetworks, reject
		in_flow_delay = 0
		import_environment = MAIL_CONFIG
	EOF
	cat >"$MAIL_CONFIG/master.cf" <<-EOF
		127.0.0.1:$smtp_port inet n - n - - smtpd
		pickup unix n - n 60 1 pickup
		cleanup unix n - n - 0 cleanup
		qmgr unix n - n 300 1 qmgr
		rewrite unix - - n - - trivial-rewrite
		bounce unix - - n - 0 bounce
		defer unix - - n - 0 bounce
		trace unix - - n - 0 bounce
		proxymap unix - - n - - proxymap
		flush unix n - n 1000? 0 flush
		showq unix n - n - - showq
		error unix - - n - - error
		retry unix - - n - - error
		local unix - n n - - local
		virtual unix - n n - - virtual
		lmtp unix - - n - - lmtp
		anvil unix - - n - 1 anvil
		scache unix - - n - 1 scache
		postlog unix-dgram n - n - 1 postlogd
	EOF
	cat "$1" >>"$MAIL_CONFIG/main.cf"
	# Of a piece that changes the smtp service, that service takes the place of ours.
	grep -q '@PORT@' "$2" && sed -i "/smtpd\$/d" "$MAIL_CONFIG/master.cf"
	sed "s/@PORT@/$smtp_port/" "$2" >>"$MAIL_CONFIG/master.cf"
	start postfix $postfix_in postfix start-fg
	wait_for "Postfix" swaks --server "127.0.0.1:$smtp_port" --quit-after EHLO
}

postfix_stop() {
	kill "$(tr -d ' ' <"$tmp/postfix/queue/pid/master.pid")" 2>/dev/null || postfix stop >/dev/null 2>&1
	stop postfix
}

# A mail that came in by SMTP.
mail_send() {
	head -c -1 "$1" >"$1.data" # swaks ends the last line
	swaks --server "127.0.0.1:$smtp_port" --from "$mail_from" --to "$mail_to" --data "@$1.data" --helo mx.example.org >"$1.swaks" 2>&1 || return 75
}

# Stored, or some queue file of it was deferred or bounced.
mail_settled() {
	[ -z "$(mail_where "$1")" ] || return 0
	[ -z "$mail_waiting" ] || return 1
	for id in $(sed -n "s/.*cleanup\[[0-9]*\]: \([0-9A-Za-z]*\): message-id=<$1@example.net>.*/\1/p" "$log"); do
		grep -Eq " $id: .*status=(deferred|bounced|SOFTBOUNCE)" "$log" && return 0
	done
	return 1
}

mail_retry() {
	postqueue -f
}

mail_bounces() {
	grep -c 'status=bounced\|status=expired\|non-delivery' "$log"
}

# What is still in the queue.
queued() {
	postqueue -j | wc -l
}
