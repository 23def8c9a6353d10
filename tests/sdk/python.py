"""Drives the PyPI package `appwrite`, as it was published, against a started and empty `hashlift serve`.

It takes HASHLIFT_ENDPOINT, HASHLIFT_PROJECT and HASHLIFT_KEY from the environment; whatever version of the package
is installed is the one that is driven. cases.json holds what node.mjs checks as well.
"""
import json
import os
import pathlib
import re
import sys
from importlib.metadata import version

import bcrypt
import requests
from appwrite.client import Client
from appwrite.exception import AppwriteException
from appwrite.query import Query
from appwrite.services.account import Account
from appwrite.services.users import Users

ENDPOINT, PROJECT, KEY = (os.environ["HASHLIFT_" + name] for name in ("ENDPOINT", "PROJECT", "KEY"))
CASES = json.loads(pathlib.Path(__file__).with_name("cases.json").read_text())
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00")
RELEASE = version("appwrite")
# Whose servers had other errors for an address that is taken, and no targets, labels or tokens.
SEED_ERA = int(RELEASE.split(".")[0]) <= 2
MISSING = object()

passed, failed = 0, 0
called = set()
names = {"bcrypt": bcrypt.hashpw(b"appwrite", bcrypt.gensalt(5)).decode()}


def check(what, got, expected):
    """Counts one comparison."""
    global passed, failed
    if got == expected:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {what}\n    expected {short(expected)}\n    got      {short(got)}")


def short(value):
    text = "nothing" if value is MISSING else repr(value)
    return text if len(text) <= 600 else text[:600] + "…"


def holds(what, answer, expected):
    """Checks that the answer has these fields with these values; a callable says whether the value will do."""
    for field, value in expected.items():
        got = answer.get(field, MISSING)
        if callable(value):
            check(f"{what}: {field} is as described ({short(got)})", got is not MISSING and bool(value(got)), True)
        else:
            check(f"{what}: {field}", got, value)


def fill(value):
    """Puts ids and long texts in the place of `{name}` and `{character*times}`."""
    if isinstance(value, str):
        value = re.sub(r"\{(.)\*(\d+)\}", lambda m: m[1] * int(m[2]), value)
        return re.sub(r"\{(\w+)\}", lambda m: names.get(m[1], m[0]), value)
    if isinstance(value, list):
        return [fill(item) for item in value]
    if isinstance(value, dict):
        return {key: fill(item) for key, item in value.items()}
    return value


def snake(name):
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return name.lower()


def query(case):
    """Writes a query as the package itself does; None if the package does not know it."""
    if isinstance(case, str):
        return case
    if isinstance(case, dict):
        [(logic, parts)] = case.items()
        build = getattr(Query, logic + "_queries", None)
        return build and build([query(part) for part in parts])
    build = getattr(Query, snake(case[0]), None)
    return build and build(*case[1:])


def plain(answer):
    """The answer as JSON has it: the newer packages parse it into strict models."""
    if isinstance(answer, list):
        return [plain(item) for item in answer]
    if isinstance(answer, dict):
        return {key: plain(item) for key, item in answer.items()}
    if type(answer).__name__.startswith("Preferences"):
        return answer.data
    if hasattr(type(answer), "model_fields"):
        fields = type(answer).model_fields
        present = {fields[name].alias or name: getattr(answer, name) for name in answer.model_fields_set if name in fields}
        return plain({**present, **(answer.model_extra or {})})
    return answer


def client(project=PROJECT, key=KEY, session=None):
    made = Client().set_endpoint(ENDPOINT)
    if project is not None:
        made.set_project(project)
        made.add_header("X-Appwrite-Project", project)
    if key is not None:
        made.set_key(key)
    if session is not None:
        made.add_header("X-Appwrite-Session", session)
    return made


