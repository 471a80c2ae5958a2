# A mail was moved out of Junk. Only a move to the inbox says that it is wanted: its sender is let in. Into any other folder, the rubbish
# of whatever language or an archive, a mail is moved for many reasons.
require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment"];

if environment :is "imap.mailbox" "INBOX" {
	pipe :copy "spamcop-allow";
}
