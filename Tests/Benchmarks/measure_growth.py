"""What a large server costs beside an empty one: CPU per request of both, in turn, and memory for each thing kept."""

import json

from clients import FORM, Odd, admin
from servers import Unanswered

ACCOUNTS = [
    {"accessKey": "testak-0123456789ABCDEFGHIJKLMNOPQRSTUVW", "secretKey": "testsk-0123456789abcdefghijklmnopqrstuvw"},
]
OPEN = {"media": {"keys": ["*"]}, "*": {"keys": ["*"]}}
EMPTY = "empty"
# What is measured is not to be bounded.
ROOM = ("--max-memory", str(8 << 30))


def jobs(bench):
    """The journal is full before the jobs come, so that memory is theirs alone."""
    count = 100_000 if bench.quick else 1_000_000
    empty, full = bench.servers.mock(), bench.servers.mock("--max-jobs", "4000000", *ROOM)
    bench.clients.exactly(full, 20_480, depth=64)
    before = full.memory()
    bench.clients.exactly(full, count - count % 64, depth=64)
    bench.figures.add("growth", "memory per job", f"{count:,} jobs", "bytes", (full.memory() - before) / count)
    _beside(bench, empty, {f"{count:,} jobs": full})


def rules(bench):
    """Rules that name another bucket, and rules that each have to be tried: none matches."""
    named = [{"when": {"bucket": f"bucket-{number}"}, "then": {"status": 599}} for number in range(10_000)]
    tried = [{"when": {"key": f"*-{number}.avi"}, "then": {"status": 599}} for number in range(10_000)]
    large = {
        "10,000 rules by bucket": _server(bench, buckets=OPEN, rules=named),
        "10,000 rules by pattern": _server(bench, buckets=OPEN, rules=tried),
    }
    _beside(bench, _server(bench, buckets=OPEN), large)


def keys(bench):
    """The key that is asked for is the last one, and what stands before it takes no star."""
    many = [f"video-{number}.mp4" for number in range(99_999)] + ["video.mp4"]
    _beside(
        bench,
        _server(bench, buckets={"media": {"keys": ["video.mp4"]}}),
        {"100,000 keys": _server(bench, buckets={"media": {"keys": many}})},
    )


def timers(bench):
    """Jobs that wait for an hour, while others come and are done at once."""
    server = _server(bench, buckets=OPEN | {"slow": {"keys": ["*"], "job": {"waiting": "1h"}}})
    bench.clients.exactly(server, 10_048, depth=64, form=FORM.replace("bucket=media", "bucket=slow"))
    waiting = json.loads(admin(server, "GET", "jobs?bucket=slow&code=1&limit=1"))["jobs"]
    if not waiting:
        raise Unanswered("no job waits")
    _beside(bench, _server(bench, buckets=OPEN), {"10,000 pending timers": server})


def journal(bench):
    """Journals of other sizes, each filled, and one that is written to a file as well."""
    sizes = [("journal of 1", 1)] if bench.quick else [("journal of 1", 1), ("journal of 100,000", 100_000)]
    base = bench.servers.mock()
    others = {name: bench.servers.mock("--journal-size", str(size), *ROOM) for name, size in sizes}
    others["journal to a file"] = bench.servers.mock("--journal-file", str(bench.folder / "journal.jsonl"))
    for name, server in [("journal of 10,000", base), *others.items()]:
        count = 204_800 if name == "journal of 100,000" else 20_480
        bench.clients.exactly(server, count, depth=64)
        bench.figures.add("growth", "RSS with a full journal", name, "MB", server.memory() / 1e6)
    _beside(bench, base, others)


def faults(bench):
    """One request in a hundred meets a fault, or none does; a reset is compared with a request that asks to close.

    CPU is of all requests, the odd ones and their log lines included; the waits are those of all but the resets.
    """
    scripted = {"refused": {"status": 599}, "resets": {"fault": "connectionResetByPeer"}}
    server = _server(bench, buckets=OPEN | {name: {"keys": ["*"], "then": step} for name, step in scripted.items()})
    manners = {
        "none": Odd(every=0),
        "1 % answered 599": Odd(form=FORM.replace("bucket=media", "bucket=refused"), is_refused=True),
        "1 % that close": Odd(closes=True),
        "1 % reset": Odd(form=FORM.replace("bucket=media", "bucket=resets"), is_broken=True),
    }
    for _ in range(bench.rounds):
        for name, odd in manners.items():
            came = bench.clients.wrk(server, bench.seconds, odd=odd)
            bench.figures.add("faults", "CPU per request", name, "us", came.cpu)
            bench.figures.add("faults", "p50", name, "ms", came.p50)
            bench.figures.add("faults", "p99", name, "ms", came.p99)
    bench.servers.stop(server)


def _server(bench, **parts):
    bench.servers.count += 1
    path = bench.folder / f"fixture-{bench.servers.count}.json"
    path.write_text(json.dumps({"accounts": ACCOUNTS, **parts}))
    return bench.servers.mock(fixture=path)


def _beside(bench, empty, large):
    """A measurement of its own for each, so that every ratio has its own neighbour of the same second."""
    for _ in range(bench.rounds):
        for name, server in large.items():
            for subject, each in ((EMPTY, empty), (name, server)):
                came = bench.clients.wrk(each, bench.seconds)
                bench.figures.add(f"growth: {name}", "CPU per request", subject, "us", came.cpu)
    bench.servers.stop(empty, *large.values())
