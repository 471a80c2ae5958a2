#!/bin/sh
# Where the kernel, or a container's filter of system calls, lacks what is usual: rules run wherever fork, exec and pipes do.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

[ -x "$bin/spamcop-sieve" ] || skip_all "spamcop-sieve is not built"
[ -z "$sanitized" ] || skip_all "a sanitizer needs what is taken away here"
cp "$top_builddir/tests/e2e/tools/fake_sendmail" "$bin" && chmod 755 "$bin"/*
cat >>"$tmp/conf" <<CONF
sieve: { redirect = true; sendmail = "$bin/fake_sendmail"; };
CONF
cat >"$box/.spamcop.sieve" <<'SIEVE'
require ["fileinto", "copy", "editheader"];
redirect :copy "ann@example.net";
addheader "X-Note" "edited";
fileinto "Rule";
SIEVE
is_root && chown nobody "$box/.spamcop.sieve"
{ printf 'From: sender@example.net\nTo: joe@example.org\nMessage-ID: <1@example.net>\n' && cat "$tmp/message"; } >"$tmp/letter"
chmod 644 "$tmp/letter"
cat >"$bin/agent" <<'AGENT'
#!/bin/sh
cat >"$1"
AGENT
chmod 755 "$bin/agent"

# without CALL ERROR: a delivery in which the filter and its children never get CALL.
without() {
	rm -rf "$maildir" "$box/sent"
	# shellcheck disable=SC2086 # $as is words
	run $as env HOME="$box" strace -f -qq -o /dev/null -e "trace=$1" -e "inject=$1:error=$2" "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org -v deliver <"$tmp/letter"
	is "without $1 ($2): the rules ran" "$status:$(messages .Rule):$(everywhere):$(grep -c '^called' "$box/sent")" 0:1:1:1
	is "without $1 ($2): and nothing was wrong" "$(stderr | grep -c failed)" 0
}

# shellcheck disable=SC2086 # $as is words
if have strace && $as strace -f -o /dev/null true 2>/dev/null; then
	for call in clone3 close_range memfd_create pidfd_open; do
		without $call EPERM
		without $call ENOSYS
	done
else
	skip 16 "strace is not installed, or must not trace"
fi

# in_box SHELL-COMMAND: with mounts of its own, where that may be had.
in_box() {
	run unshare -m sh -c "$1" <"$tmp/letter"
}
if is_root && unshare -m sh -c 'mount -t tmpfs none /proc' 2>/dev/null; then
	for way in "$maildir" "lda:$bin/agent $box/handed"; do
		case $way in lda:*) mailbox=$way ;; *) mailbox=maildir:$way ;; esac
		rm -rf "$maildir" "$box/handed"
		in_box "mount -t tmpfs none /proc; exec $as env HOME='$box' '$filter' -c '$tmp/conf' -f sender@example.net -a joe@example.org -v --mailbox '$mailbox' deliver"
		is "no /proc, ${mailbox%%:*}: the rules ran" "$status:$(stderr | grep -c 'sieve=failed')" 0:0
		is "no /proc, ${mailbox%%:*}: they edited what was kept" "$(cat "$box/handed" "$maildir"/.Rule/new/* 2>/dev/null | grep -c '^X-Note: edited')" 1
	done
	rm -f "$box/handed"
	in_box "for at in /tmp /var/tmp; do mount --bind \$at \$at; mount -o remount,bind,ro \$at; done; exec $as '$filter' -c '$tmp/conf' --mailbox 'lda:$bin/agent /dev/null' -f sender@example.net deliver"
	is "nothing can be written but memory" "$status" 0
else
	skip 5 "mounts of one's own are not to be had"
fi
done_testing
