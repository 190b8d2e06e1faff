"""The grammar itself: what a quantity in a Chinese report may look like, as one regular expression.

Its first alternatives swallow what is not a quantity (dates, editions, document numbers, names with digits), so that no
piece of them is read as one. Which matches count is decided in `quantities`.
"""

from __future__ import annotations

import re

_D = "[0-9０-９]"
# Thousands are grouped by a half-width comma. A full-width one between digits may as well part a list: see `broken`.
_NUMBER = rf"(?:{_D}{{1,3}}(?:,{_D}{{3}}){{1,8}}(?![,，]?{_D})|{_D}+)(?:[.．]{_D}+)?"
# The marks that hide digits. × between two digits multiplies; ● and ？ hide only inside a number; x is no letter of a word.
_MARK = (
    r"(?:[*＊✱□○△◯]+|(?<![0-9０-９])×+|×+(?![0-9０-９])|(?<=[0-9０-９])[●■▲？?]+(?=[0-9０-９])"
    r"|(?<![A-Za-zＡ-Ｚ])(?:[xX]{1,8}|[ｘＸ]{1,8})(?![A-Za-z]))"
)
_MASK = rf"(?:(?:{_D}[0-9０-９,.．]{{0,20}})?{_MARK}(?:[,.．]?[0-9０-９*＊✱□○△◯xX](?![A-Za-wyz])){{0,20}})"
_ATOM = rf"(?:{_MASK}|{_NUMBER})"
# 百分点, 千瓦 and their kin begin with a magnitude but are units. 3.2个亿 says 亿 as a noun.
_MAGNITUDE = r"(?:(?!百分|千瓦|千克|千米|千卡|千伏|万能|万向|百货|百姓|千家万户|万户)[十百千万亿]|个多?(?=亿))+"
_MORE = "[余多几]"
_NOT_MORE = "元化|方|点|数|重|样|措|部门|形式|渠道|层|功|年|维|学科"
_AMOUNT = rf"(?:{_ATOM}(?:{_MORE}?{_MAGNITUDE}(?:{_ATOM}(?:{_MAGNITUDE})?)?)?(?:余|多(?!{_NOT_MORE})|几)?)"
# A sign belongs to a number where a name or a bracket stands before it: 自然增长率-1.99‰, （+8.2%）.
_SIGN = r"(?:(?<=[\u4e00-\u9fff（(：:，,])[-－−＋+±](?=[0-9０-９])|负(?=[0-9０-９]))"
_TO = r"(?:[-－—–―~～]{1,2}|至)"
# A unit may stand twice: 6.5%－7%. Which one it is, the check after the match asks.
_RANGE = rf"(?:{_AMOUNT}(?P<between>[%％‰个人名家例次元张份户所天吨分床台辆件项条起场期种百点米]{{1,4}}?)?(?:{_TO}|[~～至][-－−])(?<!--){_AMOUNT}|(?<![由从月年]){_D}{{1,4}}到{_D}{{1,4}}(?:{_MAGNITUDE})?)"
_CN = "[一二两三四五六七八九十百千万亿零〇]"
_CN_DIGIT = "[一二两三四五六七八九十]"
# No numeral begins inside another: the tail of 三点二亿 or 数十万 is no number of its own.
_CN_START = r"(?<![一二两三四五六七八九十百千万亿零〇点几数上廿卅\d])"
_CN_NUMBER = rf"(?:{_CN_START}(?:(?:{_CN_DIGIT}|零(?=点)){_CN}*(?:点{_CN}+)?(?:个多?(?=亿)亿)?[余多几]?(?:{_MAGNITUDE})?|[百千万]余|几[十百千万]+))"
_CN_RANGE = rf"(?:{_CN_START}{_CN_DIGIT}{_CN}*(?:至|到){_CN_DIGIT}{_CN}*)"
# Digits (or numerals) that a blank, a break or a comma parts: one VALUE, whose number nobody can say.
_GAP = (
    rf"(?:[^\S\r\n]{{1,2}}|\s*[\r\n]\s*(?:{_D}{{1,3}}[、.．]\s*)?|\s*\n[^\n]{{1,24}}\n\s*|&(?:nbsp|ensp|emsp|\#160);?|<br\s?/?>"
    rf"|[^\S\r\n]{{0,2}}[,，][^\S\r\n]{{1,2}}(?={_D}{{3}}(?!{_D}))|[^\S\r\n]{{1,2}}[,，](?={_D}{{3}}(?!{_D})))"
)
_PIECE = r"[0-9０-９*＊×xX]"
_BROKEN = (
    rf"(?:{_PIECE}[0-9０-９.．,*＊×xX]{{0,20}}(?:{_GAP}[.．]?[^\S\r\n]?{_PIECE}[0-9０-９.．*＊×xX]{{0,20}}){{1,8}}[万亿]?"
    rf"|{_D}{{1,3}}(?:，{_D}{{3}}){{1,8}}(?!{_D})(?:[.．]{_D}+)?[余多]?[万亿]?"
    rf"|(?!{_D}{{1,3}}(?:,{_D}{{3}}){{1,8}}(?![,{_D[1:-1]}])){_D}{{1,3}}(?:,{_D}{{1,3}}){{2,8}}(?!{_D})[万亿]?"
    rf"|{_CN_START}{_CN_DIGIT}{_CN}*\s+{_CN_DIGIT}{_CN}*)"
)
# Digits whose punctuation makes no number: 12,34人, 1.234.5张, 3×5万元, .5万元, 1-2-3人.
_GARBLED = (
    rf"(?:(?!{_D}{{1,3}}(?:,{_D}{{3}}){{1,8}}(?:[.．]{_D}+)?(?![,.．'’]?{_D})){_D}{{1,9}}(?:(?:[,'’]{_D}{{1,9}})|(?:[.．]{_D}{{1,9}}(?=[,.．'’]{_D}))){{1,8}}(?:[.．]{_D}{{1,9}})?"
    rf"|{_D}{{1,9}}(?:[.．]{_D}{{1,9}}){{2,8}}|{_D}{{1,9}}(?:×{_D}{{1,9}}){{1,8}}|{_D}{{1,9}}(?:[-－]{_D}{{1,9}}){{2,8}}"
    rf"|(?<![0-9０-９])[.．]{_D}{{1,9}})[百千万亿]{{0,2}}"
)

