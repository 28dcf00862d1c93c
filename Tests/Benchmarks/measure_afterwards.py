"""What happens beside requests and after them: a clock that moves over jobs, notifications, listeners to events."""

import json
import multiprocessing
import selectors
import socket
import time
import urllib.parse

from clients import admin
from measure_growth import ACCOUNTS
from servers import Unanswered

LISTENERS, REQUESTS = 10, 20_000


def advance(bench):
    """A held clock moves over jobs due at one instant, then over some that are notified to nginx; none may be lost."""
    path = bench.folder / "advance.json"
    bucket = {"keys": ["video.mp4"], "job": {"processing": "10s"}}
    path.write_text(json.dumps({"dialect": "current", "accounts": ACCOUNTS, "buckets": {"media": bucket}}))
    sink = bench.servers.nginx()
    server = bench.servers.mock("--clock", "manual", "--max-jobs", "2000000", "--max-memory", str(8 << 30), fixture=path)
    silent = "bucket=media&key=video.mp4&fops=avthumb%2Fmp4"
    notified = f"{silent}&notifyURL={urllib.parse.quote(sink.url, safe='')}%2Fdone"
    for name, form, count, deliveries in (
        ("jobs", silent, 102_400 if bench.quick else 1_024_000, 0),
        ("jobs with notifications", notified, 10_240 if bench.quick else 102_400, 1),
    ):
        accepted = bench.clients.exactly(server, count, depth=256, form=form)
        bench.figures.add("advance", "accepted", name, "1/s", count / accepted["seconds"])
        start = time.monotonic()
        moved = json.loads(admin(server, "POST", "clock/advance", {"by": "10s"}))
        bench.figures.add("advance", "finished", name, "1/s", count / (time.monotonic() - start))
        bench.figures.add("advance", "RSS", name, "MB", server.memory() / 1e6)
        if (moved["events"], moved["deliveries"]) != (count, count * deliveries):
            raise Unanswered(f"{count} jobs were due: {moved}")
    lost = json.loads(admin(server, "GET", "notifications?outcome=failed"))["notifications"]
    if lost or (seen := requests_seen(sink)) != count:
        raise Unanswered(f"lost: {lost[:3]}" if lost else f"{count} notifications were sent, {seen} came")
    bench.servers.stop(server, sink)


def requests_seen(sink):
    """What nginx counts itself, less the request that told when it was ready and the one that asks."""
    with socket.create_connection(("127.0.0.1", sink.port)) as connection:
        connection.sendall(b"GET /status HTTP/1.0\r\n\r\n")
        text = b"".join(iter(lambda: connection.recv(4096), b""))
    # "Active connections: 1 / server accepts handled requests / 33 33 100001 / …"
    return int(text.partition(b"\r\n\r\n")[2].split()[9]) - 2


def events(bench):
    """How long a request takes while nobody, and while ten, listen to events, which a process of their own reads."""
    server = bench.servers.mock()
    for _ in range(bench.rounds):
        for count in (0, LISTENERS):
            ready, heard = multiprocessing.Event(), multiprocessing.Value("q", 0)
            listening = multiprocessing.Process(target=_listen, args=(server.port, count, ready, heard), daemon=True)
            listening.start()
            ready.wait()
            before = server.cpu()
            waits = bench.clients.exactly(server, REQUESTS)
            # What was told last is on its way.
            time.sleep(0.5)
            name = f"{count} listeners"
            bench.figures.add("events", "CPU per request", name, "us", (server.cpu() - before) * 1e6 / REQUESTS)
            for figure, part in (("p50", "p50"), ("p99", "p99"), ("p99.9", "p999"), ("longest wait", "max")):
                bench.figures.add("events", figure, name, "ms", waits[part] * 1e3)
            bench.figures.add("events", "heard of", name, "events", heard.value)
            listening.terminate()
            listening.join()
    bench.servers.stop(server)


def _listen(port, count, ready, heard):
    """Reads all that comes; counts the events of requests."""
    selector = selectors.DefaultSelector()
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(b"GET /__admin/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        text = b""
        while b": listening\n" not in text:
            text += connection.recv(1 << 16)
        selector.register(connection, selectors.EVENT_READ)
    ready.set()
    while count:
        for key, _ in selector.select():
            heard.value += key.fileobj.recv(1 << 20).count(b"event: request")
