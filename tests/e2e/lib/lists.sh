# shellcheck shell=sh disable=SC2034,SC2154 # its variables are for others and from others
# lists.sh: messages, configurations and a hostile DNS server for the tests of lists. Source it behind lib.sh.

hostile=$top_builddir/tests/e2e/tools/hostile_dns
slack=30000    # ms that a very busy machine may add to anything
deadline=20000 # ms, the one limit for what is answered: nothing here takes a tenth of it
timeout=1.0    # s, for an answer; again twice as long
servers=      # of the configuration, "HOST:PORT HOST:PORT"
extra=        # more of the configuration
relay=11.22.33.44 # a public address; nothing is ever sent to it

# hostile_start [NAME [OPTION...]]: a hostile server (hostile_dns.c); $dns is its address and $servers, too. What it was asked: asked NAME.
hostile_start() {
	hostile_name=${1:-hostile}
	[ $# -eq 0 ] || shift
	: >"$tmp/$hostile_name.log"
	# Its standard input stays open as long as the script lives.
	[ -p "$tmp/open" ] || mkfifo "$tmp/open"
	start "$hostile_name" sh -c 'exec "$@" 3<>"$0" <&3' "$tmp/open" "$hostile" "$@"
	wait_for "the hostile server" grep -q '^port ' "$tmp/$hostile_name.log"
	hostile_address=127.0.0.1
	case " $* " in *" -6 "*) hostile_address='[::1]' ;; esac
	dns=$hostile_address:$(sed -n 's/^port //p' "$tmp/$hostile_name.log")
	servers=$dns
}

# asked NAME PATTERN: how many queries match (grep -E).
asked() {
	grep -cE "$2" "$tmp/$1.log"
}

# words WORD...: as strings of a libconfig list.
words() {
	words_glue=
	for words_word; do
		printf '%s"%s"' "$words_glue" "$words_word"
		words_glue=', '
	done
}

# conf ZONE|GROUP...: a configuration in $tmp/conf with these lists; a word that begins with "{" is taken as it is.
conf() {
	{
		printf 'lists = ('
		conf_glue=
		for conf_list; do
			case $conf_list in
			"{"*) printf '%s\n  %s' "$conf_glue" "$conf_list" ;;
			*) printf '%s\n  { zone = "%s"; relays = "all"; ipv6 = true; }' "$conf_glue" "$conf_list" ;;
			esac
			conf_glue=,
		done
		printf '\n);\n'
		# shellcheck disable=SC2086 # several words
		printf 'dns: { servers = [ %s ]; timeout = %s; tries = 2; deadline = %s; };\n' "$(words $servers)" "$timeout" "$((deadline / 1000)).$(printf '%03d' $((deadline % 1000)))"
		printf '%s\n' "$extra"
	} >"$tmp/conf"
}

# message RELAY...: a message in $tmp/message that came through these relays, the newest first.
message() {
	{
		for message_relay; do
			case $message_relay in *:*) message_relay=IPv6:$message_relay ;; esac
			printf 'Received: from mail.example (mail.example [%s])\n\tby mx.example with ESMTP id 1A2B3C;\n\tMon, 23 Nov 2026 10:00:00 +0000\n' "$message_relay"
		done
		printf 'From: Somebody <somebody@example.com>\nTo: me@home.example\nSubject: test\nMessage-ID: <1@example.com>\n\nBody.\n'
	} >"$tmp/message"
}

# between LOW NUMBER HIGH: LOW <= NUMBER < HIGH.
between() {
	[ "$1" -le "$2" ] && [ "$2" -lt "$3" ]
}

now_ms() {
	date +%s%3N
}

# tag [OPTION...]: runs the filter over $tmp/message; $status, $ms, $tmp/stdout, $tmp/rest (without our fields).
tag() {
	tag_began=$(now_ms)
	run "$filter" -c "$tmp/conf" "$@" <"$tmp/message"
	ms=$(($(now_ms) - tag_began))
	awk '/^X-SpamCop-/ { ours = 1; next } ours && /^[ \t]/ { next } { ours = 0; print }' "$tmp/stdout" >"$tmp/rest"
}

# spend COMMAND...: $cpu is the milliseconds of processor time that it takes, which hardly depend on what else the machine does.
spend() {
	# "times" ends with what the children of this shell used, in minutes and seconds; in a pipe it would be another shell's.
	("$@" && times >"$tmp/times")
	cpu=$(tail -n 1 "$tmp/times" | awk -F '[ms ]+' '{ printf "%d", ($1 * 60 + $2 + $3 * 60 + $4) * 1000 }')
}

# field NAME: its value, unfolded; one line for each such field.
field() {
	awk -v name="X-SpamCop-$1:" 'inside && /^[ \t]/ { sub(/^[ \t]+/, " "); printf "%s", $0; next } inside { print ""; inside = 0 }
		$0 == "" { exit } index($0, name) == 1 { printf "%s", substr($0, length(name) + 2); inside = 1 } END { if (inside) print "" }' "$tmp/stdout"
}

status_field() {
	field Status
}

message $relay
