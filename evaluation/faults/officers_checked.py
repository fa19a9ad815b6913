"""What officers answered and people rated against what the store says of cases and ratings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.model import Case, CaseEntry, EntryKind
from desk.conversations.model import Chat
from desk.ratings.model import Rating
from evaluation.faults.people import Sent
from evaluation.faults.reconcile import Findings


def check_cases(found: Findings, session: Session, answered: Mapping[str, str], resolved: Set[str]) -> None:
    """Every answer of an officer is in the thread of its case once; every case that was resolved is."""
    numbers = dict(session.execute(select(Case.id, Case.number)).tuples().all())
    states = dict(session.execute(select(Case.number, Case.state)).tuples().all())
    replies: Counter[tuple[str | None, str | None]] = Counter(
        (numbers[case_id], text)
        for case_id, text in session.execute(
            select(CaseEntry.case_id, CaseEntry.text).where(CaseEntry.kind == EntryKind.REPLIED)
        )
    )
    found.counted["cases"] = len(numbers)
    found.counted["answers of officers"] = len(answered)
    for number, words in answered.items():
        times = replies[(number, words)]
        if times == 0:
            found.lost.append(f"case {number}: the officer's answer is not in its thread")
        elif times > 1:
            found.doubled.append(f"case {number}: the officer's answer is in its thread {times} times")
    found.lost += [
        f"case {number}: resolved by its officer, and {states.get(number)} in the store"
        for number in resolved
        if states.get(number) not in ("resolved", "closed")
    ]
    opened = Counter(enquiry for (enquiry,) in session.execute(select(Case.enquiry_id)) if enquiry is not None)
    found.doubled += [f"enquiry {enquiry} opened {times} cases" for enquiry, times in opened.items() if times > 1]


def check_ratings(found: Findings, session: Session, sent: Iterable[Sent]) -> None:
    """Whoever pressed stars has a rating in the store."""
    rated = set(
        session.scalars(
            select(Chat.address).join(Rating, Rating.person_id == Chat.person_id).where(Chat.channel == "telegram")
        )
    )
    pressed = {message.chat for message in sent if message.channel == "telegram" and message.words.startswith("[★")}
    found.lost += [f"chat {chat}: pressed stars, and no rating is in the store" for chat in sorted(pressed - rated)]
    found.counted["chats that rated in Telegram"] = len(pressed)
    found.counted["ratings"] = len(session.scalars(select(Rating.request_id)).all())
