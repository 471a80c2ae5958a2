# shellcheck shell=sh disable=SC2034,SC2154 # its variables are for others and from others
# mail-dovecot.sh: a private Dovecot over $mail_home, of any version: 2.4 has other names for most settings, and what the program
# says of itself decides. Source it after mail-lib.sh, or set $mail_user, $mail_uid, $mail_gid and $mail_home.
#
# dovecot_start [FILE...]: starts it on free loopback ports and on sockets below $tmp/dovecot, with these configuration files (pieces of conf/dovecot) at the end;
# again: with these instead. One user, "user", password "secret". Values: $imap_port, $sieve_port (ManageSieve), $lmtp_socket, $dovecot_conf (for doveadm and dovecot-lda).

dovecot_conf=$tmp/dovecot.conf
# shellcheck disable=SC2088 # Dovecot knows it
dovecot_maildir='~/Maildir'
dovecot_home= # set: with variables, for virtual users
lmtp_socket=$tmp/dovecot/lmtp

# dovecot_new: does this one have the names of 2.4?
dovecot_new() {
	case $(dovecot --version) in
	[01].* | 2.[0-3].*) return 1 ;;
	esac
}

# dovecot_configure [FILE...]: writes $dovecot_conf.
dovecot_configure() {
	imap_port=$(free_port)
	sieve_port=$(free_port)
	dovecot_own_user=$mail_user dovecot_own_group=$(id -gn) dovecot_login_user=$mail_user
	if is_root; then
		dovecot_own_user=dovecot dovecot_own_group=dovecot dovecot_login_user=dovenull
	fi
	dovecot_sieve=
	[ ! -e /usr/lib/dovecot/managesieve-login ] || dovecot_sieve=sieve
	{
		if dovecot_new; then dovecot_names_24; else dovecot_names_23; fi
		dovecot_common
		[ -z "$dovecot_sieve" ] || dovecot_managesieve
		for dovecot_file; do
			printf '!include %s\n' "$dovecot_file"
		done
	} >"$dovecot_conf"
	chmod 644 "$dovecot_conf"
}

# What both have in common.
dovecot_common() {
	cat <<-EOF
		base_dir = $tmp/dovecot
		state_dir = $tmp/dovecot-state
		default_internal_user = $dovecot_own_user
		default_internal_group = $dovecot_own_group
		default_login_user = $dovecot_login_user
		first_valid_uid = 1
		first_valid_gid = 0
		log_path = $tmp/dovecot.log
		listen = 127.0.0.1
		ssl = no
		auth_mechanisms = plain login
		postmaster_address = postmaster@example.org
		hostname = mail.example.org
		service imap-login {
		  chroot =
		  inet_listener imap {
		    port = $imap_port
		  }
		  inet_listener imaps {
		    port = 0
		  }
		}
		service anvil {
		  chroot =
		}
		service lmtp {
		  user = $mail_user
		  unix_listener lmtp {
		    mode = 0666
		  }
		}
		service auth {
		  unix_listener auth-userdb {
		    mode = 0666
		  }
		}
		service stats {
		  chroot =
		  unix_listener stats-writer {
		    mode = 0666
		  }
		}
		namespace inbox {
		  inbox = yes
		  separator = .
		}
	EOF
}

dovecot_managesieve() {
	cat <<-EOF
		service managesieve-login {
		  chroot =
		  inet_listener sieve {
		    port = $sieve_port
		  }
		}
	EOF
}

dovecot_names_23() {
	cat <<-EOF
		protocols = imap lmtp $dovecot_sieve
		disable_plaintext_auth = no
		mail_location = maildir:$dovecot_maildir
		passdb {
		  driver = static
		  args = password=secret
		}
		userdb {
		  driver = static
		  args = uid=$mail_uid gid=$mail_gid home=${dovecot_home:-$mail_home} allow_all_users=yes
		}
	EOF
}

dovecot_names_24() {
	cat <<-EOF
		dovecot_config_version = 2.4.0
		dovecot_storage_version = 2.4.0
		protocols = imap lmtp $dovecot_sieve
		auth_allow_cleartext = yes
		mail_driver = maildir
		mail_path = $dovecot_maildir
		passdb static {
		  password = secret
		}
		userdb static {
		  allow_all_users = yes
		  fields {
		    uid = $mail_uid
		    gid = $mail_gid
		    home = ${dovecot_home:-$mail_home}
		  }
		}
	EOF
	# In 2.3 this is so by itself; Debian's 90-sieve.conf says it.
	[ ! -e /usr/bin/sievec ] || cat <<-EOF
		sieve_script personal {
		  type = personal
		  path = ~/sieve
		  active_path = ~/.dovecot.sieve
		}
	EOF
}

dovecot_start() {
	[ -z "${dovecot_pid:-}" ] || dovecot_stop
	dovecot_configure "$@"
	mkdir -p "$tmp/dovecot"
	: >>"$tmp/dovecot.log"
	chmod 666 "$tmp/dovecot.log"
	start dovecot dovecot -F -c "$dovecot_conf"
	wait_for "Dovecot" dovecot_up
}

dovecot_stop() {
	dovecot_master=$(cat "$tmp/dovecot/master.pid" 2>/dev/null) && kill "$dovecot_master" && wait_for "the end of Dovecot" dovecot_gone
	stop dovecot
}

dovecot_gone() {
	! kill -0 "$dovecot_master"
}

dovecot_up() {
	imap "NOOP"
}

# imap COMMAND...: as user; imap_as USER COMMAND...: as another.
imap() {
	imap_as user "$@"
}
imap_as() {
	imap_user=$1
	shift
	bash "$top_srcdir/tests/e2e/lib/imap" "$imap_port" "$imap_user" secret "$@"
}

# imap_has FOLDER ID: does an IMAP client see exactly one message of this Message-ID in the folder?
imap_has() {
	imap "SELECT $1" "SEARCH HEADER Message-ID <$2@example.net>" | grep -Eq '^\* SEARCH [0-9]+$'
}

# imap_reads NAME ID FOLDER: a test of mail_chain's: the message is seen by IMAP where the disk says that it is.
imap_reads() {
	ok "$1: IMAP shows it in $3" imap_has "$3" "$2"
}

# dovecot_piece FILE [SED SCRIPT]: a piece of conf/dovecot, or what 2.4 has in its place, with this test's paths, copied to
# $tmp/etc/dovecot; prints where.
dovecot_piece() {
	mkdir -p "$tmp/etc/dovecot/sieve-before" "$tmp/etc/dovecot/sieve-filters" "$tmp/etc/dovecot/sieve-pipes"
	dovecot_file=$1
	dovecot_new && dovecot_file=${1%.conf}-2.4.conf
	mail_piece "dovecot/$dovecot_file" "${2:-};s,/etc/dovecot/,$tmp/etc/dovecot/,g;s,= /etc/dovecot/,= $tmp/etc/dovecot/," >"$tmp/etc/dovecot/$dovecot_file"
	printf '%s\n' "$tmp/etc/dovecot/$dovecot_file"
}
