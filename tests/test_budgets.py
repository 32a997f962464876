"""What a phone has to receive, in bytes as they are sent. Each page is measured with as much in it as it can hold."""

import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from ecrm_pwa.base.db import new_id
from ecrm_pwa.web.assets import Assets
from tests.cast import Village, open_village
from tests.engines import Databases
from tests.faults.forms import read_form
from tests.shop import Page, Shop, complain, newest_complaint, picture, rate
from tests.sweep import TABLE

pytestmark = pytest.mark.anyio

PUBLIC_PAGE = 6_000
PAGE_OF_MISTAKES = 6_700
"""Made for one person and sent at once; the public page itself is compressed as well as can be and kept."""
THUMB = 8_000
OWNER_PAGE = 10_000
OWNER_PAGE_AGAIN = 5_000
STYLESHEET = 6_000
SPRITE = 5_000
SHELL_SCRIPTS = 18_000
MODULE = 4_000
WORKER = 5_000
FIRST_VISIT = 45_000

# Everyday words in no order: text that repeats itself would weigh nothing.
WORDS = (
    "bandeng sate emping kerupuk rasanya enak gurih asin pedas basi kemarin pagi siang sore beli dua tiga lima bungkus"
    " kurang lambat antar pesan warung ibu bapak anak pasar masjid depan rumah segar bakar goreng sambal kecap nasi"
    " harga murah mahal cepat ramah terima kasih mohon maaf sekali lagi besok lusa minggu bulan depan ganti uang kembali"
).split()
CHANCE = random.Random(20_261_124)


def words(count: int) -> str:
    return " ".join(CHANCE.choice(WORDS) for _word in range(count))


async def sent(phone: httpx.AsyncClient, path: str, accept: str = "br", **cookies: str) -> tuple[int, httpx.Response]:
    """How many bytes come for this address."""
    headers = {"Accept-Encoding": accept}
    if cookies:
        kept = phone.cookies.jar
        together = {cookie.name: cookie.value or "" for cookie in kept} | cookies
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in together.items())
    answer = await phone.get(path, headers=headers)
    return answer.num_bytes_downloaded, answer


@pytest.fixture
async def village(databases: Databases, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Village]:
    """Everybody has much to say. What a page weighs does not depend on the engine."""
    with databases.fresh("sqlite") as url:
        async with open_village(url, tmp_path / "data") as opened:
            await fill(opened.shop)
            yield opened


async def tell(shop: Shop, **fields: str | list[str]) -> None:
    """Writes into the profile of the business."""
    profile = read_form((await shop.owner.get("/business/profile")).text, "/business/profile")
    answer = await shop.owner.post("/business/profile", data=profile | fields)
    assert answer.status_code == 303, answer.text


async def tell_much(shop: Shop) -> None:
    """The longest that a public page can show."""
    name = "Sate Bandeng, Otak-otak, dan Emping Melinjo Asli Bu Hj. Siti Rohmatul Ummah, Kaloran"
    await tell(
        shop,
        name=name[:80],
        about=words(60)[:300],
        hamlet="Kampung Kelapa Kurung Wetan",
        district="Kecamatan Kramatwatu",
    )


async def fill(shop: Shop) -> None:
    """Months of a shop that goes well."""
    await tell(
        shop,
        about="Bandeng segar tanpa duri, dibakar tiap pagi. Pesan sehari sebelumnya.",
        hamlet="Kelapa Kurung",
        village="Kramatwatu",
        district="Kramatwatu",
        landmark="depan masjid, pagar hijau",
        street="Jl. Raya Banten 12",
        nib="9120001234567",
        open_days=["1", "2", "3", "4", "5", "6"],
        opens_at="06:30",
        closes_at="17:00",
    )
    for number in range(45):
        phone = await shop.phone()
        rated = await rate(phone, shop, number % 5 + 1)
        if number % 3:
            await phone.post(rated, data={"words": words(14)})
        if number < 40:
            await complain(
                phone,
                shop,
                category=CHANCE.choice(["stale", "ill", "packaging", "missing", "late", "service"]),
                words=words(25),
                customer_name=f"{CHANCE.choice(['Rina', 'Neng', 'Ujang', 'Euis'])} {words(2).title()}",
                phone=f"0812{CHANCE.randrange(10**7, 10**8)}",
            )
    path = await newest_complaint(shop)
    for _message in range(8):
        await shop.owner.post(f"{path}/answers", data={"words": words(25)})
    await shop.owner.get(path)  # shows the toast


