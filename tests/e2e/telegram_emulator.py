"""A Telegram for tests: the Bot API emulator as a process of its own, with what it lacks, and a client for tests.

``python -m tests.e2e.telegram_emulator PORT`` serves the Bot API at http://127.0.0.1:PORT/bot<token>/.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator, updates

TOKEN = "123456:test-token"
BOT_ID = 7
BOT_NAME = "fixture_bot"
PROJECT = Path(__file__).resolve().parent.parent.parent
T = TypeVar("T")
_FIELDS = web.RequestKey("fields", dict[str, Any])

#: Fields that Telegram knows and the emulator refuses.
_UNKNOWN_TO_EMULATOR = ("link_preview_options", "protect_content", "message_thread_id")
#: Kinds of updates that Telegram delivers and the emulator does not take from a test.
_MORE_KINDS = ("edited_message", "my_chat_member")


@dataclass(frozen=True)
class Fault:
    """What Telegram does wrong: the next ``times`` calls of a method, to a chat where one is given, go like this.

    ``status`` 0 cuts the connection; ``taken`` says that the call has its effect all the same. A fault with only
    ``delay`` (seconds) makes the call slow. ``page`` is answered instead of JSON, as by a gateway; ``code`` is
    Telegram's own where it is not the status of HTTP.
    """

    method: str
    status: int = 200
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    chat: int | None = None
    times: int = 1
    delay: float = 0.0
    taken: bool = False
    page: str = ""
    code: int = 0


class Emulator(LoBotApiEmulator):  # type: ignore[misc]
    """The emulator with an outbox that keeps texts, and with faults."""

    def __init__(self) -> None:
        super().__init__(
            enable_control=True,
            allow_insecure_loopback_webhooks=True,
            max_updates=100_000,
            max_assets=10_000,
            max_bots=1_000,
        )
        self.outbox: list[dict[str, Any]] = []
        self.faults: list[dict[str, Any]] = []

    async def read_request(self, request: web.Request) -> tuple[dict[str, Any], dict[str, Any]]:
        fields, uploads = await super().read_request(request)
        request[_FIELDS] = dict(fields)
        for name, upload in uploads.items():
            digest = hashlib.sha256(upload["data"]).hexdigest()
            request[_FIELDS][name] = {"filename": upload["filename"], "sha256": digest}
        return fields, uploads

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        for name in _UNKNOWN_TO_EMULATOR:
            fields.pop(name, None)
        return super().validate(method, fields, uploads)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fault = await self._fault_of(request, method)
        if fault is None:
            return await self._answered(request, method)
        await asyncio.sleep(fault["delay"])
        if fault["taken"] or (fault["status"] == 200 and fault["delay"]):
            response = await self._answered(request, method)
            if fault["status"] == 200:
                return response
        else:
            self._note(request, await self._fields_of(request), fault["status"], None)
        if fault["status"] == 0:
            assert request.transport is not None
            request.transport.abort()
            return web.Response(status=500)
        if fault["page"]:
            return web.Response(text=fault["page"], status=fault["status"], content_type="text/html")
        code = fault["code"] or fault["status"]
        refusal = {"ok": False, "error_code": code, "description": fault["description"]}
        if fault["parameters"]:
            refusal["parameters"] = fault["parameters"]
        return web.json_response(refusal, status=fault["status"])

    async def _answered(self, request: web.Request, method: str) -> web.StreamResponse:
        response = await super().handle(request)
        answer = json.loads(response.body)
        result = answer.get("result")
        if method == "getMe":
            result["username"] = BOT_NAME
        if isinstance(result, dict) and result.get("date") == 1:
            result["date"] = int(time.time())
        if method != "getUpdates":
            self._note(request, request.get(_FIELDS) or {}, response.status, result)
        return web.json_response(answer, status=response.status)

    def _note(self, request: web.Request, fields: dict[str, Any], status: int, result: Any) -> None:
        known = {"token": request.match_info["token"], "method": request.match_info["method"]}
        self.outbox.append({**known, "fields": fields, "status": status, "result": result, "at": time.monotonic()})

    async def _fields_of(self, request: web.Request) -> dict[str, Any]:
        return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}

    async def _fault_of(self, request: web.Request, method: str) -> dict[str, Any] | None:
        for fault in self.faults:
            if fault["times"] <= 0 or fault["method"] != method:
                continue
            if fault["chat"] is not None and str(fault["chat"]) != (await self._fields_of(request)).get("chat_id"):
                continue
            fault["times"] -= 1
            return fault
        return None

    def app(self) -> web.Application:
        app: web.Application = super().app()

        async def sent(_request: web.Request) -> web.Response:
            return web.json_response(self.outbox)

        async def add_fault(request: web.Request) -> web.Response:
            self.faults.append(await request.json())
            return web.json_response({"ok": True})

        app.router.add_get("/__fixture/outbox", sent)
        app.router.add_post("/__fixture/faults", add_fault)
        return app


@dataclass(frozen=True)
class Sent:
    """A message that the bot sent and Telegram took; ``buttons`` are the data of its buttons by their titles."""

    id: int
    chat: int
    text: str
    html: bool
    buttons: dict[str, str]


@dataclass(frozen=True)
class SentFile:
    """A file that the bot sent and Telegram took; ``method`` is sendPhoto or sendDocument."""

    id: int
    chat: int
    method: str
    name: str
    sha256: str


class Telegram:
    """What people do in Telegram, and what they and the test see of the bot. Calls wait for the emulator."""

    def __init__(self, url: str, token: str = TOKEN) -> None:
        self.url = url
        self.token = token
        self._http = httpx.Client(base_url=url, timeout=10, trust_env=False)
        self._message_ids = iter(range(1_000_000, 10_000_000))

    def close(self) -> None:
        self._http.close()

    def send(self, text: str, chat: int = 1, **more: Any) -> int:
        """Somebody writes a text; returns the update's id. ``more`` are further fields of the message."""
        return self.update(message=self.message(chat, text=text, **more))

    def upload(self, data: bytes, name: str) -> str:
        """Have Telegram hold a file, as when somebody sends it; returns the file's id for an update."""
        answer = self._http.post(f"/bot{TOKEN}/sendDocument", data={"chat_id": "1"}, files={"document": (name, data)})
        answer.raise_for_status()
        return str(answer.json()["result"]["document"]["file_id"])

    def send_document(self, data: bytes, name: str, chat: int = 1, **more: Any) -> int:
        """Somebody sends a file; returns the update's id."""
        document = {"file_id": self.upload(data, name), "file_name": name, "file_size": len(data)}
        return self.update(message=self.message(chat, document=document, **more))

    def send_photo(self, data: bytes, chat: int = 1, **more: Any) -> int:
        """Somebody sends a photo, which Telegram offers in two sizes; returns the update's id."""
        sizes = [{"file_id": "the small one", "width": 90, "height": 90}]
        sizes.append({"file_id": self.upload(data, "photo"), "width": 1280, "height": 720})
        return self.update(message=self.message(chat, photo=sizes, **more))

    def command(self, name: str, argument: str = "", chat: int = 1, **more: Any) -> int:
        text = f"/{name} {argument}".strip()
        entity = {"type": "bot_command", "offset": 0, "length": len(name) + 1}
        return self.send(text, chat, entities=[entity], **more)

    def press(self, title: str, chat: int = 1) -> int:
        """Press the newest button of the chat that has this title."""
        for sent in reversed(self.sent(chat)):
            if title in sent.buttons:
                return self.press_data(sent.buttons[title], chat, sent.id)
        raise LookupError(f"no button {title!r}")

    def press_data(self, data: str, chat: int = 1, message_id: int = 1) -> int:
        message = {"message_id": message_id, "date": int(time.time()), "chat": {"id": chat, "type": "private"}}
        query = {"id": f"query-{next(self._message_ids)}", "chat_instance": "1", "data": data, "message": message}
        return self.update(callback_query={**query, "from": self.person(chat)})

    def update(self, **update: Any) -> int:
        """Any update, such as message={...}; returns its id."""
        answer = self._http.post("/__fixture/updates", json={"token": self.token, "update": update})
        answer.raise_for_status()
        return int(answer.json()["result"]["update_id"])

    def message(self, chat: int = 1, **more: Any) -> dict[str, Any]:
        """A message of the person of a private chat, without a text unless ``more`` has one."""
        place = {"id": chat, "type": "private" if chat > 0 else "group"}
        known = {"message_id": next(self._message_ids), "date": int(time.time()), "chat": place}
        return {**known, "from": self.person(abs(chat)), **more}

    def person(self, user: int) -> dict[str, Any]:
        return {"id": user, "is_bot": False, "first_name": "Lan", "last_name": f"No. {user}", "language_code": "en"}

    def fault(self, fault: Fault) -> None:
        self._http.post("/__fixture/faults", json=asdict(fault)).raise_for_status()

    def deliver(self) -> int:
        """Post to the webhook what could not be delivered before; returns how many updates were taken."""
        answer = self._http.post("/__fixture/deliver", json={"token": self.token})
        answer.raise_for_status()
        return int(answer.json()["result"]["delivered"])

    def calls(self, method: str | None = None) -> list[dict[str, Any]]:
        """Everything that this bot called but getUpdates, in order: method, fields, status, result, at."""
        answer = self._http.get("/__fixture/outbox")
        answer.raise_for_status()
        calls = [call for call in answer.json() if call["token"] == self.token]
        return [call for call in calls if method is None or call["method"] == method]

    def sent(self, chat: int | None = None) -> list[Sent]:
        """The messages that arrived, in order, in one chat where it is given."""
        arrived = [_sent(call) for call in self.calls("sendMessage") if call["status"] == 200 and call["result"]]
        return [message for message in arrived if chat is None or message.chat == chat]

    def files_sent(self, chat: int) -> list[SentFile]:
        """The files that arrived in a chat, in order."""
        taken = [call for call in self.calls() if call["method"] in ("sendPhoto", "sendDocument")]
        return [_sent_file(call) for call in taken if call["status"] == 200 and call["fields"]["chat_id"] == str(chat)]

    def wait_for(self, look: Callable[[], T], timeout: float = 10.0) -> T:
        """Look again and again until what is seen is true; returns it. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while not (seen := look()):
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.05)
        return seen


def _sent(call: dict[str, Any]) -> Sent:
    fields = call["fields"]
    rows = json.loads(fields.get("reply_markup") or "{}").get("inline_keyboard", [])
    return Sent(
        id=call["result"]["message_id"],
        chat=int(fields["chat_id"]),
        text=fields["text"],
        html=fields.get("parse_mode") == "HTML",
        buttons={button["text"]: button["callback_data"] for row in rows for button in row},
    )


def _sent_file(call: dict[str, Any]) -> SentFile:
    file = call["fields"]["photo" if call["method"] == "sendPhoto" else "document"]
    return SentFile(
        id=call["result"]["message_id"],
        chat=int(call["fields"]["chat_id"]),
        method=call["method"],
        name=file["filename"],
        sha256=file["sha256"],
    )


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_emulator() -> Iterator[Telegram]:
    """The emulator as a process of its own, for as long as the block lasts."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.e2e.telegram_emulator", str(port)], cwd=PROJECT)
    telegram = Telegram(f"http://127.0.0.1:{port}")
    try:
        telegram.wait_for(lambda: _answers(telegram))
        yield telegram
    finally:
        telegram.close()
        process.kill()
        process.wait()


def _answers(telegram: Telegram) -> bool:
    try:
        telegram.calls()
    except httpx.TransportError:
        return False
    return True


def main() -> None:
    if len(sys.argv) != 2 or not re.fullmatch(r"\d{1,5}", sys.argv[1]):
        raise SystemExit("usage: python -m tests.e2e.telegram_emulator PORT")
    updates.KINDS.update(_MORE_KINDS)
    web.run_app(Emulator().app(), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
