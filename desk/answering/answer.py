"""Answering a question: the steps in their order, each of which may end it with an outcome."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from desk.answering.compose import Compose
from desk.answering.find import Find
from desk.answering.follow_up import FollowUp
from desk.answering.join import Join
from desk.answering.judge import Judge
from desk.answering.outcome import Outcome
from desk.answering.question import Answer, Progress, Question
from desk.answering.recognise import Recognise
from desk.answering.related_law import RelatedLaw
from desk.answering.several import Several
from desk.answering.words import Words
from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language
from desk.speech import Choice, Utterance
from desk.store import Store
from desk.texts import Texts

RELATED = 3
#: Where only an officer helps, the two ways to one are offered at once, without a tap before them.
_WAYS_ON: dict[Outcome | None, tuple[str, ...]] = {Outcome.UNANSWERABLE_PERSONAL: ("send_as_is", "add_details")}


class Step(Protocol):
    name: str

    def take(self, progress: Progress) -> None: ...


class Answering:
    """Answers questions from the guidance in force, word for word, or says honestly why not."""

    def __init__(
        self,
        store: Store,
        words: Words,
        find: Find,
        judge: Judge,
        compose: Compose,
        related_law: RelatedLaw,
        texts: Texts,
    ) -> None:
        self._store = store
        self._find = find
        self._search: tuple[Step, ...] = (find, judge)
        self._steps: tuple[Step, ...] = (
            Recognise(words.patterns),
            FollowUp(words.references, store),
            *self._search,
        )
        self._references = words.references
        self._join = Join(words.references, self._search)
        self._several = Several(words.split, self._walk)
        self._ministries = words.ministries
        self._compose, self._related_law, self._texts = compose, related_law, texts

    def answer(self, question: Question, enquiry_id: str = "") -> Answer:
        """Answer a question as one; ``enquiry_id`` goes into the buttons under the answer. Writes nothing.

        Call it with no transaction open: the search may take its time.
        """
        return self._told(self._walk(question), enquiry_id)

    def answer_each(self, question: Question, message_id: str = "") -> list[Answer]:
        """Answer each question of a message, in their order; the first has the message's own id.

        Writes nothing. Call it with no transaction open.
        """
        walked = self._several.of(question)
        ids = [message_id, *(f"{message_id}.{number}" for number in range(2, len(walked) + 1))]
        return [self._told(progress, enquiry_id) for progress, enquiry_id in zip(walked, ids, strict=True)]

    def is_sure_of(self, question: Question) -> bool:
        """Whether the desk would answer this text: how a question is told from the value of a form's field.

        Nothing that came before counts: “Sao Mai” is a name, whatever it would answer together with another text.
        """
        return self._until_one_ends(Progress(question), self._search).outcome is Outcome.ANSWERED

    def look_up(self, question: Question) -> Progress:
        """What guidance and law there is near to a text, for officers; ``outcome`` is set where the search failed."""
        return self._until_one_ends(Progress(question), (self._find,))

    def show(
        self, session: Session, version: GuidanceVersion, language: Language, as_of: dt.date, enquiry_id: str
    ) -> Utterance:
        """The words of one version, as when it is the answer."""
        confirmed = guidance.is_confirmed(session, version.entry_id)
        choices = [*self._feedback(language, enquiry_id), *self._related(session, version, language, as_of)]
        return self._compose.answer(version, language, as_of, confirmed=confirmed, choices=choices)

    def quoted(
        self, session: Session, version: GuidanceVersion, language: Language, as_of: dt.date, parts: Sequence[str] = ()
    ) -> Utterance:
        """The words of one version, or of its parts of these names, as when they are the answer; without buttons."""
        asked = Progress(Question("", language, as_of), chosen=version, parts=self._references.parts_named(parts))
        confirmed = guidance.is_confirmed(session, version.entry_id)
        if asked.wants_the_whole_entry:
            return self._compose.answer(version, language, as_of, confirmed=confirmed, choices=())
        return self._compose.part(version, language, as_of, asked.parts, confirmed=confirmed, choices=())

    def _walk(self, question: Question) -> Progress:
        progress = self._until_one_ends(Progress(question), self._steps)
        began = time.perf_counter()
        self._join.take(progress)
        progress.timings_ms[self._join.name] = _since(began)
        return progress

    def _until_one_ends(self, progress: Progress, steps: Iterable[Step]) -> Progress:
        for step in steps:
            began = time.perf_counter()
            step.take(progress)
            progress.timings_ms[step.name] = _since(began)
            if progress.outcome is not None:
                progress.decided_by = step.name
                break
        return progress

    def _told(self, progress: Progress, enquiry_id: str) -> Answer:
        began = time.perf_counter()
        progress.law = self._related_law.worth_reading(progress.law, progress.question.as_of)
        ministry = self._ministries.in_charge_of(progress.question.text)
        utterance = self._related_law.beside(self._in_words(progress, enquiry_id), progress)
        utterance = self._ministries.named_before(utterance, progress, ministry, self._texts)
        progress.timings_ms["compose"] = _since(began)
        return Answer(
            enquiry_id=enquiry_id,
            text=progress.question.text,
            outcome=progress.outcome or Outcome.UNANSWERABLE_NOT_COVERED,
            language=progress.question.language,
            utterance=utterance,
            candidates=[candidate.hit for candidate in progress.candidates],
            publication_no=progress.publication_no,
            timings_ms={step: round(ms, 2) for step, ms in progress.timings_ms.items()},
            version=progress.chosen,
            parts=tuple(part.name for part in progress.parts),
            searched=tuple(progress.searched),
            law=progress.law,
            ministry=ministry,
            considered=tuple(progress.considered),
            matter=progress.matter,
            decided_by=progress.decided_by,
        )

    def _in_words(self, progress: Progress, enquiry_id: str) -> Utterance:
        question, outcome, version = progress.question, progress.outcome, progress.chosen
        if version is not None:
            with self._store.reading() as session:
                if progress.wants_the_whole_entry:
                    return self.show(session, version, question.language, question.as_of, enquiry_id)
                return self._part(session, progress, version, enquiry_id)
        if outcome is Outcome.CLARIFY_ENTRIES:
            return self._offer(progress, enquiry_id)
        choices = [self._choice(act, question.language, enquiry_id) for act in _WAYS_ON.get(outcome, ("ask_officer",))]
        return Utterance.plain(self._texts.say(f"outcome.{outcome}", question.language), choices=choices)

    def _part(self, session: Session, progress: Progress, version: GuidanceVersion, enquiry_id: str) -> Utterance:
        """The words for the asked parts of the entry that was shown before."""
        language, as_of = progress.question.language, progress.question.as_of
        whole = Choice("show_entry", self._texts.say("button.whole_entry", language), version.entry_id)
        officer = self._choice("ask_officer", language, enquiry_id)
        first = self._feedback(language, enquiry_id) if progress.is_answered else [officer]
        return self._compose.part(
            version,
            language,
            as_of,
            progress.parts,
            confirmed=guidance.is_confirmed(session, version.entry_id),
            choices=[*first, whole, *self._related(session, version, language, as_of)],
        )

    def _offer(self, progress: Progress, enquiry_id: str) -> Utterance:
        """Two to four entries to choose from; one alone is asked about."""
        language = progress.question.language
        entries = [
            Choice("show_entry", candidate.title(language), candidate.version.entry_id)
            for candidate in progress.candidates
        ]
        name = "outcome.clarify_entries" if len(entries) > 1 else "outcome.clarify_one_entry"
        none = Choice("ask_officer", self._texts.say("button.none_of_these", language), enquiry_id)
        return Utterance.plain(self._texts.say(name, language), choices=[*entries, none])

    def _feedback(self, language: Language, enquiry_id: str) -> list[Choice]:
        return [self._choice(act, language, enquiry_id) for act in ("helpful", "not_helpful", "ask_officer")]

    def _choice(self, act: str, language: Language, enquiry_id: str) -> Choice:
        return Choice(act, self._texts.say(f"button.{act}", language), enquiry_id)

    def _related(self, session: Session, version: GuidanceVersion, language: Language, as_of: dt.date) -> list[Choice]:
        found = [versions.in_force(session, entry, as_of) for entry in version.record.related]
        return [Choice("show_entry", v.record.title[language], v.entry_id) for v in found if v is not None][:RELATED]


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
