"""Signing in and out, and an officer's own account."""

from __future__ import annotations

from console.staff.signing_in import me, sign_in

HANDLERS = (
    sign_in.first_page,
    sign_in.sign_in_page,
    sign_in.sign_in,
    sign_in.sign_out,
    me.my_page,
    me.make_link_code,
    me.unlink,
    me.change_password,
)
