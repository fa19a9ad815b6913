"""What tests of the search share: a little guidance that reads like the real, and a model that needs no files."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from desk.guidance.record import GuidanceRecord
from desk.ports import Corpus, LawArticle, PublishedEntry
from desk.vietnamese import fold
from knowledge.engine.model.embedded import EXPORTED
from knowledge.engine.model.embedding import TOKEN_SCALE, Embedded, Embedder
from knowledge.engine.writing.text import normalise, syllables
from tests.desk_fixtures import record_data

_GUIDANCE: dict[str, dict[str, object]] = {
    "decl_time_import": {
        "title": {"vi": "Thời hạn nộp tờ khai nhập khẩu", "en": "Time limit for an import declaration"},
        "answer": {
            "vi": "Tờ khai nhập khẩu được nộp trong thời hạn 30 ngày kể từ ngày hàng đến cửa khẩu.",
            "en": "An import declaration is lodged within 30 days of the arrival of the goods at the border gate.",
        },
        "questions": {
            "vi": [
                "hàng về cảng bao lâu phải mở tờ khai",
                "chậm nhất khi nào phải truyền tờ khai nhập",
                "quá 30 ngày chưa khai thì sao",
                "nộp tờ khai trước khi tàu cập cảng được không",
                "ngày hàng đến tính từ ngày nào",
                "có bao nhiêu ngày để khai hàng nhập",
            ],
            "en": [
                "how soon after the ship arrives must I file the import entry",
                "latest date to submit an import declaration",
                "can I declare before the vessel arrives",
                "cargo has been at the port for a month without declaration",
                "which day counts as the day of arrival",
                "deadline to declare imported goods",
            ],
        },
    },
    "luggage_allowance": {
        "title": {"vi": "Định mức hành lý miễn thuế", "en": "Duty-free luggage allowance"},
        "answer": {
            "vi": "Người nhập cảnh được miễn thuế rượu và thuốc lá trong định mức hành lý.",
            "en": "A traveller who enters brings in spirits and cigarettes duty-free within the allowance.",
        },
        "questions": {
            "vi": [
                "mang mấy chai rượu về nước",
                "xách tay bao nhiêu cây thuốc lá",
                "hành lý miễn thuế gồm gì",
                "đồ dùng cá nhân qua sân bay",
                "mua nước hoa ở nước ngoài về",
                "vali quà tặng có bị đánh thuế không",
            ],
            "en": [
                "how many bottles of whisky may I bring",
                "cigarettes allowed at the airport",
                "what is duty-free in my suitcase",
                "personal effects of passengers",
                "perfume bought abroad",
                "presents in my bags, taxed or not",
            ],
        },
    },
    "records_retention": {
        "title": {"vi": "Thời gian lưu giữ hồ sơ hải quan", "en": "How long customs records are kept"},
        "answer": {
            "vi": "Người khai hải quan lưu giữ hồ sơ trong 5 năm kể từ ngày đăng ký tờ khai.",
            "en": "The declarant keeps the records for five years from the registration of the declaration.",
        },
        "questions": {
            "vi": [
                "giữ chứng từ mấy năm",
                "hồ sơ cũ được hủy chưa",
                "lưu trữ hóa đơn hợp đồng bao lâu",
                "kho giấy tờ đầy rồi",
                "bỏ sổ sách năm ngoái được không",
                "bản mềm hay bản giấy",
            ],
            "en": [
                "how many years do we keep the papers",
                "may old files be destroyed",
                "archive of invoices and contracts",
                "storage of books",
                "throwing away last year's documents",
                "paper or electronic copies",
            ],
        },
    },
    "transit_land": {
        "title": {"vi": "Đi đường bộ quá cảnh", "en": "Transit by road"},
        "answer": {
            "vi": "Hàng quá cảnh đi đúng tuyến đường và cửa khẩu đã khai.",
            "en": "Goods in transit follow the declared route and gates.",
        },
        "questions": {
            "vi": [
                "xe tải Lào chạy qua Việt Nam",
                "tuyến đường nào được đi",
                "đổi lộ trình giữa đường",
                "niêm phong xe quá cảnh",
                "hàng sang Campuchia qua cảng mình",
                "dừng đỗ dọc đường",
            ],
            "en": [
                "trucks from Laos through Viet Nam",
                "which road may be taken",
                "change of route on the way",
                "seal of a transit truck",
                "cargo to Cambodia by our port",
                "stops along the road",
            ],
        },
    },
}


def record(id: str) -> GuidanceRecord:
    """One of the records above."""
    return GuidanceRecord.model_validate(record_data(id, **_GUIDANCE[id]))


def records() -> list[GuidanceRecord]:
    return [record(id) for id in _GUIDANCE]


@dataclass
class Publications:
    """What is published, as a test changes it; ``failing`` is an outage of the store."""

    entries: dict[str, PublishedEntry] = field(default_factory=dict)
    number: int = 0
    law: list[LawArticle] = field(default_factory=list)
    law_no: int = 0
    failing: bool = False

    @classmethod
    def of(cls, *ids: str) -> Publications:
        published = cls()
        for id in ids or _GUIDANCE:
            published.publish(record(id))
        return published

    def publish(self, record: GuidanceRecord) -> None:
        self.number += 1
        before = self.entries.get(record.id)
        self.entries[record.id] = PublishedEntry.of(record, before.version + 1 if before else 1)

    def publish_for(self, record: GuidanceRecord, version: int, from_: dt.date, to: dt.date | None = None) -> None:
        """A version that is served for these days, beside the other versions of its entry."""
        self.number += 1
        self.entries[f"{record.id}@{version}"] = PublishedEntry(record.id, version, record, from_, to)

    def withdraw(self, id: str) -> None:
        self.number += 1
        del self.entries[id]

    def import_law(self, *articles: LawArticle) -> None:
        """Put these in the place of all law."""
        self.number += 1
        self.law_no += 1
        self.law = list(articles)

    def corpus(self) -> Corpus:
        self._check()
        return Corpus(self.number, list(self.entries.values()), list(self.law), self.law_no)

    def publication_no(self) -> int:
        self._check()
        return self.number

    def _check(self) -> None:
        if self.failing:
            raise ConnectionError("the store is down")


class WordEmbedder(Embedder):
    """Vectors from the words alone, so that texts with the same words are near; counts the passages embedded."""

    def __init__(self, model: str = "words") -> None:
        super().__init__(model)
        self.embedded: list[str] = []

    def load(self) -> None:
        pass

    def queries(self, texts: Sequence[str]) -> list[Embedded]:
        return [_embedded(text) for text in texts]

    def passages(self, texts: Sequence[str]) -> list[Embedded]:
        self.embedded += texts
        return self.queries(texts)


def _embedded(text: str) -> Embedded:
    places = [zlib.crc32(word.encode()) % 256 for word in syllables(fold(normalise(text)))]
    whole = np.full(256, 0.01, dtype=np.float32)
    np.add.at(whole, places, 1)
    tokens = np.zeros((len(places), 256), dtype=np.int8)
    tokens[np.arange(len(places)), places] = TOKEN_SCALE
    return Embedded(whole / np.linalg.norm(whole), tokens, np.array(places, dtype=np.int32))


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for what another thread brings about; fails when it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "this has not come about"
        time.sleep(0.01)


def without_export(folder: Path, copy: Path) -> Path:
    """The same model as one that was never exported, which torch runs."""
    return shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(f"{EXPORTED}*"), copy_function=os.symlink)
