"""The server that Rasa calls: our actions, constructed by us, behind rasa-sdk's executor."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from rasa_sdk.executor import ActionExecutor  # type: ignore[import-untyped]  # rasa-sdk ships no types
from rasa_sdk.interfaces import (  # type: ignore[import-untyped]
    ActionExecutionRejection,
    ActionNotFoundException,
)
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import json
from sqlalchemy.exc import NoResultFound

from actions.back_case_field import BackCaseField
from actions.call import BadCall, checked
from actions.cancel_case_form import CancelCaseForm
from actions.desk_port import DeskActs
from actions.open_case import OpenCase
from actions.prepare_case_form import PrepareCaseForm
from actions.skip_case_field import SkipCaseField
from actions.turn import Action
from actions.validate_case_form import ValidateCaseForm
from desk.conversations.claimed import Overtaken
from desk.json_text import NotJson, parse_json

log = logging.getLogger(__name__)

#: What Rasa expects for what is no failure of an action: a rejection, an unknown action; and what is no call of Rasa's,
#: or about nothing that the desk has.
_STATUS: dict[type[Exception], int] = {
    ActionExecutionRejection: 400,
    ActionNotFoundException: 404,
    BadCall: 400,
    NoResultFound: 404,
}


def actions_over(desk: DeskActs) -> list[Action]:
    """Every action of nlu/domain.yml, over the desk."""
    return [
        PrepareCaseForm(),
        OpenCase(desk),
        CancelCaseForm(desk),
        SkipCaseField(desk),
        BackCaseField(),
        ValidateCaseForm(desk),
    ]


def create_app(actions: Sequence[Action]) -> Sanic[Any, Any]:
    """The app with POST /webhook, which Rasa calls, and GET /health.

    It is not rasa-sdk's own app: that one returns the whole request with a failure, and Rasa would log
    people's words.
    """
    executor = ActionExecutor()
    for action in actions:
        executor.register_function(action.name, action.run)
    # Sanic keeps a register of names and refuses a second app of the same one.
    app: Sanic[Any, Any] = Sanic(f"actions-{uuid4().hex}", configure_logging=False)
    # Else Sanic rewrites its own classes at start, and a second app in the process cannot start.
    app.config.TOUCHUP = False

    @app.get("/health")
    async def health(_: Request) -> HTTPResponse:
        return json({"status": "ok", "actions": sorted(executor.actions)})

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        result = await executor.run(checked(_json_of(request)))
        return json(result.model_dump() if result else None)

    @app.exception(Exception)
    async def failed(request: Request, error: Exception) -> HTTPResponse:
        status = error.status_code if isinstance(error, SanicException) else _STATUS.get(type(error), 500)
        if isinstance(error, Overtaken):
            log.warning("an action came too late: the person had been answered without it")
        elif status == 500:
            log.error("an action failed", exc_info=error)
        elif isinstance(error, (BadCall, NoResultFound)):
            log.warning("an action was called for what is not there: %s", type(error).__name__)
        name = getattr(error, "action_name", "")
        return json({"error": type(error).__name__, "action_name": name}, status=status)

    return app


def _json_of(request: Request) -> Any:
    try:
        return parse_json(request.body)
    except NotJson as error:
        raise BadCall("no JSON") from error
