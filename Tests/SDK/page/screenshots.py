"""No test: takes the README's pictures of the page. `scripts/screenshots` runs it."""

import base64
import itertools
import random

import pytest

from admin import Admin
from browser import chromium, page  # noqa: F401
from conftest import ROOT
from receiver import Receiver

FOLDER = ROOT / "Sources/PfopMock/PfopMock.docc"
LARGEST = 150_000


@pytest.fixture
def lively(fresh_client, page):
    """A server on which an afternoon's work has left something in every view, while somebody looked."""
    client = fresh_client("--clock", "manual")
    admin = Admin(client.url)
    page.open(client.url).live()
    outcomes = itertools.cycle(["outcome-404", "outcome-599", "media", "slow-job", "media"])

    def is_drawn():
        for _ in range(random.randrange(4)):
            client.pfop(next(outcomes), notify_url="http://192.0.2.1/")
        return len(page.all("[data-chart='perSecond'] rect")) > 40

    page.wait(is_drawn)
    admin.post("reset", {"what": ["jobs", "ids", "requests"]})
    page.wait(lambda: page.rows() == [])
    page.choose("jobs")
    page.wait(lambda: page.rows("jobs") == [])
    rule = {
        "name": "transcoder down",
        "when": {"fops": "avthumb/*", "key": "raw/*"},
        "then": [{"status": 599, "times": 2}, {"accept": True}],
    }
    admin.post("rules", rule)
    with Receiver(200) as receiver:
        for number in range(4):
            client.pfop("slow-job", key=f"clip-{number}.mp4", notify_url=receiver.url)
            admin.advance("1200ms")
        client.pfop("failing-job", key="broken.mp4", notify_url=receiver.url)
        for number in range(3):
            client.pfop("media", key="raw/a.mov", fops=["avthumb/mp4"], notify_url=receiver.url)
        admin.advance("600ms")
        client.with_keys(secret_key="wrong").pfop("media")
        client.pfop("outcome-614")
        client.pfop("media", key="nope.mp4")
        client.pfop("flaky-599", notify_url="http://192.0.2.1/")
        client.pfop(
            "slow-job", key="会议记录.mp4", fops=["avthumb/mp4", "vframe/jpg/offset/7"], notify_url=receiver.url
        )
        admin.post(
            "rules?position=first",
            {"name": "page: hang on media", "when": {"bucket": "media"}, "then": {"fault": "hang"}},
        )
    return client


def take(page, name, width, height, scheme, language, view, mobile=False):
    page.emulate("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
    page.emulate("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.fill("#language", language)
    page.choose(view)
    page.wait(lambda: page.rows(view))
    # What is told now and then is true by now.
    page.wait(lambda: Admin(page.url).get("settings")["now"][11:23] in page.text("#clock-text"))
    page.run("document.activeElement.blur()")
    picture = page.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": False})
    octets = base64.b64decode(picture["data"])
    assert len(octets) < LARGEST, f"{name} has {len(octets)} octets"
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / name).write_bytes(octets)


def test_pictures(lively, page):
    take(page, "page-en-light.png", 1180, 640, "light", "en", "requests")
    take(page, "page-zh-dark.png", 1180, 560, "dark", "zh", "jobs")
    take(page, "page-phone.png", 390, 760, "light", "en", "requests", mobile=True)
