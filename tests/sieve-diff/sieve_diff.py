"""sieve_diff.py SPAMCOP-SIEVE [N [SEED [KEEP]]]: N random tests and N random scripts through ours and
through Pigeonhole's sieve-test; what they differ about is made small, and is either of a kind in
differences.tsv or a finding. KEEP: a folder for the findings. Status 1: there are findings."""

import concurrent.futures
import os
import random
import re
import sys
import tempfile

import minimise
import peers
import random_mail
import random_scripts
import random_tests

BATCH = 40  # tests in one script: a flag each says what was true
KEPT = 500
HEAD = "require [" + ", ".join(f'"{name}"' for name in random_tests.EXTENSIONS) + "];"


class Run:
    """One worker's place; nothing in it outlives the run."""

    def __init__(self, both, place):
        self.both, self.script, self.mail = both, os.path.join(place, "script.sieve"), os.path.join(place, "mail")

    def message(self, mail):
        with open(self.mail, "wb") as file:
            file.write(mail)

    def say(self, lines):
        """What both say of these commands: ours, theirs."""
        with open(self.script, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write("\n".join([HEAD] + lines) + "\n")
        for compiled in (self.script + "c", self.script[:-5] + "svbin"):
            if os.path.exists(compiled):
                os.unlink(compiled)
        return self.both.ours(self.script, self.mail), self.both.theirs(self.script, self.mail)

    def differ(self, lines):
        ours, theirs = self.say(lines)
        return ours != theirs

    def differ_like(self, lines):
        """A test for differ() that also sees to it that no other refusal takes the place of this one."""
        refused = [said[:1] in (["error"], ["fails"]) for said in self.say(lines)]

        def differ(smaller):
            try:
                said = self.say(smaller)
            except peers.Crash:
                return False
            return said[0] != said[1] and [s[:1] in (["error"], ["fails"]) for s in said] == refused

        return differ


def flags_of(said):
    return set(said[0].split("\t")[2:]) if len(said) == 1 else None


def tests_of(run, rnd, count):
    """The differing ones of count tests, each as lines."""
    mail = random_mail.message(rnd)
    run.message(mail)
    maker = random_tests.Maker(rnd, mail)
    lines = [f'if {maker.one()} {{ addflag "k{i}"; }}' for i in range(count)]
    ours, theirs = run.say(lines)
    if ours == theirs and flags_of(ours) is not None:
        return []
    if flags_of(ours) is None or flags_of(theirs) is None:
        wrong = range(count)
    else:
        wrong = sorted(int(flag[1:]) for flag in flags_of(ours) ^ flags_of(theirs) if flag.startswith("k"))
    # One that is refused takes the others with it, so each is asked alone.
    return [[lines[i]] for i in wrong if run.differ([lines[i]])]


def script_of(run, rnd, _):
    mail = random_mail.message(rnd)
    run.message(mail)
    lines = "\n".join(random_scripts.Script(rnd, mail).lines()).split("\n")
    return [lines] if run.differ(lines) else []


def known_kinds(path):
    """Rows of ID, who is right, a pattern for the small script, one for ours, one for theirs, why;
    and, where there is one, a cure: PATTERN => TEXT, with which both have to agree."""
    rows = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, right, *patterns, why, cure = line.rstrip("\n").split("\t")
                rows.append((name, right, *(re.compile(p, re.S) for p in patterns), why, cure.split(" => ")))
    return rows


def kind_of(run, kinds, lines, ours, theirs):
    text = "\n".join(lines)
    for name, _, script, our, their, _, cure in kinds:
        if script.search(text) and our.search("\n".join(ours)) and their.search("\n".join(theirs)):
            if len(cure) < 2 or not run.differ(re.sub(*cure, text, flags=re.S).split("\n")):
                return name
    return None


def work(job):
    """job: kind of run, seed, number, count, program, configuration's place. Gives crashes and differences."""
    mode, seed, number, count, both, kinds = job
    rnd = random.Random(f"{seed}/{mode}/{number}")
    found = []
    with tempfile.TemporaryDirectory(prefix="sieve-diff.") as place:
        os.chmod(place, 0o755)
        run = Run(both, place)
        try:
            for lines in (tests_of if mode == "tests" else script_of)(run, rnd, count):
                small = minimise.minimise(lines, run.differ_like(lines))
                ours, theirs = run.say(small)
                with open(run.mail, "rb") as file:
                    found.append((kind_of(run, kinds, small, ours, theirs), small, ours, theirs, file.read()))
        except peers.Crash as crash:
            return str(crash), found
    return None, found


def write_finding(base, finding):
    _, lines, ours, theirs, mail = finding
    os.makedirs(os.path.dirname(base), exist_ok=True)
    with open(base + ".sieve", "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write("\n".join([HEAD] + lines) + "\n")
    with open(base + ".eml", "wb") as file:
        file.write(mail)
    print(f"{base}.sieve, .eml:")
    for title, said in (("", lines), ("  ours:   ", ours), ("  theirs: ", theirs)):
        for line in said or ["nothing"]:
            print(f"{title or '  '}{line}".encode("utf-8", "surrogateescape").decode("utf-8", "replace"), flush=True)


def campaign(mode, jobs, total, pool, counts, keep):
    """Prints a line, and the first findings; gives how many there are. A crash of theirs takes its
    whole batch out of the count, one of ours ends the run."""
    findings, differing, lost = 0, 0, 0
    for (_, _, number, count, *_), (crash, found) in zip(jobs, pool.map(work, jobs, chunksize=4)):
        if crash and not crash.startswith("sieve-test"):
            raise SystemExit(f"sieve-diff: {crash}")
        if crash:
            lost += count - len(found)
            print(f"{mode} {number}: {crash}", flush=True)
        differing += len(found)
        for one in found:
            if one[0]:
                counts[one[0]] = counts.get(one[0], 0) + 1
                continue
            findings += 1
            if findings <= KEPT:
                write_finding(os.path.join(keep, f"{mode}-{findings:03d}"), one)
    print(f"{mode:8} {total:8} run, {total - differing - lost:8} agree, {differing - findings:6} of a known kind, {findings:4} not explained, {lost} not compared, for sieve-test crashed", flush=True)
    return findings


def main():
    program = os.path.abspath(sys.argv[1])
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    seed = sys.argv[3] if len(sys.argv) > 3 else "1"
    keep = sys.argv[4] if len(sys.argv) > 4 else "sieve-diff.findings"
    kinds = known_kinds(os.path.join(os.path.dirname(os.path.abspath(__file__)), "differences.tsv"))
    counts, findings = {}, 0
    with tempfile.TemporaryDirectory(prefix="sieve-diff.") as place:
        both = peers.Peers(place, program)
        print(f"Dovecot {both.version}, seed {seed}")
        # The programs do the work; more at a time than processors, for sieve-test waits now and then.
        with concurrent.futures.ProcessPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
            for mode, size in (("tests", BATCH), ("scripts", 1)):
                sizes = [min(size, number - at) for at in range(0, number, size)]
                jobs = [(mode, seed, i, size_of, both, kinds) for i, size_of in enumerate(sizes)]
                findings += campaign(mode, jobs, number, pool, counts, keep)
    for name, right, _, _, _, why, _ in kinds:
        print(f"{counts.get(name, 0):8}  {name}: {right}: {why}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
