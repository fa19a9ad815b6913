"""From a message to its reply: what is reckoned, who is asked when, and what the page says of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from evaluation.faults.telegram import Trouble, serving
from evaluation.peers.meaning_alone import MeaningAlone
from evaluation.questions.sets import GOLDEN, Question, read_questions
from evaluation.speed.replies import script
from evaluation.speed.replies.arms import GREETING, Asker, Desk, Posted
from evaluation.speed.replies.figures import of_rates, of_waits, publishing_figure, ratios, search_figures
from evaluation.speed.replies.footprint import footprint
from evaluation.speed.replies.instant_actions import create_app
from evaluation.speed.replies.measuring import Turns, at_a_rate, many_at_once, one_at_a_time
from evaluation.speed.replies.questions import endless
from evaluation.speed.replies.report import GOALS, Report, Setting
from evaluation.speed.replies.telegram import LightTelegram
from evaluation.speed.replies.tracing import STEPS, Traced, summed_up
from tests.e2e.telegram_emulator import TOKEN
from tests.knowledge_fixtures import WordEmbedder, record, records

NOTHING_WRONG = Trouble(0, 0, 0, 0, 0)


class Recorded:
    """An arm that notes what it is asked and replies after a moment; where ``mute`` it does not."""

    def __init__(self, name: str, asked: list[tuple[str, int, str]], *, mute: bool = False) -> None:
        self.name = name
        self._asked = asked
        self._mute = mute
        self.at_once = self.most_at_once = 0

    async def ask(self, chat: int, text: str) -> float | None:
        self._asked.append((self.name, chat, text))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.001)
        self.at_once -= 1
        return None if self._mute else 0.002


def texts() -> Iterator[str]:
    return (f"question {number}" for number in itertools.count())


def test_no_question_comes_twice_and_the_order_is_always_the_same() -> None:
    golden = read_questions(GOLDEN)
    some = list(itertools.islice(endless(golden), 5 * len(golden)))
    assert len(set(some)) == len(some)
    assert set(some[: len(golden)]) == {question.text for question in golden}
    assert some == list(itertools.islice(endless(golden), len(some)))
    assert some[:5] != list(itertools.islice(endless(golden, seed=2), 5))


def test_one_question_is_written_in_ever_new_ways() -> None:
    one = Question("a", "en", "Which form?", None)
    first, *more = itertools.islice(endless([one]), 4)
    assert first == "Which form?"
    assert more == ["A question: Which form?", "May I ask: Which form?", "Which form? (4)"]
    with pytest.raises(ValueError, match="without a question"):
        next(endless([]))


def test_middle_slow_one_and_the_spread_of_rounds() -> None:
    assert of_waits([[10.0, 20.0, 30.0], [40.0, 50.0, 60.0], []]) == {
        "p50_ms": 35.0,
        "p95_ms": 57.5,
        "spread_ms": [20.0, 50.0],
        "rounds_p50_ms": [20.0, 50.0],
        "answers": 6,
    }
    assert of_waits([[]])["p50_ms"] is None


def test_replies_a_second_are_of_all_turns() -> None:
    found = of_rates(Turns([[10.0], [30.0, 50.0]], [5.0, 10.0]))
    assert (found["a_second"], found["spread"], found["p50_ms"]) == (7.5, [5.0, 10.0], 30.0)


def test_a_ratio_is_of_the_same_turn_of_both() -> None:
    assert ratios([20.0, 60.0, 40.0], [10.0, 20.0, 10.0]) == {"p50": 3.0, "spread": [2.0, 4.0]}
    assert ratios([20.0, 60.0], [10.0, 10.0]) == {"p50": 4.0, "spread": [2.0, 6.0]}
    assert ratios([20.0], [0.0]) is None


def test_of_a_million_passages_the_index_of_vectors_counts() -> None:
    sizes = [
        {"passages": passages, "recall": 0.965, "law": {"nearest": {"p50": passages / 100_000}}}
        for passages in (100_000, 1_000_000)
    ]
    assert search_figures({"growth": sizes}) == (10.0, 0.965)
    assert search_figures({"growth": sizes[:1]}) == search_figures({}) == (None, None)


def test_publishing_is_told_in_milliseconds_where_it_was_measured() -> None:
    sizes = [{"entries": entries, "seconds": {"all": {"p50": 0.4567}}} for entries in (200, 100_000)]
    assert publishing_figure({"sizes": sizes}) == 456.7
    assert publishing_figure({"sizes": sizes[:1]}) is publishing_figure({}) is None


async def test_arms_are_asked_by_turns_in_changing_order_each_in_its_own_chats() -> None:
    asked: list[tuple[str, int, str]] = []
    askers = [Asker(Recorded(name, asked), texts(), range(1, 3)) for name in ("a", "b")]
    found = await one_at_a_time(askers, rounds=2, questions=2)
    assert [name for name, _, _ in asked] == ["a", "b", "b", "a"] * 2
    assert [chat for name, chat, _ in asked if name == "a"] == [1, 2, 1, 2]
    assert [text for name, _, text in asked if name == "b"] == [f"question {number}" for number in range(4)]
    assert found["a"].waits == [[2.0, 2.0], [2.0, 2.0]]


async def test_every_chat_is_greeted_once() -> None:
    asked: list[tuple[str, int, str]] = []
    await Asker(Recorded("a", asked), texts(), range(7)).meet(at_once=3)
    assert sorted(asked) == [("a", chat, GREETING) for chat in range(7)]


async def test_so_many_ask_at_once_and_no_more() -> None:
    arm = Recorded("a", [])
    found = await many_at_once([Asker(arm, texts(), range(8))], turns=2, seconds=0.05, at_once=4)
    assert arm.most_at_once == 4
    assert found["a"].rates == [len(waits) / 0.05 for waits in found["a"].waits]
    assert min(found["a"].rates) > 0


async def test_at_a_rate_nobody_waits_for_another_and_the_lost_are_counted() -> None:
    asker = Asker(Recorded("a", [], mute=True), texts(), range(8))
    assert await at_a_rate(asker, a_second=200, seconds=0.1, rng=random.Random(1)) == []
    assert asker.lost == asker.asked > 5


async def test_the_time_of_the_desk_is_from_the_update_to_the_first_message_in_the_chat() -> None:
    async with serving(LightTelegram(random.Random(1), NOTHING_WRONG)) as (telegram, address):
        desk = Desk(telegram)

        async def bot(http: aiohttp.ClientSession) -> None:
            calls = f"{address}/bot{TOKEN}"
            async with http.post(f"{calls}/getUpdates", data={"offset": 0, "timeout": 5}) as answer:
                [update] = (await answer.json())["result"]
            chat = update["message"]["chat"]["id"]
            await http.post(f"{calls}/sendChatAction", data={"chat_id": chat, "action": "typing"})
            for text in ("first", "second"):
                await http.post(f"{calls}/sendMessage", data={"chat_id": chat, "text": text})

        async with aiohttp.ClientSession() as http:
            seconds, _ = await asyncio.gather(desk.ask(5, "question"), bot(http))
        [exchange] = desk.exchanges
        assert seconds == exchange.arrived - exchange.put
        assert exchange.put <= telegram.fetched[exchange.update] <= exchange.arrived
        assert telegram.messages == {5: 2}


async def test_a_post_that_is_answered_with_nothing_is_lost() -> None:
    async def rest(request: web.Request) -> web.Response:
        body = await request.json()
        return web.json_response([] if body["message"] == "fails" else [{"text": body["sender"]}])

    app = web.Application()
    app.add_routes([web.post("/webhook", rest)])
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        arm = Posted("floor", str(server.make_url("/webhook")), http)
        assert await arm.ask(1, "question") is not None
        assert await arm.ask(1, "fails") is None
        nowhere = Posted("floor", str(server.make_url("/nowhere")), http)
        assert await nowhere.ask(1, "question") is None


async def test_the_instant_action_says_one_thing() -> None:
    async with TestServer(create_app()) as server, aiohttp.ClientSession() as http:
        async with http.post(server.make_url("/webhook"), json={"next_action": "any"}) as answer:
            done = await answer.json()
    assert done["events"] == []
    assert len(done["responses"]) == 1


async def test_the_script_gives_the_answer_of_the_nearest_passage() -> None:
    model = WordEmbedder()
    search = MeaningAlone(model.queries, model.passages)
    search.prepare(records())
    async with TestServer(script.create_app(search, records())) as server, aiohttp.ClientSession() as http:
        arm = Posted("script", str(server.make_url("/ask")), http)
        assert await arm.ask(1, "mang mấy chai rượu về nước") is not None
        async with http.post(arm.url, json={"text": "mang mấy chai rượu về nước"}) as answer:
            said = await answer.json()
    assert said == [{"text": record("luggage_allowance").answer["vi"]}]


def test_steps_add_up_to_the_whole() -> None:
    traces = [Traced(dict.fromkeys(STEPS, 1.0), 0.5), Traced(dict.fromkeys(STEPS, 2.0), 0.5)]
    found = summed_up(traces)
    assert found["messages"] == 2
    assert sum(step["mean_ms"] for step in found["steps"].values()) == 1.5 * len(STEPS)
    assert summed_up([])["steps"] == {}


def test_memory_is_told_by_process_and_of_all() -> None:
    import os

    found = footprint({"tests": os.getpid()})
    assert found["rss_mb"] == found["by_process"]["tests"]["rss_mb"] > 10


def measured() -> dict[str, Any]:
    names = ("desk", "floor")
    waits = {name: of_waits([[wait, wait + 2], [wait + 1]]) for name, wait in zip(names, (70.0, 40.0), strict=True)}
    rates = {name: of_rates(Turns([[9.0], [9.0]], [rate, rate + 1])) for name, rate in zip(names, (8, 15), strict=True)}
    return {
        "start_s": {"first": 30.0, "warm": [15.0, 19.0, 14.0]},
        "load_before": 1.25,
        "pause_ms": 50.0,
        "questions": 300,
        "chats": 200,
        "latency": waits,
        "latency_ratio": {"floor": {"p50": 1.75, "spread": [1.7, 1.8]}},
        "throughput": rates,
        "throughput_ratio": {"floor": {"p50": 0.55, "spread": [0.5, 0.6]}},
        "half_load": {"a_second": 4.25, "seconds": 90.0, **of_waits([[90.0, 150.0]])},
        "steps": summed_up([Traced(dict.fromkeys(STEPS, 1.0), 0.5)]),
        "memory": {"by_process": {"bot": {"rss_mb": 120.0, "pss_mb": None}}, "rss_mb": 120.0, "pss_mb": None},
        "lost": {"desk": 1, "floor": 0},
        "asked": {"desk": 500, "floor": 900},
        "turn": {
            "turns": 1_000,
            "turns_kept": 1_000,
            "chats": 4,
            "late": of_waits([[91.0]]),
            "early": of_waits([[70.0]]),
            "ratio": 1.3,
            "ratio_spread": [1.2, 1.4],
            "steps": {of: summed_up([Traced(dict.fromkeys(STEPS, 1.0), 0.5)]) for of in ("late", "early")},
        },
    }


@pytest.fixture
def report() -> Report:
    return Report(Setting(dt.date(2026, 11, 27), "3.11.7", cores=2), measured(), {}, {})


def test_every_figure_has_its_key_and_what_was_not_measured_is_null(report: Report) -> None:
    data = report.as_data()
    assert {name: data[name] for name in ("reply_p50_ms", "floor_p50_ms", "throughput", "floor_throughput")} == {
        "reply_p50_ms": 71.0,
        "floor_p50_ms": 41.0,
        "throughput": 8.5,
        "floor_throughput": 15.5,
    }
    assert (data["reply_p95_ms"], data["turn_1000_ratio"], data["warm_start_s"], data["rss_mb"]) == (147, 1.3, 15, 120)
    assert data["search_1e6_p50_ms"] is data["search_1e6_recall10"] is data["publish_1e5_ms"] is None


def test_a_goal_is_met_missed_or_not_measured(report: Report) -> None:
    met = report.met()
    assert set(met) == set(GOALS)
    assert (met["floor_ratio"], met["throughput_ratio"], met["search_1e6_p50_ms"]) == (True, False, None)
    page = report.as_page()
    assert "| one at a time, p50, ms | at most 80 | 71.0 | met |" in page
    assert "| replies a second, 16 at once, over the floor's | at least 0.7 | 0.55 | missed |" in page
    assert "| the nearest of a million passages found, p50, ms | at most 5 | not measured |  |" in page


def test_an_arm_that_was_left_out_is_not_named(report: Report) -> None:
    page = report.as_page()
    assert "| Rasa and an action (the floor) | 41.0 | 41.0–41.0 |" in page
    assert "ResponseSelector" not in page
    assert "Without a reply within thirty seconds: the desk 1 of 500." in page


def test_page_pictures_and_data_are_written_together(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path / "replies.md", tmp_path / "pictures", tmp_path / "bench.json")
    assert json.loads((tmp_path / "bench.json").read_text())["warm_start_s"] == 15.0
    for name in ("replies-waits.svg", "replies-rates.svg"):
        assert f"pictures/{name}" in (tmp_path / "replies.md").read_text()
        assert "the desk" in (tmp_path / "pictures" / name).read_text()


def test_what_was_measured_is_told_anew_beside_what_others_have_found_since(report: Report) -> None:
    data = json.loads(json.dumps(report.as_data()))
    assert Report.of_data(data, {}, {}).as_data() == data
    million = {"passages": 1_000_000, "law": {"nearest": {"p50": 4.0}}, "search": {"all": {"p50": 9.0}}, "recall": 0.98}
    anew = Report.of_data(data, {"growth": [million]}, {}).as_data()
    assert (anew["search_1e6_p50_ms"], anew["search_1e6_recall10"], anew["reply_p50_ms"]) == (4.0, 0.98, 71.0)
    with pytest.raises(KeyError):
        Report.of_data({}, {}, {})
