<?php
// Roundcube, "Not junk" without Dovecot's help: PHP runs spamcop-filter allow. Only where PHP runs as the user who owns the mailboxes, here with one folder for
// each address under /var/vmail (the --home that delivery uses, conf/postfix/master-pipe.cf and master-lmtp.cf). Copy to /etc/roundcube/, and add at the end of config.inc.php, after spamcop.inc.php:
//
//	include '/etc/roundcube/not-junk-command.inc.php';
//
// Roundcube quotes what it puts in for %d (domain), %l (user) and %f (a file with the mail). If the command fails, the mail is moved all the same.

$config['markasjunk_learning_driver'] = 'cmd_learn';
$config['markasjunk_spam_cmd'] = null;
$config['markasjunk_ham_cmd'] = '/usr/bin/spamcop-filter allow --home /var/vmail/%d/%l --from-message %f';
