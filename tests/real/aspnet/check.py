"""ASP.NET Core Identity's hasher, ported to npm twice. Usage: check.py HASHLIFT FOLDER_OF_NODE_MODULES."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from common import PASSWORDS, System

aspnet = System("ASP.NET Identity")


def node(records):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hashes.cjs")
    text = "".join(json.dumps(record) + "\n" for record in records)
    done = subprocess.run(["node", script, sys.argv[2]], input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


asked = [(kind, password) for kind in ["v2", "v3", "other"] for password in PASSWORDS]
made = node([{"make": kind, "password": password} for kind, password in asked])
for (kind, password), stored in zip(asked, made):
    aspnet.made("aspnet-identity-v2" if kind == "v2" else "aspnet-identity-v3", stored, password)
aspnet.finish(lambda texts: node([{"check": text, "password": word.decode()} for text, word in texts]))
