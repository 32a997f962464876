"""Orders and money: what is owed follows from what was written down, in whatever order it came; numbers have no gap."""

import asyncio
import itertools
import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from ecrm_pwa import businesses, customers, orders, products
from ecrm_pwa.base.db import Database, new_id
from ecrm_pwa.base.errors import Conflict, FieldsRefused, Gone, NotFound
from ecrm_pwa.orders import Order, Show, Status, Sums, Want

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LATEST = (NOON + timedelta(days=1), uuid.UUID(int=2**128 - 1))

pytestmark = pytest.mark.anyio


async def founded(database: Database, name: str = "Sate Bandeng Bu Siti") -> uuid.UUID:
    async with database.writing() as session:
        return (await businesses.found(session, name=name, whatsapp="", now=NOON)).id


async def goods(
    database: Database, shop: uuid.UUID, name: str = "Sate bandeng", price: int = 35_000, **more: Any
) -> uuid.UUID:
    product_id = new_id()
    async with database.writing() as session:
        await products.add_product(session, shop, product_id=product_id, name=name, price=price, now=NOON, **more)
    return product_id


async def customer(database: Database, shop: uuid.UUID, name: str = "Rina", phone: str | None = None) -> uuid.UUID:
    customer_id = new_id()
    async with database.writing() as session:
        await customers.record_customer(session, shop, customer_id=customer_id, name=name, phone=phone, now=NOON)
    return customer_id


async def order(database: Database, shop: uuid.UUID, *wants: Want, **more: Any) -> uuid.UUID:
    fields: dict[str, Any] = {"order_id": new_id(), "made_at": NOON, "now": NOON} | more
    async with database.writing() as session:
        await orders.record_order(session, shop, wants=wants or (Want(1, name="Titipan", price=10_000),), **fields)
    return uuid.UUID(str(fields["order_id"]))


async def pay(database: Database, shop: uuid.UUID, order_id: uuid.UUID, amount: int, **more: Any) -> uuid.UUID:
    fields: dict[str, Any] = {"payment_id": new_id(), "kind": "cash", "account_id": None, "made_at": NOON, "now": NOON}
    fields |= more
    async with database.writing() as session:
        await orders.record_payment(session, shop, order_id, amount=amount, **fields)
    return uuid.UUID(str(fields["payment_id"]))


async def counter(database: Database, shop: uuid.UUID, order_id: uuid.UUID, payment_id: uuid.UUID) -> None:
    async with database.writing() as session:
        await orders.counter_payment(
            session, shop, order_id, payment_id, counter_id=new_id(), account_id=None, made_at=NOON, now=NOON
        )


async def step(
    database: Database, shop: uuid.UUID, order_id: uuid.UUID, status: Status, made_at: datetime = NOON
) -> uuid.UUID | None:
    async with database.writing() as session:
        return await orders.advance(session, shop, order_id, status=status, account_id=None, made_at=made_at)


async def undo(
    database: Database, shop: uuid.UUID, order_id: uuid.UUID, status: Status, made_at: datetime = NOON
) -> None:
    async with database.writing() as session:
        await orders.take_back(session, shop, order_id, status=status, account_id=None, made_at=made_at)


async def sums(database: Database, shop: uuid.UUID, order_id: uuid.UUID) -> Sums:
    async with database.reading() as session:
        return await orders.find_sums(session, shop, order_id)


async def find(database: Database, shop: uuid.UUID, order_id: uuid.UUID) -> Order:
    async with database.reading() as session:
        return await orders.find(session, shop, order_id)


async def stock(database: Database, shop: uuid.UUID, product_id: uuid.UUID) -> int | None:
    async with database.reading() as session:
        return (await products.find(session, shop, product_id)).stock


async def owed_by(database: Database, shop: uuid.UUID, customer_id: uuid.UUID) -> int:
    async with database.reading() as session:
        ids = await orders.ids_of_customer(session, shop, customer_id)
        return sum(debt.owed for debt in await orders.list_debts(session, shop, ids))


async def found_by(database: Database, shop: uuid.UUID, show: Show = Show.ALL, words: str = "") -> list[int]:
    async with database.reading() as session:
        listed = await orders.list_orders(session, shop, show=show, before=LATEST, limit=100, words=words)
        return [one.order.number for one in listed]


# --- An order