def users(method, **arguments):
    """Calls a method of the package's Users service."""
    called.add(snake(method))
    arguments = {snake(name): value for name, value in arguments.items()}
    if "queries" in arguments:
        arguments["queries"] = [query(case) for case in arguments["queries"]]
    return plain(getattr(Users(client()), snake(method))(**arguments))


def has(method):
    return hasattr(Users, snake(method))


def fails(why, act, status, type=None, message=None, begins=None):
    """Checks that a call is answered with this error."""
    try:
        answer = act()
    except AppwriteException as error:
        check(f"{why}: status", error.code, status)
        if type is not None:
            check(f"{why}: type", error.type, type)
        if message is not None:
            check(f"{why}: message", error.message, message)
        if begins is not None:
            check(f"{why}: beginning of the message", error.message[: len(begins)], begins)
    except Exception as error:
        check(f"{why}: an error of the server", f"{error.__class__.__name__}: {error}", f"status {status}, type {type}")
    else:
        check(f"{why}: an error", answer, f"status {status}, type {type}")


def login(email, password, **how):
    """Logs in as a browser would: without a key."""
    how = {"key": None, **how}
    account = Account(client(**how))
    if hasattr(account, "create_email_password_session"):
        return plain(account.create_email_password_session(email=email, password=password))
    body = {"email": email, "password": password}
    return account.client.call("post", "/account/sessions/email", {"content-type": "application/json"}, body)


def ids(answer):
    return [user["$id"] for user in answer["users"]]


def creates_people():
    check("an empty server", users("list"), {"total": 0, "users": []})
    for person in CASES["people"]:
        args = person["args"]
        user = users("create", **args)
        names[person["key"]] = user["$id"]
        what = "create " + person["key"]
        check(what + ": all fields", [f for f in CASES["userFields"] if f not in user], [])
        unset = args.get("password") is None
        holds(what, user, {
            "$id": lambda id: id == args["userId"] or (args["userId"] == "unique()" and len(id) == 20),
            "email": args.get("email", "").lower(),
            "phone": args.get("phone", ""),
            "name": args.get("name", ""),
            "status": True, "emailVerification": False, "phoneVerification": False,
            "labels": [], "prefs": {}, "mfa": False, "accessedAt": "", "hash": "argon2",
            "registration": DATE.fullmatch, "$createdAt": DATE.fullmatch, "$updatedAt": DATE.fullmatch,
            "password": (lambda text: text is None) if unset else (lambda text: text.startswith("$argon2id$v=19$")),
            "passwordUpdate": "" if unset else DATE.fullmatch,
            "targets": lambda list: [t["providerType"] for t in list]
            == ["email"] * ("email" in args) + ["sms"] * ("phone" in args),
        })
        check(what + ": get", users("get", userId=user["$id"]), user)
        check(what + ": preferences", users("getPrefs", userId=user["$id"]), {})


def lists():
    for case in CASES["lists"]:
        case = fill(case)
        if None in [query(one) for one in case["queries"]]:
            continue
        what = f"list {case['queries']} {case.get('search', '')}"
        search = {"search": case["search"]} if "search" in case else {}
        try:
            answer = users("list", queries=case["queries"], **search)
        except AppwriteException as error:
            check(what, f"{error.code} {error.message}", case["ids"])
            continue
        if case["ids"] is not None:
            check(what, ids(answer), case["ids"])
        check(what + ": total", answer["total"], case["total"])
    messi = users("get", userId=names["messi"])
    for field in ("registration", "passwordUpdate", "$createdAt"):
        answer = users("list", queries=[["equal", field, [messi[field]]]])
        check(f"the one user of this {field}", (ids(answer), answer["total"]), ([messi["$id"]], 1))
    if not SEED_ERA:
        answer = users("list", total=False)
        check("a list that is not counted", (answer["total"], len(answer["users"])), (0, len(CASES["people"])))
        for order in ("orderAsc", "orderDesc"):
            answer = users("list", queries=[[order, "accessedAt"]])
            check(f"{order} of accessedAt", len(answer["users"]), len(CASES["people"]))


