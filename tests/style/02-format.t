#!/bin/sh
# The form of doc/developing.md: as clang-format 14 writes it, 100 columns
# (comments 80), 450 lines a file, 60 a function. Another version of clang-format
# has other opinions, so with another one, or none, the first test is skipped.
cd "${top_srcdir:-$(dirname "$0")/../..}" || exit 99
. tests/style/check.sh
files=$(find filter sieve conf tests -path tests/mta -prune -o -name '*.[ch]' -print | sort)
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}
echo 1..5
format=
for name in clang-format-14 clang-format; do
	case $("$name" --version 2>/dev/null) in
	*'version 14.'*) format=$name && break ;;
	esac
done
if [ -n "$format" ] && [ -f .clang-format ]; then
	# shellcheck disable=SC2086 # a list
	check "as clang-format 14 writes it" "$("$format" --dry-run --Werror $files 2>&1 | grep 'error:' | sed 's/: error:.*//')"
else
	skip "as clang-format 14 writes it" "clang-format 14 is not installed"
fi
# Columns: bytes that begin no character are not counted; a tab goes to the next 8.
# shellcheck disable=SC2086 # a list
wide() {
	LC_ALL=C awk -v widest="$1" -v what="$2" '
function columns(s, i, n, c) {
	gsub(/[\200-\277]/, "", s)
	for (i = 1; i <= length(s); i++) { c = substr(s, i, 1); n += c == "\t" ? 8 - n % 8 : 1 }
	return n
}
FNR == 1 { comment = 0 }
{
	whole = comment || $0 ~ /^[\t ]*\/\*/
	if ($0 ~ /^[\t ]*\/\*/ && $0 !~ /\*\//) comment = 1
	else if (comment && $0 ~ /\*\//) comment = 0
	if ((what == "comment") == (whole ? 1 : 0) || what == "any") if (columns($0) > widest) print FILENAME ":" FNR ": " columns($0) " columns"
}' $files
}
check "100 columns" "$(wide 100 any)"
check "a comment of its own has 80 columns" "$(wide 80 comment)"
# shellcheck disable=SC2086 # a list
check "450 lines a file" "$(wc -l $files | awk '$1 > 450 && $2 != "total" {print $2 ": " $1 " lines"}')"
# A definition begins with a name in the first column and ends with a brace there.
# Those of tests are mostly tables, and may be as long as these.
ours=$(printf '%s\n' "$files" | grep -v '^tests/')
# shellcheck disable=SC2086 # a list
check "60 lines a function" "$(awk '
FNR == 1 { inside = 0 }
/^[A-Za-z_][A-Za-z0-9_]*\(/ && !/;$/ { name = $0; sub(/\(.*/, "", name); start = FNR; head = 1 }
/^\{/ && head { inside = 1; head = 0; start = FNR }
/^\}/ && inside { if (FNR - start + 1 > 62) print FILENAME ":" start ": " name "() has " FNR - start - 1 " lines"; inside = 0 }
' $ours)"
