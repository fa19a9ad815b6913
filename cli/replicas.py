"""Several replicas of a process on one machine: their names, ports and surroundings."""

from __future__ import annotations

from dataclasses import replace

from bootstrap.settings import Settings
from cli.processes import Process

#: A replica listens so many ports above the setting, times its number: rasa-2 on 5205. The setting is the proxy's.
APART = 100
#: Seconds for which a replica behind the proxy goes on serving when it is asked to end, where no setting says.
DRAIN = 4.0
#: The setting of the port that a process serves; the clock serves none.
PORT_OF = {
    "rasa": "rasa_port",
    "actions": "actions_port",
    "knowledge": "knowledge_port",
    "console": "console_port",
    "bot": "webhook_port",
}
#: The port of what stands behind a process of ours on the same machine.
INNER_PORT_OF = {"rasa": "rasa_inner_port"}
#: Where the others reach a process, as the settings say; through the proxy where there is one.
ADDRESSES = ("rasa_url", "actions_url", "knowledge_url", "web_address")


def settings_of(settings: Settings, kind: str, number: int) -> Settings:
    """What replica ``number`` of a process has for settings: ports and a name of its own, the others' addresses."""
    own: dict[str, object] = {"instance": f"{kind}-{number}", "drain_seconds": settings.drain_seconds or DRAIN}
    own |= {field: _port(settings, field, number) for field in _ports(kind)}
    return settings.model_copy(update=own)


def replica(process: Process, number: int) -> Process:
    """Replica ``number`` of a process, from 1 on."""
    kind = process.name

    def own(settings: Settings) -> Settings:
        return settings_of(settings, kind, number)

    return replace(
        process,
        name=f"{kind}-{number}",
        command=lambda settings: process.command(own(settings)),
        environment=lambda settings: {**process.environment(own(settings)), **_told(own(settings), kind)},
        # The proxy's address is that of all replicas; this one is asked at its own.
        ready=lambda settings: process.ready(own(settings)),
    )


def count(settings: Settings, kind: str) -> int:
    """How many replicas of a process run; a bot that is not connected to Telegram has nothing to share out."""
    return 1 if kind == "bot" and settings.telegram_bot_token is None else settings.replicas


def _ports(kind: str) -> list[str]:
    """The settings of the ports that a process has."""
    fields = (PORT_OF.get(kind), INNER_PORT_OF.get(kind), f"{kind}_watch_port")
    return [field for field in fields if field is not None]


def _port(settings: Settings, field: str, number: int) -> int:
    port: int = getattr(settings, field)
    return port + APART * number


def _told(settings: Settings, kind: str) -> dict[str, str]:
    """The variables by which a replica reads these settings again."""
    fields = [*_ports(kind), *ADDRESSES, "instance", "drain_seconds"]
    return {field.upper(): str(getattr(settings, field)) for field in fields}
