"""Whole random scripts: blocks in blocks, variables, flags, edits, loops, and every action whose
result can be compared. A few of them are wrong on purpose, for both have to refuse these."""

import random_tests

FOLDERS = ("A", "B", "Lists.a", "INBOX", "Umlaut \u00e4", "a b")
FLAGS = ('"\\\\Seen"', '"\\\\Flagged"', '"t1"', '"t2 t3"', '["a", "\\\\Answered"]', '"a a A"', '""')
MODIFIERS = (":lower", ":upper", ":lowerfirst", ":upperfirst", ":quotewildcard", ":length")
WRONG = (
    "fileinto;",
    'keep "A";',
    "if true keep;",
    'if header :is "subject" { keep; }',
    "elsif true { keep; }",
    'redirect "no address";',
    'set "1x" "a";',
    "foo;",
    'if size :over "1" { keep; }',
    "break;",
    'if header :is :contains "a" "b" { stop; }',
    '{ keep; }',
)


class Script(random_tests.Maker):
    def __init__(self, rnd, message):
        super().__init__(rnd, message)
        self.loops = 0

    def value(self):
        """A string, with variables in it."""
        parts = [self.rnd.choice(("${v1}", "${v2}", "${1}", "${0}", "${none}", "$", "x", "Ab", " ", "*")) for _ in range(self.rnd.randint(0, 3))]
        return '"' + "".join(parts) + '"'

    def act_set(self):
        rnd = self.rnd
        order = [":length", ":quotewildcard", ":lower", ":lowerfirst"]
        words = rnd.sample(MODIFIERS, 1) if self.chance(0.3) else []
        if self.chance(0.1):
            words = rnd.sample(order, 2)
        return f'set {" ".join(words)} "{rnd.choice(("v1", "v2"))}" {self.value()};'

    def act_fileinto(self):
        rnd = self.rnd
        words = [":copy"] if self.chance(0.4) else []
        if self.chance(0.3):
            words.append(f":flags {rnd.choice(FLAGS)}")
        rnd.shuffle(words)
        name = '"V' + self.value()[1:] if self.chance(0.1) else f'"{rnd.choice(FOLDERS)}"'
        return " ".join(["fileinto"] + words + [name]) + ";"

    def act_flag(self):
        name = self.rnd.choice(("addflag", "setflag", "removeflag"))
        return f"{name} {self.rnd.choice(FLAGS)};"

    def act_keep(self):
        return "keep" + (f" :flags {self.rnd.choice(FLAGS)}" if self.chance(0.3) else "") + ";"

    def act_redirect(self):
        copy = ":copy " if self.chance(0.5) else ""
        return f'redirect {copy}"{self.rnd.choice(("a@b.example", "c@d.example"))}";'

    def act_edit(self):
        rnd = self.rnd
        if self.chance(0.5):
            last = ":last " if self.chance(0.4) else ""
            return f'addheader {last}"{rnd.choice(("X-A", "X-New"))}" {self.value()};'
        words = [":index 1"] if self.chance(0.3) else []
        values = ""
        if self.chance(0.5):
            words.append(rnd.choice((":is", ":contains", ":matches")))
            values = " " + self.key(words[-1][1:])
        return " ".join(["deleteheader"] + words + [f'"{rnd.choice(("X-A", "X-B", "Subject"))}"']) + values + ";"

    def act_loop(self, depth):
        if self.loops >= 2:
            return "keep;"
        self.loops += 1
        inside = [self.command(depth - 1) for _ in range(self.rnd.randint(1, 2))]
        if self.chance(0.4):
            inside.append(f'extracttext {self.rnd.choice(("", ":first 5 "))}"v1";')
        if self.chance(0.3):
            inside.append(f"if {self.one(1)} {{ break; }}")
        self.loops -= 1
        return "foreverypart {\n" + "\n".join(inside) + "\n}"

    def act_if(self, depth):
        parts = [f"if {self.one()} {self.block(depth)}"]
        while self.chance(0.25):
            parts.append(f"elsif {self.one()} {self.block(depth)}")
        if self.chance(0.3):
            parts.append(f"else {self.block(depth)}")
        return "\n".join(parts)

    def block(self, depth):
        return "{\n" + "\n".join(self.command(depth - 1) for _ in range(self.rnd.randint(1, 3))) + "\n}"

    def command(self, depth):
        if depth > 0 and self.chance(0.4):
            return self.act_if(depth)
        if depth > 0 and self.chance(0.06):
            return self.act_loop(depth)
        if self.chance(0.04):
            return "stop;"
        if self.chance(0.04):
            return "discard;"
        if self.chance(0.2):
            return f'if string :matches "${{v1}}" {self.key("matches")} {{ set "v2" "${{1}}"; }}'
        return self.rnd.choice(
            (self.act_set, self.act_set, self.act_fileinto, self.act_fileinto, self.act_flag, self.act_keep, self.act_redirect, self.act_edit)
        )()

    def lines(self):
        """The commands of a script, one text each; require is the caller's."""
        commands = [self.command(3) for _ in range(self.rnd.randint(1, 5))]
        if self.chance(0.04):
            commands.insert(self.rnd.randint(0, len(commands)), self.rnd.choice(WRONG))
        return commands
