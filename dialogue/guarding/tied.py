"""Becomes the given program, tied to whoever started it: when that process ends, however it does, so does this one.

Started as a script with the starter's process id and the program's command line. On Linux the kernel sees to it; the
mark survives becoming another program, and nothing of ours has to run in Rasa's environment.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    starter, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != starter:
        sys.exit(1)  # it ended before the kernel was told
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
