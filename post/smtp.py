"""desk.ports.Post over SMTP: one connection a letter, and a clear word on whether it was sent."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Literal

from desk.ports import PostFailed, PostRefused, PostUncertain
from desk.visible import on_one_line

Security = Literal["starttls", "ssl", "none"]
#: Seconds that each step of a connection may take.
PATIENCE = 15.0
_OK = 250
_FOR_GOOD = 500


@dataclass(frozen=True)
class SmtpPost:
    """A mail server that takes letters on. ``security``: how the connection is encrypted; ``sender``: who writes.

    ``context`` replaces the system's trust in certificates.
    """

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = None

    def send(self, to: str, subject: str, text: str, *, name: str) -> None:
        if on_one_line(to) != to:  # a line end or the like would begin another header, or another command
            raise PostRefused("no address")
        letter = self._letter(to, on_one_line(subject), text, name)
        with self._connected() as server:
            _check(server.mail(parseaddr(self.sender)[1]))
            _check(server.rcpt(to))
            answer: tuple[int, bytes | str]
            try:
                answer = server.data(letter.as_bytes(policy=policy.SMTP))
            except smtplib.SMTPDataError as error:  # refused before the letter was handed over
                answer = (error.smtp_code, error.smtp_error)
            except (OSError, smtplib.SMTPException) as error:
                raise PostUncertain(_in_short(error)) from error
            _check(answer)
            with suppress(OSError, smtplib.SMTPException):
                server.quit()  # the letter is accepted, however the leave-taking goes

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A connection ready for a letter; what fails there, or before the letter itself, has sent nothing."""
        try:
            server = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise PostFailed(_in_short(error)) from error
        try:
            yield server
        except (OSError, smtplib.SMTPException) as error:
            raise PostFailed(_in_short(error)) from error
        finally:
            server.close()

    def _open(self) -> smtplib.SMTP:
        context = self.context or ssl.create_default_context()
        server: smtplib.SMTP
        if self.security == "ssl":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
        try:
            server.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _letter(self, to: str, subject: str, text: str, name: str) -> EmailMessage:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, to, subject
        letter["Date"] = formatdate(localtime=False)
        letter["Message-ID"] = f"<{name}@{parseaddr(self.sender)[1].partition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"  # so that absence notes and other machines do not answer
        letter.set_content(text)
        return letter


def _check(answer: tuple[int, bytes | str]) -> None:
    """Raise what an answer of the server amounts to, unless it is consent."""
    code, _ = answer
    if code in (_OK, 251):
        return
    if code >= _FOR_GOOD:
        raise PostRefused(f"the mail server answered {code}")
    raise PostFailed(f"the mail server answered {code}")


def _in_short(error: Exception) -> str:
    """The kind of an error, with the server's code where there is one: its words may hold addresses."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} ({code})" if code else type(error).__name__
