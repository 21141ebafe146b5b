"""Refusals: facts, and a sentence that says what to do next."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, get_type_hints

import pytest

from task_assistant.domain.errors import InvalidBatch, InvalidFields, Refusal, invalid, refusals
from tests.factories import NOW

WORDS: dict[Any, Any] = {str: "word", int: 7, bool: True, datetime: NOW}


def example(kind: type[Refusal], *, full: bool) -> Refusal:
    """One refusal of the kind, with all facts or only with those that it needs."""
    hints = get_type_hints(kind)
    wanted = [f for f in fields(kind) if full or f.default is MISSING]
    return kind(**{f.name: value_of(f.name, hints[f.name]) for f in wanted})


def value_of(name: str, hint: Any) -> Any:
    if name == "errors":
        return ({"field": "title", "message": "must not be empty"},)
    plain = next((kind for kind in WORDS if kind is hint or kind in getattr(hint, "__args__", ())), None)
    if str(hint).startswith("tuple"):
        return (WORDS[plain],) if plain else ({"id": "e1"},)
    return WORDS[plain]


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("full", [True, False])
def test_every_refusal_says_its_sentence_with_its_facts(kind: type[Refusal], full: bool) -> None:
    sentence = str(example(kind, full=full))
    assert sentence[0].isupper()
    assert sentence[-1] in ".!?"
    assert "{" not in sentence
    assert "None" not in sentence
    assert "  " not in sentence


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.__name__)
def test_the_facts_of_a_refusal_are_plain_data(kind: type[Refusal]) -> None:
    facts = example(kind, full=True).facts()
    assert set(facts) == {field.name for field in fields(kind)}
    json.dumps(facts, default=lambda value: value.isoformat())
    assert None not in example(kind, full=False).facts().values()


def test_every_kind_of_refusal_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in refusals()]
    assert len(codes) == len(set(codes))
    assert Refusal.code not in codes


def test_wrong_fields_are_named() -> None:
    refusal = invalid("title", "must not be empty")
    assert isinstance(refusal, InvalidFields)
    assert str(refusal) == "Some fields are not valid: title: must not be empty."


def test_a_wrong_batch_names_its_index_and_only_the_first_few_errors() -> None:
    errors = tuple({"field": f"f{n}", "message": "wrong"} for n in range(9))
    assert str(InvalidBatch(57, errors)).startswith("Task 57 of the batch (counted from 0) is not valid")
    assert "f2" in str(InvalidBatch(57, errors))
    assert "f3" not in str(InvalidBatch(57, errors))
