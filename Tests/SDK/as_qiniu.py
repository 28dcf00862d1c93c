"""Runs in a network of its own where the service's names lead to this machine: an SDK that knows nothing of a mock.

`test_as_qiniu.py` calls it: as_qiniu.py FOLDER. The network has nothing but a loopback device, so whatever does not reach
the mock reaches nobody.
"""

import fcntl
import json
import os
import pathlib
import shlex
import socket
import struct
import sys

import qiniu
import requests

from client import ACCESS_KEY, SECRET_KEY
from conftest import Server
from documentation import RECIPES, block


def raise_loopback():
    """As `ip link set lo up` does, which not every machine has."""
    SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP | IFF_RUNNING))


def main(folder):
    raise_loopback()
    ca = folder / "ca.pem"
    shown = block(RECIPES, "sh", "pfop-mock serve --host").replace("/shared/ca.pem", shlex.quote(str(ca)))
    program, serve, *flags = shlex.split(shown.replace(" --port 80 ", " "))
    assert (program, serve) == ("pfop-mock", "serve")
    server = Server(folder / "stderr", *flags, "--strict-host", fixture="fixtures/permissive.yaml", port=80)
    try:
        os.environ["REQUESTS_CA_BUNDLE"] = str(ca)
        print(json.dumps(ask()))
    finally:
        server.stop()


def ask():
    auth = qiniu.Auth(ACCESS_KEY, SECRET_KEY)

    def pfop():
        ret, info = qiniu.PersistentFop(auth, "testres").execute("video.mp4", ["avinfo"])
        return ret or str(info)

    # Not a word about any host: the SDK's own default, which is plain http.
    seen = {"default": pfop()}
    qiniu.set_default(default_api_host="https://api.qiniu.com")
    seen["https"] = pfop()
    status = requests.get("https://api.qiniuapi.com/status/get/prefop", {"id": "2"}, timeout=10)
    seen["status"] = [status.json()["id"], status.json()["code"]]
    regions = requests.get("https://uc.qbox.me/v4/query", {"ak": ACCESS_KEY, "bucket": "testres"}, timeout=10)
    seen["region"] = regions.json()["hosts"][0]["region"]
    return seen


main(pathlib.Path(sys.argv[1]))
