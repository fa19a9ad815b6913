"""Which units a text names: an office by its code or name, a region by its number or by one of its provinces."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeVar

from desk.units.model import Unit, UnitKind
from desk.units.names import Name, without
from desk.units.reading import Read, number_in
from desk.vietnamese import fold

#: Words before the proper part of an office's name, which people write in several ways or leave out.
_KINDS = (
    "chi cục hải quan cửa khẩu",
    "chi cục hải quan",
    "hải quan ngoài cửa khẩu",
    "hải quan cửa khẩu",
    "hải quan",
)
#: Proper parts that begin so are said without the word customs, too.
_SAID_ALONE = ("cang", "icd", "san bay")
_OF_A_PROVINCE = ("thành phố", "tỉnh", "tp")
#: Names of a region that are read as its number, with the care that this takes.
_IS_A_NUMBER = re.compile(r"(?:^| )(?:khu vuc|kv|region) ?(?:\d+|[ivx]+)$")

Key = TypeVar("Key")


@dataclass(frozen=True)
class PlaceWords:
    """The words of content/routing.yml about places; each field is described there."""

    provinces: Mapping[str, Sequence[str]]
    not_places: Sequence[str]
    also_words: Sequence[str]
    leads_to_a_place: Sequence[str]
    not_there: Sequence[str]
    between: Sequence[str]

    def denial(self) -> re.Pattern[str]:
        """What stands before a name that is not meant, at the end of the words before it."""
        return re.compile(rf"(?:^|(?<= ))(?:{_any(self.not_there)})(?: (?:{_any(self.between)}))*$")

    def lead(self) -> re.Pattern[str]:
        return re.compile(rf"(?:^| )(?:{_any(self.leads_to_a_place)})$")


@dataclass(frozen=True)
class Named:
    """The units that a text names as offices, and those in charge of the provinces that it names."""

    offices: tuple[Unit, ...] = ()
    by_province: tuple[Unit, ...] = ()


@dataclass(frozen=True)
class _Entry:
    """A name of units; one without units is no place. ``needs_customs`` is one that counts only beside that word."""

    name: Name
    units: tuple[Unit, ...] = ()
    is_province: bool = False
    needs_customs: bool = False


@dataclass(frozen=True)
class _Mention:
    """Units named by the words from ``start`` to before ``end``; without units it only takes the words."""

    start: int
    end: int
    units: tuple[Unit, ...] = ()
    is_province: bool = False


class Gazetteer:
    """The names by which an authority's units are known."""

    def __init__(self, units: Iterable[Unit], words: PlaceWords) -> None:
        units = [unit for unit in units if unit.kind != UnitKind.DEPARTMENT]
        self._codes = _grouped((code.lower(), unit) for unit in units for code in unit.office_codes)
        self._numbers = {number: unit for unit in units if (number := _number_of(unit)) is not None}
        self._also_words = {Name.of(name).folded for name in words.also_words}
        self._denial, self._lead = words.denial(), words.lead()
        self._entries: defaultdict[str, list[_Entry]] = defaultdict(list)
        for entry in _entries(units, words):
            for beginning in entry.name.beginnings:
                self._entries[beginning].append(entry)

    def named_in(self, text: str) -> Named:
        """The units that a text names; those that it names only to exclude them are left out."""
        read = Read(unicodedata.normalize("NFC", text))
        found = [mention for mention in self._mentions(read) if not self._denial.search(read.before(mention.start))]
        offices: dict[str, Unit] = {}
        provinces: dict[str, Unit] = {}
        for mention, following in zip_longest(found, found[1:]):
            if following is not None and _is_elsewhere(read, mention, following):
                continue
            as_office = not mention.is_province or read.is_customs_of(mention.start, mention.end)
            (offices if as_office else provinces).update({unit.path: unit for unit in mention.units})
        return Named(tuple(offices.values()), tuple(provinces.values()))

    def _mentions(self, read: Read) -> Iterator[_Mention]:
        place = 0
        while place < len(read.words):
            mention = self._mention_at(read, place)
            if mention is not None and mention.units:
                yield mention
            place = mention.end if mention is not None else place + 1

    def _mention_at(self, read: Read, place: int) -> _Mention | None:
        """The longest name that begins with this word; of equally long ones that of a unit."""
        code = self._codes.get(read.words[place].folded)
        if code is not None and read.may_be_code(place):
            return _Mention(place, place + 1, code)
        found = [*self._names_at(read, place), *self._region_at(read, place)]
        return max(found, key=lambda mention: mention.end, default=None)

    def _names_at(self, read: Read, place: int) -> Iterator[_Mention]:
        for entry in self._entries.get(read.words[place].folded, ()):
            length = entry.name.length_at(read.words, place)
            if not length or self._is_everyday_word(read, entry.name, place, length):
                continue
            if not entry.needs_customs or read.is_after_customs(place):
                yield _Mention(place, place + length, entry.units, entry.is_province)

    def _is_everyday_word(self, read: Read, name: Name, place: int, length: int) -> bool:
        words = read.words[place : place + length]
        if name.folded not in self._also_words or length < len(name.words) or any(word.marks for word in words):
            return False
        is_written_as_name = all(word.is_capitalised for word in words) and not read.text.isupper()
        return not is_written_as_name and not self._lead.search(read.before(place))

    def _region_at(self, read: Read, place: int) -> Iterator[_Mention]:
        """A region by its number: “khu vực II”, “KV2”, “hải quan khu vực 2”, “customs region 2”."""
        for length, numeral, needs_customs in read.numbered_at(place):
            unit = self._numbers.get(numeral)
            if unit is None or read.is_of_a_port(place):
                continue
            if not needs_customs or read.is_beside_customs(place, place + length):
                yield _Mention(place, place + length, (unit,))


