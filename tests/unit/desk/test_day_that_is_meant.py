"""For which day a question means the law: what is said beyond doubt, and what is not."""

import datetime as dt

import pytest

from desk.answering.day import Days
from desk.keyboard import with_keys, without_marks
from tests.desk_fixtures import CONTENT

TODAY = dt.date(2026, 11, 23)
DAYS = Days.read(CONTENT / "day_meant.yml")

SAID = [
    ("Tờ khai đăng ký ngày 10/1/2026 thì sửa thế nào?", "2026-01-10"),
    ("tờ khai ngày 10 tháng 1 năm 2026 khai sai mã HS phạt bao nhiêu", "2026-01-10"),
    ("Công ty mở tờ khai hôm 10-01-2026, muốn hủy tờ khai", "2026-01-10"),
    ("Ngày 30/6/2026 công ty tôi đăng ký tờ khai muộn, mức phạt bao nhiêu?", "2026-06-30"),
    ("Hồi tháng 12/2025 phí hải quan một tờ khai là bao nhiêu?", "2025-12-31"),
    ("hàng nhập khẩu vào năm 2024 có phải nộp thuế GTGT hàng chuyển phát nhanh không", "2024-12-31"),
    ("Trước ngày 1/7/2026 mức phạt nộp chậm báo cáo quyết toán là bao nhiêu?", "2026-06-30"),
    ("trước tháng 7 năm 2026 tiền chậm nộp bao nhiêu một ngày", "2026-06-30"),
    ("Tờ khai tháng trước khai bổ sung được không?", "2026-10-31"),
    ("lô hàng nhập năm ngoái giờ giấy thiếu thì sao", "2025-12-31"),
    ("tờ khai hôm qua muốn sửa số container", "2026-11-22"),
    ("Từ ngày 1/3/2027 thời hạn nộp tờ khai là bao lâu?", "2027-03-01"),
    ("tờ khai đăng ký ngày 1/3/2027 thì theo luật nào", "2027-03-01"),
    ("vi phạm xảy ra ngày 30/6/2026, theo Nghị định 169/2026/NĐ-CP ngày 15/5/2026 phạt bao nhiêu", "2026-06-30"),
    ("tờ khai đăng ký ngày 31/1/2026 cho hợp đồng ký ngày 5/12/2025", "2026-01-31"),
    ("tháng 3 năm 2026 công ty khai sai mã số làm thiếu thuế thì phạt bao nhiêu phần trăm", "2026-03-31"),
    ("Ngày 20/5/2026 chúng tôi khai thiếu thuế, bị phạt mức nào?", "2026-05-20"),
    ("nộp chậm hồ sơ hoàn thuế vào tháng 5/2026 bị xử phạt bao nhiêu", "2026-05-31"),
    ("tháng 4/2026 bên em bị phạt vì nộp muộn hồ sơ, mức phạt tính sao", "2026-04-30"),
    ("In May 2026 we misdeclared the HS code; what is the fine?", "2026-05-31"),
    ("How do I amend a declaration registered on 10 January 2026?", "2026-01-10"),
    ("declaration registered on January 10th, 2026, wrong HS code", "2026-01-10"),
    ("What was the fine for a late report before 1 July 2026?", "2026-06-30"),
    ("goods imported in December 2025: which customs fee", "2025-12-31"),
    ("shipment cleared last month, can I amend it", "2026-10-31"),
    ("As of 2026-02-01, how long does the tax confirmation take?", "2026-02-01"),
]

