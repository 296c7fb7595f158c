"""Screened sites in the form of the places table, for the plan."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.facts import read_fact
from data.tables import CONTRACTS
from siting.screen.nearest import nearest_points
from siting.screen.run import Screening
from siting.screen.site_rows import site_table

KIND = "screened"
SEISMIC_KM = 60.0
"""Farthest place shipped whose seismic zone a site takes over."""

EXTRA = ["point", "connection_km", "land_ha", "score"]
"""Columns beside those of the places table."""


def screened_places(found: Screening) -> pd.DataFrame:
    """Sites of a screening as places.

    A site without a connection point has no voltage class, so its headroom is not known. Land is
    known only where a layer tells what can be built on. The seismic zone is that of the nearest
    place shipped, since no layer of zones is shipped.

    Returns
    -------
    DataFrame, shape (sites, columns of the contract `places` and `EXTRA`)
        connection_km: length that is paid for, the route with its factors [km]; land_ha [ha].
    """
    table = site_table(found).reset_index()
    places = pd.DataFrame(
        {
            "place": table["site"],
            "name_ja": table["name_ja"],
            "name_en": table["name_en"],
            "kind": KIND,
            "prefecture_code": table["prefecture_code"],
            "municipality": table["municipality"],
            "lat": table["lat"],
            "lon": table["lon"],
            "precision_km": found.cells.lattice.cell_m / 1e3,
            "area": table["area"],
            "seismic_zone": _seismic_zones(table),
            "voltage_kv": table["voltage_kv"],
            "ix_class": table["ix_class"],
            "landing_class": table["landing_class"],
            "source": "project_geography",
            "as_of": None,
            "confidence": "computed",
            "note": "",
            "point": table["point"].fillna(""),
            "connection_km": table["connection_km"],
            "land_ha": table["usable_ha"],
            "score": table["score"],
        }
    )
    columns = [*CONTRACTS["places"].names, *EXTRA]
    located = places[places["area"] != ""]
    return located.reindex(columns=columns).reset_index(drop=True)


def _seismic_zones(table: pd.DataFrame) -> npt.NDArray[np.object_]:
    known = read_fact("places")
    index, km = nearest_points(table["lon"].to_numpy(), table["lat"].to_numpy(), known)
    zones = known["seismic_zone"].to_numpy(dtype=object)[index]
    return np.where(km <= SEISMIC_KM, zones, "")
