"""How the server stands load: slow clients, many idle connections, more logins than memory.

    python3 tests/load/check.py target/release/hashlift

Loopback only, bounded in count and time (about a minute and a half). Prints figures and ends with
`N passed, M failed`. Not part of CI: latencies depend on the machine. Linux, `ulimit -n` of 20,000.
"""
import asyncio
import json
import re
import resource
import statistics
import subprocess
import sys
import time

SLOW, IDLE, LOGINS, BUDGET_MIB = 2_000, 9_900, 1_000, 512
passed = failed = 0


def check(what, holds, detail=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(f"{'ok' if holds else 'FAILED'}: {what} {detail}")


def rss_mib(pid):
    status = open(f"/proc/{pid}/status").read()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


async def request(port, method, path, body="", more=""):
    started = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"{method} /v1/{path} HTTP/1.1\r\nHost: localhost\r\nx-appwrite-project: load\r\n{more}"
    head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    writer.write((head + body).encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1]), answer, time.monotonic() - started


async def health(port, until, pause=0.05):
    times = []
    while not until.is_set():
        status, _, took = await request(port, "GET", "health")
        times.append(took if status == 200 else 60.0)
        await asyncio.sleep(pause)
    times.sort()
    return times[int(len(times) * 0.99)] * 1000, statistics.median(times) * 1000, len(times)


async def slow_client(port, index):
    started = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = b"POST /v1/account/sessions/email HTTP/1.1\r\nHost: localhost\r\nx-appwrite-project: load\r\n"
    sent = head + (b"content-length: 100\r\n\r\n{" if index % 2 else b"")
    writer.write(sent)
    try:
        while time.monotonic() - started < 60:
            writer.write(b"x")
            await writer.drain()
            if await asyncio.wait_for(reader.read(1), 5) == b"":
                break
    except asyncio.TimeoutError:
        return await slow_rest(reader, writer, started)
    except OSError:
        pass
    writer.close()
    return time.monotonic() - started


async def slow_rest(reader, writer, started):
    try:
        while time.monotonic() - started < 60:
            writer.write(b"x")
            await writer.drain()
            try:
                if await asyncio.wait_for(reader.read(4096), 5) == b"":
                    break
            except asyncio.TimeoutError:
                continue
    except OSError:
        pass
    writer.close()
    return time.monotonic() - started


async def main(server, port):
    key = "x-appwrite-key: load-key\r\n"
    over = asyncio.Event()
    watch = asyncio.create_task(health(port, over))
    lasted = await asyncio.gather(*(slow_client(port, index) for index in range(SLOW)))
    over.set()
    p99, median, count = await watch
    check(f"{SLOW} slow clients are all closed", max(lasted) < 45, f"after {max(lasted):.0f} s at most")
    check("a healthy client meanwhile", p99 < 100, f"p99 {p99:.1f} ms, median {median:.1f} ms of {count}")

    before = rss_mib(server.pid)
    idle = []
    for _ in range(IDLE):
        idle.append(await asyncio.open_connection("127.0.0.1", port))
    over = asyncio.Event()
    watch = asyncio.create_task(health(port, over, 0.01))
    await asyncio.sleep(5)
    over.set()
    p99, median, count = await watch
    rss = rss_mib(server.pid)
    check(f"{IDLE} idle connections", p99 < 200, f"p99 {p99:.1f} ms of {count} requests")
    check("their memory", rss < before + 200, f"{before:.0f} to {rss:.0f} MiB")
    for _, writer in idle:
        writer.close()

    body = json.dumps({"userId": "u", "email": "u@example.org", "password": "correct horse"})
    status, answer, _ = await request(port, "POST", "users", body, key)
    assert status == 201, answer
    over = asyncio.Event()
    watch = asyncio.create_task(health(port, over, 0.02))
    body = json.dumps({"email": "u@example.org", "password": "correct horse"})
    most = 0.0

    async def look():
        nonlocal most
        while not over.is_set():
            most = max(most, rss_mib(server.pid))
            await asyncio.sleep(0.05)

    looking = asyncio.create_task(look())
    answers = await asyncio.gather(*(request(port, "POST", "account/sessions/email", body) for _ in range(LOGINS)))
    over.set()
    await looking
    p99, median, count = await watch
    statuses = [status for status, _, _ in answers]
    refused = [answer for status, answer, _ in answers if status == 503]
    check("logins are answered, the surplus with 503", set(statuses) <= {201, 503}, f"{statuses.count(201)} of {LOGINS} let in")
    check("503 says when to come back", all(b"retry-after" in answer.lower() for answer in refused), f"{len(refused)} of them")
    check("memory stays within the budget", most < rss + BUDGET_MIB * 1.1, f"{most:.0f} MiB at most, {BUDGET_MIB} MiB for hashing")
    check("health meanwhile", p99 < 50, f"p99 {p99:.1f} ms, median {median:.1f} ms of {count}")


resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
arguments = [sys.argv[1], "serve", "--addr", "127.0.0.1:0", "--project", "load", "--key", "load-key"]
arguments += ["--memory-kib", "65536", "--passes", "1", "--hash-memory-mib", str(BUDGET_MIB)]
server = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
try:
    port = int(re.search(r":(\d+)/v1", server.stdout.readline())[1])
    asyncio.run(main(server, port))
finally:
    server.terminate()
    server.wait()
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
