"""32 tests at once on one server: each has a bucket, an account and a rule of its own, and none sees another's."""

import concurrent.futures
import threading

from admin import Admin

WORKERS = 32


def work(client, number, together):
    """What one of the tests does. Its clients' calls and the others' are mixed as they come."""
    admin = Admin(client.url)
    bucket, failures = f"parallel-{number}", 1 + number % 4
    own = client.with_keys(f"ak-{number}", f"sk-{number}")
    together.wait(60)
    admin.put(f"accounts/ak-{number}", {"secretKey": f"sk-{number}"})
    admin.put(f"buckets/{bucket}", {"keys": ["k"], "job": {"result": "success"}})
    rule = admin.post(
        "rules", {"when": {"bucket": bucket}, "then": [{"status": 599, "times": failures}, {"accept": True}]}
    )
    assert rule["taken"] == [0, 0]

    answers = [own.pfop(bucket, "k") for _ in range(failures + 3)]
    assert [answer.status for answer in answers] == [599] * failures + [200] * 3
    ids = [int(answer.id) for answer in answers[failures:]]

    assert admin.get(f"rules/{rule['id']}")["taken"] == [failures, 3]
    jobs = admin.get("jobs", bucket=bucket)["jobs"]
    assert [job["id"] for job in jobs] == ids
    assert {job["accessKey"] for job in jobs} == {f"ak-{number}"}
    # The others' accounts are none of this one's: the bucket is served for any, the signature has to be its own.
    assert client.with_keys(f"ak-{number}", f"sk-{number + 1}").pfop(bucket, "k").status == 401

    # The journal, asked for its bucket, holds its own requests.
    requests = admin.get("requests", bucket=bucket)["requests"]
    assert [entry["status"] for entry in requests] == [599] * failures + [200] * 3 + [401]
    assert {entry["accessKey"] for entry in requests} == {f"ak-{number}"}
    assert [entry["id"] for entry in requests[failures:-1]] == ids
    wanted = {"when": {"bucket": bucket, "status": "599"}, "exactly": failures, "within": "10s"}
    assert admin.post("requests/verify", wanted)["reqids"] == [entry["reqid"] for entry in requests[:failures]]
    assert admin.post("requests/count", {"when": {"bucket": bucket}})["count"] == failures + 4

    # Its counts and jobs begin anew, and nobody else's.
    admin.post("reset", {"bucket": bucket})
    assert admin.get("jobs", bucket=bucket)["jobs"] == []
    assert admin.get("requests", bucket=bucket)["requests"] == []
    assert admin.get(f"rules/{rule['id']}")["taken"] == [0, 0]
    assert own.pfop(bucket, "k").status == 599

    admin.delete(f"rules/{rule['id']}")
    admin.delete(f"buckets/{bucket}")
    assert own.pfop(bucket, "k").status == client.pfop("not-there", "k").status
    admin.delete(f"accounts/ak-{number}")
    assert own.pfop(bucket, "k").status == 401
    return ids


def test_parallel_tests_stay_apart(fresh_client):
    client = fresh_client()
    admin = Admin(client.url)
    before = [admin.get(path) for path in ("buckets", "rules", "accounts")]
    together = threading.Barrier(WORKERS)
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as workers:
        results = [workers.submit(work, client, number, together) for number in range(WORKERS)]
        ids = [persistent_id for result in results for persistent_id in result.result(120)]
    assert len(set(ids)) == 3 * WORKERS
    assert [admin.get(path) for path in ("buckets", "rules", "accounts")] == before
