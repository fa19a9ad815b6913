"""The pages of those who look at figures."""

from __future__ import annotations

from console.staff.managers import ratings

HANDLERS = (ratings.rating_figures,)
