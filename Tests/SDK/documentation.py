"""The documentation as tests read it: README and articles, their fenced blocks, and what stands beside those."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
TWIN = ROOT / "Sources/PfopMock/PfopMock.docc/ReadmeZH.md"
RECIPES = ROOT / "Sources/PfopMock/PfopMock.docc/SDKRecipes.md"
PAGES = [README, *sorted(ROOT.glob("Sources/*/*.docc/*.md"))]

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page):
    """The fenced blocks of a page, as (language, text)."""
    return FENCE.findall(page.read_text())


def block(page, language, containing):
    """The one block of that language with that in it."""
    (found,) = [text for kind, text in blocks(page) if kind == language and containing in text]
    return found


def sections(page):
    """A page without its blocks, cut before each heading."""
    return re.split(r"^(?=#+ )", FENCE.sub("", page.read_text()), flags=re.MULTILINE)[1:]


def code(text):
    """What stands in backticks, whatever lines it is broken into; sorted, as languages order words differently."""
    return sorted(" ".join(span.split()) for span in re.findall(r"`([^`]+)`", text))


def links(page, text):
    """The files that a text of a page links to, without the other language's page."""
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    files = [(page.parent / target).resolve() for target in targets]
    return sorted(file for file in files if file not in (README, TWIN))


def tables(text):
    """Each table as a list of rows, each row as the list of its cells; without the line under the heading."""
    found = re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE)
    rows = [[line.strip("|").split("|") for line in table.splitlines()] for table in found]
    return [[table[0], *table[2:]] for table in rows]
