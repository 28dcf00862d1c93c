"""Whatever a client sends is text on the page, and goes through a shell as it was."""

import base64
import subprocess

import pytest
import requests

from admin import Admin
from browser import chromium, page, raw, request  # noqa: F401
from conftest import Server

RUNS = "window.foreign=1"
# Each would run, close what it stands in, turn what stands beside it, or hide.
HOSTILE = [
    f"<img src=x onerror={RUNS}>",
    f"</script><script>{RUNS}</script>",
    f"</bdi></td></table><svg onload={RUNS}>",
    f"\"' onmouseover={RUNS} x='",
    f"javascript:{RUNS}",
    "\u202egpj.exe\u2066",
    "\u0007\u001b[31mred\u007f\u0085",
    "zero\u200bwidth\ufeff",
    "line\nbreak\ttab",
    "{0}{{constructor}}${1+1}`x`",
    "__proto__",
    "中文 عربى 😀",
]


def shown(text):
    """As the page has it: what cannot be seen is an escape."""
    escapes = {
        "\u202e": "\\u202e",
        "\u2066": "\\u2066",
        "\u0007": "\\x07",
        "\u001b": "\\x1b",
        "\u007f": "\\x7f",
        "\u0085": "\\x85",
        "\u200b": "\\u200b",
        "\ufeff": "\\ufeff",
    }
    return "".join(escapes.get(character, character) for character in text)


