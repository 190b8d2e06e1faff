"""METRIC: the phrase that names what a quantity measures, found by walking out from it to the guideline's boundaries.

Behind the unit first, where a measure word is followed by the noun it counts (11名主治医师); else before the value, back
to the nearest boundary, and then the edges are trimmed of what the guideline drops (place, time, light verbs).
"""

from __future__ import annotations

import re

from tagger.rules.quantities import Found
from tagger.rules.units import CLASSIFIERS

_WINDOW = 64  # characters looked at on either side: no metric is longer, and time stays linear

_HAN = "\u4e00-\u9fff"

# ---- before the value ----------------------------------------------------------------------------------------------

_LEVEL_VERB = r"(?:由|从)?(?:猛|剧|大幅)?(?:精简|缩小|放宽|上浮|压降|激增|翻|提速|提高|上升|下降|增长|增加|减少|降低|提升|扩大|压缩|缩短|缩减|压减|扩增|扩展|增|降|升|减|发展|拓展|回升|攀升|跃升|下调|上调|调整|改善|优化|达成|恢复)(?:到|至|为)(?:了|[^，。；]{0,5}的)?"
_ORIGIN = r"(?:由|从)(?:(?!业|事|医|教)[^，。；由从的]{0,8}的|(?:20\d\d年|[上去前今]年|年初|原来|原先|每人每[年月天]|每[人年月天])(?:同期|底|末|初)?)?"
_BRIDGE = re.compile(
    rf"(?:{_LEVEL_VERB}|{_ORIGIN}|(?:控制|保持|稳定|维持|稳控|压缩)在|(?:均|都)?保持|均在|都在|高达|达到|达(?!标|成)|共计|合计|总计|累计|共有|现有|均为|均达|大约|将近|接近|超过|超出|(?<![彩BＢb])超|逾|突破|不足|不到|低于|高于|不少于|不低于|不超过|不高于"
    r"|至少|最多|最高|仅有?|(?<!船)只有?|分别|各有|各|(?<![平人日年院户次月])均|都|已经|已|仍|虽|(?<!人)才|要|迈上|跨越|站上|首次|[≥≤＞＜<>=]+|&[lg]t;|再|也|则|为|是|有|共|(?<![签预节制])约|近|的|了|以|每人每[年月天]|每[人年月天]|连续[一二三四五六七八九十两0-9]+年|可|排名?前|(?<=[列居入])前|(?<![签报迟达])到|至|按照?|满|每名|平均(?=$)|[：:\s“\"‘]|力争|确保|不断|全部|一共|总共|(?<!船)只|就|还|我市|全市|我县|全县|全区|我区)$"
)
_RANK_BRIDGE = re.compile(
    r"(?:位列|位居|居于|位于|名列|列|居|排在|排|荣获|荣膺|获得|获评|获|取得|夺得|全[国省市州县区]|并列|跻身|进入|保持|稳居|跃居|上升至|跃升至|提升至|升至|在|了|的|为|[：:\s]|均|连续|再次|继续|中|里|上|从|由)$"
)
_RANK_NAME = re.compile(r"(?:全[国省市州县区]|在全[国省市州县区])?(?:综合)?(?:排名|排位|并列|名次|位次)$")

