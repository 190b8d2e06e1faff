"""Topics of the rule engine: the sentence decides, the heading only tips the balance."""

from __future__ import annotations

import pytest

from tagger import Tagger
from tagger.rules.topics import TopicScorer
from tagger.taxonomy import load_taxonomy


@pytest.fixture(scope="module")
def scorer() -> TopicScorer:
    return TopicScorer(load_taxonomy())


@pytest.mark.parametrize(
    ("text", "section", "topic"),
    [
        ("健康管理高血压患者34867人。", (), "public_health"),
        ("孕产妇免费产前筛查完成1661人。", ("（六）重点民生实事落实完成。",), "maternal_child"),
        ("脱贫人口家庭医生签约率100%。", ("（五）公共卫生服务。",), "health_poverty"),
        ("中医馆开展适宜技术培训12场。", ("（六）人才队伍建设",), "tcm"),
        ("接种新冠疫苗12人次。", ("（一）党的建设",), "disease_control"),
        ("出动执法人员12人次，下达监督意见书3份。", (), "supervision"),
        ("各项指标均已完成。", ("（二）疫情防控工作",), "disease_control"),
        ("现将半年工作总结如下：", (), "overview"),
    ],
)
def test_topic(scorer: TopicScorer, text: str, section: tuple[str, ...], topic: str) -> None:
    assert scorer.score(text, section)[0] == topic


def test_scores_are_shares_of_belief(scorer: TopicScorer) -> None:
    sure = scorer.score("高血压患者健康管理和居民健康档案。", ("基本公共卫生服务",))[1]
    unsure = scorer.score("有关情况良好。", ())[1]
    assert 0 < unsure < sure <= 1


def test_a_silent_sentence_goes_on_with_the_topic_before_it(tagger: Tagger) -> None:
    document = tagger.tag("（六）民生实事\n“两癌”免费筛查任务数为6000人。完成6003人，完成任务的100.05%。")
    assert [s.topic.id for s in document.sentences] == ["maternal_child", "maternal_child"]
