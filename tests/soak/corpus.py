"""The messages of a soak: message N of a seed is always the same, so nobody has to keep it to know
what it was, and what becomes of it says its kind."""

import random
import re
from collections import namedtuple

# Where a message of this kind is, and how often each comes. "sound": exactly there when nothing is
# wrong; "at least": one of these always; "may": here too where something fails. By procmail, which
# knows no Sieve, all that is not listed is in the inbox.
Kind = namedtuple("Kind", "name weight sound least may")
KINDS = [
    Kind("clean", 16, ["INBOX"], ["INBOX"], []),
    Kind("listed", 16, ["Junk"], ["Junk", "INBOX"], []),
    Kind("office", 6, ["Junk"], ["Junk", "INBOX"], []),
    Kind("crlf", 5, ["INBOX"], ["INBOX"], []),
    Kind("nul", 5, ["INBOX"], ["INBOX"], []),
    Kind("large", 2, ["INBOX"], ["INBOX"], []),
    Kind("no newline", 5, ["INBOX"], ["INBOX"], []),
    Kind("header", 3, ["INBOX"], ["INBOX"], []),
    Kind("fileinto", 8, ["Work"], ["Work", "INBOX"], []),
    Kind("create", 6, ["Work.Deep"], ["Work.Deep", "INBOX"], []),
    Kind("flags", 5, ["Work"], ["Work", "INBOX"], []),
    Kind("copy", 8, ["INBOX", "Copies"], ["INBOX"], ["Copies"]),
    Kind("redirect", 8, ["away"], ["away", "INBOX"], []),
    Kind("vacation", 6, ["INBOX"], ["INBOX"], []),
    Kind("duplicate", 6, ["INBOX"], ["INBOX"], []),
    Kind("discard", 4, [], [], ["INBOX"]),
    Kind("escape", 3, ["INBOX"], ["INBOX"], []),
]
PLAIN = {kind.name: kind for kind in KINDS[:8]}
ADDRESSES = {"listed": "11.22.33.44", "office": "11.22.33.46"}
ID = re.compile(rb"X-Soak-Id: (\d+) (\d+)\r?\n")

Message = namedtuple("Message", "number kind sender bytes")


def make(seed, number):
    """Message number of that seed. Odd duplicates have the Message-ID of the one before them."""
    first = number - number % 2
    chance = random.Random(f"{seed} {first}")
    kind = chance.choices(KINDS, [kind.weight for kind in KINDS])[0]
    if kind.name != "duplicate":
        chance = random.Random(f"{seed} {number}")
        kinds = [kind for kind in KINDS if kind.name != "duplicate"]
        kind = chance.choices(kinds, [kind.weight for kind in kinds])[0]
        first = number
    address = ADDRESSES.get(kind.name, "11.22.33.45")
    sender = f"from-{number}@sender.example"
    header = [
        f"Received: from out.example (out.example [{address}]) by mx.example.org; Thu, 26 Nov 2026 10:00:00 +0000",
        f"From: Somebody <{sender}>",
        "To: Joe <joe@example.org>",
        f"Subject: {kind.name} {number}",
        "Date: Thu, 26 Nov 2026 10:00:00 +0000",
        f"Message-ID: <{first}.{seed}@soak.example>",
        f"X-Soak: {kind.name}",
        f"X-Soak-Id: {seed} {number}",
    ]
    return Message(number, kind, sender, whole(kind.name, header, f"{seed} {number}", chance))


def whole(kind, header, name, chance):
    """Header and body, as this kind has it."""
    if kind == "header":
        return ("\n".join(header) + "\n").encode()
    body = [f"This is {name}.", ".", "..", "From the start of a line"]
    body += [f"line {i} of {name} " + "x" * chance.randrange(60) for i in range(chance.choice([3, 30, 300]))]
    if kind == "nul":
        body += ["a \0 in it, and \xe4, and a lone \r in it"]
    if kind == "large":
        body += [f"{name} {i:08d} " + "y" * 60 for i in range(26000)]
    text = "\n".join(header + [""] + body + [f"The end of {name}."])
    if kind != "no newline":
        text += "\n"
    if kind == "crlf":
        text = text.replace("\n", "\r\n")
    return text.encode("latin-1")
