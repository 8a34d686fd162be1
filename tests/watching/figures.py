"""Reads the page of figures as Prometheus reads it."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client


def figures(watcher: Client) -> dict[tuple[str, ...], float]:
    """Every sample of `/metrics`: its name and the values of its labels, in the order of the labels' names."""
    page = watcher.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert page.status_code == 200
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
    }
