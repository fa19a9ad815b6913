"""Acting for an enterprise, in chat: for whom one acts, asking to act, the code, leaving, and who else acts."""

from __future__ import annotations

import json
from collections.abc import Callable

from desk.conversations import service as conversations
from desk.conversations.turn import Turn
from desk.enterprises import access, acting, codes, person_desk
from desk.enterprises import service as enterprises
from desk.enterprises.model import Enterprise, Membership, MembershipKind, MembershipState
from desk.enterprises.service import EnterpriseRefused
from desk.speech import Block, Choice, Utterance

TAX_CODE, NAME, INTRODUCTION, CODE = "enterprise_tax_code", "enterprise_name", "enterprise_person", "enterprise_code"


def enterprise(turn: Turn) -> None:
    """The command: how things stand; with a tax code behind it, the beginning of a request."""
    if turn.incoming.argument.strip():
        _guarded(turn, lambda: _ask_kind(turn, person_desk.checked_tax_code(turn.incoming.argument)))
    else:
        status(turn)


def status(turn: Turn) -> None:
    """For whom the person acts now, for whom else they may or asked to, and what they can do about it."""
    person = turn.chat.person
    now_for = access.acting_for(turn.session, person)
    held = enterprises.of_person(turn.session, person)
    current = turn.text("enterprise.acts_for", name=now_for.enterprise.name) if now_for else None
    blocks = [Block("paragraph", current or turn.text("enterprise.acts_for_nobody"))]
    if held:
        lines = tuple(_line(turn, membership) for membership in held)
        blocks.append(Block("list", label=turn.text("enterprise.list"), items=lines))
    choices = [choice for membership in held for choice in _choices(turn, membership, now_for)]
    if now_for is not None:
        choices.append(turn.choice("act_for", "", title=turn.text("enterprise.for_nobody")))
    choices.append(turn.choice("ask_to_act"))
    turn.say(Utterance(tuple(blocks), tuple(choices)))


def act_for(turn: Turn, enterprise_id: str) -> None:
    """Act for this enterprise from now on; without one, for nobody."""
    _guarded(turn, lambda: _act_for(turn, int(enterprise_id) if enterprise_id else None))


def ask_to_act(turn: Turn, tax_code: str) -> None:
    """The first step of a request: as what."""
    _ask_kind(turn, tax_code)


def ask_as(turn: Turn, argument: str) -> None:
    """The second: the tax code, where it was not given before. ``argument``: kind:tax code."""
    kind, _, tax_code = argument.partition(":")
    if tax_code:
        _await(turn, NAME, [kind, tax_code], "enterprise.ask_name")
    else:
        _await(turn, TAX_CODE, [kind], "enterprise.ask_tax_code")


def send_code(turn: Turn, membership_id: str) -> None:
    """Send a code to the contact on record, and wait for it here."""
    _guarded(turn, lambda: _send_code(turn, int(membership_id)))


def enter_code(turn: Turn, membership_id: str) -> None:
    """The next text is the code."""
    _guarded(turn, lambda: _await_code(turn, _own(turn, int(membership_id)), "enterprise.ask_code"))


def stop_acting(turn: Turn, membership_id: str) -> None:
    """Give up a membership or a request; asked once more, since only an officer or a code brings it back."""
    membership_id, _, sure = membership_id.partition(":")
    _guarded(turn, lambda: _stop_acting(turn, int(membership_id), bool(sure)))


def enterprise_people(turn: Turn, enterprise_id: str) -> None:
    """Who acts for the enterprise, as its staff see it."""
    _guarded(turn, lambda: _people(turn, int(enterprise_id)))


def end_broker(turn: Turn, membership_id: str) -> None:
    """Staff end a broker's acting for their enterprise."""
    _guarded(turn, lambda: _end_broker(turn, int(membership_id)))


def tax_code_typed(turn: Turn, argument: str) -> None:
    """The tax code that was asked for; a wrong one is asked for again."""
    (kind,) = json.loads(argument)
    _guarded(turn, lambda: ask_as(turn, f"{kind}:{person_desk.checked_tax_code(turn.incoming.text)}"))


