#!/bin/sh
# A real Roundcube (sqlite, PHP's own server) over a private Dovecot, in headless Chromium: a listed mail comes through the filter, stands in Junk, says
# why, is let in with "Not junk", and its sender's next mail stays in INBOX. Run by ./bootstrap check-web. Pictures: $pictures, if set.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"
. "$top_srcdir/tests/e2e/lib/mail-lib.sh"
need dovecot sievec php chromedriver bash
roundcube=/usr/share/roundcube
[ -f $roundcube/index.php ] || skip_all "Roundcube is not installed"
mail_setup
. "$top_srcdir/tests/e2e/lib/mail-dovecot.sh"

# Dovecot with the site's rule and "moving out of Junk lets the sender in"; deliver hands mail to its LMTP.
behind=$(dovecot_piece 91-spamcop-junk.conf)
allow=$(dovecot_piece 93-spamcop-allow.conf)
mail_piece dovecot/spamcop-junk.sieve >"$tmp/etc/dovecot/sieve-before/spamcop-junk.sieve"
mail_piece dovecot/spamcop-not-junk.sieve >"$tmp/etc/dovecot/spamcop-not-junk.sieve"
mail_piece dovecot/spamcop-allow >"$tmp/etc/dovecot/sieve-pipes/spamcop-allow"
chmod 755 "$tmp/etc/dovecot/sieve-pipes/spamcop-allow"
dovecot_start "$behind" "$allow"
sievec -c "$dovecot_conf" "$tmp/etc/dovecot/sieve-before/spamcop-junk.sieve"
sievec -c "$dovecot_conf" "$tmp/etc/dovecot/spamcop-not-junk.sieve"
chmod -R a+rX "$tmp/etc"
mail_configure "deliver: { mailbox = \"lmtp:unix:$lmtp_socket\"; };"
mail_send() {
	(cd / && exec env -i HOME="$mail_home" $mail_as "$mail_filter" deliver -f friend@example.net -a user@example.org <"$tmp/msg/$1")
}

# Roundcube.
web=$tmp/roundcube
mkdir -p "$web/config" "$web/temp" "$web/logs" "$web/pictures"
# A copy of the program, with our plugin beside its own.
mkdir "$web/share"
cp -a $roundcube "$web/share/roundcube"
ln -s /usr/share/javascript "$web/share/javascript" # where its links point
cp -R "$top_srcdir/conf/roundcube/spamcop" "$web/share/roundcube/plugins/"
roundcube=$web/share/roundcube
printf '<?php define("INSTALL_PATH", "%s/");\n' "$roundcube" >"$web/place.php" # Debian's looks for plugins in /var/lib
cp /etc/roundcube/defaults.inc.php /etc/roundcube/mimetypes.php "$web/config/" 2>/dev/null
mail_piece roundcube/spamcop.inc.php "s,/etc/roundcube/,$web/config/," >"$web/config/spamcop.inc.php"
mail_piece roundcube/not-junk-command.inc.php "s,/var/vmail/%d/%l,$mail_home," >"$web/config/not-junk-command.inc.php"
mail_piece roundcube/default.sieve >"$web/config/spamcop-default.sieve"
cat >"$web/config/config.inc.php" <<EOF
<?php
\$config = [];
\$config['db_dsnw'] = 'sqlite:///$web/db?mode=0600';
\$config['imap_host'] = '127.0.0.1:$imap_port';
\$config['smtp_host'] = '127.0.0.1:9';
\$config['managesieve_host'] = '127.0.0.1:$sieve_port';
\$config['managesieve_usetls'] = false;
\$config['des_key'] = 'a key of twenty-four chars';
\$config['plugins'] = [];
\$config['skin'] = 'elastic';
\$config['language'] = 'en_US';
\$config['enable_spellcheck'] = false;
\$config['log_dir'] = '$web/logs';
\$config['temp_dir'] = '$web/temp';
\$config['product_name'] = 'Webmail';
include '$web/config/spamcop.inc.php';
@include '$web/config/local.inc.php';
EOF
chown -R "$mail_uid:$mail_gid" "$web"
as_web() {
	(cd "$web" && exec env -i PATH="$PATH" HOME="$web" ROUNDCUBE_CONFIG_DIR="$web/config/" $mail_as "$@")
}
run as_web php -r '(new PDO("sqlite:$argv[1]"))->exec(file_get_contents($argv[2]));' "$web/db" "$roundcube"/SQL/sqlite.initial.sql
[ "$status" = 0 ] || bail "Roundcube's database: $(cat "$tmp/stdout" "$tmp/stderr")"
web_port=$(free_port)
start php env -i PATH="$PATH" HOME="$web" ROUNDCUBE_CONFIG_DIR="$web/config/" $mail_as php -d "auto_prepend_file=$web/place.php" -S "127.0.0.1:$web_port" -t "$roundcube"
driver_port=$(free_port)
start driver env HOME="$web" chromedriver "--port=$driver_port"
wait_for "PHP" bash -c "</dev/tcp/127.0.0.1/$web_port"
wait_for "chromedriver" bash -c "</dev/tcp/127.0.0.1/$driver_port"
mkfifo "$tmp/steps" "$tmp/answers"
start browser sh -c "exec php '$top_srcdir/tests/web/steps.php' 127.0.0.1:$driver_port http://127.0.0.1:$web_port '$web/pictures' <'$tmp/steps' >'$tmp/answers'"
exec 7>"$tmp/steps" 8<"$tmp/answers"

