#!/bin/sh
# A second opinion: the cases of tests/cases/*.cases through Dovecot's sieve-test. Where Pigeonhole does something else on purpose, the case
# says why ("-- dovecot ..."), and is not compared.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
need dovecot sieve-test

cases=$(LC_ALL=C awk -v dir="$tmp" -f "$top_srcdir/tests/cases/split.awk" "$top_srcdir"/tests/cases/*.cases) || bail "the cases cannot be read"
cd "$tmp" || bail "no $tmp"
mkdir home
chmod 755 "$tmp"
chmod 777 home
if is_root; then user=nobody group=nogroup; else user=$(id -un) group=$(id -gn); fi

# The scripts that a case includes are in $tmp/scripts (sieve-test of 2.4 takes no global ones). 2.4 has other names for the same settings; what the program says of itself decides.
cat >dovecot.conf <<CONF
mail_uid = $user
mail_gid = $group
mail_home = $tmp/home
base_dir = $tmp/home/run
first_valid_uid = 1
log_path = /dev/stderr
lda_mailbox_autocreate = yes
recipient_delimiter = +
CONF
names_23() {
	cat <<-CONF
		mail_location = maildir:$tmp/home/mail
		plugin {
		  sieve = file:$tmp/scripts;active=$tmp/home/none
		  sieve_global = file:$tmp/scripts
		  sieve_extensions = +editheader +spamtest +spamtestplus +virustest +vacation-seconds +imapflags
		  sieve_editheader_protected = X-SpamCop-Status X-SpamCop-Listed Return-Path Delivered-To
		  sieve_spamtest_status_type = score
		  sieve_spamtest_status_header = X-SpamCop-Score: ([0-9]+)
		  sieve_spamtest_max_value = 10
		  sieve_vacation_default_period = 7d
		  sieve_vacation_min_period = 1d
		}
	CONF
}
names_24() {
	printf 'dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n'
	cat dovecot.conf
	cat <<-CONF
		mail_driver = maildir
		mail_path = $tmp/home/mail
		sieve_script_path = $tmp/scripts
		sieve_extensions {
		  editheader = yes
		  spamtest = yes
		  spamtestplus = yes
		  virustest = yes
		  vacation-seconds = yes
		}
		sieve_spamtest_status_type = score
		sieve_spamtest_status_header = X-SpamCop-Score: ([0-9]+)
		sieve_spamtest_score_max_value = 10
		sieve_vacation_default_period = 7d
		sieve_vacation_min_period = 1d
	CONF
	for name in X-SpamCop-Status X-SpamCop-Listed Return-Path Delivered-To; do
		printf 'sieve_editheader_header %s {\n  forbid_add = yes\n  forbid_delete = yes\n}\n' $name
	done
}
version=2.3
case $(dovecot --version) in
[01].* | 2.[0-3].*) names_23 >>dovecot.conf ;;
*) version=2.4 && names_24 >dovecot.new && mv dovecot.new dovecot.conf ;;
esac

# What was done, one line each, in the words of both: "store FOLDER", "redirect ADDRESS", "discard", "reject", "vacation". The flags are not compared.
theirs() {
	sed -n -e '/^Performed actions:/,/^Implicit keep:/{
		s/^ \* store message in folder: \(.*\)$/store \1/p
		s/^ \* redirect message to: <*\([^<>]*\)>*.*$/redirect \1/p
		s/^ \* discard.*/discard/p
		s/^ \* reject.*/reject/p
		s/^ \* send vacation.*/vacation/p
	}' -e '/^Implicit keep:/,${
		s/^ \* store message in folder: \(.*\)$/store \1/p
	}' out
}
ours() {
	tail -n +2 want | sed -n -e 's/^implicit.*/store INBOX/p' -e 's/^keep.*/store INBOX/p' -e 's/^fileinto	\([^	]*\).*/store \1/p' \
		-e 's/^redirect	\(.*\)/redirect \1/p' -e 's/^discard$/discard/p' -e 's/^reject.*/reject/p' -e 's/^vacation.*/vacation/p' | sed 's/\\\\/\\/g'
}

compare() {
	eval "set -- $(cat "$case.options")"
	rm -f scripts && ln -s "$case.d" scripts
	sieve-test -c dovecot.conf "$@" script.sieve message >out 2>err
	ran=$?
	read -r kind _ <want
	case $kind in
	error) [ $ran != 0 ] || echo "Pigeonhole takes this script" ;;
	fails) grep -q 'Error: ' err || [ $ran != 0 ] || echo "Pigeonhole runs this script" ;;
	warning) [ $ran = 0 ] || cat err ;;
	plan)
		theirs | sort >theirs
		ours | sort >ours
		cmp -s theirs ours || { echo "ours:"; cat ours; echo "theirs ($ran):"; cat theirs; cat err; }
		;;
	esac
}

# Why a case is not compared with Pigeonhole; nothing for most.
why_not() {
	[ ! -s "$case.dovecot" ] || cat "$case.dovecot"
	case $title in
	*"environment of ours"* | *"unicode-casemap"* | "extensions: spamtest"*) echo "only here" ;;
	esac
	case $(cat "$case.options") in
	*--*) echo "an option of ours" ;;
	esac
	case $version:$(cat "$case.sieve") in
	*'"special-use"'* | *metadata* | *'"imapsieve"'* | *'"notify"'* | *'"fcc"'* | *'"vnd.dovecot.'*)
		echo "not among its extensions here"
		;;
	2.4:*:global*) echo "sieve-test of 2.4 takes no global scripts" ;;
	2.4:*'"imapflags"'*) echo "2.4 has no imapflags" ;;
	2.4:*'export "'* | 2.4:*'import "'*) echo "2.4 has no import and export" ;;
	esac
}

i=0
while [ "$i" -lt "$cases" ]; do
	i=$((i + 1))
	case=$tmp/$(printf %04d "$i")
	title=$(cat "$case.title")
	why=$(why_not | tr "\n" " ")
	if [ -n "$why" ]; then
		diag "$title: not compared: $why"
		continue
	fi
	read -r flags <"$case.flags"
	mkdir -p "$case.d"
	cp "$case.sieve" script.sieve
	cp "$case.eml" message
	cp "$case.want" want
	case " $flags " in *" escaped "*) printf '%b' "$(cat "$case.sieve")" >script.sieve ;; esac
	case " $flags " in *" crlf "*) sed 's/$/\r/' "$case.sieve" >script.sieve ;; esac
	case " $flags " in *" mailcrlf "*) sed 's/$/\r/' "$case.eml" >message ;; esac
	compare >wrong
	# A program that crashes has no opinion; that of 2.3 has one on all of this.
	if [ "$version" = 2.4 ] && [ "$ran" -ge 128 ]; then
		diag "$title: not compared: sieve-test of 2.4 crashes"
		continue
	fi
	ok "$title" test ! -s wrong
	if [ -s wrong ]; then
		sed 's/^/# /' wrong
		sed 's/^/# | /' script.sieve
	fi
done
done_testing
