"""The pages of those who look at figures."""

from __future__ import annotations

from console.staff.managers import audit, ratings

HANDLERS = (ratings.rating_figures, audit.audit_log, audit.export_audit)
