"""Logging of every process: one line an event with its time; the words of people are never in it."""

from __future__ import annotations

import logging
import sys


def set_up_logging(level: int = logging.INFO) -> None:
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    # httpx logs each request with its address, and Telegram's addresses carry the bot's token.
    for noisy in ("httpx", "httpcore", "telegram", "sanic.access", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
