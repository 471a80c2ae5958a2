#!/bin/sh
# Every way out: what is nice to have fails for good, and the message is stored all the same; mailboxes that others share; what dead runs left.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

uid=12345
mode() { stat -c %a "$@" | tr '\n' ' ' | sed 's/ $//'; }

# ---- each call fails for good, with each errno of its manual and of the kernel's security modules

# A call that is not here is none that a delivery can do without: reading standard input (read), creating and writing the spool (openat, write: the mailbox
# cannot be written), a disk that fails (fsync with EIO, ENOSPC, EDQUOT: it cannot be promised that the message is there).
# for_good CALL ERRNO...
for_good() {
	call=$1
	shift
	wrong=
	for errno; do
		fresh
		# shellcheck disable=SC2086
		$as strace -f -qq -o /dev/null -e "trace=$call" -e "inject=$call:error=$errno" "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org -s "$tmp/three.sieve" deliver \
			<"$tmp/message" >"$tmp/out" 2>&1
		status=$?
		[ "$status:$(everywhere)" = 0:3 ] || wrong="$wrong $errno=$status:$(everywhere)"
	done
	is "$call fails for good" "$wrong" ""
}
# shellcheck disable=SC2086
if [ -z "$sanitized" ] && have strace && $as strace -o "$box/trace" true 2>/dev/null; then
	rm -f "$box/trace"
	security="EPERM EACCES ENOSYS EOPNOTSUPP EINVAL"
	for_good linkat $security EIO EPROTO ENOTTY EXDEV EMLINK EROFS ENOENT ENAMETOOLONG ELOOP ESTALE
	for_good renameat2 $security EIO ENOTTY EXDEV EROFS EBUSY
	for_good renameat $security EIO EBUSY EROFS
	for_good fsync $security EROFS ENOTTY
	for_good fgetxattr $security ENODATA E2BIG EIO
	for_good fchmod $security EROFS EIO
	for_good fchown $security EROFS EIO EDQUOT
	for_good unlinkat $security EBUSY EROFS EIO
	for_good memfd_create $security EMFILE ENFILE ENOMEM
	for_good copy_file_range $security EXDEV EBADF EIO
	for_good getdents64 $security EIO ENOENT
	for_good flock $security EAGAIN ENOLCK EBADF
	for_good socket $security EAFNOSUPPORT EMFILE ENFILE ENOMEM
	for_good uname EPERM ENOSYS
	for_good getrandom EPERM ENOSYS EAGAIN
	for_good sigaltstack EPERM ENOSYS ENOMEM
	fresh
	# shellcheck disable=SC2086
	run $as strace -qq -o "$box/trace" -e trace=linkat,openat -e inject=linkat:error=EPERM "$filter" -c "$tmp/conf" deliver <"$tmp/message"
	is "no links: the spool is moved, not written again" "$status:$(messages ''):$(grep -c '"tmp/.*O_EXCL' "$box/trace")" 0:1:1
	fresh
	{ printf 'X-Long: x\n' && head -c 17500000 /dev/zero | tr '\0' x | fold -w 70 | sed 's/^/\t/' && echo && cat "$tmp/message"; } >"$tmp/long"
	# shellcheck disable=SC2086
	run $as strace -qq -o /dev/null -P "$tmp/long" -e trace=read -e inject=read:error=EINTR:when=2+2 "$filter" -v -c "$tmp/conf" deliver <"$tmp/long"
	is "a header longer than is held, and signals while it is read" "$status:$(cat "$maildir"/new/* | tail -c "$(wc -c <"$tmp/long")" | cmp - "$tmp/long" && echo whole)" 0:whole
	is "and no edits are missed that no rule asked for" "$(stderr | grep -c 'not carried out')" 0
else
	skip 19 "strace is not installed, or must not trace, or would disturb AddressSanitizer"
fi

# ---- a file system that takes no colon in a name

if [ -f "$shim" ]; then
	fresh
	# shellcheck disable=SC2086
	run $as env LD_PRELOAD="$shim" SHIM=nocolon "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org -s "$tmp/three.sieve" deliver <"$tmp/message"
	is "no colon in names: the copy with flags goes without them" "$status:$(messages .Work):$(messages .Edited):$(messages '')" 0:1:1:1
else
	skip 1 "the library to preload is not built here"
fi

# ---- a user database that never answers, and no folder for temporary files

