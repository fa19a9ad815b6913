"""What people, officers and curators write is never markup, format, formula, SQL, header, log line, path or template.

One table of hostile strings goes through every place where words leave the desk.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import string
import sys
import unicodedata
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from xml.etree import ElementTree

import openpyxl
import pytest
from lxml import html
from pypdf import PdfReader
from rich.table import Table as PrintedTable
from rich.tree import Tree

from bootstrap.logs import LogFormat, set_up_logging
from bot.markup import LONGEST, check_html, length, without_tags
from bot.rendering import ButtonShown, keyboard, render
from cli.terminal import Terminal
from desk.attachments.names import cleaned
from desk.attachments.pdfs import fault_of
from desk.exports.records import ENDINGS, FORMATS, export
from desk.figures.gaps import Example
from desk.guidance import service as guidance
from desk.guidance.record import LANGUAGES
from desk.imports import records
from desk.imports.files import File
from desk.plots.bars import Bar, Bars
from desk.plots.drawing import WIDE, Frame, Look
from desk.plots.shares import Part, Shares, Whole
from desk.ports import PostRefused
from desk.reports.month.alone import html_of
from desk.reports.month.document import Document, Quoted, Section
from desk.reports.month.paper import pdf_of
from desk.speech import Block
from desk.tables.csv_file import csv_file
from desk.tables.table import Column, Table
from desk.tables.xlsx_file import xlsx_file
from desk.texts import Texts
from desk.visible import visible
from post.smtp import SmtpPost
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, officer_replies, open_case
from tests.desk_fixtures import CONTENT, NOON, World, a_record
from tests.file_fixtures import PDF
from tests.hostile_words import HOSTILE, STEERING

TEXTS = Texts.read(CONTENT / "texts")
each_string = pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())


def spaced(text: str) -> str:
    """The text with each stretch of white space as one space: what a reader sees of it."""
    return " ".join(text.split())


# Texts of the desk


def test_no_sentence_reaches_into_its_values() -> None:
    for language in LANGUAGES:
        for name in TEXTS.names(language):
            for _, field, spec, conversion in string.Formatter().parse(TEXTS.say(name, language)):
                assert field is None or re.fullmatch(r"[a-z_0-9]+", field), name
                assert not spec, name
                assert conversion is None, name


@each_string
def test_a_value_in_a_sentence_stays_as_it_is(words: str) -> None:
    for name in ("files.only", "files.taken_away_of_case", "case.opened", "page.system.of_case"):
        for language in LANGUAGES:
            fields = {part[1] for part in string.Formatter().parse(TEXTS.say(name, language)) if part[1]}
            assert words in TEXTS.say(name, language, **dict.fromkeys(fields, words))


# Telegram


@each_string
def test_telegram_gets_html_that_shows_the_very_words(words: str) -> None:
    blocks = [
        Block("title", words),
        Block("paragraph", words),
        Block("field", words, label=words),
        Block("list", label=words, items=(words, words)),
        Block("note", words),
        Block("file", words, label=words),
    ]
    parts = render(blocks)
    assert [check_html(part) for part in parts] == [None] * len(parts)
    assert {name for part in parts for name in re.findall(r"</?([a-z-]+)", part)} <= {"b", "i"}
    assert max(length(part) for part in parts) <= LONGEST
    shown = "".join("".join(without_tags(part).split()) for part in parts)
    assert shown.count("".join(words.split())) >= 8


@each_string
def test_a_button_is_known_by_its_id_alone(words: str) -> None:
    made = keyboard([ButtonShown("id-1", words, words)])
    assert made is not None
    ((button,),) = made.inline_keyboard
    assert (button.text, button.callback_data, button.url) == (words, "id-1", None)


# The console


def elements(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every element of a page with the names of its attributes."""
    return [
        (str(each.tag), tuple(sorted(map(str, each.attrib))))
        for each in html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8")).iter()
        if isinstance(each.tag, str)
    ]


