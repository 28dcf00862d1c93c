"""Requests as fast as they are answered, side by side with the peers: one at a time, pipelined, alone, and over TLS."""

import socket
import ssl
import time

from servers import Unanswered


def load(bench):
    """64 connections; and of the same servers their memory afterwards."""
    _compare(bench, "load", bench.servers.peers())


def pipelined(bench):
    """16 at once on each of 64 connections, by our own client: wrk would be the slowest of them all."""
    servers = bench.servers.peers()
    for _ in range(bench.rounds):
        for server in servers:
            before = server.cpu()
            client = bench.clients.start(server, connections=64, depth=16)
            time.sleep(bench.seconds)
            came = bench.clients.end(server, client, is_endless=True)
            spent = (server.cpu() - before) * 1e6
            bench.figures.add("pipelined", "CPU per request", server.name, "us", spent / came["answers"])
            bench.figures.add("pipelined", "requests", server.name, "1/s", came["answers"] / came["seconds"])
    bench.servers.stop(*servers)


def single(bench):
    _compare(bench, "single", bench.servers.peers(), connections=1)


def tls(bench):
    """Requests over connections that are kept, then whole handshakes: TLS 1.3, one certificate for all."""
    servers = bench.servers.peers(tls=True)
    _compare(bench, "tls", servers, stop=False, tls=True)
    for _ in range(bench.rounds):
        for server in servers:
            shake(bench, server)
    bench.servers.stop(*servers)


def _compare(bench, name, servers, stop=True, **manner):
    if name == "load" and not bench.quick:
        for server in servers:
            bench.clients.wrk(server, 1, **manner)
    for _ in range(bench.rounds):
        for server in servers:
            came = bench.clients.wrk(server, bench.seconds, **manner)
            bench.figures.add(name, "CPU per request", server.name, "us", came.cpu)
            bench.figures.add(name, "requests", server.name, "1/s", came.rate)
            bench.figures.add(name, "p50", server.name, "ms", came.p50)
            bench.figures.add(name, "p99", server.name, "ms", came.p99)
    if stop:
        bench.servers.stop(*servers)


def shake(bench, server):
    """Handshakes one after another for half a second; no session is taken up again."""
    context = ssl.create_default_context(cafile=bench.servers.certificate)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    count, before, start = 0, server.cpu(), time.perf_counter()
    while time.perf_counter() - start < 0.5:
        with socket.create_connection(("127.0.0.1", server.tls_port)) as plain:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
                if secure.version() != "TLSv1.3" or secure.session_reused:
                    raise Unanswered(f"{server.name}: {secure.version()}")
        count += 1
    seconds = time.perf_counter() - start
    # The last one is over for the client before it is for the server.
    time.sleep(0.05)
    bench.figures.add("tls", "CPU per handshake", server.name, "us", (server.cpu() - before) * 1e6 / count)
    bench.figures.add("tls", "handshakes", server.name, "1/s", count / seconds)
