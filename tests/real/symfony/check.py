"""Symfony's own hashers, through php-cli. Usage: check.py HASHLIFT FOLDER_OF_UNPACKED_PACKAGES."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from common import PASSWORDS, System, b64, php

symfony = System("Symfony")
SALT = "aB3./9xyz"
KINDS = [  # the hasher, our format, what stands beside the hash
    (["Native", 3, 16384, 4], None, None),
    (["Native", None, None, 5, "2y"], None, None),
    (["Sodium", 3, 16384], None, None),
]
for algorithm in ["md5", "sha1", "sha256", "sha512"]:
    for encoded in [True, False]:
        side = {"algorithm": algorithm, "encode_as_base64": encoded, "iterations": 17, "salt": SALT}
        KINDS.append((["MessageDigest", algorithm, encoded, 17], "symfony-message-digest", side))
for algorithm in ["sha1", "sha256", "sha512"]:
    for encoded in [True, False]:
        side = {"algorithm": algorithm, "encode_as_base64": encoded, "iterations": 50, "length": 40, "salt": SALT}
        KINDS.append((["Pbkdf2", algorithm, encoded, 50, 40], "symfony-pbkdf2", side))
asked = [(kind, password) for kind in KINDS for password in PASSWORDS]


def question(kind, password, **more):
    hasher, _, side = kind
    return {"make": hasher, "password": b64(password)} | ({"salt": side["salt"]} if side else {}) | more


made = php("check.php", [question(*ask) for ask in asked])
kinds = {}
for (kind, password), stored in zip(asked, made):
    _, format, side = kind
    kinds[stored] = kind
    # Whether it is written in hexadecimal stands in the settings, so our text is in base64.
    written = side is None or side["encode_as_base64"]
    symfony.made(format or symfony.tagged(stored), stored, password, side, written=written)


def takes(texts):
    return php("check.php", [question(kinds[text], word, check=text) for text, word in texts])


symfony.finish(takes)
