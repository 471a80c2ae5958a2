#!/bin/sh
# fetch-mtas.sh [FOLDER]: Exim and OpenSMTPD for the tests. Debian's mail servers exclude each other, so these two are downloaded and unpacked into FOLDER (tests/mta
# of the build folder), where 83-exim.t and 84-opensmtpd.t look for them if none is installed. Needs no root. Quiet if they are there.
set -u
to=${1:-tests/mta}
[ -x "$to/usr/sbin/exim4" ] && [ -x "$to/usr/sbin/smtpd" ] && exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || exit 1
mkdir -p "$to" && to=$(cd "$to" && pwd) || exit 1
debs=$(mktemp -d) || exit 1
trap 'rm -rf "$debs"' EXIT
chmod 755 "$debs"
(cd "$debs" && apt-get -q download exim4-daemon-light opensmtpd) >/dev/null 2>"$debs/why" || { cat "$debs/why" >&2; exit 1; }
for deb in "$debs"/*.deb; do
	dpkg-deb -x "$deb" "$to" || exit 1
done
chmod u-s,g-s "$to/usr/sbin/exim4" "$to"/usr/sbin/smtp*
