"""Reading the text of a law as it is published: articles with their addresses, and nothing of them lost."""

from __future__ import annotations

import json
import unicodedata
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.guidance.record import RecordError
from desk.law.reading import Reading, read_law
from desk.ports import LawArticle

LAW = "901/2026/QH99"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def read(folder: Path, text: str, name: str = "law.txt") -> Reading:
    path = folder / name
    path.write_bytes(text.encode())
    return read_law(path, LAW)


def articles(folder: Path, text: str, name: str = "law.txt") -> dict[str, tuple[str, str]]:
    """Heading and text by address."""
    return {article.article: (article.heading, article.text) for article in read(folder, text, name).articles}


def problems(folder: Path, text: str, name: str = "law.txt") -> list[str]:
    with pytest.raises(RecordError) as refused:
        read(folder, text, name)
    return str(refused.value).split("\n")


PLAIN = """\
QUỐC HỘI
LUẬT THỬ NGHIỆM
Căn cứ Hiến pháp;
Chương I
NHỮNG QUY ĐỊNH CHUNG
Điều 1. Phạm vi điều chỉnh
Luật này quy định về hàng thử.
Mục 1. KHAI THỬ

Điều 25. Thời hạn nộp bản khai thử
1. Bản khai thử được nộp:
a) Trước 7 ngày;
đ) Theo quy định tại
Điều 42. của Luật cũ.
2. Không thu phí.
Điều 25a. Hiệu lực
Luật này có hiệu lực từ ngày ký.
"""


def test_articles_are_read_with_heading_and_text_and_titles_are_left_out(folder: Path) -> None:
    found = read(folder, PLAIN)
    assert found.articles == [
        LawArticle(LAW, "1", "Phạm vi điều chỉnh", "Luật này quy định về hàng thử."),
        LawArticle(
            LAW,
            "25",
            "Thời hạn nộp bản khai thử",
            "1. Bản khai thử được nộp:\na) Trước 7 ngày;\nđ) Theo quy định tại\nĐiều 42. của Luật cũ.\n"
            "2. Không thu phí.",
        ),
        LawArticle(LAW, "25a", "Hiệu lực", "Luật này có hiệu lực từ ngày ký."),
    ]
    assert [line.number for line in found.left_out] == [1, 2, 3, 4, 5, 8]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace(" ", "\u00a0"),
        unicodedata.normalize("NFD", PLAIN),
        "\ufeff" + PLAIN,
        PLAIN.replace("Điều", "Ðiều"),
        PLAIN.replace("thử", "th\u00adử"),
        PLAIN.replace("\n", "\n\n"),
    ],
    ids=["windows", "old mac", "fixed spaces", "decomposed", "byte order mark", "eth", "soft hyphens", "empty lines"],
)
def test_the_form_of_letters_spaces_and_line_ends_makes_no_difference(folder: Path, text: str) -> None:
    assert read(folder, text).articles == read(folder, PLAIN).articles


@pytest.mark.parametrize(
    ("line", "address", "heading"),
    [
        ("Điều 5. Người khai thử", "5", "Người khai thử"),
        ("**Điều 5.** Người khai thử", "5", "Người khai thử"),
        ("**Điều 5. Người khai thử**", "5", "Người khai thử"),
        ("### **Điều 5\\. Người khai thử**", "5", "Người khai thử"),
        ("# Điều 5 Người khai thử", "5", "Người khai thử"),
        ("ĐIỀU 5: Người khai thử", "5", "Người khai thử"),
        ("Điều 5.- Người khai thử", "5", "Người khai thử"),
        ("Điều 5", "5", ""),
        ("Điều 16a. Người khai thử", "16a", "Người khai thử"),
        ("Điều 16a[3]. Người khai thử", "16a", "Người khai thử[3]"),
        ("Điều 5. Người khai thử\nvà đại lý thử", "5", "Người khai thử và đại lý thử"),
        ("Article 5. The declarant", "5", "The declarant"),
    ],
)
def test_the_ways_in_which_an_article_is_headed(folder: Path, line: str, address: str, heading: str) -> None:
    assert articles(folder, f"{line}\n1. Khai đúng.\n2. Nộp đủ.") == {address: (heading, "1. Khai đúng.\n2. Nộp đủ.")}


