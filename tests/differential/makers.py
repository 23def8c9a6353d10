"""Who makes the hashes: libxcrypt through ctypes, hashlib over OpenSSL, passlib, argon2-cffi.

`rows(rng)` lists what can be drawn. A row's `make(password)` draws a setting and yields the stored
text, the side data, and a function that says by the maker's own lights whether another password
belongs to that text.
"""
import base64
import ctypes
import ctypes.util
import hashlib
import hmac
import struct
import warnings
from typing import Callable, NamedTuple

H64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
B64 = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
ALNUM = H64[2:]
# A salt of bcrypt has 128 bits: four of the last letter's six are spare.
BCRYPT_LAST = ".Oeu"


class Row(NamedTuple):
    slug: str
    make: Callable  # password bytes -> (stored, side, verify)
    kind: str = "bytes"  # any bytes; "c" without NUL; "text" is UTF-8 without NUL; "ascii"
    least: int = 0
    most: int = 300
    slow: bool = False
    tagged: bool = True  # the text says what it is: `format` need not be given


def hmac_of(algo, key, data):
    return hmac.digest(key, data, algo)


class Libxcrypt:
    def __init__(self):
        library = ctypes.CDLL(ctypes.util.find_library("crypt") or "libcrypt.so.1")
        self.crypt = library.crypt
        self.crypt.restype, self.crypt.argtypes = ctypes.c_char_p, [ctypes.c_char_p, ctypes.c_char_p]

    def hash(self, password, setting):
        out = self.crypt(password, setting.encode())
        return None if out is None or out.startswith(b"*") else out.decode()

    def row(self, slug, setting, prefix="", **more):
        def make(password):
            drawn = setting()
            stored = self.hash(password, drawn)
            assert stored, f"libxcrypt does not take {drawn}"
            return prefix + stored, {}, lambda other: self.hash(other, drawn) == stored

        return Row(slug, make, **{"kind": "c", "most": 511, **more})


def yescrypt_number(value, least):
    """`encode64_uint32` of yescrypt-common.c."""
    start, end, chars, bits = 0, 47, 1, 0
    value -= least
    while value >= (count := (end + 1 - start) << bits):
        start, end = end + 1, end + 1 + (62 - end) // 2
        value -= count
        chars, bits = chars + 1, bits + 6
    out = H64[start + (value >> bits)]
    for _ in range(chars - 1):
        bits -= 6
        out += H64[value >> bits & 63]
    return out


