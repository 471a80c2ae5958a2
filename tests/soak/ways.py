"""The ways a message is handed over, each as a mail system would do it, and what may be said of the
stored bytes: the message as it came, with fields of ours in front."""

import os
import re

FIELDS = re.compile(rb"(?:(?:Return-Path|Delivered-To|Received|X-SpamCop-[A-Za-z]+|X-Sieve-Redirected-From):[^\n]*\n(?:[ \t][^\n]*\n)*)*\Z")
ENVELOPE = re.compile(rb"\AFrom [^\n]*\n")


class Way:
    """One way; name is also the name of its home on the disk."""

    def __init__(self, name, place):
        self.name = name
        self.home = os.path.join(place["SOAK_DISK"], name)
        self.conf = os.path.join(place["SOAK_TMP"], name + ".conf")
        self.begin = place["SOAK_AS"].split()
        self.filter = os.path.join(place["SOAK_BIN"], "spamcop-filter")
        self.rc = os.path.join(place["SOAK_TMP"], "procmailrc")
        self.environment = {"HOME": self.home, "USER": "joe", "LOGNAME": "joe", "PATH": place["PATH"]}

    def command(self, message):
        if self.name == "procmail":
            return self.begin + ["procmail", "-t", "-f", message.sender, "-m", self.rc]
        return self.begin + [self.filter, "-v", "-c", self.conf, "-f", message.sender, "-a", "joe@example.org", "deliver"]

    def expected(self, message, plain):
        """The kind that says where it is."""
        return message.kind if self.name != "procmail" or message.kind.name in plain else plain["clean"]

    def is_whole(self, stored, message):
        """Are these the bytes of the message, behind fields that may be added?"""
        wanted = message.bytes
        if self.name == "lmtp":  # lines are lines there, and end
            stored, wanted = lines(stored), lines(wanted)
        if self.name == "procmail":
            stored = ENVELOPE.sub(b"", stored)
        if not stored.endswith(wanted):
            return False
        return FIELDS.match(stored[: len(stored) - len(wanted)].replace(b"\r\n", b"\n")) is not None


def lines(text):
    text = text.replace(b"\r\n", b"\n")
    return text if text.endswith(b"\n") else text + b"\n"
