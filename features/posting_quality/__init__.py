"""Before a call is published: is the work specific, who instructs, what is missing, what may not be asked."""

from __future__ import annotations

from features.posting_quality.assess import assess
from features.posting_quality.criteria import criteria
from features.posting_quality.must_fix import must_fix_in
from features.posting_quality.quality import MustFix, PostingQuality, QualityLine, Standing

__all__ = ["MustFix", "PostingQuality", "QualityLine", "Standing", "assess", "criteria", "must_fix_in"]
