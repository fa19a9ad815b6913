"""`make peers`: the desk's search and its peers over the records that ship, and the report of it."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sys

from bootstrap.settings import PROJECT, BadSetting, Settings, read_settings
from evaluation.peers.asked import asked
from evaluation.peers.compare import compare
from evaluation.peers.lineup import lineup
from evaluation.peers.material import passages
from evaluation.peers.peer import PeerFailed
from evaluation.peers.report import Report, Setting
from evaluation.questions.jsonlines import FileError
from evaluation.questions.sets import GOLDEN, OUTSIDE, read_questions
from evaluation.retrieval.progress import say
from evaluation.retrieval.setting import shipped_records

PAGE = PROJECT / "docs" / "peers.md"


def measure(settings: Settings) -> Report:
    """The whole comparison; raises PeerFailed or FileError."""
    records = shipped_records(settings)
    questions = asked(read_questions(GOLDEN), read_questions(OUTSIDE))
    everyone = lineup(settings)
    desk, *others = compare(everyone.everyone(), records, questions, say)
    measured = {one.peer: one for one in others}
    setting = Setting(
        day=dt.datetime.now(dt.UTC).date(),
        python=platform.python_version(),
        cores=os.cpu_count() or 1,
        records=len(records),
        passages=sum(len(passages(record)) for record in records),
    )
    libraries = [[measured[peer] for peer in setups] for setups in everyone.peers.values()]
    return Report.of(setting, questions, desk, libraries)


def main() -> int:
    """Write the page and the JSON; an error is one sentence and writes nothing."""
    try:
        settings = read_settings()
        report = measure(settings)
    except (BadSetting, FileError, PeerFailed) as error:
        print(error, file=sys.stderr)
        return 1
    report.write(PAGE, settings.var_dir / "reports" / "peers.json")
    say(f"written: {PAGE.relative_to(PROJECT)} and {settings.var_dir / 'reports' / 'peers.json'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
