"""Random Markdown, the same for each seed: what models write, and what no one would."""

from __future__ import annotations

import random
from collections.abc import Callable

WORDS = (
    *(
        "存款",
        "利率为3.25%",
        "**重点**",
        "**“引号”**后",
        "~~50万元~~",
        "[1]",
        "[12]",
        "【2】",
        "`代码|x`",
        "a_b_c",
        "*斜*",
    ),
    *("http://a.b/c?x=1", "[名](http://x.y)", "[名]", "[^1]", "<b>粗</b>", "<script>", "<!--", "&amp;", "&lt;x&#10;"),
    *(
        "1.",
        "-",
        "#",
        "|",
        "~~未",
        "~~~",
        "\\*",
        "![图](a.png)",
        "![",
        "](",
        "𠮷㼆😀",
        "שלום",
        "第1条",
        "【未找到依据】",
    ),
    *("——", "（见上）", "--", "===", "\t制表", "。", "\x00", "\x0b", "\ufdd0", "\ufffc", "\u202e", "\ue001"),
)
CODE = ("x = 1", "", "  y", "# 不是标题", "| a | b |", "- z", "> q")


class MarkdownWriterOfSeed:
    """With `gentle` every block stands between paragraphs and holds something, which Qt's own parser understands."""

    def __init__(self, seed: int, *, gentle: bool = False) -> None:
        self._random = random.Random(seed)
        self._gentle = gentle

    def text(self) -> str:
        kinds: list[Callable[[], str]] = [
            self.paragraph,
            self.paragraph,
            self.items,
            self.items,
            self.fence,
            self.quote,
        ]
        kinds += [self.heading, self.setext, self.table, self.rule, self.indented, self.definition]
        blocks = [self._random.choice(kinds)() for _ in range(self._random.randint(1, 7))]
        if self._gentle:
            return "".join(f"段。\n\n{block}\n\n" for block in blocks)
        gaps = ("\n\n", "\n\n", "\n\n", "\n", "\n\n\n", "\n \n")
        whole = "".join(block + self._random.choice(gaps) for block in blocks)
        return whole if self._random.random() < 0.5 else whole.rstrip()

    def pieces(self, text: str) -> list[str]:
        """`text` cut at random places."""
        found: list[str] = []
        while text:
            length = self._random.choice((1, 1, 2, 3, 7, 20, 60))
            found.append(text[:length])
            text = text[length:]
        return found

    def paragraph(self) -> str:
        return "\n".join(self._words() for _ in range(self._random.randint(1, 3)))

    def items(self, depth: int = 0) -> str:
        mark = self._random.choice(("- ", "* ", "+ ", "1. ", "2) "))
        rows: list[str] = []
        for number in range(1, self._random.randint(2, 5)):
            own = f"{number}{mark[1:]}" if mark[0].isdigit() else mark
            inset = " " * len(own)
            rows.append(own + self._words())
            rows += [""] * (self._random.random() < 0.3)
            rows += [inset + self._words()] * (self._random.random() < 0.3)
            if depth < 2 and self._random.random() < 0.3:
                rows += [inset + row for row in self.items(depth + 1).split("\n")]
            if self._random.random() < 0.15:
                rows += [inset + row for row in self.fence().split("\n")]
            rows += [""] * (self._random.random() < 0.2)
        return "\n".join(rows)

    def fence(self) -> str:
        fence = self._random.choice(("```", "~~~", "````", "```python"))
        rows = [self._random.choice(CODE) for _ in range(self._random.randint(1, 5))]
        closed = self._gentle or self._random.random() < 0.85
        return "\n".join([fence, "x", *rows, *([fence.removesuffix("python")] if closed else [])])

    def quote(self) -> str:
        inner = self._random.choice((self.paragraph, self.items, self.fence, self.heading))()
        return "\n".join(f"> {row}" if row else ">" for row in inner.split("\n"))

    def heading(self) -> str:
        return self._random.choice(("# ", "## ", "### ", "#### ")) + self._words() + self._random.choice(("", " #"))

    def setext(self) -> str:
        return f"{self._words()}\n{self._random.choice(('===', '---', '=', '-'))}"

    def table(self) -> str:
        columns = self._random.randint(1, 4)
        rule = "|".join(self._random.choice(("-", "---", ":-", ":-:", "--:")) for _ in range(columns))
        rows = [self._row(columns) for _ in range(self._random.randint(0, 4))]
        return "\n".join([self._row(columns), f"|{rule}|", *rows])

    def rule(self) -> str:
        return self._random.choice(("---", "***", "___", "- - -", " ---"))

    def indented(self) -> str:
        return "\n".join("    " + self._random.choice(("code", "x", "- a")) for _ in range(self._random.randint(1, 3)))

    def definition(self) -> str:
        return f"[{self._random.choice(('名', '1', '^1'))}]: http://x.y"

    def _row(self, columns: int) -> str:
        cells = (self._words() if self._random.random() < 0.7 else "" for _ in range(columns))
        return f"|{'|'.join(cells)}{self._random.choice(('|', '|', ''))}"

    def _words(self) -> str:
        first = "甲" if self._gentle else ""
        return first + "".join(
            self._random.choice(WORDS) + self._random.choice(("", " ")) for _ in range(self._random.randint(1, 6))
        )
