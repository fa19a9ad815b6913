"""Related law: places in the law that bear on a question, shown beside it and never as its answer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from desk.answering.cite import Cite
from desk.answering.outcome import Outcome
from desk.answering.question import Progress
from desk.conversations.language import written_in
from desk.guidance.record import Language
from desk.law.instruments import ForceState, place
from desk.ports import LawHit
from desk.speech import Block, Utterance
from desk.texts import Texts

#: The law is worth a person's reading where it is about customs, and the desk has no answer.
SHOWING_LAW = (Outcome.CLARIFY_ENTRIES, Outcome.UNANSWERABLE_NOT_COVERED)
#: No more places than this are shown to a person.
SHOWN = 3
#: Characters of a passage that are shown to a person, about.
PASSAGE_LENGTH = 400
_ENDS_OF_CLAUSES = re.compile(r"(?<=[;.:!?])(?=\s)|(?=\n)")
#: What is in force comes first, what was or will be comes last.
_ORDER: dict[ForceState, int] = {"in_force": 0, "in_force_amended": 0, "unknown": 1, "not_yet": 2, "ended": 2}


@dataclass(frozen=True)
class Passage:
    """A place in the law as it is shown: its name with the state in force, its article's heading, its words."""

    name: str
    heading: str
    text: str
    language: Language


class RelatedLaw:
    """Chooses the places worth reading and puts them into words."""

    def __init__(self, texts: Texts, cite: Cite, confidence: Callable[[], float]) -> None:
        """``confidence`` (0 to 1) is asked for at every answer.

        So much is needed to be shown beside an answer that the guidance does not give.
        """
        self._texts = texts
        self._cite = cite
        self._confidence = confidence

    def worth_reading(self, hits: Iterable[LawHit], as_of: dt.date) -> list[LawHit]:
        """The hits that are sure enough, those of law in force on the day first."""
        needed = self._confidence()
        return self.in_order((hit for hit in hits if hit.confidence >= needed), as_of)

    def in_order(self, hits: Iterable[LawHit], as_of: dt.date) -> list[LawHit]:
        """The hits as they came, but none that has ended or is not yet in force before one that is."""
        return sorted(hits, key=lambda hit: _ORDER[self._cite.state_on(hit.instrument, as_of)])

    def state_on(self, instrument: str, as_of: dt.date) -> ForceState:
        """The state in force of an instrument on a day."""
        return self._cite.state_on(instrument, as_of)

    def passages(self, hits: Iterable[LawHit], language: Language, as_of: dt.date) -> list[Passage]:
        """Every hit in full, its place named in the language; the law itself stays in its own."""
        return [
            Passage(
                self._cite.in_words(hit.instrument, place(hit, language), language, as_of),
                hit.heading,
                hit.text,
                written_in(hit.text) or "vi",
            )
            for hit in hits
        ]

    def beside(self, utterance: Utterance, progress: Progress) -> Utterance:
        """What is said to a person, with the law that was found where the desk has no answer to a matter of customs."""
        language = progress.question.language
        law = self._blocks(progress.law[:SHOWN], language, progress.question.as_of)
        if not law or progress.outcome not in SHOWING_LAW:
            return utterance
        if progress.outcome is Outcome.CLARIFY_ENTRIES:
            # With law in between, "one of these" would be too far from the buttons that it means.
            law.append(Block("paragraph", self._texts.say("answer.choose_entry", language)))
        return replace(utterance, blocks=(*utterance.blocks, *law))

    def _blocks(self, hits: Sequence[LawHit], language: Language, as_of: dt.date) -> list[Block]:
        passages = self.passages(hits, language, as_of)
        if not passages:
            return []
        items = tuple(f"{passage.name}\n{cut(passage.text)}" for passage in passages)
        blocks = [Block("list", label=self._texts.say("answer.related_law", language), items=items)]
        if language == "en" and any(passage.language == "vi" for passage in passages):
            blocks.append(Block("note", self._texts.say("answer.law_in_vietnamese", language)))
        return blocks


def cut(text: str, about: int = PASSAGE_LENGTH) -> str:
    """The beginning of a text, of about so many characters, up to the end of a clause of a sentence."""
    if len(text) <= about:
        return text
    ends = [end.start() for end in _ENDS_OF_CLAUSES.finditer(text)]
    before = [end for end in ends if about // 2 <= end <= about]
    after = [end for end in ends if about < end <= about * 3 // 2]
    words = text.rfind(" ", 0, about)
    end = before[-1] if before else after[0] if after else words if words > 0 else about
    return f"{text[:end].rstrip()} …"
