#!/bin/sh
# analyse.sh: what reads the code without running it. A line for each tool, and
# the findings that tests/analyse.known does not give a reason for. A tool of
# another version than Debian 12's has other opinions: it is skipped, and named.
# To be started in a tree that was configured in place: ./bootstrap analyse.
set -u
cd "$(dirname "$0")/.." || exit 99
LC_ALL=C.UTF-8
export LC_ALL
passed=0 failed=0 skipped=0
out=$(mktemp -d "${TMPDIR:-/tmp}/analyse.XXXXXX") || exit 99
trap 'rm -rf "$out"' EXIT
trap 'exit 130' HUP INT TERM

# have TOOL VERSION: is it there, and of this version?
have() {
	case $("$1" --version 2>/dev/null | head -n 2 | tr '\n' ' ') in
	*"$2"*) return 0 ;;
	esac
	skipped=$((skipped + 1))
	echo "skip $1: wants version $2, which is not installed"
	return 1
}

# verdict NAME: the findings are in $out/found, empty or not there where there are none.
verdict() {
	if [ -s "$out/found" ]; then
		failed=$((failed + 1))
		echo "not ok $1"
		sed 's/^/  | /' "$out/found"
	else
		passed=$((passed + 1))
		echo "ok $1"
	fi
	rm -f "$out/found"
}

# unknown TOOL: of lines "FILE:LINE: ID: TEXT" those that analyse.known has no "TOOL FILE ID" for; and what it has for nothing.
unknown() {
	awk -v tool="$1" '
NR == FNR { if ($1 == tool) known[$2 " " $3] = FNR; next }
{ split($0, part, ": "); file = part[1]; sub(/:.*/, "", file); key = file " " part[2] }
key in known { found[key] = 1; next }
{ print }
END { for (key in known) if (!(key in found)) print "tests/analyse.known:" known[key] ": " tool " does not find this any more: " key }
' tests/analyse.known -
}

# variable EXPRESSION: as the Makefile expands it.
variable() {
	printf 'include Makefile\nanalyse-variable:\n\t@echo %s\n' "$1" | make -s -f - analyse-variable
}

# All that is in git, never what a build made.
files() {
	git ls-files
}

# each_source COMMAND [WITHIN...]: the command for each file that is compiled here, which is "$0" in it, with the flags in $FLAGS, all of them
# within another command; a file that it cannot end with in ten minutes is a finding. What it says, on standard output.
each_source() {
	# shellcheck disable=SC2016 # for make
	flags=$(variable '$(DEFS) $(AM_CPPFLAGS) $(CARES_CFLAGS) $(LIBCONFIG_CFLAGS) $(PCRE2_CFLAGS) $(UTF8PROC_CFLAGS) $(SECCOMP_CFLAGS)')
	# shellcheck disable=SC2016 # for make
	sources=$(variable '$(libbase_a_SOURCES) $(libchild_a_SOURCES) $(libfilter_a_SOURCES) $(spamcop_filter_SOURCES) $(spamcop_sieve_SOURCES)')
	# No file read is no file in order.
	[ -n "$sources" ] || echo "Makefile:1: no-files: it names no files"
	FLAGS="-std=gnu11 $flags" COMMAND=$1
	export FLAGS COMMAND
	shift
	for file in $sources; do
		case $file in *.c) echo "$file" ;; esac
	done | "$@" xargs -P "$(nproc)" -n 1 sh -c '
		timeout 600 sh -c "$COMMAND" "$0" 2>&1
		[ $? != 124 ] || echo "$0:1: not-finished: within ten minutes"'
}

# What a compiler prints: one finding a line.
compiler_lines() {
	sed -nE -e "s,^$PWD/,," -e 's,^([^ :]+:[0-9]+):[0-9:]* (warning|error): (.*) \[(-W)?([^],=]*)[^]]*\]$,\1: \4\5: \3,p;t' \
		-e 's,^([^ :]+:[0-9]+):[0-9]+: (fatal )?error: (.*),\1: error: \3,p;t' -e '/^[^ ]*: not-finished: /p;/^Makefile:1: /p' | sort -u
}

# shellcheck disable=SC2016 # for the inner shell
analyse_gcc() {
	# What is in a header, or nowhere (cc1), is counted to the file that is compiled.
	each_source 'gcc -O1 -fanalyzer -fdiagnostics-plain-output $FLAGS -c -o /dev/null "$0" 2>&1 | sed -E "/ warning: /s,^(cc1:|[^ :]+:([0-9]+):),$0:\2:,;s,::,:1:,"' |
		compiler_lines | unknown gcc >"$out/found"
}

