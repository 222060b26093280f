"""Who receives the person: host and who instructs, talks with the officer, residents and peers."""

from __future__ import annotations

from features.posting_quality.quality import Finding
from features.posting_quality.reading import Reading
from features.records import Host
from features.taxonomy.vocabulary import JAPANESE

__all__ = ["contact", "instructs", "residents"]

_CONTACT = {"daily": 1.0, "weekly": 1.0, "monthly": 0.5, "rarely": 0.1, "undefined": 0.0}  # [A], signs from the sources
_BRIEFED = {True: 0.5, False: 0.2}  # an honest "not yet" helps a reader more than silence [A]
_ALONE = 0.3


def instructs(reading: Reading) -> Finding:
    """Half for the kind of host, half for a text that says who talks, teaches or instructs."""
    host = _host(reading).type
    phrase = reading.quote_in("instructor", reading.mission.meetings) or reading.quote("instructor")
    share = 0.5 * (host is not None) + 0.5 * (phrase is not None)
    told = [
        *([] if host is None else [f"受入れ先は{JAPANESE[host]}です。"]),
        *([] if phrase is None else ["だれが指示や相談を受けるかにふれています。"]),
    ]
    lacking = [
        *(["受入れ先の欄が空です。"] if host is None else []),
        *(["文章からは、だれが指示するかが分かりません。"] if phrase is None else []),
    ]
    return Finding(share, "".join([*told, *lacking]), phrase=phrase)


def contact(reading: Reading) -> Finding:
    """By the frequency that was told; words of the text count for less than the field."""
    frequency = _host(reading).contact_frequency
    often, monthly = (reading.quote_in(name, reading.mission.meetings) for name in ("often", "monthly"))
    phrase = often or monthly
    in_text = 0.7 if often else 0.4 if monthly else 0.0
    share = max(in_text, 0.0 if frequency is None else _CONTACT[frequency])
    if frequency is None:
        told = (
            "担当者と会う回数の欄が空です。文章にはふれています。" if phrase else "担当者と会う回数が書かれていません。"
        )
        return Finding(share, told, phrase=phrase)
    return Finding(share, f"担当者との連絡は「{JAPANESE[frequency]}」です。", phrase=phrase)


def residents(reading: Reading) -> Finding:
    """Half for residents who were told, half for peers; what is told honestly counts a little."""
    host = _host(reading)
    told = reading.quote("residents_told", (reading.mission.text,))
    peers = reading.quote("peers_told", (reading.mission.text,))
    of_residents = max(
        0.0 if host.briefed_residents is None else _BRIEFED[host.briefed_residents], 0.4 if told else 0.0
    )
    known_peers = 0.0 if host.peers is None else 0.5 if host.peers else _ALONE
    share = of_residents + max(known_peers, _ALONE if peers else 0.0)
    briefed = {
        None: "住民への説明は書かれていません。",
        True: "住民への説明は済んでいます。",
        False: "住民への説明はまだです。",
    }
    count = "ほかの隊員の人数は書かれていません。" if host.peers is None else _peers_ja(host.peers)
    return Finding(share, briefed[host.briefed_residents] + count, phrase=told or peers)


def _peers_ja(peers: int) -> str:
    return f"ほかの隊員は{peers}人です。" if peers else "ほかの隊員はいません。"


def _host(reading: Reading) -> Host:
    return reading.posting.host or Host()