if [ -f "$shim" ]; then
	fresh
	# shellcheck disable=SC2086
	run $as env LD_PRELOAD="$shim" SHIM=nousers HOME="$box" "$filter" -c "$tmp/conf" deliver <"$tmp/message"
	is "where HOME and the mailbox are given, the user database is not asked" "$status:$(messages '')" 0:1
	printf '#!/bin/sh\nulimit -f >%s/limit\ncat >%s/taken\n' "$box" "$box" >"$bin/take"
	chmod 755 "$bin/take"
	# shellcheck disable=SC2086
	run $as env LD_PRELOAD="$shim" SHIM=notmp "$filter" -c "$tmp/conf" --mailbox "lda:$bin/take" deliver <"$tmp/message"
	is "no folder for temporary files: the spool is in memory" "$status:$(tail -c "$(wc -c <"$tmp/message")" "$box/taken" | cmp - "$tmp/message" && echo whole)" 0:whole
	is "which limits nothing that the agent writes" "$(cat "$box/limit")" "$($as sh -c 'ulimit -f')"
	rm -f "$box/taken"
	head -c 1100000 /dev/zero | tr '\0' x | cat "$tmp/message" - >"$tmp/larger"
	# shellcheck disable=SC2086
	run $as env LD_PRELOAD="$shim" SHIM=notmp "$filter" -c "$tmp/conf" --mailbox "lda:$bin/take" deliver <"$tmp/larger"
	is "of 1 MiB at most: 75, and nothing of it is handed on" "$status:$(test -f "$box/taken" || echo none)" 75:none
	if is_root; then
		run env LD_PRELOAD="$shim" SHIM=nousers timeout 60 "$filter" -c "$tmp/conf" -d nobody deliver <"$tmp/message"
		is "where it has to be asked, it is waited for for a while: 75" "$status" 75
	else
		skip 1 "only root can start a delivery for somebody else"
	fi
else
	skip 5 "the library to preload is not built here"
fi

# ---- an edited header that the disk has no room for

