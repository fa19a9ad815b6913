"""The web door: the enterprises' chat and cases, and the officers' console, in one process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, Router
from litestar.concurrency import sync_to_thread
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader, MutableScopeHeaders, State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig
from litestar.types import Message, Scope
from sqlalchemy.exc import DBAPIError

from bootstrap.assembly import open_desk
from bootstrap.logs import set_up_logging
from bootstrap.settings import Settings, read_settings
from console import (
    case_page,
    chat_api,
    chat_inbox,
    chat_page,
    errors,
    filters,
    guard,
    health,
    language_switch,
    staff_case,
    staff_cases,
    staff_me,
    staff_ratings,
    staff_sign_in,
)
from console.site import FORM_BYTES, STATIC, TEMPLATES, Site
from desk.conversations import inbox
from desk.desk import Desk

log = logging.getLogger(__name__)

#: Seconds between two looks for messages that a dead process left half done.
LOOK_EVERY = 5.0

_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def create_app(desk: Desk, settings: Settings) -> Litestar:
    """The console over a desk."""
    site = Site(desk)
    return Litestar(
        route_handlers=[*_public(), _staff(), _static()],
        dependencies={"site": Provide(lambda: site, sync_to_thread=False)},
        state=State({"site": site}),
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(_templates())),
        csrf_config=CSRFConfig(
            secret=_form_secret(settings.var_dir / "console.secret"),
            cookie_name=site.cookie_name("form"),
            cookie_secure=site.secure,
            cookie_httponly=True,
        ),
        before_send=[_add_headers],
        exception_handlers={
            HTTPException: errors.refused,
            DBAPIError: errors.store_failed,
            Exception: errors.failed,
        },
        lifespan=[_finishing_left_over],
        request_max_body_size=FORM_BYTES,
        openapi_config=None,
        logging_config=None,
    )


def main() -> None:
    """Serve until told to stop."""
    set_up_logging()
    settings = read_settings()
    desk = open_desk(settings)
    with desk.store.writing() as session:
        inbox.take_back(session, "web")
    # No access log: the private links of cases are paths.
    uvicorn.run(
        create_app(desk, settings),
        host=settings.host,
        port=settings.console_port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def _public() -> Sequence[object]:
    return [
        chat_page.front_door,
        chat_page.chat_page,
        chat_page.post_to_chat,
        chat_api.post_message,
        chat_api.get_messages,
        case_page.case_page,
        case_page.add_to_case,
        case_page.rate_case,
        language_switch.choose_language,
        health.health,
    ]


def _staff() -> Router:
    return Router(
        "/desk",
        guards=[guard.only_its_roles],
        route_handlers=[
            staff_sign_in.first_page,
            staff_sign_in.sign_in_page,
            staff_sign_in.sign_in,
            staff_sign_in.sign_out,
            staff_cases.case_list,
            staff_case.case_page,
            staff_case.claim,
            staff_case.give_back,
            staff_case.resolve,
            staff_case.reply,
            staff_case.send_again,
            staff_me.my_page,
            staff_me.make_link_code,
            staff_me.unlink,
            staff_me.change_password,
            staff_ratings.rating_figures,
        ],
    )


def _static() -> Router:
    # The address of a file changes with its content, so a browser may keep it for ever.
    return create_static_files_router(
        "/static", [STATIC], cache_control=CacheControlHeader(public=True, max_age=365 * 24 * 3600, immutable=True)
    )


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters.add_to(environment)
    return environment


def _form_secret(path: Path) -> str:
    """The secret that signs forms, kept so that a page that is open while the console restarts can still be sent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text()


async def _add_headers(message: Message, scope: Scope) -> None:
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in _HEADERS.items():
        headers[name] = value
    if "cache-control" not in headers:
        headers["cache-control"] = "no-store"


@asynccontextmanager
async def _finishing_left_over(app: Litestar) -> AsyncIterator[None]:
    """While the console runs, what a dead process left in the inbox is finished here."""
    task = asyncio.create_task(_finish_left_over(app.state.site.desk))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _finish_left_over(desk: Desk) -> None:
    while True:
        try:
            await sync_to_thread(chat_inbox.finish_left_over, desk)
        except DBAPIError as error:
            log.error("left-over messages wait: the store failed with %s", type(error.orig).__name__)
        await asyncio.sleep(LOOK_EVERY)


if __name__ == "__main__":
    main()
