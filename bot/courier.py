"""Carrying the desk's messages to Telegram: each part is sent once, and what became of it is written down."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.file_sending import FileGone, FileWaits, send_file
from bot.hands import Hands
from bot.inbox import CHANNEL
from bot.markup import check_html, without_tags
from bot.pace import Pace, rest
from bot.patience import until_done, where
from bot.refusal import Fate, Refusal, kind_of, understand
from bot.rendering import ButtonShown, keyboard, render
from bot.slowing import Slowing
from bot.threads import in_thread
from desk.attachments import service as attachments
from desk.conversations import service as conversations
from desk.conversations.model import Message
from desk.deliveries import claiming, in_hand
from desk.deliveries import service as deliveries
from desk.deliveries.in_hand import Hand, Noted
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.observing import about
from desk.speech import Block

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Most of them wait for their chat's pace, so there are more hands than messages a second need.
CHATS_AT_ONCE = 16
#: Seconds between two looks for deliveries that other processes made.
LOOK_EVERY = 0.25
SETTLE_EVERY = 2.0
#: Until a file that was not looked through yet is tried again; what its chat is told after it waits with it.
FILE_WAITS = dt.timedelta(seconds=20)
#: Seconds of which the sends to a chat still count for its pace.
LATELY = 15.0


@dataclass(frozen=True)
class Parcel:
    """A claimed delivery with all that is needed to send it, so that no transaction is open meanwhile.

    The parts of its text go first, the last of them with the buttons; then each of its files, named by its id. The
    first piece waits so many ``seconds`` for its moment; where it need not wait it ``is_begun`` already.
    """

    hand: Hand
    address: str
    parts: tuple[str, ...]
    files: tuple[str, ...]
    parts_sent: int
    buttons: InlineKeyboardMarkup | None
    seconds: float = 0.0
    is_begun: bool = False

    @property
    def delivery_id(self) -> int:
        return self.hand.delivery_id

    @property
    def pieces(self) -> int:
        return len(self.parts) + len(self.files)


class Courier:
    """Sends to several chats at once; within a chat the store hands out one message after the other."""

    def __init__(self, desk: Desk, bot: Bot, pace: Pace | None = None, slowing: Slowing | None = None) -> None:
        self._desk = desk
        self._bot = bot
        self._pace = pace or Pace()
        self._slowing = slowing or Slowing()
        self._stopping = asyncio.Event()
        self.hands = Hands(
            *("courier", desk.store, self._is_due, self._claim, self.carry),
            at_once=CHATS_AT_ONCE,
            look_every=LOOK_EVERY,
        )

    def stop(self) -> None:
        """Take nothing more, and give back what waits for its moment; what is being sent is finished."""
        self._stopping.set()
        self.hands.stop()

    async def settle_lost(self) -> None:
        """Again and again, until cancelled: what couriers dropped goes to another, or becomes uncertain."""
        while True:
            try:
                await in_thread(self._settle)
            except SQLAlchemyError as error:
                log.error("lost deliveries could not be settled: %s", where(error))
            await asyncio.sleep(SETTLE_EVERY)

    async def carry(self, parcel: Parcel) -> None:
        """Send what is left of a claimed delivery and note its fate."""
        with about(delivery=parcel.delivery_id):
            await self._carry(parcel)

    async def _carry(self, parcel: Parcel) -> None:
        if not parcel.pieces:
            await self._note(parcel, Refusal(Fate.NEVER, "the message has no text"))
            return
        for number in range(parcel.parts_sent, parcel.pieces):
            is_first = number == parcel.parts_sent
            seconds = parcel.seconds if is_first else self._pace.reserve(parcel.address)
            if not await rest(seconds, until=self._stopping):
                await self._drop(parcel.hand)
                return
            if pause := self._slowing.pause():
                # What waits in a courier's hands for too long is taken for lost: it goes back into the store.
                told = "Telegram takes nothing for a while"
                await self._note(parcel, Refusal(Fate.LATER, told, retry_after=dt.timedelta(seconds=pause)))
                return
            if not (is_first and parcel.is_begun) and not await self._may_send(parcel.hand):
                return
            try:
                external_id = await self._send_piece(parcel, number)
            except FileGone:
                await self._note(parcel, Refusal(Fate.NEVER, "the file is no longer kept"))
                return
            except FileWaits:
                told = "the file waits for the scanner"
                await self._note(parcel, Refusal(Fate.LATER, told, retry_after=FILE_WAITS))
                return
            except Exception as error:  # noqa: BLE001 - one that is not understood counts as perhaps sent
                refusal = understand(error)
                self._slowing.refused(parcel.address, refusal)
                self._desk.observer.channel_failed(CHANNEL, kind_of(error))
                # What Telegram says of it may repeat words of the message; it is kept with the delivery.
                log.warning("delivery %d: %s, %s", parcel.delivery_id, type(error).__name__, refusal.fate.name.lower())
                await self._note(parcel, refusal)
                return
            self._slowing.sent()
            is_last = number == parcel.pieces - 1
            noted = await self._surely(partial(self._sent, parcel.hand, external_id, is_last))
            if noted is Noted.OVERTAKEN:
                log.warning("delivery %d was taken over by another while it was sent", parcel.delivery_id)
                return

    async def _send_piece(self, parcel: Parcel, number: int) -> str:
        """Send one part of the text or one file; returns Telegram's id of it."""
        if number < len(parcel.parts):
            return await self._send(parcel, parcel.parts[number], with_buttons=number == len(parcel.parts) - 1)
        return await send_file(self._desk, self._bot, parcel.address, parcel.files[number - len(parcel.parts)])

    async def _send(self, parcel: Parcel, part: str, *, with_buttons: bool) -> str:
        """Send one part; returns Telegram's id of it. HTML that Telegram does not take goes out as plain text, once."""
        fault = check_html(part)
        if fault is None:
            try:
                return await self._post(parcel, part, ParseMode.HTML, with_buttons)
            except BadRequest as error:
                if "can't parse entities" not in error.message.lower():
                    raise
                fault = "Telegram cannot parse it"
        log.error("delivery %d goes out as plain text: %s", parcel.delivery_id, fault)
        return await self._post(parcel, without_tags(part), None, with_buttons)

    async def _post(self, parcel: Parcel, text: str, parse_mode: str | None, with_buttons: bool) -> str:
        message = await self._bot.send_message(
            parcel.address,
            text,
            parse_mode=parse_mode,
            reply_markup=parcel.buttons if with_buttons else None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return str(message.message_id)

    def _is_due(self, session: Session) -> bool:
        return not self._slowing.pause() and claiming.any_due(session, CHANNEL, self._desk.now())

    def _claim(self, session: Session) -> Parcel | None:
        if self._slowing.pause():
            return None
        now = self._desk.now()
        delivery = claiming.claim_next(session, CHANNEL, now, self._desk.worker)
        if delivery is None:
            return None
        parcel = _packed(session, delivery)
        if not parcel.pieces:
            return parcel
        lately = in_hand.sent_lately(session, delivery, now, LATELY) if self._pace.is_shared else ()
        seconds = self._pace.reserve(parcel.address, lately)
        # What goes out at once is begun with its claim: a transaction less in which nobody else can write.
        is_begun = seconds <= 0 and in_hand.begin_piece(session, parcel.hand, now)
        return replace(parcel, seconds=seconds, is_begun=is_begun)

    def _begin(self, hand: Hand) -> bool:
        with self._desk.store.writing() as session:
            return in_hand.begin_piece(session, hand, self._desk.now())

    def _sent(self, hand: Hand, external_id: str, is_last: bool) -> Noted:
        with self._desk.store.writing() as session:
            return in_hand.piece_sent(session, hand, external_id, self._desk.now(), is_last=is_last)

    def _dropped(self, hand: Hand) -> None:
        with self._desk.store.writing() as session:
            in_hand.drop(session, hand, self._desk.now())

    async def _note(self, parcel: Parcel, refusal: Refusal) -> None:
        await self._surely(partial(self._refused, parcel.hand, refusal))

    async def _may_send(self, hand: Hand) -> bool:
        """Note that a piece is about to be sent; False where it must not be. Without a store nothing is sent."""
        try:
            if await in_thread(self._begin, hand):
                return True
        except SQLAlchemyError as error:
            log.error("delivery %d waits for the store: %s", hand.delivery_id, where(error))
            await self._drop(hand)
            return False
        log.warning("delivery %d is in other hands; nothing more of it is sent", hand.delivery_id)
        return False

    async def _drop(self, hand: Hand) -> None:
        await self._surely(partial(self._dropped, hand))

    async def _surely(self, note: Callable[[], T]) -> T:
        """Write down what became of a delivery, however long the store is away: nobody else knows it."""
        noted: list[T] = []

        async def write() -> None:
            noted.append(await in_thread(note))

        await until_done("noting what became of a send", write, SQLAlchemyError)
        return noted[0]

    def _refused(self, hand: Hand, refusal: Refusal) -> None:
        now, delivery_id = self._desk.now(), hand.delivery_id
        with self._desk.store.writing() as session:

            def note() -> None:
                if refusal.fate == Fate.LATER:
                    deliveries.failed_for_now(session, delivery_id, refusal.reason, now, refusal.retry_after)
                elif refusal.fate == Fate.PERHAPS_SENT:
                    deliveries.cut_off(session, delivery_id, refusal.reason)
                else:
                    deliveries.failed_for_good(session, delivery_id, refusal.reason)

            in_hand.refused(session, hand, note)
            if refusal.chat_is_closed:
                session.get_one(Delivery, delivery_id).chat.blocked_at = now

    def _settle(self) -> None:
        with self._desk.store.reading() as session:
            lost = in_hand.any_lost(session, CHANNEL, self._desk.now())
        if lost:
            with self._desk.store.writing() as session:
                in_hand.settle_lost(session, CHANNEL, self._desk.now())


def _packed(session: Session, delivery: Delivery) -> Parcel:
    message = delivery.message
    buttons = [ButtonShown(b.id, b.act, b.title) for b in conversations.buttons_of(session, message)]
    return Parcel(
        hand=Hand.of(delivery),
        address=delivery.chat.address,
        parts=tuple(render(_blocks_of(message))),
        files=tuple(file.id for file in attachments.of_message(session, message)),
        parts_sent=delivery.parts_sent,
        buttons=keyboard(buttons),
    )


def _blocks_of(message: Message) -> list[Block]:
    if message.content is None:
        return [Block("paragraph", message.text)]
    return [Block(**{**block, "items": tuple(block["items"])}) for block in message.content["blocks"]]
