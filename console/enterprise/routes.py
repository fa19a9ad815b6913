"""What enterprises reach: the chat, the pages of their cases, their files, and how a person signs in."""

from __future__ import annotations

from console.enterprise import account, account_email, case_page, chat_api, chat_page, my_cases, receipts, signing_in
from console.web import files

HANDLERS = (
    chat_page.front_door,
    chat_page.chat_page,
    chat_page.post_to_chat,
    chat_page.new_messages,
    chat_api.post_message,
    chat_api.get_messages,
    chat_api.post_files,
    files.file_of_chat,
    files.file_of_private_case,
    case_page.case_page,
    case_page.add_to_case,
    case_page.rate_case,
    case_page.renew_link,
    my_cases.my_cases,
    receipts.receipt_form,
    receipts.receipt_page,
    signing_in.sign_in_page,
    signing_in.ask_for_code,
    signing_in.code_page,
    signing_in.give_code,
    signing_in.link_page,
    signing_in.open_link,
    signing_in.join_page,
    signing_in.join,
    signing_in.sign_out,
    account.account_page,
    account.choose_language,
    account.choose_news,
    account.choose_enterprise,
    account.end_page,
    account.end_membership,
    account.end_sign_in,
    account_email.email_page,
    account_email.ask_for_code_to_keep,
    account_email.email_code_page,
    account_email.keep_email,
)
