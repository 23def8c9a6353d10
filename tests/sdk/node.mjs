// Drives the npm package `node-appwrite`, as it was published, against a started and empty `hashlift serve`.
//
// Its one argument is the folder in which the package is installed, in whatever version. It takes HASHLIFT_ENDPOINT,
// HASHLIFT_PROJECT and HASHLIFT_KEY from the environment. cases.json holds what python.py checks as well.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import path from "node:path";

const installed = createRequire(path.resolve(process.argv[2], "any.js"));
const { Client, Users, Account, Query, AppwriteException } = installed("node-appwrite");
const RELEASE = JSON.parse(readFileSync(path.join(process.argv[2], "node_modules/node-appwrite/package.json"))).version;
// Whose servers had other errors for an address that is taken, and no targets, labels or tokens.
const SEED_ERA = Number(RELEASE.split(".")[0]) <= 9;
const CASES = JSON.parse(readFileSync(new URL("cases.json", import.meta.url)));
const { HASHLIFT_ENDPOINT: ENDPOINT, HASHLIFT_PROJECT: PROJECT, HASHLIFT_KEY: KEY } = process.env;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/;
const date = (value) => DATE.test(value);

let passed = 0;
let failed = 0;
const called = new Set();
const names = { bcrypt: installed("bcryptjs").hashSync("appwrite", 5) };

/** Counts one comparison. */
function check(what, got, expected) {
  if (isDeepStrictEqual(got, expected)) {
    passed += 1;
  } else {
    failed += 1;
    console.log(`FAILED ${what}\n    expected ${short(expected)}\n    got      ${short(got)}`);
  }
}

function short(value) {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length <= 600 ? text : text.slice(0, 600) + "…";
}

/** Checks that the answer has these fields with these values; a function says whether the value will do. */
function holds(what, answer, expected) {
  for (const [field, value] of Object.entries(expected)) {
    const got = answer[field];
    if (typeof value === "function") {
      check(`${what}: ${field} is as described (${short(got)})`, got !== undefined && Boolean(value(got)), true);
    } else {
      check(`${what}: ${field}`, got, value);
    }
  }
}

/** Puts ids and long texts in the place of `{name}` and `{character*times}`. */
function fill(value) {
  if (typeof value === "string") {
    return value
      .replace(/\{(.)\*(\d+)\}/g, (_, character, times) => character.repeat(Number(times)))
      .replace(/\{(\w+)\}/g, (whole, name) => names[name] ?? whole);
  }
  if (Array.isArray(value)) return value.map(fill);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)]));
  }
  return value;
}

/** Writes a query as the package itself does; undefined if the package does not know it. */
function query(one) {
  if (typeof one === "string") return one;
  if (Array.isArray(one)) return Query[one[0]]?.(...one.slice(1));
  const [[logic, parts]] = Object.entries(one);
  return Query[logic]?.(parts.map(query));
}

const known = (queries) => (queries ?? []).every((one) => query(one) !== undefined);

/** The answer as plain JSON: the newer package parses it into objects of its own kind. */
const plain = (answer) => JSON.parse(JSON.stringify(answer ?? null));

function client({ project = PROJECT, key = KEY, session } = {}) {
  const made = new Client().setEndpoint(ENDPOINT);
  if (project !== null) {
    made.setProject(project);
    // The newer package sends the project with each method, and its bare `call` without.
    if (made.headers) made.headers["X-Appwrite-Project"] = project;
  }
  if (key !== null) made.setKey(key);
  if (session) (made.headers ?? {})["X-Appwrite-Session"] = session;
  return made;
}

/** A request by the package, without a method of its services. */
function call(caller, method, route, params = {}) {
  const headers = method === "get" ? {} : { "content-type": "application/json" };
  return caller.call(method, SEED_ERA ? route : new URL(ENDPOINT + route), headers, params);
}

