#!/bin/sh
# What a message costs, as whole processes, against cat, against the least that such a program can be (bare.c), and against what people use today. Compare the
# ratios: they are of runs of the same turn. Ends with 1 where a thing does not work, never for a time. Run it with ./bootstrap bench [peers].
#
# RUNS: turns (default 100). ONLY: one group. OUT: the table for programs (default bench.tsv in the build folder). STATIC: a spamcop-filter of configure --enable-static-libs. BEFORE: the spamcop-filter of another build, to compare with.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/lists.sh"
wall=$top_builddir/tests/bench/wall
[ -x "$wall" ] || bail "tests/bench/wall is not built: make tests/bench/wall"
need rbldnsd unbound awk
runs=${RUNS:-100}
peers=${1:-}
WALL_TSV=${OUT:-$top_builddir/bench.tsv}
export WALL_TSV
failed=0

{
	echo "# date: $(date -u '+%Y-%m-%d %H:%M') UTC, load before: $(cut -d' ' -f1-3 /proc/loadavg)"
	echo "# machine: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, kernel $(uname -r)"
	echo "# built with: $(cc --version | head -n 1), $(getconf GNU_LIBC_VERSION), c-ares $(pkg-config --modversion libcares), $(git -C "$top_srcdir" describe --always 2>/dev/null)"
	printf 'group\tname\tother\truns\tms_min\tms_median\tms_max\tx_min\tx_median\tx_max\tpeak_kb\tfailures\n'
} >"$WALL_TSV"
grep '^#' "$WALL_TSV"

# add NAME COMMAND...: one more row; compare GROUP TURNS INPUT [AS...]: run them, started by the command AS.
: >"$tmp/rows"
add() {
	printf '%s\n' "$@" ';' >>"$tmp/rows"
}
compare() {
	compare_as=${4:-}
	if [ "${ONLY:-$1}" != "$1" ]; then
		: >"$tmp/rows"
		return
	fi
	WALL_GROUP=$1
	export WALL_GROUP
	printf '\n%s\n%-48s %32s %s\n' "$1" "" "minimum, median, maximum" "ratio of each turn"
	compare_ifs=$IFS
	IFS='
'
	# shellcheck disable=SC2046 # one word a line
	set -- "$2" "$3" $(cat "$tmp/rows")
	IFS=$compare_ifs
	# shellcheck disable=SC2086 # several words or none
	$compare_as "$wall" "$@" 2>"$tmp/stderr" || failed=1
	sort "$tmp/stderr" | uniq -c | head -n 20
	: >"$tmp/rows"
}

# The message: 4 KB, 5 Received fields. received N: N of them.
received() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "Received: from h%d.example.net (h%d.example.net [8.8.%d.%d])\n\tby mx%d.example.org (Postfix) with ESMTPS id 4AB%d\n\tfor <joe@example.org>; Mon, 24 Nov 2025 10:00:00 +0000\n", i, i, int(i / 250) % 250, i % 250 + 1, i, i }'
	printf 'From: Ann <ann@example.net>\nTo: joe@example.org\nSubject: hello\nMessage-ID: <1@example.net>\nDate: Mon, 24 Nov 2025 10:00:00 +0000\n\n'
	awk -v n="${2:-70}" 'BEGIN { for (i = 0; i < n; i++) print "This is a line of the body of the message." }'
}
received 5 >"$tmp/letter"
received 200 >"$tmp/letter200"
received 10000 >"$tmp/letter10000"
received 90000 >"$tmp/letter16m" # just below the 16 MB that a header may have
received 5 2300 >"$tmp/letter100k"
chmod 644 "$tmp"/letter*

# A warm unbound in front of rbldnsd.
rbldnsd_start bl.test <<'LIST'
:127.0.0.2:Blocked - see https://www.example.org/bl?$
127.0.0.2
LIST
unbound_start <<CONF
 module-config: "iterator"
 local-zone: "test." nodefault
