"""Citations that are written as one text in the form of a draft, read into the rows of its legal basis."""

from __future__ import annotations

from collections.abc import Mapping

from console.staff.curators.draft_form import ROWS, row_counts
from console.web.typed import words
from desk.desk import Desk
from desk.guidance.record import Language
from desk.law.citations.model import Found

#: The parts of a row, as a citation calls them.
_PARTS = ROWS["legal_basis"]


def with_citations_read(desk: Desk, fields: Mapping[str, str], language: Language) -> tuple[dict[str, str], str]:
    """The fields with the citations of the text field in rows, and what is wrong with those that stay in it, in words.

    Where one of them is not certain nothing is moved: the text stays as it was typed.
    """
    typed = words(fields, "citations")
    if not typed:
        return dict(fields), ""
    found = desk.citations.find(typed, as_of=desk.today())
    doubtful = [one for one in found if not one.is_resolved]
    if doubtful or not found:
        said = [_said(desk, one, language) for one in doubtful] or [desk.texts.say("citation.none", language)]
        return dict(fields), " ".join(dict.fromkeys(said))
    return {**fields, **_rows(fields, found), "citations": ""}, ""


def _rows(fields: Mapping[str, str], found: list[Found]) -> dict[str, str]:
    """New rows behind those that are filled in; a citation that has a row gets no second one."""
    used = row_counts(fields)["legal_basis"] - 1
    present = {tuple(words(fields, f"legal_basis-{place}-{part}") for part in _PARTS) for place in range(used)}
    wanted = dict.fromkeys(tuple(getattr(one, part) or "" for part in _PARTS) for one in found)
    new = [row for row in wanted if row not in present]
    return {
        f"legal_basis-{used + place}-{part}": value
        for place, row in enumerate(new)
        for part, value in zip(_PARTS, row, strict=True)
    }


def _said(desk: Desk, found: Found, language: Language) -> str:
    match found.doubt:
        case "unlisted":
            return desk.texts.say("citation.unlisted", language, text=found.text, number=found.instrument)
        case "ambiguous":
            named = ", ".join(found.candidates)
            return desk.texts.say("citation.ambiguous", language, text=found.text, candidates=named)
        case doubt:
            return desk.texts.say(f"citation.{doubt}", language, text=found.text)
