"""As fake https://api.qiniu.com: the names are mapped, the CA is trusted, and the SDK suspects nothing."""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from client import TAKES_SCHEME
from documentation import RECIPES, block

# What the container of the documentation is told, and one more.
NAMES = [*re.findall(r"--add-host (\S+):MOCK", block(RECIPES, "sh", "docker run")), "uc.qbox.me"]
# A network and a view of files of its own; who is not root becomes it in a user namespace, where that is allowed.
UNSHARE = ["unshare", "--net", "--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])


@pytest.mark.skipif(not TAKES_SCHEME, reason="this release knows no host with a scheme")
def test_an_unmodified_sdk_takes_it_for_the_service(tmp_path):
    if subprocess.run([*UNSHARE, "true"], capture_output=True).returncode != 0:
        pytest.skip("this machine gives no network namespaces to this user")
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {name}\n" for name in NAMES))
    script = pathlib.Path(__file__).parent / "as_qiniu.py"
    command = f'mount --bind "{hosts}" /etc/hosts && exec "{sys.executable}" "{script}" "{tmp_path}"'
    ran = subprocess.run([*UNSHARE, "sh", "-c", command], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "default": {"persistentId": "1"}, "https": {"persistentId": "2"}, "status": ["2", 0], "region": "z0",
    }
