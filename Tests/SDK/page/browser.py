"""Chromium with the page in it, as somebody sits before it."""

import json
import os
import shutil
import socket
import urllib.parse

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 30


def start_chromium():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    # In containers there is neither a sandbox to be had nor much shared memory.
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1280,900",
    ):
        options.add_argument(flag)
    options.add_argument("--lang=en-US")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


@pytest.fixture(scope="session")
def chromium():
    driver = start_chromium()
    yield driver
    driver.quit()


@pytest.fixture
def page(chromium):
    """The page, once it is opened. Every server has a port of its own, so nothing is kept from one test to the next."""
    page = Page(chromium)
    yield page
    page.leave()


class Page:
    def __init__(self, driver):
        self.driver = driver
        self.messages = []
        self.requests = []

    def open(self, url, hash=""):
        self.url = url
        self.drain()
        self.messages.clear()
        self.requests.clear()
        self.driver.get(f"{url}/__admin/{hash}")
        return self

    def leave(self):
        self.emulate("Emulation.clearDeviceMetricsOverride")
        self.emulate("Emulation.setEmulatedMedia", media="", features=[])
        self.emulate("Emulation.setUserAgentOverride", userAgent="")
        self.driver.get("about:blank")

    def emulate(self, command, **parameters):
        self.driver.execute_cdp_cmd(command, parameters)

    def wait(self, condition, what=None):
        """The first true value of the condition; elements that are replaced meanwhile are looked for again."""
        from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException

        wait = WebDriverWait(
            self.driver, PATIENCE, 0.05, ignored_exceptions=(NoSuchElementException, StaleElementReferenceException)
        )
        return wait.until(lambda _: condition(), what or "")

    def live(self):
        self.wait(lambda: self.one("#connection.live"), "no events")
        return self

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        """As the document has it, whatever is in sight of it."""
        return self.run('return document.querySelector(arguments[0])?.textContent ?? ""', selector)

    def texts(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def fill(self, selector, value):
        """As if somebody had typed or chosen it at once."""
        self.run(
            "const field = document.querySelector(arguments[0]); field.value = arguments[1];"
            "for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }))",
            selector,
            value,
        )

    def choose(self, view):
        self.one(f"#tab-{view}").click()
        self.wait(lambda: self.one(f"#view-{view}").is_displayed())

    def press(self, *keys):
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self):
        return self.driver.switch_to.active_element

    def rows(self, view="requests"):
        return self.texts(f"#{view} tbody tr")

    def open_story(self, number):
        self.wait(lambda: self.one(f"#requests tr[data-number='{number}'] .open")).click()
        self.wait(lambda: self.one("#story[open]").is_displayed())

    def close_story(self):
        self.press(Keys.ESCAPE)
        self.wait(lambda: not self.all("#story"))

    def drain(self):
        """Takes over what the console says and what was asked for."""
        self.messages += self.driver.get_log("browser")
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])

    def expect_peace(self, but=()):
        """Nothing went wrong, nothing foreign has run, and nobody else was asked."""
        self.drain()
        wrong = [m["message"] for m in self.messages if not any(part in m["message"] for part in but)]
        assert not wrong, wrong
        assert self.run("return window.foreign ?? null") is None
        own = [self.url, "data:", "about:", "chrome:"]
        assert [url for url in self.requests if not url.startswith(tuple(own))] == []


def raw(url, octets):
    """Sends octets as they are, and returns all that comes until the server closes."""
    parts = urllib.parse.urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as connection:
        connection.sendall(octets)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def request(method="POST", target="/pfop", body=b"", *fields):
    lines = [f"{method} {target} HTTP/1.1".encode(), b"Host: localhost", *fields, b"Content-Length: %d" % len(body)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


assert os.environ.get("PFOP_MOCK_BINARY"), "Tests/SDK/run says which server to start"
