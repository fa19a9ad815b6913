"""What the addresses of the console name, and how the acts behind them are done: the one table to add to.

A new kind of thing (``opt=roles(..., of="...")``) gets an entry in KINDS. A route whose act needs other fields or
another thing than its kind's gets one in ACTS, a public route one in PUBLIC, and a page that is worth a look in further
states those in STATES. An entry for a route that does not exist is not looked at.
"""

from __future__ import annotations

from urllib.parse import urlencode

from desk.enterprises.model import MembershipState
from tests.believable import authority, law_work, reports
from tests.walks.things import (
    Act,
    Kind,
    Public,
    Scope,
    State,
    Value,
    case,
    case_id,
    conversation_of,
    failed_delivery_of,
    file_of,
    found,
    just,
    key_of,
    last_entry,
    membership,
    open_contradiction,
)

MAY_TRANG, SAO_HOM = "9900123459", "9900773182"

#: What ``of`` of a route can be.
KINDS: dict[str, Kind] = {
    "case": Kind(
        Scope.UNIT,
        {"number": case("new_seal"), "other": case("outage_elsewhere"), "file_id": file_of("new_label")},
        {"text": "Chúng tôi đã ghi nhận.", "reason": "Đúng việc của đơn vị.", "seen": "1"},
    ),
    "contradiction": Kind(
        Scope.HEADQUARTERS, {"number": open_contradiction}, {"ruling": "Làm theo hướng dẫn của Chi cục khu vực 2."}
    ),
    "enterprise": Kind(
        Scope.UNIT,
        {"tax_code": just(SAO_HOM)},
        {"membership": membership(SAO_HOM, MembershipState.ASKED), "reason": "Chưa có giấy giới thiệu."},
    ),
}

#: Drafts of guidance as tests/believable/guidance_work.py leaves them.
_DRAFT = "SELECT {} FROM guidance_drafts WHERE entry_id = '{}'"


def draft_of(entry: str) -> Value:
    """The number of the open draft of an entry."""
    return found(_DRAFT.format("id", entry))


def _revision(entry: str) -> Value:
    return found(_DRAFT.format("revision", entry))


def _draft_act(entry: str, by: str = "", **fields: str) -> Act:
    return Act({"revision": _revision(entry), **fields}, {"draft": draft_of(entry)}, by=by)


_GOLDEN = found("SELECT id FROM golden_questions WHERE entry_id = 'dossier_import' ORDER BY id LIMIT 1")
_REVIEW = "SELECT id FROM guidance_reviews WHERE done_at IS NULL AND kind = '{}'"
_SHIPPED, _REMOVED = found(_REVIEW.format("shipped_change")), found(_REVIEW.format("shipped_removed"))

#: What the linter found, as tests/believable/guidance_work.py leaves it.
_FINDING = (
    "SELECT min(id) FROM guidance_reviews WHERE kind = 'lint' AND done_at IS NULL AND code {} 'stale_translation'"
)
_OF_THE_LAW, _OF_A_TRANSLATION = found(_FINDING.format("!=")), found(_FINDING.format("="))


#: Legal instruments and their review tasks as tests/believable/law_work.py leaves them.
_TASK = "SELECT id FROM law_impact_tasks WHERE done_at IS NULL AND kind = '{}' ORDER BY id LIMIT 1"
_ENTERED = {"instrument": just(law_work.AMENDING.replace("/", "~"))}
_EDITED = {"instrument": just(law_work.EDITED.replace("/", "~"))}
_MISTAKEN = {"instrument": just(law_work.MISTAKEN.replace("/", "~"))}

KINDS |= {
    "instrument": Kind(Scope.AUTHORITY, {"instrument": just("54~2014~QH13")}, {"words": "Nhập nhầm."}),
    "law_task": Kind(
        Scope.AUTHORITY, {"task": found(_TASK.format("entry"))}, {"how": "right", "words": "Không đổi nội dung."}
    ),
    "lint_finding": Kind(Scope.AUTHORITY, {"finding": _OF_THE_LAW}, {"words": "Đã đối chiếu."}),
    "guidance": Kind(Scope.AUTHORITY, {"entry": just("dossier_import")}, {"reason": "Căn cứ đã thay đổi."}),
    "guidance_draft": Kind(Scope.AUTHORITY, {"draft": draft_of("payment_channels")}, {"words": "Không cần nữa."}),
    "guidance_review": Kind(Scope.AUTHORITY, {"review": _SHIPPED}, {"words": "Giữ bản của đơn vị."}),
    "setting": Kind(
        Scope.HEADQUARTERS,
        {"name": just("answer")},
        {"value": "75", "reason": "Thử một tháng.", "reset_reason": "Hết thử."},
    ),
    "officer": Kind(Scope.UNIT, {"username": just("nam")}, {"name": "Trần Hoài Nam", "reason": "Theo quyết định."}),
    "unit": Kind(Scope.UNIT, {"code": just("KV02-SG1")}, {"reason": "Theo quyết định."}),
}

