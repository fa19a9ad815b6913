"""The actions process: the dialogue's acts, carried out by the desk."""

from __future__ import annotations

from collections.abc import Mapping

from actions.server import actions_over, create_app
from bootstrap.assembly import open_desk
from bootstrap.logs import set_up_logging
from bootstrap.serving import serve
from bootstrap.settings import read_settings
from desk.cases import escalation
from desk.desk import Desk
from desk.enquiries import service as enquiries


class ActsOfTheDesk:
    """What the actions ask of the desk (actions.desk_port.DeskActs), over the real desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, conversation: str, enquiry_id: str) -> None:
        enquiries.answer_enquiry(self._desk, conversation, enquiry_id)

    def open_case(self, conversation: str, enquiry_id: str, fields: Mapping[str, str]) -> None:
        escalation.submit_form(self._desk, conversation, enquiry_id, fields)

    def cancel_case(self, conversation: str, enquiry_id: str) -> None:
        escalation.cancel_form(self._desk, conversation, enquiry_id)

    def is_confident_question(self, conversation: str, text: str) -> bool:
        return enquiries.is_confident_question(self._desk, conversation, text)

    def may_skip(self, conversation: str, field: str) -> bool:
        return escalation.may_skip(self._desk, conversation, field)


def main() -> None:
    set_up_logging()
    settings = read_settings()
    app = create_app(actions_over(ActsOfTheDesk(open_desk(settings))))
    serve(app, settings, settings.actions_port)


if __name__ == "__main__":
    main()
