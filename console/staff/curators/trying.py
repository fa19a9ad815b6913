"""“Try a question”: what an enterprise would be answered, why, and whether it depends on how one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from console.web.guard import ADMINISTRATORS, CURATORS, roles
from console.web.site import HttpRequest, OfSite, language_of, officer_of, page
from console.web.typed import day_typed
from desk.answering import trying
from desk.answering.related_law import Passage
from desk.answering.trying import LENGTH, Trial, Tried, TriedPart
from desk.desk import Desk
from desk.guidance.record import LANGUAGES, Language
from desk.speech import Block
from desk.tables.shown import number, percent


@dataclass(frozen=True)
class ShownCandidate:
    """An entry that was weighed; the shares and scores are in words, "–" where the search does not tell."""

    entry: str
    title: str
    address: str
    confidence: str
    lexical: str
    semantic: str
    joint: str
    is_the_answer: bool


@dataclass(frozen=True)
class ShownPart:
    """One question of a message: the message that a person would get, and how the desk came to it."""

    question: str
    outcome: str
    step: str
    why: str
    confidence: str
    entry: str
    searched: Sequence[str]
    blocks: Sequence[Block]
    text: str
    buttons: Sequence[str]
    language: Language
    candidates: Sequence[ShownCandidate]
    law: Sequence[Passage]
    publication: str


@dataclass(frozen=True)
class ShownWay:
    """A question typed in one way. ``same_words``: the person reads the very same as with the first way."""

    way: str
    text: str
    differs: bool
    same_words: bool
    parts: Sequence[ShownPart]


@get("/guidance/try", opt=roles(CURATORS), sync_to_thread=True)
def try_a_question(
    request: HttpRequest,
    site: OfSite,
    q: FromQuery[str] = "",
    lang: FromQuery[str] = "",
    day: FromQuery[str] = "",
) -> Template:
    """The form, and what came of the question in it; nothing is kept."""
    language, asked = language_of(request), q.strip()[:LENGTH]
    wanted: Language | None = next((known for known in LANGUAGES if known == lang), None)
    as_of = day_typed(day)
    is_wrong = bool(day.strip()) and as_of is None
    trial = trying.try_out(site.desk, asked, wanted, as_of) if asked and not is_wrong else None
    officer = officer_of(request)
    return page(
        request,
        site,
        "staff/curators/try.html",
        status=422 if is_wrong else 503 if trial is not None and trial.failed else 200,
        q=asked,
        lang=wanted or "",
        day=day.strip(),
        day_error=site.desk.texts.say("as_of.no_day", language) if is_wrong else "",
        length=LENGTH,
        ways=_ways(site.desk, trial, language) if trial is not None else [],
        differ=trial is not None and any(trial.differs(tried) for tried in trial.ways),
        failed=trial is not None and trial.failed,
        thresholds=_thresholds(site.desk, language),
        may_set=officer is not None and officer.has_any(*ADMINISTRATORS),
    )


def _ways(desk: Desk, trial: Trial, language: Language) -> list[ShownWay]:
    first = _words_of(trial.ways[0])
    return [
        ShownWay(
            tried.way.value,
            tried.text,
            trial.differs(tried),
            tried is not trial.ways[0] and _words_of(tried) == first,
            [_part(desk, trial, part, language) for part in tried.parts],
        )
        for tried in trial.ways
    ]


def _words_of(tried: Tried) -> list[str]:
    return [part.answer.utterance.as_text() for part in tried.parts]


def _part(desk: Desk, trial: Trial, part: TriedPart, language: Language) -> ShownPart:
    answer, say = part.answer, desk.texts.say
    name, shares = trying.why(part, trial.thresholds)
    spent = answer.timings_ms.get("find", 0.0) + answer.timings_ms.get("join", 0.0)
    publication = (
        say("page.try.publication", language, number=answer.publication_no, ms=number(spent, language))
        if answer.publication_no is not None
        else ""
    )
    return ShownPart(
        question=answer.text,
        outcome=answer.outcome.value,
        step=answer.decided_by or "judge",
        why=say(name, language, **{key: percent(share, language, 1) for key, share in shares.items()}),
        confidence=percent(part.confidence, language, 1) if part.confidence is not None else "–",
        entry=part.entry or ", ".join(part.offered) or "–",
        searched=answer.searched,
        blocks=answer.utterance.blocks,
        text=answer.utterance.as_text(),
        buttons=[choice.title for choice in answer.utterance.choices],
        language=answer.language,
        candidates=_candidates(part, language),
        law=part.law,
        publication=publication,
    )


def _candidates(part: TriedPart, language: Language) -> list[ShownCandidate]:
    def score(value: float | None, digits: int) -> str:
        return "–" if value is None else number(value, language, digits)

    return [
        ShownCandidate(
            entry=candidate.version.entry_id,
            title=candidate.title(language),
            address=address_of(candidate.version.entry_id),
            confidence=percent(candidate.hit.confidence, language, 1),
            lexical=score(candidate.hit.lexical, 2),
            semantic=score(candidate.hit.semantic, 3),
            joint=score(candidate.hit.joint, 2),
            is_the_answer=candidate.version.entry_id == part.entry,
        )
        for candidate in part.answer.considered
    ]


def address_of(entry: str) -> str:
    """The page of an entry of the guidance."""
    return f"/desk/guidance/entries/{quote(entry)}"


def _thresholds(desk: Desk, language: Language) -> list[tuple[str, str]]:
    """Value and words of the thresholds in force."""
    names = ("answer", "despite_matter", "clarify", "related_law")
    values = {name: percent(desk.settings.value(name), language, 1) for name in names}
    return [(value, desk.texts.say(f"setting.{name}.name", language)) for name, value in values.items()]
