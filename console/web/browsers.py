"""The browser that begins a session, in a few words, so that officers and persons know their own sessions again."""

from __future__ import annotations

from console.web.site import HttpRequest

#: The first that is found in what a browser says of itself; most also say that they are another one.
_BROWSERS = (
    ("coc_coc_browser", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(request: HttpRequest, between: str = ", ") -> str:
    """Such as ``Firefox, Windows``; empty for what is not known. Nothing else of what it says is kept."""
    said = request.headers.get("user-agent", "")
    found = [next((name for mark, name in names if mark in said), "") for names in (_BROWSERS, _SYSTEMS)]
    return between.join(name for name in found if name)
