"""Artifacts as the person sees them: whatever an agent hands back, nothing fails and nothing hides."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.web.artifacts.blocks import Diff, Listing, Prose, Table
from task_assistant.web.artifacts.viewing import kind_of, view

GIT = """\
diff --git a/src/app.py b/src/app.py
index 12..34 100644
--- a/src/app.py
+++ b/src/app.py
@@ -10,3 +10,4 @@ def main():
 first
--- a removed SQL comment
+added
+added too
 last
diff --git a/old.txt b/new.txt
similarity index 90%
rename from old.txt
rename to new.txt
"""


def diff(text: str, most: int = 1_000) -> Diff:
    (block,) = view("change.diff", "text/x-diff", text, most).blocks
    assert isinstance(block, Diff)
    return block


def table(name: str, text: str, most: int = 1_000) -> Table:
    (block,) = view(name, "text/plain", text, most).blocks
    assert isinstance(block, Table)
    return block


def test_a_diff_is_read_file_by_file_with_the_numbers_of_both_sides() -> None:
    made = diff(GIT)
    assert [(file.name, file.added, file.removed) for file in made.files] == [
        ("src/app.py", 2, 1),
        ("old.txt → new.txt", 0, 0),
    ]
    changed = [(line.kind, line.old, line.new) for line in made.files[0].lines if line.kind != "note"]
    assert changed == [
        ("hunk", None, None),
        ("same", 10, 10),
        ("removed", 11, None),
        ("added", None, 11),
        ("added", None, 12),
        ("same", 12, 13),
    ]


def test_a_removed_line_that_looks_like_a_file_head_stays_a_removed_line() -> None:
    assert [line.text for line in diff(GIT).files[0].lines if line.kind == "removed"] == [
        "-- a removed SQL comment"
    ]


def test_a_plain_unified_diff_names_its_files() -> None:
    made = diff(
        "--- a/one\t2026-01-01\n+++ b/one\n@@ -1 +1 @@\n-x\n+y\n--- two\n+++ /dev/null\n@@ -1 +0,0 @@\n-z\n"
    )
    assert [(file.name, file.added, file.removed) for file in made.files] == [("one", 1, 1), ("two", 0, 1)]


def test_a_diff_without_heads_still_shows_what_comes_and_goes() -> None:
    assert [(line.kind, line.text) for line in diff("-1\n+2\n").files[0].lines] == [
        ("removed", "1"),
        ("added", "2"),
    ]


def test_a_cut_diff_counts_the_whole_and_says_how_much_is_left_out() -> None:
    text = "--- a/f\n+++ b/f\n@@ -0,0 +1,500 @@\n" + "+x\n" * 500
    made = view("f.diff", "text/x-diff", text, 100)
    (block,) = made.blocks
    assert isinstance(block, Diff)
    assert (block.added, len(block.files[0].lines), made.left_out) == (500, 100, 401)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", 'Name,Price\n"Desk, oak","1,200"\nLamp,30\n'),
        ("t.csv", "Name;Price\nDesk, oak;1,200\nLamp;30\n"),
        ("t.tsv", "Name\tPrice\nDesk, oak\t1,200\nLamp\t30\n"),
        ("t.md", "| Name | Price |\n|:--|--:|\n| Desk, oak | 1,200 |\n| Lamp | 30 |\n"),
    ],
)
def test_tables_are_read_as_rows_with_numbers_flush_right(name: str, text: str) -> None:
    made = table(name, text)
    assert made.head == ("Name", "Price")
    assert made.rows == (("Desk, oak", "1,200"), ("Lamp", "30"))
    assert made.numeric == (False, True)


def test_rows_of_different_lengths_are_filled_up() -> None:
    made = table("t.csv", "a,b\n1\n1,2,3\n")
    assert made.head == ("a", "b", "")
    assert made.rows == (("1", "", ""), ("1", "2", "3"))


def test_a_long_table_is_cut_and_says_how_many_rows_are_left_out() -> None:
    made = view("t.csv", "text/csv", "a,b\n" + "1,2\n" * 300, 50)
    assert made.left_out == 250


def test_what_calls_itself_a_table_but_is_none_is_shown_as_it_is() -> None:
    assert view("t.csv", "text/csv", "just a sentence\n", 50).blocks == (Listing("just a sentence"),)
    assert isinstance(view("t.csv", "text/csv", 'a,b\n"' + "x" * 140_000, 50).blocks[0], Listing)


def test_markdown_stays_text_between_its_tables_and_listings() -> None:
    text = "# Head\n\n| a | b |\n|---|---|\n| 1 \\| 2 | 3 |\n\n```diff\n-x\n+y\n```\n[link](javascript:alert(1))\n"
    kinds = [type(block) for block in view("n.md", "text/markdown", text, 100).blocks]
    assert kinds == [Prose, Table, Diff, Prose]
    assert view("n.md", "text/markdown", text, 100).blocks[1].rows == (("1 | 2", "3"),)  # type: ignore[union-attr]


def test_a_table_inside_a_listing_stays_a_listing() -> None:
    (block,) = view("n.md", "text/markdown", "```\n| a | b |\n|---|---|\n```", 100).blocks
    assert isinstance(block, Listing)


def test_json_is_set_out_without_changing_a_number_or_a_repeated_name() -> None:
    text = '{"a":1.10,"a":12345678901234567890,"b":[],"c":{},"d":["x, {y}: [z]\\"",null]}'
    (block,) = view("r.json", "application/json", text, 100).blocks
    assert block == Listing(
        '{\n  "a": 1.10,\n  "a": 12345678901234567890,\n  "b": [],\n  "c": {},\n  "d": [\n'
        '    "x, {y}: [z]\\"",\n    null\n  ]\n}'
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=12,
    )
)
def test_json_set_out_says_the_same(value: object) -> None:
    (block,) = view("r.json", "application/json", json.dumps(value), 10_000).blocks
    assert isinstance(block, Listing)
    assert json.loads(block.text) == value


@pytest.mark.parametrize("text", ['{"a":', "[" * 100_000, '{"a":1}' * 2, ""])
def test_what_is_no_json_is_shown_as_it_is(text: str) -> None:
    made = view("r.json", "application/json", text, 100)
    assert isinstance(made.blocks[0], Listing)


def test_characters_that_hide_or_reorder_text_are_named() -> None:
    (block,) = view(
        "a.py", "text/x-python", "if admin\u202e # check\u200b\x07\x1b[31mred\x1b[0m:\tok\n", 100
    ).blocks
    assert block == Listing("if admin⟨U+202E⟩ # check⟨U+200B⟩⟨U+0007⟩red:\tok")


def test_a_very_long_line_is_cut_and_says_so() -> None:
    (block,) = view("a.log", "text/plain", "x" * 200_000, 100).blocks
    assert isinstance(block, Listing)
    assert block.text.endswith(" … 198,000 more characters")


@pytest.mark.parametrize(
    ("name", "kind", "text", "expected"),
    [
        ("change.diff", "text/plain", "", "diff"),
        ("change", "text/plain", "diff --git a/x b/x\n", "diff"),
        ("reply", "text/plain", "Hi Sam,", "prose"),
        ("reply.txt", "text/plain", "Hi Sam,", "prose"),
        ("main.py", "text/plain", "x = 1", "text"),
        ("page.html", "text/html", "<script>alert(1)</script>", "text"),
        ("picture.svg", "image/svg+xml", "<svg onload=alert(1)>", "text"),
        ("a", "application/problem+json", "{}", "json"),
        ("run.log", "text/plain", "", "log"),
        ("t.csv", "text/html", "", "text"),
    ],
)
def test_the_view_follows_type_name_and_text(name: str, kind: str, text: str, expected: str) -> None:
    assert kind_of(name, kind, text.split("\n")) == expected


NASTY = st.text(alphabet=st.sampled_from('-+@ \t|:`~a1,;"\n\\{}[]'), max_size=300)


@given(
    NASTY | st.text(max_size=200), st.sampled_from(["diff", "csv", "tsv", "json", "md", "log", "txt", "py"])
)
def test_no_text_makes_a_view_fail(text: str, ending: str) -> None:
    made = view(f"a.{ending}", "text/plain", text, 20)
    assert made.blocks or not text.strip()
    assert made.left_out >= 0


@pytest.mark.parametrize(
    "text",
    [
        "|\n" + " " * 199_000,
        "```\n" * 50_000,
        "|a|\n|-|\n" * 25_000,
        "\\" * 200_000,
        "@@ -1 +1 @@\n" * 15_000,
    ],
    ids=["spaces", "fences", "tables", "backslashes", "hunks"],
)
@pytest.mark.parametrize("ending", ["md", "diff", "csv", "json"])
def test_the_largest_artifacts_are_read_in_one_pass(text: str, ending: str) -> None:
    assert view(f"a.{ending}", "text/plain", text, 100).left_out >= 0
