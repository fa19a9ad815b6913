"""What every answer tells a browser: load nothing from elsewhere, be framed by nobody, keep nothing, tell nobody."""

from __future__ import annotations

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from console.web.site import Site

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": (
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
#: For a year a browser that came by https comes by nothing else.
OVER_TLS = {"strict-transport-security": "max-age=31536000; includeSubDomains"}


async def add_headers(message: Message, scope: Scope) -> None:
    """Before an answer is sent; what it says for itself stays: a file is kept apart more strictly than a page."""
    if message["type"] != "http.response.start":
        return
    site: Site = scope["litestar_app"].state.site
    headers = MutableScopeHeaders.from_message(message)
    for name, value in (HEADERS | (OVER_TLS if site.secure else {})).items():
        if name not in headers:
            headers[name] = value