/** Calls a method of a service: by position in the old package, by name in the new one. */
async function invoke(service, method, args) {
  if (!SEED_ERA) return plain(await service[method](args));
  const [, parameters] = service[method].toString().match(/^async \w+\((.*?)\)/);
  return plain(await service[method](...parameters.split(",").map((name) => args[name.trim()])));
}

/** Calls a method of the package's Users service. */
function users(method, args = {}) {
  called.add(method);
  const queries = args.queries && { queries: args.queries.map(query) };
  return invoke(new Users(client()), method, { ...args, ...queries });
}

const has = (method) => typeof Users.prototype[method] === "function";

/** Checks that a call is answered with this error. */
async function fails(why, act, { status, type, message, begins }) {
  let answer;
  try {
    answer = await act();
  } catch (error) {
    if (!(error instanceof AppwriteException)) {
      check(`${why}: an error of the server`, String(error), `status ${status}, type ${type}`);
      return;
    }
    check(`${why}: status`, error.code, status);
    if (type !== undefined) check(`${why}: type`, error.type, type);
    if (message !== undefined) check(`${why}: message`, error.message, message);
    if (begins !== undefined) check(`${why}: beginning of the message`, error.message.slice(0, begins.length), begins);
    return;
  }
  check(`${why}: an error`, plain(answer), `status ${status}, type ${type}`);
}

const WRONG = { status: 401, type: "user_invalid_credentials" };

/** Logs in as a browser would: without a key. */
async function login(email, password, how = {}) {
  const caller = client({ key: null, ...how });
  const account = new Account(caller);
  if (account.createEmailPasswordSession) return plain(await account.createEmailPasswordSession({ email, password }));
  return plain(await call(caller, "post", "/account/sessions/email", { email, password }));
}

const ids = (answer) => answer.users.map((user) => user.$id);
const found = async (search) => ids(await users("list", { search }));

async function createsPeople() {
  check("an empty server", await users("list"), { total: 0, users: [] });
  for (const { key, args } of CASES.people) {
    const user = await users("create", args);
    names[key] = user.$id;
    const what = `create ${key}`;
    check(`${what}: all fields`, CASES.userFields.filter((field) => !(field in user)), []);
    const providers = [...(args.email ? ["email"] : []), ...(args.phone ? ["sms"] : [])];
    holds(what, user, {
      $id: (id) => id === args.userId || (args.userId === "unique()" && id.length === 20),
      email: (args.email ?? "").toLowerCase(),
      phone: args.phone ?? "",
      name: args.name ?? "",
      status: true, emailVerification: false, phoneVerification: false,
      labels: [], prefs: {}, mfa: false, accessedAt: "", hash: "argon2",
      registration: date, $createdAt: date, $updatedAt: date,
      password: args.password ? (text) => text.startsWith("$argon2id$v=19$") : null,
      passwordUpdate: args.password ? date : "",
      targets: (list) => isDeepStrictEqual(list.map((target) => target.providerType), providers),
    });
    check(`${what}: get`, await users("get", { userId: user.$id }), user);
    check(`${what}: preferences`, await users("getPrefs", { userId: user.$id }), {});
  }
}

async function lists() {
  for (const { queries, search, ids: expected, total } of fill(CASES.lists)) {
    if (!known(queries)) continue;
    const what = `list ${JSON.stringify(queries)} ${search ?? ""}`;
    let answer;
    try {
      answer = await users("list", { queries, search });
    } catch (error) {
      check(what, `${error.code} ${error.message}`, expected);
      continue;
    }
    if (expected !== null) check(what, ids(answer), expected);
    check(`${what}: total`, answer.total, total);
  }
  const messi = await users("get", { userId: names.messi });
  for (const field of ["registration", "passwordUpdate", "$createdAt"]) {
    const answer = await users("list", { queries: [["equal", field, [messi[field]]]] });
    check(`the one user of this ${field}`, [ids(answer), answer.total], [[messi.$id], 1]);
  }
  if (SEED_ERA) return;
  const uncounted = await users("list", { total: false });
  check("a list that is not counted", [uncounted.total, uncounted.users.length], [0, CASES.people.length]);
  for (const order of ["orderAsc", "orderDesc"]) {
    const answer = await users("list", { queries: [[order, "accessedAt"]] });
    check(`${order} of accessedAt`, answer.users.length, CASES.people.length);
  }
}

