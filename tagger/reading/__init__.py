"""Reading: a report's text to sentences, headings and what was dropped, every piece with its place in the original."""

from __future__ import annotations

import re

from tagger.document import Document, Heading, Removed, Sentence, Stretch
from tagger.errors import TaggerError
from tagger.reading.characters import TERMINATORS, squeeze
from tagger.reading.chrome import CHROME, PAGE_MARKER
from tagger.reading.enumerators import Enumerator, read_enumerator
from tagger.reading.headings import is_lead_heading, is_line_heading, is_part_of_title, is_title, names_document
from tagger.reading.outline import Outline
from tagger.reading.paragraphs import Paragraph, find_paragraphs
from tagger.reading.places import Place, place_at
from tagger.reading.roles import names_role, paragraph_role, report_year, title_role
from tagger.reading.sentences import split_sentences
from tagger.reading.source import Source, load, load_all

__all__ = ["Place", "Source", "load", "load_all", "place_at", "read", "read_source"]

_TITLE_LINES = 4
_FULL_STOP_IN_NUMBER = re.compile(r"\d。$")
_DIGIT_FIRST = re.compile(r"(?!(?:19|20)\d\d\s?年)\d")


def read(text: str, name: str = "", encoding: str | None = None) -> Document:
    """Read a decoded report into its sentences and headings.

    Every character that is not blank lies in exactly one sentence, heading or dropped range.
    """
    found = find_paragraphs(text)
    document = Document(name, text, encoding, [], [], found.dropped)
    body = _take_title(found.items, document)
    opening = "".join(heading.text for heading in document.headings) + (body[0].stretch.text[:300] if body else "")
    outline = Outline(title_role(document.headings[-1].text) if document.headings else None, report_year(opening))
    for position, paragraph in enumerate(body):
        following = body[position + 1].stretch.text if position + 1 < len(body) else None
        _read_paragraph(position, paragraph, following, outline, document)
    document.dropped.sort()
    if not outline.seen_heading and outline.role == "overview":
        # A report without any outline: what follows its opening paragraph is the work.
        for sentence in document.sentences:
            if sentence.role == "overview" and (sentence.paragraph > 0 or len(body) == 1):
                sentence.role = "work"
    return document


def read_source(source: Source) -> Document:
    """Read a report that was loaded. Raises TaggerError where nothing is left to score: it must not pass for a report without figures."""
    document = read(source.text, source.name, source.encoding)
    if document.sentences:
        return document
    left = [word for word, found in (("headings", document.headings), ("page furniture", document.dropped)) if found]
    what = f"there is no sentence in it, only {' and '.join(left) or 'blanks'}"
    raise TaggerError(f"{source.name}: {what}; nothing to score: check that it is the whole report")


def _take_title(paragraphs: list[Paragraph], document: Document) -> list[Paragraph]:
    """The title's lines, at the very top, become headings of level 0; a title said again is one too."""
    position = 0
    while position < min(_TITLE_LINES, len(paragraphs)):
        text = paragraphs[position].stretch.text
        mark = read_enumerator(text)
        if mark and mark.style == "markdown1":
            text, mark = text[mark.length :], None
        last = position + 1 == len(paragraphs) and not names_document(text)
        if not mark and is_part_of_title(text, [each.stretch.text for each in paragraphs[position + 1 : position + 3]]):
            _add_heading(document, paragraphs[position].stretch, 0, None)
            position += 1
            continue
        if last or not is_title(text) or mark or (position > 0 and names_role(text) and not names_document(text)):
            break
        _add_heading(document, paragraphs[position].stretch, 0, None)
        position += 1
    return paragraphs[position:]


def _read_paragraph(
    number: int, paragraph: Paragraph, following: str | None, outline: Outline, document: Document
) -> None:
    pieces = split_sentences(paragraph.stretch)
    document.dropped.extend(_between(paragraph.stretch, pieces))
    own_role = paragraph_role(paragraph.stretch.text)
    for position, piece in enumerate(pieces):
        if document.headings and squeeze(piece.text) == squeeze(document.headings[0].text):
            _add_heading(document, piece, 0, None)
            continue
        enumerator = read_enumerator(piece.text, inline=position > 0)
        if not _is_heading(pieces, position, enumerator, following, outline):
            outline.say()
            document.sentences.append(
                Sentence(
                    piece.text,
                    piece.start,
                    piece.end,
                    piece.removed,
                    section=outline.path,
                    role=own_role if own_role and outline.role in ("work", "overview") else outline.role,
                    paragraph=number,
                    needs_review=_parted_number(pieces, position)
                    or any(piece.start <= place < piece.end for place in paragraph.review),
                )
            )
            continue
        inline = position > 0 or len(pieces) > 1 and enumerator is None
        level, role = outline.push(piece.text, enumerator, inline)
        _add_heading(document, piece, level, role)


def _parted_number(pieces: list[Stretch], position: int) -> bool:
    """Whether a full stop stands between two digits here (12。5万元), where a decimal point may be meant."""
    text = pieces[position].text
    after = (
        position + 1 < len(pieces)
        and _FULL_STOP_IN_NUMBER.search(text)
        and _DIGIT_FIRST.match(pieces[position + 1].text)
    )
    before = position > 0 and _FULL_STOP_IN_NUMBER.search(pieces[position - 1].text) and _DIGIT_FIRST.match(text)
    return bool(after or before)


def _between(paragraph: Stretch, pieces: list[Stretch]) -> list[Removed]:
    """Chrome taken out of a paragraph between two of its sentences: it belongs to neither."""
    inside = {cut for piece in pieces for cut in piece.removed}
    return [cut for cut in paragraph.removed if cut.reason in (CHROME, PAGE_MARKER) and cut not in inside]


def _is_heading(
    pieces: list[Stretch], position: int, enumerator: Enumerator | None, following: str | None, outline: Outline
) -> bool:
    piece = pieces[position]
    last = position + 1 == len(pieces)
    followed = _is_followed(pieces, position, enumerator, following, outline)
    if last and position == 0 and piece.text[-1] not in TERMINATORS:
        if following is None:
            return False
        longer = len(following) > len(piece.text) or read_enumerator(following) is not None
        return is_line_heading(piece.text, enumerator, followed, longer)
    body = piece.text[enumerator.length if enumerator else 0 :].strip()
    if not body:
        return False
    return is_lead_heading(body, enumerator, followed)


def _is_followed(
    pieces: list[Stretch], position: int, enumerator: Enumerator | None, following: str | None, outline: Outline
) -> bool:
    """Whether something below could be about this heading: not the next item of the same kind, not the end."""
    if position + 1 < len(pieces):
        after = pieces[position + 1].text
        mark = read_enumerator(after, inline=True)
        return mark is None or enumerator is not None and mark.style != enumerator.style
    if following is None or position > 0 or enumerator is not None and enumerator.style == "lead":
        return False
    mark = read_enumerator(following)
    if enumerator is None or mark is None:
        return enumerator is not None or pieces[position].text[-1] not in TERMINATORS
    return outline.goes_below(enumerator, mark)


def _add_heading(document: Document, piece: Stretch, level: int, role: str | None) -> None:
    document.headings.append(Heading(piece.text, piece.start, piece.end, piece.removed, level, role))  # type: ignore[arg-type]
