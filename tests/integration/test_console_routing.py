"""The page of a case in the console says in whose queue the case is, and why."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, open_case
from tests.desk_fixtures import World


def test_an_officer_reads_the_unit_and_how_it_was_found(browse: Callable[[], Browser], world: World) -> None:
    minh = browse()
    minh.signs_in("minh", PASSWORD)
    page = minh.get(f"/desk/cases/{open_case(world).number}").text
    assert f"<dt>{world.text('field.unit')}</dt><dd>Cục Hải quan</dd>" in page
    assert world.text("found_by.default") in page