async def test_an_order_comes_to_its_lines_and_ongkir_less_the_discount(database: Database) -> None:
    shop = await founded(database)
    bandeng = await goods(database, shop)
    kept = await order(
        database, shop, Want(2, bandeng), Want(1, name="Emping titipan", price=25_000), shipping=12_000, discount=5_000
    )
    assert await sums(database, shop, kept) == Sums(total=102_000, paid=0, forgiven=0, promised=0)


async def test_a_discount_larger_than_the_goods_owes_nobody_anything(database: Database) -> None:
    shop = await founded(database)
    kept = await order(database, shop, discount=50_000)
    assert (await sums(database, shop, kept)).owed == 0


async def test_a_new_price_or_name_changes_no_old_order(database: Database) -> None:
    shop = await founded(database)
    bandeng = await goods(database, shop)
    before = await order(database, shop, Want(1, bandeng))
    async with database.writing() as session:
        await products.change_product(session, shop, bandeng, version=1, name="Bandeng bakar", price=40_000)
    after = await order(database, shop, Want(1, bandeng))
    assert [(await sums(database, shop, one)).total for one in (before, after)] == [35_000, 40_000]
    async with database.reading() as session:
        assert [line.name for line in await orders.list_lines(session, shop, before)] == ["Sate bandeng"]


async def test_the_price_that_stood_on_the_phone_counts(database: Database) -> None:
    shop = await founded(database)
    bandeng = await goods(database, shop, price=40_000)
    kept = await order(database, shop, Want(2, bandeng, price=35_000))
    assert (await sums(database, shop, kept)).total == 70_000


async def test_an_order_that_arrives_twice_is_one_order(database: Database) -> None:
    shop, order_id = await founded(database), new_id()
    bandeng = await goods(database, shop, stock=10)
    for quantity in (2, 5):
        await order(database, shop, Want(quantity, bandeng), order_id=order_id)
    assert (await sums(database, shop, order_id)).total == 70_000
    assert await stock(database, shop, bandeng) == 8


async def test_an_order_needs_goods_that_are_there(database: Database) -> None:
    shop, next_door = await founded(database), await founded(database, "Emping Pak Budi")
    theirs, stranger = await goods(database, next_door), await customer(database, next_door)
    tried: list[tuple[list[Want], uuid.UUID | None]] = [([], None), ([Want(1, theirs)], None), ([Want(1)], stranger)]
    for wants, who in tried:
        with pytest.raises((FieldsRefused, NotFound)):
            async with database.writing() as session:
                await orders.record_order(
                    session, shop, order_id=new_id(), wants=wants, customer_id=who, made_at=NOON, now=NOON
                )
    assert await found_by(database, shop) == []


async def test_the_database_itself_refuses_a_line_of_a_neighbours_goods(database: Database) -> None:
    shop, next_door = await founded(database), await founded(database, "Emping Pak Budi")
    theirs, mine = await goods(database, next_door), await order(database, shop)
    with pytest.raises(IntegrityError):
        async with database.writing() as session:
            session.add(
                orders.Line(
                    business_id=shop, id=new_id(), order_id=mine, place=9, product_id=theirs, name="x", unit="",
                    price=1, quantity=1,
                )
            )  # fmt: skip


async def test_stock_may_go_below_zero_and_is_told(database: Database) -> None:
    shop = await founded(database)
    bandeng, gipang = await goods(database, shop, stock=3), await goods(database, shop, "Gipang", stock=9)
    kept = await order(database, shop, Want(5, bandeng), Want(1, gipang))
    assert await stock(database, shop, bandeng) == -2
    async with database.reading() as session:
        assert await orders.list_short(session, shop, kept) == [("Sate bandeng", -2)]


async def test_goods_that_nobody_counts_stay_uncounted(database: Database) -> None:
    shop = await founded(database)
    bandeng = await goods(database, shop)
    await order(database, shop, Want(5, bandeng))
    assert await stock(database, shop, bandeng) is None


async def test_goods_that_were_removed_meanwhile_are_sold_all_the_same(database: Database) -> None:
    shop = await founded(database)
    bandeng = await goods(database, shop)
    async with database.writing() as session:
        await products.remove(session, shop, bandeng, now=NOON)
    assert (await sums(database, shop, await order(database, shop, Want(1, bandeng)))).total == 35_000