async function imports() {
  for (const [number, { method, args, hash, options }] of fill(CASES.imports).entries()) {
    const [userId, email, what] = [`import${number}`, `import${number}@example.org`, `${method} ${number}`];
    const user = await users(method, { userId, email, name: "Imported", ...args });
    holds(what, user, {
      $id: userId, email, name: "Imported", hash, password: args.password, passwordUpdate: date,
      hashOptions: (got) => isDeepStrictEqual({ ...got, ...options }, got),
    });
    await fails(`${what}, a wrong password`, () => login(email, "Appwrite"), WRONG);
    check(`${what}, untouched by a wrong password`, (await users("get", { userId })).password, user.password);
    holds(`${what}, login`, await login(email, "appwrite"), { userId, provider: "email", providerUid: email });
    const after = await users("get", { userId });
    holds(`${what}, upgraded`, after, {
      hash: "argon2", password: (text) => text.startsWith("$argon2id$v=19$"),
      passwordUpdate: user.passwordUpdate, email,
    });
    holds(`${what}, login again`, await login(email, "appwrite"), { userId });
    check(`${what}, at rest`, (await users("get", { userId })).password, after.password);
  }
  const answer = await users("list", { search: "Imported", queries: [["limit", 3]] });
  check("imported users are found", [answer.total, answer.users.length], [CASES.imports.length, 3]);
}

async function updates() {
  const userId = "changing";
  const set = (method, args) => users(method, { userId, ...args });
  await set("create", { email: "before@example.net", phone: "+16175550120", password: "password", name: "Formerly Named" });
  check("a new name", (await set("updateName", { name: "Utterly Renamed" })).name, "Utterly Renamed");
  check("found by the new name", await found("Utterly Renamed"), [userId]);
  check("not found by the old name", await found('"Formerly Named"'), []);
  check("email verified", (await set("updateEmailVerification", { emailVerification: true })).emailVerification, true);
  check("listed as verified", ids(await users("list", { queries: [["equal", "emailVerification", [true]]] })), [userId]);
  holds("a new email", await set("updateEmail", { email: "Users.Service@Updated.com" }), {
    email: "users.service@updated.com", emailVerification: false, name: "Utterly Renamed",
    targets: (list) =>
      isDeepStrictEqual(list.map((target) => target.identifier).sort(), ["+16175550120", "users.service@updated.com"]),
  });
  check("found by the new email", await found('"users.service@updated.com"'), [userId]);
  check("not found by the old email", await found('"before@example.net"'), []);
  check("the same email again", (await set("updateEmail", { email: "users.service@updated.com" })).$id, userId);
  check("phone verified", (await set("updatePhoneVerification", { phoneVerification: true })).phoneVerification, true);
  holds("a new phone number", await set("updatePhone", { number: "+910000000000" }), {
    phone: "+910000000000", phoneVerification: false,
  });
  check("found by the new phone number", await found("+910000000000"), [userId]);
  check("status off", (await set("updateStatus", { status: false })).status, false);
  check("listed as blocked", ids(await users("list", { queries: [["equal", "status", [false]]] })), [userId]);
  check("status is kept", (await set("get")).status, false);
  const email = "users.service@updated.com";
  await fails("a blocked user's login", () => login(email, "password"), {
    status: 403, type: "user_blocked", message: "The current user has been blocked.",
  });
  await fails("a blocked user's wrong password", () => login(email, "passw0rd"), WRONG);
  check("status on", (await set("updateStatus", { status: true })).status, true);
  check("login, in capitals", (await login("USERS.service@updated.com", "password")).userId, userId);
  const before = await set("get");
  holds("a new password", await set("updatePassword", { password: "new password" }), {
    hash: "argon2", password: (text) => text !== before.password, passwordUpdate: (time) => time > before.passwordUpdate,
  });
  await fails("the old password", () => login(email, "password"), WRONG);
  check("the new password", (await login(email, "new password")).userId, userId);
  const prefs = { theme: "dark", nested: { list: [1, 2.5, null, true], empty: {} }, "läßt": "ünïcödé / \u2028" };
  check("preferences answered", await set("updatePrefs", { prefs }), prefs);
  check("preferences kept", await set("getPrefs"), prefs);
  check("preferences of the user", (await set("get")).prefs, prefs);
  check("preferences replaced", await set("updatePrefs", { prefs: { a: 1 } }), { a: 1 });
  check("no preferences", await set("updatePrefs", { prefs: {} }), {});
  await fails("preferences as a string", () => set("updatePrefs", { prefs: "bad" }), {
    status: 400, type: "general_argument_invalid",
  });
  check("preferences after an error", await set("getPrefs"), {});
  check("no name", (await set("updateName", { name: "" })).name, "");
  check("no password", (await set("updatePassword", { password: "" })).password, "");
  await fails("login without a password", () => login(email, "new password"), WRONG);
  check("a password again", (await set("updatePassword", { password: "password" })).hash, "argon2");
  check("login again", (await login(email, "password")).userId, userId);
  for (const other of [userId, "other6"]) {
    holds("no phone number", await users("updatePhone", { userId: other, number: "" }), {
      phone: "", targets: (list) => list.every((target) => target.providerType !== "sms"),
    });
  }
  for (const other of [userId, "other4"]) {
    check("no email", (await users("updateEmail", { userId: other, email: "" })).email, "");
  }
  await users("updatePhone", { userId: "other6", number: "+16175550106" });
}

