"""Texts that ask the same are known by their words, and by the guidance that both are near."""

from __future__ import annotations

import numpy as np
import pytest

from bootstrap.engine import model_name, prepare_model
from bootstrap.settings import PROJECT, read_settings
from desk.cases.alike.rules import AlikeRules
from desk.guidance.record import read_records
from desk.ports import Corpus, PublishedEntry
from knowledge.engine.alike import Alike
from knowledge.engine.engine import Engine
from knowledge.engine.index.guidance_index import GuidanceIndex
from knowledge.engine.index.law_index import LawIndex
from knowledge.engine.judging.confidence import CoefficientsError
from knowledge.engine.judging.likeness import (
    ANSWERS_ASKED,
    FEATURES,
    LikenessRegression,
    Profile,
    features,
    fitted_likeness,
    likenesses,
    same_answer,
)
from knowledge.engine.model.embedding import Embedder
from knowledge.engine.model.vector_cache import VectorCache
from knowledge.engine.snapshot import Snapshot
from tests.knowledge_fixtures import Publications, WordEmbedder


def profile(text: str, nearness: list[float]) -> Profile:
    (embedded,) = WordEmbedder().queries([text])
    return Profile.of("vi", embedded, np.ones(len(embedded.ids)), np.array(nearness))


@pytest.fixture
def alike() -> Alike:
    embedder, published = WordEmbedder(), Publications.of()
    corpus = published.corpus()
    snapshot = Snapshot.over(1, GuidanceIndex(corpus.entries, embedder.passages), LawIndex([], 0, embedder.passages))
    return Alike(snapshot, embedder, lambda *_: {})


def test_a_text_is_as_like_itself_as_can_be() -> None:
    one = profile("tờ khai treo", [0.9, 0.1, 0.1, 0.1])
    row = dict(zip(FEATURES, features(one, one), strict=True))
    assert row["whole"] == pytest.approx(1)
    assert row["tokens_of_one"] == pytest.approx(1, abs=0.01)
    assert (row["same_language"], row["same_entries"], row["same_answer"]) == (1, pytest.approx(1), 0)


def test_texts_in_other_words_meet_at_the_entries_that_both_are_near() -> None:
    one, other = profile("hàng về cảng", [0.9, 0.1, 0.1, 0.1]), profile("tàu cập bến", [0.8, 0.2, 0.2, 0.2])
    elsewhere = profile("tàu cập bến", [0.1, 0.1, 0.1, 0.9])
    place = FEATURES.index("same_entries")
    assert features(one, other)[place] == pytest.approx(1)
    assert features(one, elsewhere)[place] == 0


@pytest.mark.parametrize("nearness", [[], [0.5], [0.5, 0.5]])
def test_without_guidance_to_tell_apart_no_entry_is_near(nearness: list[float]) -> None:
    one = profile("tờ khai", nearness)
    assert features(one, one)[FEATURES.index("same_entries")] == 0


def test_the_probability_that_one_entry_answers_both() -> None:
    assert same_answer({"a": 0.5, "b": 0.4}, {"a": 0.5, "c": 0.9}) == 0.25
    assert same_answer({}, {"a": 1.0}) == 0


def test_only_of_the_likest_it_is_asked_which_entries_answer() -> None:
    one = profile("tờ khai treo", [0.9, 0.1])
    others = [profile(f"tờ khai {number}" if number % 2 else "tờ khai treo", [0.9, 0.1]) for number in range(60)]
    asked: list[int] = []

    def answer(place: int) -> float:
        asked.append(place)
        return 1.0

    found = likenesses(one, others, answer, fitted_likeness())
    assert len(asked) == ANSWERS_ASKED
    assert all(place % 2 == 0 for place in asked)
    assert found[asked].min() > np.delete(found, asked).max()


def test_what_was_fitted_for_other_features_is_refused() -> None:
    with pytest.raises(CoefficientsError):
        LikenessRegression.from_json({"intercept": 1.0, "weights": {"whole": 1.0}})


def test_texts_are_read_once(alike: Alike) -> None:
    alike.likeness("tờ khai treo", ["tờ khai treo", "mang rượu về nước"])
    assert alike.read(["tờ khai treo"])[0] is alike.read(["tờ khai treo"])[0]


@pytest.fixture(scope="module")
def shipped() -> Engine:
    """The engine over the guidance that ships, with the real model."""
    settings = read_settings()
    prepare_model(settings)
    records = read_records(PROJECT / "content" / "guidance")
    corpus = Corpus(1, [PublishedEntry.of(record) for record in records])
    embedder = Embedder(model_name(settings))
    engine = Engine(lambda: corpus, lambda: 1, embedder, settings.var_dir / "index")
    vectors = VectorCache(settings.var_dir / "index", embedder).vectors
    engine.serve(Snapshot.of(corpus, vectors, vectors))
    return engine


#: Two that ask the same, by what is hard about them.
SAME = {
    "in other words": (
        "hệ thống VNACCS bị lỗi từ sáng, không truyền được tờ khai thì làm thế nào",
        "VNACCS hôm nay sập rồi, bên em không gửi được tờ khai, xử lý sao ạ",
    ),
    "without diacritics": (
        "hệ thống VNACCS bị lỗi từ sáng, không truyền được tờ khai thì làm thế nào",
        "he thong vnaccs loi tu sang khong truyen duoc to khai thi lam sao",
    ),
    "in the other language, of a matter without guidance": (
        "hệ thống bị treo không truyền được tờ khai",
        "the system is down and we cannot submit the declaration",
    ),
    "in the other language": (
        "tờ khai nhập khẩu phải nộp trong bao nhiêu ngày kể từ ngày hàng đến cửa khẩu",
        "how many days after the goods arrive must the import declaration be lodged",
    ),
}
#: Two that share words or the topic and ask something else.
DIFFERENT = {
    "same words": (
        "hoàn thuế nhập khẩu hàng tái xuất nộp hồ sơ ở đâu",
        "nộp thuế nhập khẩu qua ngân hàng nào",
    ),
    "same topic": (
        "chậm nộp tờ khai hải quan bị phạt bao nhiêu tiền",
        "doanh nghiệp ưu tiên phải có kim ngạch bao nhiêu",
    ),
    "in the other language": (
        "tờ khai nhập khẩu phải nộp trong bao nhiêu ngày kể từ ngày hàng đến cửa khẩu",
        "how many bottles of spirits may I bring in my luggage",
    ),
}
THRESHOLD = AlikeRules.read(PROJECT / "content" / "cases_alike.yml").threshold


@pytest.mark.model
@pytest.mark.parametrize("pair", SAME.values(), ids=list(SAME))
def test_the_model_finds_that_both_ask_the_same(shipped: Engine, pair: tuple[str, str]) -> None:
    one, other = pair
    assert shipped.likeness(one, [other])[0] >= THRESHOLD
    assert shipped.likeness(other, [one])[0] >= THRESHOLD


@pytest.mark.model
@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=list(DIFFERENT))
def test_the_model_finds_that_they_do_not(shipped: Engine, pair: tuple[str, str]) -> None:
    one, other = pair
    assert shipped.likeness(one, [other])[0] < THRESHOLD
