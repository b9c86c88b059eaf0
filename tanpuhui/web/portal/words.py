"""The words of the pages: each once in Chinese and once in English, both written by hand.

A pair a text is plainer than catalogues, which every machine would have to compile first, and a
missing translation cannot be overlooked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tanpuhui.rules import Words

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

TEXTS: Mapping[str, Words] = {
    "site": Words("Carbon inclusion", "碳普惠"),
    "skip": Words("To the content", "跳到正文"),
    "other_language": Words("中文", "English"),
    "simulated": Words("Simulated data", "模拟数据"),
    "simulated_says": Words(
        "This city is invented. Its people, rides and records are drawn by chance; nothing here "
        "says anything about the firms and the programme whose names and rules it borrows.",
        "这座城市是虚构的：其中的人、行程和记录都由随机数生成；所借用的企业名称、平台名称和规则，"
        "均不代表任何真实情况。",
    ),
    "seed": Words("seed", "随机种子"),
    "people_unit": Words("people", "人"),
    "days_unit": Words("days", "天"),
    "credited": Words("Credited", "计入减排量"),
    "people": Words("Accounts", "账户"),
    "acts": Words("Acts counted", "计入行为"),
    "acts_short": Words("Acts", "行为"),
    "agree": Words(
        "The three books agree to the milligram: partners, regions and persons each come to",
        "三本账逐毫克一致：企业、政府、个人三本账的合计都是",
    ),
    "disagree": Words(
        "THE BOOKS DO NOT AGREE. Nothing below should be relied on.",
        "三本账不一致。下面的数字不可采信。",
    ),
    "records": Words("What became of the records", "每条记录的去向"),
    "records_say": Words(
        "Several partners report the same ride. Each act is credited once: of what is handed in "
        "together, the report with the strongest evidence; what is posted already stays. The "
        "others are kept, with the reason.",
        "同一次出行常有几家上报。每个行为只计一次：同批上报的以证据最强的一条为准，已入账的不变；其余保留并注明原因。",
    ),
    "happened": Words("acts took place in the simulated city", "次行为发生在这座模拟城市"),
    "counted": Words("counted", "计入"),
    "duplicate": Words("duplicate", "重复"),
    "refused": Words("refused", "拒绝"),
    "held": Words("held", "暂存"),
    "records_unit": Words("records handed in by partners", "条记录由合作方上报"),
    "reason": Words("Reason", "原因"),
    "books": Words("Three books", "三本账"),
    "by_partner": Words("Enterprises, by partner", "企业账本：按合作方"),
    "by_region": Words("Government, by region", "政府账本：按地区"),
    "by_scene": Words("Government, by scene", "政府账本：按场景"),
    "by_person": Words("Persons, all together", "个人账本：全部账户"),
    "partner": Words("Partner", "合作方"),
    "region": Words("Region", "地区"),
    "scene": Words("Scene", "场景"),
    "total": Words("Total", "合计"),
    "exact": Words(
        "Cut to the gram; the exact milligrams stand below each mass.",
        "上行截至克，下行小字为精确毫克数。",
    ),
    "chart": Words("Credited by scene", "各场景计入减排量"),
    "statement": Words("A person's statement", "个人账单"),
    "statement_says": Words(
        "Who earned what, and why: each line with its formula, factors and source.",
        "记了什么、为什么：每一笔都列出公式、系数和出处。",
    ),
    "person": Words("Account", "账户"),
    "show": Words("Show", "查看"),
    "examples": Words("For example", "例如"),
    "in_all": Words("in all", "合计"),
    "lines": Words("lines", "笔"),
    "source": Words("Source", "依据"),
    "not_counted": Words("Reported, not counted", "已上报，未计入"),
    "not_counted_says": Words(
        "Other reports of acts that are credited above or to somebody else.",
        "这些记录所说的行为已由别的记录计入。",
    ),
    "when": Words("When", "时间"),
    "winner": Words("Credited instead: report of", "已计入的记录来自"),
    "no_such_person": Words(
        "There is no account with this number here. Try one of the examples.",
        "这里没有这个账户。可从示例中选一个。",
    ),
    "notes": Words("Notes of the programme", "平台规则说明"),
    "notes_say": Words(
        "From the programme's file in the library. What is a stand-in is said so.",
        "摘自规则库中的平台文件；替代取值均已注明。",
    ),
    "not_found": Words("There is no such page.", "没有这个页面。"),
    "home": Words("To the books", "返回账本"),
}


def texts_in(language: Language) -> dict[str, str]:
    """Every text of the pages in a language."""
    return {name: said(words, language) for name, words in TEXTS.items()}


def said(words: Words, language: Language) -> str:
    """One of the two."""
    return words.zh if language == "zh" else words.en


def language_of(asked: str | None) -> Language:
    """The language asked for; Chinese for anything else.

    >>> language_of("en"), language_of(None), language_of("xx")
    ('en', 'zh', 'zh')
    """
    return "en" if asked == "en" else "zh"
