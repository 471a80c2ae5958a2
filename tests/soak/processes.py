"""Looks at the processes of the tries that are going on: how much memory and how many descriptors
they have, and who of them is left at the end. Kills some."""

import os
import random
import signal
import threading
import time

OURS = ("spamcop-filter", "spamcop-sieve")
VICTIMS = OURS + ("procmail", "sendmail", "cat", "mv", "sh")


def children(pid):
    """Of all its threads."""
    found = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                found += [int(child) for child in file.read().split()]
    except OSError:
        pass
    return found


def descendants(pid):
    found = [pid]
    for one in found:
        found += children(one)
    return found


def look(pid):
    """Its name, and the most memory (kB) it ever had; none if it is gone."""
    name, peak = "", 0
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("Name:"):
                    name = line.split(None, 1)[1].strip()
                elif line.startswith("State:") and line.split()[1] == "Z":
                    return "", 0
                elif line.startswith("VmHWM:"):
                    peak = int(line.split()[1])
    except OSError:
        return "", 0
    return name, peak


def descriptors(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


class Watch(threading.Thread):
    """tries: what is going on, by process; killing: whether to kill as well."""

    def __init__(self, seed, dovecot):
        super().__init__(daemon=True)
        self.chance = random.Random(f"{seed} kills")
        self.dovecot = dovecot
        self.lock = threading.Lock()
        self.tries = {}
        self.killing = self.ended = False
        self.kills = {}
        self.most = {}

    def begin(self, pid, attempt):
        with self.lock:
            self.tries[pid] = attempt

    def end(self, pid):
        with self.lock:
            self.tries.pop(pid, None)

    def run(self):
        while not self.ended:
            with self.lock:
                tries = list(self.tries.items())
            for pid, attempt in tries:
                self.see(pid, attempt)
            if self.killing and self.chance.random() < 0.004:
                self.kill_server()
            time.sleep(0.01)

    def see(self, pid, attempt):
        family = []
        for one in descendants(pid):
            name, peak = look(one)
            if name in OURS:
                for what, much in ((name + ", kB", peak), (name + ", descriptors", descriptors(one))):
                    self.most[what] = max(self.most.get(what, 0), much)
            # Not the second procmail, which feeds the filter: without it procmail stores nothing and says 0.
            if name in VICTIMS and (name != "procmail" or one == pid):
                family.append((one, name))
        if family and self.killing and self.chance.random() < 0.04:
            self.kill(pid, attempt, *self.chance.choice(family))

    def kill(self, pid, attempt, victim, name):
        how = self.chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
        if name == "procmail" and how == signal.SIGHUP:
            return  # "terminate prematurely and bounce the mail", its manual says
        with self.lock:  # a try that is over is not in it, so the number is nobody else's
            if pid not in self.tries or victim not in descendants(pid):
                return
            attempt.disturbed = True
            attempt.kills.append(f"{name} {how.name[3:]}")
            self.send(victim, how, name)

    def servers(self):
        return [pid for pid in children(self.dovecot) if look(pid)[0] == "lmtp"]

    def kill_server(self):
        """One of Dovecot's, which an LMTP delivery may be talking to."""
        servers = self.servers()
        if servers:
            with self.lock:
                for attempt in self.tries.values():
                    attempt.disturbed = attempt.disturbed or attempt.way.name == "lmtp"
            self.send(self.chance.choice(servers), signal.SIGKILL, "lmtp")

    def send(self, pid, how, name):
        try:
            os.kill(pid, how)
        except OSError:
            return
        key = (name if name not in ("cat", "mv", "sh") else "sendmail", signal.Signals(how).name[3:])
        self.kills[key] = self.kills.get(key, 0) + 1


def left_over(known):
    """Numbers and names of descendants that nobody waits for: whoever lost its parent became a child of
    this process."""
    left = {}
    for child in set(children(os.getpid())) - known:
        name, _ = look(child)
        try:
            if os.waitpid(child, os.WNOHANG) == (0, 0) and name:
                left[child] = name
        except OSError:
            continue
    return left
