"""Which server an address leads to. Only servers that config.toml names are asked, also where a reply leads elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

PORTS = {"https": 443, "http": 80}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, in one spelling: "https://api.census.gov:443".

    Raises ValueError for what is not https (http only to this machine itself), holds a name and password, or could be read in
    two ways.
    """
    if not address.isascii() or any(letter <= " " or letter in "\\\x7f" for letter in address):
        raise ValueError("the address holds a letter that no address holds")
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in PORTS or not host:
        raise ValueError("the address does not begin with https:// and a host")
    if "@" in parts.netloc:
        raise ValueError("the address holds a user's name; put none into it")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise ValueError("the address is not encrypted; write https://")
    port = parts.port or PORTS[parts.scheme]  # raises ValueError itself where it is no port
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def origin_of_host(entry: str) -> str:
    """The same of an entry in config.toml's list of hosts: "api.census.gov", or with scheme and port."""
    address = entry if "://" in entry else f"https://{entry}"
    origin = origin_of(address)
    if urlsplit(address).path not in ("", "/") or urlsplit(address).query:
        raise ValueError("write the host only, such as api.census.gov")
    return origin


def without_query(address: str) -> str:
    """An address as it may be shown and logged: what follows the question mark may hold a key."""
    return address.partition("#")[0].partition("?")[0]