_SKIPS = rf"""
    每\s?{_D}{{1,6}}[百千万]*(?=名|人|常住|户籍|育龄|活产|孕产妇|张|例)
  | {_D}+(?:\.{_D}+)?[×xX*]{_D}+(?:\.{_D}+)?(?=米|厘米|毫米|cm|mm|m)
  | [〔\[［【（(](?:19|20){_D}{{2}}[〕\]］】）)]\s?第?\d*号?
  | (?:19|20){_D}{{2}}[-/.．]{_D}{{1,2}}[-/.．]{_D}{{1,2}}(?!{_D})
  | (?:19|20){_D}{{2}}(?=\s?(?:上半年|下半年|全年|[-－—–~～至]\s?(?:19|20){_D}{{2}}))(?:\s?{_TO}\s?(?:19|20){_D}{{2}}(?:年度?)?)?
  | {_ATOM}(?:(?:{_TO}|、){_ATOM}){{0,3}}\s?(?:年(?!均)|个多?半?月|月份?|日(?!均|间)|号|周岁|月龄|届|级|版|世纪|点钟|时(?!间))
  | (?:{_ATOM}|{_D}{{1,3}}(?:(?:{_TO}|、){_D}{{1,3}}))岁(?P<age>)
  | [一二两三四五六七八九十〇○零百]+(?:{_TO}[一二三四五六七八九十]+)?(?:周岁|岁|年(?!均)|个多?半?月|月份|月|日|级|届|版|等奖|医[院疗]|甲|乙|线|代|体系|好|大(?!队))
  | [一二三四五六七八九十]、[一二三四五六七八九十](?=级|类|季度|月)
  | (?<![A-Za-z])(?:[A-Za-z]{{0,12}}[A-WYZa-wyz][A-Za-z]{{0,12}})[-－]?{_D}{{1,9}}(?:[-－.]{_D}{{1,9}}){{0,3}}(?:级|期|型)?
  | {_D}{{1,4}}(?:[·•・]{_D}{{1,4}}){{1,3}}
  | {_D}{{1,4}}(?:[+＋][{_D[1:-1]}A-Za-zＮ]{{1,8}}){{1,4}}
  | {_D}{{1,2}}[:：]{_D}{{2}}(?![{_D[1:-1]}.])(?=\s?(?:分|时|至|-|—|前|后|开始|止|点|，|。|$))(?<!比.{{4}})
  | [十百]?{_CN_DIGIT}{_CN}*(?:项[^，。；]{{0,8}}制度|项基本原则|项机制|项措施|项纪律|项规定|项原则|项行动|项重点|项要求|项任务清单|个允许|个一|个严|个必须|个确保|个维护|个坚定|个意识|个自信|个责任|个阵地|个结合|个转变|个不变|个不减|个重点|个方面|个层面|个底线|个一律|个关口|个覆盖|个不|个更|位一体|类人群|类对象|类重点|种慢|种疾病|种大病|种传染病|类疫苗|类疾病|条例|通一平|会一课|查一戴|减三健|年行动|步走|小时|次供水|次感染|次创业)
"""

# Every alternative begins with one of these; asking first spares the others at each of the many characters that do not.
_HEAD = r"(?=[0-9０-９*＊✱□○△◯×xXｘＸA-Za-z一二两三四五六七八九十百千万亿零〇几第前每负〔\[［【（(+＋\-－−±.．●■▲？?])"
QUANTITY = re.compile(
    rf"""{_HEAD}(?:
    (?P<skip>{_SKIPS})
  | (?P<broken>{_BROKEN})
  | (?P<garbled>{_GARBLED})
  | (?P<ratio>{_ATOM}(?:\s?[:：∶比]\s?{_ATOM}){{1,3}})
  | (?P<percent>[百千万]分之(?:百|(?:{_CN_DIGIT}|零(?=点)){_CN}*(?:点{_CN}+)?(?:至(?:百分之)?{_CN}+)?|{_AMOUNT}))
  | (?P<fraction>{_CN_START}{_CN_DIGIT}{_CN}*分之{_CN_DIGIT}{_CN}*|一半(?!以上的?时间))
  | (?P<range>{_SIGN}?{_RANGE})
  | (?P<slash>{_D}{{1,3}}/{_D}{{1,3}}(?![{_D[1:-1]}万千元]))
  | (?P<amount>{_SIGN}?{_AMOUNT})
  | 第(?P<rank_ordinal>(?:{_CN_DIGIT}{_CN}*|{_ATOM})(?:[-－—~～至]第?(?:{_CN_DIGIT}{_CN}*|{_ATOM}))?)
  | (?<![目当之以提此年从日])前(?P<rank_top>{_CN_DIGIT}{_CN}*|{_ATOM})(?![0-9０-９])(?!季度|[个年月天日]|期|\s?[%％]|往|来|后)
  | (?P<cn_range>{_CN_RANGE})
  | (?P<cn>{_CN_NUMBER}))
    """,
    re.VERBOSE,
)
