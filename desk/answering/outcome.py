"""How an enquiry can end. The part before the first underscore is the family by which figures are grouped."""

from enum import StrEnum


class Outcome(StrEnum):
    ANSWERED = "answered"
    ANSWERED_FROM_CONTEXT = "answered_from_context"
    CLARIFY_ENTRIES = "clarify_entries"
    CLARIFY_QUESTION = "clarify_question"
    UNANSWERABLE_OUT_OF_SCOPE = "unanswerable_out_of_scope"
    UNANSWERABLE_NOT_COVERED = "unanswerable_not_covered"
    UNANSWERABLE_PERSONAL = "unanswerable_personal"
    UNANSWERABLE_REQUEST = "unanswerable_request"
    ERROR_SEARCH = "error_search"
    ERROR_DIALOGUE = "error_dialogue"
    ERROR_STORE = "error_store"

    @property
    def family(self) -> str:
        return self.value.split("_", 1)[0]
