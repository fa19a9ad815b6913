"""One reply to many cases: each gets it once, in its language or marked, under its own number and rating."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from desk.audit.model import AuditEntry
from desk.cases import permissions
from desk.cases.alike import search as alike
from desk.cases.alike.reply_many import Sent, Words, reply_to_many, resolve_many
from desk.cases.model import CaseState, EntryKind
from desk.cases.officers import desk as officer_desk
from desk.guidance.record import Language
from desk.ratings.model import RatingRequest
from tests.alike_fixtures import (
    answers,
    case_of,
    claims,
    move_to_region,
    officer,
    officer_of_region,
    open_case,
    outages,
)
from tests.desk_fixtures import Said, World

REPLY = "Hệ thống đã hoạt động lại từ 15 giờ."
IN_ENGLISH = "The system has been back since 3 p.m."


def send(
    world: World,
    case_id: int,
    others: list[int],
    texts: Mapping[Language, str] | None = None,
    *,
    marked: bool = False,
    seen: int | None = None,
    username: str = "minh",
) -> Sent:
    with world.store.writing() as session:
        case = case_of(session, case_id)
        last = max(entry.id for entry in case.entries) if seen is None else seen
        words = Words("vi", texts or {"vi": REPLY}, marked)
        return reply_to_many(
            world.desk,
            session,
            case,
            officer(session, username),
            [case_of(session, id_) for id_ in others],
            words,
            seen=last,
        )


def last_entry(world: World, case_id: int) -> int:
    with world.store.reading() as session:
        return max(entry.id for entry in case_of(session, case_id).entries)


def replies(world: World, address: str) -> list[Said]:
    return [said for said in world.chatter(address).read() if said.author == "officer"]


def state(world: World, case_id: int) -> tuple[CaseState, str | None]:
    with world.store.reading() as session:
        case = case_of(session, case_id)
        return case.state, case.holder.username if case.holder else None


def test_each_gets_the_reply_under_its_own_number_and_is_held_by_who_sent_it(world: World) -> None:
    first, second, third = outages(world, "101", "102", "103")
    claims(world, first)
    claims(world, third)
    sent = send(world, first, [second, third])
    assert (sent.numbers, sent.left_out) == (("2026-00001", "2026-00002", "2026-00003"), ())
    for address, number in (("101", "2026-00001"), ("102", "2026-00002"), ("103", "2026-00003")):
        (reply,) = replies(world, address)
        assert reply.text == f"{world.text('case.reply_title', number=number)}\n\n{REPLY}"
    assert state(world, second) == (CaseState.ANSWERED, "minh")
    with world.store.reading() as session:
        entry = case_of(session, second).entries[-1]
        assert (entry.kind, entry.detail) == (EntryKind.REPLIED, {"with": ["2026-00001", "2026-00003"]})
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject == "2026-00002")).all()
        assert acts == ["case.opened", "case.claimed", "case.replied"]


def test_the_same_form_sent_twice_sends_nothing_twice(world: World) -> None:
    first, second = outages(world, "101", "102")
    claims(world, first)
    seen = last_entry(world, first)
    assert send(world, first, [second], seen=seen) == send(world, first, [second], seen=seen)
    assert len(replies(world, "101")) == len(replies(world, "102")) == 1


def test_a_reply_that_went_out_alone_can_be_sent_to_the_others_later(world: World) -> None:
    first, second = outages(world, "101", "102")
    answers(world, first, REPLY, resolve=False)
    send(world, first, [second], seen=last_entry(world, first) - 1)
    assert len(replies(world, "101")) == len(replies(world, "102")) == 1


def test_what_another_holds_or_has_settled_is_left_out_and_said(world: World) -> None:
    first, held, settled, fresh = outages(world, "101", "102", "103", "104")
    claims(world, first)
    claims(world, held, "binh")
    answers(world, settled, "Đã trả lời", "binh")
    sent = send(world, first, [held, settled, fresh])
    assert sent.numbers == ("2026-00001", "2026-00004")
    assert [(one.number, one.reason) for one in sent.left_out] == [
        ("2026-00002", "officer.held_by_another"),
        ("2026-00003", "officer.resolved_already"),
    ]
    assert replies(world, "102") == []
    assert state(world, held) == (CaseState.CLAIMED, "binh")


def test_a_case_of_another_unit_is_left_out_and_stays_unclaimed(world: World) -> None:
    first, second = outages(world, "101", "102")
    officer_of_region(world)
    move_to_region(world, first)
    claims(world, first, "dung")
    sent = send(world, first, [second], username="dung")
    assert [one.reason for one in sent.left_out] == ["officer.not_your_unit"]
    assert state(world, second) == (CaseState.WAITING, None)


def test_what_was_taken_out_is_left_out_whatever_the_form_says(world: World) -> None:
    first, second = outages(world, "101", "102")
    claims(world, first)
    with world.store.writing() as session:
        alike.take_apart(
            session, case_of(session, first), case_of(session, second), officer(session), world.clock.now()
        )
    assert [one.reason for one in send(world, first, [second]).left_out] == ["alike.taken_apart_before"]


def test_a_refusal_of_the_reply_itself_undoes_the_claim(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = outages(world, "101", "102")
    claims(world, first)
    reply = officer_desk.reply

    def refusing(desk: object, session: object, case: object, *more: object, **named: object) -> object:
        if getattr(case, "id", None) == second:
            raise permissions.CaseRefused("officer.no_draft")
        return reply(desk, session, case, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(officer_desk, "reply", refusing)
    sent = send(world, first, [second])
    assert [one.reason for one in sent.left_out] == ["officer.no_draft"]
    assert state(world, second) == (CaseState.WAITING, None)
    assert len(replies(world, "101")) == 1


def test_the_case_itself_must_be_held(world: World) -> None:
    first, second = outages(world, "101", "102")
    with pytest.raises(permissions.CaseRefused, match=r"officer\.claim_first"):
        send(world, first, [second])
    assert replies(world, "102") == []


def test_for_the_other_language_a_text_is_asked_for_first(world: World) -> None:
    (first,) = outages(world, "101")
    english = open_case(world, "102", "the system is down, what should we do", hint="en")
    claims(world, first)
    with pytest.raises(permissions.CaseRefused, match=r"alike\.text_missing_en"):
        send(world, first, [english])
    assert replies(world, "101") == replies(world, "102") == []
    send(world, first, [english], {"vi": REPLY, "en": IN_ENGLISH})
    assert (
        replies(world, "102")[0].text == f"{world.text('case.reply_title', 'en', number='2026-00002')}\n\n{IN_ENGLISH}"
    )
    assert replies(world, "101")[0].text.endswith(REPLY)


def test_or_the_reply_goes_as_it_is_and_says_so(world: World) -> None:
    (first,) = outages(world, "101")
    english = open_case(world, "102", "the system is down, what should we do", hint="en")
    claims(world, first)
    seen = last_entry(world, first)
    for _ in range(2):
        send(world, first, [english], marked=True, seen=seen)
    (reply,) = replies(world, "102")
    assert reply.text.split("\n\n")[1:] == [world.text("alike.marked", "en"), REPLY]
    assert world.text("alike.marked", "vi") not in replies(world, "101")[0].text


@pytest.mark.parametrize(("text", "reason"), [("  ", "officer.empty_reply"), ("x" * 8001, "officer.long_reply")])
def test_an_empty_or_endless_reply_goes_to_nobody(world: World, text: str, reason: str) -> None:
    first, second = outages(world, "101", "102")
    claims(world, first)
    with pytest.raises(permissions.CaseRefused, match=reason):
        send(world, first, [second], {"vi": text})
    assert state(world, second) == (CaseState.WAITING, None)


def test_each_is_resolved_and_rated_by_itself(world: World) -> None:
    first, second, third = outages(world, "101", "102", "103")
    claims(world, first)
    send(world, first, [second, third])
    with world.store.writing() as session:
        settled = [case_of(session, first), case_of(session, second)]
        assert resolve_many(world.desk, session, officer(session), settled) == ["2026-00001", "2026-00002"]
    world.chatter("102").taps("rate", "5")
    with world.store.reading() as session:
        requests = {row.case_id: row for row in session.scalars(select(RatingRequest))}
        assert set(requests) == {first, second}
    assert state(world, third)[0] is CaseState.ANSWERED
    with world.store.writing() as session:
        settled = [case_of(session, first), case_of(session, third)]
        assert resolve_many(world.desk, session, officer(session, "binh"), settled) == []
