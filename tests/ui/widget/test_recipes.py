"""Each recipe of docs/embed is a page that works from another origin; the plugin runs in a real WordPress."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import REPO
from tests.serving import Running, serving
from tests.ui.browsing import NEEDS_CHROMIUM
from tests.ui.widget.conftest import Open
from tests.ui.widget.hosting import EMPTY_STORES, STORES, Embedded, Site

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]

RECIPES = REPO / "docs" / "embed"
PLUGIN = RECIPES / "anchorline-assistant.php"
QUESTION = "How many local people began jobs?"
PHP = shutil.which("php")
NEEDS_PHP = pytest.mark.skipif(PHP is None, reason="php is not on the PATH (apt-get install php-cli)")
# Debian's package, installed, or only unpacked: apt-get download wordpress && dpkg -x wordpress_*.deb .cache/wordpress
WORDPRESS = next(
    (
        folder
        for folder in (Path("/usr/share/wordpress"), REPO / ".cache/wordpress/usr/share/wordpress")
        if (folder / "wp-settings.php").is_file()
    ),
    None,
)
NEEDS_WORDPRESS = pytest.mark.skipif(
    WORDPRESS is None, reason="no WordPress (apt-get download wordpress && dpkg -x wordpress_*.deb .cache/wordpress)"
)


def recipe(name: str, service: Running) -> str:
    text = (RECIPES / name).read_text("utf-8")
    assert "https://assistant.example" in text
    return text.replace("https://assistant.example", service.url)


def check(opened: Embedded) -> None:
    opened.ask(QUESTION)
    expect(opened.embed.locator("blockquote.source").first).to_be_visible()
    opened.embed.get_by_text("Read in place").first.click()
    expect(opened.embed.locator("mark").first).to_be_visible()
    assert opened.faults == []


def test_plain_html(open_page: Open, service: Running) -> None:
    check(open_page(recipe("plain.html", service)))


def test_a_script_of_another_hash_does_not_run(browser: Browser, service: Running, site: Site) -> None:
    """The link inside the element stays."""
    text = recipe("plain.html", service)
    wrong = re.sub("sha384-.", lambda found: found[0][:-1] + ("A" if found[0][-1] != "A" else "B"), text)
    page = browser.new_page()
    page.goto(site.put("/changed", wrong))
    page.wait_for_timeout(500)
    assert page.evaluate("customElements.get('anchorline-assistant') === undefined")
    expect(page.get_by_role("link", name="Ask Anchorline on its own page")).to_be_visible()
    page.close()


@pytest.mark.parametrize("name", ["plain.html", "code-box.html"])
def test_without_javascript_there_is_a_link(browser: Browser, service: Running, name: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(recipe(name, service))
    expect(page.get_by_role("link", name="Ask Anchorline on its own page")).to_be_visible()
    context.close()


def test_a_code_box(open_page: Open, service: Running) -> None:
    opened = open_page(recipe("code-box.html", service))
    opened.embed.get_by_role("button", name="Ask Anchorline").click()
    check(opened)


def test_a_frame(browser: Browser, service: Running, site: Site) -> None:
    """The page is listed in the service's frame ancestors; in a page of another site the browser refuses the frame."""
    page = browser.new_page()
    page.goto(site.put("/frame", recipe("iframe.html", service)))
    frame = page.frame_locator("iframe")
    frame.get_by_label("Your question").fill(QUESTION)
    frame.get_by_role("button", name="Ask", exact=True).click()
    expect(frame.locator("blockquote").first).to_be_visible(timeout=30_000)
    page.goto(site.put("/frame", recipe("iframe.html", service)).replace("127.0.0.1", "localhost"))
    page.wait_for_timeout(1000)
    expect(frame.get_by_label("Your question")).to_have_count(0)
    page.close()


