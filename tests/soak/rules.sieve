require ["fileinto", "copy", "mailbox", "imap4flags", "vacation", "duplicate", "variables"];
if header "X-Soak" "fileinto" { fileinto "Work"; }
elsif header "X-Soak" "create" { fileinto :create "Work.Deep"; }
elsif header "X-Soak" "flags" { fileinto :flags "\\Seen" "Work"; }
elsif header "X-Soak" "copy" { fileinto :copy "Copies"; }
elsif header "X-Soak" "redirect" { redirect "away@elsewhere.example"; }
elsif header "X-Soak" "vacation" { vacation :days 1 "Away."; }
elsif header "X-Soak" "duplicate" { if duplicate { discard; } }
elsif header "X-Soak" "discard" { discard; }
elsif header "X-Soak" "escape" { set "folder" "../../outside"; fileinto "${folder}"; }
