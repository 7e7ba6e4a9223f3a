"""Which asset of the register is a scanned host? Four clues in a fixed order; what contradicts is told, never guessed.

資産番号 > FQDN > ホスト名 > アドレス（領域の中で）. The first clue that both the report and an asset have
decides. A clue is not used for an asset that says otherwise by a stronger clue: the address of a server that was
replaced does not lead to the old one. When a clue fits several assets, the weaker clues may only choose among those.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

CLUES_JA = {"asset_number": "資産番号", "fqdn": "FQDN", "host_name": "ホスト名", "address": "アドレス（領域内）"}
CLUES = tuple(CLUES_JA)


@dataclass(frozen=True, slots=True)
class HostClues:
    """What tells a host: of a report, or of an asset in one fiscal year. Texts as `host_clues` folds them."""

    asset_number: str = ""
    fqdn: str = ""
    host_name: str = ""
    addresses: tuple[str, ...] = ()
    network_zone: str = ""

    def said(self, clue: str) -> tuple[str, ...]:
        """The values of one clue, () when nothing is said. An address counts together with its zone."""
        if clue == "address":
            return tuple(f"{self.network_zone} {address}" for address in self.addresses)
        text = {"asset_number": self.asset_number, "fqdn": self.fqdn, "host_name": self.host_name}[clue]
        return (text,) if text else ()


@dataclass(frozen=True, slots=True)
class Match:
    """The asset of a host. `key` is None when no asset, or no single one, fits.

    `clue`: what decided. `others`: (clue, keys of assets that this clue fits although they are not the match).
    """

    key: int | None
    clue: str = ""
    others: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        """Whether assets fit, but none alone."""
        return self.key is None and bool(self.others)


def canonical_address(text: str) -> str:
    """An address in its one form, lower case for what is no address.

    >>> canonical_address("2001:DB8:0:0::1")
    '2001:db8::1'
    """
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return text.strip().lower()


def host_clues(
    asset_number: str = "", fqdn: str = "", host_name: str = "", addresses: Iterable[str] = (), network_zone: str = ""
) -> HostClues:
    """Clues in the form in which they are compared; the host name is taken from the FQDN where it is not told.

    >>> host_clues(fqdn="SV01.City.Example.").host_name
    'sv01'
    """
    name = fqdn.strip().rstrip(".").lower()
    if name and "." not in name:  # a bare name in the place of the FQDN
        name, host_name = "", host_name or name
    short = host_name.strip().partition(".")[0].lower() or name.partition(".")[0]
    told = tuple(sorted({canonical_address(one) for one in addresses if one.strip()}))
    return HostClues(asset_number.strip().upper(), name, short, told, network_zone)


class AssetIndex:
    """The assets of one fiscal year, found by their clues."""

    def __init__(self, assets: Iterable[tuple[int, HostClues]]) -> None:
        self._clues: dict[int, HostClues] = {}
        self._found: dict[str, dict[str, list[int]]] = {clue: {} for clue in CLUES}
        for key, clues in assets:
            self.add(key, clues)

    def add(self, key: int, clues: HostClues) -> None:
        """Puts one more asset into the index."""
        self._clues[key] = clues
        for clue in CLUES:
            for value in clues.said(clue):
                self._found[clue].setdefault(value, []).append(key)

    def _fitting(self, clue: str, host: HostClues) -> set[int]:
        return {key for value in host.said(clue) for key in self._found[clue].get(value, ())}

    def _contradicts(self, key: int, clue: str, host: HostClues) -> bool:
        """Whether the asset says otherwise by a stronger clue than this one."""
        stronger = CLUES[: CLUES.index(clue)]
        asset = self._clues[key]
        return any(
            (said := host.said(one)) and (known := asset.said(one)) and not set(said) & set(known) for one in stronger
        )

    def match(self, host: HostClues) -> Match:
        """The asset of a host.

        >>> index = AssetIndex([(1, host_clues("A-1", addresses=["10.0.0.1"])), (2, host_clues(fqdn="b.example"))])
        >>> index.match(host_clues(fqdn="b.example", addresses=["10.0.0.1"]))
        Match(key=2, clue='fqdn', others=(('address', (1,)),))
        """
        chosen: set[int] = set()
        decided = ""
        for clue in CLUES:
            fitting = {key for key in self._fitting(clue, host) if not self._contradicts(key, clue, host)}
            narrowed = chosen & fitting if chosen else fitting
            if narrowed and len(chosen) != 1:
                chosen, decided = narrowed, clue
        key = next(iter(chosen)) if len(chosen) == 1 else None
        fits = ((clue, tuple(sorted(self._fitting(clue, host) - {key}))) for clue in CLUES)
        return Match(key, decided if key is not None else "", tuple(one for one in fits if one[1]))