# Not asked for, as each would have to be answered all over, always alike:
# swappable parameters: most functions of two numbers or two spans;
# narrowing: a character constant is an int in C, so "char c = n > 0 ? p[0] : 0" is one;
# widening of a product: those here are of constants, where gcc says it when they overflow, or of hours and minutes;
# mt-unsafe: neither program has a second thread;
# err33: printf() and its kin; stdout is asked once, at the end (guard_exit(), ferror()), stderr has nobody to tell.
# shellcheck disable=SC2016 # for the inner shell
analyse_tidy() {
	checks='-*,bugprone-*,cert-*,concurrency-*,-bugprone-easily-swappable-parameters,-bugprone-narrowing-conversions'
	checks="$checks,-bugprone-implicit-widening-of-multiplication-result,-concurrency-mt-unsafe,-cert-err33-c"
	CHECKS=$checks
	export CHECKS
	each_source 'clang-tidy --quiet --header-filter="(filter|sieve|conf)/" -checks="$CHECKS" "$0" -- $FLAGS' |
		compiler_lines | unknown clang-tidy >"$out/found"
}

# The compiler that scan-build puts in the place of clang reads and compiles.
# shellcheck disable=SC2016 # for the inner shell
analyse_scan() {
	# What is in a header is counted to the file that is compiled.
	each_source '$CC $FLAGS -O1 -c -o /dev/null "$0" 2>&1 | sed -E "/ warning: /s,^[^ :]+:([0-9]+):,$0:\1:,"' scan-build --use-cc=clang -plist -o "$out/scan" 2>&1 |
		compiler_lines | unknown scan-build >"$out/found"
}

analyse_cppcheck() {
	# The files for another c-ares are read too: nothing is compiled.
	cppcheck -q -j "$(nproc)" --enable=warning,portability --std=c11 -D_GNU_SOURCE -I. \
		--template='{file}:{line}: {id}: {message}' filter sieve conf 2>&1 | unknown cppcheck >"$out/found"
}

analyse_shellcheck() {
	# Not asked for, as a file that is sourced shares its names and its
	# arguments with the one that sources it, which shellcheck does not see:
	# SC2034 unused, SC2154 not assigned, SC2120 without arguments.
	# shellcheck disable=SC2046 # names without blanks
	shellcheck -s sh -S warning -e SC2034,SC2154,SC2120 -f gcc $(scripts) 2>&1 |
		sed -E 's,^([^:]*:[0-9]+):[0-9]+: [a-z]+: (.*) \[(SC[0-9]+)\]$,\1: \3: \2,' | unknown shellcheck >"$out/found"
}

# What is for /bin/sh, by its first line or its name.
scripts() {
	files | while read -r name; do
		case $name in
		*.t | *.sh) echo "$name" ;;
		*.*) ;;
		*) if head -n 1 "$name" | grep -qa '^#! */bin/sh'; then echo "$name"; fi ;;
		esac
	done
}

analyse_mandoc() {
	# Style: that a page is not installed here is no fault of the page.
	mandoc -Tlint -W style doc/*.[0-9] 2>&1 | grep -v 'STYLE: referenced manual not found: Xr spamcop-' >"$out/found"
}

analyse_codespell() {
	# Left out: pictures, the inputs of fuzz targets, and languages other than English.
	# The words: s/qmail writes "de?crypted"; names of ours (froms, ulimited);
	# ends and beginnings of words that tests and mdoc write in pieces (nd, te, fo,
	# ue, hel, sie, als, curren, tyes); misspellings that tests give a program
	# (chekc, treshold, wieght); German (Ordner).
	files | grep -vE '\.png$|^tests/fuzz/corpus/|/localization/(de|es)_|^tests/analyse' |
		xargs codespell -L truns,crypted,froms,ulimited,nd,te,fo,ue,hel,sie,als,curren,tyes,chekc,treshold,wieght,ordner >"$out/found" 2>&1
}

start=$(date +%s)
if ! command -v git >/dev/null || ! git rev-parse --git-dir >/dev/null 2>&1; then
	echo "skip shellcheck, codespell: what they read is asked of git, and this is no clone"
	skipped=$((skipped + 2))
else
	if have shellcheck "version: 0.9."; then
		analyse_shellcheck
		verdict shellcheck
	fi
	if have codespell 2.2.; then
		analyse_codespell
		verdict codespell
	fi
fi
if command -v mandoc >/dev/null; then
	analyse_mandoc
	verdict "mandoc -Tlint"
else
	skipped=$((skipped + 1))
	echo "skip mandoc: not installed"
fi
if have cppcheck "Cppcheck 2.10"; then
	analyse_cppcheck
	verdict cppcheck
fi
if have gcc " 12."; then
	analyse_gcc
	verdict "gcc -fanalyzer"
fi
if have clang-tidy "version 14."; then
	analyse_tidy
	verdict clang-tidy
fi
if ! command -v scan-build >/dev/null; then
	skipped=$((skipped + 1))
	echo "skip scan-build: not installed"
elif have clang "version 14."; then
	analyse_scan
	verdict scan-build
fi
echo "$(($(date +%s) - start)) seconds"
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
