"""How fast a held clock moves over jobs that are due at one instant, with and without notifications to a local sink.

`scripts/bench --jobs` starts what it needs and calls it: jobs.py BINARY URL PID SINK.
"""

import http.client
import json
import socket
import subprocess
import sys
import time
import urllib.parse

BATCH = 256


def main():
    binary, server, process, sink = sys.argv[1:]
    form = "bucket=media&key=video.mp4&fops=avthumb%2Fmp4"
    print(f"{'what':<22} {'jobs':>9} {'seconds':>9} {'per second':>12} {'RSS MB':>8}")
    for body, count, notified in (
        (form, 1_000_000, 0),
        (f"{form}&notifyURL={urllib.parse.quote(sink, safe='')}%2Fdone", 100_000, 100_000),
    ):
        sign = [binary, "sign", "--url", f"{server}/pfop", "--body", body]
        authorization = subprocess.run(sign, check=True, capture_output=True, text=True).stdout.strip()
        row("accepted", count, post(server, body, authorization, count), process)
        start = time.monotonic()
        moved = call(server, "POST", "clock/advance", {"by": "10s"})
        row("finished" + (" and notified" if notified else ""), count, time.monotonic() - start, process)
        assert (moved["events"], moved["deliveries"]) == (count, notified), moved
    lost = call(server, "GET", "notifications?outcome=failed")["notifications"]
    assert not lost, lost[:3]
    seen = requests_seen(sink)
    assert seen == notified, seen


def row(what, count, seconds, process):
    with open(f"/proc/{process}/status") as status:
        rss = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    print(f"{what:<22} {count:>9} {seconds:>9.2f} {count / seconds:>12,.0f} {rss / 1024:>8.0f}", flush=True)


def post(server, body, authorization, count):
    """Sends the same signed request so many times, pipelined; returns the seconds it took."""
    address = urllib.parse.urlsplit(server)
    request = (
        f"POST /pfop HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: {authorization}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
    start = time.monotonic()
    with socket.create_connection((address.hostname, address.port)) as connection:
        for sent in range(0, count, BATCH):
            now = min(BATCH, count - sent)
            connection.sendall(request * now)
            answers = b""
            while (found := answers.count(b'{"persistentId"')) < now or not answers.endswith(b"}"):
                answers += connection.recv(1 << 20)
            assert found == now and answers.count(b"HTTP/1.1 200 ") == now, answers[:500]
    return time.monotonic() - start


def call(server, method, path, body=None):
    address = urllib.parse.urlsplit(server)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=300)
    connection.request(method, f"/__admin/{path}", json.dumps(body) if body else None)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, text
    return json.loads(text)


def requests_seen(sink):
    """What nginx counts itself, less the request that asks."""
    address = urllib.parse.urlsplit(sink)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    connection.request("GET", "/status")
    answer = connection.getresponse()
    # "Active connections: 1 / server accepts handled requests / 33 33 100001 / …"
    return int(answer.read().decode().split()[9]) - 1


main()
