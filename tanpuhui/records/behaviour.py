"""A behaviour record: one report of one act, as a partner hands it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Evidence = Literal[
    "fare_record",
    "meter_record",
    "vehicle_record",
    "navigation_track",
    "device_sensor",
    "photo",
    "statement",
]
# Strongest first: how a behaviour is known decides which of two reports counts.
EVIDENCE: tuple[Evidence, ...] = (
    "fare_record",
    "meter_record",
    "vehicle_record",
    "navigation_track",
    "device_sensor",
    "photo",
    "statement",
)


@dataclass(frozen=True)
class Field:
    """A field of a behaviour record, and what it means in English and in Chinese."""

    name: str
    form: str
    required: bool
    en: str
    zh: str


FIELDS: tuple[Field, ...] = (
    Field("record_id", "text", True, "the partner's own id; with partner the idempotency key",
          "合作方自己的记录编号；与 partner 一起构成幂等键"),
    Field("partner", "text", True, "who reports", "数据提供方"),
    Field("subject", "text", True, "the person: the partner's own id, or k: and a keyed hash",
          "当事人：合作方的不透明编号，或以 k: 开头的带密钥哈希"),
    Field("scene", "text", True, "an id of library/scenes", "减排场景编号"),
    Field("started_at", "RFC 3339 with offset", True, "when the act began",
          "开始时间（含时区偏移）"),
    Field("ended_at", "RFC 3339 with offset", True, "when it ended; equal for an instant",
          "结束时间；瞬时行为与开始时间相同"),
    Field("region", "GB/T 2260 code", True, "where the act took place", "行为发生地的行政区划代码"),
    Field("evidence", "one of the seven classes", True, "how the act is known", "证据类别"),
    Field("reference", "text", False, "ticket, order or bill number", "票号、订单号或账单号"),
    Field("asset", "text", False, "vehicle, meter or batch of goods", "车辆、表计或物品批次"),
)  # fmt: skip
