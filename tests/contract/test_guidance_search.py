"""What the desk may rely on from a guidance search: on the fake, the engine in this process, and over HTTP."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from bootstrap.engine import model_name, prepare_model
from bootstrap.settings import read_settings
from desk.guidance.record import GuidanceRecord, Language
from desk.ports import TRIED, Knowledge, LawArticle, LawHit, SearchUnavailable, Trial
from knowledge.client import KnowledgeClient
from knowledge.engine.engine import Engine
from knowledge.engine.model.embedding import Embedder
from knowledge.server import create_app
from knowledge.testing import FakeGuidanceSearch
from tests.knowledge_fixtures import Publications, WordEmbedder, record, until

KINDS = ["fake", pytest.param("engine", marks=pytest.mark.model), pytest.param("http", marks=pytest.mark.model)]


@dataclass
class Searched:
    """A search and what is published for it; ``catch_up`` returns when the search knows the last publication."""

    search: Knowledge
    published: Publications
    catch_up: Callable[[], None]

    def entries(self, text: str, language: Language = "vi", limit: int = 5, as_of: dt.date | None = None) -> list[str]:
        return [hit.entry for hit in self.search.search(text, language, limit, as_of).hits]

    def confidence(self, text: str, language: Language = "vi") -> float:
        return max((hit.confidence for hit in self.search.search(text, language).hits), default=0.0)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    settings = read_settings()
    prepare_model(settings)
    return Embedder(model_name(settings))


@pytest.fixture(scope="session")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where passages that one test embedded are kept for the next."""
    return tmp_path_factory.mktemp("index")