_TIME = (
    r"(?:到?(?:20|２０)\d\d(?:[、和\-—－–~～至]20\d\d){0,4}年(?:[上下]半年|度|以来|来|底|末|初|全年)?|\d{1,2}月?[至\-—－]\d{1,2}月份?|(?:\d{1,2}(?:、\d{1,2})?|[一二三四五六七八九十]{1,2})月(?:份|底|末|初|中旬)?前?(?:\d{1,2}日)?|[上下]半年|全年|今年(?:以来)?|去年(?!同期)|本年度?|上年(?!同期|末|底)|当年|年内|年底前?|近[一两三五]年|半年来|一年来|近年来|近期"
    r"|截[至止]到?(?:目前|今|20\d\d年)?(?:\d{1,2}月)?(?:\d{1,2}日|底|末)?|目前|当前|现(?=有|共)|至今|迄今|疫情期间|春节期间|期间|第?[一二三四1-4]季度|[一二三四五六七八九十两]年[间来内]|\d+(?:分钟|小时|天|个工作日)内|[前后]三季度|日前|同期|五年来|三年来|“?十[三四]五”?(?:期间|以来|时期)?|每年|每月|每季度|每周|平时|节假日期间|活动期间|期内)"
)
_PLACE = r"(?:全[国省市县区州旗镇乡街院局委](?!域|科|民)(?:各级|上下|范围内?|系统)?|(?:[*＊×xX]{1,4}(?:镇|乡|县|市|区|村|医院|街道|社区)[、和]?)+等?|系统内|全系统|全卫健系统|卫健系统|卫生健康系统|我[国省市县区州旗镇乡院局委中所]|本[省市县区院局辖]+区?|辖区内?|境内|区内|市内(?!三)|县内|城区|各地|各乡镇|各县区)"
_LIGHT = (
    r"(?:开展(?!率)|完成(?!率|量|任务|比例|情况|数|额|度|比)|进行|实现|具?有(?!效|创|偿|机|害|关|限|序|证|资|毒|意|奖|力|无)|为(?!主|期|民)|达到|达(?!标|成)|共计|共(?!享|建|识|同|管|青|性|济|病|卫|用|产|有产|振)|总计|合计(?!划)|累计|约(?!谈|束|定|见)|近(?!视|亲|效|零)|均(?!等|衡|次|费|可)"
    r"|已(?!婚|故|知|脱|录)|已经|正在|正(?=在|按)|先后|现(?=有|已|共|开)|仅(?!次)|还|并(?!发|列|轨)|同时|另外|另(?=有|设|外)|其中|以及|及(?!时|格|早)|和(?!谐)|与(?!去年|上年|同期|往年)|或(?!有)|对(?!照|口|外|象|标|接|应)|把|将|由(?!于)|在(?!册|院|管|编|职|岗|校|园|治|线|档|籍|建|研|读)|向社会|面向社会|通过(?!率|省|国|市|等|复|验|评|认)|经(?!济|费|营|络|导|产|口|办|过)|按(?!时|期|人|项|病|照)|从(?!业|医|事|教|严)|了|的|等(?!级|待|次)|使(?!用)|让(?!利)|又|也|再(?!生|次|入|提|障)|分别(?!增|下|上|提|较|比|同|减|压|降|新)"
    r"|全部|一共|总共|只有|只|就(?!诊|医|业|餐|读|近)|可(?!及|追|疑|配|用|溯)|全面(?!二孩|三孩)|积极|认真|切实|深入|扎实|继续(?!教育|医学)|持续|大力|及时(?=[发开组处])|成功(?=完成|创|举|申|开|获|通|实|救|开|签|引)|新(?=开展)|顺利|集中(?=开)|统一(?=开)|严格(?=按)|通过?了|较好地|基本(?=完成|实现|建成)|力争|确保|推动|协助|其余|剩余|左右|以上|以下|且|尚且|但|虽|再|给(?!予|药)|离|争取(?=招|引|新|培)|实际(?=完成|$)|计划(?=完成|开展|新|培训|引)|拟(?=开|完|投|新|招|建)|预计|预期|总(?=共)|[，、,：:\s\-—·●•”）)]|[（(][^（）()]{0,40}[)）]|（|\(|[①-⑳]|\||(?<!\d)\d{1,2}(?:[、．)）]|\.(?!\d))\s?|[一二三四五六七八九十]是)"
)
_LEFT = re.compile(rf"(?:{_TIME}|{_PLACE}|{_LIGHT})+")
_LEFT_STOP = re.compile(r"(?:全[市县省区国]|在全[市县省区国])(?:综合)?(?:排名|排位|并列|名次|位次)")

