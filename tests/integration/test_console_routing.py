"""The page of a case in the console says how the case came to its unit."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, open_case
from tests.desk_fixtures import World


def test_an_officer_reads_how_the_unit_was_found(browse: Callable[[], Browser], world: World) -> None:
    minh = browse()
    minh.signs_in("minh", PASSWORD)
    page = minh.get(f"/desk/cases/{open_case(world).number}").text
    assert f"<dt>{world.text('field.found_by')}</dt><dd>{world.text('found_by.default')}</dd>" in page
