"""`customs cases alike`: the open cases that ask the same as one, and what others answered."""

from __future__ import annotations

from cli.parts import desk_and_settings, shown
from cli.terminal import out, refuse
from desk.cases import queries
from desk.cases.alike import search as alike
from desk.shortening import shortened


def cases_alike(number: str) -> None:
    """Show the open cases that ask the same, and what was answered to such questions."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        case = queries.by_number(session, number)
    if case is None:
        refuse(f"There is no case {number!r}.")
    found = alike.find(desk, case.id, None, "en")
    if found.failed:
        refuse(desk.texts.say("alike.unavailable", "en"))
    out.print(f"{number}: {shortened(case.question, 200)}", markup=False)
    out.print("\n-- open cases")
    for one in found.cases:
        held = f", held by {one.holder}" if one.holder else ""
        out.print(f"{one.number} ({one.unit}, {one.language}{held}): {shortened(one.question, 200)}", markup=False)
    out.print("\n-- answers")
    for answer in found.answers:
        out.print(f"{answer.number} ({answer.unit}), {shown(answer.answered_at)}: {answer.question}", markup=False)
        out.print(answer.answer, markup=False)
