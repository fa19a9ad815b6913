"""The rules about an entry itself: its days, its fee, its two languages, the entries that it refers to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

from desk.guidance.lint.findings import Finding, Law, Linted
from desk.guidance.record import LANGUAGES

Rule = Callable[[Linted, Law], Iterator[Finding]]

#: An entry that ends within so many days is to be looked at.
SOON = dt.timedelta(days=30)
#: Law is compared with its sources again after so long.
CHECKED_FOR = dt.timedelta(days=365)
#: By which the title of a text says that it sets what is paid; a decree on procedures does not.
_SETS_FEES = re.compile(r"\b(?:lệ )?phí\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\d[\d.,]{0,30}\s{0,5}(?:triệu |nghìn |tỷ )?(?:đồng|VND|VNĐ|USD)|(?:VND|USD)\s{0,5}\d[\d.,]{0,30}",
    re.IGNORECASE,
)


def finding(code: str, linted: Linted, path: str, place: str = "", /, **values: object) -> Finding:
    """A finding about a place of the record."""
    return Finding(code, linted.record.id, linted.version, path, values, place)


def expired(linted: Linted, law: Law) -> Iterator[Finding]:
    """The entry's last day is over, or near, and nothing follows it."""
    if linted.to is None or not linted.is_last:
        return
    if linted.to < law.as_of:
        yield finding("expired", linted, "in_force-to", to=linted.to)
    elif linted.to - law.as_of <= SOON:
        yield finding("expires_soon", linted, "in_force-to", to=linted.to)


def checked_long_ago(linted: Linted, law: Law) -> Iterator[Finding]:
    checked = linted.record.text_date
    if law.as_of - checked > CHECKED_FOR:
        yield finding("checked_long_ago", linted, "text_date", checked=checked)


def unknown_related(linted: Linted, law: Law) -> Iterator[Finding]:
    for place, other in enumerate(linted.record.related):
        if other not in law.entries:
            yield finding("unknown_related", linted, f"related-{place}", other, entry=other)


def fee_without_text(linted: Linted, law: Law) -> Iterator[Finding]:
    """An amount of money is given as the fee, and no text on fees is cited in which it could be looked up."""
    fee = linted.record.fee
    amounts = [amount.group() for amount in _MONEY.finditer(fee.vi)] if fee is not None else []
    if not amounts:
        return
    cited = (one.instrument for one in linted.record.legal_basis if one.instrument in law.instruments)
    if not any(_SETS_FEES.search(law.instruments[number].title.vi) for number in cited):
        yield finding("fee_without_text", linted, "fee", amounts="; ".join(amounts))


def stale_translation(linted: Linted, law: Law) -> Iterator[Finding]:
    for one in linted.stale:
        other = next(language for language in LANGUAGES if language != one.changed)
        yield finding(
            "stale_translation",
            linted,
            f"{one.part}-{other}",
            part=one.part,
            changed=one.changed,
            other=other,
            since=one.version,
        )


RULES: tuple[Rule, ...] = (expired, checked_long_ago, unknown_related, fee_without_text, stale_translation)
