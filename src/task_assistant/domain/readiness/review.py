"""Whether a result needs the person's eyes: policy, not statistics. It is advice; only the person changes a task."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from task_assistant.domain.readiness.matter import Matter

Need = Literal["required", "optional"]
READ = 2_000  # characters of the title and the description
# In lower case. Where any of these words is, the result leaves the machine, costs money, cannot be undone or touches
# what is private.
GRAVE = re.compile(
    r"\b(pay|buy|order|purchase|(?<!the )(?<!this )(?<!a )book|renew|subscribe|cancel|transfer|"
    r"invoice|refund|donate|price|bank|tax(?:es)?|"
    r"send|e-?mail|reply|respond|post|publish|tweet|message|text|invite|share|forward|submit|apply|register|sign|contact|"
    r"announce|release|deploy|merge|push|launch|delete|remove|drop|erase|overwrite|migrate|reset|revoke|production|prod|"
    r"live|password|passwords|credential|credentials|secret|token|customer|customers|personal|medical|legal|contract|"
    r"salary|passport|ssn)\b",
)
# Pure looking up, for oneself.
LIGHT = re.compile(
    r"^\s*(find|find out|look up|look into|search|research|compare|list|summari[sz]e|read up|check|estimate|calculate|"
    r"figure out|explain|analy[sz]e|review|investigate|collect|gather|"
    r"what|which|who|when|where|why|how|is|are|does|do)\b",
)


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """The person's own rules, which go before the built-in ones: by label, by origin, and by words (lower-case)."""

    labels: Mapping[str, Need] = field(default_factory=dict)
    origins: Mapping[str, Need] = field(default_factory=dict)
    words: Mapping[str, Need] = field(default_factory=dict)

    def need(self, matter: Matter) -> Need:
        """`required` unless a rule of the person or a plain look-up says otherwise; required wins among the rules."""
        said = [self.labels[label] for label in matter.labels if label in self.labels]
        if matter.origin in self.origins:
            said.append(self.origins[matter.origin])
        lower = f"{matter.title}\n{matter.description or ''}"[:READ].lower()
        said += [need for word, need in self.words.items() if word in lower]
        if said:
            return "required" if "required" in said else "optional"
        return "optional" if LIGHT.match(lower) and not GRAVE.search(lower) else "required"