def libxcrypt_rows(rng):
    crypt = Libxcrypt()
    if not crypt.hash(b"x", "$y$j75$aaaa$"):
        print("skipped: libcrypt here is not libxcrypt 4 or newer")
        return []
    letters = lambda least, most, of=H64: "".join(rng.choices(of, k=rng.randint(least, most)))
    number = lambda value, count: "".join(H64[value >> 6 * i & 63] for i in range(count))

    def yescrypt(tag, n, r):
        flavour = rng.choice([47, 47, 47, 47, 1, 0])
        n, r, p, t = rng.randint(*n), rng.randint(*r), rng.choice([1, 1, 1, 2, 3, 5]), rng.choice([0, 0, 0, 1, 2, 3])
        p = p if flavour != 47 or 4 * p <= 1 << n else 1  # libxcrypt's own rule; the paper has 2
        t = 0 if flavour == 0 else t
        out = yescrypt_number(flavour, 0) + yescrypt_number(n, 1) + yescrypt_number(r, 1)
        if have := (p != 1) | (t != 0) << 1:
            out += yescrypt_number(have, 1)
        out += yescrypt_number(p, 2) if p != 1 else ""
        out += yescrypt_number(t, 1) if t else ""
        salt = rng.randbytes(rng.randint(0, 64))
        coded = "".join(number(int.from_bytes(salt[i : i + 3], "little"), len(salt[i : i + 3]) + 1) for i in range(0, len(salt), 3))
        return f"{tag}{out}${coded}$"

    def rounds(least, most):
        return f"rounds={rng.randint(least, most)}$"

    def sunmd5(least, most):
        many = rng.randint(least, most)
        return f"$md5{f',rounds={many}' if many else ''}${letters(0, 16)}{rng.choice(['', '$$'])}"

    def bcrypt(tag, cost):
        return f"${tag}${cost:02}${letters(21, 21, B64)}{rng.choice(BCRYPT_LAST)}"

    rows = [
        crypt.row("descrypt", lambda: letters(2, 2), tagged=False),
        crypt.row("bigcrypt", lambda: letters(2, 2) + "." * 12, least=9, most=128, tagged=False),
        crypt.row("bsdicrypt", lambda: "_" + number(rng.randint(1, 400), 4) + letters(4, 4), tagged=False),
        crypt.row("md5crypt", lambda: f"$1${letters(0, 8)}$"),
        crypt.row("sha1crypt-netbsd", lambda: f"$sha1${rng.randint(4, 200)}${letters(1, 64)}$"),
        crypt.row("sha256crypt", lambda: f"$5${rounds(1000, 1100)}{letters(0, 16)}$"),
        crypt.row("sha512crypt", lambda: f"$6${rounds(1000, 1100)}{letters(0, 16)}$"),
        crypt.row("sha256crypt", lambda: f"$5${rng.choice(['', rounds(5000, 9000)])}{letters(0, 16)}$", slow=True),
        crypt.row("sha512crypt", lambda: f"$6${rng.choice(['', rounds(5000, 9000)])}{letters(0, 16)}$", slow=True),
        crypt.row("sunmd5", lambda: sunmd5(0, 2000), slow=True),
        crypt.row("bsd-nthash", lambda: "$3$$", kind="ascii"),
        crypt.row("bsd-nthash-bytes", lambda: "$3$$", tagged=False),
        crypt.row("scrypt-7", lambda: f"$7${H64[rng.randint(2, 6)]}{number(rng.randint(1, 8), 5)}{number(rng.randint(1, 3), 5)}{letters(0, 32)}$"),
        crypt.row("scrypt-7", lambda: f"$7${H64[rng.randint(10, 13)]}{number(8, 5)}{number(1, 5)}{letters(0, 32)}$", slow=True),
        crypt.row("yescrypt", lambda: yescrypt("$y$", (4, 7), (1, 8))),
        crypt.row("yescrypt", lambda: yescrypt("$y$", (9, 12), (8, 16)), slow=True),
        crypt.row("yescrypt", lambda: f"$y$j9T${letters(4, 4)}$", slow=True),
        crypt.row("gost-yescrypt", lambda: yescrypt("$gy$", (4, 7), (1, 8))),
        crypt.row("gost-yescrypt", lambda: yescrypt("$gy$", (9, 12), (8, 16)), slow=True),
        crypt.row("ldap-crypt", lambda: f"$1${letters(0, 8)}$", prefix="{CRYPT}"),
    ]
    for tag in ["2a", "2b", "2y"]:
        rows.append(crypt.row("bcrypt", lambda tag=tag: bcrypt(tag, 4)))
        rows.append(crypt.row("bcrypt", lambda tag=tag: bcrypt(tag, rng.randint(5, 9)), slow=True))
    rows.append(crypt.row("bcrypt-2x", lambda: bcrypt("2x", 4)))
    return rows


