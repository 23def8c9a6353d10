"""libxcrypt, through ctypes: every notation of crypt(3) that it has. Usage: check.py HASHLIFT."""
import ctypes
import ctypes.util
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from common import PASSWORDS, System

library = ctypes.CDLL(ctypes.util.find_library("crypt"))
library.crypt.restype = ctypes.c_char_p
system = System("libxcrypt")
SETTINGS = {
    "descrypt": ["ab", "./", "zZ"],
    "bsdicrypt": ["_J9..rasm", "_/.../abc"],
    "md5crypt": ["$1$saltsalt", "$1$a", "$1$"],
    "sha256crypt": ["$5$rounds=1000$saltstring", "$5$short", "$5$rounds=5000$saltsaltsaltsalt"],
    "sha512crypt": ["$6$rounds=1000$saltstring", "$6$short", "$6$rounds=5000$saltsaltsaltsalt"],
    "bcrypt": ["$2b$04$abcdefghijklmnopqrstuu", "$2y$05$......................", "$2a$04$abcdefghijklmnopqrstuu"],
    "bcrypt-2x": ["$2x$04$abcdefghijklmnopqrstuu"],
    "sha1crypt-netbsd": ["$sha1$40$salt", "$sha1$1000$0123456789abcdef"],
    "sunmd5": ["$md5$saltsalt$", "$md5,rounds=100$saltsalt$", "$md5,rounds=100$saltsalt"],
    "scrypt-7": ["$7$4U..../....saltsalt"],
    "yescrypt": ["$y$j75$saltsalt", "$y$j85$LdJMENpBABJJ3hIHjB1Bi."],
    "gost-yescrypt": ["$gy$j75$saltsalt"],
    "bsd-nthash": ["$3$"],
}
for format, settings in SETTINGS.items():
    for setting in settings:
        for password in PASSWORDS:
            if format == "bsd-nthash" and not password.isascii():
                continue  # libxcrypt widens bytes where Windows reads text
            stored = library.crypt(password.encode(), setting.encode())
            if stored is None or stored.startswith(b"*"):
                system.check(f"libxcrypt takes {setting}", False, stored)
                continue
            system.made(format, stored.decode(), password, same="rounds=5000" not in setting)


def takes(texts):
    return [library.crypt(word, text.encode()) == text.encode() for text, word in texts]


system.finish(takes)
