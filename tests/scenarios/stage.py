"""The stage of a play: the real desk, a clock that goes on when told to, a person, a Vietnamese officer."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.reading import Identity, read
from clock.main import tick
from console.enterprise.chat_inbox import Sent, body_of, incoming_of
from desk.answering.validity import entry_and_day
from desk.cases.model import Case
from desk.conversations.incoming import Incoming
from desk.conversations.model import InboxUpdate
from desk.desk import Desk
from desk.guidance import versions
from desk.guidance.record import Language
from desk.people import service as people
from desk.people import telegram_link
from desk.ratings.model import Rating
from desk.shortening import shortened
from desk.working_time.hours import VIETNAM, local
from tests.desk_fixtures import SURE, UNSURE, Chatter, FakeSearch, FrozenClock, Said
from tests.scenarios.play import Line, Play, Wait

#: How long the clocks of a play take from one look at what is due to the next.
LOOK_EVERY = dt.timedelta(minutes=5)
#: The same in waits of more than a day, which would take minutes otherwise.
LOOK_SELDOM_EVERY = dt.timedelta(minutes=20)
BETWEEN_LINES = dt.timedelta(seconds=5)
SILENT = "silent"
#: The last of the expected buttons when more may follow.
AND_MORE = "…"
_NAME = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_GAP = re.compile(r"\\\{\w+\\\}")
_REPLIES = re.compile(r'replies "(.+)"', re.DOTALL)
#: What officers do with words: the verb in the play, the button, and what they are told.
_IN_WORDS = re.compile(r'(asks|notes) "(.+)"', re.DOTALL)
_ACTS_IN_WORDS = {"asks": ("officer_ask", "officer.asked"), "notes": ("officer_note", "officer.noted")}
#: To which unit, by its code, and why.
_TRANSFERS = re.compile(r'transfers to (\S+) "(.+)"', re.DOTALL)
_OFFICER_DOES = {
    "claims": ("officer_claim", "officer.claimed"),
    "returns": ("officer_return", "officer.returned"),
    "resolves": ("officer_resolve", "officer.resolved"),
}
_BOT = Identity(1, "customs_bot")


@dataclass
class Stage:
    """One performance. Every message of the desk must be expected: one that no line expects fails the play."""

    desk: Desk
    clock: FrozenClock
    search: FakeSearch
    play: Play
    person: Chatter = field(init=False)
    officer: Chatter = field(init=False)
    language: Language = field(init=False)
    heard: int = 0
    transcript: list[str] = field(default_factory=list)

    def perform(self) -> None:
        """Play all lines, then look at what was kept."""
        self._set_the_scene()
        for line in self.play.lines:
            self._note(f"» {line}")
            self._perform(line)
        self._must_be_silent()
        self._look_at_what_was_kept()

    def _set_the_scene(self) -> None:
        play = self.play
        begins = dt.datetime.combine(local(self.clock.now()).date(), play.begins, tzinfo=VIETNAM)
        self.clock.set(begins.astimezone(dt.UTC))
        for words, found in play.search.items():
            entries = [found] if isinstance(found, str) else found
            self.search.finds(*entries, about=words, confidence=SURE if isinstance(found, str) else UNSURE)
        self.language = play.language
        self.person = Chatter(self.desk, "100", play.door, play.language)
        self.officer = Chatter(self.desk, "501")
        with self.desk.store.writing() as session:
            minh = people.by_username(session, "minh")
            assert minh is not None
            code = telegram_link.make_link_code(session, minh, by="operator", at=self.clock.now())
        self.officer.commands("start", code)

    def _perform(self, line: Line) -> None:
        if line.kind in ("person", "press", "wait", "officer"):
            self._must_be_silent()
            self.clock.set(self.clock.now() + BETWEEN_LINES)
        match line.kind:
            case "person":
                self._person_writes(line.text)
            case "press":
                self.person.presses(self._button(line.text))
            case "wait":
                self._wait(Wait.read(line.text))
            case "officer":
                self._officer(line.text)
            case "officer reads":
                self._demand(line.text in self.officer.read()[-1].text, f"not {self.officer.read()[-1].text!r}")
            case "desk" if line.says == SILENT:
                self._must_be_silent()
            case "desk" | "desk answers":
                self._desk_says(line)
            case "language":
                self.language = "en" if line.text == "en" else "vi"

    def _person_writes(self, text: str) -> None:
        """Let the door read what was typed, as it came."""
        understood = self._as_the_door_reads(text)
        self.person.sends(
            understood.kind, text=understood.text, command=understood.command, argument=understood.argument
        )

    def _as_the_door_reads(self, text: str) -> Incoming:
        if self.play.door == "web":
            body = body_of(Sent(text, None, None, self.play.language, None))
            return incoming_of(InboxUpdate(channel="web", chat_address=self.person.address, body=body))
        person = {"id": 100, "is_bot": False, "first_name": "Lan", "language_code": self.play.language}
        chat = {"id": 100, "type": "private"}
        message = {"message_id": 1, "chat": chat, "from": person, "text": text}
        understood = read(json.dumps({"update_id": 1, "message": message}), _BOT).incoming
        assert understood is not None
        return understood

    def _button(self, title: str) -> str:
        """The newest button with this title."""
        for said in reversed(self.person.read()):
            for button in said.buttons:
                if button.title == title:
                    return button.id
        raise AssertionError(self._told(f"there is no button “{title}”"))

    def _wait(self, wait: Wait) -> None:
        until = self.clock.now() + wait.time if wait.time else self._next(wait.until)
        step = LOOK_EVERY if until - self.clock.now() <= dt.timedelta(days=1) else LOOK_SELDOM_EVERY
        while self.clock.now() < until:
            self.clock.set(min(until, self.clock.now() + step))
            tick(self.desk)

    def _next(self, time: dt.time | None) -> dt.datetime:
        assert time is not None
        here = local(self.clock.now())
        today = dt.datetime.combine(here.date(), time, tzinfo=VIETNAM)
        return (today if today > here else today + dt.timedelta(days=1)).astimezone(dt.UTC)

    def _officer(self, does: str) -> None:
        replies = _REPLIES.fullmatch(does)
        if replies is not None:
            case = next(said for said in reversed(self.officer.read()) if "officer_claim" in said.acts)
            told = self.officer.writes(replies[1], reply_to=self.officer.external_id(case))
            done = "officer.sent"
        elif (words := _IN_WORDS.fullmatch(does)) is not None:
            act, done = _ACTS_IN_WORDS[words[1]]
            self.officer.taps(act)
            told = self.officer.writes(words[2])
        elif (way := _TRANSFERS.fullmatch(does)) is not None:
            self.officer.taps("officer_transfer")
            self.officer.writes(way[1])
            self.officer.taps("officer_transfer_to", way[1])
            told, done = self.officer.writes(way[2]), "officer.transferred"
        else:
            act, done = _OFFICER_DOES[does]
            told = self.officer.taps(act)
            if does == "returns":
                told = self.officer.taps("officer_return_now")
        self._demand(self._is(told[-1], done, "vi"), f"the officer was told: {told[-1].text}")

    def _desk_says(self, line: Line) -> None:
        said = self._next_said()
        if line.kind == "desk answers":
            entry, as_of = entry_and_day(line.text)
            self._demand(said.entry == entry, f"the desk showed {said.entry} and said: {said.text}")
            # For another day than today the answer begins with that day.
            told = self._title(entry, as_of) in said.text.split("\n\n")[: 1 if as_of is None else 3]
            self._demand(told, f"the title is another one: {said.text}")
        else:
            for expected in line.texts:
                self._demand(self._is(said, expected, self.language), f"“{expected}” was expected")
        if line.buttons is not None:
            buttons = list(line.buttons)
            titles = [*said.titles[: len(buttons) - 1], AND_MORE] if AND_MORE in buttons else said.titles
            self._demand(titles == buttons, f"the buttons are {said.titles}")

    def _next_said(self) -> Said:
        said = self.person.read()[self.heard :]
        self._demand(bool(said), "the desk said nothing more")
        self.heard += 1
        self._note(f"   {shortened(said[0].text, 160)} {said[0].titles or ''}".rstrip())
        return said[0]

    def _is(self, said: Said, expected: str, language: Language) -> bool:
        """Whether a text of this name, or these words, are in a message."""
        if not _NAME.fullmatch(expected):
            return expected in said.text
        pattern = _GAP.sub("[^\n]+", re.escape(self.desk.texts.say(expected, language)))
        return any(re.fullmatch(pattern, paragraph) for paragraph in said.text.split("\n\n"))

    def _title(self, entry: str, as_of: dt.date | None) -> str:
        """The title of an entry as it holds today, or on the day that stands behind it: ``entry@2026-06-30``."""
        with self.desk.store.reading() as session:
            version = versions.in_force(session, entry, as_of or self.desk.today())
        assert version is not None
        return version.record.title[self.language]

    def _must_be_silent(self) -> None:
        more = [said.text for said in self.person.read()[self.heard :]]
        self._demand(not more, f"the desk said what no line expects: {more}")

    def _look_at_what_was_kept(self) -> None:
        with self.desk.store.reading() as session:
            cases = list(session.scalars(select(Case).order_by(Case.id)))
            kept = [
                {fact: str(getattr(case, fact)) for fact in expected}
                for case, expected in zip(cases, self.play.cases, strict=False)
            ]
            rows = list(session.scalars(select(Rating).order_by(Rating.request_id)))
        self._demand(len(cases) == len(self.play.cases), f"{len(cases)} cases were kept")
        expected = [{fact: str(value) for fact, value in case.items()} for case in self.play.cases]
        self._demand(kept == expected, f"the cases that were kept: {kept}")
        wanted = [{"comment": None, **rating} for rating in self.play.ratings]
        self._demand(len(rows) == len(wanted), f"{len(rows)} ratings were kept")
        ratings = [{fact: getattr(row, fact) for fact in told} for row, told in zip(rows, wanted, strict=True)]
        self._demand(ratings == wanted, f"the ratings that were kept: {ratings}")

    def _note(self, words: str) -> None:
        self.transcript.append(words)

    def _demand(self, holds: bool, complaint: str) -> None:
        assert holds, self._told(complaint)

    def _told(self, complaint: str) -> str:
        return "\n".join([f"{self.play.title}: {complaint}", *self.transcript])