# --- Numbers


async def test_three_phones_at_once_get_numbers_without_gap_and_twin(database: Database) -> None:
    shop, next_door = await founded(database), await founded(database, "Emping Pak Budi")

    async def phone(name: int) -> None:
        for _tap in range(6):
            await order(database, shop if name else next_door)

    await asyncio.gather(*(phone(name) for name in (1, 2, 3, 0)))
    assert sorted(await found_by(database, shop)) == list(range(1, 19))
    assert sorted(await found_by(database, next_door)) == list(range(1, 7))


async def test_a_refused_order_leaves_no_gap(database: Database) -> None:
    shop = await founded(database)
    await order(database, shop)
    with pytest.raises(NotFound):
        await order(database, shop, Want(1, new_id()))
    await order(database, shop)
    assert await found_by(database, shop) == [2, 1]


# --- Steps


async def test_every_step_on_the_way_is_kept_with_its_time(database: Database) -> None:
    shop = await founded(database)
    kept = await order(database, shop)
    await step(database, shop, kept, Status.COMPLETED)
    async with database.reading() as session:
        steps = await orders.list_steps(session, shop, kept)
    assert [one.status for one in steps] == [Status.PROCESSING, Status.READY, Status.COMPLETED]


async def test_an_order_that_is_delivered_goes_by_sent(database: Database) -> None:
    shop = await founded(database)
    kept = await order(database, shop, way="delivery")
    await step(database, shop, kept, Status.COMPLETED)
    async with database.reading() as session:
        assert [one.status for one in await orders.list_steps(session, shop, kept)][1] == Status.SENT


LEGAL = {
    (before, after)
    for before, after in itertools.permutations(Status, 2)
    if after in {Status.CANCELLED: ()}.get(before, orders.NEXT[before])
}


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
async def test_no_way_leads_where_none_should(database: Database, before: Status, after: Status) -> None:
    """From anywhere to anywhere: reached, known already, or refused; never by an illegal step."""
    shop = await founded(database)
    kept = await order(database, shop, way="delivery" if before in {Status.SENT, Status.RETURNED} else "pickup")
    if before is not Status.NEW:
        await step(database, shop, kept, before)
    contradicts = {
        Status.CANCELLED: {Status.PROCESSING, Status.READY, Status.SENT, Status.COMPLETED, Status.RETURNED, Status.NEW},
        Status.RETURNED: set(Status) - {Status.RETURNED},
        Status.COMPLETED: {Status.CANCELLED},
        Status.SENT: {Status.CANCELLED, Status.READY},
        Status.READY: {Status.SENT},
    }.get(before, set())
    if after in contradicts:
        with pytest.raises(FieldsRefused):
            await step(database, shop, kept, after)
    else:
        await step(database, shop, kept, after)
    async with database.reading() as session:
        for one in await orders.list_steps(session, shop, kept):
            assert (one.before, one.status) in LEGAL


async def test_a_step_that_comes_late_changes_nothing(database: Database) -> None:
    shop = await founded(database)
    kept = await order(database, shop)
    await step(database, shop, kept, Status.COMPLETED)
    assert await step(database, shop, kept, Status.READY) is None
    assert (await find(database, shop, kept)).status == Status.COMPLETED


async def test_what_is_cancelled_or_comes_back_is_on_the_shelf_again_and_owes_nothing(database: Database) -> None:
    shop = await founded(database)
    bandeng = await goods(database, shop, stock=10)
    cancelled, returned = await order(database, shop, Want(2, bandeng)), await order(database, shop, Want(3, bandeng))
    await pay(database, shop, cancelled, 20_000)
    await step(database, shop, cancelled, Status.CANCELLED)
    await step(database, shop, returned, Status.COMPLETED)
    assert await stock(database, shop, bandeng) == 7
    await step(database, shop, returned, Status.RETURNED)
    assert await stock(database, shop, bandeng) == 10
    assert (await sums(database, shop, cancelled)).over == 20_000


