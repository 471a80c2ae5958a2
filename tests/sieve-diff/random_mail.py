"""Random messages, odd in the ways in which real mail is: folded and encoded fields, groups, source
routes, several fields of a name, parts within parts, charsets, fields that are empty or not there."""

import base64
import quopri

ADDRESSES = (
    "joe@example.org",
    "Joe.Doe@Example.ORG",
    "joe+list@example.org",
    "joe+a+b@example.org",
    "joe+@example.org",
    '"joe doe"@example.org',
    "sue@sub.example.net",
    "x@[192.0.2.1]",
    "a.b-c_d@x.example",
    "postmaster@example.org",
)
NAMES = ("", "Joe", '"Doe, Joe"', "=?utf-8?q?J=C3=B6?=", "Mail List (of all)")
WORDS = (
    "hello",
    "Hello",
    "world",
    "[list]",
    "offer 50%",
    "*** SPAM ***",
    "a?b",
    "back\\slash",
    "x  y",
    "Re:",
    "version 1.0",
    "12",
    "007",
    "4294967296",
    "-3",
    "12abc",
    "=?utf-8?q?Gr=C3=BC=C3=9Fe?=",
    "=?iso-8859-1?q?caf=E9?=",
    "=?utf-8?b?w6TDtsO8?=",
    "tab\tin",
)
ZONES = ("+0000", "-0500", "+0530", "+1300", "-0930")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TYPES = (
    ("text/plain", "a.txt"),
    ("text/html", "a.html"),
    ("application/pdf", "Invoice 7.PDF"),
    ("image/png", "pic.png"),
    ("application/octet-stream", "run.exe"),
)


def date_of(rnd):
    """RFC 5322 3.3, the obsolete zone names left out. The day of the week is right or absent."""
    import datetime

    when = datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=rnd.randrange(2 * 365 * 86400))
    name = DAYS[when.weekday()] + ", " if rnd.random() < 0.8 else ""
    month = MONTHS[when.month - 1]
    return f"{name}{when.day} {month} {when.year} {when:%H:%M:%S} {rnd.choice(ZONES)}"


def address_list(rnd):
    items = []
    for _ in range(rnd.choice((1, 1, 1, 2, 3))):
        name, address = rnd.choice(NAMES), rnd.choice(ADDRESSES)
        items.append(f"{name} <{address}>" if name else rnd.choice((address, f"<{address}>")))
    if rnd.random() < 0.1:
        return "friends: " + ", ".join(items) + ";"
    return rnd.choice((", ", ",", ",\n\t")).join(items)


def text(rnd, most=4):
    words = [rnd.choice(WORDS) for _ in range(rnd.randint(0, most))]
    return "".join(w + rnd.choice((" ", " ", "\n ")) for w in words[:-1]) + (words[-1] if words else "")


def body_text(rnd):
    lines = []
    for _ in range(rnd.randint(0, 5)):
        lines.append(" ".join(rnd.choice(("hello", "World", "needle", "caf\u00e9", "a*b", "12", "")) for _ in range(4)))
    return "\n".join(lines) + "\n"


def part(rnd, depth):
    """A part: its fields and its body, without the empty line's neighbours."""
    if depth and rnd.random() < 0.35:
        mark = f"b{depth}{rnd.randint(0, 99)}"
        inner = "".join(f"--{mark}\n{part(rnd, depth - 1)}" for _ in range(rnd.randint(1, 3)))
        kind = rnd.choice(("mixed", "alternative", "related"))
        return f'Content-Type: multipart/{kind}; boundary="{mark}"\n\n{inner}--{mark}--\n'
    kind, name = rnd.choice(TYPES)
    fields = f"Content-Type: {kind}; charset=utf-8" if kind.startswith("text") else f"Content-Type: {kind}"
    if rnd.random() < 0.4:
        fields += f'; name="{name}"\nContent-Disposition: attachment; filename="{name}"'
    # A line end in HTML is a space here and a line end there: doc/sieve.md.
    content = (" ".join(body_text(rnd).split()) if kind == "text/html" else body_text(rnd)).encode()
    coding = rnd.choice(("8bit", "quoted-printable", "base64"))
    if coding == "base64":
        content = base64.encodebytes(content)
    elif coding == "quoted-printable":
        content = quopri.encodestring(content)
    return f"{fields}\nContent-Transfer-Encoding: {coding}\n\n{content.decode()}"


def message(rnd):
    """A whole message, as bytes with bare line feeds."""
    fields = []
    if rnd.random() < 0.95:
        fields.append("From: " + address_list(rnd))
    for name in ("To", "Cc", "Reply-To", "Sender"):
        for _ in range(rnd.choice((0, 1, 1, 2)) if name in ("To", "Cc") else rnd.choice((0, 0, 1))):
            fields.append(f"{name}: {address_list(rnd)}")
    for name in ("Subject", "X-A", "X-B", "List-Id", "X-Empty"):
        for _ in range(rnd.choice((0, 1, 1, 2, 3))):
            fields.append(f"{name}:{rnd.choice((' ', '', '  '))}{text(rnd) if name != 'X-Empty' else ''}")
    for _ in range(rnd.choice((0, 1, 1, 2))):
        fields.append("Date: " + date_of(rnd))
    for _ in range(rnd.choice((0, 1, 2))):
        fields.append(f"Received: from a by b; {date_of(rnd)}")
    rnd.shuffle(fields)
    head = "\n".join(fields) + "\n"
    if rnd.random() < 0.6:
        return (head + "MIME-Version: 1.0\n" + part(rnd, 2)).encode()
    return (head + "\n" + body_text(rnd)).encode()
