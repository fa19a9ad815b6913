"""A guidance record: an incomplete one is refused with its place, and every shipped one is complete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from desk.guidance.record import GuidanceRecord, RecordError, read_record, read_records
from desk.law.instruments import Instruments
from tests.desk_fixtures import CONTENT, a_record, record_data

Spoil = Callable[[dict[str, Any]], None]
SHIPPED = read_records(CONTENT / "guidance")


def without(*path: str) -> Spoil:
    def spoil(data: dict[str, Any]) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return spoil


def with_(value: object, *path: str | int) -> Spoil:
    def spoil(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return spoil


def written(folder: Path, data: dict[str, Any], name: str = "dossier_import.yml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


REQUIRED = (
    *("id", "group", "title", "answer", "online_level", "legal_basis"),
    *("in_force", "text_date", "unit", "questions", "sources"),
)


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        *((without(part), part) for part in REQUIRED),
        *((without(part, "en"), f"{part}.en") for part in ("title", "answer", "unit", "where", "time_limit")),
        (with_("  ", "answer", "vi"), "answer.vi"),
        (with_(["one"], "documents", "en"), "documents"),
        (with_([], "documents", "vi"), "documents.vi"),
        (with_(["only", "five", "ways", "to", "ask"], "questions", "vi"), "questions.vi"),
        (with_("sales", "group"), "group"),
        (with_("perhaps", "online_level"), "online_level"),
        (with_([], "legal_basis"), "legal_basis"),
        (without("in_force", "from"), "in_force.from"),
        (with_("2014-01-01", "in_force", "to"), "in_force"),
        (with_("tomorrow", "text_date"), "text_date"),
        (with_([], "sources"), "sources"),
        (with_("x", "surprise"), "surprise"),
        (with_("Dossier Import", "id"), "id"),
        (with_(["price"], "not_stated"), "not_stated.0"),
        (with_({"instrument": ""}, "legal_basis", 0), "legal_basis.0.instrument"),
        (with_([{"vi": "chưa rõ"}], "unverified"), "unverified.0.en"),
    ],
)
def test_an_incomplete_record_is_refused_with_file_line_and_field(tmp_path: Path, spoil: Spoil, field: str) -> None:
    data = record_data()
    spoil(data)
    path = written(tmp_path, data)
    with pytest.raises(RecordError) as refused:
        read_record(path)
    place = next(line for line in str(refused.value).splitlines() if f": {field}: " in line)
    file, number, _ = place.split(":", 2)
    assert file == "dossier_import.yml"
    assert path.read_text(encoding="utf-8").splitlines()[int(number) - 1].lstrip("- ").startswith(deepest(data, field))


def deepest(data: Any, field: str) -> str:
    """The beginning of the line that the refusal must point to: the deepest part of the field that the file has."""
    found: str = next(iter(data))
    for step in field.split("."):
        if isinstance(data, dict) and step in data:
            data, found = data[step], step
        elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
            found = next(iter(data)) if isinstance(data, dict) else str(data)
        else:
            break
    return found


@pytest.mark.parametrize("part", ["documents", "where", "time_limit"])
def test_a_part_is_given_or_named_as_not_stated(tmp_path: Path, part: str) -> None:
    data = record_data()
    del data[part]
    with pytest.raises(RecordError, match=f"{part} is missing: give it, or name it under not_stated"):
        read_record(written(tmp_path, data))
    data["not_stated"].append(part)
    assert part in read_record(written(tmp_path, data)).not_stated


def test_a_part_is_not_given_and_named_as_not_stated_at_once(tmp_path: Path) -> None:
    data = record_data(fee={"vi": "20.000 đồng", "en": "VND 20,000"})
    with pytest.raises(RecordError, match="fee is given and also named under not_stated"):
        read_record(written(tmp_path, data))


def test_the_file_is_named_after_its_record(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"other\.yml:1: id: is 'dossier_import', the file name says 'other'"):
        read_record(written(tmp_path, record_data(), "other.yml"))


def test_broken_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.yml"
    path.write_text("id: broken\ntitle: {vi: [\n", encoding="utf-8")
    with pytest.raises(RecordError, match=r"broken\.yml:\d+: not valid YAML"):
        read_record(path)


@pytest.mark.parametrize("content", ["", "- a list\n", "only words\n"])
def test_a_file_that_is_no_record_at_all_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "nothing.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RecordError, match=r"nothing\.yml:1: record: "):
        read_record(path)


def test_every_problem_of_a_folder_is_listed(tmp_path: Path) -> None:
    written(tmp_path, record_data(related=["no_such_entry"]))
    written(tmp_path, record_data("no_title", title={}), "no_title.yml")
    with pytest.raises(RecordError) as refused:
        read_records(tmp_path)
    assert "no_title.yml" in str(refused.value)
    assert "dossier_import.yml: related: no record 'no_such_entry'" in str(refused.value)


def test_an_unknown_instrument_is_refused() -> None:
    record = a_record(legal_basis=[{"instrument": "1/1900/XX"}])
    with pytest.raises(RecordError, match=r"dossier_import\.yml: legal_basis\.0\.instrument: unknown instrument"):
        Instruments([]).check([record])


def test_the_hash_is_of_the_content_not_of_the_layout(tmp_path: Path) -> None:
    data = record_data()
    turned_round = dict(reversed(data.items()))
    assert read_record(written(tmp_path, turned_round)).content_hash() == a_record().content_hash()
    assert a_record(title={"vi": "Khác", "en": "Other"}).content_hash() != a_record().content_hash()


def test_at_least_sixty_records_ship() -> None:
    assert len(SHIPPED) >= 60


@pytest.mark.parametrize("record", SHIPPED, ids=lambda record: record.id)
def test_a_shipped_record_is_complete(record: GuidanceRecord) -> None:
    for language in ("vi", "en"):
        questions = [question.casefold() for question in record.questions[language]]
        assert len(set(questions)) == len(questions) >= 6
    assert record.id not in record.related
    assert len(set(record.related)) == len(record.related)
    assert record.title.vi != record.title.en
    assert record.answer.vi != record.answer.en


def test_shipped_records_cite_known_instruments() -> None:
    Instruments.read(CONTENT / "law" / "instruments.yml").check(SHIPPED)


def test_no_two_shipped_records_have_the_same_title() -> None:
    for language in ("vi", "en"):
        titles = [record.title[language] for record in SHIPPED]
        assert len(set(titles)) == len(titles)


def test_shipped_records_cover_every_group() -> None:
    assert {record.group for record in SHIPPED} == {
        *("organisation", "declaration", "processing", "warehousing"),
        *("classification", "tax", "compliance", "passengers"),
    }
