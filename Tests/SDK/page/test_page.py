"""The page for people, in a real browser: what it shows, and what can be done with it."""

import requests

from admin import Admin
from browser import chromium, page, raw, request  # noqa: F401
from conftest import Server
from receiver import Receiver

# Not of this machine: nobody is told.
ELSEWHERE = "http://192.0.2.1/"


def test_it_is_quiet_and_asks_nobody_else(fresh_client, page):
    client = fresh_client()
    client.pfop()
    page.open(client.url).live()
    page.wait(lambda: len(page.rows()) == 1)
    for view in ("jobs", "notifications", "rules", "faults", "requests"):
        page.choose(view)
    page.wait(lambda: page.text("[data-chart='perSecond'] b"))
    page.expect_peace()
    assert any(url.endswith("/__admin/events") for url in page.requests)
    policy = requests.get(f"{client.url}/__admin/", timeout=30).headers["Content-Security-Policy"]
    assert "script-src 'sha256-" in policy and "unsafe" not in policy


def test_the_policy_is_in_force(fresh_client, page):
    page.open(fresh_client().url).live()
    add = "const s = document.createElement('script'); s.append('window.foreign = 1'); document.body.append(s)"
    page.run(f"try {{ {add} }} catch {{ }}")
    page.drain()
    said = " ".join(message["message"] for message in page.messages)
    assert "Content Security Policy" in said or "TrustedScript" in said, said
    assert page.run("return window.foreign ?? null") is None
    make = "try { document.body.innerHTML = '<b>made</b>'; return 'made' } catch (error) { return error.message }"
    assert "TrustedHTML" in page.run(make)


def test_what_comes_is_seen_at_once(fresh_client, page):
    client = fresh_client()
    page.open(client.url).live()
    assert page.rows() == []
    client.pfop("media", key="video.mp4")
    client.pfop("outcome-599", key="k")
    page.wait(lambda: len(page.rows()) == 2)
    newest, older = page.rows()
    assert "599" in newest and "outcome-599 / k" in newest and "QiniuPython" in newest
    assert "scripted: step 1 of 1" in newest
    assert "200" in older and "media / video.mp4" in older and "accepted" in older
    page.wait(lambda: page.text("[data-chart='jobsNow'] b") == "1")
    page.expect_peace()


def test_filters(fresh_client, page):
    client = fresh_client()
    client.pfop("media")
    client.pfop("outcome-599")
    client.pfop("outcome-614")
    raw(client.url, request(body=b"bucket=media"))
    page.open(client.url).live()
    page.wait(lambda: len(page.rows()) == 4)

    page.one("#filter-bucket").send_keys("outcome")
    page.wait(lambda: len(page.rows()) == 2)
    page.fill("#filter-status", "599")
    page.wait(lambda: len(page.rows()) == 1 and "599" in page.rows()[0])
    page.fill("#filter-status", "6xx")
    page.wait(lambda: len(page.rows()) == 1 and "614" in page.rows()[0])
    page.fill("#filter-bucket", "")
    page.fill("#filter-status", "")
    page.fill("#filter-sdk", "QiniuPython")
    page.wait(lambda: len(page.rows()) == 3)
    page.fill("#filter-sdk", "–")
    page.wait(lambda: len(page.rows()) == 1 and "401" in page.rows()[0])
    # What comes is filtered too.
    client.pfop("media")
    raw(client.url, request(body=b"bucket=other"))
    page.wait(lambda: len(page.rows()) == 2)
    page.fill("#filter-bucket", "no such")
    page.wait(lambda: page.rows() == [] and page.text("#no-requests"))
    page.expect_peace()


def test_a_story_has_all_there_is(fresh_client, page):
    client = fresh_client()
    client.with_keys(secret_key="wrong").pfop("media")
    page.open(client.url).live()
    page.open_story(0)
    story = page.text("#story")
    for part in ("401", "signature mismatch", "authorization", "POST /pfop", "HTTP/1.1 401", "bad token", "decided"):
        assert part in story, part
    assert "µs" in story
    page.close_story()
    Admin(client.url).delete("requests")
    page.one("#requests .open").click()
    page.wait(lambda: page.text("#message") == "It has left the journal.")
    page.expect_peace(but=["404"])


