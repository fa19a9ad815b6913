"""A fixed piece of work beside which time is measured: what slows this down slows down all else."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable

_RECORD = {"id": "dossier", "texts": ["tờ khai hải quan, hóa đơn, vận đơn"] * 8, "numbers": list(range(40))}
#: So much that it takes about as long as a message.
_TIMES, _ROWS = 500, 1_000


def reference() -> None:
    """Text into JSON and back, words counted, rows put into a table of SQLite and read: as code over a store does."""
    counts: dict[str, int] = {}
    for _ in range(_TIMES):
        for text in json.loads(json.dumps(_RECORD, ensure_ascii=False))["texts"]:
            for word in text.split():
                counts[word] = counts.get(word, 0) + 1
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, word TEXT, count INTEGER)")
        for number in range(_ROWS):
            database.execute("INSERT INTO rows VALUES (?, ?, ?)", (number, f"từ {number}", number))
            database.execute("SELECT word, count FROM rows WHERE id = ?", (number // 2,)).fetchone()
    database.close()


def seconds_of_cpu(work: Callable[[], object]) -> float:
    """Of all threads of this process: other processes that want a core too lengthen it little."""
    began = time.process_time()
    work()
    return time.process_time() - began


def times_the_reference(
    work: Callable[[], object], repeated: int, yardstick: Callable[[], object] = reference
) -> float:
    """How many times as long as the yardstick the work takes, by the least of each: noise only lengthens."""
    work(), yardstick()
    pairs = [(seconds_of_cpu(work), seconds_of_cpu(yardstick)) for _ in range(repeated)]
    return min(mine for mine, _ in pairs) / min(other for _, other in pairs)
