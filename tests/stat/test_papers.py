"""The papers of a Stat, opened again: their words, tables and charts say what was frozen, and nothing else."""

from __future__ import annotations

import html
import io
import math
import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from pptx import Presentation
from pptx.util import Pt

from lib.charts import theme
from lib.cycle import Agency, State
from lib.model import Direction, PeriodKind
from lib.stat.papers import content, deck, names, pictures, printed, slides, word
from lib.stat.papers.content import DRAFT, EXAMPLE
from lib.stat.papers.parts import Lines, Table, brief, clean, few_words
from tests.charts.test_charts import contrast
from tests.stat.city import indicator, stat
from tests.stat.occasions import FIRES, example, follow_up, frozen, layer, meeting, occasion, topic

HELD = dict(meeting=meeting(state=State.HELD))


def opened(made: bytes):
    return Document(io.BytesIO(made))


def words_of(made: bytes) -> str:
    """All text of a Word file's body, in order of paragraphs, then of tables."""
    document = opened(made)
    return "\n".join([*(one.text for one in document.paragraphs), *(cell.text for table in document.tables for row in table.rows for cell in row.cells)])


def shown(made: bytes) -> list[str]:
    """The text of each slide."""
    found = []
    for slide in Presentation(io.BytesIO(made)).slides:
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        texts += [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
        found.append("\n".join(texts))
    return found


def charts(made: bytes) -> list:
    return [shape for slide in Presentation(io.BytesIO(made)).slides for shape in slide.shapes if shape.has_chart]


def workbook(shape) -> list[tuple]:
    """The rows of the workbook inside a chart."""
    book = load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob))
    return [tuple(row) for row in book.active.iter_rows(values_only=True)]


# The pre-memo


def test_the_pre_memo_says_purpose_decision_revisions_follow_ups_indicators_topics_and_what_was_frozen():
    several = (follow_up(1), follow_up(2, due=date(2026, 12, 24), begun_on=date(2026, 11, 9)), follow_up(3, due=date(2026, 12, 24)),
               follow_up(4, done_on=date(2026, 11, 25), evidence="list"))  # fmt: skip
    text = words_of(word.pre_memo(occasion(follow_ups=several)))
    for said in ("Pre-memo: Fire", "Tuesday, Dec 1, 2026, 14:00, City Hall", "Agencies: Fire Department.", "Why?", "Decision asked: Choose the street.",
                 "Fires: 2024 was 9.7 and is 9.8 now.", "4 follow-ups: 1 Red (overdue), 1 Yellow (in progress), 1 White (not due yet) and 1 Green (complete, with evidence)",
                 "Red\noverdue by 7 days", "Yellow\nin progress since Nov 9, 2026", "White\nnot due yet", "Green\ncomplete, with evidence, Nov 25, 2026, 5 days late",
                 "9.9 fires, 2025", "5.0 by 2030", "1. Fires", "It is getting worse beyond chance.", "9.9 in 2025", "Question: What would stop them?",
                 "Asthma", "It is stable.", "frozen on Nov 27, 2026 at 13:02 by Ann", "Release of the figures: 0123456789ab"):  # fmt: skip
        assert said in text, said
    assert occasion().stamp.sha256[:12] in words_of(word.pre_memo(occasion()))


def test_status_and_movement_stand_as_words_with_their_sentences():
    one = occasion()
    table = opened(word.pre_memo(one)).tables[1]
    assert [cell.text for cell in table.rows[0].cells] == ["Indicator", "Latest", "Target", "Status", "Movement"]
    kept = one.frozen.assessments[0]
    assert table.rows[1].cells[3].text == f"{content.status_word(kept).capitalize()}\n{kept.status.sentence}"
    assert kept.movement.sentence in table.rows[1].cells[4].text


def test_a_topic_that_was_set_aside_stands_with_its_reason_and_an_undecided_one_is_not_lost():
    text = words_of(word.pre_memo(example()))
    assert "Set aside" in text and "The next figure comes in January." in text
    undecided = occasion(frozen(topics=(topic(), topic(2, subject="", title="Ladders", decided=content.Decided.OPEN))))
    assert "Proposed, and not decided" in words_of(word.pre_memo(undecided)) and "Ladders" in words_of(word.pre_memo(undecided))


