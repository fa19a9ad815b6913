"""What the users sent and saw against what the store says: what was lost, doubled, out of order, or is stuck."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from evaluation.faults.people import Sent
from evaluation.faults.reading import ChatRead, Said, Update, answers
from evaluation.faults.telegram import Arrived
from evaluation.faults.visitors import Seen

#: A delivery that is neither at its end nor uncertain.
UNSETTLED = ("created", "sending", "temporary_failure")
#: What an update ended as, when the dialogue answered it.
THROUGH_RASA = ("dialogue", "dialogue_act")
#: The lookup code under an answer, by which the same answer given twice would differ.
_CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b")


@dataclass
class Findings:
    """What is wrong, a sentence each under the heads of the report; and counts of what is in order."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    uncertain: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    results: Counter[str] = field(default_factory=Counter)

    @property
    def wrong(self) -> dict[str, int]:
        return {name: len(getattr(self, name)) for name in ("lost", "doubled", "reordered", "stuck")}


def by_key(chats: Mapping[tuple[str, str], ChatRead]) -> dict[tuple[str, str], tuple[ChatRead, Update]]:
    """Each update with its chat, by its channel and the key that its sender knows."""
    return {
        (chat.channel, update.key.rpartition(":")[2]): (chat, update)
        for chat in chats.values()
        for update in chat.updates
    }


def check_updates(found: Findings, chats: Mapping[tuple[str, str], ChatRead], sent: Sequence[Sent]) -> None:
    """Each message of a person is in the store once, done, with one answer, and in the order in which it was sent."""
    rows = by_key(chats)
    found.counted["updates in the store"] = sum(len(chat.updates) for chat in chats.values())
    if len(rows) != found.counted["updates in the store"]:
        found.doubled.append(f"{found.counted['updates in the store'] - len(rows)} updates are in the store twice")
    said = {id(chat): answers(chat) for chat in chats.values()}
    for message in sent:
        known = rows.get((message.channel, message.key))
        if known is None:
            found.lost.append(f"{message.channel} {message.key}: not in the store ({message.words[:60]})")
            continue
        chat, update = known
        found.results[f"{update.state}: {update.result}"] += 1
        if update.state != "done":
            found.stuck.append(f"{message.channel} {message.key}: {update.state}, {update.result}")
        elif not any(answer.author == "assistant" for answer in said[id(chat)].get(update.id, ())):
            found.lost.append(f"{message.channel} {message.key}: done without a word ({update.result})")
    places = {(message.channel, message.key): place for place, message in enumerate(sent)}
    for (channel, key), (_, update) in rows.items():
        if (channel, key) not in places and update.state != "done":
            found.stuck.append(f"{channel} {key} of an officer: {update.state}, {update.result}")
    for chat in chats.values():
        _check_order_of_persons(found, chat, places)
        _check_answered_once(found, chat, said[id(chat)])


def check_telegram(
    found: Findings,
    chats: Mapping[tuple[str, str], ChatRead],
    arrived: Iterable[Arrived],
    outages: frozenset[str] = frozenset(),
) -> None:
    """What Telegram took is what the store says was delivered, each part once and in order; the rest is uncertain.

    ``outages`` are the sentences by which people are told that the store is down, of which it can know nothing.
    """
    by_chat: dict[str, list[Arrived]] = defaultdict(list)
    for message in arrived:
        if message.text in outages:
            found.counted["people told that the store is down"] += 1
            continue
        by_chat[str(message.chat)].append(message)
        found.counted["messages that Telegram took"] += 1
    for (channel, address), chat in chats.items():
        if channel == "telegram":
            _check_chat(found, chat, by_chat.pop(address, []))
    for address, messages in by_chat.items():
        found.lost.append(f"chat {address}: {len(messages)} messages arrived, and the store does not know the chat")


def check_web(found: Findings, chats: Mapping[tuple[str, str], ChatRead], visitors: Iterable[Seen]) -> None:
    """What a visitor sees on looking back is what the store says was said, each once; no answer differs from it."""
    rows = by_key(chats)
    for seen in visitors:
        known = rows.get(("web", next(iter(seen.replies), "")))
        if known is None:  # counted where updates are
            continue
        chat = known[0]
        said = [each.id for each in chat.said if each.author != "person"]
        shown = Counter(seen.looked_back)
        found.counted["web messages that visitors see"] += shown.total()
        name = f"web {chat.address}"
        found.doubled += [f"{name}: message {id_} is shown {times} times" for id_, times in shown.items() if times > 1]
        found.lost += [f"{name}: message {id_} is not shown" for id_ in said if id_ not in shown]
        answered = Counter(id_ for ids in seen.replies.values() for id_ in ids)
        found.doubled += [f"{name}: answered with {id_} {times} times" for id_, times in answered.items() if times > 1]
        found.doubled += [f"{name}: {id_} is unknown to the store" for id_ in answered | shown if id_ not in said]
        for what, ids in (("answers came", answered), ("messages are shown", shown)):
            if not _is_in_order([said.index(id_) for id_ in ids if id_ in said]):
                found.reordered.append(f"{name}: {what} in another order than they were said")


