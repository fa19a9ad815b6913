"""The pages of those who run the desk."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

HANDLERS: tuple[HTTPRouteHandler, ...] = ()
