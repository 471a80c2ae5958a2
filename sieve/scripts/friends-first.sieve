# Friends first: their mail stays in the INBOX whatever the lists say of the servers that it came through.
# A sender is easily forged. To let a sender in for good, `spamcop-filter allow` is the better place.

if address :is "from" ["friend@example.org", "sister@example.net"] {
	keep;
	stop;
}
if address :domain :is "from" "example.com" {
	keep;
	stop;
}
# All else goes on as it would: listed mail into Junk, the rest into the INBOX.