_GAP = "SELECT id FROM gap_groups WHERE state = '{}' AND asked > 0 ORDER BY id {} LIMIT 1"

KINDS["gap"] = Kind(
    Scope.AUTHORITY,
    {"group": found(_GAP.format("open", "ASC"))},
    {"reason": "single_case", "words": "Chỉ một người hỏi.", "into": found(_GAP.format("open", "DESC"))},
)
_CODE = found("SELECT code FROM receipts ORDER BY enquiry_id LIMIT 1")


def recall_in(state: str) -> Value:
    """The number of the recall in this state, as tests/believable/recalls.py leaves it."""
    return found(f"SELECT id FROM recalls WHERE state = '{state}'")


_WRONG = {"wrong_vi": "Câu trả lời trước thiếu nơi nhận hồ sơ.", "wrong_en": "It did not say where papers are taken."}
_TOLD_IN_PLAN = found(
    "SELECT COUNT(DISTINCT v.chat_id) FROM enquiries e JOIN conversations v ON v.id = e.conversation_id "
    "JOIN chats c ON c.id = v.chat_id AND c.blocked_at IS NULL WHERE e.entry = 'settlement_report' AND e.version = 1"
)
KINDS |= {
    "receipt": Kind(Scope.AUTHORITY, {"code": _CODE}),
    "recall": Kind(Scope.AUTHORITY, {"recall": recall_in("planned")}, {**_WRONG, "reason": "Gửi thư riêng."}),
}


#: Reviews as the low ratings of the believable authority opened them.
_LOW = (
    "SELECT v.{} FROM rating_reviews v JOIN units u ON u.id = v.unit_id"
    " WHERE v.state = 'open' AND u.code = '{}' ORDER BY v.id LIMIT 1"
)
_OWN_RATING = found(
    "SELECT max(p.request_id) FROM rating_parts p JOIN officers o ON o.id = p.officer_id AND o.username = 'nam'"
    " JOIN ratings r ON r.request_id = p.request_id"
)
KINDS |= {
    "rating_review": Kind(
        Scope.UNIT,
        {"review": found(_LOW.format("id", "KV02-SG1"))},
        {
            "revision": found(_LOW.format("revision", "KV02-SG1")),
            "verdict": "confirmed",
            "cause": "slow",
            "cause_words": "Hồ sơ nằm chờ phân công.",
            "action": "Đã phân công lại.",
            "words": "Chúng tôi xin lỗi vì đã để chị chờ.",
            "reason": "Đã gọi điện cho doanh nghiệp.",
        },
    ),
    "own_rating": Kind(Scope.AUTHORITY, {"rating": _OWN_RATING}, {"remark": "Hồ sơ thiếu bảng kê."}),
}
_MONTH = str(reports.PUBLISHED)
#: Deductions of the service index and what was published, as tests/believable/service_index.py leaves them.
_PUBLISHED_INDEX = found("SELECT min(id) FROM service_indexes")
_DEDUCTION = "SELECT id FROM service_index_deductions WHERE objected_at IS {}"
KINDS |= {
    "deduction": Kind(
        Scope.UNIT,
        {"deduction": found(_DEDUCTION.format("NULL"))},
        {"reason": "Không xác minh được.", "words": "Đã đối chiếu với sổ văn bản đến."},
    ),
    "published_index": Kind(Scope.AUTHORITY, {"index": _PUBLISHED_INDEX}),
    "publication": Kind(Scope.HEADQUARTERS, {}, {"period": "2026-Q3", "kind": "region", "reason": ""}),
}


def asked_in(state: str) -> Value:
    """The number of the questionnaire in this state, as tests/believable/questionnaires.py leaves it."""
    return found(f"SELECT id FROM questionnaires WHERE state = '{state}'")


_INVITED = found(
    "SELECT key FROM questionnaire_invitations WHERE questionnaire_id = 3 AND state = 'invited' ORDER BY id"
)
_OPEN, _CLOSED, _PUBLISHED = ({"questionnaire": asked_in(state)} for state in ("open", "closed", "published"))
_WRITTEN = found(
    "SELECT a.id FROM questionnaire_answers a JOIN questionnaire_responses r ON r.id = a.response_id "
    "JOIN questionnaires q ON q.id = r.questionnaire_id WHERE q.state = 'closed' AND a.text IS NOT NULL ORDER BY a.id"
)
#: A draft with one question, as its form has it.
_ASKS = {
    "title-vi": "Khảo sát thử",
    "title-en": "Trial survey",
    "minutes": "3",
    "anonymous": "yes",
    "count": "1",
    "question-0-kind": "level",
    "question-0-scale": "satisfaction",
    "question-0-text-vi": "Bạn hài lòng không?",
    "question-0-text-en": "Are you satisfied?",
    "act": "save",
}
KINDS["questionnaire"] = Kind(Scope.UNIT, {"questionnaire": asked_in("draft")}, {"case": "any", "size": ""})


