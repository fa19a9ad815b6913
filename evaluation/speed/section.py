"""Sections of a page that several measurements write, each its own."""

from __future__ import annotations

import re


def with_section(page: str, section: str) -> str:
    """The page with a section, which begins with its heading, in the place of the one it has, or at the end."""
    heading = section.splitlines()[0]
    before = found.group(0) if (found := _section(page, heading)) else None
    if before is None:
        return f"{page.rstrip()}\n\n{section.rstrip()}\n"
    return page.replace(before, f"{section.rstrip()}\n\n").rstrip() + "\n"


def kept_section(page: str, heading: str) -> str:
    """The section of a heading as the page has it; empty where it has none."""
    return found.group(0) if (found := _section(page, heading)) else ""


def _section(page: str, heading: str) -> re.Match[str] | None:
    return re.search(rf"^{re.escape(heading)}\n.*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
