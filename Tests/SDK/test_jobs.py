"""What becomes of a job, with the clock held by the test: phases, results, notifications and their retries."""

import inspect
import socket

import pytest
import qiniu

from admin import Admin
from client import ACCESS_KEY, SECRET_KEY
from receiver import Receiver

FIXTURE = """
buckets:
  sluggish: { keys: ["*"], job: { waiting: 10s, processing: 30s } }
  failing: { keys: ["*"], job: { processing: 5s, result: failed, error: not a valid video, errorIndex: 1 } }
"""


@pytest.fixture
def held(fresh_client, tmp_path):
    """A client of a server whose clock stands."""
    fixture = tmp_path / "jobs.yaml"
    fixture.write_text(FIXTURE)
    client = fresh_client("--clock", "manual", "--fixture", str(fixture))
    client.admin = Admin(client.url)
    return client


@pytest.fixture
def nobody():
    """An address where nobody listens, and nobody else can."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/done"


def codes(client, persistent_id):
    job = client.status(persistent_id).ret
    return job["code"], [item["code"] for item in job["items"]]


def test_a_job_waits_is_processed_and_succeeds(held):
    with Receiver() as receiver:
        persistent_id = held.pfop("sluggish", fops=["a", "b"], notify_url=receiver.url).id
        assert codes(held, persistent_id) == (1, [1, 1])
        held.admin.advance("9s")
        assert codes(held, persistent_id) == (1, [1, 1])
        held.admin.advance("1s")
        assert codes(held, persistent_id) == (2, [2, 2])
        assert receiver.received == []
        assert held.admin.advance("30s")["deliveries"] == 1
        assert codes(held, persistent_id) == (0, [0, 0])
        assert receiver.bodies() == [held.status(persistent_id).ret]


def test_a_job_fails_at_one_command(held):
    with Receiver() as receiver:
        persistent_id = held.pfop("failing", fops=["a", "b"], notify_url=receiver.url).id
        held.admin.advance("5s")
        assert codes(held, persistent_id) == (3, [0, 3])
        failed = held.status(persistent_id).ret["items"][1]
        assert (failed["error"], failed["errorIndex"]) == ("not a valid video", 1)
        assert receiver.bodies()[0]["code"] == 3


def test_a_notification_nobody_takes_is_tried_five_times(held, nobody):
    persistent_id = held.pfop("sluggish", notify_url=nobody).id
    held.admin.advance("54s")
    assert codes(held, persistent_id) == (0, [0])
    held.admin.advance("1s")
    job = held.status(persistent_id).ret
    assert (job["code"], job["desc"]) == (4, "Callback failed")
    deliveries = held.admin.deliveries()
    assert [delivery["attempt"] for delivery in deliveries] == [1, 2, 3, 4, 5]
    assert {delivery["outcome"] for delivery in deliveries} == {"failed"}
    assert all("refused" in delivery["reason"] for delivery in deliveries)


def test_a_receiver_that_fails_three_times_sees_four_deliveries(held):
    with Receiver(500, 503, 302, 204) as receiver:
        persistent_id = held.pfop("sluggish", notify_url=receiver.url).id
        created = held.admin.get(f"jobs/{persistent_id}")["status"]["creationDate"]
        held.admin.advance("40s")
        assert len(receiver.received) == 1
        held.admin.advance("999ms")
        assert len(receiver.received) == 1
        held.admin.advance("1ms")
        assert len(receiver.received) == 2
        held.admin.advance("1h")
        assert len(receiver.received) == 4
        assert codes(held, persistent_id) == (0, [0])
        deliveries = held.admin.deliveries()
        assert [delivery["status"] for delivery in deliveries] == [500, 503, 302, 204]
        # 40 s after the beginning, then 1, 2 and 4 s later.
        times = [seconds(delivery["at"]) - seconds(created) for delivery in deliveries]
        assert [round(time, 3) for time in times] == [40, 41, 43, 47]
        assert all(delivery["sent"]["body"].encode() == receiver.received[0][2] for delivery in deliveries)


def seconds(text):
    import datetime

    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()


@pytest.mark.parametrize("scheme", ["QBox", "Qiniu"])
def test_the_sdk_verifies_a_signed_notification(fresh_client, scheme):
    client = fresh_client("--clock", "manual", "--notify-sign", scheme)
    admin = Admin(client.url)
    with Receiver() as receiver:
        client.pfop(notify_url=receiver.url)
        admin.advance("0s")
        (path, headers, body) = receiver.received[0]
        url = receiver.url.removesuffix("/done?for=test") + path
        if scheme == "QBox":
            auth = qiniu.Auth(ACCESS_KEY, SECRET_KEY)
            assert auth.verify_callback(headers["Authorization"], url, body.decode(), headers["Content-Type"])
            assert not auth.verify_callback(headers["Authorization"], url + "x", body.decode(), headers["Content-Type"])
        else:
            if not hasattr(qiniu, "QiniuMacAuth") or not hasattr(qiniu.QiniuMacAuth, "verify_callback"):
                pytest.skip("this release cannot verify the scheme Qiniu")
            auth = qiniu.QiniuMacAuth(ACCESS_KEY, SECRET_KEY)
            arguments = dict(
                origin_authorization=headers["Authorization"], url=url, body=body.decode(),
                content_type=headers["Content-Type"], method="POST", headers=headers)
            known = inspect.signature(auth.verify_callback).parameters
            assert auth.verify_callback(**{name: value for name, value in arguments.items() if name in known})
