"""A real Django site: its own hashers write a user table; hashlift audits it, wraps it, logs in to it.

Usage: check.py PATH_OF_THE_BINARY_HASHLIFT. Needs Django, argon2-cffi and bcrypt from PyPI.
Ends with `N passed, M failed`.
"""
import json
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import django
from django.conf import settings

HASHERS = [
    "PBKDF2PasswordHasher",
    "PBKDF2SHA1PasswordHasher",
    "Argon2PasswordHasher",
    "BCryptSHA256PasswordHasher",
    "BCryptPasswordHasher",
    "ScryptPasswordHasher",
]
PASSWORDS = ["correct horse battery", "pässwörd-ünïcode", "x" * 70, "tr0ub4dor&3 'quoted\"", " spaces "]

hashlift = Path(sys.argv[1]).resolve()
folder = Path(tempfile.mkdtemp(prefix="hashlift-django-"))
database = folder / "site.sqlite3"
source = ["sqlite:" + str(database), "--table", "auth_user", "--id", "id", "--hash", "password"]
passed = failed = 0


def check(what, holds, detail=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what} {detail}")


def run(*arguments, stdin=""):
    done = subprocess.run([hashlift, *arguments], input=stdin, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def rows(columns):
    with sqlite3.connect(database) as connection:
        return connection.execute(f"SELECT {columns} FROM auth_user ORDER BY id").fetchall()


def others():
    with sqlite3.connect(database) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(auth_user)")]
    return rows(", ".join(f'quote("{name}"), typeof("{name}")' for name in names if name != "password"))


settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    PASSWORD_HASHERS=["django.contrib.auth.hashers." + name for name in HASHERS],
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.hashers import get_hashers, make_password  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402

call_command("migrate", verbosity=0)
users = {}
for hasher in get_hashers():
    for number, password in enumerate(PASSWORDS):
        name = f"{hasher.algorithm}-{number}"
        User.objects.create(username=name, password=make_password(password, hasher=hasher.algorithm),
                            email=f"{name}@example.org", first_name="Zoë", last_name="O'Neil; --")
        users[name] = password
User.objects.create(username="unusable", password=make_password(None))
django.db.connections.close_all()


def logins(label, expect_wrong_too=True):
    stored = dict(rows("username, password"))
    lines, expected = [], []
    for name, password in users.items():
        lines.append({"hash": stored[name], "password": password})
        expected.append({"match": True})
        lines.append({"hash": stored[name], "password": password + "x"})
        expected.append({"match": name.startswith("bcrypt-") and len(password) >= 72})
    lines.append({"hash": stored["unusable"], "password": ""})
    expected.append({"match": False})
    code, out, err = run("verify", "--jsonl", stdin="".join(json.dumps(line) + "\n" for line in lines))
    answers = [json.loads(line) for line in out.splitlines()]
    check(f"{label}: one answer a line", len(answers) == len(lines), err)
    for line, answer, want in zip(lines, answers, expected):
        check(f"{label}: login with {line['password']!r}", answer == want, f"{line['hash'][:20]} {answer}")


print(f"Django {django.get_version()}: {len(users)} users of {len(HASHERS)} hashers, and an unusable one")
before = others()
logins("as Django wrote it")
code, out, err = run("audit", *source, "--json")
check("audit", code == 0, err)
check("audit counts every row", json.loads(out)["rows"] == len(users) + 1, out)
dry = rows("password")
code, out, err = run("wrap", *source)
check("a dry run", code == 0, err)
check("a dry run changes nothing", rows("password") == dry)
code, out, err = run("wrap", *source, "--apply")
check("wrap --apply", code == 0, err)
now = dict(rows("username, password"))
for name in users:
    kept = name.startswith(("argon2", "scrypt"))  # Django's scrypt is at OWASP's minimum
    check(f"{name} is {'kept' if kept else 'wrapped'}", now[name].startswith("$wrap$") != kept, now[name][:12])
check("the unusable password is untouched", now["unusable"].startswith("!"))
logins("wrapped")
again = rows("password")
code, out, err = run("wrap", *source, "--apply")
check("wrapping again changes nothing", code == 0 and rows("password") == again, err)
check("the other columns are byte for byte the same", others() == before)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
