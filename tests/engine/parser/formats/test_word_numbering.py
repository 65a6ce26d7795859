"""Articles that Word numbers by itself: the number stands in no text of the file."""

from __future__ import annotations

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from engine.parser.formats import word
from engine.parser.formats.blocks import Paragraph

ABSTRACT = f"""<w:abstractNum {nsdecls("w")} w:abstractNumId="90">
<w:lvl w:ilvl="0"><w:start w:val="9"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
<w:lvl w:ilvl="3"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1-%4"/><w:isLgl/></w:lvl>
<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl></w:abstractNum>"""
RESTARTED = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'


def number(number_id: int, inner: str = "") -> str:
    return f'<w:num {nsdecls("w")} w:numId="{number_id}"><w:abstractNumId w:val="90"/>{inner}</w:num>'


def test_levels_count_restart_and_refer_to_those_above() -> None:
    document = docx.Document()
    root = document.part.numbering_part.element
    for xml in (ABSTRACT, number(90), number(91, RESTARTED)):
        root.append(parse_xml(xml))
    places = [(90, 0), (90, 1), (90, 1), (90, 2), (90, 3), (90, 0), (90, 1), (91, 0), (0, 0)]
    for number_id, level in places:
        paragraph = document.add_paragraph("文")
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().set(qn("w:val"), str(level))
        properties.get_or_add_numId().set(qn("w:val"), str(number_id))
    read = list(word._Reader(document).body(document.element.body))
    assert read == [
        Paragraph("第九条 文", 1),
        Paragraph("九.1 文", 2),
        Paragraph("九.2 文", 2),
        Paragraph("• 文", 3),
        Paragraph("9-1 文", 4),
        Paragraph("第十条 文", 1),
        Paragraph("十.1 文", 2),
        Paragraph("第一条 文", 1),
        Paragraph("文"),
    ]
