"""Which act is allowed in which state to whom: every combination, with the sentence that refuses it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.cases import permissions
from desk.cases.model import Case, CaseEntry, CaseHold, CaseState, EntryKind
from desk.cases.officers import desk as officer_desk
from desk.conversations.model import Message
from desk.people.model import Officer
from tests.desk_fixtures import Chatter, World
from tests.small_tree import a_case_at, add_people, add_units, linked, officer, unit

Act = Callable[[World, Session, Case, Officer], object]

HOLDER, COLLEAGUE, HEAD, ELSEWHERE = EVERYBODY = ("thu", "nam", "hanh", "dung")
ACTS: dict[str, Act] = {
    "claim": lambda w, s, c, o: officer_desk.claim(w.desk, s, c, o),
    "give_back": lambda w, s, c, o: officer_desk.give_back(w.desk, s, c, o, "Nhầm việc"),
    "reply": lambda w, s, c, o: officer_desk.reply(w.desk, s, c, o, "Cần giấy phép CITES."),
    "ask": lambda w, s, c, o: officer_desk.ask(w.desk, s, c, o, "Hàng về cửa khẩu nào?"),
    "note": lambda w, s, c, o: officer_desk.note(w.desk, s, c, o, "Đã gọi điện."),
    "transfer": lambda w, s, c, o: officer_desk.transfer(w.desk, s, c, o, unit(s, "LINHTRUNG"), "Hàng ở đó"),
    "take_over": lambda w, s, c, o: officer_desk.take_over(w.desk, s, c, o),
    "resolve": lambda w, s, c, o: officer_desk.resolve(w.desk, s, c, o),
    "sign": lambda w, s, c, o: officer_desk.sign(w.desk, s, c, o),
    "return_draft": lambda w, s, c, o: officer_desk.return_draft(w.desk, s, c, o, "Thiếu căn cứ"),
}
#: What was done before, each by the holder, so that the case is in a state.
BEFORE: dict[str, tuple[str, ...]] = {
    "waiting": (),
    "claimed": ("claim",),
    "needs_information": ("claim", "ask"),
    "answered": ("claim", "reply"),
    "resolved": ("claim", "reply", "resolve"),
}
NOBODYS, OTHERS_HOLD, NOT_YOURS = "claim_first", "held_by_another", "not_your_unit"
ENDED = "resolved_already"


def only_holder(act_of_holder: str | None = None) -> dict[str, str | None]:
    return {HOLDER: act_of_holder, COLLEAGUE: NOBODYS, HEAD: NOBODYS, ELSEWHERE: NOBODYS}


def all_(reason: str | None) -> dict[str, str | None]:
    return dict.fromkeys(EVERYBODY, reason)


_CLAIM_HELD = {HOLDER: None, COLLEAGUE: OTHERS_HOLD, HEAD: OTHERS_HOLD, ELSEWHERE: NOT_YOURS}
_WORKS = {**all_(None), ELSEWHERE: NOT_YOURS}
_PASS_ON_HELD = {HOLDER: None, COLLEAGUE: OTHERS_HOLD, HEAD: None, ELSEWHERE: OTHERS_HOLD}
_ONLY_HEAD = {**all_("only_head"), HEAD: None}
#: Act, then state, then who: the reason why it is refused, None where it is allowed.
EXPECTED: dict[str, dict[str, dict[str, str | None]]] = {
    "claim": {
        "waiting": _WORKS,
        **dict.fromkeys(("claimed", "needs_information", "answered"), _CLAIM_HELD),
        "resolved": all_(ENDED),
    },
    **{
        act: {
            "waiting": all_(NOBODYS),
            **dict.fromkeys(("claimed", "needs_information", "answered"), only_holder()),
            "resolved": all_(ENDED),
        }
        for act in ("give_back", "reply", "ask")
    },
    "resolve": {
        "waiting": all_(NOBODYS),
        "claimed": only_holder("answer_first"),
        "needs_information": only_holder("answer_first"),
        "answered": only_holder(),
        "resolved": all_(ENDED),
    },
    "note": dict.fromkeys(BEFORE, _WORKS),
    "transfer": {
        "waiting": _WORKS,
        **dict.fromkeys(("claimed", "needs_information", "answered"), _PASS_ON_HELD),
        "resolved": all_(ENDED),
    },
    "take_over": {
        "waiting": {**all_("only_head"), HEAD: "nobody_holds_it"},
        **dict.fromkeys(("claimed", "needs_information", "answered"), _ONLY_HEAD),
        "resolved": all_(ENDED),
    },
    **{
        act: {**dict.fromkeys(("waiting", "claimed", "needs_information", "answered"), all_("no_draft"))}
        | {"resolved": all_(ENDED)}
        for act in ("sign", "return_draft")
    },
}


@pytest.fixture
def case_id(world: World, lan: Chatter) -> int:
    with world.store.writing() as session:
        add_units(session)
        add_people(session)
    return a_case_at(world, "CATLAI", lan)


@pytest.mark.parametrize(
    ("act", "state", "who"), [(act, state, who) for act in ACTS for state in BEFORE for who in EVERYBODY]
)
def test_an_act_is_allowed_or_refused(world: World, case_id: int, act: str, state: str, who: str) -> None:
    with world.store.writing() as session:
        case = session.get_one(Case, case_id)
        for before in BEFORE[state]:
            ACTS[before](world, session, case, officer(session, HOLDER))
        assert case.state == state
        entries, reason = len(case.entries), EXPECTED[act][state][who]
        if reason is None:
            ACTS[act](world, session, case, officer(session, who))
            return
        with pytest.raises(permissions.CaseRefused) as refused:
            ACTS[act](world, session, case, officer(session, who))
        assert refused.value.reason == f"officer.{reason}"
        assert (case.state, len(case.entries)) == (state, entries)


def test_every_act_leaves_an_entry_an_audit_entry_and_where_due_a_message(world: World, case_id: int) -> None:
    with world.store.writing() as session:
        case, thu = session.get_one(Case, case_id), officer(session, HOLDER)
        for act in ("claim", "ask", "note", "reply", "transfer"):
            ACTS[act](world, session, case, thu)
    with world.store.reading() as session:
        case = session.get_one(Case, case_id)
        assert [entry.kind for entry in case.entries] == [
            "opened",
            "claimed",
            "asked",
            "noted",
            "replied",
            "transferred",
        ]
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject == case.number).order_by(AuditEntry.id))
        assert acts.all() == [f"case.{entry.kind}" for entry in case.entries]
        with_message = [entry.kind for entry in case.entries if entry.message_order is not None]
        assert with_message == ["asked", "replied"]
        assert (case.state, case.holder_id, case.unit.code) == (CaseState.WAITING, None, "LINHTRUNG")
        assert session.scalars(select(CaseHold).where(CaseHold.ended_at.is_(None))).all() == []


@pytest.mark.parametrize("act", ["claim", "reply", "ask", "note", "transfer"])
def test_a_button_pressed_twice_acts_once(world: World, case_id: int, act: str) -> None:
    with world.store.writing() as session:
        case, thu = session.get_one(Case, case_id), officer(session, HOLDER)
        officer_desk.claim(world.desk, session, case, thu)
        for _ in range(2):
            ACTS[act](world, session, case, thu)
        assert len(case.entries) == (2 if act == "claim" else 3)
        messages = session.scalars(select(Message).where(Message.author == "officer")).all()
        assert len(messages) == (1 if act in ("reply", "ask") else 0)


def test_the_same_words_after_others_are_a_reply_of_their_own(world: World, case_id: int) -> None:
    with world.store.writing() as session:
        case, thu = session.get_one(Case, case_id), officer(session, HOLDER)
        officer_desk.claim(world.desk, session, case, thu)
        for text in ("Được.", "Chưa được.", "Được."):
            officer_desk.reply(world.desk, session, case, thu, text)
        assert [entry.text for entry in case.entries if entry.kind == EntryKind.REPLIED] == [
            "Được.",
            "Chưa được.",
            "Được.",
        ]


@pytest.mark.parametrize(
    ("code", "reason", "colleague", "refusal"),
    [
        ("LINHTRUNG", "  ", None, "reason_missing"),
        ("CATLAI", "Về lại", None, "no_such_unit"),
        ("CATLAI", "Việc của chị", "dung", "no_such_colleague"),
        ("CATLAI", "Việc của tôi", "thu", "no_such_colleague"),
        ("LINHTRUNG", "x" * 8001, None, "long_reply"),
    ],
)
def test_a_transfer_that_leads_nowhere_is_refused(
    world: World, case_id: int, code: str, reason: str, colleague: str | None, refusal: str
) -> None:
    with world.store.writing() as session:
        case, thu = session.get_one(Case, case_id), officer(session, HOLDER)
        officer_desk.claim(world.desk, session, case, thu)
        given = officer(session, colleague) if colleague else None
        with pytest.raises(permissions.CaseRefused) as refused:
            officer_desk.transfer(world.desk, session, case, thu, unit(session, code), reason, given)
        assert refused.value.reason == f"officer.{refusal}"
        assert case.holder_id == thu.id


def test_a_closed_unit_takes_no_case(world: World, case_id: int) -> None:
    with world.store.writing() as session:
        unit(session, "LINHTRUNG").active = False
        with pytest.raises(permissions.CaseRefused, match="no_such_unit"):
            ACTS["transfer"](world, session, session.get_one(Case, case_id), officer(session, HOLDER))


def test_a_transfer_tells_those_on_duty_there_and_the_person(world: World, case_id: int, lan: Chatter) -> None:
    dung, nam = linked(world, "dung"), linked(world, "nam")
    heard = {chatter.address: len(chatter.read()) for chatter in (dung, nam, lan)}
    with world.store.writing() as session:
        case = session.get_one(Case, case_id)
        officer_desk.transfer(world.desk, session, case, officer(session, HOLDER), unit(session, "KV03"), "Hàng ở đó")
    (notice,) = dung.read()[heard[dung.address] :]
    assert "Hàng ở đó" in notice.text
    assert "officer_claim" in notice.acts
    assert len(nam.read()) == heard[nam.address]
    (told,) = lan.read()[heard[lan.address] :]
    assert told.text == world.text("case.moved", number="2026-00001", unit="Chi cục Hải quan khu vực III")
    assert "Hàng ở đó" not in told.text


def test_those_off_duty_are_not_told_but_the_colleague_it_is_given_to_is(world: World, case_id: int) -> None:
    nam, hanh = linked(world, "nam"), linked(world, "hanh")
    with world.store.writing() as session:
        for name in ("nam", "hanh"):
            officer(session, name).on_duty = False
    heard = len(nam.read()), len(hanh.read())
    with world.store.writing() as session:
        case, thu = session.get_one(Case, case_id), officer(session, HOLDER)
        officer_desk.transfer(world.desk, session, case, thu, case.unit, "Anh rành hơn", officer(session, "nam"))
        assert case.holder_id == officer(session, "nam").id
    assert world.text("officer.transferred_to_you", name="Thu", number="2026-00001") in nam.read()[-1].text
    assert (len(nam.read()), len(hanh.read())) == (heard[0] + 1, heard[1])


@pytest.mark.parametrize("code", ["CATLAI", "CATLAI-1"])
def test_the_person_is_not_told_of_moves_inside_an_office(world: World, case_id: int, lan: Chatter, code: str) -> None:
    heard = len(lan.read())
    with world.store.writing() as session:
        case, thu = session.get_one(Case, case_id), officer(session, HOLDER)
        colleague = officer(session, COLLEAGUE) if code == "CATLAI" else None
        officer_desk.transfer(world.desk, session, case, thu, unit(session, code), "Việc của đội", colleague)
    assert len(lan.read()) == heard


def test_who_held_a_case_is_told_that_the_head_took_it(world: World, case_id: int) -> None:
    thu = linked(world, "thu")
    with world.store.writing() as session:
        case = session.get_one(Case, case_id)
        officer_desk.claim(world.desk, session, case, officer(session, HOLDER))
        for _ in range(2):
            officer_desk.take_over(world.desk, session, case, officer(session, HEAD))
        assert case.holder_id == officer(session, HEAD).id
    told = [
        said.text
        for said in thu.read()
        if world.text("officer.taken_from_you", name="Hanh", number="2026-00001") in said.text
    ]
    assert len(told) == 1


def test_a_return_keeps_its_reason_and_tells_nobody(world: World, case_id: int, lan: Chatter) -> None:
    nam, heard = linked(world, "nam"), len(lan.read())
    before = len(nam.read())
    with world.store.writing() as session:
        case, thu = session.get_one(Case, case_id), officer(session, HOLDER)
        officer_desk.claim(world.desk, session, case, thu)
        officer_desk.give_back(world.desk, session, case, thu, " Nhầm việc ")
    with world.store.reading() as session:
        returned = session.scalars(select(CaseEntry).where(CaseEntry.kind == "returned")).one()
        assert returned.text == "Nhầm việc"
    assert (len(nam.read()), len(lan.read())) == (before, heard)
