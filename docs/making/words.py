"""What the closed sets of the library's files are called in the pages, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

Pair = tuple[str, str]

STANDING: Mapping[str, Pair] = {
    "national": ("national methodology or standard", "国家级"),
    "local": ("local standard", "地方标准"),
    "group_standard": ("group standard", "团体标准"),
    "normative_document": ("normative document of an authority", "主管部门规范性文件"),
    "enterprise_algorithm": ("algorithm of an enterprise", "企业算法"),
    "published_rate": ("published rate", "公布的系数"),
    "parent": ("parent methodology", "母方法学"),
}
ONLY: Mapping[str, Pair] = {
    "display": ("display: it is shown and never credited", "展示，不得计入"),
    "points": ("points: it may be rewarded and never issued", "积分，不得签发"),
}
TEXT: Mapping[str, Pair] = {
    "read": ("the formula was read in the document itself", "公式读自原文"),
    "reported": ("known from press, papers or reports", "据报道或转述"),
    "parent": ("the formula is that of the parent methodology", "公式取自母方法学"),
    "reconstructed": ("the structure is reconstructed from the scope", "按适用范围重建"),
}
CHECKLIST_TEXT: Mapping[str, Pair] = {
    "read": ("read in the document itself", "读自原文"),
    "reported": ("known from press, papers or reports", "据报道或转述"),
    "unread": ("nothing of it was read", "未读到"),
}
LISTS: Mapping[str, Pair] = {
    "behaviours": ("behaviours that count", "计入的行为"),
    "demands": ("what it asks for", "所提要求"),
}
GRADE: Mapping[str, Pair] = {
    "read": ("read", "原文读到"),
    "reported": ("reported", "据报道"),
    "third_party": ("third party", "第三方引用"),
    "derived": ("derived", "推算"),
    "assumed": ("assumed", "假定"),
}
WORDING: Mapping[str, Pair] = {
    "exact": ("exact", "确切值"),
    "average": ("average", "平均值"),
    "at_least": ("at least", "不低于"),
}
SHOWS: Mapping[str, Pair] = {
    "published": ("published", "公布"),
    "ordinary": ("ordinary", "一般"),
    "boundary": ("boundary", "边界"),
    "rounding": ("rounding", "取整"),
    "refusal": ("refusal", "拒绝"),
}
EACH: Mapping[str, Pair] = {
    "record": ("record", "每条记录"),
    "person": ("person", "每人"),
    "reference": ("reference", "每个凭证号"),
    "asset": ("asset", "每个载体"),
    "local_day": ("local day", "每日"),
    "local_month": ("local month", "每月"),
    "local_year": ("local year", "每年"),
}
READ: Mapping[str, Pair] = {
    "whole": ("read whole", "读过全文"),
    "part": ("read in part", "读过部分"),
    "secondary": ("only a report of it was read", "只读过转述"),
}

KNOWN: Mapping[str, Pair] = {
    "read": ("read", "读自原文"),
    "part": ("part", "读到部分原文"),
    "secondary": ("secondary", "据转述"),
}
STATUS: Mapping[str, Pair] = {
    "in_force": ("in force", "施行中"),
    "trial": ("on trial", "试行"),
    "plan": ("a plan", "方案"),
    "draft": ("a draft", "草案"),
    "ended": ("ended", "已失效"),
}


def told(names: Mapping[str, Pair], key: str) -> str:
    """A word of a closed set in both languages; as the files write it where it has no entry."""
    en, zh = names.get(key, (key, key))
    return f"{zh} · {en}"


def named(names: Mapping[str, Pair], key: str) -> str:
    """A word of a closed set in both languages, and as the files write it."""
    return f"{told(names, key)} (`{key}`)"
