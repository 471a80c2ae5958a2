"""soak.py [SECONDS [SEED]]: a month of mail in minutes. Messages of every kind go through procmail with
the filter in it, through deliver to an LMTP server, and through deliver into a Maildir, side by side,
while the lists cannot be asked, the disk fills, folders come and go and processes are killed. What is
handed over is handed over as mail systems do: exit status 75 and death by a signal wait and are tried
again. Every so often all is quiet, the folders are emptied, and what is left behind is counted; what
it is is compared at the end, and each message is accounted for. Started by soak.sh."""

import ctypes
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import account
import corpus
import faults
import processes
import report
import ways

WORKERS = 6
TRIES = 6  # up to here each waits longer for the next, up to six seconds
LAST_TRIES = 5  # with nothing wrong any more
ROUND = 100  # tries that a round has at least, however slow the machine
PATIENCE = 10  # s: for whoever lost its parent to end
LIMIT = 300  # s: a try that takes longer hangs
CALM = 25  # tries that have nothing in their way, at least, in each round that has room for them
ROOM, FILES = 16 << 20, 100  # on the disk, or it is full to somebody: all who hand over may be writing a large message
SAID = 600  # bytes kept of what a try logs
QUEUE = 400  # of messages that wait, more than which nothing new is sent
PR_SET_CHILD_SUBREAPER = 36


class Job:
    def __init__(self, way, number, path):
        self.way, self.number, self.path, self.due, self.tries = way, number, path, 0.0, 0


