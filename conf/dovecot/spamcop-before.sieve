# The site's rule, before every user's own: tag the message; file it into Junk if it is listed. The user's script then does not see it.
require ["vnd.dovecot.filter", "fileinto", "mailbox"];

filter "spamcop-filter";
if exists "X-SpamCop-Listed" {
	fileinto :create "Junk";
}
