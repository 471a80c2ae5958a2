# shellcheck shell=sh disable=SC2034 # its variables are for others
# lib.sh: TAP for end-to-end tests, in POSIX sh. Source it first:
#
#	#!/bin/sh
#	. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
#	need rbldnsd                            # or the whole script is skipped
#	rbldnsd_start bl.test <<-'LIST'         # a real server; $dns is its 127.0.0.1:PORT
#		:127.0.0.2:Blocked - see $
#		192.0.2.1
#	LIST
#	run "$filter" -c "$tmp/conf" < "$tmp/message"
#	is "tag ends with 0" "$status" 0
#	same "nothing else changed" "$tmp/stdout" "$tmp/want"
#	done_testing
#
# The script works in a private folder, $tmp, which is removed at exit with everything that was started, however the script ends.
# Values: $top_srcdir, $top_builddir, $filter, $sieve (the programs), $helper (helper.c), $tmp, after run(): $status, $tmp/stdout, $tmp/stderr.

set -u
LC_ALL=C
export LC_ALL
umask 022
CDPATH=
top_srcdir=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd) || exit 99
if [ -z "${top_builddir:-}" ]; then
	top_builddir=$top_srcdir
	[ -x ./spamcop-filter ] && top_builddir=$(pwd)
fi
top_builddir=$(cd "$top_builddir" && pwd) || exit 99
filter=${FILTER:-$top_builddir/spamcop-filter} # FILTER: tests/e2e/17-static-tag.t has some scripts run with spamcop-tag
sieve=$top_builddir/spamcop-sieve
helper=$top_builddir/tests/e2e/tools/helper
# $sanitized: 1 in a build with sanitizers, which need more memory, catch signals themselves and do not go with tracing or preloading.
sanitized=
grep -q '^#define WITH_SANITIZERS 1' "$top_builddir/config.h" && sanitized=1
# $covered: 1 in a build with --enable-coverage, which runs more instructions.
covered=
grep -q '^#define WITH_COVERAGE 1' "$top_builddir/config.h" && covered=1
tap_n=0
tap_failed=0
tap_pids=
tmp=

tap_cleanup() {
	tap_status=$?
	trap '' HUP INT TERM
	for tap_pid in $tap_pids; do
		kill "$tap_pid" 2>/dev/null
	done
	for tap_pid in $tap_pids; do
		wait "$tap_pid" 2>/dev/null
	done
	cd / && [ -n "$tmp" ] && chmod -R u+rwX "$tmp" 2>/dev/null && rm -rf "$tmp"
	exit "$tap_status"
}

diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# Ends the script: something that every test needs does not work. The harness counts an error.
bail() {
	printf 'Bail out! %s\n' "$*"
	exit 99
}

# Ends the script before its first test: the whole of it is counted as skipped.
skip_all() {
	printf '1..0 # SKIP %s\n' "$*"
	exit 0
}

# need PROGRAM...: skip the whole script where one is missing.
need() {
	for tap_program; do
		have "$tap_program" || skip_all "$tap_program is not installed"
	done
}

# have PROGRAM: is it installed (also where only root's PATH looks)?
have() {
	command -v "$1" >/dev/null 2>&1
}

is_root() {
	[ "$(id -u)" = 0 ]
}

# plan N: optional, at the start; otherwise done_testing at the end prints it.
plan() {
	printf '1..%d\n' "$1"
}

done_testing() {
	printf '1..%d\n' "$tap_n"
	exit $((tap_failed > 0))
}

pass() {
	tap_n=$((tap_n + 1))
	printf 'ok %d - %s\n' "$tap_n" "$1"
}

fail() {
	tap_n=$((tap_n + 1))
	tap_failed=$((tap_failed + 1))
	printf 'not ok %d - %s\n' "$tap_n" "$1"
}

# skip N WHY: N tests that cannot run here.
skip() {
	tap_i=0
	while [ "$tap_i" -lt "$1" ]; do
		tap_i=$((tap_i + 1))
		tap_n=$((tap_n + 1))
		printf 'ok %d # SKIP %s\n' "$tap_n" "$2"
	done
}

# ok WHAT COMMAND...: the command succeeds (ok "no such file" [ ! -e x ]).
ok() {
	tap_what=$1
	shift
	if "$@"; then
		pass "$tap_what"
	else
		fail "$tap_what"
		diag "failed: $*"
	fi
}

# is WHAT GOT WANT: equal strings.
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1"
		diag "got:  $2"
		diag "want: $3"
	fi
}

# like WHAT GOT PATTERN: a pattern of the shell ("*word*").
like() {
	# shellcheck disable=SC2254 # it is meant as a pattern
	case $2 in
	$3)
		pass "$1"
		;;
	*)
		fail "$1"
		diag "got:          $2"
		diag "want matched: $3"
		;;
	esac
}

