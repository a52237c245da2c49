"""A topic board's page: one file makes it. The answer first, items with their figures, missing never zero, ended ones readable, staff's for staff."""

import io

import pytest
from openpyxl import load_workbook

from lib.roles import Person, Role
from lib.store.export import as_xlsx
from lib.ui import cache, people, topic_board
from tests.cities import BOARD, BOARD_FIGURES, with_stats
from tests.pages.conftest import open_page, said

STAFF = Person("Ann", frozenset({Role.STAFF}))


def city_with(board: str = BOARD, figures: str = BOARD_FIGURES, **files: str) -> dict[str, str]:
    return with_stats(**{"boards/masks.toml": board, "boards/masks.csv": figures} | files)


def test_the_answer_comes_first_and_what_is_made_up_is_marked(city):
    city(city_with())
    app = open_page("board")
    text = said(app)
    assert not app.exception and not app.error
    assert "Example, made up." in text and "<p class='lead'>Are there masks enough?</p>" in text
    assert "<strong>Masks in stock, Tinyville: 1,200 masks in Apr 2025, from 900 in Mar 2025.</strong> Its indicators: 1 on track; 1 in all." in text
    assert "It runs since Mar 1, 2025. It belongs to Fire." in text


def test_every_item_has_its_newest_and_first_figure_and_an_indicator_its_status(city):
    city(city_with())
    glance = said(open_page("board")).split("<tbody>")[1].split("</tbody>")[0]
    masks, fires, by_area = glance.split("<tr>")[1:]
    assert "<strong>1,200</strong>" in masks and "Apr 2025, provisional" in masks and "900" in masks and "no target here" in masks
    assert "<strong>7.5</strong>" in fires and "On track" in fires and "./indicator?indicator=fires" in fires
    # the areas have 10,000 residents each: 110 fires in 1,000 over ten areas is 11.0; in 2025 10 and 9 instead of 20 and 18, so 91 and 9.1
    assert "<strong>9.1</strong>" in by_area and "11.0" in by_area and "./map?measure=fires" in by_area


def test_the_citys_average_of_its_areas_is_called_one(city):
    city(city_with())
    assert "average of its areas where none was published" in said(open_page("board"))


def test_a_missing_figure_is_a_word_with_its_reference_and_never_zero(city):
    city(city_with())
    text = said(open_page("board"))
    rows = text.split("Figures and references")[1].split("</details>")[0]
    assert "<td>May 2025</td><td class=n>not reported</td>" in rows and "tests/cities.py" in rows and "<td class=n>0</td>" not in rows


def test_a_board_whose_figures_are_all_missing_says_so(city):
    only = BOARD.split("[[item]]")[0] + '[[item]]\nseries = "masks"\n' + "[[series]]" + BOARD.split("[[series]]")[1]
    city(city_with(only, BOARD_FIGURES.splitlines()[0] + "\nmasks,tinyville,,,2025-03,,,,,,suppressed,false,,,tests\n"))
    app = open_page("board")
    assert not app.exception and "There is no figure on it yet." in said(app) and "no figure: suppressed" in said(app)


def test_pictures_have_words_for_who_does_not_see_them(city):
    city(city_with())
    alts = [chart.proto.alt for chart in open_page("board").get("plotly_chart")]
    assert len(alts) == 3 and alts[0].startswith("Masks in stock, Tinyville: 1,200 masks") and "target" in alts[1]


@pytest.mark.parametrize("item", ['geography = "area-3"', 'series = "one"\ngeography = "area-3"'])
def test_an_item_may_be_of_one_area(city, item):
    city(city_with(BOARD.replace('measure = "fires"', f'measure = "fires"\n{item}')))
    text = said(open_page("board"))
    assert "Area 3" in text and "average of its areas" not in text


def test_an_item_may_be_of_a_group(city):
    figures = with_stats()["frameworks/tiny/observations/fires.csv"] + "fires,tinyville,race,Black,2024,9.9,990,100000,,,,false,2025,,tests\n"
    city(city_with(BOARD.replace('indicator = "fires"', 'indicator = "fires"\ndimension = "race"\ngroup = "Black"'), **{"frameworks/tiny/observations/fires.csv": figures}))
    text = said(open_page("board"))
    assert "Tinyville, Black" in text and "<strong>9.9</strong>" in text and "Its indicators" not in text  # a group has no target of its own


def test_an_ended_board_stays_and_says_when_it_ended(city):
    city(city_with(BOARD.replace("started = 2025-03-01", "started = 2025-03-01\nended = 2025-06-30")))
    app = open_page("board", board="masks")
    assert "It ended on Jun 30, 2025 and ran since Mar 1, 2025. Its figures are as they are known today." in said(app)
    assert app.selectbox(key="board").options == ["Masks (ended)"]


def test_a_board_for_staff_is_shown_to_staff_only(city, monkeypatch):
    city(city_with(BOARD.replace('"everybody"', '"staff"')))
    text = said(open_page("board"))
    assert "There is no topic board yet." in text.replace("\\", "") and "Masks" not in text
    text = said(open_page("board", board="masks"))
    assert "needs the role staff" in text and "Masks" not in text
    monkeypatch.setattr(people, "current_person", lambda: STAFF)
    assert "Masks in stock" in said(open_page("board", board="masks"))


def test_the_room_sees_the_answer_and_then_one_item_a_screen(city):
    city(city_with())
    app = open_page("board", present="true")
    assert "Are there masks enough?" in said(app) and not app.get("plotly_chart")
    app.button(key="turn-next").click().run()
    text = said(app)
    assert not app.exception and "<h1 class='page'>Masks in stock</h1>" in text and "1 of 4" not in text and len(app.get("plotly_chart")) == 1
    for _ in range(2):
        app.button(key="turn-next").click().run()
    assert app.button(key="turn-next").disabled and "<h1 class='page'>Fires</h1>" in said(app)


def test_what_is_taken_away_has_every_figure_with_its_reference(city):
    city(city_with())
    open_page("board")
    book = load_workbook(io.BytesIO(as_xlsx({"Figures": topic_board.frame_of(topic_board.panels_of(cache.boards()["masks"]))}, about=["a"])))
    head, *rows = book["Figures"].iter_rows(values_only=True)
    own = [dict(zip(head, row, strict=True)) for row in rows if row[0] == "Masks in stock"]
    assert [(one["period"], one["value"], one["missing_reason"]) for one in own] == [("2025-03", 900, None), ("2025-04", 1200, None), ("2025-05", None, "not reported")]
    assert all(one["reference"] for one in own)


def test_a_stats_meeting_leads_to_its_boards(city):
    city(city_with())
    open_page("board")
    assert 'href="./board?board=masks"' in topic_board.of_stat("fire") and topic_board.of_stat("blocks") == ""


def test_nothing_that_a_board_says_can_run(city):
    hostile = "<img src=x onerror=alert(1)> $x$ [a](javascript:alert(1))"
    city(city_with(BOARD.replace('title = "Masks"', f'title = "{hostile}"').replace("Made up. **Nobody** counted these.", hostile).replace("Masks in stock", hostile)
                   .replace('note = "In all stores."', f'note = "{hostile}"')))  # fmt: skip
    app = open_page("board")
    assert not app.exception and "<img src=x" not in said(app) and "](javascript" not in said(app).split("What to know")[1].split("References")[0]


def test_the_citys_own_board_says_who_put_it_together(city):
    city()
    app = open_page("board", board="vacant-homes")
    text = said(app)
    assert not app.exception and "We put this board together." in text and "The City did not ask for it." in text
    assert "Example, made up" not in text and len(app.get("plotly_chart")) == 6
