#!/usr/bin/env python3
"""Makes cases.jsonl: hashes with a mistake in them, computed by hashlib and crypt(3) (libxcrypt), or
made from the known answers of ../vectors. Usage: make.py > cases.jsonl"""
import base64, ctypes, hashlib, hmac, json, pathlib, unicodedata, urllib.parse

LIBCRYPT = ctypes.CDLL("libcrypt.so.1")
LIBCRYPT.crypt.restype = ctypes.c_char_p
HERE = pathlib.Path(__file__).parent


def crypt(password, setting):
    return LIBCRYPT.crypt(password, setting.encode()).decode()


def b64(raw):
    return base64.b64encode(raw).decode()


def out(mistake, hash, password, reading, side=None, format=None, verdict="explained"):
    record = {"mistake": mistake, "hash": hash}
    if isinstance(password, bytes):
        record["password_b64"] = b64(password)
    else:
        record["password"] = password
    if side:
        record["side"] = side
    if format:
        record["format"] = format
    record |= {"verdict": verdict, "reading": reading}
    print(json.dumps(record, ensure_ascii=False))


def django(password, salt="Sa1tySalt12", rounds=1000):
    raw = hashlib.pbkdf2_hmac("sha256", password, salt.encode(), rounds)
    return f"pbkdf2_sha256${rounds}${salt}${b64(raw)}"


def bcrypt(password):
    return crypt(password, "$2y$04$abcdefghijklmnopqrstuu").replace("\n", "")


def sha512crypt(password):
    return crypt(password, "$6$rounds=1000$saltstring")


def md5(password):
    return hashlib.md5(password).hexdigest()


def sha256(password):
    return hashlib.sha256(password).hexdigest()


def ssha(password, salt=b"\x01\x02\x03\x04\xfe\xdc\xba\x98"):
    return "{SSHA}" + b64(hashlib.sha1(password + salt).digest() + salt)


MAKERS = [django, bcrypt, sha512crypt, md5, sha256, ssha]

# The password.
ASCII, WIDE = "correct horse", "Grün-Öl café"
for make in MAKERS:
    out("newline", make(ASCII.encode() + b"\n"), ASCII, ["password with a trailing newline"])
    out("crlf", make(ASCII.encode() + b"\r\n"), ASCII, ["trailing newline", "CRLF"])
    out("trimmed", make(ASCII.encode()), f"  {ASCII} ", ["trimmed"])
    out("latin-1", make(WIDE.encode("latin-1")), WIDE, ["password in Latin-1"])
    out("utf-8", make(WIDE.encode()), WIDE.encode("latin-1"), ["password in UTF-8"])
    out("nfc", make(unicodedata.normalize("NFC", WIDE).encode()), unicodedata.normalize("NFD", WIDE), ["password in NFC"])
    out("nfd", make(unicodedata.normalize("NFD", WIDE).encode()), unicodedata.normalize("NFC", WIDE), ["password in NFD"])
    for name in ["md5", "sha1", "sha256"]:
        digest = hashlib.new(name, ASCII.encode()).hexdigest()
        out(f"pre-hashed {name}", make(digest.encode()), ASCII, ["pre-hashed", f"digest of the password in {name} hexadecimal"])
    # Pairs.
    out("newline, latin-1", make((WIDE + "\n").encode("latin-1")), WIDE, ["trailing newline", "Latin-1"])
    out("latin-1, md5", make(md5(WIDE.encode("latin-1")).encode()), WIDE, ["Latin-1", "md5"])
    pepper = "p3pp3r-of-the-site"
    side = {"pepper": pepper}
    out("pepper before", make(pepper.encode() + ASCII.encode()), ASCII, ["pepper before the password"], side)
    out("pepper after", make(ASCII.encode() + pepper.encode()), ASCII, ["pepper after the password"], side)
    mac = hmac.new(pepper.encode(), ASCII.encode(), "sha256")
    out("pepper hmac", make(mac.hexdigest().encode()), ASCII, ["pepper as HMAC key", "sha256"], side)
    out("pepper hmac base64", make(b64(mac.digest()).encode()), ASCII, ["HMAC", "base64"], side)
    out("site_salt after", make(ASCII.encode() + pepper.encode()), ASCII, ["after the password", "site_salt"], {"site_salt": pepper})
