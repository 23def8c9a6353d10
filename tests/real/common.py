"""What the checks of real systems share: questions for hashlift, asked in one run, and the count.

A hash that a system made must verify with its password, and with no other. Written back by
`hashlift convert`, by way of hashlift's own notation, it must be the same text, byte for byte, and the
system must take it. Formats that `hashlift formats` does not list are skipped, and that is said.
"""
import base64
import json
import subprocess
import sys
from pathlib import Path

PASSWORDS = ["correct horse battery", "pässwörd-ünïcode ☃", "tr0ub4dor&3 'quoted\"", "x", "0", "y" * 70]


class System:
    def __init__(self, name):
        self.name = name
        self.binary = Path(sys.argv[1]).resolve()
        self.passed = self.failed = 0
        rows = json.loads(self.run(["formats", "--json"]))
        self.formats = {row["slug"] for row in rows}
        self.skipped, self.unwritten = set(), set()
        self.asked = []

    def run(self, arguments, stdin="", may_fail=False):
        done = subprocess.run([self.binary, *arguments], input=stdin, capture_output=True, text=True)
        if done.returncode and not may_fail:
            sys.exit(f"hashlift {arguments} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def lines(self, command, records):
        """The answers of a `--jsonl` command, one a record."""
        text = "".join(json.dumps(record) + "\n" for record in records)
        answers = [json.loads(line) for line in self.run([command, "--jsonl"], text).splitlines()]
        self.check(f"{command}: an answer a line", len(answers) == len(records))
        return answers

    def check(self, what, holds, detail=""):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {self.name}: {what} {detail}")

    def tagged(self, stored):
        """The format of a text that says what it is; `None` if hashlift knows of none."""
        answer = json.loads(self.run(["identify", "--json"], stored + "\n", may_fail=True))
        first = answer["candidates"][:1]
        return first[0]["format"] if first and first[0]["tagged"] else None

    def made(self, format, stored, password, side=None, near=None, written=True, same=True):
        """Take down a hash that the system made. `near` is a password that is not its own.

        Without `same`, our text may differ: the system has two for one value (an alias, a default spelt out).
        """
        if format not in self.formats:
            self.skipped.add(format)
            return
        if isinstance(password, str):
            password = password.encode()
        near = near if near is not None else b"!" + password
        self.asked.append((format, stored, password, near, side or {}, written, same))

    def finish(self, takes=None):
        """Ask hashlift. `takes([(text, password)])` is the system's own check of texts written back."""
        asked, plain = self.asked, lambda it: {"hash": it[1], "format": it[0], "side": it[4]}
        b64 = lambda password: base64.b64encode(password).decode()
        verdicts = self.lines(
            "verify", [plain(it) | {"password_b64": b64(it[at])} for it in asked for at in (2, 3)]
        )
        for at, it in enumerate(asked):
            label = f"{it[0]} {it[1]} of {it[2]!r}"
            right, wrong = verdicts[2 * at : 2 * at + 2]
            self.check(f"{label} verifies", right == {"match": True}, right)
            self.check(f"{label} refuses {it[3]!r}", wrong == {"match": False}, wrong)
        asked = [it for it in asked if it[5]]
        own = self.lines("convert", [plain(it) for it in asked])
        for it, answer in zip(asked, own):
            self.check(f"{it[0]} {it[1]} has a text of hashlift's own", "hash" in answer, answer)
        pairs = [(it, answer["hash"]) for it, answer in zip(asked, own) if "hash" in answer]
        back = self.lines("convert", [{"hash": text, "to": it[0]} for it, text in pairs])
        ours = []
        for (it, text), answer in zip(pairs, back):
            if "does not write it" in answer.get("error", {}).get("message", ""):
                self.unwritten.add(it[0])
                continue
            self.check(f"{it[0]} {it[1]} is written back from {text}", answer.get("hash") == it[1] or not it[6] and "hash" in answer, answer)
            if "hash" in answer:
                ours.append((it, answer["hash"]))
        if takes and ours:
            for at, wanted in ((2, True), (3, False)):
                taken = takes([(text, it[at]) for it, text in ours])
                self.check("an answer each", len(taken) == len(ours))
                for (it, text), answer in zip(ours, taken):
                    self.check(f"it takes our {text} with {it[at]!r}: {wanted}", answer is wanted, answer)
        read = sorted({it[0] for it in self.asked})
        print(f"{self.name}: {len(self.asked)} hashes of {len(read)} formats: {', '.join(read)}")
        print(f"{len(ours)} written back and checked{' by it' if takes else ''}")
        if self.unwritten:
            print(f"not written by hashlift: {', '.join(sorted(self.unwritten))}")
        if self.skipped:
            print(f"SKIPPED, not listed by `hashlift formats`: {', '.join(sorted(self.skipped))}")
        self.check("something was read", self.asked)
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


def php(script, records, *options):
    """The answers of a PHP script that reads lines of JSON, one a record."""
    text = "".join(json.dumps(record) + "\n" for record in records)
    script = Path(sys.argv[0]).parent / script
    done = subprocess.run(["php8.2", "-n", *options, str(script), *sys.argv[2:]], input=text, capture_output=True, text=True)
    if done.returncode or done.stderr:
        sys.exit(f"{script}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def b64(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()