def consulted_in(state: str) -> Value:
    """The number of the consultation in this state, as tests/believable/consultations.py leaves it."""
    return found(f"SELECT id FROM consultations WHERE state = '{state}'")


_IN_PUBLIC, _ENDED = {"consultation": consulted_in("open")}, {"consultation": consulted_in("closed")}
_COMMENT = found(
    "SELECT c.id FROM consultation_comments c JOIN consultations o ON o.id = c.consultation_id AND o.state = 'open' "
    "ORDER BY c.id"
)
_SAID_GROUP = found(
    "SELECT g.id FROM consultation_groups g JOIN consultations o ON o.id = g.consultation_id AND o.state = 'closed' "
    "ORDER BY g.id"
)
_DRAFT_RULE = {"title-vi": "Dự thảo giả định", "title-en": "Imaginary draft", "act": "save"}
KINDS["consultation"] = Kind(Scope.UNIT, {"consultation": consulted_in("draft")}, _DRAFT_RULE)

_HELD = {"number": case("claimed")}

#: What a route of the staff needs beside what its kind says.
ACTS: dict[str, Act] = {
    "GET /desk/cases/{number}/files/{file_id}": Act(values={"number": case("new_label")}),
    "GET /desk/cases/{number}/contradiction/{other}": Act(values={"number": case("outage")}),
    "POST /desk/cases/{number}/contradiction/{other}": Act(
        {"note": "Hai nơi trả lời khác nhau."}, {"number": case("outage")}
    ),
    "POST /desk/cases/{number}/return": Act(values=_HELD, by="thu"),
    "POST /desk/cases/{number}/reply": Act(values=_HELD, by="thu"),
    "POST /desk/cases/{number}/ask": Act(values=_HELD, by="thu"),
    "POST /desk/cases/{number}/resolve": Act(values={"number": case("answered")}, by="thu"),
    "POST /desk/cases/{number}/spam": Act(values=_HELD, by="thu"),
    "POST /desk/cases/{number}/reopen": Act(never="nothing here was put away as spam"),
    "POST /desk/cases/{number}/transfer": Act({"unit": "KV02-SG2", "colleague": "", "reason": "Đúng nơi mở tờ khai."}),
    "POST /desk/cases/{number}/take-over": Act(values=_HELD, by="hanh"),
    "POST /desk/cases/{number}/sign": Act(values={"number": case("to_sign")}, by="hanh"),
    "POST /desk/cases/{number}/return-draft": Act(values={"number": case("to_sign")}, by="hanh"),
    "POST /desk/cases/{number}/quote": Act({"text": "", "quoted": "", "quote": "dossier_import"}, _HELD, by="thu"),
    "POST /desk/cases/{number}/send-again": Act(
        {"delivery": failed_delivery_of("blocked")}, {"number": case("blocked")}, by="thu"
    ),
    "POST /desk/cases/{number}/alike": Act({"text": "Hệ thống đã hoạt động lại."}, {"number": case("outage")}),
    "POST /desk/cases/{number}/apart": Act({"other": case_id("outage_2")}, {"number": case("outage")}, by="thu"),
    "POST /desk/cases/{number}/reply-many": Act(
        {"text_vi": "Hệ thống đã hoạt động lại.", "text_en": "The system is back.", "seen": last_entry("outage")},
        {"number": case("outage")},
        by="thu",
    ),
    "POST /desk/enterprises/{tax_code}/end": Act(
        {"membership": membership(MAY_TRANG, MembershipState.VERIFIED)}, {"tax_code": just(MAY_TRANG)}
    ),
    "POST /desk/sign-in": Act({"username": "thu", "password": authority.PASSWORD, "next": ""}),
    "POST /desk/again": Act({"password": authority.PASSWORD}),
    "POST /desk/me/password": Act(
        {
            "present": authority.PASSWORD,
            "new": "kdq 9063 vwz 1177",
            "again": "kdq 9063 vwz 1177",
        },
        by="thu",
    ),
}

_CIRCULAR = {
    "number": "907/2026/TT-BTC",
    "kind": "circular",
    "title-vi": "Thông tư thử",
    "title-en": "Trial circular",
    "sources-0": "Bịa",
}

