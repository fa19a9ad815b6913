"""What templates may do with a value: moments on local clocks, private links made clickable, files' addresses."""

from __future__ import annotations

import datetime as dt
import re

from jinja2 import Environment
from markupsafe import Markup, escape

from console.web.site import asset, styles
from desk.answering.compose import day
from desk.cases.words import moment
from desk.guidance.record import Language
from desk.shortening import shortened
from desk.tables.shown import in_words, number, percent
from desk.working_time.hours import local


def add_to(environment: Environment) -> None:
    environment.filters |= {
        "moment": moment,
        "clock": clock,
        "linked": linked,
        "shortened": shortened,
        "iso": iso,
        "day": day,
        "number": number,
        "percent": percent,
        "in_words": in_words,
    }
    environment.globals |= {"asset": asset, "styles": styles}


def clock(at: dt.datetime, language: Language) -> str:
    """A moment in few letters: 14:05 · 22/11/2026."""
    here = local(at)
    return f"{here:%H:%M} · {here.day}/{here.month}/{here.year}" if language == "vi" else f"{here:%H:%M · %-d %b %Y}"


def iso(at: dt.datetime) -> str:
    return at.isoformat()


def linked(text: str, case_address: str) -> Markup:
    """The text with addresses of this desk's cases as links; no other address becomes one."""
    parts = re.split(f"({re.escape(case_address)}[A-Za-z0-9_-]+)", text)
    return Markup("").join(
        Markup('<a href="{0}">{0}</a>').format(part) if part.startswith(case_address) else escape(part)
        for part in parts
    )