async function sessions() {
  const userId = "other1";
  const enter = (how) => login("other1@example.net", "correct horse", how);
  const list = () => users("listSessions", { userId });
  check("no sessions", await list(), { total: 0, sessions: [] });
  const opened = await enter();
  check("a session: all fields", CASES.sessionFields.filter((field) => !(field in opened)), []);
  holds("a session", opened, {
    userId, provider: "email", providerUid: "other1@example.net", factors: ["password"], countryCode: "--",
    current: (flag) => typeof flag === "boolean", expire: date,
  });
  const second = await enter();
  const answer = await list();
  check("two sessions in order", answer.sessions.map((session) => session.$id), [opened.$id, second.$id]);
  check("two sessions", answer.total, 2);
  check("a listed session is not the current one", answer.sessions[0].current, false);
  await fails("another user's session", () => users("deleteSession", { userId: "other2", sessionId: opened.$id }), {
    status: 404, type: "user_session_not_found", message: "The current user session could not be found.",
  });
  check("still two", (await list()).total, 2);
  await users("deleteSession", { userId, sessionId: opened.$id });
  check("one left", (await list()).total, 1);
  await users("deleteSessions", { userId });
  check("none left", await list(), { total: 0, sessions: [] });
  await users("deleteSessions", { userId });
  for (let times = 0; times < 12; times += 1) await enter();
  check("ten sessions at most", (await list()).total, 10);
  await users("deleteSessions", { userId });
  check("login with a key shows the secret", Boolean((await enter({ key: KEY })).secret), true);
  if (has("createSession")) {
    const made = await users("createSession", { userId });
    holds("a session by the server", made, { provider: "server", factors: ["server"], secret: Boolean });
    const account = new Account(client({ key: null, session: made.secret }));
    check("its user", (await account.get()).$id, userId);
    await users("updateStatus", { userId, status: false });
    await fails("its blocked user", () => account.get(), { status: 403, type: "user_blocked" });
    await users("updateStatus", { userId, status: true });
    check("its user once more", (await account.get()).$id, userId);
    await account.deleteSession({ sessionId: "current" });
    await fails("its session ended by itself", () => account.get(), { status: 401 });
    check("gone from the list, where the login with a key stays", (await list()).total, 1);
    const other = await users("createSession", { userId });
    const again = new Account(client({ key: null, session: other.secret }));
    check("another session of its user", (await again.get()).$id, userId);
    await users("deleteSession", { userId, sessionId: other.$id });
    await fails("its session ended by the server", () => again.get(), { status: 401 });
  }
  await users("deleteSessions", { userId });
}

