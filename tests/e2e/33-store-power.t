#!/bin/sh
# The power goes at the moment of exit 0: an ext4 image on a loop device is copied then, as the disk would be found. What was reported as stored has to be there.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"

is_root || skip_all "only root can mount an image"
need mkfs.ext4 losetup
disk=$tmp/disk copy=$tmp/copy
mkdir "$disk" "$copy"
truncate -s 8M "$tmp/image"
mkfs.ext4 -q -F -O ^metadata_csum,has_journal "$tmp/image" >/dev/null 2>&1 || skip_all "mkfs.ext4 does not work here"
# commit=300: nothing is written by the clock while the test runs.
mount -o loop,commit=300 "$tmp/image" "$disk" 2>/dev/null || skip_all "loop devices do not work here"
trap 'end=$?; umount "$disk" "$copy" 2>/dev/null; (exit $end); tap_cleanup' EXIT
chown nobody "$disk"

# survives OPTION...: delivers, copies the disk at exit 0, and looks for the message there.
survives() {
	name=$1
	shift
	printf 'Subject: %s\n\nbody\n' "$name" >"$tmp/m"
	# shellcheck disable=SC2086
	run $as env ${preload:+LD_PRELOAD="$shim" SHIM=nodirsync} "$filter" -c "$tmp/conf" --mailbox "maildir:$disk/Maildir" "$@" deliver <"$tmp/m"
	cp --sparse=always "$tmp/image" "$tmp/image.copy"
	[ "$status" = 0 ] || return 2
	mount -o loop "$tmp/image.copy" "$copy" || return 2
	found=$(grep -rlx "Subject: $name" "$copy/Maildir" 2>/dev/null | grep -c -e /new/ -e /cur/)
	whole=$(find "$copy/Maildir" -path '*/new/*' -exec grep -Lx body {} + 2>/dev/null | wc -l)
	umount "$copy"
	[ "$found" -ge 1 ] && [ "$whole" = 0 ]
}

preload=
kept=0
i=0
while [ "$i" -lt 20 ]; do
	i=$((i + 1))
	# The first of each kind creates the mailbox and the folder.
	if [ $((i % 2)) = 0 ]; then survives "mail $i"; else survives "mail $i" -m Junk; fi && kept=$((kept + 1))
done
is "on disk at exit 0, 20 times of 20" "$kept" 20

# A copy whose header a rule has edited is a file of its own.
if [ -x "$bin/spamcop-sieve" ]; then
	printf 'require "editheader";\naddheader "X-Note" "edited";\nkeep;\n' >"$tmp/edited.sieve"
	chmod 644 "$tmp/edited.sieve"
	chown nobody "$tmp/edited.sieve"
	kept=0
	for i in 1 2 3 4 5; do
		survives "edited $i" -s "$tmp/edited.sieve" && grep -qx 'X-Note: edited' "$disk"/Maildir/new/* && kept=$((kept + 1))
	done
	is "with an edited header, 5 times of 5" "$kept" 5
else
	skip 1 "spamcop-sieve is not built"
fi

if [ -f "$shim" ]; then
	preload=1
	kept=0
	for i in 1 2 3 4 5; do
		survives "unsynced $i" && kept=$((kept + 1))
	done
	# Somebody else's sync(2) may save one of them.
	ok "the test can fail: without the sync of the directory mail is gone ($kept of 5 kept)" [ "$kept" -lt 5 ]
else
	skip 1 "the library to preload is not built here"
fi
done_testing
