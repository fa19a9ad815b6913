"""What ships for servers fits the program: commands, settings, ports and processes in units, compose and Caddyfile."""

from __future__ import annotations

import configparser
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bootstrap.settings import PROJECT, Settings
from cli import proxy
from cli.main import command_named
from cli.processes import PROCESSES
from cli.replicas import PORT_OF

UNITS = PROJECT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
COMPOSE = yaml.safe_load((PROJECT / "deploy" / "compose" / "compose.yml").read_text(encoding="utf-8"))
CADDYFILE = PROJECT / "deploy" / "caddy" / "Caddyfile"
KINDS = {process.name for process in PROCESSES}
#: Variables that only the shell of an operator, compose or Caddy reads.
OF_OTHERS = {"SECRETS_DIR"}
#: Seconds that a process finishes what is in hand after it drained, with some to spare.
FINISHES = 15


def _unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(path, encoding="utf-8")
    return parser


def _of_ours() -> dict[str, dict[str, Any]]:
    return {
        name: service for name, service in COMPOSE["services"].items() if name not in ("caddy", "postgres", "valkey")
    }


def _secrets(service: dict[str, Any]) -> list[tuple[str, str]]:
    """The secrets of a service, each with the name of the file that it gets."""
    listed = service.get("secrets", [])
    return [(each, each) if isinstance(each, str) else (each["source"], each["target"]) for each in listed]


def _refuse_unknown(words: list[str]) -> None:
    """Fails unless `customs` has this command with these options; what it names is a process of ours."""
    command = command_named(words[0])
    command.make_context(words[0], [word.replace("%i", "1") for word in words[1:]])
    if words[0] in ("serve", "ready"):
        assert words[1] in KINDS | {"proxy"}


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_every_command_of_a_unit_exists(path: Path) -> None:
    service = _unit(path)["Service"]
    lines = [service[name] for name in ("ExecStart", "ExecStartPost") if name in service]
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "/opt/customs/.venv/bin/customs"
        _refuse_unknown(words)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_every_unit_is_hardened_and_has_time_to_drain(path: Path) -> None:
    service = _unit(path)["Service"]
    for name, value in {
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "PrivateTmp": "yes",
        "User": "customs",
    }.items():
        assert service[name] == value
    assert service["EnvironmentFile"] == "/etc/customs/customs.env"
    assert "MemoryMax" in service
    if service["Type"] == "exec":
        assert service["Restart"] == "always"
        longest = Settings.model_fields["drain_seconds"].metadata[1].le
        assert int(service["TimeoutStopSec"]) >= longest + FINISHES


def test_there_is_a_unit_for_each_process() -> None:
    assert {path.name.removeprefix("customs-").removesuffix("@.service") for path in UNITS.glob("*@.service")} == KINDS
    for kind in KINDS:
        assert _unit(UNITS / f"customs-{kind}@.service")["Install"]["WantedBy"] == "customs.target"


def test_the_variables_for_units_are_settings() -> None:
    lines = (UNITS / "customs.env").read_text(encoding="utf-8").splitlines()
    names = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert {name.lower() for name in names - OF_OTHERS} <= set(Settings.model_fields)


def test_every_service_of_compose_is_a_command_of_ours_with_variables_that_are_settings() -> None:
    for service in _of_ours().values():
        _refuse_unknown(service["command"])
        assert {name.lower() for name in set(service["environment"]) - OF_OTHERS} <= set(Settings.model_fields)
        assert {target for _, target in _secrets(service)} <= set(Settings.model_fields)


def test_only_the_service_that_prepares_knows_the_owner_of_the_tables() -> None:
    knowing = {name for name, service in COMPOSE["services"].items() if "owner_database_url" in dict(_secrets(service))}
    superuser = {
        name for name, service in COMPOSE["services"].items() if "postgres_password" in dict(_secrets(service))
    }
    assert (knowing, superuser) == ({"prepare"}, {"postgres"})
    drop_in = _unit(UNITS / "customs-prepare.service.d" / "owner.conf")["Service"]
    assert drop_in["EnvironmentFile"] == "/etc/customs/owner.env"


def test_compose_runs_two_of_each_process_and_none_as_root() -> None:
    served = [
        service["command"][1] for service in COMPOSE["services"].values() if service.get("command", [""])[0] == "serve"
    ]
    assert sorted(served) == sorted([*KINDS, *KINDS])
    dockerfile = (PROJECT / "deploy" / "compose" / "Dockerfile").read_text(encoding="utf-8")
    uid = re.search(r"--uid (\d+)", dockerfile)
    assert uid is not None
    for name, service in COMPOSE["services"].items():
        assert "user" in service or name == "caddy", name
        assert service["cap_drop"] == ["ALL"]
    assert all(service["user"].startswith(uid[1]) for service in _of_ours().values())
    assert re.search(r"^USER caddy$", (PROJECT / "deploy" / "compose" / "caddy.Dockerfile").read_text(), re.M)


def test_compose_names_only_volumes_networks_and_secrets_that_it_has() -> None:
    for service in COMPOSE["services"].values():
        assert {source for source, _ in _secrets(service)} <= set(COMPOSE["secrets"])
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        named = {volume.partition(":")[0] for volume in service.get("volumes", [])}
        assert {name for name in named if not name.startswith(".")} <= set(COMPOSE["volumes"])
        assert set(service.get("depends_on", {})) <= set(COMPOSE["services"])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_compose_asks_each_process_at_its_own_port(kind: str) -> None:
    service = COMPOSE["services"][f"{kind}-1"]
    port = Settings.model_fields[f"{kind}_watch_port"].default
    assert f"http://127.0.0.1:{port}/ready" in service["healthcheck"]["test"][-1]


@pytest.mark.parametrize("kind", sorted(PORT_OF))
def test_the_proxy_of_compose_reaches_each_replica_at_its_port(kind: str) -> None:
    variable = {"console": "CONSOLES", "bot": "BOTS", "rasa": "RASAS", "actions": "ACTIONS", "knowledge": "KNOWLEDGES"}
    port = Settings.model_fields[PORT_OF[kind]].default
    environment = COMPOSE["services"]["caddy"]["environment"]
    assert environment[variable[kind]] == f"{kind}-1:{port} {kind}-2:{port}"
    written = CADDYFILE.read_text(encoding="utf-8")
    assert f"{{${variable[kind]}:127.0.0.1:{port}}}" in written
    watch = Settings.model_fields[f"{kind}_watch_port"].default
    assert f"{{${kind.upper()}_WATCH_PORT:{watch}}}" in written


def test_caddy_takes_the_caddyfile_for_many_machines(tmp_path: Path) -> None:
    caddy = proxy.caddy(Settings(_env_file=None))
    surroundings = {**COMPOSE["services"]["caddy"]["environment"], "SITE": "https://desk.example.vn"}
    words = [caddy, "validate", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
    done = subprocess.run(
        words, env={**surroundings, "HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _in_the_example() -> list[str]:
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    return re.findall(r"^#?([A-Z][A-Z_]*)=", example, re.MULTILINE)


def test_the_example_names_every_setting_of_an_operator_and_each_once() -> None:
    named = [name.lower() for name in _in_the_example()]
    of_developers = {"content_dir", "instance", "rasa_python"}
    wanted = set(Settings.model_fields) - of_developers | {name.lower() for name in OF_OTHERS}
    assert sorted(named) == sorted(wanted)
