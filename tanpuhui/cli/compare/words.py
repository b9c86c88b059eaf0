"""What the closed sets are called in a comparison: short, Chinese first."""

from __future__ import annotations

from tanpuhui.cli.words import GRADE_ZH, STANDING_ZH

_STANDING = {
    "national": "national",
    "local": "local",
    "group_standard": "group",
    "normative_document": "normative",
    "enterprise_algorithm": "enterprise",
    "published_rate": "published rate",
    "parent": "parent",
}
STANDING = {name: f"{STANDING_ZH[name]} {en}" for name, en in _STANDING.items()}
FIGURE_ZH = {grade: f"值{zh}" for grade, zh in GRADE_ZH.items()}
STATUS = {
    "computed": "",
    "footprint": "足迹",
    "no-value": "缺官方数值 no official value",
    "no-column": "文件缺列 no column",
    "all-refused": "全部不计 all refused",
}
