"""The desk as one value: its store and its ports, its texts and its rules, and the steps by which it answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path

from sqlalchemy.orm import Session

from desk.answering.answer import Answering
from desk.answering.cite import Cite
from desk.answering.compose import Compose
from desk.answering.find import Find
from desk.answering.judge import Judge, Thresholds
from desk.answering.related_law import RelatedLaw
from desk.answering.words import Words
from desk.attachments.limits import FileLimits
from desk.cases.alike.rules import AlikeRules
from desk.cases.assigning.rules import RoutingRules
from desk.cases.officers.signed_topics import SignedTopics
from desk.cases.promises.deadlines import Deadlines
from desk.conversations.small_talk import SmallTalk
from desk.floods.gate import Gate
from desk.floods.limits import CHANGEABLE, Limits
from desk.law.ageing import read_checked_on
from desk.law.citations.names import ShortName, read_short_names
from desk.law.citations.reading import Citations
from desk.law.instruments import Instruments
from desk.law.register import Register
from desk.migrations import schema  # noqa: F401 - a table can be written only where those it refers to are known
from desk.observing import Observer
from desk.ports import Clock, Dialogue, Knowledge, Post, Scanner
from desk.privacy.kinds import Privacy
from desk.questionnaires.limits import QuestionnaireLimits
from desk.ratings.reviews.rules import ReviewRules
from desk.ratings.rules import RatingRules
from desk.service_index.criteria import Criteria
from desk.settings.in_force import InForce
from desk.store import Store
from desk.texts import Texts
from desk.working_time import exceptions
from desk.working_time.hours import local_day


@dataclass(frozen=True)
class Rules:
    """What content/ says about how the desk works: sentences, law, thresholds, words, due times, limits and units."""

    texts: Texts
    instruments: Instruments
    thresholds: Thresholds
    words: Words
    deadlines: Deadlines
    files: FileLimits
    routing: RoutingRules
    alike: AlikeRules
    ratings: RatingRules
    reviews: ReviewRules
    questionnaires: QuestionnaireLimits
    service_index: Criteria
    limits: Limits
    privacy: Privacy
    signed_topics: SignedTopics = field(default_factory=SignedTopics)
    short_names: Sequence[ShortName] = ()
    law_checked_on: dt.date | None = None
    small_talk: SmallTalk = field(default_factory=SmallTalk)

    @classmethod
    def read(cls, content: Path) -> Rules:
        return cls(
            texts=Texts.read(content / "texts"),
            instruments=Instruments.read(content / "law" / "instruments.yml"),
            thresholds=Thresholds.read(content / "answering.yml"),
            words=Words.read(content),
            deadlines=Deadlines.read(content / "cases.yml"),
            files=FileLimits.read(content / "files.yml"),
            routing=RoutingRules.read(content / "routing.yml"),
            alike=AlikeRules.read(content / "cases_alike.yml"),
            ratings=RatingRules.read(content / "ratings.yml"),
            reviews=ReviewRules.read(content / "rating_reviews.yml"),
            questionnaires=QuestionnaireLimits.read(content / "questionnaires.yml"),
            service_index=Criteria.read(content / "service_index.yml"),
            limits=Limits.read(content / "limits.yml"),
            privacy=Privacy.read(content / "privacy.yml"),
            signed_topics=SignedTopics.read(content / "cases.yml"),
            short_names=read_short_names(content / "law" / "names.yml"),
            law_checked_on=read_checked_on(content / "law" / "checked.yml"),
            small_talk=SmallTalk.read(content / "small_talk.yml"),
        )


@dataclass(frozen=True)
class Desk:
    """Everything that an act of the desk needs; made once a process by bootstrap/.

    ``web_address`` is where the console is reached from outside, for the private links to cases; ``post`` sends e-mail
    and ``scanner`` looks through files, where the operator has set up a mail server and a scanner. ``worker`` is the
    name under which this process takes work from the store (desk/workers/); None where it takes none, or none that
    others would go on with.
    """

    store: Store
    clock: Clock
    search: Knowledge
    dialogue: Dialogue
    rules: Rules
    web_address: str = "http://127.0.0.1:8000"
    post: Post | None = None
    scanner: Scanner | None = None
    worker: str | None = None

    @property
    def texts(self) -> Texts:
        return self.rules.texts

    @property
    def observer(self) -> Observer:
        """Who is told what the desk does."""
        return self.store.observer

    @cached_property
    def settings(self) -> InForce:
        """What may change while the desk runs; the rules hold the defaults."""
        return InForce(self.store, self.rules)

    @property
    def limits(self) -> Limits:
        """How much is taken in a minute, as it holds now."""
        return self.rules.limits.over({name: int(self.settings.value(f"{name}_a_minute")) for name in CHANGEABLE})

    @cached_property
    def floods(self) -> Gate:
        """Who is let in by this process, and what it refused."""
        return Gate(self.store, lambda: self.limits)

    @cached_property
    def law(self) -> Register:
        """The legal instruments that ship, with what curators entered laid over them."""
        return Register(self.store, self.rules.instruments)

    @property
    def instruments(self) -> Instruments:
        """The legal instruments as they are known now, a change by a curator within a second."""
        return self.law.held

    @property
    def thresholds(self) -> Thresholds:
        """How sure the desk must be, as it holds now."""
        return Thresholds(**{each.name: self.settings.value(each.name) for each in fields(Thresholds)})

    @property
    def reopened_within(self) -> dt.timedelta:
        """For how long after it was resolved a case can be opened again, as it holds now."""
        return dt.timedelta(days=self.settings.value("reopened_within_days"))

    @cached_property
    def related_law(self) -> RelatedLaw:
        rules = self.rules
        return RelatedLaw(
            rules.texts, Cite(rules.texts, lambda: self.instruments), lambda: self.settings.value("related_law")
        )

    @cached_property
    def answering(self) -> Answering:
        rules = self.rules
        return Answering(
            store=self.store,
            words=rules.words,
            find=Find(self.search, self.store),
            judge=Judge(lambda: self.thresholds, rules.words.patterns),
            compose=Compose(rules.texts, Cite(rules.texts, lambda: self.instruments)),
            related_law=self.related_law,
            texts=rules.texts,
        )

    @property
    def citations(self) -> Citations:
        """Reads citations of the law in prose, with the instruments as they are known now."""
        return Citations(self.instruments, self.rules.short_names)

    def deadlines(self, session: Session) -> Deadlines:
        """The promises as they hold now: the share after which a case is at risk, and the days that were added."""
        promises = self.rules.deadlines.over(exceptions.read(session))
        return promises.at_risk_from(self.settings.value("at_risk_after"))

    def now(self) -> dt.datetime:
        return self.clock.now()

    def today(self) -> dt.date:
        """Today in Viet Nam, by which law is in force or not."""
        return local_day(self.now())
