# The site's rule, before every user's own: listed mail goes into Junk. The user's script then does not see it.
require ["fileinto", "mailbox"];

if exists "X-SpamCop-Listed" {
	fileinto :create "Junk";
}
