"""Every fault as the SDK reports it: the README's table, row by row. `python Tests/SDK/test_faults.py` prints it."""

import pathlib
import re
import time
from collections import namedtuple

import pytest
import qiniu

from admin import Admin
from receiver import Receiver

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = "fixtures/examples"
# What the table tells; older releases only have to keep from hanging, and from taking for a success what is none.
NEWEST = "7.18.0"
ID = {"persistentId": 1}

# `info.status_code`, `ret`, `info.error` (None: there is none), and what is to be known of the job.
Report = namedtuple("Report", "status ret error job")


def lost(error, job="none"):
    return Report(-1, None, error, job)


def aborted(reason):
    return lost(f"('Connection aborted.', {reason})")


def broken(reason, text=None):
    return lost(f"({text or repr(f'Connection broken: {reason}')}, {reason})", job="made")


def accepted(ret=ID, job="made"):
    return Report(200, ret, None, job)


REPORTS = {
    "connectionResetByPeer": aborted("ConnectionResetError(104, 'Connection reset by peer')"),
    "emptyResponse": aborted("RemoteDisconnected('Remote end closed connection without response')"),
    "randomDataThenClose": aborted("BadStatusLine('…')"),
    "hang": lost("HTTPConnectionPool(host='127.0.0.1', port=8599): Read timed out. (read timeout=1)"),
    "malformedResponseChunk": broken(
        "InvalidChunkLength(got length b'xyz\\r\\n', 0 bytes read)",
        "\"Connection broken: InvalidChunkLength(got length b'xyz\\\\r\\\\n', 0 bytes read)\"",
    ),
    "truncatedBody": broken("IncompleteRead(9 bytes read, 10 more expected)"),
    "closeAfterHeaders": broken("IncompleteRead(0 bytes read, 19 more expected)"),
    "missingReqid": Report(200, None, "server is not qiniu", "made"),
    "wrongContentType": accepted(),
    "invalidJSON": accepted(ret={}),
    "persistentIdAsFloat": accepted(ret={"persistentId": 1.0}),
    "duplicateResponse": accepted(),
    "earlyNotification": accepted(job="made, and notified before `execute` returns"),
    "duplicateNotification": accepted(job="made, and notified twice"),
    "lateNotification": accepted(job="made, and notified a minute after its end"),
}


def row(fault):
    report = REPORTS[fault]
    error = "–" if report.error is None else f"`{report.error}`"
    file = f"{EXAMPLES}/{fault}.yaml"
    return f"| `{fault}` | {report.status} | `{report.ret}` | {error} | {report.job} | [`{fault}.yaml`]({file}) |"


def table():
    head = "| fault | `status_code` | `ret` | `info.error` | the job | example |\n|---|---|---|---|---|---|"
    return "\n".join([head, *map(row, REPORTS)])


@pytest.fixture
def impatient():
    """A second is all that an answer gets."""
    before = qiniu.config.get_default("connection_timeout")
    qiniu.set_default(connection_timeout=1)
    yield
    qiniu.set_default(connection_timeout=before)


def call(client):
    """The SDK's report, with its port as in the README and without octets that are made up."""
    started = time.monotonic()
    try:
        answer = client.pfop()
    except ValueError as error:
        # Before 7.1 a content that is no JSON is not caught.
        assert qiniu.__version__ != NEWEST, error
        return Report(None, None, str(error), None)
    assert time.monotonic() - started < 10
    error = getattr(answer.info, "error", None)
    if error is not None:
        error = re.sub(r"port=\d+", "port=8599", error)
        error = re.sub(r"BadStatusLine\(.*\)\)$", "BadStatusLine('…'))", error, flags=re.DOTALL)
    return Report(answer.status, answer.ret, error, None)


def serve(fresh_client, example, *flags):
    return fresh_client("--seed", "7", *flags, fixture=f"{EXAMPLES}/{example}.yaml")


def jobs(client):
    return [job["id"] for job in Admin(client.url).get("jobs")["jobs"]]


@pytest.mark.parametrize("fault", REPORTS)
def test_what_the_sdk_reports(fresh_client, impatient, fault):
    client = serve(fresh_client, fault)
    expected = REPORTS[fault]
    reported = call(client)
    assert len(jobs(client)) == (0 if expected.job == "none" else 1)
    if qiniu.__version__ == NEWEST:
        assert reported._replace(job=expected.job) == expected
    elif fault == "missingReqid" and reported == accepted(job=None):
        pytest.skip(f"qiniu {qiniu.__version__} does not look for X-Reqid")
    else:
        assert reported.ret == expected.ret or (reported.status is None and fault == "invalidJSON")
        assert reported.status in (expected.status, None)
    if fault == "duplicateResponse":
        # Whether the connection is used once more depends on who is faster: the end of it or the next call.
        assert call(client).status in (200, -1)
    else:
        assert client.pfop().id == (1 if expected.job == "none" else 2)


def test_an_early_notification_is_there_before_the_id(fresh_client):
    client = serve(fresh_client, "earlyNotification")
    with Receiver() as receiver:
        persistent_id = client.pfop(notify_url=receiver.url).id
        assert [body["id"] for body in receiver.bodies()] == [persistent_id]


def test_a_duplicate_notification_comes_twice(fresh_client):
    client = serve(fresh_client, "duplicateNotification", "--clock", "manual")
    with Receiver() as receiver:
        client.pfop(notify_url=receiver.url)
        Admin(client.url).advance("1h")
        first, second = receiver.bodies()
        assert first == second


def test_a_late_notification_comes_a_minute_later(fresh_client):
    client = serve(fresh_client, "lateNotification", "--clock", "manual")
    with Receiver() as receiver:
        persistent_id = client.pfop(notify_url=receiver.url).id
        Admin(client.url).advance("59s")
        assert client.status(persistent_id).ret["code"] == 0
        assert receiver.received == []
        Admin(client.url).advance("1s")
        assert len(receiver.received) == 1


def test_the_sdk_never_sends_a_599_again(fresh_client):
    # The example counts the requests of one content: were one call more than one of them, an earlier one would succeed.
    client = serve(fresh_client, "sdkRetries")
    assert [client.pfop().status for _ in range(5)] == [599, 599, 599, 200, 200]


def test_a_lost_answer_has_made_a_job(fresh_client):
    client = serve(fresh_client, "answerLost")
    assert client.pfop().status == -1
    assert client.pfop().id == 2
    assert client.status(1).ret["code"] == 0


def test_every_fault_with_an_example_is_here():
    files = (ROOT / EXAMPLES).glob("*.yaml")
    assert {file.stem for file in files if re.search(rf"fault: {file.stem}\b", file.read_text())} == set(REPORTS)


def test_the_readme_shows_this_table():
    found = re.search(r"^\| fault \|.*?(?=\n\n|\Z)", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    if not found:
        pytest.skip("README.md has no table of faults yet")
    assert found[0].strip() == table()


if __name__ == "__main__":
    print(table())
