"""Files that are brought in, whole at first and then changed: bytes, numbers, parts. Each is read or refused."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desk.attachments.kinds import kind_of
from desk.exports import restoring
from desk.exports.packing import pack
from desk.exports.whole import MANIFEST, files_of
from desk.guidance import service as guidance
from desk.guidance.record import RecordError
from desk.imports import law_text, records
from desk.imports.faults import FileRefused
from desk.imports.files import File
from desk.migrations.run import migrate
from desk.store import Store, make_engine
from desk.units import service as units
from desk.units.tree import read as read_tree
from evaluation.fuzz.hostile import Hostile
from evaluation.fuzz.stopping import Stopped, stopped_after
from evaluation.fuzz.tally import Tally
from tests import import_fixtures as made
from tests.desk_fixtures import CONTENT, NOON, record_data, rules_for_tests, shipped_records

LAW = "901/2026/QH99"
#: Seconds of the processor after which reading is stopped, as it is by the desk, which reads in a process apart.
LONGEST = 5.0
_NUMBER = re.compile(rb"\d{1,9}")
_NUMBERS = (b"0", b"-1", b"65536", b"2147483648", b"99999999999999999999", b"1" * 5_000, b"1e999", b"NaN", b"0x10")


@dataclass(frozen=True)
class Way:
    """A file that can be brought in, and what reads it."""

    name: str
    file: File
    read: Callable[[File], object]


def ways() -> list[Way]:
    """Every kind of file in every place where one is taken."""
    rows = [made.a_row(), made.a_row("another", fee_vi="20.000 đồng")]
    tables = [made.csv_file(rows), made.xlsx_file(rows), made.headed_md(rows), made.headed_docx(rows)]
    tables += [made.headed_html(rows), made.jsonl_file(record_data("brand_new"))]
    lines = '{"id": "1", "title": "Tên", "text": "Một."}\n{"id": "2", "text": "Hai."}\n'
    laws = [made.law_txt(), made.law_md(), made.law_html(), made.law_docx(), made.law_pdf()]
    laws.append(File("law.jsonl", lines.encode()))
    found = [Way(f"law {file.kind}", file, lambda file: law_text.read(file, LAW)) for file in laws]
    found += [Way(f"records {file.kind}", file, records.read) for file in tables]
    found.append(Way("whole export", File("desk.zip", _an_export()), restoring.read))
    found.append(Way("attachment", File("x", made.law_pdf().data), lambda file: kind_of(file.data)))
    return found


def brought_in(count: int, seed: int, among: Sequence[Way] | None = None) -> Tally:
    """Read so many changed files; each must be read, or refused with a sentence, within a second."""
    tally, chosen = Tally("imports"), list(among or ways())
    for number in range(count):
        way = chosen[number % len(chosen)]
        change = Change(f"{seed} {number}")
        file = File(way.file.name, change.of(way.file.data))
        given = f"{way.name}, seed {seed}, number {number}: {change.what}"
        tally.tried += 1
        try:
            tally.timed(lambda: _read(tally, way, file), given, again=lambda: _ends(way, file))  # noqa: B023 - called at once
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            tally.crashed(error, given)
    return tally


def _read(tally: Tally, way: Way, file: File) -> None:
    try:
        tally.outcomes[f"{way.name}: {'read' if _ends(way, file) else 'stopped'}"] += 1
    except (FileRefused, RecordError) as refused:
        tally.outcomes[f"{way.name}: refused"] += 1
        if not str(refused).strip():
            raise ValueError("a refusal says why") from refused


def _ends(way: Way, file: File) -> bool:
    """Read a file; whether that came to its end, and was not stopped: it is slow then, by its time."""
    try:
        with stopped_after(LONGEST):
            way.read(file)
    except Stopped:
        return False
    return True


class Change:
    """A way to change a file, by one seed; ``what`` says which, once it was done."""

    def __init__(self, seed: str) -> None:
        self._chance = random.Random(seed)
        self._hostile = Hostile(seed)
        self.what = ""

    def of(self, data: bytes) -> bytes:
        is_package = data[:2] == b"PK"
        kinds = [self._flipped, self._cut, self._doubled, self._numbers, self._inserted, self._repeated]
        for _ in range(self._chance.choice((1, 1, 2, 3))):
            change = self._in_a_part if is_package and self._chance.random() < 0.7 else self._chance.choice(kinds)
            data = change(data)
        return data

    def _says(self, what: str) -> None:
        self.what = f"{self.what}, {what}" if self.what else what

    def _flipped(self, data: bytes) -> bytes:
        self._says("bytes changed")
        changed = bytearray(data)
        for _ in range(self._chance.choice((1, 2, 10, 100))):
            if changed:
                changed[self._chance.randrange(len(changed))] = self._chance.randrange(256)
        return bytes(changed)

    def _cut(self, data: bytes) -> bytes:
        self._says("a piece cut out")
        start, end = sorted(self._chance.randrange(len(data) + 1) for _ in range(2))
        return data[:start] + data[end:] if self._hostile.one_in(2) else data[:end]

    def _doubled(self, data: bytes) -> bytes:
        self._says("a piece twice")
        start, end = sorted(self._chance.randrange(len(data) + 1) for _ in range(2))
        return data[:end] + data[start:]

    def _numbers(self, data: bytes) -> bytes:
        self._says("numbers changed")
        places = list(_NUMBER.finditer(data))
        chosen = self._chance.sample(places, min(len(places), self._chance.choice((1, 3, 20))))
        for place in sorted(chosen, key=lambda found: -found.start()):
            data = data[: place.start()] + self._chance.choice(_NUMBERS) + data[place.end() :]
        return data

    def _inserted(self, data: bytes) -> bytes:
        self._says("something put in")
        place = self._chance.randrange(len(data) + 1)
        text = self._hostile.text(20_000).encode("utf-8", self._chance.choice(("replace", "surrogatepass")))
        return data[:place] + text + data[place:]

    def _repeated(self, data: bytes) -> bytes:
        self._says("a line many times")
        lines = data.split(b"\n")
        at = self._chance.randrange(len(lines))
        return b"\n".join([*lines[:at], *[lines[at][:200]] * self._chance.choice((50, 2_000)), *lines[at:]])

    def _in_a_part(self, data: bytes) -> bytes:
        """One part of a package changed, missing, there twice, or in another's place; packed anew as it was."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                parts = {part.filename: package.read(part) for part in package.infolist()}
        except Exception:  # noqa: BLE001 - what was changed before may be no package any more
            return self._flipped(data)
        name = self._chance.choice(sorted(parts) or ["x"])
        drawn = self._chance.randrange(10)
        if drawn == 0:
            self._says(f"without {name}")
            del parts[name]
        elif drawn == 1:
            other = self._chance.choice(sorted(parts))
            self._says(f"{other} in the place of {name}")
            parts[name] = parts[other]
        elif drawn == 2:
            self._says(f"{name} is deep")
            tag = self._chance.choice((b"w:p", b"w:tbl><w:tr><w:tc", b"row", b"w:sdt><w:sdtContent", b"x"))
            parts[name] = b"<" + tag + b">" + (b"<" + tag + b">") * self._chance.choice((200, 5_000))
        else:
            self._says(f"in {name}")
            change = self._chance.choice((self._flipped, self._numbers, self._inserted, self._repeated, self._tags))
            parts[name] = change(parts[name])
        if name != MANIFEST and not self._hostile.one_in(5):
            _told_anew(parts)
        made_anew = io.BytesIO()
        how = self._chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
        with zipfile.ZipFile(made_anew, "w", how) as package:
            for part, content in parts.items():
                package.writestr(part, content)
        return made_anew.getvalue()

    def _tags(self, data: bytes) -> bytes:
        """Names of elements and attributes change places, so that it stays XML and makes no sense."""
        self._says("names changed")
        names = re.findall(rb"(?<=[</ ])[A-Za-z]+:?[A-Za-z]+", data)
        if len(names) < 2:
            return data
        for _ in range(self._chance.choice((1, 3, 10))):
            one, other = self._chance.choice(names), self._chance.choice(names)
            data = data.replace(one, other, self._chance.choice((1, -1)))
        return data


def _an_export() -> bytes:
    """What `customs export` makes of a desk with a little guidance."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/desk.sqlite")
        migrate(engine)
        store = Store(engine)
        with store.writing() as session:
            units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON)
            guidance.load_shipped(session, shipped_records(), at=NOON)
        with store.reading() as session:
            packed = pack(files_of(session, rules_for_tests().instruments))
        engine.dispose()
    return packed


def _told_anew(parts: dict[str, bytes]) -> None:
    """Have the manifest of an export say what its parts are now: else nothing but the manifest would be read."""
    try:
        manifest = json.loads(parts[MANIFEST])
        for told in manifest["files"]:
            told["sha256"] = hashlib.sha256(parts[told["name"]]).hexdigest()
    except (ValueError, KeyError, TypeError):
        return
    parts[MANIFEST] = json.dumps(manifest).encode()