ACTS |= {
    "POST /desk/law/new": Act(_CIRCULAR),
    "POST /desk/law/instruments/{instrument}/edit": Act(
        _CIRCULAR | {"number": law_work.MISTAKEN, "revision": "1"}, _MISTAKEN
    ),
    "POST /desk/law/instruments/{instrument}/impact": Act(values=_ENTERED),
    "POST /desk/law/instruments/{instrument}/reset": Act(values=_EDITED),
    "POST /desk/law/instruments/{instrument}/set-aside": Act(values=_MISTAKEN),
    "POST /desk/law/impact/{task}/settle": Act(by="hoa"),
    "POST /desk/law/impact/{task}/draft": Act(by="hoa"),
    "POST /desk/guidance/entries/{entry}/confirm": Act(values={"entry": just("decl_time_import")}, by="hoa"),
    "POST /desk/guidance/entries/{entry}/retire": Act(by="hoa"),
    "POST /desk/guidance/drafts/{draft}/edit": _draft_act("payment_channels", "hoa", act="save", reason="Rõ hơn."),
    "POST /desk/guidance/drafts/{draft}/submit": _draft_act("payment_channels", "hoa"),
    "POST /desk/guidance/drafts/{draft}/discard": _draft_act("payment_channels", "hoa", words="Không cần nữa."),
    "POST /desk/guidance/drafts/{draft}/approve": _draft_act("dossier_export", "hoa"),
    "POST /desk/guidance/drafts/{draft}/return": _draft_act("dossier_export", "hoa", words="Thiếu căn cứ."),
    "POST /desk/guidance/drafts/{draft}/plan": _draft_act("dossier_export", "hoa", moment="2027-03-01T00:00"),
    "POST /desk/guidance/drafts/{draft}/gate": _draft_act("dossier_export", "hoa"),
    "POST /desk/guidance/entries/{entry}/golden": Act({"text": "Hồ sơ nhập khẩu có những gì?", "language": "vi"}),
    "POST /desk/guidance/entries/{entry}/golden/close": Act({"question": _GOLDEN, "words": "Không ai hỏi vậy."}),
    "POST /desk/guidance/drafts/{draft}/take-back": _draft_act("dossier_export", "binh"),
    "GET /desk/guidance/drafts/{draft}/update": Act(values={"draft": draft_of("fee_rates")}),
    "POST /desk/guidance/drafts/{draft}/update": _draft_act("fee_rates", "hoa"),
    "POST /desk/guidance/lint/{finding}/close": Act(by="hoa"),
    "POST /desk/guidance/lint/{finding}/holds": Act(values={"finding": _OF_A_TRANSLATION}, by="hoa"),
    "POST /desk/guidance/shipped/{review}/take": Act(by="hoa"),
    "POST /desk/guidance/shipped/{review}/keep": Act(by="hoa"),
    "POST /desk/guidance/shipped/{review}/close": Act(values={"review": _REMOVED}, by="hoa"),
    "POST /desk/recall/plan": Act({"entry": "express_low_value", "days": "90", **_WRONG}, never="nobody got it"),
    "POST /desk/recall/{recall}/start": Act({"chats": _TOLD_IN_PLAN}, by="binh"),
    "POST /desk/recall/{recall}/pause": Act(values={"recall": recall_in("running")}, by="binh"),
    "POST /desk/recall/{recall}/resume": Act(values={"recall": recall_in("paused")}, by="binh"),
    "POST /desk/reports/publish": Act({"month": "2026-08", "unit": "", "reason": ""}),
    "POST /desk/settings/{name}": Act(by="quan"),
    "POST /desk/settings/{name}/reset": Act(never="every setting here is as it ships"),
    "POST /desk/system/send-again": Act({"delivery": failed_delivery_of("blocked")}),
    "POST /desk/system/take-up": Act({"update": "1"}, never="nothing was set aside in the made-up authority"),
    "POST /desk/people": Act(
        {"username": "khoi", "name": "Trần Minh Khôi", "new_role": "officer", "new_unit": "KV02-SG1"}
    ),
    "POST /desk/people/{username}/rename": Act({"name": "Trần Nam Hoài"}),
    "POST /desk/people/{username}/appoint": Act({"role": "head", "unit": "KV02-SG1"}),
    "POST /desk/people/{username}/dismiss": Act({"role": "officer", "unit": "KV02-SG1"}),
    "POST /desk/people/{username}/activate": Act(values={"username": just("cuong")}),
    "POST /desk/people/{username}/unlink": Act(values={"username": just("thu")}),
    "POST /desk/units/{code}/change": Act(
        {"name_vi": "Hải quan cảng Sài Gòn khu vực Một", "name_en": "Saigon port area One customs"}
    ),
    "POST /desk/units/{code}/move": Act({"parent": "KV03"}, by="quan"),
    "POST /desk/units/{code}/add": Act(
        {"new_code": "KV02-SG1-D1", "new_kind": "team", "new_name_vi": "Đội 1", "new_name_en": "Team 1"}
    ),
    "POST /desk/units/{code}/hours": Act({"whose": "authority"}),
    "GET /desk/me/second-factor/code.svg": Act(also="not there", never="nobody here has begun to set one up"),
    "POST /desk/people/{username}/unlock": Act(never="nobody here is locked out"),
    "POST /desk/people/{username}/second-factor": Act(never="nobody here has one"),
    "POST /desk/people/{username}/identity": Act(never="nobody here signs in with the authority's account"),
    "POST /desk/units-preview": Act(never="it wants a file, and is refused in words without"),
    "POST /desk/units-load": Act(never="it wants a file, and is refused in words without"),
    "POST /desk/calendar/{code}/remove": Act(never="no day was added to this unit"),
    "POST /desk/calendar/{code}/add": Act(
        {"day": "2026-12-24", "kind": "off", "hours": "", "reason": "Sửa trụ sở.", "document": "12/QĐ"}
    ),
}

