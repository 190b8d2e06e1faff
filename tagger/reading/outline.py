"""The outline: a stack of open headings that gives each sentence its section path and role."""

from __future__ import annotations

from typing import NamedTuple

from tagger.document import Role
from tagger.reading.enumerators import DEPTH, Enumerator
from tagger.reading.roles import heading_role

# Pairs of styles that reports mix as equals: （一） … (2) … （三）.
_MIXED = {
    frozenset({"bracket_cjk", "bracket_arabic"}),
    frozenset({"arabic", "arabic_dot"}),
    frozenset({"cjk", "part"}),
    frozenset({"cjk", "arabic"}),
    frozenset({"half_bracket", "bracket_arabic"}),
}


def _continues(style: str, value: int, next_style: str, next_value: int) -> bool:
    """Whether a mark of another style goes on with the numbering: （一） then (2)."""
    return next_value > 0 and next_value == value + 1 and frozenset({style, next_style}) in _MIXED


class _Open(NamedTuple):
    text: str
    style: str
    value: int
    role: Role | None
    top: bool  # a role heading that opened a top section


class Outline:
    """Takes headings in order; knows the path and role of what comes next."""

    def __init__(self, default_role: Role | None, year: int | None) -> None:
        self._year = year
        self._stack: list[_Open] = []
        self._default: Role | None = default_role
        self._bare = False  # nothing has been said since the last heading
        self.path: tuple[str, ...] = ()
        self.seen_heading = False

    @property
    def role(self) -> Role:
        """The nearest role above; before any heading `overview`, then `work`."""
        for entry in reversed(self._stack):
            if entry.role is not None:
                return entry.role
        if self._default is not None:
            return self._default
        return "work" if self.seen_heading else "overview"

    def say(self) -> None:
        """Note that a sentence stands under the current path."""
        self._bare = False

    def goes_below(self, heading: Enumerator, mark: Enumerator) -> bool:
        """Whether an item marked `mark` right after a heading is its child, not its sibling or that of one above it."""
        sibling = heading.style == mark.style or _continues(heading.style, heading.value, mark.style, mark.value)
        if sibling:
            return False
        # What stays open once the heading stands: what is above its siblings, or else what is less deep than it.
        position = self._find(heading.style, heading.value)
        above = self._stack[:position] if position is not None else self._stack
        return not any(
            entry.style == mark.style or _continues(entry.style, entry.value, mark.style, mark.value)
            for entry in above
            if position is not None or DEPTH[entry.style] < DEPTH[heading.style]
        )

    def push(self, text: str, enumerator: Enumerator | None, inline: bool) -> tuple[int, Role | None]:
        """Open a heading; return its level (1 is a top section) and the role it opens, if any."""
        style = enumerator.style if enumerator else ("inline" if inline else "plain")
        value = enumerator.value if enumerator else 0
        role = None if inline and enumerator is None else heading_role(text, self._year)
        if style == "plain" and role is not None:
            style = "section"
        elif style == "lead":
            role = None  # 三是存在问题整改… names work; a section's role is opened by a heading of its own
        self._make_room(style, value, role, inline)
        self._stack.append(_Open(text, style, value, role, not self._stack))
        self.path = tuple(entry.text for entry in self._stack)
        self._bare = True
        if not inline or enumerator is not None:
            self.seen_heading = True
        return len(self._stack), role

    def _make_room(self, style: str, value: int, role: Role | None, inline: bool) -> None:
        stack = self._stack
        if role is not None and style in ("section", "cjk", "part"):
            # A section's name without a number, after one with: 存在的问题 closes what stands above it.
            position = next((i for i, entry in enumerate(stack) if entry.role is not None or entry.style == style), 0)
            del stack[position:]
            return
        same = self._find(style, value)
        if same is not None:
            del stack[same:]
            return
        if self._bare and stack and stack[-1].style != "inline":
            return  # a heading right under a heading is its child, whatever the marks say
        if inline:
            while stack and stack[-1].style == "inline":
                stack.pop()
            return  # 五是… 1.… inside one paragraph: the new mark goes deeper
        depth = DEPTH[style]
        while (
            stack
            and DEPTH[stack[-1].style] >= depth
            and not (stack[-1].top and stack[-1].role and depth > DEPTH["cjk"])
        ):
            stack.pop()

    def _find(self, style: str, value: int) -> int | None:
        """Where the stack holds a sibling: the same style, or a style mixed with it whose number this one continues."""
        positions = range(len(self._stack) - 1, -1, -1)
        for position in positions:
            if self._stack[position].style == style:
                return position
        for position in positions:
            entry = self._stack[position]
            if _continues(entry.style, entry.value, style, value):
                return position
        return None
