"""MediaWiki's own Password classes, through php-cli. Usage: check.py HASHLIFT FOLDER_OF_UNPACKED_PACKAGES."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from common import PASSWORDS, System, b64, php

KINDS = {  # MediaWiki's type: our format
    "A": "mediawiki-a",
    "B": "mediawiki-b",
    "pbkdf2": "mediawiki-pbkdf2",
    "bcrypt": "mediawiki-bcrypt",
    "argon2": "mediawiki-argon2",
    "argon2id": "mediawiki-argon2",
    "pbkdf2-legacyA": "mediawiki-pbkdf2-legacya",
    "pbkdf2-legacyB": "mediawiki-pbkdf2-legacyb",
}
mediawiki = System("MediaWiki")
asked = [(kind, password) for kind in KINDS for password in PASSWORDS]
made = php("check.php", [{"make": kind, "password": b64(password)} for kind, password in asked])
for (kind, password), stored in zip(asked, made):
    mediawiki.made(KINDS[kind], stored, password)
# Old hashes that MediaWiki itself has wrapped, as its maintenance script does.
old = [(kind, password, stored) for (kind, password), stored in zip(asked, made) if kind in "AB"]
layered = php("check.php", [{"layer": stored, "make": "pbkdf2-legacy" + kind} for kind, _, stored in old])
for (kind, password, _), stored in zip(old, layered):
    mediawiki.made(KINDS["pbkdf2-legacy" + kind], stored, password)
mediawiki.finish(lambda texts: php("check.php", [{"check": text, "password": b64(word)} for text, word in texts]))
