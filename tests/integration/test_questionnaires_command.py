"""`customs questionnaires`: from the file that ships to the published results."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli import main as command
from cli import questionnaires as questionnaires_command
from cli.terminal import out
from clock import due
from desk.questionnaires import publishing
from desk.questionnaires.answering import Given
from tests.desk_fixtures import CONTENT, World
from tests.questionnaire_fixtures import LAST_DAY, add_leader, answers, asked, deliver

Customs = Callable[..., Result]
SHIPPED = str(CONTENT / "questionnaires" / "yearly_satisfaction.yml")


@pytest.fixture
def customs(world: World, monkeypatch: pytest.MonkeyPatch) -> Customs:
    """The command over the tests' desk."""
    monkeypatch.setattr(questionnaires_command, "desk_and_settings", lambda: (world.desk, None))
    monkeypatch.setattr(out, "width", 300)
    return lambda *words: CliRunner().invoke(command.app, ["questionnaires", *words])


def test_the_yearly_survey_from_the_file_to_the_published_results(customs: Customs, world: World) -> None:
    people = asked(world, *(str(number) for number in range(100, 106)))
    with world.store.writing() as session:
        add_leader(session)
    assert customs("load", SHIPPED, "--as", "quan").stdout == "questionnaire 1: draft\n"
    shown = json.loads(customs("show", "1", "--json").stdout)
    assert (shown["would_be_asked"], shown["left_out"], len(shown["questions"])) == (6, {}, 8)
    opened = customs("open", "1", "--as", "quan", "--people", "6", "--last-day", LAST_DAY.isoformat())
    assert opened.stdout == "questionnaire 1: open\n"
    due.send_questionnaires(world.desk)
    deliver(world)
    for number, chatter in enumerate(people):
        levels = [Given(level=5)] * 5
        words = Given(text="Góp ý thứ nhất") if number == 0 else Given()
        answers(world, chatter, *levels, Given(options=[0]), Given(), words)
    assert "Góp ý thứ nhất" in customs("results", "1").stdout
    assert customs("close", "1", "--as", "quan").stdout == "questionnaire 1: closed\n"
    told = json.loads(customs("results", "1", "--json").stdout)
    assert (told["finished"], told["response_rate"], told["questions"][0]["counts"]) == (6, 1.0, [0, 0, 0, 0, 6])
    text = next(line for line in customs("results", "1").stdout.splitlines() if "Góp ý" in line).split(":")[0].strip()
    assert customs("release", "1", text, "--as", "quan").stdout == "questionnaire 1: closed\n"
    assert customs("publish", "1", "--as", "quan").stdout == "questionnaire 1: published\n"
    assert json.loads(customs("list", "--json").stdout)[0]["state"] == "published"
    with world.store.reading() as session:
        found = publishing.published_summary(session, 1)
        assert found is not None
        assert [each["text"] for each in found["questions"][7]["texts"]] == ["Góp ý thứ nhất"]
    compared = json.loads(customs("results", "1", "--by", "6", "--json").stdout)["compared"]
    assert compared == {"groups": [], "others": 6, "hidden": False}


def test_what_is_refused_is_said_in_a_sentence(customs: Customs, world: World) -> None:
    assert "no questionnaire 9" in customs("show", "9").stderr
    refused = customs("load", SHIPPED, "--as", "minh")
    assert (refused.exit_code, "units that you lead" in refused.stderr) == (2, True)
    with world.store.writing() as session:
        add_leader(session)
    customs("load", SHIPPED, "--as", "quan")
    assert "last day 14 to 60 days" in customs("open", "1", "--as", "quan", "--people", "0").stderr
    assert "only by the number of a choice" in customs("results", "1", "--by", "region").stderr
    assert "14 to 60" in customs("open", "1", "--as", "quan", "--people", "0", "--last-day", "2027-11-01").stderr
    assert customs("discard", "1", "--as", "quan").stdout == "questionnaire 1: discarded\n"
    assert customs("list").exit_code == 0