for make in [django, md5, sha256, ssha]:  # a NUL is nothing for crypt(3)
    out("utf-16le", make(WIDE.encode("utf-16le")), WIDE, ["UTF-16LE"])
    out("utf-16be", make(WIDE.encode("utf-16be")), WIDE, ["UTF-16BE"])

# A bare HMAC.
for name in ["md5", "sha1", "sha256", "sha512"]:
    mac = hmac.new(b"k3y", ASCII.encode(), name).hexdigest()
    out("bare hmac", mac, ASCII, [f"HMAC-{name}", "pepper"], {"pepper": "k3y"})

# The salt.
SALT = bytes.fromhex("deadbeef00c0ffee")
for name in ["md5", "sha1", "sha256", "sha512"]:
    def digest(*parts):
        return hashlib.new(name, b"".join(parts)).hexdigest()
    pw, text = ASCII.encode(), "N4cl.salt"
    for order, slug, said in [((0, 1), "pass-salt", "salt after the password"), ((1, 0), "salt-pass", "salt before the password")]:
        def salted(salt):
            both = [pw, salt]
            return digest(*[both[i] for i in order])
        other = {"pass-salt": "salt-pass", "salt-pass": "pass-salt"}[slug]
        out("salt order", salted(text.encode()), ASCII, [said], {"salt": text}, f"{name}-{other}")
        out("as given", salted(text.encode()), ASCII, ["as given"], {"salt": text}, f"{name}-{slug}", "verifies")
        for format in [None, f"{name}-{slug}"]:
            out("salt hex", salted(SALT), ASCII, ["salt is hexadecimal, not text"], {"salt": SALT.hex()}, format)
            out("salt base64", salted(SALT), ASCII, ["salt is base64, not text"], {"salt": b64(SALT)}, format)
            out("salt trimmed", salted(b"NaClNaCl"), ASCII, ["salt", "spaces"], {"salt": "NaClNaCl  "}, format)
            out("salt case", salted(b"deadbeef"), ASCII, ["salt in lower case"], {"salt": "DEADBEEF"}, format)
            out("salt used in part", salted(b"NaClNaCl"), ASCII, ["salt cut", "8 bytes"], {"salt": "NaClNaClKaliPott"}, format)
            out("salt cut", salted(b"deadbeef"), ASCII, ["salt cut by a column", "2"], {"salt": "deadbe"}, format)
        out("salt hex, newline", digest(*[[pw + b"\n", SALT][i] for i in order]), ASCII, ["hexadecimal", "newline"], {"salt": SALT.hex()}, f"{name}-{slug}")
    out("salt in the text", digest(text.encode(), pw) + ":" + text, ASCII, ["salt"], None, None) if name in ("md5", "sha1") else None
out("salt order", "{SSHA}" + b64(hashlib.sha1(SALT + ASCII.encode()).digest() + SALT), ASCII, ["salt before the password"])
out("salt order", "{SMD5}" + b64(hashlib.md5(SALT + ASCII.encode()).digest() + SALT), ASCII, ["salt before the password"])
raw = hashlib.pbkdf2_hmac("sha256", ASCII.encode(), SALT, 1000)
out("salt hex", f"pbkdf2_sha256$1000${SALT.hex()}${b64(raw)}", ASCII, ["salt is hexadecimal, not text"])
out("salt base64", f"pbkdf2_sha256$1000${b64(SALT)}${b64(raw)}", ASCII, ["salt is base64, not text"])