# step VERB [ARGUMENT]: $answer is what the page says.
step() {
	echo "$*" >&7
	IFS= read -r answer <&8 || bail "the browser ended: $(cat "$tmp/browser.log")"
}

# picture NAME: into doc/, if that was asked for.
picture() {
	step picture "$1"
	[ -z "${pictures:-}" ] || cp "$web/pictures/$1.png" "$pictures/$1.png"
}

# A message that looks well in a picture.
web_message() {
	mail_message "$1" "$2"
	sed -i -e '/^$/q' -e "s/^Subject: about .*/Subject: $3/" "$tmp/msg/$1"
	printf 'Dear user,\n\n%s\n\nend of %s\n' "$4" "$1" >>"$tmp/msg/$1"
}
web_message first "$mail_bad" "You have won" "Our lottery has drawn your address. Answer today, with your bank account's number."
web_message other "$mail_good" "Minutes of Thursday" "Here are the minutes. Please tell me by Monday what is missing."
mail_send first
mail_send other
is "the listed mail is in Junk" "$(mail_where first)" Junk
is "the clean mail is in INBOX" "$(mail_where other)" INBOX
step login
is "login" "$answer" "ok "
step list INBOX
like "INBOX shows the clean mail" "$answer" "ok *Minutes of Thursday*"
case $answer in *"You have won"*) fail "INBOX does not show the listed one" ;; *) pass "INBOX does not show the listed one" ;; esac
step list Junk
like "Junk shows the listed mail" "$answer" "ok *You have won*"
step read Junk
like "above the mail stands why, in a sentence" "$answer" "ok *In Junk because the server that sent it, 11.22.33.44, is on the list office.*"
like "opening it shows the verdict" "$answer" "ok *X-SpamCop-Status*listed; relays=*"
like "opening it shows the reason" "$answer" "ok *X-SpamCop-Listed*11.22.33.44; list=office*Blocked - see https://www.spamcop.net/bl.shtml?11.22.33.44*"
picture roundcube-junk
step meaning
like "what a listing means is one click away" "$answer" "ok *says something about the server, not about the person*A listing ends by itself*"
picture roundcube-why
step boxnotjunk
is "Not junk, from the box" "$answer" "ok "
wait_for "the move" test "$(mail_where first)" = INBOX
is "Not junk moves it to INBOX" "$(mail_where first)" INBOX
like "and lets its sender in" "$(cat "$mail_home/.spamcop-allow" 2>/dev/null)" "*friend@example.net*"
web_message second "$mail_bad" "Lunch?" "I have changed my provider, and mail arrives at last. Lunch on Friday?"
mail_send second
is "the sender's next mail stays in INBOX" "$(mail_where second)" INBOX
step list INBOX
like "and is seen there" "$answer" "ok *Lunch?*"
picture roundcube-inbox
sed -i '/friend@example.net/d' "$mail_home/.spamcop-allow"

