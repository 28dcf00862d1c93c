"""Whether one client can slow the others, and whether work beside the requests stops the event loops."""

import json
import os
import signal
import time

from clients import admin
from measure_growth import ACCOUNTS, OPEN
from servers import Unanswered

# Microseconds between two requests of the watching client, which is to leave the processors to the server.
PAUSE = 200


def fairness(bench):
    """The p99 of 63 connections, alone and beside one that sends 64 at once without a pause; nginx for comparison."""
    servers = [bench.servers.mock(), bench.servers.nginx()]
    for _ in range(bench.rounds):
        for server in servers:
            alone = bench.clients.wrk(server, bench.seconds, connections=63)
            bench.figures.add("fairness", "p99 of 63", server.name, "ms", alone.p99)
            flood = bench.clients.start(server, depth=64)
            crowded = bench.clients.wrk(server, bench.seconds, connections=63)
            answers = bench.clients.end(server, flood, is_endless=True)
            bench.figures.add("fairness", "p99 of 63", f"{server.name}, flooded", "ms", crowded.p99)
            bench.figures.add(
                "fairness", "answers to the one", server.name, "1/s", answers["answers"] / answers["seconds"]
            )
    bench.servers.stop(*servers)


def stalls(bench):
    """The longest wait of a client that asks every 0.2 ms, while something large is done; and while nothing is.

    A machine that is shared has waits of its own; what comes in every round is the server's.
    """
    count = 100_000 if bench.quick else 1_000_000
    size = 1000 if bench.quick else 10_000
    large, larger = _fixtures(size)
    path = bench.folder / "stalls.json"
    path.write_text(large)
    server = bench.servers.mock("--clock", "manual", "--max-jobs", "8000000", "--max-memory", str(8 << 30), fixture=path)
    bench.clients.exactly(server, 20_480, depth=64)

    def reload():
        path.write_text(larger if path.read_text() == large else large)
        os.kill(server.pid, signal.SIGHUP)
        # The rule that is new tells that the file is in force.
        wanted = b"renewed" if path.read_text() == larger else b"at first"
        end = time.monotonic() + 30
        while wanted not in admin(server, "GET", "rules/1"):
            if time.monotonic() > end:
                raise Unanswered("the fixture was not loaded again:\n" + server.last_words())
            time.sleep(0.02)

    for _ in range(bench.rounds):
        _watch(bench, server, "nothing", lambda: time.sleep(0.3))
        _watch(bench, server, "list of 10,000 requests", lambda: admin(server, "GET", "requests?limit=10000"))
        _watch(bench, server, f"list of {size:,} rules", lambda: admin(server, "GET", "rules"))
        _watch(bench, server, "metrics", lambda: admin(server, "GET", "metrics"))
        _watch(bench, server, f"reload of {size:,} rules, {size * 10:,} keys", reload)
    bench.clients.exactly(server, count - count % 64, depth=64, form=_slow())
    for _ in range(bench.rounds):
        _watch(bench, server, f"state with {count:,} jobs", lambda: admin(server, "GET", "state"))
        _watch(bench, server, f"list of 10,000 of {count:,} jobs", lambda: admin(server, "GET", "jobs?limit=10000"))
    _watch(bench, server, f"advance over {count:,} jobs", lambda: _advance(server, count - count % 64))
    _watch(bench, server, f"reset of {count:,} jobs", lambda: admin(server, "POST", "reset", {"what": ["jobs"]}))
    bench.servers.stop(server)


def _watch(bench, server, name, action):
    watching = bench.clients.start(server, pause=PAUSE)
    time.sleep(0.1)
    start = time.monotonic()
    action()
    seconds = time.monotonic() - start
    time.sleep(0.05)
    waits = bench.clients.end(server, watching, is_endless=True)
    bench.figures.add("stalls", "longest wait", name, "ms", waits["max"] * 1e3)
    bench.figures.add("stalls", "took", name, "ms", seconds * 1e3)


def _advance(server, count):
    moved = json.loads(admin(server, "POST", "clock/advance", {"by": "10s"}))
    if moved["events"] < count:
        raise Unanswered(f"{count} jobs were due: {moved}")


def _slow():
    return "bucket=slow&key=video.mp4&fops=avthumb%2Fmp4&notifyURL=http%3A%2F%2F192.0.2.1%2F"


def _fixtures(size):
    """Two with so many rules, told apart by the name of the first one."""
    buckets = OPEN | {
        "slow": {"keys": ["*"], "job": {"processing": "10s"}},
        "keys": {"keys": [f"video-{number}.mp4" for number in range(size * 10)]},
    }
    rules = [{"when": {"bucket": f"bucket-{number}"}, "then": {"status": 599}} for number in range(size)]
    for name in ("at first", "renewed"):
        named = [rules[0] | {"name": name}, *rules[1:]]
        yield json.dumps({"accounts": ACCOUNTS, "buckets": buckets, "rules": named})
