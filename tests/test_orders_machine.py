"""Orders and money under whatever happens: a plain ledger beside the tables, and both must say the same after every deed."""

import asyncio
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from ecrm_pwa import businesses, customers, orders, products
from ecrm_pwa.base.db import Database, new_id
from ecrm_pwa.base.errors import FieldsRefused, Gone
from ecrm_pwa.orders import VOID, Show, Status, Want
from tests.engines import Databases

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PRICES = (35_000, 15_000, 1)
QUANTITIES = st.integers(1, 5)
AMOUNTS = st.sampled_from((1, 5_000, 35_000, 100_000))


@dataclass
class Kept:
    """What the plain ledger knows of one order."""

    customer: int
    lines: list[tuple[int, int, int]]
    shipping: int
    discount: int
    delivered: bool
    status: Status = Status.NEW
    before: Status | None = None
    money: dict[uuid.UUID, tuple[str, int]] = field(default_factory=dict)
    countered: set[uuid.UUID] = field(default_factory=set)
    version: int = 1

    @property
    def total(self) -> int:
        whole = sum(price * quantity for _goods, price, quantity in self.lines) + self.shipping - self.discount
        return 0 if self.status in VOID else max(0, whole)

    def sum(self, *kinds: str) -> int:
        entries = self.money.items()
        return sum(amount for one, (kind, amount) in entries if kind in kinds and one not in self.countered)

    @property
    def owed(self) -> int:
        return self.total - self.sum(*orders.METHODS, orders.FORGIVEN)


