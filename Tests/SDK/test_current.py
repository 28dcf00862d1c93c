"""The dialect current: what the SDK's own tests ask of today's service, and what differs from the dialect classic."""

import datetime
import subprocess
import sys
import tempfile

import pytest
import qiniu
import requests
from qiniu import config

from admin import Admin
from client import ACCESS_KEY, NOTIFY_URL, SECRET_KEY, TAKES_TEMPLATES, TAKES_TYPES
from receiver import Receiver
from test_refusal import refused

FIXTURE = """
buckets:
  testres: { keys: [sintel_trailer.mp4] }
  pythonsdk: { keys: [listed.mp4] }
  held: { keys: [], job: { processing: 5s } }
"""
# Of b"content", by the SDK's own etag_stream.
ETAG = "FgQPBv13QJJHjUUHdPW6MMXaeKzI"
FOP = "avthumb/m3u8/segtime/10/vcodec/libx264/s/320x240"


@pytest.fixture
def current(fresh_client, tmp_path):
    """Starts a server that speaks the dialect current, with the flags given, and returns a client for it."""
    fixture = tmp_path / "current.yaml"
    fixture.write_text(FIXTURE)
    return lambda *flags: fresh_client("--dialect", "current", "--fixture", str(fixture), *flags)


def pfop(client, **more):
    """As the SDK's tests call it."""
    arguments = {"bucket": "testres", "key": "sintel_trailer.mp4", "notify_url": None, "force": 1}
    arguments["fops"] = [qiniu.op_save(FOP, "pythonsdk", "pfoptest")]
    return client.pfop(**{**arguments, **more})


def created(job):
    return datetime.datetime.strptime(job["creationDate"], "%Y-%m-%dT%H:%M:%S.%f%z")


@pytest.mark.parametrize("id_format", ["string", "zoned"])
def test_pfop_and_its_status(current, id_format):
    client = current("--id-format", id_format)
    answer = pfop(client, pipeline="sdktest")
    assert type(answer.id) is str and answer.id.startswith("z0.") == (id_format == "zoned")
    job = client.status(answer.id).ret
    assert (job["id"], job["code"], job["pipeline"], job["type"]) == (answer.id, 0, "sdktest", 0)
    assert (job["inputBucket"], job["inputKey"]) == ("testres", "sintel_trailer.mp4")
    assert [item["key"] for item in job["items"]] == ["pfoptest"]
    assert abs(datetime.datetime.now(datetime.timezone.utc) - created(job)) < datetime.timedelta(minutes=5)


@pytest.mark.skipif(not TAKES_TYPES, reason="this release has no persistent_type")
def test_an_idle_time_task(current):
    client = current()
    job = client.status(pfop(client, persistent_type=1).id).ret
    assert job["type"] == 1 and job["creationDate"]
    for wrong in (-1, 2):
        refused(pfop(client, persistent_type=wrong), 400, "bad parameter: type is neither 0 nor 1")


@pytest.mark.skipif(not TAKES_TEMPLATES, reason="this release has no workflow_template_id")
def test_a_workflow_template(current):
    client = current()
    job = client.status(pfop(client, fops=None, workflow_template_id="test-workflow").id).ret
    assert "test-workflow" in job["taskFrom"] and job["creationDate"]


def test_what_is_missing(current):
    client = current()
    refused(client.status("fakePersistentId"), 404)
    refused(client.status("z0.5f3a"), 612, "no such persistentId")
    refused(client.status("77"), 612)
    refused(pfop(client, bucket="none"), 631, "no such bucket")
    refused(pfop(client, key="none"), 612, "no such key")


def test_an_existing_target_is_returned(current):
    client = current()
    fops = [qiniu.op_save(FOP, "pythonsdk", "listed.mp4")]
    (item,) = client.status(pfop(client, fops=fops, force=None).id).ret["items"]
    assert (item["key"], item["returnOld"]) == ("listed.mp4", 1)
    (item,) = client.status(pfop(client, fops=fops).id).ret["items"]
    assert item["returnOld"] == 0


# MARK: uploads


@pytest.mark.parametrize("persistent_type", [None, 0, 1])
def test_an_upload_begins_a_job(current, persistent_type):
    client = current()
    policy = {"persistentOps": qiniu.op_save(FOP, "pythonsdk", "by-upload"), "persistentPipeline": "sdktest"}
    if persistent_type is not None:
        policy["persistentType"] = persistent_type
    answer = client.put("test-pfop-upload-file", b"content", "testres", "test-pfop-upload-file", **policy)
    assert answer.status == 200, answer.info
    assert answer.ret["key"] == "test-pfop-upload-file"
    assert answer.ret["hash"] == ETAG
    assert type(answer.ret["persistentId"]) is str
    job = client.status(answer.ret["persistentId"]).ret
    assert (job["inputBucket"], job["inputKey"]) == ("testres", "test-pfop-upload-file")
    assert (job["type"], job["pipeline"], job["reqid"]) == (persistent_type or 0, "sdktest", answer.info.req_id)
    assert job["creationDate"]
    # It exists from now on.
    assert pfop(client, key="test-pfop-upload-file").id


