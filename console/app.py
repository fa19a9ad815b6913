"""The web application: its routes, its forms' secret, its headers, and the worker beside it."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, Router
from litestar.concurrency import sync_to_thread
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig
from sqlalchemy.exc import SQLAlchemyError

from bootstrap.impatience import in_time
from bootstrap.lease import holding
from bootstrap.secret_files import kept_secret
from bootstrap.settings import Settings
from console.enterprise import chat_inbox
from console.enterprise import routes as enterprise
from console.staff.administrators import routes as administrators
from console.staff.consultations import routes as consultations
from console.staff.curators import routes as curators
from console.staff.managers import routes as managers
from console.staff.navigation import navigation
from console.staff.officers import routes as officers
from console.staff.privacy import routes as privacy
from console.staff.questionnaires import routes as questionnaires
from console.staff.service_index import routes as service_index
from console.staff.signing_in import routes as signing_in
from console.web import errors, filters, guard, headers, health, hosts, language_switch
from console.web.limiting import Limiting, LimitingMiddleware
from console.web.signing_in_rules import SigningInRules
from console.web.site import FORM_BYTES, STATIC, TEMPLATES, HttpRequest, Site
from console.web.wellformed import TokensMiddleware, refuse_what_nobody_types
from desk.desk import Desk
from desk.floods import noting
from desk.paging import BadCursor

log = logging.getLogger(__name__)

#: Seconds between two looks for messages that a dead process left half done.
LOOK_EVERY = 1.0
#: Seconds that what is in hand has at the end of the process.
FINISH_WITHIN = 8.0


def create_app(desk: Desk, settings: Settings) -> Litestar:
    """The console over a desk."""
    site = site_of(desk, settings)
    app = Litestar(
        route_handlers=[_public(), _staff(), _static()],
        dependencies={"site": Provide(_site, sync_to_thread=False)},
        state=State({"site": site, "settings": settings}),
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(_templates())),
        csrf_config=CSRFConfig(
            # Kept, so that a page that is open while the console restarts can still be sent.
            secret=kept_secret(settings.var_dir / "console.secret", lambda: secrets.token_urlsafe(32)),
            cookie_name=site.cookie_name("form"),
            cookie_secure=site.secure,
            cookie_httponly=True,
        ),
        before_request=refuse_what_nobody_types,
        before_send=[headers.add_headers],
        middleware=[in_time, LimitingMiddleware(), TokensMiddleware()],
        exception_handlers={
            HTTPException: errors.refused,
            BadCursor: errors.not_understood,
            UnicodeDecodeError: errors.not_understood,  # a field of a form that is no text
            SQLAlchemyError: errors.store_failed,
            Exception: errors.failed,
        },
        lifespan=[_holding_its_lease, _finishing_left_over],
        request_max_body_size=FORM_BYTES,
        openapi_config=None,
        logging_config=None,
    )
    # Around the routes, so that it holds for what no route takes, too.
    app.asgi_handler = hosts.OnlyItsHosts(app.asgi_handler, hosts.names_of(settings))
    return app


def site_of(desk: Desk, settings: Settings) -> Site:
    """What every page is made with, over a desk."""
    return Site(desk, SigningInRules.of(settings, desk.web_address), Limiting(desk), settings.telegram_bot_name)


def _site(request: HttpRequest) -> Site:
    site: Site = request.app.state.site
    return site


def _public() -> Router:
    # One router, registered at once: the framework wraps a handler in a thread twice when another handler of the same
    # path is registered with the application after it.
    return Router("/", route_handlers=[*enterprise.HANDLERS, language_switch.choose_language, health.health])


def _staff() -> Router:
    handlers = (
        *signing_in.HANDLERS,
        *officers.HANDLERS,
        *curators.HANDLERS,
        *managers.HANDLERS,
        *questionnaires.HANDLERS,
        *consultations.HANDLERS,
        *service_index.HANDLERS,
        *privacy.HANDLERS,
        *administrators.HANDLERS,
    )
    return Router("/desk", guards=[guard.only_its_roles], route_handlers=handlers)


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
    environment.globals["navigation"] = navigation
    return environment


@asynccontextmanager
async def _holding_its_lease(app: Litestar) -> AsyncIterator[None]:
    """While the console runs others see that it lives; when it ends, it gives back what it has not finished."""
    held = holding(app.state.site.desk, "console")
    await sync_to_thread(held.__enter__)
    try:
        yield
    finally:
        await sync_to_thread(held.__exit__, None, None, None)


@asynccontextmanager
async def _finishing_left_over(app: Litestar) -> AsyncIterator[None]:
    """While the console runs, what a dead process left in the inbox is finished here, and what was refused is noted."""
    stop = threading.Event()
    # A thread that still waits for the dialogue must not keep the process from ending.
    worker = threading.Thread(target=_finish_left_over, args=(app.state.site.desk, stop), name="left-over", daemon=True)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        await sync_to_thread(worker.join, FINISH_WITHIN)


def _finish_left_over(desk: Desk, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            chat_inbox.finish_left_over(desk, stop)
            noting.note(desk)
        except SQLAlchemyError as error:
            log.error("left-over messages wait: the store failed with %s", type(error).__name__)
        stop.wait(LOOK_EVERY)