ACTS |= {
    "POST /desk/cases/{number}/draft-guidance": Act(values={"number": case("answered")}, by="thu"),
    "POST /desk/gaps/{group}/draft": Act(by="hoa"),
    "POST /desk/gaps/{group}/variant": Act(
        never="its fields are named by questions: tests/integration/test_console_gaps.py"
    ),
    "POST /desk/gaps/{group}/take-out": Act(
        never="its fields are named by questions: tests/integration/test_console_gaps.py"
    ),
    "POST /desk/gaps/{group}/dismiss": Act(by="hoa"),
    "POST /desk/gaps/{group}/merge": Act(by="hoa"),
    "POST /desk/gaps/{group}/reopen": Act(values={"group": found(_GAP.format("dismissed", "ASC"))}, by="hoa"),
    "POST /desk/guidance/import": Act(never="it wants a file, and is refused in words without"),
    "POST /desk/guidance/import/confirm": Act(never="nobody here has sent a file, and it is refused in words"),
    "POST /desk/law/import": Act(never="it wants a file, and is refused in words without"),
    "POST /desk/law/import/confirm": Act(never="nobody here has sent a file, and it is refused in words"),
}

ACTS |= {
    "POST /desk/ratings/reviews/{review}/tell": Act(
        never="what is sent is what was looked at: tests/integration/test_console_rating_reviews.py"
    ),
    "POST /desk/ratings/reviews/{review}/raised": Act(never="nobody here raised the stars"),
    "GET /desk/ratings/mine/{rating}": Act(by="nam", also="not there"),
    "POST /desk/ratings/mine/{rating}/remark": Act(by="nam", also="not there"),
    "POST /desk/service-index/units/{code}/deduct": Act(
        {"points": "0,5", "day": "2026-11-03", "reason": "Chậm trả lời, đã xác minh."}, by="vinh"
    ),
    "POST /desk/service-index/deductions/{deduction}/take-back": Act(by="vinh"),
    "POST /desk/service-index/deductions/{deduction}/object": Act(by="hanh"),
    "POST /desk/service-index/deductions/{deduction}/answer": Act(
        values={"deduction": found(_DEDUCTION.format("NOT NULL"))}, by="vinh"
    ),
    "POST /desk/service-index/publish": Act(never="of so few cases nobody has an index by the criteria that ship"),
    "POST /desk/questionnaires/new": Act({"unit": "KV02-SG1", **_ASKS}, by="hanh"),
    "POST /desk/questionnaires/{questionnaire}/edit": Act({**_ASKS, "act": "add-text"}),
    "POST /desk/questionnaires/{questionnaire}/open": Act({"people": "2"}, by="hanh"),
    "POST /desk/questionnaires/{questionnaire}/close": Act(values=_OPEN, by="hanh"),
    "POST /desk/questionnaires/{questionnaire}/discard": Act(by="hanh"),
    "GET /desk/questionnaires/{questionnaire}/results": Act(values=_CLOSED),
    "GET /desk/questionnaires/{questionnaire}/export.csv": Act(values=_CLOSED),
    "GET /desk/questionnaires/{questionnaire}/export.xlsx": Act(values=_CLOSED),
    "GET /desk/questionnaires/{questionnaire}/texts": Act(values=_CLOSED),
    "POST /desk/questionnaires/{questionnaire}/texts": Act({"answer": _WRITTEN, "publish": "yes"}, _CLOSED, by="hanh"),
    "GET /desk/questionnaires/{questionnaire}/publish": Act(values=_CLOSED),
    "POST /desk/questionnaires/{questionnaire}/publish": Act(values=_CLOSED, by="hanh"),
}

