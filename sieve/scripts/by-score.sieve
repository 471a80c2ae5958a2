# Listed mail by how sure the lists are: a high score goes where nobody has to look, the rest of it into Junk.
require ["fileinto", "relational", "spamtest", "comparator-i;ascii-numeric"];

if spamtest :value "ge" :comparator "i;ascii-numeric" "8" {
	fileinto "Junk.Certain";
	stop;
}
if spamtest :value "ge" :comparator "i;ascii-numeric" "5" {
	fileinto "Junk";
	stop;
}
