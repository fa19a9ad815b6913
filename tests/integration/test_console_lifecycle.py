"""Publishing at a moment, golden questions and where versions stand, as the curators' pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select

from console.staff.curators.draft_form import fields_of
from desk.guidance import service as guidance
from desk.guidance.gate import golden
from desk.guidance.model import GuidanceDraft
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.curator_fixtures import add_curators, edited, named, other_words, submits
from tests.desk_fixtures import NOON, World, a_record

ENTRY = "/desk/guidance/entries/dossier_import"
THEIRS = "luồng đỏ là gì"


@pytest.fixture
def people(browse: Callable[[], Browser], world: World) -> Callable[[str], Browser]:
    with world.store.writing() as session:
        add_curators(session)
        golden.add(session, "channels", named(session, "hoa"), "vi", THEIRS, at=NOON)

    def signed_in(username: str) -> Browser:
        browser = browse()
        browser.signs_in(username, PASSWORD)
        return browser

    return signed_in


@pytest.fixture
def hoa(people: Callable[[str], Browser]) -> Browser:
    return people("hoa")


@pytest.fixture
def mai(people: Callable[[str], Browser]) -> Browser:
    return people("mai")


def waiting(world: World) -> str:
    with world.store.writing() as session:
        draft = edited(world, session, answer=other_words())
        submits(world, session, draft)
        return f"/desk/guidance/drafts/{draft.id}"


def the_draft(world: World) -> GuidanceDraft:
    with world.store.reading() as session:
        return session.scalars(select(GuidanceDraft)).one()


def sends(browser: Browser, world: World, path: str, act: str, **fields: str) -> str:
    """Press a button of a draft's page, with what the page knows of the draft."""
    revision = str(the_draft(world).revision)
    return browser.posts(f"{path}/{act}", {"revision": revision, **fields}, form_on=path).text


def test_an_approver_sets_the_moment_and_the_draft_waits_for_it(mai: Browser, world: World) -> None:
    path = waiting(world)
    assert world.text("lifecycle.refused.moment_passed") in sends(mai, world, path, "plan", moment="2026-01-01T00:00")
    assert world.text("page.guidance.done_planned") in sends(mai, world, path, "plan", moment="2027-03-01T00:00")
    page = sends(mai, world, path, "approve")
    assert world.text("page.guidance.done_scheduled") in page
    assert "00:00 · 1/3/2027" in page
    assert the_draft(world).publish_at == dt.datetime(2027, 2, 28, 17, 0, tzinfo=dt.UTC)


def test_what_was_typed_for_a_moment_is_kept_where_it_is_refused(mai: Browser, world: World) -> None:
    assert 'value="2026-01-01T00:00"' in sends(mai, world, waiting(world), "plan", moment="2026-01-01T00:00")


def test_a_change_that_takes_a_question_is_shown_and_needs_a_reason(mai: Browser, world: World) -> None:
    world.search.finds("channels", about="luồng đỏ")
    world.search.would_find("dossier_import", about="luồng đỏ")
    path = waiting(world)
    page = sends(mai, world, path, "approve")
    assert world.text("gate.refused.stopped", count=1) in page
    assert THEIRS in page
    assert world.text("page.gate.finding_taken") in page
    (seal,) = [part.split('"')[0] for part in page.split('name="seal" value="')[1:]]
    assert world.text("drafting.refused.words_missing") in sends(mai, world, path, "approve", seal=seal, override=" ")
    page = sends(mai, world, path, "approve", seal=seal, override="Câu này nay thuộc hồ sơ.")
    assert world.text("page.guidance.done_published") in page
    shown = world.text("page.gate.overridden", name="Mai", reason="Câu này nay thuộc hồ sơ.")
    assert shown in page
    assert shown in mai.get(ENTRY).text


def test_a_reason_is_of_the_list_that_was_read(mai: Browser, world: World) -> None:
    world.search.fails = True
    path = waiting(world)
    assert world.text("gate.refused.not_run") in sends(mai, world, path, "approve")
    page = mai.get(path).text
    (seal,) = [part.split('"')[0] for part in page.split('name="seal" value="')[1:]]
    world.search.fails = False
    world.search.finds("channels", about="luồng đỏ")
    world.search.would_find("dossier_import", about="luồng đỏ")
    page = sends(mai, world, path, "approve", seal=seal, override="Gấp.")
    assert world.text("gate.refused.other_result") in page
    assert "Gấp." in page


