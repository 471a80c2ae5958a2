#!/bin/sh
# coverage.sh FOLDER: what the tests have run of filter/, sieve/ and conf/, by a build with --enable-coverage in FOLDER/build that has run them.
# A line for each folder, the files of which least is run, and FOLDER/page/index.html with every line; the last line is the sum, and the status
# says whether it is enough. As LLVM counts: every line of a function that is not blank or a comment; a branch is one outcome of one condition,
# so "a && b" has four. Nothing is left out: assertions, aborts and what only other kernels and libraries meet are in it too.
set -eu
folder=$(cd "$1" && pwd)
cd "$folder/build"
LC_ALL=C
export LC_ALL

lines_wanted=93 branches_wanted=82
out=$(mktemp -d "${TMPDIR:-/tmp}/coverage.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 130' HUP INT TERM

set -- spamcop-filter
for program in spamcop-sieve tests/unit/test_* tests/fuzz/fuzz_* tests/e2e/tools/nomem_filter; do
	case $program in
	*.o | *.log | *.trs) ;;
	*) set -- "$@" -object "$program" ;;
	esac
done
set -- "$@" -instr-profile="$out/profile" -ignore-filename-regex='/tests/|/config\.h$'
llvm-profdata merge -o "$out/profile" profile/*.profraw
# "mismatched": functions of headers, which two files called run.c have in common; each is counted elsewhere.
llvm-cov export -summary-only "$@" 2>"$out/warnings" >"$out/json"
grep -v '^warning: [0-9]* functions have mismatched data' "$out/warnings" >&2 || :
rm -rf "$folder/page"
llvm-cov show -format=html -output-dir="$folder/page" -show-branches=count -show-line-counts-or-regions "$@" 2>/dev/null
jq -r '.data[0].files[] | [(.filename | sub(".*/src/"; "")), (.summary.lines, .summary.branches | .count, .covered)] | @tsv' \
	"$out/json" | sort >"$out/files"

# table TITLE: of lines "NAME LINES RUN BRANCHES RUN".
table() {
	awk -v title="$1" -F '\t' '
function percent(n, of) { return of ? sprintf("%.1f", int(1000 * n / of) / 10) : "-" }
BEGIN { form = "%-42s %7s %7s %6s  %8s %7s %6s\n"; printf form, title, "lines", "not run", "%", "branches", "not run", "%" }
{ printf form, $1, $2, $2 - $3, percent($3, $2), $4, $4 - $5, percent($5, $4) }'
}
# folders DEPTH: sums of the files by the first DEPTH names of their path; 1: of whole trees.
folders() {
	awk -v depth="$1" -F '\t' -v OFS='\t' '
{ n = split($1, part, "/"); name = depth ? part[1] : "all"; for (i = 2; i <= depth && i < n; i++) name = name "/" part[i]
  if (depth == 1) name = name " (all of it)"
  for (i = 2; i <= 5; i++) sum[name, i] += $i; names[name] = 1 }
END { for (name in names) print name, sum[name, 2], sum[name, 3], sum[name, 4], sum[name, 5] }' "$out/files" | sort
}
{ folders 2 && folders 1 && folders 0; } | table folder
echo
awk -F '\t' -v OFS='\t' '{ print $2 - $3 + $4 - $5, $0 }' "$out/files" | sort -rn | head -n 15 | cut -f 2- | table "most that is not run"
echo
echo "each line: $folder/page/index.html"
folders 0 | awk -v lines="$lines_wanted" -v branches="$branches_wanted" '
{
	enough = 100 * $3 >= lines * $2 && 100 * $5 >= branches * $4
	printf "coverage: %.1f %% of %d lines (%d wanted), %.1f %% of %d branches (%d wanted)%s\n", int(1000 * $3 / $2) / 10, $2, lines,
		int(1000 * $5 / $4) / 10, $4, branches, enough ? "" : ": NOT ENOUGH"
}
END { exit !(NR == 1 && enough) }'