class Soak:
    def __init__(self, seconds, seed, place):
        self.seconds, self.seed, self.place = seconds, seed, place
        self.ways = [ways.Way(name, place) for name in ("procmail", "lmtp", "deliver")]
        self.books = account.Books(seed, self.ways, place)
        self.watch = processes.Watch(seed, int(place["SOAK_DOVECOT"]))
        self.names, self.folders = faults.Names(place), faults.Folders(place, self.ways)
        self.lists = faults.Lists(place)
        self.counts = {}
        sources = [self.names, self.folders, self.lists, faults.Servers(self.watch)] + ([faults.Disk(place)] if place["SOAK_DISK_FILLS"] == "yes" else [])
        self.troubles = [faults.Trouble(source, seed, self.counts) for source in sources]
        self.chance = random.Random(f"{seed} queue")
        self.lock = threading.Lock()
        self.waiting, self.fresh, self.next = [], [], 0
        self.files = Counter()  # of ways that still need a message's file
        self.going, self.calm, self.sending = threading.Event(), True, True
        self.busy, self.ended, self.failed = 0, False, None
        self.levels, self.tried, self.calm_tries, self.tight = [], 0, 0, 0

    # ---- the mail system

    def take(self):
        """What is to be handed over next."""
        with self.lock:
            if not self.going.is_set():
                return None
            now = time.monotonic()
            ready = [job for job in self.waiting if job.due <= now]
            job = None
            if ready and (not self.sending or len(self.waiting) > QUEUE or self.chance.random() < 0.4):
                job = self.chance.choice(ready)
                self.waiting.remove(job)
            elif self.sending and len(self.waiting) <= QUEUE:
                job = self.fresh.pop() if self.fresh else self.make()
            if job is not None:
                self.busy += 1
            return job

    def make(self):
        message = corpus.make(self.seed, self.next)
        path = os.path.join(self.place["SOAK_TMP"], "messages", str(self.next))
        with open(path, "wb") as file:
            file.write(message.bytes)
        os.chmod(path, 0o644)
        self.fresh = [Job(way, self.next, path) for way in self.ways]
        self.files[self.next] = len(self.ways)
        self.next += 1
        return self.fresh.pop()

    def work(self):
        """One of those who hand over."""
        try:
            while not self.ended:
                self.work_once()
        except Exception as error:  # the run ends with it
            self.failed = error

    def work_once(self):
        job = self.take()
        if job is None:
            time.sleep(0.01)
            return
        attempt = self.hand_over(job)
        with self.lock:
            self.books.attempts[job.way.name, job.number].append(attempt)
            self.settle(job, attempt)
            self.tried += 1
            self.calm_tries += attempt.calm
            self.tight += attempt.tight
            self.busy -= 1

    def hand_over(self, job):
        message = corpus.make(self.seed, job.number)
        attempt = account.Attempt(job.way, self.calm, self.room())
        began = time.monotonic()
        with open(job.path, "rb") as file, os.fdopen(os.memfd_create("said"), "rb") as said:
            process = subprocess.Popen(job.way.command(message), stdin=file, stdout=said, stderr=said, env=job.way.environment, cwd="/", start_new_session=True)
            self.watch.begin(process.pid, attempt)
            ended = self.within(process)
            self.watch.end(process.pid)  # before its number can be another's
            if not ended:
                self.books.blame("hung", job.way.name, job.number)
                process.kill()
            attempt.status = process.wait()
            attempt.said = os.pread(said.fileno(), SAID, 0).decode("utf-8", "replace")
        attempt.seconds = time.monotonic() - began
        attempt.room = min(attempt.room, self.room())
        calm = attempt.calm and self.calm
        attempt.calm, attempt.tight = calm and attempt.room > ROOM, calm and attempt.room <= ROOM
        return attempt

    def room(self):
        """Bytes on the disk; none without files. The mail of a round may fill it as well, and what is remembered of
        the redirects needs up to 270 KB: where a small message still fits, that may not."""
        disk = os.statvfs(self.place["SOAK_DISK"])
        return disk.f_bavail * disk.f_frsize if disk.f_favail > FILES else 0

    def within(self, process):
        """Does it end in time? It is not waited for yet."""
        until = time.monotonic() + LIMIT
        while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            if time.monotonic() > until:
                return False
            time.sleep(0.005)
        return True

    def settle(self, job, attempt):
        """Done, or to be tried again."""
        job.tries += 1
        if attempt.status == 0:
            self.books.cleaned = self.books.cleaned or (attempt.calm and job.way.name == "deliver")
            self.files[job.number] -= 1
            if self.files[job.number] == 0:
                os.unlink(job.path)
                del self.files[job.number]
            return
        if attempt.status > 0 and attempt.status != 75:
            self.books.blame("bounced", job.way.name, f"{job.number}: status {attempt.status} {attempt.kills}")
        # At the end there is one try for each, and then the next round of them.
        job.due = time.monotonic() + (self.chance.uniform(0.2, 1.0) * min(job.tries, TRIES) if self.sending else 1e9)
        self.waiting.append(job)

    # ---- one round: faults, calm, nothing

    def round(self, seconds):
        self.watch.most = {}
        self.calm = False
        for trouble in self.troubles:
            trouble.going.set()
        self.watch.killing = True
        self.going.set()
        until, tried = time.monotonic() + seconds * 0.75, self.tried + ROUND
        while time.monotonic() < until or self.tried < tried:
            self.go_on()
        self.settle_down()
        if self.room() < 3 * ROOM:  # nothing is calm on a disk that the mail itself has filled
            self.quiet()
            self.going.set()
        until, tried = time.monotonic() + seconds * 0.25, self.tried + CALM
        while (time.monotonic() < until or self.tried < tried) and self.room() > 2 * ROOM:
            self.go_on()
        self.quiet()

    def settle_down(self):
        """No more faults; deliveries go on."""
        self.watch.killing = False
        for trouble in self.troubles:
            trouble.going.clear()
        for trouble in self.troubles:
            trouble.still.wait()
            if trouble.failed is not None:
                raise trouble.failed
        self.calm = True

    def go_on(self):
        if self.failed is not None:
            raise self.failed
        time.sleep(0.01)

    def quiet(self):
        """No deliveries either: what is there is what stays."""
        self.going.clear()
        self.go_on()
        while self.busy:
            self.go_on()
        known = {self.names.server.pid, int(self.place["SOAK_DOVECOT"])}
        until = time.monotonic() + PATIENCE
        while processes.left_over(known) and time.monotonic() < until:
            time.sleep(0.05)
        seen = self.books.harvest()
        seen["lists"] = self.lists.left()
        left = processes.left_over(known)
        seen["processes"] = len(left)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        self.levels.append({**self.watch.most, **seen})
        self.folders.forget()

    # ---- all of it

    def run(self):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.names.sound()
        self.books.known_files = set(os.listdir(self.place["SOAK_TMP"]))
        workers = [threading.Thread(target=self.work, daemon=True) for _ in range(WORKERS)]
        for thread in workers + self.troubles + [self.watch]:
            thread.start()
        until = time.monotonic() + self.seconds
        length = max(2.0, self.seconds / 60)
        while time.monotonic() < until:
            self.round(length)
        self.last_tries()
        self.ended = self.watch.ended = True
        for trouble in self.troubles:
            trouble.ended = True
        self.names.stop()
        outcomes = self.books.judge({(job.way.name, job.number) for job in self.waiting})
        return report.show(self, outcomes)

    def last_tries(self):
        """Nothing new, nothing wrong: all that waits is handed over."""
        self.sending = False
        for _ in range(LAST_TRIES):
            with self.lock:
                # What was begun by one way goes by the others, too; and one more, behind which old files are gone.
                self.waiting, self.fresh = self.waiting + self.fresh, []
                self.waiting, self.fresh = self.waiting + [self.make()] + self.fresh, []
                for job in self.waiting:
                    job.due = 0.0
            self.going.set()
            while self.busy or any(job.due < 1e8 for job in self.waiting):
                self.go_on()
            self.quiet()
            if not self.waiting:
                break


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1200.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    sys.exit(Soak(seconds, seed, dict(os.environ)).run())


if __name__ == "__main__":
    main()
