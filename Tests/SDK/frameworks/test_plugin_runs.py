"""Runs of pytest with the plugin: where the program comes from, and what is shown of a failure."""

import os
import pathlib
import subprocess
import sys

import pytest

from pytest_pfop_mock import PfopMockProcess

PLUGIN = pathlib.Path(__file__).resolve().parents[1]
BINARY = os.environ["PFOP_MOCK_BINARY"]


@pytest.fixture
def run(tmp_path):
    def run(test, *flags, ini="", **variables):
        (tmp_path / "test_it.py").write_text(test)
        (tmp_path / "pytest.ini").write_text(f"[pytest]\n{ini}\n")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PFOP_MOCK_")}
        environment |= {"PYTHONPATH": str(PLUGIN), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **variables}
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "pytest_pfop_mock", *flags]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)

    return run


USED = "def test_it(pfop_mock):\n    pfop_mock.verify(exactly=0)\n"


@pytest.mark.parametrize("flags, ini, variables", [
    (["--pfop-mock-binary", BINARY], "", {}),
    ([], f"pfop_mock_binary = {BINARY}", {}),
    ([], "pfop_mock_binary = none", {"PFOP_MOCK_BINARY": BINARY}),
])  # fmt: skip
def test_the_program_is_where_it_is_said_to_be(run, flags, ini, variables):
    ended = run(USED, *flags, ini=ini, **variables)
    assert ended.returncode == 0 and "1 passed" in ended.stdout, ended


def test_a_program_that_is_not_there_is_named(run):
    ended = run(USED, "--pfop-mock-binary", "/no/such/pfop-mock")
    assert ended.returncode != 0 and "there is no program /no/such/pfop-mock" in ended.stdout + ended.stderr, ended


def test_flags_reach_the_server(run):
    clock = "def test_it(pfop_mock):\n    pfop_mock.advance('1h')\n"
    ini = f"pfop_mock_binary = {BINARY}\npfop_mock_flags = --clock manual"
    assert run(clock, ini=ini).returncode == 0
    ended = run(clock, ini=f"pfop_mock_binary = {BINARY}\npfop_mock_flags = --clok manual")
    assert ended.returncode != 0 and "Did you mean '--clock'?" in ended.stdout, ended


def test_the_log_is_shown_with_a_failure(run):
    ended = run("def test_it(pfop_mock):\n    pfop_mock.verify()\n", "--pfop-mock-binary", BINARY)
    assert ended.returncode == 1 and "0 requests meet the criteria, expected: at least 1" in ended.stdout, ended
    assert "pfop-mock log" in ended.stdout and "--seed" in ended.stdout


def test_a_server_that_runs_is_used_and_left_as_it_was(run, tmp_path):
    flags = ("--port", "0", "--admin-token", "secret")
    server = PfopMockProcess(BINARY, *flags, log=tmp_path / "log")
    try:
        ended = run(USED, "--pfop-mock-url", server.url, PFOP_MOCK_ADMIN_TOKEN="secret")
        assert ended.returncode == 0, ended
        ended = run(USED, PFOP_MOCK_URL=server.url)
        assert ended.returncode == 1 and "401: " in ended.stdout, ended
    finally:
        server.stop()
