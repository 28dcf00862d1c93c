"""The README's first screen, typed as it stands; only address and program are the test's own."""

import os
import pathlib
import re
import subprocess

README = (pathlib.Path(__file__).resolve().parents[2] / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
ADDRESS = "http://127.0.0.1:8599"


def block(language, containing):
    (found,) = [text for kind, text in BLOCKS if kind == language and containing in text]
    return found


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
