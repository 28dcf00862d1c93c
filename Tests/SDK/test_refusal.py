"""What is refused: the outcomes of the documentation, each as the SDK shows it."""

import http.client
import json
import urllib.parse

import pytest
import qiniu

from client import FOPS, NOTIFY_URL, SECRET_KEY


def refused(answer, status, error=None):
    """Asserts what every failure has in common."""
    assert answer.status == status, answer.info
    assert answer.ret is None
    assert answer.info.req_id
    assert answer.headers["Content-Type"] == "application/json"
    body = json.loads(answer.info.text_body)
    assert body == {"code": status, "error": answer.error}
    assert answer.error and (error is None or answer.error == error)
    return answer


def test_missing_notify_url_is_400(client):
    # The SDK leaves the field out when none is given.
    refused(client.pfop(notify_url=None), 400, "bad parameter: notifyURL is missing")


def test_empty_fops_are_400(client):
    refused(client.pfop(fops=[""]), 400, "bad parameter: fops is missing")


@pytest.mark.parametrize(
    "arguments",
    [
        {"fops": ["avthumb/mp4", ""]},
        {"fops": ["avthumb/mp4||vframe/jpg"]},
        {"fops": ["avthumb/mp4|saveas/!!!"]},
        {"notify_url": "not a url"},
        {"notify_url": "ftp://127.0.0.1/"},
        {"key": ""},
    ],
    ids=str,
)
def test_malformed_parameter_is_400(client, arguments):
    assert refused(client.pfop(**arguments), 400).error.startswith("bad parameter: ")


def test_wrong_secret_is_401_and_explained(client):
    answer = refused(client.with_keys(secret_key="wrong").pfop(), 401, "bad token")
    assert "signature mismatch" in answer.diagnosis
    assert SECRET_KEY not in answer.diagnosis


def test_wrong_access_key_is_401_and_explained(client):
    answer = refused(client.with_keys(access_key="nobody").pfop(), 401, "bad token")
    assert "unknown access key" in answer.diagnosis.lower()


def test_no_authorization_is_401(server):
    form = {"bucket": "media", "key": "video.mp4", "fops": FOPS[0], "notifyURL": NOTIFY_URL}
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(server.url).netloc, timeout=10)
    connection.request(
        "POST", "/pfop", urllib.parse.urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"}
    )
    response = connection.getresponse()
    assert response.status == 401
    assert response.getheader("Content-Type") == "application/json"
    assert response.getheader("X-Reqid")
    assert json.loads(response.read()) == {"code": 401, "error": "token not specified"}
    connection.close()


def test_unknown_bucket_is_404(client):
    refused(client.pfop(bucket="no-such-bucket"), 404, "no such bucket")


def test_unknown_key_is_404(client):
    refused(client.pfop(key="absent.mp4"), 404, "no such key")


def test_existing_saveas_target_is_614_unless_forced(client):
    fops = [qiniu.op_save("avthumb/mp4", "media", "video.mp4")]
    refused(client.pfop(fops=fops), 614, "file exists")
    assert client.pfop(fops=fops, force=1).id


@pytest.mark.parametrize("status", [400, 401, 404, 599, 614])
def test_outcome_buckets_answer_as_named(client, status):
    for _ in range(2):
        refused(client.pfop(bucket=f"outcome-{status}"), status)


def test_flaky_bucket_fails_twice_and_then_accepts(fresh_client):
    client = fresh_client()
    refused(client.pfop(bucket="flaky-599"), 599)
    refused(client.pfop(bucket="flaky-599"), 599)
    first, second = client.pfop(bucket="flaky-599").id, client.pfop(bucket="flaky-599").id
    assert client.status(first).ret["inputBucket"] == "flaky-599"
    assert second != first
