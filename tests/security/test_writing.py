"""Who may write. The list of what writes is made by looking at the code, so that a new function without a check fails here."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from unittest.mock import MagicMock

import pytest
from sqlalchemy import select

import lib
from lib.cycle import Decision, Strategy
from lib.errors import NotAllowed, NotTaken
from lib.roles import READER, Person, Role
from lib.settings import ROOT
from lib.store import curve, feedback, residents
from lib.store.schema import audit, budget_idea
from lib.store.schema import feedback as letters

# The least role that may call it. A function that is new here is new to docs/security.md as well.
MAY = {
    "lib.intake.fetching.load_answer": Role.EDITOR,
    "lib.intake.loading.load_report": Role.EDITOR,
    "lib.stat.reminders.send": Role.EDITOR,  # writes to people, not to the store
    "lib.store.curve.add": Role.EDITOR,
    "lib.store.curve.remove": Role.EDITOR,
    "lib.store.example.load": Role.EDITOR,
    "lib.store.example.remove": Role.ADMINISTRATOR,
    "lib.store.feedback.answer": Role.STAFF,
    "lib.store.feedback.decide": Role.EDITOR,
    "lib.store.feedback.decide_all": Role.EDITOR,
    "lib.store.follow_ups.change": Role.PRESENTER,
    "lib.store.follow_ups.note_reminders": Role.EDITOR,
    "lib.store.follow_ups.write_down": Role.PRESENTER,
    "lib.store.follow_ups.write_down_all": Role.PRESENTER,
    "lib.store.follow_ups.write_sheet": Role.PRESENTER,
    "lib.store.load.load": Role.EDITOR,
    "lib.store.load.undo": Role.EDITOR,
    "lib.store.meetings.bring": Role.EDITOR,
    "lib.store.meetings.change": Role.EDITOR,
    "lib.store.meetings.decide": Role.EDITOR,
    "lib.store.meetings.plan": Role.EDITOR,
    "lib.store.meetings.propose": Role.EDITOR,
    "lib.store.meetings.score": Role.EDITOR,
    "lib.store.meetings.step": Role.EDITOR,
    "lib.store.plan_load.load_plan": Role.EDITOR,
    "lib.store.plan_load.load_plan_file": Role.EDITOR,
    "lib.store.plans.remove_discussion": Role.EDITOR,
    "lib.store.plans.write_discussion": Role.EDITOR,
    "lib.store.request_load.load_requests": Role.EDITOR,
}
# What the program writes of what it was given by those who run it, at its start or by its command line, and what it never does for a page.
THE_PROGRAM = {"lib.store.build.migrate", "lib.store.build.write_release", "lib.store.build.writing"}
ANYBODY = {"lib.store.feedback.send": letters, "lib.store.residents.send_idea": budget_idea}
SIGNING_OUT = {"lib.store.sign_ins.end"}  # whoever is signed in, of their own sign-in
READS = {"lib.store.feedback.queue", "lib.store.feedback.waiting", "lib.store.residents.ideas"}  # for staff, and write nothing
HELPS = {"lib.store.load.note"}  # writes the line of the audit inside a transaction that was asked for
STORES = ("lib.store", "lib.intake", "lib.stat")


def modules() -> list[ModuleType]:
    names = [one.name for one in pkgutil.walk_packages(lib.__path__, "lib.")]
    return [importlib.import_module(name) for name in names if name.startswith(STORES) and not name.endswith(("__main__", ".env")) and ".versions" not in name]


def functions() -> dict[str, tuple[Callable, ast.FunctionDef]]:
    found = {}
    for module in modules():
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        found |= {f"{module.__name__}.{node.name}": (getattr(module, node.name), node) for node in tree.body if isinstance(node, ast.FunctionDef)}
    return found


FUNCTIONS = functions()


def called(node: ast.AST) -> set[str]:
    return {getattr(one.func, "id", getattr(one.func, "attr", "")) for one in ast.walk(node) if isinstance(one, ast.Call)}


def reached(name: str) -> set[str]:
    """The names of all that a function calls, and of what functions of the same file call for it."""
    module, _, _short = name.rpartition(".")
    seen: set[str] = set()
    waiting = [name]
    names: set[str] = set()
    while waiting:
        one = waiting.pop()
        seen.add(one)
        there = called(FUNCTIONS[one][1])
        names |= there
        waiting += [f"{module}.{other}" for other in there if f"{module}.{other}" in FUNCTIONS and f"{module}.{other}" not in seen]
    return names


def is_public(name: str) -> bool:
    return not name.rpartition(".")[2].startswith("_")


WRITES = {name for name in FUNCTIONS if is_public(name) and reached(name) & {"writing", "write_release"}}
FOR_PEOPLE = {name for name, (function, _) in FUNCTIONS.items() if is_public(name) and "person" in inspect.signature(function).parameters}


def test_every_function_that_writes_is_on_the_list():
    assert WRITES - THE_PROGRAM - set(ANYBODY) - SIGNING_OUT - set(MAY) - {"lib.store.build.build", "lib.store.backup.restore"} == set()
    assert set(MAY) == FOR_PEOPLE - READS - HELPS


def test_nothing_writes_past_the_one_transaction():
    """`writing` asks whether the store keeps what people write, and takes the lock; nothing commits beside it."""
    for name, (_, node) in FUNCTIONS.items():
        if name not in THE_PROGRAM and not name.startswith(("lib.store.backup.", "lib.store.migrations.")):
            assert "commit" not in called(node), name
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "begin":
                    assert ast.unparse(call.func.value) not in ("engine", "self.engine"), name


def tried(name: str, role: Role | None) -> None:
    """Calls it as somebody of that role; whatever else it is given, it may not look at it before it has asked who calls."""
    function = FUNCTIONS[name][0]
    person = Person("viewer@city.test", frozenset({role} if role else ()))
    given = {key: MagicMock(name=key) for key, one in inspect.signature(function).parameters.items() if one.default is one.empty and one.kind is not one.VAR_KEYWORD}
    given |= {"person": person} | ({"kind": Strategy} if "kind" in given else {})
    by_place = [given.pop(key) for key, one in inspect.signature(function).parameters.items() if one.kind is one.POSITIONAL_ONLY]
    function(*by_place, **given)


RANKS = [None, *Role]


@pytest.mark.parametrize("name", sorted(MAY))
def test_nobody_below_its_role_calls_it_and_the_log_says_who_tried(name, caplog):
    too_little = RANKS[: RANKS.index(MAY[name])]
    for role in too_little:
        caplog.clear()
        with pytest.raises(NotAllowed, match="needs the role"):
            tried(name, role)
        assert "refused" in caplog.text and "does not hold the role" in caplog.text


@pytest.mark.parametrize("name", sorted(READS))
def test_what_residents_sent_is_read_by_staff_only(name):
    with pytest.raises(NotAllowed):
        tried(name, None)


@pytest.mark.parametrize("name", sorted(set(MAY) - {"lib.stat.reminders.send"}))
def test_every_write_by_staff_leaves_a_line_in_the_audit(name):
    """In the same transaction, so that there is neither a write without its line nor a line without its write. What only checks and passes on leaves it there."""
    names = reached(name)
    passes_on = {"load_report": "load", "load_answer": "load", "load_plan_file": "load_plan", "decide": "decide_all"}
    if onward := passes_on.get(name.rpartition(".")[2]) if name != "lib.store.meetings.decide" else None:
        assert onward in names
    else:
        assert names & {"note", "audited"}, name


def test_every_line_of_the_audit_is_made_in_one_place_with_the_role_of_who_acts(store):
    assert [name for name, (_, node) in FUNCTIONS.items() if "insert(audit)" in ast.unparse(node)] == ["lib.store.load.note"]
    anne = Person("Anne", frozenset({Role.STAFF, Role.EDITOR}))
    curve.add(store, Decision, indicator="fires", what="Buy alarms", kind="money moved", on=date(2026, 3, 1), by="The council", person=anne)
    with store.connect() as connection:
        assert connection.execute(select(audit.c.who, audit.c.role)).all() == [("Anne", "editor")]


# What anybody may send


@pytest.fixture
def store(tmp_path):
    from lib.store import build
    from lib.store.database import open_engine
    from tests.cities import tiny, write

    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    build.build(engine, write(tmp_path, tiny()))
    yield engine
    engine.dispose()


def test_what_anybody_may_send_is_held_back_by_what_is_in_the_store():
    """Counted in the table that is written, within the transaction that writes: so several processes have one limit."""
    for name, table in ANYBODY.items():
        held = [call for call in ast.walk(FUNCTIONS[name][1]) if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "hold_back"]
        within = [block for block in ast.walk(FUNCTIONS[name][1]) if isinstance(block, ast.With) and any("writing(" in ast.unparse(item) for item in block.items)]
        assert held and all(any(call in ast.walk(block) for block in within) for call in held), name
        assert "sent_at" in table.c
    assert all(span >= timedelta(minutes=1) and most <= 1_000 for span, most in (*feedback.LIMITS, *residents.LIMITS))


def test_a_flood_of_letters_and_of_ideas_is_turned_away(store):
    def letter():
        feedback.send(store, about="indicator", subject="fires", text="The engine came late again.", language="en")

    def idea():
        residents.send_idea(store, fiscal_year="2026", basis="adopted", fund="", before={"a": 2, "b": 2}, after={"a": 1, "b": 3}, reason="", consent=True)

    for send, (_, most) in ((letter, feedback.LIMITS[0]), (idea, residents.LIMITS[0])):
        for _number in range(most):
            send()
        with pytest.raises(NotTaken, match="Too many people are sending at once"):
            send()
    with store.connect() as connection:
        who = set(connection.execute(select(audit.c.who)).scalars())
    assert who <= {READER.name}


def test_the_pages_reach_the_store_through_no_other_way():
    """A page or a widget writes by the functions above: nothing in lib/ui or pages/ puts a row anywhere itself."""
    for path in [*(ROOT / "lib" / "ui").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), *(ROOT / "lib" / "api").rglob("*.py")]:
        there = called(ast.parse(path.read_text(encoding="utf-8")))
        assert not there & {"writing", "write_release", "insert_rows", "executemany"}, path
