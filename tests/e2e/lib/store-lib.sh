# shellcheck shell=sh disable=SC2034 # its variables are for others
# store-lib.sh: for the tests of storing mail. Mail is never delivered as root, so a test run as root delivers as nobody.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

storetool=$top_builddir/tests/e2e/tools/storetool
shim=$top_builddir/tests/e2e/tools/shim.so
# $full: "1" runs the long versions too (./bootstrap check-faults, or FULL=1).
full=${FULL:-0}

ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS

as=
if is_root; then
	have setpriv || skip_all "setpriv (util-linux) is needed to deliver as somebody else than root"
	id nobody >/dev/null 2>&1 || skip_all "there is no user nobody to deliver as"
	as="setpriv --reuid=nobody --regid=$(id -g nobody) --clear-groups --"
fi

# $box: a folder of the user; $bin: copies of what the user has to run, for the build's own folder may not be open to nobody.
box=$tmp/box
bin=$tmp/bin
mkdir "$box" "$bin"
cp "$filter" "$storetool" "$bin" || bail "not built: make check builds it"
cp "$sieve" "$bin" 2>/dev/null
[ -n "$sanitized" ] || cp "$shim" "$bin" 2>/dev/null
chmod 755 "$bin" "$bin"/*
is_root && chown nobody "$box"
filter=$bin/spamcop-filter
storetool=$bin/storetool
shim=$bin/shim.so
maildir=$box/Maildir
printf '207.217.120.83\n' >"$tmp/list"
cat >"$tmp/conf" <<CONF
trusted_networks = [ "203.0.113.0/24" ];
lists = ( { name = "test"; file = "$tmp/list"; } );
deliver: { mailbox = "maildir:$maildir"; };
CONF
printf 'Received: from a (a [207.217.120.82]) by b; Mon, 1 Jan 2024 00:00:00 +0000\nSubject: test\n\nbody\n' >"$tmp/message"
chmod 644 "$tmp/list" "$tmp/conf" "$tmp/message"
# A script that stores three copies, two of them edited.
cat >"$tmp/three.sieve" <<'SIEVE'
require ["fileinto", "copy", "imap4flags", "editheader"];
fileinto :copy :flags "\\Seen" "Work";
addheader "X-Note" "edited";
fileinto :copy "Edited";
keep;
SIEVE
chmod 644 "$tmp/three.sieve"
is_root && chown nobody "$tmp/three.sieve"

# deliver [OPTION...] < MESSAGE: as a mail system would start it. $status, $tmp/stdout, $tmp/stderr.
deliver() {
	# shellcheck disable=SC2086 # $as is words
	run $as "$filter" -c "$tmp/conf" -f sender@example.net -a joe@example.org "$@" deliver
}

# fresh: no mailbox.
fresh() {
	rm -rf "$maildir"
}

# messages FOLDER: how many are in new/ and cur/ of it ("" is INBOX, ".Junk").
messages() {
	# shellcheck disable=SC2012 # the names are ours
	ls -d "$maildir/$1/new/"* "$maildir/$1/cur/"* 2>/dev/null | wc -l
}

# everywhere: how many are in any folder; spools: how many files are in tmp/ anywhere.
everywhere() {
	(cd "$box" && find . -path './*/new/*' -o -path './*/cur/*' | wc -l)
}
spools() {
	(cd "$box" && find . -path './*/tmp/*' -type f | wc -l)
}