# --- The public page


async def test_the_public_page_is_one_small_document(village: Village) -> None:
    shop, phone = village.shop, await village.shop.phone()
    await tell_much(shop)
    weights: dict[str, int] = {}
    for path in (
        shop.path,
        f"{shop.path}?lang=en",
        *(f"{shop.path}/{room}" for room in ("katalog", "testimoni", "lacak")),
    ):
        weight, answer = await sent(phone, path)
        assert answer.headers["Content-Encoding"] == "br"
        assert not Page(answer.text).all("link", rel="stylesheet")
        weights[path] = weight
    assert re.search(r"dari 4\d orang", (await phone.get(shop.path)).text), "with all that it can say"
    assert max(weights.values()) <= PUBLIC_PAGE, weights


async def test_a_page_of_mistakes_and_a_customers_own_pages_are_small(village: Village) -> None:
    shop, phone = village.shop, await village.shop.phone()
    await tell_much(shop)
    complaint, rated = await complain(phone, shop), await rate(phone, shop)
    typed = {"category": "other", "words": "", "customer_name": "R" * 81, "phone": "nol delapan", "id": "x"}
    answers = {
        "complaint": await phone.post(f"{shop.path}/keluhan", data=typed, headers={"Accept-Encoding": "br"}),
        "message": await phone.post(f"{complaint}/messages", data={"words": ""}, headers={"Accept-Encoding": "br"}),
        "words": await phone.post(rated, data={"words": ""}, headers={"Accept-Encoding": "br"}),
        "her complaint": (await sent(phone, complaint))[1],
        "her rating": (await sent(phone, rated))[1],
        "her data": (await sent(phone, f"/data/{village.secrets['data']}"))[1],
        "erased": (await sent(phone, "/data/selesai"))[1],
    }
    weights = {name: answer.num_bytes_downloaded for name, answer in answers.items()}
    assert [answer.status_code for answer in answers.values()] == [422, 422, 422, 200, 200, 200, 200]
    assert max(weights.values()) <= PAGE_OF_MISTAKES, weights


async def test_a_browser_without_brotli_gets_a_small_page_too(village: Village) -> None:
    for accept in ("gzip, deflate", "gzip", "gzip;q=1.0, br;q=0"):
        weight, answer = await sent(await village.shop.phone(), village.shop.path, accept)
        assert answer.headers.get("Content-Encoding") == "gzip", accept
        assert weight <= PUBLIC_PAGE * 1.25, f"{accept}: {weight}"
    plain = (await sent(await village.shop.phone(), village.shop.path, "identity"))[1]
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]


async def stock(shop: Shop, count: int) -> None:
    """More goods than the catalogue shows at once; some have a picture."""
    for number in range(count):
        product = str(new_id())
        fields = {
            "name": f"{words(3).capitalize()} {number}",
            "price": str(CHANCE.randrange(5, 200) * 500),
            "unit": CHANCE.choice(["ekor", "bungkus", "kg", "porsi", "toples"]),
            "category": CHANCE.choice(["Olahan ikan", "Keripik", "Kue"]),
            "description": words(60)[:500],
        }
        await shop.owner.post("/products", data={"id": product} | fields)
        if number < 20:
            photo = {"photo": ("p.png", picture(size=(1200, 900)), "image/png")}
            await shop.owner.post(f"/products/{product}/photo", files=photo)


