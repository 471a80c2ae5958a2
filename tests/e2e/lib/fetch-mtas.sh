#!/bin/sh
# fetch-mtas.sh [FOLDER]: Exim and OpenSMTPD for the tests. Debian's mail servers exclude each other, so
# these two are downloaded and unpacked into FOLDER (tests/mta of the build folder), with the libraries
# that they need and that are not installed; 83-exim.t and 84-opensmtpd.t look there (mail_mta in
# mail-lib.sh). Needs no root. Quiet if they are there; says on standard error why they are not to be had.
set -u
LC_ALL=C
export LC_ALL
to=${1:-tests/mta}
[ -e "$to/complete" ] && exit 0
for program in apt-get dpkg-deb dpkg-query ldd; do
	command -v "$program" >/dev/null || { echo "there is no $program to fetch them with" >&2; exit 1; }
done
rm -rf "$to"
mkdir -p "$to" && to=$(cd "$to" && pwd) || exit 1
debs=$(mktemp -d) || exit 1
trap 'rm -rf "$debs"' EXIT
chmod 755 "$debs"

# Downloads packages and unpacks them.
unpack() {
	(cd "$debs" && apt-get -q download "$@") >"$debs/out" 2>"$debs/why" || { cat "$debs/out" "$debs/why" >&2; return 1; }
	for deb in "$debs"/*.deb; do
		dpkg-deb -x "$deb" "$to" || return 1
		dpkg-deb -f "$deb" Depends >>"$debs/depends"
		mv "$deb" "$deb.done"
	done
}

is_installed() {
	case $(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null) in ?i*) return 0 ;; esac
	return 1
}

# The libraries among what the unpacked packages depend on that are neither installed nor unpacked.
libraries() {
	tr ',' '\n' <"$debs/depends" | sed 's/^ *//;s/[ (|:].*//' | grep '^lib' | sort -u | while read -r name; do
		is_installed "$name" || [ -n "$(find "$debs" -name "${name}_*")" ] || echo "$name"
	done
}

unpack exim4-daemon-light opensmtpd || exit 1
while more=$(libraries) && [ -n "$more" ]; do
	# shellcheck disable=SC2086 # a list
	unpack $more || exit 1
done
chmod u-s,g-s "$to/usr/sbin/exim4" "$to"/usr/sbin/smtp*
chmod -R a+rX "$to"

path=$(find "$to" -name '*.so*' -exec dirname {} + | sort -u | tr '\n' ':')
for program in exim4 smtpd; do
	wanted=$(LD_LIBRARY_PATH=$path ldd "$to/usr/sbin/$program" 2>&1 | grep 'not found')
	[ -z "$wanted" ] || { printf '%s: %s\n' "$program" "$wanted" >&2; exit 1; }
done
: >"$to/complete"
