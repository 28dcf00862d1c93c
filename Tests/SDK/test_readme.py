"""The README's commands, typed as they stand; only address and program are the test's own."""

import functools
import os
import re
import subprocess

import documentation
import requests

README = documentation.README.read_text()
ADDRESS = "http://127.0.0.1:8599"
block = functools.partial(documentation.block, documentation.README)


def test_the_server_starts_by_the_first_command(shown_client):
    client = shown_client(block("sh", "scripts/serve"))
    assert client.pfop("media", "video.mp4").status == 200
    assert client.pfop("outcome-599", "video.mp4").status == 599


def test_the_signed_request_gets_the_answer_shown(fresh_client):
    client = fresh_client()
    command = block("sh", "sign --curl").replace(".build/release/pfop-mock", os.environ["PFOP_MOCK_BINARY"])
    command = command.replace("sign --curl", f"sign --curl --url {client.url}/pfop")
    shown = block("json", "persistentId").strip()
    assert subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=30).stdout == shown


def test_the_python_snippet_succeeds_and_then_fails_as_it_says(client, capsys):
    exec(block("python", "set_default").replace(ADDRESS, client.host), {})
    first, second = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"200 \d+", first)
    assert second.startswith("599 ")


def test_the_fixture_shown_is_sound(tmp_path):
    fixture = tmp_path / "own.yaml"
    fixture.write_text(block("yaml", "no watermarks"))
    check = subprocess.run([os.environ["PFOP_MOCK_BINARY"], "check", fixture], capture_output=True, text=True, timeout=30)
    assert (check.returncode, check.stdout) == (0, "ok: 1 account, 3 buckets, 1 rule\n")


def test_the_jobs_shown_go_as_they_say(fresh_client, tmp_path):
    fixture = tmp_path / "jobs.yaml"
    fixture.write_text(block("yaml", "broken-videos"))
    client = fresh_client("--clock", "manual", "--fixture", str(fixture))
    ids = [client.pfop(bucket, fops=["a", "b"], notify_url="http://192.0.2.1/").id for bucket in ("videos", "broken-videos")]
    command = block("sh", "clock/advance").replace(ADDRESS, client.url).replace("curl ", "curl -sS ")
    answer = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=30)
    assert '"deliveries": 2' in answer.stdout, answer
    jobs = [client.status(persistent_id).ret for persistent_id in ids]
    assert [job["code"] for job in jobs] == [0, 3]
    assert [item["code"] for item in jobs[1]["items"]] == [0, 3]


def test_every_admin_call_shown_is_there(client):
    known = requests.get(f"{client.url}/__admin/nothing", timeout=30).headers["X-Mock-Diagnosis"]
    rows = re.findall(r"^\| `(GET|POST|DELETE) ([\w/{}]+)", README.replace("{X-Reqid}", "{reqid}"), re.MULTILINE)
    assert len(rows) > 10
    for method, path in rows:
        assert f"{method} {path}".replace("{number}", "{n}") in known, known


def test_the_expectation_shown_is_waited_for(fresh_client):
    client = fresh_client()
    command = block("sh", "requests/verify").replace(ADDRESS, client.url).replace("curl ", "curl -sS --fail-with-body ")
    with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, text=True) as waiting:
        client.pfop("media", "video.mp4")
        assert '"count": 1' in waiting.communicate(timeout=30)[0]
    assert waiting.returncode == 0
    client.pfop("media", "video.mp4")
    told = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=30)
    assert told.returncode == 22 and "2 requests meet the criteria, expected: exactly 1" in told.stdout


def test_the_changes_shown_take_effect(fresh_client):
    client = fresh_client()
    commands = block("sh", "accounts/my-access-key").replace(ADDRESS, client.url).replace("curl ", "curl -sS --fail-with-body ")
    changed = subprocess.run(["sh", "-ec", commands], capture_output=True, text=True, timeout=30)
    assert changed.returncode == 0, changed
    mine = client.with_keys("my-access-key", "my-secret-key")
    assert [mine.pfop("my-test", "a").status for _ in range(3)] == [599, 599, 200]
    assert mine.pfop("my-test", "bad one").status == -1
