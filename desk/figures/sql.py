"""What figures ask of a database in words that SQLite and PostgreSQL both have."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class DayInVietNam(FunctionElement[str]):
    """The day on which a moment lies in Viet Nam, as 2026-11-23."""

    type = String()
    inherit_cache = True
    name = "day_in_viet_nam"


@compiles(DayInVietNam, "sqlite")
def _sqlite(element: DayInVietNam, compiler: SQLCompiler, **more: Any) -> str:
    # SQLite keeps moments as texts in UTC, and knows no time zones. Viet Nam has been seven hours ahead since 1975.
    return f"date({compiler.process(element.clauses, **more)}, '+7 hours')"


@compiles(DayInVietNam, "postgresql")
def _postgresql(element: DayInVietNam, compiler: SQLCompiler, **more: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **more)} AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD')"


def day_of(
    moment: InstrumentedAttribute[dt.datetime] | InstrumentedAttribute[dt.datetime | None],
) -> ColumnElement[str]:
    return DayInVietNam(moment)
