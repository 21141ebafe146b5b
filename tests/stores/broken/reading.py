"""Broken promises about windows, counts, bounds, the sweep and reminders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from task_assistant.domain.ordering import Key, Sort, key
from task_assistant.domain.ranking import DueBand
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import Sight
from task_assistant.ports.queries import Query
from task_assistant.ports.store import Tally, TimeBand
from task_assistant.stores.memory import MemoryStore
from task_assistant.stores.memory.board import Board
from tests.factories import EVERYTHING, MICROSECOND
from tests.stores.broken.registry import noticed_by


@noticed_by(
    "test_private_tasks_are_for_the_person_alone",
    "test_a_task_turns_private_for_those_who_saw_it",
    "test_a_credential_is_reminded_of_what_it_sees",
    story=True,
)
class IgnoresPrivate(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        return await super().find(replace(query, sight=replace(query.sight, private=True)))

    async def due_reminders(
        self, now: datetime, sight: Sight, limit: int, after: Key | None = None
    ) -> list[Task]:
        return await super().due_reminders(now, replace(sight, private=True), limit, after)


@noticed_by("test_limits_by_label_narrow_what_an_agent_sees")
class IgnoresTheLabelsOfAKey(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        return await super().find(replace(query, sight=replace(query.sight, labels=frozenset())))


@noticed_by("test_a_limited_sight_keeps_order_limit_and_search")
class LimitsBeforeItFilters(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        window = await super().find(replace(query, sight=EVERYTHING))
        allowed = {task.id for task in await super().find(replace(query, limit=10_000, after=None, offset=0))}
        return [task for task in window if task.id in allowed]


@noticed_by("test_an_agent_sees_what_it_has_worked_on", "test_who_has_worked_on_a_task_is_remembered")
class ForgetsWhoWorkedOnIt(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        self.board.worked_on.clear()
        return await super().find(query)

    async def worked_on(self, agent: str, ids: Iterable[int]) -> set[int]:
        return {t.id for t in self.board.tasks.values() if t.claim and t.claim.agent == agent}.intersection(
            ids
        )


@noticed_by(
    "test_equal_points_are_ordered_by_due_time_then_id",
    "test_the_top_of_any_board_at_any_time_is_that_of_the_full_sort",
)
class BreaksTiesTheWrongWay(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        found = await super().find(replace(query, limit=10_000, offset=0))
        sort = query.sort or Sort.SMART
        found.sort(key=lambda task: (*key(task, sort, query.now)[:-1], -task.id))
        return found[query.offset : query.offset + query.limit]


@noticed_by("test_a_microsecond_decides")
class ComparesDueTimesBySeconds(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        found = await super().find(query)
        found.sort(
            key=lambda t: (key(t, query.sort or Sort.SMART, query.now)[:-2], int(t.due_at.timestamp()), t.id)
        )
        return found


@noticed_by(
    "test_the_rank_changes_when_a_due_time_comes_near",
    "test_the_rank_changes_when_a_lease_or_a_deferral_ends",
)
class RanksAsOfTheFirstLook(MemoryStore):
    looked: datetime | None = None

    async def find(self, query: Query) -> list[Task]:
        self.looked = self.looked or query.now
        return await super().find(replace(query, now=self.looked))


@noticed_by("test_each_lane_shows_its_tasks")
class ShowsHeldTasksInNoLane(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        found = await super().find(query)
        return [task for task in found if not (query.lanes and task.held(query.now))]


@noticed_by("test_closed_tasks_are_hidden_unless_asked_for")
class ShowsClosedTasks(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        return await super().find(replace(query, include_closed=True))


@noticed_by(
    "test_pages_of_a_frozen_now_give_each_row_once",
)
class ShowsTheLastRowAgain(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        if query.after is None:
            return await super().find(query)
        return await super().find(replace(query, after=(*query.after[:-1], query.after[-1] - 1)))


@noticed_by("test_a_window_has_a_limit_and_an_offset", "test_the_offset_counts_after_the_cursor")
class IgnoresTheOffset(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        return await super().find(replace(query, offset=0))


@noticed_by("test_a_window_shows_one_due_band_with_its_exact_bounds")
class TakesTheBoundForLater(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        found = await super().find(query)
        return [
            t for t in found if query.due is not DueBand.SOON or t.due_at - query.now < timedelta(hours=24)
        ]


@noticed_by("test_a_window_shows_one_origin_or_label")
class MatchesPartsOfLabels(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        found = await super().find(replace(query, label=None))
        return [
            task for task in found if query.label is None or any(query.label in name for name in task.labels)
        ]


@noticed_by("test_closed_and_deleted_tasks_do_not_count", "test_the_tally_equals_counting", story=True)
class CountsDeletedTasks(MemoryStore):
    async def tally(self, now: datetime, *, private: bool) -> Tally:
        deleted = sum(task.deleted_at is not None for task in self.board.tasks.values())
        counted = await super().tally(now, private=private)
        return replace(counted, active=counted.active + deleted)


@noticed_by("test_private_tasks_count_for_the_person_only")
class CountsPrivateTasksForEverybody(MemoryStore):
    async def tally(self, now: datetime, *, private: bool) -> Tally:
        return await super().tally(now, private=True)


@noticed_by("test_counts_follow_leases_and_deferrals_that_end")
class CountsAsOfTheFirstLook(MemoryStore):
    looked: datetime | None = None

    async def tally(self, now: datetime, *, private: bool) -> Tally:
        self.looked = self.looked or now
        return await super().tally(self.looked, private=private)


@noticed_by("test_due_counts_have_exact_bounds_and_include_estimates")
class CountsADueTimeAMicrosecondLate(MemoryStore):
    async def tally(self, now: datetime, *, private: bool) -> Tally:
        late = await super().tally(now - MICROSECOND, private=private)
        return replace(await super().tally(now, private=private), overdue=late.overdue)


@noticed_by("test_a_due_time_and_the_day_before_it_are_bounds", story=True)
class ForgetsTheDayBefore(MemoryStore):
    async def time_band(self, now: datetime) -> TimeBand:
        dues = [task.due_at for task in self.board.tasks.values() if task.active]
        return TimeBand(
            max((d for d in dues if d <= now), default=None), min((d for d in dues if d > now), default=None)
        )


@noticed_by("test_closed_and_deleted_tasks_set_no_bounds")
class ClosedTasksSetBounds(MemoryStore):
    async def time_band(self, now: datetime) -> TimeBand:
        band = await super().time_band(now)
        dues = [task.due_at for task in self.board.tasks.values() if task.due_at > now]
        return TimeBand(band.last, min([*dues, *([band.next] if band.next else [])], default=None))


class WritingWhatItCounts(Board):
    latest: datetime | None = None

    def put(self, task: Task, now: datetime) -> None:
        super().put(task, now)
        self.latest = now

    def recount(self, ids: Iterable[int]) -> None:
        named = list(ids)
        super().recount(named)
        if self.latest is not None:
            self.written_at |= dict.fromkeys(named, self.latest)


@noticed_by("test_being_counted_anew_is_not_being_written")
class SleepsThroughALeaseThatEnded(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.board = WritingWhatItCounts()


@noticed_by(
    "test_a_task_wakes_when_its_deferral_ends",
)
class NeverWakesDeferredTasks(MemoryStore):
    async def woken(self, now: datetime, limit: int) -> list[Task]:
        return [task for task in await super().woken(now, limit) if task.claim is not None]


@noticed_by("test_what_was_reminded_of_is_not_due_again")
class RemindsAgain(MemoryStore):
    async def due_reminders(
        self, now: datetime, sight: Sight, limit: int, after: Key | None = None
    ) -> list[Task]:
        found = await super().due_reminders(now, sight, limit, after)
        again = [t for t in self.board.tasks.values() if t.active and t.reminder_at and t.reminder_at <= now]
        return list({task.id: task for task in (*found, *again)}.values())


@noticed_by("test_a_due_time_reminds_too_given_or_estimated")
class RemindsOfRemindersOnly(MemoryStore):
    async def due_reminders(
        self, now: datetime, sight: Sight, limit: int, after: Key | None = None
    ) -> list[Task]:
        return [task for task in await super().due_reminders(now, sight, limit, after) if task.reminder_at]


@noticed_by("test_a_date_goes_with_what_had_it")
class ForgetsThatDatesArePrivate(MemoryStore):
    async def dated(self, since: datetime, sight: Sight, limit: int) -> list[Task]:
        return await super().dated(since, replace(sight, private=True), limit)


@noticed_by("test_tasks_with_a_date_of_their_own_come_by_the_later_one")
class DatesByTheDeadline(MemoryStore):
    async def dated(self, since: datetime, sight: Sight, limit: int) -> list[Task]:
        found = await super().dated(since, sight, 500)
        return sorted(found, key=lambda task: (task.due_at, task.id))[:limit]


@noticed_by("test_held_tasks_are_listed_oldest_claim_first")
class ListsClaimsThatAreOver(MemoryStore):
    async def held_by(self, agent: str | None, now: datetime, limit: int | None = None) -> list[Task]:
        return [t for t in self.board.tasks.values() if t.claim and agent in (None, t.claim.agent)][:limit]