# crypt(3)'s salts, which are letters, and bcrypt's, which stand for bytes.
made = {"$1$": "$1$NaClNaCl", "$6$": "$6$rounds=1000$NaClNaCl", "$5$": "$5$rounds=1000$NaClNaCl"}
for tag, setting in made.items():
    hash = crypt(ASCII.encode(), setting)
    low = crypt(ASCII.encode(), setting.replace("NaClNaCl", "naclnacl"))
    out("salt case", low.replace("$naclnacl$", "$NACLNACL$"), ASCII, ["salt in lower case"])
    out("salt case", crypt(ASCII.encode(), setting.replace("NaClNaCl", "NACLNACL")).replace("$NACLNACL$", "$naclnacl$"), ASCII, ["salt in upper case"])
    out("salt used in part", crypt(ASCII.encode(), setting.replace("NaClNaCl", "NaCl")).replace("$NaCl$", "$NaClNaCl$"), ASCII, ["salt cut", "4 bytes"])
    out("salt hex", hash.replace("$NaClNaCl$", "$" + b"NaClNaCl".hex() + "$"), ASCII, ["salt is hexadecimal, not text"]) if tag != "$1$" else None
    out("salt base64", crypt(ASCII.encode(), setting.replace("NaClNaCl", "NaCl12")).replace("$NaCl12$", "$" + b64(b"NaCl12") + "$"), ASCII, ["salt is base64, not text"])
    out("salt base64 text", crypt(ASCII.encode(), setting.replace("NaClNaCl", b64(b"NaCl12"))).replace("$" + b64(b"NaCl12") + "$", "$NaCl12$"), ASCII, ["its base64 is used as it stands"])
digest = hashlib.md5(b"naclnacl" + ASCII.encode()).digest()
for _ in range(1 << 8):
    digest = hashlib.md5(digest + ASCII.encode()).digest()
H64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
letters = ""
for at in range(0, 16, 3):
    value = int.from_bytes(digest[at:at + 3], "little")
    letters += "".join(H64[value >> shift & 63] for shift in range(0, 6 * (len(digest[at:at + 3]) + 1), 6))
out("as given", "$P$6naclnacl" + letters, ASCII, ["as given"], verdict="verifies")
out("salt case", "$P$6NACLNACL" + letters, ASCII, ["salt in lower case"])
symfony = hashlib.sha512(ASCII.encode() + b"{" + SALT + b"}").digest()
for _ in range(4999):
    symfony = hashlib.sha512(symfony + ASCII.encode() + b"{" + SALT + b"}").digest()
side = {"algorithm": "sha512", "iterations": 5000, "encode_as_base64": True}
out("salt hex", b64(symfony), ASCII, ["salt is hexadecimal, not text"], side | {"salt": SALT.hex()}, "symfony-message-digest")
out("salt base64", b64(symfony), ASCII, ["salt is base64, not text"], side | {"salt": b64(SALT)}, "symfony-message-digest")
STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
BCRYPT = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
hash = bcrypt(ASCII.encode())
other = hash[7:].translate(str.maketrans(BCRYPT, STANDARD))
for mixed in [other[:22] + hash[29:], other, hash[7:29] + other[22:], other[:22] + "==" + other[22:] + "="]:
    out("bcrypt letters", hash[:7] + mixed, ASCII, ["wrong base64 alphabet", "bcrypt"])

# The cost.
for rounds in [10_000, 100_000, 260_000]:
    hash = django(ASCII.encode(), rounds=rounds).replace(f"${rounds}$", "$1000$")
    out("cost", hash, ASCII, ["another cost", str(rounds)])
atlassian = SALT * 2 + hashlib.pbkdf2_hmac("sha1", ASCII.encode(), SALT * 2, 1000, 32)
out("cost", "{PKCS5S2}" + b64(atlassian), ASCII, ["another cost", "1000 "])

# Cut columns.
for name, width in [("sha1", 32), ("sha256", 32), ("sha256", 40), ("sha512", 64), ("sha512", 100)]:
    cut = hashlib.new(name, ASCII.encode()).hexdigest()[:width]
    out("digest cut", cut, ASCII, ["digest cut", "by a column"], None, name)
    out("digest cut", cut, ASCII, ["digest cut", "by a column"])
