"""Random numbers: the published ones, and their statistics."""

from __future__ import annotations

import math
import statistics
from importlib import import_module
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from model_texts import compiled

from s3c.runtime import Draws, RunError, philox

distributions = import_module("s3c.runtime.distributions")

ONES = 0xFFFFFFFF


# Known answers of the authors' library Random123, tests/kat_vectors, philox4x32 of 10 rounds.
@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_known_answers(
    counter: tuple[int, int, int, int], key: tuple[int, int], expected: tuple[int, int, int, int]
) -> None:
    assert philox(counter, key) == expected


def test_order_does_not_matter() -> None:
    draws = Draws(3.0)
    forward = [draws.at(k).uniform(site, 0.0) for k in range(20) for site in (1, 2)]
    other = Draws(3.0)
    backward = [other.at(k).uniform(site, 0.0) for k in reversed(range(20)) for site in (2, 1)]
    assert forward == backward[::-1]
    assert len(set(forward)) == len(forward)


@pytest.mark.parametrize("stream", [0.0, 0.5, -1.0, 1e300])
def test_any_number_is_a_stream(stream: float) -> None:
    value = Draws(1).uniform(1, stream)
    assert 0 <= value < 1
    assert value != Draws(1).uniform(1, stream + 1 if stream < 1e300 else 2.0)


def test_everything_makes_a_difference() -> None:
    values = {
        Draws(seed, run).at(step).uniform(site, stream, attempt)
        for seed in (1, -1, 0.5)
        for run in (0, 1)
        for step in (0, 1)
        for site in (0, 1)
        for stream in (0, 1)
        for attempt in (0, 1)
    }
    assert len(values) == 96


def test_the_two_zeros_are_one_seed() -> None:
    assert Draws(-0.0).uniform(1, 0.0) == Draws(0.0).uniform(1, -0.0)


@pytest.mark.checks("RANDOM UNIFORM", against="closed form")
def test_uniform_statistics() -> None:
    draws = Draws(1)
    values = [distributions.random_uniform(draws.at(k), 7, -2.0, 4.0, 0.5) for k in range(20_000)]
    assert min(values) >= -2
    assert max(values) < 4
    assert statistics.fmean(values) == pytest.approx(1.0, abs=5 * math.sqrt(3) / math.sqrt(2e4))
    assert statistics.pvariance(values) == pytest.approx(3.0, rel=0.03)
    # Neighbours in time are not alike.
    products = [(a - 1) * (b - 1) for a, b in pairwise(values)]
    assert statistics.fmean(products) == pytest.approx(0.0, abs=0.12)


@pytest.mark.checks("RANDOM NORMAL", against="closed form")
def test_normal_statistics() -> None:
    draws = Draws(1)
    values = [
        distributions.random_normal(draws.at(k), 7, -100, 100, 5.0, 2.0, 0.0) for k in range(20_000)
    ]
    assert statistics.fmean(values) == pytest.approx(5.0, abs=0.07)
    assert statistics.pstdev(values) == pytest.approx(2.0, rel=0.03)
    within = sum(abs(value - 5) < 2 for value in values) / len(values)
    assert within == pytest.approx(0.6827, abs=0.02)


@pytest.mark.checks("RANDOM NORMAL", against="closed form")
def test_normal_is_truncated_by_drawing_again() -> None:
    draws = Draws(1)
    values = [
        distributions.random_normal(draws.at(k), 7, 0.0, 1.0, 0.0, 1.0, 0.0) for k in range(5_000)
    ]
    assert min(values) > 0
    assert max(values) < 1
    # The mean of a normal number, given that it lies from 0 to 1.
    density = (1 - math.exp(-0.5)) / math.sqrt(2 * math.pi)
    expected = density / (math.erf(1 / math.sqrt(2)) / 2)
    assert statistics.fmean(values) == pytest.approx(expected, abs=0.02)


def test_elements_of_an_array_draw_their_own() -> None:
    """The fourth word of the counter is 1024 times the element, and the attempt."""
    draws = Draws(3.0, run=5).at(7)
    first = draws.uniform(11, 0.5)
    ((key, *_),) = draws._streams.keys.values()
    for element in (0, 1, 2, 40):
        for attempt in (0, 1, 999):
            high, low, *_ = philox((5, 11, 7, element * 1024 + attempt), key)
            fraction = ((high >> 5) * 2.0**26 + (low >> 6)) / 2.0**53
            assert draws.of(element).uniform(11, 0.5, attempt) == fraction
    assert draws.of(0).uniform(11, 0.5) == first
    assert draws.of(0).normal(4, 0.0) == draws.normal(4, 0.0)
    assert draws.of(3).at(8).uniform(4, 0.0) == draws.at(8).of(3).uniform(4, 0.0)
    assert draws.of(3).of(2).uniform(4, 0.0) == draws.of(2).uniform(4, 0.0)
    assert len({draws.of(k).uniform(4, 0.0) for k in range(100)}) == 100


