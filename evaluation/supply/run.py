"""`make dependencies`: writes docs/dependencies.md, and asks for known vulnerabilities where the network allows it."""

from __future__ import annotations

import argparse
import datetime as dt

import httpx

from evaluation.supply import advisories
from evaluation.supply.advisories import Unreachable
from evaluation.supply.licences import Rules
from evaluation.supply.packages import ENVIRONMENTS
from evaluation.supply.page import PAGE, rows_of, write_page

#: Seconds for one question.
PATIENCE = 20.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offline", action="store_true", help="ask nobody; show what was found the last time")
    offline = parser.parse_args().offline
    missing = [each.folder for each in ENVIRONMENTS if each.site_packages() is None]
    if missing:
        parser.error(f"{' and '.join(missing)} is not there; `make setup` makes it")
    rules, now = Rules.read(), dt.datetime.now(dt.UTC)
    rows = {(row.name, row.version): row for each in ENVIRONMENTS for row in rows_of(each, rules)}
    failed = "" if not offline else "it was told to be offline"
    if not offline:
        try:
            with httpx.Client(timeout=PATIENCE) as http:
                advisories.keep(advisories.ask(rows, http, now))
        except Unreachable as error:
            failed = str(error)
    asked = advisories.kept()
    write_page(asked, failed, now.date())
    refused = sorted({row.name for row in rows.values() if not rules.may_be_used(row.licence)})
    print(f"{len(rows)} packages; {PAGE.name} is written.")
    print(f"Vulnerabilities: {_said(asked, failed)}")
    if refused:
        raise SystemExit(f"Licences that are not allowed, or unknown: {', '.join(refused)}")


def _said(asked: advisories.Asked | None, failed: str) -> str:
    if asked is None:
        return f"not known, for osv.dev was never asked ({failed})."
    waiting = sum(each.id not in advisories.judged() for each in asked.found)
    why = f"; now it could not be asked ({failed})" if failed else ""
    return f"{len(asked.found)} by the list of {asked.asked_at}, {waiting} of them not judged{why}."


if __name__ == "__main__":
    main()
