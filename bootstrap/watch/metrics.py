"""What a process counts and measures, as Prometheus reads it: each process has a registry of its own.

Labels are few and of fixed words; nothing that a person wrote, and nobody's id, is ever one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bootstrap.versions import versions

if TYPE_CHECKING:
    from bootstrap.watch.watch import Watch

#: Seconds, from what is quick to what nobody waits for.
_WORK = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60)
#: Seconds from the making of a message to its arrival; a person who fetches it later makes the last ones.
_DELIVERY = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600)


class Metrics:
    """Implements desk.observing.Observer, and what the doors measure beside it."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        self._received = Counter(
            "customs_updates_received", "Updates that were stored.", ["channel"], registry=registry
        )
        self._refused = Counter(
            "customs_refused",
            "Messages and requests above a limit; limit is one of those in content/limits.yml.",
            ["channel", "limit"],
            registry=registry,
        )
        self._exchange = Histogram(
            "customs_exchange_seconds",
            "Attempts at an update and their seconds; result is done, overtaken or failed.",
            ["channel", "result"],
            buckets=_WORK,
            registry=registry,
        )
        self._put_back = Counter(
            "customs_update_failures",
            "Updates whose attempt failed; then is retried or set_aside.",
            ["channel", "then"],
            registry=registry,
        )
        self._enquired = Counter(
            "customs_enquiries", "Enquiries that were kept, by outcome.", ["channel", "outcome"], registry=registry
        )
        self._carried = Counter(
            "customs_deliveries", "What became of deliveries, each time.", ["channel", "state"], registry=registry
        )
        self._delivery = Histogram(
            "customs_delivery_seconds",
            "Seconds from the making of a delivery to its arrival.",
            ["channel"],
            buckets=_DELIVERY,
            registry=registry,
        )
        self._channel_failed = Counter(
            "customs_channel_errors",
            "Errors of a channel; kind is too_many_requests, server_error, network or refused.",
            ["channel", "kind"],
            registry=registry,
        )
        self._search = Histogram(
            "customs_search_seconds",
            "Questions to the knowledge process and their seconds, failed ones too.",
            ["act"],
            buckets=_WORK,
            registry=registry,
        )
        self._search_failed = Counter(
            "customs_search_failures",
            "Questions that the knowledge process did not answer.",
            ["act"],
            registry=registry,
        )
        self._dialogue = Histogram(
            "customs_dialogue_seconds",
            "Messages to the dialogue and their seconds, failed ones too.",
            buckets=_WORK,
            registry=registry,
        )
        self._dialogue_failed = Counter(
            "customs_dialogue_failures", "Messages that the dialogue did not answer.", registry=registry
        )
        self._request = Histogram(
            "customs_http_request_seconds",
            "Requests to the console and their seconds; area is the part of the site, status a class such as 2xx.",
            ["area", "status"],
            buckets=_WORK,
            registry=registry,
        )
        self._ticked = Gauge(
            "customs_clock_work_timestamp_seconds",
            "When a kind of the clock's work was last done to its end.",
            ["work"],
            registry=registry,
        )

    def show_process(self, watch: Watch) -> None:
        """Tell beside the rest how the process is."""
        self.registry.register(_OfProcess(watch))

    def show(self, collector: Collector) -> None:
        """Ask this, too, whenever the metrics are read."""
        self.registry.register(collector)

    def received(self, channel: str, count: int) -> None:
        self._received.labels(channel).inc(count)

    def refused(self, channel: str, limit: str, count: int) -> None:
        self._refused.labels(channel, limit).inc(count)

    def exchanged(self, channel: str, result: str, seconds: float) -> None:
        self._exchange.labels(channel, result).observe(seconds)

    def put_back(self, channel: str, then: str) -> None:
        self._put_back.labels(channel, then).inc()

    def enquired(self, channel: str, outcome: str) -> None:
        self._enquired.labels(channel, outcome).inc()

    def carried(self, channel: str, state: str, seconds: float | None) -> None:
        self._carried.labels(channel, state).inc()
        if seconds is not None:
            self._delivery.labels(channel).observe(seconds)

    def channel_failed(self, channel: str, kind: str) -> None:
        self._channel_failed.labels(channel, kind).inc()

    def searched(self, act: str, seconds: float, *, failed: bool) -> None:
        self._search.labels(act).observe(seconds)
        self._search_failed.labels(act).inc(int(failed))

    def conversed(self, seconds: float, *, failed: bool) -> None:
        self._dialogue.observe(seconds)
        self._dialogue_failed.inc(int(failed))

    def requested(self, area: str, status: str, seconds: float) -> None:
        """The console answered a request."""
        self._request.labels(area, status).observe(seconds)

    def ticked(self, work: str) -> None:
        self._ticked.labels(work).set_to_current_time()


class _OfProcess(Collector):
    """How the process itself is, as it is when somebody asks."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked while the registry takes this in."""
        return ()

    def collect(self) -> Iterable[Metric]:
        watch = self._watch
        lag = GaugeMetricFamily(
            "customs_process_beat_age_seconds", "Seconds since the main loop last turned.", labels=["process"]
        )
        if watch.lag is not None:
            lag.add_metric([watch.process], watch.lag)
        checks = GaugeMetricFamily(
            "customs_process_check",
            "Whether what the process needs to take work is there.",
            labels=["process", "check"],
        )
        for name, why_not in watch.checked().items():
            checks.add_metric([watch.process, name], float(not why_not))
        draining = GaugeMetricFamily(
            "customs_process_draining", "Whether the process was asked to end.", labels=["process"]
        )
        draining.add_metric([watch.process], float(watch.is_draining))
        build = GaugeMetricFamily(
            "customs_build_info", "1, with the versions that run.", labels=["process", "version", "python"]
        )
        build.add_metric([watch.process, *versions().values()], 1)
        return lag, checks, draining, build
