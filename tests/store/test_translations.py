"""Texts of indicators, outcomes and measures in other languages: read, checked, kept in the store, and named where they are wrong."""

import pytest

from lib.errors import CatalogueError
from lib.language import is_language
from lib.store import build, queries
from lib.store.catalogue import read_catalogue
from lib.store.database import open_engine
from tests.cities import FRAMEWORK, INDICATOR, measure, ten_areas, tiny, write

ONE = INDICATOR.format(id="fires", name="Fires", outcome="safe")
SPANISH = """
[translations.es]
name = "Incendios"
caveats = ["Hecho para pruebas."]
"""
WITH_CAVEATS = ONE.replace("caveats = []", 'caveats = ["Made for tests."]')


def problems(tmp_path, files) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(write(tmp_path, files))
    return [str(problem) for problem in caught.value.problems]


def test_each_text_is_kept_by_language_and_field(tmp_path):
    framework = FRAMEWORK.replace('colour = "outcome-1"\n', 'colour = "outcome-1"\n\n[outcome.translations.es]\nstatement = "La gente está segura."\n')
    files = ten_areas(**{"measures/fires.toml": measure("fires", "Fires") + '\n[translations.es]\nname = "Incendios"\nflags = ["hecho"]\n'})
    files["frameworks/tiny/framework.toml"] = framework
    files["frameworks/tiny/indicators/fires.toml"] = WITH_CAVEATS + SPANISH
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    build.build(engine, write(tmp_path, files))
    release = queries.shown_release(engine)
    held = queries.frameworks(engine, release)["tiny"]
    assert held.indicators[0].translations == {"es": {"name": "Incendios", "caveats": ("Hecho para pruebas.",)}}
    assert [one.translations for one in held.outcomes] == [{"es": {"statement": "La gente está segura."}}, {}]
    by_id = {one.id: one.translations for one in queries.measures(engine, release)}
    assert by_id["fires"] == {"es": {"name": "Incendios", "flags": ("hecho",)}} and by_id["population"] == {}


@pytest.mark.parametrize(("table", "said"), [
    ('[translations.es]\nnam = "Incendios"', "translations, es, nam: is not a key that is known here; did you mean 'name'?"),
    ('[translations.es]\nowner = "Bomberos"', "translations, es, owner: is not a key that is known here; remove it"),
    ('[translations.spanish]\nname = "Incendios"', "'spanish' is not the code of a language; write it as in [translations.es]"),
    ('[translations.es]\nname = ""', "translations, es, name: "),
    ('[translations.es]\ncaveats = ["Una.", "Dos."]', "translations, es, caveats: has 2 texts, and caveats has 1; translate each of them"),
])  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_remedy(tmp_path, table, said):
    found = problems(tmp_path, tiny(indicator=f"{WITH_CAVEATS}\n{table}\n"))
    assert len(found) == 1 and said in found[0] and "indicators/fires.toml" in found[0], found


def test_an_outcome_of_another_language_is_named_by_its_number(tmp_path):
    framework = FRAMEWORK.replace('colour = "outcome-2"\n', 'colour = "outcome-2"\n\n[outcome.translations.xx]\nname = "?"\n')
    (found,) = problems(tmp_path, tiny(framework=framework))
    assert "framework.toml" in found and "outcome 2, translations, xx" in found


@pytest.mark.parametrize(("code", "is_one"), [("es", True), ("pt-BR", True), ("zh-Hans", True), ("spanish", False), ("xx", False), ("ES", False), ("", False)])
def test_the_codes_of_languages(code, is_one):
    assert is_language(code) is is_one
