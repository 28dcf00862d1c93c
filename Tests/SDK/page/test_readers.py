"""Whoever reads the page: by keyboard, on a phone, in the dark, in Chinese, and while very much happens."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from admin import Admin
from browser import chromium, page, raw, request  # noqa: F401

VIEWS = ["requests", "jobs", "notifications", "rules", "faults"]
ELSEWHERE = "http://192.0.2.1/"


@pytest.fixture
def busy(fresh_client):
    """A server where there is something to see in every view, with long names."""
    client = fresh_client("--clock", "manual")
    long = "raw/" + "a-very-long-name-without-any-gap" * 6 + ".mp4"
    client.pfop("media", key=long, notify_url=ELSEWHERE + "path" * 40)
    client.pfop("slow-job", notify_url=ELSEWHERE)
    client.with_keys(secret_key="wrong").pfop()
    raw(client.url, request("GET", "/" + "x" * 300, b"", b"User-Agent: " + b"y" * 200))
    then = [{"status": 599, "times": 2}, {"accept": True}]
    Admin(client.url).post("rules", {"name": long, "when": {"bucket": "media", "key": long}, "then": then})
    return client


def test_by_keyboard_alone(busy, page):
    page.open(busy.url).live()
    page.wait(lambda: len(page.rows()) == 4)
    # The first stop leads past everything to the view.
    page.press(Keys.TAB)
    assert page.focused().get_attribute("class") == "skip"
    for place, view in enumerate(VIEWS):
        page.press(str(place + 1))
        page.wait(lambda: page.one(f"#view-{view}").is_displayed())
        assert page.focused().get_attribute("id") == f"tab-{view}"
    page.press(Keys.ARROW_RIGHT)
    assert page.focused().get_attribute("id") == "tab-requests"
    page.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert page.focused().get_attribute("id") == "tab-rules"
    page.press("1", Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP)
    number = page.focused().find_element(By.XPATH, "ancestor::tr").get_attribute("data-number")
    assert number == "3"
    page.press(Keys.ENTER)
    page.wait(lambda: page.one("#story[open]").is_displayed())
    page.press(Keys.ESCAPE)
    page.wait(lambda: not page.all("#story"))
    assert page.focused().find_element(By.XPATH, "ancestor::tr").get_attribute("data-number") == "3"
    page.press("/")
    assert page.focused().get_attribute("id") == "filter-bucket"
    page.press("slow")
    page.wait(lambda: len(page.rows()) == 1)
    # What is typed there is no key of the page.
    page.press("p1", Keys.ESCAPE)
    assert page.one("#hold").get_attribute("aria-pressed") == "false"
    page.press("p")
    assert page.one("#hold").get_attribute("aria-pressed") == "true"
    page.press("p", "2")
    page.wait(lambda: len(page.rows("jobs")) == 2)
    page.press(Keys.ARROW_DOWN)
    # The one that waits stands first, and its first button is Finish.
    assert page.focused().get_attribute("data-verb") == "finish"
    page.press(Keys.ENTER)
    page.wait(lambda: Admin(busy.url).get("jobs/2")["phase"] == "finished")
    page.press("4")
    page.wait(lambda: page.rows("rules"))
    page.press(Keys.ARROW_DOWN, Keys.SPACE)
    page.wait(lambda: Admin(busy.url).get("rules/1")["enabled"] is False)
    page.wait(lambda: page.focused().get_attribute("aria-checked") == "false")
    page.expect_peace()


def test_the_focus_is_always_seen(busy, page):
    page.open(busy.url, "#/faults").live()
    page.wait(lambda: page.all("#faults button"))
    for _ in range(30):
        page.press(Keys.TAB)
        focused = page.focused()
        if focused.tag_name != "body":
            assert page.run("return getComputedStyle(arguments[0]).outlineStyle", focused) != "none", focused.tag_name


def test_everything_has_a_name(busy, page):
    page.open(busy.url).live()
    for view in VIEWS:
        page.choose(view)
        page.wait(lambda: view == "faults" or page.rows(view))
        for selector in ("button", "input", "select", "[role='switch']"):
            for part in page.all(f"body {selector}"):
                if part.is_displayed():
                    assert part.accessible_name.strip(), part.get_attribute("outerHTML")


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_nothing_is_beside_the_screen(busy, page, width):
    page.emulate("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=2, mobile=True)
    page.open(busy.url).live()

    def overhang():
        return page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")

    for language in ("en", "zh"):
        page.fill("#language", language)
        for view in VIEWS:
            page.choose(view)
            page.wait(lambda: view == "faults" or page.rows(view))
            assert page.run("return innerWidth") == width and overhang() <= 0, (view, language)
        page.choose("requests")
        page.one("#requests .open").click()
        page.wait(lambda: page.one("#story[open]").is_displayed())
        assert overhang() <= 0
        assert page.run("const s = document.getElementById('story'); return s.scrollWidth - s.clientWidth") <= 0
        page.close_story()
    page.expect_peace()


CONTRAST = """
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const light = (colour) => {
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((v) => {
    v /= 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (e) => {
  for (; e; e = e.parentElement) {
    const colour = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$|transparent/.test(colour)) return colour;
  }
  return "white";
};
return [...document.querySelectorAll("header *, nav *, main *, figure *")]
  .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && !e.disabled)
  .map((e) => {
    const [one, other] = [light(getComputedStyle(e).color), light(ground(e))].sort((a, b) => b - a);
    return [Math.round(((one + 0.05) / (other + 0.05)) * 100) / 100, e.outerHTML.slice(0, 120)];
  }).filter(([ratio]) => ratio < 4.5);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_in_light_and_dark(busy, page, scheme):
    page.emulate("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.open(busy.url).live()
    ground = page.run("return getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in ground[4:-1].split(",")) / 3
    assert brightness > 200 if scheme == "light" else brightness < 60
    for view in VIEWS:
        page.choose(view)
        page.wait(lambda: view == "faults" or page.rows(view))
        # WCAG 2.2, 1.4.3.
        assert page.run(CONTRAST) == [], view
    page.expect_peace()


def test_in_chinese_by_choice_and_for_good(busy, page):
    page.open(busy.url).live()
    assert page.text("#tab-jobs") == "Jobs"
    page.fill("#language", "zh")
    assert page.texts("[role='tab']") == ["请求", "任务", "通知", "规则", "故障"]
    assert page.run("return document.documentElement.lang") == "zh-CN"
    page.wait(lambda: len(page.rows()) == 4)
    page.driver.refresh()
    page.live()
    assert page.text("#tab-jobs") == "任务"
    page.fill("#language", "en")
    assert page.text("#tab-jobs") == "Jobs"
    page.expect_peace()


def test_in_chinese_for_a_browser_that_speaks_it(busy, page):
    page.emulate("Emulation.setUserAgentOverride", userAgent="Mozilla/5.0", acceptLanguage="zh-CN,zh")
    page.open(busy.url).live()
    assert page.text("#tab-jobs") == "任务"
    assert page.text("#connection") == "实时"
    # Nothing is left in the other language but names of the API.
    for view in VIEWS:
        page.choose(view)
        page.wait(lambda: view == "faults" or page.rows(view))
    assert (
        page.run(
            "return [...document.querySelectorAll('th')].map((e) => e.textContent).filter((t) => /^[a-z]/.test(t))"
        )
        == []
    )
    page.expect_peace()


WATCH = """
window.longest = 0;
let last = performance.now();
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
}).observe({ type: "longtask" });
"""


def test_very_much_does_not_freeze_it(fresh_client, page):
    client = fresh_client()
    many = request("POST", "/pfop", b"bucket=many&key=k")
    raw(client.url, many * 10_000)
    page.open(client.url).live()
    page.run(WATCH)
    page.wait(lambda: page.text("#count") == "500 of 10000 shown")
    for _ in range(4):
        raw(client.url, many * 5000)
    last = b"bucket=last"
    raw(client.url, request("POST", "/pfop", last))
    page.wait(lambda: Admin(client.url).get("requests", since=30_000)["next"] == 30_001)
    page.wait(lambda: page.run("return document.querySelector('#requests tbody tr')?.dataset.number") == "30000")
    assert len(page.rows()) == 500
    assert page.text("#count") == "500 of 10000 shown"
    # Milliseconds in which nobody could press anything.
    assert page.run("return window.longest") < 1000
    page.expect_peace()
