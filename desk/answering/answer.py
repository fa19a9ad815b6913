"""Answering a question: the steps in their order, each of which may end it with an outcome."""

from __future__ import annotations

import datetime as dt
import time
from typing import Protocol

from sqlalchemy.orm import Session

from desk.answering.compose import Compose
from desk.answering.find import Find
from desk.answering.judge import Judge
from desk.answering.outcome import Outcome
from desk.answering.question import Answer, Progress, Question
from desk.answering.recognise import Recognise
from desk.answering.related_law import RelatedLaw
from desk.guidance import service as guidance
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language
from desk.speech import Choice, Utterance
from desk.store import Store
from desk.texts import Texts

RELATED = 3


class Step(Protocol):
    name: str

    def take(self, progress: Progress) -> None: ...


class Answering:
    """Answers questions from the guidance in force, word for word, or says honestly why not."""

    def __init__(
        self,
        store: Store,
        recognise: Recognise,
        find: Find,
        judge: Judge,
        compose: Compose,
        related_law: RelatedLaw,
        texts: Texts,
    ) -> None:
        self._store = store
        self._steps: tuple[Step, ...] = (recognise, find, judge)
        self._find, self._judge = find, judge
        self._compose, self._related_law, self._texts = compose, related_law, texts

    def answer(self, question: Question, enquiry_id: str = "") -> Answer:
        """Answer a question; ``enquiry_id`` goes into the buttons under the answer. Writes nothing.

        Call it with no transaction open: the search may take its time.
        """
        progress = self._walk(question, self._steps)
        began = time.perf_counter()
        progress.law = self._related_law.worth_reading(progress.law, question.as_of)
        utterance = self._related_law.beside(self._in_words(progress, enquiry_id), progress)
        progress.timings_ms["compose"] = _since(began)
        return Answer(
            outcome=progress.outcome or Outcome.UNANSWERABLE_NOT_COVERED,
            language=question.language,
            utterance=utterance,
            candidates=[candidate.hit for candidate in progress.candidates],
            publication_no=progress.publication_no,
            timings_ms={step: round(ms, 2) for step, ms in progress.timings_ms.items()},
            version=progress.chosen.version if progress.chosen else None,
            law=progress.law,
        )

    def is_sure_of(self, question: Question) -> bool:
        """Whether the desk would answer this text: how a question is told from the value of a form's field."""
        return self._walk(question, (self._find, self._judge)).outcome is Outcome.ANSWERED

    def look_up(self, question: Question) -> Progress:
        """What guidance and law there is near to a text, for officers; ``outcome`` is set where the search failed."""
        return self._walk(question, (self._find,))

    def show(
        self, session: Session, version: GuidanceVersion, language: Language, as_of: dt.date, enquiry_id: str
    ) -> Utterance:
        """The words of one version, as when it is the answer."""
        confirmed = guidance.is_confirmed(session, version.entry_id)
        choices = [
            Choice("helpful", self._texts.say("button.helpful", language), enquiry_id),
            Choice("not_helpful", self._texts.say("button.not_helpful", language), enquiry_id),
            Choice("ask_officer", self._texts.say("button.ask_officer", language), enquiry_id),
            *self._related(session, version, language, as_of),
        ]
        return self._compose.answer(version, language, as_of, confirmed=confirmed, choices=choices)

    def _walk(self, question: Question, steps: tuple[Step, ...]) -> Progress:
        progress = Progress(question)
        for step in steps:
            began = time.perf_counter()
            step.take(progress)
            progress.timings_ms[step.name] = _since(began)
            if progress.outcome is not None:
                break
        return progress

    def _in_words(self, progress: Progress, enquiry_id: str) -> Utterance:
        question, outcome = progress.question, progress.outcome
        if outcome is Outcome.ANSWERED and progress.chosen is not None:
            with self._store.reading() as session:
                return self.show(session, progress.chosen.version, question.language, question.as_of, enquiry_id)
        officer = Choice("ask_officer", self._texts.say("button.ask_officer", question.language), enquiry_id)
        if outcome is Outcome.CLARIFY_ENTRIES:
            entries = [
                Choice("show_entry", candidate.title(question.language), candidate.version.entry_id)
                for candidate in progress.candidates
            ]
            name = "outcome.clarify_entries" if len(entries) > 1 else "outcome.clarify_one_entry"
            none = Choice("ask_officer", self._texts.say("button.none_of_these", question.language), enquiry_id)
            return Utterance.plain(self._texts.say(name, question.language), choices=[*entries, none])
        return Utterance.plain(self._texts.say(f"outcome.{outcome}", question.language), choices=[officer])

    def _related(self, session: Session, version: GuidanceVersion, language: Language, as_of: dt.date) -> list[Choice]:
        found = [guidance.in_force(session, entry, as_of) for entry in version.record.related]
        return [Choice("show_entry", v.record.title[language], v.entry_id) for v in found if v is not None][:RELATED]


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