async function logsAndMemberships() {
  const userId = "other1";
  if (has("listLogs")) {
    const logs = (queries) => users("listLogs", { userId, queries });
    await users("updateName", { userId, name: "Other Once" });
    await users("updateName", { userId, name: "Other One" });
    const answer = await logs();
    check("logs", [Number.isInteger(answer.total), Array.isArray(answer.logs)], [true, true]);
    const one = await logs([["limit", 1]]);
    check("one log", one.logs.length, 1);
    holds("a log", one.logs[0], { event: "user.update", mode: "default", time: date, ip: Boolean });
    check("a later log", (await logs([["offset", 1], ["limit", 1]])).logs.length, 1);
  }
  check("memberships", await users("listMemberships", { userId }), { total: 0, memberships: [] });
}

/** What the packages of the seed era do not have. */
async function beyond() {
  if (!has("updateLabels")) return;
  const userId = "other1";
  const labelled = async (queries) => ids(await users("list", { queries }));
  const target = (method, args) => users(method, { userId, targetId: "target1", ...args });
  check("labels", (await users("updateLabels", { userId, labels: ["vip", "admin", "vip"] })).labels, ["vip", "admin"]);
  check("found by a label", await labelled([["contains", "labels", ["vip"]]]), [userId]);
  check("found by either label", await labelled([["containsAny", "labels", ["x", "admin"]]]), [userId]);
  check("no labels", (await users("updateLabels", { userId, labels: [] })).labels, []);
  for (const method of ["updateMfa", "updateMFA"].filter(has)) {
    check("a second factor on", (await users(method, { userId, mfa: true })).mfa, true);
    check("a second factor off", (await users(method, { userId, mfa: false })).mfa, false);
  }
  holds("a token", await users("createToken", { userId }), {
    userId, secret: (text) => text.length === 6, expire: date, phrase: "",
  });
  check("a token of 15", (await users("createToken", { userId, length: 15, expire: 60 })).secret.length, 15);
  check("identities", await users("listIdentities"), { total: 0, identities: [] });
  await fails("identities by a search", () => users("listIdentities", { search: "x" }), {
    status: 400, type: "general_query_invalid",
  });
  const first = await users("listTargets", { userId });
  check("the target of the email", first.targets.map((one) => one.identifier), ["other1@example.net"]);
  const made = await target("createTarget", { providerType: "email", identifier: "second@example.net", name: "Second" });
  holds("a target", made, {
    $id: "target1", userId, providerType: "email", name: "Second", identifier: "second@example.net", expired: false,
  });
  check("get a target", await target("getTarget"), made);
  const same = { userId: "other2", targetId: "target2", providerType: "email", identifier: "second@example.net" };
  await fails("the same target", () => users("createTarget", same), {
    status: 409, type: "user_target_already_exists", message: "A target with the same ID already exists.",
  });
  await fails("another user's target", () => target("getTarget", { userId: "other2" }), {
    status: 404, type: "user_target_not_found",
  });
  holds("a changed target", await target("updateTarget", { identifier: "third@example.net", name: "Third" }), {
    identifier: "third@example.net", name: "Third",
  });
  check("two targets", (await users("listTargets", { userId })).total, 2);
  await target("deleteTarget");
  check("one target", await users("listTargets", { userId }), first);
}

async function errors() {
  for (const one of CASES.errors) {
    const { why, method, args } = one;
    const expected = one.taken ? taken(one.taken) : one;
    if (method === undefined) {
      const [verb, route] = one.call;
      await fails(why, () => call(client(one.client), verb, route, fill(one.params ?? {})), expected);
    } else if (has(method) && known(args.queries)) {
      await fails(why, () => users(method, fill(args)), expected);
    }
  }
}

