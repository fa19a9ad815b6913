"""How the Rasa server is started: its command line and its environment."""

from __future__ import annotations

from pathlib import Path

from dialogue.model import environment, model_path, rasa_folder


def serve_command(
    project: Path, var: Path, rasa_python: Path, port: int, *, host: str = "127.0.0.1", token: str | None = None
) -> list[str]:
    """The command line; the model must have been trained. Channel webhooks need no token: bind to a private host."""
    nlu = project / "nlu"
    return [
        *(str(rasa_python), "-m", "rasa", "run", "--enable-api"),
        *("--model", str(model_path(project, var))),
        *("--endpoints", str(nlu / "endpoints.yml"), "--credentials", str(nlu / "credentials.yml")),
        *("--interface", host, "--port", str(port)),
        *(("--auth-token", token) if token else ()),
    ]


def serve_environment(var: Path, actions_url: str = "http://127.0.0.1:5055") -> dict[str, str]:
    """The variables; ``actions_url`` is where our actions are served. The trackers are in a file of their own."""
    return environment(
        var,
        {
            "ACTION_ENDPOINT_URL": f"{actions_url.rstrip('/')}/webhook",
            "RASA_TRACKER_DB": str(rasa_folder(var) / "trackers.sqlite"),
        },
    )
