"""What the desk does with files that come in a chat: hung on their message, asked about, kept for a case, or refused.

Of an album each file is a message of its own, and only the first of them is answered.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.attachments import handing_out, words
from desk.attachments import service as attachments
from desk.attachments.handing_out import FileState
from desk.attachments.model import Attachment
from desk.attachments.service import FileRefused
from desk.cases import permissions
from desk.cases.model import Case
from desk.cases.persons import desk as person_desk
from desk.conversations import named
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming
from desk.conversations.model import Message
from desk.conversations.routing import readable
from desk.conversations.turn import Turn
from desk.desk import Desk
from desk.enterprises import access
from desk.guidance.record import Language
from desk.speech import Choice, Utterance


def hang(desk: Desk, session: Session, message: Message, incoming: Incoming, language: Language) -> None:
    """Make the files that were kept for the message's update its own; without words it is called by their names."""
    if not incoming.has_files or message.update_id is None:
        return
    kept = attachments.of_update(session, message.update_id)
    if not kept:
        return
    attachments.hang(session, kept, message)
    has_words = readable(incoming.text)
    message.content = words.content_of(message.text if has_words else "", kept, language)
    if not has_words:
        message.text = words.only_files(desk.texts, kept, language)


def tell_refused(turn: Turn) -> None:
    """Say why a file was not taken; the words that came with it are worked on all the same."""
    refused = FileRefused(turn.incoming.refused, turn.incoming.refused_name)
    if refused.reason:
        sentence = words.refusal(turn.desk.texts, turn.desk.rules.files, refused, turn.language)
        _say_once(turn, sentence, [] if readable(turn.incoming.text) else [_to_officer(turn)])


def nothing_taken(turn: Turn) -> None:
    """A voice message, a video, a place: say what is taken."""
    if not turn.incoming.refused:
        _say_once(turn, turn.text("bad_input.attachment"), [_to_officer(turn)])


def keep_for_question(turn: Turn) -> None:
    """A file without words: ask what the question is."""
    if _one_before(turn) is None:
        turn.say_text("files.kept", [_to_officer(turn)])


def keep_for_form(turn: Turn) -> None:
    """A file while the case form is open: it goes with the case; the form's question is asked again."""
    if _one_before(turn) is None:
        turn.say_text("files.kept_for_case")
        named.say_named(turn, f"{named.FORM_QUESTION}{turn.conversation.awaiting_argument}")


def ask_case_or_new(turn: Turn) -> None:
    """A file without words while a case is open: ask where it belongs; what follows at once goes the same way."""
    case = access.open_case_of(turn.session, turn.chat)
    if case is None:  # it was resolved a moment ago
        keep_for_question(turn)
        return
    before = _one_before(turn)
    if before is not None and before.case_id == case.id:
        person_desk.add(turn.desk, turn.session, case, turn.message)
    elif before is None:
        same = turn.choice("same_case", f"{case.id}:{turn.message.id}", title=turn.text("button.same_case"))
        turn.say_text("files.same_or_new", [same, turn.choice("keep_file", turn.message.id)], number=case.number)


def keep_file(turn: Turn, message_id: str) -> None:
    """The file is for a new question, which is awaited beside the open case."""
    turn.conversation.beside_case = True
    turn.say_text("files.kept_for_question", [turn.choice("ask_officer", message_id)])


def pass_on(turn: Turn, asked: Message) -> None:
    """The files of a text that was held back go with it to the enquiry that it becomes."""
    attachments.hang(turn.session, attachments.of_message(turn.session, asked), turn.message)


def officer_files(turn: Turn, argument: str) -> None:
    """Send an officer the files of a case, or of one message of it: ``case:order``, where order 0 means all."""
    case_id, order = (int(part) for part in argument.split(":", 1))
    if turn.officer is None:
        turn.say_text("officer.only_officers")
        return
    case = turn.session.get_one(Case, case_id)
    if not permissions.may_work_on(case, turn.officer):
        turn.say_text("officer.not_your_unit", number=case.number)
        return
    wanted = [file for file in attachments.of_case(turn.session, case) if order in (0, file.message_order)]
    if not wanted:
        turn.say_text("files.none_in_case", number=case.number)
    wanted = _ready(turn, case, wanted)
    at_once = turn.desk.rules.files.message_files
    for start in range(0, len(wanted), at_once):
        _send(turn, case, wanted[start : start + at_once])


def _ready(turn: Turn, case: Case, files: list[Attachment]) -> list[Attachment]:
    """Those of the files that may be seen; of others that are not looked through yet it is said so."""
    states = handing_out.states_of(turn.session, files, only_scanned=turn.desk.scanner is not None)
    waiting = [file.name for file in files if states[file.sha256] is FileState.BEING_CHECKED]
    if waiting:
        turn.say_text("files.being_checked", number=case.number, names=", ".join(waiting))
    return [file for file in files if states[file.sha256] is FileState.READY]


def _send(turn: Turn, case: Case, files: list[Attachment]) -> None:
    copies = attachments.for_new_message(turn.session, files, turn.now)
    heading = Utterance.plain(turn.text("files.of_case", number=case.number), case=case.number).blocks
    listed = Utterance((*heading, *words.blocks_of(copies, turn.language)), case=case.number)
    attachments.hang(turn.session, copies, turn.say(listed, case_id=case.id))


def _one_before(turn: Turn) -> Message | None:
    """The message with a file that the person sent just before this one."""
    with_files = select(Attachment.id).where(Attachment.message_order == Message.order_no).exists()
    return turn.session.scalar(
        select(Message)
        .where(
            Message.conversation_id == turn.conversation.id,
            Message.author == "person",
            Message.order_no < turn.message.order_no,
            Message.at >= turn.now - attachments.TOGETHER,
            with_files,
        )
        .order_by(Message.order_no.desc())
        .limit(1)
    )


def _say_once(turn: Turn, sentence: str, choices: list[Choice]) -> None:
    """Say it unless it was said just now: ten files that cannot be taken get one answer."""
    if not conversations.said_lately(turn.session, turn.conversation, sentence, turn.now - attachments.TOGETHER):
        turn.say(Utterance.plain(sentence, choices=choices))


def _to_officer(turn: Turn) -> Choice:
    return turn.choice("ask_officer", turn.message.id)
