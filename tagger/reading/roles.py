"""The role of a section, read off its heading: work done, a problem, a plan, an overview."""

from __future__ import annotations

import re

from tagger.document import Role
from tagger.reading.enumerators import read_enumerator

_PROBLEM = re.compile(
    r"(?:存在|面临|主要|突出|仍有|有待解决)[^，。]{0,8}(?:问题|困难|不足|短板|差距|挑战|薄弱环节)"
    r"|(?:问题|困难|不足|短板|差距)(?:与|和|及|、)(?:弱项|问题|困难|不足|短板|差距|挑战|原因|建议|对策)|不足之处|薄弱环节$|^问题$|^(?:困难|不足)$"
    r"|(?:工作|发展|的|中|^问题)(?:问题|困难|不足|短板|难点)(?:分析|剖析|清单)?$|^(?:制约因素|原因分析|问题原因|问题清单|几点反思|短板弱项)$"
)
# What is to come, whatever else the heading says.
_FUTURE = re.compile(
    r"下一?步|下一?阶段|下半年|今后|明年|来年|(?:工作|总体|主要|基本)?(?:打算|谋划|设想)$|努力方向|接下来|展望$|(?:对策|意见)(?:与|和)?建议$"
)
_PLAN = re.compile(
    r"20\d\d年?[^，。]{0,16}(?:工作重点$|安排|计划|思路|举措|要点|方向|目标)|工作(?:计划|安排|思路|要点)$|^后续工作$"
    r"|(?:整改|改进)(?:措施|方向|计划)$|^.{0,6}(?:目标任务|重点任务|主要任务|保障措施|指导思想|总体要求|总体思路|总体目标|主要目标|工作目标|基本原则)$"
)
_NAMED_YEAR = re.compile(r"(20\d\d)年[^，。]{0,10}(?:工作|重点|目标|任务|安排|要点|计划|思路)")
# A look back, even where a plan's words stand in it: 2022年重点工作完成情况, 上半年工作总结.
_WORK = re.compile(
    r"履职情况|今年以来的工作|特色工作|工作措施$|完成情况|开展情况|进展情况|落实情况|推进情况|工作情况|运行情况|执行情况|总结|回顾|成效|成绩|亮点|做法|进展|所做(?:的)?工作|工作汇报|上半年|(?:重点|主要|各项|具体)工作$"
)
# Problems that are the object of work, not its confession.
_HANDLED = re.compile(
    r"整改|补齐|补短|补强|攻坚|克服|破解|(?<!需)(?<!需要)(?<!帮助)(?<!有待)解决|化解|处理|排查|整治|专项|聚焦|针对|坚持|导向|反馈|查摆|巡察|巡视|审计"
)
_OVERVIEW = re.compile(
    r"^(?:基本情况|总体情况|基本概况|概况|概述|总体概述|工作概述|机构设置(?:情况)?|卫生资源(?:情况)?|.{2,10}(?:概况|基本情况)|单位(?:基本)?(?:情况|概况)|机构(?:基本)?(?:情况|概况)|前言|引言|全局概况)$"
)
_PLAN_PARAGRAPH = re.compile(r"(?:下一?步|下一?阶段|下半年|明年|来年|今后)(?:工作)?(?:中)?[，,：:]")
_LEAD = re.compile(r"([^，。；：:]{2,14})[：:]")
_EDGE = " 　：:。.，,、（）()"


def heading_role(text: str, year: int | None = None) -> Role | None:
    """The role that a heading opens, or None where it only names a piece of work.

    `year` is the year the report looks back on: 2025年重点工作 is a plan in a report on 2024.
    """
    enumerator = read_enumerator(text)
    body = text[enumerator.length if enumerator else 0 :].strip(_EDGE)
    if _OVERVIEW.match(body):
        return "overview"
    if len(body) > 30:
        return None
    if re.search(r"(?:问题|困难|不足)[^，。]{0,4}(?:及|和|与|、)[^，。]{0,4}(?:下一?步|打算|建议|对策|措施)", body):
        return "problem"
    if _PROBLEM.search(body) and not _HANDLED.search(body):
        return "problem"
    if _FUTURE.search(body):
        return "plan"
    named = _NAMED_YEAR.match(body)
    if year is not None and named and int(named.group(1)) > year:
        return "plan"
    if _WORK.search(body):
        return "work"
    return "plan" if _PLAN.search(body) else None


def title_role(title: str) -> Role | None:
    """`plan` for a document that is a plan as a whole (工作要点, 工作计划); None otherwise."""
    if re.search(r"(?:要点|计划|打算|安排|思路|规划|方案)$", title.strip(_EDGE)) and not re.search(
        "总结|情况|汇报|报告", title
    ):
        return "plan"
    return None


def names_role(line: str) -> bool:
    """Whether a line is nothing but the name of a section such as 存在的问题 or 下一步工作打算."""
    return len(line) <= 20 and "如下" not in line and line[-1] not in "，、,；" and heading_role(line) is not None


def paragraph_role(paragraph: str) -> Role | None:
    """The role that an unheaded paragraph opens for itself: 下一步，我局将… or 存在的主要问题：一是…"""
    if _PLAN_PARAGRAPH.match(paragraph):
        return "plan"
    lead = _LEAD.match(paragraph)
    role = heading_role(lead.group(1)) if lead else None
    return role if role in ("problem", "plan") else None


def report_year(text: str) -> int | None:
    """The year a report looks back on: the first that its title or opening names."""
    match = re.search(r"20\d\d(?=\s?年)", text)
    return int(match.group()) if match else None
