"""`customs news`: what subscribers were told of, and how far each piece of news has come."""

from __future__ import annotations

import typer
from rich.table import Table

from cli.parts import desk_and_settings, shown
from cli.terminal import out, refuse
from desk.guidance.record import LANGUAGES
from desk.subscriptions import progress
from desk.subscriptions.model import Broadcast
from desk.subscriptions.words import put_into_words

app = typer.Typer(no_args_is_help=True, help="News for subscribers: list, show.")


@app.command("list")
def list_() -> None:
    """List the news, newest first, with how many chats were told."""
    desk, _ = desk_and_settings()
    table = Table(
        "id", "noted", "finished", "topics", "chats", "on the way", "delivered", "not certain", "failed", "key"
    )
    with desk.store.reading() as session:
        for news in progress.newest(session):
            far = progress.of(session, news)
            told = (far.chats, far.on_the_way, far.delivered, far.uncertain, far.failed)
            when = (shown(news.created_at), shown(news.finished_at))
            table.add_row(str(news.id), *when, ", ".join(news.topics), *map(str, told), news.key)
    out.print(table)


@app.command()
def show(id: int) -> None:
    """Show what a piece of news says in each language, and which chats may not have got it."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        news = session.get(Broadcast, id)
        if news is None:
            refuse(f"There is no news {id}; see `customs news list`.")
        far = progress.of(session, news)
        out.print(f"{news.key}, noted {shown(news.created_at)}, finished {shown(news.finished_at) or 'not yet'}")
        out.print(f"chats {far.chats}, on the way {far.on_the_way}, delivered {far.delivered}")
        out.print(f"not certain {far.uncertain}, failed {far.failed}")
        for language in LANGUAGES:
            said = put_into_words(desk, session, news, language)
            buttons = " | ".join(choice.title for choice in said.choices)
            out.print(f"\n-- {language}\n{said.as_text()}\n\n{buttons}", markup=False)
        for delivery in progress.not_delivered(session, news):
            out.print(f"{delivery.channel} {delivery.state}: {delivery.error or ''}", markup=False)
