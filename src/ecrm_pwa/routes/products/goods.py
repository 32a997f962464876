"""The owner's goods: the list, one product, and everything that one tap changes of it."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import photos, products
from ecrm_pwa.base import money
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.errors import Conflict, FieldsRefused, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Choice, NewId, Text, Whole, page_number, read_id, search_words
from ecrm_pwa.base.money import Money
from ecrm_pwa.base.photos import PhotosBusy, PhotoStore, PhotoWorker
from ecrm_pwa.products import Show
from ecrm_pwa.routes.photos import take
from ecrm_pwa.routes.products import words
from ecrm_pwa.web import forms, writes
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import business, own_address

PAGE = 18


@dataclass
class NewProduct:
    """Name and price are enough."""

    id: Annotated[Any, NewId()]
    name: Annotated[str, Text(products.NAME_LENGTH)]
    price: Annotated[int, Money()]
    unit: Annotated[str, Text(products.UNIT_LENGTH, optional=True)]
    stock: Annotated[int | None, Whole(0, products.MOST_STOCK, optional=True)]
    category: Annotated[str, Text(products.CATEGORY_LENGTH, optional=True)]
    description: Annotated[str, Text(products.DESCRIPTION_LENGTH, optional=True, lines=True)]


@dataclass
class Change:
    """What is typed of a product; what one tap changes has forms of its own."""

    name: Annotated[str, Text(products.NAME_LENGTH)]
    price: Annotated[int, Money()]
    unit: Annotated[str, Text(products.UNIT_LENGTH, optional=True)]
    category: Annotated[str, Text(products.CATEGORY_LENGTH, optional=True)]
    description: Annotated[str, Text(products.DESCRIPTION_LENGTH, optional=True, lines=True)]
    version: Annotated[int, Whole(1, 1_000_000_000)]


@dataclass
class Answer:
    """One of two states."""

    to: Annotated[str, Choice(("yes", "no"))]
    back: Annotated[str, Text(300, optional=True)]
    """The list from which it was tapped."""


@dataclass
class Stock:
    """So many more or less, or what she has counted."""

    by: Annotated[str, Choice(("-1", "1", ""))]
    stock: Annotated[int | None, Whole(-products.MOST_STOCK, products.MOST_STOCK, optional=True)]


@dataclass
class Place:
    """Up or down among all goods."""

    to: Annotated[str, Choice(("up", "down"))]


@dataclass
class _Nothing:
    """A form that holds a file only."""


@get("/products")
async def list_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """The goods, by what is asked for; with `order` to be put in another order."""
    mine, asked = business(request), request.query_params
    arranging = asked.get("order") == "1"
    show = Show(asked["show"]) if asked.get("show") in {Show.SOLD_OUT, Show.HIDDEN} and not arranging else Show.ALL
    category = "" if arranging else search_words(asked.get("category", ""))
    search = "" if arranging else search_words(asked.get("q", ""))
    number = page_number(asked.get("page", ""))
    async with db.reading() as session:
        found = await products.list_goods(
            session,
            mine.id,
            show=show,
            category=category,
            words=search,
            skip=(number - 1) * PAGE,
            limit=PAGE + 1,
        )
        categories = await products.list_categories(session, mine.id)
    query = (
        {"order": "1"} if arranging else {"q": search, "category": category, "show": "" if show == Show.ALL else show}
    )
    return page(
        request,
        "products/list.html",
        goods=found[:PAGE],
        show=show,
        category=category,
        categories=[(one, _address({"category": one}, 1), one == category) for one in categories],
        search=search,
        arranging=arranging,
        here=_address(query, number),
        before=_address(query, number - 1) if number > 1 else None,
        more=_address(query, number + 1) if len(found) > PAGE else None,
        price_words=words.price_words,
    )


@get("/products/new")
async def new_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """The form for one more."""
    return await _show_new(request, db, forms.blank(), status=200)


@post("/products", request_max_body_size=forms.UPLOAD_LIMIT)
async def add(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    worker: NamedDependency[PhotoWorker],
    store: NamedDependency[PhotoStore],
) -> Response[Any]:
    """Keeps a new product. A photo that comes along with it and cannot be used never costs the words."""
    mine = business(request)
    form = await forms.read(request, NewProduct)
    with form.checking():
        fields = vars(form.data)
        product_id, failed, prepared = fields.pop("id"), "", None
        if "photo" in form.files:
            try:
                prepared = await take(form, worker)
            except FieldsRefused as refusal:
                failed = refusal.errors["photo"]
            except PhotosBusy as busy:
                failed = str(busy)
        name = await store.save(prepared) if prepared else ""
        async with writes.writing(request, db, scope=mine.id) as write:
            product = await products.add_product(write.session, mine.id, product_id=product_id, now=write.now, **fields)
            if prepared:
                photo = await photos.record(write.session, mine.id, prepared, name, now=write.now)
                await products.set_photo(write.session, mine.id, product_id, photo_id=photo.id)
            if failed:
                say = _("%(name)s tersimpan, tetapi fotonya belum. %(why)s") % {"name": product.name, "why": failed}
                return write.see_other(f"/products/{product_id}/photo", say=say)
            return write.see_other("/products", say=_("%(name)s tersimpan.") % {"name": product.name})
    return await _show_new(request, db, form, status=form.status)


@get("/products/{product_id:str}")
async def product_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """One product, with what is done to it most."""
    return await _show(request, db, _id(product_id), forms.blank(), status=200)


@get("/products/{product_id:str}/edit")
async def edit_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """Its name, price and the rest, to be changed."""
    mine, wanted = business(request), _id(product_id)
    async with db.reading() as session:
        product = await products.find(session, mine.id, wanted)
    values = {name: getattr(product, name) for name in forms.rules_of(Change)} | {
        "price": money.display(product.price).removeprefix("Rp")
    }
    return await _show_edit(request, db, wanted, forms.blank(values), conflict=None)


@post("/products/{product_id:str}")
async def change(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """Saves what was typed, or shows both sides where another phone has saved something else."""
    mine, wanted = business(request), _id(product_id)
    form = await forms.read(request, Change)
    with form.checking():
        data = form.data
        try:
            async with writes.writing(request, db, scope=mine.id) as write:
                fields = vars(data) | {"version": await write.built_on(data.version)}
                write.version = await products.change_product(write.session, mine.id, wanted, **fields)
                return write.see_other(f"/products/{wanted}", say=_("%(name)s tersimpan.") % {"name": data.name})
        except Conflict as error:
            # She sees both and chooses; sending this page again puts hers on top.
            form.values["version"] = str(error.version)
            form.status = 409
            return await _show_edit(request, db, wanted, form, conflict=writes.Theirs(error, words.field_words()))
    return await _show_edit(request, db, wanted, form, conflict=None)


@get("/products/{product_id:str}/photo")
async def photo_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """Its picture, to be taken or replaced."""
    return await _show_photo(request, db, _id(product_id), forms.blank(), status=200)


@post("/products/{product_id:str}/photo", request_max_body_size=forms.UPLOAD_LIMIT)
async def save_photo(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    worker: NamedDependency[PhotoWorker],
    store: NamedDependency[PhotoStore],
    product_id: FromPath[str],
) -> Response[Any]:
    """Keeps a picture of it, in the place of the one before."""
    mine, wanted = business(request), _id(product_id)
    form = await forms.read(request, _Nothing)
    with form.checking():
        prepared = await take(form, worker)
        name = await store.save(prepared)
        async with writes.writing(request, db, scope=mine.id) as write:
            await products.find(write.session, mine.id, wanted)
            photo = await photos.record(write.session, mine.id, prepared, name, now=write.now)
            await products.set_photo(write.session, mine.id, wanted, photo_id=photo.id)
            return write.see_other(f"/products/{wanted}", say=_("Foto tersimpan."))
    return await _show_photo(request, db, wanted, form, status=form.status)


@post("/products/{product_id:str}/photo/removal")
async def remove_photo(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """Takes the picture away."""
    mine, wanted = business(request), _id(product_id)
    async with writes.writing(request, db, scope=mine.id) as write:
        await products.remove_photo(write.session, mine.id, wanted)
        return write.see_other(f"/products/{wanted}", say=_("Foto dihapus."))


@post("/products/{product_id:str}/availability")
async def set_availability(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """Habis, or there again."""
    mine, wanted = business(request), _id(product_id)
    form = await forms.read(request, Answer)
    there = form.data.to == "yes"
    async with writes.writing(request, db, scope=mine.id) as write:
        await products.set_sold_out(write.session, mine.id, wanted, sold_out=not there)
        return write.see_other(_back(form.data, wanted), say=_("Ditandai ada.") if there else _("Ditandai habis."))


@post("/products/{product_id:str}/visibility")
async def set_visibility(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """Shown to everybody, or to her own people only."""
    mine, wanted = business(request), _id(product_id)
    form = await forms.read(request, Answer)
    shown = form.data.to == "yes"
    say = _("Tampil di katalog.") if shown else _("Disembunyikan dari katalog.")
    async with writes.writing(request, db, scope=mine.id) as write:
        await products.set_hidden(write.session, mine.id, wanted, hidden=not shown)
        return write.see_other(f"/products/{wanted}", say=say)


@post("/products/{product_id:str}/stock")
async def set_stock(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """One more, one less, or what she has counted."""
    mine, wanted = business(request), _id(product_id)
    form = await forms.read(request, Stock)
    with form.checking():
        data = form.data
        async with writes.writing(request, db, scope=mine.id) as write:
            if data.by:
                await products.step_stock(write.session, mine.id, wanted, by=int(data.by))
            else:
                await products.set_stock(write.session, mine.id, wanted, stock=data.stock)
            return write.see_other(f"/products/{wanted}")
    return await _show(request, db, wanted, form, status=form.status)


@post("/products/{product_id:str}/position")
async def move(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """One place up or down."""
    mine, wanted = business(request), _id(product_id)
    form = await forms.read(request, Place)
    by = -1 if form.data.to == "up" else 1
    async with writes.writing(request, db, scope=mine.id) as write:
        place = await products.move(write.session, mine.id, wanted, by=by)
        return write.see_other(f"{_address({'order': '1'}, place // PAGE + 1)}#p-{wanted}")


@post("/products/{product_id:str}/removal", opt={"owner": True})
async def remove(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """Takes it out of all lists at once; the next page lets her take that back."""
    mine, wanted = business(request), _id(product_id)
    async with writes.writing(request, db, scope=mine.id) as write:
        await products.remove(write.session, mine.id, wanted, now=write.now)
        return write.see_other("/products", say=_("Barang dihapus."), undo=f"/products/{wanted}/restoration")


@post("/products/{product_id:str}/restoration", opt={"owner": True})
async def restore(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """Takes the removal back."""
    mine, wanted = business(request), _id(product_id)
    async with writes.writing(request, db, scope=mine.id) as write:
        await products.restore(write.session, mine.id, wanted)
        return write.see_other("/products", say=_("Barang dikembalikan."))


async def _show_new(
    request: Request[Any, Any, Any], db: Database, form: forms.Form[Any], *, status: int
) -> Response[Any]:
    async with db.reading() as session:
        categories = await products.list_categories(session, business(request).id)
    return page(request, "products/new.html", status=status, form=form, categories=categories)


async def _show_edit(
    request: Request[Any, Any, Any],
    db: Database,
    product_id: UUID,
    form: forms.Form[Any],
    *,
    conflict: writes.Theirs | None,
) -> Response[Any]:
    mine = business(request)
    async with db.reading() as session:
        await products.find(session, mine.id, product_id)
        categories = await products.list_categories(session, mine.id)
    return page(
        request,
        "products/edit.html",
        status=form.status if form.errors or conflict else 200,
        headers=conflict.headers if conflict is not None else None,
        product_id=product_id,
        form=form,
        categories=categories,
        conflict=conflict,
    )


async def _show(
    request: Request[Any, Any, Any], db: Database, product_id: UUID, form: forms.Form[Any], *, status: int
) -> Response[Any]:
    mine = business(request)
    async with db.reading() as session:
        goods = await products.find_goods(session, mine.id, product_id)
    address = words.public_address(request, mine.slug, goods.product)
    said = words.share_words(goods.product, mine.name)
    return page(
        request,
        "products/product.html",
        status=status,
        product=goods.product,
        photo_id=goods.photo_id,
        price=words.price_words(goods.product),
        form=form,
        address=address,
        said=said,
        whatsapp=words.share_address(said, address),
    )


async def _show_photo(
    request: Request[Any, Any, Any], db: Database, product_id: UUID, form: forms.Form[Any], *, status: int
) -> Response[Any]:
    async with db.reading() as session:
        goods = await products.find_goods(session, business(request).id, product_id)
    return page(
        request, "products/photo.html", status=status, form=form, product=goods.product, photo_id=goods.photo_id
    )


def _back(answer: Answer, product_id: UUID) -> str:
    is_list = answer.back == "/products" or answer.back.startswith("/products?")
    return own_address(answer.back) if is_list else f"/products/{product_id}"


def _address(query: dict[str, str], number: int) -> str:
    asked = {name: value for name, value in query.items() if value} | ({"page": str(number)} if number > 1 else {})
    return f"/products?{urlencode(asked)}" if asked else "/products"


def _id(text: str) -> UUID:
    found = read_id(text)
    if found is None:
        raise NotFound("product")
    return found


handlers = [
    list_page,
    new_page,
    add,
    product_page,
    edit_page,
    change,
    photo_page,
    save_photo,
    remove_photo,
    set_availability,
    set_visibility,
    set_stock,
    move,
    remove,
    restore,
]
