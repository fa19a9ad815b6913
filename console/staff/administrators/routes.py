"""The pages of those who run the desk."""

from __future__ import annotations

from console.staff.administrators import settings, system

HANDLERS = (
    settings.setting_list,
    settings.setting_page,
    settings.change_setting,
    settings.reset_setting,
    system.system_page,
    system.send_message_again,
)
