"""A very small writer of OpenStreetMap PBF, after the description of the format in the OSM wiki.

Fields are numbered as in fileformat.proto and osmformat.proto. One block, dense nodes, ways and
multipolygon relations; every object is (id, ..., tags).
"""

import zlib

NANO = 100  # granularity: 100 nanodegrees
ROLES = ("outer",)


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def zigzag(number):
    return varint(number << 1 ^ number >> 63)


def field(number, value):
    """A whole number or a run of bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def packed(number, values, encode=varint):
    return field(number, b"".join(map(encode, values))) if values else b""


def steps(values):
    return [b - a for a, b in zip([0, *values], values, strict=False)]


def file_block(kind, body, *, compress=True):
    raw = field(2, len(body)) + field(3, zlib.compress(body)) if compress else field(1, body)
    header = field(1, kind) + field(3, len(raw))
    return len(header).to_bytes(4, "big") + header + raw


class Strings:
    def __init__(self):
        self.all = [""]

    def number(self, text):
        if text not in self.all:
            self.all.append(text)
        return self.all.index(text)

    def tags(self, tags):
        keys, values = [self.number(k) for k in tags], [self.number(v) for v in tags.values()]
        return packed(2, keys) + packed(3, values)


def dense(nodes, strings):
    ids, lons, lats, words = [], [], [], []
    for number, lon, lat, tags in nodes:
        ids.append(number)
        lons.append(round(lon * 1e9 / NANO))
        lats.append(round(lat * 1e9 / NANO))
        words += [w for k, v in tags.items() for w in (strings.number(k), strings.number(v))] + [0]
    body = packed(1, steps(ids), zigzag) + packed(8, steps(lats), zigzag)
    return field(2, body + packed(9, steps(lons), zigzag) + packed(10, words))


def osm_pbf(nodes, ways=(), relations=(), *, compress=True):
    """Bytes of a file.

    nodes: (id, lon, lat, tags); ways: (id, node ids, tags); relations: (id, way ids, tags), all
    members in the role "outer".
    """
    strings = Strings()
    groups = [dense(nodes, strings)]
    for number, refs, tags in ways:
        groups.append(
            field(3, field(1, number) + strings.tags(tags) + packed(8, steps(refs), zigzag))
        )
    for number, members, tags in relations:
        roles = packed(8, [strings.number(ROLES[0])] * len(members))
        kinds = packed(9, steps(members), zigzag) + packed(10, [1] * len(members))
        groups.append(field(4, field(1, number) + strings.tags(tags) + roles + kinds))
    table = field(1, b"".join(field(1, text.encode()) for text in strings.all))
    block = table + b"".join(field(2, group) for group in groups) + field(17, NANO)
    features = field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes")
    head = file_block(b"OSMHeader", features, compress=compress)
    return head + file_block(b"OSMData", block, compress=compress)
