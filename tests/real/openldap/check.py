"""slappasswd makes hashes; slapd itself takes ours, as passwords of root accounts one can bind as.

Usage: check.py HASHLIFT FOLDER_OF_UNPACKED_PACKAGES.
"""
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from common import PASSWORDS, System

openldap = System("OpenLDAP")
modules = Path(sys.argv[2]) / "usr/lib/ldap"
SCHEMES = {  # the module that has it: schemes
    None: ["{SSHA}", "{SHA}", "{MD5}", "{SMD5}", "{CRYPT}"],
    "pw-sha2": ["{SSHA256}", "{SHA256}", "{SSHA384}", "{SHA384}", "{SSHA512}", "{SHA512}"],
    "pw-pbkdf2": ["{PBKDF2}", "{PBKDF2-SHA1}", "{PBKDF2-SHA256}", "{PBKDF2-SHA512}"],
    "argon2": ["{ARGON2}"],
    "pw-apr1": ["{APR1}", "{BSDMD5}"],
}
for module, schemes in SCHEMES.items():
    load = ["-o", f"module-path={modules}", "-o", f"module-load={module}"] if module else []
    for scheme in schemes:
        format = None
        for password in PASSWORDS:
            kind = ["-c", "$6$rounds=1000$%.8s"] if scheme == "{CRYPT}" else ["-h", scheme]
            done = subprocess.run(["slappasswd", *load, "-n", *kind, "-s", password], capture_output=True, text=True)
            if done.returncode or not done.stdout:
                openldap.check(f"slappasswd makes {scheme}", False, done.stderr)
                break
            format = format or openldap.tagged(done.stdout) or scheme
            openldap.made(format, done.stdout, password, same=scheme != "{PBKDF2-SHA1}")


def ber(tag, *parts):
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")
    return bytes([tag]) + size + body


def bind(path, name, password):
    """The result code of a simple bind (RFC 4511, section 4.2)."""
    request = ber(0x30, ber(2, b"\1"), ber(0x60, ber(2, b"\3"), ber(4, name.encode()), ber(0x80, password)))
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(request)
        answer = connection.recv(4096)
    return answer[answer.index(b"\x0a\x01") + 2]


def answers(path):
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(path)) == 0


def takes(texts):
    with tempfile.TemporaryDirectory(prefix="hashlift-slapd-") as folder:
        folder = Path(folder)
        lines = [f"modulepath {modules}", "moduleload back_null", f"pidfile {folder}/pid"]
        lines += [f"moduleload {module}" for module in SCHEMES if module]
        for at, (text, _) in enumerate(texts):
            lines += ["database null", f'suffix "cn=n{at}"', f'rootdn "cn=root,cn=n{at}"', f'rootpw "{text}"']
        (folder / "slapd.conf").write_text("\n".join(lines) + "\n")
        path = folder / "socket"
        url = "ldapi://" + str(path).replace("/", "%2F")
        with subprocess.Popen(["slapd", "-f", folder / "slapd.conf", "-h", url, "-d", "0"], stderr=subprocess.PIPE, text=True) as server:
            try:
                for _ in range(100):
                    if answers(path) or server.poll() is not None:
                        break
                    time.sleep(0.1)
                if server.poll() is not None:
                    return [server.stderr.read()] * len(texts)
                codes = [bind(path, f"cn=root,cn=n{at}", word) for at, (_, word) in enumerate(texts)]
            finally:
                server.terminate()
        return [{0: True, 49: False}.get(code, code) for code in codes]


openldap.finish(takes)
