"""Starts and stops pfop-mock and its peers: nginx with a fixed answer, and net/http of Go, which does the same work.

All listen on loopback, on ports that were free a moment ago; a server that finds its port taken is started once more.
"""

import os
import pathlib
import random
import socket
import subprocess
import time

import tools

PERMISSIVE = tools.ROOT / "fixtures" / "permissive.yaml"
PATIENCE = 60  # seconds; valgrind takes some for the start alone.

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 16384; }}
http {{
  access_log off;
  default_type application/json;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    {tls}
    location = /status {{ stub_status; }}
    location / {{ return 200 '{{"persistentId": 1}}'; }}
  }}
}}
"""


class Unanswered(Exception):
    """A server that did not start, or a wrong answer: the one thing that makes a measurement fail."""


class Server:
    """A process that serves; its time and memory are what the kernel counts."""

    def __init__(self, name, process, port, tls_port, log):
        self.name, self.process, self.port, self.tls_port, self.log = name, process, port, tls_port, log
        self.pid = process.pid
        self.url, self.tls_url = f"http://127.0.0.1:{port}", f"https://127.0.0.1:{tls_port}"
        self.ready_path = "/ready" if name == "go" else "/__admin/ready"

    def cpu(self):
        """Seconds of user and system time of all threads, those that have ended included."""
        # The clock of a process as clock_getcpuclockid(3) names it.
        return time.clock_gettime((~self.pid) << 3 | 2)

    def memory(self, field="VmRSS"):
        """Octets."""
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith(field + ":")) * 1024

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-10:])


class Servers:
    """Starts servers in a folder of their own; `stop_all` ends those that are left."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, pathlib.Path(folder)
        self.running, self.count = [], 0
        self.certificate, self.key = self.folder / "cert.pem", self.folder / "key.pem"

    def mock(self, *flags, fixture=PERMISSIVE, tls=False, before=(), binary=None, environment=None):
        """`before` and `binary` are the start of its command, `environment` is added to ours."""

        def command(_, port, tls_port):
            secure = ["--tls", "--tls-port", tls_port, "--tls-cert", self.certificate, "--tls-key", self.key]
            serve = [binary or self.binary, "serve", "--port", port, "--fixture", fixture]
            return [*before, *serve, *flags, *(secure if tls else [])]

        return self._start("pfop-mock", command, tls, environment)

    def nginx(self, tls=False):
        def command(folder, port, tls_port):
            listen = f"listen 127.0.0.1:{tls_port} ssl; ssl_protocols TLSv1.3;"
            listen += f" ssl_certificate {self.certificate}; ssl_certificate_key {self.key};"
            (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, tls=listen if tls else ""))
            return [tools.nginx(), "-p", folder, "-e", folder / "nginx.log", "-c", folder / "nginx.conf"]

        server = self._start("nginx", command, tls)
        # The worker is what serves.
        children = pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        server.pid = int(children[0])
        return server

    def go(self, tls=False):
        def command(_, port, tls_port):
            secure = ["-tls", f"127.0.0.1:{tls_port}", "-certificate", self.certificate, "-key", self.key]
            return [tools.go_peer(), "-address", f"127.0.0.1:{port}", *(secure if tls else [])]

        return self._start("go", command, tls)

    def peers(self, tls=False):
        """One of each, in the order of every table."""
        return [self.mock(tls=tls), self.nginx(tls=tls), self.go(tls=tls)]

    def stop(self, *servers):
        for server in servers:
            server.stop()
            self.running.remove(server)

    def stop_all(self):
        self.stop(*reversed(self.running))

    def _start(self, name, command, tls, environment=None):
        if tls and not self.certificate.exists():
            make_certificate(self.certificate, self.key)
        for _ in range(3):
            self.count += 1
            folder = self.folder / f"{name}-{self.count}"
            folder.mkdir()
            port, tls_port = free_port(), free_port()
            arguments = [str(part) for part in command(folder, port, tls_port)]
            log = folder / "log"
            with open(log, "wb") as output:
                start = time.perf_counter()
                process = subprocess.Popen(
                    arguments,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=os.environ | (environment or {}),
                )
            server = Server(name, process, port, tls_port, log)
            self.running.append(server)
            if first_answer(server):
                server.start_seconds = time.perf_counter() - start
                if not tls or is_listening(server, tls_port):
                    return server
            self.stop(server)
        raise Unanswered(f"{name} did not start:\n{server.last_words()}")


def first_answer(server):
    """Whether a request is answered before the process ends or patience does."""
    request = f"GET {server.ready_path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
                connection.sendall(request)
                if connection.recv(4096).startswith(b"HTTP/1.1 200 "):
                    return True
        except OSError:
            pass
        time.sleep(0.0002)
    return False


def is_listening(server, port):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.001)
    return False


def free_port():
    """One that the kernel gives to nobody by itself: who asks for port 0 cannot take it before our server does."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def make_certificate(certificate, key):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-out", certificate, "-keyout", key],
        check=True,
        capture_output=True,
    )