ACTS |= {
    "POST /desk/consultations/new": Act({"unit": "KV02-SG1", **_DRAFT_RULE}, by="hanh"),
    "POST /desk/consultations/{consultation}/open": Act(by="hanh"),
    "POST /desk/consultations/{consultation}/discard": Act(by="hanh"),
    "POST /desk/consultations/{consultation}/close": Act(values=_IN_PUBLIC, by="hanh"),
    "GET /desk/consultations/{consultation}/comments": Act(values=_IN_PUBLIC),
    "POST /desk/consultations/{consultation}/comments": Act({"comment": _COMMENT, "goes": "aside"}, _IN_PUBLIC),
    "POST /desk/consultations/{consultation}/answer": Act(
        {"group": _SAID_GROUP, "outcome": "partly", "said_vi": "Một phần.", "said_en": "In part."}, _ENDED, by="hanh"
    ),
}

_OF_YEN = found("SELECT person_id FROM cases WHERE question LIKE 'Hồ sơ hoàn thuế của tôi nộp tại%'")
_ASKED_FOR = found("SELECT id FROM data_requests WHERE state = 'asked' AND asked_by <> 'person'")
KINDS |= {
    "hold": Kind(
        Scope.UNIT,
        {"hold": found("SELECT min(id) FROM privacy_holds WHERE lifted_at IS NULL")},
        {"reason": "Khiếu nại chưa giải quyết xong.", "review_on": "2027-03-01"},
    ),
    "person": Kind(Scope.UNIT, {"person": _OF_YEN}, {"reason": "Gửi đơn, đã đối chiếu căn cước.", "format": "json"}),
    "data_request": Kind(Scope.UNIT, {"request_id": _ASKED_FOR}, {"reason": "Không phải người đó."}),
}
ACTS |= {
    "POST /desk/privacy/holds": Act(
        {"kind": "case", "key": case("new_label"), "reason": "Khiếu nại.", "review_on": "2027-03-01"}, by="hanh"
    ),
    "POST /desk/privacy/persons/{person}/delete": Act(never="it was asked for already"),
    "POST /desk/privacy/requests/{request_id}/approve": Act(by="vinh"),
    "POST /desk/privacy/requests/{request_id}/refuse": Act(by="vinh"),
}

_MEMBERSHIP = membership("9900451072", MembershipState.VERIFIED)

#: What everybody reaches.
PUBLIC: dict[str, Public] = {
    "POST /chat": Public(fields={"text": "xin chào"}),
    "POST /language": Public(fields={"lang": "en", "to": "/chat"}),
    "GET /api/chat/messages": Public(query={"conversation": conversation_of("new_form_web")}),
    "POST /api/chat/files": Public(fields={"text": "xin chào"}),
    "POST /api/chat/messages": Public(json={"text": "xin chào"}),
    "GET /account/memberships/{membership}/end": Public({"membership": _MEMBERSHIP}),
    "POST /account/memberships/{membership}/end": Public({"membership": _MEMBERSHIP}),
    "POST /account/sign-ins/{sign_in}/end": Public({"sign_in": just("1")}),
    "GET /sign-in/link/{token}": Public({"token": just("A" * 22)}, guessed="refused in words"),
    "POST /sign-in/link/{token}": Public({"token": just("A" * 22)}, guessed="refused in words"),
    "POST /case/{key}/link": Public({"key": key_of("new_form_web")}),
    "GET /questionnaire/{key}": Public({"key": _INVITED}),
    "POST /questionnaire/{key}": Public({"key": _INVITED}, {"act": "begin"}),
    "GET /consultations/{number}": Public({"number": consulted_in("open")}),
    "POST /consultations/{number}": Public(
        {"number": consulted_in("open")}, {"text": "Nên có bản điện tử.", "about": "whole", "form": "one"}
    ),
    "GET /results/{number}": Public({"number": asked_in("published")}),
    "GET /receipt/{code}": Public({"code": _CODE}, guessed="refused in words"),
    "GET /reports/{month}": Public({"month": just(_MONTH)}),
    "GET /reports/{month}/pdf": Public({"month": just(_MONTH)}),
    "GET /case/{key}": Public({"key": key_of("resolved")}),
    "POST /case/{key}/messages": Public({"key": key_of("new_form_web")}, {"text": "Tôi bổ sung.", "seen": "1"}),
    "POST /case/{key}/rating": Public({"key": key_of("resolved")}, {"stars": "4", "comment": ""}),
    "GET /case/{key}/files/{file_id}": Public({"key": key_of("new_label"), "file_id": file_of("new_label")}),
    "GET /service-index/{index}": Public({"index": _PUBLISHED_INDEX}),
    "GET /service-index/{index}/export.csv": Public({"index": _PUBLISHED_INDEX}),
    "GET /service-index/{index}/export.xlsx": Public({"index": _PUBLISHED_INDEX}),
    "GET /files/{file_id}": Public({"file_id": file_of("new_form_web")}),
}


