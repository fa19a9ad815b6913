"""Actions that are done at once: what is left is what a reply costs in Rasa alone.

`python -m evaluation.speed.replies.instant_actions PORT`.
"""

from __future__ import annotations

import sys

from aiohttp import web

#: One utterance, in the words of Rasa's protocol.
DONE = {"events": [], "responses": [{"text": "Tờ khai được nộp trong thời hạn 30 ngày kể từ ngày hàng đến cửa khẩu."}]}


async def _webhook(request: web.Request) -> web.Response:
    await request.read()
    return web.json_response(DONE)


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def create_app() -> web.Application:
    """The app with POST /webhook, which Rasa calls, and GET /status."""
    app = web.Application(client_max_size=64 * 2**20)
    app.add_routes([web.post("/webhook", _webhook), web.get("/status", _health)])
    return app


def main() -> None:
    web.run_app(create_app(), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