def test_only_follow_ups_of_this_stat_and_of_earlier_meetings_are_gone_through():
    text = words_of(word.pre_memo(occasion(follow_ups=(follow_up(1), follow_up(2, stat="other"), follow_up(3, meeting="m2")))))
    assert "ward 1" in text and "ward 2" not in text and "ward 3" not in text


def test_what_was_not_reported_is_said_in_words_and_never_as_zero():
    none = occasion(frozen((indicator({"2024": math.nan}, target=None),), topics=()), follow_ups=())
    text = words_of(word.pre_memo(none))
    assert "not reported" in text and "none set" in text and not re.search(r"\b0(\.0)?\b", text.split("Key indicators")[1].split("Where the numbers")[0])
    newer = occasion(frozen((indicator({"2023": 8.0, "2024": math.nan}, target=None),)))
    assert "8.0 fires, 2023\n2024: not reported" in words_of(word.pre_memo(newer))
    assert charts(slides.deck(none)) == [] and "There is no figure of Fires: not reported." in "\n".join(shown(slides.deck(none)))


def test_before_the_release_every_page_and_slide_says_that_it_is_a_draft():
    draft = occasion(released=False)
    assert DRAFT in opened(word.pre_memo(draft)).sections[0].header.paragraphs[0].text
    assert "may still change until they are frozen" in words_of(word.pre_memo(draft))
    assert all(DRAFT in text for text in shown(slides.deck(draft)))
    assert DRAFT not in words_of(word.pre_memo(occasion()))


def test_the_papers_of_a_cancelled_meeting_say_so():
    one = occasion(meeting=meeting(state=State.CANCELLED, cancelled_because="snow"))
    assert content.CANCELLED in opened(word.pre_memo(one)).sections[0].header.paragraphs[0].text
    assert all(content.CANCELLED in text for text in shown(slides.deck(one)))


# Agenda


def test_the_agenda_divides_the_minutes_and_the_topics_share_theirs():
    three = frozen(topics=tuple(topic(number, subject=f"x{number}", title=f"Topic {number}") for number in (1, 2, 3)))
    rows = [[cell.text for cell in row.cells] for row in opened(word.agenda(occasion(three))).tables[0].rows]
    assert [row[:3] for row in rows[1:]] == [
        ["14:00", "5", "Opening and decisions"], ["14:05", "10", "Follow-ups"], ["14:15", "10", "Key indicators"], ["14:25", "60", "Topics"],
        ["14:25", "of which 20", "Topic 1"], ["14:45", "of which 20", "Topic 2"], ["15:05", "of which 20", "Topic 3"], ["15:25", "5", "Repeat back"], ["15:30", "", "End"],
    ]  # fmt: skip
    assert content.shared(50, 3) == [17, 17, 16]
    text = words_of(word.agenda(occasion()))
    order = ["Purpose and decisions", "Follow-ups", "Key indicators", "Resident and field signal", "Deep dive 1: Fires", "Next steps"]
    places = [text.index(f"{number}.\t{name}") for number, name in enumerate(order, start=1)]
    assert places == sorted(places)


def test_a_late_meeting_ends_after_midnight():
    late = occasion(meeting=meeting(at="23:30"))
    assert [row.cells[0].text for row in opened(word.agenda(late)).tables[0].rows][-1] == "01:00"


# The follow-up memo


def test_every_request_and_commitment_is_in_the_memo_even_sixty():
    several = tuple(follow_up(number, meeting="m2", due=date(2026, 12, 20)) for number in range(1, 61))
    table = opened(word.follow_up_memo(occasion(follow_ups=several, **HELD))).tables[0]
    assert len(table.rows) == 61
    for number, row in enumerate(table.rows[1:], start=1):
        texts = [cell.text for cell in row.cells]
        assert texts == [f"{number}\n{number:08x}", f"Count the hydrants of ward {number}", "Bea Long", "Fire Department", "Dec 20, 2026", "memo", "White\nnot due yet"]


