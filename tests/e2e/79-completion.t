#!/bin/sh
# Completion knows the commands and options of --help, which 11-man.t compares with the page, and no others.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

completion=$top_srcdir/conf/completion
run "$filter" help
cp "$tmp/stdout" "$tmp/help"
commands=$(sed -n 's/^  \([a-z]*\)  *.*/\1/p' "$tmp/help" | sort)
# Options in a text, sorted.
options() {
	sed 's/[^-a-z_A-Z]/ /g' | tr ' ' '\n' | grep -E '^(-[A-Za-z]|--[a-z-]+)$' | sort -u
}
general=$(sed -n '/^options:/,$p' "$tmp/help" | options)

is "bash: the commands" "$(sed -n "s/.*local commands='\(.*\)'/\1/p" "$completion/bash/spamcop-filter" | tr ' ' '\n' | sort)" "$commands"
is "zsh: the commands" "$(sed -n "s/^	'\([a-z]*\):.*/\1/p" "$completion/zsh/_spamcop-filter" | sort)" "$commands"
is "zsh: and as words" "$(sed -n 's/^local command=.*(r)(\(.*\))\]}/\1/p' "$completion/zsh/_spamcop-filter" | tr '|' '\n' | sort)" "$commands"
is "fish: the commands" "$(sed -n 's/^set -l commands //p' "$completion/fish/spamcop-filter.fish" | tr ' ' '\n' | sort)" "$commands"
# shellcheck disable=SC2016 # the text is fish
is "fish: each with a word on it" "$(sed -n 's/.*-n \$none -a \([a-z]*\) -d .*/\1/p' "$completion/fish/spamcop-filter.fish" | sort)" "$commands"
is "fish: the general options" "$(grep '^complete' "$completion/fish/spamcop-filter.fish" | grep -v -e ' -n ' | grep -oE -- ' -s [A-Za-z]| -l [a-z-]+' | sed 's/ -s /-/; s/ -l /--/' | sort)" "$general"
for command in $commands; do
	run "$filter" help "$command"
	want=$({ printf '%s\n' "$general" && grep -oE '^  (-[a-z]|--[a-z-]+)' "$tmp/stdout" | tr -d ' '; } | sort -u)
	if have bash; then
		# shellcheck disable=SC2016
		is "bash: $command" "$(bash -c '. "$1"; COMP_WORDS=(spamcop-filter "$2" -); COMP_CWORD=2; _spamcop_filter; printf "%s\n" "${COMPREPLY[@]}"' bash "$completion/bash/spamcop-filter" "$command" 2>/dev/null | sort)" "$want"
	fi
	is "zsh: $command" "$({ sed -n '/^general=/,/^)/p' "$completion/zsh/_spamcop-filter" && grep -E "^\((.*\|)?$command(\|.*)?\) particular" "$completion/zsh/_spamcop-filter" | grep -oE "'--?[a-z-]+\["; } | options)" "$want"
	is "fish: $command" "$({ printf '%s\n' "$general" && grep -E "seen_subcommand_from ([a-z ]* )?$command( [a-z ]*)?'" "$completion/fish/spamcop-filter.fish" | grep -oE -- ' -s [A-Za-z]| -l [a-z-]+' | sed 's/ -s /-/; s/ -l /--/'; } | sort -u)" "$want"
done
if have bash; then
	# shellcheck disable=SC2016
	is "bash: a command begun" "$(bash -c '. "$1"; COMP_WORDS=(spamcop-filter -c x ex); COMP_CWORD=3; _spamcop_filter; echo "${COMPREPLY[@]}"' bash "$completion/bash/spamcop-filter" 2>/dev/null)" explain
	touch "$tmp/a file"
	# shellcheck disable=SC2016
	is "bash: a file with a blank" "$(cd "$tmp" && bash -c '. "$1"; COMP_WORDS=(spamcop-filter explain "a f"); COMP_CWORD=2; _spamcop_filter; echo "${COMPREPLY[0]}"' bash "$completion/bash/spamcop-filter" 2>/dev/null)" "a file"
fi
have zsh && ok "zsh reads it" zsh -n "$completion/zsh/_spamcop-filter"
have fish && ok "fish reads it" fish -n "$completion/fish/spamcop-filter.fish"
done_testing