async def test_the_catalogue_a_product_and_the_directory_are_small(village: Village) -> None:
    shop, phone = village.shop, await village.shop.phone()
    await tell_much(shop)
    await stock(shop, 45)
    await shop.owner.post("/business/listing", data={"listed": "yes"})
    shown = Page((await phone.get(f"{shop.path}/katalog")).text)
    product = next(str(link["href"]) for link in shown.all("a") if "/barang/" in str(link["href"]))
    weights: dict[str, int] = {}
    label = f"{shop.path}/b/{village.right['batch_code']}"
    for path in (f"{shop.path}/katalog", f"{shop.path}/katalog?page=2", product, f"{product}?lang=en", label, "/toko"):
        weights[path], answer = await sent(phone, path)
        assert answer.headers["Content-Encoding"] == "br", path
    assert max(weights.values()) <= PUBLIC_PAGE, weights
    pictures = [str(image["src"]) for image in shown.all("img")]
    assert len(pictures) == 21
    assert max([(await sent(phone, path))[0] for path in pictures]) <= THUMB


# --- The owner's pages


async def owners_pages(village: Village) -> list[str]:
    """Every page that she can open, filled."""
    named = village.right | {"secret": "x", "role": "logo", "complaint_id": ""}
    busiest = (await newest_complaint(village.shop)).rsplit("/", 1)[1]
    paths = [
        path.format(**named | {"complaint_id": busiest})
        for method, path in TABLE
        if method == "GET" and "secret" not in path
    ]
    return [*paths, "/voice?show=waiting", "/voice?show=low", "/voice?show=ratings"]


async def test_every_page_of_an_owner_is_small_the_first_time_and_smaller_again(village: Village) -> None:
    await stock(village.shop, 35)
    assets = Assets.load(None, False)
    held = re.search(r"\.([0-9a-f]{10})\.", assets.url("css/app.css"))
    assert held is not None
    first, again = {}, {}
    for path in await owners_pages(village):
        weight, answer = await sent(village.shop.owner, path)
        if not answer.headers.get("Content-Type", "").startswith("text/html") or path.startswith(("/toko/", "/data/")):
            continue
        first[path] = weight
        again[path], answer = await sent(village.shop.owner, path, css=held[1])
        assert "<style data-css" not in answer.text
    assert len(first) > 12
    assert {path: weight for path, weight in first.items() if weight > OWNER_PAGE} == {}
    assert {path: weight for path, weight in again.items() if weight > OWNER_PAGE_AGAIN} == {}


# --- Files


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets.load(None, False)


async def weigh(village: Village, address: str) -> int:
    weight, answer = await sent(village.shop.owner, address)
    assert answer.status_code == 200, address
    return weight


async def test_style_sheet_and_icons_are_small(village: Village, assets: Assets) -> None:
    assert await weigh(village, assets.url("css/app.css")) <= STYLESHEET
    assert await weigh(village, assets.url("icons/sprite.svg")) <= SPRITE


async def test_scripts_of_the_shell_and_of_single_screens_are_small(village: Village, assets: Assets) -> None:
    home = Page((await village.shop.owner.get("/")).text)
    shell = {str(script["src"]) for script in home.all("script") if "src" in script}
    assert shell, "no page has a script?"
    assert sum([await weigh(village, address) for address in shell]) <= SHELL_SCRIPTS
    modules = {
        str(script["src"])
        for path in await owners_pages(village)
        for script in Page((await village.shop.owner.get(path)).text).all("script")
        if "src" in script
    } - shell
    heavy = {address: weight for address in modules if (weight := await weigh(village, address)) > MODULE}
    assert heavy == {}


async def test_the_worker_is_small(village: Village) -> None:
    assert await weigh(village, "/service-worker.js") <= WORKER


async def test_a_first_visit_in_all_is_small(village: Village) -> None:
    """Beranda with everything that a browser then asks for by itself, the worker's list included."""
    stranger = await village.shop.phone()
    total, home = await sent(village.shop.owner, "/")
    worker_weight, worker = await sent(stranger, "/service-worker.js")
    wanted = {
        str(element.get("src") or element.get("href")).partition("#")[0]
        for tag in ("script", "link", "use", "img")
        for element in Page(home.text).all(tag)
    }
    wanted |= set(re.findall(r'"(/[\w./?=-]+)"', worker.text.partition("[")[2].partition("]")[0]))
    files = {address for address in wanted if address.startswith(("/static/", "/offline", "/manifest"))}
    assert len(files) > 8
    total += worker_weight
    for address in files:
        total += (await sent(stranger, address))[0]
    assert total <= FIRST_VISIT, total
