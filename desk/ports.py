"""What the desk needs from outside, as Protocols; bootstrap/ plugs the real parts in and tests plug in fakes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from desk.guidance.record import GuidanceRecord, Language


class Clock(Protocol):
    def now(self) -> dt.datetime:
        """The present moment, aware, in UTC."""
        ...


@dataclass(frozen=True)
class Hit:
    """A guidance entry that a search found.

    ``score`` orders the hits of one search and means nothing across searches; ``confidence`` is the calibrated
    probability (0 to 1) that this entry answers the question. ``lexical`` (words in common), ``semantic`` (nearness of
    meaning, at most 1) and ``joint`` (both mixed, beside the other entries) are what the search measured on the way,
    for those who look into it; None where it does not tell.
    """

    entry: str
    version: int
    score: float
    confidence: float
    lexical: float | None = None
    semantic: float | None = None
    joint: float | None = None


@dataclass(frozen=True)
class LawHit:
    """A place in the law near to a question: related reading, never an answer."""

    instrument: str
    article: str
    clause: str | None
    point: str | None
    heading: str
    text: str  # the passage, word for word
    score: float
    confidence: float  # calibrated probability (0 to 1) that the article bears on the question


@dataclass(frozen=True)
class SearchResult:
    """Hits, best first, of one publication of the guidance; ``timings_ms`` names the steps of the search.

    ``law`` is best first too, with at most one hit an article.
    """

    publication_no: int
    hits: Sequence[Hit]
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    law: Sequence[LawHit] = ()


@dataclass(frozen=True)
class PublishedEntry:
    """One published version as the index takes it in, with the days for which it is served (None: no end is known)."""

    entry: str
    version: int
    record: GuidanceRecord
    from_: dt.date
    to: dt.date | None = None

    @classmethod
    def of(cls, record: GuidanceRecord, version: int = 1) -> PublishedEntry:
        """A record as it would be published with no other version beside it."""
        return cls(record.id, version, record, record.in_force.from_, record.in_force.to)


@dataclass(frozen=True)
class LawArticle:
    """One article of a legal instrument as it was imported: its text, unchanged."""

    instrument: str  # official number, as in content/law/instruments.yml
    article: str  # "25", "16a"; "" for a text without articles
    heading: str  # may be empty
    text: str  # clauses and points as lines, as published


@dataclass(frozen=True)
class Corpus:
    """All that is published at one publication number."""

    publication_no: int
    entries: Sequence[PublishedEntry]
    law: Sequence[LawArticle] = ()
    law_no: int = 0  # changes when any law text does; equal numbers mean equal law


class SearchUnavailable(Exception):
    """The search could not be carried out now; trying again later may help."""


class GuidanceSearch(Protocol):
    def search(self, text: str, language: Language, limit: int = 5, as_of: dt.date | None = None) -> SearchResult:
        """Find the entries that may answer the text; raises SearchUnavailable.

        Only versions that are served on the day take part, so that another version of an entry is never weighed
        against it. Without a day the version of each entry that begins last does, whenever that is.
        """
        ...


class Likeness(Protocol):
    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """How likely each of the others asks the same as the text, 0 to 1, in their order; in any of our languages.

        Raises SearchUnavailable.
        """
        ...


class Vectors(Protocol):
    def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """The meaning of each text as a vector of length 1, in their order; of length 0 for a text without words.

        A text is prepared as a question is, so that it hardly matters how it was typed, and two vectors of one model
        are the nearer the more alike their texts are. Raises SearchUnavailable.
        """
        ...


@dataclass(frozen=True)
class Indexed:
    """What is searched now, and since when an earlier publication or this one has been; None where it is not yet.

    The search remembers the moments since it started: what was searched before that is told from then on.
    """

    publication_no: int
    since: dt.datetime | None


@dataclass(frozen=True)
class Trial:
    """What a question finds now, and what it would find after a change that is only tried; both best first.

    A hit of a text that is tried has the version TRIED.
    """

    before: Sequence[Hit]
    after: Sequence[Hit]


#: The version of a text that is tried and not published.
TRIED = 0


class Trials(Protocol):
    def trial(
        self,
        candidate: GuidanceRecord | None,
        entry: str,
        questions: Sequence[tuple[str, Language]],
        as_of: dt.date,
        limit: int = 5,
    ) -> list[Trial]:
        """What each question of a day finds, and would find with the candidate as the text of the entry on that day.

        Without a candidate: without the entry. An entry that has no text on that day is added. What is searched stays
        as it is. Some hundred questions take seconds. Raises SearchUnavailable.
        """
        ...


class Knowledge(GuidanceSearch, Likeness, Vectors, Trials, Protocol):
    """What the desk has from the knowledge process."""

    def indexed(self, publication_no: int) -> Indexed:
        """Whether what was published under this number is searched yet; raises SearchUnavailable."""
        ...


@dataclass(frozen=True)
class DialogueReply:
    """One thing that the dialogue asks the desk to say: the name of a text, or an act whose result the desk holds."""

    text: str | None = None
    act: str | None = None


@dataclass(frozen=True)
class FormState:
    """Where the dialogue's case form stands: the field asked for (None: no form is open), and what fields hold."""

    asked: str | None
    fields: Mapping[str, str] = field(default_factory=dict)


