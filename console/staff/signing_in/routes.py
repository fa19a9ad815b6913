"""Signing in and out, and an officer's own account."""

from __future__ import annotations

from console.staff.signing_in import again, authority, code, first_password, me, my_sessions, second_factor, sign_in

HANDLERS = (
    sign_in.first_page,
    sign_in.sign_in_page,
    sign_in.enter,
    sign_in.leave,
    again.again_page,
    again.prove_again,
    code.code_page,
    code.give_code,
    authority.go_out,
    authority.come_back,
    authority.leave_authority,
    first_password.first_password_page,
    first_password.choose_first_password,
    me.my_page,
    me.make_link_code,
    me.unlink,
    me.set_duty,
    me.change_password,
    my_sessions.end_session,
    my_sessions.end_other_sessions,
    second_factor.set_up_page,
    second_factor.begin,
    second_factor.qr_code,
    second_factor.confirm,
    second_factor.make_recovery_codes,
    second_factor.switch_off_page,
    second_factor.switch_off,
)
