"""Working on stored updates: let the desk act, show that something happens where it takes a while, call the courier."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass

from sqlalchemy.orm import Session
from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.file_fetching import FileFetcher
from bot.hands import Hands
from bot.inbox import CHANNEL
from bot.patience import where
from bot.reading import Identity, read
from bot.threads import in_thread
from bot.turns import Turns
from desk.conversations import claimed, exchange, inbox
from desk.conversations.claimed import Claim
from desk.conversations.incoming import Incoming, Kind
from desk.desk import Desk
from desk.observing import about

log = logging.getLogger(__name__)

CHATS_AT_ONCE = 8
#: Seconds between two looks at the inbox when nobody said that something came in.
LOOK_EVERY = 1.0
#: Seconds after which the person is shown "typing". Telegram recommends it for what takes noticeably long only, and a
#: reply that is there before need not wait until it is shown.
SHOWN_AFTER = 0.3
#: Seconds for which a reply waits for "typing" and the answer to a tap to be out, and no longer.
SHOWN_WITHIN = 1.0
#: Telegram shows "typing" for five seconds.
SHOWN_AGAIN = 4.0


@dataclass(frozen=True)
class Stored:
    """A claimed row of the inbox; ``claim`` is by whom, as a proof for as long as nobody else has taken it over."""

    id: int
    body: str
    is_last_attempt: bool = False
    claim: Claim | None = None


class Worker:
    """Takes updates of several chats at once; those of one chat come one after the other from the inbox."""

    def __init__(self, desk: Desk, bot: Bot, *, replied: Callable[[], None], turns: Turns | None = None) -> None:
        """``replied`` is called when the desk may have put replies on their way. The bot is initialised."""
        self._desk = desk
        self._bot = bot
        self._identity = Identity(bot.id, bot.username)
        self._files = FileFetcher(desk, bot)
        self._replied = replied
        self._turns = turns or Turns()
        self._signs: set[asyncio.Task[None]] = set()
        self.hands = Hands(
            *("worker", desk.store, self._is_due, self._claim, self.work_on),
            at_once=CHATS_AT_ONCE,
            look_every=LOOK_EVERY,
        )

    async def work_on(self, stored: Stored) -> None:
        """Bring one claimed update to its end, or leave it for another attempt."""
        with about(update=stored.id):
            await self._work_on(stored)

    async def _work_on(self, stored: Stored) -> None:
        understood = read(stored.body, self._identity)
        if understood.incoming is None:
            await in_thread(self._finish_quietly, stored, understood.quiet)
            return
        async with self._shown(understood.incoming, understood.callback):
            try:
                incoming = await self._files.fetch(
                    stored.id, understood.incoming, is_last_attempt=stored.is_last_attempt
                )
                await in_thread(exchange.exchange, self._desk, stored.id, incoming, stored.claim)
            except claimed.Overtaken:
                log.info("update %d was taken over by another", stored.id)
            except Exception as error:  # noqa: BLE001 - whatever it was, the update gets its other attempts
                log.error("update %d failed: %s", stored.id, where(error))
                await self._give_up(stored, understood.incoming, type(error).__name__)
        self._replied()

    async def _give_up(self, stored: Stored, incoming: Incoming, error: str) -> None:
        try:
            await in_thread(exchange.give_up, self._desk, stored.id, incoming, error, stored.claim)
        except Exception as second:  # noqa: BLE001 - when the person cannot even be told, the update is still counted
            log.error("the person of update %d could not be told: %s", stored.id, where(second))
            await in_thread(exchange.give_up, self._desk, stored.id, None, error, stored.claim)

    def _is_due(self, session: Session) -> bool:
        return inbox.any_due(session, CHANNEL, self._desk.now())

    def _claim(self, session: Session) -> Stored | None:
        others = self._turns.waiting()
        row = inbox.claim_next(session, CHANNEL, self._desk.now(), self._desk.worker, but=others)
        if row is None:
            return None
        if not self._desk.floods.is_officer(CHANNEL, row.chat_address):
            self._turns.taken(row.chat_address)
        return Stored(row.id, row.body, row.attempts >= claimed.ATTEMPTS, Claim.of(row))

    def _finish_quietly(self, stored: Stored, reason: str) -> None:
        with contextlib.suppress(claimed.Overtaken), self._desk.store.writing() as session:
            claimed.finish(session, stored.id, reason, self._desk.now())

    @contextlib.asynccontextmanager
    async def _shown(self, incoming: Incoming, callback: str | None) -> AsyncIterator[None]:
        """The button that was tapped stops turning at once, and while the work lasts long the person sees "typing".

        Both are asked for beside the work, which waits for neither; what is said waits for them a moment, for "typing"
        after a reply would look as if more were to come.
        """
        noticed = incoming.kind not in (Kind.BLOCKED, Kind.UNBLOCKED)
        signs = [self._in_background(self._answer(callback))] if callback is not None else []
        typing = self._in_background(self._keep_typing(incoming.chat, signs)) if noticed else None
        try:
            yield
        finally:
            if typing is not None:
                typing.cancel()
            if showing := [sign for sign in signs if not sign.done()]:
                await asyncio.wait(showing, timeout=SHOWN_WITHIN)

    async def _keep_typing(self, chat: str, signs: list[asyncio.Task[None]]) -> None:
        """Until cancelled; ``signs`` get each that is asked for."""
        await asyncio.sleep(SHOWN_AFTER)
        while True:
            signs.append(self._in_background(self._type(chat)))
            await asyncio.sleep(SHOWN_AGAIN)

    async def _type(self, chat: str) -> None:
        try:
            await self._bot.send_chat_action(chat, ChatAction.TYPING)
        except TelegramError as error:
            log.info("typing could not be shown: %s", type(error).__name__)

    async def _answer(self, callback: str) -> None:
        try:
            await self._bot.answer_callback_query(callback)
        except TelegramError as error:  # too old after a quarter of an hour; what the button does counts all the same
            log.info("a tap could not be answered: %s", type(error).__name__)

    def _in_background(self, sign: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(sign)
        self._signs.add(task)
        task.add_done_callback(self._signs.discard)
        return task
