"""What a page may do: reach nothing, and run only the texts it was built with."""

import base64
import hashlib

from branca.element import CssLink, Element, JavascriptLink

from data.errors import SourceUnavailableError

LEAFLET_SCRIPT = "js_lib_leaflet/leaflet.js"
LEAFLET_STYLE = "js_lib_leaflet/leaflet.css"


def offline_parts(header: Element) -> list[Element]:
    """The parts of the header that are not links; a link to anything but Leaflet is refused."""
    parts = header._children.values()
    links = [part for part in parts if isinstance(part, (JavascriptLink, CssLink))]
    strangers = [link.url for link in links if link.url not in (LEAFLET_SCRIPT, LEAFLET_STYLE)]
    if strangers:
        raise SourceUnavailableError(
            f"the page works without a network and cannot fetch {', '.join(strangers)}; "
            "draw with elements that need Leaflet only"
        )
    return [part for part in parts if part not in links]


def content_policy(scripts: list[str], styles: list[str]) -> str:
    """A policy under which the page may reach nothing and run only these texts."""
    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; "
        "img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def hashes(texts: list[str]) -> str:
    """Each text as the policy names it."""
    digests = [hashlib.sha256(text.encode("utf-8")).digest() for text in unix_lines(texts)]
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def unix_lines(texts: list[str]) -> list[str]:
    """Texts with the line ends that a browser hashes, whatever the files came with."""
    return [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
