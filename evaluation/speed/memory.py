"""How much memory this process holds, as Linux tells it."""

from __future__ import annotations

import gc
from pathlib import Path


def resident() -> float:
    """Mebibytes in use now, after what is no longer needed was thrown away."""
    gc.collect()
    return _told("VmRSS")


def peak() -> float:
    """Mebibytes that were in use at the most."""
    return _told("VmHWM")


def _told(name: str) -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise OSError(f"this system does not tell its {name}")