def test_the_memo_says_what_is_needed_next_time_until_when_and_when_it_is_due_itself():
    text = words_of(word.follow_up_memo(occasion(follow_ups=(follow_up(1, meeting="m2", due=date(2026, 12, 20)), follow_up(2, meeting="m2", due=date(2027, 2, 1))),
                                                 needed=("Overtime by station",), **HELD)))  # fmt: skip
    assert "Fire: Fires, every figure after 2025, and any revision." in text and "Overtime by station" in text
    assert "falls due by then: number 1." in text
    assert "Due Jan 3, 2027 at 14:00, 48 hours before the next meeting on Jan 5, 2027." in text
    assert "By Dec 3, 2026, 2 working days after the meeting." in text
    assert "No next meeting is on the calendar yet." in words_of(word.follow_up_memo(occasion(following=None, **HELD)))


@pytest.mark.parametrize("state", [State.FRAMED, State.RELEASED, State.CANCELLED])
def test_before_the_meeting_is_held_there_is_no_memo(state):
    assert word.follow_up_memo(occasion(meeting=meeting(state=state))) is None


def test_a_meeting_without_commitments_says_so():
    assert "No request and no commitment was written down" in words_of(word.follow_up_memo(occasion(follow_ups=(), **HELD)))


# The Word files


def test_a_word_file_is_well_set():
    made = word.pre_memo(occasion())
    document = opened(made)
    section = document.sections[0]
    assert (section.page_width.inches, section.page_height.inches) == (8.5, 11)
    assert [one.text for one in document.paragraphs if one.style.name == "Heading 1"][:4] == ["Purpose and decision", "Revised or late since the last meeting", "Follow-ups", "Key indicators"]
    assert [one.text for one in document.paragraphs if one.style.name == "Title"] == ["Pre-memo: Fire"]
    assert section.header.paragraphs[0].text == "Baltimore · Fire Stat · Dec 1, 2026"
    foot = section.footer.paragraphs[0]
    assert [one.text.strip() for one in foot._p.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    assert "Figures frozen Nov 27, 2026, release 01234567" in foot.text
    known = document.core_properties
    assert (known.title, known.author, known.language) == ("Pre-memo: Fire", "Baltimore", "en-US")
    assert document.styles.element.find(".//" + qn("w:lang")).get(qn("w:val")) == "en-US"


def test_the_head_of_every_table_repeats_its_columns_are_set_and_no_row_is_torn():
    document = opened(word.pre_memo(example()))
    assert len(document.tables) >= 4
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert not table.autofit
        assert 0.99 < sum(column.width for column in table.columns) / (document.sections[0].page_width - 2 * word.MARGIN) <= 1
        assert all(cell.width for row in table.rows for cell in row.cells)
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))


def test_no_coloured_cell_is_without_its_word_and_colours_are_the_themes():
    known = {colour[1:].lower() for colour in (theme.PAPER_TEXT, theme.PAPER_BRAND, theme.PAPER_MUTED, *(light for light, _ in theme.TONES.values()))}
    document = opened(word.pre_memo(example()))
    runs = [run for table in document.tables for row in table.rows for cell in row.cells for paragraph in cell.paragraphs for run in paragraph.runs]
    assert {str(run.font.color.rgb).lower() for run in runs if run.font.color.rgb is not None} <= known
    assert all(run.text.strip() for run in runs if run.font.color.rgb is not None)


def test_what_is_written_on_paper_can_be_read():
    texts = (theme.PAPER_TEXT, theme.PAPER_MUTED, theme.PAPER_BRAND, theme.PAPER_TARGET, *(light for light, _ in theme.TONES.values()))
    assert all(contrast(text, ground) >= 4.5 for text in texts for ground in (theme.PAPER_GROUND, theme.PAPER_SOFT))
    assert contrast(theme.PAPER_TEXT, theme.PAPER_MARK) >= 4.5 and contrast(theme.PAPER_MARK, theme.PAPER_BRAND) >= 4.5


# What is made up