# A light verb inside: what it opens is the name. 以…形式开展廉政教育 → 廉政教育.
_INNER_LIGHT = re.compile(
    r"(?:开展|完成(?!率|量|任务|比例|情况|数|额|度|比)|进行(?!时|曲)|实现)(?:了|好)?(?=[^的率]{2})"
)
_INNER_COUNT = re.compile(
    r"(?:一共|总共|共计|累计|合计(?!划)|(?<![公医磁])共有?(?!振|享|建|识|同|管|青|性|济|病|卫|用|产)|(?<![平人日年院户次月])均(?!等|衡|次|费)|已(?!婚|故|知|脱)|先后|现有|现已|目前|设有|(?<!了)(?:今年|上半年|全年|年内|近[两三五]年))"
)
_MEASURE_END = re.compile(
    r"(?:率|占比|比例|比重|总数|总量|总额|人数|人次数|数量|数|量|总人次|人次|面积|金额|指数|得分|水平|费用|标准|比|性|值|度)$"
)
_VERB = (
    r"(?:发放|出动|检查|监督|下达|办理|举办|组织|召开|培训|印发|印制|制作|建立|新建|建成|完善|设立|设置|接种|接待|接诊|收治|救治|诊治|治疗|签订|签约|管理|规范管理|健康管理|随访|筛查|体检|检测|监测|采集|抽检|抽查|排查|核实|核查|审核|审批|查处|查办|立案|处罚|罚款|罚没|整改|整治|"
    r"清理|清除|清运|消杀|投放|投入|投资|争取|落实|拨付|补助|补贴|发现|报告|上报|处置|受理|调解|化解|接收|收集|收到|征集|悬挂|张贴|播放|发布|刊发|推送|撰写|编发|报送|选派|派出|派来|派驻|招聘|招录|引进|引入|录用|培养|选送|选拔|聘用|评选|评定|表彰|获评|获得|荣获|认定|创建|创成|命名|申报|"
    r"新增|新招|增加|减少|购置|采购|配备|配置|更新|更换|改造|维修|装修|建设|启动|开工|竣工|验收|服务|救助|帮扶|慰问|走访|减免|报销|资助|捐赠|募集|捐献|献血|采血|免费|提供|吸纳|发展|转化|入户|覆盖|惠及|受益|参加|参与|邀请|指导|督导|督查|巡查|巡诊|义诊|宣讲|宣传|咨询|解答|回复|答复|"
    r"承办|协办|化验|调查|监管|移交|移送|注销|吊销|取缔|责令|约谈|提醒|谈话|通报|追缴|追回|退还|查找|梳理|制定|修订|出台|起草|签发|检出|确诊|转诊|上转|下转|下派|下沉|支援|轮训|进修|晋升|考取|注册|登记|备案|发证|校验|变更|延续|推选|推荐|推进|实施|执行|兑现|认领|确立|开设|开通|开放|升级|扩建|"
    r"改扩建|迁建|续建|储备|核定|盘活|压减|节约|节省|偿还|支付|收取|减轻|降低|提取|使用|运用|应用|推广|种植|栽种|绿化|硬化|拆除|抽取|抽样|预约|预警|响应|打造|开发|研发|承担|立项|结题|发表|获批|获|建档|建册|建卡|录入|采样|流调|隔离|转运|消毒|灭鼠|补种|补发|续发|领办|调整|选聘|讲授|上党课|讲党课|开具|出具|提交|提出|征求|采纳|转办|督办|查摆|吸收|接受|处理|送医|送药|免除|缴纳|缴存|收缴|带动|促成|联系|结对|协调|解决|调处|回访|评估|鉴定|评审|考核|抽考|测评|演练|值守|执法|讲座|授课)"
)
_ORGANISATION = re.compile(
    rf"^(?!每)[^，、。（(“]{{0,16}}?(?:局|委|(?<![住出入])院|中心|站|所|部门|单位|机构|系统|科室|街道|乡镇|镇|县|市|区|组织|支部|医共体|医联体|集团|公司|财政|医院|队|专班|工作组|小组|党委|书记|成员|领导|党员|我们|医务人员|全体[^，]{{0,4}})(?=(?:共|累计|已|均|先后)?{_VERB})"
)
_PREPOSITION_PHRASE = re.compile(
    rf"^(?:(?:以|通过|按照?|根据|依托|利用|结合|针对|围绕|借助)[^，。]{{2,30}}?|[^，。]{{0,6}}?(?:[向为赴到]|给(?!予))[^，。]{{1,10}}?)(?=(?:共|累计|随机|定向)?(?:开展|{_VERB}))"
)
_EVENT = re.compile(r"^[^，。]{0,20}(?:考核|测评|评价|调度|评比|竞赛|转诊|评估|检查|大赛|比赛|评审)中(?=[^，。]{2,})")
_TASK = re.compile(r"(?<!完成)(?<!目标)任务数?$|总?价值$")
_NAMED_SET = re.compile(
    rf"^(?!{_VERB})(?:[^，。]{{2,40}}、[^，。、]{{1,12}}?等?(?=(?:\d+|[一二三四五六七八九十两]+)(?:种|类)[^，。]{{0,4}}病[^，。]{{2,}})|[^，。]{{2,40}}?等(?=[^，。级待次]{{2,}})(?![^，。]*[率比量]$))"
)

