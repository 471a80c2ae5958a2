# fish completion for spamcop-filter(1).

set -l commands tag deliver relays check explain doctor allow report stats digest sweep index help
set -l none "not __fish_seen_subcommand_from $commands"

complete -c spamcop-filter -f
complete -c spamcop-filter -n $none -a tag -d 'standard input to standard output, tagged'
complete -c spamcop-filter -n $none -a deliver -d 'tag, run the Sieve rules, store the message'
complete -c spamcop-filter -n $none -a relays -d 'the relays that a message came through'
complete -c spamcop-filter -n $none -a check -d 'is this address listed, and what to do about it'
complete -c spamcop-filter -n $none -a explain -d 'the whole reasoning for one message'
complete -c spamcop-filter -n $none -a doctor -d 'what is wrong here'
complete -c spamcop-filter -n $none -a allow -d 'let a sender through'
complete -c spamcop-filter -n $none -a report -d 'mail spam to your own SpamCop reporting address'
complete -c spamcop-filter -n $none -a stats -d 'what the log says'
complete -c spamcop-filter -n $none -a digest -d 'what was held'
complete -c spamcop-filter -n $none -a sweep -d 'look again at recent mail'
complete -c spamcop-filter -n $none -a index -d 'make lists that are files quick to read'
complete -c spamcop-filter -n $none -a help -d 'what there is, or what a command takes'
complete -c spamcop-filter -n '__fish_seen_subcommand_from help' -a "$commands"

complete -c spamcop-filter -s c -r -F -d configuration
complete -c spamcop-filter -s f -x -d 'envelope sender'
complete -c spamcop-filter -s a -x -d 'envelope recipient'
complete -c spamcop-filter -s d -x -a '(__fish_complete_users)' -d 'as root, be this user'
complete -c spamcop-filter -s m -x -d 'where an implicit keep goes'
complete -c spamcop-filter -s s -r -F -d 'Sieve script'
complete -c spamcop-filter -s n -d 'say what would be done'
complete -c spamcop-filter -s v -d 'log on standard error as well'
complete -c spamcop-filter -s h -l help -d help
complete -c spamcop-filter -s V -l version -d version
complete -c spamcop-filter -l home -x -a '(__fish_complete_directories)' -d 'what ~ means'
complete -c spamcop-filter -l mailbox -x -a 'maildir: lmtp:unix: lmtp: lda:' -d 'where mail is stored'
complete -c spamcop-filter -l nameserver -x -d 'DNS server'
complete -c spamcop-filter -l deadline -x -d 'seconds for all lookups'

complete -c spamcop-filter -n '__fish_seen_subcommand_from relays explain check doctor stats' -l json -d 'for programs'
complete -c spamcop-filter -n '__fish_seen_subcommand_from check' -s q -d 'no output'
complete -c spamcop-filter -n '__fish_seen_subcommand_from check' -l self -d 'addresses of this machine'
complete -c spamcop-filter -n '__fish_seen_subcommand_from check' -l nagios -d 'for monitoring'
complete -c spamcop-filter -n '__fish_seen_subcommand_from doctor digest' -l mail -d 'learn from mail; as a mail'
complete -c spamcop-filter -n '__fish_seen_subcommand_from allow' -l list -d show
complete -c spamcop-filter -n '__fish_seen_subcommand_from allow' -l remove -d 'take out'
complete -c spamcop-filter -n '__fish_seen_subcommand_from allow' -l from-message -d 'the sender of a message'
complete -c spamcop-filter -n '__fish_seen_subcommand_from report' -l to -x -d 'reporting address'
complete -c spamcop-filter -n '__fish_seen_subcommand_from stats digest sweep' -l since -x -a '1h 6h 24h 7d 4w' -d 'how far back'
complete -c spamcop-filter -n '__fish_seen_subcommand_from stats' -l prometheus -d metrics
complete -c spamcop-filter -n '__fish_seen_subcommand_from stats' -l svg -d 'a drawing'
complete -c spamcop-filter -n '__fish_seen_subcommand_from relays explain check doctor allow report stats' -F
complete -c spamcop-filter -n '__fish_seen_subcommand_from digest sweep' -a '(__fish_complete_directories)'
