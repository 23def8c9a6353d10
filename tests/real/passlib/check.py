"""libpass (passlib, kept on) and Werkzeug. Usage: check.py HASHLIFT. Needs libpass, bcrypt, argon2-cffi, werkzeug."""
import os
import sys
import warnings

warnings.simplefilter("ignore")
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from common import PASSWORDS, System
from passlib import hash as passlib
from werkzeug.security import check_password_hash, generate_password_hash

system = System("libpass, Werkzeug")
HANDLERS = {  # passlib's handler: our format
    passlib.pbkdf2_sha1.using(rounds=100): "passlib-pbkdf2-sha1",
    passlib.pbkdf2_sha256.using(rounds=100): "passlib-pbkdf2-sha256",
    passlib.pbkdf2_sha512.using(rounds=100): "passlib-pbkdf2-sha512",
    passlib.bcrypt_sha256.using(rounds=4): "passlib-bcrypt-sha256",
    passlib.phpass.using(rounds=7): "phpass",
    passlib.md5_crypt: "md5crypt",
    passlib.apr_md5_crypt: "apr1",
    passlib.sha256_crypt.using(rounds=1000): "sha256crypt",
    passlib.sha512_crypt.using(rounds=1000): "sha512crypt",
    passlib.sha1_crypt.using(rounds=100): "sha1crypt-netbsd",
    passlib.sun_md5_crypt.using(rounds=10): "sunmd5",
    passlib.des_crypt: "descrypt",
    passlib.bsdi_crypt.using(rounds=41): "bsdicrypt",
    passlib.bigcrypt: "bigcrypt",
    passlib.crypt16: "crypt16",
    passlib.scrypt.using(rounds=4): "scrypt-phc",
    passlib.argon2.using(rounds=1, memory_cost=64, parallelism=1): "argon2id",
    passlib.grub_pbkdf2_sha512.using(rounds=100): "grub-pbkdf2-sha512",
    passlib.atlassian_pbkdf2_sha1: "atlassian-pkcs5s2",
    passlib.cta_pbkdf2_sha1.using(rounds=100): "cta-pbkdf2-sha1",
    passlib.dlitz_pbkdf2_sha1.using(rounds=100): "dlitz-pbkdf2-sha1",
    passlib.ldap_salted_sha1: "ldap-ssha",
    passlib.ldap_salted_md5: "ldap-smd5",
    passlib.ldap_salted_sha256: "ldap-ssha256",
    passlib.ldap_salted_sha512: "ldap-ssha512",
    passlib.ldap_pbkdf2_sha256.using(rounds=100): "ldap-pbkdf2-sha256",
    passlib.ldap_pbkdf2_sha512.using(rounds=100): "ldap-pbkdf2-sha512",
    passlib.django_pbkdf2_sha256.using(rounds=100): "django-pbkdf2-sha256",
    passlib.django_pbkdf2_sha1.using(rounds=100): "django-pbkdf2-sha1",
    passlib.django_salted_sha1: "django-sha1",
    passlib.django_salted_md5: "django-md5",
    passlib.fshp.using(rounds=10): "fshp",
    passlib.scram.using(rounds=100): "scram-mcf",
    passlib.mysql41: "mysql41",
    passlib.mysql323: "mysql323",
    passlib.mssql2005: "mssql2005",
    passlib.mssql2000: "mssql2000",
    passlib.oracle11: "oracle11",
    passlib.nthash: "nthash",
    passlib.bsd_nthash: "bsd-nthash",
    passlib.cisco_type7: "cisco-type7",
    passlib.hex_md5: "md5",
    passlib.hex_sha1: "sha1",
    passlib.hex_sha256: "sha256",
    passlib.hex_sha512: "sha512",
}
checks = {}
# The first hash after its backend is loaded is one that libpass 1.9.3 itself does not verify.
passlib.bcrypt_sha256.using(rounds=4).hash("")
for handler, format in HANDLERS.items():
    for password in PASSWORDS:
        if format in ("mssql2000",) and not password.isascii():
            continue  # it folds letters to upper case, each in its own way beyond ASCII
        try:
            stored = handler.hash(password)
        except (ValueError, TypeError) as error:
            if not str(error).startswith("password must be no"):
                system.check(f"passlib makes {format} of {password!r}", False, repr(error))
            continue
        checks[stored] = checks[stored.upper()] = handler.verify
        # Samba writes NT hashes in capitals, and so do we.
        system.made(format, stored, password, same=format != "nthash")
for method, format in {
    "pbkdf2:sha256:100": "werkzeug-pbkdf2",
    "pbkdf2:sha512:100": "werkzeug-pbkdf2",
    "pbkdf2:sha1:100": "werkzeug-pbkdf2",
    "scrypt:1024:8:1": "werkzeug-scrypt",
}.items():
    for password in PASSWORDS:
        stored = generate_password_hash(password, method)
        checks[stored] = lambda word, text: check_password_hash(text, word.decode())
        system.made(format, stored, password)


def verdict(text, word):
    try:
        return checks[text](word, text)
    except ValueError:  # over the length that this handler takes
        return False


system.finish(lambda texts: [verdict(text, word) for text, word in texts])
