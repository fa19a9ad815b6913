"""Matters of other ministries are known by their words, and matters of customs are not taken for theirs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import yaml

from desk.answering.ministries import Ministries
from desk.guidance.record import LANGUAGES, read_records
from desk.vietnamese import fold
from tests.desk_fixtures import CONTENT, PROJECT

DATA = yaml.safe_load((CONTENT / "ministries.yml").read_text(encoding="utf-8"))
MINISTRIES = Ministries.read(CONTENT / "ministries.yml")
RECORDS = read_records(CONTENT / "guidance")
#: Entries that tell of what another authority decides; whoever asks for them is rightly told whose matter it is.
OF_MINISTRIES = {
    "cites",
    "co_issue_authority",
    "foreign_trade_mgmt",
    "free_sale_certificate",
    "nsw",
    "plant_food_export_check",
    "plant_quarantine_import",
    "specialised_inspection",
    "used_goods_ban",
    "used_machinery",
}


@pytest.mark.parametrize(
    ("text", "ministry"),
    [
        ("Nhập táo Mỹ phải đăng ký kiểm dịch thực vật ở chi cục nào?", "agriculture_environment"),
        ("nhap tao my phai dang ky kiem dich thuc vat o chi cuc nao", "agriculture_environment"),
        ("Mang mèo về Việt Nam cần kiểm dịch động vật thế nào?", "agriculture_environment"),
        ("kiểm dịch thủy sản cho tôm đông lạnh mất mấy ngày", "agriculture_environment"),
        ("Where is animal quarantine for frozen beef registered?", "agriculture_environment"),
        ("Do we need a phytosanitary certificate for wooden toys?", "agriculture_environment"),
        ("an toàn thực phẩm cho xoài xuất khẩu đăng ký ở đâu", "agriculture_environment"),
        ("food safety certificate for exported mangoes", "agriculture_environment"),
        ("Bộ Nông nghiệp cấp giấy gì cho phân bón nhập về", "agriculture_environment"),
        ("xin giấy phép CITES cho ví da cá sấu ở đâu", "cites_authority"),
        ("Do crocodile handbags need a CITES permit?", "cites_authority"),
        ("xin C/O form D lần đầu cần đăng ký gì", "industry_trade"),
        ("xin c/o o dau", "industry_trade"),
        ("đăng ký mã REX thế nào", "industry_trade"),
        ("who issues certificates of origin now", "industry_trade"),
        ("mã số kinh doanh tạm nhập, tái xuất xin ở đâu", "industry_trade"),
        ("thông tư của Bộ Công Thương về hàng cũ là số mấy", "industry_trade"),
        ("Bộ Y tế cấp số công bố sản phẩm trong bao lâu", "health"),
        ("Do imported cosmetics need a number from the Ministry of Health?", "health"),
        ("hỏi Bộ Khoa học và Công nghệ về máy cũ", "science_technology"),
        ("Bộ Xây dựng kiểm tra vật liệu nào", "construction"),
        ("flycam có phải xin phép Bộ Quốc phòng không", "defence"),
        ("Bộ Công an cấp phép nhập camera không", "public_security"),
        ("Ngân hàng Nhà nước cho mang bao nhiêu đô la ra nước ngoài", "state_bank"),
        ("Giấy phép nhập khẩu tự động xin ở đâu?", "line_ministry"),
        ("phí kiểm tra chất lượng thép bao nhiêu", "line_ministry"),
        ("which ministry issues the import licence for walkie-talkies", "line_ministry"),
        ("giấy chứng nhận lưu hành tự do do ai cấp", "line_ministry"),
    ],
)
def test_a_matter_of_a_ministry_is_known_by_its_words(text: str, ministry: str) -> None:
    assert MINISTRIES.in_charge_of(text) == ministry


@pytest.mark.parametrize(
    "text",
    [
        "hồ sơ hải quan hàng nhập khẩu gồm gì",
        "được đưa hàng về kho trong khi chờ kết quả kiểm dịch không",
        "may we store the meat while the quarantine result is pending",
        "không có giấy phép nhập khẩu phạt bao nhiêu",
        "what is the fine for importing without a licence",
        "nợ C/O được bao nhiêu ngày",
        "C/O form E có hóa đơn bên thứ ba có được chấp nhận không",
        "C/O form D issued retroactively",
        "sửa tờ khai phần kiểm dịch sau thông quan",
        "quyết định kiểm tra chuyên ngành của hải quan là gì",
        "customs sent us a decision on a specialised check",
        "xách tay máy ảnh 30 triệu có cần xin giấy phép nhập khẩu không",
        "hàng quá cảnh cần chứng từ kiểm dịch gì",
        "Our lawyer still cites Article 39 of Decree 69/2018",
        "Thông tư 12/2018/TT-BCT còn hiệu lực không",
        "kiểm dịch y tế ở sân bay",
        "which Ministry of Finance circulars are new",
        "thuế nhập khẩu trái cây bao nhiêu phần trăm",
        "xin giấy phép lao động ở đâu",
        "Bộ Y tế có tuyển y tá không",
        "Bộ Công an làm căn cước mất mấy ngày",
        "",
    ],
)
def test_what_customs_does_is_no_matter_of_a_ministry(text: str) -> None:
    assert MINISTRIES.in_charge_of(text) is None


def asked(name: str) -> Iterator[dict[str, str]]:
    for line in (PROJECT / "evaluation" / "questions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


@pytest.mark.parametrize("name", ["golden", "formal", "portal", "calibration"])
def test_no_question_that_customs_guidance_answers_is_taken_for_a_ministrys(name: str) -> None:
    customs = [question for question in asked(name) if question.get("entry") and question["entry"] not in OF_MINISTRIES]
    assert [q["id"] for q in customs if MINISTRIES.in_charge_of(q["question"])] == []


def test_no_way_to_ask_for_customs_guidance_is_taken_for_a_ministrys() -> None:
    asked_for = [
        (record.id, question)
        for record in RECORDS
        if record.id not in OF_MINISTRIES
        for language in LANGUAGES
        for question in record.questions[language]
    ]
    assert [(entry, q) for entry, q in asked_for if MINISTRIES.in_charge_of(q)] == []


def test_nothing_outside_trade_is_taken_for_a_ministrys() -> None:
    assert [q["id"] for q in asked("outside") if MINISTRIES.in_charge_of(q["question"])] == []


@pytest.mark.parametrize("entry", ["cites", "plant_quarantine_import", "co_issue_authority", "free_sale_certificate"])
def test_most_ways_to_ask_for_what_a_ministry_decides_are_known(entry: str) -> None:
    questions = [q for record in RECORDS if record.id == entry for lang in LANGUAGES for q in record.questions[lang]]
    assert sum(MINISTRIES.in_charge_of(q) is not None for q in questions) >= len(questions) / 3


def test_diacritics_make_no_difference() -> None:
    for question in asked("near_misses"):
        text = question["question"]
        assert MINISTRIES.in_charge_of(fold(text)) == MINISTRIES.in_charge_of(text)


def test_rules_and_words_name_only_what_exists_and_nothing_lies_idle() -> None:
    used = {cue for m in MINISTRIES.by_key.values() for cue in (*(c for rule in m.rules for c in rule), *m.unless)}
    assert used == set(MINISTRIES.cues)
    wordings = [*DATA["names"].values(), *(wording for cue in DATA["cues"].values() for wording in cue)]
    assert {name for wording in wordings for name in re.findall(r"<(\w+)>", wording)} == set(DATA["names"])


def test_each_ministry_has_its_names_its_matters_and_its_sources() -> None:
    for ministry in MINISTRIES.by_key.values():
        for texts in (ministry.name, ministry.matters):
            assert set(texts) == set(LANGUAGES)
            assert all(text.strip() and not text.endswith(".") for text in texts.values())
        assert ministry.rules
        assert ministry.sources


def test_a_ministry_that_is_no_longer_listed_goes_by_its_key() -> None:
    without = replace(MINISTRIES, by_key={})
    assert without.name("health", "en") == "health"
    assert MINISTRIES.name("health", "en") == "the Ministry of Health"