def test_an_upload_notifies(current):
    client = current("--clock", "manual")
    with Receiver() as receiver:
        answer = client.put("a", b"content", "held", persistentOps=FOP, persistentNotifyUrl=receiver.url)
        assert client.status(answer.ret["persistentId"]).ret["code"] == 2
        Admin(client.url).advance("5s")
        assert receiver.bodies() == [client.status(answer.ret["persistentId"]).ret]


def test_an_upload_without_a_job(current):
    client = current()
    answer = client.put(None, b"content", "testres")
    assert answer.ret == {"hash": ETAG, "key": ETAG}


def test_refused_uploads(current):
    client = current()
    assert client.put("a", b"1", "testres").status == 200
    assert client.put("a", b"1", "testres").status == 200
    refused(client.put("a", b"2", "testres"), 614, "file exists")
    assert client.put("a", b"2", "testres", scope_key="a").status == 200
    refused(client.put("a", b"1", "testres", scope_key="b"), 403, "key doesn't match with scope")
    refused(client.put("a", b"1", "none"), 631, "no such bucket")
    refused(client.put("b", b"1", "testres", expires=-60), 401, "expired token")
    refused(client.put("b", b"1", "testres", persistentOps="a;;"), 400, "bad parameter: persistentOps is malformed")
    answer = refused(client.with_keys(secret_key="wrong").put("b", b"1", "testres"), 401, "bad token")
    assert "signature mismatch of the upload token" in answer.diagnosis and SECRET_KEY not in answer.diagnosis


def test_stat(current):
    client = current()
    refused(client.stat("testres", "new"), 612, "no such file or directory")
    refused(client.stat("none", "new"), 631, "no such bucket")
    client.put("new", b"content", "testres")
    facts = client.stat("testres", "new").ret
    assert (facts["fsize"], facts["hash"]) == (7, ETAG)
    assert facts["mimeType"] == "application/octet-stream"
    now = datetime.datetime.now().timestamp()
    assert abs(facts["putTime"] / 1e7 - now) < 300
    assert client.stat("testres", "sintel_trailer.mp4").ret == client.stat("testres", "sintel_trailer.mp4").ret


# MARK: regions

REGIONS = """
import sys, tempfile, qiniu
host, ak, sk = sys.argv[1:]
qiniu.set_default(default_uc_host=host)
auth = qiniu.Auth(ak, sk)
region = qiniu.Region()
print(region.get_api_host(ak, "testres", home_dir=tempfile.gettempdir()))
print(region.get_up_host(ak, "testres", home_dir=tempfile.gettempdir())[0])
ret, info = qiniu.put_data(auth.upload_token("testres"), "by-region", b"content")
print(info.status_code, ret["key"])
ret, info = qiniu.BucketManager(auth).stat("testres", "by-region")
print(info.status_code, ret["fsize"])
"""


@pytest.mark.skipif(
    not hasattr(config, "QUERY_REGION_HOST"), reason="this release asks for /v1/query, which no current one does"
)
def test_regions_lead_here(current, tmp_path, monkeypatch):
    client = current()
    # The SDK decides where to keep region answers when it is imported.
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    command = [sys.executable, "-c", REGIONS, client.url, ACCESS_KEY, SECRET_KEY]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.stderr == ""
    assert ended.stdout.splitlines() == [client.url, client.url, "200 by-region", "200 7"]
    assert list(tmp_path.glob("qn-py-sdk/*"))
    entries = requests.get(f"{client.url}/v4/query", params={"ak": ACCESS_KEY, "bucket": "testres"}, timeout=10).json()
    assert [(entry["region"], entry["ttl"]) for entry in entries["hosts"]] == [("z0", 10)]


def test_what_is_kept_of_regions_stays_out_of_the_machine():
    assert "sdk-tests" in tempfile.gettempdir()


# MARK: X-Qiniu-Date


@pytest.mark.parametrize("minutes, status", [(0, 200), (14, 200), (-14, 200), (16, 403), (-16, 403)])
def test_a_signature_grows_old(current, minutes, status):
    client = current()
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    host, form = client.url.removeprefix("http://"), "application/x-www-form-urlencoded"
    body = f"bucket=testres&key=sintel_trailer.mp4&fops=avinfo&notifyURL={NOTIFY_URL.partition('?')[0]}"
    date = moment.strftime("%Y%m%dT%H%M%SZ")
    signed = f"POST /pfop\nHost: {host}\nContent-Type: {form}\nX-Qiniu-Date: {date}\n\n{body}"
    headers = {"Authorization": f"Qiniu {client.auth.token(signed)}", "Content-Type": form, "X-Qiniu-Date": date}
    answer = requests.post(f"{client.url}/pfop", data=body, headers=headers, timeout=10)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json() == {"code": 403, "error": "request time too skewed"}
        assert "--max-skew" in answer.headers["X-Mock-Diagnosis"]
