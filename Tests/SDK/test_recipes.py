"""The Python recipes of the documentation, typed as they stand; only the address is the test's own."""

import re
import subprocess
import sys

import pytest
import qiniu
from qiniu import config

from documentation import RECIPES, block

# Each with the output that is shown below it.
PYTHON = re.findall(r"```python\n(.*?)```.*?```\n(.*?)```", RECIPES.read_text(), re.DOTALL)
ADDRESS = "http://127.0.0.1:8599"

pytestmark = pytest.mark.skipif(
    not hasattr(qiniu.PersistentFop, "get_status") or not hasattr(config, "QUERY_REGION_HOST"),
    reason="this release lacks the calls shown",
)


def test_the_recipes_print_what_is_shown(shown_client):
    client = shown_client(block(RECIPES, "sh", "scripts/serve"))
    assert len(PYTHON) == 2
    for code, output in PYTHON:
        assert ADDRESS in code
        # In a process of their own: other tests leave the SDK's settings changed.
        command = [sys.executable, "-c", code.replace(ADDRESS, client.url)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert (ended.stdout, ended.stderr) == (output, "")
