"""The plugin for pytest, as a tester uses it with the SDK."""

import pytest

from client import Client
from pytest_pfop_mock import AdminRefusal, PfopMock


@pytest.fixture
def mine(pfop_mock):
    return Client(pfop_mock.url).with_keys(pfop_mock.access_key, pfop_mock.secret_key)


@pytest.fixture
def other(pfop_mock_server):
    other = PfopMock(pfop_mock_server.url, pfop_mock_server.admin_url)
    yield other
    other.close()


def test_a_script_is_for_the_own_bucket_alone(pfop_mock, other, mine):
    pfop_mock.script({"status": 599, "error": "busy"}, {"accept": True}, key="video.mp4")
    assert mine.pfop(pfop_mock.bucket, "other.mp4").status == 200
    answers = [mine.pfop(pfop_mock.bucket, "video.mp4") for _ in range(2)]
    assert [answer.status for answer in answers] == [599, 200] and answers[0].error == "busy"
    theirs = mine.with_keys(other.access_key, other.secret_key)
    assert theirs.pfop(other.bucket, "video.mp4").status == 200
    assert [request["status"] for request in pfop_mock.requests()] == [200, 599, 200]
    assert [request["key"] for request in pfop_mock.requests(status=599)] == ["video.mp4"]
    assert len(other.requests()) == len(other.jobs()) == 1 and len(pfop_mock.jobs()) == 2


def test_expectations(pfop_mock, mine):
    pfop_mock.verify(exactly=0)
    for key in ("a", "b"):
        mine.pfop(pfop_mock.bucket, key)
    assert len(pfop_mock.verify()) == 2
    pfop_mock.verify(exactly=1, key="a", within="5s")
    pfop_mock.verify(at_least=1, at_most=2, status="200..299")
    with pytest.raises(pytest.fail.Exception) as failure:
        pfop_mock.verify(exactly=2, key="a")
    first, *misses = str(failure.value).splitlines()
    assert first == "1 request meets the criteria, expected: exactly 2"
    assert any("key is 'b', asked for: a" in miss for miss in misses)


def test_jobs_and_notifications(pfop_mock, mine):
    pfop_mock.put_bucket(job={"result": "failed", "error": "not a video"})
    answer = mine.pfop(pfop_mock.bucket, "a", notify_url="http://192.0.2.1/done")
    assert [job["id"] for job in pfop_mock.wait_for_jobs()] == [answer.id]
    assert [delivery["outcome"] for delivery in pfop_mock.notifications()] == ["suppressed"]
    assert mine.status(answer.id).ret["code"] == 3
    pfop_mock.reset()
    assert pfop_mock.jobs() == pfop_mock.requests() == pfop_mock.notifications() == []


def test_a_mistake_is_told_with_its_place(pfop_mock):
    with pytest.raises(AdminRefusal, match=r"400: when\.kee .*did you mean key\?"):
        pfop_mock.script({"status": 599}, kee="a")
    with pytest.raises(AdminRefusal, match="409: .*the clock runs by itself"):
        pfop_mock.advance("1s")


def test_nothing_is_left(pfop_mock, other, mine):
    rule = other.script({"status": 599})
    other.admin("DELETE", f"rules/{rule}")
    other.script({"status": 573})
    other.close()
    taken = mine.with_keys(other.access_key, other.secret_key).pfop(other.bucket, "a")
    assert taken.status == 401
    assert mine.pfop(other.bucket, "a").status == 404
    for path, name in [("rules", "rules"), ("buckets", "buckets"), ("accounts", "accounts")]:
        assert other.bucket.removeprefix("test-") not in str(pfop_mock.admin("GET", path)[name])
