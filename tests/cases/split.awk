# split.awk - cuts the files of cases into one set of files for each case: NNNN.sieve .eml .options .want .title in the folder `dir`.
#
#   == message NAME        a message, up to the next "== "; "default" is the one that cases have who name none
#   == 5.7 what is shown   a case, by section of its RFC: first its script, then lines that begin with "-- ":
#   -- plan                the plan that run prints, without `end`; without such a line: implicit
#   -- error 2:14 text     check and run refuse it: place, and words of the error
#   -- warning 2:14 text   check says so, and the script is valid
#   -- fails text          run ends without a plan: words of the reason
#   -- options -f a@b      of run
#   -- message NAME        one of the messages above;  -- message   one of its own, up to the next "-- " or "== "
#   -- include NAME        a script that it can include
#   -- crlf                the script's lines end in CRLF;  -- mailcrlf   the message's;  -- escaped   the script is printf(1)'s %b
#   -- require a, b        for the lines below: each is a case of its own, a test that is true ("+ TEST") or false ("! TEST")
#   -- dovecot why         Pigeonhole does something else, for this reason; on a line of its own for a case, behind " ## " for a test

function write(suffix, text) {
	printf "%s", text > (base suffix)
	close(base suffix)
}
function finish(   name) {
	if (title == "" || (script == "" && !wanted && expressions))
		return
	n++
	base = sprintf("%s/%04d", dir, n)
	write(".title", FILENAME_SHORT ": " title)
	write(".sieve", script)
	write(".flags", flags)
	write(".options", options)
	write(".eml", own ? mail : messages[message])
	write(".want", want == "" ? "plan\nimplicit\n" : want)
	if (dovecot != "")
		write(".dovecot", dovecot)
	for (name in included) {
		system("mkdir -p " base ".d")
		printf "%s", included[name] > (base ".d/" name ".sieve")
		close(base ".d/" name ".sieve")
	}
}
function reset() {
	title = script = options = want = mail = flags = dovecot = require = ""
	message = "default"
	own = wanted = expressions = 0
	split("", included)
	part = "script"
}
# A test on one line: a case of its own, with what was said for the group.
function expression(text, truth,   save_title, save_script, save_want, save_dovecot) {
	save_title = title; save_script = script; save_want = want; save_dovecot = dovecot
	if (match(text, / ## /)) {
		dovecot = substr(text, RSTART + 4)
		text = substr(text, 1, RSTART - 1)
	}
	title = title ": " (truth ? "" : "not ") text
	script = (require == "" ? "" : "require [" require "];\n") script "if " text " { discard; }\n"
	want = "plan\n" (truth ? "discard" : "implicit") "\n"
	expressions = 0
	finish()
	title = save_title; script = save_script; want = save_want; dovecot = save_dovecot
	expressions = 1
}
BEGIN { reset() }
FNR == 1 {
	finish()
	reset()
	FILENAME_SHORT = FILENAME
	sub(/.*\//, "", FILENAME_SHORT)
	sub(/\.cases$/, "", FILENAME_SHORT)
}
/^== message / {
	finish()
	reset()
	part = "named"
	name = $3
	messages[name] = ""
	next
}
/^== / {
	finish()
	reset()
	title = substr($0, 4)
	next
}
/^# ---- / { next } # a heading
part == "named" { messages[name] = messages[name] $0 "\n"; next }
title == "" { next }
/^-- plan$/ { part = "want"; want = "plan\n"; wanted = 1; next }
/^-- (error|warning|fails)/ { want = want substr($0, 4) "\n"; wanted = 1; part = "done"; next }
/^-- options / { options = substr($0, 12); next }
/^-- message / { message = $3; next }
/^-- message$/ { part = "mail"; own = 1; mail = ""; next }
/^-- include / { part = "include"; name = $3; included[name] = ""; next }
/^-- (crlf|mailcrlf|escaped)$/ { flags = flags " " $2; next }
/^-- dovecot / { dovecot = substr($0, 12); next }
/^-- require / {
	require = substr($0, 12)
	gsub(/[^, ]+/, "\"&\"", require)
	expressions = 1
	part = "done"
	next
}
/^-- tests$/ { expressions = 1; part = "done"; next }
expressions && /^\+ / { expression(substr($0, 3), 1); next }
expressions && /^! / { expression(substr($0, 3), 0); next }
part == "want" && $0 == "" { next }
part == "want" { want = want $0 "\n"; next }
part == "mail" { mail = mail $0 "\n"; next }
part == "include" { included[name] = included[name] $0 "\n"; next }
part == "script" { script = script $0 "\n"; next }
$0 != "" { print FILENAME ":" FNR ": not understood: " $0 > "/dev/stderr"; exit 1 }
END { finish(); print n }