# ---- behind the unit -----------------------------------------------------------------------------------------------

_PERSON = r"(?:人员|医务工作者|工作者|志愿者|参会者|密接者|感染者|携带者|医师|医生|护士|专家|患者|学员|学生|骨干|干部|党员|对象|人口|儿童|婴幼儿|新生儿|孕产妇|孕妇|产妇|老年人|老人|妇女|居民|村民|群众|人才|职工|员工|代表|民警|家长|教师|教授|博士|硕士|研究生|毕业生|重点人群|村医|医护|院长|书记|主任|队员|委员|指导员|监督员|协管员|联络员|宣传员|护理员|调解员|带头人|标兵|能手|病人|伤员|残疾人|农民工|劳动者|规培生|订单生|定向生|医学生|专干|同志|家庭|夫妇|夫妻)"
_FACILITY = r"(?:卫生院|卫生室|医院|卫生服务中心|服务中心|卫生服务站|服务站|卫生站|门诊部|门诊|诊所|医疗机构|机构|企业|单位|学校|幼儿园|托幼园所|托育园|中医馆|国医堂|宾馆|酒店|药店|药房|公司|基地|接种点|采样点|监测点|示范点|工作站|急救站|血站|场所|部门|水厂|泵站|工厂|超市|餐馆|饭店|浴室|游泳馆|商场|理发店|美容院|养老院|敬老院|疾控中心|保健院|医养中心|中心|科室|专科|医共体|医联体|乡镇|街道|社区|行政村|自然村|贫困村|家庭)"
_NOUN_GUARD = r"(?!以上|以下|及以上|[（(]|的|资格|职称|证|化|室|级|团队|队伍|药房|床|党|专科)"
_PERSON_END = re.compile(rf"[^，。；：！？、]*?(?:{_PERSON})+{_NOUN_GUARD}")
_FACILITY_END = re.compile(rf"[^，。；：！？、]*?(?:{_FACILITY})+{_NOUN_GUARD}")
_AGE = re.compile(r"\d{1,2}(?:[-－—–~～至]\d{1,2})?(?:周?岁|个月|月龄)(?:及?以[上下])?")
_OWNED = re.compile(rf"(?:{_PERSON}|{_FACILITY}|村|镇|乡|县)的")
_NOUN_STOP = re.compile(
    r"(?:均|都(?!市)|已(?!婚)|全部|全面|全参|正在|正常|分别|(?<![公医])共(?!同|享|建|卫)|进行|开展|完成|实现|达到|达(?!标)|参加|参与|参会|参观|参训|接受|接种(?!点|率|单位|门诊|台)|通过|取得|获得|获|荣获|被|在(?!校|岗|编|职|册|院)|到(?!期|位)|赴|对(?!象|口|外)|向|为(?!主|民)|与|和(?!谐)|及(?!时|格|以上)|以及|并(?!发)|作为|作出|给予|予以|纳入|落实|实施|设置|设立|配备|建立|建成|签订|签约|开设|提供|引入|新增|面对面|分批|常年|逆行|援|下沉|下派|深入|上门|从(?!业|医)|由|把|将|使|让|因|按|经(?!济|费|营)|同步|同时|其中|覆盖|得到|受到|进入|转(?!诊|运)|住院|治愈|出院|死亡|感染|阳性|(?<!以)上(?=有)|中(?=[，。已有排位居名列])|是|(?<!确)有(?!效|关|害|毒|限|意|偿)|等(?!级|待)|入选|列入|首次|逐[户人个]|轮|结对|义诊|选派|抽取|里|出现|不(?!良|合|足|孕)|未(?!成)|无(?!烟|害|障|偿)|需|可|排名?前|(?<=[列居入])前|应(?!急)|会(?!议|员|诊|商)|仍|还|较|比|占|超|增长|下降|上升|提高|减少|增加|投入|投用|挂牌|启用|建有|拥有|注册|属于|位于|集中|承担|负责|组成|参保|脱贫|享受|领取|办理|支援|驻守|坐诊|服务(?!中心|站|团队|点|能力|项目|单元|对象|机构|示范|包|队)|免费|开放|运行|运营|使用|申请|申报|验收|复审|达标|合格(?!证|率)|整改|停业|关停|责令|下发|发放|投放|用于|集体|现场|累计|，|。|；|、|：|！|？|,|;|:|“|”|（|\(|）|\)|【|《|\d|\*|$)"
)
_NOT_NOUN = re.compile(
    r"(?:以上|以下|以内|左右|上下|不等|支援|驰援|位次|名次|的|，|。|；|、|：|！|？|,|;|:|）|\)|（|\(|”|/|\.|均|都|已|全部|正在|分别|其中|同比|环比|较|比|并|且|和|与|及|或|至|到|为|是|占|达|共|累计|次均|完成|增长|下降|上升|提高|减少|增加|超过|高于|低于|降|升|同时|进一步|有效|实现|确保|由|从|对|在|以(?!上)|向|用于|被|给|将|把|使|仅|只|还|另|有(?!效)|无(?!烟|偿|障)|[未不]|能|可(?!疑|追)|需|扩大|扩增|缩短|压缩|才|\s|\d|\*|$)"
)
_BRACKET_IN_NAME = re.compile(r"[（(][^（()），。]{1,6}[)）](?=[\u4e00-\u9fff])")
_PLACE_BRACKET = re.compile(r"(?<=街道|社区|乡镇)[（(](?:乡镇|村|镇|乡|街道|社区|居)[)）]")
_STARTS_WITH_VERB = re.compile(_VERB)
_QUOTE_START = re.compile(r"“[^“”，。]{1,14}”[\u4e00-\u9fff]{0,12}")
_PREDICATE = re.compile(r"(?:已经?|均|正在|全部|实行|分别|为|的)*([^，。；、：！？,;（(]{2,24})")
_LEVEL_START = re.compile(_LEVEL_VERB)
_LEVEL_BEFORE = re.compile(
    r"(?:[由从达为率比占至到高低升降增长加少过足约近以上下于在幅量数额提压减值完成任务计划予]|[（(“]|保持|仅|只|分别|和|、)$"
)
_MONEY_NOUN = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8}?(?:资金|经费|债务|补助|补贴|奖金|慰问金|费用|贷款|设备|物资|药品|专项债券?))"
)


