"""What an instrument bears on: entries, open cases and recent answers, kept as review tasks and worked off."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.model import CaseEntry, EntryKind
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.guidance.model import GuidanceDraft
from desk.guidance.permissions import GuidanceRefused
from desk.law import keeping
from desk.law.impact import listing
from desk.law.impact import service as impact
from desk.law.impact.model import How, ImpactKind, ImpactTask
from desk.law.instruments import Change, Instrument, Instruments
from tests.console_fixtures import open_case
from tests.curator_fixtures import named
from tests.desk_fixtures import NOON, Chatter, World, a_record

#: Circular 121/2025 amends Circular 38/2015, Law 108/2025 and Decree 169/2026 take the place of others, Law 11/2026 is
#: yet to come: each with the first day of what it brings.
CIRCULAR, TAX_LAW, FINES, COMING = "121/2025/TT-BTC", "108/2025/QH15", "169/2026/NĐ-CP", "11/2026/QH16"
AMENDED = "38/2015/TT-BTC"
AROUND = [
    (CIRCULAR, AMENDED, "amends", dt.date(2026, 2, 1)),
    (TAX_LAW, "38/2019/QH14", "replaces", dt.date(2026, 7, 1)),
    (FINES, "128/2020/NĐ-CP", "replaces", dt.date(2026, 7, 1)),
    (COMING, "54/2014/QH13", "amends", dt.date(2027, 3, 1)),
]


FURTHER = [{"instrument": "128/2020/NĐ-CP", "how": "amends"}]


def publishes(world: World, entry: str, *cited: dict[str, Any], **more: Any) -> None:
    with world.store.writing() as session:
        record = a_record(entry, legal_basis=list(cited), **more)
        guidance.publish(session, record, origin="curator", by="officer:hoa", at=NOON)


def at(article: str | None, instrument: str = AMENDED) -> dict[str, Any]:
    return {"instrument": instrument, "article": article}


def changing(
    desk: Desk, number: str = CIRCULAR, changed: str = AMENDED, how: str = "amends", *articles: str
) -> Instrument:
    """What ships of an instrument, with this change alone."""
    change = Change.model_validate({"instrument": changed, "how": how, "articles": list(articles)})
    return desk.rules.instruments[number].model_copy(update={"changes": [change]})


def makes_tasks(world: World, instrument: Instrument) -> impact.Made:
    with world.store.writing() as session:
        return impact.open_tasks(world.desk, session, instrument, by="officer:hoa")


def tasks(world: World, *, done: bool = False, **wanted: Any) -> list[ImpactTask]:
    with world.store.reading() as session:
        return listing.listed(session, None, listing.Wanted(done=done, **wanted), limit=100).rows


def subjects(world: World, kind: ImpactKind | None = None) -> list[str]:
    return [task.subject for task in tasks(world, kind=kind)]


class TestEntries:
    def test_those_that_cite_a_touched_article_are_listed_and_no_others(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        publishes(world, "fee_rates", at("17"))
        publishes(world, "used_machinery", at(None))
        publishes(world, "transit_land", at("16", "39/2015/TT-BTC"))
        made = makes_tasks(world, changing(world.desk, CIRCULAR, AMENDED, "amends", "16", "18"))
        assert subjects(world) == ["channels", "used_machinery"]
        assert (made.opened, made.of(ImpactKind.ENTRY)) == (2, 2)

    def test_a_change_that_is_not_limited_touches_all(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        publishes(world, "fee_rates", at("17"))
        makes_tasks(world, changing(world.desk))
        assert subjects(world) == ["channels", "fee_rates"]

    def test_the_reason_names_what_is_changed_from_which_day_and_where(self, world: World) -> None:
        publishes(world, "channels", at("16") | {"clause": "2", "point": "a"})
        makes_tasks(world, changing(world.desk, CIRCULAR, AMENDED, "amends", "16"))
        place = {"article": "16", "clause": "2", "point": "a"}
        why = {"changed": AMENDED, "how": "amends", "from": "2026-02-01", "places": [place], "entry": "channels"}
        assert tasks(world)[0].why == [why]

    @pytest.mark.parametrize(("number", "changed", "how", "first"), AROUND)
    def test_only_what_is_served_for_a_day_from_the_change_on(
        self, world: World, number: str, changed: str, how: str, first: dt.date
    ) -> None:
        assert world.desk.rules.instruments[number].in_force.from_ == first
        before = first - dt.timedelta(days=1)
        publishes(world, "channels", at("5", changed), in_force={"from": "2020-01-01", "to": str(before)})
        publishes(world, "fee_rates", at("5", changed), in_force={"from": "2020-01-01", "to": str(first)})
        publishes(world, "used_machinery", at("5", changed))
        makes_tasks(world, changing(world.desk, number, changed, how, "5"))
        assert subjects(world) == ["fee_rates", "used_machinery"]

    def test_a_version_that_was_replaced_before_the_change_counts_no_more(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        publishes(world, "channels", at("16", "39/2015/TT-BTC"), in_force={"from": "2026-02-01"})
        makes_tasks(world, changing(world.desk))
        assert subjects(world, ImpactKind.ENTRY) == []


class TestAnswersAndCases:
    def asked(self, world: World, person: Chatter, entry: str = "channels", version: int = 2) -> None:
        world.search.finds(entry, version=version)
        person.writes("phân luồng tờ khai thế nào")

    def test_answers_of_the_last_days_are_listed_each_once(self, world: World, lan: Chatter, an: Chatter) -> None:
        publishes(world, "channels", at("16"))
        self.asked(world, lan)
        world.clock.advance(days=31)
        self.asked(world, an)
        makes_tasks(world, changing(world.desk))
        found = tasks(world, kind=ImpactKind.ANSWER)
        assert [task.entry_id for task in found] == ["channels"]

    def test_an_answer_from_a_version_that_does_not_cite_it_is_none(self, world: World, lan: Chatter) -> None:
        self.asked(world, lan, version=1)
        publishes(world, "channels", at("16"))
        makes_tasks(world, changing(world.desk))
        assert subjects(world, ImpactKind.ANSWER) == []

    def test_an_open_case_whose_thread_names_the_instrument_is_listed(self, world: World) -> None:
        case = open_case(world, "Thông tư 38/2015 quy định hồ sơ của tôi ra sao?")
        makes_tasks(world, changing(world.desk, CIRCULAR, AMENDED, "amends", "16"))
        assert subjects(world, ImpactKind.CASE) == [case.number]

    def test_an_open_case_whose_reply_quotes_touched_guidance_is_listed(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        case = open_case(world)
        with world.store.writing() as session:
            entry = CaseEntry(case_id=case.id, kind=EntryKind.REPLIED.value, text="Lời.", at=NOON)
            entry.officer_id = named(session, "minh").id
            entry.detail = {"quoted": [{"entry": "channels", "version": 2}]}
            session.add(entry)
        makes_tasks(world, changing(world.desk))
        found = tasks(world, kind=ImpactKind.CASE)
        assert [(task.subject, task.entry_id) for task in found] == [(case.number, "channels")]

    def test_an_open_case_whose_question_was_answered_by_touched_guidance_is_listed(
        self, world: World, lan: Chatter
    ) -> None:
        publishes(world, "channels", at("16"))
        self.asked(world, lan)
        lan.taps("ask_officer")
        lan.taps("send_as_is")
        makes_tasks(world, changing(world.desk))
        assert len(subjects(world, ImpactKind.CASE)) == 1

    def test_a_case_of_another_matter_is_not(self, world: World) -> None:
        open_case(world)
        makes_tasks(world, changing(world.desk))
        assert subjects(world) == []


class TestOnlyOnce:
    def test_a_second_look_adds_only_what_is_new(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        assert makes_tasks(world, changing(world.desk)).opened == 1
        publishes(world, "fee_rates", at("17"))
        assert makes_tasks(world, changing(world.desk)).opened == 1
        assert makes_tasks(world, changing(world.desk)).opened == 0
        assert subjects(world) == ["channels", "fee_rates"]

    def test_what_was_done_stays_done_until_there_is_a_new_reason(self, world: World) -> None:
        publishes(world, "channels", at("16"), at("17"))
        makes_tasks(world, changing(world.desk, CIRCULAR, AMENDED, "amends", "16"))
        settles(world)
        assert makes_tasks(world, changing(world.desk, CIRCULAR, AMENDED, "amends", "16")).opened == 0
        assert makes_tasks(world, changing(world.desk, CIRCULAR, AMENDED, "amends", "16", "17")).opened == 1
        assert [task.how for task in tasks(world)] == [None]

    def test_entering_an_instrument_makes_its_tasks_in_the_same_act(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        kept = enters(world, articles=["16"])
        assert kept.tasks == 1
        assert [task.instrument for task in tasks(world)] == ["999/2026/TT-BTC"]

    def test_an_edit_makes_tasks_only_of_the_changes_that_it_brings(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        publishes(world, "fee_rates", at("4", "128/2020/NĐ-CP"))
        for number in (1, 2):
            edit = {"sources": [f"Bản {number}"]}
            if number == 2:
                edit |= {"changes": [{"instrument": AMENDED, "how": "amends"}, *FURTHER]}
            with world.store.writing() as session:
                standing = keeping.standing(world.desk, session, "39/2018/TT-BTC")
                assert standing.instrument is not None
                content, hoa = standing.instrument.as_json() | edit, named(session, "hoa")
                keeping.edit(world.desk, session, "39/2018/TT-BTC", content, hoa, revision=number - 1)
            assert subjects(world) == ["fee_rates"][: number - 1]

    def test_setting_it_aside_is_done_with_its_tasks(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        enters(world)
        with world.store.writing() as session:
            keeping.set_aside(world.desk, session, "999/2026/TT-BTC", named(session, "hoa"), words="Nhập nhầm.")
        assert [task.how for task in tasks(world, done=True)] == [How.MISTAKEN]


def enters(world: World, **change: Any) -> keeping.Kept:
    content = {
        "number": "999/2026/TT-BTC",
        "kind": "circular",
        "title": {"vi": "Thông tư thử", "en": "Trial circular"},
        "in_force": {"from": "2026-12-01", "to": None},
        "changes": [{"instrument": AMENDED, "how": "amends", **change}],
        "sources": ["Công báo"],
    }
    with world.store.writing() as session:
        return keeping.enter(world.desk, session, content, named(session, "hoa"))


def settles(world: World, how: How = How.RIGHT, by: str = "hoa", words: str = "Đã xem.", **more: Any) -> int:
    """Somebody is done with the first open task."""
    with world.store.writing() as session:
        task = first(session)
        return impact.settle(world.desk, session, task, named(session, by), how, words, **more)


def first(session: Session) -> ImpactTask:
    return session.scalars(select(ImpactTask).where(ImpactTask.done_at.is_(None)).order_by(ImpactTask.id)).all()[0]


class TestWorkingOff:
    def test_it_is_kept_who_did_what_with_which_words(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        makes_tasks(world, changing(world.desk))
        settles(world)
        done = tasks(world, done=True)
        assert [(task.how, task.words, task.done_by, task.done_at) for task in done] == [
            ("right", "Đã xem.", "officer:hoa", NOON)
        ]
        assert subjects(world) == []

    def test_words_are_needed_and_a_way_that_fits(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        makes_tasks(world, changing(world.desk))
        with pytest.raises(GuidanceRefused, match="words_missing"):
            settles(world, words="")
        with pytest.raises(GuidanceRefused, match="no_such_way"):
            settles(world, How.TOLD)

    def test_nobody_does_it_twice(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        makes_tasks(world, changing(world.desk))
        with world.store.writing() as session:
            task, hoa = first(session), named(session, "hoa")
            impact.settle(world.desk, session, task, hoa, How.RIGHT, "Đã xem.")
            with pytest.raises(GuidanceRefused, match="task_done"):
                impact.settle(world.desk, session, task, hoa, How.RIGHT, "Đã xem.")

    def test_a_draft_is_opened_or_the_one_that_is_open_is_taken(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        for instrument in (changing(world.desk), changing(world.desk, "06/2021/TT-BTC")):
            makes_tasks(world, instrument)
        with world.store.writing() as session:
            hoa = named(session, "hoa")
            numbers = [impact.open_draft(world.desk, session, first(session), hoa) for _ in range(2)]
            drafts = list(session.scalars(select(GuidanceDraft.id)))
        assert numbers == [drafts[0], drafts[0]]
        assert [task.how for task in tasks(world, done=True)] == [How.DRAFT, How.DRAFT]

    def test_answers_from_one_entry_can_be_done_with_together(self, world: World, lan: Chatter, an: Chatter) -> None:
        publishes(world, "channels", at("16"))
        world.search.finds("channels", version=2)
        for person in (lan, an):
            person.writes("phân luồng tờ khai thế nào")
        with world.store.writing() as session:
            impact.open_tasks(world.desk, session, changing(world.desk), by="officer:hoa")
            task = session.scalars(select(ImpactTask).where(ImpactTask.kind == "answer")).all()[0]
            hoa = named(session, "hoa")
            assert impact.settle(world.desk, session, task, hoa, How.TOLD, "Đã báo.", alike=True) == 2

    def test_the_officer_of_a_case_does_its_task_and_no_other(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        open_case(world, "Thông tư 38/2015/TT-BTC quy định hồ sơ của tôi ra sao?")
        makes_tasks(world, changing(world.desk))
        with pytest.raises(GuidanceRefused, match="not_a_curator"):
            settles(world, by="minh")
        settles(world)
        assert settles(world, How.PASSED, by="minh") == 1

    def test_officers_see_entries_and_their_own_cases_but_no_answers(self, world: World, lan: Chatter) -> None:
        publishes(world, "channels", at("16"))
        world.search.finds("channels", version=2)
        lan.writes("phân luồng tờ khai thế nào")
        world.search.finds("nothing", confidence=0.0)
        open_case(world, "Thông tư 38/2015/TT-BTC quy định hồ sơ của tôi ra sao?")
        makes_tasks(world, changing(world.desk))
        with world.store.reading() as session:
            seen = {
                name: [
                    task.kind for task in listing.listed(session, named(session, name), listing.Wanted(), limit=9).rows
                ]
                for name in ("hoa", "minh")
            }
        assert seen == {"hoa": ["entry", "case", "answer"], "minh": ["entry", "case"]}


class TestWhatShipsAnew:
    def ships(self, world: World, *numbers: str) -> Desk:
        """The desk of a release that ships these beside what the one before did."""
        known = [one for one in world.desk.rules.instruments if one.number != CIRCULAR]
        anew = [changing(world.desk, number) for number in numbers]
        return replace(world.desk, rules=replace(world.desk.rules, instruments=Instruments([*known, *anew])))

    def notes(self, desk: Desk) -> dict[str, int]:
        with desk.store.writing() as session:
            return impact.note_shipped(desk, session)

    def test_a_new_store_has_no_tasks_and_a_later_release_makes_them_once(self, world: World) -> None:
        publishes(world, "channels", at("16"))
        assert self.notes(self.ships(world)) == {}
        assert self.notes(self.ships(world, CIRCULAR)) == {CIRCULAR: 1}
        assert self.notes(self.ships(world, CIRCULAR)) == {}
        assert subjects(world) == ["channels"]
