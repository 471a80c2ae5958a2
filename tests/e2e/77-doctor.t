#!/bin/sh
# doctor: every fault is told and marked, in short lines; and as JSON.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/store-lib.sh"
. "$top_srcdir/tests/e2e/lib/schema.sh"

HOME=$box
export HOME
# doctor [OPTION...]: as the user.
doctor() {
	# shellcheck disable=SC2086 # $as is words
	run $as "$filter" -c "$tmp/conf" doctor "$@"
}
faults() {
	grep -c '^! ' "$tmp/stdout"
}

doctor
is "well: no mark" "$status:$(faults):$(tail -n 1 "$tmp/stdout")" "0:0:Nothing is wrong."
cp "$tmp/conf" "$tmp/well"
# What deliveries remember: damaged, put aside, of a later version.
if [ -n "$as" ] || ! is_root; then
	deliver <"$tmp/message"
	remembered() { # remembered NAME TEXT: a file of the user's
		printf '%s\n' "$2" >"$maildir/spamcop-$1"
		if is_root; then chown nobody "$maildir/spamcop-$1"; fi
	}
	remembered seen damaged
	remembered redirect '# spamcop-filter memory, version 2'
	remembered vacation '# spamcop-filter memory, version 1'
	remembered swept.broken x
	doctor
	is "memories: damaged, later, put aside" "$status:$(faults)" 1:3
	like "each is said" "$(stdout | tr '\n' ' ' | tr -s ' ')" "*! spamcop-seen it is damaged*! spamcop-redirect*later version*! spamcop-swept.broken it was damaged*"
	rm -f "$maildir"/spamcop-*
	doctor
	is "and well again" "$status:$(faults)" 0:0
fi
cat >"$tmp/conf" <<CONF
threshold = "five";
dns: { tries = 99; timeout = true; };
treshold = 5;
lists = ( { file = "$tmp/list"; weight = 1000; }, { zone = "a.b"; weight = "x"; } );
log: { level = "loud"; };
CONF
doctor
is "a broken configuration: each wrong value" "$status:$(grep -c "conf:[0-9]*: [^u]" "$tmp/stdout")" 1:6
like "and what was meant" "$(stdout)" "*unknown key treshold (did you mean*threshold[?])*"
for key in threshold dns.tries dns.timeout 'lists\[1\].weight' 'lists\[2\].weight' log.level; do
	ok "$key" grep -q "conf:[0-9]*: $key: " "$tmp/stdout"
done
sed 's,trusted_networks = .*,trusted_networks = [ "0.0.0.0/0"\, "::/0"\, "10.0.0.0/8"\, "192.0.2.0/24" ]; allow: { networks = [ "0.0.0.0/1" ]; };,' "$tmp/well" >"$tmp/conf"
doctor
is "networks that hold everything" "$status:$(faults)" 1:3
like "are faults" "$(stdout)" "*! trusted_networks  has 0.0.0.0/0, a good part*! trusted_networks  has ::/0, *! allow.networks  has 0.0.0.0/1, *"
if [ -x "$bin/spamcop-sieve" ]; then
	for n in 1 2; do printf 'nonsense%s\n' $n >"$tmp/bad$n.sieve"; done
	printf 'require "vacation"; vacation "a long text that makes the line of a warning long, as long as they are";\n' >"$tmp/long.sieve"
	chmod 644 "$tmp"/*.sieve
	{
		cat "$tmp/well"
		printf 'sieve: { before = [ "%s/bad1.sieve", "%s/none1.sieve", "%s/long.sieve" ]; after = [ "%s/none2.sieve", "%s/bad2.sieve" ]; };\n' "$tmp" "$tmp" "$tmp" "$tmp" "$tmp"
	} >"$tmp/conf"
	doctor
	is "each script that is wrong" "$status:$(faults)" 1:4
	for name in bad1 none1 none2 bad2; do
		ok "$name is marked" grep -q "^! .*$name.sieve" "$tmp/stdout"
	done
	is "no line is longer than its longest word makes it" "$(awk 'length > 80 && NF > 2' "$tmp/stdout")" ""
fi
sed '/^deliver/d' "$tmp/well" >"$tmp/conf"
doctor
is "tag only: nothing of Junk" "$status:$(grep -c Junk "$tmp/stdout")" 0:0
cp "$tmp/stdout" "$tmp/text"
doctor --json
valid "doctor" "$tmp/stdout" doctor
is "the same status" "$status" 0
printf 'threshold = 99999;\nlog: { level = "\033[31m\302\233"; };\n' >"$tmp/conf"
doctor --json
valid "doctor of a broken configuration" "$tmp/stdout" doctor
if [ -n "$schemas" ]; then
	is "its faults" "$status:$(jsq "$tmp/stdout" .faults)" 1:2
fi
done_testing
