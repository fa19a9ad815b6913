"""The pages on which leaders ask people by questionnaire."""

from __future__ import annotations

from console.staff.questionnaires import edit, pages, results, sample

HANDLERS = (
    pages.questionnaire_list,
    pages.questionnaire_page,
    pages.open_questionnaire,
    pages.close_questionnaire,
    pages.discard_questionnaire,
    edit.new_page,
    edit.make,
    edit.edit_page,
    edit.edit,
    sample.sample_page,
    sample.choose_sample,
    results.results_page,
    results.results_as_csv,
    results.results_as_xlsx,
    results.texts_page,
    results.release_text,
    results.publish_page,
    results.publish,
)
