"""Real Rasa servers under their guards, on a real PostgreSQL and a real Valkey that are stopped under them."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest

from desk.ports import DialogueUnavailable
from dialogue.guarding.tracker_database import TrackerDatabase
from tests.dialogue_talk import QUESTION, RecordedActs, Talk
from tests.guarding.guarded_rasa import START, Postgresql, Replica, Valkey, postgresql, replica, until, valkey
from tests.rasa_server import running_actions, trained_model

pytestmark = [pytest.mark.rasa, pytest.mark.thorough, pytest.mark.timeout(900)]

log = logging.getLogger(__name__)
ENDED = "this Rasa server is ended: "


@dataclass
class Stage:
    """Two replicas over the same stores and acts."""

    acts: RecordedActs
    trackers: Postgresql
    locks: Valkey
    one: Replica
    other: Replica


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    trained_model()
    acts, folder = RecordedActs(), tmp_path_factory.mktemp("guarded")
    with running_actions(acts) as actions, postgresql() as trackers, valkey() as locks:
        with replica(folder / "one", actions, trackers.url, locks.url) as one:
            one.wait_ready()
            with replica(folder / "other", actions, trackers.url, locks.url) as other:
                yield Stage(acts, trackers, locks, one, other)


@pytest.fixture(autouse=True)
def _both_are_ready(stage: Stage) -> None:
    stage.trackers.start()  # a test that fails in between leaves its store stopped
    stage.locks.start()
    for each in (stage.one, stage.other):
        until(each.is_ready, START, "both servers are ready")


def talks(stage: Stage, replica: Replica, conversation: str | None = None) -> Talk:
    talk = Talk(replica.dialogue, stage.acts)
    talk.conversation = conversation or talk.conversation
    return talk


def test_two_servers_share_the_form_of_a_conversation(stage: Stage) -> None:
    lan = talks(stage, stage.one)
    beside = talks(stage, stage.other, lan.conversation)
    assert lan.presses("start_case_form") == ["case.ask_enterprise_name"]
    assert beside.says("Công ty TNHH Minh Long", answers="enterprise_name") == ["case.ask_tax_code"]
    assert lan.says("0100109106", answers="tax_code") == ["case.ask_contact"]
    assert beside.replayed(lan.enquiries[-1]) == ["case.ask_contact"]
    assert beside.says("0912 345 678", answers="contact") == ["case.ask_urgency"]
    assert lan.says("gấp", answers="urgency") == ["case.ask_details"]
    assert beside.says("Hàng kẹt ở cảng", answers="details") == ["!open_case"]
    assert lan.done()[0][2]["enterprise_name"] == "Công ty TNHH Minh Long"


def test_nothing_of_the_probes_stays_in_the_database(stage: Stage) -> None:
    trackers = TrackerDatabase(stage.trackers.url)
    sender = f"guard-{socket.gethostname()}-{stage.one.port}"
    until(lambda: not trackers.has(sender, "bot"), 10, "the probe's rows are deleted")


def test_a_stopped_tracker_database_ends_the_servers_within_seconds_and_they_come_back(stage: Stage) -> None:
    lan = talks(stage, stage.one)
    lan.presses("start_case_form", {"enterprise_name": "An Khang JSC"})
    ended = [each.said(ENDED) for each in (stage.one, stage.other)]
    ready = [each.said("ready: Rasa keeps") for each in (stage.one, stage.other)]
    stage.trackers.stop()
    with pytest.raises(DialogueUnavailable):
        lan.says("0100109106", answers="tax_code")
    both = list(zip((stage.one, stage.other), ended, strict=True))
    seconds = until(lambda: all(each.said(ENDED) > before for each, before in both), 15, "both servers are ended")
    until(lambda: all(each.said("alive but not ready") for each, _ in both), 15, "both guards wait")
    assert not stage.one.dialogue.healthy()
    stage.trackers.start()
    for each, before in zip((stage.one, stage.other), ready, strict=True):
        each.wait_ready(before + 1)
    log.info("both servers were ended %.1f s after the database", seconds)
    beside = talks(stage, stage.other, lan.conversation)
    assert beside.replayed(lan.enquiries[-1]) is None
    assert beside.says("0100109106", answers="tax_code") == ["case.ask_contact"]


def test_a_restart_of_the_database_leaves_no_stale_connection_behind(stage: Stage) -> None:
    lan = talks(stage, stage.one)
    lan.presses("start_case_form", {"enterprise_name": "An Khang JSC"})
    ready = stage.one.said("ready: Rasa keeps"), stage.other.said("ready: Rasa keeps")
    stage.trackers.stop()
    stage.trackers.start()
    stage.one.wait_ready(ready[0] + 1)
    stage.other.wait_ready(ready[1] + 1)
    assert lan.says("0100109106", answers="tax_code") == ["case.ask_contact"]


def test_without_the_lock_store_a_message_fails_whole_and_later_is_done_once(stage: Stage) -> None:
    lan = talks(stage, stage.one)
    lan.presses("start_case_form", {"enterprise_name": "An Khang JSC"})
    ended = stage.one.said(ENDED)
    stage.locks.stop()
    with pytest.raises(DialogueUnavailable):
        lan.says(QUESTION)
    assert lan.replayed(lan.enquiries[-1]) is None
    until(lambda: stage.one.said("not ready: "), 15, "it is not ready")
    ready = stage.one.said("ready: Rasa keeps")
    stage.locks.start()
    until(lambda: stage.one.said("ready: Rasa keeps") > ready, START, "it is ready again")
    assert stage.one.said(ENDED) == ended
    assert lan.says(QUESTION, answers="tax_code") == ["!answer_enquiry", "case.ask_tax_code"]


def test_a_server_that_hangs_is_ended_and_comes_back(stage: Stage) -> None:
    ready, hung = stage.one.said("ready: Rasa keeps"), stage.one.server()
    hung.suspend()
    seconds = until(lambda: not hung.is_running(), 45, "the hung server is ended")
    log.info("a hung server was ended after %.1f s", seconds)
    stage.one.wait_ready(ready + 1)


def test_a_killed_guard_leaves_no_server_on_the_port(stage: Stage) -> None:
    ready, server = stage.one.said("ready: Rasa keeps"), stage.one.server()
    stage.one.guard().kill()
    until(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE, 5, "the server is gone")
    stage.one.wait_ready(ready + 1)


def test_a_server_killed_at_each_step_of_the_form_goes_on_with_what_the_other_knows(stage: Stage) -> None:
    lan = talks(stage, stage.one)
    beside = talks(stage, stage.other, lan.conversation)
    lan.presses("start_case_form")
    words = {"enterprise_name": "Minh Long", "tax_code": "0100109106", "contact": "0912 345 678"}
    for field, text in words.items():
        (asks,) = lan.says(text, answers=field)
        ready = stage.one.said("ready: Rasa keeps")
        stage.one.server().kill()
        assert beside.replayed(lan.enquiries[-1]) == [asks]
        stage.one.wait_ready(ready + 1)
    assert beside.says("gấp", answers="urgency") == ["case.ask_details"]


def test_a_guard_that_is_told_to_stop_ends_its_server_in_peace(stage: Stage) -> None:
    server = stage.other.server()
    exits = len(stage.other.exits)
    stage.other.guard().terminate()
    seconds = until(lambda: len(stage.other.exits) > exits, 14, "the guard ends before a supervisor kills it")
    log.info("it took %.1f s", seconds)
    assert stage.other.exits[-1] == 0
    assert not server.is_running()
