"""Restores the diacritics of Vietnamese that was typed without them, from counts of how the texts are written."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from knowledge.engine.writing.changed import changed
from knowledge.engine.writing.text import folded_word, replace_syllables, syllables

_START = ""
#: Weight of a pair of syllables against a syllable alone.
_PAIR_WEIGHT = 0.9
#: A text of which fewer syllables than this are known as Vietnamese is left as it is: it may be English.
_KNOWN_SHARE = 0.6
#: Where the missing diacritics are fewer than this share of those written, the text is taken as meant.
_MISSING_SHARE = 0.4


class SyllableCounts:
    """How often each syllable, and each pair of syllables, is written which way."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        """Count the normalised Vietnamese texts."""
        self.singles: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            tokens = syllables(text)
            self.singles.update(tokens)
            self.pairs.update(zip([_START, *tokens], tokens, strict=False))

    def __add__(self, other: SyllableCounts) -> SyllableCounts:
        both = SyllableCounts()
        both.singles = self.singles + other.singles
        both.pairs = self.pairs + other.pairs
        return both


class DiacriticsTable:
    """The likeliest way to write a Vietnamese text, by how often its syllables stand alone and beside each other."""

    def __init__(self, counts: SyllableCounts) -> None:
        self._singles, self._pairs = counts.singles, counts.pairs
        self._starts = _starts(counts.pairs)
        self._total = max(1, self._singles.total())
        self._forms = _forms(self._singles)

    def changed(self, gone: SyllableCounts, come: SyllableCounts) -> DiacriticsTable:
        """The table when some texts are gone and others have come."""
        table = DiacriticsTable.__new__(DiacriticsTable)
        table._singles = changed(self._singles, gone.singles, come.singles)
        table._pairs = changed(self._pairs, gone.pairs, come.pairs)
        table._starts = changed(self._starts, _starts(gone.pairs), _starts(come.pairs))
        table._total = max(1, table._singles.total())
        table._forms = {**self._forms}
        for word, new in _forms(come.singles).items():
            table._forms[word] = sorted({*self._forms.get(word, ()), *new})
        for word in {folded_word(syllable) for syllable in gone.singles}:
            if not (known := [form for form in table._forms.get(word, ()) if form in table._singles]):
                table._forms.pop(word, None)
            else:
                table._forms[word] = known
        return table

    def writes(self, syllable: str) -> bool:
        """Whether the texts have the syllable, written just so."""
        return syllable in self._singles

    def restore(self, normalised: str) -> str:
        """The most likely accented writing; the text itself when it is hardly Vietnamese.

        What is written with accents stays, unless no text writes it so (a wrong tone). Where most of a text has its
        accents, those that lack are taken as meant: many syllables have none.
        """
        tokens = syllables(normalised)
        known = sum(folded_word(token) in self._forms for token in tokens)
        if not tokens or known < _KNOWN_SHARE * len(tokens):
            return normalised
        likely = self._most_likely([self._ways(token, bare=True) for token in tokens])
        accented = [folded_word(token) != token for token in tokens]
        missing = sum(form != token for form, token, has in zip(likely, tokens, accented, strict=True) if not has)
        if missing < _MISSING_SHARE * sum(accented):
            likely = self._most_likely([self._ways(token, bare=False) for token in tokens])
        restored = iter(likely)
        return replace_syllables(normalised, lambda _: next(restored))

    def _ways(self, token: str, *, bare: bool) -> list[str]:
        """The forms that a token may stand for; ``bare``: one without accents may have lost them."""
        is_accented = folded_word(token) != token
        if self.writes(token) and (is_accented or not bare):
            return [token]
        return self._forms.get(folded_word(token), [token])

    def _most_likely(self, ways: Sequence[list[str]]) -> list[str]:
        """Viterbi: the best path to each form of a syllable comes by one form of the syllable before."""
        paths: dict[str, tuple[float, list[str]]] = {_START: (0.0, [])}
        for forms in ways:
            following: dict[str, tuple[float, list[str]]] = {}
            for form in forms:
                score, path = max(
                    ((so_far + self._log_probability(last, form), way) for last, (so_far, way) in paths.items()),
                    key=lambda found: found[0],
                )
                following[form] = (score, [*path, form])
            paths = following
        return max(paths.values(), key=lambda found: found[0])[1]

    def _log_probability(self, last: str, form: str) -> float:
        alone = (self._singles[form] + 0.1) / (self._total + 1)
        after = self._pairs[last, form] / self._starts[last] if self._starts[last] else 0.0
        return math.log(_PAIR_WEIGHT * after + (1 - _PAIR_WEIGHT) * alone)


def _starts(pairs: Mapping[tuple[str, str], int]) -> Counter[str]:
    """How many pairs begin with each syllable."""
    starts: Counter[str] = Counter()
    for (first, _), count in pairs.items():
        starts[first] += count
    return starts


def _forms(singles: Iterable[str]) -> dict[str, list[str]]:
    """The syllables by what they are without diacritics, in the order of the alphabet."""
    forms: dict[str, list[str]] = defaultdict(list)
    for syllable in sorted(singles):
        forms[folded_word(syllable)].append(syllable)
    return dict(forms)
