"""A report as one HTML file that needs nothing beside it, to be passed on or put on another site."""

from __future__ import annotations

from desk.cases.words import moment
from desk.plots.drawing import Kind, element
from desk.plots.printed import printed
from desk.reports.month.document import Document, Quoted, Section
from desk.tables.shown import in_words
from desk.tables.table import Table
from desk.texts import Texts

_STYLE = """
:root { color-scheme: light; }
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; color: #1a2733; background: #fff;
  font: 1rem/1.6 system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; }
h1, h2, h3 { line-height: 1.3; color: #14598c; } h2 { border-bottom: 2px solid #14598c; margin-top: 2.2rem; }
h3 { color: inherit; font-size: 1rem; margin: 1.4rem 0 0; }
svg { display: block; width: 100%; max-width: 40rem; height: auto; }
table { border-collapse: collapse; width: 100%; margin: 1.2rem 0; font-size: .9rem; }
caption { text-align: left; font-weight: 600; } th { background: #e8f0f7; }
th, td { padding: .3rem .5rem; border-bottom: 1px solid #d5dce2; text-align: left; }
.figure { text-align: right; } .quiet { color: #51606d; font-size: .875rem; } figure { margin: 1rem 0; }
.wide { overflow-x: auto; }
"""


def html_of(document: Document, texts: Texts) -> str:
    """The whole report as a file."""
    language = document.language
    name = texts.say("page.name", language)
    kind = texts.say(f"month.paper.{'public' if document.is_public else 'internal'}", language)
    made_at = texts.say("month.paper.made_at", language, at=moment(document.made_at, language))
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        + element("title", f"{document.title} – {document.unit}")
        + element("style", raw=_STYLE)
    )
    about = [name, kind, *document.standing, *document.differs, made_at]
    body = (
        element("h1", document.title)
        + element("p", document.unit)
        + "".join(element("p", words, class_="quiet") for words in about)
        + "".join(_section(section, document) for section in document.sections)
    )
    page = element("head", raw=head) + element("body", raw=element("main", raw=body))
    return f"<!doctype html>\n{element('html', raw=page, lang=language)}\n"


def _section(section: Section, document: Document) -> str:
    inside = (
        element("h2", section.title)
        + "".join(element("p", words) for words in section.sentences)
        + "".join(_plot(plot) for plot in section.plots)
        + "".join(_quoted(quoted) for quoted in section.quoted)
        + "".join(_table(table, document) for table in section.tables)
        + "".join(element("p", words, class_="quiet") for words in section.notes)
    )
    return element("section", raw=inside)


def _plot(plot: Kind) -> str:
    """The drawing, which says in its label what it shows."""
    said = element("h3", plot.frame.title) + element("p", plot.frame.summary, class_="quiet")
    return element("figure", raw=element("figcaption", raw=said) + printed(plot, "inherit"))


def _quoted(quoted: Quoted) -> str:
    listed = "".join(element("li", raw=element("q", each.text, lang=each.language)) for each in quoted.examples)
    return element("h3", quoted.title) + element("ul", raw=listed)


def _table(table: Table, document: Document) -> str:
    columns = table.columns
    titles = "".join(element("th", column.title, scope="col", **_class(column.is_figure)) for column in columns)
    rows = "".join(
        element(
            "tr",
            raw="".join(
                element("td", in_words(cell, column, document.language), **_class(column.is_figure))
                for cell, column in zip(row, columns, strict=True)
            ),
        )
        for row in table.rows
    )
    inside = element("caption", table.title) + element("thead", raw=element("tr", raw=titles))
    return element("div", raw=element("table", raw=inside + element("tbody", raw=rows)), class_="wide")


def _class(is_figure: bool) -> dict[str, str]:
    return {"class_": "figure"} if is_figure else {}
