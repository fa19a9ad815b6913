"""How fast news goes out."""

#: News put on its way in one second, as shipped. Telegram takes about thirty messages a second; the rest is for
#: answers.
RATE = 20
