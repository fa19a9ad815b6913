"""The knowledge process: the search engine over HTTP, for doors that must not load a model themselves."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

import anyio.to_thread
from litestar import Litestar, Request, Response, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from desk.guidance.record import GuidanceRecord, Language
from desk.ports import SearchUnavailable
from knowledge.engine.engine import Engine

log = logging.getLogger(__name__)

#: Longer bodies are refused unread, in bytes.
_MAX_BODY = 256 * 1024
#: More texts are refused; whoever has more asks again.
MOST_COMPARED = 64
#: So many questions of the greatest length, and a record, are less than so many bytes.
MOST_TRIED = 300
_MAX_TRIAL = 4 * 1024 * 1024


class Compared(BaseModel):
    """The body of POST /likeness."""

    model_config = ConfigDict(extra="forbid")

    text: str
    others: list[str] = Field(max_length=MOST_COMPARED)


class Embedded(BaseModel):
    """The body of POST /vectors."""

    model_config = ConfigDict(extra="forbid")

    texts: list[str] = Field(max_length=MOST_COMPARED)


class Asked(BaseModel):
    """The body of POST /search. Of the text, the engine searches the first 2,000 characters."""

    model_config = ConfigDict(extra="forbid")

    text: str
    language: Language
    limit: int = Field(default=5, ge=1, le=20)
    as_of: dt.date | None = None


class TriedQuestion(BaseModel):
    """One question of a trial."""

    model_config = ConfigDict(extra="forbid")

    text: str
    language: Language


class Tried(BaseModel):
    """The body of POST /trial."""

    model_config = ConfigDict(extra="forbid")

    candidate: GuidanceRecord | None
    entry: str
    questions: list[TriedQuestion] = Field(max_length=MOST_TRIED)
    as_of: dt.date
    limit: int = Field(default=5, ge=1, le=20)


def create_app(engine: Engine) -> Litestar:
    """The app over this engine; it begins to index when the app starts, and stops watching when it ends."""

    @post("/search", status_code=200, sync_to_thread=True)
    def search(data: JSONBody[Asked]) -> dict[str, Any]:
        started = time.perf_counter()
        result = engine.search(data.text, data.language, data.limit, data.as_of)
        timings = {step: round(spent, 3) for step, spent in result.timings_ms.items()}
        timings["total"] = round((time.perf_counter() - started) * 1000, 3)
        return {
            "publication_no": result.publication_no,
            "hits": [asdict(hit) for hit in result.hits],
            "law": [asdict(hit) for hit in result.law],
            "timings_ms": timings,
        }

    @post("/likeness", status_code=200, sync_to_thread=True)
    def likeness(data: JSONBody[Compared]) -> dict[str, list[float]]:
        return {"likeness": engine.likeness(data.text, data.others)}

    @post("/trial", status_code=200, sync_to_thread=True, request_max_body_size=_MAX_TRIAL)
    def trial(data: JSONBody[Tried]) -> dict[str, Any]:
        questions = [(question.text, question.language) for question in data.questions]
        trials = engine.trial(data.candidate, data.entry, questions, data.as_of, data.limit)
        return {"trials": [asdict(one) for one in trials]}

    @post("/vectors", status_code=200, sync_to_thread=True)
    def vectors(data: JSONBody[Embedded]) -> dict[str, list[list[float]]]:
        return {"vectors": engine.vectors(data.texts)}

    @get("/publications/{number:int}", sync_to_thread=False)
    def publication(number: FromPath[int]) -> dict[str, Any]:
        indexed = engine.indexed(number)
        since = indexed.since.isoformat() if indexed.since is not None else None
        return {"publication_no": indexed.publication_no, "since": since}

    @get("/health", sync_to_thread=False)
    def health() -> Response[dict[str, Any]]:
        publication_no = engine.publication_no
        loading = publication_no is None
        told: dict[str, object] = {
            "status": "loading" if loading else "ok",
            "publication_no": publication_no,
            "model": engine.model,
        }
        told |= dict(engine.contents())
        return Response(told, status_code=503 if loading else 200)

    @asynccontextmanager
    async def watching(_: Litestar) -> AsyncIterator[None]:
        engine.watch()
        try:
            yield
        finally:
            await anyio.to_thread.run_sync(engine.stop)

    return Litestar(
        [search, likeness, vectors, trial, publication, health],
        lifespan=[watching],
        exception_handlers={SearchUnavailable: _unavailable, RecursionError: _too_deep, 500: _failed},
        request_max_body_size=_MAX_BODY,
        openapi_config=None,
        logging_config=None,
    )


def _too_deep(_: Request[Any, Any, Any], __: Exception) -> Response[dict[str, str]]:
    """Nothing of ours goes so deep: it is the body, in which something is within something a thousand times."""
    return Response({"detail": "nested too deeply"}, status_code=400)


def _failed(_: Request[Any, Any, Any], error: Exception) -> Response[dict[str, str]]:
    log.error("a question could not be worked on", exc_info=error)
    return Response({"detail": "Internal Server Error"}, status_code=500)


def _unavailable(_: Request[Any, Any, Any], error: SearchUnavailable) -> Response[dict[str, str]]:
    return Response({"detail": str(error)}, status_code=503)
