"""What tests of the desk share: a clock that stands still, fakes behind the ports, guidance, and people who chat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from desk.answering.folding import folded
from desk.answering.judge import Thresholds
from desk.answering.words import Words
from desk.attachments.limits import FileLimits
from desk.cases import escalation
from desk.cases.alike.rules import AlikeRules
from desk.cases.assigning.rules import RoutingRules
from desk.cases.promises.deadlines import Deadlines
from desk.conversations import inbox
from desk.conversations.exchange import exchange
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Button, Message
from desk.conversations.small_talk import SmallTalk
from desk.deliveries.model import Delivery
from desk.desk import Desk, Rules
from desk.enquiries import service as enquiries
from desk.floods.limits import Limits
from desk.guidance.record import GuidanceRecord, Language
from desk.law.citations.names import read_short_names
from desk.law.instruments import Instruments
from desk.ports import TRIED, Hit, Indexed, LawHit, SearchResult, SearchUnavailable, Trial
from desk.privacy.kinds import Privacy
from desk.questionnaires.limits import QuestionnaireLimits
from desk.ratings.reviews.rules import ReviewRules
from desk.ratings.rules import RatingRules
from desk.service_index.criteria import Criteria
from desk.store import Store
from desk.texts import Texts
from dialogue.testing import FakeDialogue
from knowledge.testing import vector_of_words
from tests import law_fixtures

PROJECT = Path(__file__).resolve().parent.parent
CONTENT = PROJECT / "content"
#: A Monday, 12:00 in Viet Nam.
NOON = dt.datetime(2026, 11, 23, 5, 0, tzinfo=dt.UTC)
#: Above `answer`, between `answer` and `clarify`, and below both of TEST_THRESHOLDS.
SURE, UNSURE, NO_IDEA = 0.9, 0.4, 0.1
TEST_THRESHOLDS = Thresholds(answer=0.7, despite_matter=0.9, clarify=0.3, related_law=0.5)

TEST_ALIKE = AlikeRules(threshold=0.7, shown=3, compared=50, opened_within_days=30, answered_within_days=365)


class FrozenClock:
    """A clock that moves only when it is told to."""

    def __init__(self, moment: dt.datetime = NOON) -> None:
        self._moment = moment

    def now(self) -> dt.datetime:
        return self._moment

    def advance(self, **how_far: float) -> dt.datetime:
        """Go on by a timedelta's arguments; returns the new moment."""
        self._moment += dt.timedelta(**how_far)
        return self._moment

    def set(self, moment: dt.datetime) -> None:
        self._moment = moment


class FakeSearch:
    """A search that proposes what the test told it to, by a piece of the text that is searched for."""

    def __init__(self) -> None:
        self.fails = False
        self.asked: list[str] = []
        self.days: list[dt.date | None] = []
        self.embedded: list[str] = []
        self._proposals: list[tuple[str, list[Hit]]] = []
        self._law: list[tuple[str, list[LawHit]]] = []
        self._alike: list[tuple[str, ...]] = []
        self.publication_no = 0
        #: What a question finds in a trial after the change; of others it finds what it found, as the change leaves it.
        self.tried: dict[str, list[Hit]] = {}
        self._changes: list[tuple[str, list[Hit]]] = []
        self.asked_in_trials: list[str] = []

    def finds(self, *entries: str, confidence: float = SURE, about: str = "", version: int = 1) -> None:
        """Propose these entries for texts that contain ``about``; what is told last is tried first."""
        hits = [Hit(entry, version, confidence, confidence) for entry in entries]
        self._proposals.insert(0, (about, hits))

    def finds_law(self, *hits: LawHit, about: str = "") -> None:
        """Propose these places in the law for texts that contain ``about``; what is told last is tried first."""
        self._law.insert(0, (about, list(hits)))

    def search(self, text: str, language: Language, limit: int = 5, as_of: dt.date | None = None) -> SearchResult:
        self.asked.append(text)
        self.days.append(as_of)
        if self.fails:
            raise SearchUnavailable("told to fail")
        hits = next((hits for about, hits in self._proposals if about in text), [])
        law = next((law for about, law in self._law if about in text), [])
        return SearchResult(publication_no=1, hits=hits[:limit], timings_ms={"dense": 1.0}, law=law[:limit])

    def trial(
        self,
        candidate: GuidanceRecord | None,
        entry: str,
        questions: Sequence[tuple[str, Language]],
        as_of: dt.date,
        limit: int = 5,
    ) -> list[Trial]:
        """What a search finds, and after the change what the test told of it, or the same without the entry."""
        if self.fails:
            raise SearchUnavailable("told to fail")
        found = [next((hits for about, hits in self._proposals if about in text), []) for text, _ in questions]
        self.asked_in_trials += [text for text, _ in questions]
        after = [self.tried.get(text, self._would_find(text)) for text, _ in questions]
        return [
            Trial(before[:limit], (now if now is not None else _after(before, entry, candidate))[:limit])
            for before, now in zip(found, after, strict=True)
        ]

    def would_find(self, *entries: str, confidence: float = SURE, about: str = "") -> None:
        """Find these entries in a trial after the change for texts that contain ``about``; the last told is first."""
        self._changes.insert(0, (about, [Hit(entry, 1, confidence, confidence) for entry in entries]))

    def _would_find(self, text: str) -> list[Hit] | None:
        return next((hits for about, hits in self._changes if about in text), None)

    def finds_alike(self, *pieces: str) -> None:
        """Take texts that contain one of these pieces for the same question."""
        self._alike.append(pieces)

    def indexed(self, publication_no: int) -> Indexed:
        """Up to ``publication_no``, which a test raises as the index would."""
        if self.fails:
            raise SearchUnavailable("told to fail")
        return Indexed(self.publication_no, NOON if self.publication_no >= publication_no else None)

    def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """By words: texts with the same words are the same, and without a word in common they are far apart."""
        if self.fails:
            raise SearchUnavailable("told to fail")
        self.embedded += texts
        return [vector_of_words(set(folded(text).split())) for text in texts]

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        if self.fails:
            raise SearchUnavailable("told to fail")
        return [max((self._both(text, other, pieces) for pieces in self._alike), default=NO_IDEA) for other in others]

    def _both(self, text: str, other: str, pieces: tuple[str, ...]) -> float:
        return SURE if all(any(piece in asked for piece in pieces) for asked in (text, other)) else NO_IDEA


