"""However an answer arrives, it ends as what is written at once; and that is what Qt's parser makes of the whole."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument

from desktop.ask import markdown
from desktop.ask.growing import finished_lengths
from desktop.ask.markdown import MarkdownWriter
from desktop.look.tokens import LIGHT
from tests.desktop.ask.markdown_texts import MarkdownWriterOfSeed

SEEDS = 60


def at_once(text: str) -> str:
    document = QTextDocument()
    MarkdownWriter(document, LIGHT).set_text(text)
    return document.toHtml()


@pytest.mark.parametrize("part", range(4))
def test_random_pieces_end_as_a_full_render_and_stand_as_one_in_between(application, part):
    for seed in range(part * SEEDS, (part + 1) * SEEDS):
        source = MarkdownWriterOfSeed(seed)
        text, shown = source.text(), ""
        document = QTextDocument()
        writer = MarkdownWriter(document, LIGHT)
        for number, piece in enumerate(source.pieces(text)):
            shown += piece
            writer.set_text(shown)
            if number % 5 == 4 or shown == text:
                assert document.toHtml() == at_once(shown), (seed, shown)


def test_a_text_in_runs_is_what_the_parser_makes_of_the_whole(application, monkeypatch):
    """Where it understands the whole: of code beside code it makes one box, and of a table behind code it loses the
    first cell."""
    for seed in range(150):
        text = MarkdownWriterOfSeed(seed, gentle=True).text()
        in_runs = at_once(text)
        with monkeypatch.context() as patched:
            patched.setattr(markdown, "finished_lengths", lambda text: [])
            assert in_runs == at_once(text), (seed, text)


def test_every_beginning_of_a_text_falls_into_the_same_runs():
    for seed in range(100):
        text = MarkdownWriterOfSeed(seed).text()
        whole = finished_lengths(text)
        for end in range(len(text)):
            lengths = finished_lengths(text[:end])
            assert lengths == whole[: len(lengths)], (seed, text[:end])


def test_code_beside_code_stays_two_boxes_and_a_table_behind_code_is_whole(application):
    document = QTextDocument()
    MarkdownWriter(document, LIGHT).set_text("```\na\n```\n~~~\nb\n~~~\n|甲|乙|\n|-|-|\n|1|2|")
    assert len(markdown.code_frames(document)) == 2
    assert "甲" in document.toPlainText() and len(document.rootFrame().childFrames()) == 3


def test_a_definition_of_a_link_changes_nothing_elsewhere(application):
    document = QTextDocument()
    MarkdownWriter(document, LIGHT).set_text("见 [细则]。\n\n[细则]: file:///etc/passwd\n")
    assert document.toPlainText() == "见 [细则]。\n[细则]: file:///etc/passwd"


def test_character_references_are_read_but_never_become_markup(application):
    document = QTextDocument()
    MarkdownWriter(document, LIGHT).set_text("- 甲&amp;乙 &lt;b&gt;&nbsp;&#10;x\n- `&lt;` &#xE001; &bogus;")
    assert document.toPlainText() == "甲&乙 <b>  x\n&lt; &#xE001; &bogus;"


def test_control_characters_take_their_place_without_breaking_the_text(application):
    document = QTextDocument()
    MarkdownWriter(document, LIGHT).set_text("甲\x00乙\x0b丙\ufdd0丁\u202e")
    assert document.toPlainText() == "甲\ufffd乙\ufffd丙\ufffd丁\ufffd"
