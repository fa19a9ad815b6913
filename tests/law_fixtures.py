"""What tests of the law's text share: made-up articles of made-up instruments, in the style of the law."""

from __future__ import annotations

from desk.law.instruments import Instrument, Instruments
from desk.ports import LawArticle, LawHit

#: In force; not yet in force; ended; and one of which nobody wrote down since when it holds.
LAW, COMING, ENDED, UNDATED = "901/2026/QH99", "902/2026/NĐ-CP", "903/2010/TT-BTC", "904/2026/TT-BTC"

WHO_DECLARES = LawArticle(
    LAW,
    "5",
    "Người khai thử",
    "1. Người khai thử gồm:\na) Chủ hàng thử;\nb) Đại lý thử được chủ hàng thử ủy quyền.\n"
    "2. Người khai thử phải trung thực.",
)
TIME_LIMIT = LawArticle(
    LAW, "6", "Thời hạn nộp bản khai thử", "Bản khai thử được nộp chậm nhất 7 ngày trước ngày hàng thử đến bến thử."
)
ARTICLES = [WHO_DECLARES, TIME_LIMIT]


def instruments() -> Instruments:
    """The made-up instruments."""
    return Instruments(
        [
            _instrument(LAW, "Luật Thử nghiệm", "Law on Trials", {"from": "2026-01-01"}),
            _instrument(COMING, "Nghị định về bến thử", "Decree on Trial Quays", {"from": "2027-03-01"}),
            _instrument(ENDED, "Thông tư cũ về bến thử", "Old Circular on Trial Quays", {"to": "2020-12-31"}),
            _instrument(UNDATED, "Thông tư về hàng thử", "Circular on Trial Goods", {}),
        ]
    )


def _instrument(number: str, vi: str, en: str, in_force: dict[str, str]) -> Instrument:
    data = {"number": number, "kind": "law", "title": {"vi": vi, "en": en}, "in_force": in_force, "sources": ["Bịa"]}
    return Instrument.model_validate(data)


def hit(
    text: str = TIME_LIMIT.text,
    *,
    instrument: str = LAW,
    article: str = "6",
    clause: str | None = None,
    point: str | None = None,
    heading: str = "",
    confidence: float = 0.9,
) -> LawHit:
    """A place that a search found."""
    return LawHit(instrument, article, clause, point, heading, text, confidence, confidence)
