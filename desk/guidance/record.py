"""A guidance record as it is written in content/guidance/: its fields, and the check that refuses an incomplete one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from desk.refused import Refused
from desk.vietnamese import fold
from desk.yaml_file import parse_yaml

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
Group = Literal[
    "organisation",
    "declaration",
    "processing",
    "warehousing",
    "classification",
    "tax",
    "compliance",
    "passengers",
]
OnlineLevel = Literal["full", "partial", "none", "not_applicable", "unknown"]
#: Parts that the sources may be silent about. A record says so by naming the part in ``not_stated``.
OPTIONAL_PARTS = ("documents", "where", "time_limit", "fee")
#: The ways to ask for a record that it has at least, in each language.
FEWEST_QUESTIONS = 6

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(_Part):
    """One text in both languages; neither may be missing."""

    vi: Text
    en: Text

    def __getitem__(self, language: Language) -> str:
        return self.vi if language == "vi" else self.en


class BilingualList(_Part):
    """The same list in both languages, item by item."""

    vi: list[Text] = Field(min_length=1)
    en: list[Text] = Field(min_length=1)

    @model_validator(mode="after")
    def _same_length(self) -> BilingualList:
        if len(self.vi) != len(self.en):
            raise PydanticCustomError(
                "not_same_length",
                "{vi} items in vi but {en} in en",
                {"vi": len(self.vi), "en": len(self.en)},
            )
        return self

    def __getitem__(self, language: Language) -> list[str]:
        return self.vi if language == "vi" else self.en


class Questions(_Part):
    """Other ways to ask for this record, in everyday words; at least six a language."""

    vi: list[Text] = Field(min_length=FEWEST_QUESTIONS)
    en: list[Text] = Field(min_length=FEWEST_QUESTIONS)

    def __getitem__(self, language: Language) -> list[str]:
        return self.vi if language == "vi" else self.en


class Citation(_Part):
    """A place in a legal instrument: its number, then article, clause and point as far as they are known."""

    instrument: Text
    article: Text | None = None
    clause: Text | None = None
    point: Text | None = None

    @field_validator("article", "clause", "point", mode="before")
    @classmethod
    def _numbers_as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value


class InForce(_Part):
    """The days on which the guidance holds, both included; ``to`` is open where no end is known."""

    from_: dt.date = Field(alias="from")
    to: dt.date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> InForce:
        if self.to is not None and self.to < self.from_:
            raise PydanticCustomError("ends_before_it_begins", "in force 'to' is before 'from'")
        return self


#: What a record tells people of the rule; the rest serves to find it and to vouch for it.
TOLD = frozenset("title answer documents where online_level time_limit fee legal_basis in_force unit".split())


class GuidanceRecord(_Part):
    """One entry of guidance in both languages, with its legal basis, sources and doubts."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,59}$")]
    group: Group
    title: Bilingual
    answer: Bilingual
    documents: BilingualList | None = None
    where: Bilingual | None = None
    online_level: OnlineLevel
    time_limit: Bilingual | None = None
    fee: Bilingual | None = None
    legal_basis: list[Citation] = Field(min_length=1)
    in_force: InForce
    text_date: dt.date
    unit: Bilingual
    questions: Questions
    related: list[Text] = Field(default_factory=list)
    sources: list[Text] = Field(min_length=1)
    unverified: list[Bilingual] = Field(default_factory=list)
    not_stated: list[Literal["documents", "where", "time_limit", "fee"]] = Field(default_factory=list)

    @model_validator(mode="after")
    def _every_part_is_given_or_said_to_be_missing(self) -> GuidanceRecord:
        for part in OPTIONAL_PARTS:
            given = getattr(self, part) is not None
            if not given and part not in self.not_stated:
                raise ValueError(f"{part} is missing: give it, or name it under not_stated")
            if given and part in self.not_stated:
                raise ValueError(f"{part} is given and also named under not_stated")
        return self

    @property
    def online_is_known(self) -> bool:
        """Whether the sources say how far the procedure can be done online."""
        return self.online_level not in ("unknown", "not_applicable")

    def content_hash(self) -> str:
        """SHA-256 of the record's content, the same however the file is laid out."""
        content = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def tells(self) -> dict[str, Any]:
        """What the record tells people of the rule, its legal basis with it; two that tell the same need no news."""
        return self.model_dump(include=set(TOLD))

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True)

    def searched(self) -> str:
        """What a list of guidance is searched in: small letters with their marks, and the same without."""
        texts = [self.id, self.title.vi, self.title.en, self.answer.vi, self.answer.en]
        written = "\n".join([*texts, *self.questions.vi, *self.questions.en]).lower()
        return f"{written}\n{fold(written)}"


class RecordError(Refused, ValueError):
    """A content file cannot be used; the message names file, line and field."""


def read_record(path: Path, *, name: str | None = None, given: Mapping[str, Any] | None = None) -> GuidanceRecord:
    """Read and check one file; raises RecordError that names the file, the line and the field.

    ``name`` is the record's id where the file's name says more; ``given`` stands in for parts that the file leaves out.
    """
    text = path.read_text(encoding="utf-8")
    try:
        data = parse_yaml(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RecordError(f"{path.name}:{line}: not valid YAML: {error.problem}") from error
    try:
        record = GuidanceRecord.model_validate({**given, **data} if given and isinstance(data, dict) else data)
    except ValidationError as error:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        problems = [
            f"{path.name}:{_line_of(tree, problem['loc'])}: "
            f"{'.'.join(map(str, problem['loc'])) or 'record'}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise RecordError("\n".join(problems)) from error
    if record.id != (name or path.stem):
        raise RecordError(f"{path.name}:1: id: is {record.id!r}, the file name says {name or path.stem!r}")
    return record


def _line_of(node: yaml.Node | None, location: Iterable[int | str]) -> int:
    """The line (from 1) of the deepest part of the location that the file has."""
    line = 1
    for step in location:
        child: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    line, child = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            child = node.value[step]
            line = child.start_mark.line + 1
        if child is None:
            return line
        node = child
    return line


def read_records(folder: Path) -> list[GuidanceRecord]:
    """All records of a folder in the order of their ids; raises one RecordError that lists every problem."""
    records, problems = [], []
    for path in sorted(folder.glob("*.yml")):
        try:
            records.append(read_record(path))
        except RecordError as error:
            problems.append(str(error))
    known = {record.id for record in records}
    problems += [
        f"{record.id}.yml: related: no record {other!r}"
        for record in records
        for other in record.related
        if other not in known
    ]
    if problems:
        raise RecordError("\n".join(problems))
    return records
