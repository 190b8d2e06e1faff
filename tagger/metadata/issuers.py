"""Who wrote a report: a health authority or institution, named in full behind the name of its place."""

from __future__ import annotations

import re
from typing import NamedTuple

from tagger.reading.characters import HAN

# Authorities; the short form on the left of "=" is written out.
_AUTHORITIES = (
    "卫生健康委员会",
    "卫生健康委=卫生健康委员会",
    "卫健委员会=卫生健康委员会",
    "卫健委=卫生健康委员会",
    "卫生健康局",
    "卫健局=卫生健康局",
    "卫生和计划生育委员会",
    "卫生计生委员会=卫生和计划生育委员会",
    "卫生计生委=卫生和计划生育委员会",
    "卫计委=卫生和计划生育委员会",
    "卫生和计划生育局",
    "卫生计生局=卫生和计划生育局",
    "卫计局=卫生和计划生育局",
    "卫生局",
    "卫生厅",
    "人口和计划生育局",
    "人口和计划生育委员会",
    "疾病预防控制局",
    "疾控局=疾病预防控制局",
    "中医药管理局",
    "医疗保障局",
    "医保局=医疗保障局",
    "社会事业局",
    "社会事业发展局",
    "社会发展局",
    "社会事务局",
    "爱国卫生运动委员会办公室",
    "爱国卫生运动委员会",
    "爱卫办=爱国卫生运动委员会办公室",
    "爱卫会=爱国卫生运动委员会",
    "人民政府办公室",
    "人民政府",
)
_INSTITUTIONS = (
    "疾病预防控制中心",
    "疾控中心=疾病预防控制中心",
    "妇幼保健计划生育服务中心",
    "妇幼保健服务中心",
    "妇幼保健中心",
    "妇幼保健院",
    "妇幼保健所",
    "妇幼保健站",
    "卫生健康综合监督执法局",
    "卫生健康综合监督执法大队",
    "卫生健康综合监督执法支队",
    "卫生计生综合监督执法局",
    "卫生监督局",
    "卫生监督所",
    "卫生健康监督所",
    "卫生健康事务中心",
    "卫生健康服务中心",
    "计划生育协会",
    "计生协会=计划生育协会",
    "计生协=计划生育协会",
    "红十字会",
    "中心血站",
    "血液中心",
    "急救中心",
    "紧急救援中心",
    "结核病防治所",
    "皮肤病防治所",
    "职业病防治院",
    "职业病防治所",
    "慢性病防治中心",
    "精神卫生中心",
    "公共卫生服务中心",
    "公共卫生临床中心",
    "社区卫生服务中心",
    "社区卫生服务站",
    "卫生服务中心",
    "卫生院",
    "医院",
)
_WRITTEN_OUT = {form.split("=")[0]: form.split("=")[-1] for form in (*_AUTHORITIES, *_INSTITUTIONS)}


def _forms(forms: tuple[str, ...]) -> str:
    return "|".join(sorted((form.split("=")[0] for form in forms), key=len, reverse=True))


# What a hospital's own name may hold: 第二人民, 妇女儿童, 中西医结合. Other words make it a kind of hospital, or a sentence.
_NO_NAME = r"公立|民营|私立|基层|[县市省区乡村镇]级|县域|市属|省属|[县市省区]直|乡镇|[各的和与及等在对是了]|[二三]级|[两几]家|定点|方舱|医疗|改革|工作|总结|系统|年|月|建设|推进|卫生健康"
_AUTHORITY = re.compile(
    rf"(?P<whole>{_forms(_AUTHORITIES)}|卫生健康和[{HAN}]{{2,8}}?局|(?:[{HAN}]{{1,4}}?和)?[教文体旅民]{{1,4}}[{HAN}]{{0,4}}?卫生(?:健康)?局)(?![长属])"
)
_INSTITUTION = re.compile(
    rf"(?![县区市旗州省镇乡])(?P<middle>(?:(?!{_NO_NAME})[{HAN}]){{0,12}}?)(?P<whole>{_forms(_INSTITUTIONS)})"
    r"(?!综合|改革|医改|建设|高质量|管理|能力|运营|等级|评审|院长|集团|服务|体系|发展|药品|采购|感染|数|床|[们等和与及、])"
)
_UNIVERSITY = re.compile(
    r"(?![以由赴向经到])"
    rf"(?:(?!{_NO_NAME})[{HAN}]){{2,8}}?大学(?:(?!{_NO_NAME})[{HAN}]){{0,10}}?医院(?![{HAN}]?(?:改革|建设))"
)
_NATIONAL = re.compile(
    r"(?:中华人民共和国)?国家(?:卫生健康委员会|卫生健康委|卫健委|疾病预防控制局|中医药管理局|医疗保障局)"
)
_TOWNSHIP_INSTITUTION = re.compile(
    r"(?:第[一二三])?(?:中心)?(?:卫生院|(?:社区)?卫生服务中心|社区卫生服务站|医院|人民医院)"
)
_GRASSROOTS = re.compile(r"(?:卫生院|社区卫生服务中心|社区卫生服务站)$")


# The health authority of a place has had several names; it is one and the same through all of them.
_HEALTH_AUTHORITY = re.compile(rf"(?:卫生健康|卫生和计划生育|卫生)(?:局|委员会|厅)|卫生健康和[{HAN}]{{2,8}}局")


class Issuer(NamedTuple):
    """An institution's name behind that of its place, written out; `authority` tells bureaus from hospitals."""

    name: str
    end: int
    authority: bool

    @property
    def of_township(self) -> bool:
        """Whether the name may follow that of a township without more words between."""
        return bool(_TOWNSHIP_INSTITUTION.fullmatch(self.name))

    @property
    def grassroots(self) -> bool:
        """Whether it serves a township or subdistrict."""
        return bool(_GRASSROOTS.search(self.name))


def issuer_at(text: str, start: int) -> Issuer | None:
    """The institution whose name, less that of its place, starts at `start`."""
    for pattern, authority in ((_AUTHORITY, True), (_INSTITUTION, False)):
        match = pattern.match(text, start)
        if match:
            whole = match.group("whole")
            middle = "" if authority else match.group("middle")
            return Issuer(middle + _WRITTEN_OUT.get(whole, whole), match.end(), authority)
    return None


def placeless_at(text: str, start: int) -> Issuer | None:
    """An institution that needs no place to be known: a national authority, a university's hospital."""
    match = _NATIONAL.match(text, start)
    if match:
        short = match.group().removeprefix("中华人民共和国").removeprefix("国家")
        return Issuer("国家" + _WRITTEN_OUT.get(short, short), match.end(), True)
    match = _UNIVERSITY.match(text, start)
    return Issuer(match.group(), match.end(), False) if match else None


def issuer_key(name: str, region: str) -> str:
    """What two ways to write one issuer of a place share: 溆浦县卫健局, 怀化市溆浦县卫生和计划生育局."""
    own = "".join(name.split())
    own = own[own.rfind(region) + len(region) :] if region and region in own else own
    issuer = issuer_at(own, 0)
    if issuer and issuer.end == len(own):
        own = issuer.name
    return "卫生健康局" if _HEALTH_AUTHORITY.fullmatch(own) else own
