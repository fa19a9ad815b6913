"""Restores the diacritics of Vietnamese that was typed without them, from counts of how the guidance is written."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from knowledge.engine.text import fold, replace_syllables, syllables

_START = ""
#: Weight of a pair of syllables against a syllable alone.
_PAIR_WEIGHT = 0.9
#: A text of which fewer syllables than this are known as Vietnamese is left as it is: it may be English.
_KNOWN_SHARE = 0.6


class DiacriticsTable:
    """How often each syllable, and each pair of syllables, is written which way."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Count the normalised Vietnamese texts."""
        self._singles: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            tokens = syllables(text)
            self._singles.update(tokens)
            self._pairs.update(zip([_START, *tokens], tokens, strict=False))
        self._starts: Counter[str] = Counter()
        for (first, _), count in self._pairs.items():
            self._starts[first] += count
        self._total = max(1, self._singles.total())
        self._forms: dict[str, list[str]] = defaultdict(list)
        for syllable in sorted(self._singles):
            self._forms[fold(syllable)].append(syllable)

    def restore(self, normalised: str) -> str:
        """The most likely accented writing; the text itself when it is hardly Vietnamese.

        Syllables that have their accents already stay, and so does everything between syllables.
        """
        tokens = syllables(normalised)
        known = sum(fold(token) in self._forms for token in tokens)
        if not tokens or known < _KNOWN_SHARE * len(tokens):
            return normalised
        restored = iter(self._most_likely(tokens))
        return replace_syllables(normalised, lambda _: next(restored))

    def _most_likely(self, tokens: Sequence[str]) -> list[str]:
        """Viterbi: the best way to each form of a syllable comes by one form of the syllable before."""
        ways: dict[str, tuple[float, list[str]]] = {_START: (0.0, [])}
        for token in tokens:
            following: dict[str, tuple[float, list[str]]] = {}
            for form in self._forms.get(token, [token]):
                score, path = max(
                    ((so_far + self._log_probability(last, form), way) for last, (so_far, way) in ways.items()),
                    key=lambda found: found[0],
                )
                following[form] = (score, [*path, form])
            ways = following
        return max(ways.values(), key=lambda found: found[0])[1]

    def _log_probability(self, last: str, form: str) -> float:
        alone = (self._singles[form] + 0.1) / (self._total + 1)
        after = self._pairs[last, form] / self._starts[last] if self._starts[last] else 0.0
        return math.log(_PAIR_WEIGHT * after + (1 - _PAIR_WEIGHT) * alone)
