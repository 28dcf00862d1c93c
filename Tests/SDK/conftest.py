"""The real server, started for the tests and stopped by its signal."""

import os
import re
import select
import subprocess

import pytest

from client import Client
from documentation import ROOT

READY = re.compile(
    r"pfop-mock ready url=(http://127\.0\.0\.1:\d+) admin=\S+ pid=(\d+)(?: tls=(https://127\.0\.0\.1:\d+))?\n"
)


class Server:
    def __init__(self, log, *flags, fixture="fixtures/default.yaml", port=0):
        command = [os.environ["PFOP_MOCK_BINARY"], "serve", "--port", str(port)]
        self.start(log, [*command, "--fixture", str(ROOT / fixture), *flags])

    def start(self, log, command, **settings):
        """Starts the program and waits for its ready line; settings are for its environment, and its folder."""
        folder = settings.pop("folder", None)
        self.log = log
        # Neither the caller's settings nor a proxy of the machine may take part, nor may the caller's CA.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PFOP_MOCK_")}
        environment["XDG_CACHE_HOME"] = str(log.parent / "cache")
        environment |= settings
        with open(log, "wb") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment,
                cwd=folder,
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


class ShownServer(Server):
    """A server that is started by a command of the documentation, in what looks like a checkout where all is built."""

    def __init__(self, folder, command):
        for name in ("scripts", "fixtures"):
            (folder / name).symlink_to(ROOT / name)
        release = folder / ".build" / "release"
        release.mkdir(parents=True)
        (release / "pfop-mock").symlink_to(os.path.abspath(os.environ["PFOP_MOCK_BINARY"]))
        # Has nothing to build; what else the machine needs is looked for in earnest.
        swift = folder / "bin" / "swift"
        swift.parent.mkdir()
        swift.write_text("#!/bin/sh\n[ \"$1\" = build ] || echo 'Swift version 6.2'\n")
        swift.chmod(0o755)
        path = f"{swift.parent}:{os.environ['PATH']}"
        self.start(folder / "stderr", ["sh", "-c", f"exec {command}"], folder=folder, PATH=path, PFOP_MOCK_PORT="0")


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


@pytest.fixture
def shown_client(request, tmp_path):
    """Starts a server by a command of the documentation, and returns a client for it."""
    servers = []

    def start(command):
        servers.append(ShownServer(tmp_path, command))
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
