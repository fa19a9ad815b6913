"""The pages of those who keep the guidance."""

from __future__ import annotations

from console.staff.curators import draft_edit, drafts, guidance, recall, shipped_changes, trying

HANDLERS = (
    trying.try_a_question,
    guidance.guidance_list,
    guidance.entry_page,
    guidance.confirm,
    guidance.edit,
    guidance.retire,
    guidance.version_differences,
    drafts.draft_list,
    drafts.new,
    drafts.draft_page,
    drafts.approve,
    drafts.return_draft,
    drafts.discard,
    drafts.take_over,
    drafts.take_back,
    drafts.submit,
    draft_edit.edit_page,
    draft_edit.edit,
    draft_edit.update_page,
    draft_edit.update,
    shipped_changes.shipped_list,
    shipped_changes.shipped_page,
    shipped_changes.take,
    shipped_changes.keep,
    shipped_changes.close,
    recall.recall_list,
    recall.plan_page,
    recall.plan,
    recall.recall_page,
    recall.reword,
    recall.start,
    recall.pause,
    recall.resume,
    recall.stop,
)
