"""Whether the console can do its work: it can when it can read the store."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from console.web.site import OfSite


@get("/health", sync_to_thread=True)
def health(site: OfSite) -> Response[dict[str, Any]]:
    try:
        with site.desk.store.reading() as session:
            session.execute(text("SELECT count(*) FROM alembic_version"))
    except SQLAlchemyError as error:
        return Response({"status": "failing", "reason": type(error).__name__}, status_code=503)
    return Response({"status": "ok"}, status_code=200)
