"""The one way from the event loop into the synchronous desk: a thread of the bot's own pool."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

#: More than all hands of worker and courier together, so that storing updates never waits behind a slow dialogue.
_threads = ThreadPoolExecutor(max_workers=32, thread_name_prefix="desk")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function of the desk without keeping the event loop waiting; what the work is about goes along."""
    with_context = partial(contextvars.copy_context().run, function, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_threads, with_context)