def _after(before: Sequence[Hit], entry: str, candidate: GuidanceRecord | None) -> list[Hit]:
    """Without the entry, or with its text that is tried in the place of the one before."""
    kept = [hit for hit in before if hit.entry != entry or candidate is not None]
    return [replace(hit, version=TRIED) if hit.entry == entry else hit for hit in kept]


@dataclass
class ActsOfTheDesk:
    """What the dialogue's actions ask of the desk, without a server between them."""

    desk: Desk = field(init=False)

    def open_case(self, conversation: str, enquiry_id: str, fields: Mapping[str, str]) -> None:
        escalation.submit_form(self.desk, conversation, enquiry_id, fields)

    def cancel_case(self, conversation: str, enquiry_id: str) -> None:
        escalation.cancel_form(self.desk, conversation, enquiry_id)

    def is_confident_question(self, conversation: str, text: str) -> bool:
        return enquiries.is_confident_question(self.desk, conversation, text)

    def may_skip(self, conversation: str, field: str) -> bool:
        return escalation.may_skip(self.desk, conversation, field)


def a_record(id: str = "dossier_import", **changes: Any) -> GuidanceRecord:
    """A complete record; ``changes`` replace its parts."""
    return GuidanceRecord.model_validate(record_data(id, **changes))


def record_data(id: str = "dossier_import", **changes: Any) -> dict[str, Any]:
    """A complete record as its file would hold it."""
    return {
        "id": id,
        "group": "declaration",
        "title": {"vi": f"Tiêu đề {id}", "en": f"Title of {id}"},
        "answer": {"vi": f"Nguyên văn {id}: nộp ở chi cục.", "en": f"Verbatim {id}: submit at the branch."},
        "documents": {"vi": ["Tờ khai", "Hóa đơn"], "en": ["Declaration", "Invoice"]},
        "where": {"vi": "Chi cục Hải quan", "en": "Customs branch"},
        "online_level": "full",
        "time_limit": {"vi": "30 ngày", "en": "30 days"},
        "legal_basis": [{"instrument": "54/2014/QH13", "article": 24, "clause": 1}],
        "in_force": {"from": "2015-01-01"},
        "text_date": "2026-11-22",
        "unit": {"vi": "Cục Hải quan", "en": "Vietnam Customs"},
        "questions": {"vi": [f"hỏi {n}" for n in range(6)], "en": [f"ask {n}" for n in range(6)]},
        "sources": ["Luật Hải quan 54/2014/QH13"],
        "not_stated": ["fee"],
        **changes,
    }


def shipped_records() -> list[GuidanceRecord]:
    """The guidance of the tests' store: two entries that belong together, one more, one that ended, one to come."""
    return [
        a_record("dossier_import", related=["channels", "old_rule"]),
        a_record("channels"),
        a_record("fee_rates"),
        a_record("used_machinery"),
        a_record("transit_land"),
        a_record("old_rule", in_force={"from": "2015-01-01", "to": "2020-12-31"}),
        a_record("coming_rule", in_force={"from": "2030-01-01"}),
    ]


