"""The pages of those who look at figures."""

from __future__ import annotations

from console.staff.managers import audit, figures, ratings, received, reports, reviews

HANDLERS = (
    figures.figures,
    figures.figures_as_csv,
    figures.figures_as_xlsx,
    ratings.ratings,
    ratings.ratings_as_csv,
    ratings.ratings_as_xlsx,
    reviews.review_list,
    reviews.review_page,
    reviews.look_into,
    reviews.word,
    reviews.tell,
    reviews.settle,
    reviews.raised,
    received.received_list,
    received.received_as_csv,
    received.received_as_xlsx,
    reports.reports,
    reports.report_as_pdf,
    reports.publish_page,
    reports.publish,
    audit.audit_log,
    audit.export_audit,
)
