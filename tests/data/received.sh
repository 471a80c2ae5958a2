#!/bin/sh
# received.sh PROGRAM DIRECTORY: what `PROGRAM relays` says about a collection of Received lines made elsewhere.
#
# Not part of make check: the collection is not ours to ship. DIRECTORY holds cases.txt, folded.txt, expect.tsv, eml/, messages/ and messages.tsv;
# its README describes them. Three questions:
#   folded    does a folded line say what the same line in one piece says, column by column?
#   trust     are roles and LOOKUP as each case with networks states?
#   messages  are the addresses of real messages those that SpamAssassin finds?
# Prints each difference and a count; ends with 0 whatever they are, because some of them are meant (doc/relays.md).
set -u
[ $# = 2 ] || { echo "usage: received.sh PROGRAM DIRECTORY" >&2; exit 64; }
program=$1 set=$2
tmp=$(mktemp -d) || exit 75
trap 'rm -rf "$tmp"' EXIT

# Writes ID.eml, ID.conf and ID.want for each case of a file in the format of cases.txt.
cat >"$tmp/cases.awk" <<'AWK'
function hex(s) { return index("0123456789abcdef", tolower(substr(s, 1, 1))) * 16 - 16 + index("0123456789abcdef", tolower(substr(s, 2, 1))) - 1 }
function unescape(s,   o, i, c) {
	o = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c != "\\") { o = o c; continue }
		c = substr(s, ++i, 1)
		if (c == "r") o = o "\r"
		else if (c == "x") { o = o sprintf("%c", hex(substr(s, i + 1, 2))); i += 2 }
		else o = o c
	}
	return o
}
function ipv4(s,   p, n) { n = split(s, p, "."); return ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4] }
# SpamAssassin's networks: "1.2/16", "10.", first match wins, "!" excludes. Ours have no "!": split around what is excluded.
function parse(s) {
	bits = ""
	if (split(s, part, "/") == 2) { bits = part[2]; s = part[1] }
	sub(/\.$/, "", s)
	dots = split(s, part, ".")
	if (bits == "") bits = 8 * dots
	for (; dots < 4; dots++) s = s ".0"
	base = ipv4(s)
}
function emit(b, n,   i, size) {
	size = 2 ^ (32 - n)
	for (i = 1; i <= excluded; i++) {
		if (out_bits[i] <= n && int(b / 2 ^ (32 - out_bits[i])) == int(out_base[i] / 2 ^ (32 - out_bits[i]))) return
		if (out_bits[i] > n && int(out_base[i] / size) == int(b / size)) { emit(b, n + 1); emit(b + size / 2, n + 1); return }
	}
	list = list sprintf("%s\"%d.%d.%d.%d/%d\"", list == "" ? "" : ", ", b / 16777216, b / 65536 % 256, b / 256 % 256, b % 256, n)
}
function networks(s,   i, n, w) {
	list = ""; excluded = 0
	n = split(s, w, " ")
	for (i = 1; i <= n; i++) {
		if (w[i] ~ /:/) { list = list (list == "" ? "" : ", ") "\"" w[i] "\""; continue }
		parse(w[i] ~ /^!/ ? substr(w[i], 2) : w[i])
		if (w[i] ~ /^!/) { excluded++; out_base[excluded] = base; out_bits[excluded] = bits }
		else emit(base, bits)
	}
	return "trusted_networks = [ " list " ];"
}
/^CASE / { id = $2; eml = dir "/" id ".eml"; text = ""; trusted = internal = 0; t = i = "" ; r = u = q = ""; asks = 0 }
/^H / { text = text unescape(substr($0, 3)) "\n" }
/^CONF trusted_networks / { trusted = 1; t = substr($0, 23) }
/^CONF internal_networks / { internal = 1; i = substr($0, 24) }
/^CONF msa_networks / { msa = 1 }
/^TRUSTED/ { r = substr($0, 9); asks = 1 }
/^UNTRUSTED/ { u = substr($0, 11) }
/^QUERY/ { q = substr($0, 7) }
/^END/ {
	printf "%s\nbody\n", text >eml; close(eml)
	conf = dir "/" id ".conf"
	if (trusted) print networks(t) >conf
	else if (internal) print networks(i) >conf
	else print "" >conf
	close(conf)
	if (asks) { want = dir "/" id ".want"; printf "trusted: %s\nuntrusted: %s\nquery: %s\n", r, u, q >want; close(want) }
}
AWK
relays() { "$program" -c "$1" relays "$2" 2>/dev/null; }
echo 'trusted_networks = [ "127.0.0.1" ];' >"$tmp/loopback.conf"

mkdir "$tmp/cases" "$tmp/folded"
awk -v dir="$tmp/cases" -f "$tmp/cases.awk" "$set/cases.txt"
awk -v dir="$tmp/folded" -f "$tmp/cases.awk" "$set/folded.txt"

good=0 all=0
for eml in "$tmp"/folded/*.eml; do
	id=$(basename "$eml" .eml)
	relays "$tmp/loopback.conf" "$tmp/cases/${id%.fold*}.eml" >"$tmp/one"
	relays "$tmp/loopback.conf" "$eml" >"$tmp/two"
	all=$((all + 1))
	if cmp -s "$tmp/one" "$tmp/two"; then good=$((good + 1)); else echo "folded $id:"; diff "$tmp/one" "$tmp/two"; fi
done
echo "folded: $good of $all"

good=0 all=0
for want in "$tmp"/cases/*.want; do
	id=$(basename "$want" .want)
	all=$((all + 1))
	relays "$tmp/cases/$id.conf" "$tmp/cases/$id.eml" | awk -F'\t' '
		$3 == "trusted" { t = t " " $2 } $3 == "handoff" || $3 == "claimed" { u = u " " $2 } $9 == "yes" { q = q " " $2 }
		$3 != "trusted" && $9 ~ /^no:(documentation|reserved|private|this-network|6to4|benchmarking)/ { special = special " " $2 }
		END { print "trusted:" t; print "untrusted:" u; print "query:" q; print special >"/dev/stderr" }' >"$tmp/got" 2>"$tmp/special"
	# Addresses that are never looked up here are taken out of what is wanted.
	awk -v special="$(cat "$tmp/special")" 'BEGIN { n = split(special, s, " "); for (i = 1; i <= n; i++) no[s[i]] = 1 }
		{ o = $1; for (i = 2; i <= NF; i++) if ($1 != "query:" || !($i in no)) o = o " " $i; print o }' "$want" >"$tmp/want"
	if cmp -s "$tmp/want" "$tmp/got"; then
		good=$((good + 1))
	else
		echo "trust $id ($(grep . "$tmp/cases/$id.conf")):"
		diff "$tmp/want" "$tmp/got"
	fi
done
echo "trust: $good of $all"

good=0 all=0
while IFS='	' read -r file split source n unparsable ips rest; do
	case $file in '#'*) continue ;; esac
	all=$((all + 1))
	"$program" -c "$tmp/loopback.conf" relays <"$set/messages/$file" >"$tmp/out" 2>/dev/null
	got=$(awk -F'\t' '$2 != "-" { printf "%s%s", sep, $2; sep = " " }' "$tmp/out")
	bad=$(grep -c '	unparsed	' "$tmp/out")
	if [ "${got:--}" = "$ips" ] && [ "$bad" = "$unparsable" ]; then good=$((good + 1)); else echo "message $file: want $ips, $unparsable unparsed; got ${got:--}, $bad"; fi
done <"$set/messages.tsv"
echo "messages: $good of $all"
