"""`doveadm pw` of Dovecot: every scheme it has. Usage: check.py HASHLIFT FOLDER."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from common import PASSWORDS, System

dovecot = System("doveadm pw")
SCHEMES = (
    "SHA SHA1 SSHA SMD5 LDAP-MD5 PLAIN-MD5 PLAIN-MD4 SHA256 SSHA256 SHA512 SSHA512 SHA512.HEX SSHA256.HEX SHA256.B64 "
    "PBKDF2 SCRAM-SHA-1 SCRAM-SHA-256 CRAM-MD5 HMAC-MD5 DIGEST-MD5 ARGON2I ARGON2ID BLF-CRYPT SHA256-CRYPT "
    "SHA512-CRYPT MD5-CRYPT DES-CRYPT CRYPT PLAIN CLEARTEXT CLEAR"
).split()
ALIASES = ["SHA1", "LDAP-MD5", "CLEARTEXT", "CLEAR", "SHA256.B64", "HMAC-MD5"]  # of SHA, MD5, PLAIN, SHA256, CRAM-MD5
WITHOUT_BRACES = {
    "ARGON2I": "argon2i",
    "ARGON2ID": "argon2id",
    "BLF-CRYPT": "bcrypt",
    "SHA256-CRYPT": "sha256crypt",
    "SHA512-CRYPT": "sha512crypt",
    "MD5-CRYPT": "md5crypt",
    "DES-CRYPT": "descrypt",
    "PLAIN-MD5": "md5",
}
ROUNDS = {"BLF-CRYPT": "5", "ARGON2I": "3", "ARGON2ID": "3", "PBKDF2": "1000", "SHA256-CRYPT": "1000", "SHA512-CRYPT": "1000"}


def doveadm(*arguments):
    # -O: no configuration is read.
    return subprocess.run(["doveadm", "-O", "pw", *arguments], capture_output=True, text=True)


for scheme in SCHEMES:
    format = None
    for password in PASSWORDS:
        rounds = ["-r", ROUNDS[scheme]] if scheme in ROUNDS else []
        user = ["-u", "user@example.org"] if scheme == "DIGEST-MD5" else []
        word = password[:8] if scheme == "DES-CRYPT" and password.isascii() else password
        if scheme == "DES-CRYPT" and not password.isascii():
            continue
        made = doveadm("-s", scheme, "-p", word, *rounds, *user)
        if made.returncode:
            dovecot.check(f"doveadm makes {scheme}", False, made.stderr)
            break
        stored = made.stdout.strip()
        side = {"username": "user@example.org"} if user else None
        format = format or dovecot.tagged(stored) or f"{{{scheme}}}"
        dovecot.made(format, stored, word, side, same=scheme not in ALIASES)
        if scheme in WITHOUT_BRACES:
            dovecot.made(WITHOUT_BRACES[scheme], stored.partition("}")[2], word, written=False)


def takes(texts):
    answers = []
    for text, word in texts:
        user = ["-u", "user@example.org"] if text.startswith("{DIGEST-MD5}") else []
        done = doveadm("-t", text, "-p", word, *user)
        answers.append(True if "(verified)" in done.stdout else False if "mismatch" in done.stderr else done.stderr)
    return answers


dovecot.finish(takes)
