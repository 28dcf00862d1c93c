"""The commands of the article on measurements: that they are ones, not what they measure, which takes minutes and a machine."""

import subprocess

import pytest

import documentation
from documentation import ROOT


def block(language, containing):
    return documentation.block(ROOT / "Sources/PfopMock/PfopMock.docc/Measurements.md", language, containing)


@pytest.mark.parametrize("line", block("sh", "scripts/bench --quick").splitlines())
def test_a_command_is_understood(line):
    command = line.partition(" > ")[0]
    ended = subprocess.run(["sh", "-c", f"{command} --help"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended
    words = [word for word in command.split()[1:] if not word.isdigit()]
    assert words and all(word in ended.stdout for word in words)
    wrong = subprocess.run(["sh", "-c", f"{command} --nonsense"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert wrong.returncode == 64, wrong