@pytest.fixture(params=KINDS)
def searched(request: pytest.FixtureRequest) -> Iterator[Searched]:
    published = Publications.of()
    if request.param == "fake":
        yield Searched(FakeGuidanceSearch(published.corpus), published, lambda: None)
        return
    engine = Engine(
        published.corpus,
        published.publication_no,
        request.getfixturevalue("embedder"),
        request.getfixturevalue("vectors"),
    )
    if request.param == "engine":
        engine.refresh()
        yield Searched(engine, published, lambda: engine.refresh() and None)
        return
    with served(engine) as address, closing(KnowledgeClient(address)) as client:
        until(client.healthy, seconds=60)
        yield Searched(client, published, lambda: until(lambda: engine.publication_no == published.number))


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """The knowledge service over this engine on a free port of this machine; gives its address."""
    server = uvicorn.Server(uvicorn.Config(create_app(engine), host="127.0.0.1", port=0, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def test_a_question_finds_its_entry_first(searched: Searched) -> None:
    assert searched.entries("hàng về cảng bao lâu thì phải mở tờ khai")[0] == "decl_time_import"
    assert searched.entries("xách tay được bao nhiêu cây thuốc lá")[0] == "luggage_allowance"


def test_a_question_typed_without_diacritics_finds_the_same(searched: Searched) -> None:
    assert searched.entries("hang ve cang bao lau thi phai mo to khai")[0] == "decl_time_import"
    assert searched.entries("giu chung tu may nam")[0] == "records_retention"


def test_an_english_question_finds_its_entry_first(searched: Searched) -> None:
    assert searched.entries("how many years must we keep the papers", "en")[0] == "records_retention"


def test_hits_come_best_first_with_the_published_version_and_a_probability(searched: Searched) -> None:
    result = searched.search.search("bao nhiêu ngày để khai hàng nhập", "vi")
    assert result.publication_no == searched.published.number
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(hit.version == 1 and 0 <= hit.confidence <= 1 for hit in result.hits)
    assert len({hit.entry for hit in result.hits}) == len(result.hits)


def test_no_more_hits_than_asked_for(searched: Searched) -> None:
    assert len(searched.entries("hàng hóa phải khai thế nào", limit=2)) == 2


def test_a_question_of_the_guidance_is_surer_than_one_from_elsewhere(searched: Searched) -> None:
    elsewhere = searched.confidence("hôm nay trời nắng đẹp quá, đá bóng đi")
    assert elsewhere < 0.5
    assert searched.confidence("chậm nhất khi nào phải truyền tờ khai nhập") > 1.5 * elsewhere


@pytest.mark.parametrize("text", ["", "  \n", "???", "🙂"])
def test_a_text_without_words_finds_nothing(searched: Searched, text: str) -> None:
    assert searched.entries(text) == []


def test_a_very_long_text_is_searched_by_its_beginning(searched: Searched) -> None:
    assert searched.entries("hàng về cảng bao lâu phải mở tờ khai " + "a " * 50_000)[0] == "decl_time_import"


@pytest.mark.parametrize("text", ["\x00\x1b[0m tờ\u200bkhai", "'; DROP TABLE guidance; --", "{{7*7}}", "tờ 🇻🇳 khai"])
def test_any_characters_may_be_searched(searched: Searched, text: str) -> None:
    searched.entries(text)


def test_what_is_published_is_found_and_what_is_withdrawn_is_not(searched: Searched) -> None:
    searched.published.withdraw("transit_land")
    searched.catch_up()
    assert "transit_land" not in searched.entries("xe tải Lào chạy qua Việt Nam")
    searched.published.publish(record("transit_land"))
    searched.catch_up()
    assert searched.entries("xe tải Lào chạy qua Việt Nam")[0] == "transit_land"


def test_a_new_version_takes_the_place_of_the_old(searched: Searched) -> None:
    searched.published.publish(record("records_retention"))
    searched.catch_up()
    [hit] = [
        hit for hit in searched.search.search("giữ chứng từ mấy năm", "vi").hits if hit.entry == "records_retention"
    ]
    assert hit.version == 2


CHANGE = dt.date(2026, 7, 1)
BEFORE_IT = dt.date(2026, 6, 30)


def two_versions(searched: Searched) -> None:
    """One entry for the days before the change, and another text of it from then on."""
    searched.published.withdraw("records_retention")
    searched.published.publish_for(record("records_retention"), 1, dt.date(2026, 2, 1), BEFORE_IT)
    searched.published.publish_for(record("records_retention"), 2, CHANGE)
    searched.catch_up()


def versions_of_retention(searched: Searched, as_of: dt.date | None) -> list[int]:
    hits = searched.search.search("giữ chứng từ mấy năm", "vi", as_of=as_of).hits
    return [hit.version for hit in hits if hit.entry == "records_retention"]


def test_the_version_that_is_served_on_the_asked_day_is_found_and_no_other(searched: Searched) -> None:
    two_versions(searched)
    assert versions_of_retention(searched, BEFORE_IT) == [1]
    assert versions_of_retention(searched, CHANGE) == [2]
    assert versions_of_retention(searched, dt.date(2026, 1, 31)) == []
    assert searched.entries("mang mấy chai rượu về nước", as_of=BEFORE_IT)[0] == "luggage_allowance"


def test_without_a_day_the_version_that_begins_last_is_found(searched: Searched) -> None:
    two_versions(searched)
    assert versions_of_retention(searched, None) == [2]


def test_on_a_day_on_which_all_are_served_the_day_changes_nothing(searched: Searched) -> None:
    text = "hàng về cảng bao lâu phải mở tờ khai"
    assert searched.search.search(text, "vi").hits == searched.search.search(text, "vi", as_of=CHANGE).hits


def test_another_version_of_an_entry_does_not_compete_with_it(searched: Searched) -> None:
    alone = searched.search.search("giữ chứng từ mấy năm", "vi").hits[0]
    two_versions(searched)
    beside = searched.search.search("giữ chứng từ mấy năm", "vi", as_of=CHANGE).hits[0]
    assert beside.entry == alone.entry
    assert beside.confidence == pytest.approx(alone.confidence, abs=0.15)


def test_on_a_day_before_all_guidance_nothing_is_found(searched: Searched) -> None:
    assert searched.entries("giữ chứng từ mấy năm", as_of=dt.date(1990, 1, 1)) == []


def test_with_nothing_published_nothing_is_found(searched: Searched) -> None:
    for id in list(searched.published.entries):
        searched.published.withdraw(id)
    searched.catch_up()
    assert searched.entries("hàng về cảng bao lâu phải mở tờ khai") == []


def test_searches_side_by_side_find_the_same(searched: Searched) -> None:
    found: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: found.append(searched.entries("giữ chứng từ mấy năm"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert {entries[0] for entries in found} == {"records_retention"}


DECLARANTS = LawArticle(
    "901/2026/QH99",
    "5",
    "Người khai báo hàng mẫu",
    "1. Người khai báo hàng mẫu gồm:\na) Chủ sở hữu hàng mẫu;\nb) Đại lý được chủ sở hữu ủy quyền bằng văn bản.\n"
    "2. Người khai báo hàng mẫu trả lời trung thực.",
)
STORAGE = LawArticle(
    "901/2026/QH99", "16a", "Bảo quản hàng mẫu", "Hàng mẫu dễ hỏng được bảo quản trong kho lạnh của cảng biển."
)
ABOUT_STORAGE = "hàng mẫu dễ hỏng được bảo quản trong kho lạnh nào"


def law_found(searched: Searched, text: str, limit: int = 5) -> list[LawHit]:
    """The places in the law that are found."""
    return list(searched.search.search(text, "vi", limit).law)


def test_without_any_law_no_law_is_found(searched: Searched) -> None:
    assert list(searched.search.search(ABOUT_STORAGE, "vi").law) == []


def test_a_place_in_the_law_is_found_beside_the_guidance_and_not_among_it(searched: Searched) -> None:
    searched.published.import_law(DECLARANTS, STORAGE)
    searched.catch_up()
    best = law_found(searched, ABOUT_STORAGE)[0]
    assert (best.instrument, best.article, best.clause, best.point) == ("901/2026/QH99", "16a", None, None)
    assert (best.heading, best.text) == (STORAGE.heading, STORAGE.text)
    result = searched.search.search("hàng về cảng bao lâu thì phải mở tờ khai", "vi")
    assert result.hits[0].entry == "decl_time_import"
    assert {hit.entry for hit in result.hits} <= set(searched.published.entries)


def test_places_in_the_law_come_best_first_once_an_article_in_the_words_of_the_law(searched: Searched) -> None:
    searched.published.import_law(DECLARANTS, STORAGE)
    searched.catch_up()
    found = law_found(searched, "đại lý được chủ sở hữu hàng mẫu ủy quyền bằng văn bản")
    assert (found[0].article, found[0].clause, found[0].point) == ("5", "1", "b")
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert len({(hit.instrument, hit.article) for hit in found}) == len(found)
    for hit in found:
        article = {"5": DECLARANTS, "16a": STORAGE}[hit.article]
        assert 0 <= hit.confidence <= 1
        assert all(line in f"{article.heading}\n{article.text}" for line in hit.text.splitlines())
    assert len(law_found(searched, "hàng mẫu", limit=1)) <= 1


def test_law_that_was_removed_is_not_found(searched: Searched) -> None:
    searched.published.import_law(DECLARANTS, STORAGE)
    searched.catch_up()
    searched.published.import_law(DECLARANTS)
    searched.catch_up()
    assert "16a" not in {hit.article for hit in searched.search.search(ABOUT_STORAGE, "vi").law}


OUTAGE = "hệ thống khai hải quan điện tử bị treo không truyền được tờ khai"


def test_the_likeness_of_texts_is_a_number_each_in_their_order(searched: Searched) -> None:
    found = searched.search.likeness(OUTAGE, ["xách tay mấy chai rượu", OUTAGE, "giữ chứng từ mấy năm"])
    assert len(found) == 3
    assert all(0 <= likeness <= 1 for likeness in found)
    assert max(found) == found[1]
    assert found[1] > 0.7


def test_the_same_question_without_diacritics_is_liker_than_another_with_them(searched: Searched) -> None:
    same, other = searched.search.likeness(
        OUTAGE,
        ["he thong khai hai quan dien tu bi treo khong truyen duoc to khai", "hệ thống kho lạnh của cảng mở mấy giờ"],
    )
    assert same > other


@pytest.mark.parametrize("text", ["", "  \n", "???", "🙂"])
def test_a_text_without_words_is_like_none(searched: Searched, text: str) -> None:
    assert searched.search.likeness(text, [OUTAGE, text]) == [0, 0]
    assert searched.search.likeness(OUTAGE, [text]) == [0]


def test_many_texts_and_long_ones_are_compared_by_their_beginning(searched: Searched) -> None:
    others = [f"{OUTAGE} lần {number}" for number in range(120)] + [OUTAGE + " a" * 50_000]
    assert len(searched.search.likeness(OUTAGE, others)) == 121
    assert searched.search.likeness(OUTAGE, []) == []


def test_likeness_is_told_where_nothing_is_published_too(searched: Searched) -> None:
    for id in list(searched.published.entries):
        searched.published.withdraw(id)
    searched.catch_up()
    same, other = searched.search.likeness(OUTAGE, [OUTAGE, "xách tay mấy chai rượu"])
    assert same > other


ASKED: list[tuple[str, Language]] = [("giữ chứng từ mấy năm", "vi"), ("how many bottles of whisky may I bring", "en")]


def test_a_trial_tells_what_each_question_finds_with_the_text_that_is_tried(searched: Searched) -> None:
    data = record("records_retention").as_json()
    data["questions"]["vi"] = [f"câu hỏi khác hẳn số {number}" for number in range(6)]
    candidate = GuidanceRecord.model_validate(data)
    kept, other = searched.search.trial(candidate, "records_retention", ASKED, CHANGE)
    assert (kept.before[0].entry, kept.before[0].version) == ("records_retention", 1)
    [tried] = [hit for hit in kept.after if hit.entry == "records_retention"]
    assert tried.version == TRIED
    assert tried.confidence < kept.before[0].confidence
    assert other.before[0].entry == other.after[0].entry == "luggage_allowance"


def test_a_trial_without_a_text_is_one_without_the_entry(searched: Searched) -> None:
    [gone, _] = searched.search.trial(None, "records_retention", ASKED, CHANGE)
    assert gone.before[0].entry == "records_retention"
    assert "records_retention" not in {hit.entry for hit in gone.after}


def test_a_trial_of_a_new_entry_adds_it(searched: Searched) -> None:
    searched.published.withdraw("luggage_allowance")
    searched.catch_up()
    [_, added] = searched.search.trial(record("luggage_allowance"), "luggage_allowance", ASKED, CHANGE, limit=2)
    assert added.after[0].entry == "luggage_allowance"
    assert "luggage_allowance" not in {hit.entry for hit in added.before}
    assert len(added.after) <= 2


def test_a_trial_before_is_what_a_search_finds_and_changes_nothing(searched: Searched) -> None:
    text, language = ASKED[0]
    found = list(searched.search.search(text, language, as_of=CHANGE).hits)
    [tried] = searched.search.trial(None, "records_retention", ASKED[:1], CHANGE)
    assert [(hit.entry, hit.version) for hit in tried.before] == [(hit.entry, hit.version) for hit in found]
    assert [hit.confidence for hit in tried.before] == pytest.approx([hit.confidence for hit in found], abs=1e-6)
    assert list(searched.search.search(text, language, as_of=CHANGE).hits) == found


def test_a_trial_touches_the_text_of_its_day_and_no_other(searched: Searched) -> None:
    two_versions(searched)
    [tried] = searched.search.trial(None, "records_retention", ASKED[:1], BEFORE_IT)
    assert [hit.version for hit in tried.before if hit.entry == "records_retention"] == [1]
    assert "records_retention" not in {hit.entry for hit in tried.after}
    assert versions_of_retention(searched, CHANGE) == [2]


def test_no_question_is_no_trial_and_one_without_words_finds_nothing(searched: Searched) -> None:
    assert searched.search.trial(None, "records_retention", [], CHANGE) == []
    assert searched.search.trial(None, "records_retention", [("???", "vi")], CHANGE) == [Trial([], [])]


def nearness(searched: Searched, one: str, other: str) -> float:
    first, second = searched.search.vectors([one, other])
    return sum(a * b for a, b in zip(first, second, strict=True))


def test_texts_become_vectors_of_one_length_in_their_order(searched: Searched) -> None:
    found = searched.search.vectors([OUTAGE, "xách tay mấy chai rượu", OUTAGE])
    assert [sum(part * part for part in vector) for vector in found] == pytest.approx([1, 1, 1], abs=1e-3)
    assert found[0] == pytest.approx(found[2], abs=1e-3)
    assert len({len(vector) for vector in found}) == 1
    assert searched.search.vectors([]) == []


def test_a_question_typed_without_diacritics_lies_nearer_than_another(searched: Searched) -> None:
    typed = "he thong khai hai quan dien tu bi treo khong truyen duoc to khai"
    assert nearness(searched, OUTAGE, typed) > nearness(searched, OUTAGE, "hệ thống kho lạnh của cảng mở mấy giờ")


@pytest.mark.parametrize("text", ["", "  \n", "???", "🙂"])
def test_a_text_without_words_is_a_vector_of_no_length(searched: Searched, text: str) -> None:
    assert set(searched.search.vectors([text])[0]) == {0}


def test_many_texts_and_long_ones_become_vectors_by_their_beginning(searched: Searched) -> None:
    texts = [f"{OUTAGE} lần {number}" for number in range(70)] + [OUTAGE + " a" * 50_000]
    assert len(searched.search.vectors(texts)) == 71


def test_a_fake_out_of_service_is_unavailable() -> None:
    search = FakeGuidanceSearch(Publications.of().corpus)
    search.available = False
    with pytest.raises(SearchUnavailable):
        search.search("tờ khai", "vi")
    with pytest.raises(SearchUnavailable):
        search.likeness("tờ khai", ["tờ khai"])
    with pytest.raises(SearchUnavailable):
        search.trial(None, "transit_land", ASKED, CHANGE)
    with pytest.raises(SearchUnavailable):
        search.vectors(["tờ khai"])


def test_an_engine_that_is_loading_is_unavailable(tmp_path: Path) -> None:
    published = Publications.of()
    engine = Engine(published.corpus, published.publication_no, Embedder("never loaded"), tmp_path)
    with pytest.raises(SearchUnavailable):
        engine.search("tờ khai", "vi")
    with pytest.raises(SearchUnavailable):
        engine.likeness("tờ khai", ["tờ khai"])
    with pytest.raises(SearchUnavailable):
        engine.trial(None, "transit_land", ASKED, CHANGE)
    with pytest.raises(SearchUnavailable):
        engine.vectors(["tờ khai"])


def test_it_tells_since_when_a_publication_is_searched(searched: Searched) -> None:
    searched.published.publish(record("records_retention"))
    number = searched.published.number
    searched.catch_up()
    told = searched.search.indexed(number)
    assert told.publication_no == number
    assert told.since is not None
    assert searched.search.indexed(number + 1).since is None


def test_a_service_that_is_loading_says_so_and_is_unavailable(tmp_path: Path) -> None:
    published = Publications.of()
    published.failing = True
    engine = Engine(published.corpus, published.publication_no, WordEmbedder(), tmp_path)
    with served(engine) as address, closing(KnowledgeClient(address)) as client:
        assert not client.healthy()
        with pytest.raises(SearchUnavailable):
            client.search("tờ khai", "vi")
        with pytest.raises(SearchUnavailable):
            client.likeness("tờ khai", ["tờ khai"])
        with pytest.raises(SearchUnavailable):
            client.trial(None, "transit_land", ASKED, CHANGE)
        with pytest.raises(SearchUnavailable):
            client.vectors(["tờ khai"])
        with pytest.raises(SearchUnavailable):
            client.indexed(1)


def test_a_service_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    published = Publications.of()
    with served(Engine(published.corpus, published.publication_no, WordEmbedder(), tmp_path)) as address:
        client = KnowledgeClient(address, timeout=1)
    with closing(client):
        assert not client.healthy()
        with pytest.raises(SearchUnavailable):
            client.search("tờ khai", "vi")
        with pytest.raises(SearchUnavailable):
            client.likeness("tờ khai", ["tờ khai"])
        with pytest.raises(SearchUnavailable):
            client.trial(None, "transit_land", ASKED, CHANGE)
        with pytest.raises(SearchUnavailable):
            client.vectors(["tờ khai"])
        with pytest.raises(SearchUnavailable):
            client.indexed(1)
