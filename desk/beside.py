"""Work that goes on beside what its beginner does meanwhile: it keeps nothing, and is asked for later or dropped."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

#: A search and an answer for each of the chats that the bot works on at once; where all are busy, one begins later.
#: What is begun first is run first, so an answer that waits for its search waits for one that is run.
_threads = ThreadPoolExecutor(16, thread_name_prefix="beside")
_under_way: set[Future[Any]] = set()


def begin(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Run the function in another thread; what the work is about goes along. Returns at once."""
    begun = _threads.submit(contextvars.copy_context().run, partial(function, *args, **kwargs))
    _under_way.add(begun)
    begun.add_done_callback(_under_way.discard)
    return begun


def settle() -> None:
    """Wait until nothing is under way any more, asked for or not: before the store is closed."""
    wait(list(_under_way))
