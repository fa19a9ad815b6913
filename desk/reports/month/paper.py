"""A report as a PDF: A4, with the pages' own plots, an outline, its language, and letters that are all of Vietnamese.

The letters are Be Vietnam Pro, whose licence allows to embed them; only those that occur are. Whoever makes the same
report twice gets the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from importlib import resources
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from desk.cases.words import moment
from desk.figures.gaps import Example
from desk.plots.drawing import Kind as Plot
from desk.plots.printed import GRID, INK, QUIET, SERIES, printed, size_of
from desk.reports.month.document import Document, Section
from desk.tables.shown import in_words
from desk.tables.table import Kind, Table
from desk.texts import Texts
from desk.working_time.hours import local

LETTERS = "be vietnam pro"
_FONTS = {"": "Regular", "B": "SemiBold", "I": "Italic"}
_MARGIN = 20.0
_COLUMN = 170.0
#: Millimetres of paper to a unit of a drawing: its letters are then some 8.5 points.
_PLOT_SCALE = 0.235
_LINE = 5.4
_GROUND = "#e8f0f7"
#: Stands for the number of pages, which is known at the end: letters of a range that nobody writes with.
_PAGES = "\U0010fffd\U0010fffc"
#: Letters of one cell, far more than the longest title of an entry or name of a unit.
_CELL = 400


def pdf_of(document: Document, texts: Texts) -> bytes:
    """The whole report."""
    paper = _Paper(document, texts)
    paper.compose()
    return bytes(paper.output())


class _Paper(FPDF):
    """Writes one report from top to bottom."""

    def __init__(self, document: Document, texts: Texts) -> None:
        super().__init__(format="A4")
        self.document, self.texts = document, texts
        for style, name in _FONTS.items():
            self.add_font(LETTERS, style, _font(name))
        self.set_margins(_MARGIN, 18, _MARGIN)
        self.set_auto_page_break(True, 20)
        self.c_margin = 0
        self.alias_nb_pages(_PAGES)
        self.set_lang({"vi": "vi-VN", "en": "en-GB"}[document.language])
        self.set_title(f"{document.title} – {document.unit}")
        self.set_author(self._say("page.name"))
        self.set_creator(self._say("page.name"))
        self.set_creation_date(local(document.made_at))

    def _say(self, name: str, /, **values: object) -> str:
        return self.texts.say(name, self.document.language, **values)

    def footer(self) -> None:
        """Which report it is, when it was counted, and the number of the page."""
        self.set_y(-14)
        self._letters(8, colour=QUIET)
        made_at = self._say("month.paper.made_at", at=moment(self.document.made_at, self.document.language))
        self.cell(_COLUMN / 2, 5, f"{self.document.title} · {made_at}")
        self.cell(_COLUMN / 2, 5, self._say("month.paper.page", page=self.page_no(), pages=_PAGES), align="R")

    def compose(self) -> None:
        """Write it all."""
        self.add_page()
        self._head()
        for section in self.document.sections:
            self._section(section)

    def _head(self) -> None:
        document = self.document
        self._paragraph(self._say("page.name"), 9, colour=QUIET)
        self._paragraph(document.title, 22, "B", line=10, colour=SERIES["c1"])
        self._paragraph(document.unit, 13, line=7)
        self._paragraph(self._say(f"month.paper.{'public' if document.is_public else 'internal'}"), 9, colour=QUIET)
        for words in document.standing:
            self._paragraph(words, 9.5)
        for words in document.differs:
            self._paragraph(words, 9.5)
        self.ln(2)

    def _section(self, section: Section) -> None:
        self._keep_together(30 + (self._height(section.plots[0]) if section.plots else 0))
        self.ln(3)
        self.set_draw_color(SERIES["c1"])
        self.set_line_width(0.4)
        self.start_section(section.title)
        self._paragraph(section.title, 14, "B", line=7, colour=SERIES["c1"])
        self.line(_MARGIN, self.get_y(), _MARGIN + _COLUMN, self.get_y())
        self.ln(2)
        for words in section.sentences:
            self._paragraph(words, 10.5)
            self.ln(0.8)
        for plot in section.plots:
            self._plot(plot)
        for quoted in section.quoted:
            self._quoted(quoted.title, quoted.examples)
        for table in section.tables:
            self._table(table)
        for words in section.notes:
            self.ln(1)
            self._paragraph(words, 8.5, line=4.4, colour=QUIET)

    def _plot(self, plot: Plot) -> None:
        svg = printed(plot, LETTERS)
        width, height = (each * _PLOT_SCALE for each in size_of(svg))
        self._keep_together(height + 14)
        self.ln(2.5)
        self._paragraph(plot.frame.title, 10.5, "B")
        self._paragraph(plot.frame.summary, 9, line=4.6, colour=QUIET)
        self.ln(1)
        self.image(
            io.BytesIO(svg.encode()),
            x=_MARGIN,
            y=self.get_y(),
            w=width,
            h=height,
            title=plot.frame.title,
            alt_text=plot.frame.summary,
        )
        self.set_y(self.get_y() + height + 1)

    def _quoted(self, title: str, examples: Sequence[Example]) -> None:
        self._keep_together(16)
        self.ln(1.5)
        self._paragraph(title, 9.5, "B", line=4.8)
        for example in examples:
            self._paragraph(f"“{example.text}”", 9.5, "I", line=4.8, indent=4)

    def _table(self, table: Table) -> None:
        columns = table.columns
        self._keep_together(30)
        self.ln(2.5)
        self._paragraph(table.title, 10.5, "B")
        self.ln(1)
        self._letters(8.5)
        first = max(2.0, 9.0 - len(columns)) if columns[0].kind is Kind.TEXT else 0.5
        rest = [1.0 if column.is_figure else 6.0 for column in columns[1:]]
        head = FontFace(emphasis="BOLD", color=INK, fill_color=_GROUND, size_pt=7 if len(columns) > 7 else 8.5)
        self.set_draw_color(GRID)
        with self.table(
            width=_COLUMN,
            col_widths=(first, *rest),
            line_height=4.4,
            padding=(1, 0.9 if len(columns) > 7 else 1.4),
            headings_style=head,
            borders_layout="HORIZONTAL_LINES",
            text_align=tuple("RIGHT" if column.is_figure else "LEFT" for column in columns),
        ) as written:
            written.row([_fitting(column.title) for column in columns])
            for row in table.rows:
                language = self.document.language
                pairs = zip(row, columns, strict=True)
                written.row([_fitting(in_words(cell, column, language)) for cell, column in pairs])

    def _paragraph(
        self, words: str, size: float, style: str = "", *, line: float = _LINE, colour: str = INK, indent: float = 0
    ) -> None:
        self._letters(size, style, colour)
        self.set_x(_MARGIN + indent)
        self.multi_cell(_COLUMN - indent, line, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _letters(self, size: float, style: str = "", colour: str = INK) -> None:
        self.set_font(LETTERS, style, size)
        self.set_text_color(colour)

    def _height(self, plot: Plot) -> float:
        return size_of(printed(plot, LETTERS))[1] * _PLOT_SCALE

    def _keep_together(self, height: float) -> None:
        """Begin a new page where so much does not fit on this one, unless it fits on none."""
        if self.get_y() + min(height, 200) > self.h - 22:
            self.add_page()


def _fitting(words: str) -> str:
    """Words for a cell: a row cannot be higher than a page."""
    return f"{words[:_CELL]}…" if len(words) > _CELL else words


def _font(name: str) -> Any:
    """The file of a style of the letters, as their package ships it."""
    return resources.files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{name}.ttf"
