"""The pages on which draft rules are put before everybody."""

from __future__ import annotations

from console.staff.consultations import comments, edit, pages

HANDLERS = (
    pages.consultation_list,
    pages.consultation_page,
    pages.open_consultation,
    pages.close_consultation,
    pages.discard_consultation,
    edit.new_page,
    edit.make,
    edit.edit_page,
    edit.edit,
    comments.comments_page,
    comments.set_aside,
    comments.answer_group,
    comments.comments_as_csv,
    comments.comments_as_xlsx,
)
