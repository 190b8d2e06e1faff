"""Administrative divisions: provinces and prefectures by list, what lies below them by the form of its name."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from tagger.metadata.facts import Level
from tagger.reading.characters import HAN

MASK = "*×xX□_某＊"

# The counties with a name of one character: any other X县 is 我县, 全县, 强县 …
_ONE_CHARACTER = frozenset(
    "丰临义乾云代任佳兴冠凤勉单南古叶吉和唐夏威宁容宾富寿岚岷嵩应康彬徽忠息成户房攸文新易景曹朗杞横歙沁沙沛沧泗泸泾洋浚涉淇渠温滑滦"
    "漳澧献环珙理盂盘眉睢磁礼祁索绛茂范荣莒莘萧蒲蔚藤蠡费赣赵道邱郏郫陇随隰雄青高魏黟蓟陕开达密辉华耀霸萝巴滕辽崞"
)
# Districts that are called by a word every town has; they need their prefecture before them.
_COMMON_DISTRICTS = frozenset(("东区", "西区", "城区", "郊区", "矿区"))

_STOP_START = re.compile(
    r"年|度|月(?!湖)|日(?!土)|中共|我|各|该|某|这|此|每|外|他|她|几|其|某|有关|相关|所|部分|周边|当地|对|援|赴|到|驻|在|为|由|以|把|被|按|据|经|与|并|给|因|至"
    r"|全(?![州南椒])|本(?!溪)|两(?!当)|多(?!伦)|将(?!乐)|从(?![江化])|向(?!阳)|让(?!胡路)|[一二三四五六七八九十两数多\d]+个|个(?!旧)"
)
_STOP_INSIDE = re.compile(
    r"卫生|健康|文明|示范|试点|试验|实验|先进|贫困|重点|全国|全省|全市|全县|全区|国家|中央|[省市县区乡]级|[省市县区党镇乡]委|党组|政府|人大|政协"
    r"|乡镇|农村|城镇|城乡|街道|社区|基层|公立|医院|医疗|医生|医改|系统|工作|单位|部门|创建|建设|推进|加强|开展|落实|深化|加快|实施|打造|支援|对口|帮扶|学习"
    r"|调研|考察|督导|检查|参加|组织|召开|举办|做好|抓好|关于|贯彻|聚焦|助力|服务|保障|巩固|提升|完善|强化|健全|优化|着力|努力|坚持|围绕|今年|去年|本年"
    r"|全年|半年|以来|期间|和[省市县区]|[及与的了是]|辖|领导|指导|卫健|兵团|总结|报告|汇报|情况|计划|样本|样板|标杆|典型|百强|十强|大[县市]|小[县市]|深度|边远|偏远|脱贫|摘帽"
    r"|经济|直属|直管|主城|中心城|[县市]城|达标|所在|受援|结对|协作|特色|品牌|经验|做法|成效"
)
# A verb or adverb before the bare 县, 区 or 市: 推动区妇幼保健院…, 支持市一医院…, 拟由县卫健局….
_STOP_WORDS = re.compile(
    "支持|启用|改革|实行|推行|推动|推广|扩大|建成|督促|完成|确保|挂牌|协同|移交|组建|力争|帮助|配合|协助|集中|争取|争创|启动|开放|成立|迁建|改建|扩建"
    "|申报|通过|接受|迎接|承办|委托|邀请|选派|派驻|派出|前往|走进|参观|观摩|交流|慰问|表彰|评选|关爱|整合|整治|规范|促进|改善|深入|全力|积极"
    "|继续|进一步|扎实|切实|认真|统筹|严格|大力|稳步|有序|抓实|扛牢|筑牢|落细|压实|培训|培育|选聘|招聘|引进|创新|发挥|依托|借助|利用|结合|针对|涉及"
    "|包括|覆盖|纳入|列入|获得|荣获|授予|获评|面向|面临|同时|目前|当前|截至|其中|今后|新型|紧密|大型|中型|小型|连夜|书面|城市|公布|公开|发布|通报|打好"
    "|打赢|做实|做优|做强|夯实|扭住|紧扣|紧盯|突出|注重|重视|关注|引导|引领|动员|号召|倡导|协调|对接|对标|开办|开通|建立|建好|建强|设立|设置|选择|确定|明确"
    "|经过|随着|为了|由于|因为|如果|虽然|但是|而且|并且|以及|或者|还是|只有|只要|无论|不断|不再|没有|已经|正在|即将|可以|能够|需要|应当|必须|不仅|尤其|特别是"
    "|受到|得到|取得|收到|看到|感谢|祝贺|欢迎|恭贺|热烈|隆重|圆满|成功|顺利|首个|首批|首家|首次|最大|唯一|一个|两个|三个|多个|整个|另一|原来|现在|过去|未来"
    "|带动|牵头|主动|自觉|充分|高标准|高质量|高效|强力|合力|倾力|奋力|争做|争当|做大|改造|升级|转型|转变|调整|优选|遴选|抽调|抽查|核查|审核|验收|评审|评估|考核"
    "|监督|监管|监测|管理|治理|整改|清理|清查|排查|摸排|救治|抢救|转运|转诊|接诊|收治|治疗|护理|诊断|检测|采样|接种|筛查|体检|义诊|宣传|宣讲|教育|培养|培优"
    "|[由已被以在对均把报使拟]|^[先占]"
)
_STOP_END = re.compile(
    r"(?:省|(?<!^辉)(?<!^梅)县|级|大|邻|兄弟|城市|都市|(?<!^天)(?<!^万)全|我|各|该|某|(?<!^[宁枣武])强)$"
)
# Words that make a 区 a kind of area: 社区, 病区, 开发区; a few districts are called so all the same.
_AREA = re.compile(
    r"(?:小|社|病|景|片|库|院|校|疫|灾|牧|厂|(?<!^上)街|地|汛|战|禁|开发|高新|经开|保税|度假|管理|合作|旅游|风景|名胜|工业|集聚|功能"
    r"|整|本|垦|(?<!^道)外|(?<!^梁)(?<!^绿)(?<!^下花)园)$"
)
_NEW_DISTRICTS = ("浦东新区", "滨海新区", "沈北新区", "清新区")
_ZONE = re.compile(
    rf"(?:[{HAN}]{{0,4}}?(?:经济技术|高新技术产业|高新技术|经济|产业|旅游)?开发区|高新区|经开区|(?:综合)?保税区|工业园区"
    rf"|[{HAN}]{{2,4}}?(?:新区|管理区|示范区|度假区|工业园区))"
)
_TOWNSHIP = re.compile(rf"[{HAN}]{{1,6}}?(?:镇|乡|街道)(?:办事处)?")
_HAN_RUN = re.compile(rf"[{HAN}]+")


class Division(NamedTuple):
    """A division named in a text that ends at `end`; `level` is None for a development zone."""

    name: str
    level: Level | None
    within: tuple[str, ...]
    end: int
    short: bool = False  # a province by its short name: 广西


class _Known(NamedTuple):
    provinces: dict[str, str]  # every form of the name → the full name
    prefectures: dict[str, tuple[str, str]]  # every form of the name → (full name, province)
    province: re.Pattern[str]
    prefecture: re.Pattern[str]
    seat: re.Pattern[str]  # a prefecture's name without 市, as zones bear it: 长沙高新区


@lru_cache(maxsize=1)
def _known() -> _Known:
    provinces: dict[str, str] = {}
    prefectures: dict[str, tuple[str, str]] = {}
    for line in (Path(__file__).parent / "divisions.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        names = [word.split("|") for word in line.split() if word != ";"]
        province = names[0][0]
        provinces.update(dict.fromkeys((*names[0], re.sub(r"[省市]$", "", province)), province))
        for forms in names[1:]:
            prefectures.update(dict.fromkeys(forms, (forms[0], province)))
    seats = [name[:-1] for name in prefectures if name.endswith("市")]
    seats += [name[:-1] for name in provinces if name.endswith("市")]
    return _Known(provinces, prefectures, _any(provinces), _any(prefectures), _any(seats))


def _any(names: dict[str, str] | dict[str, tuple[str, str]] | list[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(names, key=len, reverse=True)))


def divisions_at(text: str, start: int) -> list[Division]:
    """Every division whose name, with those around it, may start at `start`: the smaller ones first.

    A name by pattern is only a proposal; whoever asks looks at what follows it.
    """
    known = _known()
    found: list[Division] = []
    above: list[Division] = [Division("", None, (), start)]
    province = known.province.match(text, start)
    if province:
        name = known.provinces[province.group()]
        short = province.group() != name
        # 吉林 is also a city, 海南 also a prefecture of Qinghai: their short names say too little.
        if not short or province.group() not in ("吉林", "海南"):
            found.append(Division(name, "province", (), province.end(), short))
        above.append(Division(name, "province", (), province.end()))
    for outer in tuple(above):
        prefecture = known.prefecture.match(text, outer.end)
        if prefecture:
            name, its_province = known.prefectures[prefecture.group()]
            if outer.name and outer.name != its_province:
                return []  # 湖南省武汉市: nonsense, or a form to fill in
            found.append(Division(name, "prefecture", _chain(outer), prefecture.end()))
            above.append(found[-1])
    counties = [county for outer in reversed(above) for county in _counties(text, outer)]
    zones = [zone for outer in (*above, *counties) for zone in _zones(text, start, outer)]
    townships = [township for outer in (*counties, *reversed(above)) for township in _townships(text, outer)]
    return [*townships, *counties, *zones, *reversed(found)]


def _chain(outer: Division) -> tuple[str, ...]:
    return (*outer.within, outer.name) if outer.name else ()


def _counties(text: str, outer: Division) -> list[Division]:
    run = _HAN_RUN.match(text, outer.end, outer.end + 17)
    if not run:
        return []
    word = run.group()
    ends = [index for index in range(2, len(word) + 1) if word[index - 1] in "县区市旗"]
    known = _known()
    # A name by pattern does not swallow a known one: 长沙市 + 雨花区. Two characters may be chance: 巴州 in 巴州区.
    first = None if outer.name else known.prefecture.match(word) or known.province.match(word)
    if first and len(first.group()) > 2:
        return []
    return [
        Division(word[:end], _county_level(word[:end]), _chain(outer), outer.end + end)
        for end in ends
        if is_county_name(word[:end], bool(outer.name)) and word[:end] not in known.prefectures
    ]


def _county_level(name: str) -> Level | None:
    if name in ("神农架林区", "六枝特区"):  # counties by rank, whatever their names say
        return "county"
    if name.endswith("新区") and name not in _NEW_DISTRICTS:
        return None  # 雄安新区: a zone with a name of its own
    # A 市 that is not on the list of prefectures is one of county level.
    return "district" if name.endswith("区") else "county"


def _is_phrase(stem: str) -> bool:
    """Whether the characters before 县, 区 or 镇 are words of a sentence, not a name."""
    return any((_STOP_START.match(stem), _STOP_INSIDE.search(stem), _STOP_WORDS.search(stem), _STOP_END.search(stem)))


def is_county_name(name: str, inside: bool = False) -> bool:
    """Whether `name` has the form of a county's, county-level city's, banner's or district's name.

    `inside` says that a known province or prefecture stands before it.
    """
    stem, kind = name[:-1], name[-1]
    if name in _known().provinces:
        return False
    if len(stem) == 1:
        if kind == "区":
            return inside and name in _COMMON_DISTRICTS
        return (kind == "县" and stem in _ONE_CHARACTER) or name == "芒市"
    if _is_phrase(stem):
        return False
    if kind == "区" and _AREA.search(stem):
        return False
    if stem.endswith("自治"):
        if stem == "蒙古族自治":  # 河南蒙古族自治县 lies in Qinghai, and 河南 is no province there
            return False
        return kind in "县旗" and 4 <= len(stem) <= 16
    longest = 8 if kind == "旗" else 7 if stem.endswith("族") else 5 if stem.endswith("矿") else 4
    return len(stem) <= longest and not (len(stem) > 3 and name.endswith("城市"))


def _zones(text: str, start: int, outer: Division) -> list[Division]:
    """Development zones; one without the name of its place (市高新区) is nobody's."""
    if outer.name:
        zone = _ZONE.match(text, outer.end)
        if not zone or outer.level == "province":
            return []
        place = outer.name[:-1] if outer.level == "prefecture" and outer.name.endswith("市") else outer.name
        return [Division(place + zone.group(), None, _chain(outer), zone.end())]
    seat = _known().seat.match(text, start)
    zone = _ZONE.match(text, seat.end()) if seat else None
    if not seat or not zone or zone.group().startswith("市"):
        return []
    return [Division(seat.group() + zone.group(), None, (), zone.end())]


def _townships(text: str, outer: Division) -> list[Division]:
    match = _TOWNSHIP.match(text, outer.end)
    if not match:
        return []
    name = match.group().removesuffix("办事处")
    stem = re.sub(r"(?:镇|乡|街道)$", "", name)
    if len(stem) < (1 if outer.name else 2) or stem in ("城", "集", "乡", "村", "街", "建制", "中心", "城乡"):
        return []
    if _is_phrase(stem):
        return []
    if re.search(r"[县区市旗省州]", stem) and not outer.name:
        return []
    return [Division(name, "township", _chain(outer), match.end())]
