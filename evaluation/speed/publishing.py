"""How long it takes from publishing to the first search that finds it, against a store, and what it costs a search.

`python -m evaluation.speed.publishing ENTRIES [EACH]` prints one line of JSON, of EACH new entries and as many edits.
In a process of its own for each size.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bootstrap.engine import engine_following
from bootstrap.settings import Settings, read_settings
from desk.guidance import service as guidance
from desk.guidance.model import GuidanceEntry, GuidanceVersion
from desk.guidance.record import GuidanceRecord, Language
from desk.migrations.run import migrate
from desk.ports import Corpus, PublishedEntry
from desk.store import Store, make_engine
from evaluation.retrieval.setting import embedder, shipped_records, vector_cache
from evaluation.speed.made_up import Borrowing, MadeUp
from evaluation.speed.material import written_passages
from evaluation.speed.memory import resident
from evaluation.speed.timing import percentiles
from knowledge.engine.engine import Engine
from knowledge.engine.index.elsewhere import matters
from knowledge.engine.index.guidance_index import Embed, GuidanceIndex
from knowledge.engine.judging.ranking import rank
from knowledge.engine.model.embedding import Embedded, Embedder
from knowledge.engine.model.vector_cache import text_hash
from knowledge.engine.snapshot import Snapshot

#: Publications that are measured: as many new entries as edits of entries that ship.
EACH = 25
#: Seconds between two publications, and between two looks whether it is found.
_APART, _LOOK = 0.3, 0.02
#: What is not found after so many seconds, on the busiest of machines, ends the measurement; and so does an index of
#: all guidance that is not made within so many: that of a hundred thousand entries takes the better part of an hour.
_PATIENCE, _PATIENCE_AT_FIRST = 600.0, 7_200.0
#: Up to so many entries an index is made whole beside the one that is measured: there is room in memory for both.
_TWICE = 20_000
#: Searches that are timed while nothing is published.
_QUIET = 300
BY = "officer:measuring"


class NotFound(Exception):
    """What was published was not found in time."""


def measure(settings: Settings, entries: int, each: int = EACH) -> dict[str, Any]:
    """Figures of a desk with so many entries: those that ship, and made-up ones beside them."""
    shipped = shipped_records(settings)[:entries]
    made = MadeUp(shipped)
    filling = list(made.records(entries - len(shipped)))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(make_engine(f"sqlite:///{Path(folder) / 'desk.sqlite'}"))
        migrate(store.engine)
        _fill(store, [*shipped, *filling])
        engine, known = _engine(settings, store, shipped, filling, Path(folder))
        began = time.perf_counter()
        engine.watch()
        _until(lambda: engine.publication_no is not None, _PATIENCE_AT_FIRST)
        first = time.perf_counter() - began
        figures = _published(store, engine, made, shipped, known, each)
        engine.stop()
        store.engine.dispose()
    return {"entries": entries, "first_s": round(first, 1), **figures}


def _fill(store: Store, records: Sequence[GuidanceRecord]) -> None:
    """Put the records into the store as if each were published once; publishing one by one would take minutes."""
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    with store.writing() as session:
        number = guidance.raise_publication_no(session)
        session.execute(
            insert(GuidanceEntry), [{"id": one.id, "group": one.group, "created_at": at} for one in records]
        )
        session.execute(
            insert(GuidanceVersion),
            [
                {
                    "entry_id": one.id,
                    "number": 1,
                    "content": one.as_json(),
                    "content_hash": one.content_hash(),
                    "origin": guidance.CURATOR,
                    "in_force_from": one.in_force.from_,
                    "in_force_to": one.in_force.to,
                    "publication_no": number,
                    "published_at": at,
                    "published_by": BY,
                    "content_changed_at": at,
                }
                for one in records
            ],
        )


def _engine(
    settings: Settings, store: Store, shipped: Sequence[GuidanceRecord], filling: Sequence[GuidanceRecord], folder: Path
) -> tuple[Engine, Borrowing]:
    real = embedder(settings)
    texts = [*written_passages(shipped), *matters()]
    vectors = dict(zip(texts, vector_cache(settings, real).vectors(texts), strict=True))
    model = Borrowing(real.name)
    model.load()
    engine = engine_following(store, model, folder)
    # As if they were kept on disk: to write the vectors of all made-up entries takes longer than what is measured.
    engine._guidance_vectors._known.update({text_hash(text): row for text, row in model.lend(filling, vectors).items()})
    return engine, model


def _published(
    store: Store, engine: Engine, made: MadeUp, shipped: Sequence[GuidanceRecord], model: Embedder, each: int
) -> dict[str, Any]:
    asked: list[tuple[str, Language]] = [(record.questions.vi[0], "vi") for record in shipped]
    quiet = [_timed_search(engine, *asked[place % len(asked)]) for place in range(_QUIET)]
    before = resident()
    spent: dict[str, list[float]] = {"new": [], "edit": []}
    with _asking(engine, asked) as meanwhile:
        for number in range(each):
            for kind, record in (
                ("new", made.record(number, f"new_entry_{number:04}")),
                ("edit", shipped[number % len(shipped)]),
            ):
                time.sleep(_APART)
                spent[kind].append(_until_found(store, engine, record, f"{kind} {number}"))
    after = resident()
    snapshot = engine.snapshot
    assert snapshot is not None
    return {
        "passages": snapshot.guidance.passages,
        "publications": 2 * each,
        "seconds": {kind: _seconds(of) for kind, of in spent.items()}
        | {"all": _seconds([*spent["new"], *spent["edit"]])},
        "search_ms": {"quiet": percentiles(quiet), "while_publishing": percentiles(meanwhile)},
        "memory_mb": {"before": before, "after": after},
        **(_beside_whole(snapshot, model, asked) if len(snapshot.guidance.published) <= _TWICE else _alone(snapshot)),
    }


def _until_found(store: Store, engine: Engine, record: GuidanceRecord, mark: str) -> float:
    """Seconds from the commit to the first search that finds the record by a new question."""
    question = f"câu hỏi {mark.replace(' ', ' số ')} về {record.title.vi}"
    data = record.as_json()
    data["questions"]["vi"] = [*data["questions"]["vi"], question]
    data["answer"] = {"vi": f"{record.answer.vi} ({mark})", "en": f"{record.answer.en} ({mark})"}
    with store.writing() as session:
        version = guidance.publish(
            session,
            GuidanceRecord.model_validate(data),
            origin=guidance.CURATOR,
            by=BY,
            at=dt.datetime.now(dt.UTC),
        ).number
    began = time.perf_counter()
    _until(lambda: any((hit.entry, hit.version) == (record.id, version) for hit in engine.search(question, "vi").hits))
    return time.perf_counter() - began


def _until(condition: Callable[[], bool], patience: float = _PATIENCE) -> None:
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise NotFound(f"this did not come about in {patience:.0f} seconds")
        time.sleep(_LOOK)


@contextmanager
def _asking(engine: Engine, asked: Sequence[tuple[str, Language]]) -> Iterator[list[float]]:
    """Somebody who asks on and on; gives the milliseconds of each search."""
    spent: list[float] = []
    ended = threading.Event()

    def ask() -> None:
        place = 0
        while not ended.wait(0.02):
            spent.append(_timed_search(engine, *asked[place % len(asked)]))
            place += 1

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield spent
    finally:
        ended.set()
        thread.join()


def _timed_search(engine: Engine, text: str, language: Language) -> float:
    began = time.perf_counter()
    engine.search(text, language)
    return (time.perf_counter() - began) * 1000


def _after(snapshot: Snapshot, entries: Sequence[PublishedEntry], embed: Embed) -> Snapshot:
    corpus = Corpus(snapshot.publication_no, entries, snapshot.law.articles, snapshot.law.law_no)
    after = snapshot.after(corpus, embed)
    assert after is not None
    return after


def _seconds(spent: Sequence[float]) -> dict[str, float]:
    return percentiles(spent) | {"most": round(max(spent), 3)}


def _beside_whole(snapshot: Snapshot, model: Embedder, asked: Sequence[tuple[str, Language]]) -> dict[str, Any]:
    """The index into which all was spliced beside one made whole: how long each takes to make, and to search."""
    entries = snapshot.guidance.published
    known = dict(zip(written := snapshot.guidance.written(), model.passages(written), strict=True))

    def embed(texts: Sequence[str]) -> list[Embedded]:
        return [known[text] for text in texts]

    began = time.perf_counter()
    whole = Snapshot.over(snapshot.publication_no, GuidanceIndex(entries, embed), snapshot.law)
    made_whole = time.perf_counter() - began
    without = _after(whole, [*entries[: len(entries) // 2], *entries[len(entries) // 2 + 1 :]], embed)
    began = time.perf_counter()
    _after(without, entries, embed)
    spliced = time.perf_counter() - began
    ratios = []
    for text, language in asked[:100]:
        query = snapshot.writing.query(text, language)
        embedded = model.queries([query.text])[0]
        times = []
        for one in (whole, snapshot, whole, snapshot):
            began = time.perf_counter()
            rank(one.guidance, query, embedded)
            times.append(time.perf_counter() - began)
        ratios.append(min(times[1::2]) / min(times[::2]))
    return {
        "made_whole_s": round(made_whole, 2),
        "spliced_s": round(spliced, 3),
        "rank_beside_whole": round(statistics.median(ratios), 2),
    }


def _alone(snapshot: Snapshot) -> dict[str, Any]:
    """The index into which all was spliced: how long it takes to take one entry out."""
    entries = snapshot.guidance.published
    began = time.perf_counter()
    _after(snapshot, [*entries[: len(entries) // 2], *entries[len(entries) // 2 + 1 :]], lambda texts: [])
    return {"made_whole_s": None, "spliced_s": round(time.perf_counter() - began, 3), "rank_beside_whole": None}


def main() -> int:
    print(json.dumps(measure(read_settings(), *map(int, sys.argv[1:]))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
