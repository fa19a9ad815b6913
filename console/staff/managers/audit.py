"""The audit log: filtered, in pages, and as a file of what is filtered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from litestar import Response, get
from litestar.params import FromQuery
from litestar.response import Stream, Template
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.web.exports import recorded
from console.web.guard import CASE_WORKERS, MANAGERS, roles
from console.web.site import HttpRequest, OfSite, Site, language_of, officer_in, page
from desk.audit import listing, words
from desk.audit.exporting import Export
from desk.audit.listing import OTHERS, Chosen
from desk.audit.model import AuditEntry
from desk.cases import queries
from desk.cases.model import Case
from desk.cases.words import moment
from desk.desk import Desk
from desk.enterprises import service as enterprises
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.tables.csv_file import csv_file
from desk.tables.table import Column, Kind, Table

PATH = "/desk/audit"
LISTED = 50
#: Rows of a file: what a spreadsheet still opens at ease.
EXPORTED = 50_000
_WORDS = 100


@get("/audit", opt=roles(MANAGERS), sync_to_thread=True)
def audit_log(
    request: HttpRequest,
    site: OfSite,
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """A page of what was done, as far as the officer may see it."""
    language, asked = language_of(request), _asked(request)
    chosen, errors = _chosen(site.desk, asked, language)
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        found = listing.listed(session, officer, chosen, limit=LISTED, after=after, before=before)
        names = words.names_of_officers(session)
        rows = [words.told(site.desk.texts, entry, names, language) for entry in found.rows]
        links = _links(session, officer, found.rows)
        sees_all = listing.sees_all(officer)
    return page(
        request,
        site,
        "staff/managers/audit.html",
        status=422 if errors else 200,
        path=PATH,
        rows=rows,
        links=links,
        listed=found,
        asked=asked,
        query={name: value for name, value in asked.items() if value},
        is_filtered=any(asked.values()),
        errors=errors,
        sees_all=sees_all,
        kinds=[(kind, site.desk.texts.say(f"audit.actor.{kind}", language)) for kind in ("officer", *OTHERS)],
        acts=_acts(site.desk, language),
        exported=EXPORTED,
    )


@get("/audit/export", opt=roles(MANAGERS), sync_to_thread=True)
def export_audit(request: HttpRequest, site: OfSite) -> Response[str] | Stream:
    """What is filtered as a CSV file, sent while it is read."""
    language, asked = language_of(request), _asked(request)
    chosen, errors = _chosen(site.desk, asked, language)
    if errors:
        return Response("\n".join(errors.values()), status_code=422, media_type="text/plain; charset=utf-8")
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        names = words.names_of_officers(session)
    table = _table(site, officer, chosen, asked, names, language)
    name = f"audit-{site.desk.today().isoformat()}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    file = Stream(csv_file([table], language), media_type="text/csv", headers=headers)
    return recorded(request, site, Export.AUDIT, file, "csv")


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filter as it was typed."""
    given = request.query_params
    return {name: str(given.get(name, "")).strip()[:_WORDS] for name in ("kind", "who", "act", "subject", "from", "to")}


def _chosen(desk: Desk, asked: dict[str, str], language: Language) -> tuple[Chosen, dict[str, str]]:
    """What is looked for, and what is wrong with what was typed, by field."""
    errors: dict[str, str] = {}
    days: dict[str, dt.date | None] = {}
    for name in ("from", "to"):
        try:
            days[name] = dt.date.fromisoformat(asked[name]) if asked[name] else None
        except ValueError:
            days[name], errors[name] = None, desk.texts.say("page.audit.bad_day", language)
    since, until = days["from"], days["to"]
    if since and until and until < since:
        errors["to"], until = desk.texts.say("page.audit.bad_period", language), None
    if until == dt.date.max:
        until = None
    kind = asked["kind"] if asked["kind"] in ("officer", *OTHERS) else ""
    return Chosen(kind, asked["who"], asked["act"], asked["subject"], since, until), errors


def _acts(desk: Desk, language: Language) -> list[tuple[str, str]]:
    """The acts to choose from: of each family all together, then each by itself, in the order of their words."""
    say = desk.texts.say
    options: list[tuple[str, str, str]] = []
    for family, acts in words.families(desk.texts).items():
        of = say(f"audit.family.{family}", language)
        options.append((of, "", f"{family}."))
        options += [(of, words.act_in_words(desk.texts, act, language), act) for act in acts]
    return [
        (
            act,
            say("page.audit.one_of", language, family=of, act=name)
            if name
            else say("page.audit.all_of", language, family=of),
        )
        for of, name, act in sorted(options)
    ]


def _table(
    site: Site, officer: Officer, chosen: Chosen, asked: dict[str, str], names: dict[str, str], language: Language
) -> Table:
    say = site.desk.texts.say
    labels = {
        "kind": "page.audit.kind",
        "who": "page.audit.who",
        "act": "page.audit.act",
        "subject": "page.audit.subject",
        "from": "page.list.from",
        "to": "page.list.to",
    }
    about = [(say(labels[name], language), value) for name, value in asked.items() if value]
    about.append((say("page.audit.at", language), moment(site.desk.now(), language)))
    about.append((say("page.audit.list", language), say("page.audit.export_about", language, rows=f"{EXPORTED:,}")))

    def rows() -> Iterator[Sequence[str | dt.datetime]]:
        for entry in listing.all_of(site.desk.store, officer, chosen, at_most=EXPORTED):
            told = words.told(site.desk.texts, entry, names, language)
            details = "; ".join(f"{label}: {value}" for label, value in told.details)
            yield told.at, told.actor, told.act, told.subject, details

    columns = [
        Column(say(f"page.audit.{name}", language), Kind.MOMENT if name == "at" else Kind.TEXT)
        for name in ("at", "who", "act", "subject", "detail")
    ]
    return Table("audit", say("page.desk.tab_audit", language), columns, rows(), about)


def _links(session: Session, officer: Officer, entries: Sequence[AuditEntry]) -> dict[int, str]:
    """Where the subject of an entry has a page that this officer may open: its address, by the entry's id."""
    subjects = {entry.subject for entry in entries}
    links: dict[str, str] = {}
    if officer.has_any(*CASE_WORKERS):
        numbers = select(Case.number).where(Case.number.in_(subjects), queries.seen_by(officer))
        links |= {number: f"/desk/cases/{number}" for number in session.scalars(numbers) if number}
        codes = {entry.subject for entry in entries if entry.act.startswith(("membership.", "enterprise."))}
        found = [enterprises.by_tax_code(session, code) for code in codes]
        mine = [each.tax_code for each in found if each is not None and enterprises.may_settle(session, officer, each)]
        links |= {code: f"/desk/enterprises/{code}" for code in mine}
    found_links = {entry.id: links[entry.subject] for entry in entries if entry.subject in links}
    if listing.sees_all(officer):
        found_links |= {entry.id: address for entry in entries if (address := _address(entry))}
    return found_links


#: Pages that an administrator of the whole authority may open, by the family of an act.
_PAGES = {
    "setting": "/desk/settings",
    "officer": "/desk/people",
    "unit": "/desk/units",
    "guidance": "/desk/guidance/entries",
}


def _address(entry: AuditEntry) -> str | None:
    """The page of what an act was about; a version of the guidance is on the page of its entry."""
    family = entry.act.split(".")[0]
    if family not in _PAGES or "draft" in entry.act:
        return None
    return f"{_PAGES[family]}/{quote(entry.subject.partition('@')[0])}"
