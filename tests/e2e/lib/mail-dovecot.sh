# mail-dovecot.sh: a private Dovecot over $mail_home. Source it after mail-lib.sh.
#
# dovecot_start [FILE...]: starts it on free loopback ports and on sockets below $tmp/dovecot, with these configuration files (pieces of conf/dovecot) at the end;
# again: with these instead. One user, "user", password "secret". Values: $imap_port, $sieve_port (ManageSieve), $lmtp_socket, $dovecot_conf (for doveadm and dovecot-lda).

dovecot_conf=$tmp/dovecot.conf
lmtp_socket=$tmp/dovecot/lmtp

dovecot_start() {
	[ -z "${dovecot_pid:-}" ] || dovecot_stop
	imap_port=$(free_port)
	sieve_port=$(free_port)
	if is_root; then
		dovecot_users="default_internal_user = dovecot
			default_login_user = dovenull"
	else
		dovecot_users="default_internal_user = $mail_user
			default_internal_group = $(id -gn)
			default_login_user = $mail_user"
	fi
	dovecot_sieve=
	[ ! -e /usr/lib/dovecot/managesieve-login ] || dovecot_sieve=sieve
	cat >"$dovecot_conf" <<-EOF
		base_dir = $tmp/dovecot
		state_dir = $tmp/dovecot-state
		$dovecot_users
		first_valid_uid = 1
		first_valid_gid = 0
		log_path = $tmp/dovecot.log
		listen = 127.0.0.1
		protocols = imap lmtp $dovecot_sieve
		ssl = no
		disable_plaintext_auth = no
		auth_mechanisms = plain login
		postmaster_address = postmaster@example.org
		hostname = mail.example.org
		mail_location = maildir:~/Maildir
		passdb {
		  driver = static
		  args = password=secret
		}
		userdb {
		  driver = static
		  args = uid=$mail_uid gid=$mail_gid home=$mail_home allow_all_users=yes
		}
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
	[ -z "$dovecot_sieve" ] || cat >>"$dovecot_conf" <<-EOF
		service managesieve-login {
		  chroot =
		  inet_listener sieve {
		    port = $sieve_port
		  }
		}
	EOF
	for dovecot_file; do
		printf '!include %s\n' "$dovecot_file"
	done >>"$dovecot_conf"
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

# imap COMMAND...: as user.
imap() {
	bash "$top_srcdir/tests/e2e/lib/imap" "$imap_port" user secret "$@"
}

# imap_has FOLDER ID: does an IMAP client see exactly one message of this Message-ID in the folder?
imap_has() {
	imap "SELECT $1" "SEARCH HEADER Message-ID <$2@example.net>" | grep -Eq '^\* SEARCH [0-9]+$'
}

# imap_reads NAME ID FOLDER: a test of mail_chain's: the message is seen by IMAP where the disk says that it is.
imap_reads() {
	ok "$1: IMAP shows it in $3" imap_has "$3" "$2"
}

# dovecot_piece FILE [SED SCRIPT]: a piece of conf/dovecot with this test's paths, copied to $tmp/etc/dovecot; prints where.
dovecot_piece() {
	mkdir -p "$tmp/etc/dovecot/sieve-before" "$tmp/etc/dovecot/sieve-filters" "$tmp/etc/dovecot/sieve-pipes"
	mail_piece "dovecot/$1" "${2:-};s,/etc/dovecot/,$tmp/etc/dovecot/,g;s,= /etc/dovecot/,= $tmp/etc/dovecot/," >"$tmp/etc/dovecot/$1"
	printf '%s\n' "$tmp/etc/dovecot/$1"
}
