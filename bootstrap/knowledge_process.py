"""The knowledge process: serves searches at once, and answers that it is loading until the index stands."""

from __future__ import annotations

from bootstrap.assembly import open_store
from bootstrap.engine import open_engine
from bootstrap.logs import set_up_logging
from bootstrap.serving import serve
from bootstrap.settings import read_settings
from knowledge.server import create_app


def main() -> None:
    set_up_logging()
    settings = read_settings()
    engine = open_engine(settings, open_store(settings))
    serve(create_app(engine), settings, settings.knowledge_port)


if __name__ == "__main__":
    main()