salted = hashlib.sha256(b"NaCl" + ASCII.encode()).hexdigest()[:40]
out("digest cut", salted, ASCII, ["digest cut", "sha256-salt-pass"], {"salt": "NaCl"})
for hash, width in [(bcrypt(ASCII.encode()), 50), (bcrypt(ASCII.encode()), 45), (sha512crypt(ASCII.encode()), 100), (django(ASCII.encode()), 64), (crypt(ASCII.encode(), "$1$saltsalt"), 30)]:
    out("digest cut", hash[:width], ASCII, ["digest cut", "by a column"])
for hash, width in [(bcrypt(ASCII.encode()), 30), (bcrypt(ASCII.encode()), 20), (sha512crypt(ASCII.encode()), 20)]:
    out("too much cut", hash[:width], ASCII, [f"after {width} characters", "cut"], verdict="unexplained")

# The text.
for make in MAKERS:
    hash = make(ASCII.encode())
    out("spaces", hash + "   ", ASCII, ["trailing spaces"])
    out("line end", hash + "\r\n", ASCII, ["line end"])
    out("quotes", f'"{hash}"', ASCII, ["quotes"])
    out("bom", "\ufeff" + hash, ASCII, ["byte order mark"])
    out("base64", b64(hash.encode()), ASCII, ["wrapped in base64"])
    out("base64", ":: " + b64(hash.encode()), ASCII, ["wrapped in base64"])
    out("bytea", "\\x" + hash.encode().hex(), ASCII, ["bytea"])
    out("quotes, spaces", f"'{hash} '", ASCII, ["quotes", "trailing spaces"])
    out("spaces, newline", make(ASCII.encode() + b"\n") + " ", ASCII, ["trailing spaces", "trailing newline"])
    if "$" in hash:
        out("url", urllib.parse.quote(hash, safe=""), ASCII, ["URL-encoded"])
        out("backslashes", hash.replace("$", "\\$"), ASCII, ["backslashes"])
        out("login", f"alice:{hash}", ASCII, ["columns"])
out("0x", "0x" + md5(ASCII.encode()), ASCII, ["as given"], verdict="verifies")
out("0x", "0x" + md5(ASCII.encode()) + " ", ASCII, ["trailing spaces"])
out("bytea", "\\x" + sha256(ASCII.encode()), ASCII, ["bytea"])
out("upper case", md5(ASCII.encode()).upper(), ASCII, ["upper-case hexadecimal"], None, "md5", "verifies")
out("upper case", md5(ASCII.encode()).upper(), ASCII, ["upper-case hexadecimal", "md5"])
out("upper case inside", md5((SALT.hex() + md5(ASCII.encode()).upper()).encode()), ASCII, ["upper-case hexadecimal"], {"salt": SALT.hex()})
raw = hashlib.sha256(ASCII.encode()).digest()
out("base64 digest", b64(raw), ASCII, ["as given"], None, "sha256", "verifies")
raw = hashlib.sha256(b"NaCl" + ASCII.encode()).digest()
out("base64 digest", b64(raw), ASCII, ["as given"], {"salt": "NaCl"}, "sha256-salt-pass", "verifies")
for password in [b"a%d" % i for i in range(99)]:
    raw = hashlib.pbkdf2_hmac("sha256", password, b"saltsalt", 1000)
    if {"+", "/"} <= set(b64(raw)):
        break
wrong = base64.urlsafe_b64encode(raw).decode()
out("alphabet", f"pbkdf2_sha256$1000$saltsalt${wrong}", password.decode(), ["wrong base64 alphabet"])
out("padding", f"pbkdf2_sha256$1000$saltsalt${b64(raw).rstrip('=')}", password.decode(), ["padding"])

