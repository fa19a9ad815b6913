"""The desk's side of the knowledge process: asks it over HTTP and loads no model."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import httpx

from desk.guidance.record import Language
from desk.ports import Hit, LawHit, SearchResult, SearchUnavailable

#: Characters of a text that are sent; the search looks at no more.
MAX_LENGTH = 2_000


class KnowledgeClient:
    """Implements desk.ports.GuidanceSearch; keeps its connections open and may be used by several threads."""

    def __init__(self, base_url: str, timeout: float = 5.0) -> None:
        """``timeout`` is in seconds, for each of connecting, sending and waiting."""
        self._http = httpx.Client(base_url=base_url, timeout=timeout, trust_env=False)

    def search(self, text: str, language: Language, limit: int = 5) -> SearchResult:
        """Find the entries that may answer the text; raises SearchUnavailable."""
        asked = {"text": text[:MAX_LENGTH], "language": language, "limit": limit}
        try:
            response = self._http.post("/search", json=asked)
            response.raise_for_status()
            return _result(response.json())
        except httpx.HTTPError as error:
            raise SearchUnavailable(f"The knowledge process did not answer: {error}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise SearchUnavailable(f"The knowledge process answered with something else: {error!r}") from error

    def healthy(self) -> bool:
        """Whether the knowledge process answers and has its guidance indexed."""
        try:
            return self._http.get("/health").status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        self._http.close()


def _result(data: Any) -> SearchResult:
    hits = [Hit(hit["entry"], hit["version"], hit["score"], hit["confidence"]) for hit in data["hits"]]
    law = [LawHit(**{field.name: hit[field.name] for field in fields(LawHit)}) for hit in data["law"]]
    return SearchResult(data["publication_no"], hits, data["timings_ms"], law)