def must_be_harmless(page: str) -> None:
    found = elements(page)
    assert {name for name, _ in found} & {"iframe", "object", "embed", "base", "tg-spoiler", "x"} == set()
    assert [name for _, names in found for name in names if name.startswith("on") or name == "style"] == []
    root = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    assert all(script.get("src", "").startswith("/static/") and not script.text for script in root.iter("script"))
    assert all(image.get("src", "").startswith("/") for image in root.iter("img"))
    for link in root.iter("a"):
        address = str(link.get("href", ""))
        assert re.match(r"(/(?!/)|#|\?|https://desk\.example/|https://)", address), address


#: What can be typed into a chat and is not cut, refused or understood as something else on its way.
TYPED = {name: words for name, words in HOSTILE.items() if name not in ("dialogue", "endless")}


@pytest.mark.thorough
def test_pages_show_what_a_person_and_an_officer_wrote_and_nothing_of_it_acts(
    browse: Callable[[], Browser], world: World
) -> None:
    lan, minh = browse(), browse()
    minh.signs_in("minh", PASSWORD)
    everything = " ¶ ".join(TYPED.values())[:1_900]
    lan.asks(everything)
    case = open_case(world, everything)
    officer_replies(world, everything)
    address = f"/desk/cases/{case.number}"
    minh.posts(f"{address}/note", {"text": everything}, form_on=address)
    names = [(words, PDF) for words in TYPED.values()]
    for some in (names[:9], names[9:18], names[18:]):
        sent = lan.sends_files(f"/case/{case.key}/messages", {"text": "xem"}, some, form_on=f"/case/{case.key}")
        assert sent.status_code == 200
    pages = {
        "/chat": lan.get("/chat").text,
        "/case": lan.get(f"/case/{case.key}").text,
        address: minh.get(address).text,
        "/desk/cases": minh.get("/desk/cases").text,
    }
    for words in TYPED.values():
        for place in ("/desk/cases", "/desk/search"):
            found = minh.get(place, params={"q": words})
            assert found.status_code in (200, 400, 422), words
            must_be_harmless(found.text)
    for place, page in pages.items():
        must_be_harmless(page)
        root = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
        seen = "".join(spaced(root.text_content()).split())
        assert "<script>alert(1)</script>" in seen, place
        if place in ("/chat", "/case", address):
            assert "".join(HOSTILE["format"].split()) in seen, place
            assert "".join(HOSTILE["template"].split()) in seen, place


def test_the_interface_gives_back_the_very_words_as_json(browse: Callable[[], Browser]) -> None:
    client = browse().client
    for words in TYPED.values():
        reply = client.post("/api/chat/messages", json={"conversation": None, "text": words, "lang": "vi"})
        assert reply.headers["content-type"].startswith("application/json")
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.json()["messages"][0]["text"] == words.replace("\x00", "")


def test_what_a_curator_wrote_is_shown_word_for_word_and_nothing_of_it_acts(
    browse: Callable[[], Browser], world: World
) -> None:
    awkward = [words for name, words in HOSTILE.items() if name not in ("terminal", "separators", "line ends")]
    both = {"vi": " ¶ ".join(awkward)[:3_000], "en": "x"}
    record = a_record("hostile", title={"vi": awkward[0], "en": "x"}, answer=both, fee=both, not_stated=[])
    with world.store.writing() as session:
        guidance.publish(session, record, origin="curator", by="officer:hoa", at=world.clock.now())
    world.search.finds("hostile")
    page = browse().asks("Hồ sơ nhập khẩu gồm gì?")
    must_be_harmless(page.text)
    root = html.document_fromstring(page.text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    seen = "".join(root.text_content().split())
    assert "".join(HOSTILE["format"].split()) in seen
    assert "".join(HOSTILE["telegram"].split()) in seen


# Files that leave


@each_string
def test_a_file_takes_a_name_that_is_no_path_and_no_header(words: str) -> None:
    name = cleaned(words, "pdf")
    assert name.endswith(".pdf")
    assert not STEERING.search(name)
    assert not set(name) & set('/\\:*?"<>|\r\n')
    assert not name.startswith((".", "-"))


@each_string
def test_a_workbook_holds_texts_and_no_formula_or_link(words: str) -> None:
    table = Table("x", words, (Column(words),), [(words,)], ((words, words),))
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file([table], "Thông tin")))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []
    assert len(cells) >= 5
    assert not book.vba_archive