# bcrypt's letters, and the known answers of others.
wide = "\u00a3ab\u00a3 pass\u00ff".encode("latin-1")
out("2x", crypt(wide, "$2x$05$abcdefghijklmnopqrstuu").replace("$2x$", "$2y$"), wide, ["2x"])
out("2y", crypt(wide, "$2y$05$abcdefghijklmnopqrstuu").replace("$2y$", "$2x$"), wide, ["2y"])
out("2a", crypt(ASCII.encode(), "$2b$05$abcdefghijklmnopqrstuu").replace("$2b$", "$2a$"), ASCII, ["as given"], verdict="verifies")
records = [json.loads(line) for line in (HERE / "../vectors/core.jsonl").open()]
valid = [r for r in records if r["valid"] and r.get("password") and r["password"].isascii()]


def first(scheme, where=lambda r: True):
    return next(r for r in valid if r["scheme"] == scheme and where(r))


def bent(mistake, r, reading, change, **more):
    side = dict(r["side"])
    change(side)
    out(mistake, r["hash"], r["password"], reading, side, **more)


fire = first("firebase_scrypt", lambda r: r["side"]["rounds"] != r["side"]["mem_cost"])
swap = lambda s: s.update(rounds=s["mem_cost"], mem_cost=s["rounds"])
bent("as given", fire, ["as given"], lambda s: None, verdict="verifies")
bent("firebase swapped", fire, ["costs swapped"], swap)
bent("firebase swapped", fire, ["costs swapped"], swap, format="firebase-scrypt")
bent("firebase key in hex", fire, ["signer key is hexadecimal"], lambda s: s.update(signer_key=base64.b64decode(s["signer_key"]).hex()))
bent("firebase salt in hex", fire, ["salt is hexadecimal"], lambda s: s.update(salt=base64.b64decode(s["salt"]).hex()))
bent("firebase separator in hex", fire, ["separator is hexadecimal"], lambda s: s.update(salt_separator=base64.b64decode(s["salt_separator"]).hex()))
usual = first("firebase_scrypt", lambda r: r["side"]["salt_separator"] == "Bw==")
bent("firebase separator", usual, ["wrong salt separator", "Bw=="], lambda s: s.update(salt_separator="3G0="))
bent("firebase separator", usual, ["Bw=="], lambda s: (s.update(salt_separator="")))
appwrite = first("appwrite_scrypt_modified")
bent("firebase cost", appwrite, ["another cost", "mem_cost 14", "rounds 8"], lambda s: s.update(rounds=8, mem_cost=11), format="firebase-scrypt")
supa = first("supabase_fbscrypt")
out("firebase swapped", supa["hash"].replace("n=8,r=8", "n=8,r=14"), supa["password"], ["another cost", "r = 8"])
scrypt = first("scrypt_params", lambda r: r["side"]["costCpu"] != r["side"]["costMemory"])
bent("scrypt swapped", scrypt, ["costs swapped"], lambda s: s.update(costCpu=s["costMemory"], costMemory=s["costCpu"]), format="scrypt-params")
argon = first("argon2id", lambda r: "v=19" in r["hash"] and "keyid" not in r["hash"])
out("argon2 version", argon["hash"].replace("$v=19", ""), argon["password"], ["version 19"])
out("argon2 version", argon["hash"].replace("v=19", "v=16"), argon["password"], ["version 19"])
out("padding", argon["hash"] + "=", argon["password"], ["padding"])
nested = first("vbulletin")
out("another format", nested["hash"], nested["password"], ["vbulletin"], nested["side"], "md5-pass-salt")
smf = hashlib.sha1(b"alice" + ASCII.encode()).hexdigest()

# Nothing to find.
for make in MAKERS:
    out("another password", make(b"another password"), ASCII, [], {"pepper": "p"}, verdict="unexplained")
    out("as given", make(ASCII.encode()), ASCII, ["as given"], verdict="verifies")
out("locked", "!", ASCII, ["locked"], verdict="unexplained")
out("no hash", "hello world", ASCII, ["No format"], verdict="unexplained")
