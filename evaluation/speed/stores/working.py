"""One replica of the bot's hands: takes what waits in the store, and says of every message when it went out.

`python -m evaluation.speed.stores.working URL NAME` prints `ready`, waits for a line, then prints for each message when
it went out and whether it is the answer, until its input ends.
"""

from __future__ import annotations

import asyncio
import sys
import time

from evaluation.speed.stores.scene import ENTRY, Telegram, scene

#: Minutes after the moment at which the updates were stored.
LATER = 60.0


async def _work(url: str, name: str) -> None:
    with scene(url, name, minutes_later=LATER) as place:
        worker, courier = place.hands(Telegram(lambda text: print(time.time(), int(ENTRY in text), flush=True)))
        print("ready", flush=True)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, sys.stdin.readline)
        running = [asyncio.create_task(each.hands.run()) for each in (worker, courier)]
        await loop.run_in_executor(None, sys.stdin.read)
        worker.hands.stop()
        courier.stop()
        await asyncio.gather(*running)
        await worker.hands.finish()
        await courier.hands.finish()


def main() -> int:
    asyncio.run(_work(*sys.argv[1:]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
