"""What goes wrong in a month: DNS, disks, servers and folders, one after the other and all at once. Each
trouble ends by itself, and all of them with calm()."""

import os
import random
import signal
import subprocess
import threading


class Weather(threading.Thread):
    """rbldnsd: its command; boxes: Maildirs; lmtp_pid: Dovecot's pid file; full: a folder on the small disk, or None."""

    def __init__(self, rbldnsd, boxes, lmtp_pid, full, seed):
        super().__init__(daemon=True)
        self.rbldnsd_command, self.boxes, self.lmtp_pid, self.full = rbldnsd, boxes, lmtp_pid, full
        self.random, self.over = random.Random(seed), threading.Event()
        self.rbldnsd, self.counts, self.moved, self.fillers = None, {}, 0, 0
        self.start_dns()

    def start_dns(self):
        if self.rbldnsd is None or self.rbldnsd.poll() is not None:
            self.rbldnsd = subprocess.Popen(self.rbldnsd_command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    # ---- troubles: each gives what ends it

    def dns_silent(self):
        self.rbldnsd.send_signal(signal.SIGSTOP)
        stopped = self.rbldnsd
        return lambda: stopped.send_signal(signal.SIGCONT)

    def dns_gone(self):
        self.rbldnsd.kill()
        self.rbldnsd.wait()
        return self.start_dns

    def disk_full(self):
        if self.full is None:
            return None
        self.fillers += 1
        path = os.path.join(self.full, f"filler-{self.fillers}")
        try:
            with open(path, "wb", buffering=0) as file:
                while True:
                    file.write(bytes(1 << 16))
        except OSError:
            pass  # it is full
        return lambda: os.path.exists(path) and os.unlink(path)

    def server_hangs(self):
        pids = self.servers()
        for pid in pids:
            self.send(pid, signal.SIGSTOP)
        return lambda: [self.send(pid, signal.SIGCONT) for pid in pids]

    def server_killed(self):
        for pid in self.servers():
            self.send(pid, signal.SIGKILL)

    def servers(self):
        """Dovecot's LMTP processes."""
        with open(self.lmtp_pid, encoding="ascii") as file:
            master, found = file.read().strip(), []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
                    name, _, rest = file.read().partition("(")[2].rpartition(")")
            except OSError:
                continue
            if name == "lmtp" and rest.split()[1] == master:
                found.append(int(pid))
        return found

    def folder_closed(self):
        box = self.random.choice(self.boxes)
        path = os.path.join(box, self.random.choice(["", ".Junk", ".Lists", ".Junk/new", "new"]))
        try:
            mode = os.stat(path).st_mode & 0o7777
            os.chmod(path, 0o500)
        except OSError:
            return None
        return lambda: os.path.exists(path) and os.chmod(path, mode)

    def folder_away(self):
        """For good, and with what is in it, which is accounted for where it is now."""
        name = self.random.choice(["Lists", "Junk"])
        box = self.random.choice(self.boxes)
        self.moved += 1
        try:
            os.rename(os.path.join(box, f".{name}"), os.path.join(box, f"away-{name}-{self.moved}"))
        except OSError:
            pass

    def folder_is_file(self):
        path = os.path.join(self.random.choice(self.boxes), ".Lists")
        if os.path.exists(path):
            return None
        with open(path, "w", encoding="ascii"):
            pass
        return lambda: os.path.isfile(path) and os.unlink(path)

    @staticmethod
    def send(pid, number):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass

    def run(self):
        troubles = [self.dns_silent, self.dns_gone, self.disk_full, self.server_hangs, self.server_killed,
                    self.folder_closed, self.folder_away, self.folder_is_file]
        going = []
        while not self.over.wait(self.random.uniform(0.1, 1.0)):
            if len(going) == 2 or (going and self.random.random() < 0.4):
                going.pop(0)()
            elif going == [] and self.random.random() < 0.3:
                continue  # a calm moment
            else:
                trouble = self.random.choice(troubles)
                self.counts[trouble.__name__] = self.counts.get(trouble.__name__, 0) + 1
                end = trouble()
                if end is not None:
                    going.append(end)
        for end in going:
            end()

    def calm(self):
        self.over.set()
        self.join()
        self.start_dns()