def test_what_is_made_up_says_so_on_every_page_and_slide_at_the_top_and_in_its_name():
    one = example()
    for make in (word.pre_memo, word.agenda, lambda given: word.follow_up_memo(replace(given, meeting=replace(given.meeting, state=State.HELD)))):
        document = opened(make(one))
        assert all(EXAMPLE in section.header.paragraphs[0].text for section in document.sections)
        assert document.paragraphs[0].text.strip() == EXAMPLE and EXAMPLE in document.core_properties.title
    found = shown(slides.deck(one))
    assert len(found) >= 9 and all(EXAMPLE in text for text in found)
    assert EXAMPLE in printed.page(content.pre_memo(one))
    assert names.name_of(names.PRE_MEMO, one.frozen.stat, one.meeting) == "Example Stat - Pre-Memo - 2026-12-01.docx"
    assert names.name_of(names.DECK, stat(), meeting(example=True)) == "Example Fire Stat - Deck - 2026-12-01.pptx"


def test_what_is_real_is_never_called_an_example():
    one = occasion(**HELD)
    for made in (word.pre_memo(one), word.agenda(one), word.follow_up_memo(one)):
        assert "EXAMPLE" not in words_of(made) + opened(made).sections[0].header.paragraphs[0].text
    assert "EXAMPLE" not in "".join(shown(slides.deck(one)))


# The deck


def test_the_slides_stand_in_the_citys_order():
    titles = [slide.shapes.title.text_frame.text for slide in Presentation(io.BytesIO(slides.deck(example()))).slides]
    assert [re.split(r"[:,(]", title)[0] for title in titles] == [
        "Fire", "Follow-ups", "Follow-ups", "Key indicators", "Calls", "Crews on duty", "Resident and field signal", "Deep dive 1", "Fires in homes", "Fires", "Deep dive 2", "Next steps",
    ]  # fmt: skip


def test_a_title_has_at_most_twelve_words_and_says_the_finding():
    long = indicator(FIRES, name="Fires in homes that stand empty or are used for something else than living in them")
    for one in (example(), occasion(frozen((long,))), occasion(follow_ups=tuple(map(follow_up, range(60))))):
        for slide in deck.deck(one).slides:
            assert 1 <= len(slide.title.split()) <= 12, slide.title
    assert pictures.finding(indicator(FIRES)).startswith("Fires: ") and pictures.finding(indicator(FIRES)).endswith(", 9.9 in 2025, target 5.0")
    assert len(pictures.finding(long).split()) <= 12
    assert pictures.finding(indicator({"2024": math.nan}, target=None)).endswith("no figure")


def test_nothing_on_a_slide_is_smaller_than_18_points_and_titles_are_24_or_more():
    for slide in Presentation(io.BytesIO(slides.deck(example()))).slides:
        for shape in slide.shapes:
            frames = [shape.text_frame] if shape.has_text_frame else [cell.text_frame for row in shape.table.rows for cell in row.cells] if shape.has_table else []
            sizes = [run.font.size for frame in frames for paragraph in frame.paragraphs for run in paragraph.runs]
            assert all(size and size >= Pt(18) for size in sizes)
            if shape == slide.shapes.title:
                assert all(size >= Pt(24) for size in sizes)
            if shape.has_chart:
                assert all(int(one.get("sz")) >= 1800 for one in shape.chart._chartSpace.iter(qn_a("defRPr")) if one.get("sz"))
            assert shape.left >= 0 and shape.left + shape.width <= slides.WIDTH + 10 and shape.top + shape.height <= slides.HEIGHT + 10, shape.name


def qn_a(name: str) -> str:
    return "{http://schemas.openxmlformats.org/drawingml/2006/main}" + name


def qn_c(name: str) -> str:
    return "{http://schemas.openxmlformats.org/drawingml/2006/chart}" + name


def test_a_chart_holds_exactly_the_frozen_figures_a_gap_stays_a_gap_and_the_target_is_a_straight_line():
    line = charts(slides.deck(occasion()))[0]
    rows = workbook(line)
    assert rows[0] == (None, "Fires", "Target")
    assert [row[0] for row in rows[1:]] == [str(year) for year in range(2020, 2031)]
    assert [row[1] for row in rows[1:]] == [10.0, 9.5, None, 8.5, 9.8, 9.9, None, None, None, None, None]
    assert [row[2] for row in rows[1:]] == [10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0]
    fires, target = line.chart.plots[0].series
    assert tuple(fires.values)[:6] == (10.0, 9.5, None, 8.5, 9.8, 9.9) and target.values[-1] == 5.0
    assert line.chart._chartSpace.find(".//" + qn_c("dispBlanksAs")).get("val") == "gap"


