"""The limit: a plain script that embeds a question, looks for the nearest passage and returns the entry's answer.

`python -m evaluation.speed.replies.script PORT`. No channel, no dialogue, no store.
"""

from __future__ import annotations

import sys

from aiohttp import web

from bootstrap.settings import read_settings
from desk.guidance.record import GuidanceRecord
from evaluation.peers.meaning_alone import MeaningAlone
from evaluation.retrieval.setting import embedder, shipped_records
from knowledge.engine.model.vector_cache import VectorCache


def create_app(search: MeaningAlone, records: list[GuidanceRecord]) -> web.Application:
    """The app with POST /ask, which takes ``{"text": …}`` and gives ``[{"text": …}]``, and GET /status."""
    answers = {record.id: record.answer["vi"] for record in records}

    async def ask(request: web.Request) -> web.Response:
        asked = await request.json()
        nearest = search.search(asked["text"], "vi", 1)
        return web.json_response([{"text": answers[nearest.ids[0]]}])

    async def status(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application()
    app.add_routes([web.post("/ask", ask), web.get("/status", status)])
    return app


def main() -> None:
    settings = read_settings()
    model, records = embedder(settings), shipped_records(settings)
    # Where the peers keep them, too: the texts are not those that the desk's own index has.
    vectors = VectorCache(settings.var_dir / "peers" / "faiss", model)
    search = MeaningAlone(model.queries, vectors.vectors)
    search.prepare(records)
    search.search("xin chào", "vi", 1)
    app = create_app(search, records)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
