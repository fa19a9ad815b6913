"""What every process shows of itself: /health, /ready and /metrics on a port of its own.

A main() says `with watched(settings, "bot") as watch:`, beats while its loop turns, and names what it needs.
"""

from bootstrap.watch.metrics import Metrics
from bootstrap.watch.serving import watched
from bootstrap.watch.watch import ALIVE_FOR, Watch

__all__ = ["ALIVE_FOR", "Metrics", "Watch", "watched"]