def name_typed(turn: Turn, argument: str) -> None:
    """The enterprise's name: always asked for, so that it is not told whether the desk knows the enterprise."""

    def go_on() -> None:
        name = person_desk.checked_words(turn.incoming.text, enterprises.NAME_LENGTH)
        _await(turn, INTRODUCTION, [*json.loads(argument), name], "enterprise.ask_introduction")

    _guarded(turn, go_on)


def introduction_typed(turn: Turn, argument: str) -> None:
    """The last step: the request is made."""
    kind, tax_code, name = json.loads(argument)

    def go_on() -> None:
        introduction = person_desk.checked_words(turn.incoming.text, enterprises.INTRODUCTION_LENGTH)
        conversations.awaits(turn.conversation, None)
        membership = enterprises.ask(
            turn.session,
            turn.chat.person,
            tax_code=tax_code,
            kind=MembershipKind(kind),
            name=name,
            introduction=introduction,
            at=turn.now,
        )
        _say_asked(turn, membership)

    _guarded(turn, go_on)


def code_typed(turn: Turn, membership_id: str) -> None:
    """The code that was asked for."""
    _guarded(turn, lambda: _code_typed(turn, int(membership_id)))


#: What the person's next text is, where one of these is awaited.
AWAITED: dict[str, Callable[[Turn, str], None]] = {
    TAX_CODE: tax_code_typed,
    NAME: name_typed,
    INTRODUCTION: introduction_typed,
    CODE: code_typed,
}


def _ask_kind(turn: Turn, tax_code: str) -> None:
    choices = [
        turn.choice("ask_as", f"{kind}:{tax_code}", title=turn.text(f"enterprise.as.{kind}")) for kind in MembershipKind
    ]
    turn.say_text("enterprise.ask_kind", [*choices, turn.choice("stop_writing")])


def _say_asked(turn: Turn, membership: Membership) -> None:
    enterprise = membership.enterprise
    choices = []
    if codes.is_offered(turn.desk, enterprise) and enterprise.contact is not None:
        choices.append(turn.choice("send_code", str(membership.id)))
        offer = turn.text("enterprise.code_offered", contact=codes.masked(enterprise.contact))
        turn.say(Utterance.plain(turn.text("enterprise.asked", tax_code=enterprise.tax_code), offer, choices=choices))
        return
    turn.say_text("enterprise.asked", tax_code=enterprise.tax_code)


def _act_for(turn: Turn, enterprise_id: int | None) -> None:
    chosen = acting.choose(turn.desk, turn.session, turn.chat.person, enterprise_id)
    _go_on_anew(turn)
    if chosen is None:
        turn.say_text("enterprise.acts_for_nobody")
    else:
        turn.say_text("enterprise.acts_for", [turn.choice("my_cases")], name=chosen.name)