# same WHAT GOT WANT: two files, byte for byte.
same() {
	if cmp -s -- "$2" "$3"; then
		pass "$1"
	else
		fail "$1"
		diag "$(cmp -- "$2" "$3" 2>&1)"
		diag "got:"
		od -c "$2" | head -n 40 | sed 's/^/# /'
		diag "want:"
		od -c "$3" | head -n 40 | sed 's/^/# /'
	fi
}

# run COMMAND...: its status in $status, its output in $tmp/stdout and $tmp/stderr; standard input is the caller's. Never in a pipe (a
# pipe's last command runs in a shell of its own): run ... < FILE.
run() {
	"$@" >"$tmp/stdout" 2>"$tmp/stderr"
	status=$?
}

stdout() {
	cat "$tmp/stdout"
}

stderr() {
	cat "$tmp/stderr"
}

# wait_for WHAT COMMAND...: until the command succeeds, for as long as even a very slow machine may need.
wait_for() {
	tap_what=$1
	shift
	tap_tries=0
	until "$@" >/dev/null 2>&1; do
		tap_tries=$((tap_tries + 1))
		[ "$tap_tries" -lt 1200 ] || bail "waited a minute for $tap_what"
		sleep 0.05
	done
}

# free_port: prints a port that is free for UDP and TCP on the loopback addresses.
free_port() {
	"$helper" port || bail "no free port"
}

# start NAME COMMAND...: a server in the background; its output goes to $tmp/NAME.log. It ends when the script does, even by SIGKILL.
# Its number is in $NAME_pid (of the helper that watches over it: end it with stop, or with kill).
start() {
	tap_name=$1
	shift
	"$helper" keep "$@" </dev/null >"$tmp/$tap_name.log" 2>&1 &
	# Until it is the helper and no longer the shell, which would swallow a signal.
	until [ "$(cat "/proc/$!/comm")" = helper ]; do
		sleep 0.01
	done
	eval "${tap_name}_pid=$!"
	tap_pids="$tap_pids $!"
}

# stop NAME: and wait until it is gone.
stop() {
	eval "tap_pid=\$${1}_pid"
	kill "$tap_pid" 2>/dev/null
	wait "$tap_pid" 2>/dev/null
	return 0
}

# hole_start PORT: a name server that takes questions on PORT and never answers; returns when the port is taken.
hole_start() {
	start hole "$helper" hole "$1"
	until grep -q bound "$tmp/hole.log"; do
		kill -0 "$hole_pid" 2>/dev/null || bail "port $1 cannot be taken"
		sleep 0.01
	done
}

# ask HOST:PORT NAME [TYPE]: prints the addresses, the texts, or the error's name (NXDOMAIN, REFUSED ...); asks until there is an answer.
ask() {
	"$helper" ask "$@"
}

# rbldnsd_start ZONE [NAME]: a real rbldnsd that serves the ip4set text on standard input as ZONE; returns when it answers. $dns is then
# its 127.0.0.1:PORT. More than one at a time: give each a NAME (default rbldnsd). The list is $tmp/NAME/list; it is read again on
# SIGHUP: rbldnsd_reload NAME.
rbldnsd_start() {
	tap_zone=$1
	tap_server=${2:-rbldnsd}
	mkdir -p "$tmp/$tap_server"
	cat >"$tmp/$tap_server/list"
	chmod 755 "$tmp/$tap_server" && chmod 644 "$tmp/$tap_server/list"
	tap_user=
	is_root && tap_user="-u nobody"
	tap_starts=0
	while :; do
		tap_port=$(free_port)
		# shellcheck disable=SC2086 # $tap_user is two words or none
		start "$tap_server" rbldnsd -n $tap_user -w "$tmp/$tap_server" -b "127.0.0.1/$tap_port" -c 0 -p "$tmp/$tap_server/pid" "$tap_zone:ip4set:list"
		ask "127.0.0.1:$tap_port" "$tap_zone" SOA >/dev/null && break
		stop "$tap_server"
		tap_starts=$((tap_starts + 1))
		diag "$(cat "$tmp/$tap_server.log")"
		[ "$tap_starts" -lt 3 ] || bail "rbldnsd does not start"
	done
	dns=127.0.0.1:$tap_port
}

# unbound_start: a private unbound whose zones stand on standard input; returns when it runs. $unbound is then 127.0.0.1:PORT.
unbound_start() {
	tap_port=$(free_port)
	{
		cat <<-CONF
			server:
			 chroot: ""
			 username: ""
			 directory: "$tmp"
			 pidfile: ""
			 use-syslog: no
			 do-daemonize: no
			 interface: 127.0.0.1@$tap_port
			 do-not-query-localhost: no
		CONF
		cat
		printf 'remote-control:\n control-enable: no\n'
	} >"$tmp/unbound.conf"
	start unbound unbound -d -p -c "$tmp/unbound.conf"
	unbound=127.0.0.1:$tap_port
}

trap tap_cleanup EXIT
trap 'exit 99' HUP INT TERM
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
[ -x "$helper" ] || bail "$helper is not built: make check builds it"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/spamcop-filter.XXXXXX") || bail "no temporary folder"
# Servers that drop root pass through it.
chmod 711 "$tmp"
