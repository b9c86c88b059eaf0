"""A program that others wrote loads a day's books and balances them, equal to the milligram."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tanpuhui.ledger import as_beancount
from tanpuhui.rules import Library
from tanpuhui.terms import DayRange
from tests.tidy.house import LIBRARY
from tests.web.ledger.beancount_program import Closed, NotInstalled, closed
from tests.web.ledger.hand_in import Desk, ride, walk, write

MASS, DAY = "MGCO2E", date(2026, 3, 1)

pytestmark = pytest.mark.slow  # the first run makes an environment


def _closed(desk: Desk, folder: Path, day: date = DAY, edit: tuple[str, str] = ("", "")) -> Closed:
    text = as_beancount(desk.store.day_totals(desk.programme.id, day))
    assert edit[0] in text
    file = folder / "day.beancount"
    file.write_text(text.replace(*edit) if edit[0] else text, encoding="utf-8")
    try:
        return closed(file)
    except NotInstalled as why:
        pytest.skip(str(why))


def test_beancount_closes_a_day_of_two_partners_equal_to_the_milligram(
    shanxi: Desk, tmp_path: Path
) -> None:
    first = write(tmp_path / "a.csv", ride("1", "ann", 2), ride("2", "bo", 3.333, partner="qingju"))
    shanxi.post(first)
    shanxi.post(write(tmp_path / "b.csv", ride("3", "ann", 1.5, hour=12, partner="qingju")))

    said = _closed(shanxi, tmp_path)

    books = shanxi.store.books(shanxi.programme.id, DayRange(DAY, date(2026, 3, 2)))
    assert (said.errors, said.transactions) == ([], 2)
    assert said.balances >= 4
    assert books.person.reduction_mg > 0
    assert said.whole("Assets:Persons", MASS) == books.person.credited_mg
    for partner, total in books.partner.items():
        account = f"Income:{partner[0].upper()}{partner[1:]}"
        assert said.whole(account, MASS) == -total.reduction_mg
    assert sum(number for name, number in said.sums.items() if name.endswith(MASS)) == 0


def test_beancount_closes_a_day_that_was_limited_withdrawn_and_restated(
    hankou: Desk, tmp_path: Path
) -> None:
    # 10,001 steps are 200.02 g, of which 200 g are credited; 500 are 10 g, and 15 g at 0.03 g.
    # Ann's record is withdrawn, then bo's line restated: bo keeps 15 g.
    hankou.post(write(tmp_path / "a.csv", walk("1", "ann", 10_001), walk("2", "bo", 500)))
    given: dict[str, Any] = {"programme": hankou.programme, "library": hankou.library}
    hankou.store.correct(
        hankou.store.withdrawal([("hankou-bank", "1")], because="partner-error", **given)
    )
    given["library"] = _corrected(tmp_path)
    done = hankou.store.correct(
        hankou.store.restatement("rates.hankou_2022", DayRange(DAY, None), **given)
    )
    assert done.result["credited_mg"] == 5_000

    said = _closed(hankou, tmp_path)

    assert (said.errors, said.transactions) == ([], 3)
    assert said.whole("Assets:Persons", MASS) == 15_000
    assert said.whole("Income", MASS) == -15_000
    assert said.whole("Expenses:Limits", MASS) == 0


def test_beancount_closes_an_empty_day_at_zero(hankou: Desk, tmp_path: Path) -> None:
    hankou.post(write(tmp_path / "a.csv", walk("1", "ann", 7_250)))

    said = _closed(hankou, tmp_path, date(2026, 3, 2))

    assert (said.errors, said.transactions, said.sums) == ([], 0, {})


def test_beancount_finds_one_milligram_that_somebody_changed(hankou: Desk, tmp_path: Path) -> None:
    hankou.post(write(tmp_path / "a.csv", walk("1", "ann", 7_250)))

    said = _closed(hankou, tmp_path, edit=("P1  145000 MG", "P1  145001 MG"))

    assert any("does not balance" in error for error in said.errors)
    assert any("Balance failed for 'Assets:Persons'" in error for error in said.errors)


def _corrected(folder: Path) -> Library:
    """The library with 0.03 g a step in the place of 0.02."""
    shutil.copytree(LIBRARY, folder / "library")
    file = folder / "library" / "factors" / "rates" / "hankou_step.yaml"
    text = file.read_text(encoding="utf-8")
    assert "value: 0.02" in text
    file.write_text(text.replace("value: 0.02", "value: 0.03"), encoding="utf-8")
    return Library((folder / "library",))