async def test_a_tap_is_undone_with_all_its_steps(database: Database) -> None:
    shop = await founded(database)
    bandeng = await goods(database, shop, stock=10)
    kept = await order(database, shop, Want(2, bandeng))
    await step(database, shop, kept, Status.COMPLETED)
    await undo(database, shop, kept, Status.NEW, NOON + orders.UNDO)
    await undo(database, shop, kept, Status.NEW, NOON + orders.UNDO)
    assert (await find(database, shop, kept)).status == Status.NEW
    await step(database, shop, kept, Status.CANCELLED)
    await undo(database, shop, kept, Status.NEW)
    assert await stock(database, shop, bandeng) == 8
    async with database.reading() as session:
        assert [one.is_undo for one in await orders.list_steps(session, shop, kept)].count(True) == 2


async def test_it_is_too_late_to_undo_after_a_while_or_after_another_step(database: Database) -> None:
    shop = await founded(database)
    kept = await order(database, shop)
    await step(database, shop, kept, Status.PROCESSING)
    with pytest.raises(Gone):
        await undo(database, shop, kept, Status.NEW, NOON + MINUTE)
    await step(database, shop, kept, Status.READY, NOON + MINUTE)
    with pytest.raises(Gone):
        await undo(database, shop, kept, Status.NEW, NOON + MINUTE)


# --- Money


async def test_dp_and_the_rest_make_it_paid(database: Database) -> None:
    shop = await founded(database)
    kept = await order(database, shop, Want(1, name="Tumpeng", price=100_000))
    states = [(await sums(database, shop, kept)).state]
    for amount in (30_000, 70_000, 5_000):
        await pay(database, shop, kept, amount)
        states.append((await sums(database, shop, kept)).state)
    assert states == ["unpaid", "deposit", "paid", "over"]
    assert (await sums(database, shop, kept)).over == 5_000


async def test_kasbon_is_a_promise_and_ikhlaskan_ends_it(database: Database) -> None:
    shop = await founded(database)
    kept = await order(database, shop)
    await pay(database, shop, kept, 10_000, kind=orders.CREDIT, due_on="2026-12-01")
    assert (await sums(database, shop, kept)).state == "credit"
    await pay(database, shop, kept, 10_000, kind=orders.FORGIVEN)
    settled = await sums(database, shop, kept)
    assert (settled.owed, settled.paid) == (0, 0)


async def test_a_slip_is_countered_once_and_stays_to_be_seen(database: Database) -> None:
    shop = await founded(database)
    kept = await order(database, shop)
    slip = await pay(database, shop, kept, 100_000)
    for _time in range(2):
        await counter(database, shop, kept, slip)
    assert (await sums(database, shop, kept)).paid == 0
    async with database.reading() as session:
        ledger = await orders.list_payments(session, shop, kept)
    assert sorted(one.amount for one in ledger) == [-100_000, 100_000]
    with pytest.raises(NotFound):
        await counter(database, shop, kept, next(one.id for one in ledger if one.amount < 0))


async def test_payments_add_up_in_whatever_order_they_come_and_however_often(database: Database) -> None:
    shop = await founded(database)
    kept = await order(database, shop, Want(1, name="Tumpeng", price=100_000))
    writes = [(new_id(), amount) for amount in (10_000, 20_000, 30_000)]
    chance = random.Random(6)
    for payment_id, amount in chance.sample(writes * 3, 9):
        await pay(database, shop, kept, amount, payment_id=payment_id)
    assert (await sums(database, shop, kept)).owed == 40_000


async def test_what_a_customer_owes_is_the_sum_of_her_ledger(database: Database) -> None:
    shop, rina, other = await founded(database), new_id(), new_id()
    async with database.writing() as session:
        for customer_id in (rina, other):
            await customers.record_customer(
                session, shop, customer_id=customer_id, name="Rina", phone="+6281234567890", now=NOON
            )
    taken = await order(database, shop, Want(1, name="Emping", price=50_000), customer_id=rina)
    promised = await order(database, shop, Want(1, name="Gipang", price=20_000), customer_id=other)
    await order(database, shop, Want(1, name="Pesanan baru", price=99_000), customer_id=rina)
    await step(database, shop, taken, Status.COMPLETED)
    await pay(database, shop, taken, 15_000)
    await pay(database, shop, promised, 20_000, kind=orders.CREDIT)
    assert await owed_by(database, shop, rina) == await owed_by(database, shop, other) == 55_000
    async with database.reading() as session:
        (debtor,) = await orders.list_debtors(session, shop, limit=10)
        rows = (await session.scalars(select(orders.Payment.amount).where(orders.Payment.kind == "cash"))).all()
    assert (debtor.name, debtor.owed) == ("Rina", 55_000)
    assert 50_000 + 20_000 - sum(rows) == 55_000


