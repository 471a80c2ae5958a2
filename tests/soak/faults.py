"""What goes wrong beside the deliveries, each for a moment and then undone: lists that cannot be
asked, disks that are full, folders that come and go."""

import os
import random
import shutil
import signal
import subprocess
import threading
import time

# Answers that are none (tests/e2e/tools/hostile_dns.c); not those that list everybody: the question that
# finds that out could be answered by the next server.
LIES = ["servfail", "refused", "formerr", "notimp", "garbage", "half", "wrongid", "wrongquestion", "wrongowner"]
FOLDERS = ["", "", ".Junk", ".Work", ".Work.Deep", ".Copies"]


class Names:
    """The one port that the configurations name, and who listens there in turn."""

    def __init__(self, place):
        self.place, self.port, self.server = place, place["SOAK_DNS_PORT"], None

    def start(self, *command):
        self.stop()
        self.server = subprocess.Popen([self.place["SOAK_HELPER"], "keep", *command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        if self.server is not None:
            self.server.terminate()
            self.server.wait()
            self.server.stdin.close()
            self.server = None

    def sound(self):
        """rbldnsd, which answers when this returns."""
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        zone = os.path.join(self.place["SOAK_TMP"], "zone")
        for _ in range(5):
            self.start("rbldnsd", "-n", *user, "-w", zone, "-b", "127.0.0.1/" + self.port, "-c", "0", "bl.test:ip4set:list")
            if subprocess.run([self.place["SOAK_HELPER"], "ask", "127.0.0.1:" + self.port, "bl.test", "SOA"], stdout=subprocess.DEVNULL, check=False).returncode == 0:
                return
        raise RuntimeError("rbldnsd does not start")

    def fault(self, chance):
        how = chance.choice(["refused", "silent"] + ["lies"] * 3)
        if how == "refused":
            self.stop()
        elif how == "silent":
            self.start(self.place["SOAK_HELPER"], "hole", self.port)
        else:
            self.start(self.place["SOAK_HOSTILE"], "-p", self.port, "-m", chance.choice(LIES))
        return "DNS " + how, self.sound


class Disk:
    """Full to the last byte, nearly so, or without an inode."""

    def __init__(self, place):
        self.filler = os.path.join(place["SOAK_DISK"], "filler")

    def fault(self, chance):
        if chance.random() < 0.3:
            return "no inodes", self.use_inodes()
        try:
            with open(self.filler, "wb", buffering=0) as file:
                while file.write(b"\0" * 65536):
                    pass
        except OSError:
            pass
        if chance.random() < 0.5:
            size = os.path.getsize(self.filler)
            os.truncate(self.filler, max(0, size - chance.randrange(65536)))
        return "disk full", lambda: os.unlink(self.filler)

    def use_inodes(self):
        os.mkdir(self.filler)
        try:
            for n in range(6000):
                with open(os.path.join(self.filler, str(n)), "wb"):
                    pass
        except OSError:
            pass
        return lambda: shutil.rmtree(self.filler)


class Folders:
    """Somebody removes a folder, makes it read-only, or puts a file in its place. What is removed is
    moved to where the soak still finds what is in it."""

    def __init__(self, place, ways):
        self.gone, self.ways, self.n = os.path.join(place["SOAK_DISK"], "gone"), ways, 0

    def fault(self, chance):
        way = chance.choice(self.ways)
        maildir = os.path.join(way.home, "Maildir")
        folder = os.path.join(maildir, chance.choice(FOLDERS))
        if not os.path.isdir(folder):
            return None, None
        how = chance.choice(["gone", "gone", "read-only", "a file"])
        if how == "read-only":
            return "folder read-only", self.read_only(folder)
        self.n += 1
        os.rename(folder.rstrip("/"), self.away(way, folder))
        if how == "gone":
            return "folder gone", lambda: self.recreate(chance, folder)
        with open(folder.rstrip("/"), "wb"):
            pass
        return "folder a file", lambda: os.unlink(folder.rstrip("/"))

    def away(self, way, folder):
        place = os.path.join(self.gone, f"{way.name}.{self.n}")
        os.mkdir(place)
        return os.path.join(place, os.path.basename(folder.rstrip("/")))

    def read_only(self, folder):
        names = [name for name in (os.path.join(folder, part) for part in ("tmp", "new", "cur")) if os.path.isdir(name)]
        for name in names:
            os.chmod(name, 0o500)
        return lambda: [os.chmod(name, 0o700) for name in names if os.path.isdir(name)]

    def recreate(self, chance, folder):
        """Now and then; else whoever delivers makes it anew."""
        if chance.random() < 0.5 or os.path.exists(folder):
            return
        owner = os.stat(os.path.dirname(folder.rstrip("/")))
        for part in ("", "tmp", "new", "cur"):
            os.mkdir(os.path.join(folder, part), 0o700)
            if os.getuid() == 0:
                os.chown(os.path.join(folder, part), owner.st_uid, owner.st_gid)

    def forget(self):
        """What was removed is gone for good; nobody delivers meanwhile."""
        for name in os.listdir(self.gone):
            shutil.rmtree(os.path.join(self.gone, name))


class Lists:
    """The list that is a file is written anew, and indexed; now and then the command is killed."""

    def __init__(self, place):
        self.list = os.path.join(place["SOAK_TMP"], "lists", "office")
        self.command = [os.path.join(place["SOAK_BIN"], "spamcop-filter"), "-c", os.path.join(place["SOAK_TMP"], "lists", "conf"), "index"]

    def fault(self, chance):
        with open(self.list, "rb") as file:
            text = file.read()
        with open(self.list + ".tmp", "wb") as file:
            file.write(text)
        os.chmod(self.list + ".tmp", 0o644)
        os.rename(self.list + ".tmp", self.list)
        index = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 0.02))
        if chance.random() < 0.5:
            index.kill()
        index.wait()
        return "list replaced", lambda: None

    def left(self):
        """Files that are neither the list nor its index, behind a run that was not killed."""
        subprocess.run(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        return len(set(os.listdir(os.path.dirname(self.list))) - {"conf", "office", "office.index"})


class Servers:
    """Dovecot's LMTP servers stand still."""

    def __init__(self, watch):
        self.watch = watch

    def fault(self, chance):
        pids = self.watch.servers()
        if not pids or chance.random() < 0.5:
            return None, None
        for pid in pids:
            self.send(pid, signal.SIGSTOP)
        return "server hangs", lambda: [self.send(pid, signal.SIGCONT) for pid in pids]

    @staticmethod
    def send(pid, how):
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            pass


class Trouble(threading.Thread):
    """One kind of fault after the other, while going is set. counts: how often each, shared."""

    def __init__(self, source, seed, counts):
        super().__init__(daemon=True)
        self.source, self.counts, self.going = source, counts, threading.Event()
        self.chance = random.Random(f"{seed} {type(source).__name__}")
        self.still, self.ended, self.failed = threading.Event(), False, None
        self.still.set()

    def run(self):
        try:
            while not self.ended:
                if not self.going.wait(0.2):
                    continue
                self.still.clear()
                while self.going.is_set():
                    self.once()
                self.still.set()
        except Exception as error:  # the run must not go on without its faults
            self.failed = error
            self.still.set()

    def once(self):
        try:
            name, undo = self.source.fault(self.chance)
        except OSError:  # the other faults are in its way
            name = None
        if name is None:
            time.sleep(0.05)
            return
        self.counts[name] = self.counts.get(name, 0) + 1
        time.sleep(self.chance.uniform(0.2, 1.5))
        for _ in range(100):  # a disk that is full at this moment
            try:
                undo()
                break
            except FileExistsError:
                break
            except OSError:
                time.sleep(0.05)
        time.sleep(self.chance.uniform(0.0, 1.0))
