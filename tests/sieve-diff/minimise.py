"""Makes what two programs differ about small: commands are left out, blocks unwrapped, tests
replaced by a part of themselves, lists by one of their strings, as long as they still differ."""

import re


def block_end(lines, start):
    """The index of the line that closes the block opened by lines[start], or None."""
    depth = 0
    for i in range(start, len(lines)):
        depth += opens(lines[i])
        if depth <= 0:
            return i
    return None


def opens(line):
    bare = re.sub(r'"(\\.|[^"\\])*"', '""', line)
    return bare.count("{") - bare.count("}")


def smaller_lines(lines):
    for i, line in enumerate(lines):
        end = block_end(lines, i) if opens(line) > 0 else i
        if line.startswith("}") or end is None:
            continue
        yield lines[:i] + lines[end + 1 :]
        if end > i:
            yield lines[:i] + lines[i + 1 : end] + lines[end + 1 :]


def closing(text, start):
    """Where the bracket at text[start] closes, strings left out."""
    depth, i = 0, start
    while i < len(text):
        if text[i] == '"':
            i = re.compile(r'"(\\.|[^"\\])*"', re.S).match(text, i).end()
            continue
        depth += (text[i] in "([") - (text[i] in ")]")
        if depth == 0:
            return i
        i += 1
    return None


def split(text):
    """Its parts between commas that are in no bracket and no string."""
    parts, start, i = [], 0, 0
    while i < len(text):
        if text[i] == '"':
            i = re.compile(r'"(\\.|[^"\\])*"', re.S).match(text, i).end()
        elif text[i] in "([":
            i = closing(text, i) + 1
        elif text[i] == ",":
            parts.append(text[start:i].strip())
            start = i = i + 1
        else:
            i += 1
    return parts + [text[start:].strip()]


def smaller_text(line):
    """A line with one list or group of tests made smaller."""
    bare = re.sub(r'"(\\.|[^"\\])*"', lambda string: "_" * len(string[0]), line)
    for found in re.finditer(r"(allof|anyof)\(|\[|not ", bare):
        if found[0] == "not ":
            yield line[: found.start()] + line[found.end() :]
            continue
        open_at = found.end() - 1
        end = closing(line, open_at)
        for part in split(line[open_at + 1 : end]) if end else []:
            yield line[: found.start()] + part + line[end + 1 :]


def candidates(lines):
    yield from smaller_lines(lines)
    for i, line in enumerate(lines):
        for text in smaller_text(line):
            yield lines[:i] + [text] + lines[i + 1 :]


def minimise(lines, differ):
    """lines: a list of lines. differ(lines): whether both programs still say other things of it.
    Behind one that does it goes on where it was; it ends when all have failed since."""
    tries, at, failed = list(candidates(lines)), 0, 0
    while failed < len(tries):
        at %= len(tries)
        if differ(tries[at]):
            lines, failed = tries[at], 0
            tries = list(candidates(lines))
        else:
            at, failed = at + 1, failed + 1
    return lines
