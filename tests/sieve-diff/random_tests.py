"""Random tests of Sieve. What they look for is taken from the message, so that about half of them are
true. RFC numbers: 5228 5; 5229, 5231, 5233, 5260, 5173, 5703, 6609, draft-ietf-sieve-regex."""

import random_mail

EXTENSIONS = (
    "fileinto",
    "imap4flags",
    "copy",
    "variables",
    "envelope",
    "subaddress",
    "relational",
    "comparator-i;ascii-numeric",
    "regex",
    "body",
    "date",
    "index",
    "mime",
    "foreverypart",
    "extracttext",
    "environment",
    "ihave",
    "editheader",
)
NAMES = ("subject", "Subject", "x-a", "x-b", "list-id", "x-empty", "x-none", "to", "cc", "from", "received")
ADDRESS_NAMES = ("from", "to", "cc", "Reply-To", "sender", "resent-to")
DATE_PARTS = (
    "year",
    "month",
    "day",
    "date",
    "julian",
    "hour",
    "minute",
    "second",
    "time",
    "iso8601",
    "std11",
    "zone",
    "weekday",
)
RELATIONS = ("gt", "ge", "lt", "le", "eq", "ne")
PATTERNS = ("h.llo", "^[Hh]el", "(a|b)+", "[0-9]+", "o$", "^$", "[[:alpha:]]* w", "x{1,2}", "\\\\*", ".")


