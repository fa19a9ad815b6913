"""What an author and an approver are to think of once more before a text is published; nothing of it stops a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desk.guidance.model import DraftKind, GuidanceDraft
from desk.guidance.record import TOLD

#: What people are told of the rule itself, apart from its days.
_RULE = TOLD - {"in_force"}


def cautions(draft: GuidanceDraft, base: Mapping[str, Any]) -> list[str]:
    """The names of texts, each a caution; ``base`` is the text that the draft was written over."""
    if draft.kind not in (DraftKind.EDIT, DraftKind.SHIPPED_CHANGE) or not base or not draft.base_live:
        return []
    old, new = _first_day(base), _first_day(draft.content)
    if draft.corrects:
        return ["lifecycle.caution.corrected_from_later"] if new > old else []
    is_changed = any(base.get(name) != draft.content.get(name) for name in _RULE)
    return ["lifecycle.caution.same_first_day"] if is_changed and new == old else []


def _first_day(content: Mapping[str, Any]) -> str:
    return (content.get("in_force") or {}).get("from") or ""