@each_string
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cell_of_a_csv_begins_a_formula_whatever_a_spreadsheet_takes_for_its_end(words: str, language: str) -> None:
    table = Table("x", words, (Column(words), Column("b")), [(words, "1")], ((words, words),))
    text = b"".join(csv_file([table], language)).decode("utf-8-sig")  # type: ignore[arg-type]
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            assert [cell for cell in row if cell.lstrip('"').startswith(("=", "+", "-", "@", "＝", "＋"))] == []


@pytest.mark.parametrize("format", FORMATS)
def test_exported_guidance_is_read_back_word_for_word(format: str) -> None:
    kept = [
        w for name, w in HOSTILE.items() if name not in ("terminal", "line ends", "separators", "endless", "letters")
    ]
    kept = [spaced(unicodedata.normalize("NFC", words)) for words in kept]
    questions = {"vi": [f"hỏi {words}" for words in kept], "en": [f"ask {words}" for words in kept]}
    title, documents = {"vi": kept[0], "en": kept[1]}, {"vi": kept, "en": kept}
    record = a_record("hostile", title=title, documents=documents, questions=questions)
    data = export([record], format, TEXTS, "vi")  # type: ignore[arg-type]
    if format == "yaml":
        return  # a package of files, which the loader of content reads; nothing in YAML acts that is read safely
    (given,) = records.read(File(f"records.{ENDINGS[format]}", data))  # type: ignore[index]
    assert given.content["documents"]["vi"] == kept
    assert given.content["title"]["vi"] == kept[0]


def a_document(words: str) -> Document:
    table = Table("x", words, (Column(words), Column("b")), [(words, words)], ())
    bars = Bars(Frame("plot-a", words, words), [Bar(words, 1.0, words)], None)
    quoted = Quoted(words, [Example(words, "vi")])
    section = Section("x", words, [words], [bars], [table], [words], [quoted])
    return Document(words, words, "2026-10", "vi", NOON, False, [words], [section], [words])


@each_string
def test_paper_shows_the_words_and_carries_nothing_that_acts(words: str) -> None:
    made = pdf_of(a_document(words), TEXTS)
    assert fault_of(made) is None
    read = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())
    plain = "".join(letter for letter in "".join(words.split()) if letter.isascii() and letter.isprintable())
    if plain and words.isascii() and not STEERING.search(words):
        assert plain[:200] in read


def test_no_word_on_paper_stands_for_the_number_of_pages() -> None:
    made = pdf_of(a_document("một {nb} hai"), TEXTS)
    read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert read.count("{nb}") >= 10
    assert TEXTS.say("month.paper.page", "vi", page=1, pages=1) in read


@each_string
def test_a_report_in_one_file_is_a_page_without_script_link_or_picture(words: str) -> None:
    page = html_of(a_document(words), TEXTS)
    found = elements(page)
    assert not {name for name, _ in found} & {"script", "img", "iframe", "a", "object", "embed", "link", "base", "form"}
    assert [name for _, names in found for name in names if name.startswith("on") or name in ("href", "src")] == []