def _send_code(turn: Turn, membership_id: int) -> None:
    membership = _own(turn, membership_id)
    codes.send(turn.desk, turn.session, membership)
    contact = codes.masked(membership.enterprise.contact or "")
    minutes = int(codes.LASTS.total_seconds() // 60)
    _await_code(turn, membership, "enterprise.code_sent", contact=contact, minutes=minutes)


def _await_code(turn: Turn, membership: Membership, text: str, **values: object) -> None:
    if not codes.may_be_tried(turn.session, membership, turn.now):
        raise EnterpriseRefused("enterprise.code_void")
    conversations.awaits(turn.conversation, CODE, str(membership.id), turn.now + codes.LASTS)
    turn.say(Utterance.plain(turn.text(text, **values), choices=[turn.choice("stop_writing")]))


def _code_typed(turn: Turn, membership_id: int) -> None:
    membership = _own(turn, membership_id)
    if person_desk.prove(turn.desk, turn.session, membership, turn.incoming.text):
        conversations.awaits(turn.conversation, None)
        _go_on_anew(turn)
        turn.say_text("enterprise.verified_by_code", [turn.choice("my_cases")], name=membership.enterprise.name)
    elif codes.may_be_tried(turn.session, membership, turn.now):
        turn.say_text("enterprise.code_wrong", [turn.choice("stop_writing")])
    else:
        raise EnterpriseRefused("enterprise.code_void")


def _stop_acting(turn: Turn, membership_id: int, sure: bool) -> None:
    membership = _own(turn, membership_id)
    name = membership.enterprise.name
    if membership.state == MembershipState.VERIFIED and not sure:
        choices = [turn.choice("stop_acting", f"{membership.id}:sure"), turn.choice("stop_writing")]
        turn.say_text("enterprise.sure_to_stop", choices, name=name)
        return
    person_desk.leave(turn.desk, turn.session, membership)
    _go_on_anew(turn)
    turn.say_text("enterprise.stopped", name=name)


def _people(turn: Turn, enterprise_id: int) -> None:
    enterprise = turn.session.get_one(Enterprise, enterprise_id)
    people = person_desk.colleagues(turn.session, turn.chat.person, enterprise)
    lines = tuple(
        turn.text("enterprise.person", who=_who(turn, held), kind=turn.text(f"enterprise.kind.{held.kind}"))
        for held in people
    )
    brokers = [held for held in people if held.kind == MembershipKind.BROKER]
    choices = tuple(
        turn.choice("end_broker", str(held.id), title=turn.text("enterprise.end_broker_of", who=_who(turn, held)))
        for held in brokers
    )
    label = turn.text("enterprise.people_of", name=enterprise.name)
    turn.say(Utterance((Block("list", label=label, items=lines),), choices))


def _end_broker(turn: Turn, membership_id: int) -> None:
    membership = person_desk.end_broker(turn.desk, turn.session, turn.chat.person, membership_id)
    turn.say_text("enterprise.broker_ended", who=_who(turn, membership))


def _who(turn: Turn, membership: Membership) -> str:
    return membership.introduction or membership.person.name or turn.text("enterprise.no_name")


def _line(turn: Turn, membership: Membership) -> str:
    return turn.text(
        "enterprise.line",
        name=membership.enterprise.name,
        tax_code=membership.enterprise.tax_code,
        kind=turn.text(f"enterprise.kind.{membership.kind}"),
        state=turn.text(f"enterprise.state.{membership.state}"),
    )


def _choices(turn: Turn, membership: Membership, now_for: Membership | None) -> list[Choice]:
    """What can be done about one membership."""
    name, id_ = membership.enterprise.name, str(membership.id)
    choices = []
    if membership.state == MembershipState.ASKED:
        if codes.may_be_tried(turn.session, membership, turn.now):
            choices.append(turn.choice("enter_code", id_))
        elif codes.is_offered(turn.desk, membership.enterprise):
            choices.append(turn.choice("send_code", id_))
    elif now_for is None or now_for.id != membership.id:
        title = turn.text("enterprise.act_for", name=name)
        choices.append(turn.choice("act_for", str(membership.enterprise_id), title=title))
    elif membership.kind == MembershipKind.STAFF:
        choices.append(turn.choice("enterprise_people", str(membership.enterprise_id)))
    title = turn.text("enterprise.stop_acting_for", name=name)
    return [*choices, turn.choice("stop_acting", id_, title=title)]


def _own(turn: Turn, membership_id: int) -> Membership:
    return person_desk.own(turn.session, turn.chat.person, membership_id)


def _go_on_anew(turn: Turn) -> None:
    """Acting for another ended the conversation; what is said now begins the next one."""
    turn.conversation = conversations.current(turn.session, turn.chat, "", turn.now)


def _await(turn: Turn, what: str, known: list[str], text: str) -> None:
    until = turn.now + codes.LASTS
    conversations.awaits(turn.conversation, what, json.dumps(known, ensure_ascii=False), until)
    turn.say(Utterance.plain(turn.text(text), choices=[turn.choice("stop_writing")]))


def _guarded(turn: Turn, act: Callable[[], None]) -> None:
    """Do it; what is refused is said, and what was awaited stays awaited."""
    try:
        act()
    except EnterpriseRefused as refused:
        turn.say_text(refused.reason, [turn.choice("stop_writing")] if turn.conversation.awaiting in AWAITED else [])
