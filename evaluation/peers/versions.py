"""Which versions of libraries are at work here."""

from __future__ import annotations

from importlib import metadata


def installed(*packages: str) -> dict[str, str]:
    """The version of each; raises PackageNotFoundError."""
    return {package: metadata.version(package) for package in packages}
