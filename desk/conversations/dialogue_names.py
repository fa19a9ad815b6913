"""Under which name the dialogue knows a conversation: another one after every TURNS turns.

The dialogue reads all that was said under a name again at each message, and grows slower with it. What it keeps there
for later is an open form and nothing else; so while one is open the name stays.
"""

from __future__ import annotations

from desk.conversations.model import Conversation

#: So many turns go under one name.
TURNS = 20
#: Stands in no identifier of the desk's.
_MARK = "."


def take_turn(conversation: Conversation) -> str:
    """The name for the next turn, which is counted; within an open form that under which it was opened."""
    if conversation.awaiting != "form":
        conversation.dialogue_turns += 1
    return _name(conversation, conversation.dialogue_turns)


def names_of(conversation: Conversation) -> list[str]:
    """All names that a conversation has had."""
    firsts = range(1, max(1, conversation.dialogue_turns) + 1, TURNS)
    return [_name(conversation, first) for first in firsts]


def conversation_of(name: str) -> str:
    """The id of the conversation that has this name."""
    return name.partition(_MARK)[0]


def _name(conversation: Conversation, turn: int) -> str:
    part = max(0, turn - 1) // TURNS
    return f"{conversation.id}{_MARK}{part}" if part else conversation.id
