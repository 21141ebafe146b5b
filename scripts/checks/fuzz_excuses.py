"""Which refusals of requests that fit the OpenAPI document are good, and why the document cannot say so itself."""

from __future__ import annotations

import re

# Why a request that fits the document may still be 422, by a pattern for `field: message`. No other reason is good.
EXPLAINED = {
    "must be a whole number": "JSON Schema counts 2.0 among the integers, the API does not",
    "must not be blank": "white space beyond ASCII, which a pattern of JSON Schema cannot name",
    "must be in the future": "the document knows no clock",
    "only a task of codex can be meant for one agent": "a rule over two fields",
    "only an external block carries a date": "a rule over two fields",
    "for the verb": "a rule over two fields: each verb of a bulk change has a body of its own",
    'must have either "change" or "verb"': "a rule over two fields",
    'must have "verb" when it has "body"': "a rule over two fields",
    "must not contain the character NUL": "no text may hold it; saying so takes a pattern on every field",
    "must be a link that begins with http": "which addresses are links is said in words",
    "there is no task": "the document does not know the board",
    'must have "question" when': "a rule over two fields",
    "is a name that the server uses itself": "the names that are taken are said in words",
    "must be an address such as https": "which addresses are taken is said in words",
    "must be left out: this link": "the document does not know what the link is for",
    "would be webhook": "the document does not know how many there are",
    "recurrence: .*; or say it as in every": "which words and rules say a recurrence is said in words",
    "recurrence: has no date to come": "the document knows no calendar",
    "recurrence: must have a time zone such as": "which time zones there are is said in words",
    r"actions\[\d+\]\.body\.": "a rule over two fields: each verb of a button has a body of its own",
    "file: cannot be imported": "no schema says what is in a file",
    "line: This is not the whole": "no schema says what is in a file",
}


def explained(refusal: str) -> bool:
    """Whether `field: message` is one of these."""
    return re.search("|".join(EXPLAINED), refusal) is not None
