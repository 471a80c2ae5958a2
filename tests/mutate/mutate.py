#!/usr/bin/env python3
"""Faults of one line, and whether a test notices.

mutate.py named       the faults of tests/mutate/named
mutate.py N [SEED]    N random ones in the folders of tests/mutate/concerns
mutate.py again LOG   those that survived an earlier run, where their lines still are

Works in two copies of what is in git. Each fault is built (one object, and what
is linked with it), and the tests that concern its file run, unit tests first and
then the quickest, until one fails: the fault is killed. One that survives is
printed again at the end; where it changes nothing that a message meets,
tests/mutate/equivalent says why. Where the compiler makes the same code of both
(or of neither, for another version of a library), no test can tell: "same code".

A fault may signal processes that it does not know: everything runs in a PID
namespace of its own, or not at all.
"""
import collections
import glob
import hashlib
import itertools
import os
import queue
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time

WORKERS = 2
LEAST = 30  # seconds for one test, or ten times what it takes: one that hangs has noticed
MEMORY = 4 << 30  # bytes of a process: a fault may ask for all
INSIDE = "MUTATE_INSIDE"  # set within the namespace

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


def function_of(lines, number):
    """The name of the function that a line is in: its name begins a line (.clang-format)."""
    names = (re.match(r"(\w+)\(", line) for line in reversed(lines[:number]))
    return next((name[1] for name in names if name), None)


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


def confine():
    """A process that a fault runs wild in has an end."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


class Copy:
    def __init__(self, top):
        self.top = top
        self.codes = {}  # by file, of what is in it without a fault
        os.mkdir(top)
        os.chmod(top, 0o755)

    def fill(self):
        subprocess.run("git ls-files -z | tar -cf - --null -T - | tar -xf - -C %s" % self.top, shell=True, check=True)

    def fill_from(self, other):
        subprocess.run(["cp", "-a", other.top + "/.", self.top], check=True)

    def build(self):
        for command in ("autoreconf -i", "./configure -q", "make -s -j2", "make -s -j2 check TESTS="):
            if self.run(command).returncode != 0:
                sys.exit("mutate: %s failed in the copy" % command)

    def run(self, command, limit=3600):
        environment = dict(os.environ, top_srcdir=self.top, top_builddir=self.top, srcdir=self.top)
        process = subprocess.Popen(command, shell=True, cwd=self.top, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
                                   preexec_fn=confine)
        try:
            out, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.stdout.close()  # who left the group may hold the other end
            process.wait()
            return subprocess.CompletedProcess(command, 124, b"")
        return subprocess.CompletedProcess(command, process.returncode, out)

    def passes(self, test, limit=300):
        command = "./" + test if os.access(os.path.join(self.top, test), os.X_OK) and not test.endswith(".t") else "sh " + test
        result = self.run(command, limit)
        return result.returncode == 0 and not re.search(rb"^not ok", result.stdout, re.M)

    def code(self, path):
        """A hash of what the compiler made of a file, without what is there for debuggers."""
        folder, name = os.path.split(os.path.join(self.top, path))
        found = hashlib.sha256()
        for compiled in sorted(glob.glob("%s/*%s.o" % (glob.escape(folder), name[:-2]))):
            if re.split("[-/]", compiled)[-1] == name[:-2] + ".o":
                subprocess.run(["objcopy", "--strip-debug", compiled, self.top + ".o"], check=True)
                with open(self.top + ".o", "rb") as file:
                    found.update(file.read())
        return found.digest()

    def verdict(self, path, number, line, tests, took):
        """With line `number` of path replaced: who notices."""
        whole = os.path.join(self.top, path)
        before = lines_of(whole)
        after = before[:number] + [line] + before[number + 1:]
        units = " ".join(t for t in tests if not t.endswith(".t"))
        if path not in self.codes:
            self.codes[path] = self.code(path)
        try:
            self.write(whole, after)
            if self.run("make -s all %s" % units).returncode != 0:
                return "not built"
            if self.code(path) == self.codes[path]:
                return "same code"
            for test in sorted(tests, key=lambda t: (t.endswith(".t"), took[t])):
                if not self.passes(test, max(LEAST, 10 * took[test])):
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


def find_equivalent(top):
    reasons = {}
    for record in records(os.path.join(top, "tests/mutate/equivalent")):
        lines = lines_of(os.path.join(top, record["file"]))
        if not any(line.strip() == record["old"] and function_of(lines, i) == record["in"] for i, line in enumerate(lines)):
            sys.exit("mutate: %s: no line of %s is \"%s\"" % (record["file"], record["in"], record["old"]))
        reasons[record["file"], record["in"], record["old"], record["new"]] = record["why"]
    return reasons


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


def find_again(top, table, log):
    for name in sorted({line.split(None, 1)[1] for line in log if line.startswith("survived  ")}):
        fault = re.fullmatch(r"(\S+):(\d+) (.*) -> (.*)", name)
        path, number, old, new = fault[1], int(fault[2]), fault[3], fault[4]
        lines = lines_of(os.path.join(top, path)) if os.path.exists(os.path.join(top, path)) else []
        at = [i for i, line in enumerate(lines) if line.strip() == old]
        if not at:
            print("gone       " + name)
            continue
        at = min(at, key=lambda i: abs(i + 1 - number))
        yield name, path, at, new, concerns(path, table)


def measure(copy, found):
    """How long each test takes. One that fails without any fault says nothing."""
    took, broken = {}, []
    for test in sorted({test for fault in found for test in fault[4]}):
        began = time.monotonic()
        if not copy.passes(test):
            broken.append(test)
        took[test] = time.monotonic() - began
    if broken:
        sys.exit("mutate: these fail without any fault: " + " ".join(broken))
    return took


class Campaign:
    def __init__(self, found, took, equivalent):
        self.waiting = queue.Queue()
        for fault in found:
            self.waiting.put(fault)
        self.took, self.equivalent = took, equivalent
        self.counts = collections.defaultdict(collections.Counter)  # by folder
        self.survivors = []
        self.lock = threading.Lock()

    def work(self, copy):
        while True:
            try:
                name, path, line, new, tests = self.waiting.get_nowait()
            except queue.Empty:
                return
            lines = lines_of(os.path.join(copy.top, path))
            verdict = copy.verdict(path, line, new, tests, self.took)
            if verdict == "survived":
                why = self.equivalent.get((path, function_of(lines, line), lines[line].strip(), new.strip()))
                verdict = "equivalent: " + why if why else verdict
            with self.lock:
                self.note(name, path, verdict)

    def note(self, name, path, verdict):
        word = verdict.split(":")[0].split(" by ")[0]
        self.counts[os.path.dirname(path)][word] += 1
        if word == "survived":
            self.survivors.append(name)
        print("%-10s %s%s" % (word, name, " (%s)" % verdict[10:] if " by " in verdict else ""), flush=True)

    def table(self):
        total = sum(self.counts.values(), collections.Counter())
        for folder, counts in sorted(self.counts.items()) + [("mutants", total)]:
            words = ("killed", "equivalent", "same code", "survived", "not built")
            print("%s: %d, %s" % (folder, sum(counts.values()), ", ".join("%s %d" % (word, counts[word]) for word in words)))


def enter():
    """Starts this again where it can reach no process but its own; the shell is the namespace's init."""
    own = [] if os.geteuid() == 0 else ["--user", "--map-current-user"]
    command = ["unshare", *own, "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", '"$@" & wait $!', "sh"]
    os.environ[INSIDE] = "1"
    os.execvp("unshare", command + [sys.executable, *sys.argv])