def test_a_chart_follows_the_rules_of_the_city():
    line = charts(slides.deck(occasion()))[0].chart
    assert line.value_axis.minimum_scale == 0 and not line.value_axis.has_major_gridlines and not line.category_axis.has_major_gridlines
    assert line.value_axis.tick_labels.number_format == "#,##0" and slides.number_format(1, "percent of homes") == '#,##0.0"%"'
    assert slides.number_format(0, "dollars") == '"$"#,##0'
    labelled = [int(one.find(qn_c("idx")).get("val")) for one in line.plots[0].series[0]._element.iter(qn_c("dLbl"))]
    assert labelled == [0, 5], "the first and the last"


def test_a_scale_that_goes_below_zero_says_so():
    one = occasion(frozen((indicator({"2024": -1.0, "2025": 2.0}, target=None),)))
    made = slides.deck(one)
    assert charts(made)[0].chart.value_axis.minimum_scale is None
    assert any("the scale goes below zero" in text for text in shown(made))


def test_charts_and_tables_have_alternative_text_and_the_source_stands_outside_the_plot():
    made = slides.deck(example())
    for slide in Presentation(io.BytesIO(made)).slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")
            if shape.has_chart:
                note = next(one for one in slide.shapes if one.name == "Note").text_frame.text
                assert "Source: " in note and "Figures of Nov 25, 2026." in note
                assert shape.top + shape.height <= next(one for one in slide.shapes if one.name == "Note").top
                assert slide.notes_slide.notes_text_frame.text.startswith(shape._element.nvGraphicFramePr.cNvPr.get("descr"))


def test_the_ten_worst_areas_stand_as_bars_and_what_is_suppressed_nowhere():
    bars = next(one for one in charts(slides.deck(example())) if one.chart.plots[0].categories[0] == "Area 1")
    assert list(bars.chart.plots[0].categories) == [f"Area {number}" for number in range(1, 11)]
    assert tuple(bars.chart.plots[0].series[0].values) == tuple(13.0 - number for number in range(1, 11))
    text = "\n".join(shown(slides.deck(example())))
    assert "The worst 10 of 11 areas with a figure, 2025, per 1,000 residents; the city: 4.2; not shown: 1 suppressed." in text
    rising = pictures.bars_of(frozen(), layer({"area-1": 5.0, "area-2": 3.0}, improves_when=Direction.RISES))
    assert rising.areas == ("Area 2", "Area 1")
    assert pictures.bars_of(frozen(), layer({"area-1": "suppressed"})) is None


def test_the_papers_keep_what_was_frozen_when_newer_figures_are_known():
    one = occasion()
    before = content.pre_memo(one), content.agenda(one), deck.deck(one)
    newer = indicator(FIRES | {"2025": 7.7, "2026": 1.1})  # what the store would say now
    assert newer.latest.value == 1.1
    assert (content.pre_memo(one), content.agenda(one), deck.deck(one)) == before
    text = words_of(word.pre_memo(one)) + "".join(shown(slides.deck(one)))
    assert "9.9" in text and "7.7" not in text and "1.1" not in text.replace("12.1.1", "")


def test_the_time_axis_is_even_and_falls_back_where_figures_are_not():
    quarters = pictures.lines_of(indicator({"2020-Q1": 1.0, "2020-Q4": 2.0}, kind=PeriodKind.QUARTER, target=None))
    assert quarters.periods == ("Q1 2020", "Q2 2020", "Q3 2020", "Q4 2020") and quarters.values == (1.0, None, None, 2.0)
    fiscal = pictures.lines_of(indicator({"FY2020": 1.0, "FY2022": 2.0}, kind=PeriodKind.FISCAL, target=3.0, by="FY2024", baseline="FY2020"))
    assert fiscal.periods == ("FY2020", "FY2021", "FY2022", "FY2023", "FY2024") and fiscal.aims[0].values == (1.0, 1.5, 2.0, 2.5, 3.0)
    school = pictures.lines_of(indicator({"2015-16": 1.0, "2017-18": 2.0}, kind=PeriodKind.SCHOOL, target=None))
    assert school.periods == ("2015–16", "2016–17", "2017–18")
    windows = pictures.lines_of(indicator({"2010-2014": 1.0, "2012-2016": 2.0}, kind=PeriodKind.WINDOW, target=None))
    assert windows.periods == ("2010–2014", "2011–2015", "2012–2016")
    far = pictures.lines_of(indicator({"1900": 1.0, "2020": 2.0}, target=3.0))
    assert far.periods == ("1900", "2020", "2030") and far.values == (1.0, 2.0, None)


