"""``tanpuhui quantify``: the contract of DESIGN 4, which other people's scripts rely on."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import Result

from tests.cli.command_line import TRIALS, Typed

OURS = ["baseline_mg", "activity_mg", "leakage_mg", "reduction_mg", "refused"]
HANKOU = "scene,steps,item_count\nwalk,7250,\nwalk,10001,\nbus_ride,,1\n"
FAST = ("--engine", "reference")  # the same figures without loading DuckDB


@pytest.fixture
def given(tmp_path: Path) -> Any:
    """Writes a file of records and gives its path."""

    def write(content: str | bytes, name: str = "records.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def rows_of(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.stdout)))


def last_line(result: Result) -> str:
    return result.stderr.rstrip("\n").splitlines()[-1]


# -- columns, totals, exit codes -------------------------------------------------------------------


def test_columns_out_are_the_columns_in_and_five_of_ours(typed: Typed, given: Any) -> None:
    result = typed("quantify", "rates.hankou_2022", given(HANKOU), *FAST)

    rows = rows_of(result)
    assert list(rows[0]) == ["scene", "steps", "item_count", *OURS]
    # 7250 x 0.02 g, 10001 x 0.02 g before limits, 80 g a ride; a rate has no baseline.
    assert [row["reduction_mg"] for row in rows] == ["145000", "200020", "80000"]
    assert {row[name] for row in rows for name in ("baseline_mg", "activity_mg", "refused")} == {""}
    assert [row["steps"] for row in rows] == ["7250", "10001", ""]
    assert result.exit_code == 0


def test_the_totals_are_the_last_line_of_stderr(typed: Typed, given: Any) -> None:
    result = typed("quantify", "rates.hankou_2022", given(HANKOU), "--day", "2024-05-01", *FAST)

    assert last_line(result) == (
        "rates.hankou_2022 · 420100 · 2024-05-01 · 3 received · 3 counted"
        " · reduction_mg 425020 (425.02 g)"
    )


def test_seventy_one_million_kilometres_are_3467_tonnes(typed: Typed, given: Any) -> None:
    records = given("scene,distance_km\nshared_bike_ride,71200000\n")

    result = typed("quantify", "mobility.shared_cycling.edc_cec_2021", records)

    assert rows_of(result)[0]["reduction_mg"] == "3467440000000"
    assert "reduction_mg 3467440000000 (3,467.44 t)" in last_line(result)


def test_refused_rows_stay_with_their_code_and_the_exit_code_says_so(
    typed: Typed, given: Any
) -> None:
    records = given(HANKOU + "walk,0,\nswim,5,\nwalk,,\nwalk,-1,\n")

    result = typed("quantify", "rates.hankou_2022", records, *FAST)

    assert [row["refused"] for row in rows_of(result)][3:] == [
        "no-steps",
        "scene-not-covered",
        "missing-steps",
        "negative-steps",
    ]
    assert {row["reduction_mg"] for row in rows_of(result)[3:]} == {""}
    assert (
        "7 received · 3 counted · 4 refused (missing-steps 1, negative-steps 1, no-steps 1, "
        "scene-not-covered 1) · reduction_mg 425020" in last_line(result)
    )
    assert result.exit_code == 1


def test_a_blank_scene_is_refused_and_never_counted_as_nothing(typed: Typed, given: Any) -> None:
    result = typed("quantify", "rates.hankou_2022", given("scene,steps\n,7250\nwalk,1\n"))

    assert [row["refused"] for row in rows_of(result)] == ["scene-not-covered", ""]
    assert result.exit_code == 1


@pytest.mark.parametrize("engine_name", ["reference", "duckdb"])
def test_unreadable_numbers_and_days_are_collected_and_stop_nobody(
    engine_name: str, typed: Typed, given: Any
) -> None:
    records = given(
        "scene,steps,day\nwalk,seven,2024-01-01\nwalk,100,2024-13-01\nwalk,100,\nwalk,nan,\n"
    )

    result = typed("quantify", "rates.hankou_2022", records, "--engine", engine_name)

    assert [(row["refused"], row["reduction_mg"]) for row in rows_of(result)] == [
        ("unreadable-steps", ""),
        ("unreadable-day", ""),
        ("", "2000"),
        ("unreadable-steps", ""),
    ]
    assert "3 refused (unreadable-day 1, unreadable-steps 2)" in last_line(result)
    assert result.exit_code == 1


# -- options ---------------------------------------------------------------------------------------


def test_region_and_day_of_a_row_come_before_the_options(typed: Typed, given: Any) -> None:
    records = given(
        "distance_km,region,day\n1,420102,\n1,,\n1,420106,2024-12-31\n1,,2025-01-01\n1,999999,\n"
    )

    result = typed(
        *("quantify", "trial.regional", records, "--library", TRIALS, *FAST),
        *("--region", "420106", "--day", "2024-06-01"),
    )

    # The district's own; the city's by the options; the city's last day; the province's after it.
    assert [row["reduction_mg"] for row in rows_of(result)] == ["5000", "4000", "4000", "3000", ""]
    assert rows_of(result)[4]["refused"] == "region-unknown"


def test_a_day_before_validity_refuses_and_the_default_day_does_not(
    typed: Typed, given: Any
) -> None:
    records = given("a\n1\n")
    command = ("quantify", "trial.validity", records, "--library", TRIALS, *FAST)

    # trial.validity ended with 2024: today is past it, so its last day of crediting is taken.
    assert typed(*command).exit_code == 0
    assert "· 2024-08-31 ·" in last_line(typed(*command))
    assert rows_of(typed(*command, "--day", "2023-12-31"))[0]["refused"] == "outside-validity"


def test_a_parameter_given_by_hand_is_used_and_named(typed: Typed, given: Any) -> None:
    command = ("quantify", "rates.hankou_2022", given(HANKOU), *FAST)

    plain, chosen = typed(*command, "--json"), typed(*command, "--set", "per_step=0.03", "--json")

    assert "· set per_step=0.03 ·" in last_line(chosen)
    found = json.loads(chosen.stdout)
    assert found["set"] == {"per_step": "0.03"}
    assert found["rows"][0]["reduction_mg"] == 217_500  # 7250 x 0.03 g
    assert found["factor_set"] != json.loads(plain.stdout)["factor_set"]
    assert json.loads(plain.stdout)["set"] == {}


def test_a_missing_official_value_is_told_and_can_be_given(typed: Typed, given: Any) -> None:
    command = ("quantify", "trial.without_value", given("distance_km\n2\n"), "--library", TRIALS)

    lacking = typed(*command, *FAST)
    chosen = typed(*command, *FAST, "--set", "per_km=5 gCO2e/km")

    assert lacking.exit_code == 2
    assert lacking.stderr.startswith("LIB-210  Parameter 'per_km' of trial.without_value")
    assert "not_at_hand.yaml:" in lacking.stderr
    assert "--set per_km=VALUE" in lacking.stderr
    assert rows_of(chosen)[0]["reduction_mg"] == "10000"


def test_the_reference_engine_writes_the_same_bytes(typed: Typed, given: Any) -> None:
    lines = ["scene,distance_km,steps,备注"]
    lines += [f"trial_ride,{n * 0.0101:.4f},,第{n}次" for n in range(200)]
    lines += ["trial_ride,71200000000.1,,大", "trial_walk,,7250,", "swim,1,,", "trial_ride,x,,"]
    records = given("\n".join(lines) + "\n")
    command = ("quantify", "trial.scenes", records, "--library", TRIALS, "--engine")

    outputs = [typed(*command, name) for name in ("reference", "duckdb")]

    assert outputs[0].stdout_bytes == outputs[1].stdout_bytes
    assert last_line(outputs[0]) == last_line(outputs[1])


def test_the_engine_may_be_named_in_the_environment(typed: Typed, given: Any) -> None:
    command = ("quantify", "rates.hankou_2022", given(HANKOU), "--json")

    result = typed(*command, environment={"TANPUHUI_ENGINE": "reference"})

    assert json.loads(result.stdout)["engine"] == "reference"


def test_a_private_library_may_be_named_in_the_environment(typed: Typed, given: Any) -> None:
    result = typed(
        *("quantify", "trial.plus", given("a,b\n1,2\n"), *FAST),
        environment={"TANPUHUI_LIBRARY": TRIALS},
    )

    assert rows_of(result)[0]["reduction_mg"] == "3000"


# -- where it is written ---------------------------------------------------------------------------


def test_json_is_one_object_with_what_was_computed_by_what(typed: Typed, given: Any) -> None:
    records = given(HANKOU + "walk,0,\n")

    result = typed("quantify", "rates.hankou_2022", records, "--json", "--day", "2024-05-01", *FAST)

    found = json.loads(result.stdout)
    assert {key: found[key] for key in ("methodology", "engine", "region", "day", "set")} == {
        "methodology": "rates.hankou_2022",
        "engine": "reference",
        "region": "420100",
        "day": "2024-05-01",
        "set": {},
    }
    assert (found["received"], found["counted"], found["refused"]) == (4, 3, {"no-steps": 1})
    assert found["totals"] == {
        "baseline_mg": None, "activity_mg": None, "leakage_mg": None, "reduction_mg": 425_020,
    }  # fmt: skip
    assert len(found["methodology_sha256"]) == 64
    assert len(found["factor_set"]) == 64
    assert found["library"]
    assert found["rows"][0] == {
        "scene": "walk", "steps": "7250", "item_count": None, "baseline_mg": None,
        "activity_mg": None, "leakage_mg": None, "reduction_mg": 145_000, "refused": "",
    }  # fmt: skip
    assert result.exit_code == 1


def test_a_file_takes_the_rows_and_leaves_stdout_empty(
    typed: Typed, given: Any, tmp_path: Path
) -> None:
    command = ("quantify", "rates.hankou_2022", given(HANKOU), *FAST)

    printed = typed(*command)
    written = typed(*command, "--out", tmp_path / "out.csv")

    assert written.stdout == ""
    assert (tmp_path / "out.csv").read_bytes() == printed.stdout_bytes
    assert last_line(written) == last_line(printed)


def test_a_parquet_file_has_the_types_of_the_contract(
    typed: Typed, given: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"

    result = typed("quantify", "rates.hankou_2022", given(HANKOU), "--out", out, "--json", *FAST)

    found = pq.read_table(out)
    assert [found.schema.field(name).type for name in OURS] == [*[pa.int64()] * 4, pa.string()]
    assert found["reduction_mg"].to_pylist() == [145_000, 200_020, 80_000]
    assert found["steps"].to_pylist() == ["7250", "10001", None]
    assert "rows" not in json.loads(result.stdout)


def test_a_folder_that_is_not_there_is_a_fault_and_no_traceback(
    typed: Typed, given: Any, tmp_path: Path
) -> None:
    for name in ("out.csv", "out.parquet"):
        out = tmp_path / "nowhere" / name
        result = typed("quantify", "rates.hankou_2022", given(HANKOU), "--out", out, *FAST)

        assert result.exit_code == 2
        assert "nowhere" in result.stderr


# -- files as people have them ---------------------------------------------------------------------


def test_text_is_carried_through_as_it_stands(typed: Typed, given: Any) -> None:
    remark = '早高峰，"2号线"\n换乘, 一次'
    sheet = io.StringIO()
    csv.writer(sheet).writerows(
        [["备注", "scene", "steps"], [remark, "walk", "0100"], ["", "walk", "1"]]
    )

    result = typed("quantify", "rates.hankou_2022", given(sheet.getvalue()), *FAST)

    rows = rows_of(result)
    assert [row["备注"] for row in rows] == [remark, ""]
    assert [row["steps"] for row in rows] == ["0100", "1"]
    assert [row["reduction_mg"] for row in rows] == ["2000", "20"]


def test_a_file_from_a_spreadsheet_with_a_byte_order_mark_is_read(typed: Typed, given: Any) -> None:
    content = b"\xef\xbb\xbf" + HANKOU.replace("\n", "\r\n").encode()

    result = typed("quantify", "rates.hankou_2022", given(content), *FAST)

    assert next(iter(rows_of(result)[0])) == "scene"
    assert last_line(result).endswith("reduction_mg 425020 (425.02 g)")


def test_a_header_without_rows_gives_a_header_without_rows(typed: Typed, given: Any) -> None:
    for name in ("reference", "duckdb"):
        result = typed("quantify", "rates.hankou_2022", given("scene,steps\n"), "--engine", name)

        assert result.stdout.count("\n") == 1
        assert next(csv.reader(io.StringIO(result.stdout))) == ["scene", "steps", *OURS]
        assert "0 received · 0 counted · reduction_mg 0 (0 g)" in last_line(result)
        assert result.exit_code == 0


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "REC-101", "empty"),
        ("备注,scene,steps\n早高峰,walk,1\n".encode("gb18030"), "REC-101", "iconv -f GB18030"),
        ("scene,steps,备注\nwalk,1,早高峰\n".encode("gb18030"), "REC-101", "iconv -f GB18030"),
        (b"scene,steps,steps\nwalk,1,2\n", "REC-101", "steps is named twice"),
        (b"scene,steps\nwalk,1,2\n", "REC-101", ""),
        (b"scene,step\nwalk,1\n", "ENG-102", "steps"),
        (b"steps\n1\n", "ENG-104", "scene=walk|bus_ride|metro_ride|bill_payment"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_fault_with_its_remedy(
    content: bytes, code: str, says: str, typed: Typed, given: Any
) -> None:
    result = typed("quantify", "rates.hankou_2022", given(content), *FAST)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"{code}  ")
    assert says in result.stderr
    assert "Do this" in result.stderr
    assert f"docs/reference/errors.md#{code.lower()}" in result.stderr


def test_a_file_that_is_not_there_is_a_fault(typed: Typed, tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        result = typed("quantify", "rates.hankou_2022", path, *FAST)

        assert (result.exit_code, result.stderr[:7]) == (2, "REC-101")
        assert str(path) in result.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("rates.hankou_2021",), "LIB-111"),
        (("rates.hankou_2022", "--engine", "abacus"), "ENG-101"),
        (("rates.hankou_2022", "--region", "990000"), "LIB-201"),
        (("rates.hankou_2022", "--day", "2024-02-30"), "--day"),
        (("rates.hankou_2022", "--day", "yesterday"), "--day"),
        (("rates.hankou_2022", "--set", "per_step"), "key=value"),
        (("rates.hankou_2022", "--set", "per_mile=1"), "LIB-309"),
        (("rates.hankou_2022", "--set", "per_step=much"), "LIB-309"),
        (("rates.hankou_2022", "--set", "per_step=1 kg"), "LIB-309"),
        (("rates.hankou_2022", "--library", "/nowhere"), "LIB-110"),
    ],
)
def test_a_wrong_command_is_told_so_and_computes_nothing(
    words: tuple[str, ...], says: str, typed: Typed, given: Any
) -> None:
    result = typed("quantify", words[0], given(HANKOU), *words[1:])

    assert result.exit_code == 2
    assert result.stdout == ""
    assert says in result.stderr
