"""A map page in headless Chromium: its picture, and how soon it is ready."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

SIZE = {"width": 1440, "height": 900}
FREQUENT_COLOURS, FAR_COLOURS = 160, 96


def save_picture(page_file: Path, picture: Path, *, fiscal_year: int | None = None) -> None:
    """Save what the map shows in English, in that year if it has years, as PNG with a palette."""
    year = "" if fiscal_year is None else f"y={fiscal_year}&"
    with _opened(page_file, f"#{year}lang=en") as page:
        page.wait_for_timeout(500)  # the last transition of the markers
        shot = Image.open(BytesIO(page.screenshot()))
    _with_palette(shot.convert("RGB")).save(picture, optimize=True)


def _with_palette(shot: Image.Image) -> Image.Image:
    """Picture of 256 colours: frequent ones for soft shadows, far ones for thin red lines."""
    frequent = shot.quantize(FREQUENT_COLOURS, method=Image.Quantize.MEDIANCUT)
    far = shot.quantize(FAR_COLOURS, method=Image.Quantize.MAXCOVERAGE)
    parts = zip((frequent, far), (FREQUENT_COLOURS, FAR_COLOURS), strict=True)
    palette = Image.new("P", (1, 1))
    palette.putpalette([v for part, count in parts for v in part.getpalette()[: 3 * count]])
    return shot.quantize(palette=palette, dither=Image.Dither.NONE)


def seconds_until_ready(page_file: Path) -> float:
    """Seconds from the start of loading until the page says that it is ready."""
    with _opened(page_file, "") as page:
        return float(page.evaluate("performance.now()")) / 1000


@contextmanager
def _opened(page_file: Path, fragment: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(viewport=SIZE, offline=True).new_page()
        page.goto(page_file.resolve().as_uri() + fragment)
        page.wait_for_selector("html[data-ready]")
        yield page
        browser.close()
