"""Numbers and the cells of tables as a language writes them."""

from __future__ import annotations

import datetime as dt

from babel.numbers import format_decimal, format_percent

from desk.guidance.record import Language
from desk.tables.table import Cell, Column, Kind
from desk.working_time.hours import local

#: What stands where there is no value.
NOTHING = "–"


def number(value: float, language: Language, digits: int = 0) -> str:
    """A number as the language writes it, with so many digits after the point: 1.234,5 and 1,234.5."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale=language))


def parts(value: float, language: Language) -> str:
    """A count, which is a whole number or, where a case is shared, one with a tenth: 12 and 3.5."""
    return number(value, language, 0 if value == int(value) else 1)


def percent(share: float, language: Language, digits: int = 0) -> str:
    """A share of 1 in hundredths: 93,5% and 93.5%."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    return str(format_percent(share, format=pattern, locale=language))


def in_words(cell: Cell, column: Column, language: Language) -> str:
    """A cell as a reader of the language takes it."""
    match cell:
        case None:
            return NOTHING
        case str():
            return cell
        case dt.datetime():
            return f"{local(cell):%H:%M} {_day(local(cell).date(), language)}"
        case dt.date():
            return _day(cell, language)
        case _:
            if column.kind is Kind.SHARE:
                return percent(cell, language, column.digits)
            return number(cell, language, column.digits) if column.digits else parts(cell, language)


def _day(date: dt.date, language: Language) -> str:
    return f"{date.day}/{date.month}/{date.year}" if language == "vi" else f"{date:%-d %b %Y}"
