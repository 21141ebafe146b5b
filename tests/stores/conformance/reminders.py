"""Reminders: whoever is due, earliest first, as far as the credential sees."""

from __future__ import annotations

from datetime import UTC, datetime

from task_assistant.domain.ordering import micros
from task_assistant.domain.reminders import place
from task_assistant.domain.task import Status
from task_assistant.domain.visibility import Sight, sight
from task_assistant.ports.store import Store
from tests.factories import EVERYTHING, MICROSECOND, NOW, agent, claimed_task, later, reader, task
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import change, put, put_one


async def due(store: Store, now: datetime = NOW, limits: Sight = EVERYTHING, limit: int = 100) -> list[str]:
    return [each.title for each in await store.due_reminders(now, limits, limit)]


async def dated(
    store: Store, since: datetime = NOW, limits: Sight = EVERYTHING, limit: int = 100
) -> list[str]:
    return [each.title for each in await store.dated(since, limits, limit)]


class Reminders(Backend):
    async def test_a_reminder_is_due_from_its_time_on(self, store: Store) -> None:
        await put_one(store, task("call", reminder_at=later(hours=1)))
        assert await due(store, later(hours=1) - MICROSECOND) == []
        assert await due(store, later(hours=1)) == ["call"]

    async def test_a_due_time_reminds_too_given_or_estimated(self, store: Store) -> None:
        await put(store, task("given", due=later(hours=2)), task("estimated", priority=1))
        assert await due(store, later(hours=2)) == ["given"]
        assert await due(store, later(days=1)) == ["given", "estimated"]

    async def test_earliest_first_within_the_limit(self, store: Store) -> None:
        await put(
            store, task("c", reminder_at=later(hours=3)), task("a", due=later(hours=1)),
            task("b", reminder_at=later(hours=2), due=later(hours=9)),
        )  # fmt: skip
        assert await due(store, later(days=1)) == ["a", "b", "c"]
        assert await due(store, later(days=1), limit=2) == ["a", "b"]

    async def test_page_follows_page_also_between_equal_times(self, store: Store) -> None:
        await put(store, *(task(name, reminder_at=NOW) for name in "abc"), task("d", due=later(hours=1)))
        found: list[str] = []
        after = None
        while page := await store.due_reminders(later(days=1), EVERYTHING, 2, after):
            found += [each.title for each in page]
            after = place(page[-1])
        assert found == ["a", "b", "c", "d"]
        since = (micros(NOW) + 1, 0)
        assert [t.title for t in await store.due_reminders(later(days=1), EVERYTHING, 9, since)] == ["d"]

    async def test_equal_times_come_by_id(self, store: Store) -> None:
        await put(store, *(task(name, reminder_at=NOW) for name in "abc"))
        assert await due(store) == ["a", "b", "c"]

    async def test_what_was_reminded_of_is_not_due_again(self, store: Store) -> None:
        there = await put_one(store, task("call", reminder_at=NOW, due=later(hours=5)))
        await change(store, there, reminder_last_sent_at=NOW)
        assert await due(store, later(hours=4)) == []
        assert await due(store, later(hours=5)) == ["call"]
        await change(store, there, reminder_last_sent_at=later(hours=5))
        assert await due(store, later(days=99)) == []

    async def test_a_new_reminder_after_the_last_one_is_due(self, store: Store) -> None:
        there = await put_one(
            store, task("call", reminder_at=NOW, due=later(days=9), reminder_last_sent_at=NOW)
        )
        assert await due(store, later(hours=1)) == []
        await change(store, there, reminder_at=later(hours=1))
        assert await due(store, later(hours=1)) == ["call"]

    async def test_closed_and_deleted_tasks_remind_of_nothing(self, store: Store) -> None:
        one, two, three = await put(
            store, *(task(name, reminder_at=NOW) for name in ("done", "deleted", "open"))
        )
        await change(store, one, status=Status.DONE)
        await change(store, two, deleted_at=NOW)
        assert await due(store) == ["open"]
        assert three.title == "open"

    async def test_a_credential_is_reminded_of_what_it_sees(self, store: Store) -> None:
        await put(
            store, task("private", private=True, reminder_at=NOW), task("open", reminder_at=NOW),
            claimed_task("alpha", title="mine", reminder_at=NOW, status=Status.WAITING_REVIEW, claim=None),
            claimed_task("alpha", title="held", reminder_at=NOW),
        )  # fmt: skip
        assert set(await due(store, limits=sight(reader()))) == {"open", "mine", "held"}
        assert await due(store, limits=sight(agent("alpha"))) == ["held"]
        assert await due(store, limits=sight(agent("alpha")), limit=1) == ["held"]

    async def test_tasks_with_a_date_of_their_own_come_by_the_later_one(self, store: Store) -> None:
        await put(
            store, task("c", due=later(hours=1), reminder_at=later(hours=3)), task("estimated", priority=1),
            task("a", due=later(hours=1)), task("b", reminder_at=later(hours=2)), task("past", due=later(hours=-1)),
        )  # fmt: skip
        assert await dated(store) == ["a", "b", "c"]
        assert await dated(store, limit=2) == ["a", "b"]
        assert await dated(store, later(hours=3)) == ["c"]
        assert await dated(store, later(hours=3) + MICROSECOND) == []

    async def test_a_date_goes_with_what_had_it(self, store: Store) -> None:
        one, two, three = await put(
            store, *(task(name, due=later(hours=1)) for name in ("done", "deleted", "estimated again"))
        )
        await put(store, task("private", due=later(hours=1), private=True))
        await change(store, one, status=Status.DONE)
        await change(store, two, deleted_at=NOW)
        await change(store, three, due=None)
        assert await dated(store) == ["private"]
        assert await dated(store, limits=sight(reader())) == []

    async def test_any_time_may_be_asked_about(self, store: Store) -> None:
        await put_one(store, task("call", reminder_at=NOW))
        assert await due(store, datetime.max.replace(tzinfo=UTC)) == ["call"]
        assert await due(store, datetime.min.replace(tzinfo=UTC)) == []
