"""Broken promises about claim_next and about who is woken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from task_assistant.domain.lanes import claimable
from task_assistant.domain.ordering import Sort, key
from task_assistant.domain.task import Owner, Task
from task_assistant.ports.queries import Wanted
from task_assistant.ports.store import ChangeSet, Committed, Stale
from task_assistant.stores.memory import MemoryStore, reading
from tests.stores.broken.commits import believing
from tests.stores.broken.registry import noticed_by

Take = Callable[[Task], ChangeSet | None]


class Offering(MemoryStore):
    """Claims over `offers`, which each broken store gets wrong in its own way."""

    def offers(self, wanted: Wanted) -> list[Task]:
        return reading.candidates(self.board, wanted)

    async def claim_next(self, wanted: Wanted, take: Take) -> Committed | None:
        await asyncio.sleep(0)
        for task in self.offers(wanted):
            changes = take(task)
            if changes is not None:
                return self._commit(changes)
        return None

    def ranked(self, wanted: Wanted) -> list[Task]:
        """All tasks of agents in their order."""
        tasks = [t for t in reading.active(self.board) if t.assignee is Owner.CODEX]
        return sorted(tasks, key=lambda task: key(task, Sort.SMART, wanted.now))


@noticed_by(
    "test_only_what_is_claimable_is_given",
    "test_of_many_agents_racing_for_one_task_exactly_one_gets_it",
    "test_of_many_agents_each_task_goes_to_exactly_one",
    story=True,
)
class HandsOutHeldTasks(Offering):
    def offers(self, wanted: Wanted) -> list[Task]:
        return self.ranked(wanted)


@noticed_by(
    "test_a_task_is_claimable_again_at_the_very_end_of_its_lease",
    "test_a_lapsed_lease_is_offered_in_its_rank",
    "test_an_expired_lease_can_be_taken_back_and_given_in_one_commit",
)
class NeverNoticesALapsedLease(Offering):
    def offers(self, wanted: Wanted) -> list[Task]:
        return [task for task in super().offers(wanted) if task.claim is None]


@noticed_by("test_a_lapsed_lease_is_offered_in_its_rank")
class OffersLapsedLeasesLast(Offering):
    def offers(self, wanted: Wanted) -> list[Task]:
        return sorted(super().offers(wanted), key=lambda task: task.claim is not None)


@noticed_by("test_an_agent_is_given_the_best_ranked_task", story=True)
class GivesByPriorityAlone(Offering):
    def offers(self, wanted: Wanted) -> list[Task]:
        return sorted(super().offers(wanted), key=lambda task: (task.priority, task.id))


@noticed_by("test_private_tasks_are_given_only_to_who_may_have_them")
class OffersPrivateTasks(Offering):
    def offers(self, wanted: Wanted) -> list[Task]:
        return super().offers(replace(wanted, private=True))


@noticed_by("test_a_task_meant_for_one_agent_is_given_to_that_one")
class IgnoresWhomItIsMeantFor(Offering):
    def offers(self, wanted: Wanted) -> list[Task]:
        others = [
            reading.candidates(self.board, replace(wanted, agent=name)) for name in (wanted.agent, "beta")
        ]
        return list({task.id: task for group in others for task in group}.values())


@noticed_by("test_the_limits_of_a_key_hold", "test_a_wish_narrows_the_limits")
class IgnoresTheLimitsOfAKey(Offering):
    def offers(self, wanted: Wanted) -> list[Task]:
        return super().offers(replace(wanted, key_labels=frozenset(), key_origins=frozenset()))


@noticed_by("test_a_declined_task_is_passed_over_for_a_while")
class OffersDeclinedTasks(Offering):
    def offers(self, wanted: Wanted) -> list[Task]:
        rows = [t.having(declined=None) for t in self.ranked(wanted) if claimable(t, wanted.now)]
        return [self.board.tasks[task.id] for task in rows]


@noticed_by("test_a_declined_task_is_for_the_others_at_once")
class NobodyGetsADeclinedTask(Offering):
    def offers(self, wanted: Wanted) -> list[Task]:
        return [t for t in super().offers(wanted) if t.declined is None or t.declined.until <= wanted.now]


@noticed_by("test_a_declined_task_that_has_changed_is_offered_again")
class DeclinedIsDeclined(Offering):
    def offers(self, wanted: Wanted) -> list[Task]:
        said = [(task, task.declined) for task in super().offers(wanted)]
        return [t for t, d in said if d is None or d.agent != wanted.agent or d.until <= wanted.now]


@noticed_by(
    "test_a_task_that_take_refuses_is_left_for_the_next",
    "test_take_is_offered_everything_before_the_answer_is_none",
)
class GivesUpAtTheFirstRefusal(Offering):
    def offers(self, wanted: Wanted) -> list[Task]:
        return super().offers(wanted)[:1]


@noticed_by("test_take_is_offered_everything_before_the_answer_is_none")
class GivesUpAfterAHundred(Offering):
    def offers(self, wanted: Wanted) -> list[Task]:
        return super().offers(wanted)[:100]


@noticed_by(
    "test_of_many_agents_each_task_goes_to_exactly_one",
    "test_of_many_agents_racing_for_one_task_exactly_one_gets_it",
)
class ChoosesThenWritesLater(Offering):
    async def claim_next(self, wanted: Wanted, take: Take) -> Committed | None:
        for task in self.offers(wanted):
            changes = take(task)
            if changes is not None:
                await asyncio.sleep(0)
                return self._commit(
                    replace(changes, writes=tuple(believing(self, w) for w in changes.writes))
                )
        return None


@noticed_by("test_nobody_is_sent_away_while_something_is_claimable")
class SendsAwayWhomItDisappointed(Offering):
    async def claim_next(self, wanted: Wanted, take: Take) -> Committed | None:
        chosen = [changes for changes in map(take, self.offers(wanted)[:1]) if changes is not None]
        await asyncio.sleep(0)
        try:
            return self._commit(chosen[0]) if chosen else None
        except Stale:
            return None


@noticed_by("test_what_take_raises_comes_through_and_changes_nothing")
class SwallowsWhatTakeRaises(Offering):
    async def claim_next(self, wanted: Wanted, take: Take) -> Committed | None:
        try:
            return await super().claim_next(wanted, take)
        except LookupError:
            return None


@noticed_by("test_what_take_says_is_committed_whole")
class ForgetsTheEventsOfAClaim(Offering):
    async def claim_next(self, wanted: Wanted, take: Take) -> Committed | None:
        def silent(task: Task) -> ChangeSet | None:
            changes = take(task)
            return changes and replace(changes, writes=tuple(replace(w, events=()) for w in changes.writes))

        return await super().claim_next(wanted, silent)
