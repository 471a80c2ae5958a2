# A folder for each list: SpamCop's hits go into Junk.SpamCop, those of a list called zen into Junk.zen.
require ["fileinto", "variables"];

if header :is "X-SpamCop-Disposition" "Blocked bl.spamcop.net" {
	fileinto "Junk.SpamCop";
	stop;
}
# Dots and slashes would be levels of folders: a list with one in its name goes into Junk.
if header :contains "X-SpamCop-Disposition" [".", "/"] {
	fileinto "Junk";
	stop;
}
if header :matches "X-SpamCop-Disposition" "Blocked *" {
	fileinto "Junk.${1}";
	stop;
}
