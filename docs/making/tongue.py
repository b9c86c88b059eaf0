"""A page in one language: how it says what the files of the library have in two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from docs.making.words import Pair
from tanpuhui import rules, terms


@dataclass(frozen=True)
class Tongue:
    """A language, and where its pages of methodologies stand.

    Args:
        folder: of its pages, from the folder docs.
        reference: how those pages reach docs/reference.
        other: how they reach the pages of the other language.
    """

    code: Literal["en", "zh"]
    folder: str
    reference: str
    other: str

    def say(self, en: str, zh: str) -> str:
        """The text in this language."""
        return en if self.code == "en" else zh

    def of(self, words: rules.Words | None) -> str:
        """A text of the library; empty where there is none."""
        return "" if words is None else self.say(words.en, words.zh)

    def told(self, names: Mapping[str, Pair], key: str) -> str:
        """A word of a closed set; as the files write it where it has no entry."""
        return self.say(*names.get(key, (key, key)))

    def days(self, days: terms.DayRange) -> str:
        """Days from and until which something holds."""
        begin, end = days.from_day, days.until_day
        if self.code == "en":
            return str(days)
        said = f"自{begin}起" if begin else ""
        said += f"，{end}前" if begin and end else f"{end}前" if end else ""
        return said or "不限"

    def bullets(self, items: Iterable[rules.Words]) -> list[str]:
        """Texts of the library as a list."""
        return [f"- {self.of(words)}" for words in items]

    def headed(self, heading: tuple[str, str], lines: list[str], level: int = 2) -> list[str]:
        """A section; nothing where it has no lines."""
        return ["", f"{'#' * level} {self.say(*heading)}", "", *lines, ""] if lines else []


ENGLISH = Tongue("en", "reference/methodologies", "..", "../../zh/methodologies")
CHINESE = Tongue("zh", "zh/methodologies", "../../reference", "../../reference/methodologies")
TONGUES = (ENGLISH, CHINESE)
