"""The figures of the running service, in Prometheus' text format, added up over all worker processes.

What happens is counted here, as it is committed; what stands in the queue is asked of the database when somebody
looks. No figure names a record, a customer or a person.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    generate_latest,
    values,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from service.store.figures import COUNTED_UP_TO, CompanyFigures
from service.watching import shared_counts

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

COMPANY = "company"
_Metric = TypeVar("_Metric", Counter, Histogram)
SET_SIZES = (0, 1, 2, 5, 10, 20, 50, 100)
SECONDS_IN_QUICKBOOKS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
SECONDS_IN_THE_SERVICE = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30)


class Metrics:
    """What the processes of one service counted, and the page that shows it.

    With several workers, or where PROMETHEUS_MULTIPROC_DIR was set before this module was imported, the counts lie in
    files there, one set for each process; otherwise in memory. A company is counted under its number, because that is
    what events carry, and shown under its name.
    """

    def __init__(self) -> None:
        self._own = CollectorRegistry()
        self._known: dict[tuple[Any, ...], Any] = {}
        self._moved = Counter(
            "deskpost_messages_moved", "Messages that reached a status.", (COMPANY, "status"), registry=self._own
        )
        self._events = Counter(
            "deskpost_events",
            "What happened: authenticate (a session opened), answered, recover, connection error and others.",
            (COMPANY, "action"),
            registry=self._own,
        )
        self._sizes = Histogram(
            "deskpost_set_messages",
            "Messages in a set that was answered; 0 for a question of Deskpost's own.",
            ("purpose",),
            buckets=SET_SIZES,
            registry=self._own,
        )
        self._in_quickbooks = Histogram(
            "deskpost_quickbooks_seconds",
            "From handing out a set to its answer: QuickBooks, the Web Connector and the network.",
            ("purpose",),
            buckets=SECONDS_IN_QUICKBOOKS,
            registry=self._own,
        )
        self._in_the_service = Histogram(
            "deskpost_call_seconds",
            "Time that the service took for one of the Web Connector's calls.",
            ("operation",),
            buckets=SECONDS_IN_THE_SERVICE,
            registry=self._own,
        )
        self._failed = Counter(
            "deskpost_calls_failed",
            "Calls that failed in the service and got the safe answer.",
            ("operation",),
            registry=self._own,
        )
        self._sign_ins = Counter(
            "deskpost_sign_ins",
            "Answers to authenticate: work, none (nothing to do), nvu (refused) or busy.",
            ("answer",),
            registry=self._own,
        )

    def hear(self, happened: Sequence[Mapping[str, Any]]) -> None:
        """Count what happened in one unit of work; messages that went the same way together."""
        ways: dict[tuple[Any, Any], int] = {}
        for one in happened:
            company, status = one.get("company_id") or "", one.get("to_status")
            if status is not None:
                ways[company, status] = ways.get((company, status), 0) + 1
                continue
            self._of(self._events, company, one["action"]).inc()
            if "seconds" in one:
                self._of(self._sizes, one["purpose"]).observe(one["size"])
                self._of(self._in_quickbooks, one["purpose"]).observe(one["seconds"])
        for way, number in ways.items():
            self._of(self._moved, *way).inc(number)

    def call(self, operation: str, seconds: float) -> None:
        """Count one call of the Web Connector's."""
        self._of(self._in_the_service, operation).observe(seconds)

    def call_failed(self, operation: str) -> None:
        self._of(self._failed, operation).inc()

    def sign_in(self, answer: str) -> None:
        """Count an answer to `authenticate`, as `work`, `none`, `nvu` or `busy`."""
        self._of(self._sign_ins, answer).inc()

    def _of(self, metric: _Metric, *labels: Any) -> _Metric:
        """A metric under its labels; asking prometheus-client anew for each count costs as much as the count."""
        key = (id(metric), *labels)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = metric.labels(*map(str, labels))
        return found

    def page(self, figures: Sequence[CompanyFigures]) -> bytes:
        """Everything, in Prometheus' text format: what was counted, and how the queue stands."""
        page = CollectorRegistry()
        names = {str(one.company_id): one.name for one in figures}
        page.register(_Shown([*_named(self._counted(), names), *_standing(figures)]))
        return generate_latest(page)

    def _counted(self) -> Iterable[Metric]:
        if not getattr(values.ValueClass, "_multiprocess", False):
            return self._own.collect()
        folder = Path(os.environ[shared_counts.VARIABLE])
        with shared_counts.held(folder, alone=False):
            counted: Iterable[Metric] = MultiProcessCollector(None, str(folder)).collect()  # type: ignore[no-untyped-call] # It has none.
        return counted


class _Shown:
    """A collector of figures that are known already."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Sequence[Metric]:
        return self._metrics


def _named(metrics: Iterable[Metric], names: Mapping[str, str]) -> Iterator[Metric]:
    """Metrics with the names of companies in place of their numbers."""
    for metric in metrics:
        metric.samples = [
            sample._replace(
                labels={**sample.labels, COMPANY: names.get(sample.labels[COMPANY], sample.labels[COMPANY])}
            )
            if COMPANY in sample.labels
            else sample
            for sample in metric.samples
        ]
        yield metric


def _standing(figures: Sequence[CompanyFigures]) -> Iterator[Metric]:
    """How the queue of each company stands."""
    messages = GaugeMetricFamily(
        "deskpost_messages",
        f"Messages that stand in a status that is not final, counted up to {COUNTED_UP_TO}.",
        labels=(COMPANY, "status"),
    )
    oldest = GaugeMetricFamily(
        "deskpost_oldest_pending_timestamp_seconds",
        "When the pending message that has waited longest was enqueued.",
        labels=(COMPANY,),
    )
    visit = GaugeMetricFamily(
        "deskpost_last_visit_timestamp_seconds", "When the Web Connector came last.", labels=(COMPANY,)
    )
    sessions = GaugeMetricFamily("deskpost_sessions_open", "Sessions that are open.", labels=(COMPANY,))
    mismatch = GaugeMetricFamily(
        "deskpost_company_file_mismatch", "1 while another company file than the pinned one is open.", labels=(COMPANY,)
    )
    for one in figures:
        for status, number in one.messages.items():
            messages.add_metric((one.name, status), number)
        if one.oldest_pending_at is not None:
            oldest.add_metric((one.name,), one.oldest_pending_at.timestamp())
        if one.last_visit_at is not None:
            visit.add_metric((one.name,), one.last_visit_at.timestamp())
        sessions.add_metric((one.name,), int(one.session_open))
        mismatch.add_metric((one.name,), int(one.mismatch))
    yield from (messages, oldest, visit, sessions, mismatch)
