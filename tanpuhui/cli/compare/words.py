"""What the closed sets are called in a comparison: short, Chinese first."""

from __future__ import annotations

STANDING = {
    "national": "国家级 national",
    "local": "地方标准 local",
    "group_standard": "团体标准 group",
    "normative_document": "规范性文件 normative",
    "enterprise_algorithm": "企业算法 enterprise",
    "published_rate": "公布系数 published rate",
    "parent": "母方法学 parent",
}
TEXT = {
    "read": "读自原文",
    "reported": "据报道",
    "parent": "公式取自母方法学",
    "reconstructed": "按范围重建",
}
FIGURE_ZH = {
    "read": "值读到",
    "reported": "值据报道",
    "third_party": "值经转引",
    "derived": "值系推算",
    "assumed": "值系假定",
}
STATUS = {
    "computed": "",
    "footprint": "足迹",
    "no-value": "缺官方数值 no official value",
    "no-column": "文件缺列 no column",
    "all-refused": "全部不计 all refused",
}
