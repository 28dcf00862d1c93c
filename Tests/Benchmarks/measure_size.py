"""How soon a server answers after exec, and what memory it takes: after load, and for each connection that is idle."""

import resource
import socket

from servers import Unanswered

REQUESTS = 20_000
IDLE = 10_000


def start(bench):
    """From exec to the first answer, which a client that tries all the time waits for."""
    for _ in range(3 if bench.quick else 10):
        for begin in (bench.servers.mock, bench.servers.nginx, bench.servers.go):
            server = begin()
            bench.figures.add("start", "exec to first answer", server.name, "ms", server.start_seconds * 1e3)
            bench.servers.stop(server)


def memory(bench):
    """After as many requests for each; pfop-mock once more with a journal of one entry: the journal's part is told."""
    servers = bench.servers.peers()
    small = bench.servers.mock("--journal-size", "1")
    for name, server in [*((server.name, server) for server in servers), ("pfop-mock, journal of 1", small)]:
        bench.clients.exactly(server, REQUESTS - REQUESTS % 64, connections=64)
        bench.figures.add("memory", "RSS after load", name, "MB", server.memory() / 1e6)
        bench.figures.add("memory", "of it anonymous", name, "MB", server.memory("RssAnon") / 1e6)
    bench.servers.stop(*servers, small)


def idle(bench):
    """Each connection has asked once. Memory of the kernel, the same for all, is not in it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < IDLE + 100:
        raise Unanswered(f"{IDLE} connections need as many descriptors; the limit is {hard}: ulimit -Hn")
    # Servers started from here on inherit it.
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for server in bench.servers.peers():
        bench.clients.exactly(server, 6400, connections=64)
        before = server.memory()
        connections = [_connect(server) for _ in range(IDLE)]
        bench.figures.add("idle", "memory per connection", server.name, "bytes", (server.memory() - before) / IDLE)
        for connection in connections:
            connection.close()
        bench.servers.stop(server)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _connect(server):
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(f"GET {server.ready_path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    answer = connection.recv(4096)
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise Unanswered(f"{server.name}: {answer!r}")
    return connection
