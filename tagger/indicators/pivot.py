"""One indicator by place and time: a row per place and period, a column per group of metric names, conflicts kept.

A cell never chooses: where reports say different numbers it holds all of them, and a masked value stays masked. Issuers of
one place and time that differ have rows that name them. Reports whose place or time is not known, or is one of two places of a name, are not compared with each other: each has a row of its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from tagger.document import Bound, Change
from tagger.errors import TaggerError
from tagger.extraction.numbers import is_masked
from tagger.extraction.units import normalize_unit
from tagger.indicators.groups import Group, group_names
from tagger.indicators.lexicon import plain
from tagger.indicators.measures import measure
from tagger.indicators.signatures import Signature, signature
from tagger.metadata.issuers import issuer_key

Status = Literal["empty", "value", "conflict", "masked", "unread"]
_DIGITS = 15  # of a converted number; a reader wants no more


class Figure(NamedTuple):
    """One measurement in a cell. `number` is in the unit of its column; None where it is masked or could not be read."""

    number: Decimal | None
    raw: str  # VALUE as the report has it
    unit: str  # as the report has it, "" where it has none
    metric: str
    document: str
    masked: bool
    approximate: bool
    bound: Bound | None
    change: Change | None

    @property
    def says(self) -> tuple[object, ...]:
        """What two figures must share to agree."""
        read = (self.number, self.bound, self.change)
        return read if self.number is not None else (plain(self.raw + self.unit), *read)


class Cell(NamedTuple):
    """All that is said of one indicator at one place and time, in a fixed order."""

    figures: tuple[Figure, ...]

    @property
    def status(self) -> Status:
        """`conflict` where figures that are not masked say different things; `unread` where the one said is no number."""
        if not self.figures:
            return "empty"
        open_figures = [figure for figure in self.figures if not figure.masked]
        if not open_figures:
            return "masked"
        if len({figure.says for figure in open_figures}) > 1:
            return "conflict"
        return "unread" if open_figures[0].number is None else "value"

    @property
    def number(self) -> Decimal | None:
        """The number of the cell, where its figures agree on one."""
        if self.status != "value":
            return None
        return next(figure.number for figure in self.figures if figure.number is not None)


class Column(NamedTuple):
    """A group of metric names with the unit its numbers are in (None: none is named), levels and changes apart."""

    group: Group
    unit: str | None
    change: bool


class PivotRow(NamedTuple):
    """The values of `by`, None where a report does not say; and a cell per column.

    A region whose name two places have is named with what it lies in, one that several issuers report on with the issuer. `document` is the report of a row that is one's alone, since
    its key does not say where or when.
    """

    key: tuple[str | None, ...]
    cells: tuple[Cell, ...]
    document: str | None = None


class Pivot(NamedTuple):
    """A table of the metrics that a query finds."""

    metric: str
    by: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[PivotRow, ...]
    plans: int = 0  # figures left out because they are planned, not achieved


_Key = tuple[Signature, bool, bool]  # signature, whether a change, whether no unit says how large the number is


def build_pivot(
    rows: Iterable[Mapping[str, Any]],
    metric: str,
    *,
    by: Sequence[str] = ("region", "period"),
    exact: bool = False,
    plans: bool = False,
) -> Pivot:
    """Table of the groups with a name that contains `metric` (with `exact`, that is `metric`; spelling apart).

    A row has the keys metric, unit, number (in that unit; any exact type or None), value (as written), document, and
    those of `by` (region, level, period, topic …). It may have issuer, masked, approximate, bound, change and rank as
    `Quantity` has them, and within, what its region lies in. A row without a metric is in no group. Neither the order of rows nor
    that of names matters. A row with the role `plan`, or one that is `planned`, is left out and counted, unless `plans` asks for it.

    Raises TaggerError when a key of `by` is in none of the rows.
    """
    measured = [row for row in rows if row.get("metric")]
    _check_by(measured, by)
    kept = [row for row in measured if plans or not _is_plan(row)]
    is_wanted = _matcher(metric, exact)
    signatures = {key: signature(*key) for key in {_key(row) for row in measured}}
    wanted = {signatures[_key(row)] for row in kept if is_wanted(row["metric"])}
    left_out = sum(
        signatures[_key(row)] in wanted or is_wanted(row["metric"]) for row in measured if not plans and _is_plan(row)
    )
    chosen: dict[_Key, list[Mapping[str, Any]]] = defaultdict(list)
    for row in kept:
        name = signatures[_key(row)]
        if name in wanted:
            chosen[name, bool(row.get("change")), _is_bare(row.get("unit"), name)].append(row)
    columns: list[tuple[Column, list[Mapping[str, Any]]]] = []
    for (_, change, _), members in chosen.items():
        (group,) = group_names(_key(row) for row in members)
        columns.append((Column(group, _base_unit(members), change), members))
    columns.sort(key=lambda pair: (-pair[0].group.count, pair[0].group.name, pair[0].change, pair[0].unit or ""))
    return Pivot(
        metric, tuple(by), tuple(column for column, _ in columns), _lay_out(tuple(by), columns, kept), left_out
    )


def _is_plan(row: Mapping[str, Any]) -> bool:
    return row.get("role") == "plan" or bool(row.get("planned"))


def _check_by(rows: list[Mapping[str, Any]], by: Sequence[str]) -> None:
    there = {key for row in rows for key in row}
    for key in by:
        if rows and key not in there:
            raise TaggerError(f"by {key}: there is no such column; choose from {', '.join(sorted(there))}")


def _matcher(metric: str, exact: bool) -> Callable[[str], bool]:
    query = plain(metric)
    return (lambda name: plain(name) == query) if exact else (lambda name: query in plain(name))


def _key(row: Mapping[str, Any]) -> tuple[str, str | None]:
    return row["metric"], row.get("unit") or None


def _is_bare(unit: str | None, name: Signature) -> bool:
    """Whether a number stands without the unit that says its size: 98.2 of a rate may be % or ‰, 12 of a sum 元 or 万元."""
    return not unit and name.kind in ("rate", "points", "money", "time", "amount") and name.dimension != "比"


def _base_unit(rows: list[Mapping[str, Any]]) -> str | None:
    """The most frequent unit: it is the one readers of this indicator know."""
    units = Counter(normalize_unit(row["unit"]) for row in rows if row.get("unit"))
    return min(units, key=lambda unit: (-units[unit], len(unit), unit)) if units else None


def _lay_out(
    by: tuple[str, ...], columns: list[tuple[Column, list[Mapping[str, Any]]]], known: list[Mapping[str, Any]]
) -> tuple[PivotRow, ...]:
    parents = _parents(known) if "region" in by else {}
    placed: list[tuple[tuple[str | None, ...], bool, int, Mapping[str, Any], Figure]] = []
    figures: dict[tuple[tuple[str | None, ...], str | None], dict[int, list[Figure]]]
    figures = defaultdict(lambda: defaultdict(list))
    for index, (column, rows) in enumerate(columns):
        for row in rows:
            key = tuple(_said(row, name) for name in by)
            alone = None in key
            if "region" in by and len(homes := parents.get(_said(row, "region") or "", ())) > 1:
                home = _home(_said(row, "within"), homes)
                alone = alone or home is None
                key = tuple(
                    f"{home or ''}{each}" if name == "region" else each for name, each in zip(by, key, strict=True)
                )
            placed.append((key, alone, index, row, _figure(row, column.unit)))
    issuers = _issuers((key, row) for key, alone, _, row, _ in placed if not alone) if _asks_for_place(by) else {}
    for key, alone, index, row, figure in placed:
        if not alone and len(names := issuers.get(key, {})) > 1:
            said = _said(row, "issuer")
            alone = said is None  # of which of them it is, nobody knows
            if said is not None:
                name = names[issuer_key(said, _said(row, "region") or "")]
                key = tuple(
                    f"{each}（{name}）" if column == "region" else each for column, each in zip(by, key, strict=True)
                )
        figures[key, str(row.get("document") or "") if alone else None][index].append(figure)
    return tuple(
        PivotRow(
            key, tuple(Cell(tuple(sorted(cells.get(index, ()), key=_order))) for index in range(len(columns))), document
        )
        for (key, document), cells in sorted(figures.items(), key=_row_order)
    )


def _asks_for_place(by: tuple[str, ...]) -> bool:
    """Whether a row stands for a place, whose issuers are then to be told apart."""
    return "region" in by and "issuer" not in by


def _issuers(
    rows: Iterable[tuple[tuple[str | None, ...], Mapping[str, Any]]],
) -> dict[tuple[str | None, ...], dict[str, str]]:
    """Who reports in each row: what an issuer's names share → the name that it has most often."""
    found: dict[tuple[str | None, ...], dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for key, row in rows:
        name = _said(row, "issuer")
        if name is not None:
            found[key][issuer_key(name, _said(row, "region") or "")][name] += 1
    return {
        key: {own: min(names, key=lambda each: (-names[each], each)) for own, names in issuers.items()}
        for key, issuers in found.items()
    }


def _row_order(item: tuple[tuple[tuple[str | None, ...], str | None], Any]) -> tuple[object, ...]:
    (key, document), _ = item
    return ([(each is None, each or "") for each in key], document or "")


def _said(row: Mapping[str, Any], name: str) -> str | None:
    return None if row.get(name) in (None, "") else str(row[name])


def _parents(rows: list[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """What the places of each name lie in, each said as fully as anywhere: 湖南省怀化市 stands for 怀化市 and 湖南省 too."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        region, within = _said(row, "region"), _said(row, "within")
        if region and within:
            found[region].add(within)
    return {
        region: tuple(sorted(each for each in names if not any(each != other and each in other for other in names)))
        for region, names in found.items()
    }


def _home(within: str | None, homes: Sequence[str]) -> str | None:
    """The one of `homes` that a place lies in, None where it could be several."""
    matching = [home for home in homes if within and within in home]
    return matching[0] if len(matching) == 1 else None


def _figure(row: Mapping[str, Any], base: str | None) -> Figure:
    raw = str(row.get("value") or "")
    said = row.get("number") if row.get("number") is not None else row.get("rank")
    masked = bool(row.get("masked")) or said is None and is_masked(raw)
    number = None if masked or said is None else _convert(Fraction(str(said)), row.get("unit"), base)
    return Figure(
        number=number,
        raw=raw,
        unit=str(row.get("unit") or ""),
        metric=row["metric"],
        document=str(row.get("document") or ""),
        masked=masked,
        approximate=bool(row.get("approximate")),
        bound=row.get("bound") or None,
        change=row.get("change") or None,
    )


def _convert(number: Fraction, unit: str | None, base: str | None) -> Decimal:
    """A number in the unit `base`. One signature, one dimension: only the sizes differ."""
    own, target = measure(unit), measure(base)
    if own and target:
        number = number * own.factor / target.factor
    with localcontext() as context:
        context.prec = max(_DIGITS, len(str(number.numerator)) if number.denominator == 1 else 0)
        return Decimal(number.numerator) / Decimal(number.denominator)


def _order(figure: Figure) -> tuple[object, ...]:
    return (figure.document, figure.metric, figure.raw, figure.unit, figure.number is None, figure.number or 0)
