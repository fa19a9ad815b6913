"""Files in a conversation: kept once, hung on their message, taken along by the case, shown to officers, forgotten."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from clock.due import forget_what_is_due
from desk.attachments import handing_out
from desk.attachments import service as attachments
from desk.attachments.model import Attachment, FileContent
from desk.attachments.service import FileRefused, Upload
from desk.cases.model import Case, CaseEntry
from desk.cases.officers import desk as officer_desk
from desk.cases.permissions import CaseRefused
from desk.cases.persons import private_link
from desk.conversations.incoming import Kind, OfferedFile
from desk.conversations.model import Message
from tests.console_fixtures import officer_named, only_case
from tests.desk_fixtures import NOON, Chatter, World
from tests.file_fixtures import JPEG, PDF, PNG, a_jpeg, as_taken, sends_files, sha256
from tests.privacy_fixtures import KEPT_FOR

QUESTION = "nhập khẩu hoa lan rừng thì cần gì"
SCAN = Upload("chứng từ.pdf", PDF)
PHOTO = Upload("photo-1", JPEG)
NUMBER = "2026-00001"


def keep(world: World, data: bytes = PDF, name: str = "a.pdf") -> Attachment:
    with world.store.writing() as session:
        return attachments.keep(session, as_taken(Upload(name, data)), NOON)


def names_of_case(world: World) -> list[str]:
    with world.store.reading() as session:
        return [file.name for file in attachments.of_case(session, only_case(session))]


def count(world: World, what: type) -> int:
    with world.store.reading() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def opens_a_case(chatter: Chatter) -> None:
    chatter.taps("ask_officer")
    chatter.taps("send_as_is")


def test_the_same_bytes_are_kept_once_under_both_names(world: World) -> None:
    first, second = keep(world, PNG, "một.pdf"), keep(world, PNG, "hai.png")
    assert (first.name, second.name) == ("một.png", "hai.png")
    assert first.sha256 == second.sha256 == sha256(PNG)
    assert count(world, FileContent) == 1
    with world.store.reading() as session:
        found = handing_out.open_file(session, second.id, only_scanned=False)
        assert found is not None
        assert (found[0].media_type, found[1]) == ("image/png", PNG)
        assert handing_out.open_file(session, "no-such-file", only_scanned=False) is None


def test_where_there_is_no_room_nothing_is_kept(world: World) -> None:
    with world.store.writing() as session, pytest.raises(FileRefused) as refused:
        attachments.keep_all(session, [as_taken(SCAN)], NOON, room=10, full="files.chat_full")
    assert refused.value.reason == "files.chat_full"
    assert count(world, Attachment) == count(world, FileContent) == 0


def test_the_files_of_an_update_are_kept_once_however_often_it_is_worked_on(world: World, lan: Chatter) -> None:
    update_id, _ = lan.update(Kind.ATTACHMENT)
    for _ in range(2):
        with world.store.writing() as session:
            files = [as_taken(SCAN), as_taken(PHOTO)]
            kept = attachments.keep_all(session, files, NOON, room=9**9, full="", update_id=update_id)
            assert [file.name for file in kept] == ["chứng từ.pdf", "photo-1.jpg"]
    assert count(world, Attachment) == 2


def test_a_chat_has_so_much_room_a_day(world: World, lan: Chatter) -> None:
    limits = world.desk.rules.files
    sends_files(lan, SCAN, PHOTO)

    def room() -> int:
        with world.store.reading() as session:
            return attachments.room_in_chat(session, limits, "telegram", "100", world.clock.now())

    assert room() == limits.chat_bytes_a_day - len(PDF) - len(JPEG)
    world.clock.advance(days=1)
    assert room() == limits.chat_bytes_a_day


def test_a_file_with_a_question_is_answered_and_stays_with_its_message(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    *_, answer = sends_files(lan, SCAN, text="hồ sơ nhập khẩu gồm gì")
    assert answer.entry == "dossier_import"
    with world.store.reading() as session:
        message = session.scalars(select(Message).where(Message.author == "person")).one()
        (file,) = attachments.of_message(session, message)
        assert message.text == "hồ sơ nhập khẩu gồm gì"
        assert message.content is not None
        assert [block["kind"] for block in message.content["blocks"]] == ["paragraph", "file"]
        assert message.content["blocks"][1]["items"] == [file.id, "application/pdf"]


def test_a_file_alone_is_kept_and_asked_about_and_can_go_to_an_officer(world: World, lan: Chatter) -> None:
    *_, said = sends_files(lan, SCAN)
    assert (said.text, said.acts) == (world.text("files.kept"), ["ask_officer"])
    opens_a_case(lan)
    assert names_of_case(world) == ["chứng từ.pdf"]
    with world.store.reading() as session:
        assert only_case(session).question == world.text("files.only", names="chứng từ.pdf")


def test_a_case_takes_along_the_files_sent_shortly_before_and_since(world: World, lan: Chatter) -> None:
    sends_files(lan, Upload("quá sớm.pdf", PDF))
    world.clock.advance(minutes=6)
    sends_files(lan, Upload("trước.pdf", PDF))
    world.clock.advance(minutes=6)
    lan.writes(QUESTION)
    world.clock.advance(minutes=1)
    sends_files(lan, Upload("sau.jpg", JPEG))
    lan.taps("ask_officer", "")
    lan.taps("send_as_is")
    assert names_of_case(world) == ["trước.pdf", "sau.jpg"]


def test_the_next_case_does_not_take_what_belongs_to_another(world: World, lan: Chatter) -> None:
    sends_files(lan, SCAN, text=QUESTION)
    opens_a_case(lan)
    lan.writes("còn nhập khẩu gỗ trắc thì sao")
    lan.taps("new_question")
    opens_a_case(lan)
    with world.store.reading() as session:
        first, second = session.scalars(select(Case).order_by(Case.id))
        assert len(attachments.of_case(session, first)) == 1
        assert attachments.of_case(session, second) == []


def test_an_album_is_answered_once(world: World, lan: Chatter) -> None:
    said = [sends_files(lan, Upload(f"photo-{n}", a_jpeg(n))) for n in range(4)]
    assert [len(each) for each in said] == [2, 0, 0, 0]  # the first time with the notice
    world.clock.advance(seconds=21)
    assert [each.text for each in sends_files(lan, PHOTO)] == [world.text("files.kept")]


def test_the_rest_of_an_album_after_its_question_stays_silent_and_goes_with_the_case(
    world: World, lan: Chatter
) -> None:
    sends_files(lan, PHOTO, text=QUESTION)
    assert [sends_files(lan, Upload(f"photo-{n}", a_jpeg(n))) for n in (2, 3)] == [[], []]
    opens_a_case(lan)
    assert names_of_case(world) == ["photo-1.jpg", "photo-2.jpg", "photo-3.jpg"]


def test_files_of_other_kinds_get_one_answer_together(world: World, lan: Chatter) -> None:
    said = [lan.sends(Kind.ATTACHMENT, attachment="voice") for _ in range(3)]
    assert said[0][-1].text == world.text("bad_input.attachment")
    assert said[1:] == [[], []]


def test_a_refused_file_is_told_and_its_words_are_answered(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    refused = {"attachment": "document", "refused": "files.not_taken", "refused_name": "a.zip"}
    offered = (OfferedFile("f", "a.zip"),)
    said = lan.sends(Kind.ATTACHMENT, text="hồ sơ nhập khẩu gồm gì", files=offered, **refused)
    sentence = world.text("files.not_taken", **world.desk.rules.files.megabytes)
    assert f"a.zip: {sentence}" in [each.text for each in said]
    assert said[-1].entry == "dossier_import"
    *_, alone = lan.sends(Kind.ATTACHMENT, files=offered, **{**refused, "refused_name": "b.zip"})
    assert (alone.text, alone.acts) == (f"b.zip: {sentence}", ["ask_officer"])


def test_a_file_in_the_case_form_is_kept_with_the_case(world: World, lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.taps("add_details")
    for words in ("Công ty Lan", "0100109106", "0912345678", "gấp"):
        lan.writes(words)
    kept, asked = sends_files(lan, SCAN)
    assert kept.text == world.text("files.kept_for_case")
    assert asked.text == world.text("case.ask_details")
    sends_files(lan, PHOTO, text="hàng mẫu ba cây")
    assert names_of_case(world) == ["chứng từ.pdf", "photo-1.jpg"]
    with world.store.reading() as session:
        assert only_case(session).details == "hàng mẫu ba cây"


def test_a_file_while_a_case_is_open_goes_where_the_person_says(world: World, lan: Chatter) -> None:
    lan.writes(QUESTION)
    opens_a_case(lan)
    (asked,) = sends_files(lan, SCAN)
    assert asked.text == world.text("files.same_or_new", number=NUMBER)
    assert asked.acts == ["same_case", "keep_file"]
    assert sends_files(lan, PHOTO) == []
    lan.taps("same_case")
    assert names_of_case(world) == ["chứng từ.pdf", "photo-1.jpg"]
    assert sends_files(lan, Upload("photo-2", a_jpeg(2))) == []
    assert names_of_case(world) == ["chứng từ.pdf", "photo-1.jpg", "photo-2.jpg"]


def test_a_file_for_a_new_question_beside_the_case_waits_for_its_question(world: World, lan: Chatter) -> None:
    lan.writes(QUESTION)
    opens_a_case(lan)
    sends_files(lan, SCAN)
    *_, said = lan.taps("keep_file")
    assert (said.text, said.acts) == (world.text("files.kept_for_question"), ["ask_officer"])
    lan.writes("nhập khẩu gỗ trắc thì cần gì")
    opens_a_case(lan)
    with world.store.reading() as session:
        first, second = session.scalars(select(Case).order_by(Case.id))
        assert attachments.of_case(session, first) == []
        assert [file.name for file in attachments.of_case(session, second)] == ["chứng từ.pdf"]


def test_the_file_of_a_text_that_was_held_back_goes_with_it(world: World, lan: Chatter) -> None:
    lan.writes(QUESTION)
    opens_a_case(lan)
    sends_files(lan, SCAN, text="nhập khẩu gỗ trắc thì cần gì")
    world.clock.advance(minutes=14)
    lan.taps("new_question")
    opens_a_case(lan)
    with world.store.reading() as session:
        newest = session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
        assert [file.name for file in attachments.of_case(session, newest)] == ["chứng từ.pdf"]


def test_officers_see_what_files_a_case_has_and_get_them_on_a_tap(world: World, minh: Chatter, lan: Chatter) -> None:
    sends_files(lan, SCAN, PHOTO, text=QUESTION)
    opens_a_case(lan)
    notice = minh.read()[-1]
    assert "chứng từ.pdf (1 KB)" in notice.text
    assert "officer_files" in notice.acts
    *_, said = minh.taps("officer_files")
    with world.store.reading() as session:
        message = session.get_one(Message, said.order)
        assert [file.sha256 for file in attachments.of_message(session, message)] == [sha256(PDF), sha256(JPEG)]
    assert names_of_case(world) == ["chứng từ.pdf", "photo-1.jpg"]
    assert count(world, FileContent) == 2


def test_the_holder_is_told_what_files_were_added(world: World, minh: Chatter, lan: Chatter) -> None:
    lan.writes(QUESTION)
    opens_a_case(lan)
    minh.taps("officer_claim")
    sends_files(lan, SCAN, text="bổ sung chứng từ")
    lan.taps("same_case")
    notice = minh.read()[-1]
    assert "bổ sung chứng từ" in notice.text
    assert "chứng từ.pdf (1 KB)" in notice.text
    minh.taps("officer_files")
    assert minh.read()[-1].text.startswith(world.text("files.of_case", number=NUMBER))


def test_nobody_but_an_officer_gets_the_files_of_a_case(world: World, minh: Chatter, lan: Chatter, an: Chatter) -> None:
    sends_files(lan, SCAN, text=QUESTION)
    opens_a_case(lan)
    button = minh.button("officer_files").id
    assert an.presses(button)[-1].text == world.text("bad_input.button")
    with world.store.writing() as session:
        officer_named(session, "minh").active = False
    assert minh.presses(button)[-1].text == world.text("officer.only_officers")


def test_an_officers_file_goes_to_the_person_as_a_reply(world: World, minh: Chatter, lan: Chatter) -> None:
    lan.writes(QUESTION)
    opens_a_case(lan)
    minh.taps("officer_claim")
    shown = next(said for said in reversed(minh.read()) if "officer_claim" in said.acts)
    *_, told = sends_files(minh, SCAN, reply_to=minh.external_id(shown))
    assert told.text == world.text("officer.sent", number=NUMBER)
    reply = lan.read()[-1]
    assert reply.author == "officer"
    assert reply.text == f"{world.text('case.reply_title', number=NUMBER)}\n\nchứng từ.pdf (1 KB)"
    with world.store.reading() as session:
        assert [file.name for file in attachments.of_message(session, session.get_one(Message, reply.order))] == [
            "chứng từ.pdf"
        ]
        entry = session.scalars(select(CaseEntry).where(CaseEntry.kind == "replied")).one()
        assert entry.text == world.text("files.only", names="chứng từ.pdf")


def test_an_officers_album_goes_out_whole_and_is_confirmed_once(world: World, minh: Chatter, lan: Chatter) -> None:
    lan.writes(QUESTION)
    opens_a_case(lan)
    minh.taps("officer_claim")
    shown = next(said for said in reversed(minh.read()) if "officer_claim" in said.acts)
    reply_to = minh.external_id(shown)
    said = [sends_files(minh, Upload(f"photo-{n}", a_jpeg(n)), reply_to=reply_to) for n in range(3)]
    assert [len(each) for each in said] == [1, 0, 0]
    assert names_of_case(world) == ["photo-0.jpg", "photo-1.jpg", "photo-2.jpg"]
    assert count(world, Attachment) == 3


def test_an_officers_words_do_not_go_without_the_file_they_came_with(world: World, minh: Chatter, lan: Chatter) -> None:
    lan.writes(QUESTION)
    opens_a_case(lan)
    minh.taps("officer_claim")
    shown = next(said for said in reversed(minh.read()) if "officer_claim" in said.acts)
    before = len(lan.read())
    *_, told = minh.sends(
        Kind.ATTACHMENT,
        attachment="document",
        text="xem mẫu kèm theo",
        files=(OfferedFile("f", "mẫu.docx"),),
        refused="files.not_taken",
        refused_name="mẫu.docx",
        reply_to=minh.external_id(shown),
    )
    assert told.text.startswith("mẫu.docx: ")
    assert told.text.endswith(world.text("files.nothing_sent", number=NUMBER))
    assert len(lan.read()) == before


def settled(world: World, lan: Chatter) -> None:
    """lan's case, replied to and resolved by minh."""
    lan.writes(QUESTION)
    opens_a_case(lan)
    with world.store.writing() as session:
        case, officer = only_case(session), officer_named(session, "minh")
        officer_desk.claim(world.desk, session, case, officer)
        officer_desk.reply(world.desk, session, case, officer, "Cần giấy phép.")
        officer_desk.resolve(world.desk, session, case, officer)


