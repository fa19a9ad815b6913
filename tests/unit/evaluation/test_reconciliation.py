"""The reconciliation of a run with faults notices each thing that must never happen, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.faults.people import Sent
from evaluation.faults.reading import ChatRead, Said, Update
from evaluation.faults.reconcile import Findings, check_telegram, check_updates, check_web
from evaluation.faults.telegram import Arrived
from evaluation.faults.visitors import Seen

LAN = "100001"
SENT = [Sent("telegram", key, LAN, words, 0.0) for key, words in (("11", "xin chào"), ("12", "thuế"))]
WEB_SENT = [Sent("web", name, "", "xin chào", 0.0) for name in ("first", "second")]


def person(order: int, update: int) -> Said:
    return Said(f"m{order}", order, "person", "hỏi", update)


def answer(order: int, text: str, *, state: str = "delivered", external: str | None = None) -> Said:
    ids = () if external is None else (external,)
    return Said(f"m{order}", order, "assistant", text, None, state, order, ids, (text,))


def in_order() -> ChatRead:
    """Two messages of a person, each answered once and delivered."""
    updates = [Update(1, "11", "done", "dialogue"), Update(2, "12", "done", "dialogue")]
    said = [person(1, 1), answer(2, "Chào bạn", external="901"), person(3, 2), answer(4, "Thuế", external="902")]
    return ChatRead("telegram", LAN, updates, said)


def on_the_web() -> ChatRead:
    updates = [Update(1, "visitor:first", "done", "dialogue"), Update(2, "visitor:second", "done", "dialogue")]
    return ChatRead("web", "visitor", updates, [person(1, 1), answer(2, "Chào"), person(3, 2), answer(4, "Thuế")])


def arrivals(*messages: tuple[int, str]) -> list[Arrived]:
    return [Arrived(int(LAN), id_, text, {}) for id_, text in messages]


SEEN = arrivals((901, "Chào bạn"), (902, "Thuế"))


def found_of(chat: ChatRead, sent: list[Sent] = SENT, arrived: list[Arrived] = SEEN) -> Findings:
    found, chats = Findings(), {(chat.channel, chat.address): chat}
    check_updates(found, chats, sent)
    check_telegram(found, chats, arrived)
    return found


def test_where_all_is_in_order_nothing_is_found() -> None:
    found = found_of(in_order())

    assert found.wrong == {"lost": 0, "doubled": 0, "reordered": 0, "stuck": 0}
    assert found.results == {"done: dialogue": 2}


def test_a_message_that_is_not_in_the_store_is_lost() -> None:
    found = found_of(in_order(), [*SENT, Sent("telegram", "13", LAN, "còn nữa", 0.0)])

    assert len(found.lost) == 1


def test_two_questions_of_a_message_that_are_asked_back_in_the_same_words_are_no_double() -> None:
    chat, offer = in_order(), answer(4, "Ý bạn là?", external="902")
    chat.said[3:] = [
        replace(offer, titles=("Mức phạt",)),
        replace(offer, id="m5", order=5, external_ids=("903",), titles=("Miễn thuế",)),
    ]
    seen = [*SEEN[:1], *arrivals((902, "Ý bạn là?"), (903, "Ý bạn là?"))]

    assert found_of(chat, arrived=seen).doubled == []


def test_a_question_that_is_asked_back_twice_is_a_double() -> None:
    chat, offer = in_order(), replace(answer(4, "Ý bạn là?", external="902"), titles=("Mức phạt",))
    chat.said[3:] = [offer, replace(offer, id="m5", order=5, external_ids=("903",))]
    seen = [*SEEN[:1], *arrivals((902, "Ý bạn là?"), (903, "Ý bạn là?"))]

    assert len(found_of(chat, arrived=seen).doubled) == 1


def test_a_message_that_was_done_without_a_word_is_lost() -> None:
    chat = in_order()
    chat.said.pop()

    assert len(found_of(chat, arrived=SEEN[:1]).lost) == 1


@pytest.mark.parametrize("state", ["stored", "processing", "failed"])
def test_an_update_that_is_not_done_is_stuck(state: str) -> None:
    chat = in_order()
    chat.updates[1] = replace(chat.updates[1], state=state)

    assert len(found_of(chat).stuck) == 1


def test_an_answer_said_twice_is_doubled() -> None:
    chat = in_order()
    chat.said.append(answer(5, "Thuế", external="903"))

    found = found_of(chat, arrived=[*SEEN, *arrivals((903, "Thuế"))])

    assert len(found.doubled) == 1


def test_an_answer_said_twice_is_doubled_though_each_has_a_lookup_code_of_its_own() -> None:
    chat = in_order()
    chat.said[3] = answer(4, "Thuế. Mã tra cứu: KQ7M-2XWD-9", external="902")
    chat.said.append(answer(5, "Thuế. Mã tra cứu: 4HTR-9BCN-K", external="903"))

    found = found_of(chat, arrived=[*SEEN, *arrivals((903, "Thuế"))])

    assert len(found.doubled) == 1


def test_what_an_officer_says_is_no_answer_to_a_message() -> None:
    chat = in_order()
    chat.said[3] = replace(chat.said[3], author="officer")

    assert len(found_of(chat).lost) == 1


def test_an_update_that_became_two_messages_is_doubled() -> None:
    chat = in_order()
    chat.said[2] = person(3, 1)

    assert any("two messages" in sentence for sentence in found_of(chat).doubled)


def test_a_message_that_arrived_beyond_the_store_is_doubled() -> None:
    assert len(found_of(in_order(), arrived=[*SEEN, *arrivals((903, "Thuế"))]).doubled) == 1


def test_a_delivered_message_that_did_not_arrive_is_lost() -> None:
    assert len(found_of(in_order(), arrived=SEEN[:1]).lost) == 1


def test_messages_of_a_person_taken_in_another_order_are_noticed() -> None:
    chat = in_order()
    chat.said[0], chat.said[2] = person(1, 2), person(3, 1)

    assert len(found_of(chat).reordered) == 1


def test_messages_that_arrive_in_another_order_are_noticed() -> None:
    assert len(found_of(in_order(), arrived=list(reversed(SEEN))).reordered) == 1


@pytest.mark.parametrize("arrived", [SEEN, SEEN[:1]], ids=["it arrived", "it did not"])
def test_an_uncertain_message_is_listed_and_neither_lost_nor_doubled(arrived: list[Arrived]) -> None:
    chat = in_order()
    chat.said[3] = answer(4, "Thuế", state="uncertain")

    found = found_of(chat, arrived=arrived)

    assert found.wrong == {"lost": 0, "doubled": 0, "reordered": 0, "stuck": 0}
    assert len(found.uncertain) == 1
    assert found.counted["uncertain ones that arrived"] == len(arrived) - 1


def test_an_uncertain_message_that_arrived_twice_is_doubled() -> None:
    chat = in_order()
    chat.said[3] = answer(4, "Thuế", state="uncertain")

    assert len(found_of(chat, arrived=[*SEEN, *arrivals((903, "Thuế"))]).doubled) == 1


def test_an_uncertain_message_that_arrived_after_what_was_said_later_is_out_of_order() -> None:
    chat = in_order()
    chat.said[1] = answer(2, "Chào bạn", state="uncertain")

    assert len(found_of(chat, arrived=list(reversed(SEEN))).reordered) == 1


def test_of_two_uncertain_messages_with_the_same_words_the_one_that_is_in_order_arrived() -> None:
    chat = in_order()
    chat.said[1], chat.said[3] = answer(2, "Chào bạn", state="uncertain"), answer(4, "Thuế", external="902")
    chat.updates.append(Update(3, "13", "done", "dialogue"))
    chat.said += [person(5, 3), answer(6, "Chào bạn", state="uncertain")]

    found = found_of(chat, [*SENT, Sent("telegram", "13", LAN, "hỏi", 0.0)], arrivals((902, "Thuế"), (903, "Chào bạn")))

    assert found.wrong == {"lost": 0, "doubled": 0, "reordered": 0, "stuck": 0}
    assert len(found.uncertain) == 2


@pytest.mark.parametrize("state", ["created", "sending", "temporary_failure"])
def test_a_delivery_that_waits_is_stuck(state: str) -> None:
    chat = in_order()
    chat.said[3] = answer(4, "Thuế", state=state)

    assert len(found_of(chat, arrived=SEEN[:1]).stuck) == 1


def test_a_delivery_that_failed_for_good_is_lost() -> None:
    chat = in_order()
    chat.said[3] = answer(4, "Thuế", state="permanent_failure")

    assert len(found_of(chat, arrived=SEEN[:1]).lost) == 1


def test_a_chat_that_only_telegram_knows_is_noticed() -> None:
    found = Findings()
    check_telegram(found, {}, SEEN)

    assert len(found.lost) == 1


def seen_on_the_web(*looked_back: str, second: str = "m4") -> Findings:
    found, chat = Findings(), on_the_web()
    chats = {("web", "visitor"): chat}
    check_updates(found, chats, WEB_SENT)
    check_web(found, chats, [Seen({"first": ["m2"], "second": [second]}, list(looked_back))])
    return found


def test_a_visitor_who_sees_each_message_once_has_all() -> None:
    assert seen_on_the_web("m2", "m4").wrong == {"lost": 0, "doubled": 0, "reordered": 0, "stuck": 0}


def test_a_message_that_a_visitor_does_not_see_is_lost() -> None:
    assert len(seen_on_the_web("m2").lost) == 1


def test_a_message_that_a_visitor_sees_twice_is_doubled() -> None:
    assert len(seen_on_the_web("m2", "m4", "m4").doubled) == 1


def test_messages_that_are_shown_in_another_order_are_noticed() -> None:
    assert len(seen_on_the_web("m4", "m2").reordered) == 1


def test_a_message_that_answers_two_of_a_visitor_is_doubled() -> None:
    assert len(seen_on_the_web("m2", "m4", second="m2").doubled) == 1


def test_an_answer_that_the_store_does_not_know_is_doubled() -> None:
    assert len(seen_on_the_web("m2", "m4", second="m9").doubled) == 1


def test_messages_of_a_visitor_taken_in_another_order_are_noticed() -> None:
    found = Findings()
    check_updates(found, {("web", "visitor"): on_the_web()}, list(reversed(WEB_SENT)))

    assert len(found.reordered) == 1


def test_an_update_of_an_officer_that_was_set_aside_is_stuck() -> None:
    found, officer = Findings(), ChatRead("telegram", "50001", [Update(9, "40", "failed", "error")])
    check_updates(found, {("telegram", "50001"): officer}, [])

    assert len(found.stuck) == 1


def test_a_web_message_that_became_two_updates_is_doubled() -> None:
    found = Findings()
    chats = {("web", address): replace(on_the_web(), address=address) for address in ("one", "other")}
    check_updates(found, chats, WEB_SENT)

    assert any("twice" in sentence for sentence in found.doubled)
