"""Random cases against implementations that are not ours: libxcrypt, OpenSSL, passlib, libargon2.

Usage: check.py PATH_OF_THE_BINARY_HASHLIFT [--seed N] [--cheap N] [--slow N]. Needs passlib, bcrypt
and argon2-cffi from PyPI; what is missing is skipped, and so is a format that hashlift does not list.

A case is a stored text and a password. Half of the passwords are right; of the others, most are
mutations of the right one, of which the maker says whether they belong to the text, and the rest are
right for a text that was damaged since. The seed is printed; with it the same cases are drawn again.
"""
import argparse
import base64
import collections
import json
import random
import secrets
import subprocess
import sys
import threading
import time

import makers

parser = argparse.ArgumentParser()
parser.add_argument("hashlift")
parser.add_argument("--seed", type=int, default=None)
parser.add_argument("--cheap", type=int, default=100_000)
parser.add_argument("--slow", type=int, default=1_000)
args = parser.parse_args()
seed = secrets.randbits(32) if args.seed is None else args.seed
rng = random.Random(seed)
print(f"seed {seed}", flush=True)

EDGES = [0, 1, 7, 8, 9, 14, 15, 16, 55, 56, 63, 64, 65, 71, 72, 73, 127, 128, 129, 255]
PRINTABLE = [chr(c) for c in range(32, 127)]
TEXT = PRINTABLE + list("äöüßéñçøåÄÖЖ漢字ひ한🦀🔑€\u0301")


def password_of(row):
    """A password of the kind, and within the lengths, that the row's maker takes."""
    most = min(row.most, rng.choice([12, 24, 24, 24, 80, row.most]))
    length = rng.choice(EDGES) if rng.random() < 0.2 else rng.randint(row.least, max(row.least, most))
    length = min(max(length, row.least), row.most)
    return fit(row, draw(row.kind, length))


def draw(kind, length):
    if kind in ("text", "ascii") or rng.random() < 0.7:
        letters = PRINTABLE if kind == "ascii" or rng.random() < 0.5 else TEXT
        return "".join(rng.choices(letters, k=length)).encode()
    return rng.randbytes(length)


def fit(row, password):
    """Cut and repaired, so that the maker takes it."""
    password = password[: row.most]
    if row.kind in ("text", "ascii"):
        password = password.decode(errors="ignore").replace("\0", "0").encode()
    if row.kind == "ascii":
        password = bytes(b if 32 <= b < 127 else 0x41 for b in password)
    if row.kind == "c":
        password = password.replace(b"\0", b"\1")
    return password + b"x" * (row.least - len(password))


def mutated(row, password):
    at = rng.randrange(len(password)) if password else 0
    flipped = bytes([password[at] ^ 1 << rng.randrange(8)]) if password else b"a"
    return fit(row, rng.choice([
        lambda: password[:at] + flipped + password[at + 1 :],
        lambda: password[:-1],
        lambda: password + rng.choice([b"x", b" ", b"\n", b"!"]),
        lambda: password.swapcase(),
        lambda: password[at:] + password[:at],
        lambda: password_of(row),
        lambda: b"",
    ])())


def damaged(stored):
    """Another letter in the last quarter of the text, where the digest stands."""
    at = rng.choice([i for i in range(len(stored) * 3 // 4, len(stored)) if stored[i] != "="])
    others = [c for c in "0123456789abcdef" if c != stored[at].lower()]
    return stored[:at] + rng.choice(others) + stored[at + 1 :]


def case(row):
    """A record for hashlift, and whether it is to match."""
    password = password_of(row)
    stored, side, verify = row.make(password)
    kind = rng.choices(["right", "other", "damaged"], [50, 42, 8])[0]
    want = True
    if kind == "other":
        password = mutated(row, password)
        want = bool(verify(password))
    elif kind == "damaged":
        stored, want = damaged(stored), False
    record = {"hash": stored}
    if not row.tagged or rng.random() < 0.5:
        record["format"] = row.slug
    if side:
        record["side"] = side
    try:
        record["password"] = password.decode()
    except UnicodeDecodeError:
        record["password_b64"] = base64.b64encode(password).decode()
    return record, kind, want, row.slug


listed = json.loads(subprocess.check_output([args.hashlift, "formats", "--json"]))
known = {row["slug"] for row in listed}
all_rows = makers.rows(rng)
skipped = sorted({row.slug for row in all_rows if row.slug not in known})
if skipped:
    print("skipped, since hashlift does not list them:", *skipped)
rows = [row for row in all_rows if row.slug in known]

process = subprocess.Popen(
    [args.hashlift, "verify", "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
)
asked, fault = collections.deque(), []


def ask():
    """Deals the rows in turn, so that each has its share, the dear ones last."""
    try:
        for slow, count in [(False, args.cheap), (True, args.slow)]:
            stock = [row for row in rows if row.slow == slow]
            for i in range(count if stock else 0):
                drawn = case(stock[i % len(stock)])
                asked.append(drawn)
                process.stdin.write(json.dumps(drawn[0]) + "\n")
    except Exception as error:  # the main thread reports it
        fault.append(error)
    finally:
        process.stdin.close()


started = time.monotonic()
threading.Thread(target=ask, daemon=True).start()
tally, wrong = collections.Counter(), []
for line in process.stdout:
    record, kind, want, slug = asked.popleft()
    answer = json.loads(line)
    match = answer.get("match")
    tally["cases"] += 1
    tally["to match" if want else "not to match"] += 1
    tally["refused"] += match is None
    # A refusal is no wrong answer, but for the very password that the hash was made of.
    refused_wrongly = match is None and want and kind == "right"
    if refused_wrongly or (match is not None and match != want):
        wrong.append((slug, kind, want, answer, record))
    elif match is None and want:
        tally["refused though equivalent"] += 1
process.wait()
if fault:
    raise fault[0]
for slug, kind, want, answer, record in wrong[:20]:
    print(f"WRONG: {slug} ({kind}): match should be {want}: {answer} {json.dumps(record)}")
names = sorted({row.slug for row in rows})
took = time.monotonic() - started
print(f"{len(names)} formats: {' '.join(names)}")
print(", ".join(f"{count} {what}" for what, count in tally.items()), f"in {took:.0f} s")
expected = args.cheap + args.slow
print(f"{tally['cases'] - len(wrong)} passed, {len(wrong)} failed (seed {seed})")
sys.exit(1 if wrong or tally["cases"] != expected or process.returncode else 0)
