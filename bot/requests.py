"""How the bot asks Telegram: as python-telegram-bot does, save that a refusal is one whatever its status."""

from __future__ import annotations

import json
from typing import Any

from telegram.request import HTTPXRequest


class PlainRequest(HTTPXRequest):
    """The library judges by the status alone, and would take ``ok: false`` with 200 for a result that it cannot read.

    A message that was plainly refused would then count as perhaps sent.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(*args, **kwargs)
        return (_status_of_refusal(body) or status if status == 200 else status), body


def _status_of_refusal(body: bytes) -> int | None:
    """The error code in a refusal; None where the answer is none."""
    if b'"ok"' not in body[:200] or b"false" not in body[:200]:
        return None
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    if not isinstance(answer, dict) or answer.get("ok") is not False:
        return None
    code = answer.get("error_code")
    return code if isinstance(code, int) and 400 <= code <= 599 else 400
