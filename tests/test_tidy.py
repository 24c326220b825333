"""Style is a test: what a reader may rely on anywhere is checked everywhere, with its reason."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from shared.events import CATALOGUE
from shared.generated.coverage import ROOT
from shared.generated.interfaces import load_events

CODE = ("services", "gateway", "shared", "deploy")
NOT_OURS = {".git", "__pycache__", "node_modules", "vendor", "dist", "build"}
TEXTS = {".py", ".md", ".yaml", ".yml", ".toml", ".cedar", ".sh", ".html", ".js", ".css", ".conf"}
TEXTS |= {".lock", ".ini", ".json", ".txt", "", ".mako"}
PRAGMA = re.compile(r"\s+# (noqa|type: ignore).*")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project; nothing hidden but `.ci`, nothing installed or built."""
    found: list[Path] = []
    waiting = [ROOT]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.name in NOT_OURS:
                continue
            if path.is_dir():
                if not path.name.startswith(".") or path.name == ".ci":
                    waiting.append(path)
            elif path.suffix in TEXTS and not path.is_symlink():
                found.append(path)
    return tuple(found)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Name and syntax of each Python file below some folders, tests included when asked."""
    for path in files():
        name = named(path)
        if path.suffix == ".py" and name.startswith(tuple(f"{folder}/" for folder in folders)):
            yield name, tree(path)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(module: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(module) if isinstance(node, Function))


def imports(module: ast.Module) -> Iterator[str]:
    """Every module or name that is imported, dotted."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(module: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called, as far as it is written."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_every_file_says_first_what_it_is() -> None:
    """A newcomer opens a file and knows in one line whether it is the right one."""
    silent = [name for name, module in modules(*CODE, "tests") if not ast.get_docstring(module)]
    assert silent == []


