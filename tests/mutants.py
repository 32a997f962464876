"""Takes one tenant filter at a time out of the areas' code: a sweep that does not notice would be worth nothing.

`python -m tests.mutants` tries all of them (minutes) and prints what was noticed; two are part of the suite.
"""

import ast
import asyncio
import importlib
import inspect
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType

from tests.cast import open_village
from tests.engines import Databases
from tests.sweep import Sweep

ROOMS = (
    "ecrm_pwa.accounts.passkeys",
    "ecrm_pwa.accounts.sessions",
    "ecrm_pwa.businesses.people",
    "ecrm_pwa.businesses.seats",
    "ecrm_pwa.complaints.cases",
    "ecrm_pwa.complaints.links",
    "ecrm_pwa.customers.consents",
    "ecrm_pwa.customers.imports",
    "ecrm_pwa.customers.links",
    "ecrm_pwa.customers.merges",
    "ecrm_pwa.customers.records",
    "ecrm_pwa.orders.links",
    "ecrm_pwa.orders.listing",
    "ecrm_pwa.orders.payments",
    "ecrm_pwa.orders.records",
    "ecrm_pwa.orders.steps",
    "ecrm_pwa.photos",
    "ecrm_pwa.products.batches",
    "ecrm_pwa.products.goods",
    "ecrm_pwa.satisfaction",
)
OWNERS = {"business_id", "account_id"}


@dataclass(frozen=True)
class Mutant:
    """The `place`-th comparison with an owner in one function."""

    room: str
    function: str
    place: int
    condition: str

    def __str__(self) -> str:
        return f"{self.room.removeprefix('ecrm_pwa.')}.{self.function} without {self.condition}"


def find_mutants() -> Iterator[Mutant]:
    """Every comparison of a column with the business or person that was handed in."""
    for room in ROOMS:
        for name, function in inspect.getmembers(importlib.import_module(room), inspect.isfunction):
            if function.__module__ == room:
                tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
                for place, comparison in enumerate(_filters(tree)):
                    yield Mutant(room, name, place, ast.unparse(comparison))


def _filters(tree: ast.AST) -> list[ast.Compare]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.Eq)
        and isinstance(node.left, ast.Attribute)
        and isinstance(node.comparators[0], ast.Name)
        and node.left.attr == node.comparators[0].id
        and node.left.attr in OWNERS
    ]


@contextmanager
def without(mutant: Mutant) -> Iterator[None]:
    """The function without that one condition, wherever it was imported to."""
    module = importlib.import_module(mutant.room)
    function: FunctionType = getattr(module, mutant.function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    gone = _filters(tree)[mutant.place]

    class Remover(ast.NodeTransformer):
        def visit_Compare(self, node: ast.Compare) -> ast.AST:
            always = ast.parse("__import__('sqlalchemy').true()", mode="eval").body
            return always if node is gone else node

    changed = ast.fix_missing_locations(Remover().visit(tree))
    space = dict(vars(module))
    exec(compile(changed, mutant.room, "exec"), space)  # noqa: S102 (our own source, less one condition)
    before = function.__code__
    function.__code__ = space[mutant.function].__code__
    try:
        yield
    finally:
        function.__code__ = before


async def is_noticed(mutant: Mutant, database_url: str, data: Path) -> bool:
    """Whether the sweep of owner and staff finds a problem when this condition is gone."""
    async with open_village(database_url, data) as village:
        sweep = Sweep(village)
        with without(mutant):
            for name in ("owner", "staff"):
                await sweep.walk(name, ("foreign", "mixed"))
        return bool(sweep.problems)


def main() -> None:
    """All of them, on SQLite."""
    unseen = []
    with tempfile.TemporaryDirectory() as folder, closing(Databases(Path(folder))) as databases:
        for number, mutant in enumerate(find_mutants()):
            with databases.fresh("sqlite") as url:
                noticed = asyncio.run(is_noticed(mutant, url, Path(folder, f"data{number}")))
            print(f"{'noticed' if noticed else 'UNSEEN '}  {mutant}", flush=True)  # noqa: T201 (a command's output)
            unseen += [] if noticed else [mutant]
    print(f"{len(unseen)} unseen")  # noqa: T201 (likewise)


if __name__ == "__main__":
    main()
