"""htpasswd of Apache, `openssl passwd` and mkpasswd. Usage: check.py HASHLIFT FOLDER."""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from common import PASSWORDS, System

apache = System("htpasswd, openssl passwd, mkpasswd")


def said(*arguments, stdin=None):
    done = subprocess.run(arguments, input=stdin, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{arguments}: {done.stderr}")
    return done.stdout.strip()


HTPASSWD = {
    ("-m",): "apr1",
    ("-B",): "bcrypt",
    ("-B", "-C", "7"): "bcrypt",
    ("-s",): "ldap-sha",
    ("-d",): "descrypt",
    ("-2",): "sha256crypt",
    ("-5",): "sha512crypt",
    ("-5", "-r", "1234"): "sha512crypt",
}
OPENSSL = {"-apr1": "apr1", "-1": "md5crypt", "-5": "sha256crypt", "-6": "sha512crypt"}
MKPASSWD = {
    "bcrypt": "bcrypt",
    "bcrypt-a": "bcrypt",
    "sha512crypt": "sha512crypt",
    "sha256crypt": "sha256crypt",
    "md5crypt": "md5crypt",
    "sunmd5": "sunmd5",
    "scrypt": "scrypt-7",
    "yescrypt": "yescrypt",
    "gost-yescrypt": "gost-yescrypt",
    "bsdicrypt": "bsdicrypt",
    "descrypt": "descrypt",
    "nt": "bsd-nthash",
}
for password in PASSWORDS:
    for options, format in HTPASSWD.items():
        # crypt(3) of DES sees eight bytes, and htpasswd refuses to cut what it is given.
        word = password.encode()[:8].decode(errors="ignore") if options == ("-d",) else password
        stored = said("htpasswd", "-nb", *options, "user", word).removeprefix("user:")
        apache.made(format, stored, word)
    for option, format in OPENSSL.items():
        apache.made(format, said("openssl", "passwd", option, "-stdin", stdin=password + "\n"), password)
    for method, format in MKPASSWD.items():
        if method == "nt" and not password.isascii():
            continue  # libxcrypt widens bytes where Windows reads text
        rounds = {"bcrypt": ["-R", "5"], "bcrypt-a": ["-R", "5"], "scrypt": ["-R", "6"], "yescrypt": ["-R", "1"], "gost-yescrypt": ["-R", "1"], "sunmd5": ["-R", "100"]}
        stored = said("mkpasswd", "-m", method, *rounds.get(method, []), "-s", stdin=password + "\n")
        apache.made(format, stored, password)


def takes(texts):
    answers = []
    with tempfile.NamedTemporaryFile("w") as file:
        for at, (text, _) in enumerate(texts):
            file.write(f"user{at}:{text}\n")
        file.flush()
        for at, (_, word) in enumerate(texts):
            done = subprocess.run(["htpasswd", "-vb", file.name, f"user{at}", word], capture_output=True)
            answers.append({0: True, 3: False}.get(done.returncode, done.stderr))
    return answers


apache.finish(takes)
