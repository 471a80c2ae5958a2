"""Both programs, and what each says that it would do, in the same words: a sorted list of lines, or
"error" where the script is refused, "fails" where it ends while it runs."""

import grp
import os
import pwd
import re
import shlex
import subprocess

FROM, TO = "from@x.example", "joe+det@example.org"
HOST = {"DOVECOT_HOSTNAME": "box", "DOVECOT_HOSTDOMAIN": "box.example"}
PLACE = """
mail_uid = {user}
mail_gid = {group}
mail_home = {place}/home
base_dir = {place}/run
first_valid_uid = 1
log_path = /dev/stderr
lda_mailbox_autocreate = yes
recipient_delimiter = +
"""
NAMES_23 = """
mail_location = maildir:{place}/mail
plugin {{
  sieve = file:{place}/scripts;active={place}/none
  sieve_extensions = +editheader +spamtest +virustest
  sieve_max_actions = 0
  sieve_max_redirects = 100
}}
"""
NAMES_24 = """
mail_driver = maildir
mail_path = {place}/mail
sieve_script_path = {place}/scripts
sieve_max_actions = 0
sieve_max_redirects = 100
sieve_extensions {{
  editheader = yes
}}
"""


class Crash(Exception):
    """A program that ended by a signal or ran for too long has no opinion."""


def dovecot_version():
    said = subprocess.run(["dovecot", "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[0]


class Peers:
    """place: a folder of ours that stays empty but for the configuration; ours: spamcop-sieve."""

    def __init__(self, place, ours):
        self.ours_program, self.config = ours, os.path.join(place, "dovecot.conf")
        root = os.geteuid() == 0
        user = "nobody" if root else pwd.getpwuid(os.geteuid()).pw_name
        group = "nogroup" if root else grp.getgrgid(os.getegid()).gr_name
        text = PLACE
        self.version = dovecot_version()
        if tuple(int(n) for n in re.findall(r"\d+", self.version)[:2]) < (2, 4):
            text += NAMES_23
        else:
            text = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n" + text + NAMES_24
        os.makedirs(os.path.join(place, "home"), exist_ok=True)
        os.chmod(place, 0o755)
        os.chmod(os.path.join(place, "home"), 0o777)
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text.format(user=user, group=group, place=place))
        self.read_config = os.path.join(place, "config") if text.startswith("dovecot_config_version") else None
        if self.read_config:
            copy = f'exec cat <&"$DOVECOT_CONFIG_FD" >{shlex.quote(self.read_config)}'
            subprocess.run(["doveconf", "-c", self.config, "-F", "/bin/sh", "-c", copy], check=True)

    def theirs(self, script, mail):
        """sieve-test asks the resolver for the machine's name unless it is told one. That of 2.4 runs doveconf
        and is run again by it, in three times the time, unless a descriptor has what doveconf made before."""
        command, env = ["sieve-test", "-c", self.config, "-f", FROM, "-a", TO, script, mail], os.environ | HOST
        if not self.read_config:
            ran = run(command, env=env)
        else:
            with open(self.read_config, "rb") as file:
                ran = run(command, env=env | {"DOVECOT_CONFIG_FD": str(file.fileno())}, pass_fds=[file.fileno()])
        if ran.returncode != 0 or "final result: success" not in ran.stderr + ran.stdout:
            return ["fails"] if "Performed actions" in ran.stdout or "runtime" in ran.stderr.lower() else ["error"]
        return read_theirs(ran.stdout)

    def ours(self, script, mail):
        with open(mail, "rb") as file:
            ran = run([self.ours_program, "run", script, "-f", FROM, "-a", TO], file)
        if "\nend\n" not in "\n" + ran.stdout:
            return ["error"] if ran.returncode == 1 or "error" in ran.stdout[:6] else ["fails"]
        return read_ours(ran.stdout)


def run(command, stdin=subprocess.DEVNULL, **more):
    try:
        ran = subprocess.run(command, stdin=stdin, **more, capture_output=True, text=True, errors="surrogateescape", timeout=30, check=False)
    except subprocess.TimeoutExpired as error:
        raise Crash(f"{command[0]}: 30 seconds were not enough") from error
    if ran.returncode < 0 or ran.returncode >= 128:
        raise Crash(f"{command[0]}: ended with {ran.returncode}")
    return ran


def action(name, where, flags):
    """Flags have no order and no case (RFC 5232 2)."""
    return "\t".join([name, where] + sorted({f.lower() for f in flags}))


def read_theirs(said):
    actions = []
    for line in said.split("\n"):
        if store := re.match(r" \* store message in folder: (.*)", line):
            actions.append(["store", store[1], []])
        elif redirect := re.match(r" \* redirect message to: <?([^<>]*)>?", line):
            actions.append(["redirect", redirect[1], []])
        elif line.startswith(" * discard"):
            actions.append(["discard", "", []])
        elif (flags := re.match(r"\s+\+ add IMAP flags:(.*)", line)) and actions:
            actions[-1][2] = flags[1].split()
    return sorted(action(*a) for a in actions)


def read_ours(said):
    actions = []
    for line in said.split("\n"):
        word, *rest = [w.replace("\\\\", "\\") for w in line.split("\t")]
        if word in ("keep", "implicit"):
            actions.append(action("store", "INBOX", rest[0].split() if rest else []))
        elif word == "fileinto":
            actions.append(action("store", rest[0], rest[1].split() if len(rest) > 1 else []))
        elif word == "redirect":
            actions.append(action("redirect", rest[0], []))
        elif word == "discard":
            actions.append(action("discard", "", []))
    return sorted(actions)
