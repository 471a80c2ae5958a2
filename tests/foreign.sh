#!/bin/sh
# foreign.sh [ARCHITECTURE]: the program on a processor that this machine does not have, by qemu-user: cross-built against Debian's libraries for it; then
# the unit tests and corpora, and a message that is tagged and one that is delivered. s390x has its bytes the other way round, and its char has no sign.
# What qemu-user cannot do is left out: it has no seccomp, so no rules run; and the kernel starts no program of a foreign processor, so nothing is sent.
# Run by ./bootstrap check-foreign, as root (debootstrap), in the top folder of a tree that is configured; all that it makes is in build-foreign/.
set -eu
arch=${1:-s390x}
case $arch in
s390x) triplet=s390x-linux-gnu qemu=s390x ;;
arm64) triplet=aarch64-linux-gnu qemu=aarch64 ;;
*)
	echo "usage: foreign.sh [s390x|arm64]" >&2
	exit 64
	;;
esac
qemu=$(command -v qemu-$qemu || command -v qemu-$qemu-static) || {
	echo "foreign.sh: qemu-user is not installed" >&2
	exit 69
}
# What starts other programs, or is sealed.
left_out="test_doctor test_notify test_process test_seal test_send test_sieve test_sieve_program test_vacation"
libraries=libc6-dev,libc-ares-dev,libconfig-dev,libpcre2-dev,libutf8proc-dev,libseccomp-dev,libsieve2-dev,libcmocka-dev

top=$(pwd)/build-foreign/$arch
root=$top/root
mkdir -p "$top"
if [ ! -e "$root/complete" ]; then
	rm -rf "$root"
	suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1)
	[ -n "$mirror" ] || mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\) .*/\2/p' /etc/apt/sources.list 2>/dev/null | head -n 1)
	echo "- $suite's libraries for $arch"
	debootstrap --foreign --arch="$arch" --variant=minbase --include="$libraries" "$suite" "$root" ${mirror:+"$mirror"} >"$top/debootstrap.log" 2>&1 || {
		tail -n 5 "$top/debootstrap.log"
		exit 1
	}
	# Nothing of it is ever installed: its files are enough.
	for package in "$root"/var/cache/apt/archives/*.deb; do
		dpkg-deb -x "$package" "$root"
	done
	: >"$root/complete"
fi
PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig
export PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_LIBDIR

# shown COMMAND...: its output only when it fails.
shown() {
	"$@" >"$top/log" 2>&1 </dev/null || {
		tail -n 40 "$top/log"
		exit 1
	}
}

echo "- the build for $arch"
rm -rf "$top/src" "$top/build"
shown make distdir distdir="build-foreign/$arch/src"
chmod -R u+w "$top/src"
mkdir "$top/build"
cd "$top/build"
shown ../src/configure --host="$triplet" --enable-werror CC="$triplet-gcc --sysroot=$root"
shown make -j"$(nproc)"

echo "- unit tests and corpora"
tests=$(sed -n 's/^\t\(tests\/unit\/test_[a-z_]*\) .*/\1/p' ../src/tests/local.am | sort -u | grep -vE "/($(echo "$left_out" | tr ' ' '|'))\$")
corpora=$(sed -n 's/^\t\(tests\/fuzz\/fuzz_[a-z_]*\) .*/\1/p' ../src/tests/local.am | sort -u)
result=0
make -k -j"$(nproc)" check TESTS="$(echo $tests $corpora)" LOG_COMPILER="sh ../src/tests/unit/run.sh $qemu -L $root" >"$top/log" 2>&1 </dev/null || result=1
grep -E '^(FAIL|ERROR|XPASS): |^# (TOTAL|PASS|SKIP|FAIL|ERROR):|rror: |warning: ' "$top/log" || result=1

# ok WHAT COMMAND...
ok() {
	what=$1
	shift
	if "$@"; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		result=1
	fi
}
work=$(mktemp -d /tmp/foreign.XXXXXX)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir "$work/box" && chown nobody "$work/box"
cp spamcop-filter spamcop-sieve "$work/"
printf '11.22.33.44\n' >"$work/list"
printf 'lists = ( { name = "list"; file = "%s"; } );\ndeliver: { mailbox = "maildir:%s"; };\n' "$work/list" "$work/box/Maildir" >"$work/conf"
printf 'require "fileinto";\nfileinto "elsewhere";\n' >"$work/script"
printf 'Received: from a (a [11.22.33.44]) by b; Mon, 1 Jan 2024 00:00:00 +0000\nMessage-ID: <1@example.net>\nFrom: a@example.net\n\nbody\n' >"$work/message"
foreign() {
	setpriv --reuid="$(id -u nobody)" --regid="$(id -g nobody)" --clear-groups env HOME="$work/box" "$qemu" -L "$libraries_root" "$work/spamcop-filter" -v -c "$work/conf" "$@" \
		<"$work/message" >"$work/out" 2>"$work/err"
}
# nobody may not go through everybody's folders.
mkdir "$work/root"
cp -a "$root/lib" "$work/root/" && mkdir "$work/root/usr" && cp -a "$root/usr/lib" "$work/root/usr/"
libraries_root=$work/root
in_folder() {
	[ "$(find "$work/box/Maildir/$1" -type f 2>/dev/null | wc -l)" = "$2" ]
}
ok "tag" foreign
ok "... says why" grep -q '^X-SpamCop-Status: listed; relays=1; checked=1' "$work/out"
ok "deliver" foreign deliver
ok "... into Junk" in_folder .Junk/new 1
ok "deliver with rules, which cannot run here" foreign -s "$work/script" deliver
ok "... without them: into Junk as well, and nothing is lost" in_folder .Junk/new 2
sed 's/^/# /' "$work/err"
echo "left out, for want of seccomp and of starting programs: $left_out; rules; sending"
exit $result