cat >"$tmp/long.sieve" <<SIEVE
require ["fileinto", "copy", "editheader"];
fileinto :copy "Work";
addheader "X-Long" "$(printf '%06000d' 0)";
keep;
SIEVE
chmod 644 "$tmp/long.sieve"
is_root && chown nobody "$tmp/long.sieve"
fresh
# shellcheck disable=SC2086
run $as sh -c "ulimit -f 10; exec \"\$@\"" sh "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org -s "$tmp/long.sieve" deliver <"$tmp/message"
is "no room for an edited header: INBOX gets the message as it came, once" "$status:$(messages .Work):$(messages ''):$(cat "$maildir"/new/* | grep -c '^X-Long')" 0:1:1:0
rm -f "$maildir"/new/* && deliver -s "$tmp/long.sieve" <"$tmp/message"
is "and with it where there is room" "$status:$(messages ''):$(cat "$maildir"/new/* | grep -c '^X-Long')" 0:1:1

# ---- who may read it

# shared MODE: a mailbox of that mode, with subscriptions and a quota of 0660.
shared() {
	fresh
	mkdir "$maildir" "$maildir/new" "$maildir/cur" "$maildir/tmp"
	printf 'V\t2\n\nOld\n' >"$maildir/subscriptions"
	printf '100000S\n' >"$maildir/maildirsize"
	is_root && chown -R nobody:"$(id -g nobody)" "$maildir"
	chmod "$1" "$maildir" "$maildir/new" "$maildir/cur" "$maildir/tmp"
	chmod 660 "$maildir/subscriptions" "$maildir/maildirsize"
	deliver <"$tmp/message" -m Junk
}
shared 2770
is "a mailbox that a group shares: mail, folder, what is in it" "$(mode "$maildir"/.Junk/new/* "$maildir/.Junk" "$maildir/.Junk/cur" "$maildir/.Junk/maildirfolder")" "660 2770 2770 660"
is "files that are written anew keep their rights" "$(mode "$maildir/subscriptions" "$maildir/maildirsize")" "660 660"
rm "$maildir/subscriptions"
deliver <"$tmp/message" -m Other
is "and a new one is the group's as well" "$(mode "$maildir/subscriptions")" 660
shared 750
is "one that a group may read" "$(mode "$maildir"/.Junk/new/* "$maildir/.Junk")" "640 750"
shared 700
is "one's own" "$(mode "$maildir"/.Junk/new/* "$maildir/.Junk")" "600 700"
shared 755
is "one that everybody may look into by accident" "$(mode "$maildir"/.Junk/new/* "$maildir/.Junk")" "600 700"
if have setfacl && fresh && mkdir "$maildir" && setfacl -d -m "u:$uid:rwX,o::-" "$maildir" 2>/dev/null; then
	is_root && chown nobody "$maildir"
	chmod 700 "$maildir"
	setfacl -d -m "u:$uid:rwX,m::rwX,o::-" "$maildir"
	deliver <"$tmp/message"
	is "a default ACL: its user may read the mail" "$status:$(getfacl -cnp "$maildir"/new/* | grep "^user:$uid")" "0:user:$uid:rwx	#effective:rw-"
else
	skip 1 "no access lists here"
fi

# ---- what dead runs left

fresh
deliver <"$tmp/message"
touch -d '10 minutes ago' "$maildir/subscriptions.lock"
is_root && chown nobody "$maildir/subscriptions.lock"
deliver -m Junk <"$tmp/message"
is "a lock of ten minutes ago holds nobody up" "$(grep -c Junk "$maildir/subscriptions"):$(find "$maildir" -name '*.lock')" 1:
: >"$maildir/subscriptions.lock"
deliver -m Other <"$tmp/message"
is "one of now is respected, and the message stored" "$status:$(messages .Other):$(grep -c Other "$maildir/subscriptions")" 0:1:0
rm -f "$maildir/subscriptions.lock"
rm -f "$maildir/.Other/maildirfolder"
deliver -m Other <"$tmp/message"
is "a folder that a dead run left half made is finished" "$(grep -c Other "$maildir/subscriptions")" 1
fresh
mkdir -p "$maildir/.Junk/new" "$maildir/.Junk/cur" "$maildir/.Junk/tmp" "$maildir/tmp" "$maildir/new" "$maildir/cur"
: >"$maildir/.Junk/maildirfolder"
: >"$maildir/maildirsize"
is_root && chown -R nobody "$maildir"
deliver -m Junk <"$tmp/message"
is "Junk that somebody else made is subscribed" "$(grep -c Junk "$maildir/subscriptions")" 1
printf 'V\t2\n\nOther\n' >"$maildir/subscriptions"
deliver -m Junk <"$tmp/message"
is "once: who unsubscribes it is obeyed" "$(grep -c Junk "$maildir/subscriptions")" 0
is "an empty maildirsize stays empty" "$(wc -c <"$maildir/maildirsize")" 0

# ---- paths that were made of an address

mkdir -p "$box/v/example.org" "$box/v/other.example"
is_root && chown -R nobody "$box/v"
for name in ../other.example/bob .. . '' joe/../../other.example/bob; do
	deliver --mailbox "maildir:$box/v/example.org/$name" <"$tmp/message"
	[ "$status" = 75 ] || fail "a mailbox named '$name': $status"
done
is "none of them has stored anything" "$(find "$box/v" -type f)" ""
deliver --mailbox "maildir:$box/v/example.org/Maildir/" <"$tmp/message"
is "a slash behind Maildir is no harm" "$status" 0

# ---- an mbox behind another agent, and a configuration that everybody can write

if have procmail; then
	printf 'DEFAULT=%s\nMAILDIR=%s\n' "$box/mbox" "$box" >"$box/rc"
	is_root && chown nobody "$box/rc"
	for sender in ann@example.net '' '"a b"@example.net'; do
		deliver -f "$sender" --mailbox "lda:$(command -v procmail) -m $box/rc" <"$tmp/message"
	done
	is "procmail: three mails in the mbox are three" "$status:$(grep -c '^From ' "$box/mbox")" 0:3
else
	skip 1 "procmail is not installed"
fi
cp "$tmp/conf" "$tmp/open.conf"
chmod 666 "$tmp/open.conf"
fresh
# shellcheck disable=SC2086
run $as "$filter" -v -c "$tmp/open.conf" deliver <"$tmp/message"
is "a configuration that everybody can write is told of" "$status:$(grep -c 'everybody can write' "$tmp/stderr")" 0:1
if is_root; then
	printf 'deliver: { mailbox = "lda:/bin/true"; };\n' >"$tmp/open.conf"
	run "$filter" -c "$tmp/open.conf" -d nobody deliver <"$tmp/message"
	is "and its lda: is not run where root started us" "$status:$(grep -c 'is not run' "$tmp/stderr")" 75:1
	chmod 644 "$tmp/open.conf"
	run "$filter" -c "$tmp/open.conf" -d nobody deliver <"$tmp/message"
	is "but by one that is not open" "$status" 0
	printf '#!/bin/sh\npwd >%s/cwd\n' "$box" >"$bin/where"
	chmod 755 "$bin/where"
	mkdir -m 700 "$tmp/roots"
	(cd "$tmp/roots" && exec "$filter" -c "$tmp/open.conf" -d nobody --mailbox "lda:$bin/where" deliver <"$tmp/message")
	ok "an agent is not in a folder of root's" [ "$(cat "$box/cwd")" != "$tmp/roots" ]
else
	skip 3 "only root can start a delivery for somebody else"
fi
done_testing
