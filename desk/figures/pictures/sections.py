"""The plots in each section of the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from desk.figures.pictures.cases import CasePictures
from desk.figures.pictures.enquiries import EnquiryPictures
from desk.plots.drawing import Kind, Plot


class Pictures(EnquiryPictures, CasePictures):
    """Every plot of a dashboard in a language."""

    def of(self, section: str) -> list[Plot]:
        """The plots of a section, none of those for which there is nothing to draw; raises KeyError."""
        drawn = (draw(self) for draw in PICTURES[section])
        return [Plot.of(kind) for kind in drawn if kind is not None]


PICTURES: Mapping[str, Sequence[Callable[[Pictures], Kind | None]]] = {
    "volume": (Pictures.volume, Pictures.channels),
    "outcomes": (Pictures.outcomes, Pictures.answered),
    "ratings": (Pictures.distribution, Pictures.means),
    "timeliness": (Pictures.on_time, Pictures.hours),
    "gaps": (Pictures.gaps,),
    "topics": (Pictures.topics, Pictures.entries),
}