class DialogueUnavailable(Exception):
    """The dialogue server did not answer, or answered with nothing."""


class Dialogue(Protocol):
    def say(
        self, conversation: str, enquiry_id: str, text: str, *, answers: str | None = None
    ) -> Sequence[DialogueReply]:
        """Hand over what a person wrote; never lets a leading slash through. Raises DialogueUnavailable.

        ``answers`` names the field of the form for which the person was asked last. Where the dialogue has gone on to
        another, nothing is filled in, and it asks for that one.
        """
        ...

    def trigger(
        self,
        conversation: str,
        enquiry_id: str,
        intent: str,
        slots: Mapping[str, str] | None = None,
        *,
        answers: str | None = None,
    ) -> Sequence[DialogueReply]:
        """Hand over an intent that a button stands for; ``answers`` as in say(). Raises DialogueUnavailable."""
        ...

    def replies_to(self, conversation: str, enquiry_id: str, *, begun: bool = False) -> Sequence[DialogueReply] | None:
        """What the dialogue replied to this enquiry, read from its tracker; None where it has not kept it.

        An enquiry that it could not deal with was kept without replies. ``begun``: something of this conversation has
        been kept before, so that a tracker without any message is one that could not be read. Raises
        DialogueUnavailable.
        """
        ...

    def form_of(self, conversation: str) -> FormState:
        """Where the form of a conversation stands, by the tracker; raises DialogueUnavailable."""
        ...

    def forget(self, conversation: str) -> None:
        """Forget every word of a conversation, which is over; one that is not known is forgotten already.

        Raises DialogueUnavailable.
        """
        ...


class PostFailed(Exception):
    """The letter was certainly not sent; trying again later may help."""


class PostRefused(Exception):
    """The letter was not sent and never will be, for example because there is no such mailbox."""


class PostUncertain(Exception):
    """The connection was lost after the letter was handed over and before it was acknowledged."""


class Post(Protocol):
    def send(self, to: str, subject: str, text: str, *, name: str) -> None:
        """Send one e-mail; ``name`` tells it from others, the same at every attempt.

        Returns when a mail server has accepted it. Raises PostFailed, PostRefused or PostUncertain.
        """
        ...


class ScannerAway(Exception):
    """The scanner did not say what a file is; trying again later may help."""


@dataclass(frozen=True)
class Verdict:
    """What a scanner says of a file: nothing, or its own name of what it found."""

    found: str | None = None


class Scanner(Protocol):
    """A virus scanner that the authority runs."""

    def scan(self, data: bytes) -> Verdict:
        """Look through the bytes of one file, for as long as half a minute; raises ScannerAway."""
        ...

    def check(self) -> None:
        """Raise ScannerAway unless the scanner answers now."""
        ...
