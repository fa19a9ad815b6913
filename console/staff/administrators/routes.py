"""The pages of those who run the desk."""

from __future__ import annotations

from console.staff.administrators import settings

HANDLERS = (
    settings.setting_list,
    settings.setting_page,
    settings.change_setting,
    settings.reset_setting,
)
