"""What one request takes of the program itself, the same on any machine: instructions, and allocations.

Both take the difference of two counts of requests on one connection, so that the start is in neither.
"""

import collections
import os
import re
import struct
import subprocess

import tools

ROW = struct.Struct("=4Q")

# Whose code it is, by the module in a Swift name or by the library.
PARSE = "parse and write"
SHARES = {
    "HTTPServer": "connection",
    "HTTPCore": PARSE,
    "ByteText": PARSE,
    "QiniuAuth": "verify",
    "libcrypto": "verify",
    "PfopEngine": "decide",
    "PfopMock": "answer and journal",
    "Guarded": "answer and journal",
    "libc.": "libc",
    "libswift": "Swift's libraries",
    "libdispatch": "Swift's libraries",
}


def instructions(bench):
    """Of user space, by callgrind: 1,024 requests one at a time, and twice as many."""
    stripped = bench.folder / "stripped"
    # Valgrind 3.19 cannot read Swift's debug information.
    subprocess.run(["strip", "--strip-debug", "-o", stripped, bench.binary], check=True)
    total, loop = collections.Counter(), collections.Counter()
    for count, sign in ((1024, -1), (2048, 1)):
        profile = bench.folder / f"callgrind-{count}"
        before = ["valgrind", "--tool=callgrind", "--separate-threads=yes", f"--callgrind-out-file={profile}"]
        server = bench.servers.mock("--loops", "1", before=before, binary=stripped)
        bench.clients.exactly(server, count)
        bench.servers.stop(server)
        threads = [_cost(path) for path in bench.folder.glob(f"{profile.name}-*")]
        # The thread that parses is the loop; others start the server, and deal with jobs and notifications.
        for cost in threads:
            _add(total, cost, sign / 1024)
        _add(loop, max(threads, key=lambda cost: _shares(cost)[PARSE]), sign / 1024)
    bench.figures.add("instructions", "per request", "all threads", "instructions", sum(total.values()))
    bench.figures.add("instructions", "on the event loop", "all", "instructions", sum(loop.values()))
    for share, cost in _shares(loop).most_common():
        bench.figures.add("instructions", "on the event loop", share, "instructions", cost)


def _add(counts, others, factor):
    for key, value in others.items():
        counts[key] += value * factor


def _shares(costs):
    shares = collections.Counter()
    for (library, function), cost in costs.items():
        shares[_share(library, function)] += cost
    return shares


def _share(library, function):
    name = os.path.basename(library)
    if name == "stripped":
        # $s10PfopEngine…: the first identifier of a mangled name is its module, those of generics for it the second.
        for size, rest in re.findall(r"(\d+)(\w+?)(?=\W|$)", function):
            if (module := rest[: int(size)]) in SHARES:
                return SHARES[module]
        found = [module for module in SHARES if f"{len(module)}{module}" in function]
        return SHARES[found[0]] if found else "others of the program"
    return next((share for start, share in SHARES.items() if name.startswith(start)), "others")


def _cost(profile):
    """Instructions of each function itself, from callgrind's own format."""
    names = {"fn": {}, "ob": {}}
    library = function = ""
    costs, is_call = collections.Counter(), False
    with open(profile) as lines:
        for line in lines:
            line = line.rstrip("\n")
            if match := re.match(r"(fn|ob)=\((\d+)\)(?: (.*))?$", line):
                kind, number, name = match.groups()
                if name is not None:
                    names[kind][number] = name
                if kind == "fn":
                    function = names[kind].get(number, "")
                else:
                    library = names[kind].get(number, "")
            elif match := re.match(r"c(fn|ob)=\((\d+)\) (.*)$", line):
                names[match[1]][match[2]] = match[3]
            elif line.startswith("calls="):
                is_call = True
            elif line[:1].isdigit() or line[:1] in "+-*":
                fields = line.split()
                # The line after a call has the cost of what was called, which has lines of its own.
                if not is_call and len(fields) > 1:
                    costs[library, function] += int(fields[1])
                is_call = False
    return costs


def allocations(bench):
    """Of the whole process and of the event loop, once journal and tables have their size."""
    for depth, name in ((1, "one at a time"), (16, "16 pipelined")):
        path = bench.folder / f"allocations-{depth}"
        path.touch()
        environment = {"LD_PRELOAD": tools.allocation_counter(), "ALLOCATION_COUNTS": str(path)}
        server = bench.servers.mock("--journal-size", "1000", "--max-jobs", "1000", environment=environment)
        bench.clients.exactly(server, 8192, depth=depth)
        counts = []
        for count in (8192, 16384):
            before = _rows(path)
            bench.clients.exactly(server, count, depth=depth)
            counts.append(_between(before, _rows(path)))
        # The connection itself is in both.
        rows = _between(*counts)
        for index, figure in enumerate(("allocations", "octets", "frees")):
            total = sum(row[index] for row in rows.values())
            bench.figures.add("allocations", figure, name, "per request", total / 8192)
        # The one loop has used more time than any other thread.
        loop = max(rows, key=lambda thread: _ticks(server, thread))
        bench.figures.add("allocations", "on the event loop", name, "per request", rows[loop][0] / 8192)
        bench.servers.stop(server)


def _ticks(server, thread):
    """User and system time of a thread, in the kernel's ticks; none if it has ended."""
    try:
        fields = open(f"/proc/{server.pid}/task/{thread}/stat").read().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return int(fields[11]) + int(fields[12])


def _between(before, after):
    """What each thread has done since."""
    return {
        thread: [now - then for now, then in zip(row, before.get(thread, [0, 0, 0]))] for thread, row in after.items()
    }


def _rows(path):
    """Allocations, octets and frees by thread."""
    rows = [row for row in ROW.iter_unpack(path.read_bytes()) if row[0]]
    totals = collections.defaultdict(lambda: [0, 0, 0])
    for thread, *row in rows:
        totals[thread] = [total + value for total, value in zip(totals[thread], row)]
    return totals
