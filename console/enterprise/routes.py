"""What enterprises reach: the chat, the pages of their cases, their files."""

from __future__ import annotations

from console.enterprise import case_page, chat_api, chat_page, my_cases
from console.web import files

HANDLERS = (
    chat_page.front_door,
    chat_page.chat_page,
    chat_page.post_to_chat,
    chat_api.post_message,
    chat_api.get_messages,
    chat_api.post_files,
    files.file_of_chat,
    files.file_of_private_case,
    case_page.case_page,
    case_page.add_to_case,
    case_page.rate_case,
    my_cases.my_cases,
)
