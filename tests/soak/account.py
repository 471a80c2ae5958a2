"""The books: what was handed over and how it ended, what is in which folder, and whether that is what
it has to be."""

import os
import re
import time
from collections import Counter, defaultdict

import corpus

STATE = ("subscriptions", "maildirfolder", "maildirsize", "spamcop-", ".spamcop-", "dovecot", ".subscriptions")
LONG_AGO = 40 * 3600  # more than MAILDIR_STALE
TAGS = re.compile(rb"^X-S(?:pamCop|ieve)-[^\r\n]*", re.MULTILINE)
LATE = 5  # s: who takes longer may have given somebody up who did it later, or its rules


class Attempt:
    """One try of one message by one way."""

    def __init__(self, way, calm, room):
        self.way, self.calm = way, calm
        self.room = room  # the least that was seen on the disk, in bytes
        self.disturbed = self.tight = False
        self.kills = []
        self.status = None
        self.seconds = 0
        self.said = ""  # in its log


class Books:
    def __init__(self, seed, ways, place):
        self.seed, self.ways, self.place = seed, {way.name: way for way in ways}, place
        self.attempts = defaultdict(list)  # by way and number
        self.stored = defaultdict(Counter)  # of places, by way and number
        self.replies = Counter()
        self.wrong = defaultdict(list)  # by what is wrong
        self.unknown = set()  # ways and numbers that could not be looked up
        self.tags = defaultdict(list)  # what the filter wrote into the stored messages, by way and number
        self.rounds = []
        self.known_files = set()
        self.cleaned = False  # has a delivery since the last harvest been able to tidy up?

    def blame(self, what, way, which):
        self.wrong[(what, way)].append(str(which))

    # ---- what is on the disk

    def harvest(self):
        """Takes all mail out of all folders. Nobody delivers meanwhile. Counts what should not stay."""
        seen = Counter()
        disk = self.place["SOAK_DISK"]
        for name in sorted(os.listdir(disk)):
            if name in self.ways:
                self.walk(name, os.path.join(disk, name), seen, False)
            elif name == "gone":
                for away in os.listdir(os.path.join(disk, name)):
                    self.walk(away.split(".")[0], os.path.join(disk, name, away), seen, True)
            else:
                self.blame("outside", "all", name)
        self.cleaned = False
        self.sent()
        for name in set(os.listdir(self.place["SOAK_TMP"])) - self.known_files:
            self.blame("outside", "all", name)
        return seen

    def walk(self, way, top, seen, away):
        for folder, _, names in os.walk(top):
            kind = os.path.basename(folder)
            for name in names:
                path = os.path.join(folder, name)
                if kind in ("new", "cur"):
                    self.take(way, path, os.path.basename(os.path.dirname(folder)))
                elif kind == "tmp" and not away:
                    self.left(way, path, "tmp", seen)
                elif name.endswith((".lock", ".tmp")) and not away:
                    self.left(way, path, "lock", seen)
                elif not away and not name.startswith(STATE):
                    self.blame("outside", way, path)

    def left(self, way, path, what, seen):
        """Something of a run that died. It is made old, so that a later run takes it away; what was
        made old before has stayed. Of the other programs' own it is only tidied."""
        info = os.stat(path)
        if way != "deliver":
            os.unlink(path)
            seen[f"{what}, {way}"] += 1
            return
        old = self.cleaned and time.time() - info.st_mtime > LONG_AGO - 3600
        seen[what + (", old" if old else "")] += 1
        os.utime(path, (time.time() - LONG_AGO,) * 2)

    def take(self, way, path, base):
        place = base[1:] if base.startswith(".") else "INBOX"
        with open(path, "rb") as file:
            stored = file.read()
        os.unlink(path)
        self.book(way, place, stored)

    def book(self, way, place, stored):
        found = corpus.ID.search(stored)
        if found is None or int(found[1]) != self.seed:
            self.blame("cut", way, f"{place}: {stored[:60]!r} ({len(stored)} bytes)")
            return
        message = corpus.make(self.seed, int(found[2]))
        self.stored[way, message.number][place] += 1
        if not self.ways[way].is_whole(stored, message):
            self.blame("cut", way, f"{message.number} ({message.kind.name}), {len(stored)} bytes of {len(message.bytes)} in {place}")
        if b"X-SpamCop-Status: unknown" in stored[:8192]:
            self.unknown.add((way, message.number))
        self.tags[way, message.number] += [line.decode("latin-1") for line in TAGS.findall(stored[:8192])]

    def sent(self):
        """What sendmail was given: redirected mail and replies."""
        folder = os.path.join(self.place["SOAK_TMP"], "sent")
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                text = file.read()
            os.unlink(path)
            if not name.startswith("sent."):
                continue  # of a sendmail that was killed
            way = name.split(".")[1]
            if b"\nAuto-Submitted: auto-replied" in text or text.startswith(b"Auto-Submitted: auto-replied"):
                self.replies[way, text.split(b"In-Reply-To: <")[1].split(b".")[0].decode()] += 1
            else:
                self.book(way, "away", text)

    # ---- whether it is right

    def judge(self, deferred):
        """After the last harvest. deferred: ways and numbers that still wait. A count of outcomes by way."""
        outcomes = defaultdict(Counter)
        for (way, number), attempts in sorted(self.attempts.items()):
            message = corpus.make(self.seed, number)
            kind = self.ways[way].expected(message, corpus.PLAIN)
            outcome = self.outcome(way, message, kind, attempts, (way, number) in deferred)
            outcomes[way][outcome] += 1
        for way, number in {key for key, places in self.stored.items() if places} - set(self.attempts):
            self.blame("never sent", way, number)
        return outcomes

    def outcome(self, way, message, kind, attempts, deferred):
        places = self.stored[way, message.number]
        name = f"{message.number} ({kind.name}): {dict(places)}, tries {[(a.status, round(a.seconds, 1), *a.kills) for a in attempts]}"
        if set(places) - set(kind.least) - set(kind.may):
            self.blame("misplaced", way, name + self.evidence(way, message, attempts))
        if deferred:
            return "deferred"
        if kind.name == "duplicate":
            return self.duplicate(way, message.number, places, attempts, name)
        if kind.name == "vacation" and self.replies[way, str(message.number)] > 1 + self.may_repeat(kind, attempts):
            self.blame("doubled", way, name + ", answered more than once")
        if kind.least and not any(places[place] for place in kind.least):
            self.blame("lost", way, name)
            return "lost"
        if len(attempts) == 1 and attempts[0].calm and attempts[0].seconds <= LATE and sorted(places.elements()) != sorted(kind.sound) and (way, message.number) not in self.unknown:
            self.blame("misplaced", way, name + ", though nothing was wrong" + self.evidence(way, message, attempts))
        if not kind.least:
            return "discarded" if not places else "discarded, but kept"
        wanted = 1 if len(kind.sound) < 2 else None  # copies: each place for itself
        extra = sum(places.values()) - wanted if wanted else max(places.values()) - 1
        return self.repeated(way, kind, attempts, extra, name)

    def evidence(self, way, message, attempts):
        """What tells why it is where it is: of each try the room on the disk and the log."""
        tries = "".join(f"\n    {attempt.room >> 10} kB free; it said: {attempt.said.strip()}" for attempt in attempts)
        return f"; tags {self.tags[way, message.number]}{tries}"

    def repeated(self, way, kind, attempts, extra, name):
        if extra <= 0:
            return "once"
        if extra > self.may_repeat(kind, attempts):
            self.blame("doubled", way, name)
            return "doubled"
        return "twice"

    def may_repeat(self, kind, attempts):
        """How often it may have been stored again: doc/reliability.md, "What to know"."""
        if kind.name in ("redirect", "vacation"):
            return sum(a.disturbed or a.seconds > LATE for a in attempts)
        # Of several copies one may fail when the others are there; an LMTP server may take and not say so in time.
        return sum(a.status != 0 and (a.disturbed or kind.name == "copy" or (a.way.name == "lmtp" and a.seconds > LATE)) for a in attempts)

    def duplicate(self, way, number, places, attempts, name):
        """One of the two is there; the other may be, where the memory could not be used."""
        pair = number - number % 2
        both = sum((self.stored.get((way, n), Counter()) for n in (pair, pair + 1)), Counter())
        if not both and (way, pair) in self.attempts and (way, pair + 1) in self.attempts:
            self.blame("lost", way, name + ", nor its twin")
            return "lost"
        if not places:
            return "discarded"
        return self.repeated(way, corpus.PLAIN["clean"], attempts, sum(places.values()) - 1, name)
