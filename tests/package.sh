#!/bin/sh
# package.sh: the Debian package as a stranger meets it: built, installed, tried,
# upgraded from an earlier version, removed. Installs and removes packages: for a
# machine that can be thrown away, as root. ./bootstrap deb alone only builds.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || {
	echo "package.sh: only root can install packages" >&2
	exit 77
}
step() {
	echo "- $*"
}
install_it() {
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends --allow-downgrades "$@" >/dev/null
}
version=$(sed -n 's/^AC_INIT(\[[^]]*\], \[\([^]]*\)\].*/\1/p' configure.ac)
arch=$(dpkg --print-architecture)
rm -rf build-packages
mkdir build-packages
for v in "$version~" "$version"; do
	./bootstrap deb "$v"
	mv "spamcop-filter_${v}_$arch.deb" "spamcop-filter-doc_${v}_all.deb" build-packages/
done
packages=$(pwd)/build-packages
before=$(find /home /var/mail /var/spool -newer "$packages" -print 2>/dev/null | grep -v "^$(pwd)" || :)

step "install $version~"
install_it "$packages/spamcop-filter_${version}~_$arch.deb" "$packages/spamcop-filter-doc_${version}~_all.deb"
sh conf/debian/tests/smoke
# What an administrator has written survives an upgrade and a removal.
echo 'threshold = 5;' >/etc/spamcop-filter.conf
step "upgrade to $version"
install_it "$packages/spamcop-filter_${version}_$arch.deb" "$packages/spamcop-filter-doc_${version}_all.deb"
spamcop-filter --version | grep -F "$version"
[ "$(dpkg-query -W -f='${Version}' spamcop-filter)" = "$version" ]
sh conf/debian/tests/smoke
step "remove"
apt-get remove -qq -y spamcop-filter spamcop-filter-doc >/dev/null
[ ! -e /usr/bin/spamcop-filter ] && [ -e /etc/spamcop-filter.conf ]
step "purge"
apt-get purge -qq -y spamcop-filter >/dev/null
[ ! -e /etc/apparmor.d/usr.bin.spamcop-filter ] && [ -e /etc/spamcop-filter.conf ]
rm -f /etc/spamcop-filter.conf
after=$(find /home /var/mail /var/spool -newer "$packages" -print 2>/dev/null | grep -v "^$(pwd)" || :)
[ "$before" = "$after" ] || {
	echo "package.sh: installing and removing touched mail: $after" >&2
	exit 1
}
echo "ok: built, installed, tried, upgraded from $version~, removed; mail untouched"
