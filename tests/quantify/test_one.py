"""One record given by hand as keys and values: which case it is, what cannot be read."""

from __future__ import annotations

from datetime import date

import pytest

from tanpuhui import quantify
from tanpuhui.engine import Explainer, Explanation, SceneNeeded, UnknownKey, Unreadable
from tests.conformance.trial_library import LIBRARY

DAY = date(2024, 6, 1)


def explained(methodology: str, **given: str) -> Explanation:
    found = LIBRARY.methodology(methodology)
    explainer = Explainer(found, LIBRARY)
    return quantify.explain(explainer, given, region=found.regions[0], day=DAY)


def test_keys_and_values_become_a_record() -> None:
    found = explained("trial.lookup", distance_km="10", mode="metro")

    assert found.mg == {"reduction": 234_000}
    assert (found.region.en, found.day) == ("China", DAY)


def test_region_and_day_may_be_given_as_keys() -> None:
    found = explained("trial.regional", distance_km="1", region="420106", day="2025-01-01")

    assert found.mg == {"reduction": 3000}
    assert (found.region.en, found.day) == ("Wuhan", date(2025, 1, 1))


def test_thousands_may_be_set_apart_and_digits_are_kept() -> None:
    assert explained("trial.times", a="1,000.5", x="2").mg == {"reduction": 2_001_000}
    # A double would hold 9007199254740993 as …992.
    large = explained("trial.plus", a="9007199254740.993", b="0.002")
    assert large.mg == {"reduction": 9_007_199_254_740_995}


def test_the_keys_find_the_case_where_they_fit_only_one() -> None:
    walk = explained("trial.scenes", steps="7250")

    assert walk.mg == {"reduction": 145_000}
    assert walk.scene is not None
    assert walk.scene.en == "A trial walk"


def test_the_scene_finds_the_case_where_the_keys_fit_several() -> None:
    with pytest.raises(SceneNeeded):
        explained("trial.defaults_by_case", item_count="2")

    assert explained("trial.defaults_by_case", scene="trial_ride", item_count="2").mg == {
        "reduction": 160_000
    }


def test_a_scene_that_the_methodology_does_not_serve_is_told_with_those_that_it_does() -> None:
    with pytest.raises(SceneNeeded) as refused:
        explained("trial.scenes", scene="swim", distance_km="1")

    assert refused.value.asked == "swim"
    assert "does not serve the scene 'swim'" in refused.value.what()
    assert refused.value.scenes == ("trial_ride", "trial_tram", "trial_walk")


def test_a_key_that_the_case_does_not_read_is_told_with_those_that_it_does() -> None:
    with pytest.raises(UnknownKey) as refused:
        explained("trial.scenes", scene="trial_walk", distance_km="1")

    assert refused.value.key == "distance_km"
    assert refused.value.known == ("steps", "scene", "region", "day", "evidence")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("distance_km", "far"),
        ("distance_km", ""),
        ("distance_km", "nan"),
        ("distance_km", "Infinity"),
        ("distance_km", "10 km"),
        ("day", "2024-02-30"),
        ("day", "yesterday"),
        ("evidence", "hearsay"),
    ],
)
def test_a_value_that_cannot_be_read_is_told_with_its_key(key: str, value: str) -> None:
    given = {"scene": "trial_ride", "distance_km": "1", key: value}

    with pytest.raises(Unreadable) as refused:
        explained("trial.scenes", **given)

    assert (refused.value.key, refused.value.value) == (key, value)


def test_a_record_that_the_methodology_refuses_is_explained_and_not_a_fault() -> None:
    found = explained("trial.conditions", a="0", x="1")

    assert found.refused == "no-a"
    assert found.refused_because is not None


def test_a_text_that_the_input_cannot_be_is_refused_like_in_a_table() -> None:
    assert explained("trial.inputs", distance_km="1", mode="rocket").refused == "unknown-mode"
