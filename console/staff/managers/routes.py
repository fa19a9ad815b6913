"""The pages of those who look at figures."""

from __future__ import annotations

from console.staff.managers import (
    audit,
    figures,
    questionnaire_edit,
    questionnaire_results,
    questionnaire_sample,
    questionnaires,
)

HANDLERS = (
    figures.figures,
    figures.figures_as_csv,
    figures.figures_as_xlsx,
    figures.rating_figures,
    questionnaires.questionnaire_list,
    questionnaires.questionnaire_page,
    questionnaires.open_questionnaire,
    questionnaires.close_questionnaire,
    questionnaires.discard_questionnaire,
    questionnaire_edit.new_page,
    questionnaire_edit.make,
    questionnaire_edit.edit_page,
    questionnaire_edit.edit,
    questionnaire_sample.sample_page,
    questionnaire_sample.choose_sample,
    questionnaire_results.results_page,
    questionnaire_results.results_as_csv,
    questionnaire_results.results_as_xlsx,
    questionnaire_results.texts_page,
    questionnaire_results.release_text,
    questionnaire_results.publish_page,
    questionnaire_results.publish,
    audit.audit_log,
    audit.export_audit,
)
