# A mail was moved out of Junk: let its sender in, unless it went to the rubbish.
require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment"];

if not environment :is "imap.mailbox" ["Trash", "Deleted", "Deleted Items"] {
	pipe :copy "spamcop-allow";
}
