"""The operator's command on a store of its own: what it prints, and how it refuses."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from bootstrap.assembly import SystemClock, open_store
from bootstrap.settings import read_settings
from cli import law
from cli import main as command
from cli.terminal import out
from desk.answering.outcome import Outcome
from desk.answering.question import Answer, Question
from desk.cases import service as cases
from desk.cases.model import Urgency
from desk.cases.promises.deadlines import Deadline
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Message
from desk.enquiries import service as enquiries
from desk.guidance import service as guidance
from desk.migrations.run import revision_of
from desk.ports import LawHit
from desk.speech import Utterance
from desk.units import service as units
from desk.working_time.hours import local
from tests.desk_fixtures import FakeSearch, a_record
from tests.e2e.telegram_emulator import free_port

Customs = Callable[..., Result]


@pytest.fixture
def customs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customs:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("KNOWLEDGE_PORT", str(free_port()))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(out, "width", 300)

    def run(*words: str) -> Result:
        return CliRunner().invoke(command.app, list(words))

    return run


def open_a_case() -> str:
    """A case as an enterprise opens it; returns its number."""
    now = SystemClock().now()
    with open_store(read_settings()).writing() as session:
        incoming = Incoming("terminal", "lan", Kind.TEXT, text="Hàng bị giữ, phải làm gì?")
        chat = conversations.chat_of(session, incoming, now)
        conversation = conversations.current(session, chat, incoming.text, now)
        message = conversations.person_said(session, conversation, incoming.text, None, now)
        case = cases.open_case(
            session,
            enquiry=message,
            conversation=conversation,
            opening=cases.Opening(
                Urgency.NOT_URGENT,
                cases.Assignment(units.department(session)),
                Deadline(now + dt.timedelta(hours=6), now + dt.timedelta(hours=8)),
            ),
            at=now,
        )
        assert case.number is not None
        return case.number


def test_an_officer_is_added_with_a_password_that_is_shown_once(customs: Customs) -> None:
    added = customs("users", "add", "minh", "--name", "Minh")

    assert added.exit_code == 0
    assert added.output.startswith("minh: ")
    assert len(added.output.split()[1]) >= 12
    listed = customs("users", "list").output
    assert "minh" in listed
    assert added.output.split()[1] not in listed


@pytest.mark.thorough
def test_a_taken_user_name_is_refused_in_a_sentence(customs: Customs) -> None:
    customs("users", "add", "minh", "--name", "Minh")

    again = customs("users", "add", "minh", "--name", "Minh")

    assert again.exit_code == 2
    assert "This user name is taken" in again.output


@pytest.mark.thorough
def test_the_shipped_guidance_is_complete_loads_once_and_is_listed(customs: Customs) -> None:
    assert "of earlier days are complete" in customs("guidance", "check").output
    first = customs("guidance", "load").output
    second = customs("guidance", "load").output

    assert "published 0, changed 0" not in first
    assert second.startswith("published 0, changed 0, for review 0, removed 0, unchanged")
    listed = json.loads(customs("guidance", "list", "--json").output)
    assert len(listed) >= 60
    assert {"entry", "version", "group", "confirmed", "title"} == listed[0].keys()


@pytest.mark.thorough
def test_an_entry_is_confirmed_and_withdrawn_in_a_curators_name(customs: Customs) -> None:
    customs("users", "add", "hoa", "--name", "Hoa", "--role", "curator")
    customs("guidance", "load")

    assert customs("guidance", "confirm", "gifts", "--as", "hoa").exit_code == 0
    assert customs("guidance", "withdraw", "gifts", "--as", "hoa", "--reason", "luật mới").exit_code == 0

    entries = {row["entry"] for row in json.loads(customs("guidance", "list", "--json").output)}
    assert "gifts" not in entries
    assert customs("guidance", "show", "gifts").exit_code == 2


@pytest.mark.thorough
def test_an_operator_goes_back_to_the_schema_of_an_earlier_release(customs: Customs) -> None:
    customs("migrate")
    back = customs("migrate", "--back-to", "0028")
    assert (back.exit_code, "0028" in back.output) == (0, True)
    assert customs("migrate", "--back-to", "nonsense").exit_code == 2
    assert customs("migrate", "--back-to", "0029").exit_code == 2  # which lies ahead
    assert revision_of(open_store(read_settings()).engine) == "0028"
    assert customs("migrate").exit_code == 0


@pytest.mark.thorough
def test_cases_are_counted_by_what_was_found_for_them(customs: Customs) -> None:
    customs("migrate")
    open_a_case()

    counted = json.loads(customs("cases", "figures", "--json").output)
    assert (counted["cases"], counted["moved_on"], counted["enquiries"]) == (1, 0, 0)
    assert (counted["by_unit"], counted["by_found_by"]) == ({"VN": 1}, {"default": 1})
    assert (counted["by_topic"], counted["by_ministry"]) == ({"-": 1}, {"-": 1})
    assert "cases opened    1" in customs("cases", "figures").output
    assert json.loads(customs("cases", "figures", "--to", "2026-01-01", "--json").output)["cases"] == 0
    refused = customs("cases", "figures", "--from", "1/11/2026")
    assert (refused.exit_code, "'1/11/2026'" in refused.output) == (2, True)


def test_a_case_is_claimed_answered_and_resolved_from_a_terminal(customs: Customs) -> None:
    customs("users", "add", "minh", "--name", "Minh")
    number = open_a_case()

    assert customs("cases", "resolve", number, "--as", "minh").exit_code == 2
    assert customs("cases", "claim", number, "--as", "minh").output == f"{number}: claimed\n"
    assert (
        customs("cases", "reply", number, "Xin liên hệ đội giám sát.", "--as", "minh").output == f"{number}: answered\n"
    )
    assert customs("cases", "resolve", number, "--as", "minh").output == f"{number}: resolved\n"
    shown = customs("cases", "show", number).output
    assert "Xin liên hệ đội giám sát." in shown
    assert number not in customs("cases", "list").output
    assert json.loads(customs("ratings", "--json").output)["asked"] == 1


LAW = "54/2014/QH13"
TEXT = "Chương I\nQUY ĐỊNH CHUNG\nĐiều 901. Hàng thử\n1. Hàng thử phải khai.\nĐiều 902. Bến thử\nBến thử là nơi thử.\n"


@pytest.fixture
def file(customs: Customs, tmp_path: Path) -> Path:
    """A made-up text of a law, and hoa who may import it."""
    customs("users", "add", "hoa", "--name", "Hoa", "--role", "curator")
    (tmp_path / "law.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path / "law.txt"


@pytest.mark.thorough
def test_a_case_is_put_away_as_spam_and_opened_again_by_a_head(customs: Customs) -> None:
    customs("users", "add", "minh", "--name", "Minh")
    customs("users", "add", "hanh", "--name", "Hanh", "--role", "head")
    number = open_a_case()
    customs("cases", "claim", number, "--as", "minh")
    spam = customs("cases", "spam", number, "--reason", "Quảng cáo", "--as", "minh")
    assert spam.output == f"{number}: resolved\n"
    assert "as spam: Quảng cáo" in customs("cases", "show", number).output
    assert json.loads(customs("ratings", "--json").output)["asked"] == 0
    assert customs("cases", "reopen", number, "--as", "minh").exit_code == 2
    assert customs("cases", "reopen", number, "--as", "hanh").output == f"{number}: waiting\n"


def test_the_text_of_a_law_is_imported_shown_and_removed(customs: Customs, file: Path) -> None:
    imported = customs("law", "import", str(file), "--instrument", LAW, "--as", "hoa", "--left-out")
    again = customs("law", "import", str(file), "--instrument", LAW, "--as", "hoa")

    assert imported.output.splitlines() == [
        f"{LAW}: new 2, changed 0, removed 0, unchanged 0; 2 lines belong to no article",
        "     1  Chương I",
        "     2  QUY ĐỊNH CHUNG",
    ]
    assert again.output.startswith(f"{LAW}: new 0, changed 0, removed 0, unchanged 2;")
    [listed] = json.loads(customs("law", "list", "--json").output)
    assert (listed["instrument"], listed["articles"], listed["imported_by"]) == (LAW, 2, "officer:hoa")
    assert LAW in customs("law", "list").output
    assert customs("law", "show", LAW, "902").output == "Điều 902. Bến thử\nBến thử là nơi thử.\n\n"
    assert [row["article"] for row in json.loads(customs("law", "show", LAW, "--json").output)] == ["901", "902"]
    assert customs("law", "remove", LAW, "--as", "hoa").output == f"{LAW}: removed 2\n"
    assert json.loads(customs("law", "list", "--json").output) == []


@pytest.mark.thorough
def test_what_cannot_be_done_with_a_law_is_said_in_a_sentence(customs: Customs, file: Path) -> None:
    unlisted = customs("law", "import", str(file), "--instrument", "901/2026/QH99", "--as", "hoa")

    assert (unlisted.exit_code, unlisted.output.count("\n")) == (2, 1)
    assert "content/law/instruments.yml" in unlisted.output
    assert customs("law", "show", LAW).exit_code == 2
    assert customs("law", "remove", LAW, "--as", "hoa").exit_code == 2
    customs("law", "import", str(file), "--instrument", LAW, "--as", "hoa")
    assert "'7'" in customs("law", "show", LAW, "7").output


@pytest.mark.thorough
def test_the_law_is_searched_from_a_terminal(customs: Customs, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search = FakeSearch()
    monkeypatch.setattr(law, "with_search", lambda desk, _: dataclasses.replace(desk, search=search))
    customs("law", "import", str(file), "--instrument", LAW, "--as", "hoa")
    assert customs("law", "search", "hàng thử").output.startswith("No place in the law was found")
    search.finds_law(LawHit(LAW, "901", "1", None, "Hàng thử", "1. Hàng thử phải khai.", 2.0, 0.2))

    printed = customs("law", "search", "hàng thử khai thế nào").output
    [found] = json.loads(customs("law", "search", "hàng thử khai thế nào", "--json").output)

    name = f"Khoản 1 Điều 901 Luật Hải quan số {LAW} (đang có hiệu lực, đã được sửa đổi, bổ sung)"
    assert printed == f"0.20  {name}\n1. Hàng thử phải khai.\n\n"
    assert (found["place"], found["article"], found["confidence"]) == (name, "901", 0.2)
    search.fails = True
    assert customs("law", "search", "hàng thử").exit_code == 2


@pytest.mark.thorough
def test_a_case_is_shown_with_the_law_that_bears_on_its_question(customs: Customs) -> None:
    customs("status", "--json")
    number = open_a_case()
    found = LawHit(LAW, "901", "1", None, "Hàng thử", "1. Hàng thử phải khai.", 2.0, 0.6)
    with open_store(read_settings()).writing() as session:
        message = session.scalars(select(Message)).one()
        answer = Answer(
            *(message.id, message.text, dt.date(2026, 11, 23), Outcome.UNANSWERABLE_NOT_COVERED),
            *("vi", Utterance(()), [], 1, {}),
            law=[found],
        )
        question = Question(message.text, "vi", dt.date(2026, 11, 23))
        enquiries.keep(session, message, question, [answer], SystemClock().now())

    shown = customs("cases", "show", number).output

    name = f"Khoản 1 Điều 901 Luật Hải quan số {LAW} (đang có hiệu lực, đã được sửa đổi, bổ sung)"
    assert shown.endswith(f"-- related law\n{name}: Hàng thử\n1. Hàng thử phải khai.\n")


@pytest.mark.thorough
def test_no_ratings_are_no_zeros(customs: Customs) -> None:
    figures = json.loads(customs("ratings", "--json").output)

    assert figures["counts"] == [0] * 5
    assert (figures["asked"], figures["answered"]) == (0, 0)
    for name in ("response_rate", "mean", "mean_interval", "share_satisfied", "share_interval"):
        assert figures[name] is None


@pytest.mark.thorough
def test_figures_are_printed_and_written_to_files(customs: Customs, tmp_path: Path) -> None:
    customs("status", "--json")
    open_a_case()
    today = f"{local(SystemClock().now()):%Y-%m-%d}"
    days = ("--from", today, "--to", today)

    printed = customs("figures", *days)
    counted = json.loads(customs("figures", *days, "--format", "json").output)
    as_csv = customs("figures", *days, "--format", "csv", "--table", "timeliness", "--language", "vi").output
    customs("figures", *days, "--format", "xlsx", "--output", str(tmp_path / "figures.xlsx"))

    assert "Cases opened" in printed.output
    assert [row["cases"] for row in counted["tables"]["timeliness"]] == [1]
    assert counted["period"] == {"from": today, "to": today}
    assert "Tất cả các đơn vị đã chọn;1;0;1;0" in as_csv
    sheets = openpyxl.load_workbook(tmp_path / "figures.xlsx").sheetnames
    assert "Times by unit" in sheets


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--from", "1/11/2026", "--to", "2026-11-02"), "is no day"),
        (("--from", "2026-11-02"), "both --from and --to"),
        (("--from", "2026-11-02", "--to", "2026-11-01"), "last day"),
        (("--unit", "NOWHERE"), "no unit"),
        (("--format", "xlsx"), "--output"),
        (("--format", "pdf"), "pdf"),
        (("--table", "colours"), "colours"),
        (("--period", "yesterday"), "yesterday"),
    ],
)
def test_figures_that_cannot_be_told_are_refused_in_words(
    customs: Customs, options: tuple[str, ...], reason: str
) -> None:
    refused = customs("figures", *options)
    assert refused.exit_code == 2
    assert reason in refused.output


@pytest.mark.thorough
def test_an_unknown_officer_or_case_is_named(customs: Customs) -> None:
    customs("status", "--json")
    number = open_a_case()

    assert "'nobody'" in customs("cases", "claim", number, "--as", "nobody").output
    assert "'2026-99999'" in customs("cases", "show", "2026-99999").output


def test_status_says_of_each_process_how_it_is(customs: Customs, monkeypatch: pytest.MonkeyPatch) -> None:
    for port in ("CONSOLE_PORT", "RASA_PORT", "ACTIONS_PORT"):
        monkeypatch.setenv(port, str(free_port()))

    status = json.loads(customs("status", "--json").output)

    assert set(status["processes"].values()) == {False}
    assert status["cases_waiting"] == 0


def test_a_day_that_is_none_is_refused(customs: Customs) -> None:
    refused = customs("ask", "phí hải quan", "--as-of", "hôm qua")

    assert refused.exit_code == 2
    assert "--as-of" in refused.output


def test_a_bad_setting_ends_the_command_with_its_name(
    customs: Customs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONSOLE_PORT", "eighty")
    monkeypatch.setattr("sys.argv", ["customs", "status"])

    with pytest.raises(SystemExit) as ended:
        command.main()

    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("CONSOLE_PORT cannot be used")


@pytest.mark.thorough
def test_a_case_is_worked_on_from_the_terminal(customs: Customs) -> None:
    customs("users", "add", "minh", "--name", "Minh")
    customs("users", "add", "hanh", "--name", "Hanh", "--role", "head")
    number = open_a_case()
    for words, state in (
        (("claim", number, "--as", "minh"), "claimed"),
        (("ask", number, "Hàng gì?", "--as", "minh"), "needs_information"),
        (("note", number, "Đã gọi điện.", "--as", "minh"), "needs_information"),
        (("take-over", number, "--as", "hanh"), "needs_information"),
        (("transfer", number, "VN", "--reason", "Anh rành hơn", "--to", "minh", "--as", "hanh"), "needs_information"),
        (("return", number, "--reason", "Nhầm việc", "--as", "minh"), "waiting"),
    ):
        done = customs("cases", *words)
        assert (done.exit_code, done.output.strip()) == (0, f"{number}: {state}"), words
    shown = customs("cases", "show", number).output
    assert "Anh rành hơn" in shown
    assert "Nhầm việc" in shown


@pytest.mark.thorough
def test_an_act_that_the_desk_refuses_is_refused_in_a_sentence(customs: Customs) -> None:
    customs("users", "add", "minh", "--name", "Minh")
    number = open_a_case()
    for words, sentence in (
        (("take-over", number, "--as", "minh"), "head of the unit"),
        (("sign", number, "--as", "minh"), "no draft"),
        (("return-draft", number, "--reason", "x", "--as", "minh"), "no draft"),
        (("transfer", number, "NOWHERE", "--reason", "x", "--as", "minh"), "cannot take"),
    ):
        done = customs("cases", *words)
        assert (done.exit_code, sentence in done.output) == (2, True), words


@pytest.mark.thorough
def test_an_officers_duty_is_set(customs: Customs) -> None:
    customs("users", "add", "minh", "--name", "Minh")
    assert customs("cases", "duty", "minh", "off").output.strip() == "minh: off duty"
    assert customs("cases", "duty", "minh", "on").exit_code == 0
    assert customs("cases", "duty", "minh", "perhaps").exit_code == 2
    assert customs("cases", "duty", "nobody", "on").exit_code == 2


@pytest.mark.thorough
def test_news_is_listed_with_how_far_it_came_and_shown_in_both_languages(customs: Customs) -> None:
    assert customs("news", "list").exit_code == 0
    with open_store(read_settings()).writing() as session:
        guidance.publish(session, a_record(), origin=guidance.CURATOR, by="operator", at=SystemClock().now())
    assert "guidance:dossier_import:1" in customs("news", "list").output
    shown = customs("news", "show", "1").output
    for words in ("chats 0", "Hướng dẫn mới", "New guidance", "Ngừng nhận tin này"):
        assert words in shown
    assert customs("news", "show", "99").exit_code == 2