def looks(page):
    """Elements that only somebody else's markup could have made."""
    return page.all(
        "main img, main script, main svg[onload], #story img, #story script, [onerror], [onload], [onmouseover]"
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_it_stays_text(fresh_client, page, text):
    client = fresh_client(fixture="fixtures/permissive.yaml")
    page.open(client.url).live()
    name = text.replace("\n", " ").replace("\u0007", "")
    assert client.pfop("bucket", key=text).status == 200
    agent = b"User-Agent: " + text.replace("\n", "").encode().translate(None, bytes(range(0x20)) + b"\x7f")
    raw(client.url, request("POST", "/pfop", text.encode(), agent, b"X-Odd: " + agent[12:]))
    raw(client.url, request("GET", "/" + base64.b64encode(text.encode()).decode() + "<img/src=x>", b"", agent))
    Admin(client.url).post("rules", {"name": name, "when": {"key": "none"}, "then": {"status": 599, "error": name}})
    page.wait(lambda: len(page.rows()) == 3)
    assert shown(text) in page.texts("#requests .c-source bdi:nth-of-type(2)")
    for number in range(3):
        page.open_story(number)
        assert not looks(page)
        page.close_story()
    page.open_story(0)
    assert shown(text) in page.texts("#story dd")
    page.close_story()
    page.open_story(1)
    assert any(shown(text) in content for content in page.texts("#story pre"))
    page.close_story()
    page.choose("jobs")
    page.wait(lambda: shown(text) in page.text("#jobs .c-source"))
    page.choose("rules")
    page.wait(lambda: shown(name) in page.texts("#rules .c-name bdi"))
    page.choose("faults")
    page.wait(lambda: page.all("#faults button"))
    page.fill("#fault-bucket", "<img src=x onerror=window.foreign=1>")
    page.one("[data-fault='hang']").click()
    page.wait(lambda: "hang on <img src=x" in page.text("#faults-on"))
    assert not looks(page)
    page.expect_peace()


def test_a_bucket_is_no_markup_in_lists_of_choices(fresh_client, page):
    client = fresh_client()
    bucket = f"<b onclick={RUNS}>'\""
    Admin(client.url).put(f"buckets/{bucket.replace('<', '%3C').replace(' ', '%20')}", {"keys": ["*"]})
    raw(client.url, request("POST", "/pfop", b"", f"User-Agent: {bucket.replace(' ', '-')}".encode()))
    page.open(client.url, "#/faults").live()
    page.wait(
        lambda: bucket in page.run("return [...document.querySelectorAll('#buckets option')].map((o) => o.value)")
    )
    assert not page.all("b[onclick]")
    page.expect_peace()


AUTHORIZED = "authorized"
CASES = [
    AUTHORIZED,
    request(body=b"bucket=media"),
    request("GET", "/status/get/prefop?id=1&x='%22$(touch%20owned)`touch%20owned`"),
    request("POST", "/pfop", b'it\'s "$HOME" `id` \\n %s %% @file \xe4\xb8\xad', b"X-Quote: 'a' \"b\" $(touch owned)"),
    request("POST", "/pfop", b"@/etc/hostname", b"Content-Type: text/plain"),
    request("POST", "/pfop", bytes(range(256)), b"Content-Type: application/octet-stream"),
    request("POST", "/pfop", b"-e \x00 tail\r\n\r\n\n", b"User-Agent: caf\xe9 \xff"),
    request("POST", "/pfop", b"", b"X-Empty:"),
    request("PUT", "/a/../b/./c[1-2]{x,y}?q=%00", b"x"),
    b"POST /pfop HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbuck\r\n3\r\net=\r\n0\r\n\r\n",
    b"GET /pfop HTTP/1.0\r\nHost: other\r\n\r\n",
    b"HEAD /status/get/prefop?id=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
]


def parts(story):
    """What came: method and target, fields that are not curl's own, content."""
    message = story["request"]
    octets = base64.b64decode(message["base64"]) if "base64" in message else message["text"].encode()
    head, _, body = octets.partition(b"\r\n\r\n")
    first, *fields = head.split(b"\r\n")
    own = (b"content-length:", b"connection:", b"transfer-encoding:")
    return first, sorted(field.rstrip() for field in fields if not field.lower().startswith(own)), body


def test_what_came_over_tls_goes_over_tls(tmp_path, page):
    server = Server(tmp_path / "stderr", "--tls", "--tls-port", "0")
    try:
        authority = tmp_path / "ca.pem"
        authority.write_bytes(requests.get(f"{server.url}/__admin/ca.pem", timeout=30).content)
        answer = requests.post(f"{server.tls_url}/pfop", data={"bucket": "media"}, verify=authority, timeout=30)
        assert answer.status_code == 401
        page.open(server.url).live()
        page.wait(lambda: page.text("#version"))
        page.open_story(0)
        line = page.text("#curl")
        assert line.endswith(f" {server.tls_url}/pfop"), line
        ended = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60)
        assert ended.stdout.startswith("HTTP/1.1 401"), ended
        assert [entry["tls"] for entry in Admin(server.url).get("requests")["requests"]] == [True, True]
        page.expect_peace()
    finally:
        server.stop()


@pytest.mark.parametrize("octets", CASES, ids=range(len(CASES)))
def test_what_is_copied_sends_the_same(fresh_client, page, tmp_path, octets):
    client = fresh_client()
    if octets == AUTHORIZED:
        client.pfop("media", key='raw/it\'s "中" $x.mp4', fops=["avthumb/mp4;avinfo"])
    else:
        raw(client.url, octets)
    page.open(client.url).live()
    page.emulate(
        "Browser.grantPermissions", origin=client.url, permissions=["clipboardReadWrite", "clipboardSanitizedWrite"]
    )
    page.open_story(0)
    page.one("#copy-curl").click()
    page.wait(lambda: page.text("#message") == "Copied")
    line = page.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert line.isprintable(), "nothing is lost in a terminal"
    ended = subprocess.run(
        ["sh", "-c", line.replace("curl -i", "curl -s -o /dev/null -w '%{http_code}' --max-time 20", 1)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, (line, ended.stderr)
    assert not (tmp_path / "owned").exists()
    admin = Admin(client.url)
    first, again = admin.get("requests/0"), admin.get("requests/1")
    assert int(ended.stdout) == first["status"] == again["status"]
    assert parts(again) == parts(first), line
    page.expect_peace()
