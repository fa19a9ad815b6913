"""Finds the word that was meant where a word is one slip of the finger away from one that the texts have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from knowledge.engine.writing.changed import changed

#: Shorter words are left: nearly every three letters are one slip away from another word.
_SHORTEST = 4


class Spelling:
    """Words by what is left of them when a letter is taken out; immutable after it is made."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """``counts`` holds the words of the texts, folded, and how often each occurs."""
        self._counts: Mapping[str, int] = _words(counts)
        near: dict[str, list[str]] = defaultdict(list)
        for word in self._counts:
            if len(word) >= _SHORTEST:
                for rest in _without_one(word):
                    near[rest].append(word)
        self._near = dict(near)

    def changed(self, gone: Mapping[str, int], come: Mapping[str, int]) -> Spelling:
        """The same when some texts are gone and others have come; both count words as the texts' words are counted."""
        spelling = Spelling.__new__(Spelling)
        spelling._counts = changed(self._counts, _words(gone), _words(come))
        spelling._near = {**self._near}
        for word in (*gone, *come):
            if len(word) >= _SHORTEST and (word in spelling._counts) != (word in self._counts):
                for rest in _without_one(word):
                    others = [other for other in spelling._near.get(rest, ()) if other != word]
                    spelling._near[rest] = [*others, word] if word in spelling._counts else others
        return spelling

    def corrected(self, folded: str) -> str:
        """The known word nearest to one that is unknown, the commonest where several are; else the word itself."""
        if len(folded) < _SHORTEST or folded in self._counts or not folded.isalpha():
            return folded
        found = {word for rest in _without_one(folded) for word in self._near.get(rest, ()) if _one_slip(folded, word)}
        return max(sorted(found), key=lambda word: self._counts[word], default=folded)


def _words(counts: Mapping[str, int]) -> dict[str, int]:
    return {word: count for word, count in counts.items() if word.isalpha()}


def _without_one(word: str) -> Iterator[str]:
    """The word itself, and the word without each of its letters."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is missing, too many or wrong, or two neighbours have changed places."""
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    rest, other = typed[start:], meant[start:]
    swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return rest[1:] == other or rest == other[1:] or rest[1:] == other[1:] or swapped