/** The one error whose type the eras do not share. */
function taken(what) {
  if (!SEED_ERA) {
    return { status: 409, type: "user_target_already_exists", message: "A target with the same ID already exists." };
  }
  const noun = { email: "email", phone: "phone number" }[what];
  return {
    status: 409, type: `user_${what}_already_exists`,
    message: `A user with the same ${noun} already exists in the current project.`,
  };
}

/** What the package hides. */
async function onTheWire() {
  const headers = { "X-Appwrite-Project": PROJECT, "X-Appwrite-Key": KEY };
  const json = { ...headers, "content-type": "application/json" };
  const send = (method, route, more = {}) => fetch(ENDPOINT + route, { method, headers, ...more });
  const made = await send("POST", "/users", { headers: json, body: '{"userId":"wire"}' });
  check("201", made.status, 201);
  check("the type of JSON", made.headers.get("Content-Type"), "application/json; charset=UTF-8");
  const text = await made.text();
  check("compact JSON", [text.includes('"$id":"wire"'), text.includes('"prefs":{}')], [true, true]);
  const error = await send("GET", "/users/nobody");
  const body = await error.json();
  check("the fields of an error", Object.keys(body).sort(), ["code", "message", "type", "version"]);
  check("the code of an error", body.code, 404);
  check("an error is not cached", error.headers.get("Cache-Control"), "no-cache, no-store, must-revalidate");
  const form = await send("PATCH", "/users/wire/name", { body: new URLSearchParams({ name: "By form" }) });
  check("a form", (await form.json()).name, "By form");
  const parts = new FormData();
  parts.set("name", "By parts");
  check("a form in parts", (await (await send("PATCH", "/users/wire/name", { body: parts })).json()).name, "By parts");
  const broken = await send("POST", "/users", { headers: json, body: "{" });
  check("malformed JSON", [broken.status, (await broken.json()).message], [400, 'Param "userId" is not optional.']);
  check("HEAD", (await send("HEAD", "/users/wire")).status, 200);
  check("OPTIONS", (await send("OPTIONS", "/users/wire", { headers: { Origin: "http://localhost" } })).status, 204);
  check("empty segments", (await send("GET", "//users//wire")).status, 200);
  const gone = await send("DELETE", "/users/wire", { headers: json, body: "{}" });
  check("204", [gone.status, await gone.text(), Boolean(gone.headers.get("Content-Type"))], [204, "", true]);
}

async function deletes() {
  const userId = "other1";
  await users("updatePrefs", { userId, prefs: { a: 1 } });
  await users("delete", { userId });
  await fails("a deleted user", () => users("get", { userId }), {
    status: 404, type: "user_not_found", message: "User with the requested ID could not be found.",
  });
  check("not listed", ids(await users("list")).includes(userId), false);
  holds("made again", await users("create", { userId, email: "other1@example.net" }), { prefs: {}, password: null });
  check("without sessions", (await users("listSessions", { userId })).total, 0);
}

/** Every method of the package's Users service has been called, or is known not to be served. */
function complete() {
  const methods = Object.getOwnPropertyNames(Users.prototype).filter((name) => name !== "constructor");
  const left = methods.filter((name) => !called.has(name) && !CASES.notServed.includes(name));
  check("methods that were not called", left, []);
}

console.log(`npm node-appwrite ${RELEASE}`);
const PARTS = [
  createsPeople, lists, imports, updates, sessions, logsAndMemberships, beyond, errors, onTheWire, deletes, complete,
];
for (const part of PARTS) {
  try {
    await part();
  } catch (error) {
    failed += 1;
    const [, at] = error.stack.match(/node\.mjs:(\d+)/) ?? [];
    console.log(`FAILED ${part.name} ended early at line ${at}: ${error.name}: ${error.message}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
