"""Runs the measurements that are asked for and says what they found; `scripts/bench` builds and calls it."""

import argparse
import datetime
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import measure_afterwards
import measure_engine
import measure_fairness
import measure_growth
import measure_load
import measure_size
import report
import tools
from clients import Clients
from figures import Figures
from servers import Servers, Unanswered

MEASUREMENTS = {
    "load": measure_load.load,
    "pipelined": measure_load.pipelined,
    "single": measure_load.single,
    "start": measure_size.start,
    "memory": measure_size.memory,
    "idle": measure_size.idle,
    "tls": measure_load.tls,
    "jobs": measure_growth.jobs,
    "rules": measure_growth.rules,
    "keys": measure_growth.keys,
    "timers": measure_growth.timers,
    "journal": measure_growth.journal,
    "faults": measure_growth.faults,
    "fairness": measure_fairness.fairness,
    "stalls": measure_fairness.stalls,
    "instructions": measure_engine.instructions,
    "allocations": measure_engine.allocations,
}
# These cost a quick run more time than they tell.
NOT_QUICK = ["single", "journal"]
# Only when asked for.
MORE = {"advance": measure_afterwards.advance, "events": measure_afterwards.events}


class Bench:
    """What every measurement is given."""

    def __init__(self, arguments, folder):
        self.binary, self.folder = arguments.binary, folder
        self.quick, self.rounds, self.seconds = arguments.quick, arguments.rounds, arguments.seconds
        self.figures = Figures()
        self.servers = Servers(arguments.binary, folder)
        self.clients = Clients(arguments.binary, folder)


def main():
    arguments = parsed()
    # Servers are stopped on the way out, whoever ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(arguments, pathlib.Path(folder))
        failure = None
        try:
            for name in arguments.measurements or default(arguments):
                start = time.monotonic()
                (MEASUREMENTS | MORE)[name](bench)
                print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr)
        except (Unanswered, subprocess.SubprocessError) as wrong:
            failure = f"{name}: {wrong}"
        finally:
            bench.servers.stop_all()
        # What was measured until then is true all the same.
        say = report.document if arguments.json else report.tables
        print(say(header(arguments), bench.figures), flush=True)
        if failure:
            sys.exit(failure)


def default(arguments):
    return [name for name in MEASUREMENTS if not (arguments.quick and name in NOT_QUICK)]


def parsed():
    parser = argparse.ArgumentParser(prog="scripts/bench", add_help=False)
    parser.add_argument("measurements", nargs="*", metavar="measurement")
    parser.add_argument("--binary", required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int, default=1)
    arguments = parser.parse_args()
    for name in arguments.measurements:
        if name not in MEASUREMENTS | MORE:
            print(f"no measurement '{name}'; known: {', '.join(MEASUREMENTS | MORE)}", file=sys.stderr)
            sys.exit(64)
    arguments.rounds = arguments.rounds or (1 if arguments.quick else 3)
    return arguments


def header(arguments):
    commit = subprocess.run(
        ["git", "-C", tools.ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True
    ).stdout.strip()
    system = os.uname()
    release = system.release.split("-")[0]
    asked = ["--quick"] * arguments.quick
    asked += [f"--rounds {arguments.rounds} --seconds {arguments.seconds}", *arguments.measurements]
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "command": " ".join(["scripts/bench", *asked]),
        "commit": commit or "unknown",
        "machine": f"{os.cpu_count()} cores {tools.processor()}, {system.sysname} {release} {system.machine}",
        "versions": "; ".join(
            [
                tools.text_of("swift", "--version"),
                tools.text_of(tools.nginx(), "-v").removeprefix("nginx version: "),
                tools.text_of("go", "version"),
                tools.text_of("wrk", "-v").split(" [")[0],
                tools.text_of("valgrind", "--version"),
            ]
        ),
    }


if __name__ == "__main__":
    main()
