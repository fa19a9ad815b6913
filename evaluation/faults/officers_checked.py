"""What officers answered and people rated against what the store says of cases and ratings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from desk.cases.model import Case, CaseEntry, EntryKind
from desk.conversations.model import Chat, Message
from desk.ratings.model import Rating
from evaluation.faults.people import Sent
from evaluation.faults.reading import ChatRead
from evaluation.faults.reconcile import Findings, by_key


def check_cases(found: Findings, session: Session, answered: Mapping[str, str], resolved: Set[str]) -> None:
    """Each officer's answer is once in the thread of its case and once in the chat of who asked; what was resolved is.

    That the message in the chat arrived is seen with all others of the chat.
    """
    cases = session.execute(select(Case.id, Case.number, Case.state)).all()
    numbers = {id_: number for id_, number, _ in cases}
    states = {number: state for _, number, state in cases}
    replies: Counter[tuple[str | None, str | None]] = Counter(
        (numbers[case_id], text)
        for case_id, text in session.execute(
            select(CaseEntry.case_id, CaseEntry.text).where(CaseEntry.kind == EntryKind.REPLIED)
        )
    )
    messages: dict[str | None, list[str]] = defaultdict(list)
    for number, text in session.execute(
        select(Case.number, Message.text)
        .join(Message, and_(Message.case_id == Case.id, Message.conversation_id == Case.conversation_id))
        .where(Message.author == "officer")
    ):
        messages[number].append(text)
    found.counted["cases"] = len(numbers)
    found.counted["answers of officers"] = len(answered)
    found.counted["cases that no officer was seen to take"] = len(set(numbers.values()) - answered.keys())
    for number, words in answered.items():
        times = replies[(number, words)]
        if times == 0:
            found.lost.append(f"case {number}: the officer's answer is not in its thread")
        elif times > 1:
            found.doubled.append(f"case {number}: the officer's answer is in its thread {times} times")
        told = sum(words in text for text in messages[number])
        if told == 0:
            found.lost.append(f"case {number}: the officer's answer was not said to who asked")
        elif told > 1:
            found.doubled.append(f"case {number}: the officer's answer was said to who asked {told} times")
    found.lost += [
        f"case {number}: resolved by its officer, and {states.get(number)} in the store"
        for number in resolved
        if states.get(number) not in ("resolved", "closed")
    ]
    opened = Counter(enquiry for (enquiry,) in session.execute(select(Case.enquiry_id)) if enquiry is not None)
    found.doubled += [f"enquiry {enquiry} opened {times} cases" for enquiry, times in opened.items() if times > 1]


def check_ratings(
    found: Findings, session: Session, chats: Mapping[tuple[str, str], ChatRead], sent: Iterable[Sent]
) -> None:
    """Whoever pressed stars has a rating of as many in the store, and nobody has more ratings than they gave."""
    rows = session.execute(
        select(Chat.channel, Chat.address, Rating.stars).join(Rating, Rating.person_id == Chat.person_id)
    )
    kept: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for channel, address, stars in rows:
        kept[channel, address][stars] += 1
    updates = by_key(chats)
    pressed: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for message in sent:
        known = updates.get((message.channel, message.key))
        if message.words.startswith("[★") and known is not None:
            pressed[message.channel, known[0].address][message.words.count("★")] += 1
    for chat in kept.keys() | pressed.keys():
        name, own, given = " ".join(chat), kept[chat], pressed[chat]
        found.lost += [f"{name}: pressed {one} stars, which are not in the store" for one in given - own]
        if own.total() > given.total():
            found.doubled.append(f"{name}: {own.total()} ratings are in the store, {given.total()} were given")
    found.counted["chats that rated"] = sum(given.total() > 0 for given in pressed.values())
    found.counted["ratings"] = sum(stars.total() for stars in kept.values())
