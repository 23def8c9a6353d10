"""A CSV of many rows made from the cheap formats of the known answers, for timing `audit` and `wrap`.

    python3 benches/million.py 1000000 target/million.csv
    time target/release/hashlift audit target/million.csv --hash hash --salt salt --format-column format
"""
import csv
import json
import random
import sys
from pathlib import Path

CHEAP = set(
    "md5 md5_pass_salt md5_salt_pass vbulletin mybb_ipb joomla_md5 sha1 sha256 ldap_sha ldap_ssha ldap_ssha256 phpass "
    "md5crypt apr1 bcrypt django_pbkdf2_sha256 passlib_pbkdf2_sha256 scrypt_phc argon2id sha512crypt".split()
)
rows, path = int(sys.argv[1]), Path(sys.argv[2])
vectors = Path(__file__).parent.parent / "tests/vectors/core.jsonl"
records = [json.loads(line) for line in vectors.read_text(encoding="utf-8").splitlines()]
records = [r for r in records if r["valid"] and r["scheme"] in CHEAP and "secret_b64" not in r.get("side", {})]
random.seed(1)
with path.open("w", newline="", encoding="utf-8") as out:
    table = csv.writer(out)
    table.writerow(["id", "email", "name", "format", "hash", "salt", "created"])
    for i in range(rows):
        record = random.choice(records)
        name = f'User "{i}", Jr.' if i % 10 == 0 else f"User {i}"
        salt = record.get("side", {}).get("salt", "")
        created = f"2014-03-0{i % 9 + 1}"
        table.writerow([i, f"user{i}@example.org", name, record["scheme"], record["hash"], salt, created])