def hashlib_rows(rng):
    salt_text = lambda: "".join(rng.choices(ALNUM + "./-_ ,", k=rng.randint(1, 32))).strip() or "salt"
    salt_bytes = lambda: rng.randbytes(rng.randint(1, 32))
    b64 = lambda data: base64.b64encode(data).decode()
    phc = lambda data: b64(data).rstrip("=")
    hexed = lambda algo, data: hashlib.new(algo, data).hexdigest()

    def row(slug, draw, **more):
        """`draw` yields the side data and a function from passwords to stored texts."""

        def make(password):
            side, store = draw()
            stored = store(password)
            return stored, side, lambda other: store(other) == stored

        return Row(slug, make, **more)

    def digest(slug, algo):
        return row(slug, lambda: ({}, lambda p: hexed(algo, p)), tagged=False)

    def salted(slug, store):
        def draw():
            salt = salt_text()
            return {"salt": salt}, lambda p: store(salt.encode(), p)

        return row(slug, draw, tagged=False)

    def ldap(slug, tag, algo, with_salt):
        def draw():
            salt = rng.randbytes(rng.randint(4, 16)) if with_salt else b""
            return {}, lambda p: tag + b64(hashlib.new(algo, p + salt).digest() + salt)

        return row(slug, draw)

    def pbkdf2(slug, algo, text, rounds, length=None, salt=salt_bytes, **more):
        def draw():
            s, r = salt(), rng.randint(*rounds)
            raw = s if isinstance(s, bytes) else s.encode()
            return {}, lambda p: text(r, s, hashlib.pbkdf2_hmac(algo, p, raw, r, length))

        return row(slug, draw, **more)

    def scrypt(slug, text, n=(1, 7), salt=salt_bytes, length=64, side=None, **more):
        def draw():
            s, log, r, p = salt(), rng.randint(*n), rng.randint(1, 8), rng.randint(1, 3)
            raw = s if isinstance(s, bytes) else s.encode()
            beside = side(s, 1 << log, r, p) if side else {}
            run = lambda pw: hashlib.scrypt(pw, salt=raw, n=1 << log, r=r, p=p, dklen=length, maxmem=1 << 30)
            return beside, lambda pw: text(log, r, p, s, run(pw))

        return row(slug, draw, **more)

    def scram(algo, rounds, salt, password):
        key = hashlib.pbkdf2_hmac(algo, password, salt, rounds)
        stored = hashlib.new(algo, hmac_of(algo, key, b"Client Key")).digest()
        return b64(stored), b64(hmac_of(algo, key, b"Server Key"))

    def postgres():
        salt, rounds = rng.randbytes(16), rng.randint(1, 300)
        return {}, lambda p: f"SCRAM-SHA-256${rounds}:{b64(salt)}$" + ":".join(scram("sha256", rounds, salt, p))

    def identity_v3():
        prf, algo = rng.choice([(0, "sha1"), (1, "sha256"), (2, "sha512")])
        salt, rounds = rng.randbytes(rng.randint(16, 24)), rng.randint(1, 300)
        head = b"\1" + struct.pack(">III", prf, rounds, len(salt)) + salt
        return {}, lambda p: b64(head + hashlib.pbkdf2_hmac(algo, p, salt, rounds, 32))

    def werkzeug_old():
        algo, salt = rng.choice(["md5", "sha1", "sha256", "sha512"]), salt_text().replace(" ", "x").replace(",", "x")
        return {}, lambda p: f"{algo}${salt}${hmac_of(algo, salt.encode(), p).hex()}"

    alnum = lambda: "".join(rng.choices(ALNUM, k=rng.randint(1, 24)))
    rows = [digest(algo.replace("_", "-"), algo) for algo in ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]]
    rows += [digest(f"sha3-{bits}", f"sha3_{bits}") for bits in [224, 256, 384, 512]]
    rows += [digest(f"sha512-{bits}", f"sha512_{bits}") for bits in [224, 256]]
    for algo in ["md5", "sha1", "sha256", "sha512"]:
        rows.append(salted(f"{algo}-salt-pass", lambda s, p, algo=algo: hexed(algo, s + p)))
        rows.append(salted(f"{algo}-pass-salt", lambda s, p, algo=algo: hexed(algo, p + s)))
    nested = lambda algo, data: hexed(algo, data).encode()
    rows += [
        salted("vbulletin", lambda s, p: hexed("md5", nested("md5", p) + s)),
        salted("mybb-ipb", lambda s, p: hexed("md5", nested("md5", s) + nested("md5", p))),
        salted("md5-salt-md5pass", lambda s, p: hexed("md5", s + nested("md5", p))),
        salted("sha1-salt-sha1pass", lambda s, p: hexed("sha1", s + nested("sha1", p))),
        salted("wcf1", lambda s, p: hexed("sha1", s + nested("sha1", s + nested("sha1", p)))),
        salted("xenforo1-sha1", lambda s, p: hexed("sha1", nested("sha1", p) + s)),
        salted("xenforo1-sha256", lambda s, p: hexed("sha256", nested("sha256", p) + s)),
        ldap("ldap-sha256", "{SHA256}", "sha256", False),
        ldap("ldap-sha384", "{SHA384}", "sha384", False),
        ldap("ldap-ssha384", "{SSHA384}", "sha384", True),
        row("postgres-scram-sha256", postgres, kind="ascii"),
        row("aspnet-identity-v3", identity_v3, tagged=False),
        row("werkzeug-hmac-old", werkzeug_old, tagged=False),
        row("mysql41", lambda: ({}, lambda p: "*" + hexed("sha1", hashlib.sha1(p).digest()).upper()), least=1),
        pbkdf2("werkzeug-pbkdf2", "sha256", lambda r, s, d: f"pbkdf2:sha256:{r}${s}${d.hex()}", (1, 300), salt=alnum),
        pbkdf2("mediawiki-pbkdf2", "sha512", lambda r, s, d: f":pbkdf2:sha512:{r}:64:{b64(s)}:{b64(d)}", (1, 300), 64),
        pbkdf2("phc-pbkdf2-node", "sha256", lambda r, s, d: f"$pbkdf2-sha256$i={r}${phc(s)}${phc(d)}", (1, 300)),
        pbkdf2("ory-pbkdf2", "sha512", lambda r, s, d: f"$pbkdf2-sha512$i={r},l=32${phc(s)}${phc(d)}", (1, 300), 32),
        pbkdf2("dovecot-pbkdf2", "sha1", lambda r, s, d: f"{{PBKDF2}}$1${s}${r}${d.hex()}", (1, 300), 20, alnum),
        pbkdf2("werkzeug-pbkdf2", "sha256", lambda r, s, d: f"pbkdf2:sha256:{r}${s}${d.hex()}", (5000, 40000), salt=alnum, slow=True),
        scrypt("scrypt-phc", lambda n, r, p, s, d: f"$scrypt$ln={n},r={r},p={p}${phc(s)}${phc(d)}", length=32),
        scrypt("scrypt-phc", lambda n, r, p, s, d: f"$scrypt$ln={n},r={r},p={p}${phc(s)}${phc(d)}", (10, 13), slow=True),
        scrypt("werkzeug-scrypt", lambda n, r, p, s, d: f"scrypt:{1 << n}:{r}:{p}${s}${d.hex()}", salt=alnum),
        scrypt("django-scrypt", lambda n, r, p, s, d: f"scrypt${1 << n}${s}${r}${p}${b64(d)}", salt=alnum),
        scrypt(
            "scrypt-params", lambda n, r, p, s, d: d.hex(), salt=alnum, tagged=False,
            side=lambda s, n, r, p: {"salt": s, "cost_cpu": n, "cost_memory": r, "cost_parallel": p, "length": 64},
        ),
    ]
    return rows


