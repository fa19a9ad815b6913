"""A message with more than one question: each is answered, and nothing is said twice or lost by taking it apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from desk.answering.outcome import Outcome
from desk.answering.question import NOTHING_BEFORE, Context, Progress, Question
from desk.answering.split import Split

#: What only an officer can deal with.
_FOR_A_PERSON = (Outcome.UNANSWERABLE_PERSONAL, Outcome.UNANSWERABLE_REQUEST)
#: A piece that ends so gives the person something to go on with.
_HELPS = (Outcome.ANSWERED, Outcome.ANSWERED_FROM_CONTEXT, Outcome.CLARIFY_ENTRIES, *_FOR_A_PERSON)


class Several:
    """Answers a message piece by piece, or as a whole where that answers more."""

    def __init__(self, split: Split, walk: Callable[[Question], Progress]) -> None:
        self._split = split
        self._walk = walk

    def is_one(self, question: Question) -> bool:
        """Whether a message holds no more than one question."""
        return len(self._split.pieces(question.text)) == 1

    def of(self, question: Question) -> list[Progress]:
        """What came of each question of a message, in their order; one where it holds one."""
        pieces = self._split.pieces(question.text)
        if len(pieces) == 1:
            return [self._walk(question)]
        walked = self._one_after_the_other(question, pieces)
        if any(piece.search_failed for piece in walked):
            # What is offered by words alone is the same for each of them, and said once.
            return [self._walk(question)]
        if all(piece.is_answered for piece in walked):
            return _each_entry_once(walked)
        whole = self._walk(question)
        if _answers_more(whole, walked) or _is_seen_as_a_whole(whole, walked):
            return [whole]
        if not any(piece.outcome in _HELPS for piece in walked):
            return [whole]
        return _without(_asides(whole, walked), _each_entry_once(walked))

    def _one_after_the_other(self, question: Question, pieces: list[str]) -> list[Progress]:
        walked: list[Progress] = []
        for text in pieces:
            context = _after(walked[-1]) if walked else question.context
            walked.append(self._walk(replace(question, text=text, context=context)))
        return walked


def _after(before: Progress) -> Context:
    """What a question may lean on after another one of the same message; of two in vain, the whole is searched."""
    if before.chosen is None:
        return NOTHING_BEFORE
    question = before.question
    as_of = question.as_of if question.for_day.is_another else None
    return Context(shown=before.chosen.entry_id, asked=question.wording, as_of=as_of)


def _each_entry_once(walked: list[Progress]) -> list[Progress]:
    """Pieces whose answer an earlier piece has given with the whole entry go with that piece."""
    told: list[Progress] = []
    for piece in walked:
        same = next((other for other in told if _tells_as_much(other, piece)), None)
        if same is None:
            told.append(piece)
        else:
            _goes_with(same, piece)
    return told


def _goes_with(told: Progress, piece: Progress) -> None:
    """Keep a piece that gets no answer of its own with one that does."""
    told.question = replace(told.question, text=f"{told.question.text} {piece.question.text}")
    told.searched += piece.searched


def _tells_as_much(told: Progress, piece: Progress) -> bool:
    if not (told.is_answered and piece.is_answered) or told.chosen is None or piece.chosen is None:
        return False
    same_text = (told.chosen.entry_id, told.chosen.number) == (piece.chosen.entry_id, piece.chosen.number)
    return told.wants_the_whole_entry and same_text and told.question.as_of == piece.question.as_of


def _answers_more(whole: Progress, walked: list[Progress]) -> bool:
    """Whether the message as one is answered by an entry that its pieces missed, and they answer no more than it."""
    if whole.outcome is not Outcome.ANSWERED or whole.chosen is None:
        return False
    entries = {piece.chosen.entry_id for piece in walked if piece.is_answered and piece.chosen is not None}
    return len(entries) < 2 and whole.chosen.entry_id not in entries


def _is_seen_as_a_whole(whole: Progress, walked: list[Progress]) -> bool:
    """Whether it takes all pieces to see that the message is for a person, and none of them is answered."""
    return whole.outcome in _FOR_A_PERSON and not any(
        piece.is_answered or piece.outcome in _FOR_A_PERSON for piece in walked
    )


def _asides(whole: Progress, walked: list[Progress]) -> tuple[Outcome, ...]:
    """How a piece ends that needs no answer of its own beside the others.

    A bare part after a piece that is not answered belongs to that piece. Where the message as one is answered by the
    entry of a piece, what is out of scope in it (“can somebody help me?”) is no question.
    """
    entries = {piece.chosen.entry_id for piece in walked if piece.is_answered and piece.chosen is not None}
    is_told = whole.outcome is Outcome.ANSWERED and whole.chosen is not None and entries == {whole.chosen.entry_id}
    asked_back = (Outcome.CLARIFY_QUESTION,)
    return (*asked_back, Outcome.UNANSWERABLE_OUT_OF_SCOPE) if is_told else asked_back


def _without(asides: tuple[Outcome, ...], walked: list[Progress]) -> list[Progress]:
    """The pieces that are told, each with the words of the asides after it."""
    told: list[Progress] = []
    for piece in walked:
        if piece.outcome not in asides:
            told.append(piece)
        elif told:
            _goes_with(told[-1], piece)
    return told
