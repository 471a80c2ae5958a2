# Listed mail into a folder for each month, Junk.2026-11, so that old ones can be removed as a whole.
require ["date", "fileinto", "variables"];

if exists "X-SpamCop-Listed" {
	if currentdate :matches "year" "*" {
		set "year" "${1}";
	}
	if currentdate :matches "month" "*" {
		set "month" "${1}";
	}
	fileinto "Junk.${year}-${month}";
	stop;
}
