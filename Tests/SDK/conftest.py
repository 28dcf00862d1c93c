"""The real server, started for the tests and stopped by its signal."""

import os

import pytest

from client import Client
from documentation import ROOT

# Before it is imported: its asserts are to tell what they have met.
pytest.register_assert_rewrite("pytest_pfop_mock")
from pytest_pfop_mock import PfopMockProcess  # noqa: E402

# What we hand out to others is what we use.
pytest_plugins = ["pytest_pfop_mock"]


def environment(log, **settings):
    """Neither the caller's settings nor a proxy of the machine may take part, nor may the caller's CA."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith("PFOP_MOCK_")}
    return {**variables, "XDG_CACHE_HOME": str(log.parent / "cache"), **settings}


class Server(PfopMockProcess):
    def __init__(self, log, *flags, fixture="fixtures/default.yaml", port=0):
        super().__init__(
            os.environ["PFOP_MOCK_BINARY"], "--port", str(port), "--fixture", str(ROOT / fixture), *flags, log=log,
            environment=environment(log),
        )
        # No test of ours listens elsewhere.
        assert all(url is None or "://127.0.0.1:" in url for url in (self.url, self.tls_url))


class ShownServer(PfopMockProcess):
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
        log = folder / "stderr"
        self.start(["sh", "-c", f"exec {command}"], log, environment(log, PATH=path, PFOP_MOCK_PORT="0", PFOP_MOCK_TLS_PORT="0"), folder)


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