def test_jobs_are_led(fresh_client, page):
    client = fresh_client("--clock", "manual")
    ids = [client.pfop("slow-job", key=f"k{number}", notify_url=ELSEWHERE).id for number in range(3)]
    page.open(client.url, "#/jobs").live()
    page.wait(lambda: len(page.rows("jobs")) == 3)

    def press(verb, id):
        page.one(f"#jobs tr[data-job='{id}'] [data-verb='{verb}']").click()

    def shows(id, word):
        page.wait(lambda: word in page.text(f"#jobs tr[data-job='{id}']"), f"job {id} {word}")

    press("advance", ids[0])
    shows(ids[0], "processing")
    press("finish", ids[1])
    shows(ids[1], "succeeded")
    press("fail", ids[2])
    shows(ids[2], "failed")
    told = {job["id"]: job for job in Admin(client.url).get("jobs")["jobs"]}
    assert told[ids[0]]["phase"] == "processing"
    assert [told[id]["status"]["code"] for id in ids[1:]] == [0, 3]
    assert not page.one(f"#jobs tr[data-job='{ids[1]}'] [data-verb='finish']").is_displayed()
    assert page.all(f"#jobs tr[data-job='{ids[0]}'] svg rect.processing")
    # One made meanwhile is there, and its end by its own.
    id = client.pfop("slow-job", notify_url=ELSEWHERE).id
    shows(id, "waiting")
    page.expect_peace()


def test_what_is_forgotten_leaves(fresh_client, page):
    client = fresh_client("--clock", "manual")
    admin = Admin(client.url)
    for _ in range(2):
        client.pfop("slow-job", notify_url=ELSEWHERE)
    admin.advance("10s")
    page.open(client.url).live()
    page.wait(lambda: len(page.rows()) == 2)
    page.choose("jobs")
    page.wait(lambda: page.rows("jobs")[1:] and "succeeded" in page.rows("jobs")[1])
    # Somebody else does.
    admin.post("reset")
    page.wait(lambda: page.rows("jobs") == [])
    page.choose("requests")
    page.wait(lambda: page.rows() == [])
    page.choose("notifications")
    page.wait(lambda: page.rows("notifications") == [])
    # Another job of the same id has another time line.
    assert client.pfop("slow-job", notify_url=ELSEWHERE).id == 1
    page.choose("jobs")
    page.wait(lambda: "waiting" in page.text("#jobs tr[data-job='1']"))
    assert not page.all("#jobs svg rect.processing")
    page.expect_peace()


def test_time_lines_begin_where_jobs_did(fresh_client, page):
    """Also for who comes later, as long as events are remembered."""
    client = fresh_client("--clock", "manual")
    admin = Admin(client.url)
    page.open(client.url, "#/jobs").live()
    client.pfop("slow-job", notify_url=ELSEWHERE)
    admin.advance("4s")
    client.pfop("slow-job", notify_url=ELSEWHERE)
    admin.advance("1s")
    bars = "[...document.querySelectorAll('#jobs tr[data-job=\"1\"] rect')]"
    widths = f"return {bars}.map((bar) => bar.width.baseVal.value)"

    def is_whole():
        drawn = page.run(widths)
        return len(drawn) == 3 and 1.3 < drawn[1] / drawn[0] < 1.7

    # It has waited for two seconds and been processed for three.
    page.wait(is_whole)
    page.driver.refresh()
    page.live().wait(is_whole)
    page.expect_peace()


def test_the_clock_is_moved(fresh_client, page):
    client = fresh_client("--clock", "manual")
    id = client.pfop("slow-job", notify_url=ELSEWHERE).id
    page.open(client.url, "#/jobs").live()
    page.wait(lambda: "waiting" in page.text(f"#jobs tr[data-job='{id}']"))
    before = page.text("#clock-text")
    field = page.one("#advance-by")
    field.clear()
    field.send_keys("5s\n")
    page.wait(lambda: "succeeded" in page.text(f"#jobs tr[data-job='{id}']"))
    assert page.text("#clock-text") != before
    field.clear()
    field.send_keys("soon\n")
    page.wait(lambda: "soon" in page.text("#message.error"))
    page.expect_peace(but=["400"])


def test_a_running_clock_is_not_moved(fresh_client, page):
    page.open(fresh_client().url).live()
    page.wait(lambda: page.text("#clock-text"))
    assert not page.one("#advance").is_displayed()


