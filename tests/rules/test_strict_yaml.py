"""The strict subset of YAML: no value can mean two things, and every fault names its line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanpuhui.rules.strict_yaml import SIZE_LIMIT, Block, Leaf, Listing, Scalar, Written, read_yaml
from tanpuhui.terms import Fault, Faults


def _read(tmp_path: Path, content: str | bytes) -> Block:
    path = tmp_path / "a.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_yaml(path).top


def _value(tmp_path: Path, text: str) -> Scalar:
    leaf = _read(tmp_path, f"a: {text}\n").entries["a"]
    assert isinstance(leaf, Leaf)
    return leaf.value


def _faults(tmp_path: Path, content: str | bytes) -> tuple[Fault, ...]:
    with pytest.raises(Faults) as refusal:
        _read(tmp_path, content)
    return refusal.value.faults


def _only_fault(tmp_path: Path, content: str | bytes) -> tuple[Fault, int | None]:
    """The one fault, and its line."""
    (fault,) = _faults(tmp_path, content)
    assert fault.place is not None
    assert fault.place.file.endswith("a.yaml")
    return fault, fault.place.line


# -- what values are -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("48.70", "48.70"),  # the digits of the source are kept
        ("0", "0"),
        ("-5", "-5"),
        ("0.02", "0.02"),
        ("1e-3", "0.001"),
        ("12345678901234567890.123456789", "12345678901234567890.123456789"),
    ],
)
def test_a_number_is_an_exact_decimal(tmp_path: Path, text: str, value: str) -> None:
    found = _value(tmp_path, text)

    assert isinstance(found, Decimal)
    assert found == Decimal(value)


def test_the_digits_of_a_number_are_kept_as_they_are_printed(tmp_path: Path) -> None:
    assert str(_value(tmp_path, "48.70")) == "48.70"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2022-08-25", date(2022, 8, 25)),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("bus", "bus"),
        ("汉口银行", "汉口银行"),
        ("200 gCO2e", "200 gCO2e"),
    ],
)
def test_days_truths_nulls_and_texts_are_what_they_look_like(
    tmp_path: Path, text: str, value: Scalar
) -> None:
    assert _value(tmp_path, text) == value


@pytest.mark.parametrize(
    "text",
    ["420100", "on", "010", "12:30", "2022-08-25", "null", "true", "48.70", "0x1f", "yes"],
)
def test_what_is_in_quotes_is_a_text(tmp_path: Path, text: str) -> None:
    assert _value(tmp_path, f'"{text}"') == text
    assert _value(tmp_path, f"'{text}'") == text


def test_a_block_of_text_is_a_text(tmp_path: Path) -> None:
    assert _value(tmp_path, "|\n  on\n") == "on\n"
    assert _value(tmp_path, ">-\n  distance_km\n  * per_km\n") == "distance_km * per_km"


def test_every_value_keeps_its_line(tmp_path: Path) -> None:
    top = _read(tmp_path, "# a comment\na: 1\nb:\n  - 2\n  - {c: 3,\n     d: 4}\n")

    listing = top.entries["b"]
    assert isinstance(listing, Listing)
    block = listing.items[1]
    assert isinstance(block, Block)
    assert dict(top.key_lines) == {"a": 2, "b": 3}
    assert [item.line for item in listing.items] == [4, 5]
    assert dict(block.key_lines) == {"c": 5, "d": 6}


def test_an_empty_file_is_a_mapping_without_keys(tmp_path: Path) -> None:
    assert _read(tmp_path, "# nothing yet\n").entries == {}


def test_a_file_is_named_by_the_hash_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\n")

    file = read_yaml(path)

    # printf 'a: 1\n' | sha256sum
    assert file.sha256 == "37b128c59f1f5097f73f82691cb519f1f568667faab5ced1b4ab979d36837eae"


def test_a_file_below_the_working_folder_is_named_as_the_reader_would_type_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "library").mkdir()
    path = tmp_path / "library" / "a.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert read_yaml(path).name == "library/a.yaml"


# -- what other readers would take for something else -------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("on", "off", "yes", "no", "On", "OFF", "Yes", "NO", "y", "n", "Y", "N"),
        *("010", "007", "00.5", "-010", "0x1f", "0o17", "0b11"),
        *("12:30", "1:30:00", "190:20:30"),
    ],
)
def test_a_word_that_yaml_1_1_turns_into_something_else_needs_quotes(
    tmp_path: Path, text: str
) -> None:
    fault, line = _only_fault(tmp_path, f"first: 1\na: {text}\n")

    assert (fault.code, line) == ("LIB-103", 2)
    assert f'write "{text}" in quotes' in fault.remedy()


@pytest.mark.parametrize("text", ["True", "FALSE", "Null", "NULL", "1_000", ".5", "+.5", ".inf"])
def test_other_forms_of_truths_nulls_and_numbers_need_quotes_too(tmp_path: Path, text: str) -> None:
    # YAML 1.1 reads true, false, null, null, 1000, 0.5, 0.5 and infinity; here they were texts.
    fault, line = _only_fault(tmp_path, f"first: 1\na: {text}\n")

    assert (fault.code, line) == ("LIB-103", 2)


@pytest.mark.parametrize("key", ["on", "no", "010", "12:30"])
def test_such_a_word_needs_quotes_as_a_key_too(tmp_path: Path, key: str) -> None:
    fault, line = _only_fault(tmp_path, f"first: 1\n{key}: 2\n")

    assert (fault.code, line) == ("LIB-103", 2)


def test_a_trap_inside_a_list_is_found_at_its_line(tmp_path: Path) -> None:
    fault, line = _only_fault(tmp_path, "regions:\n  - one\n  - no\n")

    assert (fault.code, line) == ("LIB-103", 3)


# -- what the strict subset does not have ----------------------------------------------------------


def test_a_duplicate_key_is_refused_with_both_of_its_lines(tmp_path: Path) -> None:
    fault, line = _only_fault(tmp_path, "unit: km\ntitle: x\nunit: m\n")

    assert (fault.code, line) == ("LIB-102", 3)
    assert "'unit' stands here and on line 1" in fault.what()
    assert "keep one of the two" in fault.remedy()


def test_a_key_in_quotes_and_the_same_key_without_are_duplicates(tmp_path: Path) -> None:
    fault, line = _only_fault(tmp_path, "{unit: km,\n'unit': m}\n")

    assert (fault.code, line) == ("LIB-102", 2)


def test_one_key_in_two_mappings_is_no_duplicate(tmp_path: Path) -> None:
    top = _read(tmp_path, "a: {unit: km}\nb: {unit: m}\n")

    assert list(top.entries) == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "found", "line"),
    [
        ("first: 1\na: &anchor 2\n", "the anchor &anchor", 2),
        ("first: 1\na: !mine 2\n", "the tag !mine", 2),
        ("first: 1\na: !!str 2\n", "the tag", 2),
        ("first: 1\na: !!float 2\n", "the tag", 2),
        ("first: 1\na: !!python/name:os.system 2\n", "the tag", 2),
        ("first: 1\n<<: {a: 2}\n", "the merge key <<", 2),
        ("first: 1\n? [a, b]\n: 2\n", "a key that is not a text", 2),
        ("first: 1\na: 2023-02-30\n", "2023-02-30, which is no day of the calendar", 2),
        ("first: 1\na: 2022-13-01\n", "2022-13-01, which is no day of the calendar", 2),
    ],
)
def test_anchors_tags_merge_keys_and_impossible_days_are_refused(
    tmp_path: Path, content: str, found: str, line: int
) -> None:
    faults = _faults(tmp_path, content)

    fault = faults[0]
    assert fault.place is not None
    assert (fault.code, fault.place.line) == ("LIB-104", line)
    assert found in fault.what()
    assert "write the value out where it is used" in fault.remedy()


def test_an_alias_of_itself_is_refused_and_does_not_run_for_ever(tmp_path: Path) -> None:
    fault = _faults(tmp_path, "first: 1\na: &loop [*loop]\n")[0]

    assert fault.place is not None
    assert (fault.code, fault.place.line) == ("LIB-104", 2)


def test_an_anchor_is_told_once_however_often_it_is_used(tmp_path: Path) -> None:
    # Four aliases of four aliases of …: read through, it would be told 4 + 16 + 64 + 256 times.
    content = "a: &a 1\n" + "".join(
        f"{name}: &{name} [*{used}, *{used}, *{used}, *{used}]\n"
        for used, name in zip("abcd", "bcde", strict=True)
    )

    faults = _faults(tmp_path, content)

    assert [fault.place.line for fault in faults if fault.place] == [1, 2, 3, 4, 5]


# -- what is no file of the library at all ---------------------------------------------------------


def test_a_file_that_is_not_utf8_is_refused_with_the_byte(tmp_path: Path) -> None:
    fault, line = _only_fault(tmp_path, "a: 汉口".encode("gb18030"))

    assert (fault.code, line) == ("LIB-101", None)
    assert "byte 3 is not UTF-8" in fault.what()
    assert "mend the file" in fault.remedy()


@pytest.mark.parametrize("content", ["- 1\n- 2\n", "just a text\n", "12\n"])
def test_a_file_whose_top_is_no_mapping_is_refused(tmp_path: Path, content: str) -> None:
    fault, line = _only_fault(tmp_path, content)

    assert (fault.code, line) == ("LIB-101", 1)
    assert "mapping of keys to values" in fault.what()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", 3),
        ("a: 1\n b: 2\n", 2),
        ("title: A bank: its steps\n", 1),  # a colon in a text needs quotes
        ("a: 1\n---\nb: 2\n", 2),
        ("a: 'open\n", 2),
        ("a:\n\t- 1\n", 2),
        ("a: *nowhere\n", 1),
    ],
)
def test_a_file_that_is_no_yaml_is_refused_at_its_line(
    tmp_path: Path, content: str, line: int
) -> None:
    fault, found = _only_fault(tmp_path, content)

    assert (fault.code, found) == ("LIB-101", line)
    assert "needs quotes" in fault.remedy()


def test_a_file_of_more_than_two_million_bytes_is_refused_before_it_is_read(
    tmp_path: Path,
) -> None:
    fault, _ = _only_fault(tmp_path, b"#" * (SIZE_LIMIT + 1))

    assert fault.code == "LIB-101"
    assert "over 2000000 bytes" in fault.what()


# -- all at once -----------------------------------------------------------------------------------


def test_all_that_is_not_strict_in_one_file_is_told_at_once(tmp_path: Path) -> None:
    faults = _faults(tmp_path, "a: on\nb: 2023-02-30\nb: &x 010\n")

    found = sorted((fault.place.line, fault.code) for fault in faults if fault.place)
    assert found == [(1, "LIB-103"), (2, "LIB-104"), (3, "LIB-102"), (3, "LIB-103"), (3, "LIB-104")]


PLAIN = (
    st.decimals(-(10**9), 10**9, places=3)
    | st.dates(date(1900, 1, 1))
    | st.booleans()
    | st.none()
    | st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=20)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PLAIN, max_size=5))
def test_what_is_written_plainly_reads_back_the_same(tmp_path: Path, values: list[Scalar]) -> None:
    content = "a:\n" + "".join(f"  - {_written(value)}\n" for value in values)

    found = _read(tmp_path, content).entries["a"]

    assert _values(found) == (values or None)


def _written(value: Scalar) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else f"{value}"


def _values(written: Written) -> list[Scalar] | Scalar:
    if isinstance(written, Leaf):
        return written.value
    assert isinstance(written, Listing)
    return [item.value for item in written.items if isinstance(item, Leaf)]