def rules_for_tests() -> Rules:
    """What content/ says, with thresholds of the tests' own, so that tuning them breaks no test."""
    return Rules(
        texts=Texts.read(CONTENT / "texts"),
        instruments=Instruments([*Instruments.read(CONTENT / "law" / "instruments.yml"), *law_fixtures.instruments()]),
        thresholds=TEST_THRESHOLDS,
        words=Words.read(CONTENT),
        deadlines=Deadlines.read(CONTENT / "cases.yml"),
        files=FileLimits.read(CONTENT / "files.yml"),
        routing=RoutingRules.read(CONTENT / "routing.yml"),
        alike=TEST_ALIKE,
        ratings=RatingRules.read(CONTENT / "ratings.yml"),
        reviews=ReviewRules.read(CONTENT / "rating_reviews.yml"),
        questionnaires=QuestionnaireLimits.read(CONTENT / "questionnaires.yml"),
        service_index=Criteria.read(CONTENT / "service_index.yml"),
        limits=Limits.read(CONTENT / "limits.yml"),
        privacy=Privacy.read(CONTENT / "privacy.yml"),
        short_names=read_short_names(CONTENT / "law" / "names.yml"),
        law_checked_on=NOON.date(),
        small_talk=SmallTalk.read(CONTENT / "small_talk.yml"),
    )


@dataclass(frozen=True)
class Said:
    """One message of the desk as the person sees it."""

    text: str
    entry: str | None
    case_id: int | None
    author: str
    order: int
    buttons: tuple[Button, ...]

    @property
    def acts(self) -> list[str]:
        return [button.act for button in self.buttons]

    @property
    def titles(self) -> list[str]:
        return [button.title for button in self.buttons]


_keys = count(1)


@dataclass
class Chatter:
    """Somebody in a chat: what they send goes the whole way through inbox and exchange, as a door would do it."""

    desk: Desk
    address: str
    channel: str = "telegram"
    hint: str | None = "vi"

    def writes(self, text: str, **more: Any) -> list[Said]:
        return self.sends(Kind.TEXT, text=text, **more)

    def commands(self, command: str, argument: str = "") -> list[Said]:
        return self.sends(Kind.COMMAND, command=command, argument=argument)

    def taps(self, act: str, containing: str = "") -> list[Said]:
        """Press the newest button of this act, with ``containing`` in its title or argument."""
        return self.presses(self.button(act, containing).id)

    def presses(self, button_id: str) -> list[Said]:
        return self.sends(Kind.BUTTON, button=button_id)

    def button(self, act: str, containing: str = "") -> Button:
        for said in reversed(self.read()):
            for button in said.buttons:
                if button.act == act and containing in f"{button.title} {button.argument}":
                    return button
        raise AssertionError(f"no button {act!r} with {containing!r} in the chat of {self.address}")

    def sends(self, kind: Kind, **parts: Any) -> list[Said]:
        """Send one update and work on it; returns what the desk said in this chat because of it."""
        update_id, incoming = self.update(kind, **parts)
        before = self._newest()
        exchange(self.desk, update_id, incoming)
        return self.read(after=before)

    def update(self, kind: Kind, **parts: Any) -> tuple[int, Incoming]:
        """Store and claim one update, without working on it."""
        incoming = Incoming(
            self.channel, self.address, kind, **{"user": self.address, "language_hint": self.hint, **parts}
        )
        key = f"update-{next(_keys)}"
        with self.desk.store.writing() as session:
            inbox.store(session, self.channel, [inbox.RawUpdate(key, self.address, "{}")], self.desk.now())
        with self.desk.store.writing() as session:
            row = inbox.claim(session, self.channel, key, self.desk.now())
            assert row is not None
            return row.id, incoming

    def read(self, after: int = 0) -> list[Said]:
        """What the desk said in this chat, in order; only what followed the delivery ``after`` where it is given."""
        with self.desk.store.reading() as session:
            rows = session.scalars(select(Delivery).where(Delivery.id > after).order_by(Delivery.id))
            mine = [row.message for row in rows if (row.channel, row.chat.address) == (self.channel, self.address)]
            query = select(Button).where(Button.message_id.in_([message.id for message in mine]))
            buttons = list(session.scalars(query.order_by(Button.position)))
        return [_said(message, buttons) for message in mine]

    def _newest(self) -> int:
        with self.desk.store.reading() as session:
            return session.scalar(select(func.max(Delivery.id))) or 0

    def external_id(self, said: Said) -> str:
        """Have a message delivered, so that it can be replied to; returns what the channel calls it."""
        external_id = f"tg-{said.order}"
        with self.desk.store.writing() as session:
            delivery = session.scalars(select(Delivery).where(Delivery.message_order == said.order)).one()
            delivery.external_ids = [external_id]
        return external_id


def _said(message: Message, buttons: list[Button]) -> Said:
    own = tuple(button for button in buttons if button.message_id == message.id)
    return Said(message.text, message.entry, message.case_id, message.author, message.order_no, own)


@dataclass(frozen=True)
class World:
    """One desk with its fakes, and the people of the tests."""

    desk: Desk
    store: Store
    clock: FrozenClock
    search: FakeSearch
    dialogue: FakeDialogue

    def chatter(self, address: str, channel: str = "telegram", hint: str | None = "vi") -> Chatter:
        return Chatter(self.desk, address, channel, hint)

    def text(self, name: str, language: Language = "vi", /, **values: object) -> str:
        return self.desk.texts.say(name, language, **values)
