require ["fileinto"];
# rule:[Suspected spam]
if anyof (exists "X-SpamCop-Listed")
{
	fileinto "Junk";
	stop;
}
