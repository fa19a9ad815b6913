"""Files at the web door: sent with a message, added to a case, attached to a reply, and handed out to few."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import func, select

from console.web.uploads import UPLOAD_BYTES
from desk.attachments import scanning
from desk.attachments import service as attachments
from desk.attachments.model import Attachment
from desk.audit.model import AuditEntry
from desk.cases.model import Case
from desk.conversations.model import InboxUpdate
from desk.people import service as people
from desk.people.model import Role
from scanner.address import scanner_at
from scanner.clamd import ClamdScanner
from tests.clamd_server import Clamd, serving
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser, newest_case, only_case, open_case
from tests.desk_fixtures import World
from tests.file_fixtures import EICAR, EXE, HTML, JPEG, PDF, PNG, SVG, a_jpeg, a_pdf, a_stream, has_scanner

API = "/api/chat/files"
QUESTION = "Tờ khai của tôi bị treo, phải làm gì?"


def count(world: World, what: type) -> int:
    with world.store.reading() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def names_of_case(world: World) -> list[str]:
    with world.store.reading() as session:
        return [file.name for file in attachments.of_case(session, only_case(session))]


def files_of_case(world: World) -> list[Attachment]:
    with world.store.reading() as session:
        return attachments.of_case(session, only_case(session))


def links(page: str) -> list[str]:
    return re.findall(r'href="([^"]*/files/[\w-]{22})"', page)


def send(client: TestClient[Litestar], *files: tuple[str, bytes], **fields: Any) -> httpx.Response:
    chosen = [("files", (name, data, "text/html")) for name, data in files]
    return client.post(API, data=fields, files=chosen, headers={"accept-language": "vi"})


def web_case(world: World) -> Case:
    return open_case(world, QUESTION, chat="web")


def at_the_desk(browse: Callable[[], Browser], username: str = "minh") -> Browser:
    browser = browse()
    browser.signs_in(username, PASSWORD)
    return browser


def claimed(world: World, browser: Browser) -> str:
    address = f"/desk/cases/{newest_case(world.desk).number}"
    browser.posts(f"{address}/claim", {}, form_on=address)
    return address


def test_a_message_with_files_by_the_interface_is_answered_and_shows_them(
    browse: Callable[[], Browser], world: World
) -> None:
    world.search.finds("dossier_import")
    client = browse().client
    reply = send(client, ("tờ khai.html", PDF), ("ảnh.jpg", JPEG), text="Hồ sơ nhập khẩu gồm gì?", lang="vi").json()
    own, *_, answer = reply["messages"]
    assert answer["entry"] == "dossier_import"
    assert own["text"] == "Hồ sơ nhập khẩu gồm gì?"
    assert [(b["kind"], b["text"]) for b in own["blocks"]] == [
        ("paragraph", "Hồ sơ nhập khẩu gồm gì?"),
        ("file", "tờ khai.pdf"),
        ("file", "ảnh.jpg"),
    ]
    file_id, media_type = own["blocks"][1]["items"]
    assert media_type == "application/pdf"
    address = f"/files/{file_id}"
    found = client.get(address, params={"conversation": reply["conversation"]})
    assert (found.status_code, found.content) == (200, PDF)
    assert client.get(address).status_code == 404  # this client keeps no visitor's cookie


def test_the_same_message_id_keeps_the_files_once(browse: Callable[[], Browser], world: World) -> None:
    client = browse().client
    first = send(client, ("a.pdf", PDF), message_id="m-1").json()
    again = send(client, ("a.pdf", PDF), message_id="m-1", conversation=first["conversation"]).json()
    assert again["messages"] == first["messages"]
    assert count(world, Attachment) == 1
    assert first["messages"][-1]["text"] == world.text("files.kept")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([("a.jpg", EXE)], "files.not_taken"),
        ([("a.png", SVG)], "files.not_taken"),
        ([("a.pdf", b"")], "files.empty"),
        ([("a.pdf", PDF + b"\x00" * 20 * 1024 * 1024)], "files.too_large"),
        ([(f"{n}.jpg", a_jpeg(n)) for n in range(11)], "files.too_many"),
        ([("ok.pdf", PDF), ("b.jpg", EXE)], "files.not_taken"),
    ],
)
def test_what_is_not_taken_is_refused_with_a_sentence_and_nothing_is_kept(
    browse: Callable[[], Browser], world: World, files: list[tuple[str, bytes]], reason: str
) -> None:
    answer = send(browse().client, *files, text="xem giúp")
    assert answer.status_code == 400
    assert world.text(reason, **world.desk.rules.files.megabytes) in answer.json()["error"]
    assert count(world, InboxUpdate) == count(world, Attachment) == 0


def test_a_body_beyond_every_limit_is_refused_before_it_is_read(browse: Callable[[], Browser], world: World) -> None:
    assert world.desk.rules.files.message_bytes < UPLOAD_BYTES
    answer = send(browse().client, ("a.pdf", PDF + bytes(UPLOAD_BYTES)))
    assert answer.status_code == 413


def test_a_visitor_sends_a_file_without_a_script_and_only_they_open_it(
    browse: Callable[[], Browser], world: World
) -> None:
    lan, an = browse(), browse()
    page = lan.sends_files("/chat", {"text": ""}, [("chứng từ.pdf", PDF)], form_on="/chat")
    assert world.text("files.kept").split("?")[0] in page.text
    (address,) = links(page.text)
    found = lan.get(address)
    assert (found.status_code, found.content) == (200, PDF)
    assert found.headers["content-type"] == "application/pdf"
    assert found.headers["content-disposition"].startswith("attachment; filename*=UTF-8''ch%E1%BB%A9ng")
    assert apart(found)
    an.asks("xin chào")
    assert an.get(address).status_code == 404
    assert browse().get(address).status_code == 404
    assert lan.get("/files/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def apart(found: httpx.Response) -> bool:
    """Whether a file leaves so that nothing in it can act, be framed, be kept by a cache or be used by others."""
    wanted = {
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
        "x-frame-options": "DENY",
    }
    return {name: found.headers.get(name) for name in wanted} == wanted


def test_a_picture_is_a_download_and_only_a_small_one_made_of_it_is_shown(browse: Callable[[], Browser]) -> None:
    lan, an = browse(), browse()
    page = lan.sends_files("/chat", {"text": ""}, [("ảnh.exe", JPEG + HTML), ("a.pdf", PDF)], form_on="/chat")
    picture, paper = links(page.text)
    found = lan.get(picture)
    assert (found.content, found.headers["content-type"]) == (JPEG, "image/jpeg")
    assert found.headers["content-disposition"] == "attachment; filename*=UTF-8''%E1%BA%A3nh.jpg"
    small = lan.get(f"{picture}?small=1")
    assert small.headers["content-type"] == "image/jpeg"
    assert small.headers["content-disposition"] == "inline"
    assert small.content.startswith(b"\xff\xd8\xff")
    assert apart(found)
    assert apart(small)
    assert lan.get(f"{paper}?small=1").status_code == 404
    assert an.get(f"{picture}?small=1").status_code == 404
    assert browse().client.head(picture).status_code in (404, 405)


def test_officers_see_small_pictures_of_a_case(browse: Callable[[], Browser], world: World) -> None:
    case = web_case(world)
    address = f"/case/{case.key}"
    browse().sends_files(f"{address}/messages", {"text": "xem"}, [("a.png", PNG), ("b.pdf", PDF)], form_on=address)
    page = at_the_desk(browse).get(f"/desk/cases/{case.number}").text
    shown = re.findall(r'<img src="([^"]*/files/[\w-]{22}\?small=1)"', page)
    assert len(shown) == 1
    assert at_the_desk(browse).get(shown[0]).headers["content-type"] == "image/jpeg"


@pytest.fixture
def clamd(world: World) -> Iterator[Clamd]:
    daemon = Clamd()
    has_scanner(world, scanner_at(daemon.url))
    with serving(daemon):
        yield daemon


def test_what_the_scanner_finds_is_refused_politely_and_the_audit_knows_why(
    browse: Callable[[], Browser], world: World, clamd: Clamd
) -> None:
    infected = a_pdf("", a_stream(EICAR))
    page = browse().sends_files("/chat", {"text": "xem giúp"}, [("a.pdf", infected)], form_on="/chat")
    assert page.status_code == 409
    assert world.text("files.harmful") in page.text
    assert "EICAR" not in page.text
    assert count(world, Attachment) == count(world, InboxUpdate) == 0
    with world.store.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "file.refused")).one()
        assert entry.detail["found"] == "Win.Test.EICAR_HDB-1"
    assert browse().sends_files("/chat", {"text": ""}, [("b.pdf", PDF)], form_on="/chat").status_code == 200
    assert clamd.scanned == [infected, PDF]


def test_while_the_scanner_is_away_a_file_is_taken_and_nobody_gets_it(
    browse: Callable[[], Browser], world: World
) -> None:
    daemon = Clamd()
    port = daemon.port
    daemon.server_close()
    has_scanner(world, ClamdScanner("127.0.0.1", port))
    case = web_case(world)
    address = f"/case/{case.key}"
    lan = browse()
    chosen = [("a.pdf", PDF), ("b.pdf", a_pdf("", a_stream(EICAR)))]
    page = lan.sends_files(f"{address}/messages", {"text": "xem"}, chosen, form_on=address)
    assert page.text.count(world.text("page.files.state.being_checked")) == 2
    clean, infected = [f"{address}/files/{file.id}" for file in files_of_case(world)]
    for browser, link in ((lan, clean), (at_the_desk(browse), f"/desk/cases/{case.number}/files/{clean[-22:]}")):
        found = browser.get(link)
        assert (found.status_code, world.text("page.error.file_being_checked") in found.text) == (409, True)
        assert browser.get(f"{link}?small=1").status_code == 409
    with serving(Clamd(port)):
        assert scanning.scan_due(world.desk, 20) == 2
    assert lan.get(clean).content == PDF
    gone = lan.get(infected)
    assert (gone.status_code, world.text("page.error.file_taken_away") in gone.text) == (410, True)
    assert world.text("page.files.state.taken_away") in lan.get(address).text


def test_a_refused_file_is_told_on_the_page_and_the_words_are_not_lost(
    browse: Callable[[], Browser], world: World
) -> None:
    page = browse().sends_files("/chat", {"text": "xem giúp tôi"}, [("a.jpg", EXE)], form_on="/chat")
    assert page.status_code == 409
    assert world.text("files.not_taken", **world.desk.rules.files.megabytes)[:40] in page.text
    assert "xem giúp tôi</textarea>" in page.text


def test_a_file_field_that_was_left_empty_is_no_file(browse: Callable[[], Browser], world: World) -> None:
    page = browse().sends_files("/chat", {"text": "xin chào"}, [("", b"")], form_on="/chat")
    assert world.text("small_talk.greet")[:20] in page.text
    assert count(world, Attachment) == 0


def test_files_are_added_to_a_case_by_its_private_link_once(browse: Callable[[], Browser], world: World) -> None:
    case = web_case(world)
    address = f"/case/{case.key}"
    lan = browse()
    for _ in range(2):  # the button pressed twice on one page
        page = lan.sends_files(
            f"{address}/messages", {"text": "", "seen": "1"}, [("hóa đơn.pdf", PDF)], form_on=address
        )
    assert names_of_case(world) == ["hóa đơn.pdf"]
    assert count(world, Attachment) == 1
    (link,) = links(page.text)
    assert browse().get(link).content == PDF
    other = link.replace(case.key, "AAAAAAAAAAAAAAAAAAAAAA")
    assert browse().get(other).status_code == 404
    refused = lan.sends_files(f"{address}/messages", {"text": "kèm tệp"}, [("a.pdf", EXE)], form_on=address)
    assert refused.status_code == 409
    assert "kèm tệp</textarea>" in refused.text


def test_an_officer_replies_with_a_file_which_the_person_gets(browse: Callable[[], Browser], world: World) -> None:
    case = web_case(world)
    minh = at_the_desk(browse)
    address = claimed(world, minh)
    page = minh.sends_files(f"{address}/reply", {"text": "", "seen": "2"}, [("mẫu.pdf", PDF)], form_on=address)
    assert world.text("page.desk.done_sent") in page.text
    again = minh.sends_files(f"{address}/reply", {"text": "", "seen": "2"}, [("mẫu.pdf", PDF)], form_on=address)
    assert again.status_code == 200
    assert names_of_case(world) == ["mẫu.pdf"]
    shown = browse().get(f"/case/{case.key}").text
    assert "mẫu.pdf" in shown
    assert browse().get(links(shown)[0]).content == PDF
    refused = minh.sends_files(f"{address}/reply", {"text": "xem"}, [("a.docx", b"PK\x03\x04")], form_on=address)
    assert refused.status_code == 409
    assert "xem</textarea>" in refused.text


def test_officers_who_see_the_case_open_its_files_and_nobody_else(browse: Callable[[], Browser], world: World) -> None:
    case = web_case(world)
    lan = browse()
    lan.sends_files(f"/case/{case.key}/messages", {"text": "xem tệp"}, [("a.pdf", PDF)], form_on=f"/case/{case.key}")
    minh = at_the_desk(browse)
    page = minh.get(f"/desk/cases/{case.number}").text
    link = links(page)[0]
    assert minh.get(link).content == PDF
    assert at_the_desk(browse, "hoa").get(link).status_code == 403
    assert browse().get(link, follow_redirects=False).status_code == 302
    assert minh.get(link.replace(str(case.number), "2026-99999")).status_code == 404
    assert minh.get(f"/desk/cases/{case.number}/files/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_an_officer_of_another_unit_does_not_open_them(
    browse: Callable[[], Browser], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = web_case(world)
    browse().sends_files(
        f"/case/{case.key}/messages", {"text": "xem tệp"}, [("a.pdf", PDF)], form_on=f"/case/{case.key}"
    )
    minh = at_the_desk(browse)
    link = links(minh.get(f"/desk/cases/{case.number}").text)[0]
    monkeypatch.setattr("desk.cases.queries.SEEING_ROLES", (Role.HEAD,))
    assert minh.get(link).status_code == 404


def test_one_visitors_file_is_not_in_another_case(browse: Callable[[], Browser], world: World) -> None:
    lan = browse()
    page = lan.sends_files("/chat", {"text": ""}, [("riêng.pdf", PDF)], form_on="/chat")
    file_id = links(page.text)[0].rsplit("/", 1)[1]
    case = web_case(world)
    minh = at_the_desk(browse)
    assert minh.get(f"/desk/cases/{case.number}/files/{file_id}").status_code == 404
    assert browse().get(f"/case/{case.key}/files/{file_id}").status_code == 404


def test_signing_out_closes_the_files(browse: Callable[[], Browser], world: World) -> None:
    case = web_case(world)
    browse().sends_files(f"/case/{case.key}/messages", {"text": "x"}, [("a.pdf", PDF)], form_on=f"/case/{case.key}")
    minh = at_the_desk(browse)
    link = links(minh.get(f"/desk/cases/{case.number}").text)[0]
    with world.store.writing() as session:
        officer = people.by_username(session, "minh")
        assert officer is not None
        officer.active = False
    assert minh.get(link, follow_redirects=False).status_code == 302
