"""How the Rasa server is started: its command line and its environment."""

from __future__ import annotations

from pathlib import Path

import yaml

from dialogue import stores
from dialogue.model import environment, model_path

#: What Rasa loads of ours: its channel, and what stands in for a library.
INSIDE = Path(__file__).with_name("inside")
#: Starts Rasa as `-m rasa` does. It takes its token from its command line only, and everybody on a machine may read
#: those: so the process is given the token in a variable, and puts it among its arguments itself, where no one sees it.
_RASA = (
    "import os, runpy, sys; "
    "token = os.environ.pop('RASA_AUTH_TOKEN', ''); "
    "sys.argv = ['rasa', *sys.argv[1:], *(['--auth-token', token] if token else [])]; "
    "runpy.run_module('rasa', run_name='__main__', alter_sys=True)"
)
_WITHOUT_TENSORFLOW = "import without_tensorflow; without_tensorflow.stand_in(); "
#: Rasa's own components that compute with TensorFlow.
OF_TENSORFLOW = frozenset(
    {
        *("ConveRTFeaturizer", "DIETClassifier", "LanguageModelFeaturizer", "ResponseSelector"),
        *("TEDPolicy", "UnexpecTEDIntentPolicy"),
    }
)


def serve_command(
    project: Path,
    var: Path,
    rasa_python: Path,
    port: int,
    *,
    host: str = "127.0.0.1",
    model: Path | None = None,
    tensorflow: bool | None = None,
) -> list[str]:
    """The command line; the model must have been trained.

    Channel webhooks need no token: bind to loopback, and put a gate before it where others shall reach it. ``model`` is
    another one than the project's own; ``tensorflow`` says whether it needs that, which is else read in config.yml.
    """
    nlu = project / "nlu"
    needs_it = bool(components_of(project) & OF_TENSORFLOW) if tensorflow is None else tensorflow
    return [
        *(str(rasa_python), "-c", _RASA if needs_it else f"{_WITHOUT_TENSORFLOW}{_RASA}", "run", "--enable-api"),
        *("--model", str(model or model_path(project, var))),
        *("--endpoints", str(nlu / "endpoints.yml"), "--credentials", str(nlu / "credentials.yml")),
        *("--interface", host, "--port", str(port)),
    ]


def components_of(project: Path) -> set[str]:
    """The names of all components of the pipeline and of the policies, without the modules that they are in."""
    config = yaml.safe_load((project / "config.yml").read_text(encoding="utf-8"))
    return {str(one["name"]).rpartition(".")[2] for of in ("pipeline", "policies") for one in config.get(of) or ()}


def serve_environment(
    var: Path,
    actions_url: str = "http://127.0.0.1:5055",
    trackers: str = "",
    locks: str = "",
    *,
    token: str | None = None,
    secret: str = "",
) -> dict[str, str]:
    """The variables: where our actions are served, where the trackers are kept (a file under var/), and the locks.

    ``token`` is what Rasa's API is asked with; ``secret`` what the actions are shown, where others than this machine
    could reach them.
    """
    return environment(
        var,
        {
            "ACTION_ENDPOINT_URL": f"{actions_url.rstrip('/')}/webhook",
            "ACTION_ENDPOINT_SECRET": secret,
            "RASA_TRACKERS": stores.for_rasa(trackers or stores.default_trackers(var)),
            "PYTHONPATH": str(INSIDE),
            "PYTHONUNBUFFERED": "1",
            **stores.lock_variables(locks),
            **({"RASA_AUTH_TOKEN": token} if token else {}),
        },
    )
