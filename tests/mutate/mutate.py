#!/usr/bin/env python3
"""Faults of one line, and whether a test notices.

mutate.py named       the faults of tests/mutate/named
mutate.py N [SEED]    N random ones in the folders of tests/mutate/concerns

Works in a copy of what is in git. Each fault is built, and the tests that
concern its file run until one fails: the fault is killed. One that survives is
printed again at the end; where it changes nothing that a message meets,
tests/mutate/equivalent says why.
"""
import itertools
import os
import random
import re
import subprocess
import sys
import tempfile

LIMIT = 300  # seconds for one test; one that hangs has noticed

# What a line becomes. Each is tried where it matches, outside of comments,
# strings and preprocessor lines.
OPERATORS = [
    (r" == ", " != "), (r" != ", " == "), (r" < ", " <= "), (r" <= ", " < "),
    (r" > ", " >= "), (r" >= ", " > "), (r" && ", " || "), (r" \|\| ", " && "),
    (r" \+ 1\b", ""), (r" - 1\b", ""), (r"\+\+", "--"), (r" \+= ", " -= "),
    (r"\bif \((?!!)([^()]*)\)$", r"if (!(\1))"), (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
    (r"\breturn 0;", "return -1;"), (r"\breturn -1;", "return 0;"), (r"\bcontinue;", "break;"),
    (r"\b(\d{2,})\b", r"(\1 * 2)"), (r"^\t+\(void\)\w+\(.*\);$", ";"), (r"^\t+\w+\([^=]*\);$", ";"),
]


def lines_of(path):
    with open(path, encoding="ascii", errors="surrogateescape") as file:
        return file.read().split("\n")


def records(path):
    """Blocks of "KEY: VALUE" lines, divided by empty ones."""
    blocks = "\n".join(line for line in lines_of(path) if not line.startswith("#")).split("\n\n")
    for block in blocks:
        record = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        if record:
            yield record


def concerns(path, table):
    """The tests of the longest prefix of a path."""
    prefix = max((p for p in table if path.startswith(p)), key=len, default=None)
    return table[prefix].split() if prefix else []


class Copy:
    def __init__(self, top):
        self.top = top
        for command in ("autoreconf -i", "./configure -q", "make -s -j2", "make -s -j2 check TESTS="):
            if self.run(command).returncode != 0:
                sys.exit("mutate: %s failed in the copy" % command)

    def run(self, command, limit=3600):
        environment = dict(os.environ, top_srcdir=self.top, top_builddir=self.top, srcdir=self.top)
        process = subprocess.Popen(command, shell=True, cwd=self.top, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            out, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.communicate()
            return subprocess.CompletedProcess(command, 124, b"")
        return subprocess.CompletedProcess(command, process.returncode, out)

    def passes(self, test):
        command = "./" + test if os.access(os.path.join(self.top, test), os.X_OK) and not test.endswith(".t") else "sh " + test
        result = self.run(command, LIMIT)
        return result.returncode == 0 and not re.search(rb"^not ok", result.stdout, re.M)

    def verdict(self, path, number, line, tests):
        """With line `number` of path replaced: who notices."""
        whole = os.path.join(self.top, path)
        before = lines_of(whole)
        after = before[:number] + [line] + before[number + 1:]
        units = " ".join(t for t in tests if not t.endswith(".t"))
        try:
            self.write(whole, after)
            if self.run("make -s -j2 && make -s -j2 %s" % units).returncode != 0:
                return "not built"
            for test in tests:
                if not self.passes(test):
                    return "killed by " + test
            return "survived"
        finally:
            self.write(whole, before)

    @staticmethod
    def write(path, lines):
        with open(path, "w", encoding="ascii", errors="surrogateescape") as file:
            file.write("\n".join(lines))


def find_named(top, table):
    for record in records(os.path.join(top, "tests/mutate/named")):
        lines = lines_of(os.path.join(top, record["file"]))
        at = [i for i, line in enumerate(lines) if line.strip() == record["old"]]
        if len(at) != 1:
            sys.exit("mutate: %s: %d lines are \"%s\"" % (record["file"], len(at), record["old"]))
        tests = record["tests"].split() if "tests" in record else concerns(record["file"], table)
        yield record["name"], record["file"], at[0], record["new"], tests


def find_random(top, table, seed):
    source = random.Random(seed)
    places = []
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), top)
            if not name.endswith(".c") or not concerns(path, table):
                continue
            comment = False
            for number, line in enumerate(lines_of(os.path.join(top, path))):
                comment = comment or line.lstrip().startswith("/*")
                if not comment and line.startswith("\t") and '"' not in line and "//" not in line:
                    places += [(path, number, i) for i, (old, _) in enumerate(OPERATORS) if re.search(old, line)]
                if "*/" in line:
                    comment = False
    places.sort()
    source.shuffle(places)
    for path, number, i in places:
        line = lines_of(os.path.join(top, path))[number]
        new = re.sub(OPERATORS[i][0], OPERATORS[i][1], line, count=1)
        yield "%s:%d %s -> %s" % (path, number + 1, line.strip(), new.strip()), path, number, new, concerns(path, table)


def main():
    words = sys.argv[1:] or ["named"]
    if words[0] != "named" and not words[0].isdigit():
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="mutate.", dir="/dev/shm") as top:
        os.chmod(top, 0o755)
        subprocess.run("git ls-files -z | tar -cf - --null -T - | tar -xf - -C %s" % top, shell=True, check=True)
        table = {r["folder"]: r["tests"] for r in records(os.path.join(top, "tests/mutate/concerns"))}
        equivalent = {(r["file"], r["old"]): r["why"] for r in records(os.path.join(top, "tests/mutate/equivalent"))}
        copy = Copy(top)
        counts = {"killed": 0, "survived": 0, "equivalent": 0, "not built": 0}
        survivors = []
        most = None if words[0] == "named" else int(words[0])
        found = find_named(top, table) if most is None else find_random(top, table, int(words[1]) if len(words) > 1 else 1)
        found = list(itertools.islice(found, most))
        # A test that fails without any fault says nothing.
        broken = [t for t in sorted({t for fault in found for t in fault[4]}) if not copy.passes(t)]
        if broken:
            sys.exit("mutate: these fail without any fault: " + " ".join(broken))
        for name, path, line, new, tests in found:
            old = lines_of(os.path.join(top, path))[line].strip()
            verdict = copy.verdict(path, line, new, tests)
            if verdict == "survived" and (path, old) in equivalent:
                verdict = "equivalent: " + equivalent[path, old]
            counts[verdict.split(":")[0].split(" by ")[0]] += 1
            if verdict == "survived":
                survivors.append(name)
            print("%-10s %s%s" % (verdict.split(" by ")[0], name, " (%s)" % verdict[10:] if " by " in verdict else ""), flush=True)
        print("\nsurvived:\n  " + "\n  ".join(survivors) if survivors else "")
        print("mutants: %d, killed %d, equivalent %d, survived %d, not built %d" % (
            sum(counts.values()), counts["killed"], counts["equivalent"], counts["survived"], counts["not built"]))
        sys.exit(1 if survivors else 0)


main()