def test_the_numbers_of_an_attempt_go_on_where_its_first_ones_end() -> None:
    draws = Draws(3.0, run=5).at(7).of(2)
    numbers = draws.numbers(11, 0.5, 3)
    first, second, third = (numbers.uniform() for _ in range(3))
    assert first == draws.uniform(11, 0.5, 3)
    radius = math.sqrt(-2 * math.log(1 - first))
    assert radius * math.cos(2 * math.pi * second) == draws.normal(11, 0.5, 3)
    assert draws.numbers(11, 0.5, 3).normal() == draws.normal(11, 0.5, 3)
    ((key, *_),) = draws._streams.keys.values()
    high, low, *_ = philox((5 + 65536, 11, 7, 2 * 1024 + 3), key)
    assert third == ((high >> 5) * 2.0**26 + (low >> 6)) / 2.0**53


def test_no_two_draws_share_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int, int, int]] = []

    def note(
        counter: tuple[int, int, int, int], keys: tuple[tuple[int, int], ...]
    ) -> tuple[int, int, int, int]:
        if keys[0] == (7, 7):  # else a key is being made
            asked.append(counter)
        return (7, 7, 0, 0)

    monkeypatch.setattr(import_module("s3c.runtime.random"), "rounds", note)
    blocks = 0
    for run, step, element, site, attempt in product(
        (0, 65535), (0, 2**32 - 1), (0, 1, 2**22 - 1, 2**22, 2**30 - 1), (0, 2**32 - 1), (0, 1023)
    ):
        draws = Draws(1.0, run).at(step).of(element)
        draws.uniform(site, 0.0, attempt)
        numbers = draws.numbers(site, 0.0, attempt)
        for _ in range(512):
            numbers.uniform()
        blocks += 256  # `uniform` takes the first of them
    assert len(set(asked)) == blocks
    assert all(0 <= word < 2**32 for counter in asked for word in counter)


@pytest.mark.parametrize("run", [-1, 2**48])
def test_a_run_that_there_is_no_room_for(run: int) -> None:
    with pytest.raises(ValueError, match="281474976710655"):
        Draws(1.0, run)


@pytest.mark.parametrize("number", [-1, 2**48, 1.5, "3", None])
def test_a_run_has_a_whole_number(number: Any) -> None:
    with pytest.raises(RunError, match="run_number") as caught:
        compiled("x = 1 ~~|").run(run_number=number)
    assert caught.value.code == "S3C602"


def test_runs_with_a_number_draw_by_it() -> None:
    model = compiled("x = RANDOM UNIFORM(0, 1, 0) ~~|\ny = RANDOM UNIFORM(0, 1, 0) ~~|")
    runs = [model.run(run_number=number) for number in (0, 1, 2**16)]
    assert len({run["x"].tobytes() for run in runs}) == len(runs)
    np.testing.assert_array_equal(runs[0]["x"], model.run()["x"])


def test_runs_that_the_counter_does_not_tell_apart_have_other_keys() -> None:
    runs = (3, 3 + 2**16, 3 + 2**17, 3 + 2**31, 3 + 2**32, 3 + 2**40, 3 + 2**47)
    assert len({Draws(1.0, run).uniform(0, 0.0) for run in runs}) == len(runs)


def test_only_stream_0_depends_on_noise_seed() -> None:
    one, other = Draws(7.0, noise_seed=1.0), Draws(7.0, noise_seed=2.0)
    assert one.uniform(3, 0.0) != other.uniform(3, 0.0)
    assert one.uniform(3, 0.0) == Draws(1.0).uniform(3, 0.0)
    assert one.uniform(3, 0.5) == other.uniform(3, 0.5) == Draws(7.0).uniform(3, 0.5)
    assert one.at(2).of(1).uniform(3, 0.0) == Draws(1.0).at(2).of(1).uniform(3, 0.0)


def test_streams_that_change_are_not_all_remembered() -> None:
    draws = Draws(1.0)
    first = draws.uniform(1, 0.5)
    for stream in range(5000):
        draws.uniform(1, stream)
    assert len(draws._streams.keys) <= 1024
    assert draws.uniform(1, 0.5) == first
    with pytest.raises(ValueError, match="stream"):
        draws.uniform(1, math.nan)


# What numpy has is the same function for words of 64 bits.
@pytest.mark.parametrize("key", [(0, 0), (2**64 - 1, 1), (0x243F6A8885A308D3, 0x13198A2E03707344)])
@pytest.mark.parametrize("counter", [(0, 0, 0, 0), (2**64 - 1, 2, 2**63, 5), (1, 2, 3, 4)])
def test_the_rounds_are_those_of_numpy(
    counter: tuple[int, int, int, int], key: tuple[int, int]
) -> None:
    before = (sum(word << 64 * place for place, word in enumerate(counter)) - 1) % 2**256
    theirs = np.random.Philox(counter=before, key=key[0] | key[1] << 64).random_raw(4)
    random = import_module("s3c.runtime.random")
    keys = random.keys_of_rounds(key, 64, (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B))
    ours = random.rounds(counter, keys, 64, (0xD2E7470EE14C6C93, 0xCA5A826395121157))
    assert list(ours) == theirs.tolist()
