#!/bin/sh
# System calls that fail or do less than they could, memory that runs out, disks that are full: 0 with the message stored, or 75.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

errors=EINTR,ENOSPC,EDQUOT,EIO,EROFS,EMFILE,ENOMEM,EACCES,ENOENT

# ---- each error at each system call

# injects WHAT OPTION...
injects() {
	what=$1
	shift
	fresh
	deliver "$@" <"$tmp/message"
	# shellcheck disable=SC2086
	$as "$storetool" inject "$all" "$maildir" "$tmp/message" "$errors" "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org "$@" deliver \
		>"$tmp/out" 2>&1
	is "$what" "$?" 0
	diag "$(cat "$tmp/out")"
}

# shellcheck disable=SC2086
if [ -z "$sanitized" ] && have strace && $as strace -o "$box/trace" true 2>/dev/null; then
	all=1
	injects "each of nine errors at each system call"
	all=$full
	injects "an error at each system call of a delivery to a folder" -m Junk
	all=$full:3
	injects "an error at each system call of a delivery by a script, with three copies" -s "$tmp/three.sieve"
else
	skip 3 "strace is not installed, or must not trace, or would disturb AddressSanitizer"
fi

# ---- calls that do less, file systems that can less

shimmed() {
	words=$1
	shift
	# shellcheck disable=SC2086
	run $as env LD_PRELOAD="$shim" SHIM="$words" "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org "$@" deliver
}

if [ -f "$shim" ]; then
	{ cat "$tmp/message" && head -c 400000 /dev/zero | tr '\0' 'x'; } >"$tmp/larger"
	fresh
	deliver <"$tmp/larger"
	cp "$maildir"/new/* "$tmp/want"
	for words in short nolink nolink,norename lostlink nolink,lostrename nolink,short; do
		fresh
		shimmed "$words" <"$tmp/larger"
		is "$words: stored once" "$status:$(everywhere):$(spools)" 0:1:0
		same "$words: the same message" "$(ls "$maildir"/new/*)" "$tmp/want"
	done
	n=0
	bad=
	while n=$((n + 1)); do
		fresh
		shimmed "malloc=$n" <"$tmp/message"
		[ "$status" = 0 ] && [ "$(everywhere)" = 1 ] && break
		[ "$status" = 75 ] && [ "$(everywhere):$(spools)" = 0:0 ] || bad="$bad $n:$status"
		[ "$n" -lt 2000 ] || break
	done
	is "memory that runs out at any of $((n - 1)) allocations is 75, and nothing is stored" "$bad" ""
	ok "allocations were made to fail" [ "$n" -gt 10 ]
else
	skip 14 "the library to preload is not built here"
fi

# ---- limits and signals that the caller left us

fresh
ulimited() {
	# shellcheck disable=SC2086
	run $as sh -c "$1; exec \"\$@\"" sh "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org deliver
}
head -c 400000 /dev/zero | tr '\0' 'x' | cat "$tmp/message" - >"$tmp/larger"
ulimited 'ulimit -f 100' <"$tmp/larger"
is "a limit on the size of files: 75, nothing stored" "$status:$(everywhere):$(spools)" 75:0:0
ulimited 'trap "" XFSZ; ulimit -f 100' <"$tmp/larger"
is "the same with SIGXFSZ ignored" "$status:$(everywhere):$(spools)" 75:0:0
ulimited 'trap "" PIPE TERM HUP INT XFSZ' <"$tmp/message"
is "signals ignored by the caller" "$status:$(everywhere)" 0:1
fresh
ulimited 'exec <&-' </dev/null
is "no standard input: 75, nothing stored" "$status:$(everywhere)" 75:0
ulimited 'exec >&- 2>&-' <"$tmp/message"
is "no standard output, no standard error" "$status:$(everywhere)" 0:1

# ---- full and read-only disks

trap 'end=$?; umount "$box/small" 2>/dev/null; (exit $end); tap_cleanup' EXIT
small() {
	mkdir -p "$1" && mount -t tmpfs -o "$2" tmpfs "$1" 2>/dev/null
}
disks() {
	small "$box/small" size=64k,mode=700,uid=$(id -u nobody) || return 1
	deliver --mailbox "maildir:$box/small/Maildir" <"$tmp/larger"
	is "a full disk: 75, nothing left" "$status:$(find "$box/small" -type f)" "75:"
	deliver --mailbox "maildir:$box/small/Maildir" <"$tmp/message"
	is "a smaller message still fits" "$status" 0
	umount "$box/small"
	for inodes in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
		small "$box/small" "size=1m,nr_inodes=$inodes,mode=700,uid=$(id -u nobody)"
		deliver --mailbox "maildir:$box/small/Maildir" -m Junk <"$tmp/message"
		found=$(find "$box/small" -type f ! -name maildirfolder ! -name subscriptions ! -name spamcop-subscribed | wc -l)
		{ [ "$status" = 75 ] && [ "$found" = 0 ]; } || { [ "$status" = 0 ] && [ "$found" = 1 ]; } || fail "$inodes inodes: status $status, $found files"
		last=$status
		umount "$box/small"
	done
	is "no inodes: 75 and nothing left, until they suffice" "$last" 0
	small "$box/small" size=1m,mode=700,uid=$(id -u nobody)
	deliver --mailbox "maildir:$box/small/Maildir" <"$tmp/message"
	mount -o remount,ro "$box/small"
	deliver --mailbox "maildir:$box/small/Maildir" <"$tmp/message"
	is "a read-only disk: 75" "$status:$(find "$box/small" -type f | wc -l)" 75:1
	umount "$box/small"
}
if ! is_root || ! disks; then
	skip 4 "only root can mount a disk to fill"
fi
done_testing