# --- Editing and finding


async def test_two_phones_that_edit_one_order_are_asked(database: Database) -> None:
    shop = await founded(database)
    kept = await order(database, shop)
    async with database.writing() as session:
        await orders.edit_order(session, shop, kept, version=1, shipping=5_000)
    with pytest.raises(Conflict) as conflict:
        async with database.writing() as session:
            await orders.edit_order(session, shop, kept, version=1, shipping=9_000)
    assert [(one.mine, one.theirs) for one in conflict.value.differences] == [("Rp9.000", "Rp5.000")]
    assert (await sums(database, shop, kept)).total == 15_000


async def test_other_goods_move_the_shelf_and_the_total(database: Database) -> None:
    shop = await founded(database)
    bandeng = await goods(database, shop, stock=10)
    kept = await order(database, shop, Want(4, bandeng))
    async with database.writing() as session:
        await orders.replace_lines(session, shop, kept, version=1, wants=[Want(1, bandeng)])
    assert await stock(database, shop, bandeng) == 9
    assert (await sums(database, shop, kept)).total == 35_000
    with pytest.raises(Conflict):
        async with database.writing() as session:
            await orders.replace_lines(session, shop, kept, version=1, wants=[Want(2, bandeng)])


async def test_orders_are_found_by_name_number_and_goods(database: Database) -> None:
    shop = await founded(database)
    rina = await customer(database, shop, "Rina Marlina", "+6281234567890")
    await order(database, shop, Want(1, name="Emping", price=1), customer_id=rina)
    await order(database, shop, Want(1, name="Gipang", price=1), customer_name="Éntin")
    assert await found_by(database, shop, words="rina emp") == [1]
    assert await found_by(database, shop, words="0812-3456") == [1]
    assert await found_by(database, shop, words="entin") == [2]
    assert await found_by(database, shop, words="#2") == [2]
    assert await found_by(database, shop, words="100%") == []


async def test_lists_show_what_they_are_asked_for(database: Database) -> None:
    shop = await founded(database)
    kept = [await order(database, shop, made_at=NOON + number * MINUTE) for number in range(4)]
    await step(database, shop, kept[1], Status.COMPLETED)
    await step(database, shop, kept[2], Status.CANCELLED)
    await pay(database, shop, kept[1], 10_000)
    held = await order(database, shop, held=True)
    assert await found_by(database, shop) == [4, 3, 2, 1]
    assert await found_by(database, shop, Show.OPEN) == [4, 1]
    assert await found_by(database, shop, Show.UNPAID) == [4, 1]
    assert await found_by(database, shop, Show.VOID) == [3]
    assert await found_by(database, shop, Show.HELD) == [5]
    async with database.writing() as session:
        await orders.let_through(session, shop, held)
    assert await found_by(database, shop, Show.HELD) == []


async def test_a_forgotten_customers_orders_stay_without_her(database: Database) -> None:
    shop = await founded(database)
    rina = await customer(database, shop, "Rina Marlina")
    kept = await order(database, shop, customer_id=rina, address="Kp. Baru", note="untuk Rina")
    async with database.writing() as session:
        ids = await orders.ids_of_customer(session, shop, rina)
        await orders.forget_customer(session, shop, ids)
        await customers.forget(session, await customers.find(session, shop, rina), now=NOON)
    async with database.reading() as session:
        shown = await orders.show_order(session, shop, kept)
    assert (shown.name, shown.order.address, shown.order.note, shown.sums.total) == ("", "", "", 10_000)
    await order(database, shop, customer_id=rina)
    assert await found_by(database, shop) == [2, 1]


async def test_a_business_that_ends_takes_its_orders_along(database: Database) -> None:
    shop = await founded(database)
    bandeng, rina = await goods(database, shop), await customer(database, shop)
    kept = await order(database, shop, Want(1, bandeng), customer_id=rina)
    await counter(database, shop, kept, await pay(database, shop, kept, 1_000))
    async with database.writing() as session:
        await session.execute(delete(businesses.Business).where(businesses.Business.id == shop))
    async with database.reading() as session:
        assert (await session.scalars(select(Order.id))).all() == []
