# Listed mail goes into Junk as read, so that no reader counts it as new.
require ["fileinto", "imap4flags"];

if exists "X-SpamCop-Listed" {
	fileinto :flags "\\Seen" "Junk";
	stop;
}
