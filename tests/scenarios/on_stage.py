"""The real acts of the dialogue, over whichever desk is on."""

from __future__ import annotations

from actions.main import ActsOfTheDesk
from desk.desk import Desk


class ActsOnStage(ActsOfTheDesk):
    """The real acts, over the desk of the test that runs."""

    def __init__(self) -> None:
        """There is no desk until the first test begins."""

    def begin(self, desk: Desk) -> None:
        self._desk = desk
