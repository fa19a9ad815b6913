"""The actions process: the dialogue's acts, carried out by the desk."""

from __future__ import annotations

from collections.abc import Mapping

from actions.server import actions_over, create_app
from bootstrap.assembly import open_desk
from bootstrap.inside import only_ours
from bootstrap.logs import set_up_logging
from bootstrap.secret_settings import secret_values
from bootstrap.settings import read_settings
from bootstrap.watch import watched
from bootstrap.watch.web import serve
from desk.cases import escalation
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.system import reachable


class ActsOfTheDesk:
    """What the actions ask of the desk (actions.desk_port.DeskActs), over the real desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open_case(self, conversation: str, enquiry_id: str, fields: Mapping[str, str]) -> None:
        escalation.submit_form(self._desk, conversation, enquiry_id, fields)

    def cancel_case(self, conversation: str, enquiry_id: str) -> None:
        escalation.cancel_form(self._desk, conversation, enquiry_id)

    def is_confident_question(self, conversation: str, text: str) -> bool:
        return enquiries.is_confident_question(self._desk, conversation, text)

    def may_skip(self, conversation: str, field: str) -> bool:
        return escalation.may_skip(self._desk, conversation, field)


def main() -> None:
    settings = read_settings()
    set_up_logging(settings.log_format, hidden=secret_values(settings))
    with watched(settings, "actions") as watch:
        desk = open_desk(settings, observer=watch.metrics)
        watch.ready_when("store", lambda: reachable.answers(desk.store))
        app = only_ours(create_app(actions_over(ActsOfTheDesk(desk))), settings)
        serve(app, watch, settings, settings.actions_port)


if __name__ == "__main__":
    main()