def main():
    words = sys.argv[1:] or ["named"]
    if not words[0].isdigit() and words[0] != "named" and (words[0] != "again" or len(words) != 2):
        sys.exit(__doc__)
    if INSIDE not in os.environ:
        enter()
    with tempfile.TemporaryDirectory(prefix="mutate.", dir="/dev/shm") as top:
        os.chmod(top, 0o755)
        copies = [Copy(os.path.join(top, str(i))) for i in range(WORKERS)]
        first = copies[0].top
        copies[0].fill()
        table = {r["folder"]: r["tests"] for r in records(os.path.join(first, "tests/mutate/concerns"))}
        equivalent = find_equivalent(first)
        if words[0] == "named":
            found = list(find_named(first, table))
        elif words[0] == "again":
            found = list(find_again(first, table, lines_of(words[1])))
        else:
            found = find_random(first, table, int(words[1]) if len(words) > 1 else 1)
            found = list(itertools.islice(found, int(words[0])))
        copies[0].build()
        for copy in copies[1:]:
            copy.fill_from(copies[0])
        campaign = Campaign(found, measure(copies[0], found), equivalent)
        threads = [threading.Thread(target=campaign.work, args=(copy,)) for copy in copies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if campaign.survivors:
            print("\nsurvived:\n  " + "\n  ".join(campaign.survivors) + "\n")
        campaign.table()
        sys.exit(1 if campaign.survivors else 0)


main()
