"""What came of a questionnaire: seen only when it is over, compared only where enough are, published without few."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli import main as command
from cli import questionnaire_export
from desk.figures.statistics import mean_interval, mean_of, share_interval
from desk.questionnaires.answering import Given
from tests.answered_fixtures import LEVELS, TEXTS, add_answer, answered_by_many, texts_of
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import World
from tests.questionnaire_fixtures import a_plan, add_leader, closed

Browse = Callable[[], Browser]
COUNTS = [LEVELS.count(level) for level in range(1, 6)]


@pytest.fixture
def quan(browse: Browse, world: World) -> Browser:
    with world.store.writing() as session:
        add_leader(session)
    browser = browse()
    browser.signs_in("quan", PASSWORD)
    return browser


def path_of(id: int) -> str:
    return f"/desk/questionnaires/{id}"


def written(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def test_nobody_sees_answers_before_it_is_closed(quan: Browser, world: World) -> None:
    id = answered_by_many(world, closes=False)
    path = path_of(id)
    assert world.text("page.questionnaires.results_after") in quan.get(path).text
    for page in ("results", "texts", "publish", "export.csv", "export.xlsx"):
        assert quan.get(f"{path}/{page}").status_code == 404
    closed(world, id)
    assert quan.get(f"{path}/results").status_code == 200


def test_means_and_shares_carry_their_intervals(quan: Browser, world: World) -> None:
    page = quan.get(f"{path_of(answered_by_many(world))}/results").text
    mean, interval = mean_of(COUNTS), mean_interval(COUNTS)
    assert (
        f"{written(mean, 2)} (khoảng tin cậy 95%: từ {written(interval.low, 2)} đến {written(interval.high, 2)})"
        in page
    )
    high, ends = sum(COUNTS[3:]) / 30, share_interval(sum(COUNTS[3:]), 30)
    assert f"{written(high * 100, 1)}% (khoảng tin cậy 95%: từ {written(ends.low * 100, 1)}%" in page
    assert page.count('role="img"') == 6  # three questions, each drawn for a screen and for a phone


def test_of_few_answers_only_numbers_are_told(quan: Browser, world: World) -> None:
    page = quan.get(f"{path_of(answered_by_many(world, people=19))}/results").text
    assert world.text("results.says.few") in page
    assert "Điểm trung bình của các mức" not in page


def test_of_an_anonymous_one_that_few_answered_nothing_is_shown(quan: Browser, world: World) -> None:
    id = answered_by_many(world, people=4)
    page = quan.get(f"{path_of(id)}/results").text
    assert world.text("results.hidden", least=5) in page
    assert 'role="img"' not in page
    assert world.text("results.no_texts") in quan.get(f"{path_of(id)}/texts").text
    assert TEXTS[0] not in quan.get(f"{path_of(id)}/export.csv").text


def test_only_groups_of_twenty_stand_side_by_side(quan: Browser, world: World) -> None:
    path = path_of(answered_by_many(world, a_plan(anonymous=False)))
    by_topic = quan.get(f"{path}/results?by=topic").text
    assert "Thuế" in by_topic[by_topic.index('id="compare"') :]
    assert world.text("results.others", count=8) in by_topic
    by_region = quan.get(f"{path}/results?by=region").text
    assert world.text("results.others", count=0) in by_region
    assert world.text("results.others", count=8) not in quan.get(f"{path}/results?by=nonsense").text


def test_an_anonymous_one_is_not_compared_by_topic(quan: Browser, world: World) -> None:
    page = quan.get(f"{path_of(answered_by_many(world))}/results?by=topic").text
    assert 'value="topic"' not in page
    assert world.text("results.compare_anonymous") in page


def test_the_files_hold_all_of_it_and_nobodys_name(quan: Browser, world: World) -> None:
    path = path_of(answered_by_many(world))
    csv = quan.get(f"{path}/export.csv")
    assert csv.headers["content-disposition"].endswith('.csv"')
    assert csv.text.startswith("\ufeff")
    assert "Mong có thêm hướng dẫn về hoàn thuế." in csv.text
    assert "0312345678" not in csv.text
    assert "Rất hài lòng;12;0,4;" in csv.text
    book = ZipFile(io.BytesIO(quan.get(f"{path}/export.xlsx").content))
    assert len([name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]) >= 5


def test_texts_are_masked_and_released_one_by_one(quan: Browser, browse: Browse, world: World) -> None:
    id = answered_by_many(world)
    path, ids = path_of(id), texts_of(world, id)
    page = quan.get(f"{path}/texts").text
    assert "0312345678" not in page
    released = quan.posts(f"{path}/texts", {"answer": ids[TEXTS[7]], "publish": "yes"}, form_on=f"{path}/texts")
    assert released.text.count(world.text("results.is_released")) == 1
    quan.posts(f"{path}/texts", {"answer": ids[TEXTS[20]], "publish": "yes"}, form_on=f"{path}/texts")
    quan.posts(f"{path}/texts", {"answer": ids[TEXTS[20]], "publish": "no"}, form_on=f"{path}/texts")
    refused = quan.posts(f"{path}/texts", {"answer": "A" * 22, "publish": "yes"}, form_on=f"{path}/texts")
    assert (refused.status_code, world.text("questionnaire.refused.not_a_text") in refused.text) == (409, True)
    assert TEXTS[7] in quan.get(f"{path}/publish").text
    quan.posts(f"{path}/publish", {}, form_on=f"{path}/publish")
    public = browse().get(f"/results/{id}").text
    assert TEXTS[7] in public
    assert TEXTS[20] not in public
    assert "dễ hiểu" not in public
    late = quan.posts(f"{path}/texts", {"answer": ids[TEXTS[20]], "publish": "yes"}, form_on="/desk/me")
    assert late.status_code == 409


def test_everybody_reads_what_was_published_and_nothing_before(quan: Browser, browse: Browse, world: World) -> None:
    id, anybody = answered_by_many(world), browse()
    assert world.text("results.public_none") in anybody.get("/results").text
    assert anybody.get(f"/results/{id}").status_code == 404
    assert anybody.get("/results/nothing").status_code == 404
    done = quan.posts(f"{path_of(id)}/publish", {}, form_on=f"{path_of(id)}/publish")
    assert world.text("page.questionnaires.done_published") in done.text
    assert f"/results/{id}" in anybody.get("/results").text
    assert world.text("results.took_part", count=30) in anybody.get("/results").text
    assert "/results" in anybody.get("/chat").text


def test_no_number_of_few_people_is_published(quan: Browser, browse: Browse, world: World) -> None:
    id = answered_by_many(world)
    quan.posts(f"{path_of(id)}/publish", {}, form_on=f"{path_of(id)}/publish")
    page = browse().get(f"/results/{id}").text
    assert world.text("results.says.joined") in page
    figures = [int(found) for found in re.findall(r'<td class="figure">(\d+)</td>', page)]
    assert figures
    assert min(figures) >= 5
    assert "Điểm trung bình của các mức" not in page  # it would tell the cells that were joined


def test_too_few_answers_are_not_published(quan: Browser, world: World) -> None:
    id = answered_by_many(world, a_plan(anonymous=False), people=4)
    page = quan.get(f"{path_of(id)}/publish")
    assert world.text("questionnaire.refused.few_answers", least=5) in page.text
    refused = quan.posts(f"{path_of(id)}/publish", {}, form_on="/desk/me")
    assert refused.status_code == 409


def test_a_question_that_nobody_answered_is_told_so(quan: Browser, world: World) -> None:
    id = answered_by_many(world, people=0, closes=False)
    for _ in range(6):
        add_answer(world, id, [Given(level=5), Given(options=[0]), Given(), Given()])
    closed(world, id)
    page = quan.get(f"{path_of(id)}/results").text
    assert page.count(world.text("results.says.nobody")) == 2


def test_an_operator_writes_the_same_to_a_file(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(questionnaire_export, "desk_and_settings", lambda: (world.desk, None))
    id = answered_by_many(world, a_plan(anonymous=False), closes=False)

    def export(*words: str) -> Result:
        return CliRunner().invoke(command.app, ["questionnaires", "export", str(id), *words])

    assert "closed" in export("--format", "json").stderr
    closed(world, id)
    told = json.loads(export("--format", "json").stdout)
    assert told["rate"] == [
        {"invited": 30, "finished": 30, "rate": 1.0, "low": share_interval(30, 30).low, "high": 1.0}
    ]
    assert [row["count"] for row in told["answers"]][:5] == COUNTS
    assert {row["text"] for row in told["texts"]} >= {TEXTS[7], TEXTS[20]}
    assert export("--format", "xlsx").exit_code == 2
    export("--format", "csv", "--output", str(tmp_path / "told.csv"))
    assert (tmp_path / "told.csv").read_bytes().startswith("\ufeff".encode())