def test_a_sentence_behind_the_number_is_text(folder: Path) -> None:
    found = articles(folder, "Điều 1. Ban hành quy chế thử.\nĐiều 2. Bãi bỏ:\n1. Quy chế cũ.")
    assert found == {"1": ("", "Ban hành quy chế thử."), "2": ("", "Bãi bỏ:\n1. Quy chế cũ.")}
    assert articles(folder, "Điều 3. (được bãi bỏ)") == {"3": ("", "(được bãi bỏ)")}


@pytest.mark.parametrize(
    "line",
    [
        "Điều 42 của Luật này không áp dụng.",
        "Điều này không áp dụng.",
        "theo Điều 42. Không áp dụng.",
        "Chương II quy định khác.",
    ],
)
def test_a_line_that_only_names_an_article_or_a_chapter_is_text(folder: Path, line: str) -> None:
    assert articles(folder, f"Điều 1. Tên\nMột.\n{line}\nHai.\nĐiều 2. Tên\nBa.")["1"][1] == f"Một.\n{line}\nHai."


def test_divisions_of_divisions_are_left_out(folder: Path) -> None:
    text = (
        "Phần thứ nhất\nChung\nChương IIa\nKHAI THỬ\nMục 1\nQuy định chung\nĐiều 1. Tên\nMột.\n"
        "CHƯƠNG III: HẾT\nĐiều 2. Tên\nHai."
    )
    assert [line.number for line in read(folder, text).left_out] == [1, 2, 3, 4, 5, 6, 9]


def test_a_list_of_sections_within_an_article_is_text(folder: Path) -> None:
    text = "Điều 1. Tên\nBiểu thử gồm:\nMục 1. Hàng A\nMục 2. Hàng B\nĐiều 2. Tên\nHai."
    assert articles(folder, text)["1"] == ("Tên", "Biểu thử gồm:\nMục 1. Hàng A\nMục 2. Hàng B")


@pytest.mark.parametrize(("opening", "closing"), [("“", "”"), ('"', '"')])
def test_articles_quoted_in_an_amending_article_begin_none(folder: Path, opening: str, closing: str) -> None:
    text = (
        f"Điều 1. Sửa đổi\n1. Sửa Điều 42 như sau:\n{opening}Điều 42. Tên\n1. Một.\nĐiều 43. Tên\n“Mục 2” còn.\n"
        f"Hai.{closing}.\n2. Bỏ “hàng thử”.\nĐiều 2. Hiệu lực\nTừ ngày ký."
    )
    found = articles(folder, text)
    assert list(found) == ["1", "2"]
    assert "Điều 43. Tên" in found["1"][1]


def test_page_numbers_alone_on_a_line_are_left_out(folder: Path) -> None:
    text = (
        "Điều 1. Tên\nMột\n\n1\n\nhai.\n- 2 -\nba\n3\n\fbốn.\nTrang 4/9\n"
        "Điều 2. Tên\nSố\n7\nkhác.\n\n2\n\nĐiều 3. Tên\nHết."
    )
    found = read(folder, text)
    assert [line.text for line in found.left_out] == ["1", "- 2 -", "3", "Trang 4/9", "2"]
    assert found.articles[0].text == "Một\nhai.\nba\nbốn."
    assert found.articles[1].text == "Số\n7\nkhác."


def test_numbers_that_count_no_pages_stay(folder: Path) -> None:
    assert articles(folder, "Điều 1. Tên\nMức:\n\n30\n\n20\n\nlà phần trăm.")["1"][1] == "Mức:\n30\n20\nlà phần trăm."


def test_annexes_are_texts_of_their_own(folder: Path) -> None:
    text = (
        "Điều 1. Tên\nBan hành:\nPhụ lục I: Danh mục;\nĐiều 2. Tên\nHết.\nNơi nhận:\n- Bộ Thử;\n\n"
        "PHỤ LỤC I\nDANH MỤC HÀNG THỬ\n(Kèm theo Luật)\n1\n\n2\n\n3\n"
        "Phụ lục số 02. Mẫu\nĐiều 1. Bên A\nPHỤ LỤC I\nlặp lại"
    )
    found = read(folder, text)
    assert [(a.article, a.heading, a.text) for a in found.articles] == [
        ("1", "Tên", "Ban hành:\nPhụ lục I: Danh mục;"),
        ("2", "Tên", "Hết."),
        ("Phụ lục I", "DANH MỤC HÀNG THỬ", "(Kèm theo Luật)\n1\n2\n3"),
        ("Phụ lục 02", "Mẫu", "Điều 1. Bên A\nPHỤ LỤC I\nlặp lại"),
    ]
    assert [line.text for line in found.left_out] == ["Nơi nhận:", "- Bộ Thử;"]


