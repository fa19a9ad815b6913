"""The versions of the application and of what it runs on in this process."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version


def versions() -> dict[str, str]:
    """By "application" and "python", in this order."""
    return {"application": _version("customs-enquiry-desk"), "python": platform.python_version()}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "–"