def metric_span(text: str, quantity: Found, floor: int, ceiling: int, alone: bool) -> tuple[int, int] | None:
    """The METRIC of one quantity as a range of `text`, or None.

    `floor` is where the entity before ends, `ceiling` where the quantity after begins; `alone` says that no quantity
    stands before it in its statement, from which a metric could be shared.
    """
    unit = text[quantity.end : quantity.unit_end]
    base = unit.split("（")[0].split("(")[0]
    if quantity.kind != "rank":
        behind = _noun_behind(text, quantity, base, ceiling)
        if behind:
            return behind
        if _is_share(text, quantity, base):
            predicate = _predicate_behind(text, quantity, base, ceiling)
            if predicate:
                return predicate
    before = _before(text, quantity, floor)
    if before:
        return before
    if quantity.kind == "rank":
        return _ranked_clause(text, quantity, floor) if alone else None
    return _predicate_behind(text, quantity, base, ceiling)


def _is_share(text: str, quantity: Found, unit: str) -> bool:
    """Whether the quantity takes a part out of what stands before it, so that what follows says what is measured."""
    before = text[max(0, quantity.start - 8) : quantity.start]
    if unit in ("%", "％") or quantity.kind == "fraction":
        return not _LEVEL_BEFORE.search(before)
    if unit == "人":
        return before.endswith("有") and bool(_STARTS_WITH_VERB.match(text, quantity.unit_end))
    if unit == "次":
        return before.endswith("先后") and bool(_STARTS_WITH_VERB.match(text, quantity.unit_end))
    return False