def imports():
    for number, case in enumerate(fill(CASES["imports"])):
        id, email = f"import{number}", f"import{number}@example.org"
        what = f"{case['method']} {number}"
        user = users(case["method"], userId=id, email=email, name="Imported", **case["args"])
        holds(what, user, {
            "$id": id, "email": email, "name": "Imported", "hash": case["hash"], "password": case["args"]["password"],
            "hashOptions": lambda options: case["options"].items() <= options.items(), "passwordUpdate": DATE.fullmatch,
        })
        fails(what + ", a wrong password", lambda: login(email, "Appwrite"), 401, "user_invalid_credentials")
        check(what + ", untouched by a wrong password", users("get", userId=id)["password"], user["password"])
        holds(what + ", login", login(email, "appwrite"), {"userId": id, "provider": "email", "providerUid": email})
        after = users("get", userId=id)
        holds(what + ", upgraded", after, {
            "hash": "argon2", "password": lambda text: text.startswith("$argon2id$v=19$"),
            "passwordUpdate": user["passwordUpdate"], "email": email,
        })
        holds(what + ", login again", login(email, "appwrite"), {"userId": id})
        check(what + ", at rest", users("get", userId=id)["password"], after["password"])
    answer = users("list", search="Imported", queries=[["limit", 3]])
    check("imported users are found", (answer["total"], len(answer["users"])), (len(CASES["imports"]), 3))


def updates():
    id = "changing"
    users("create", userId=id, email="before@example.net", phone="+16175550120", password="password", name="Formerly Named")
    one = lambda search: ids(users("list", search=search))
    check("a new name", users("updateName", userId=id, name="Utterly Renamed")["name"], "Utterly Renamed")
    check("found by the new name", one("Utterly Renamed"), [id])
    check("not found by the old name", one('"Formerly Named"'), [])
    user = users("updateEmailVerification", userId=id, emailVerification=True)
    check("email verified", user["emailVerification"], True)
    answer = users("list", queries=[["equal", "emailVerification", [True]]])
    check("listed as verified", ids(answer), [id])
    user = users("updateEmail", userId=id, email="Users.Service@Updated.com")
    holds("a new email", user, {
        "email": "users.service@updated.com", "emailVerification": False, "name": "Utterly Renamed",
        "targets": lambda list: sorted(t["identifier"] for t in list) == ["+16175550120", "users.service@updated.com"],
    })
    check("found by the new email", one('"users.service@updated.com"'), [id])
    check("not found by the old email", one('"before@example.net"'), [])
    check("the same email again", users("updateEmail", userId=id, email="users.service@updated.com")["$id"], id)
    user = users("updatePhoneVerification", userId=id, phoneVerification=True)
    check("phone verified", user["phoneVerification"], True)
    holds("a new phone number", users("updatePhone", userId=id, number="+910000000000"),
          {"phone": "+910000000000", "phoneVerification": False})
    check("found by the new phone number", one("+910000000000"), [id])
    holds("status off", users("updateStatus", userId=id, status=False), {"status": False})
    check("listed as blocked", ids(users("list", queries=[["equal", "status", [False]]])), [id])
    check("status is kept", users("get", userId=id)["status"], False)
    fails("a blocked user's login", lambda: login("users.service@updated.com", "password"), 403, "user_blocked",
          "The current user has been blocked.")
    fails("a blocked user's wrong password", lambda: login("users.service@updated.com", "passw0rd"), 401,
          "user_invalid_credentials")
    check("status on", users("updateStatus", userId=id, status=True)["status"], True)
    check("login, in capitals", login("USERS.service@updated.com", "password")["userId"], id)
    before = users("get", userId=id)
    user = users("updatePassword", userId=id, password="new password")
    holds("a new password", user, {"hash": "argon2", "password": lambda text: text != before["password"],
                                   "passwordUpdate": lambda time: time > before["passwordUpdate"]})
    fails("the old password", lambda: login(user["email"], "password"), 401, "user_invalid_credentials")
    check("the new password", login(user["email"], "new password")["userId"], id)
    prefs = {"theme": "dark", "nested": {"list": [1, 2.5, None, True], "empty": {}}, "läßt": "ünïcödé / \u2028"}
    check("preferences answered", users("updatePrefs", userId=id, prefs=prefs), prefs)
    check("preferences kept", users("getPrefs", userId=id), prefs)
    check("preferences of the user", users("get", userId=id)["prefs"], prefs)
    check("preferences replaced", users("updatePrefs", userId=id, prefs={"a": 1}), {"a": 1})
    check("no preferences", users("updatePrefs", userId=id, prefs={}), {})
    fails("preferences as a string", lambda: users("updatePrefs", userId=id, prefs="bad"), 400,
          "general_argument_invalid")
    check("preferences after an error", users("getPrefs", userId=id), {})
    check("no name", users("updateName", userId=id, name="")["name"], "")
    check("no password", users("updatePassword", userId=id, password="")["password"], "")
    fails("login without a password", lambda: login(user["email"], "new password"), 401, "user_invalid_credentials")
    check("a password again", users("updatePassword", userId=id, password="password")["hash"], "argon2")
    check("login again", login(user["email"], "password")["userId"], id)
    for other in (id, "other6"):
        holds("no phone number", users("updatePhone", userId=other, number=""),
              {"phone": "", "targets": lambda list: all(t["providerType"] != "sms" for t in list)})
    for other in (id, "other4"):
        check("no email", users("updateEmail", userId=other, email="")["email"], "")
    users("updatePhone", userId="other6", number="+16175550106")


