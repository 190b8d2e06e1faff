"""Bytes to text: every accepted encoding is detected, everything else is refused with advice."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from tagger.errors import TaggerError
from tagger.reading import load, read, source
from tagger.reading.decoding import decode

SHORT = "全县共有乡村医生236人。"
REPORT = (
    "县卫生健康局2023年上半年工作总结\n"
    "一、工作开展情况\n"
    "（一）强化基层服务能力。全县建成标准化卫生室128所，占92.5％，同比提高3.4个百分点。\n"
    "（二）抓好慢病管理。在管高血压患者34867人，“两病”用药保障**人；规范管理率≥70%。\n"
    "二、存在的问题\n"
    "人才总量不足，高层次人才引进困难。\n"
)
RARE = "卫生院院长㐂某、𠮷某到岗，完成改造①期工程，投入€30万元。\n" + REPORT
# Published reports mask their numbers: stars and percent signs between every few characters.
MASKED = "“两癌”筛查完成*人，筛查率为*%；立案*起，罚款*万元；在管高血压患者*人，规范管理率*%。\n" * 10
HEADINGS = "（一）医疗服务。\n（二）公共卫生。\n（三）妇幼健康。\n"

ENCODINGS = ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
LIKE_TEXT = ["utf-8", "gb18030", "utf-16-le", "utf-16-be"]


def refusal(data: bytes, name: str = "报告.txt") -> str:
    """The message with which `data` is refused, held to what every message promises."""
    with pytest.raises(TaggerError) as caught:
        decode(data, name)
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    assert len(message.splitlines()) == 1
    assert "save it as UTF-8 text and try again" in message
    return message


@pytest.mark.parametrize("text", [SHORT, REPORT], ids=["short", "report"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_is_detected(encoding: str, text: str) -> None:
    data = text.encode(encoding)
    decoded, detected = decode(data, "报告.txt")
    assert decoded == text
    assert data.decode(detected) == decoded


@pytest.mark.parametrize(("bom", "encoding"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")])
def test_utf16_byte_order_mark_is_no_text(bom: bytes, encoding: str) -> None:
    assert decode(bom + REPORT.encode(encoding), "a.txt")[0] == REPORT


def test_utf8_byte_order_mark_is_no_text() -> None:
    assert decode(codecs.BOM_UTF8 + REPORT.encode(), "a.txt") == (REPORT, "utf-8-sig")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_rare_characters_survive(encoding: str) -> None:
    assert decode(RARE.encode(encoding), "a.txt")[0] == RARE


@pytest.mark.parametrize("text", [MASKED, HEADINGS], ids=["masked", "headings"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_full_of_punctuation_is_detected(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "a.txt")[0] == text


@pytest.mark.parametrize("text", ["孕产妇死亡率为零。", "疫苗接种率95%。", "儿童建卡率达到*%。", "培训村医120人次。"])
@pytest.mark.parametrize("encoding", LIKE_TEXT)
def test_one_short_sentence_is_never_read_as_another_script(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "a.txt")[0] == text


@pytest.mark.parametrize("text", ["Work report: 236 doctors trained.\n", "236", "A"])
def test_ascii_is_utf8(text: str) -> None:
    assert decode(text.encode(), "a.txt") == (text, "utf-8")


@pytest.mark.parametrize("encoding", LIKE_TEXT)
def test_ascii_heavy_text_is_detected(encoding: str) -> None:
    text = "COVID-19 2023 Q2: 1,234 / 5,678 (21.7%)\n" * 8 + REPORT
    assert decode(text.encode(encoding), "a.txt")[0] == text


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_newlines_are_kept_in_the_text(newline: str) -> None:
    text = REPORT.replace("\n", newline)
    assert decode(text.encode("gbk"), "a.txt")[0] == text


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\u2028", "\x85"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "gb18030"])
def test_newlines_of_every_kind_give_the_same_sentences(newline: str, encoding: str) -> None:
    text, _ = decode(REPORT.replace("\n", newline).encode(encoding), "a.txt")
    expected, found = read(REPORT), read(text)
    assert [sentence.text for sentence in found.sentences] == [sentence.text for sentence in expected.sentences]
    assert [heading.text for heading in found.headings] == [heading.text for heading in expected.headings]


@pytest.mark.parametrize("where", [0.0, 0.02, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("text", [REPORT, REPORT * 20], ids=["report", "long"])
def test_a_broken_byte_in_utf8_is_refused_never_read_as_gbk(text: str, where: float) -> None:
    data = text.encode()
    place = int(where * len(data))
    while data[place] < 0xC0:  # on to the lead byte of a character
        place += 1
    for broken in (data[:place] + b"\xff" + data[place + 1 :], data[:place] + data[place + 1 :]):
        refusal(broken)


def test_a_broken_byte_in_a_short_utf8_text_is_refused() -> None:
    data = SHORT.encode()
    refusal(data[:3] + b"\xff" + data[4:])


def test_a_cut_off_utf8_text_is_refused() -> None:
    message = refusal(REPORT.rstrip().encode()[:-1])
    assert "UTF-8" in message and "position" in message


def test_the_message_names_the_place_of_the_bad_byte() -> None:
    head = "全县卫生健康工作取得成效。".encode()
    message = refusal(head + b"\xff" + REPORT.encode())
    assert f"byte 0xFF at position {len(head)}" in message


def test_a_broken_byte_in_gbk_is_refused() -> None:
    data = REPORT.encode("gbk")
    place = len(data) // 2
    while data[place] != 0x0A:
        place += 1
    refusal(data[:place] + b"\xff" + data[place:])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_half_a_character_of_utf16_is_refused(encoding: str) -> None:
    refusal(REPORT.encode(encoding)[:-1])


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"PK\x03\x04\x14\x00\x06\x00", "Office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"GIF89a\x01\x00", "GIF"),
        (b"\x1f\x8b\x08\x00\x00\x00", "gzip"),
        (b"\x7fELF\x02\x01\x01", "program"),
    ],
)
def test_a_binary_file_is_refused_by_name(data: bytes, kind: str) -> None:
    assert kind in refusal(data)


@pytest.mark.parametrize(
    "data",
    [bytes(256), bytes(range(256)) * 4, b"\x00\x01\x02\x03" * 100, b"text with \x01\x02\x03\x04\x05\x06 in it"],
    ids=["zeros", "all-bytes", "controls", "controls-in-ascii"],
)
def test_other_binary_data_is_refused(data: bytes) -> None:
    refusal(data)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_is_loaded_with_its_encoding_and_hash(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "报告.txt"
    path.write_bytes(REPORT.encode(encoding))
    source = load(str(path))
    assert (source.name, source.text) == (str(path), REPORT)
    assert path.read_bytes().decode(source.encoding) == source.text
    assert len(source.sha256) == 64


def refused_load(path: Path, max_mb: float = 50) -> str:
    with pytest.raises(TaggerError) as caught:
        load(str(path), max_mb)
    message = str(caught.value)
    assert message.startswith(str(path)) and len(message.splitlines()) == 1
    return message


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b" \r\n\t \n", "whitespace")])
def test_a_file_without_text_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "空.txt"
    path.write_bytes(data)
    assert reason in refused_load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "check the name" in refused_load(tmp_path / "没有.txt")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "*.txt" in refused_load(tmp_path)


def test_an_unsupported_type_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "报告.pptx"
    path.write_bytes(REPORT.encode())
    assert "type .pptx" in refused_load(path)


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    path.write_bytes(REPORT.encode() * 10)
    assert "--max-mb" in refused_load(path, max_mb=0.001)


def test_a_text_over_the_limit_is_refused_and_one_at_it_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "长.txt"
    path.write_text(REPORT, encoding="gb18030")
    monkeypatch.setattr(source, "MAX_CHARACTERS", len(REPORT))
    assert load(str(path)).text == REPORT
    monkeypatch.setattr(source, "MAX_CHARACTERS", len(REPORT) - 1)
    assert "characters, the limit of one report; split it" in refused_load(path)