def _noun_behind(text: str, quantity: Found, unit: str, ceiling: int) -> tuple[int, int] | None:
    """The noun that a measure word counts, directly behind it."""
    start = quantity.unit_end
    if unit not in CLASSIFIERS or start >= len(text):
        return None
    limit = min(ceiling, start + _WINDOW)
    quote = _QUOTE_START.match(text, start, limit)
    if quote and unit not in ("次", "场", "期"):
        inside = _NOUN_STOP.search(text, text.index("”", start) + 1, limit)
        end = inside.start() if inside else limit
        if end > text.index("”", start) + 1:
            return start, end
    if _LEVEL_START.match(text, start):
        return None  # 由46项精简至28项
    age = _AGE.match(text, start, limit)
    if not age and (
        _NOT_NOUN.match(text, start) or unit in ("次", "场", "人", "例") and _STARTS_WITH_VERB.match(text, start)
    ):
        return None
    stop = _NOUN_STOP.search(text, age.end() if age else start + 1, limit)
    end = stop.start() if stop else limit
    # A short bracket inside a name (乡（镇）卫生院) does not end it.
    while end < limit and (bracket := _BRACKET_IN_NAME.match(text, end, limit)):
        stop = _NOUN_STOP.search(text, bracket.end(), limit)
        end = stop.start() if stop else limit
    counted = _PERSON_END if unit in ("名", "位", "对") else _FACILITY_END if unit in ("家", "所") else None
    noun = counted.match(text, start, end) if counted else None
    if noun and noun.end() < end:
        end = noun.end()
    owner = _OWNED.search(text, start, end)
    if owner:
        end = owner.end() - 1
    place = _PLACE_BRACKET.match(text, end, limit)
    if place:
        end = place.end()
    while end > start and text[end - 1] in "的等了上中内":
        end -= 1
    if end - start < 1 or end - start > 28:
        return None
    return start, end


def _before(text: str, quantity: Found, floor: int) -> tuple[int, int] | None:
    """The phrase before the value, trimmed to the guideline's boundaries."""
    start = max(floor, quantity.start - _WINDOW)
    start = _clause_start(text, start, quantity.start)
    rank = quantity.kind == "rank"
    name = _RANK_NAME.search(text, start, quantity.start) if rank else None
    if start == quantity.start > floor and text[start - 1] in "（(":
        # 高血压控制率（62.3%）: the name stands before the bracket.
        outer = _clause_start(text, max(floor, start - 1 - _WINDOW), start - 1)
        begin = _trim_left(text, outer, start - 1)
        if _MEASURE_END.search(text, begin, start - 1):
            begin = _cut_inside(text, begin, start - 1)
            return (begin, start - 1) if begin < start - 1 else None
        return None
    end = _strip_right(text, start, name.start() if name else quantity.start, rank)
    if name and _trim_left(text, start, end) >= end:
        return name.span()
    if end <= start:
        return None
    if not rank and text[quantity.start - 1] == "的" and (done := text.find("完成", start, end)) >= 0:
        return done, end  # 完成任务的110.7%: without its verb it would name the task, not the share done
    start = _trim_left(text, start, end)
    if end <= start:
        return None
    start = _cut_inside(text, start, end)
    if end <= start:
        return None
    task = _TASK.search(text, start, end)
    if task and text[start] != "占":
        return task.span()
    if end - start == 1 and text[start] not in "占走花做买":
        return None
    return start, end


def _clause_start(text: str, start: int, end: int) -> int:
    """Behind the last comma, colon or opening bracket before the value, closed brackets and quotes passed over."""
    depth = 0
    position = end
    while position > start:
        character = text[position - 1]
        if character in "）)":
            depth += 1
        elif character in "（(":
            if depth == 0:
                return position
            depth -= 1
        elif depth == 0 and character in "，,。；;：:！？!?":
            return position
        position -= 1
    return start


