"""A rolling restart: never two replicas of a kind at once, and what does not come back keeps the others serving."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bootstrap.settings import Settings
from cli import rolling
from cli.rolling import Requests, RollingRestart


@dataclass(eq=False)
class Replica:
    name: str
    was_well: bool = True

    @property
    def kind(self) -> str:
        return self.name.partition("-")[0]


class Stage:
    """Replicas, a clock, and what happened to them."""

    def __init__(self, *names: str) -> None:
        self.replicas = [Replica(name) for name in names]
        self.left: list[str] = []
        self.said: list[str] = []
        self.unwell: set[str] = set()
        self.now = 0.0

    def restart(self, *chosen: str) -> RollingRestart[Replica]:
        def leave(replica: Replica) -> None:
            self.left.append(replica.name)
            replica.was_well = False

        return RollingRestart(
            [replica for replica in self.replicas if not chosen or replica.name in chosen],
            self.replicas,
            leave=leave,
            is_well=lambda replica: replica.name not in self.unwell,
            say=self.said.append,
            now=lambda: self.now,
        )

    def comes_back(self, name: str) -> None:
        next(each for each in self.replicas if each.name == name).was_well = True


def test_the_second_leaves_only_when_the_first_is_well_and_the_proxy_knows() -> None:
    stage = Stage("console-1", "console-2")
    restart = stage.restart()
    restart.step()
    restart.step()
    assert stage.left == ["console-1"]

    stage.comes_back("console-1")
    restart.step()
    restart.step()
    assert stage.left == ["console-1"]

    stage.now += rolling.SETTLING
    restart.step()
    restart.step()
    assert stage.left == ["console-1", "console-2"]
    assert not restart.is_over


def test_nobody_leaves_while_the_other_is_not_well() -> None:
    stage = Stage("rasa-1", "rasa-2")
    stage.unwell = {"rasa-2"}
    restart = stage.restart("rasa-1")
    restart.step()
    assert stage.left == []

    stage.unwell = set()
    restart.step()
    assert stage.left == ["rasa-1"]


def test_a_replica_that_does_not_come_back_ends_the_restart_and_the_others_serve_on() -> None:
    stage = Stage("rasa-1", "rasa-2", "console-1", "console-2")
    restart = stage.restart()
    restart.step()
    stage.now += rolling.WELL_WITHIN + 1
    restart.step()
    assert restart.is_over
    assert restart.failed
    assert stage.left == ["rasa-1"]
    assert stage.said == ["rasa-1 did not become well again; not restarted: rasa-2, console-1, console-2."]


def test_the_only_one_of_its_kind_is_restarted_with_a_gap() -> None:
    stage = Stage("clock")
    restart = stage.restart()
    restart.step()
    stage.comes_back("clock")
    restart.step()
    restart.step()
    assert restart.is_over
    assert not restart.failed
    assert stage.said == ["clock is restarted and well"]


@pytest.fixture
def requests(tmp_path: Path) -> Requests:
    settings = Settings(_env_file=None, var_dir=tmp_path)
    settings.run_dir.mkdir()
    return Requests(settings)


def test_a_request_is_taken_once_and_told_of_to_whoever_asked(requests: Requests) -> None:
    id_ = requests.ask("console")
    assert id_ is not None
    assert requests.ask("rasa") is None
    assert requests.take() == (id_, "console")
    assert requests.take() is None

    requests.tell(id_, "console-1 is restarted and well")
    requests.tell(id_, "Everything that was asked for is restarted.", ended=True)

    assert [told.ended for told in requests.heard(id_)] == [None, True]
    assert requests.heard("another") == []