def sessions():
    email = "other1@example.net"
    check("no sessions", users("listSessions", userId="other1"), {"total": 0, "sessions": []})
    opened = login(email, "correct horse")
    check("a session: all fields", [f for f in CASES["sessionFields"] if f not in opened], [])
    holds("a session", opened, {
        "userId": "other1", "provider": "email", "providerUid": email, "factors": ["password"], "countryCode": "--",
        "current": lambda flag: flag in (True, False), "expire": DATE.fullmatch,
    })
    second = login(email, "correct horse")
    answer = users("listSessions", userId="other1")
    check("two sessions in order", [s["$id"] for s in answer["sessions"]], [opened["$id"], second["$id"]])
    check("two sessions", answer["total"], 2)
    check("a listed session is not the current one", answer["sessions"][0]["current"], False)
    fails("another user's session", lambda: users("deleteSession", userId="other2", sessionId=opened["$id"]), 404,
          "user_session_not_found", "The current user session could not be found.")
    check("still two", users("listSessions", userId="other1")["total"], 2)
    users("deleteSession", userId="other1", sessionId=opened["$id"])
    check("one left", users("listSessions", userId="other1")["total"], 1)
    users("deleteSessions", userId="other1")
    check("none left", users("listSessions", userId="other1"), {"total": 0, "sessions": []})
    users("deleteSessions", userId="other1")
    for _ in range(12):
        login(email, "correct horse")
    check("ten sessions at most", users("listSessions", userId="other1")["total"], 10)
    users("deleteSessions", userId="other1")
    check("login with a key shows the secret", bool(login(email, "correct horse", key=KEY).get("secret")), True)
    if has("createSession"):
        made = users("createSession", userId="other1")
        holds("a session by the server", made, {"provider": "server", "factors": ["server"], "secret": bool})
        account = Account(client(key=None, session=made["secret"]))
        check("its user", plain(account.get())["$id"], "other1")
        users("updateStatus", userId="other1", status=False)
        fails("its blocked user", account.get, 403, "user_blocked")
        users("updateStatus", userId="other1", status=True)
        check("its user once more", plain(account.get())["$id"], "other1")
        account.delete_session(session_id="current")
        fails("its session ended by itself", account.get, 401)
        check("gone from the list, where the login with a key stays", users("listSessions", userId="other1")["total"], 1)
        made = users("createSession", userId="other1")
        account = Account(client(key=None, session=made["secret"]))
        check("another session of its user", plain(account.get())["$id"], "other1")
        users("deleteSession", userId="other1", sessionId=made["$id"])
        fails("its session ended by the server", account.get, 401)
    users("deleteSessions", userId="other1")


