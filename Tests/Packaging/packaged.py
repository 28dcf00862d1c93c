"""What of the packaged program has to work where there is nothing but glibc; `run` calls it: packaged.py ROOT.

The program runs inside the root folder, as nobody where the machine allows it. This side speaks to it over loopback.
"""

import fcntl
import http.client
import http.server
import json
import os
import pathlib
import re
import select
import shutil
import socket
import ssl
import statistics
import struct
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(sys.argv[1])
PREFIX = ROOT / "usr/local"
STARTS = 20
FORM = "bucket=media&key=video.mp4&fops=avthumb%2Fmp4&notifyURL=http%3A%2F%2Freceiver.test%3A{port}%2Fdone"
NOBODY = 65532
CHROOT = shutil.which("chroot", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def identities():
    """How to be nobody; nothing where only one user of this namespace is known."""
    count = sum(int(line.split()[2]) for line in pathlib.Path("/proc/self/uid_map").read_text().splitlines())
    return [f"--userspec={NOBODY}:{NOBODY}"] if count > NOBODY else []


def inside(*command):
    return [CHROOT, *identities(), str(ROOT), *command]


def environment(**variables):
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", **variables}


def run(*command, **variables):
    ended = subprocess.run(
        inside(*command), env=environment(**variables), capture_output=True, text=True, timeout=30
    )
    assert ended.returncode == 0, ended
    return ended.stdout


class Served:
    """The program while it serves."""

    def __init__(self, *command, **variables):
        self.process = subprocess.Popen(
            inside(*command), env=environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        readable, _, _ = select.select([self.process.stdout], [], [], 30)
        line = self.process.stdout.readline() if readable else ""
        ready = re.fullmatch(r"pfop-mock ready url=http://[\d.]+:(\d+) .*?(?: tls=https://[\d.]+:(\d+))?\n", line)
        if not ready:
            self.process.kill()
            raise AssertionError(f"no ready line but {line!r}: {self.process.communicate()}")
        self.port, self.tls_port = int(ready[1]), int(ready[2] or 0)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        _, errors = self.process.communicate(timeout=20)
        if not failure[0]:
            assert self.process.returncode == 0, errors

    def ask(self, method, path, body=None, tls=None, **fields):
        if tls:
            connection = http.client.HTTPSConnection("localhost", self.tls_port, timeout=10, context=tls)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body, fields)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content


class Receiver(http.server.BaseHTTPRequestHandler):
    received = []
    has_come = threading.Event()

    def do_POST(self):
        self.received.append((self.headers["Host"], json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.has_come.set()

    def log_message(self, *_):
        pass


def raise_loopback():
    """As `ip link set lo up` does, which not every machine has."""
    set_flags, up_and_running = 0x8914, 0x1 | 0x40
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh14x", b"lo", up_and_running))


def check_version():
    version = run("pfop-mock", "--version")
    assert re.fullmatch(r"pfop-mock \d+\.\d+\.\d+( \([0-9a-f]{12}(-dirty)?\))?\n", version), version
    return version.strip()


def sign(form):
    return run("pfop-mock", "sign", "--body", form).strip()


def pfop(served, form, **more):
    status, content = served.ask(
        "POST", "/pfop", form, Authorization=sign(form), **{"Content-Type": "application/x-www-form-urlencoded"}, **more
    )
    assert status == 200, content
    return json.loads(content)["persistentId"]


def check_service():
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    form = FORM.format(port=receiver.server_port)
    flags = ("--port", "0", "--port-file", "/tmp/port", "--tls", "--tls-port", "0", "--tls-ca-out", "/tmp/ca.pem")
    with Served("pfop-mock", "serve", *flags, XDG_CACHE_HOME="/tmp/cache") as served:
        assert run("pfop-mock", "healthcheck", "--port-file", "/tmp/port") == "ready\n"
        assert pfop(served, form) == 1
        assert Receiver.has_come.wait(20), "no notification has come"
        (host, job), *more = Receiver.received
        assert host == f"receiver.test:{receiver.server_port}" and job["id"] == 1 and not more, Receiver.received
        trusting = ssl.create_default_context(cafile=ROOT / "tmp/ca.pem")
        assert pfop(served, form, tls=trusting) == 2
    receiver.shutdown()
    assert not (ROOT / "tmp/port").exists()


def check_fixture():
    fixture = ROOT / "tmp/own.yaml"
    fixture.write_text("accounts: [{ accessKey: a, secretKey: s }]\nbuckets: { b: { keys: ['*'], than: { status: 599 } } }\n")
    fixture.chmod(0o644)
    ended = subprocess.run(
        inside("pfop-mock", "check", "/tmp/own.yaml"), env=environment(), capture_output=True, text=True, timeout=30
    )
    assert ended.returncode == 1 and "did you mean then?" in ended.stderr, ended
    schema = json.loads(run("pfop-mock", "schema"))
    assert schema["type"] == "object"


def instruction(name):
    """What the Containerfile says behind a word, as JSON."""
    (found,) = re.findall(rf"^{name} .*?(\[.*\])$", (PREFIX / "Containerfile").read_text(), re.MULTILINE)
    return json.loads(found)


def check_container():
    """The steps that a container would take, of the user it would have."""
    folder = ROOT / "var/cache/pfop-mock"
    folder.mkdir(parents=True, exist_ok=True)
    if identities():
        os.chown(folder, NOBODY, NOBODY)
    variables = {"XDG_CACHE_HOME": "/var/cache", "PFOP_MOCK_ADMIN_TOKEN": "secret", "PFOP_MOCK_TLS": "yes"}
    with Served(*instruction("ENTRYPOINT"), **variables) as served:
        assert (served.port, served.tls_port) == (8599, 8600), "the ports that are exposed"
        assert run(*instruction("HEALTHCHECK")) == "ready\n"
        assert pfop(served, FORM.format(port=9)) == 1
        assert served.ask("GET", "/__admin/settings")[0] in (401, 403)
        assert served.ask("GET", "/__admin/settings", Authorization="Bearer secret")[0] == 200
        assert list(folder.iterdir()), "the authority was not kept where a volume would be"
    ended = subprocess.run(
        inside(*instruction("HEALTHCHECK")), env=environment(), capture_output=True, timeout=30
    )
    assert ended.returncode == 1, ended


def check_completions():
    """Each shell that is here reads its own; the others' are looked at."""
    read = []
    for shell, path, flags in [
        ("bash", "share/bash-completion/completions/pfop-mock", ["-n"]),
        ("zsh", "share/zsh/site-functions/_pfop-mock", ["-n"]),
        ("fish", "share/fish/vendor_completions.d/pfop-mock.fish", ["--no-execute"]),
    ]:
        text = (PREFIX / path).read_text()
        for word in ("healthcheck", "port-file", "notify-allow"):
            assert word in text, f"{path}: no {word}"
        if shutil.which(shell):
            subprocess.run([shell, *flags, PREFIX / path], check=True, timeout=30)
            read.append(shell)
    return f"read by {', '.join(read) or 'no shell'}"


def check_unit():
    if not shutil.which("systemd-analyze"):
        return "not looked at: no systemd-analyze here"
    unit = ROOT / "tmp/pfop-mock.service"
    # Where it is unpacked here is not where it will be.
    unit.write_text((PREFIX / "lib/systemd/system/pfop-mock.service").read_text().replace("/usr/local/", f"{PREFIX}/"))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60
    )
    ours = [line for line in verified.stderr.splitlines() if "pfop-mock" in line]
    assert verified.returncode == 0 and not ours, verified
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", unit], capture_output=True, text=True, timeout=60
    )
    exposure = re.search(r"exposure level for \S+: ([\d.]+)", rated.stdout)
    assert exposure and float(exposure[1]) < 3, rated
    return f"exposure {exposure[1]} of 10"


def measure_start():
    """Milliseconds from exec to the first answer."""
    spans = []
    for _ in range(STARTS):
        start = time.perf_counter()
        with Served("pfop-mock", "serve", "--port", "0") as served:
            assert served.ask("GET", "/__admin/health")[0] == 200
            spans.append((time.perf_counter() - start) * 1e3)
    spans.sort()
    return f"{statistics.median(spans):.1f} ms in the middle of {STARTS}, {spans[0]:.1f} to {spans[-1]:.1f}"


def main():
    raise_loopback()
    print(f"{check_version()}, {'as nobody' if identities() else 'as the one user there is'}")
    for name, check in [
        ("service, notification by name, TLS", check_service),
        ("check, schema", check_fixture),
        ("container's steps", check_container),
        ("completions", check_completions),
        ("systemd unit", check_unit),
        ("exec to first answer", measure_start),
    ]:
        print(f"{name}: {check() or 'ok'}", flush=True)


main()
