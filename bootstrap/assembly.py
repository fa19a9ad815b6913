"""Joining the desk with its real parts: the only place that knows desk, knowledge, dialogue, post and scanner."""

from __future__ import annotations

import datetime as dt

from bootstrap import inside
from bootstrap.settings import Settings
from desk.desk import Desk, Rules
from desk.ids import new_id
from desk.observing import UNOBSERVED, Observer
from desk.ports import Knowledge, Post, Scanner
from desk.store import Store, make_engine
from dialogue.client import RasaDialogue
from knowledge.client import KnowledgeClient
from post.smtp import SmtpPost
from scanner.address import scanner_at


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


def open_store(settings: Settings, observer: Observer = UNOBSERVED) -> Store:
    """The desk's store; the folder of a SQLite file is made where it is missing."""
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    return Store(make_engine(settings.database_url), observer)


def open_desk(
    settings: Settings,
    search: Knowledge | None = None,
    observer: Observer = UNOBSERVED,
    *,
    takes_work: bool = False,
) -> Desk:
    """The desk with its real store, clock, dialogue and knowledge service; ``search`` replaces the last.

    ``observer`` is told what the desk does. A process that ``takes_work`` from the store claims nothing before it holds
    its lease (bootstrap/lease.py).
    """
    token = settings.rasa_token.get_secret_value() if settings.rasa_token else None
    return Desk(
        store=open_store(settings, observer),
        clock=SystemClock(),
        search=search or knowledge_client(settings, observer),
        dialogue=RasaDialogue(
            settings.rasa_url,
            token=token,
            observer=observer,
            headers=inside.headers(settings),
            trackers=settings.rasa_tracker_url,
        ),
        rules=Rules.read(settings.content_dir),
        web_address=settings.web_address,
        post=open_post(settings),
        scanner=open_scanner(settings),
        worker=new_id() if takes_work else None,
    )


def knowledge_client(settings: Settings, observer: Observer = UNOBSERVED) -> KnowledgeClient:
    """The way to the search, for a process of the desk."""
    return KnowledgeClient(settings.knowledge_url, observer=observer, headers=inside.headers(settings))


def open_post(settings: Settings) -> Post | None:
    """The mail server that the operator has set up, if any; nothing is connected before a letter is sent."""
    if not settings.smtp_host:
        return None
    return SmtpPost(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_sender,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else "",
    )


def open_scanner(settings: Settings) -> Scanner | None:
    """The virus scanner that the operator has set up, if any; nothing is connected before a file comes."""
    return scanner_at(settings.scanner_url) if settings.scanner_url else None