def logs_and_memberships():
    if has("listLogs"):
        users("updateName", userId="other1", name="Other Once")
        users("updateName", userId="other1", name="Other One")
        answer = users("listLogs", userId="other1")
        check("logs", (isinstance(answer["total"], (int, float)), isinstance(answer["logs"], list)), (True, True))
        answer = users("listLogs", userId="other1", queries=[["limit", 1]])
        check("one log", len(answer["logs"]), 1)
        holds("a log", answer["logs"][0], {"event": "user.update", "mode": "default", "time": DATE.fullmatch, "ip": bool})
        check("a later log", len(users("listLogs", userId="other1", queries=[["offset", 1], ["limit", 1]])["logs"]), 1)
    check("memberships", users("listMemberships", userId="other1"), {"total": 0, "memberships": []})


def beyond():
    """What the packages of the seed era do not have."""
    if not has("updateLabels"):
        return
    holds("labels", users("updateLabels", userId="other1", labels=["vip", "admin", "vip"]), {"labels": ["vip", "admin"]})
    check("found by a label", ids(users("list", queries=[["contains", "labels", ["vip"]]])), ["other1"])
    check("found by either label", ids(users("list", queries=[["containsAny", "labels", ["x", "admin"]]])), ["other1"])
    check("no labels", users("updateLabels", userId="other1", labels=[])["labels"], [])
    for method in ("updateMfa", "updateMFA"):
        if has(method):
            check("a second factor on", users(method, userId="other1", mfa=True)["mfa"], True)
            check("a second factor off", users(method, userId="other1", mfa=False)["mfa"], False)
    holds("a token", users("createToken", userId="other1"),
          {"userId": "other1", "secret": lambda text: len(text) == 6, "expire": DATE.fullmatch, "phrase": ""})
    holds("a token of 15", users("createToken", userId="other1", length=15, expire=60), {"secret": lambda text: len(text) == 15})
    check("identities", users("listIdentities"), {"total": 0, "identities": []})
    fails("identities by a search", lambda: users("listIdentities", search="x"), 400, "general_query_invalid")
    first = users("listTargets", userId="other1")
    check("the target of the email", [t["identifier"] for t in first["targets"]], ["other1@example.net"])
    made = users("createTarget", userId="other1", targetId="target1", providerType="email", identifier="second@example.net", name="Second")
    holds("a target", made, {"$id": "target1", "userId": "other1", "providerType": "email", "name": "Second",
                             "identifier": "second@example.net", "expired": False})
    check("get a target", users("getTarget", userId="other1", targetId="target1"), made)
    fails("the same target", lambda: users("createTarget", userId="other2", targetId="target2", providerType="email",
          identifier="second@example.net"), 409, "user_target_already_exists", "A target with the same ID already exists.")
    fails("another user's target", lambda: users("getTarget", userId="other2", targetId="target1"), 404, "user_target_not_found")
    made = users("updateTarget", userId="other1", targetId="target1", identifier="third@example.net", name="Third")
    holds("a changed target", made, {"identifier": "third@example.net", "name": "Third"})
    check("two targets", users("listTargets", userId="other1")["total"], 2)
    users("deleteTarget", userId="other1", targetId="target1")
    check("one target", users("listTargets", userId="other1"), first)


def errors():
    for case in CASES["errors"]:
        expected = {key: case[key] for key in ("status", "type", "message", "begins") if key in case}
        if "taken" in case:
            expected = taken(case["taken"])
        if "method" in case:
            if not has(case["method"]) or None in [query(q) for q in case["args"].get("queries", [])]:
                continue
            fails(case["why"], lambda: users(case["method"], **fill(case["args"])), **expected)
        else:
            method, path = case["call"]
            caller = client(**case.get("client", {}))
            headers = {} if method == "get" else {"content-type": "application/json"}
            fails(case["why"], lambda: caller.call(method, path, headers, fill(case.get("params", {}))), **expected)


