"""Answering a question: the steps in their order, each of which may end it with an outcome."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from sqlalchemy.orm import Session

from desk.answering.compose import Compose
from desk.answering.find import Find
from desk.answering.follow_up import FollowUp
from desk.answering.from_words import FromWords
from desk.answering.join import Join
from desk.answering.judge import Judge
from desk.answering.not_then import NotThen
from desk.answering.outcome import Outcome
from desk.answering.question import Answer, ForDay, Progress, Question
from desk.answering.recognise import Recognise
from desk.answering.related_law import RelatedLaw
from desk.answering.several import Several
from desk.answering.validity import Validity
from desk.answering.words import Words
from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language
from desk.shortening import shortened
from desk.speech import Block, Choice, Utterance
from desk.store import Store
from desk.texts import Texts

RELATED = 3
#: So many letters of a question are quoted where a message has several.
QUOTED = 120
#: Where only an officer helps, the two ways to one are offered at once, without a tap before them.
_WAYS_ON: dict[Outcome | None, tuple[str, ...]] = {Outcome.UNANSWERABLE_PERSONAL: ("send_as_is", "add_details")}
#: What is told of the guidance of a day, and so with that day.
_OF_A_DAY = (Outcome.CLARIFY_ENTRIES, Outcome.UNANSWERABLE_NOT_COVERED)


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
        self._not_then = NotThen(find, judge.thresholds, store)
        self._from_words = FromWords(store, words.patterns)
        self._days, self._validity = words.days, Validity(texts)
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
        walked = self._several.of(self._for_its_day(question))
        ids = [message_id, *(f"{message_id}.{number}" for number in range(2, len(walked) + 1))]
        names_it = len(walked) > 1
        return [self._told(progress, id_, names_it=names_it) for progress, id_ in zip(walked, ids, strict=True)]

    def expect(self, question: Question) -> None:
        """The question will be answered in a moment: begin what takes long, where it is one. Returns at once."""
        asked = self._for_its_day(question)
        if self._several.is_one(asked):
            self._find.expect(asked)

    def is_sure_of(self, question: Question) -> bool:
        """Whether the desk would answer this text: how a question is told from the value of a form's field.

        Nothing that came before counts: “Sao Mai” is a name, whatever it would answer together with another text.
        """
        asked = Progress(self._for_its_day(question))
        return self._until_one_ends(asked, self._search).outcome is Outcome.ANSWERED

    def look_up(self, question: Question) -> Progress:
        """What guidance and law there is near to a text, for officers; ``outcome`` is set where the search failed."""
        return self._until_one_ends(Progress(question), (self._find,))

    def show(
        self,
        session: Session,
        version: GuidanceVersion,
        language: Language,
        as_of: dt.date,
        enquiry_id: str,
        *,
        for_day: ForDay | None = None,
    ) -> Utterance:
        """The words of one version, as when it is the answer; ``for_day`` where the day may be another than today."""
        holds = for_day or ForDay(as_of, as_of)
        said = self._compose.answer(
            version,
            language,
            as_of,
            confirmed=guidance.is_vouched_for(session, version),
            choices=[*self._feedback(language, enquiry_id), *self._related(session, version, language, as_of)],
            dated=holds.is_another,
        )
        return self._of_its_day(session, said, version, language, holds, enquiry_id)

    def no_text(self, present: GuidanceVersion, for_day: ForDay, language: Language, enquiry_id: str) -> Utterance:
        """That an entry, told by today's version, has no text for a day."""
        return self._validity.no_text(present, for_day, language, enquiry_id)

    def day_typed(self, text: str, today: dt.date) -> dt.date | None:
        """The day in the answer to “for which day?”; None where the text is none."""
        typed = self._days.typed(text, today)
        return typed.day if typed is not None else None

    def _of_its_day(
        self,
        session: Session,
        said: Utterance,
        version: GuidanceVersion,
        language: Language,
        for_day: ForDay,
        enquiry_id: str,
    ) -> Utterance:
        """The words of a version with the day for which they hold, and the ways to the texts of other days."""
        heading = self._validity.heading(for_day, language)
        beside = self._validity.beside_today(session, version, for_day, language)
        choices = self._validity.of_day(said.choices, for_day)
        choices += self._validity.choices(session, version, for_day, language, enquiry_id)
        return replace(said, blocks=(*heading, *beside, *said.blocks), choices=tuple(choices))

    def _for_its_day(self, question: Question) -> Question:
        return question.naming(self._days.said_in(question.text, question.present))

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
        progress = self._until_one_ends(Progress(self._for_its_day(question)), self._steps)
        steps: tuple[Step, ...] = (self._join,)
        if progress.question.for_day.is_another:
            steps = (self._join, self._not_then)
        if progress.outcome is Outcome.ERROR_SEARCH:
            steps = (self._from_words,)
        for step in steps:
            began = time.perf_counter()
            step.take(progress)
            progress.timings_ms[step.name] = _since(began)
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

    def _told(self, progress: Progress, enquiry_id: str, *, names_it: bool = False) -> Answer:
        """The answer in words; with ``names_it`` one that does not show by itself what it is about says so."""
        began = time.perf_counter()
        progress.law = self._related_law.worth_reading(progress.law, progress.question.as_of)
        ministry = self._ministries.in_charge_of(progress.question.text)
        said = self._in_words(progress, enquiry_id)
        if names_it and progress.chosen is None:
            said = replace(said, blocks=(self._named(progress.question), *said.blocks))
        utterance = self._related_law.beside(said, progress)
        utterance = self._ministries.named_before(utterance, progress, ministry, self._texts)
        progress.timings_ms["compose"] = _since(began)
        return Answer(
            enquiry_id=enquiry_id,
            text=progress.question.text,
            as_of=progress.question.as_of,
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
                    return self.show(
                        session, version, question.language, question.as_of, enquiry_id, for_day=question.for_day
                    )
                return self._part(session, progress, version, enquiry_id)
        if progress.not_then is not None:
            return self.no_text(progress.not_then, question.for_day, question.language, enquiry_id)
        if outcome is Outcome.CLARIFY_ENTRIES:
            return self._offer(progress, enquiry_id)
        choices = [self._choice(act, question.language, enquiry_id) for act in _WAYS_ON.get(outcome, ("ask_officer",))]
        said = self._texts.say(f"outcome.{outcome}", question.language)
        return self._under_its_day(Utterance.plain(said, choices=choices), progress)

    def _named(self, question: Question) -> Block:
        """Which question of a message is meant."""
        quoted = shortened(question.text, QUOTED)
        return Block("paragraph", self._texts.say("outcome.of_several", question.language, question=quoted))

    def _under_its_day(self, utterance: Utterance, progress: Progress) -> Utterance:
        """What is said of guidance for another day than today, with that day before it."""
        for_day, language = progress.question.for_day, progress.question.language
        if progress.outcome not in _OF_A_DAY:
            return utterance
        blocks = (*self._validity.heading(for_day, language), *utterance.blocks)
        return replace(utterance, blocks=blocks, choices=tuple(self._validity.of_day(utterance.choices, for_day)))

    def _part(self, session: Session, progress: Progress, version: GuidanceVersion, enquiry_id: str) -> Utterance:
        """The words for the asked parts of the entry that was shown before."""
        language, as_of = progress.question.language, progress.question.as_of
        whole = Choice("show_entry", self._texts.say("button.whole_entry", language), version.entry_id)
        officer = self._choice("ask_officer", language, enquiry_id)
        first = self._feedback(language, enquiry_id) if progress.is_answered else [officer]
        for_day = progress.question.for_day
        said = self._compose.part(
            version,
            language,
            as_of,
            progress.parts,
            confirmed=guidance.is_vouched_for(session, version),
            choices=[*first, whole, *self._related(session, version, language, as_of)],
            dated=for_day.is_another,
        )
        return self._of_its_day(session, said, version, language, for_day, enquiry_id)

    def _offer(self, progress: Progress, enquiry_id: str) -> Utterance:
        """Two to four entries to choose from; one alone is asked about."""
        language = progress.question.language
        entries = [
            Choice("show_entry", candidate.title(language), candidate.version.entry_id)
            for candidate in progress.candidates
        ]
        name = "outcome.clarify_entries" if len(entries) > 1 else "outcome.clarify_one_entry"
        if progress.decided_by == FromWords.name:
            name = "degraded.entries_by_words"
        none = Choice("ask_officer", self._texts.say("button.none_of_these", language), enquiry_id)
        return self._under_its_day(Utterance.plain(self._texts.say(name, language), choices=[*entries, none]), progress)

    def _feedback(self, language: Language, enquiry_id: str) -> list[Choice]:
        return [self._choice(act, language, enquiry_id) for act in ("helpful", "not_helpful", "ask_officer")]

    def _choice(self, act: str, language: Language, enquiry_id: str) -> Choice:
        return Choice(act, self._texts.say(f"button.{act}", language), enquiry_id)

    def _related(self, session: Session, version: GuidanceVersion, language: Language, as_of: dt.date) -> list[Choice]:
        related = version.record.related
        found = versions.in_force_of_each(session, related, as_of)
        held = [found[entry] for entry in related if entry in found][:RELATED]
        return [Choice("show_entry", other.record.title[language], other.entry_id) for other in held]


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
