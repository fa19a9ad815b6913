"""The knowledge process: serves searches at once, and answers that it is loading until the index stands."""

from __future__ import annotations

from bootstrap.assembly import open_store
from bootstrap.engine import open_engine
from bootstrap.inside import only_ours
from bootstrap.logs import set_up_logging
from bootstrap.secret_settings import secret_values
from bootstrap.settings import read_settings
from bootstrap.watch import watched
from bootstrap.watch.index_figures import IndexFigures
from bootstrap.watch.web import serve
from knowledge.server import create_app


def main() -> None:
    settings = read_settings()
    set_up_logging(settings.log_format, hidden=secret_values(settings))
    with watched(settings, "knowledge") as watch:
        engine = open_engine(settings, open_store(settings, watch.metrics))
        watch.ready_when("index", lambda: engine.publication_no is not None)
        watch.metrics.show(IndexFigures(lambda: engine.publication_no, engine.contents))
        serve(only_ours(create_app(engine), settings), watch, settings, settings.knowledge_port)


if __name__ == "__main__":
    main()
