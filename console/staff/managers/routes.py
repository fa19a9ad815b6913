"""The pages of those who look at figures."""

from __future__ import annotations

from console.staff.managers import audit, figures, ratings, service_index, service_index_acts, service_index_published

HANDLERS = (
    figures.figures,
    figures.figures_as_csv,
    figures.figures_as_xlsx,
    ratings.ratings,
    ratings.ratings_as_csv,
    ratings.ratings_as_xlsx,
    service_index.service_index,
    service_index.service_index_as_csv,
    service_index.service_index_as_xlsx,
    service_index.service_index_of_unit,
    service_index.unit_as_csv,
    service_index.unit_as_xlsx,
    service_index_acts.deduct,
    service_index_acts.take_back,
    service_index_acts.object_to,
    service_index_acts.answer,
    service_index_published.publish_page,
    service_index_published.publish,
    service_index_published.published_list,
    service_index_published.published_one,
    audit.audit_log,
    audit.export_audit,
)
