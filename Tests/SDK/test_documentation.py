"""That the documentation says one thing in both languages, and shows nothing that no test runs."""

import pathlib
import re

import pytest

from documentation import PAGES, README, RECIPES, ROOT, TWIN, blocks, code, links, sections, tables

HERE = pathlib.Path(__file__).parent
RUN_BY_PYTHON = ("sh", "yaml", "json", "python")
# They take every block in Swift of the pages that they name. Other languages need SDKs that are not to be had here.
RUN_BY_SWIFT = [
    (ROOT / f"Tests/EndToEndTests/{name}.swift").read_text() for name in ("DocumentedSnippetTests", "InProcessArticleTests")
]
# Who runs all blocks of one language in an article.
RUN_AS_A_WHOLE = {
    ("AdminAPI.md", "sh"): HERE / "admin_api" / "test_admin_article.py",
    ("SDKRecipes.md", "python"): HERE / "test_recipes.py",
    ("TestFrameworks.md", "python"): HERE / "frameworks" / "test_frameworks.py",
}

KINDS = ("struct", "class", "enum", "protocol", "typealias")


def test_each_language_leads_to_the_other_first():
    assert "ReadmeZH.md" in README.read_text().splitlines()[2]
    assert "README.md" in TWIN.read_text().splitlines()[2]


def test_both_languages_show_the_same_blocks():
    assert len(blocks(README)) > 5
    assert blocks(TWIN) == blocks(README)


def linked(page, text):
    """Each language has pictures of its own."""
    return [file for file in links(page, text) if file.suffix != ".png"]


def test_both_languages_have_the_same_sections():
    english, chinese = sections(README), sections(TWIN)
    assert [re.match("#+", text)[0] for text in chinese] == [re.match("#+", text)[0] for text in english]
    for ours, theirs in zip(english, chinese):
        title = theirs.splitlines()[0]
        assert code(theirs) == code(ours), title
        assert linked(TWIN, theirs) == linked(README, ours), title
        assert theirs.count("\n- ") == ours.count("\n- "), title


def test_both_languages_have_the_same_tables():
    english, chinese = tables(README.read_text()), tables(TWIN.read_text())
    assert len(english) == len(chinese) > 5
    for ours, theirs in zip(english, chinese):
        assert [len(row) for row in theirs] == [len(row) for row in ours], theirs[0]
        assert [code(row[0]) for row in theirs] == [code(row[0]) for row in ours], theirs[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for file in links(page, page.read_text()):
        assert file.exists() and ROOT in file.parents, file


def test_every_module_has_its_page():
    named = re.findall(r"^\| `(\w+)` \|", README.read_text().split("## Layout")[1].split("##")[0], re.MULTILINE)
    assert len(named) > 5
    assert {page.stem for page in PAGES if page.parent.stem == page.stem} == set(named)


def test_every_block_is_run_by_some_test():
    """As far as a test asks for it: what `block` is told, in the tests beside this one, is in one block of its page."""
    call = re.compile(r'\bblock\((RECIPES, )?"(\w+)", "([^"]+)"\)')
    asked = [found for test in HERE.glob("*.py") for found in call.findall(test.read_text())]
    for page in PAGES:
        for language, text in blocks(page):
            if language == "swift":
                assert any(page.name in text for text in RUN_BY_SWIFT), f"no test runs the Swift of {page.name}"
            if language not in RUN_BY_PYTHON:
                continue
            test = RUN_AS_A_WHOLE.get((page.name, language))
            assert (test and language in test.read_text()) or any(
                (page == RECIPES) == bool(of_recipes) and language == kind and part in text
                for of_recipes, kind, part in asked
            ), f"no test runs this of {page.name}:\n{text}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.stem == page.stem], ids=lambda page: page.name)
def test_a_reading_order_names_what_is_there(page):
    module = page.parents[1]
    (order,) = [text for text in sections(page) if text.startswith("## Reading order\n")]
    files = {file.stem for file in module.rglob("*.swift")}
    steps = re.findall(r"^\d+\. (.*?):", order, re.MULTILINE | re.DOTALL)
    assert steps
    for step in steps:
        for name in code(step):
            assert name in files or any(f"{kind} {name}" in file.read_text() for file in module.rglob("*.swift") for kind in KINDS), name


def test_the_tests_that_are_named_are_there():
    for page in PAGES:
        for name in re.findall(r"`(\w+Tests)`", page.read_text()):
            assert list(ROOT.glob(f"Tests/**/{name}.swift")), f"{page.name}: {name}"
