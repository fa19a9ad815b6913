"""The pages of the service index of units."""

from __future__ import annotations

from console.staff.service_index import acts, pages, published

HANDLERS = (
    pages.service_index,
    pages.service_index_as_csv,
    pages.service_index_as_xlsx,
    pages.service_index_of_unit,
    pages.unit_as_csv,
    pages.unit_as_xlsx,
    acts.deduct,
    acts.take_back,
    acts.object_to,
    acts.answer,
    published.publish_page,
    published.publish,
    published.published_list,
    published.published_one,
)