class Stall(RuleBasedStateMachine):
    """A day at the stall, over a database that lasts for all runs; each run has a business of its own."""

    database: Database
    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[uuid.UUID, Kept] = {}
        self.prices = list(PRICES)
        self.stock = [20, 3, None]
        self.merged = [0, 1]
        self.clock = NOON
        self.runner.run(self._open())

    async def _open(self) -> None:
        self.goods, self.people = [new_id() for _one in PRICES], [new_id(), new_id()]
        async with self.database.writing() as session:
            self.shop = (await businesses.found(session, name="Bu Siti", whatsapp="", now=NOON)).id
            for place, price in enumerate(PRICES):
                await products.add_product(
                    session,
                    self.shop,
                    product_id=self.goods[place],
                    name=f"Barang {place}",
                    price=price,
                    stock=self.stock[place],
                    now=NOON,
                )
            for place, customer_id in enumerate(self.people):
                await customers.record_customer(
                    session, self.shop, customer_id=customer_id, name=f"Pelanggan {place}", phone=None, now=NOON
                )

    def write(self, verb: Any, *args: Any, **more: Any) -> Any:
        async def deed() -> Any:
            async with self.database.writing() as session:
                return await verb(session, self.shop, *args, **more)

        return self.runner.run(deed())

    def read(self, verb: Any, *args: Any, **more: Any) -> Any:
        async def look() -> Any:
            async with self.database.reading() as session:
                return await verb(session, self.shop, *args, **more)

        return self.runner.run(look())

    def one(self, data: st.DataObject) -> uuid.UUID:
        return data.draw(st.sampled_from(list(self.kept)))

    @rule(
        wants=st.lists(st.tuples(st.integers(0, 2), QUANTITIES), min_size=1, max_size=3),
        who=st.integers(0, 1),
        shipping=st.sampled_from((0, 12_000)),
        discount=st.sampled_from((0, 5_000, 200_000)),
        delivered=st.booleans(),
        times=st.integers(1, 2),
    )
    def order(
        self, wants: list[tuple[int, int]], who: int, shipping: int, discount: int, delivered: bool, times: int
    ) -> None:
        order_id = new_id()
        for _time in range(times):
            self.write(
                orders.record_order,
                order_id=order_id,
                wants=[Want(quantity, self.goods[place]) for place, quantity in wants],
                customer_id=self.people[who],
                shipping=shipping,
                discount=discount,
                way="delivery" if delivered else "pickup",
                made_at=self.clock,
                now=self.clock,
            )
        lines = [(place, self.prices[place], quantity) for place, quantity in wants]
        self.kept[order_id] = Kept(who, lines, shipping, discount, delivered)
        self._shelf(self.kept[order_id], -1)

    def _shelf(self, kept: Kept, sign: int) -> None:
        for place, _price, quantity in kept.lines:
            left = self.stock[place]
            if left is not None:
                self.stock[place] = left + sign * quantity

    @rule(place=st.integers(0, 2), price=st.sampled_from((0, 20_000, 40_000)))
    def reprice(self, place: int, price: int) -> None:
        product = self.read(products.find, self.goods[place])
        self.write(products.change_product, self.goods[place], version=product.version, price=price)
        self.prices[place] = price

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), status=st.sampled_from(Status))
    def step(self, data: st.DataObject, status: Status) -> None:
        order_id = self.one(data)
        kept = self.kept[order_id]
        self.clock += timedelta(minutes=1)
        was = kept.status
        try:
            moved = self.write(orders.advance, order_id, status=status, account_id=None, made_at=self.clock)
        except FieldsRefused:
            assert was in VOID or status in {Status.CANCELLED, Status.READY, Status.SENT, Status.NEW}
            return
        if moved is None:
            return
        assert was not in VOID
        kept.before, kept.status = was, status
        if status in VOID:
            self._shelf(kept, 1)

    @precondition(lambda self: any(one.before for one in self.kept.values()))
    @rule(data=st.data(), late=st.booleans())
    def take_back(self, data: st.DataObject, late: bool) -> None:
        order_id = data.draw(st.sampled_from([one for one, kept in self.kept.items() if kept.before]))
        kept = self.kept[order_id]
        steps = [one for one in self.read(orders.list_steps, order_id) if not one.is_undo]
        when = steps[-1].made_at + (timedelta(hours=1) if late else timedelta(seconds=5))
        try:
            self.write(orders.take_back, order_id, status=kept.before, account_id=None, made_at=when)
        except Gone:
            assert late
            return
        assert not late
        if kept.status in VOID:
            self._shelf(kept, -1)
        assert kept.before is not None
        kept.status, kept.before = kept.before, None

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), kind=st.sampled_from(orders.KINDS), amount=AMOUNTS, times=st.integers(1, 2))
    def pay(self, data: st.DataObject, kind: str, amount: int, times: int) -> None:
        order_id, payment_id = self.one(data), new_id()
        for _time in range(times):
            self.write(
                orders.record_payment,
                order_id,
                payment_id=payment_id,
                kind=kind,
                amount=amount,
                account_id=None,
                made_at=self.clock,
                now=self.clock,
            )
        self.kept[order_id].money[payment_id] = (kind, amount)

    @precondition(lambda self: any(one.money for one in self.kept.values()))
    @rule(data=st.data())
    def counter(self, data: st.DataObject) -> None:
        order_id = data.draw(st.sampled_from([one for one, kept in self.kept.items() if kept.money]))
        payment_id = data.draw(st.sampled_from(list(self.kept[order_id].money)))
        self.write(
            orders.counter_payment,
            order_id,
            payment_id,
            counter_id=new_id(),
            account_id=None,
            made_at=self.clock,
            now=self.clock,
        )
        self.kept[order_id].countered.add(payment_id)

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), shipping=st.sampled_from((0, 7_000)), discount=st.sampled_from((0, 3_000)))
    def edit(self, data: st.DataObject, shipping: int, discount: int) -> None:
        order_id = self.one(data)
        kept = self.kept[order_id]
        edited = self.write(orders.edit_order, order_id, version=kept.version, shipping=shipping, discount=discount)
        kept.version, kept.shipping, kept.discount = edited.version, shipping, discount

    @invariant()
    def totals_agree(self) -> None:
        listed = self.read(
            orders.list_orders,
            show=Show.ALL,
            before=(NOON + timedelta(days=9), uuid.UUID(int=2**128 - 1)),
            limit=200,
        )
        assert {one.order.id for one in listed} == set(self.kept)
        assert sorted(one.order.number for one in listed) == list(range(1, len(self.kept) + 1))
        for one in listed:
            kept = self.kept[one.order.id]
            assert one.order.status == kept.status
            assert (one.sums.total, one.sums.owed) == (kept.total, kept.owed)

    @invariant()
    def the_shelf_agrees(self) -> None:
        assert [self.read(products.find, one).stock for one in self.goods] == self.stock

    @invariant()
    def debts_agree(self) -> None:
        owed: dict[int, int] = defaultdict(int)
        for kept in self.kept.values():
            is_debt = kept.status in {Status.COMPLETED, Status.SENT} or kept.sum(orders.CREDIT) > 0
            if kept.owed < 0 or is_debt:
                owed[kept.customer] += kept.owed
        for who, customer_id in enumerate(self.people):
            debts = self.read(orders.list_debts, [customer_id])
            assert sum(debt.owed for debt in debts) == owed[who]
        debtors = self.read(orders.list_debtors, limit=10)
        assert sorted(one.owed for one in debtors) == sorted(amount for amount in owed.values() if amount > 0)


def test_the_ledger_and_the_tables_say_the_same(databases: Databases, engine: str) -> None:
    with databases.fresh(engine) as url, asyncio.Runner() as runner:

        async def opened() -> Database:
            return Database.open(url)

        database = runner.run(opened())
        try:
            here = type("StallHere", (Stall,), {"database": database, "runner": runner})
            run_state_machine_as_test(here, settings=settings(max_examples=10, stateful_step_count=20))
        finally:
            runner.run(database.close())
