"""Alarms, scrape example and runbook hold together: what they name of metrics, commands and log lines exists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.core import TyperGroup

from bootstrap.settings import Settings
from bootstrap.watch import Watch
from bootstrap.watch.index_figures import IndexFigures
from bootstrap.watch.store_figures import StoreFigures
from cli.main import COMMANDS, command_named
from cli.processes import PROCESSES
from clock.due import DUE_WORK
from desk.answering.outcome import Outcome
from desk.audit.checks import Checker
from desk.desk import Desk
from tests.desk_fixtures import PROJECT, World

DEPLOY = PROJECT / "deploy" / "prometheus"
RUNBOOK = (PROJECT / "docs" / "runbook.md").read_text(encoding="utf-8")
#: What Prometheus itself makes.
OF_PROMETHEUS = {"up": {"job", "instance"}}
#: Put to every series by Prometheus.
BY_PROMETHEUS = {"job", "instance"}
FUNCTIONS = {
    *("absent", "by", "changes", "delta", "histogram_quantile", "max", "min", "on", "or", "rate", "sum", "time"),
}
PARTS = ("**For people.**", "**Look at.**", "**Do.**", "**Over when.**")

Labels = Mapping[str, set[str]]


def _alarms() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


ALARMS = _alarms()
NAMES = [alarm["alert"] for alarm in ALARMS]


@pytest.fixture
def told(world: World, tmp_path: Path) -> Labels:
    """Every series that a process of the desk can show, with its labels."""
    return _told(world.desk, tmp_path)


def _told(desk: Desk, var: Path) -> Labels:
    (var / "backups").mkdir()
    (var / "backups" / "last.json").write_text('{"finished_at": "2026-11-23T04:00:00+00:00"}')
    Checker(desk).check_due(lambda: True)
    watch = Watch("clock")
    watch.beat()
    watch.ready_when("store", lambda: True)
    metrics = watch.metrics
    metrics.show(StoreFigures(desk, Settings(_env_file=None, var_dir=var)))
    metrics.show(IndexFigures(lambda: 1, lambda: {"indexed_at": "2026-11-23T04:00:00+00:00", "entries": 1}))
    metrics.received("web", 1)
    metrics.refused("web", "chat", 1)
    metrics.exchanged("web", "done", 1)
    metrics.put_back("web", "retried")
    metrics.enquired("web", "answered")
    metrics.carried("web", "delivered", 1)
    metrics.channel_failed("telegram", "network")
    metrics.searched("search", 1, failed=True)
    metrics.conversed(1, failed=True)
    metrics.requested("chat", "2xx", 1)
    metrics.ticked("send_letters")
    found: dict[str, set[str]] = dict(OF_PROMETHEUS)
    for family in metrics.registry.collect():
        for sample in family.samples:
            found.setdefault(sample.name, set(BY_PROMETHEUS)).update(sample.labels)
    return found


def _named(expression: str) -> list[tuple[str, set[str]]]:
    """The series of an expression, each with the labels that it is chosen by."""
    without_ranges = re.sub(r"\[[^\]]*\]", "", expression)
    without_groups = re.sub(r"\b(by|on)\s*\([^)]*\)", "", without_ranges)
    found = []
    for name, chosen in re.findall(r"([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?", re.sub(r'"[^"]*"', '""', without_groups)):
        if name not in FUNCTIONS:
            found.append((name, set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", chosen))))
    return found


def _grouped(expression: str) -> set[str]:
    lists = re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", expression)
    return {label.strip() for group in lists for label in group.split(",") if label.strip()}


def test_every_metric_and_label_of_an_alarm_exists(told: Labels) -> None:
    wrong = []
    for alarm in ALARMS:
        series = _named(alarm["expr"])
        assert series, alarm["alert"]
        known = set().union(*(told.get(name, set()) for name, _ in series))
        for name, labels in series:
            wrong += [f"{alarm['alert']}: {name} does not exist"] if name not in told else []
            wrong += [f"{alarm['alert']}: {name} has no {label}" for label in labels - told.get(name, set())]
        said = set(re.findall(r"\$labels\.(\w+)", alarm["annotations"]["summary"]))
        wrong += [f"{alarm['alert']}: no {label} to speak of" for label in (_grouped(alarm["expr"]) | said) - known]
    assert wrong == []


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ("a_total > 5", [("a_total", set())]),
        ('sum by (le) (rate(b_bucket{x="y", z=~"a|b"}[5m])) / c', [("b_bucket", {"x", "z"}), ("c", set())]),
        ("max(a) > on () min(b)", [("a", set()), ("b", set())]),
    ],
)
def test_an_expression_is_read_as_it_is_meant(expression: str, named: list[tuple[str, set[str]]]) -> None:
    assert _named(expression) == named


def test_an_alarm_is_whole_and_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for alarm in ALARMS:
        assert set(alarm) <= {"alert", "expr", "for", "labels", "annotations"}
        assert alarm["labels"] in ({"severity": "page"}, {"severity": "ticket"})
        assert alarm["annotations"]["summary"].endswith(".")


def test_every_alarm_is_tried_quiet_and_ringing() -> None:
    """Prometheus' own promtool goes through these trials where it is installed (docs/operating.md)."""
    trials = yaml.safe_load((DEPLOY / "alerts_test.yml").read_text(encoding="utf-8"))["tests"]
    quiet = [one["alertname"] for trial in trials for one in trial["alert_rule_test"] if "exp_alerts" not in one]
    rings = [one["alertname"] for trial in trials for one in trial["alert_rule_test"] if one.get("exp_alerts")]
    assert quiet == rings == NAMES


