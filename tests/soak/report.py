"""The table of a soak, and whether it passed."""

from collections import Counter

MUST_NOT = ["lost", "cut", "doubled", "misplaced", "never sent", "bounced", "hung", "outside"]
SHOWN = 5
LEAST, TIGHT = 0.05, 0.05  # of all tries those with nothing wrong; beside them those that a disk excuses which the mail itself has filled


def fifths(levels):
    """The rounds of the first and of the last fifth."""
    n = max(1, len(levels) // 5)
    return levels[:n], levels[-n:]


def most(levels, what):
    return max((level.get(what, 0) for level in levels), default=0)


def level(soak):
    """Rows "what, first, last, level?", and what is not level. The quiet after the last tries is
    no round of its own."""
    rounds = soak.levels
    first, last = fifths(rounds)
    rows, bad = [], []

    def row(what, key, fits):
        a, b = most(first, key), most(last, key)
        good = fits(a, b)
        rows.append([what, str(a), str(b), "level" if good else "NOT LEVEL"])
        if not good:
            bad.append(what)

    for program in ("spamcop-filter", "spamcop-sieve"):
        row(f"memory of {program}, peak, kB", program + ", kB", lambda a, b: a > 0 and b <= a * 1.2 + 1024)
        row(f"descriptors of {program}", program + ", descriptors", lambda a, b: a > 0 and b <= a + 2)
    # What is left of killed runs is taken away by later ones, so nothing stays, in any round.
    row("files in tmp/ left by killed runs", "tmp", lambda a, b: sum(level.get("tmp", 0) for level in rounds) <= most_kills(soak))
    row("of these, not taken away when old", "tmp, old", lambda a, b: most(rounds, "tmp, old") == 0)
    row("locks and half-written memories", "lock", lambda a, b: most(rounds, "lock") + most(rounds, "lock, old") <= 4)
    row("files beside a list and its index", "lists", lambda a, b: most(rounds, "lists") == 0)
    row("processes left over", "processes", lambda a, b: most(rounds, "processes") == 0)
    return rows, bad


def most_kills(soak):
    """Each killed run into the Maildir may leave one."""
    attempts = [attempt for attempts in soak.books.attempts.values() for attempt in attempts if attempt.way.name == "deliver"]
    return sum(kill.endswith("KILL") for attempt in attempts for kill in attempt.kills)


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join([row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]).rstrip())


def show(soak, outcomes):
    """Prints it. The exit status."""
    books = soak.books
    names = [way.name for way in soak.ways]
    tries = {name: Counter() for name in names}
    for (way, _), attempts in books.attempts.items():
        for attempt in attempts:
            how = "stored, status 0" if attempt.status == 0 else "ended by a signal" if attempt.status < 0 else "status 75"
            tries[way][how] += 1
            tries[way]["disturbed"] += attempt.disturbed

    def row(what, numbers):
        return [what] + [str(number) for number in numbers] + [str(sum(numbers))]

    rows = [["", *names, "all"]]
    rows.append(row("messages", [sum(outcomes[name].values()) for name in names]))
    rows += [row("tries: " + how, [tries[name][how] for name in names]) for how in ("stored, status 0", "status 75", "ended by a signal", "disturbed")]
    for outcome in ("once", "twice", "discarded", "discarded, but kept", "deferred"):
        rows.append(row(outcome, [outcomes[name][outcome] for name in names]))
    for what in MUST_NOT:
        wrong = [len(books.wrong.get((what, name), [])) for name in names + ["all"]]
        rows.append([what] + [str(n) for n in wrong[:-1]] + [str(sum(wrong))])
    levels, bad = level(soak)
    table(rows)
    print()
    table([["", "first fifth", "last fifth", ""]] + levels)
    print()
    print("faults: " + ", ".join(f"{name} {n}" for name, n in sorted(soak.counts.items())))
    print("killed: " + ", ".join(f"{name} {how} {n}" for (name, how), n in sorted(soak.watch.kills.items())))
    print(f"tries with nothing wrong: {soak.calm_tries}; not counted as such, for the mail itself had filled the disk: {soak.tight}")
    if soak.place["SOAK_DISK_FILLS"] != "yes":
        print("left out: no disk filled, for none can be mounted here (root can)")
    return verdict(soak, outcomes, ["not level: " + what for what in bad])


def verdict(soak, outcomes, bad):
    for (what, way), which in sorted(soak.books.wrong.items()):
        for one in which[:SHOWN]:
            print(f"{what}, {way}: {one}")
    total = {name: sum(len(which) for (what, _), which in soak.books.wrong.items() if what == name) for name in MUST_NOT}
    total["deferred"] = sum(outcome["deferred"] for outcome in outcomes.values())
    if soak.calm_tries < soak.tried * LEAST or soak.tight > soak.calm_tries * TIGHT:
        bad = bad + ["too few tries with nothing wrong"]
    failed = [f"{name} {n}" for name, n in total.items() if n] + bad
    said = f"seed {soak.seed}, {soak.next} messages by {len(soak.ways)} ways, {len(soak.levels)} rounds"
    print(f"soak: {'FAILED: ' + '; '.join(failed) + ';' if failed else 'passed:'} {said}")
    return 1 if failed else 0