def test_a_target_without_its_baseline_is_a_point():
    lines = pictures.lines_of(indicator({"2024": 9.0, "2025": 8.0}, target=5.0, by="2027", baseline="2010"))
    assert lines.aims[0].values == (None, None, None, 5.0)


def test_follow_ups_stand_in_a_table_overdue_first_and_what_does_not_fit_is_counted():
    several = tuple(follow_up(number) for number in range(60))
    made = deck.deck(occasion(follow_ups=several))
    tables = [part for slide in made.slides for part in slide.parts if isinstance(part, Table) and part.head[0] == "What"]
    assert sum(len(table.rows) for table in tables) == deck.MOST_PAGES * deck.ROWS
    assert any("42 more stand in the pre-memo." in slide.note for slide in made.slides)
    after = deck.deck(occasion(follow_ups=(follow_up(7, meeting="m2"),), **HELD)).slides[-1]
    assert after.title == "Next steps: who does what by when" and after.parts[0].rows[0][0].text == "Count the hydrants of ward 7"


# Odd input


HOSTILE = "<script>alert(1)</script> & =HYPERLINK(\"http://x\") \x00\x0b\x1f\ufffe " + "w" * 280


def test_hostile_and_endless_texts_are_text_everywhere():
    several = (follow_up(1, action=HOSTILE, owner="O" * 120, issue=HOSTILE, agency="nobody's"), follow_up(2, meeting="m2", action=HOSTILE))
    kept = frozen(topics=(topic(title=HOSTILE, question=HOSTILE, reasons=(HOSTILE,), figures=(HOSTILE,)),), since=(HOSTILE,))
    one = occasion(replace(kept, stat=stat(name="=1+1 <b>", indicators=("fires",))), follow_ups=several, meeting=meeting(state=State.HELD, decision=HOSTILE, place="<i>"))
    for made in (word.pre_memo(one), word.agenda(one), word.follow_up_memo(one)):
        text = words_of(made)
        assert "<script>alert(1)</script> &" in text or "=1+1 <b>" in text
    assert all(text for text in shown(slides.deck(one)))
    page = printed.page(content.pre_memo(one), content.follow_up_memo(one), deck.deck(one))
    assert "<script" not in page and "<i>" not in page and "<b>" not in page and "&lt;script&gt;" in page


def test_a_name_that_looks_like_a_formula_is_none_in_the_workbook_inside():
    line = charts(slides.deck(occasion(frozen((indicator(FIRES, name="=1+1"),)))))[0]
    assert workbook(line)[0][1] == "'=1+1"


def test_a_stat_with_nothing_at_all_still_has_its_papers():
    bare = occasion(frozen((), topics=(), passed_over=(), since=(), areas=(), about=stat(agencies=(), indicators=(), question="")), follow_ups=(), agencies=(), previous=None, following=None,
                    meeting=meeting(state=State.HELD, decision="", place=""))  # fmt: skip
    text = words_of(word.pre_memo(bare)) + words_of(word.agenda(bare)) + words_of(word.follow_up_memo(bare)) + "\n".join(shown(slides.deck(bare)))
    for said in ("No agency is named for this Stat", "No decision is asked of the room.", "so there is nothing to compare with", "No topic has been chosen.",
                 "This Stat has no indicator yet.", "No follow-up of an earlier meeting is open", "Nothing was asked for."):  # fmt: skip
        assert said in text, said
    assert printed.page(content.pre_memo(bare), deck.deck(bare))


