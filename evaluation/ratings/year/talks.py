"""Conversations of a made-up year: what is asked in each, the case it may open, and whether and how it is rated."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import TYPE_CHECKING

from desk.cases.model import EntryKind, Reminded
from desk.cases.promises.deadlines import Deadlines
from desk.working_time.hours import local_day, next_polite_moment
from evaluation.ratings.year.asking import Asking
from evaluation.ratings.year.matters import Matters, Question
from evaluation.ratings.year.people import MadePerson
from evaluation.ratings.year.rows import MadeCase, MadeRequest, Row, Waiting, minutes
from evaluation.ratings.year.size import NOW, Size
from evaluation.ratings.year.threads import Life, Threads
from evaluation.ratings.year.tree import Tree

if TYPE_CHECKING:
    from evaluation.ratings.year.making import Lives

_REOPENED_WITHIN = dt.timedelta(days=14)
_REASONS = ("speed", "clarity", "attitude", "rule", "system")
_OF_REASONS = (30, 25, 15, 20, 10)
_IDLE = dt.timedelta(minutes=30)


class Talks:
    """The lives of conversations, of the cases that come of them, and of their ratings."""

    def __init__(
        self,
        lives: Lives,
        waiting: Waiting,
        tree: Tree,
        threads: Threads,
        asking: Asking,
        matters: Matters,
        random: Random,
        deadlines: Deadlines,
    ) -> None:
        self._lives = lives
        self._waiting = waiting
        self._tree = tree
        self._threads = threads
        self._asking = asking
        self._matters = matters
        self._random = random
        self._deadlines = deadlines
        self._colleagues: dict[int, list[MadePerson]] = {}
        #: Which units are asked more than others; those that are closed meanwhile are passed over.
        self._units = [code for code in tree.active if tree.places[code].kind != "region" or random.random() < 0.5]
        self._weights = [1 / (1 + place % 13) for place in range(len(self._units))]

    def plan(self, size: Size, persons: list[MadePerson]) -> None:
        """All conversations but those that follow from cases: more by and by, and few at weekends."""
        for person in persons:
            if person.enterprise is not None:
                self._colleagues.setdefault(person.enterprise, []).append(person)
        random, planned = self._random, 0
        while planned < size.conversations * 0.985:
            at = size.at(random.random() ** 0.85) + minutes(random.uniform(0, 1))
            if local_day(at).weekday() >= 5 and random.random() < 0.6:
                continue
            # Few ask often: half of all conversations are those of a quarter of all persons.
            number = int(len(persons) * random.random() ** 2)
            self._lives.begin(self._conversation(persons[number], None), at)
            planned += 1

    def _conversation(self, person: MadePerson, previous: MadeCase | None) -> Life:
        random, lives = self._random, self._lives
        language = "vi" if random.random() < 0.8 else "en"
        row = self._begin(person, language)
        asked: list[tuple[Row, Question]] = []
        has_case = False
        for number in range(random.choices((0, 1, 2, 3), (4, 72, 18, 6))[0] if previous is None else 1):
            if number:
                yield lives.now + minutes(random.uniform(0.5, 8))
            asked += (of_message := self._message(row, language))
            chance = 0.3 if any(question.outcome.family == "answered" for _, question in of_message) else 0.62
            if not has_case and (previous is not None or random.random() < chance):
                yield lives.now + minutes(random.uniform(0.2, 4))
                case = self._open(row, person, *of_message[0], previous)
                lives.begin(self._life_of(case, person))
                has_case = True
        idle = random.random() < 0.6
        yield lives.now + (_IDLE if idle else minutes(random.uniform(0.1, 5)))
        answered = any(question.outcome.family == "answered" for _, question in asked)
        if has_case or not answered:
            return
        shown = max(
            (enquiry for enquiry, _ in asked if enquiry["entry"] is not None),
            key=lambda enquiry: (enquiry["asked_at"], enquiry["position"]),
        )
        who = {"id": person.id, "enterprise": person.enterprise, "channel": person.channel}
        now = lives.now
        ask_at = next_polite_moment(now) if idle else now
        request = self._asking.about_conversation(row, shown, who, ask_at if ask_at > now else now)
        if ask_at > now:
            yield ask_at + minutes(random.uniform(0, 2))
            if random.random() < 0.06:  # nothing was asked: the desk was down that morning
                return
        self._asking.ask(request, lives.now)
        lives.begin(self._rating(request, person))

    def _begin(self, person: MadePerson, language: str) -> Row:
        now = self._lives.now
        id_ = f"talk-{self._waiting.next_id('talk')}"
        row = {"id": id_, "chat_id": person.chat, "language": language, "started_at": now, "last_activity_at": now}
        row |= {"ended_at": now + minutes(60), "end_reason": "idle", "beside_case": False}
        self._waiting.conversations.append(row)
        return row

    def _message(self, conversation: Row, language: str) -> list[tuple[Row, Question]]:
        """One message with one enquiry or two."""
        random, now = self._random, self._lives.now
        number = self._waiting.next_id("message")
        in_language = language if random.random() < 0.96 else {"vi": "en", "en": "vi"}[language]
        questions = [self._matters.question(in_language) for _ in range(2 if random.random() < 0.05 else 1)]
        message = {"order_no": number, "id": f"said-{number}", "conversation_id": conversation["id"]}
        message |= {"author": "person", "text": " ".join(each.text for each in questions), "content": None, "at": now}
        self._waiting.messages.append(message)
        found = []
        for position, each in enumerate(questions):
            row = {"id": message["id"] if not position else f"{message['id']}-{position}", "position": position}
            row |= {"message_id": message["id"], "conversation_id": conversation["id"], "text": each.text}
            row |= {"language": in_language, "as_of": local_day(now), "asked_at": now, "outcome": each.outcome.value}
            row |= {"entry": each.shown, "version": 1 if each.shown else None, "timings_ms": {}}
            # Now and then the search is away, and entries are offered by their words alone.
            row["publication_no"] = 1 if number % 31 else None
            row["candidates"] = [{"entry": entry, "version": 1, "confidence": 0.5} for entry in each.near]
            self._waiting.enquiries.append(row)
            found.append((row, each))
        return found

    def _open(
        self, conversation: Row, person: MadePerson, enquiry: Row, question: Question, previous: MadeCase | None
    ) -> MadeCase:
        random, now = self._random, self._lives.now
        (code,) = random.choices(self._units, self._weights)
        if previous is not None:
            code = previous.unit
        if code not in self._tree.active:
            code = self._tree.above(code)
        place, urgency = self._tree.places[code], self._matters.urgency()
        deadline = self._deadlines.of(urgency, self._tree.units[code], now)  # type: ignore[arg-type]
        id_, near = self._waiting.next_id("case"), question.nearest
        row = {"id": id_, "number": f"{local_day(now).year}-{id_:05d}", "key": f"key-{id_}"}
        row |= {"enquiry_id": enquiry["message_id"], "conversation_id": conversation["id"], "person_id": person.id}
        row |= {"enterprise_id": person.enterprise, "language": conversation["language"], "question": question.text}
        row |= {"urgency": urgency, "unit_id": place.id, "unit_found_by": "office", "channel": person.channel}
        row |= dict(zip(("first_unit_id", "second_unit_id"), place.steps, strict=True))
        row |= {"topic": self._matters.group_of.get(near or "") if random.random() < 0.95 else None, "entry": near}
        row |= {"state": "waiting", "holder_id": None, "drafted_by_id": None, "opened_at": now, "touched_at": None}
        row |= {"at_risk_at": deadline.at_risk_at, "due_at": deadline.due_at, "reminded": Reminded.NOBODY}
        row |= {"paused_at": None, "resolved_at": None, "previous_id": previous.row["id"] if previous else None}
        case = MadeCase(row, code)
        self._threads.enter(case, EntryKind.OPENED, None, {"unit": code, "by": "office"})
        return case

    def _life_of(self, case: MadeCase, person: MadePerson) -> Life:
        """A case until it is closed for good, with what is asked and rated in between."""
        random, lives = self._random, self._lives
        yield self._threads.office(random.choice((20, 90, 400)))
        if random.random() < 0.04:
            return
        while (yield from self._threads.work(case)):
            resolved_at = lives.now
            request = self._asking.about_case(case, resolved_at)
            if request.rating is None or random.random() < 0.3:
                lives.begin(self._rating(request, self._rater(person)))
            if random.random() < 0.05:
                lives.begin(self._conversation(person, case), lives.now + minutes(random.uniform(60, 40 * 24 * 60)))
            if random.random() >= 0.1:
                yield resolved_at + _REOPENED_WITHIN + minutes(random.uniform(0, 1))
                self._threads.enter(case, EntryKind.CLOSED)
                return
            yield resolved_at + minutes(random.uniform(10, 13.9 * 24 * 60))
            self._threads.reopen(case)
            yield self._threads.office(200)

    def _rater(self, person: MadePerson) -> MadePerson:
        """Whoever opened the case, or at times a colleague who followed its private link."""
        if person.enterprise is None or self._random.random() > 0.15:
            return person
        return self._random.choice(self._colleagues[person.enterprise])

    def _rating(self, request: MadeRequest, person: MadePerson) -> Life:
        random, lives = self._random, self._lives
        if random.random() > 0.34:
            if request.row["reminded_at"] is None and random.random() < 0.5:
                yield lives.now + minutes(random.uniform(24 * 60, 30 * 60))
                if request.rating is None and lives.now < NOW:
                    self._asking.remind(request, lives.now)
                if random.random() > 0.1:
                    return
            else:
                return
        mean = random.choices((10, 240, 9 * 24 * 60), (65, 25, 10))[0]
        yield lives.now + minutes(random.expovariate(1 / mean))
        if not self._is_open(request):
            return  # too late
        self._asking.rate(request, self._stars(request), person.id, lives.now)
        if random.random() < 0.35:
            yield lives.now + minutes(random.uniform(0.1, 3))
            self._give_reasons(request)
        if request.parts and random.random() < 0.2:
            yield lives.now + minutes(random.uniform(0.1, 2))
            self._asking.rate_officer(request, self._stars(request), lives.now)
        if random.random() < 0.2:
            self._asking.comment(request, "Cảm ơn cán bộ.")
        while random.random() < 0.08:
            yield lives.now + minutes(random.expovariate(1 / (2 * 24 * 60)))
            if not self._is_open(request):
                return
            self._asking.rate(request, self._stars(request), person.id, lives.now)
            if random.random() < 0.3:
                self._give_reasons(request)

    def _is_open(self, request: MadeRequest) -> bool:
        until = request.row["open_until"]
        return until is not None and self._lives.now <= until

    def _stars(self, request: MadeRequest) -> int:
        return self._matters.stars(request.row["entry"], request.officers)

    def _give_reasons(self, request: MadeRequest) -> None:
        how_many = self._random.choices((0, 1, 2, 3), (4, 60, 28, 8))[0]
        reasons = set(self._random.choices(_REASONS, _OF_REASONS, k=how_many))
        self._asking.give_reasons(request, sorted(reasons), self._lives.now)
