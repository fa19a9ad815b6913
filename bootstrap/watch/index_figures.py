"""What the knowledge process tells of its index: which publication it has, since when, and how much is in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector


class IndexFigures(Collector):
    """Asked each time; nothing is told while the index is loading."""

    def __init__(self, publication_no: Callable[[], int | None], contents: Callable[[], Mapping[str, object]]) -> None:
        self._publication_no = publication_no
        self._contents = contents

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked while the registry takes this in."""
        return ()

    def collect(self) -> Iterable[Metric]:
        number, contents = self._publication_no(), self._contents()
        if number is None or "indexed_at" not in contents:
            return
        indexed_at = dt.datetime.fromisoformat(str(contents["indexed_at"])).timestamp()
        yield GaugeMetricFamily("customs_index_publication", "The publication that is searched.", value=number)
        yield GaugeMetricFamily(
            "customs_index_timestamp_seconds", "When what is searched was indexed.", value=indexed_at
        )
        entries = float(str(contents["entries"]))
        yield GaugeMetricFamily("customs_index_entries", "Entries of the guidance that are searched.", value=entries)
