#!/bin/sh
# Man pages: well-formed, the options of --help and no others, the commands that they and README show.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

doc=$top_srcdir/doc
if have mandoc; then
	for page in spamcop-filter.1 spamcop-sieve.1 spamcop-filter.conf.5; do
		# From its folder, so that references to the others are found.
		is "mandoc -Tlint $page" "$(cd "$doc" && mandoc -Tlint "$page" 2>&1 | grep -v makewhatis)" ""
	done
else
	skip 3 "mandoc is not installed"
fi

# Options in a help text: -x and --word.
help_options() {
	sed "s/[^-a-z_A-Z]/ /g" | tr ' ' '\n' | grep -E '^(-[A-Za-z]|--[a-z-]+)$' | sort -u
}

# Options in a man page: .Fl x , Fl -word
man_options() {
	grep -oE 'Fl -?[-A-Za-z]+' "$1" | sed 's/Fl /-/' | sort -u
}

run "$filter" --help </dev/null
is "--help ends with 0" "$status" 0
is "nothing on stderr" "$(stderr)" ""
ok "--help fits 24 lines" [ "$(wc -l <"$tmp/stdout")" -le 24 ]
is "--help fits 80 columns" "$(awk 'length > 80' "$tmp/stdout")" ""
cp "$tmp/stdout" "$tmp/help"
# -r is another name of -a; -e, -k and -t change nothing: the page has them, the help has no room.
for command in $(sed -n 's/^  \([a-z]*\)  *.*/\1/p' "$tmp/help" | sort -u); do
	run "$filter" help "$command" </dev/null
	ok "help $command: fits 80 columns" [ "$status:$(awk 'length > 80' "$tmp/stdout")" = 0: ]
	cp "$tmp/stdout" "$tmp/help.$command"
	run "$filter" "$command" --help </dev/null
	ok "$command --help is the same" cmp -s "$tmp/stdout" "$tmp/help.$command"
done
is "spamcop-filter(1) has the options of --help and of the commands" "$(man_options "$doc/spamcop-filter.1" | grep -vxE -- '-[rekt]')" "$(cat "$tmp/help" "$tmp"/help.* | help_options)"
# On a terminal it says what it waits for; a slip of the finger is understood.
if have script; then
	printf '\004' | script -qec "'$filter' -c '$tmp/none'" /dev/null >"$tmp/terminal" 2>&1
	like "on a terminal" "$(cat "$tmp/terminal")" "*spamcop-filter: waiting for a message on standard input*"
	script -qec "'$filter' --version" /dev/null >"$tmp/terminal" 2>&1 </dev/null
	is "and is silent where it waits for nothing" "$(grep -c waiting "$tmp/terminal")" 0
else
	skip 2 "script (bsdutils) is not installed"
fi
run "$filter" chekc 192.0.2.1
like "did you mean: a command" "$(stderr)" '*unknown command "chekc" (did you mean check[?])*'
run "$filter" help explian
like "did you mean: help" "$status $(stderr)" '64 *(did you mean explain[?])*'
run "$filter" xyzzy
is "or nothing" "$(grep -c 'did you mean' "$tmp/stderr")" 0
for option in -r -e -k -t; do
	value=
	[ "$option" != -r ] || value=you@example.org
	# shellcheck disable=SC2086 # none or one
	run "$filter" "$option" $value --version </dev/null
	is "$option is taken" "$status" 0
done
for command in $(sed -n 's/^  \([a-z]*\)  *.*/\1/p' "$tmp/help" | sort -u); do
	ok "spamcop-filter(1) has the command $command" grep -q "^.It Cm $command\$" "$doc/spamcop-filter.1"
done
is "and no other" "$(sed -n '/^.Sh DESCRIPTION/,/^The options are/s/^.It Cm //p' "$doc/spamcop-filter.1" | sort)" "$(sed -n 's/^  \([a-z]*\)  *.*/\1/p' "$tmp/help" | sort -u)"

if [ -x "$sieve" ]; then
	run "$sieve" --help </dev/null
	is "spamcop-sieve --help ends with 0" "$status" 0
	is "spamcop-sieve(1) has its options" "$(man_options "$doc/spamcop-sieve.1")" "$(help_options <"$tmp/stdout" | grep -v -- --version)"
fi

# The examples, as they stand: "$ command".
cp "$top_srcdir/tests/data/spam.eml" "$tmp/message"
mkdir "$tmp/bin" "$tmp/home"
cp "$filter" "$sieve" "$tmp/bin/"
as=
if is_root; then
	# Mail is never filed as root.
	as="setpriv --reuid=$(id -u nobody) --regid=$(id -g nobody) --clear-groups"
	chown nobody "$tmp/home"
	chmod 777 "$tmp"
fi
PATH=$tmp/bin:$PATH
HOME=$tmp/home
export HOME
cd "$tmp" || bail "no $tmp"
sed -n '/^require \["fileinto"\];$/,/^}$/p' "$doc/spamcop-sieve.1" >suspects.sieve
ok "the script in spamcop-sieve(1) is there" [ -s suspects.sieve ]
printf 'dns: { servers = [ "127.0.0.1:%s" ]; deadline = 0.2; };\n' "$(free_port)" >none.conf
{
	sed -n 's/^\.Dl \$ //p' "$doc/spamcop-filter.1" "$doc/spamcop-sieve.1"
	sed -n 's/^    \(spamcop-filter .*message\) .*/\1/p' "$top_srcdir/README"
} >examples
# No question leaves this machine.
sed 's/spamcop-filter /spamcop-filter -c none.conf /' examples >commands
ok "there are examples" [ "$(wc -l <commands)" -ge 7 ]
while read -r line; do
	printf '%s\n' "$line" >example
	# shellcheck disable=SC2086 # words
	run $as sh example </dev/null
	is "example: $line" "$status $(stderr | grep -v '^spamcop-sieve: implicit: ')" "0 "
done <commands

for file in $(grep -oE '(^|[^/a-z])(conf|doc|tests)/[a-z0-9./-]*[a-z0-9]' "$top_srcdir/README" | sed 's,^[^a-z],,' | sort -u); do
	ok "README names $file" [ -e "$top_srcdir/$file" ]
done
for command in $(sed -n 's,^ *\./bootstrap \([a-z]*\).*,\1,p' "$top_srcdir/README"); do
	ok "README names ./bootstrap $command" grep -q "^do_$command()" "$top_srcdir/bootstrap"
done
done_testing