def passlib_rows(rng):
    try:
        warnings.simplefilter("ignore")
        import passlib.hash as handlers
        import passlib.utils.handlers as utils
    except ImportError:
        print("skipped: passlib is not installed")
        return []
    utils.rng = rng  # its salts follow the seed

    def row(slug, name, user=None, rounds=None, **more):
        handler = getattr(handlers, name)
        makers = [handler.using(rounds=rounds()) for _ in range(8)] if rounds else [handler]
        salted = "salt_size" in handler.setting_kwds

        def make(password):
            text, maker = password.decode(), rng.choice(makers)
            context, side = {}, {}
            if user:
                context["user"] = "".join(rng.choices(ALNUM, k=rng.randint(1, 16)))
                side = {"username": context["user"]}
            if salted and handler.max_salt_size != handler.min_salt_size:
                most = min(handler.max_salt_size or 32, 32)
                maker = maker.using(salt_size=rng.randint(max(handler.min_salt_size, 4), most))
            stored = maker.hash(text, **context)
            # SQL Server 2000 keeps a digest of the capitals too, and passlib asks that one alone: we ask both.
            exact = lambda other: slug != "mssql2000" or other == password
            return stored, side, lambda other: exact(other) and handler.verify(other.decode(), stored, **context)

        return Row(slug, make, **{"kind": "text", **more})

    few = lambda: rng.randint(1, 60)
    many = lambda: rng.randint(3000, 30000)
    rows = [
        row("apr1", "apr_md5_crypt"),
        row("phpass", "phpass", rounds=lambda: rng.randint(7, 8)),
        row("phpass", "phpass", rounds=lambda: rng.randint(9, 12), slow=True),
        row("ldap-md5", "ldap_md5"),
        row("ldap-sha", "ldap_sha1"),
        row("ldap-smd5", "ldap_salted_md5"),
        row("ldap-ssha", "ldap_salted_sha1"),
        row("ldap-ssha256", "ldap_salted_sha256"),
        row("ldap-ssha512", "ldap_salted_sha512"),
        row("django-md5", "django_salted_md5", tagged=False),
        row("django-sha1", "django_salted_sha1", tagged=False),
        row("django-crypt", "django_des_crypt", kind="ascii", most=8),
        row("passlib-pbkdf2-sha1", "pbkdf2_sha1", rounds=few),
        row("passlib-pbkdf2-sha256", "pbkdf2_sha256", rounds=few),
        row("passlib-pbkdf2-sha512", "pbkdf2_sha512", rounds=few),
        row("ldap-pbkdf2-sha1", "ldap_pbkdf2_sha1", rounds=few),
        row("ldap-pbkdf2-sha256", "ldap_pbkdf2_sha256", rounds=few),
        row("ldap-pbkdf2-sha512", "ldap_pbkdf2_sha512", rounds=few),
        row("django-pbkdf2-sha256", "django_pbkdf2_sha256", rounds=few),
        row("django-pbkdf2-sha1", "django_pbkdf2_sha1", rounds=few),
        row("django-pbkdf2-sha256", "django_pbkdf2_sha256", rounds=many, slow=True),
        row("cta-pbkdf2-sha1", "cta_pbkdf2_sha1", rounds=few),
        row("dlitz-pbkdf2-sha1", "dlitz_pbkdf2_sha1", rounds=few),
        row("grub-pbkdf2-sha512", "grub_pbkdf2_sha512", rounds=few),
        row("atlassian-pkcs5s2", "atlassian_pbkdf2_sha1", slow=True),
        row("fshp", "fshp", rounds=few),
        row("scram-mcf", "scram", rounds=few, kind="ascii", least=1),
        row("mssql2000", "mssql2000", kind="ascii"),
        row("mssql2005", "mssql2005"),
        row("oracle11", "oracle11"),
        row("mysql323", "mysql323", least=1, tagged=False),
        row("mysql41", "mysql41", least=1),
        row("postgres-md5", "postgres_md5", user=True),
        row("nthash", "nthash", tagged=False),
        row("bsd-nthash", "bsd_nthash"),
        row("lmhash", "lmhash", kind="ascii", most=14, tagged=False),
        row("msdcc", "msdcc", user=True, tagged=False),
        row("msdcc2", "msdcc2", user=True, slow=True, tagged=False),
        row("cisco-pix", "cisco_pix", most=16, tagged=False),
        row("cisco-type7", "cisco_type7", least=1, most=60, tagged=False),
        row("crypt16", "crypt16", kind="ascii", slow=True, tagged=False),
    ]
    try:
        import bcrypt  # noqa: F401

        cheap = {"rounds": lambda: 4, "slow": True}
        rows += [
            row("passlib-bcrypt-sha256", "bcrypt_sha256", **cheap),
            row("django-bcrypt-sha256", "django_bcrypt_sha256", **cheap),
            row("django-bcrypt", "django_bcrypt", most=72, **cheap),
        ]
    except ImportError:
        print("skipped: bcrypt is not installed")
    return rows


def argon2_rows(rng):
    try:
        from argon2.low_level import Type, hash_secret
    except ImportError:
        print("skipped: argon2-cffi is not installed")
        return []

    def row(slug, kind, memory, slow, prefix=""):
        def make(password):
            lanes = rng.randint(1, 3)
            drawn = (rng.randbytes(rng.randint(8, 24)), rng.randint(1, 3), rng.randint(*memory) * lanes, lanes, rng.randint(16, 48), kind)
            store = lambda p: prefix + hash_secret(p, *drawn).decode()
            stored = store(password)
            return stored, {}, lambda other: store(other) == stored

        return Row(slug, make, slow=slow)

    return [
        row("argon2id", Type.ID, (8, 40), False),
        row("argon2i", Type.I, (8, 40), False),
        row("argon2d", Type.D, (8, 40), False),
        row("argon2id", Type.ID, (2000, 8000), True),
        row("django-argon2", Type.ID, (8, 40), False, "argon2"),
    ]


def rows(rng):
    return libxcrypt_rows(rng) + hashlib_rows(rng) + passlib_rows(rng) + argon2_rows(rng)