@NEEDS_PHP
def test_the_plugin_is_one_short_file_without_a_fault_of_syntax() -> None:
    assert len(PLUGIN.read_text("utf-8").splitlines()) <= 150
    assert PHP is not None
    done = subprocess.run([PHP, "-l", str(PLUGIN)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def wordpress(folder: Path, origin: str, api: str, mode: str) -> Iterator[None]:
    """A real WordPress with the plugin at ``origin``, over PHP's own web server; only its database is of ours."""
    assert PHP is not None and WORDPRESS is not None
    (folder / "wp-content").mkdir(parents=True)
    for name in ("wp-includes", "wp-admin", "wp-settings.php"):
        (folder / name).symlink_to(WORDPRESS / name)
    here = Path(__file__).with_name("wordpress")
    shutil.copy(here / "db.php", folder / "wp-content" / "db.php")
    settings = {"SITE": str(folder), "PLUGIN": str(PLUGIN), "ANCHORLINE_API": api, "ANCHORLINE_MODE": mode}
    command = [PHP, "-S", origin.removeprefix("http://"), "-t", str(folder), str(here / "router.php")]
    with (folder / "php.log").open("w") as log:
        process = subprocess.Popen(command, env=os.environ | settings, stdout=log, stderr=log)
        try:
            _await(origin)
            yield
        finally:
            process.terminate()
            process.wait(10)
    assert "PHP Warning" not in (text := (folder / "php.log").read_text()) and "PHP Fatal" not in text, text


def _await(origin: str) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            httpx.get(f"{origin}/neither", timeout=20)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("PHP's web server did not start")


@pytest.fixture(scope="module")
def wordpress_origin() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture(scope="module")
def listing(embed_index: Path, wordpress_origin: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service that lists the WordPress site."""
    log = tmp_path_factory.mktemp("wordpress") / "server.log"
    with serving(embed_index, log, ORIGINS=wordpress_origin) as running:
        yield running


@NEEDS_PHP
@NEEDS_WORDPRESS
@pytest.mark.parametrize("path", ["/shortcode", "/block", "/neither"])
@pytest.mark.parametrize("mode", ["inline", "launcher"])
def test_the_plugin_in_wordpress(
    browser: Browser, listing: Running, wordpress_origin: str, tmp_path: Path, mode: str, path: str
) -> None:
    with wordpress(tmp_path / "site", wordpress_origin, listing.url, mode):
        text = httpx.get(wordpress_origin + path).text
        shown = (path != "/neither") + (mode == "launcher")
        assert text.count("<anchorline-assistant ") == shown
        assert text.count('<script type="module"') == min(shown, 1)
        if not shown:
            return
        opened = Embedded.open(browser.new_context(), wordpress_origin + path)
        if path == "/neither":
            opened.embed.get_by_role("button", name="Ask Anchorline").click()
        check(opened)
        if path == "/shortcode":
            expect(opened.embed.get_by_role("heading", name="Ask <us>")).to_be_visible()
        assert opened.outside(wordpress_origin, listing.url) == []
        assert opened.page.evaluate(STORES) == EMPTY_STORES
        opened.context.close()


@NEEDS_PHP
@NEEDS_WORDPRESS
@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        ("anchorline_api", " https://assistant.example/ ", "https://assistant.example"),
        ("anchorline_api", "javascript:alert(1)", ""),
        ("anchorline_api", '"><script>', ""),
        ("anchorline_mode", "launcher", "launcher"),
        ("anchorline_mode", "elsewhere", "inline"),
    ],
)
def test_the_plugin_keeps_only_settings_that_it_can_use(
    wordpress_origin: str, tmp_path: Path, name: str, sent: str, kept: str
) -> None:
    with wordpress(tmp_path / "site", wordpress_origin, "", "inline"):
        page = httpx.get(f"{wordpress_origin}/settings", params={f"try[{name}]": sent}).text
        assert f"\n{name}={kept}" in page
        if not kept:
            assert page.rstrip().endswith(f"{name}=")
        assert 'for="anchorline_api"' in page
        assert httpx.get(f"{wordpress_origin}/shortcode").text.count("<anchorline-assistant") == 0  # no address yet
