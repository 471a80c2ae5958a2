"""soak.py PLACE SECONDS SEED: a month of mail in minutes. PLACE has what soak.sh made; place.json says what
is where. Prints a table; status 1: a promise of doc/reliability.md was broken."""

import json
import os
import queue
import random
import signal
import sys
import threading
import time

import mail
from weather import Weather

DEFERRED = 75
PROCMAIL_CANNOT = 73  # procmail's own, also with -t, where it can make no file; here it is tried again
LIMIT = 60  # seconds for one try: nothing of ours takes as long


class Soak:
    def __init__(self, place, seconds, seed):
        self.place, self.seconds, self.seed = place, seconds, seed
        self.ways = [mail.Way(name, way["command"], way["env"], place["become"]) for name, way in place["ways"].items()]
        self.boxes = {name: way["box"] for name, way in place["ways"].items()}
        self.messages, self.numbers = {}, iter(range(1, 1 << 60))
        self.lock, self.killing, self.kills = threading.Lock(), True, {}
        self.waiting = queue.Queue()
        self.account = mail.Account(self.boxes, place["sent"])
        self.statuses, self.begun = {}, time.monotonic()
        self.processes = []  # (when, descriptors of one of ours at most, its memory at most in kB)

    # ---- the mail system: it tries again until it is told 0

    def worker(self, way, number):
        rnd = random.Random(f"{self.seed}/{way.name}/{number}")
        due = []
        while time.monotonic() < self.begun + self.seconds:
            now = time.monotonic()
            if due and due[0][0] <= now and (len(due) > 20 or rnd.random() < 0.5):
                message = due.pop(0)[1]
            elif len(due) > 40:
                time.sleep(0.05)
                continue
            else:
                with self.lock:
                    message = self.new(next(self.numbers), way)
            if not self.attempt(way, message, rnd):
                due.append((now + rnd.uniform(0.5, 3), message))
        for _, message in due:
            self.waiting.put((way, message))

    def new(self, number, way):
        message = mail.make(number, way.name)
        message.text = None  # there will be very many
        self.messages[message.id] = message
        return message

    def attempt(self, way, message, rnd):
        """One try. True: it is taken."""
        message.tries += 1
        process = way.start()
        killer = None
        if self.killing and rnd.random() < 0.1:
            number = rnd.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
            killer = threading.Timer(rnd.expovariate(120), self.kill, (process, number))
            killer.start()
        watch = threading.Timer(LIMIT, self.kill, (process, signal.SIGABRT))
        watch.start()
        try:
            process.stdin.write(mail.make(*message.id.split(".")[:2]).text)
            process.stdin.close()
        except BrokenPipeError:
            pass
        process.stderr.read()
        process.wait()
        process.stderr.close()
        watch.cancel()
        if killer is not None:
            killer.cancel()
        code = process.returncode
        with self.lock:
            self.statuses[(way.name, code)] = self.statuses.get((way.name, code), 0) + 1
        if code == 0:
            message.exit0 = True
        else:
            message.ended_badly += 1
        return code == 0

    def kill(self, process, number):
        if process.returncode is None:
            try:
                os.killpg(process.pid, number)
                with self.lock:
                    self.kills[number] = self.kills.get(number, 0) + 1
            except ProcessLookupError:
                pass

    # ---- level at the end

    def count_processes(self):
        """Ours that run: how many, and the most descriptors and memory that one has."""
        descriptors, memory, count = 0, 0, 0
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.path.dirname(os.readlink(f"/proc/{pid}/exe")) != self.place["programs"]:
                    continue
                count, descriptors = count + 1, max(descriptors, len(os.listdir(f"/proc/{pid}/fd")))
                with open(f"/proc/{pid}/status", encoding="ascii") as file:
                    memory = max([memory] + [int(line.split()[1]) for line in file if line.startswith("VmHWM")])
            except OSError:
                pass
        return count, descriptors, memory

    def watch(self):
        while time.monotonic() < self.begun + self.seconds:
            for _ in range(10):
                self.processes.append((time.monotonic() - self.begun, *self.count_processes()[1:]))
                time.sleep(0.05)
            self.account.look(self.messages)

    def run(self):
        weather = Weather(self.place["rbldnsd"], list(self.boxes.values()), self.place["lmtp_pid"], self.place["small"], self.seed)
        weather.start()
        threads = [threading.Thread(target=self.worker, args=(way, i)) for way in self.ways for i in range(2)]
        threads.append(threading.Thread(target=self.watch))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        weather.calm()
        self.killing = False
        rnd = random.Random(0)
        self.last, until = [], time.monotonic() + max(60, self.seconds / 10)
        while not self.waiting.empty():
            way, message = self.waiting.get()
            if not self.attempt(way, message, rnd):
                if time.monotonic() > until:
                    self.last.append(message)
                else:
                    self.waiting.put((way, message))
                    time.sleep(0.1)
        time.sleep(1)
        self.account.look(self.messages)
        weather.rbldnsd.kill()
        weather.rbldnsd.wait()
        return weather.counts


