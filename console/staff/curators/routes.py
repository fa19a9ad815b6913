"""The pages of those who keep the guidance."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

HANDLERS: tuple[HTTPRouteHandler, ...] = ()
