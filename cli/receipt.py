"""`customs receipt`: what was answered under a code, and whether it still holds."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cli.parts import desk_and_settings
from cli.terminal import out, refuse
from desk.receipts import service as receipts
from desk.receipts import words
from desk.receipts.service import ReceiptRefused


def receipt(
    code: Annotated[str, typer.Argument(help="The code in the last line of an answer, such as KQ7M-2XWD-9.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Show question, text, version, legal basis and day of an answer, and whether it is still in force."""
    desk, _ = desk_and_settings()
    try:
        with desk.store.reading() as session:
            given = receipts.for_staff(desk, session, code)
    except ReceiptRefused as refused:
        refuse(desk.texts.say(refused.reason, "en"))
    if as_json:
        print(json.dumps(words.as_json(desk.texts, given), ensure_ascii=False))
        return
    out.print(words.in_chat(desk.texts, given, "en").as_text(), markup=False)
