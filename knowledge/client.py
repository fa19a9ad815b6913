"""The desk's side of the knowledge process: asks it over HTTP and loads no model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from functools import partial
from typing import Any

import httpx

from desk.guidance.record import GuidanceRecord, Language
from desk.observing import UNOBSERVED, Observer, timed
from desk.ports import Hit, Indexed, LawHit, SearchResult, SearchUnavailable, Trial

#: Characters of a text that are sent; the search looks at no more.
MAX_LENGTH = 2_000
#: Characters of a text that are compared with others, and how many others go in one request.
COMPARED_LENGTH = 1_000
COMPARED_AT_ONCE = 50
#: Questions of a trial that go in one request, and seconds that its answer is waited for.
TRIED_AT_ONCE = 300
FOR_TRIALS = 60.0
#: Seconds in which the state of the index is told; a page waits for it.
SOON = 1.0


class KnowledgeClient:
    """Implements desk.ports.Knowledge; keeps its connections open and may be used by several threads."""

    def __init__(
        self,
        base_url: str,
        timeout: float = 5.0,
        observer: Observer = UNOBSERVED,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """``timeout`` is in seconds, for each of connecting, sending and waiting.

        ``observer`` is told how long each question took; ``headers`` show that a process of the desk asks.
        """
        self._http = httpx.Client(base_url=base_url, timeout=timeout, trust_env=False, headers=headers)
        self._observer = observer

    def search(self, text: str, language: Language, limit: int = 5, as_of: dt.date | None = None) -> SearchResult:
        """Find the entries that may answer the text on a day; raises SearchUnavailable."""
        asked: dict[str, object] = {"text": text[:MAX_LENGTH], "language": language, "limit": limit}
        if as_of is not None:
            asked["as_of"] = as_of.isoformat()
        with _said_plainly():
            return _result(self._post("/search", asked))

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """How likely each of the others asks the same as the text, 0 to 1; raises SearchUnavailable."""
        found: list[float] = []
        for start in range(0, len(others), COMPARED_AT_ONCE):
            some = [other[:COMPARED_LENGTH] for other in others[start : start + COMPARED_AT_ONCE]]
            with _said_plainly():
                got = self._post("/likeness", {"text": text[:COMPARED_LENGTH], "others": some})["likeness"]
                if len(got) != len(some):
                    raise ValueError("not one number a text")
                found += map(float, got)
        return found

    def trial(
        self,
        candidate: GuidanceRecord | None,
        entry: str,
        questions: Sequence[tuple[str, Language]],
        as_of: dt.date,
        limit: int = 5,
    ) -> list[Trial]:
        """What each question finds, and would find with the candidate as the entry's text; raises SearchUnavailable."""
        asked = {
            "candidate": candidate.as_json() if candidate is not None else None,
            "entry": entry,
            "as_of": as_of.isoformat(),
            "limit": limit,
        }
        found: list[Trial] = []
        for start in range(0, len(questions), TRIED_AT_ONCE):
            some = [
                {"text": text[:MAX_LENGTH], "language": language}
                for text, language in questions[start : start + TRIED_AT_ONCE]
            ]
            with _said_plainly():
                got = self._post("/trial", asked | {"questions": some}, timeout=FOR_TRIALS)["trials"]
                if len(got) != len(some):
                    raise ValueError("not one trial a question")
                found += [Trial(_hits(one["before"]), _hits(one["after"])) for one in got]
        return found

    def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """The meaning of each text as a vector of length 1, or 0 where it has no words; raises SearchUnavailable."""
        found: list[list[float]] = []
        for start in range(0, len(texts), COMPARED_AT_ONCE):
            some = [text[:COMPARED_LENGTH] for text in texts[start : start + COMPARED_AT_ONCE]]
            with _said_plainly():
                got = self._post("/vectors", {"texts": some})["vectors"]
                if len(got) != len(some):
                    raise ValueError("not one vector a text")
                found += [list(map(float, vector)) for vector in got]
        return found

    def indexed(self, publication_no: int) -> Indexed:
        """What is searched now, and since when this publication is; raises SearchUnavailable."""
        with _said_plainly():
            response = self._http.get(f"/publications/{publication_no}", timeout=SOON)
            response.raise_for_status()
            told = response.json()
            since = dt.datetime.fromisoformat(told["since"]) if told["since"] is not None else None
            return Indexed(int(told["publication_no"]), since)

    def _post(self, path: str, asked: Mapping[str, Any], timeout: float | None = None) -> Any:
        with timed(partial(self._tell, path.removeprefix("/"))):
            response = self._http.post(path, json=asked, timeout=timeout or self._http.timeout)
            response.raise_for_status()
            return response.json()

    def _tell(self, act: str, seconds: float, error: BaseException | None) -> None:
        self._observer.searched(act, seconds, failed=error is not None)

    def healthy(self) -> bool:
        """Whether the knowledge process answers and has its guidance indexed."""
        try:
            return self._http.get("/health").status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        self._http.close()


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Whatever goes wrong between the two processes is one error to the desk."""
    try:
        yield
    except httpx.HTTPError as error:
        raise SearchUnavailable(f"The knowledge process did not answer: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SearchUnavailable(f"The knowledge process answered with something else: {error!r}") from error


def _result(data: Any) -> SearchResult:
    law = [LawHit(**{field.name: hit[field.name] for field in fields(LawHit)}) for hit in data["law"]]
    return SearchResult(data["publication_no"], _hits(data["hits"]), data["timings_ms"], law)


def _hits(data: Any) -> list[Hit]:
    measured = ("lexical", "semantic", "joint")
    return [
        Hit(hit["entry"], hit["version"], hit["score"], hit["confidence"], *(hit.get(name) for name in measured))
        for hit in data
    ]
