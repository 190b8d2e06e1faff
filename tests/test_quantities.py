"""The grammar of quantities: what is a VALUE and a UNIT, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.rules.quantities import find_quantities


def values(text: str) -> list[str]:
    """Quantities as `VALUE|UNIT`."""
    return [f"{text[q.start : q.end]}|{text[q.end : q.unit_end]}" for q in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("健康管理高血压患者34867人，", ["34867|人"]),
        ("完成专项投资43.4万元", ["43.4万|元"]),
        ("清理个人借款1,100万元", ["1,100万|元"]),
        ("有6，600个左右", ["6，600|个"]),
        ("化解债务1300余万元", ["1300余万|元"]),
        ("慰问资金达6万余元", ["6万余|元"]),
        ("参与100多人次", ["100多|人次"]),
        ("共1亿2000万元", ["1亿2000万|元"]),
        ("覆盖参保人口16.6万。", ["16.6万|"]),
        ("注册率达到113.75％", ["113.75|％"]),
        ("死亡率为0/10万；", ["0|/10万"]),
        ("死亡率为8.89/000。", ["8.89|/000"]),
        ("患病率5.2‰", ["5.2|‰"]),
        ("下降4个百分点", ["4|个百分点"]),
        ("解答咨询群众300余人（次）", ["300余|人（次）"]),
        ("开展宣讲20场（次）", ["20|场（次）"]),
        ("完成３４８６７份", ["３４８６７|份"]),
        ("开展三次，配备五名医师、两家医院", ["三|次", "五|名", "两|家"]),
        ("十余家企业", ["十余|家"]),
        ("培训两三次", ["两三|次"]),
        ("每年3-5千人", ["3-5千|人"]),
        ("约三至五次", ["三至五|次"]),
        ("比例为6.5%－7%", ["6.5%－7|%"]),
        ("参加100人至200人", ["100人至200|人"]),
        ("按床人比1：1.5的比例", ["1：1.5|"]),
        ("占三分之一", ["三分之一|"]),
        ("达到百分之八十", ["百分之八十|"]),
        ("一半以上用于民生", ["一半|"]),
        ("位列第二名；", ["第二|名"]),
        ("全市排名第一，", ["第一|"]),
        ("居全省前三。", ["前三|"]),
        ("评选第*名、", ["第*|名"]),
        ("活产数1200。", ["1200|"]),
    ],
)
def test_finds(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("患者住院总人次数*人次", ["*|人次"]),
        ("就诊率**%以上", ["**|%"]),
        ("采样xx万余人次", ["xx万余|人次"]),
        ("投入***万元", ["***万|元"]),
        ("发病率为*万，", ["*万|"]),
        ("按x:x配备", ["x:x|"]),
        ("达到**.*%", ["**.*|%"]),
        ("培训×名医生", ["×|名"]),
        ("签约XX人", ["XX|人"]),
        ("辖区内活产数***。", ["***|"]),
        ("*家乡镇卫生院", ["*|家"]),
        ("办理*余人", ["*余|人"]),
    ],
)
def test_finds_masks(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "*医院、*镇卫生院完成创建",
        "推进健康**建设",
        "XX县卫生健康局",
        "关注“XX健康”公众号",
        "申报了（**镇、**乡）",
        "委领导先后到**、**等地招商",
        "召开了*镇会议",
        "域外医疗专家走进*”惠民工程",
        "2023年*月*日",
        "2023年5月底，2021-2025年",
        "2020年上半年及第一季度",
        "5月至6月份",
        "2024-05-21",
        "（溆卫健发[2020]16号）",
        "湘财社〔2020〕2号",
        "诊疗方案（试行第一版至第七版）",
        "党的二十大、第二届、第三方",
        "“三会一课”“第一议题”",
        "四查一戴、五大中心、三大攻坚战",
        "《2023年工作方案（3）》",
        "利用“3.24世界防治结核病日”",
        "“5·12”护士节，5·12护士节",
        "3.0系统录入工作",
        "65岁以上老年人，0—6岁儿童，0-36个月",
        "工作满5年的人员",
        "二级医院、三、四级手术",
        "29种大病和四种慢病",
        "落实母婴安全五项制度",
        "每季度至少一次随访",
        "每一个角落、统一、唯一、一批",
        "宫颈CIN2-3级，PM2.5，H7N9",
        "值班手机24小时畅通",
        "按“3＋1”联系人制度",
        "上午8:30至11:30",
        "电话12345，120急救",
        "升至万份/日",
        "无甲类传染病",
        "一是强化、（2）抓实、1.核实",
        "",
    ],
)
def test_leaves_alone(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("床人比3 1.5", ["3 1.5|"]),
        ("授予专利权2 2 ．4万件", ["2 2 ．4万|件"]),
        ("培训乡村医生23\n5、6人次", ["23\n5、6|人次"]),
        ("服务群众23\n- 3 -\n6人次", ["23\n- 3 -\n6|人次"]),
    ],
)
def test_a_broken_number_is_one_value(text: str, expected: list[str]) -> None:
    # Its pieces are no numbers: 6人次 would be invented.
    assert values(text) == expected


_PIECES = st.sampled_from(
    [
        "1",
        "2",
        "34",
        "5.6",
        ",",
        "，",
        ".",
        "．",
        "*",
        "**",
        "×",
        "x",
        "xx",
        "XX",
        "第",
        "前",
        "一",
        "二",
        "三",
        "十",
        "百",
        "万",
        "亿",
        "余",
        "多",
        "几",
        "人",
        "人次",
        "个",
        "百分点",
        "%",
        "％",
        "‰",
        "/10万",
        "元",
        "年",
        "月",
        "日",
        "至",
        "-",
        "－",
        "：",
        ":",
        "分之",
        "半",
        "《",
        "》",
        "“",
        "”",
        "（",
        "）",
        "、",
        "。",
        "；",
        "的",
        "达",
        "高血压",
        "A",
        "CIN",
        "\n",
    ]
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(_PIECES, max_size=25).map("".join))
def test_quantities_are_ordered_disjoint_and_inside(text: str) -> None:
    position = 0
    for quantity in find_quantities(text):
        assert position <= quantity.start < quantity.end <= quantity.unit_end <= len(text)
        position = quantity.unit_end
