"""What the readiness assessment makes of ordinary tasks, their context, and the person's rules."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from task_assistant.domain.readiness import Delta, Features, Matter, ReviewRules, assess, features

AGENT = (
    "Compare electricity tariffs and list the three cheapest",
    "Book the 7:40 train to Leeds on Friday",
    "Order contact lenses",
    "Fix pagination bug on orders page",
    "Cancel Audible trial before the 12th",
    "Could you please send me last month's numbers?",
)
MINE = (
    "Clean out fridge", "Ring grandad", "Sign tax return", "Take recycling to the depot", "Practise scales 20 min",
    "Get haircut before the interview",
)  # fmt: skip


@pytest.mark.parametrize("title", AGENT)
def test_work_at_a_desk_with_a_named_outcome_is_for_an_agent(title: str) -> None:
    found = assess(Matter(title))
    assert (found.suggested_assignee, found.missing, found.question) == ("codex", (), None)


@pytest.mark.parametrize("title", MINE)
def test_what_needs_body_voice_or_signature_is_for_the_person(title: str) -> None:
    found = assess(Matter(title))
    assert found.suggested_assignee == "me"
    assert found.agent_probability < 0.3


@pytest.mark.parametrize(
    ("title", "signal", "evidence"),
    [
        ("Ring grandad", "voice", "Ring"),
        ("Hang the mirror in the hall", "body", "Hang the mirror"),
        ("Set up autopay for water bill", "filing", "autopay"),
        ("Sign the lease for the flat", "signature", "Sign"),
        ("Could you please send me the report?", "request", "Could you please send"),
        ("Your subscription will renew automatically on 3 May.", "mailing", "subscription"),
        ("Thanks again for a lovely evening!", "courtesy", "Thanks"),
        ("Apologise to Nina", "voice", "Apologise"),
    ],
)
def test_the_first_reason_quotes_whole_words_of_the_task(title: str, signal: str, evidence: str) -> None:
    first = assess(Matter(title)).reasons[0]
    assert (first.signal, first.evidence) == (signal, evidence)


@pytest.mark.parametrize(
    ("title", "signal"),
    [("Tidy up the budget", "close call"), ("Prepare the quarterly numbers", "not sure enough")],
)
def test_a_close_call_says_how_close(title: str, signal: str) -> None:
    found = assess(Matter(title))
    assert found.suggested_assignee is None
    said = {reason.signal: reason.evidence for reason in found.reasons}
    assert said[signal].startswith(f"an agent {found.agent_probability:.0%}, you ")


def test_features_keep_no_words_and_survive_their_dump() -> None:
    seen = features(Matter("Ask Wilhelmina Quux about her merger", labels=("hush-hush",)))
    dumped = json.dumps(seen.dump())
    assert not [word for word in ("Wilhelmina", "wilhelmina", "quux", "hush") if word in dumped]
    assert Features.load(json.loads(dumped)).named.keys() == seen.named.keys()


# -- context -----------------------------------------------------------------------------------------------------------


def test_a_thread_answers_what_a_bare_reference_leaves_open() -> None:
    alone, with_thread = (
        Matter("Send them the details"),
        Matter("Send them the details", source_url="https://m.example/1"),
    )
    assert assess(with_thread).agent_probability > assess(alone).agent_probability


def test_a_bare_title_is_read_by_what_its_description_orders() -> None:
    bare, told = Matter("Boiler"), Matter("Boiler", "Find three plumbers in Leeds and compare their quotes.")
    assert assess(bare).suggested_assignee is None
    found = assess(told)
    assert found.agent_probability > assess(bare).agent_probability + 0.3
    assert "description" in [reason.signal for reason in found.reasons]


def test_a_description_does_not_outvote_a_title_that_says_who_must_act() -> None:
    assert (
        assess(Matter("Call grandad", "Order flowers online and send them to him.")).suggested_assignee
        == "me"
    )


@pytest.mark.parametrize(
    ("label", "higher"), [("errands", False), ("calls", False), ("code", True), ("research", True)]
)
def test_a_label_of_a_kind_of_work_counts(label: str, higher: bool) -> None:
    plain, labelled = (
        assess(Matter("Look after the Henderson thing", labels=given)) for given in ((), (label,))
    )
    assert (labelled.agent_probability > plain.agent_probability) is higher


@pytest.mark.parametrize("said", ["See https://docs.example/spec for it", "It is in report-q3.xlsx"])
def test_a_link_or_a_file_is_something_to_start_from(said: str) -> None:
    plain, linked = Matter("Update numbers", "Please do this soon, thanks"), Matter("Update numbers", said)
    assert assess(linked).agent_probability > assess(plain).agent_probability


# -- review ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Pay the invoice", "Find and buy a lamp", "Research and email the results to Ann", "Delete old backups",
        "Check the production database", "Look up the customer's address", "List everybody's salary",
        "Post on the blog",
        "Review and merge the pull request", "Draft the letter",
    ],
)  # fmt: skip
def test_money_outward_irreversible_shared_production_and_personal_work_wants_review(title: str) -> None:
    assert assess(Matter(title)).review == "required"


@pytest.mark.parametrize(
    "title", ["Compare tariffs", "What is the capital of Peru?", "Find a bakery", "Summarise the book"]
)
def test_looking_up_for_oneself_may_go_without_review(title: str) -> None:
    assert assess(Matter(title)).review == "optional"


def test_the_persons_rules_go_first_and_required_wins_among_them() -> None:
    rules = ReviewRules({"play": "optional"}, {"mail": "required"}, {"groceries": "optional"})
    assert rules.need(Matter("Buy groceries")) == "optional"
    assert rules.need(Matter("Pay the bill", labels=("play",))) == "optional"
    assert rules.need(Matter("Buy groceries", origin="mail")) == "required"
    assert assess(Matter("Pay the bill", labels=("play",)), rules=rules).review == "optional"


# -- learning ----------------------------------------------------------------------------------------------------------


def test_decisions_bend_like_tasks_and_are_shown_as_a_reason() -> None:
    own, before = Delta(), assess(Matter("Order contact lenses"))
    for title in (
        "Order toner",
        "Order cat food",
        "Buy batteries",
        "Order a lamp",
        "Buy a router",
        "Order tea",
    ):
        own = own.learn(features(Matter(title)), agent=False, weight=1.0)
    after = assess(Matter("Order contact lenses"), own)
    assert after.agent_probability < before.agent_probability - 0.15
    assert own.explain(1)[0][0] == "sign:ordering"
    assert own.points("sign:ordering") < 0
    assert "your decisions" in [reason.signal for reason in after.reasons]


def test_a_delta_is_the_same_when_rebuilt_and_when_reloaded() -> None:
    seen = [features(Matter(title)) for title in (*AGENT, *MINE)]
    live = rebuilt = Delta()
    for at, one in enumerate(seen):
        live = live.learn(one, at % 3 == 0, 1.0)
    for at, one in enumerate(seen):
        rebuilt = rebuilt.learn(Features.load(json.loads(json.dumps(one.dump()))), at % 3 == 0, 1.0)
    assert Delta.load(json.loads(json.dumps(live.dump()))) == live
    assert rebuilt.dump() == live.dump()


def test_agreeing_decisions_change_hardly_anything() -> None:
    own = Delta()
    for _ in range(3):
        for title in AGENT:
            own = own.learn(features(Matter(title)), agent=True, weight=1.0)
    for title in MINE:
        assert assess(Matter(title), own).suggested_assignee == "me"


def test_the_order_of_what_is_added_up_is_the_same_in_every_process() -> None:
    told = (
        "from task_assistant.domain.readiness.features import features;"
        "from task_assistant.domain.readiness.matter import Matter;"
        "print([*features(Matter('Wire the fence')).named, *features(Matter('Host the call')).named])"
    )
    environments = ({**os.environ, "PYTHONHASHSEED": str(seed)} for seed in range(3))
    orders = {
        subprocess.run([sys.executable, "-c", told], env=each, check=True, capture_output=True).stdout
        for each in environments
    }
    assert len(orders) == 1
