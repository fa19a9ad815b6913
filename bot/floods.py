"""What the bot refused goes into the store while it runs, beside all else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.patience import Patience
from bot.threads import in_thread
from desk.desk import Desk
from desk.floods import noting

#: Seconds between two looks at what was refused: for so long somebody waits until they are told.
EVERY = 1.0


async def note_floods(desk: Desk, told: Callable[[], None]) -> None:
    """Note what was refused and tell people of it, until cancelled; ``told`` is called when a message waits for them.

    What was counted in the last second before the process ends is not noted: no message depends on it.
    """
    patience = Patience("noting what was refused")
    while True:
        await asyncio.sleep(EVERY)
        try:
            is_said = await in_thread(noting.note, desk)
        except SQLAlchemyError as error:
            await asyncio.sleep(patience.failed(error))
            continue
        patience.worked()
        if is_said:
            told()
