"""The pages of those who look at figures."""

from __future__ import annotations

from console.staff.managers import audit, figures, ratings

HANDLERS = (
    figures.figures,
    figures.figures_as_csv,
    figures.figures_as_xlsx,
    ratings.ratings,
    ratings.ratings_as_csv,
    ratings.ratings_as_xlsx,
    audit.audit_log,
    audit.export_audit,
)
