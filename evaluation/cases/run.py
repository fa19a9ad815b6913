"""`make bench-cases`: many officers, many chats, and how long a reply takes; writes var/reports/cases.json."""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bootstrap.settings import read_settings
from evaluation.cases import broadcast, claims, replies
from evaluation.cases.broadcast import Broadcast
from evaluation.cases.claims import ClaimingFailed, Claims
from evaluation.cases.postgresql import NotHere, own_postgresql
from evaluation.cases.replies import Replies
from evaluation.cases.stage import TookTooLong, stage
from evaluation.retrieval.progress import say

OFFICERS, CASES, PROCESSES = 50, 1_000, 10
CHATS, KILL_AT = 1_000, (0.3, 0.6)
#: Of the replies the first part goes out while nothing else does, the second beside news to CHATS chats.
REPLIES, REPLY_EVERY = 150, 0.15
PATIENCE = 120.0


def claim_everywhere() -> dict[str, Claims | str]:
    """The claims on each database; a sentence where one is not to be had here."""
    with tempfile.TemporaryDirectory() as folder:
        figures: dict[str, Claims | str] = {"sqlite": _claims(f"sqlite:///{folder}/desk.sqlite")}
    try:
        with own_postgresql() as url:
            figures["postgresql"] = _claims(url)
    except NotHere as reason:
        figures["postgresql"] = str(reason)
    return figures


def _claims(url: str) -> Claims:
    return claims.measure(url, officers=OFFICERS, cases=CASES, processes=PROCESSES)


def send_news() -> Broadcast:
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as set_up:
        return broadcast.measure(set_up, chats=CHATS, kill_at=KILL_AT, seconds=PATIENCE)


def reply_alone_and_beside_news() -> tuple[Replies, Replies]:
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as set_up:
        addresses = replies.prepare(set_up, 2 * REPLIES)
        broadcast.subscribe_chats(set_up, CHATS)
        set_up.start()
        set_up.wait_for(lambda: bool(set_up.telegram.calls("getMe")), PATIENCE, "the bot")
        alone = replies.measure(set_up, addresses[:REPLIES], every=REPLY_EVERY, seconds=PATIENCE)
        set_up.change_guidance()
        set_up.wait_for(lambda: broadcast.has_begun(set_up), PATIENCE, "the news")
        beside = replies.measure(set_up, addresses[REPLIES:], every=REPLY_EVERY, seconds=PATIENCE)
        return alone, beside


def report(claimed: dict[str, Claims | str], news: Broadcast, alone: Replies, beside: Replies) -> dict[str, Any]:
    """The figures; those at the top are the worst of several: of the databases, and of the replies beside news."""
    everywhere = {name: asdict(each) if isinstance(each, Claims) else each for name, each in claimed.items()}
    return {
        "claimed_once": min(each.claimed_once for each in claimed.values() if isinstance(each, Claims)),
        "broadcast_sent": news.sent,
        "broadcast_doubled": news.doubled,
        "broadcast_uncertain": news.uncertain,
        "broadcast_unreachable": news.unreachable,
        "broadcast_missed": news.missed,
        "reply_p50_ms": beside.p50_ms,
        "reply_p95_ms": beside.p95_ms,
        "reply_alone_p50_ms": alone.p50_ms,
        "reply_alone_p95_ms": alone.p95_ms,
        "claims": everywhere,
        "broadcast": asdict(news),
        "replies": {"alone": asdict(alone), "beside_news": asdict(beside)},
        "machine": {"python": platform.python_version(), "system": platform.system()},
    }


def faults_of(figures: dict[str, Any]) -> list[str]:
    """What must never be: a case without exactly one holder, a chat told twice or forgotten, a reply that is lost."""
    lost = sum(each["replies"] - each["arrived"] for each in figures["replies"].values())
    wrong = {
        f"{CASES - figures['claimed_once']} cases without exactly one holder": figures["claimed_once"] != CASES,
        f"{figures['broadcast_doubled']} chats were told twice": figures["broadcast_doubled"] > 0,
        f"{figures['broadcast_missed']} chats were forgotten": figures["broadcast_missed"] > 0,
        f"{lost} replies did not arrive": lost > 0,
    }
    return [sentence for sentence, is_so in wrong.items() if is_so]


def main() -> int:
    settings = read_settings()
    try:
        claimed = _told(f"{OFFICERS} officers claim {CASES:,} cases", claim_everywhere)
        news = _told(f"news to {CHATS:,} chats, killed {len(KILL_AT)} times", send_news)
        alone, beside = _told(f"{2 * REPLIES} replies, half of them beside news", reply_alone_and_beside_news)
    except (ClaimingFailed, TookTooLong) as error:
        print(error, file=sys.stderr)
        return 1
    figures = report(claimed, news, alone, beside)
    path = settings.var_dir / "reports" / "cases.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    say(f"written: {path}")
    for sentence in faults_of(figures):
        print(sentence, file=sys.stderr)
    return 1 if faults_of(figures) else 0


def _told(what: str, measure: Callable[[], Any]) -> Any:
    say(what)
    return measure()


if __name__ == "__main__":
    sys.exit(main())
