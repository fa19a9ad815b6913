"""The pieces of a Markdown file, without its markup."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

from desk.imports.documents.piece import Piece
from desk.imports.faults import Where
from desk.imports.files import Budget, File

_BROKEN_LINES = {"softbreak": " ", "hardbreak": "\n"}


def read(file: File, budget: Budget) -> list[Piece]:
    """The headings, paragraphs, items and rows in their order; raises FileRefused for what is no text in UTF-8."""
    pieces: list[Piece] = []
    cells: list[str] = []
    level, depth, in_row, where = 0, 0, False, Where("line", 1)
    for token in MarkdownIt("commonmark").enable("table").parse(file.text()):
        budget.spend()
        where = Where("line", token.map[0] + 1) if token.map else where
        match token.type:
            case "heading_open":
                level = int(token.tag[1])
            case "list_item_open" | "list_item_close":
                depth += token.nesting
            case "tr_open":
                cells, in_row = [], True
            case "tr_close":
                pieces.append(Piece(where, " | ".join(cells)))
                in_row = False
            case "inline" if in_row:
                cells.append(_words(token))
            case "inline":
                pieces.append(Piece(where, _words(token), level, is_item=depth > 0, stands_out=bool(level)))
                level = 0
            case "fence" | "code_block":
                pieces.append(Piece(where, token.content.strip()))
    return [piece for piece in pieces if piece.text]


def _words(token: Token) -> str:
    """The text of a paragraph; an address that stands behind other words follows them."""
    words, address = "", ""
    for part in token.children or ():
        words += _BROKEN_LINES.get(part.type, part.content)
        if part.type == "link_open":
            address = str(part.attrGet("href") or "")
        elif part.type == "link_close" and not words.endswith(address):
            words += f" ({address})"
    return words.strip()
