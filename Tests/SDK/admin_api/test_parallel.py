"""Twenty workers of one pytest run share a server: a bucket of its own keeps each apart."""

import os
import re
import subprocess
import sys

WORKERS = 20
FIXTURE = """
buckets:
  "worker-*":
    keys: ["*"]
    job: { waiting: 10ms, processing: 10ms }
rules:
  - name: first try of each key
    countBy: key
    when: { bucket: "worker-*", key: "flaky-*" }
    then: [ { status: 599 }, { accept: true } ]
"""
# What each worker runs, several times.
INNER = '''
import os
import sys

import pytest

sys.path.insert(0, {sdk!r})
from admin import Admin
from client import Client

URL = os.environ["SHARED_SERVER"]


@pytest.mark.parametrize("number", range({tests}))
def test_a_worker_sees_its_own_bucket_alone(number, worker_id):
    client, admin = Client(URL), Admin(URL)
    bucket, key = f"worker-{{worker_id}}", f"flaky-{{number}}.mp4"
    admin.post("reset", {{"bucket": bucket}})
    assert client.pfop(bucket, key=key).status == 599
    ids = [client.pfop(bucket, key=key, notify_url="http://192.0.2.1/").id for _ in range(3)]
    waited = admin.post("jobs/wait", {{"bucket": bucket, "within": "30s"}})
    assert {{job["id"] for job in waited["jobs"]}} <= set(ids)
    jobs = admin.get("jobs", bucket=bucket)["jobs"]
    assert [job["id"] for job in jobs] == sorted(ids)
    assert [job["phase"] for job in jobs] == ["finished"] * 3
    assert [d["outcome"] for d in admin.deliveries(bucket=bucket)] == ["suppressed"] * 3
'''


def test_twenty_workers_use_one_server(fresh_client, tmp_path):
    fixture = tmp_path / "workers.yaml"
    fixture.write_text(FIXTURE)
    client = fresh_client("--fixture", str(fixture))
    tests = 5 * WORKERS
    inner = tmp_path / "test_inner.py"
    inner.write_text(INNER.format(sdk=os.path.dirname(os.path.dirname(os.path.abspath(__file__))), tests=tests))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(WORKERS), "--rootdir", tmp_path]
    environment = {**os.environ, "SHARED_SERVER": client.url}
    ended = subprocess.run(
        [*command, inner], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(rf"^{tests} passed", ended.stdout, re.MULTILINE), ended.stdout
