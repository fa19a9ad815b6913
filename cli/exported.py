"""What a command takes out as a file is an act of the operator, recorded before it is written."""

from __future__ import annotations

from collections.abc import Mapping

from desk.audit.exporting import Export, record_export
from desk.desk import Desk


def recorded(
    desk: Desk, what: Export, format: str, *, subject: str = "", asked: Mapping[str, str] | None = None
) -> None:
    """Note it; ``asked`` is what it was narrowed by, as it was typed. Call it with no session open."""
    with desk.store.writing() as session:
        record_export(session, what, actor="operator", at=desk.now(), format=format, subject=subject, asked=asked or {})
