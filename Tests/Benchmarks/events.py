"""How long a pfop request takes while nobody, and while ten, listen to GET events; the listeners read in a process of their own.

`scripts/bench --events` starts what it needs and calls it: events.py BINARY URL PID.
"""

import multiprocessing
import os
import socket
import subprocess
import sys
import time
import urllib.parse

FORM = "bucket=media&key=video.mp4&fops=avthumb%2Fmp4&notifyURL=http%3A%2F%2F192.0.2.1%2F"
LISTENERS, REQUESTS, ROUNDS = 10, 20_000, 3


def main():
    binary, server, process = sys.argv[1:]
    sign = [binary, "sign", "--url", f"{server}/pfop", "--body", FORM]
    authorization = subprocess.run(sign, check=True, capture_output=True, text=True).stdout.strip()
    address = urllib.parse.urlsplit(server)
    request = (
        f"POST /pfop HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: {authorization}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(FORM)}\r\n\r\n{FORM}"
    ).encode()
    print(f"{'listeners':>9} {'p50 us':>8} {'p99 us':>8} {'p99.9 us':>9} {'max ms':>8} {'CPU us/request':>15} {'events':>9}")
    for _ in range(ROUNDS):
        for count in (0, LISTENERS):
            ready, heard = multiprocessing.Event(), multiprocessing.Value("q", 0)
            listening = multiprocessing.Process(target=listen, args=(address, count, ready, heard), daemon=True)
            listening.start()
            ready.wait()
            before = cpu(process)
            times = sorted(ask(address, request))
            time.sleep(0.5)
            spent = (cpu(process) - before) / REQUESTS * 1e6
            listening.terminate()
            listening.join()
            p50, p99, p999 = (times[int(len(times) * part)] * 1e6 for part in (0.5, 0.99, 0.999))
            print(
                f"{count:>9} {p50:>8.0f} {p99:>8.0f} {p999:>9.0f} {times[-1] * 1e3:>8.2f} {spent:>15.1f} {heard.value:>9}",
                flush=True,
            )


def listen(address, count, ready, heard):
    """Reads all that comes; counts the events of requests."""
    import selectors

    selector = selectors.DefaultSelector()
    for _ in range(count):
        connection = socket.create_connection((address.hostname, address.port))
        connection.sendall(f"GET /__admin/events HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        text = b""
        while b": listening\n" not in text:
            text += connection.recv(1 << 16)
        selector.register(connection, selectors.EVENT_READ)
    ready.set()
    if not count:
        return
    while True:
        for key, _ in selector.select():
            heard.value += key.fileobj.recv(1 << 20).count(b"event: request")


def ask(address, request):
    """The time of each of so many requests, one after another."""
    times = []
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(REQUESTS):
            start = time.perf_counter()
            connection.sendall(request)
            answer = connection.recv(1 << 16)
            times.append(time.perf_counter() - start)
            assert answer.startswith(b"HTTP/1.1 200 "), answer
    return times


def cpu(process):
    """Seconds of user and system time."""
    with open(f"/proc/{process}/stat") as stat:
        fields = stat.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
