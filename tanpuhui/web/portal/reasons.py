"""Why a record did not count, in words: the codes of docs/reference, in both languages."""

from __future__ import annotations

from tanpuhui.rules import Words

_WHOLE = {
    "retry": Words("sent again", "重复提交"),
    "conflict": Words("known id, other content", "编号相同而内容不同"),
    "same-reference": Words("same ticket or order number", "票号或订单号相同"),
    "same-asset": Words("same vehicle or meter at that time", "同一车辆或表计，时间重叠"),
    "same-time": Words("same person at that time", "同一人，时间重叠"),
    "no-account": Words("no account yet", "尚未开户"),
    "unknown-partner": Words("not a partner of the programme", "不是本平台的合作方"),
    "unknown-scene": Words("no such scene", "没有这个场景"),
    "scene-not-in-programme": Words("scene not counted here", "本平台不计这个场景"),
    "region-not-in-programme": Words("happened elsewhere", "发生地不在本平台范围内"),
    "outside-programme": Words("day not counted here", "日期不在本平台有效期内"),
    "time-without-offset": Words("time without offset", "时间缺少时区"),
    "end-before-start": Words("ends before it starts", "结束早于开始"),
    "unknown-region": Words("no such region", "没有这个行政区划代码"),
    "unknown-evidence": Words("no such class of evidence", "没有这个证据类别"),
    "evidence-not-accepted": Words("evidence not accepted", "该场景不接受这类证据"),
    "not-one-local-day": Words("runs past midnight", "跨越了一天"),
    "personal-subject": Words("a phone or identity number as id", "以手机号或身份证号作编号"),
    "unreadable-subject": Words("no readable subject", "用户编号无法识别"),
    "no-distance": Words("no distance", "没有里程"),
}
_FAMILIES = {
    "missing": Words("lacks {}", "缺少 {}"),
    "unreadable": Words("{} cannot be read", "{} 无法读取"),
    "negative": Words("{} below zero", "{} 为负数"),
    "above-most": Words("{} too large", "{} 超出上限"),
    "too-long": Words("{} too long", "{} 过长"),
    "unknown": Words("unknown {}", "{} 的取值未知"),
}


def reason_of(code: str) -> Words:
    """What a code means; a methodology's own code, which may be any, stands as it is.

    >>> reason_of("negative-distance_km").en
    'distance_km below zero'
    """
    if code in _WHOLE:
        return _WHOLE[code]
    for family, words in _FAMILIES.items():
        if code.startswith(f"{family}-"):
            field = code.removeprefix(f"{family}-")
            return Words(words.en.format(field), words.zh.format(field))
    return Words(code, code)