def test_the_places_of_a_place_based_stat_stand_side_by_side():
    kept = replace(frozen(), places=(("Place", "Figure", "Points"), ("Area 1", "12.0", "9"), ("Area 2", "11.0", "8")))
    table = next(one for one in opened(word.pre_memo(occasion(kept))).tables if one.rows[0].cells[0].text == "Place")
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Place", "Area 1", "Area 2"], ["Figure", "12.0", "11.0"], ["Points", "9", "8"]]


def test_an_agency_that_is_none_of_ours_stands_as_it_was_written():
    assert occasion(agencies=(Agency("fire", "Fire Department", "BCFD", True, ""),)).agency("zoo") == "zoo"
    assert occasion().agency("fire") == "Fire Department" and occasion().agency("fire", short=True) == "BCFD"


def test_texts_are_cut_between_words_and_cleaned():
    assert brief("one two three four", 12) == "one two …" and brief("short", 12) == "short"
    assert len(brief("w" * 300, 40)) <= 40 and few_words("a b c", 2) == "a b…" and len(few_words("w" * 300)) <= 100
    assert clean("a\x00\x0b\ud800b\U0001f600") == "a\ufffdb\U0001f600"


# Names


@pytest.mark.parametrize(
    ("short", "said"),
    [("DGS Stat", "DGS Stat"), ("A/B\\C: Stat?", "A B C Stat"), ("..", "Fire"), ('<"|*>', "Fire"), ("Straße ✓ Stat", "Straße ✓ Stat"), ("x" * 300, "x" * 80), ("a\nb\x00", "a b")],
)
def test_a_file_is_named_for_the_stat_the_paper_and_the_day(short, said):
    assert names.name_of(names.PRE_MEMO, stat(short=short), meeting(day=date(2025, 10, 29))) == f"{said} - Pre-Memo - 2025-10-29.docx"


def test_the_zip_holds_all_papers_in_the_order_of_printing():
    before = occasion(meeting=meeting(id="m1", day=date(2026, 11, 3), state=State.MEMO_SENT))
    with zipfile.ZipFile(io.BytesIO(names.bundle(occasion(), before))) as file:
        assert file.namelist() == ["1 Fire Stat - Follow-Up Memo - 2026-11-03.docx", "2 Fire Stat - Pre-Memo - 2026-12-01.docx", "3 Fire Stat - Deck - 2026-12-01.pptx",
                                   "4 Fire Stat - Agenda - 2026-12-01.docx"]  # fmt: skip
        assert "ward 1" in words_of(file.read("1 Fire Stat - Follow-Up Memo - 2026-11-03.docx")) and len(shown(file.read("3 Fire Stat - Deck - 2026-12-01.pptx"))) >= 6
    held = names.in_print_order(occasion(**HELD))
    assert [name.split(" - ")[1] for name, _ in held] == ["Pre-Memo", "Deck", "Agenda", "Follow-Up Memo"]
    assert names.name_of_bundle(occasion()) == "Fire Stat - Papers - 2026-12-01.zip"


# The printed page


def test_the_printed_page_says_what_the_word_file_says():
    one = example()
    paper = content.pre_memo(one)
    page = printed.page(paper, deck.deck(one))
    plain = html.unescape(re.sub(r"<[^>]+>", "\n", page))
    for part in paper.parts:
        for cell in [cell for row in part.rows for cell in row] if isinstance(part, Table) else ():
            assert all(line in plain for line in [*cell.text.splitlines(), cell.word])
    assert page.count("<article") == 2 and page.count("break-before: page") == 1
    assert "<h1 class='page'>" in page and "<h2 class='section'>" in page and "<table class='plain'>" in page
    lines = next(part for slide in deck.deck(one).slides for part in slide.parts if isinstance(part, Lines))
    assert lines.alt in plain and "not reported" in plain


def test_a_period_that_is_still_to_come_is_not_called_not_reported():
    page = printed.page(deck.deck(occasion()))
    rows = {row.split("</td>")[0].removeprefix("<td>"): row for row in page.split("<tr style='break-inside: avoid'>")}
    assert "not reported" in rows["2022"] and "not reported" not in rows["2026"] and "not reported" not in rows["2030"] and ">5.0<" in rows["2030"]
