"""The real server, started for the tests and stopped by its signal."""

import os
import pathlib

import pytest

from client import Client

# Before it is imported: its asserts are to tell what they have met.
pytest.register_assert_rewrite("pytest_pfop_mock")
from pytest_pfop_mock import PfopMockProcess  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What we hand out to others is what we use.
pytest_plugins = ["pytest_pfop_mock"]


class Server(PfopMockProcess):
    def __init__(self, log, *flags, fixture="fixtures/default.yaml", port=0):
        # Neither the caller's settings nor a proxy of the machine may take part, nor may the caller's CA.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PFOP_MOCK_")}
        environment["XDG_CACHE_HOME"] = str(log.parent / "cache")
        super().__init__(
            os.environ["PFOP_MOCK_BINARY"], "--port", str(port), "--fixture", str(ROOT / fixture), *flags, log=log,
            environment=environment,
        )
        # No test of ours listens elsewhere.
        assert all(url is None or "://127.0.0.1:" in url for url in (self.url, self.tls_url))


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
