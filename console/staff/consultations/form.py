"""The form of a consultation: its fields, and the plan that they make."""

from __future__ import annotations

from collections.abc import Mapping

from console.web.typed import day_typed, words
from desk.consultations.permissions import ConsultationRefused
from desk.consultations.plan import MOST_QUESTIONS, ConsultationPlan
from desk.guidance.record import LANGUAGES
from desk.questionnaires.plan import Words
from desk.subscriptions.service import TOPICS

TEXTS = ("title", "summary", "changes")
#: Rows of questions that are offered at first, and how many are empty beside those that are filled in.
FIRST_ROWS, SPARE = 3, 2

Fields = Mapping[str, str]


def of_plan(plan: ConsultationPlan) -> dict[str, str]:
    """A plan as the fields of its form."""
    fields = {f"{part}-{code}": getattr(getattr(plan, part), code) for part in TEXTS for code in LANGUAGES}
    fields |= {f"topics-{topic}": "yes" for topic in plan.topics}
    for row, question in enumerate(plan.questions):
        fields |= {f"question-{row}-{code}": getattr(question, code) for code in LANGUAGES}
    last_day = plan.last_day.isoformat() if plan.last_day else ""
    return fields | {"reference": plan.reference, "last_day": last_day}


def plan_in(fields: Fields) -> ConsultationPlan:
    """What the form says; raises ConsultationRefused for a day that is none."""
    last_day = day_typed(fields.get("last_day"))
    if words(fields, "last_day") and last_day is None:
        raise ConsultationRefused("page.consultations.refused_day", "last_day")
    texts = {part: Words(*(words(fields, f"{part}-{code}") for code in LANGUAGES)) for part in TEXTS}
    rows = [Words(*(words(fields, f"question-{row}-{code}") for code in LANGUAGES)) for row in range(MOST_QUESTIONS)]
    return ConsultationPlan(
        **texts,
        reference=words(fields, "reference"),
        topics=tuple(topic for topic in TOPICS if fields.get(f"topics-{topic}")),
        questions=tuple(row for row in rows if row.vi or row.en),
        last_day=last_day,
    )


def rows(fields: Fields, *, more: bool = False) -> int:
    """How many rows of questions the form shows."""
    used = [row for row in range(MOST_QUESTIONS) if any(fields.get(f"question-{row}-{code}") for code in LANGUAGES)]
    shown = (used[-1] + 1 if used else 0) + SPARE
    return min(MOST_QUESTIONS, max(FIRST_ROWS, shown) + (SPARE if more else 0))
