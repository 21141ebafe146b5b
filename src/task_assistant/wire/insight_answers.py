"""The answer of `GET /api/insights`; `wire.insights` renders it."""

from __future__ import annotations

from datetime import date

from task_assistant.wire.task_answers import Answer


class Share(Answer):
    """`part` of `whole`, and the quotient from 0 to 1; null while there is nothing to divide."""

    part: int
    whole: int
    share: float | None


class RoutingShare(Share):
    """How many choices followed the suggestion; `open` are those about which the assistant asked first."""

    open: int


class Week(Answer):
    """One week of the flow, named by its Monday."""

    week: date
    created: int
    done: int
    cancelled: int
    reopened: int


class StageAges(Answer):
    """Open tasks of a stage by how long they have waited: since today, under a week, under 30 days, longer."""

    stage: str
    on: str
    tasks: int
    today: int
    under_a_week: int
    under_30_days: int
    older: int
    oldest_days: int


class Length(Answer):
    """Durations: `n` of them, their mean, and the class within which half were (null: over 30 days, or none)."""

    n: int
    mean_seconds: int | None
    half_within_seconds: int | None


class StageWait(Length):
    """How long tasks waited in a stage, on whom."""

    stage: str
    on: str


class AgentResults(Answer):
    """What became of an agent's results; `acceptance` is approved by reviewed."""

    agent: str
    approved: int
    sent_back: int
    unreviewed: int
    acceptance: float | None


class Estimate(Length):
    """Tasks of a priority without a deadline against the days that the server estimates for it."""

    priority: int
    days: int
    met: int
    late: int


class OriginFigures(Answer):
    """Tasks of one origin."""

    origin: str
    created: int
    done: int


class AgentCost(Answer):
    """What an agent reported to have used; `costs` by currency, exact."""

    agent: str
    attempts: int
    handed_back: int
    input_tokens: int
    output_tokens: int
    costs: dict[str, str]


class Insights(Answer):
    """The figures of some weeks; `definitions` says of each in a sentence what it is.

    `behind`: events that are not counted yet. `cost` is null for readers. `rounds`: results until approval → how often.
    """

    first: date
    last: date
    behind: int
    routing: RoutingShare
    delegated: Share
    flow: list[Week]
    ages: list[StageAges]
    waits: list[StageWait]
    agents: list[AgentResults]
    rounds: dict[str, int]
    deadlines: Share
    estimates: list[Estimate]
    sources: list[OriginFigures]
    cost: list[AgentCost] | None
    definitions: dict[str, str]
