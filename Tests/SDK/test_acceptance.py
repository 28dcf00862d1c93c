"""What is accepted: ids, status, keep-alive, and contents that are easily mangled."""

import concurrent.futures
import datetime
import uuid

import pytest
import qiniu
import urllib3

from client import FOPS, NOTIFY_URL, OFFICIAL_HOST, TAKES_SCHEME, Client

INT64_MAX = 2**63 - 1
# Above 2^53 a double is no longer exact: this one would turn into its even neighbour.
UNEVEN_ID = 9007199254740993


def test_healthy_pfop_returns_an_int64(client):
    answer = client.pfop()
    assert type(answer.id) is int
    assert 0 < answer.id <= INT64_MAX
    assert answer.info.ok()
    assert answer.info.req_id
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.info.text_body == f'{{"persistentId": {answer.id}}}'


def test_status_tells_what_was_asked_for(client):
    answer = client.pfop(fops=["avthumb/mp4", "vframe/jpg/offset/1|imageView2/2/w/200"], pipeline="sdktest")
    status = client.status(answer.id)
    assert status.status == 200
    job = status.ret
    assert type(job["id"]) is int
    assert (job["id"], job["code"], job["pipeline"]) == (answer.id, 0, "sdktest")
    assert job["desc"] == "The fop was completed successfully"
    assert (job["inputBucket"], job["inputKey"]) == ("media", "video.mp4")
    assert job["reqid"] == answer.info.req_id
    assert [item["cmd"] for item in job["items"]] == ["avthumb/mp4", "vframe/jpg/offset/1|imageView2/2/w/200"]
    for item in job["items"]:
        assert (item["code"], item["returnOld"]) == (0, 0)
        assert len(item["hash"]) == 28 and item["key"]
    created = datetime.datetime.strptime(job["creationDate"], "%Y-%m-%dT%H:%M:%S.%f%z")
    assert abs(datetime.datetime.now(datetime.timezone.utc) - created) < datetime.timedelta(minutes=5)


def test_pipeline_has_a_default(client):
    assert client.status(client.pfop().id).ret["pipeline"] == "0.default"


def test_status_needs_no_valid_signature(client):
    persistent_id = client.pfop().id
    assert client.with_keys(secret_key="wrong").status(persistent_id).ret["id"] == persistent_id


def test_status_of_a_stranger(client):
    assert client.status(INT64_MAX).status == 404
    assert client.status("not an id").status == 400


def test_finished_saveas_makes_its_target_exist(client):
    target = f"made/{uuid.uuid4()} 新.mp4"
    fops = [qiniu.op_save("avthumb/mp4", "media", target)]
    first = client.pfop(fops=fops)
    assert client.status(first.id).ret["items"][0]["key"] == target
    assert client.pfop(key=target).id > 0
    again = client.pfop(fops=fops)
    assert (again.status, again.error) == (614, "file exists")
    assert client.pfop(fops=fops, force=1).id > first.id


@pytest.mark.parametrize(
    "text",
    ["中文", "a b", "a+b", "a&b=c", "100%", "%41%2B", "~", "*", "a|b", "a;b", "é\u0301🎬", "?#/", '"\\', "中 文+&=%~*|;"],
)
def test_keys_and_fops_arrive_unchanged(client, text):
    key = f"raw/{text}.mov"
    assert client.status(client.pfop(key=key).id).ret["inputKey"] == key
    # In fops ";" and "|" part commands, so each part holds something.
    fops = ";".join(f"watermark/3/text/{part}/x" for part in text.split(";"))
    job = client.status(client.pfop(key=key, fops=[fops]).id).ret
    assert ";".join(item["cmd"] for item in job["items"]) == fops


def test_id_above_two_to_the_53_is_exact(fresh_client):
    client = fresh_client("--id-start", str(UNEVEN_ID))
    # A refusal uses up no id.
    assert client.pfop(key="absent.mp4").status == 404
    assert client.pfop().id == UNEVEN_ID
    assert client.status(UNEVEN_ID).ret["id"] == UNEVEN_ID
    assert client.pfop().id == UNEVEN_ID + 1


def test_many_calls_share_one_connection(fresh_client, monkeypatch):
    client = fresh_client()
    opened = []
    connect = urllib3.connection.HTTPConnection.connect
    monkeypatch.setattr(
        urllib3.connection.HTTPConnection, "connect", lambda self: (opened.append(self), connect(self))[1]
    )
    for _ in range(100):
        assert client.pfop().id
    assert len(opened) == 1


def test_ids_of_parallel_calls_are_distinct(client):
    client.pfop()  # The SDK makes its session on the first call, and not safely from several threads.
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: client.pfop().id, range(200)))
    assert len(set(ids)) == 200


def test_http_proxy_redirects_a_client_without_any_change(server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    official = Client(OFFICIAL_HOST if TAKES_SCHEME else f"http://{OFFICIAL_HOST}")
    persistent_id = official.pfop(fops=FOPS, notify_url=NOTIFY_URL).id
    assert official.status(persistent_id).ret["code"] == 0
