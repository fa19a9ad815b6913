"""Takes the pictures of docs/tours/ from a running console over the made-up authority: `make pictures`.

Which pictures there are stands in docs/tours/pictures.yml. A name behind the command takes only those that begin so.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from playwright.sync_api import sync_playwright

from tests.believable import authority
from tests.browser.browsers import ARGUMENTS
from tests.desk_fixtures import PROJECT
from tests.walks import table, things
from tests.walks.house import House, open_house

FOLDER = PROJECT / "docs" / "pictures"
LIST = PROJECT / "docs" / "tours" / "pictures.yml"
#: The largest picture, in bytes.
LARGEST = 300_000
_KEY_OF = "key of "
_DRAFT_OF = "draft of "


def wanted() -> dict[str, dict[str, Any]]:
    """The pictures by their names."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return found


def main(beginning: str = "") -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no Chromium: install Debian's package chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        built = authority.build(Path(folder) / "authority.sqlite")
        browser = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, "--hide-scrollbars"])
        with open_house(browser, built, Path(folder)) as house:
            for name, picture in wanted().items():
                if name.startswith(beginning):
                    _take(house, name, picture)
        browser.close()


def _take(house: House, name: str, picture: dict[str, Any]) -> None:
    guest, path = house.guest(picture["as"]), FOLDER / f"{name}.png"
    house.speaks(guest, picture.get("language", "vi"))
    size = {"width": picture.get("width", 1280), "height": picture.get("height", 800)}
    guest.page.set_viewport_size({"width": size["width"], "height": size["height"]})
    guest.page.emulate_media(color_scheme=picture.get("light", "light"))
    address, _, place = _address(house, picture["path"]).partition("#")
    answer = guest.page.goto(house.address + address, wait_until="load")
    if answer is None or answer.status >= 400:
        sys.exit(f"{name}: {picture['path']} cannot be opened by {picture['as']}")
    for title in picture.get("open", []):
        guest.page.locator("summary", has_text=title).first.click()
    if place:
        guest.page.locator(f"#{place}").evaluate("found => found.scrollIntoView({behavior: 'instant'})")
    guest.page.screenshot(path=path, animations="disabled", caret="hide")
    if path.stat().st_size > LARGEST:
        sys.exit(f"{path.name} has {path.stat().st_size} bytes, more than {LARGEST}: make it lower or narrower")
    sys.stdout.write(f"{path.relative_to(PROJECT)} {path.stat().st_size // 1000} kB\n")


def _address(house: House, path: str) -> str:
    with house.world.store.reading() as session:
        store = house.store(session)

        def filled(found: re.Match[str]) -> str:
            named = found[1]
            if named.startswith(_KEY_OF):
                return things.key_of(named.removeprefix(_KEY_OF))(store)
            if named.startswith(_DRAFT_OF):
                return table.draft_of(named.removeprefix(_DRAFT_OF))(store)
            return things.case(named)(store)

        return quote(re.sub(r"\{([\w ]+)\}", filled, path), safe="/?=&%#")


if __name__ == "__main__":
    main(*sys.argv[1:2])
