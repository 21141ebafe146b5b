"""Purging: words go, numbers stay."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from task_assistant.domain.purging import erased, external_digest
from task_assistant.domain.task import Task
from tests.factories import NOW, full_task, later, task

STAYS = {
    "id", "created_at", "updated_at", "created_by", "status", "assignee", "origin", "priority", "due", "reminder_at",
    "reminder_last_sent_at", "depends_on", "deferred_until", "review", "private", "version", "completed_at",
    "deleted_at", "failures", "rounds", "numbers", "revision",
}  # fmt: skip


def empty(name: str) -> Any:
    return {"title": "", "purged": True}.get(name, getattr(task(), name))


def test_every_field_stays_or_is_empty() -> None:
    before = full_task(id=7, depends_on=(1,), deleted_at=NOW, revision=5)
    after = erased(before, later(hours=1))
    for name in (field.name for field in fields(Task)):
        expected = getattr(before, name) if name in STAYS else empty(name)
        assert getattr(after, name) == expected, name


def test_no_text_survives() -> None:
    secret = "Zwetschgenkuchen"
    before = full_task(
        title=secret, description=secret, labels=(secret,), source_name=secret, source_url=f"https://{secret}",
        source_context=secret, source_state=secret, external_id=secret, ingested={"title": secret},
    )  # fmt: skip
    assert secret not in repr(erased(before, NOW))


def test_a_purged_task_is_deleted_from_then_on_or_since_it_was() -> None:
    assert erased(task(), later(hours=1)).deleted_at == later(hours=1)
    assert erased(task(deleted_at=NOW), later(hours=1)).deleted_at == NOW


def test_purging_again_changes_nothing() -> None:
    once = erased(full_task(), NOW)
    assert erased(once, later(hours=1)) == once


def test_a_digest_names_an_external_id_without_telling_it() -> None:
    assert external_digest("mail-1") == external_digest("mail-1")
    assert external_digest("mail-1") != external_digest("mail-2")
    assert "mail" not in external_digest("mail-1")
