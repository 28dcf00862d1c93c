"""Asks servers: with wrk for throughput, with client.c where the number of requests or every single wait counts."""

import http.client
import json
import signal
import subprocess
import urllib.parse

import tools
from servers import Unanswered

FORM = "bucket=media&key=video.mp4&fops=avthumb%2Fmp4%2Fs%2F480x320&notifyURL=http%3A%2F%2F192.0.2.1%3A9999%2Fcb"
FORM_TYPE = "application/x-www-form-urlencoded"

# What is not 2xx or does not come is counted as an error.
LUA = """
local headers = {{["Content-Type"] = "{type}", ["Authorization"] = "{authorization}"}}
local odd_headers = {{["Content-Type"] = "{type}", ["Authorization"] = "{odd_authorization}"}}
odd_headers["Connection"] = "{closes}"
local usual, odd, every, count = "", "", {every}, 0
function init(arguments)
  usual = wrk.format("POST", "/pfop", headers, "{form}")
  odd = wrk.format("POST", "/pfop", odd_headers, "{odd_form}")
end
function request()
  count = count + 1
  if every > 0 and count % every == 0 then return odd end
  return usual
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\\n", summary.requests, summary.duration, e.status,
    e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(99)))
end
"""


class Odd:
    """One request in so many that is not like the others, and what is to come of it."""

    def __init__(self, every=100, form=FORM, closes=False, is_refused=False, is_broken=False):
        self.every, self.form, self.closes, self.is_refused, self.is_broken = every, form, closes, is_refused, is_broken

    def fits(self, requests, refused, broken):
        """Whether the failures are the expected ones; those of the last moment need not have come."""
        share = requests / self.every if self.every else 0
        return all(
            0.8 * share - 5 <= came <= 1.2 * share + 5 if is_expected else came == 0
            for came, is_expected in ((refused, self.is_refused), (broken, self.is_broken))
        )


NONE_ODD = Odd(every=0)


class Load:
    """What came of one run of wrk: requests/s, server's CPU in µs per request, p50 and p99 in ms."""

    def __init__(self, requests, microseconds, cpu, p50, p99):
        self.rate = requests * 1e6 / microseconds
        self.cpu = cpu * 1e6 / requests
        self.p50, self.p99 = p50 / 1e3, p99 / 1e3


class Clients:
    """Signs once and asks often: a QBox signature covers path and body, so it holds for every server."""

    def __init__(self, binary, folder):
        self.binary, self.folder, self.count = binary, folder, 0
        self.authorization = self.sign(FORM)

    def sign(self, form):
        done = subprocess.run(
            [self.binary, "sign", "--method", "POST", "--url", "http://127.0.0.1/pfop", "--body", form],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip().removeprefix("Authorization: ")

    def wrk(self, server, seconds, connections=64, tls=False, odd=NONE_ODD):
        """One run with one thread, one request at a time on each connection."""
        self.count += 1
        script = self.folder / f"request-{self.count}.lua"
        text = LUA.format(
            type=FORM_TYPE,
            authorization=self.authorization,
            form=FORM,
            every=odd.every,
            odd_authorization=self.sign(odd.form),
            odd_form=odd.form,
            closes="close" if odd.closes else "keep-alive",
        )
        script.write_text(text)
        command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--latency"]
        command += ["--timeout", "10s", "--script", str(script), server.tls_url if tls else server.url]
        before = server.cpu()
        try:
            # wrk ends by itself; the limit is for a server that hangs.
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
        except subprocess.TimeoutExpired:
            raise Unanswered(f"{server.name} left wrk without an end") from None
        cpu = server.cpu() - before
        result = next((line.split() for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
        if done.returncode != 0 or result is None:
            raise Unanswered(f"wrk failed against {server.name}:\n{done.stdout}{done.stderr}\n{server.last_words()}")
        requests, microseconds, refused, broken, p50, p99 = map(int, result[1:])
        if requests == 0 or not odd.fits(requests, refused, broken):
            came = f"{requests} answers, {refused} not 2xx, {broken} broken off"
            raise Unanswered(f"{server.name}: {came}\n{server.last_words()}")
        return Load(requests, microseconds, cpu, p50, p99)

    def exactly(self, server, count, connections=1, depth=1, form=FORM):
        """So many answers, each looked at."""
        return self.end(server, self.start(server, count, connections, depth, form))

    def start(self, server, count=0, connections=1, depth=1, form=FORM, pause=0):
        """Without a count it asks until it is ended; `pause` is in microseconds."""
        self.count += 1
        path = self.folder / f"request-{self.count}"
        authorization = self.sign(form) if form != FORM else self.authorization
        path.write_bytes(request(server, form, authorization))
        arguments = ["127.0.0.1", server.port, path, '{"persistentId"', connections, depth, count, pause]
        command = [tools.client(), *(str(argument) for argument in arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self, server, process, is_endless=False):
        if is_endless:
            process.send_signal(signal.SIGTERM)
        output, error = process.communicate(timeout=300)
        if process.returncode != 0:
            raise Unanswered(f"the client of {server.name}: {error}{server.last_words()}")
        return json.loads(output)


def request(server, form, authorization):
    return (
        f"POST /pfop HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: {authorization}\r\n"
        f"Content-Type: {FORM_TYPE}\r\nContent-Length: {len(form)}\r\n\r\n{form}"
    ).encode()


def admin(server, method, path, body=None):
    """A call of pfop-mock's admin API; the octets of its answer."""
    address = urllib.parse.urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=300)
    try:
        connection.request(method, f"/__admin/{path}", json.dumps(body) if body is not None else None)
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        raise Unanswered(f"{method} {path}: {answer.status} {text[:500]}")
    return text
