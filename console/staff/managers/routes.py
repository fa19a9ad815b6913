"""The pages of those who look at figures."""

from __future__ import annotations

from console.staff.managers import audit, figures, reports

HANDLERS = (
    figures.figures,
    figures.figures_as_csv,
    figures.figures_as_xlsx,
    figures.rating_figures,
    reports.reports,
    reports.report_as_pdf,
    reports.publish_page,
    reports.publish,
    audit.audit_log,
    audit.export_audit,
)
