"""What the desk may rely on from a dialogue: on the fake of the desk's tests, and on Rasa with our actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from desk.ports import Dialogue, DialogueReply, DialogueUnavailable
from dialogue.client import RasaDialogue
from dialogue.testing import FakeDialogue
from tests.dialogue_talk import QUESTION, RecordedActs, Talk
from tests.rasa_server import running_dialogue

KNOWN = {"enterprise_name": "Công ty TNHH {Minh} “Long” \\ 7", "tax_code": "0100109106", "contact": "lan@example.vn"}


@pytest.fixture(scope="module")
def rasa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RasaDialogue, RecordedActs]]:
    acts = RecordedActs()
    folder: Path = tmp_path_factory.mktemp("rasa")
    with running_dialogue(acts, folder) as dialogue:
        yield dialogue, acts


@pytest.fixture(
    params=["fake", pytest.param("rasa", marks=[pytest.mark.rasa, pytest.mark.timeout(600)])], scope="module"
)
def parts(request: pytest.FixtureRequest) -> tuple[Dialogue, RecordedActs]:
    if request.param == "rasa":
        real: tuple[Dialogue, RecordedActs] = request.getfixturevalue("rasa")
        return real
    acts = RecordedActs()
    return FakeDialogue(acts), acts


@pytest.fixture
def lan(parts: tuple[Dialogue, RecordedActs]) -> Talk:
    """Lan asks for an enterprise."""
    return Talk(*parts)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Xin chào", "small_talk.greet"),
        ("hello", "small_talk.greet"),
        ("trợ giúp", "small_talk.help"),
        ("cảm ơn", "small_talk.thanks"),
        ("cam on!", "small_talk.thanks"),
        ("goodbye", "small_talk.goodbye"),
        ("Gặp cán bộ", "small_talk.offer_officer"),
        ("hồ sơ của tôi", "small_talk.case_status"),
        ("change language", "small_talk.choose_language"),
        ("đánh giá", "small_talk.rate"),
        ("hủy", "small_talk.nothing_to_cancel"),
        ("huỷ", "small_talk.nothing_to_cancel"),
        ("bỏ qua", "small_talk.no_open_form"),
        ("back", "small_talk.no_open_form"),
    ],
)
def test_small_talk_names_a_text(lan: Talk, text: str, name: str) -> None:
    assert lan.says(text) == [name]
    assert lan.done() == []


@pytest.mark.parametrize(
    "text",
    [
        QUESTION,
        "xin chào, cho hỏi hồ sơ nhập khẩu gồm gì",
        "cảm ơn, còn thời hạn nộp thuế thì sao",
        "hủy tờ khai thế nào",
        "help me classify goods",
        "đánh giá sự phù hợp",
        "hiện nay lệ phí bao nhiêu",
    ],
)
def test_everything_else_is_for_the_desk_to_answer_and_calls_no_action(lan: Talk, text: str) -> None:
    assert lan.says(text) == ["!answer_enquiry"]
    assert lan.done() == []


@pytest.mark.parametrize("text", ["/restart", "//start_case_form", " / restart", "/inform_urgency{}", "\u200b/restart"])
def test_a_leading_slash_commands_nothing(lan: Talk, text: str) -> None:
    lan.presses("start_case_form", {"enterprise_name": "An Khang JSC"})
    lan.says(text)
    assert lan.says("quay lại") == ["case.ask_enterprise_name"]


@pytest.mark.parametrize("text", ["", "  ", "/", "\u200b", "\n\t"])
def test_a_text_without_words_is_refused(lan: Talk, text: str) -> None:
    with pytest.raises(ValueError, match="nothing to say"):
        lan.says(text)


def test_the_form_asks_for_each_field_and_opens_a_case(lan: Talk) -> None:
    assert lan.presses("start_case_form") == ["case.ask_enterprise_name"]
    assert lan.says("Công ty TNHH Minh Long") == ["case.ask_tax_code"]
    assert lan.says("0100 109 106") == ["case.ask_contact"]
    assert lan.says("0912 345 678") == ["case.ask_urgency"]
    assert lan.presses("inform_urgency", {"urgency": "urgent"}) == ["case.ask_details"]
    assert lan.says("Hủy tờ khai 105123456789 đăng ký nhầm, nhờ anh chị xem giúp") == ["!open_case"]
    assert lan.done() == [
        (
            "open_case",
            lan.enquiries[-1],
            {
                "enterprise_name": "Công ty TNHH Minh Long",
                "tax_code": "0100109106",
                "contact": "0912 345 678",
                "urgency": "urgent",
                "details": "Hủy tờ khai 105123456789 đăng ký nhầm, nhờ anh chị xem giúp",
            },
        )
    ]


def test_what_is_known_is_not_asked_again(lan: Talk) -> None:
    assert lan.presses("start_case_form", KNOWN) == ["case.ask_urgency"]
    assert lan.says("rất gấp", "Hàng kẹt ở cảng") == ["!open_case"]
    assert lan.done()[0][2] == {**KNOWN, "urgency": "urgent", "details": "Hàng kẹt ở cảng"}


@pytest.mark.parametrize("word", ["bỏ qua", "Bo qua", "skip", None])
def test_a_skipped_field_is_left_out(lan: Talk, word: str | None) -> None:
    lan.presses("start_case_form", KNOWN)
    for _ in ("urgency", "details"):
        replies = lan.says(word) if word else lan.presses("skip")
    assert replies == ["!open_case"]
    assert lan.done()[0][2] == KNOWN


def test_a_field_that_the_desk_needs_is_not_skipped(lan: Talk) -> None:
    lan.acts.needing_contact.add(lan.conversation)
    lan.presses("start_case_form", {"enterprise_name": "An Khang JSC", "tax_code": "0100109106"})
    assert lan.says("bỏ qua") == ["case.contact_needed", "case.ask_contact"]
    assert lan.presses("skip") == ["case.contact_needed", "case.ask_contact"]
    assert lan.says("lan@example.vn") == ["case.ask_urgency"]


@pytest.mark.parametrize("word", ["quay lại", "QUAY LAI", "back", None])
def test_back_asks_the_field_before_again(lan: Talk, word: str | None) -> None:
    lan.presses("start_case_form", {"enterprise_name": "An Khang JSC", "tax_code": "0100109106"})
    assert (lan.says(word) if word else lan.presses("go_back")) == ["case.ask_tax_code"]
    assert lan.says("0101243150") == ["case.ask_contact"]
    assert lan.says("Chị Lan 0903111222", "bình thường", "Hàng kẹt ở cảng")[-1] == "!open_case"
    assert lan.done()[0][2]["tax_code"] == "0101243150"


def test_back_at_the_first_field_asks_it_again(lan: Talk) -> None:
    lan.presses("start_case_form")
    assert lan.presses("go_back") == ["case.ask_enterprise_name"]


@pytest.mark.parametrize("word", ["hủy", "huỷ", "huy", "Cancel", None])
def test_cancel_closes_the_form_and_fills_nothing(lan: Talk, word: str | None) -> None:
    lan.presses("start_case_form")
    assert (lan.says(word) if word else lan.presses("cancel")) == ["!cancel_case"]
    assert lan.done() == [("cancel_case", lan.enquiries[-1])]
    assert lan.says("hủy") == ["small_talk.nothing_to_cancel"]


def test_a_form_begins_with_nothing_left_from_an_earlier_one(lan: Talk) -> None:
    lan.presses("start_case_form", KNOWN)
    lan.says("gấp", "hủy")
    assert lan.presses("start_case_form") == ["case.ask_enterprise_name"]


@pytest.mark.parametrize("typed", ["12345", "0312345670", "không nhớ"])
def test_a_wrong_tax_code_is_refused_and_asked_again(lan: Talk, typed: str) -> None:
    lan.presses("start_case_form", {"enterprise_name": "An Khang JSC"})
    assert lan.says(typed) == ["case.tax_code_refused", "case.ask_tax_code"]
    assert lan.says("MST: 0100109106") == ["case.ask_contact"]


def test_an_unknown_urgency_is_refused_and_asked_again(lan: Talk) -> None:
    lan.presses("start_case_form", KNOWN)
    assert lan.says("cỡ tuần sau cũng được") == ["case.urgency_refused", "case.ask_urgency"]


def test_a_question_inside_the_form_is_answered_and_the_form_goes_on(lan: Talk) -> None:
    lan.presses("start_case_form")
    assert lan.says(QUESTION) == ["!answer_enquiry", "case.ask_enterprise_name"]
    assert lan.says("An Khang JSC") == ["case.ask_tax_code"]
    assert lan.says(QUESTION) == ["!answer_enquiry", "case.ask_tax_code"]
    assert lan.presses("skip") == ["case.ask_contact"]


def test_a_question_is_a_description_where_one_is_asked_for(lan: Talk) -> None:
    lan.presses("start_case_form", KNOWN)
    assert lan.says("gấp", QUESTION) == ["!open_case"]
    assert lan.done()[0][2]["details"] == QUESTION


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("help", "case.form_help"),
        ("gặp cán bộ", "case.form_help"),
        ("đổi ngôn ngữ", "small_talk.choose_language"),
        ("cảm ơn", "small_talk.thanks"),
        ("xin chào", "small_talk.greet"),
    ],
)
def test_small_talk_inside_the_form_fills_nothing(lan: Talk, word: str, name: str) -> None:
    lan.presses("start_case_form")
    assert lan.says(word) == [name, "case.ask_enterprise_name"]


@pytest.mark.parametrize(("intent", "slots"), [("start_case_form", KNOWN), ("inform_urgency", {"urgency": "urgent"})])
def test_a_button_of_another_step_changes_nothing(lan: Talk, intent: str, slots: Mapping[str, str]) -> None:
    lan.presses("start_case_form")
    assert lan.presses(intent, slots) == ["case.form_help", "case.ask_enterprise_name"]
    assert lan.says("An Khang JSC") == ["case.ask_tax_code"]


def test_an_urgency_button_without_a_form_changes_nothing(lan: Talk) -> None:
    assert lan.presses("inform_urgency", {"urgency": "urgent"}) == ["small_talk.no_open_form"]


def test_an_act_that_fails_makes_the_dialogue_unavailable(lan: Talk) -> None:
    lan.presses("start_case_form", KNOWN)
    lan.says("gấp")
    lan.acts.failing.add(lan.conversation)
    with pytest.raises(DialogueUnavailable):
        lan.says("Hàng kẹt ở cảng")
    assert lan.dialogue.replies_to(lan.conversation, lan.enquiries[-1]) == []


def test_a_conversation_goes_on_after_a_failure(lan: Talk) -> None:
    lan.presses("start_case_form", KNOWN)
    lan.says("gấp")
    lan.acts.failing.add(lan.conversation)
    with pytest.raises(DialogueUnavailable):
        lan.says("Hàng kẹt ở cảng")
    lan.acts.failing.clear()
    assert lan.says(QUESTION) == ["!answer_enquiry"]
    assert lan.presses("start_case_form", KNOWN) == ["case.ask_urgency"]


def test_where_the_form_stands_is_told_also_after_a_failure(lan: Talk) -> None:
    assert lan.dialogue.form_of(lan.conversation).asked is None
    lan.presses("start_case_form", KNOWN)
    lan.says("gấp")
    assert lan.dialogue.form_of(lan.conversation).asked == "details"
    lan.acts.failing.add(lan.conversation)
    with pytest.raises(DialogueUnavailable):
        lan.says("Hàng kẹt ở cảng")
    form = lan.dialogue.form_of(lan.conversation)
    assert form.asked is None
    assert form.fields == {**KNOWN, "urgency": "urgent", "details": "Hàng kẹt ở cảng"}
    lan.acts.failing.clear()


def test_a_field_that_could_not_be_checked_is_asked_again(lan: Talk) -> None:
    lan.presses("start_case_form")
    lan.acts.failing.add(lan.conversation)
    with pytest.raises(DialogueUnavailable):
        lan.says("Ba Đình")
    lan.acts.failing.clear()
    assert lan.says("Sao Mai") == ["case.ask_tax_code"]


def test_the_dialogue_remembers_what_it_replied_to_each_enquiry(lan: Talk) -> None:
    assert lan.replayed("unknown") is None
    lan.says("xin chào")
    lan.presses("start_case_form", {"enterprise_name": "An Khang JSC"})
    lan.says("12345", QUESTION, "0100109106")
    assert [lan.replayed(enquiry) for enquiry in lan.enquiries] == [
        ["small_talk.greet"],
        ["case.ask_tax_code"],
        ["case.tax_code_refused", "case.ask_tax_code"],
        ["!answer_enquiry", "case.ask_tax_code"],
        ["case.ask_contact"],
    ]
    assert lan.replayed("unknown") is None
    assert lan.dialogue.replies_to("another conversation", lan.enquiries[0]) is None


def test_a_conversation_that_must_have_been_kept_and_is_not_there_is_a_failure(lan: Talk) -> None:
    with pytest.raises(DialogueUnavailable):
        lan.dialogue.replies_to(lan.conversation, "unknown", begun=True)
    lan.says("xin chào")
    assert lan.dialogue.replies_to(lan.conversation, "unknown", begun=True) is None


def test_what_was_written_for_another_field_fills_nothing(lan: Talk) -> None:
    lan.presses("start_case_form", {"enterprise_name": "An Khang JSC"})
    assert lan.says("0100109106", answers="tax_code") == ["case.ask_contact"]
    assert lan.says("0100109106", answers="tax_code") == ["case.ask_contact"]
    assert lan.presses("skip", answers="tax_code") == ["case.ask_contact"]
    assert lan.says("quay lại", answers="tax_code") == ["case.ask_contact"]
    assert lan.says("lan@example.vn", answers="contact") == ["case.ask_urgency"]
    assert lan.presses("inform_urgency", {"urgency": "urgent"}, answers="urgency") == ["case.ask_details"]
    assert lan.says("Hàng kẹt ở cảng", answers="details") == ["!open_case"]
    assert lan.done()[0][2]["contact"] == "lan@example.vn"


def test_a_form_is_left_whatever_was_answered(lan: Talk) -> None:
    lan.presses("start_case_form")
    assert lan.presses("cancel", answers="details") == ["!cancel_case"]


def test_a_conversation_that_is_forgotten_is_as_if_it_never_was(
    lan: Talk, parts: tuple[Dialogue, RecordedActs]
) -> None:
    other = Talk(*parts)
    lan.presses("start_case_form", {"enterprise_name": "An Khang JSC"})
    other.says("xin chào")
    lan.dialogue.forget(lan.conversation)
    assert lan.replayed(lan.enquiries[-1]) is None
    assert lan.dialogue.form_of(lan.conversation).asked is None
    assert lan.dialogue.form_of(lan.conversation).fields == {}
    assert other.replayed(other.enquiries[-1]) == ["small_talk.greet"]
    lan.dialogue.forget(lan.conversation)
    lan.dialogue.forget("never known")


@pytest.mark.rasa
@pytest.mark.timeout(600)
def test_a_turn_that_fails_in_rasa_ends_at_once_with_nothing_said(rasa: tuple[RasaDialogue, RecordedActs]) -> None:
    dialogue, _ = rasa
    body = {"sender": "c", "message": "xin chào", "metadata": "no mapping, over which Rasa stumbles"}
    answer = dialogue._http.post("/webhooks/rest/webhook", params={"stream": "true"}, json=body, timeout=10)
    assert (answer.status_code, answer.text) == (200, "")


@pytest.mark.rasa
@pytest.mark.timeout(600)
def test_rasa_keeps_a_turn_whose_end_was_not_waited_for(rasa: tuple[RasaDialogue, RecordedActs]) -> None:
    dialogue, _ = rasa
    for number in range(5):
        assert dialogue.say("a-row", f"row-{number}", QUESTION) == [DialogueReply(act="answer_enquiry")]
    dialogue.say("a-row", "row-last", "xin chào")
    kept = [dialogue.replies_to("a-row", f"row-{number}") for number in range(5)]
    assert kept == [[DialogueReply(act="answer_enquiry")]] * 5
