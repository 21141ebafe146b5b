"""The types of the client's answers against the models of the wire."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from task_assistant.client import shapes
from task_assistant.wire import board_answers, task_answers, work_answers

PAIRS: list[tuple[type, type[BaseModel]]] = [
    (shapes.Task, task_answers.RankedTask),
    (shapes.ClaimedTask, work_answers.ClaimedTask),
    (shapes.Claim, task_answers.Claim),
    (shapes.Question, task_answers.Question),
    (shapes.Result, task_answers.Result),
    (shapes.Artifact, task_answers.ArtifactInfo),
    (shapes.Assessment, task_answers.Assessment),
    (shapes.Reason, task_answers.Reason),
    (shapes.Context, work_answers.Context),
    (shapes.Pulse, work_answers.Pulse),
    (shapes.Summary, task_answers.Summary),
    (shapes.Queue, task_answers.Queue),
    (shapes.Ingested, work_answers.Ingested),
    (shapes.Event, board_answers.Event),
    (shapes.Me, board_answers.Me),
    (shapes.Key, board_answers.MintedKey),
    (shapes.CalendarAddress, board_answers.CalendarAddress),
    (shapes.Source, board_answers.Source),
]


@pytest.mark.parametrize(("shape", "model"), PAIRS, ids=lambda each: each.__name__)
def test_every_member_that_the_client_names_is_sent(shape: type, model: type[BaseModel]) -> None:
    named = set(shape.__annotations__)
    if shape is shapes.ClaimedTask:
        named -= {"rank", "truncated"}
    assert named <= set(model.model_fields)