def _cases(*names: str) -> list[State]:
    return [State({"number": case(name)}) for name in names]


#: Further states in which a page is looked at, each by the first role that may see it or by the officer ``by``.
STATES: dict[str, list[State]] = {
    "GET /desk/cases": [
        State(query="?view=waiting"),
        State(query="?view=resolved"),
        State(query="?view=to_sign", by="hanh"),
        State(query="?q=khai+b%C3%A1o"),
        State(query="?q=kh%C3%B4ng+c%C3%B3"),
    ],
    "GET /desk/cases/{number}": [
        *_cases("claimed", "asked", "outage", "blocked", "uncertain", "overdue_long", "new_form_web", "reopened"),
        *_cases("answered", "resolved_rated", "outage_here", "draft_returned"),
        State({"number": case("north")}, by="quan"),
        State({"number": case("to_sign")}, by="hanh"),
        State({"number": case("held_by_head")}, by="hanh"),
    ],
    "GET /desk/cases/{number}/alike": [State({"number": case("outage")}, by="thu")],
    "GET /desk/contradictions": [State(by="phuong")],
    "GET /desk/enterprises": [State(query="?q=m%C3%A2y", by="minh"), State(by="minh")],
    "GET /desk/enterprises/{tax_code}": [State({"tax_code": just(MAY_TRANG)})],
    "GET /case/{key}": [State({"key": key_of(name)}) for name in ("new_form_web", "reopened", "blocked", "asked")],
    "GET /my-cases": [State(query="?q=khai")],
    "GET /desk/guidance": [State(by="hoa"), State(query="?q=kh%C3%B4ng+c%C3%B3", by="hoa")],
    "GET /desk/guidance/entries/{entry}": [
        State({"entry": just(entry)}, by="hoa")
        for entry in ("dossier_export", "duty_payment_deadline", "express_low_value", "aeo_conditions")
    ],
    "GET /desk/guidance/entries/{entry}/differences": [State({"entry": just("aeo_conditions")}, by="hoa")],
    "GET /desk/guidance/entries/{entry}/golden": [
        State(by="hoa"),
        State({"entry": just("dossier_export")}, by="hoa"),
    ],
    "GET /desk/guidance/drafts": [
        State(query=f"?which={which}", by="hoa") for which in ("for_me", "mine", "open", "settled")
    ],
    "GET /desk/guidance/drafts/{draft}": [
        State({"draft": draft_of(entry)}, by="hoa")
        for entry in ("dossier_export", "fee_rates", "software", "cfs", "co_form_d_timing")
    ],
    "GET /desk/guidance/drafts/{draft}/edit": [State(by="hoa")],
    "GET /desk/guidance/drafts/{draft}/update": [State(by="hoa")],
    "GET /desk/guidance/lint": [State(by="hoa"), State(query="?which=closed", by="hoa")],
    "GET /desk/guidance/lint/{finding}": [State({"finding": _OF_A_TRANSLATION}, by="hoa")],
    "GET /desk/guidance/shipped": [State(by="hoa")],
    "GET /desk/guidance/shipped/{review}": [State({"review": _REMOVED}, by="hoa")],
    "GET /desk/guidance/try": [
        State(query="?" + urlencode({"q": "Hồ sơ hải quan hàng nhập khẩu gồm những gì?"})),
        State(query="?q=h%E1%BB%93+s%C6%A1", by="hoa"),
    ],
    "GET /desk/law": [
        State(by="hoa"),
        State(query="?q=hai+quan&kind=law&standing=not_yet&day=2027-02-28"),
        State(query="?q=kh%C3%B4ng+c%C3%B3", by="hoa"),
    ],
    "GET /desk/law/instruments/{instrument}": [
        State({"instrument": just(number)}, by="hoa")
        for number in ("905~2026~TT-BTC", "906~2026~TT-BTC", "39~2018~TT-BTC", "128~2020~NĐ-CP", "38~2015~TT-BTC")
    ],
    "GET /desk/law/new": [State(by="hoa")],
    "GET /desk/law/instruments/{instrument}/edit": [State(_ENTERED, by="hoa")],
    "GET /desk/law/impact": [
        State(by="hoa"),
        State(query="?which=done", by="hoa"),
        State(query="?kind=case", by="hoa"),
    ],
    "GET /desk/law/impact/{task}": [State({"task": found(_TASK.format("answer"))}, by="hoa")],
    "GET /desk/gaps": [State(by="hoa"), State(query="?view=dismissed", by="hoa")],
    "GET /desk/gaps/{group}": [
        State(by="hoa"),
        State({"group": found(_GAP.format("dismissed", "ASC"))}, by="hoa"),
    ],
    "GET /desk/search": [
        State(query="?q=h%E1%BB%93+s%C6%A1"),
        State(query="?q=xyzzy"),
        State(query="?q=KQ7M-2XWD-9", in_words=True),
    ],
    "GET /receipt": [State(query=f"?code={code}", in_words=True) for code in ("KQ7M-2XWD-9", "KQ7")],
    "GET /desk/recall": [State(by="hoa")],
    "GET /desk/recall/plan": [
        State(query="?entry=settlement_report&days=90", by="hoa"),
        State(query="?entry=express_low_value", by="hoa"),
        State(query="?entry=dossier_import", by="hoa"),
    ],
    "GET /desk/recall/{recall}": [
        State({"recall": recall_in("planned")}, by="binh"),
        *(State({"recall": recall_in(state)}, by="hoa") for state in ("planned", "running", "paused")),
    ],
    "GET /desk/questionnaires": [State(by="hanh"), State(query="?which=open", by="hanh")],
    "GET /desk/questionnaires/{questionnaire}": [
        State({"questionnaire": asked_in(state)}, by="hanh") for state in ("open", "closed", "published")
    ],
    "GET /desk/questionnaires/{questionnaire}/results": [
        State(_PUBLISHED, by="hanh"),
        State(_CLOSED, "?by=nothing", by="hanh"),
    ],
    "GET /desk/questionnaires/{questionnaire}/texts": [State(_PUBLISHED, by="hanh")],
    "GET /questionnaire/{key}": [State({"key": _INVITED}, "?all=1")],
    "GET /consultations/{number}": [State({"number": consulted_in("closed")})],
    "GET /desk/consultations": [State(by="hanh"), State(query="?which=open", by="hanh")],
    "GET /desk/consultations/{consultation}": [State(values, by="hanh") for values in (_IN_PUBLIC, _ENDED)],
    "GET /desk/consultations/{consultation}/comments": [State(_ENDED, "?aside=1", by="hanh")],
    "GET /desk/figures": [State(by="mai"), State(by="quan")],
    "GET /desk/ratings/reviews": [State(by="hanh"), State(query="?view=settled", by="hanh"), State(by="phuong")],
    "GET /desk/ratings/reviews/{review}": [
        State(by="hanh"),
        State({"review": found(_LOW.format("id", "VN"))}, by="phuong"),
    ],
    "GET /desk/ratings/received": [State(by="mai"), State(query="?stars=2&mark=counted", by="hanh")],
    "GET /desk/ratings/mine": [State(by="nam"), State(by="khanh")],
    "GET /desk/ratings/mine/{rating}": [State(by="nam")],
    "GET /desk/reports": [State(by="mai"), State(query=f"?month={_MONTH}", by="mai"), State(by="hanh")],
    "GET /desk/reports/publish": [State(by="mai"), State(query="?month=2026-11", by="vinh")],
    "GET /desk/ratings": [
        State(by="mai"),
        State(query="?by=officer&period=this_year", by="quan"),
        State(query="?by=week&period=last_90", by="mai"),
    ],
    "GET /desk/service-index": [State(by="mai"), State(query="?from=2026-10&to=2026-09", by="vinh", in_words=True)],
    "GET /desk/service-index/units/{code}": [State(by="vinh"), State(query="?period=2026", by="hanh")],
    "GET /desk/service-index/publish": [State(by="mai")],
    "GET /desk/service-index/published": [State(by="mai")],
    "GET /desk/service-index/published/{index}": [State(by="mai"), State(by="hanh")],
    "GET /desk/privacy": [State(by="hanh"), State(by="quan")],
    "GET /desk/privacy/holds": [State(by="hanh"), State(query="?which=lifted", by="hanh")],
    "GET /desk/privacy/requests": [State(by="hanh"), State(query="?q=khong+co&which=settled", by="hanh")],
    "GET /desk/privacy/persons/{person}": [State(by="hanh")],
    "GET /desk/audit": [State(by="mai"), State(query="?q=kh%C3%B4ng+c%C3%B3", by="quan")],
    "GET /desk/people": [State(by="quan"), State(query="?q=nguy%E1%BB%85n", by="quan")],
    "GET /desk/people/{username}": [State({"username": just(name)}, by="quan") for name in ("thu", "cuong", "quan")],
    "GET /desk/units": [State(by="quan")],
    "GET /desk/units/{code}": [State({"code": just(code)}, by="quan") for code in ("VN", "KV02")],
    "GET /desk/calendar/{code}": [State({"code": just("VN")}, by="quan")],
    "GET /desk/settings": [State(by="quan")],
    "GET /desk/system": [State(by="quan")],
}
