"""The picture of placements over Japan."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from api.documents import DocumentError, PlacedSeats, placed_seats, placement_map
from api.documents.map.frames import FRAMES, HEIGHT, INSETS, WIDTH, frame_of
from api.documents.map.labels import Box, Spot, place_labels
from api.documents.map.outlines import island_areas, prefecture_outlines
from api.documents.map.projection import LambertConic
from features.municipalities import distances_km, find, table
from features.records import Posting

ROOT = Path(__file__).resolve().parents[3]
SVG = "{http://www.w3.org/2000/svg}"
PLACED = [
    PlacedSeats("01459", 3, 2, ("13112", "01100")),
    PlacedSeats("32525", 1, 0),
    PlacedSeats("47382", 2, 2, ("13112",)),
    PlacedSeats("13421", 1, 1),
    PlacedSeats("20304", 6, 6, ("13112", "13112", "27100")),
]


def parsed(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


def test_the_picture_is_well_formed_and_fetches_nothing() -> None:
    picture = placement_map(PLACED, title="配置", caption="基準日 2026年11月23日")

    assert parsed(picture).tag == f"{SVG}svg"
    assert picture.count("://") == picture.count('xmlns="http://www.w3.org/2000/svg"') == 1


def test_the_order_of_the_placements_decides_nothing() -> None:
    assert placement_map(PLACED, title="配置") == placement_map(PLACED[::-1], title="配置")


def test_a_title_is_shown_and_not_obeyed() -> None:
    picture = placement_map(PLACED, title="<script>1</script>", caption="A & B")

    assert parsed(picture).findall(f".//{SVG}script") == []
    assert "".join(parsed(picture).itertext()).count("<script>1</script>") == 2


def test_every_municipality_has_a_place_on_the_picture_in_its_own_frame() -> None:
    for code in table()["code"]:
        town = find(code)
        frame = frame_of(town.longitude, town.latitude)
        x, y = FRAMES[frame].place(town.longitude, town.latitude)
        box = Box(0, 104, WIDTH, HEIGHT) if frame == 0 else INSETS[frame - 1][1]

        assert Box(x, y, x, y).is_within(box), code


def test_a_place_outside_japan_is_refused() -> None:
    with pytest.raises(DocumentError, match="expected a place in Japan"):
        frame_of(-0.12, 51.5)


def test_seats_and_filled_seats_are_told_beside_the_circles() -> None:
    titles = [node.text for node in parsed(placement_map(PLACED, title="配置")).findall(f".//{SVG}g/{SVG}title")]

    assert "北海道美瑛町　3席のうち2席" in titles
    assert len(titles) == len(PLACED)


def test_a_ring_without_a_disc_means_an_open_seat() -> None:
    groups = parsed(placement_map(PLACED, title="配置")).findall(f".//{SVG}g[@class='place']")
    discs = {group[0].text: sum(node.get("class") == "filled" for node in group) for group in groups}

    assert discs["島根県海士町　1席のうち0席"] == 0
    assert discs["沖縄県与那国町　2席のうち2席"] == 1


def test_areas_are_proportional_to_seats() -> None:
    groups = parsed(placement_map([PlacedSeats("01459", 4, 1)], title="配置")).findall(f".//{SVG}g[@class='place']")
    seats, filled = (float(circle.get("r", 0)) for circle in groups[0].findall(f"{SVG}circle"))

    assert (seats / filled) ** 2 == pytest.approx(4, rel=0.03)


def test_lines_stay_within_their_frame_and_can_be_left_out() -> None:
    count = re.compile(r'stroke-width="\d')

    assert (
        len(count.findall(placement_map(PLACED, title="配置")))
        - len(count.findall(placement_map(PLACED, title="配置", lines=False)))
        == 4 + 1
    )  # four journeys on the main islands (two from one town share a line) and the legend's own line
    assert "今の住まいから" not in placement_map(PLACED, title="配置", lines=False)


def test_a_map_without_placements_is_drawn() -> None:
    assert parsed(placement_map([], title="配置")).findall(f".//{SVG}g[@class='place']") == []


def test_names_never_cover_one_another() -> None:
    spots = [Spot(f"町{k}", 100 + 3 * k, 100, 4) for k in range(30)]
    labels = place_labels(spots, within=Box(0, 0, 400, 200), taken=(), most=30)
    boxes = [Box(label.x, label.y - 13, label.x + 6.5 * 3, label.y + 3) for label in labels]

    assert labels
    assert not [1 for k, box in enumerate(boxes) for other in boxes[:k] if box.overlaps(other)]


def test_the_projection_keeps_distances_near_its_parallels() -> None:
    japan = LambertConic(137.0, 37.5, parallels=(33.0, 44.0))
    (x0, y0), (x1, y1) = (japan.project(find(code).longitude, find(code).latitude) for code in ("40130", "34100"))

    assert ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 == pytest.approx(
        distances_km(["40130"], ["34100"]).item(), rel=0.01
    )


def test_halls_of_the_main_islands_lie_in_the_outline_of_their_own_prefecture() -> None:
    outlines = prefecture_outlines()
    codes = [code for code, land in table().select("code", "land").iter_rows() if land != "island"]
    inside = [_holds(outlines[code[:2]], find(code).longitude, find(code).latitude) for code in codes]

    assert sum(inside) / len(inside) > 0.98


def test_every_island_municipality_has_a_circle() -> None:
    assert len(island_areas()) == 74


def test_the_outlines_stay_small() -> None:  # tests/test_distribution.py compares their digest
    assert (ROOT / "api" / "documents" / "data" / "prefecture_outlines.csv").stat().st_size < 150_000


def test_a_matching_is_counted_by_municipality(make_posting: Callable[..., Posting]) -> None:
    postings = [make_posting("01459", "p1"), make_posting("01459", "p2", headcount=1), make_posting("20304", "p3")]
    homes = {"a1": "13112", "a2": None}

    counted = placed_seats({"a1": "p1", "a2": "p2", "a3": None}, postings, origin_of=homes)

    assert counted == (PlacedSeats("01459", 4, 2, ("13112",)), PlacedSeats("20304", 3, 0))


def test_a_matching_with_an_unknown_posting_is_refused(make_posting: Callable[..., Posting]) -> None:
    with pytest.raises(DocumentError, match="posting p9, which is not among the 1 given"):
        placed_seats({"a1": "p9"}, [make_posting("01459", "p1")])


def test_more_placements_than_seats_are_refused() -> None:
    with pytest.raises(DocumentError, match="municipality 01459 has 2 of 1 seats filled"):
        PlacedSeats("01459", 1, 2)


def _holds(ring: tuple[tuple[float, float], ...], x: float, y: float) -> bool:
    crossings = 0
    for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            crossings += 1
    return crossings % 2 == 1
