"""The pages of those who work on cases."""

from __future__ import annotations

from console.staff.officers import alike, case, case_acts, contradictions, enterprises, inbox, receipts, search
from console.web import files

HANDLERS = (
    inbox.case_list,
    inbox.case_list_live,
    case.case_page,
    case.case_live,
    case.claim,
    case.resolve,
    case.reply,
    case.send_again,
    case_acts.give_back,
    case_acts.transfer,
    case_acts.take_over,
    case_acts.note,
    case_acts.ask,
    case_acts.resolve_as_spam,
    case_acts.reopen,
    case_acts.sign,
    case_acts.return_draft,
    case_acts.quote,
    case_acts.draft_guidance,
    alike.many_page,
    alike.with_draft,
    alike.take_apart,
    alike.reply_many,
    contradictions.say_page,
    contradictions.say,
    contradictions.contradiction_list,
    contradictions.settle,
    enterprises.enterprise_list,
    enterprises.enterprise_page,
    enterprises.verify,
    enterprises.refuse,
    enterprises.end,
    files.file_of_case,
    search.search,
    receipts.staff_receipt,
)