def taken(what):
    """The one error whose type the eras do not share."""
    if not SEED_ERA:
        return {"status": 409, "type": "user_target_already_exists", "message": "A target with the same ID already exists."}
    noun = {"email": "email", "phone": "phone number"}[what]
    return {"status": 409, "type": f"user_{what}_already_exists",
            "message": f"A user with the same {noun} already exists in the current project."}


def on_the_wire():
    """What the package hides."""
    headers = {"X-Appwrite-Project": PROJECT, "X-Appwrite-Key": KEY}
    made = requests.post(ENDPOINT + "/users", json={"userId": "wire"}, headers=headers)
    check("201", made.status_code, 201)
    check("the type of JSON", made.headers["Content-Type"], "application/json; charset=UTF-8")
    check("compact JSON", (f'"$id":"wire"' in made.text, '"prefs":{}' in made.text), (True, True))
    error = requests.get(ENDPOINT + "/users/nobody", headers=headers)
    check("the fields of an error", sorted(error.json()), ["code", "message", "type", "version"])
    check("the code of an error", error.json()["code"], 404)
    check("an error is not cached", error.headers.get("Cache-Control"), "no-cache, no-store, must-revalidate")
    form = requests.patch(ENDPOINT + "/users/wire/name", data={"name": "By form"}, headers=headers)
    check("a form", form.json()["name"], "By form")
    parts = requests.patch(ENDPOINT + "/users/wire/name", files={"name": (None, "By parts")}, headers=headers)
    check("a form in parts", parts.json()["name"], "By parts")
    broken = requests.post(ENDPOINT + "/users", data="{", headers={**headers, "content-type": "application/json"})
    check("malformed JSON", (broken.status_code, broken.json()["message"]), (400, 'Param "userId" is not optional.'))
    check("HEAD", requests.head(ENDPOINT + "/users/wire", headers=headers).status_code, 200)
    check("OPTIONS", requests.options(ENDPOINT + "/users/wire", headers={"Origin": "http://localhost"}).status_code, 204)
    check("empty segments", requests.get(ENDPOINT + "//users//wire", headers=headers).status_code, 200)
    gone = requests.delete(ENDPOINT + "/users/wire", json={}, headers=headers)
    check("204", (gone.status_code, gone.content, bool(gone.headers.get("Content-Type"))), (204, b"", True))


def deletes():
    users("updatePrefs", userId="other1", prefs={"a": 1})
    users("delete", userId="other1")
    fails("a deleted user", lambda: users("get", userId="other1"), 404, "user_not_found",
          "User with the requested ID could not be found.")
    check("not listed", "other1" in ids(users("list")), False)
    holds("made again", users("create", userId="other1", email="other1@example.net"), {"prefs": {}, "password": None})
    check("without sessions", users("listSessions", userId="other1")["total"], 0)


def complete():
    """Every method of the package's Users service has been called, or is known not to be served."""
    known = called | {snake(name) for name in CASES["notServed"]}
    methods = [name for name in vars(Users) if not name.startswith("_")]
    check("methods that were not called", [name for name in methods if name not in known], [])


print(f"PyPI appwrite {RELEASE}")
for part in (creates_people, lists, imports, updates, sessions, logs_and_memberships, beyond, errors, on_the_wire, deletes, complete):
    try:
        part()
    except Exception as error:
        failed += 1
        at = error.__traceback__
        while at.tb_next and at.tb_next.tb_frame.f_code.co_filename == __file__:
            at = at.tb_next
        print(f"FAILED {part.__name__} ended early at line {at.tb_lineno}: {type(error).__name__}: {short(str(error))}")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