def test_no_file_is_longer_than_400_lines() -> None:
    """What is longer becomes a package of the same name; a migration is a list."""
    lengths = {
        named(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in files()
        if path.suffix == ".py" and "/migrations/" not in named(path)
    }
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_no_line_is_longer_than_100_characters() -> None:
    """Two files side by side fit on a screen."""
    long = [
        f"{named(path)}:{number}"
        for path in files()
        if path.suffix == ".py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(PRAGMA.sub("", line)) > 100 and "/migrations/" not in named(path)
    ]
    assert long == []


def test_no_function_is_longer_than_40_lines() -> None:
    """One function does one thing; migrations are lists, and a journey is as long as its story."""
    long = [
        f"{name}:{function.name} has {function.end_lineno - function.lineno + 1} lines"
        for name, module in modules(*CODE, "tests")
        if "/migrations/" not in name and not name.startswith("tests/journeys/")
        for function in functions(module)
        if function.end_lineno and function.end_lineno - function.lineno >= 40
    ]
    assert long == []


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    """Such names say nothing, so everything ends up in them."""
    drawers = {"util", "helper", "common", "core", "constant", "base", "manager", "misc"}
    names = [name for name, _ in modules(*CODE, "tests")]
    parts = {name: set(re.split(r"[/.]", name.removesuffix(".py"))) for name in names}
    plural = drawers | {f"{drawer}s" for drawer in drawers}
    assert [name for name, inside in parts.items() if inside & plural] == []


def test_nothing_is_left_for_later_in_the_code() -> None:
    """A marker is a promise nobody keeps; what is missing stands where work is planned."""
    marker = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
    left = [
        f"{named(path)}:{number}"
        for path in files()
        if path.suffix != ".lock"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marker.search(line)
    ]
    assert left == []


def test_time_comes_from_one_clock() -> None:
    """With another source of time, a virtual day would be told apart from a real one."""
    asking = re.compile(r"(datetime|date)\.(now|today|utcnow)$|^time\.(time|localtime|gmtime)$")
    found = [
        f"{name}:{call.lineno} {called}"
        for name, module in modules("services", "gateway", "shared")
        if name != "shared/clock.py"
        for called, call in calls(module)
        if asking.search(called)
    ]
    assert found == []


def test_nobody_but_the_door_ends_a_transaction() -> None:
    """A commit in the middle would leave half an operation behind when the rest fails."""
    found = [
        f"{name}:{call.lineno}"
        for name, module in modules("services", "gateway")
        for called, call in calls(module)
        if called.endswith(".commit")
    ]
    assert found == []


# Loops and doors that must outlive whatever comes, with the reason in the code beside each.
CATCHES_ALL = {
    "shared/relay.py",  # a handler's failure is retried, then set aside with its error
    "shared/deadlines.py",  # one clock that cannot be told must not stop the others
    "shared/background.py",  # a loop that dies is silent, so it goes on and reports
    "shared/web.py",  # readiness answers *no*, whatever is wrong
    "gateway/dci/callbacks.py",  # one question that fails must not hold up the others
    "gateway/intake.py",  # reports taken during an outage must be forwarded
    "gateway/stream.py",  # a line that breaks must not cost the other listeners an event
    "shared/inbox.py",  # an early event that fails now is tried again behind the one before it
    "shared/lane.py",  # who waits for a row is told what went wrong with it, whatever it is
}


def test_only_loops_that_must_not_die_catch_everything() -> None:
    """Anywhere else it would hide the error somebody ought to see."""
    found = {
        name
        for name, module in modules(*CODE)
        for node in ast.walk(module)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and not isinstance(node.body[-1], ast.Raise)  # what is raised again is not hidden
    }
    assert found <= CATCHES_ALL


PARTICULARS = {
    *("name", "names", "address", "birth", "born", "birthday", "age", "sex", "gender"),
    *("phone", "mobile", "contact", "diagnosis", "illness", "disability", "hiv", "aids"),
    *("category", "categories", "account", "payee", "bank", "card", "hukou", "reporter"),
    *("school", "offence", "crime", "guardian_name", "id_no", "id_card", "note", "notes", "text"),
}


def test_no_event_carries_a_particular() -> None:
    """Events are read by more people than a file; whoever needs more asks, and it is recorded."""
    load_events()
    found = [
        f"{event.__name__}.{field}"
        for event in CATALOGUE.values()
        for field in event.model_fields
        if {field, *field.split("_")} & PARTICULARS or "id_no" in field
    ]
    assert found == []


def test_nothing_is_mocked() -> None:
    """A mock agrees with whoever wrote it; real servers start in a second."""
    found = [
        f"{name} imports {imported}"
        for name, module in modules(*CODE, "tests")
        for imported in imports(module)
        if "mock" in imported.lower().split(".")[:2] or imported.startswith("pytest_mock")
    ]
    found += [
        f"{name}:{function.name}"
        for name, module in modules("tests")
        for function in functions(module)
        if "mocker" in {argument.arg for argument in function.args.args}
    ]
    assert found == []


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is decided by the machine that installs them."""
    hosts = ["pypi" + r"\.org", "python" + r"hosted\.org", "registry" + r"\.npmjs"]
    hosts += ["tuna" + r"\.tsinghua", "mirrors" + r"\.aliyun", "index" + r"-url[ =]+\S*//"]
    assert containing("|".join(hosts)) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    """It would be wrong on every other one."""
    assert containing(r"(?<![\w.$}/])/(work|root|home)" + r"/\w") == []


def containing(pattern: str) -> list[str]:
    """Places in any text of the project where a pattern stands."""
    wanted = re.compile(pattern)
    return [
        f"{named(path)}:{number}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if wanted.search(line)
    ]


IMPURE = {
    *("sqlalchemy", "fastapi", "starlette", "httpx", "aiohttp", "nats", "asyncpg", "alembic"),
    *("asyncio", "os", "pathlib", "socket", "subprocess", "random", "secrets", "time", "yaml"),
    *("structlog", "logging", "cedarpy"),
}
PURE_SHARED = {
    *("law", "moves", "problem", "calendar", "events", "told", "gloss", "sentences", "bounds"),
    *("provinces", "ages", "requesters"),
}


def test_rules_import_nothing_that_reaches_outside() -> None:
    """A rule that asks a clock or a database answers differently tomorrow for the same facts."""
    found = []
    for name, module in modules("services"):
        if not re.match(r"services/\w+/rules(/|\.py)", name):
            continue
        for imported in imports(module):
            parts = imported.split(".")
            if parts[0] in IMPURE or (parts[0] == "shared" and parts[1] not in PURE_SHARED):
                found.append(f"{name} imports {imported}")
    assert found == []


def test_no_rule_takes_a_fact_that_may_be_none() -> None:
    """The engine deals with the unknown; a rule is called only when its facts are known."""
    found = [
        f"{name}:{function.name}({argument.arg})"
        for name, module in modules("services")
        for function in functions(module)
        if any(ast.unparse(d).startswith("rule(") for d in function.decorator_list)
        for argument in (*function.args.args, *function.args.kwonlyargs)
        if argument.annotation
        and re.search(r"\b(None|Optional)\b", ast.unparse(argument.annotation))
    ]
    assert found == []


def test_no_money_is_a_float() -> None:
    """0.1 + 0.2 is not 0.3 there, and 不低于 would be broken by a fen."""
    found = [
        f"{name}:{node.lineno}"
        for name, module in modules("services")
        if re.match(r"services/\w+/(rules|models|schemas)(/|\.py)", name)
        for node in ast.walk(module)
        if (isinstance(node, ast.Name) and node.id in ("float", "Float"))
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert found == []


def test_every_relationship_refuses_to_load_by_itself() -> None:
    """A query hidden in an attribute is a query nobody sees, once a row."""
    found = [
        f"{name}:{call.lineno}"
        for name, module in modules("services", "gateway", "shared")
        for called, call in calls(module)
        if called.split(".")[-1] == "relationship"
        and not any(k.arg == "lazy" and ast.unparse(k.value) == "'raise'" for k in call.keywords)
    ]
    assert found == []


def test_the_name_of_every_test_is_a_sentence() -> None:
    """A list of tests is read as what the system promises."""
    short = [
        f"{name}:{function.name}"
        for name, module in modules("tests")
        if Path(name).name.startswith("test_")
        for function in functions(module)
        if function.name.startswith("test_") and len(function.name.split("_")) < 4
    ]
    assert short == []
