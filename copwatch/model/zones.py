"""In which zone times are stated: one for a whole bundle, for two days of one moment would tell its hour."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timezone

from copwatch.model.spots import spots
from copwatch.model.values import Instant, Json, Timestamp, to_datetime
from copwatch.model.values.said import Moment


def usual_zone(records: Iterable[Mapping[str, Json]]) -> timezone | None:
    """The distance to UTC that most times of some records have, and of equals the first; None without any."""
    found: Counter[timezone] = Counter()
    for record in records:
        for spot in spots(record):
            is_time = isinstance(spot.type, Timestamp | Instant | Moment)
            at = spot.value.get("at") if isinstance(spot.value, dict) else spot.value
            moment = to_datetime(at) if is_time and isinstance(at, str) else None
            offset = moment.utcoffset() if moment else None
            if offset is not None and not spot.name.startswith("record."):
                found[timezone(offset)] += 1
    return found.most_common(1)[0][0] if found else None