def _is_in_order(places: Sequence[Any]) -> bool:
    return all(earlier <= later for earlier, later in pairwise(places))


def _check_order_of_persons(found: Findings, chat: ChatRead, places: Mapping[tuple[str, str], int]) -> None:
    """The messages of a person stand in the order in which they were sent; ``places`` has it of all who were noted."""
    updates = [said.update for said in chat.said if said.author == "person" and said.update is not None]
    if len(set(updates)) != len(updates):
        found.doubled.append(f"{chat.channel} {chat.address}: an update became two messages")
    keys = {update.id: update.key.rpartition(":")[2] for update in chat.updates}
    # Telegram counts its updates, also those of officers, who are not noted; the web's names say nothing of order.
    telegram = chat.channel == "telegram"
    order = [int(keys[each]) if telegram else places.get((chat.channel, keys[each]), -1) for each in updates]
    found.reordered += [
        f"{chat.channel} {chat.address}: {later} was taken before {earlier}"
        for later, earlier in pairwise(order)
        if later > earlier
    ]


def _check_answered_once(found: Findings, chat: ChatRead, said: Mapping[int, list[Said]]) -> None:
    for update, messages in said.items():
        # Two questions of one message may both be asked back in the same words, with other buttons under them.
        own = Counter(
            (_CODE.sub("", message.text), message.titles) for message in messages if message.author == "assistant"
        )
        twice = [text for (text, _), times in own.items() if times > 1]
        if twice:
            found.doubled.append(f"{chat.channel} {chat.address}, update {update}: said twice: {twice[0][:60]!r}")


def _check_chat(found: Findings, chat: ChatRead, arrived: Sequence[Arrived]) -> None:
    deliveries = [said for said in chat.said if said.delivery is not None]
    place = {external: (said.order, part) for said in deliveries for part, external in enumerate(said.external_ids)}
    perhaps = {
        (said.order, part): text
        for said in deliveries
        if said.state == "uncertain"
        for part, text in enumerate(said.parts)
        if part >= len(said.external_ids)
    }
    order: list[tuple[int, int]] = []
    for message in arrived:
        part = place.get(str(message.id))
        if part is None:
            part = _one_of([each for each, text in perhaps.items() if text == message.text], order)
            if part is None:
                found.doubled.append(f"chat {chat.address}: arrived beyond what the store knows: {message.text[:60]!r}")
                continue
            del perhaps[part]
            found.counted["uncertain ones that arrived"] += 1
        order.append(part)
    seen = Counter(order)
    found.doubled += [f"chat {chat.address}: message {part} arrived {n} times" for part, n in seen.items() if n > 1]
    states = {said.order: said.state for said in deliveries}
    found.reordered += [
        f"chat {chat.address}: message {later} ({states[later[0]]}) arrived before {earlier} ({states[earlier[0]]})"
        for later, earlier in pairwise(order)
        if later > earlier
    ]
    for said in deliveries:
        _check_delivery(found, chat, said, seen)


def _one_of(alike: Sequence[tuple[int, int]], order: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Which of several uncertain ones with the same words came after these: one that is in order, if any is."""
    in_order = (each for each in alike if not order or each > order[-1])
    return next(in_order, alike[0] if alike else None)


def _check_delivery(found: Findings, chat: ChatRead, said: Said, seen: Counter[tuple[int, int]]) -> None:
    found.counted[f"deliveries {said.state}"] += 1
    name = f"chat {chat.address}, delivery {said.delivery}"
    if said.state == "uncertain":
        found.uncertain.append(name)
    elif said.state in UNSETTLED:
        found.stuck.append(f"{name}: {said.state}")
    elif said.state == "permanent_failure":
        found.lost.append(f"{name}: failed for good")
    else:
        if len(said.external_ids) > len(said.parts):
            found.doubled.append(f"{name}: sent {len(said.external_ids)} times for {len(said.parts)} parts")
        missing = [n for n in range(len(said.parts)) if not seen[(said.order, n)]]
        if missing:
            found.lost.append(f"{name}: delivered, but parts {missing} did not arrive")
