"""A plugin for pytest: a fake api.qiniu.com for the whole run, and a bucket of it for each test.

It is this one file and needs nothing but pytest. Copy it beside your conftest.py, and name it there:

    pytest_plugins = ["pytest_pfop_mock"]

The program `pfop-mock` is looked for on the PATH; `--pfop-mock-binary`, the setting `pfop_mock_binary` or the variable
PFOP_MOCK_BINARY says otherwise. The setting `pfop_mock_flags` has further flags for it, such as `--dialect current`. With
`--pfop-mock-url`, or PFOP_MOCK_URL, a server is used that runs already; PFOP_MOCK_ADMIN_TOKEN is its token, if it has one.

    def test_a_busy_service_is_asked_again(pfop_mock):
        pfop_mock.script({"status": 599, "times": 2}, {"accept": True})
        transcode(pfop_mock.url, pfop_mock.access_key, pfop_mock.secret_key, pfop_mock.bucket, "video.mp4")
        pfop_mock.verify(exactly=3, key="video.mp4")
"""

import json
import os
import re
import select
import shlex
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
import uuid

import pytest

READY = re.compile(r"pfop-mock ready url=(http://\S+) admin=(http://\S+) pid=(\d+)(?: tls=(https://\S+))?\n")
# Proxies of the machine have no say: the server is on it.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class PfopMockProcess:
    """A server of one's own, ready once this is made."""

    def __init__(self, binary, *flags, log, environment=None):
        """`log` is the path that its log goes to; `environment` takes the place of this process's."""
        # Settings of the caller's own servers are not for this one.
        variables = {k: v for k, v in os.environ.items() if not k.startswith("PFOP_MOCK_")}
        self.start([binary, "serve", *flags], log, variables if environment is None else environment)

    def start(self, command, log, environment, folder=None):
        """Starts a command that becomes the program, in that folder, and waits for its ready line."""
        self.log = log
        with open(log, "wb") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment,
                cwd=folder,
            )
        try:
            readable, _, _ = select.select([self.process.stdout], [], [], 30)
            line = self.process.stdout.readline() if readable else ""
            ready = READY.fullmatch(line)
            assert ready, f"no ready line of pfop-mock but {line!r}; its log:\n{self.stderr()}"
            assert int(ready[3]) == self.process.pid
        except BaseException:
            self.process.kill()
            self.process.communicate()
            raise
        self.url, self.admin_url, _, self.tls_url = ready.groups()

    def stderr(self):
        """The end of its log."""
        with open(self.log, errors="replace") as file:
            return file.read()[-8000:]

    def stop(self):
        """SIGTERM ends it gracefully, also while a client keeps an idle connection."""
        self.process.terminate()
        try:
            more, _ = self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            pytest.fail(f"pfop-mock is still there 20 s after SIGTERM; its log:\n{self.stderr()}")
        assert self.process.returncode == 0, self.stderr()
        assert more == "", "stdout carries one line only"


class AdminRefusal(AssertionError):
    """An admin call was not answered 200: `status` and `body` say why."""

    def __init__(self, status, body):
        self.status, self.body = status, body
        super().__init__(f"{status}: {body.get('field', '')} {body.get('error', body)}".replace(":  ", ": "))