def test_a_text_without_articles_is_one(folder: Path) -> None:
    text = "Kính gửi: các chi cục\n1. Về hàng thử.\n2. Về bến thử."
    assert articles(folder, text) == {"": ("", text)}
    assert list(articles(folder, f"{text}\nPHỤ LỤC\nMẫu khai")) == ["", "Phụ lục"]


def test_problems_are_told_with_file_and_line(folder: Path) -> None:
    assert problems(folder, "") == ["law.txt:1: There is no text of a law in this file."]
    assert problems(folder, "Điều 1. Tên\nMột.\nĐiều 2.\n\nĐiều 3. Tên\nBa.") == ["law.txt:3: Article 2 has no text."]
    [twice] = problems(folder, "Điều 1. Tên\nMột.\nĐiều 1. Tên\nHai.")
    assert twice.startswith("law.txt:3: Article 1 follows article 1: ")
    [unquoted] = problems(folder, "Điều 1. Tên\nĐiều 42. Cũ\nMột.\nĐiều 2. Tên\nHai.")
    assert unquoted.startswith("law.txt:4: Article 2 follows article 42: ")


def test_a_file_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "law.docx").write_bytes(b"PK\n\xff\xfe")
    with pytest.raises(RecordError, match=r"law\.docx:2: This is no plain text"):
        read_law(folder / "law.docx", LAW)


def test_json_lines_give_the_addresses_themselves(folder: Path) -> None:
    lines = [{"id": 25, "title": "Thời hạn", "text": "1. Một.\r\n\r\n2.\u00a0Hai."}, {"id": "99-a", "text": "Ba."}]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    found = {"25": ("Thời hạn", "1. Một.\n2. Hai."), "99-a": ("", "Ba.")}
    assert articles(folder, text, "law.jsonl") == found


def test_problems_of_json_lines_are_told_with_file_and_line(folder: Path) -> None:
    text = '{"id": "1", "text": "Một."}\n\nĐiều 2\n{"id": "1", "text": "Hai."}\n{"id": "3", "text": " "}\n{"id": "4"}'
    told = problems(folder, text, "law.jsonl")
    assert [problem.split(": ")[0] for problem in told] == [f"law.jsonl:{line}" for line in (3, 4, 5, 6)]
    assert problems(folder, "", "law.jsonl") == ["law.jsonl:1: There is no text of a law in this file."]


words = st.lists(st.sampled_from("hàng thử bến đồng ý khai 30 7% (mẫu) Điều".split()), min_size=1, max_size=6).map(
    " ".join
)
lines = st.builds(
    lambda mark, text, end: f"{mark}Nêu {text}{end}",
    st.sampled_from(["", "1. ", "2. ", "a) ", "đ) ", "- "]),
    words,
    st.sampled_from([".", ";", ":", ""]),
)
bodies = st.lists(lines, min_size=1, max_size=5)
laws = st.dictionaries(st.integers(1, 300), st.tuples(words, bodies), min_size=1, max_size=5)
STYLES = ["Điều {}. Tên {}", "**Điều {}.** Tên {}", "**Điều {}. Tên {}**", "## Điều {} Tên {}", "Article {}. Tên {}"]
BETWEEN = ["", "\nChương II\nHÀNG THỬ\n", "\n**Mục 1. HÀNG THỬ**\n", "\n- {} -\n", "\n\n{}\n\n"]


@given(laws, st.sampled_from(STYLES), st.lists(st.sampled_from(BETWEEN), min_size=5, max_size=5), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_word_of_an_article_is_lost_and_no_address_is_given_twice(
    folder: Path, law: dict[int, tuple[str, list[str]]], style: str, between: list[str], data: st.DataObject
) -> None:
    text, page = "LUẬT THỬ NGHIỆM\n", count(1)
    for number, above in zip(sorted(law), between, strict=False):
        title, body = law[number]
        text += above.format(next(page)) if "{}" in above else above
        text += "\n".join([style.format(number, title), *body]) + "\n"
    form, line_end = data.draw(st.sampled_from(["NFC", "NFD"])), data.draw(st.sampled_from(["\n", "\r\n"]))
    found = read(folder, unicodedata.normalize(form, text).replace("\n", line_end)).articles
    expected = [(str(number), ["Tên", *" ".join([law[number][0], *law[number][1]]).split()]) for number in sorted(law)]
    assert [(a.article, f"{a.heading} {a.text}".split()) for a in found] == expected
