"""WordPress's own code, through php-cli. Usage: check.py HASHLIFT FOLDER_OF_UNPACKED_PACKAGES."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from common import PASSWORDS, System, b64, php

wordpress = System("WordPress")
version = php("check.php", [{"make": "version", "password": ""}])[0]
print(f"WordPress {version}")
asked = [(kind, password) for kind in ["site", "md5", "7", "8", "11"] for password in PASSWORDS]
made = php("check.php", [{"make": kind, "password": b64(password)} for kind, password in asked])
for (kind, password), stored in zip(asked, made):
    if kind == "md5":
        format = "md5"
    elif stored.startswith("$wp$"):
        format = "wordpress-68"
    else:
        format = "phpass"
    wordpress.made(format, stored, password)
wordpress.finish(lambda texts: php("check.php", [{"check": text, "password": b64(word)} for text, word in texts]))
