<?php
// Roundcube: a reader sees in one sentence why a mail is in Junk, and lets its sender in with "Not junk". Copy to /etc/roundcube/, default.sieve with it as
// /etc/roundcube/spamcop-default.sieve, the folder spamcop to Roundcube's plugins/ (Debian: /usr/share/roundcube/plugins/spamcop and a link to it in
// /var/lib/roundcube/plugins/), and add at the end of config.inc.php:
//
//	include '/etc/roundcube/spamcop.inc.php';
//
// "Not junk" moves the mail to INBOX. It lets the sender in by conf/dovecot/93-spamcop-allow.conf: Dovecot then runs spamcop-filter allow
// as the user whose mail it is, for "Not junk" here and for the same move in any other mail program; PHP starts nothing, and needs no rights in
// anybody's home. Where PHP runs as the user who owns the mail, take not-junk-command.inc.php instead.
// Nothing is ever reported to SpamCop by a button: who reports answers for the report (spamcop-filter report).

$config['plugins'] = array_unique(array_merge($config['plugins'] ?? [], ['markasjunk', 'managesieve', 'show_additional_headers', 'spamcop']));

// The plugin spamcop says the reason above the mail. For those who want them, the fields that it comes from stand behind Details.
$config['show_additional_headers'] = ['X-SpamCop-Status', 'X-SpamCop-Listed', 'X-SpamCop-Checked'];

$config['junk_mbox'] = 'Junk';
$config['markasjunk_spam_mbox'] = 'Junk';
$config['markasjunk_ham_mbox'] = 'INBOX';
$config['markasjunk_learning_driver'] = null;

// The Filters page: who has no rules yet starts with these. Rules that were written by hand into ~/.dovecot.sieve are put aside by that page when it first saves
// something; so what the site wants for everybody belongs into Dovecot's sieve_before (conf/dovecot), where no page reaches it.
$config['managesieve_default'] = '/etc/roundcube/spamcop-default.sieve';
