"""Readiness: which work an agent could take, judged offline from the words, with reasons, and bent to one person.

Pure but for reading the weights and the lexicon in this package once. See docs/readiness-model.md.
"""

from __future__ import annotations

from task_assistant.domain.readiness.assessing import Assessed, assess
from task_assistant.domain.readiness.delta import Delta
from task_assistant.domain.readiness.features import Features, features
from task_assistant.domain.readiness.matter import Matter
from task_assistant.domain.readiness.prior import Prior, prior
from task_assistant.domain.readiness.review import ReviewRules
from task_assistant.domain.readiness.wording import Reason, meaning

__all__ = [
    "Assessed", "Delta", "Features", "Matter", "Prior", "Reason", "ReviewRules", "assess", "features",
    "meaning", "prior",
]  # fmt: skip
