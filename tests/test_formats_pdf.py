"""PDF: lines, pages, running heads and page numbers, cells, scans, encryption."""

from __future__ import annotations

import zlib

import pytest
from office_files import pdf, printed, stream

from tagger.errors import TaggerError
from tagger.reading import place_at, read
from tagger.reading.formats.pdf import read_pdf

LIMIT = 1_000_000
BODY = ["今年以来，全县各级医疗机构诊疗5万人次，较去年同期增长百分之三，家庭医生签约", "服务稳步推进，签约率达到七成。"]


def text_of(data: bytes) -> str:
    return read_pdf(data, "r.pdf", LIMIT).text


def refusal(data: bytes) -> str:
    with pytest.raises(TaggerError) as caught:
        read_pdf(data, "r.pdf", LIMIT)
    message = str(caught.value)
    assert message.startswith("r.pdf: ") and len(message.splitlines()) == 1
    return message


def paged(count: int, head: str = "", foot: str = "") -> list[list[tuple[float, float, str]]]:
    """Pages of running text, foot and head written first; `#` in them is the number of the page."""
    pages = printed(*([f"第{chr(0x4E00 + index)}段，{BODY[0]}", BODY[1]] for index in range(count)))
    for index, page in enumerate(pages):
        for y, text in ((30, foot), (815, head)):
            if text:
                page.insert(0, (280, y, text.replace("#", str(index + 1))))
    return pages


def test_lines_stay_as_printed_and_every_one_knows_its_page() -> None:
    found = read_pdf(pdf(printed(BODY, ["完。"])), "r.pdf", LIMIT)
    assert found.text == "\n".join([*BODY, "完。"])
    assert [place_at(found.places, found.text.index(word)) for word in ("今年", "服务", "完")] == [
        "page 1",
        "page 1",
        "page 2",
    ]


def test_running_heads_and_page_numbers_go_and_the_text_stays() -> None:
    plain = text_of(pdf(paged(4)))
    assert text_of(pdf(paged(4, head="某县卫生健康局文件汇编", foot="#"))) == "某县卫生健康局文件汇编\n" + plain
    assert text_of(pdf(paged(4, foot="某县卫生健康局 #"))) == plain
    assert text_of(pdf(paged(2, foot="#"))) == plain[: len(text_of(pdf(paged(2))))]


def test_a_decorated_page_number_is_left_for_the_reader_to_record() -> None:
    text = text_of(pdf(paged(3, foot="— # —")))
    assert "— 2 —" in text
    assert [cut.reason for cut in read(text).dropped].count("page_marker") + sum(
        cut.reason == "page_marker" for sentence in read(text).sentences for cut in sentence.removed
    ) == 3


@pytest.mark.parametrize(("head", "pages"), [("年终总结", 2), ("单独一行", 1)])
def test_what_does_not_stand_on_several_pages_stays(head: str, pages: int) -> None:
    assert text_of(pdf(paged(pages, head=head))).count(head) == pages


def test_numbers_that_do_not_rise_with_the_pages_stay() -> None:
    pages = paged(3)
    for page, number in zip(pages, ("5", "9", "2"), strict=True):
        page.append((280, 30, number))
    assert text_of(pdf(pages)).split("\n")[2::3] == ["5", "9", "2"]


def test_a_sentence_and_a_line_at_changing_height_are_no_running_heads() -> None:
    pages = printed(*(["同一句话。", f"甲{index}"] for index in range(4)))
    for index, page in enumerate(pages):
        page.append((90, 100 + 20 * index, "同一表头"))
    text = text_of(pdf(pages))
    assert text.count("同一句话。") == 4 and text.count("同一表头") == 4


def test_a_line_in_the_middle_that_recurs_stays() -> None:
    pages = printed(
        *(["上", "一、甲" + "文" * index, "同一句话。", "乙", "下" + "文" * index, "完"] for index in range(4))
    )
    assert text_of(pdf(pages)).count("同一句话。") == 4


def test_cells_of_a_row_are_parted_by_tabs() -> None:
    row = [(90.0, 700.0, "门诊"), (250.0, 700.0, "34867"), (400.0, 700.0, "人次")]
    assert text_of(pdf([row])) == "门诊\t34867\t人次"


def test_radicals_become_the_characters_they_look_like() -> None:
    from tagger.reading.formats.pdf import _RADICALS

    assert "⼈⺠医院⻔诊⼯作".translate(_RADICALS) == "人民医院门诊工作"
    assert all(len(character) == 1 for character in _RADICALS.values())


def test_a_hyphen_at_the_end_of_a_line_is_kept() -> None:
    assert "2019-\n2023" in text_of(pdf(printed(["建设周期为2019-", "2023年"]))).replace("－", "-")


@pytest.mark.parametrize("pages", [[[]], [[], [], []]])
def test_a_scan_is_called_one(pages: list[list[tuple[float, float, str]]]) -> None:
    message = refusal(pdf(pages, picture=True))
    assert f"holds {len(pages)} pages but no text" in message and "OCR" in message


def test_a_scan_with_the_mark_of_the_scanner_is_a_scan() -> None:
    assert "scan" in refusal(pdf([[(280, 30, "某某扫描")] for _ in range(4)], picture=True))


@pytest.mark.parametrize("mark", ["- # -", "第#页", "#"])
def test_a_scan_with_page_numbers_alone_is_a_scan(mark: str) -> None:
    pages = [[(280.0, 30.0, mark.replace("#", str(number)))] for number in (1, 2, 3)]
    assert "holds 3 pages but no text on them but page numbers, heads or feet: it is a scan" in refusal(
        pdf(pages, picture=True)
    )
    assert "nothing to score" in refusal(pdf(pages))


def test_the_same_mark_on_all_pages_is_text_on_none_of_them() -> None:
    message = refusal(pdf([[(280, 30, "Scanned by CamScanner")]] * 3, picture=True))
    assert "no text on them but page numbers, heads or feet" in message and "it is a scan" in message


def test_encrypted_damaged_and_foreign_files_are_told_apart() -> None:
    assert "password" in refusal(pdf(paged(1), encrypt=True))
    assert "damaged" in refusal(pdf(paged(1))[:60])
    assert "damaged" in refusal(b"%PDF-1.5")
    assert "damaged" in refusal(b"<html>404</html>")


@pytest.mark.parametrize("layers", [1, 2])
def test_a_stream_that_unpacks_to_too_much_is_refused(layers: int) -> None:
    packed = b" " * (33 * 1024 * 1024)
    for _ in range(layers):
        packed = zlib.compress(packed, 9)
    filters = b"/FlateDecode " * layers
    bomb = stream(b"9 0 obj << /Filter [" + filters + b"]", packed)
    assert "unpacks to over 32 MB" in refusal(pdf(paged(1)) + bomb)
    picture = stream(b"9 0 obj << /Subtype /Image /Filter [" + filters + b"]", packed)
    assert text_of(pdf(paged(1)) + picture) == text_of(pdf(paged(1)))


def test_a_text_over_the_limit_is_refused() -> None:
    with pytest.raises(TaggerError, match="over 50 characters"):
        read_pdf(pdf(paged(3)), "r.pdf", 50)