def quoted(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unfolded(message):
    """The values of its fields, with what encoded words say left as it is."""
    head = message.decode().split("\n\n")[0].replace("\n ", " ").replace("\n\t", "\t").split("\n")
    return [line.split(":", 1)[1].strip() for line in head if ":" in line]


class Maker:
    """rnd: the generator of numbers; message: what the tests will be run on."""

    def __init__(self, rnd, message):
        self.rnd = rnd
        self.values = unfolded(message) or [""]

    def chance(self, share):
        return self.rnd.random() < share

    def listed(self, make, most=3):
        """A string, or a list of some."""
        if self.chance(0.7):
            return make()
        return "[" + ", ".join(make() for _ in range(self.rnd.randint(1, most))) + "]"

    def piece(self):
        """Something that may stand in a field."""
        rnd = self.rnd
        value = rnd.choice(self.values) if self.chance(0.7) else rnd.choice(random_mail.WORDS)
        if self.chance(0.5) and value:
            at = rnd.randrange(len(value))
            value = value[at : at + rnd.randint(0, 8)]
        if self.chance(0.2):
            value = value.swapcase()
        return value

    def key(self, match):
        rnd = self.rnd
        if match == "regex":
            return '"' + rnd.choice(PATTERNS) + '"'
        if match in ("count", "number"):
            return f'"{rnd.randint(0, 3)}"' if match == "count" else quoted(rnd.choice(("0", "7", "12", "12a", "x", "4294967296")))
        value = self.piece()
        if match == "matches":
            value = value.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
            if value and self.chance(0.6):
                at = rnd.randrange(len(value) + 1)
                # never between a backslash and what it keeps
                if at == 0 or value[at - 1] != "\\":
                    value = value[:at] + rnd.choice("*?*") + value[at + rnd.randint(0, 1) :]
            value = rnd.choice(("*", "", "")) + value + rnd.choice(("*", "", "?"))
        return quoted(value)

    def matching(self):
        """A match type and a comparator that fit, and the kind of key for them."""
        rnd = self.rnd
        match = rnd.choice(("is", "is", "contains", "contains", "matches", "matches", "regex", "count", "value"))
        words, kind = [f":{match}"], match
        if match in ("count", "value"):
            words[0] += f' "{rnd.choice(RELATIONS)}"'
        if match == "count" or (match in ("is", "value") and self.chance(0.3)):
            words.append(':comparator "i;ascii-numeric"')
            kind = "count" if match == "count" else "number"
        elif match != "regex" and self.chance(0.4):
            words.append(f':comparator "{rnd.choice(("i;octet", "i;ascii-casemap"))}"')
        if match == "is" and len(words) == 1 and self.chance(0.2):
            words = []
        rnd.shuffle(words)
        return words, kind

    def index(self):
        if self.chance(0.85):
            return []
        return [f":index {self.rnd.randint(1, 3)}"] + ([":last"] if self.chance(0.4) else [])

    def test_header(self):
        words, kind = self.matching()
        words += self.index()
        names = self.listed(lambda: quoted(self.rnd.choice(NAMES)))
        return " ".join(["header"] + words + [names, self.listed(lambda: self.key(kind))])

    def test_mime(self):
        rnd = self.rnd
        words, kind = self.matching()
        words.append(":mime")
        if self.chance(0.6):
            words.append(":anychild")
        option = rnd.choice(("", ":type", ":subtype", ":contenttype", ":param"))
        if option == ":param":
            option += " " + self.listed(lambda: quoted(rnd.choice(("name", "filename", "charset", "none"))))
        words.append(option)
        names = self.listed(lambda: quoted(rnd.choice(("content-type", "content-disposition", "subject"))), 2)
        parts = ("text", "multipart", "plain", "text/plain", "a.txt", "utf-8", "*.pdf", "*.exe", "", "attachment")
        key = self.listed(lambda: quoted(rnd.choice(parts)) if kind in ("is", "contains", "matches", "value") else self.key(kind))
        return " ".join(["header"] + [w for w in words if w] + [names, key])

    def test_address(self):
        rnd = self.rnd
        words, kind = self.matching()
        words += self.index()
        part = rnd.choice(("", ":all", ":localpart", ":domain", ":user", ":detail"))
        names = self.listed(lambda: quoted(rnd.choice(ADDRESS_NAMES)))

        def key():
            if kind in ("regex", "count", "number"):
                return self.key(kind)
            address = rnd.choice(random_mail.ADDRESSES)
            local, _, domain = address.rpartition("@")
            value = rnd.choice((address, address.lower(), local, domain, local.split("+")[0], "list", "a+b", ""))
            if kind == "matches":
                value = rnd.choice(("*", "")) + value.replace("\\", "\\\\") + rnd.choice(("*", ""))
            return quoted(value)

        return " ".join([w for w in ["address"] + words + [part, names, self.listed(key)] if w])

    def test_envelope(self):
        rnd = self.rnd
        words, kind = self.matching()
        part = rnd.choice(("", ":all", ":localpart", ":domain", ":user", ":detail"))
        values = ("from@x.example", "joe+det@example.org", "from", "joe", "det", "x.example", "EXAMPLE.org", "")
        key = self.listed(lambda: quoted(rnd.choice(values)) if kind in ("is", "contains", "matches", "value") else self.key(kind))
        return " ".join([w for w in ["envelope"] + words + [part, self.listed(lambda: rnd.choice(('"from"', '"to"'))), key] if w])

    def test_exists(self):
        return "exists " + self.listed(lambda: quoted(self.rnd.choice(NAMES)))

    def test_size(self):
        return f"size {self.rnd.choice((':over', ':under'))} {self.rnd.choice((0, 100, 400, 500, 700, 1000, '1K', '1M'))}"

    def test_date(self):
        rnd = self.rnd
        words, kind = self.matching()
        words += self.index()
        zone = rnd.choice((":originalzone", ":zone " + quoted(rnd.choice(random_mail.ZONES)), ':zone "+0000"'))
        part = rnd.choice(DATE_PARTS)
        values = ("2026", "2027", "06", "12", "2026-07-01", "12:30:00", "2", "15", "+0000", "*", "")
        key = self.listed(lambda: quoted(rnd.choice(values)) if kind in ("is", "contains", "matches", "value") else self.key(kind))
        return " ".join(["date", zone] + words + [quoted(rnd.choice(("date", "received", "x-none", "subject"))), f'"{part}"', key])

    def test_body(self):
        rnd = self.rnd
        words, kind = self.matching()
        transform = rnd.choice(("", ":raw", ":text", ':content "text"', ':content ["text/html", "text/plain"]', ':content "application"'))
        values = ("hello", "World", "needle", "caf\u00e9", "caf", "*needle*", "*", "hello World", "")
        key = self.listed(lambda: quoted(rnd.choice(values)) if kind in ("is", "contains", "matches", "value") else self.key(kind))
        return " ".join([w for w in ["body"] + words + [transform, key] if w])

    def test_string(self):
        words, kind = self.matching()
        return " ".join(["string"] + words + [self.listed(lambda: quoted(self.piece())), self.listed(lambda: self.key(kind))])

    def test_hasflag(self):
        words, kind = self.matching()
        key = self.listed(lambda: quoted(self.rnd.choice(("\\Seen", "seen", "t1", "mark", ""))) if kind in ("is", "contains", "matches", "value") else self.key(kind))
        return " ".join(["hasflag"] + words + [key])

    def test_environment(self):
        words, kind = self.matching()
        key = quoted("no such thing") if kind in ("is", "contains", "matches", "value") else self.key(kind)
        return " ".join(["environment"] + words + ['"vnd.none"', key])

    def test_ihave(self):
        return "ihave " + self.listed(lambda: quoted(self.rnd.choice(("fileinto", "body", "vnd.none"))))

    def one(self, depth=2):
        rnd = self.rnd
        if depth and self.chance(0.12):
            inner = ", ".join(self.one(depth - 1) for _ in range(rnd.randint(1, 3)))
            return f"{rnd.choice(('allof', 'anyof'))}({inner})"
        if depth and self.chance(0.08):
            return "not " + self.one(depth - 1)
        make = rnd.choice(
            (self.test_header,) * 4
            + (self.test_address,) * 3
            + (self.test_mime, self.test_mime, self.test_date, self.test_date, self.test_body, self.test_body)
            + (self.test_envelope, self.test_exists, self.test_size, self.test_string, self.test_hasflag)
            + (self.test_environment, self.test_ihave)
        )
        return make()
