"""The page, and its style sheet."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tanpuhui.web.portal import charts, shown
from tanpuhui.web.portal.amounts import grams, shown_mass
from tanpuhui.web.portal.site import ENVIRON_KEY, Portal
from tanpuhui.web.portal.words import Language, language_of, said, texts_in

_LARGEST_NUMBER = 2**63 - 1  # of an account


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The books of a programme and the statement of a person.

    Args:
        request: ``lang`` is zh or en; ``person`` the number of an account.
    """
    portal = _portal(request)
    language = language_of(request.GET.get("lang"))
    asked = request.GET.get("person", "")
    context = {**_frame(portal, language, asked), **_books(portal, language)}
    context |= _statement(portal, language, asked)
    status = 404 if context["unknown_person"] else 200
    return render(request, "portal/page.html", context, status=status)


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """The style sheet."""
    return HttpResponse(_style(), content_type="text/css; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is said of an address that leads nowhere."""
    language = language_of(request.GET.get("lang"))
    context = _frame(_portal(request), language, "")
    return render(request, "portal/not_found.html", context, status=404)


@cache
def _style() -> bytes:
    return Path(__file__).with_name("style.css").read_bytes()


def _portal(request: HttpRequest) -> Portal:
    portal = request.META[ENVIRON_KEY]
    assert isinstance(portal, Portal), "the server says what is shown"
    return portal


def _frame(portal: Portal, language: Language, person: str) -> dict[str, Any]:
    """What every page has: texts, titles, the way to the other language."""
    programme = portal.programme
    other = "en" if language == "zh" else "zh"
    query = {"person": person} if person else {}
    return {
        "t": texts_in(language),
        "lang": language,
        "html_lang": "zh-Hans" if language == "zh" else "en",
        "other_lang": other,
        "other_html_lang": "zh-Hans" if other == "zh" else "en",
        "other_url": "?" + urlencode({**query, "lang": other}),
        "title": said(programme.title, language),
        "simulated": portal.simulated,
    }


def _books(portal: Portal, language: Language) -> dict[str, Any]:
    agree, whole, books = shown.books(portal, language)
    received, fates = shown.fates(portal.store.batches(portal.programme.id), language)
    by_scene = next(book for book in books if book.order == "scene")
    return {
        "agree": agree,
        "whole": shown_mass(whole.credited_mg),
        "persons": shown.persons(portal, whole, language),
        "whole_count": f"{whole.count:,}",
        "people_count": f"{portal.store.people_count(portal.programme.id):,}",
        "books": books,
        "received": f"{received:,}",
        "fates": fates,
        "band": charts.band(fates, received),
        "bars": charts.bars(by_scene.rows),
        "chart_width": charts.WIDTH,
        "band_height": charts.BAND_HEIGHT,
        "acts": None if portal.simulated is None else f"{portal.simulated.acts:,}",
        "notes": [said(note, language) for note in portal.programme.notes],
    }


def _statement(portal: Portal, language: Language, asked: str) -> Mapping[str, Any]:
    """The account asked for; else the first of the examples. An unknown one is said to be so."""
    named = shown.people_named(portal)
    person_id = _number(asked) if asked else (named[0] if named else None)
    context: dict[str, Any] = {
        "named": named, "asked": asked, "person_id": person_id, "unknown_person": bool(asked),
    }  # fmt: skip
    if person_id is None:
        return context
    balance = portal.store.balance(person_id, portal.programme.id)
    lines, lost = shown.statement(portal, person_id, language)
    context["unknown_person"] = bool(asked) and not lines and not lost
    points = [
        (said(c.title, language), shown.points_in(portal.programme, c.id, balance.points.get(c.id)))
        for c in portal.programme.currencies
    ]
    return context | {
        "lines": lines, "lost": lost, "grams": grams(balance.credited_mg),
        "balance_points": points, "line_count": balance.count,
    }  # fmt: skip


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()) or len(text) > 19:
        return None
    return min(int(text), _LARGEST_NUMBER)
