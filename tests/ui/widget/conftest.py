"""The service, a site that it lists, and the embed opened on a page of that site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.serving import DOCUMENTS, POISON, Running, build_index, serving, write
from tests.ui.widget.hosting import EMPTY_STORES, STORES, Embedded, Site, hosting, markup

SIZES = {"1280": (1280, 900), "320": (320, 640), "400%": (320, 256)}
Open = Callable[..., Embedded]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with hosting() as opened:
        yield opened


@pytest.fixture(scope="session")
def embed_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("embed")
    return build_index(write(DOCUMENTS | POISON, folder / "documents"), folder / "index")


@pytest.fixture(scope="session")
def service(embed_index: Path, site: Site) -> Iterator[Running]:
    with serving(
        embed_index, embed_index.parent / "server.log", ORIGINS=site.origin, FRAME_ANCESTORS=f"'self' {site.origin}"
    ) as running:
        yield running


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return SIZES[request.param]


@pytest.fixture
def open_page(browser: Browser, service: Running, site: Site) -> Iterator[Open]:
    """Open a page of the site. At its end nobody else was contacted and nothing was stored."""
    opened: list[Embedded] = []

    def open_it(text: str | None = None, size: tuple[int, int] = (1280, 900), **options: object) -> Embedded:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, accept_downloads=True)
        headers = options.pop("headers", None)
        address = site.put("/page", text or markup(service.url, **options), headers)  # type: ignore[arg-type]
        opened.append(Embedded.open(context, address))
        return opened[-1]

    yield open_it
    for embedded in opened:
        assert embedded.outside(site.origin, service.url) == []
        assert embedded.page.evaluate(STORES) == EMPTY_STORES
        assert embedded.context.cookies() == []
        embedded.context.close()
