"""A questionnaire in words: the invitation, the reminder, and each question with its buttons, in a chat's language."""

from __future__ import annotations

from collections.abc import Iterator

from desk.answering.compose import day
from desk.conversations.model import Chat
from desk.desk import Desk
from desk.guidance.record import Language
from desk.questionnaires.anonymity import MARK
from desk.questionnaires.model import LEVELS, Answer, Invitation, Question, QuestionKind, Questionnaire
from desk.speech import Block, Choice, Utterance


def link(desk: Desk, invitation: Invitation) -> str:
    """Where the questionnaire is answered on the web."""
    return f"{desk.web_address}/questionnaire/{invitation.key}"


def invitation(desk: Desk, invited: Invitation, chat: Chat, language: Language) -> Utterance:
    """Who asks, how many questions, how long it takes, what becomes of the answers, until when, and two buttons."""
    return Utterance((*_asked(desk, invited, chat, language),), _first_choices(desk, invited, language))


def reminder(desk: Desk, invited: Invitation, chat: Chat, language: Language) -> Utterance:
    """The one reminder; it says again all that the invitation said."""
    told = Block("paragraph", desk.texts.say("questionnaire.reminder", language))
    return Utterance((told, *_asked(desk, invited, chat, language)), _first_choices(desk, invited, language))


def privacy(desk: Desk, questionnaire: Questionnaire, language: Language) -> str:
    """What becomes of the answers, as it is promised before the first."""
    name = "anonymous" if questionnaire.anonymous else "named"
    return desk.texts.say(f"questionnaire.invitation.{name}", language)


def level_name(desk: Desk, question: Question, level: int, language: Language) -> str:
    return desk.texts.say(f"questionnaire.level.{question.scale}_{level}", language)


def option_name(question: Question, place: int, language: Language) -> str:
    return question.options[place][language]


def question(desk: Desk, invited: Invitation, asked: Question, answer: Answer | None, language: Language) -> Utterance:
    """One question; what was chosen before has a mark on its button, and nowhere else."""

    def say(name: str, **values: object) -> str:
        return desk.texts.say(f"questionnaire.{name}", language, **values)

    count = len(invited.questionnaire.questions)
    blocks = [
        Block("title", say("question", number=asked.position + 1, count=count)),
        Block("paragraph", asked.text(language)),
    ]
    hints = []
    if asked.kind == QuestionKind.CHOICE:
        done = desk.texts.say("button.questionnaire_chosen", language)
        hints.append(say("choose_several", button=done) if asked.several else say("choose_one"))
    if asked.kind == QuestionKind.TEXT:
        hints.append(say("write", length=asked.longest))
        # The same whether words were written or skipped: the message stays in the chat.
        if answer is not None:
            hints.append(say("written"))
    if asked.optional:
        hints.append(say("optional"))
    blocks += [Block("note", hint) for hint in hints]
    return Utterance(tuple(blocks), tuple(_choices(desk, invited, asked, answer, language)))


def end(desk: Desk, invited: Invitation, language: Language) -> Utterance:
    """After the last question: hand in, or go back."""
    count = len(invited.questionnaire.questions)
    choices = [
        _button(desk, "questionnaire_finish", f"{invited.id}:", language),
        _button(desk, "questionnaire_back", f"{invited.id}:{count - 1}", language),
    ]
    return Utterance.plain(desk.texts.say("questionnaire.end", language), choices=choices)


def _asked(desk: Desk, invited: Invitation, chat: Chat, language: Language) -> Iterator[Block]:
    asks = invited.questionnaire

    def say(name: str, **values: object) -> str:
        return desk.texts.say(f"questionnaire.invitation.{name}", language, **values)

    yield Block("title", asks.title(language))
    yield Block("paragraph", say("asks", unit=asks.unit.name(language)))
    yield Block("paragraph", asks.introduction(language))
    yield Block("field", str(len(asks.questions)), label=say("count"))
    yield Block("field", say("about_minutes", minutes=asks.minutes), label=say("minutes"))
    if asks.last_day is not None:
        yield Block("field", day(asks.last_day, language), label=say("last_day"))
    yield Block("field", privacy(desk, asks, language), label=say("privacy"))
    if asks.anonymous and chat.channel == "telegram":
        yield Block("note", say("anonymous_telegram"))
    yield Block("paragraph", say("web", link=link(desk, invited)))
    yield Block("note", say("later"))


def _first_choices(desk: Desk, invited: Invitation, language: Language) -> tuple[Choice, ...]:
    acts = ("questionnaire_begin", "questionnaire_decline")
    return tuple(_button(desk, act, str(invited.id), language) for act in acts)


def _choices(
    desk: Desk, invited: Invitation, asked: Question, answer: Answer | None, language: Language
) -> Iterator[Choice]:
    about = f"{invited.id}:{asked.id}"
    match QuestionKind(asked.kind):
        case QuestionKind.LEVEL:
            for level in reversed(LEVELS):
                mark = MARK if answer is not None and answer.level == level else ""
                title = mark + level_name(desk, asked, level, language)
                yield Choice("questionnaire_level", title, f"{about}:{level}")
        case QuestionKind.CHOICE:
            chosen = (answer.options if answer is not None else None) or []
            act = "questionnaire_toggle" if asked.several else "questionnaire_choose"
            for place in range(len(asked.options)):
                mark = MARK if place in chosen else ""
                yield Choice(act, mark + option_name(asked, place, language), f"{about}:{place}")
            if asked.several:
                yield _button(desk, "questionnaire_chosen", about, language)
        case QuestionKind.TEXT:
            if answer is not None:
                yield _button(desk, "questionnaire_keep", about, language)
    if asked.optional:
        yield _button(desk, "questionnaire_skip", about, language)
    if asked.position > 0:
        yield _button(desk, "questionnaire_back", f"{invited.id}:{asked.position - 1}", language)


def _button(desk: Desk, act: str, argument: str, language: Language) -> Choice:
    return Choice(act, desk.texts.say(f"button.{act}", language), argument)