def test_the_questions_are_tried_before_anybody_approves(hoa: Browser, world: World) -> None:
    path = waiting(world)
    assert world.text("page.gate.not_tried") in hoa.get(path).text
    page = sends(hoa, world, path, "gate")
    assert world.text("page.guidance.done_tried") in page
    assert world.text("gate.state.passed") in page


def test_a_correction_is_said_in_the_form_and_a_change_of_a_rule_without_its_day_is_cautioned(
    hoa: Browser, world: World
) -> None:
    hoa.posts(f"{ENTRY}/edit", {}, form_on=ENTRY)
    draft = the_draft(world)
    path = f"/desk/guidance/drafts/{draft.id}"
    fields = fields_of({**draft.content, "answer": other_words()}, "") | {"revision": "1", "corrects": "no"}
    page = hoa.posts(f"{path}/edit", fields, form_on=f"{path}/edit").text
    assert world.text("lifecycle.caution.same_first_day") in page
    fields |= {"corrects": "yes", "revision": "2"}
    page = hoa.posts(f"{path}/edit", fields, form_on=f"{path}/edit").text
    assert world.text("lifecycle.caution.same_first_day") not in page
    assert the_draft(world).corrects
    assert world.text("page.lifecycle.corrects_said") in hoa.get(path).text


def test_versions_say_where_they_stand_and_when_their_content_changed(hoa: Browser, world: World) -> None:
    later = {"from": "2027-03-01"}
    with world.store.writing() as session:
        changed = a_record("dossier_import", in_force=later, related=["channels"], answer=other_words())
        guidance.publish(session, changed, origin="curator", by="officer:mai", at=NOON)
    page = hoa.get(ENTRY).text
    assert world.text("page.lifecycle.version_in_force", since="1/1/2015") in page
    assert world.text("page.lifecycle.version_comes", since="1/3/2027") in page
    assert "1/1/2015 – 28/2/2027" in page
    assert world.text("page.lifecycle.content_changed") in page


def test_an_entry_that_ends_soon_is_seen_and_retired_with_its_last_day(hoa: Browser, world: World) -> None:
    with world.store.writing() as session:
        last = dt.date(2026, 12, 1)
        guidance.withdraw(session, "channels", by="operator", reason="Hết.", at=NOON, last_day=last)
    assert world.text("page.lifecycle.ending", count=1) in hoa.get("/desk/guidance").text
    assert (
        world.text("page.lifecycle.ends_soon", day="1/12/2026")
        in hoa.get(ENTRY.replace("dossier_import", "channels")).text
    )
    page = hoa.posts(f"{ENTRY}/retire", {"reason": "Hết.", "last_day": "2014-01-01"}, form_on=ENTRY).text
    assert world.text("lifecycle.refused.ends_before_it_begins") in page
    assert 'value="2014-01-01"' in page
    page = hoa.posts(f"{ENTRY}/retire", {"reason": "Hết.", "last_day": "2027-02-28"}, form_on=ENTRY).text
    assert "28/2/2027" in page


def test_golden_questions_are_added_and_closed(hoa: Browser, world: World) -> None:
    path = f"{ENTRY}/golden"
    assert world.text("page.gate.none") in hoa.get(path).text
    page = hoa.posts(path, {"text": "Hồ sơ gồm gì?", "language": "vi"}, form_on=path).text
    assert world.text("page.guidance.done_golden_added") in page
    page = hoa.posts(path, {"text": "Hồ sơ gồm gì?", "language": "vi"}, form_on=path)
    assert (page.status_code, world.text("gate.refused.is_there") in page.text) == (409, True)
    with world.store.reading() as session:
        (row,) = golden.of_entries(session, ["dossier_import"])
    page = hoa.posts(f"{path}/close", {"question": str(row.id), "words": "Thừa."}, form_on=path).text
    assert world.text("page.guidance.done_golden_closed") in page
    elsewhere = hoa.posts(f"{path}/close", {"question": "1", "words": "Thừa."}, form_on=path)
    assert elsewhere.status_code == 404
