"""Doing something in a child of this process, so that the memory that it takes is given back at its end."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

import typer

from desk.refused import Refused


def in_a_child(act: Callable[[], str | None]) -> str | None:
    """What the act returns; raises typer.Exit with the child's exit code where it did not come to its end.

    To be called before this process has threads. The child says itself what went wrong, as a command does.
    """
    told, tells = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if not child:
        os.close(told)
        os._exit(_exit_code(act, tells))
    os.close(tells)
    with os.fdopen(told, encoding="utf-8") as answer:
        said = answer.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        raise typer.Exit(code if code > 0 else 1)
    return said or None


def _exit_code(act: Callable[[], str | None], tells: int) -> int:
    try:
        os.write(tells, (act() or "").encode())
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    except typer.Exit as ended:
        return ended.exit_code
    except KeyboardInterrupt:
        return 130
    except BaseException:  # noqa: BLE001 - whatever it is, it is shown here and nowhere else
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0