def test_what_an_alarm_is_chosen_by_is_a_word_that_is_told() -> None:
    """Outcomes, processes and kinds of work are renamed now and then; an alarm over an old word never rings."""
    text = (DEPLOY / "alerts.yml").read_text(encoding="utf-8")
    jobs = {job for group in re.findall(r'job=~"([^"]*)"', text) for job in group.split("|")}
    assert jobs == {process.name for process in PROCESSES}
    assert any(outcome.value.startswith("error_") for outcome in Outcome)
    assert {work.__name__ for work in DUE_WORK}


def test_the_example_scrapes_every_process_where_it_is_by_default() -> None:
    example = yaml.safe_load((DEPLOY / "prometheus.yml").read_text(encoding="utf-8"))
    settings = Settings(_env_file=None)
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in example["scrape_configs"]}
    assert targets == {process.name: [f"127.0.0.1:{settings.watch_port(process.name)}"] for process in PROCESSES}
    assert example["rule_files"] == ["alerts.yml"]


def _section(name: str) -> str:
    """What stands under a heading of the runbook until the next one."""
    found = re.search(rf"^#+ {re.escape(name)}\n(.*?)(?=^#|\Z)", RUNBOOK, re.MULTILINE | re.DOTALL)
    assert found is not None, f"the runbook has no section {name}"
    return found[1]


@pytest.mark.parametrize("name", NAMES)
def test_the_runbook_says_of_an_alarm_what_it_means_what_to_do_and_when_it_is_over(name: str) -> None:
    section = _section(name)
    places = [section.find(part) for part in PARTS]
    assert -1 not in places
    assert places == sorted(places)


def test_the_runbook_has_no_alarm_that_does_not_ring() -> None:
    assert re.findall(r"^### (.*)$", RUNBOOK, re.MULTILINE) != []
    assert set(re.findall(r"^### (.*)$", RUNBOOK, re.MULTILINE)) == set(NAMES)


@pytest.mark.parametrize(
    "name",
    [*(process.name for process in PROCESSES), "PostgreSQL", "Valkey", "Telegram", "Disk full", "Backup too old"],
)
def test_the_runbook_has_a_section_for(name: str) -> None:
    assert re.search(rf"^## {name}$", RUNBOOK, re.MULTILINE)


@cache
def _commands() -> set[str]:
    found = set()
    for name in COMMANDS:
        found.add(name)
        command = command_named(name)
        if isinstance(command, TyperGroup):
            found |= {f"{name} {below}" for below in command.commands}
    return found


def test_every_command_of_the_runbook_exists() -> None:
    known = _commands()
    groups = {command.split()[0] for command in known if " " in command}
    named = [words.split() for words in re.findall(r"`customs ([a-z][a-z -]*[a-z])", RUNBOOK)]
    assert ["status"] in named
    assert ["deliveries", "send-again"] in named
    assert {" ".join(words[: 2 if words[0] in groups else 1]) for words in named} <= known
    restarted = {words[1] for words in named if words[0] == "restart" and words[1:]}
    assert restarted <= {process.name for process in PROCESSES}


def test_the_runbook_names_what_helps_at_night() -> None:
    named = {"backup", "restore", "restart", "inbox list", "inbox retry", "deliveries list", "deliveries send-again"}
    assert [command for command in named if f"`customs {command}" not in RUNBOOK] == []


def test_every_metric_of_the_runbook_exists(told: Labels) -> None:
    families = {name.removesuffix("_bucket").removesuffix("_count").removesuffix("_sum") for name in told}
    named = set(re.findall(r"`((?:customs|process)_\w+)`", RUNBOOK))
    assert len(named) > 10
    assert named - set(told) - families == set()


def test_every_log_line_of_the_runbook_is_logged_somewhere() -> None:
    doors = ("actions", "bootstrap", "bot", "clock", "console", "desk", "dialogue", "knowledge")
    source = "\n".join(path.read_text(encoding="utf-8") for door in doors for path in (PROJECT / door).rglob("*.py"))
    named = set(re.findall(r'[Ll]og "([^"]*)"', RUNBOOK))
    assert len(named) > 10
    assert [line for line in named if line.removesuffix(" fails") not in source] == []


def test_every_link_of_the_runbook_leads_to_a_section() -> None:
    sections = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", RUNBOOK, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]*)\)", RUNBOOK)) - sections == set()