class PfopMock:
    """What one test has of the server: a bucket that takes every key, and an account, both of its own."""

    def __init__(self, url, admin_url, token=None):
        self.url = url
        self._admin_url, self._token, self._rules = admin_url.rstrip("/"), token, []
        name = uuid.uuid4().hex[:12]
        self.bucket, self.access_key, self.secret_key = f"test-{name}", f"test-ak-{name}", f"test-sk-{uuid.uuid4().hex}"
        self.put_bucket()
        self.admin("PUT", f"accounts/{self.access_key}", {"secretKey": self.secret_key})

    def admin(self, method, path, body=None):
        """Any call of the admin API, by what stands behind `/__admin/`; returns the JSON of its answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._admin_url}/{path}", data, method=method)
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            # Waits of the server's own, of up to ten minutes, are longer than none.
            with OPENER.open(request, timeout=660) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            try:
                body = json.loads(text)
            except ValueError:
                body = {"error": text}
            raise AdminRefusal(error.code, body) from None

    def put_bucket(self, **bucket):
        """Says what the bucket is, in the words of a fixture: `keys`, `then`, `job`. It takes every key if nothing is said."""
        self.admin("PUT", f"buckets/{self.bucket}", {"keys": ["*"], **bucket})

    def script(self, *steps, **when):
        """Adds a rule for this test's bucket: `script({"status": 599, "times": 2}, {"accept": True}, key="video.mp4")`.

        Steps are those of a fixture's `then`, conditions those of its `when`. Returns the rule's id.
        """
        rule = self.admin("POST", "rules", {"when": {"bucket": self.bucket, **when}, "then": list(steps)})
        self._rules.append(rule["id"])
        return rule["id"]

    def verify(self, exactly=None, at_least=None, at_most=None, within=None, **when):
        """Fails unless as many requests for the bucket have come as are expected, one or more if nothing is said.

        `within`, such as "5s", waits for them; conditions are those of `when`, with `status`. Returns their X-Reqids.
        """
        wanted = {"exactly": exactly, "atLeast": at_least, "atMost": at_most, "within": within}
        body = {name: value for name, value in wanted.items() if value is not None}
        try:
            return self.admin("POST", "requests/verify", {"when": {"bucket": self.bucket, **when}, **body})["reqids"]
        except AdminRefusal as refusal:
            if refusal.status != 409:
                raise
            misses = "".join(f"\n  {told(miss)}" for miss in refusal.body["nearMisses"])
            message = refusal.body["error"] + misses
        pytest.fail(message)

    def requests(self, **filters):
        """The requests for the bucket, oldest first; `key` and `status` leave out others."""
        return self._list("requests", "requests", **filters)

    def jobs(self, **filters):
        """The jobs of the bucket."""
        return self._list("jobs", "jobs", **filters)

    def notifications(self, **filters):
        """Deliveries of notifications about jobs of the bucket."""
        return self._list("notifications", "notifications", **filters)

    def wait_for_jobs(self, until="settled", within="10s"):
        """Waits until each job of the bucket is settled, or has its "result"."""
        return self.admin("POST", "jobs/wait", {"bucket": self.bucket, "until": until, "within": within})["jobs"]

    def advance(self, by):
        """Moves the clock of a server with `--clock manual`: for all who use it."""
        return self.admin("POST", "clock/advance", {"by": by})

    def reset(self):
        """Forgets requests and jobs of the bucket, and takes its scripts away."""
        for rule in self._rules:
            self._remove(f"rules/{rule}")
        self._rules = []
        self.admin("POST", "reset", {"bucket": self.bucket})

    def close(self):
        """Takes away all that was made for the test."""
        self.reset()
        self._remove(f"buckets/{self.bucket}")
        self._remove(f"accounts/{self.access_key}")

    def _remove(self, path):
        try:
            self.admin("DELETE", path)
        except AdminRefusal as refusal:
            # The test may have done so itself.
            if refusal.status != 404:
                raise

    def _list(self, path, name, **filters):
        query = urllib.parse.urlencode({"bucket": self.bucket, "limit": 10000, **filters})
        return self.admin("GET", f"{path}?{query}")[name]


def told(miss):
    """A request that was not counted, and why, on one line."""
    differences = "; ".join(f"{d['field']} is {d['actual']!r}, asked for: {d['expected']}" for d in miss["differs"])
    return f"request {miss['number']}, {miss['method']} {miss['target']}, {miss['status']}: {differences}"


def pytest_addoption(parser):
    group = parser.getgroup("pfop-mock", "a fake api.qiniu.com")
    group.addoption("--pfop-mock-binary", metavar="PATH", help="the program pfop-mock (default: the one on the PATH)")
    group.addoption("--pfop-mock-url", metavar="URL", help="a server that runs already, in place of a new one")
    parser.addini("pfop_mock_binary", "the program pfop-mock (default: the one on the PATH)")
    parser.addini("pfop_mock_flags", "further flags of pfop-mock serve", type="string", default="")


def chosen_binary(config):
    chosen = config.getoption("--pfop-mock-binary") or os.environ.get("PFOP_MOCK_BINARY")
    binary = chosen or config.getini("pfop_mock_binary") or "pfop-mock"
    found = shutil.which(binary)
    if not found:
        raise pytest.UsageError(
            f"there is no program {binary}; allowed: one on the PATH, or the path of one, by --pfop-mock-binary, "
            "PFOP_MOCK_BINARY or the setting pfop_mock_binary"
        )
    return found


class RunningServer:
    """A server that somebody else has started, and will stop."""

    def __init__(self, url):
        self.url, self.admin_url = url.rstrip("/"), f"{url.rstrip('/')}/__admin/"


@pytest.fixture(scope="session")
def pfop_mock_server(request, tmp_path_factory):
    """One server for the whole run; `url` is where it is."""
    url = request.config.getoption("--pfop-mock-url") or os.environ.get("PFOP_MOCK_URL")
    if url:
        yield RunningServer(url)
        return
    flags = shlex.split(request.config.getini("pfop_mock_flags"))
    log = tmp_path_factory.mktemp("pfop-mock") / "log"
    server = PfopMockProcess(chosen_binary(request.config), "--port", "0", *flags, log=log)
    yield server
    server.stop()


@pytest.fixture
def pfop_mock(pfop_mock_server):
    """A bucket and an account of the test's own: see `PfopMock`. Nothing of them is left when it ends."""
    mock = PfopMock(pfop_mock_server.url, pfop_mock_server.admin_url, os.environ.get("PFOP_MOCK_ADMIN_TOKEN"))
    yield mock
    mock.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    server = getattr(item, "funcargs", {}).get("pfop_mock_server")
    if report.failed and isinstance(server, PfopMockProcess):
        report.sections.append(("pfop-mock log", server.stderr()))
    return report