def test_a_file_sent_after_opening_a_settled_case_again_goes_to_it(world: World, lan: Chatter) -> None:
    settled(world, lan)
    lan.taps("reopen_case")
    *_, told = sends_files(lan, SCAN)
    assert told.text == world.text("case.added", number=NUMBER)
    assert names_of_case(world) == ["chứng từ.pdf"]


@pytest.mark.parametrize(("days", "number"), [(1, NUMBER), (20, "2026-00002")])
def test_a_file_about_a_settled_case_opens_it_again_or_goes_on_in_a_new_one(
    world: World, minh: Chatter, lan: Chatter, days: int, number: str
) -> None:
    settled(world, lan)
    world.clock.advance(days=days)
    for _ in range(2):  # the button pressed twice
        with world.store.writing() as session:
            case = session.scalars(select(Case).order_by(Case.id).limit(1)).one()
            seen = case.entries[-1].id if days > 14 else 0
            private_link.go_on(world.desk, session, case, "", seen, [as_taken(SCAN)])
    with world.store.reading() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
        assert case.number == number
        assert [file.name for file in attachments.of_case(session, case)] == ["chứng từ.pdf"]
    notice = next(said for said in reversed(minh.read()) if "officer_claim" in said.acts)
    assert "chứng từ.pdf (1 KB)" in notice.text
    assert count(world, Attachment) == 1


