"""Reading one line: its words, whether it is a to-do item or a sentence of a message, and where its verb stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from task_assistant.domain.readiness.lexicon import SENTENCE, THING, VERB, classes, words
from task_assistant.domain.readiness.once import once
from task_assistant.domain.readiness.pasted import code, failure

READ = 600  # characters; what comes later says little about who should do the first step
WORDS = 80
WORD = re.compile(
    r"\$link|https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]+|[a-z]\d+\b|[a-z]+(?:'[a-z]+)?|\d+|[^\sa-z\d]",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"\$link|https?:|www\.", re.IGNORECASE)
PREFIX = re.compile(r"\s*[\w .']{2,25}(?: - |: )(?=\w)")
SUBJECTS = words("i we he she they it this that there you")
ASKING = words("what when where who why how which whose")
HELPING = words("can could would will do did does are is am was were should shall may have has had might")
LEADING = words("to need must please pls dont remember remind todo gotta")
SMALL = words(
    "the a an my our your his her their some more new all up out in on for with of and at from to about re off into"
)
NO_ORDER = words(
    "give send tell help join see visit follow use go bill let keep need want have may check call"
    " please thank thanks meeting"
)
NOUNS = words(
    "meeting meetings wedding training parking setting building gifts cooking feeding clothing testing"
)
EITHER = words("phone water cable light mail book gas heat park house store train plant play box milk paint")
DONE_TO_SOFTWARE = words(
    "run call drop cut trim install sweep clean sort lift load dump flush patch wipe fill empty strip squash kill pack"
)
SOFTWARE = words(
    "api endpoint function functions database databases db migration migrations staging branch branches repo repository"
    " script scripts pipeline cron payroll report reports data dataset csv json parser cache index schema docker"
    " container containers cluster deployment query queries tests linter column columns row rows session sessions token"
    " tokens log logs backend frontend video audio clip podcast spreadsheet package dependencies server servers users"
)
ON_SCREEN = frozenset(("v.code",))
ADDRESSED = words("i me we us you my please thanks")
NO_ITEM = words("me i please pls $url $mail")
PLAIN = (
    SUBJECTS | ASKING | HELPING | LEADING | SMALL | words("me us them him not no or if by as be so but let")
)

# Small words of other languages that are no words or names in English.
ELSEWHERE = words(
    "une avec chez und für beim zum zur nach eine dem nicht una para por gli che een het voor och não pelo wegen"
)
LETTER = re.compile(r"[a-zA-Z]")


@dataclass(frozen=True)
class Reading:
    """What the first words of a text are. `words` are lower-case; addresses are `$url` and `$mail`, numbers `#`."""

    text: str
    raw: tuple[str, ...]
    words: tuple[str, ...]
    start: int

    @once
    def lower(self) -> str:
        """The text that is read, in lower case, a character for a character."""
        lowered = self.text.replace("’", "'").lower()
        same = len(lowered) == len(self.text)
        return lowered if same else "".join(char.lower()[:1] for char in self.text)

    @once
    def sentence(self) -> bool:
        """A sentence, as in an e-mail; False for a to-do item."""
        words, end = self.words, self.text.rstrip()
        if end.endswith(("?", ":")) and len(words) > 3:
            return True
        if words[:1] == ("thanks",) and len(words) > 2:
            return True
        said = words[2:] if words[:2] == ("thank", "you") else words
        personal = any(word in SUBJECTS or word in ("me", "us", "your") for word in said)
        if len(words) >= 6 and (personal or end.endswith(".")):
            return True
        opening = words[0] if words else ""
        return len(words) >= 4 and (
            opening in HELPING | ASKING | SUBJECTS or opening in ("if", "please", "let")
        )

    @once
    def addressed(self) -> bool:
        """It is worded as one speaks to somebody, not as one notes something for oneself."""
        if len(self.words) < 3:
            return False
        spoken = self.text.rstrip().endswith((".", "?", "!", ":")) or "$url" in self.words
        return spoken or any(word in ADDRESSED for word in self.words)

    @once
    def ordered(self) -> bool:
        """It begins as a to-do item does, with a verb and no please, however long it is."""
        if not self.verbs or self.head in NO_ORDER or self.text.rstrip().endswith(("?", "!")):
            return False
        return not NO_ITEM & set(self.words)

    @once
    def body(self) -> tuple[str, ...]:
        """The words from the verb on, if there is one."""
        return self.words[self.start :] or self.words

    @once
    def head(self) -> str:
        """The word where a to-do item has its verb."""
        return self.body[0] if self.body else ""

    @once
    def verbs(self) -> frozenset[str]:
        """Classes of the head as a verb; empty for a bare noun."""
        if not self.head or self.head in NOUNS or self.body[:2] == ("thank", "you"):
            return frozenset()
        if self.body[:2] == ("back", "up"):
            return frozenset(("v.digital",))
        bare = len(self.body) <= 3 and not SMALL & set(self.body)
        if bare and self.head in EITHER and {"o.money", "o.admin"} & set(self.last):
            return frozenset()
        return ON_SCREEN if self._on_screen else frozenset(classes(self.head, VERB))

    @property
    def _on_screen(self) -> bool:
        """What one also does with the body, done to what there is only in a computer: run, drop, call."""
        if self.head not in DONE_TO_SOFTWARE:
            return False
        about = self.content[: 1 if self.head == "call" else 2]
        sorted_by = self.head == "sort" and "by" in self.body[2:]
        return sorted_by or not SOFTWARE.isdisjoint(about)

    @once
    def things(self) -> dict[str, str]:
        """Classes of things that it is about, each with the word that says so."""
        found: dict[str, str] = {}
        for word in self.body[1:] if self.verbs else self.body:
            for name in classes(word, THING):
                found.setdefault(name, word)
        return found

    @once
    def last(self) -> tuple[str, ...]:
        """Classes of the word that the phrase ends in, which is what it is about: the table of a coffee table."""
        return classes(self.content[-1], THING) if self.content else ()

    @once
    def content(self) -> tuple[str, ...]:
        """What follows the head, without the small words."""
        return tuple(word for word in self.body[1:] if word not in SMALL)

    @once
    def topics(self) -> dict[str, int]:
        """Classes of words of a sentence, with how many different words are in each."""
        found: dict[str, int] = {}
        for word in dict.fromkeys(self.words):
            for name in classes(word, SENTENCE):
                found[name] = found.get(name, 0) + 1
        return found

    @once
    def unreadable(self) -> str:
        """Why it cannot be judged by its words: another language, code, repetition; empty when it can."""
        if self._foreign:
            return "hardly a word of it is known"
        if code(self.text, self.words):
            return "it looks like code"
        if failure(self.text) and not self.ordered_work:
            return "it looks like the message of a program"
        if len(self.words) >= 5 and all(classes(word, VERB) for word in self.words):
            return "nothing but verbs"
        again = len(self.words) >= 5 and 3 * len(set(self.words)) <= len(self.words)
        return "the same words again and again" if again else ""

    @property
    def ordered_work(self) -> bool:
        """An item that begins with a verb."""
        return bool(self.verbs) and not self.sentence

    @property
    def _foreign(self) -> bool:
        if not _latin(self.text):
            return True
        words = self.words
        if not ELSEWHERE.isdisjoint(words) and PLAIN.isdisjoint(words):
            return True
        if len(words) < 3 or self.verbs or len(words) <= 5 * (words[0] in PLAIN or words[1] in PLAIN):
            return False
        known = sum(word in PLAIN or bool(classes(word, "")) for word in words)
        return known < 0.2 * len(words)


def read(text: str) -> Reading:
    """The reading of a text; only its first 600 characters count. Time grows with those alone."""
    text = text[:READ]
    raw = tuple(WORD.findall(text)[:WORDS])
    words = tuple(_word(token) for token in raw if token[0].isalnum() or token[0] == "$")
    return Reading(text, raw, words, _start(text, words))


def _latin(text: str) -> bool:
    """Letters, and most of them those of English."""
    if text.isascii():
        return LETTER.search(text) is not None
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and sum(char.isascii() for char in letters) >= 0.8 * len(letters)


def _word(token: str) -> str:
    if ADDRESS.match(token):
        return "$url"
    if "@" in token:
        return "$mail"
    return "#" if token.isdigit() else token.lower()


def _start(text: str, words: tuple[str, ...]) -> int:
    """Where the verb of a to-do item stands: after "household - " or "errands: ", and after "need to"."""
    start = 0
    while start < len(words) - 1 and words[start] == "#":
        start += 1
    if prefix := PREFIX.match(text):
        heading = WORD.findall(prefix[0].rstrip(" -:"))
        if heading[-1].lower() not in ("re", "regarding"):
            start = min(len(heading), max(len(words) - 1, 0))
    while start < len(words) - 1 and words[start] in LEADING:
        start += 1
    return start
