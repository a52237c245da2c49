"""A layer imports only what lies below it; what must not be used is not used."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([ROOT / "app.py", ROOT / "server.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "lib").rglob("*.py")])

# What each part may import of ours. A part not listed here fails, so a new one is thought about.
MAY_IMPORT = {
    "lib.language": set(),
    "lib.messages": set(),
    "lib.model": {"lib.language"},
    "lib.errors": {"lib.language"},
    "lib.words": {"lib.language"},
    "lib.colour": set(),
    "lib.letters": {"lib.language"},
    "lib.feed": set(),
    "lib.standard": {"lib.language", "lib.model", "lib.cycle", "lib.words"},
    "lib.settings": {"lib.colour", "lib.errors", "lib.language"},
    "lib.cycle": {"lib.errors", "lib.language", "lib.words"},
    "lib.log": {"lib.errors", "lib.settings"},
    "lib.roles": {"lib.errors", "lib.language"},
    "lib.methods": {"lib.language", "lib.model", "lib.words"},
    "lib.charts": {"lib.language", "lib.words", "lib.model", "lib.cycle", "lib.colour", "lib.errors", "lib.settings"},  # settings: the city's colours
    "lib.plans": {"lib.model", "lib.cycle", "lib.budget", "lib.methods"},
    "lib.store": {"lib.log", "lib.letters", "lib.language", "lib.plans", "lib.model", "lib.errors", "lib.settings", "lib.methods", "lib.roles", "lib.cycle"},
    "lib.assessment": {"lib.language", "lib.model", "lib.methods", "lib.words"},
    "lib.neighborhoods": {"lib.language", "lib.model", "lib.methods", "lib.words"},
    "lib.budget": {"lib.language", "lib.model", "lib.words"},
    "lib.stewardship": {"lib.model", "lib.methods", "lib.assessment", "lib.neighborhoods"},
    "lib.boards": {"lib.model", "lib.assessment", "lib.neighborhoods"},
    "lib.fairness": {"lib.language", "lib.model", "lib.methods", "lib.neighborhoods"},
    "lib.intake": {"lib.language", "lib.model", "lib.errors", "lib.words", "lib.settings", "lib.methods", "lib.neighborhoods", "lib.store", "lib.roles"},
    "lib.stat": {"lib.letters", "lib.feed", "lib.language", "lib.model", "lib.errors", "lib.words", "lib.settings", "lib.methods", "lib.charts", "lib.store", "lib.assessment",
                 "lib.neighborhoods", "lib.fairness", "lib.roles", "lib.cycle", "lib.intake"},
    "lib.opendata": {"lib.language", "lib.model", "lib.errors", "lib.settings", "lib.store", "lib.assessment", "lib.stat", "lib.feed"},
    "lib.api": {"lib.log", "lib.language", "lib.errors", "lib.settings", "lib.store", "lib.opendata"},
    "lib.publish": {"lib.language", "lib.model", "lib.errors", "lib.words", "lib.settings", "lib.methods", "lib.charts", "lib.store", "lib.assessment",
                    "lib.neighborhoods", "lib.opendata"},
    "lib.ui": {"lib.log", "lib.standard", "lib.feed", "lib.opendata", "lib.plans", "lib.language", "lib.model", "lib.errors", "lib.words", "lib.settings", "lib.methods", "lib.charts", "lib.store", "lib.assessment",
               "lib.neighborhoods", "lib.fairness", "lib.intake", "lib.roles", "lib.cycle", "lib.stat", "lib.budget", "lib.stewardship", "lib.boards"},
    "lib.newcity": {"lib.charts", "lib.errors", "lib.settings"},
    "pages": {"lib.language", "lib.ui", "lib.words", "lib.settings", "lib.neighborhoods", "lib.roles", "lib.intake", "lib.cycle", "lib.stat"},
    "app": {"lib.log", "lib.ui"},
    "server": {"lib.api", "lib.log", "lib.ui"},
}  # fmt: skip
# The only parts of lib.store that read settings: its command line.
ONLY_LIB_UI_MAY_IMPORT = {"streamlit"}
ONLY_THESE_READ = {"sqlalchemy": ("lib.store", "lib.intake", "lib.ui.cache"), "plotly": ("lib.charts",), "openpyxl": ("lib.store", "lib.intake"),
                   "defusedxml": ("lib.store", "lib.intake"),
                   "docx": ("lib.stat.papers",), "pptx": ("lib.stat.papers",), "starlette": ("lib.api", "server", "lib.ui.uploads")}  # fmt: skip


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def part_of(module: str) -> str:
    if module.startswith("pages"):
        return "pages"
    return ".".join(module.split(".")[:2])


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names} if node.module == "lib" else {node.module}
            if node.module == "lib":
                continue
    return found


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_a_layer_imports_only_from_those_below_it(path):
    module = module_of(path)
    if module == "lib":
        return
    part = part_of(module)
    ours = {part_of(name) for name in imports(path) if name.split(".")[0] in ("lib", "pages")} - {part}
    assert ours <= MAY_IMPORT[part], f"{module} imports {ours - MAY_IMPORT[part]}"


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_libraries_stay_where_they_belong(path):
    module = module_of(path)
    roots = {name.split(".")[0] for name in imports(path)}
    if not module.startswith(("lib.ui", "pages", "server")):
        assert not roots & ONLY_LIB_UI_MAY_IMPORT
    for library, places in ONLY_THESE_READ.items():
        assert library not in roots or module.startswith(places), f"{library} in {module}"


def test_methods_have_no_clock_no_files_and_no_chance():
    for path in (ROOT / "lib" / "methods").glob("*.py"):
        assert not {name.split(".")[0] for name in imports(path)} & {"os", "pathlib", "random", "time", "sqlite3"}, path
        assert "today(" not in path.read_text(encoding="utf-8") and "now(" not in path.read_text(encoding="utf-8"), path


def calls_with(path: Path, name: str) -> list[int]:
    return [node.lineno for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.keyword) and node.arg == name]


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_no_page_lets_html_or_scripts_through(path):
    assert calls_with(path, "unsafe_allow_html") == []
    assert calls_with(path, "unsafe_allow_javascript") == []


@pytest.mark.parametrize("path", sorted((ROOT / "lib").rglob("*.py")), ids=module_of)
def test_no_sql_is_put_together_from_strings(path):
    """text() and exec_driver_sql() take a constant, or one of the two PRAGMAs that SQLite cannot bind."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("text", "exec_driver_sql", "execute"):
            for argument in node.args[:1]:
                composed = isinstance(argument, ast.BinOp) or (
                    isinstance(argument, ast.JoinedStr)
                    and not ast.unparse(argument).startswith(("f'PRAGMA application_id", "f'PRAGMA user_version"))
                )
                assert not composed, f"{path}:{node.lineno}"


@pytest.mark.parametrize("path", sorted((ROOT / "pages").rglob("*.py")), ids=lambda path: path.stem)
def test_a_page_begins_with_the_guard_and_is_short(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "a page says who asks what of it"
    assert [ast.unparse(node) for node in tree.body[1:3]] == ["from lib.ui import nav", "nav.guard()"]
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60


def test_every_page_file_is_listed_and_stands_at_its_own_address():
    from lib.ui.nav import PAGES

    assert {entry.address for entry in PAGES} == {path.stem for path in (ROOT / "pages").glob("*.py")}


def test_colours_stand_in_the_theme_only():
    import re

    for path in [one for one in SOURCES if one.name != "theme.py"]:
        assert not re.findall(r"['\"]#[0-9a-fA-F]{6}['\"]", path.read_text(encoding="utf-8")), path