def test_notifications_are_made_once_more(fresh_client, page):
    client = fresh_client()
    with Receiver(200) as receiver:
        page.open(client.url, "#/notifications").live()
        client.pfop("media", notify_url=receiver.url)
        page.wait(lambda: len(page.rows("notifications")) == 1 and "delivered" in page.rows("notifications")[0])
        page.one("#notifications tbody button").click()
        page.wait(lambda: len(page.rows("notifications")) == 2)
        page.wait(lambda: "delivered" in page.rows("notifications")[0])
        assert len(receiver.received) == 2
        client.pfop("media", notify_url=ELSEWHERE)
        page.wait(lambda: "suppressed" in page.rows("notifications")[0])
    page.expect_peace()


def test_rules_are_switched_and_removed(fresh_client, page):
    client = fresh_client()
    admin = Admin(client.url)
    id = admin.post("rules", {"name": "mine", "when": {"bucket": "media"}, "then": {"status": 573}})["id"]
    page.open(client.url, "#/rules").live()
    page.wait(lambda: len(page.rows("rules")) == 1)
    assert client.pfop().status == 573
    page.wait(lambda: page.text(f"#rules tr[data-rule='{id}'] .c-taken") == "1")
    switch = page.one(f"#rules tr[data-rule='{id}'] [role='switch']")
    switch.click()
    page.wait(lambda: switch.get_attribute("aria-checked") == "false")
    assert client.pfop().status == 200
    assert admin.get(f"rules/{id}")["enabled"] is False
    switch.click()
    page.wait(lambda: switch.get_attribute("aria-checked") == "true")
    assert client.pfop().status == 573
    page.one(f"#rules tr[data-rule='{id}'] .c-actions button").click()
    page.wait(lambda: page.rows("rules") == [])
    assert client.pfop().status == 200
    page.expect_peace()


def test_a_fault_at_one_press(fresh_client, page):
    client = fresh_client()
    page.open(client.url, "#/faults").live()
    page.wait(lambda: len(page.all("#faults button")) > 14)
    field = page.one("#fault-bucket")
    field.clear()
    field.send_keys("media")
    assert client.pfop().status == 200
    reset = page.one("[data-fault='connectionResetByPeer']")
    reset.click()
    page.wait(lambda: reset.get_attribute("aria-pressed") == "true")
    assert client.pfop().status == -1
    reset.click()
    page.wait(lambda: reset.get_attribute("aria-pressed") == "false")
    assert client.pfop().status == 200
    page.one("[data-fault='status 599']").click()
    page.wait(lambda: page.all("#faults-on button"))
    assert client.pfop().status == 599
    page.one("#faults-on button").click()
    page.wait(lambda: not page.all("#faults-on button"))
    assert client.pfop().status == 200
    page.expect_peace()


def test_the_token_is_asked_for(fresh_client, page):
    client = fresh_client("--admin-token", "open-sesame")
    client.pfop()
    page.open(client.url)
    field = page.wait(lambda: page.one("#token"))
    assert page.rows() == []
    field.send_keys("wrong\n")
    page.wait(lambda: "not the token" in page.text("#token-dialog"))
    page.one("#token").send_keys("open-sesame\n")
    page.live()
    page.wait(lambda: len(page.rows()) == 1)
    assert page.run("return [sessionStorage.token, localStorage.token ?? null]") == ["open-sesame", None]
    assert "sesame" not in page.driver.current_url
    client.pfop()
    page.wait(lambda: len(page.rows()) == 2)
    page.driver.refresh()
    page.live().wait(lambda: len(page.rows()) == 2)
    page.expect_peace(but=["401"])


def test_it_comes_back_with_the_server(tmp_path, page):
    from client import Client

    first = Server(tmp_path / "first")
    try:
        Client(first.url).pfop()
        page.open(first.url).live()
        page.wait(lambda: len(page.rows()) == 1)
    finally:
        first.stop()
    page.wait(lambda: page.one("#connection.lost"))
    again = Server(tmp_path / "again", port=int(first.url.rsplit(":", 1)[1]))
    try:
        page.live()
        Client(again.url).pfop("outcome-614")
        page.wait(lambda: any("614" in row for row in page.rows()))
    finally:
        again.stop()