@each_string
def test_a_plot_is_one_drawing_with_the_words_in_it(words: str) -> None:
    frame = Frame("plot-a", words, words)
    kinds = (
        Bars(frame, [Bar(words, 1.0, words)], None),
        Shares(frame, [Part(words, Look(1))], [Whole(words, [1.0], words)], lambda _: words),
    )
    for kind in kinds:
        root = ElementTree.fromstring(kind.draw(WIDE))
        assert not {each.tag.rpartition("}")[2] for each in root.iter()} & {"script", "a", "image", "foreignObject"}
        assert not any(name.startswith("on") or name.endswith("href") for each in root.iter() for name in each.attrib)


# Letters, logs, terminals


@each_string
def test_a_letter_has_the_headers_of_the_desk_and_no_others(words: str) -> None:
    post = SmtpPost("localhost", 25, "Hải quan <no-reply@customs.example>")
    made = post._letter("lan@enterprise.example", visible(words), words, "letter-1").as_bytes(policy=policy.SMTP)
    letter = message_from_bytes(made, policy=policy.default)
    assert set(letter.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    assert letter["To"] == "lan@enterprise.example"
    body = letter.get_content()
    assert spaced(body) == spaced(words)


@each_string
def test_an_address_or_a_subject_cannot_begin_another_header(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    post = SmtpPost("localhost", 25, "no-reply@customs.example")

    class Server:
        def mail(self, _: str) -> tuple[int, bytes]:
            return 250, b""

        rcpt = mail

        def data(self, letter: bytes) -> tuple[int, bytes]:
            sent.append(letter)
            return 250, b""

        def quit(self) -> None:
            """Nothing."""

        close = quit

    monkeypatch.setattr(SmtpPost, "_open", lambda _: Server())
    post.send("lan@enterprise.example", words, "x", name="letter-1")
    letter = message_from_bytes(sent[0], policy=policy.default)
    assert letter["Bcc"] is None
    assert letter["To"] == "lan@enterprise.example"
    with pytest.raises(PostRefused):
        post.send(f"lan@enterprise.example\r\nBcc: {spaced(words)}", "x", "x", name="letter-1")
    assert len(sent) == 1


@pytest.fixture
def logged() -> Iterator[Callable[[LogFormat, str], list[str]]]:
    """What is written of one event whose message holds these words, line by line."""
    root, hooks = logging.getLogger(), (sys.excepthook,)
    handlers, level = list(root.handlers), root.level

    def log(how: LogFormat, words: str) -> list[str]:
        set_up_logging(how)
        written = io.StringIO()
        for handler in logging.getLogger().handlers:
            assert isinstance(handler, logging.StreamHandler)
            handler.setStream(written)
        logging.getLogger("desk.cases").warning("it said: %s", words)
        logging.getLogger("desk.cases").warning(words.replace("%", "%%"))
        return written.getvalue().split("\n")[:-1]

    yield log
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level
    (sys.excepthook,) = hooks


@each_string
def test_no_log_line_is_forged_and_none_steers_a_terminal(
    words: str, logged: Callable[[LogFormat, str], list[str]]
) -> None:
    lines = logged("text", words)
    events = [line for line in lines if re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", line)]
    assert len(events) == 2
    assert all(line.startswith("    ") for line in lines if line not in events)
    assert not any(STEERING.search(line) for line in lines)
    objects = logged("json", words)
    assert len(objects) == 2
    for line in objects:
        assert not STEERING.search(line)
        assert json.loads(line)["level"] == "WARNING"


@each_string
def test_a_terminal_shows_the_words_and_obeys_none(words: str) -> None:
    written = io.StringIO()
    out = Terminal(file=written, highlight=False, markup=False, emoji=False, width=20_000)
    out.print(words)
    out.print(f"officer: {words}", soft_wrap=True)
    table = PrintedTable(words)
    table.add_row(words)
    out.print(table)
    tree = Tree(words)
    tree.add(words)
    out.print(tree)
    assert not STEERING.search(written.getvalue().replace("\n", ""))
    shown = "".join(visible(words, keep="\n\t").split())
    assert "".join(written.getvalue().split()).count(shown) >= 2 or "\n" in words
