"""Signal delay over optical fibre."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0088  # IUGG mean radius; a sphere is within 0.3 % inside Japan
US_PER_MS = 1000.0


def great_circle_km(
    lat1: npt.ArrayLike, lon1: npt.ArrayLike, lat2: npt.ArrayLike, lon2: npt.ArrayLike
) -> Floats:
    """Great-circle distance on the mean sphere; arguments broadcast.

    Parameters
    ----------
    lat1, lon1, lat2, lon2 : array_like
        Positions. [degrees]

    Returns
    -------
    ndarray, broadcast shape
        Distance. [km]

    Examples
    --------
    >>> round(float(great_circle_km(35.68, 139.77, 34.70, 135.50)), -1)
    400.0
    """
    phi1, lambda1, phi2, lambda2 = (
        np.radians(np.asarray(angle, dtype=float)) for angle in (lat1, lon1, lat2, lon2)
    )
    # Haversine form: stable for the short distances between a place and a substation.
    chord = (
        np.sin((phi2 - phi1) / 2) ** 2
        + np.cos(phi1) * np.cos(phi2) * np.sin((lambda2 - lambda1) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))))


def round_trip_ms(
    km: npt.ArrayLike, *, route_factor: float, us_per_km: float, terminal_ms: float
) -> Floats:
    """Round-trip time between two points joined by fibre.

    Parameters
    ----------
    km : array_like
        Great-circle distance. [km]
    route_factor : float
        Length of the fibre route over the great circle, 1.3 to 1.5 in Japan. [-]
    us_per_km : float
        One-way delay of light in fibre, about 4.9. [µs/km]
    terminal_ms : float
        Delay of the equipment at both ends together, there and back. [ms]

    Returns
    -------
    ndarray, shape of `km`
        Round-trip time. [ms]

    Examples
    --------
    >>> float(round_trip_ms(650, route_factor=1.4, us_per_km=4.9, terminal_ms=1.0).round(1))
    9.9
    """
    route_km = np.asarray(km, dtype=float) * route_factor
    return np.asarray(2 * us_per_km / US_PER_MS * route_km + terminal_ms)


def reach_km(
    bound_ms: npt.ArrayLike, *, route_factor: float, us_per_km: float, terminal_ms: float
) -> Floats:
    """Great-circle distance within which a round-trip bound holds, 0 if the ends alone break it.

    Parameters as in `round_trip_ms`; the result has the shape of `bound_ms`. [km]

    Examples
    --------
    >>> float(reach_km(10, route_factor=1.4, us_per_km=4.9, terminal_ms=0.0).round())
    729.0
    """
    travel_ms = np.asarray(bound_ms, dtype=float) - terminal_ms
    return np.asarray(np.clip(travel_ms, 0, None) / (2 * us_per_km / US_PER_MS * route_factor))