def _strip_right(text: str, start: int, end: int, rank: bool) -> int:
    pattern = _RANK_BRIDGE if rank else _BRIDGE
    completed = False
    while end > start:
        match = pattern.search(text, max(start, end - 12), end)
        if match is None or match.start() == match.end():
            # 筛查共完成3034人: a verb alone names the measure only where nothing else does.
            if not completed and not rank and text.endswith("完成", start, end) and end - 2 > start:
                body = _trim_left(text, start, end - 2)
                rest = _strip_right(text, body, end - 2, rank) if body < end - 2 else body
                if rest > body:
                    completed = True
                    end -= 2
                    continue
            break
        end = match.start()
    return end


def _trim_left(text: str, start: int, end: int) -> int:
    if _LEFT_STOP.match(text, start, end):
        return start
    match = _LEFT.match(text, start, end)
    if not match:
        return start
    if match.end() < end:
        return match.end()
    # Nothing but trimmings: the verb is the metric where there is one.
    verb = text.rfind("完成", start, end)
    return verb if verb >= 0 else end


def _cut_inside(text: str, start: int, end: int) -> int:
    """Cut at the last light verb, count adverb or acting organisation that what follows can do without."""
    light = _last(_INNER_LIGHT, text, start, end)
    if light is not None and light.end() < end:
        start = _trim_left(text, light.end(), end)
    event = _EVENT.match(text[start:end])
    if event:
        start = _trim_left(text, start + event.end(), end)
    named = _NAMED_SET.match(text[start:end])
    if named:
        start = _trim_left(text, start + named.end(), end)
    count = _last(_INNER_COUNT, text, start + 1, end)
    if count is not None:
        rest = text[count.end() : end]
        subject = text[start : count.start()]
        if (
            count.group() in ("现有", "共有", "设有")
            or len(rest) >= 4
            and not (_MEASURE_END.search(rest) and not re.match(_VERB, rest))
            or _ORGANISATION.match(subject + rest)
        ):
            start = _trim_left(text, count.end(), end)
    if not _MEASURE_END.search(text[start:end]):
        phrase = _PREPOSITION_PHRASE.match(text[start:end])
        if phrase:
            start = _trim_left(text, start + phrase.end(), end)
        actor = _ORGANISATION.match(text[start:end])
        if actor and end - start - actor.end() > 2:
            start = _trim_left(text, start + actor.end(), end)
    return start


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    match = None
    for found in pattern.finditer(text, start, end):
        match = found
    return match


def _ranked_clause(text: str, quantity: Found, floor: int) -> tuple[int, int] | None:
    """What was ranked, in the clause before: …公卫考核,获全省第四名."""
    start = max(floor, quantity.start - _WINDOW)
    comma = max(text.rfind(mark, start, quantity.start) for mark in "，,")
    if comma <= start:
        return None
    begin = _clause_start(text, start, comma)
    end = _strip_right(text, begin, comma, False)
    begin = _trim_left(text, begin, end)
    begin = _cut_inside(text, begin, end)
    begin = max(
        [begin, *(begin + place.end() for place in re.finditer(r"全[国省市州县区]|20\d\d年度?", text[begin:end]))]
    )
    match = re.search(
        r"[^的]{2,20}(?:考核|评比|竞赛|比赛|大赛|评价|测评|排名|成绩|得分|绩效|满意度|评估|检查)[^，]{0,4}$",
        text[begin:end],
    )
    if match is None:
        return None
    return begin + match.start(), end


def _predicate_behind(text: str, quantity: Found, unit: str, ceiling: int) -> tuple[int, int] | None:
    """The predicate behind a quantity that no noun names: 有8人荣获省市优秀护士称号, 70%以上用于民生."""
    limit = min(ceiling, quantity.unit_end + 30)
    start = quantity.unit_end
    gap = re.compile(r"(?:以上|左右)?的?").match(text, start, limit)
    start = gap.end() if gap else start
    if unit == "元":
        money = _MONEY_NOUN.match(text, start, limit)
        return money.span() if money else None
    match = _PREDICATE.match(text, start, limit)
    if not match or not re.match(rf"[{_HAN}]", match.group(1)):
        return None
    begin, end = match.span(1)
    if _LEVEL_START.match(text, begin, end) or re.match(
        r"(?:其中|同比|环比|较|比|以上|以下|以内|左右|并|和|与|及|至|到|的|[）)”])", text[begin:end]
    ):
        return None
    return begin, end