def test_a_case_holds_so_much_and_no_more(world: World, minh: Chatter, lan: Chatter) -> None:
    sends_files(lan, SCAN, text=QUESTION)
    opens_a_case(lan)
    minh.taps("officer_claim")
    with world.store.writing() as session:
        case, officer = only_case(session), officer_named(session, "minh")
        large = attachments.keep(session, as_taken(PHOTO), NOON)
        large.size = world.desk.rules.files.case_bytes
        with pytest.raises(CaseRefused, match=r"files\.case_full"):
            officer_desk.reply(world.desk, session, case, officer, "xem", [large])


def test_files_are_forgotten_with_their_conversation_and_bytes_with_their_last_file(
    world: World, minh: Chatter, lan: Chatter, an: Chatter
) -> None:
    sends_files(lan, SCAN, PHOTO, text=QUESTION)
    opens_a_case(lan)
    minh.taps("officer_files")
    lan.commands("done")
    world.clock.advance(days=KEPT_FOR.days)
    sends_files(an, Upload("cùng ảnh", JPEG))
    an.commands("done")
    forget_what_is_due(world.desk)
    with world.store.reading() as session:
        assert [file.name for file in session.scalars(select(Attachment))] == ["cùng ảnh.jpg"]
        assert session.scalars(select(FileContent.sha256)).all() == [sha256(JPEG)]


def test_a_file_whose_update_never_became_a_message_is_forgotten_in_its_time(world: World, lan: Chatter) -> None:
    keep(world)
    lan.writes("xin chào")
    lan.commands("done")
    world.clock.advance(days=KEPT_FOR.days)
    forget_what_is_due(world.desk)
    assert count(world, Attachment) == count(world, FileContent) == 0
