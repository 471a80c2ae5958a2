"""Messages, the ways that they take, and the account of where each is."""

import hashlib
import os
import random
import re
import subprocess

RULES = "none file copy redirect discard vacation duplicate flags".split()
BAD, GOOD = "11.22.33.44", "11.22.33.45"
FOUND = re.compile(rb"soak-id: (\d+)\.([a-z]+)\.([a-z]+)\.")
COPIES = {"copy": 2}  # how many copies the rules want; else one, or none where somebody else has it
FOLDERS = {"", ".Junk", ".Lists"}


def normal(body):
    """As mail over LMTP or through procmail arrives: lines end with LF, and the last one has an end."""
    body = body.replace(b"\r\n", b"\n")
    return body if body.endswith(b"\n") else body + b"\n"


class Message:
    """One message. way: its name; text: what is handed over; sum, sum_sent: of what has to arrive."""

    def __init__(self, number, way, rnd):
        self.way, self.rule = way, rnd.choice(RULES)
        self.listed = rnd.random() < 0.4
        self.id = f"{number}.{way}.{self.rule}"
        lines = [f"soak-id: {self.id}.", "A line of the body."]
        lines += [f"{i}: {rnd.getrandbits(64):x} caf\xe9" for i in range(int(rnd.paretovariate(0.7)) % 3000)]
        shape = rnd.random()
        if shape < 0.02:
            lines += ["x" * 900] * 2000  # 2 MB
        body = "\n".join(lines).encode("latin-1") + b"\n"
        head = (f"Received: from relay.example.net (relay.example.net [{BAD if self.listed else GOOD}])\n"
                f"\tby mx.example.org with ESMTP id {number}; Mon, 24 Nov 2025 10:00:00 +0000\n"
                f"From: Ann <ann@example.net>\nTo: user@example.org\nSubject: {self.rule} {number}\n"
                f"Message-ID: <{self.id}@example.net>\nX-Soak: {self.rule}\n").encode()
        if shape > 0.9:
            head, body = head.replace(b"\n", b"\r\n"), body.replace(b"\n", b"\r\n")
            text = head + b"\r\n" + body
        else:
            if shape > 0.85 and way == "deliver":
                body = body[:-1] + b"\0 and no end of line"
            text = head + b"\n" + body
        self.text, self.sum, self.sum_sent = text, digest(body, way), digest(body, "sendmail")
        self.tries, self.ended_badly, self.exit0 = 0, 0, False


def digest(body, way):
    return hashlib.blake2b(body if way == "deliver" else normal(body), digest_size=16).digest()


def body_of(text):
    """Behind the header's empty line."""
    ends = [i for i in (text.find(b"\n\n"), text.find(b"\r\n\r\n")) if i >= 0]
    if not ends:
        return b""
    at = min(ends)
    return text[at + (2 if text[at:at + 2] == b"\n\n" else 4):]


class Account:
    """What was found where, by id. Files are taken away as they are counted, as a reader over POP does."""

    def __init__(self, boxes, sent):
        self.boxes, self.sent = boxes, sent  # way -> Maildir; where sendmail puts its messages
        self.found, self.wrong = {}, []  # id -> how often; sentences

    def look(self, messages):
        for way, box in self.boxes.items():
            for folder in self.folders(box):
                for part in ("new", "cur"):
                    self.take(os.path.join(box, folder, part), folder, way, messages)
        self.take(self.sent, "sendmail", None, messages)

    def folders(self, box):
        try:
            return [""] + [n for n in os.listdir(box) if n.startswith((".", "away-")) and os.path.isdir(os.path.join(box, n))]
        except OSError:
            return []

    def take(self, place, folder, way, messages):
        try:
            names = os.listdir(place)
        except OSError:
            return
        for name in names:
            path = os.path.join(place, name)
            try:
                with open(path, "rb") as file:
                    text = file.read()
                os.unlink(path)
            except (OSError, IsADirectoryError):
                continue
            self.count(text, folder, way, messages, path)

    def count(self, text, folder, way, messages, path):
        body = body_of(text)
        at = FOUND.search(body if folder != "sendmail" else text)
        one = messages.get(at[0].decode()[9:-1]) if at else None
        if folder == "sendmail" and (one is None or b"Auto-Submitted: auto-replied" in text):
            return  # a vacation's reply
        if one is None:
            self.wrong.append(f"{path}: a message that nobody sent, or a cut one")
        elif way is not None and way != one.way:
            self.wrong.append(f"{path}: a message of {one.way}")
        elif digest(body, one.way if way else "sendmail") != (one.sum if way else one.sum_sent):
            self.wrong.append(f"{path}: other bytes than were sent")
        elif way is not None and folder not in FOLDERS and not folder.startswith("away-"):
            self.wrong.append(f"{path}: a folder that nobody named")
        else:
            self.found[one.id] = self.found.get(one.id, 0) + 1


class Way:
    """A way into a mailbox: a command that takes a message and answers by its exit status."""

    def __init__(self, name, command, env, become):
        self.name, self.command, self.env, self.become = name, command, env, become

    def start(self):
        return subprocess.Popen(self.become + self.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                env=self.env, cwd="/", start_new_session=True)


def make(number, way):
    """The same each time; a message that waits is made again when it is tried again."""
    return Message(number, way, random.Random(f"{number}/{way}"))
