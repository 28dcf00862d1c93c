"""Builds the programs that measurements need: the client, the counter of allocations, the peer in Go."""

import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
C_FLAGS = ["-O2", "-Wall", "-Wextra", "-Werror"]
OUT = ROOT / ".build" / "bench"


def build(name, source, command):
    """The built program; made again only when its source is newer."""
    made = OUT / name
    if not made.exists() or made.stat().st_mtime < (HERE / source).stat().st_mtime:
        OUT.mkdir(parents=True, exist_ok=True)
        subprocess.run(command + ["-o", str(made), str(HERE / source)], check=True)
    return str(made)


def compiler():
    # Swift brings clang, but a wrapper may put only `swift` on the PATH.
    return next(found for name in ("clang", "cc", "gcc") if (found := shutil.which(name)))


def client():
    return build("client", "client.c", [compiler(), *C_FLAGS])


def allocation_counter():
    return build("allocations.so", "allocations.c", [compiler(), *C_FLAGS, "-shared", "-fPIC"])


def go_peer():
    return build("peer", "peer/main.go", ["go", "build"])


def nginx():
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def text_of(*command):
    """What a program says of its version, on whichever stream."""
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip().split("\n")[0]


def processor():
    with open("/proc/cpuinfo") as lines:
        names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
        return next(names, os.uname().machine)
