"""The examples of the article on test frameworks, each run by its framework as it stands.

The code under test is in the files beside this one. It is right, and then, with BROKEN, wrong: an example that does not
notice is none. A language that is not installed is skipped, and the summary says which Debian package brings it.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ARTICLE = (HERE.parents[2] / "Sources/PfopMock/PfopMock.docc/TestFrameworks.md").read_text()
JUNIT = pathlib.Path("/usr/share/java/junit-platform-console-standalone.jar")
# What every failure has to show: that it was the expectation which was not met.
UNMET = "1 request meets the criteria, expected: exactly 2"


def example(language, containing):
    (found,) = [text for text in re.findall(rf"```{language}\n(.*?)```", ARTICLE, re.DOTALL) if containing in text]
    return found


def need(program, packages):
    if not shutil.which(program):
        pytest.skip(f"there is no {program} here; Debian packages: {packages}")


class Project:
    """A folder with an example and the code under test, and `pfop-mock` on its PATH."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "bin").mkdir()
        (folder / "bin/pfop-mock").symlink_to(os.environ["PFOP_MOCK_BINARY"])

    def take(self, *names):
        for name in names:
            shutil.copy(HERE / name, self.folder)

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def run(self, *command, **variables):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PFOP_MOCK_")}
        environment |= {"PATH": f"{self.folder / 'bin'}:{environment['PATH']}", **variables}
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300
        )

    def check(self, passed, *command, **variables):
        """Runs it twice: with code that is right, and with code that is wrong."""
        right = self.run(*command, **variables)
        assert right.returncode == 0 and re.search(passed, right.stdout + right.stderr), right
        wrong = self.run(*command, BROKEN="1", **variables)
        assert wrong.returncode != 0 and not re.search(passed, wrong.stdout + wrong.stderr), wrong
        assert UNMET in wrong.stdout + wrong.stderr, wrong


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_pytest(project):
    project.take("transcoder.py", "../pytest_pfop_mock.py")
    project.write("conftest.py", example("python", "pytest_plugins"))
    project.write("test_transcoder.py", example("python", "pfop_mock.script"))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(project.folder)]
    # Other plugins of this environment take seconds to load.
    project.check(r"\b2 passed", *command, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")


def test_junit(project):
    need("javac", "default-jdk-headless junit5")
    if not JUNIT.exists():
        pytest.skip(f"there is no {JUNIT} here; Debian package: junit5")
    project.take("Transcoder.java")
    project.write("TranscoderTest.java", example("java", "@BeforeAll"))
    parts = re.compile(r"(junit-(jupiter|platform)|opentest4j|apiguardian|univocity|picocli).*\.jar")
    path = ":".join(str(jar) for jar in sorted(JUNIT.parent.iterdir()) if parts.fullmatch(jar.name))
    compiled = project.run("javac", "-cp", path, "-d", "out", "Transcoder.java", "TranscoderTest.java")
    assert compiled.returncode == 0, compiled
    launcher = "org.junit.platform.console.ConsoleLauncher"
    project.check(r"\b2 tests successful", "java", "-cp", f"{path}:out", launcher, "--scan-classpath", "out")


def test_go(project):
    need("go", "golang-go")
    project.take("transcoder.go")
    project.write("transcoder_test.go", example("go", "TestMain"))
    project.write("go.mod", "module transcoder\n\ngo 1.19\n")
    assert project.run("gofmt", "-l", ".").stdout == ""
    project.check(r"(?m)^ok\s+transcoder", "go", "test", "-count=1", ".", GOPROXY="off", GOTOOLCHAIN="local")


def test_node(project):
    need("node", "nodejs")
    project.take("transcoder.js")
    project.write("transcoder.test.js", example("javascript", "node:test"))
    project.check(r"# pass 2\n", "node", "--test", "--test-reporter=tap", "transcoder.test.js")


def test_phpunit(project):
    need("phpunit", "php-cli phpunit")
    project.take("Transcoder.php")
    project.write("TranscoderTest.php", example("php", "TestCase"))
    project.check(r"OK \(2 tests", "phpunit", "--do-not-cache-result", "TranscoderTest.php")


def test_minitest(project):
    need("ruby", "ruby ruby-minitest")
    project.take("transcoder.rb")
    project.write("test_transcoder.rb", example("ruby", "Minitest::Test"))
    project.check(r"\b2 runs, .* 0 failures, 0 errors", "ruby", "test_transcoder.rb")
