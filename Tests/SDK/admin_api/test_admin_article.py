"""Every line of curl in the article on the admin API, run as it stands; only the address is the test's own."""

import re
import subprocess

import pytest
import requests

from admin import Admin
from conftest import ROOT, Server

ARTICLE = (ROOT / "Sources/PfopMock/PfopMock.docc/AdminAPI.md").read_text()
LINES = [line for block in re.findall(r"```sh\n(.*?)```", ARTICLE, re.DOTALL) for line in block.splitlines()]
ADDRESS = "http://127.0.0.1:8599"


def call(line):
    """Method and path of a line, as the table of calls has them."""
    method = re.search(r"-X (\w+)", line)
    path = re.search(r"/__admin/([^\s?']*)", line)[1]
    return method[1] if method else "GET", path


@pytest.fixture
def server(tmp_path):
    from client import Client

    server = Server(tmp_path / "stderr", "--clock", "manual", "--tls")
    client = Client(server.url)
    # The second is waiting, the first has been notified of as far as it may be.
    assert client.pfop("slow-job", key="k", notify_url="http://192.0.2.1/").id == 1
    assert client.pfop("slow-job", key="k", notify_url="http://192.0.2.1/").id == 2
    yield server
    server.stop()


def test_every_line_does_what_it_is_for(server, tmp_path):
    assert len(LINES) > 15
    for line in LINES:
        assert ADDRESS in line
        command = line.replace(ADDRESS, server.url).replace("curl ", "curl --silent --show-error --fail-with-body ", 1)
        if "/events" in line:
            command = command.replace("curl ", "timeout 3 curl ", 1)
        ended = subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        if "/events" in line:
            assert ended.returncode == 124 and ended.stdout.startswith(": listening\n"), (line, ended)
        else:
            assert ended.returncode == 0, (line, ended)
        # What these tests are about is there to be asked for.
        if line.endswith("/jobs/2/fail -d '{\"error\": \"not a valid video\", \"errorIndex\": 0}'"):
            assert '"phase": "finished"' in ended.stdout
            Admin(server.url).advance("1s")


def test_every_call_has_its_line(server):
    answer = requests.get(f"{server.url}/__admin/nothing", timeout=30)
    known = answer.headers["X-Mock-Diagnosis"].removeprefix("known calls: ").split(", ")
    shown = [call(line) for line in LINES]

    def is_shown(route):
        method, path = route.split(" ")
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
        return any(method == m and pattern.fullmatch(p) for m, p in shown)

    missing = [route for route in known if not is_shown(route)]
    assert not missing, f"AdminAPI.md has no line of curl for {missing}"
    literal = {tuple(route.split(" ")) for route in known}
    for method, path in shown:
        assert any(
            method == m and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", p), path) for m, p in literal
        ), f"there is no call {method} {path}"