# The Filters page.
printf 'require ["fileinto", "mailbox"];\nif header :contains "Subject" "by hand" { fileinto :create "Hand"; }\n' >"$mail_home/.dovecot.sieve"
chown "$mail_uid:$mail_gid" "$mail_home/.dovecot.sieve"
step filters
like "the Filters page opens" "$answer" "ok *"
step filters # now it has made the first rules
like "it starts with the default rule" "$answer" "ok *Suspected spam*"
like "and offers the rules written by hand" "$answer" "ok *dovecot.orig*"
ok "which are all there" grep -rq "by hand" "$mail_home/sieve"
step addfilter
like "the user adds a filter" "$answer" "ok *Holiday*"
picture roundcube-filters
ok "it is in the script" grep -q holiday "$mail_home/sieve/roundcube.sieve"
ok "and so is the default rule, as it was" grep -q 'exists "X-SpamCop-Listed"' "$mail_home/sieve/roundcube.sieve"
web_message third "$mail_bad" "You have won again" "Our lottery has drawn your address once more."
mail_send third
is "the site's rule still files listed mail" "$(mail_where third)" Junk

# The plugin's sentence: two lists, two servers, another language, and text that is an attack.
web_plant() {
	mkdir -p "$mail_home/Maildir/.Junk/new" "$mail_home/Maildir/.Junk/cur" "$mail_home/Maildir/.Junk/tmp"
	printf 'From: a@example.net\nTo: user@example.org\nSubject: %s\nMessage-ID: <%s@example.net>\n%b\n\nText\n' "$1" "$1" "$2" >"$mail_home/Maildir/.Junk/new/$(date +%s).$1.host"
	chown -R "$mail_uid:$mail_gid" "$mail_home/Maildir/.Junk"
}
web_shows() {
	rm -f "$mail_home"/Maildir/.Junk/new/* "$mail_home"/Maildir/.Junk/cur/*
	web_plant "$1" "$2"
	step list Junk
	step read Junk
}
web_listed='X-SpamCop-Status: listed; relays=2; checked=2; score=10\nX-SpamCop-Listed: 192.0.2.7; list=bl.spamcop.net; answer=127.0.0.2; relay=1; trust=handoff;\n\treason="Blocked - see https://www.spamcop.net/bl.shtml?192.0.2.7"'
web_shows two "$web_listed\nX-SpamCop-Listed: 192.0.2.7; list=zen; answer=127.0.0.4; relay=1; trust=handoff\nX-SpamCop-Listed: 198.51.100.9; list=zen; answer=127.0.0.4; relay=2; trust=claimed"
like "two lists" "$answer" "ok *because the server that sent it, 192.0.2.7, is on the lists SpamCop and zen.*"
like "and a second server" "$answer" "ok *A server that it passed through, 198.51.100.9, was on the list zen when it came.*"
step attribute '.spamcop-why a' href
is "the list's own page is a link" "$answer" "ok https://www.spamcop.net/bl.shtml?192.0.2.7"
picture roundcube-why-two
web_shows forged 'X-SpamCop-Status: listed; relays=1; checked=1; score=6\nX-SpamCop-Listed: 192.0.2.8; list=<script>document.title=1</script>; answer=127.0.0.2; relay=1; trust=handoff;\n\treason="<img src=x onerror=document.title=1> javascript:alert(1) https://evil.example/\\"onmouseover=document.title=1 <script>document.title=1</script>"'
like "a hostile list name is text" "$answer" "ok *is on the list <script>document.title=1</script>.*"
step attribute '.spamcop-why a' href
is "a link ends where an address does" "$answer" "ok https://evil.example/"
step title
case $answer in "ok 1") fail "nothing of a field runs" ;; *) pass "nothing of a field runs" ;; esac
picture roundcube-why-hostile
web_shows odd 'X-SpamCop-Status: listed; relays=1\nX-SpamCop-Listed: nobody; list=zen\nX-SpamCop-Listed: 192.0.2.9'
case $answer in *"In Junk because"*) fail "a field that is not ours says nothing" ;; *) pass "a field that is not ours says nothing" ;; esac
web_shows clean 'X-SpamCop-Status: clean; relays=1; checked=1; score=0'
case $answer in *"What does that mean"*) fail "a clean mail has no box" ;; *) pass "a clean mail has no box" ;; esac
for web_language in de_DE fr_FR es_ES; do
	run as_web php -r '(new PDO("sqlite:$argv[1]"))->exec("UPDATE users SET language = \"$argv[2]\"");' "$web/db" "$web_language"
	step login
	web_shows "in$web_language" "$web_listed"
	case $web_language in
	de_DE) web_want='*weil der Server, der sie gesendet hat, 192.0.2.7, auf der Liste SpamCop steht.*Was bedeutet das?*' ;;
	fr_FR) web_want='*car le serveur qui l’a envoyé, 192.0.2.7, figure sur la liste SpamCop.*' ;;
	es_ES) web_want='*porque el servidor que lo envió, 192.0.2.7, está en la lista SpamCop.*' ;;
	esac
	like "in $web_language" "$answer" "ok $web_want"
	[ "$web_language" != de_DE ] || picture roundcube-why-german
done
run as_web php -r '(new PDO("sqlite:$argv[1]"))->exec("UPDATE users SET language = \"en_US\"");' "$web/db"
rm -f "$mail_home"/Maildir/.Junk/new/*.host "$mail_home"/Maildir/.Junk/cur/*.host*
web_message third "$mail_bad" "You have won again" "Our lottery has drawn your address once more."
mail_send third

# "Not junk" by a command of Roundcube's own.
rm -f "$mail_home/.spamcop-allow"
dovecot_stop
cat >"$web/config/local.inc.php" <<EOF
<?php
include '$web/config/not-junk-command.inc.php';
\$config['imap_host'] = '127.0.0.1:@PORT@';
EOF
dovecot_start "$behind"
sed -i "s/@PORT@/$imap_port/" "$web/config/local.inc.php"
step login
step list Junk
step read Junk
step notjunk
is "Not junk with a command moves the mail" "$(mail_where third)" INBOX
wait_for "the command" test -s "$mail_home/.spamcop-allow"
like "and lets its sender in" "$(cat "$mail_home/.spamcop-allow")" "*friend@example.net*"

# Users who are no accounts of the machine: one account runs the filter, PHP and Dovecot for all, and each has a home. By the command, then by Dovecot.
vmail=$tmp/vmail
dovecot_home="$vmail/%d/%n"
dovecot_new && dovecot_home="$vmail/%{user | domain}/%{user | username}"
mail_send() {
	(cd / && exec env -i $mail_as "$mail_filter" deliver --home "$vmail/example.org/$2" -f friend@example.net -a "$2@example.org" <"$tmp/msg/$1")
}
web_virtual() {
	rm -rf "$vmail"
	mkdir -p "$vmail/example.org"
	chown -R "$mail_uid:$mail_gid" "$vmail"
	mail_piece roundcube/not-junk-command.inc.php "s,/var/vmail,$vmail," >"$web/config/not-junk-command.inc.php"
	[ "$1" = command ] || echo '<?php' >"$web/config/not-junk-command.inc.php"
	shift
	dovecot_stop
	dovecot_start "$@"
	sed -i "s/127.0.0.1:[0-9]*';/127.0.0.1:$imap_port';/" "$web/config/local.inc.php"
	step login alice@example.org
}
for web_how in command Dovecot; do
	if [ $web_how = command ]; then web_virtual command "$behind"; else web_virtual Dovecot "$behind" "$allow"; fi
	for web_user in alice bob; do
		mail_boxes="INBOX:$vmail/example.org/$web_user/Maildir/new INBOX:$vmail/example.org/$web_user/Maildir/cur Junk:$vmail/example.org/$web_user/Maildir/.Junk/new Junk:$vmail/example.org/$web_user/Maildir/.Junk/cur"
		web_message "$web_how.$web_user.1" "$mail_bad" "You have won" "Our lottery has drawn your address."
		web_message "$web_how.$web_user.2" "$mail_bad" "Lunch?" "Lunch on Friday?"
		mail_send "$web_how.$web_user.1" "$web_user"
		is "virtual users, by $web_how: $web_user's listed mail is in Junk" "$(mail_where "$web_how.$web_user.1")" Junk
		if [ $web_user = alice ]; then
			step list Junk
			step read Junk
			step boxnotjunk
			wait_for "the allow file" test -s "$vmail/example.org/alice/.spamcop-allow"
			is "virtual users, by $web_how: Not junk" "$(mail_where "$web_how.alice.1")" INBOX
		fi
		mail_send "$web_how.$web_user.2" "$web_user"
	done
	is "virtual users, by $web_how: for bob nothing has changed" "$(mail_where "$web_how.bob.2")" Junk
	mail_boxes="INBOX:$vmail/example.org/alice/Maildir/new INBOX:$vmail/example.org/alice/Maildir/cur Junk:$vmail/example.org/alice/Maildir/.Junk/new"
	is "virtual users, by $web_how: alice has the sender's next mail in INBOX" "$(mail_where "$web_how.alice.2")" INBOX
done

echo quit >&7
wait "$browser_pid"
done_testing
