"""Makes the bundled fallback font: a subset of Noto Sans CJK SC under a name of its own.

    pip install fonttools==4.68.0
    python installer/fonts.py NotoSansCJK-Regular.ttc NotoSansCJK-Bold.ttc

The glyphs are those of GB/T 2312 (6,763 characters and its signs), of ASCII and Latin-1, of circled numbers, and a few
characters of personal names that GB/T 2312 lacks. Noto Sans CJK is under the SIL Open Font License 1.1, whose reserved
name is "Source"; the subset has another family name so that it never stands in for an installed Noto.
"""

from __future__ import annotations

import sys
from pathlib import Path

FAMILY = "Jinpan Sans"
FOLDER = Path(__file__).resolve().parents[1] / "assets" / "fonts"
SIGNS = "–—‘’“”…•·‰€£¥←↑→↓✓✗①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳～￥〇々※℃㎡㎏"
NAMES = "㼆𠮷囍喆堃垚犇骉焱淼鑫槑甪镕祎玥琬珺玮玟昇晞昕晔燚珈瑄琪琰翀翊旻旸旼昉昶暐曈煊煜熠璟璠瑾瓴"
SIMPLIFIED = 2  # the font's place in the collection


def characters() -> str:
    rows, cells = range(0xA1, 0xF8), range(0xA1, 0xFF)
    standard = (bytes((row, cell)).decode("gb2312", errors="ignore") for row in rows for cell in cells)
    latin = (chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100)))
    return "".join(sorted({*"".join(standard), *latin, *SIGNS, *NAMES}))


def make(collection: Path, weight: str) -> Path:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTCollection

    font = TTCollection(str(collection)).fonts[SIMPLIFIED]
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += ["BASE", "VORG", "GPOS", "GSUB", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(text=characters())
    subsetter.subset(font)
    names = {1: FAMILY, 16: FAMILY, 4: f"{FAMILY} {weight}", 6: f"JinpanSans-{weight}"}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    font["CFF "].cff.fontNames[0] = names[6]
    path = FOLDER / f"JinpanSans-{weight}.otf"
    font.save(str(path))
    return path


if __name__ == "__main__":
    for file, weight in zip(sys.argv[1:], ("Regular", "Bold"), strict=True):
        made = make(Path(file), weight)
        print(made, made.stat().st_size)
