"""The real server, started for the tests and stopped by its signal."""

import os
import pathlib
import re
import select
import subprocess

import pytest

from client import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
READY = re.compile(
    r"pfop-mock ready url=(http://127\.0\.0\.1:\d+) admin=\S+ pid=(\d+)(?: tls=(https://127\.0\.0\.1:\d+))?\n"
)


class Server:
    def __init__(self, log, *flags, fixture="fixtures/default.yaml", port=0):
        self.log = log
        # Neither the caller's settings nor a proxy of the machine may take part, nor may the caller's CA.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PFOP_MOCK_")}
        environment["XDG_CACHE_HOME"] = str(log.parent / "cache")
        command = [os.environ["PFOP_MOCK_BINARY"], "serve", "--port", str(port)]
        command += ["--fixture", str(ROOT / fixture), *flags]
        with open(log, "wb") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
            )
        try:
            readable, _, _ = select.select([self.process.stdout], [], [], 30)
            line = self.process.stdout.readline() if readable else ""
            ready = READY.fullmatch(line)
            assert ready, f"no ready line but {line!r}; stderr:\n{self.stderr()}"
            assert int(ready[2]) == self.process.pid
        except BaseException:
            self.process.kill()
            self.process.communicate()
            raise
        self.url = ready[1]
        self.tls_url = ready[3]

    def stderr(self):
        return self.log.read_text(errors="replace")[-8000:]

    def stop(self):
        """SIGTERM ends it gracefully, also while a client keeps an idle connection."""
        self.process.terminate()
        try:
            more, _ = self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            pytest.fail(f"still there 20 s after SIGTERM; stderr:\n{self.stderr()}")
        assert self.process.returncode == 0, self.stderr()
        assert more == "", "stdout carries one line only"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server") / "stderr")
    yield server
    server.stop()


@pytest.fixture
def client(server):
    return Client(server.url)


@pytest.fixture
def fresh_client(request, tmp_path):
    """Starts a server of the test's own, with the flags and the fixture of the checkout given, and returns a client for it."""
    servers = []

    def start(*flags, **fixture):
        servers.append(Server(tmp_path / f"stderr-{len(servers)}", *flags, **fixture))
        request.node.fresh_servers = servers
        return Client(servers[-1].url)

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    proxies = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    # What the machine trusts besides would win over what a test trusts.
    for name in (*proxies, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        shared = item.funcargs.get("server")
        for server in getattr(item, "fresh_servers", [shared] if shared else []):
            report.sections.append(("pfop-mock stderr", server.stderr()))
    return report
