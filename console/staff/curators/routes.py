"""The pages of those who keep the guidance."""

from __future__ import annotations

from console.staff.curators import trying

HANDLERS = (trying.try_a_question,)