NOT_SAID = [
    "Mức phạt nộp chậm báo cáo quyết toán là bao nhiêu?",
    "Nghị định 169/2026/NĐ-CP quy định gì?",
    "Nghị định 08/2015 điều 24 nói gì về tờ khai",
    "Thông tư 121/2025/TT-BTC ngày 18/12/2025 có gì mới?",
    "Tờ khai số 105512345678 trị giá 20.000.000 đồng bị phân luồng đỏ",
    "Đóng thuế trễ 10 ngày mất bao nhiêu?",
    "Luật 11/2026/QH16 có hiệu lực từ ngày 1/3/2027 thay đổi gì?",
    "Công ty nộp báo cáo quyết toán năm 2025 khi nào?",
    "Giám đốc sinh ngày 10/1/1980 đăng ký tài khoản VNACCS thế nào?",
    "tờ khai đăng ký ngày 10/1/1999 còn lưu không",
    "tờ khai đăng ký ngày 31/2/2026 sửa thế nào",
    "Hạn nộp báo cáo đến ngày 31/3/2027 phải không?",
    "Phải nộp tờ khai trước ngày 31/12/2026 phải không?",
    "hợp đồng gia công ký ngày 5/12/2025 có phải thông báo không",
    "nộp chậm báo cáo quyết toán năm 2025 bị phạt bao nhiêu",
    "C/O cấp ngày 3/2/2026 nộp bổ sung được không",
    "xe ô tô sản xuất năm 2019 nhập khẩu được không",
    "Từ ngày 1/7/2026 tiền chậm nộp tính thế nào?",
    "Tờ khai đăng ký ngày 10/1/2026 theo quy định hiện hành sửa thế nào?",
    "hàng nhập từ ngày 1/1/2026 đến ngày 30/6/2026 quyết toán ra sao",
    "tờ khai 1 đăng ký ngày 10/1/2026, tờ khai 2 đăng ký ngày 5/8/2026",
    "đầu năm 2025 phí bao nhiêu",
    "tờ khai năm 2026 phí bao nhiêu",
    "giảm thuế GTGT đến hết 31/12/2026 áp dụng cho hàng nào",
    "What does Circular 121/2025 of 18 December 2025 change?",
    "car built in 2019, can it be imported",
    "Invoice dated 10/1/2026, how do I declare it?",
    "Must the report be filed by 31 March 2027?",
]


@pytest.mark.parametrize(("text", "day"), SAID)
def test_a_day_that_is_said_is_read_however_it_is_typed(text: str, day: str) -> None:
    wanted = dt.date.fromisoformat(day)
    for typed in (text, text.upper(), without_marks(text), with_keys(text, "telex"), with_keys(text, "vni")):
        said = DAYS.said_in(typed, TODAY)
        assert said is not None, typed
        assert said.day == wanted, typed


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_is_not_certain_names_no_day(text: str) -> None:
    for typed in (text, without_marks(text), with_keys(text, "telex")):
        assert DAYS.said_in(typed, TODAY) is None, typed


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Tờ khai đăng ký ngày 10/1/2026 thì sửa thế nào?", "Tờ khai đăng ký thì sửa thế nào?"),
        ("Trước ngày 1/7/2026 mức phạt là bao nhiêu?", "mức phạt là bao nhiêu?"),
        ("How do I amend a declaration (registered on 10 January 2026)?", "How do I amend a declaration (registered?"),
        ("Mức phạt là bao nhiêu?", "Mức phạt là bao nhiêu?"),
    ],
)
def test_the_words_that_say_the_day_are_not_searched(text: str, rest: str) -> None:
    assert DAYS.without_day(text, TODAY) == rest


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("hồi tháng 12/2025 phí bao nhiêu", "month"),
        ("trước tháng 12/2025 phí bao nhiêu", "day"),
        ("hàng nhập năm ngoái", "year"),
        ("tờ khai ngày 10/1/2026", "day"),
    ],
)
def test_it_is_known_how_exactly_the_day_was_said(text: str, precision: str) -> None:
    said = DAYS.said_in(text, TODAY)
    assert said is not None
    assert said.precision == precision


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("10/1/2026", "2026-01-10"),
        ("ngày 10 tháng 1 năm 2026 nhé", "2026-01-10"),
        ("10/1/26", "2026-01-10"),
        ("tháng 12/2025", "2025-12-31"),
        ("1 March 2027", "2027-03-01"),
        ("hôm qua", "2026-11-22"),
        ("31/2/2026", None),
        ("10/1/1980", None),
        ("1/1/2050", None),
        ("10/1/2026 hoặc 11/1/2026", None),
        ("không biết", None),
    ],
)
def test_the_day_that_was_asked_for_needs_no_other_words(text: str, day: str | None) -> None:
    typed = DAYS.typed(text, TODAY)
    assert (typed.day.isoformat() if typed else None) == day


@pytest.mark.timeout(5)
def test_words_that_lead_to_no_date_are_read_one_way_only() -> None:
    said = DAYS.said_in(f"Tờ khai đăng ký {'trước lúc ' * 1_000}ấy 10/1/2026 sửa thế nào?", TODAY)
    assert said is not None
    assert "trước lúc" in said.rest