def _is_elsewhere(read: Read, mention: _Mention, following: _Mention) -> bool:
    """“VSIP Bắc Ninh” is not the VSIP of another region."""
    if mention.is_province or not following.is_province or following.start != mention.end:
        return False
    if not read.are_side_by_side(following.start):
        return False
    return not any(unit.is_within(region) for unit in mention.units for region in following.units)


def _any(wordings: Sequence[str]) -> str:
    """Any of the wordings; of none, what nothing matches."""
    return "|".join(wordings) or "(?!)"


def _entries(units: Sequence[Unit], words: PlaceWords) -> Iterator[_Entry]:
    """All names: units first, then what is no place, then provinces."""
    for name, named in _grouped((name, unit) for unit in units for name in _full_names(unit)).items():
        yield _Entry(name, named)
    for name, named in _grouped((name, unit) for unit in units for name in _proper_names(unit)).items():
        yield _Entry(name, named, needs_customs=not name.folded.startswith(_SAID_ALONE))
    for written in words.not_places:
        yield _Entry(Name.of(written))
    for name, named in _grouped((name, unit) for unit in units for name in _provinces(unit, words.provinces)).items():
        yield _Entry(name, named, is_province=True)


def _full_names(unit: Unit) -> Iterator[Name]:
    for written in (unit.name_vi, unit.name_en, *unit.other_names):
        name = Name.of(written)
        if unit.kind != UnitKind.REGION or not _IS_A_NUMBER.search(name.folded):
            yield name


def _proper_names(unit: Unit) -> Iterator[Name]:
    """The name without the words for what kind of office it is, so that these may be written in any way."""
    proper = without(unit.name_vi, _KINDS)
    if unit.kind != UnitKind.REGION and proper != unit.name_vi:
        yield Name.of(proper)


def _provinces(unit: Unit, also_called: Mapping[str, Sequence[str]]) -> Iterator[Name]:
    others = {Name.of(province).folded: names for province, names in also_called.items()}
    for written in unit.provinces:
        province = Name.of(without(written, _OF_A_PROVINCE))
        yield province
        yield from map(Name.of, others.get(province.folded, ()))


def _number_of(unit: Unit) -> int | None:
    found = re.search(r"khu vuc (\w+)$", fold(unit.name_vi).lower())
    return number_in(found[1]) if unit.kind == UnitKind.REGION and found else None


def _grouped(pairs: Iterable[tuple[Key, Unit]]) -> dict[Key, tuple[Unit, ...]]:
    """What is known by the same name or code, together."""
    found: defaultdict[Key, dict[str, Unit]] = defaultdict(dict)
    for key, unit in pairs:
        found[key][unit.path] = unit
    return {key: tuple(units.values()) for key, units in found.items()}