def left_over(soak):
    """Files in tmp/ of our own mailbox that nobody needs, before and after 36 hours, and state files half written."""
    def files():
        found = []
        for folder, _, names in os.walk(soak.boxes["deliver"]):
            found += [os.path.join(folder, n) for n in names if os.path.basename(folder) == "tmp" or n.endswith((".new", ".lock"))]
        return found
    before = files()
    old = time.time() - 40 * 3600
    for path in before:
        os.utime(path, (old, old))
    rnd = random.Random(1)
    for way in soak.ways:
        for rule in range(8):
            soak.attempt(way, soak.new(10 ** 9 + rule, way), rnd)
    soak.account.look(soak.messages)
    return len(before), [p for p in files() if os.path.getmtime(p) <= old + 1]


def judge(soak):
    """Sentences, and for each way: sent, once, twice, elsewhere, deferred."""
    wrong, rows = list(soak.account.wrong), {}
    for message in soak.messages.values():
        row = rows.setdefault(message.way, [0, 0, 0, 0, 0])
        row[0] += 1
        found = soak.account.found.get(message.id, 0)
        want = mail.COPIES.get(message.rule, 1) if message.way == "deliver" else 1
        none_is_right = message.way == "deliver" and message.rule == "discard"
        if not message.exit0:
            row[4] += 1
        elif found == 0 and none_is_right:
            row[3] += 1
        elif found == 0:
            wrong.append(f"{message.id}: exit 0, and it is nowhere ({message.tries} tries)")
        elif found <= want:
            row[1] += 1
        elif message.ended_badly > 0:
            row[2] += 1
        else:
            wrong.append(f"{message.id}: {found} times, though each try ended well")
    return wrong, rows


def level(soak, wrong, what, column, slack):
    """One process at most, in the first fifth of the time and in the last."""
    first = max((s[column] for s in soak.processes if s[0] < soak.seconds / 5), default=0)
    last = max((s[column] for s in soak.processes if soak.seconds * 4 / 5 <= s[0] < soak.seconds), default=0)
    print(f"{what} of one process, at most: first fifth {first}, last {last}")
    if last > first + slack:
        wrong.append(f"{what} grew from {first} to {last}")


def main():
    with open(os.path.join(sys.argv[1], "place.json"), encoding="utf-8") as file:
        place = json.load(file)
    soak = Soak(place, float(sys.argv[2]), sys.argv[3])
    troubles = soak.run()
    tmp_before, tmp_after = left_over(soak)
    wrong, rows = judge(soak)
    print(f"{'way':10} {'messages':>9} {'once':>8} {'twice':>6} {'discarded':>10} {'deferred':>9} {'tries':>8} {'killed':>7} {'exit 75':>8}")
    for way in soak.ways:
        codes = {code: n for (name, code), n in soak.statuses.items() if name == way.name}
        print(f"{way.name:10} {rows[way.name][0]:9} {rows[way.name][1]:8} {rows[way.name][2]:6} {rows[way.name][3]:10} {rows[way.name][4]:9} "
              f"{sum(codes.values()):8} {sum(n for code, n in codes.items() if code < 0):7} {codes.get(DEFERRED, 0):8}")
        known = [0, DEFERRED, PROCMAIL_CANNOT] if way.name == "procmail" else [0, DEFERRED]
        strange = {code: n for code, n in codes.items() if (code >= 0 and code not in known) or code == -signal.SIGABRT}
        if strange:
            wrong.append(f"{way.name}: ends that are neither 0 nor 75 nor a signal of ours: {strange}")
        if rows[way.name][4] > 0:
            wrong.append(f"{way.name}: {rows[way.name][4]} are still deferred with all troubles over")
    print("troubles  ", ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in sorted(troubles.items())))
    print("signals   ", ", ".join(f"{signal.Signals(number).name} {n}" for number, n in sorted(soak.kills.items())))
    level(soak, wrong, "descriptors", 1, 4)
    level(soak, wrong, "kB of memory", 2, 3000)
    running = processes_left(soak)
    print(f"left in tmp/ and of locks: {tmp_before} for {soak.kills.get(signal.SIGKILL, 0)} kills that nothing can catch; after 36 hours {len(tmp_after)}; processes {running}")
    if tmp_before > 3 * soak.kills.get(signal.SIGKILL, 0):
        wrong.append(f"{tmp_before} files in tmp/ are more than killed runs leave")
    wrong += [f"{path}: not removed after 36 hours" for path in tmp_after]
    if running:
        wrong.append(f"{running} processes are left")
    for sentence in wrong[:20]:
        print("wrong:", sentence)
    print("each message is accounted for" if not wrong else f"{len(wrong)} promises are broken")
    return 1 if wrong else 0


def processes_left(soak):
    for _ in range(50):
        count = soak.count_processes()[0]
        if count == 0:
            return 0
        time.sleep(0.2)
    return count


if __name__ == "__main__":
    sys.exit(main())
