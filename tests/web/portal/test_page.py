"""The page of the demo, as a browser gets it."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from tests.cli.demo import processes
from tests.cli.demo.processes import Served


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    found = processes.served(tmp_path_factory.mktemp("page"), "--people", "80", "--days", "1")
    yield found
    found.interrupt()


def _got(demo: Served, path: str = "", host: str | None = None) -> tuple[int, str, dict[str, str]]:
    headers = {} if host is None else {"Host": host}
    request = urllib.request.Request(demo.address + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), dict(error.headers)


def test_the_page_is_chinese_and_says_that_it_is_simulated(demo: Served) -> None:
    status, page, _ = _got(demo)

    assert status == 200
    assert '<html lang="zh-Hans">' in page
    assert "<strong>模拟数据</strong>" in page
    assert "三本账逐毫克一致" in page


def test_the_page_is_english_where_that_is_asked_for(demo: Served) -> None:
    _, page, _ = _got(demo, "?lang=en")

    assert '<html lang="en">' in page
    assert "<strong>Simulated data</strong>" in page
    assert "The three books agree to the milligram" in page
    visible = re.sub(r"<[^>]*>", "", page.split("<main", 1)[1])
    assert not re.search("[一-鿿]", visible), "English without a Chinese sign"


def test_the_page_holds_the_totals_that_the_books_printed(demo: Served) -> None:
    (printed,) = set(re.findall(r"合计.* ([0-9,]+) mg", demo.printed))

    _, page, _ = _got(demo)

    # The sentence that says they agree, and the last line of four books.
    assert page.count(f"{printed} mg") == 5


def test_a_statement_explains_each_line_by_its_formula(demo: Served) -> None:
    person = re.findall(r"账户 account ([0-9]+)", demo.printed)[1]

    _, page, _ = _got(demo, f"?person={person}&lang=en")

    assert f"Account {person} · " in page
    lines = page.split('<ol class="lines">')[1].split("</ol>")[0]
    assert lines.count("<li>") == lines.count("reduction = ") > 0


@pytest.mark.parametrize("number", ["999999999", "9" * 40, "nobody", "<script>", "١٢"])
def test_an_unknown_person_is_told_so_in_words(demo: Served, number: str) -> None:
    quoted = urllib.request.quote(number)  # type: ignore[attr-defined]

    status, page, _ = _got(demo, f"?person={quoted}")

    assert status == 404
    assert "这里没有这个账户" in page
    assert "<script" not in page


def test_another_address_is_told_to_lead_nowhere(demo: Served) -> None:
    status, page, _ = _got(demo, "nowhere?lang=en")

    assert status == 404
    assert "There is no such page." in page


def test_only_this_machine_is_answered_and_nothing_from_elsewhere_is_loaded(demo: Served) -> None:
    status, _, _ = _got(demo, host="example.org")
    _, page, headers = _got(demo)

    assert status == 400
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert not re.search(r"""(src|href|action)=["'](https?:)?//""", page)
    assert "<script" not in page
    assert " style=" not in page


def test_every_element_is_closed_and_every_heading_in_its_place(demo: Served) -> None:
    _, page, _ = _got(demo)

    reader = _Outline()
    reader.feed(page)

    assert not reader.open
    assert reader.headings[0] == 1
    assert reader.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(reader.headings, reader.headings[1:], strict=False))


class _Outline(HTMLParser):
    """What is open, and the levels of the headings."""

    VOID = frozenset({"meta", "link", "br", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
