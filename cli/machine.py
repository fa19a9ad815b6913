"""What runs on one machine: each process once, or several replicas of each behind the proxy."""

from __future__ import annotations

from sqlalchemy.engine import make_url

from bootstrap.settings import BadSetting, Settings
from cli.processes import PROCESSES, Process
from cli.proxy import PROXY, caddy
from cli.replicas import APART, INNER_PORT_OF, PORT_OF, count, replica


def processes(settings: Settings) -> tuple[Process, ...]:
    """What `customs run` keeps running, in the order of their start."""
    if settings.replicas == 1:
        return PROCESSES
    numbered = [(process, number) for process in PROCESSES for number in range(1, count(settings, process.name) + 1)]
    return (*(replica(process, number) for process, number in numbered), PROXY)


def named(process: str, number: int = 0) -> Process:
    """One process by its name, or replica ``number`` of it; raises BadSetting where there is none."""
    known = {each.name: each for each in (*PROCESSES, PROXY)}
    if process not in known:
        raise BadSetting(f"There is no process {process!r}; there are {', '.join(known)}.")
    return replica(known[process], number) if number and process != PROXY.name else known[process]


def refuse_unsafe(settings: Settings) -> None:
    """Raises BadSetting, with one sentence, where several replicas are asked for that cannot share what they need."""
    if settings.replicas == 1:
        return
    if make_url(settings.database_url).get_backend_name() != "postgresql":
        raise BadSetting("REPLICAS above 1 needs PostgreSQL: set DATABASE_URL to postgresql+psycopg://…")
    if not settings.rasa_tracker_url.startswith("postgresql"):
        raise BadSetting("REPLICAS above 1 needs RASA_TRACKER_URL, a PostgreSQL database for the trackers of Rasa.")
    if not settings.rasa_locks_url.startswith(("redis://", "rediss://")):
        raise BadSetting("REPLICAS above 1 needs RASA_LOCKS_URL, a Valkey or Redis that begins with redis://")
    if settings.telegram_bot_token is not None and settings.telegram_mode != "webhook":
        raise BadSetting("REPLICAS above 1 needs TELEGRAM_MODE=webhook, for Telegram lets only one bot poll.")
    _refuse_ports(settings)
    caddy(settings)


def _refuse_ports(settings: Settings) -> None:
    fields = [*PORT_OF.values(), *INNER_PORT_OF.values(), *(f"{process.name}_watch_port" for process in PROCESSES)]
    taken: dict[int, str] = {getattr(settings, field): field.upper() for field in PORT_OF.values()}
    for field in fields:
        for number in range(1, settings.replicas + 1):
            port = getattr(settings, field) + APART * number
            if port > 65535 or port in taken:
                other = f"that is {taken[port]} too" if port in taken else "there is no such port"
                raise BadSetting(f"{field.upper()} and REPLICAS would have replica {number} on port {port}: {other}.")
            taken[port] = f"{field.upper()} of replica {number}"
