"""The texts that the readiness model is trained on: clean, of known origin, and nothing leaks between folds."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from benchmarks.routing.data import HERE, OWNERS, groups, texts
from task_assistant.domain.readiness.reading import WORD

README = (Path(HERE) / "README.md").read_text("utf-8")


def rows(name: str) -> list[dict[str, str]]:
    with (Path(HERE) / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def plain(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in WORD.findall(text) if word.isalnum())


def test_every_text_has_an_owner_and_a_source_that_the_readme_names() -> None:
    for row in (*rows("readings.tsv"), *rows("written.tsv")):
        assert row["owner"] in OWNERS
        assert row["source"].partition("-")[0] in ("landes", "mslatte", "parakweet", "synthetic")
    for notice in ("CDLA-Permissive-2.0", "Apache-2.0", "MIT", "Landes and Di Eugenio"):
        assert notice in README


def test_no_measured_text_is_a_training_text() -> None:
    measured = {row["text"].strip().lower() for row in rows("labelled.tsv")}
    trained = [row["text"] for row in (*rows("readings.tsv"), *rows("written.tsv"))]
    assert [text for text in trained if text.strip().lower() in measured] == []


def test_a_text_is_held_out_with_its_first_word_and_its_near_duplicates() -> None:
    found = texts()
    of, words = groups(found), [plain(text.text) for text in found]
    judged = [at for at, text in enumerate(found) if text.judged]
    for at in judged:
        for other, text in enumerate(found):
            shared = len(words[at] & words[other])
            if text.mail == found[at].mail and shared >= 2 and shared >= 0.7 * len(words[at] | words[other]):
                assert of[at] == of[other], (found[at].text, text.text)


def test_a_text_is_held_out_with_all_that_begin_with_its_word() -> None:
    found = texts()
    of = groups(found)
    together: dict[tuple[bool, str], int] = {}
    for at, text in enumerate(found):
        first = next((word.lower() for word in WORD.findall(text.text) if word.isalnum()), "")
        assert together.setdefault((text.mail, first), of[at]) == of[at], text.text
    assert len(set(of)) > 500


def test_the_agreement_of_the_readings_is_what_the_readme_says() -> None:
    by_lot = [row for row in rows("readings.tsv") if row["drawn"] == "chance"]
    same = sum(row["owner"] == row["second"] for row in by_lot)
    assert f"`chance` ({len(by_lot)}," in README
    assert f"agree on {round(100 * same / len(by_lot))} %" in re.sub(r"\s+", " ", README)
    rest = [row for row in rows("readings.tsv") if row["drawn"] == "rest"]
    alike = sum(row["owner"] == row["second"] for row in rest)
    assert f"`rest` ({len(rest):,}" in README
    assert f"agree on {alike} of {len(rest):,}" in README
    doubted = [row for row in rows("readings.tsv") if row["drawn"] == "doubt"]
    again = sum(row["owner"] == row["second"] for row in doubted)
    assert f"agree on {again} of {len(doubted)}" in README
