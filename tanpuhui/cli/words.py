"""What the closed sets of the library's files are called on a terminal, in Chinese."""

from __future__ import annotations

STANDING_ZH = {
    "national": "国家级",
    "local": "地方标准",
    "group_standard": "团体标准",
    "normative_document": "规范性文件",
    "enterprise_algorithm": "企业算法",
    "published_rate": "公布系数",
    "parent": "母方法学",
}
ONLY_ZH = {"display": "展示", "points": "积分"}
TEXT_ZH = {
    "read": "读自原文",
    "reported": "据报道",
    "parent": "公式取自母方法学",
    "reconstructed": "按适用范围重建",
}
GRADE_ZH = {
    "read": "原文读到",
    "reported": "据报道",
    "third_party": "第三方引用",
    "derived": "推算",
    "assumed": "假定",
}
OUTPUT_ZH = {
    "baseline": "基准线排放量",
    "activity": "低碳行为排放量",
    "leakage": "泄漏",
    "reduction": "减排量",
}
KNOWN_ZH = {"read": "读自原文", "part": "读到部分原文", "secondary": "据转述"}
STATUS_ZH = {
    "in_force": "施行中",
    "trial": "试行",
    "plan": "方案",
    "draft": "草案",
    "ended": "已失效",
}