stub-zone:
 name: "bl.test"
 stub-addr: ${dns%:*}@${dns#*:}
CONF
port=${unbound#*:}
wait_for "unbound" ask "127.0.0.1:$port" 2.0.0.127.bl.test
printf 'lists = ( { zone = "bl.test"; } );\ndns: { servers = [ "127.0.0.1:%s" ]; };\n' "$port" >"$tmp/dns.conf"
echo 'lists = ( );' >"$tmp/unasked.conf"

# bare NAME COMPILER OPTION...: a lower bound, where it can be built.
bare() {
	bare_out=$tmp/bare-$1
	bare_cc=$2
	shift 2
	have "$bare_cc" && "$bare_cc" -std=gnu11 -D_GNU_SOURCE -O2 -o "$bare_out" "$top_srcdir/tests/bench/bare.c" "$@" 2>/dev/null
}
bare dynamic cc
bare static cc -static
bare musl musl-gcc -static
bare ares cc -DBARE_ARES -lcares
bare ares-libconfig cc -DBARE_ARES -DBARE_CONFIG -lcares -lconfig
bare ares-static cc -DBARE_ARES -static -lcares

add cat cat
add "sed 1i" sed '1i X: y'
for b in musl static dynamic; do
	[ ! -x "$tmp/bare-$b" ] || add "start alone, $b" "$tmp/bare-$b" start
done
for b in musl static dynamic ares-static ares ares-libconfig; do
	zone=bl.test
	[ $b != ares-libconfig ] || zone=$tmp/dns.conf
	[ ! -x "$tmp/bare-$b" ] || add "bare filter, $b" "$tmp/bare-$b" dns 127.0.0.1 "$port" "$zone"
done
add "spamcop-filter" "$filter" -c "$tmp/dns.conf"
[ ! -x "${BEFORE:-/nothing}" ] || add "spamcop-filter, before" "$BEFORE" -c "$tmp/dns.conf"
[ ! -x "$top_builddir/spamcop-tag" ] || add "spamcop-tag, fully static" "$top_builddir/spamcop-tag" -c "$tmp/dns.conf"
[ ! -x "${STATIC:-/nothing}" ] || add "spamcop-filter, static libraries" "$STATIC" -c "$tmp/dns.conf"
compare tag "$runs" "$tmp/letter"

# peer_gone PID: it has ended, also where nobody has asked for its status yet.
peer_gone() {
	! grep -q '^State:[^Z]*$' "/proc/$1/status" 2>/dev/null
}
if [ "$peers" ]; then
	mkdir "$tmp/peers" && chmod 777 "$tmp/peers"
	add cat cat
	add "spamcop-filter" "$filter" -c "$tmp/dns.conf"
	if have spamd && have spamc; then
		spamd_port=$(free_port)
		start spamd spamd -L -x -m 2 -i 127.0.0.1 -p "$spamd_port" -H "$tmp" -u nobody
		wait_for spamd spamc -K -d 127.0.0.1 -p "$spamd_port"
		add "spamc + spamd" spamc -x -d 127.0.0.1 -p "$spamd_port"
	fi
	if have rspamd && have rspamc; then
		rspamd_port=$(free_port)
		mkdir "$tmp/rspamd" && chmod 777 "$tmp/rspamd"
		cat >"$tmp/peers/rspamd.conf" <<CONF
options { pidfile = "$tmp/rspamd/pid"; filters = ""; dns { nameserver = ["127.0.0.1:$port"]; } }
logging { type = "console"; level = "error"; }
worker "normal" { bind_socket = "127.0.0.1:$rspamd_port"; count = 1; }
CONF
		start rspamd rspamd -f -u _rspamd -g _rspamd -c "$tmp/peers/rspamd.conf"
		tries=0
		until rspamc -h "127.0.0.1:$rspamd_port" --mime "$tmp/letter" >/dev/null 2>&1 || [ $tries -gt 200 ]; do
			sleep 0.1
			tries=$((tries + 1))
		done
		if [ $tries -le 200 ]; then
			add "rspamc + rspamd, no rules" rspamc -h "127.0.0.1:$rspamd_port" --mime
		else
			diag "rspamd does not start: left out"
		fi
	fi
	cat >"$tmp/shell" <<SHELL
#!/bin/sh
cat >"$tmp/shell.in"
a=\$(sed -n 's/.*\\[\\([0-9]*\\)\\.\\([0-9]*\\)\\.\\([0-9]*\\)\\.\\([0-9]*\\)\\].*/\\4.\\3.\\2.\\1/p' "$tmp/shell.in" | tail -n 1)
echo "X-Listed: \$(dig +short @127.0.0.1 -p $port "\$a.bl.test")"
cat "$tmp/shell.in"
SHELL
	have dig && add "shell and dig" sh "$tmp/shell"
	have spamassassin && add "spamassassin --local" env HOME="$tmp/peers" spamassassin --local
	compare peers "$((runs / 20 + 3))" "$tmp/letter"
	# Asked to end, they end their own workers, which a kill would leave behind.
	for server in spamd rspamd; do
		eval "server_pid=\${${server}_pid:-}"
		[ "$server_pid" ] || continue
		for main in $(cat "/proc/$server_pid/task/$server_pid/children"); do
			kill "$main"
			wait_for "the end of $server" peer_gone "$main"
		done
		stop $server
	done
fi

# Into a Maildir, never as root.
as=
is_root && as="setpriv --reuid nobody --regid nogroup --clear-groups"
mkdir -p "$tmp/home" && for box in ours ours10 procmail maildrop dovecot bare; do mkdir -p "$tmp/home/$box/tmp" "$tmp/home/$box/new" "$tmp/home/$box/cur"; done
{
	echo 'require "fileinto";'
	for i in 1 2 3 4 5 6 7 8 9 10; do echo "if header :contains \"Subject\" \"word$i\" { fileinto \"folder$i\"; stop; }"; done
} >"$tmp/rules.sieve"
{
	echo 'require ["fileinto"];'
	for i in $(seq 300); do printf '# rule:[rule %d]\nif allof (header :contains "subject" "word%d", header :contains "from" "ann%d@")\n{\n\tfileinto "folder%d";\n\tstop;\n}\n' "$i" "$i" "$i" "$i"; done
} >"$tmp/rules300.sieve"
cp "$tmp/rules.sieve" "$tmp/home/dovecot.sieve"
printf 'DEFAULT=%s/home/procmail/\nLOGFILE=/dev/null\n' "$tmp" >"$tmp/procmailrc"
printf 'to "%s/home/maildrop"\n' "$tmp" >"$tmp/home/maildroprc"
cat >"$tmp/lda.conf" <<CONF
base_dir = $tmp/home
mail_location = maildir:$tmp/home/dovecot
log_path = $tmp/home/dovecot.log
postmaster_address = postmaster@example.org
stats_writer_socket_path =
CONF
sed 's/maildir:.*/&10/' "$tmp/lda.conf" >"$tmp/lda10.conf"
cat >>"$tmp/lda10.conf" <<CONF
protocol lda {
  mail_plugins = sieve
}
plugin {
  sieve = $tmp/home/dovecot.sieve
}
CONF
chmod 644 "$tmp"/*.conf "$tmp"/*.sieve "$tmp/procmailrc"
chmod 600 "$tmp/home/maildroprc"
is_root && chown -R nobody "$tmp/home"
lda=/usr/lib/dovecot/dovecot-lda
user=$(is_root && echo nobody || id -un)
# The numbers of this group go through a file of that user's.
bench_tsv=$WALL_TSV
WALL_TSV=$tmp/home/deliver.tsv
: >"$WALL_TSV" && chmod 666 "$WALL_TSV"
add "start alone" true
add "bare write, fsync, link, fsync" "$tmp/bare-dynamic" store "$tmp/home/bare"
add "bare write, fsync, link" "$tmp/bare-dynamic" link "$tmp/home/bare"
add "spamcop-filter deliver" "$filter" deliver -c "$tmp/dns.conf" --mailbox "maildir:$tmp/home/ours"
[ ! -x "${BEFORE:-/nothing}" ] || add "spamcop-filter deliver, before" "$BEFORE" deliver -c "$tmp/dns.conf" --mailbox "maildir:$tmp/home/ours"
add "spamcop-filter deliver, no question" "$filter" deliver -c "$tmp/unasked.conf" --mailbox "maildir:$tmp/home/ours"
add "spamcop-filter deliver, 10 rules" "$filter" deliver -c "$tmp/dns.conf" --mailbox "maildir:$tmp/home/ours10" -s "$tmp/rules.sieve"
have procmail && add "procmail" procmail "$tmp/procmailrc"
have maildrop && add "maildrop" maildrop "$tmp/home/maildroprc"
if [ -x $lda ]; then
	add "dovecot-lda" $lda -c "$tmp/lda.conf"
	add "dovecot-lda, 10 rules" $lda -c "$tmp/lda10.conf"
fi
compare deliver "$runs" "$tmp/letter" "$as env HOME=$tmp/home USER=$user LOGNAME=$user WALL_TSV=$WALL_TSV"
# less_start OURS PEER: the ratio of both, each less the start of a process, by their medians against it.
less_start() {
	awk -F'\t' -v ours="$1" -v peer="$2" '$3 == "start alone" { x[$2] = $9 - 1 } END { if (x[ours] > 0 && x[peer] > 0) printf "less the start: %s %.2f x %s\n", ours, x[ours] / x[peer], peer }' "$WALL_TSV"
}
less_start "spamcop-filter deliver" procmail
less_start "spamcop-filter deliver" maildrop
less_start "spamcop-filter deliver, 10 rules" "dovecot-lda, 10 rules"
cat "$WALL_TSV" >>"$bench_tsv"
WALL_TSV=$bench_tsv

# The Sieve child alone: start, seal, parse, run, plan. It takes the script on 4 and nothing on 3.
add "true" sh -c 'exec true 3</dev/null 4<"$0"' "$tmp/rules.sieve"
add "the child, 10 rules" sh -c 'exec "$1" plan -- rules 3</dev/null 4<"$0"' "$tmp/rules.sieve" "$sieve"
add "the child, 300 rules" sh -c 'exec "$1" plan -- rules 3</dev/null 4<"$0"' "$tmp/rules300.sieve" "$sieve"
compare child "$runs" "$tmp/letter100k"

# Round trips.
for rtt in 20 100; do
	hostile_start "rtt$rtt" -d $rtt
	for zone in clean listed; do
		printf 'lists = ( { zone = "%s.test"; } );\ndns: { servers = [ "%s" ]; };\n' $zone "$dns" >"$tmp/$zone$rtt.conf"
		add "$zone, round trip of $rtt ms" "$filter" -c "$tmp/$zone$rtt.conf"
	done
	compare "round-trip-$rtt" "$((runs / 10 + 3))" "$tmp/letter"
	stop "rtt$rtt"
done

# Size: fields, header, message.
for size in letter letter200 letter10000 letter16m; do
	add "$(grep -c '^Received' "$tmp/$size") Received fields" sh -c 'exec "$1" -c "$2" <"$0"' "$tmp/$size" "$filter" "$tmp/dns.conf"
done
compare fields "$((runs / 8 + 3))" /dev/null
head -c "${BIG:-1000000000}" /dev/zero | tr '\0' 'x' | fold -w 76 | cat "$tmp/letter" - >"$tmp/big"
sync "$tmp/big"
add cat cat
add "bare splice" "$tmp/bare-dynamic" splice
add "spamcop-filter" "$filter" -c "$tmp/dns.conf"
compare "1-GB" 5 "$tmp/big"
rm -f "$tmp/big"

# The same 400 messages by one worker and by two.
cat >"$tmp/many" <<'MANY'
worker() {
	i=0
	while [ $i -lt "$1" ]; do
		"$filter" -c "$conf" <"$letter" >/dev/null || exit 1
		i=$((i + 1))
	done
}
if [ "$1" = 1 ]; then
	worker 400
else
	worker 200 &
	one=$!
	worker 200 && wait $one
fi
MANY
export filter conf letter
conf=$tmp/dns.conf letter=$tmp/letter
add "400 messages, two workers" sh "$tmp/many" 2
add "400 messages, one worker" sh "$tmp/many" 1
compare workers 5 /dev/null

# A Maildir with few messages and with many.
for n in 10 1000; do
	mkdir -p "$tmp/home/box$n/tmp" "$tmp/home/box$n/new" "$tmp/home/box$n/cur"
	for i in $(seq "$n"); do echo "$i"; done | (cd "$tmp/home/box$n/new" && xargs touch)
done
is_root && chown -R nobody "$tmp/home"
# shellcheck disable=SC2086
for n in 10 1000; do
	add "into a Maildir of $n" $as "$filter" deliver -c "$tmp/dns.conf" --mailbox "maildir:$tmp/home/box$n"
done
compare maildir "$runs" "$tmp/letter"

# A list file.
awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "%d.%d.%d.%d\n", 11 + int(i / 16777216), int(i / 65536) % 256, int(i / 256) % 256, i % 256 }' >"$tmp/list"
head -n 10 "$tmp/list" >"$tmp/list10"
for n in list10 list; do
	printf 'lists = ( { name = "list"; file = "%s"; } );\n' "$tmp/$n" >"$tmp/$n.conf"
	add "list file, $(wc -l <"$tmp/$n") entries" "$filter" -c "$tmp/$n.conf"
done
ln "$tmp/list" "$tmp/indexed"
printf 'lists = ( { name = "list"; file = "%s"; } );\n' "$tmp/indexed" >"$tmp/indexed.conf"
"$filter" -c "$tmp/indexed.conf" index >/dev/null || exit 1
add "the same with an index" "$filter" -c "$tmp/indexed.conf"
compare list-file "$((runs / 10 + 3))" "$tmp/letter"
printf '# load behind: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)" | tee -a "$WALL_TSV"
printf '\nAll ratios: %s\n' "$WALL_TSV"
exit $failed
