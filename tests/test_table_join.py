"""Tables of any encoding, joined to features by a key."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from data.errors import InputError, SourceUnavailableError
from data.layer import Credit, FeatureLayer, LayerOptions
from data.table_join import join_table, key_text
from data.vector_layer import read_vector_layer

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def layer(codes=("01100", "12231", "12231", "99999"), **columns):
    points = [Point(140, 35 + i / 10) for i in range(len(codes))]
    frame = gpd.GeoDataFrame({"code": list(codes)} | columns, geometry=points, crs=4326)
    return FeatureLayer(frame, Credit("a", "a", ""), ("before",))


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding=encoding)
    return path


def problems(tmp_path, text, key="id", on="code", codes=("01100",)):
    with pytest.raises(InputError) as caught:
        join_table(layer(codes), written(tmp_path, text), key, on)
    return caught.value.problems


TEXT = 'id,名称,ha,地番\n01100,札幌市,"1,200",007\n12231,印西市,,012\n13000,東京,5,1\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("stated", [True, False])
def test_columns_are_joined_by_text(tmp_path, encoding, stated):
    path = written(tmp_path, TEXT, encoding)
    joined = join_table(layer(), path, "id", "code", encoding if stated else None)
    frame = joined.frame
    assert frame["名称"].fillna("").tolist() == ["札幌市", "印西市", "印西市", ""]
    assert frame["ha"].iloc[0] == 1200
    assert frame["ha"].isna().tolist() == [False, True, True, True]
    assert frame["地番"].iloc[:2].tolist() == ["007", "012"]
    assert frame.geometry.equals(layer().frame.geometry)
    assert joined.notes == (
        "before",
        "1 features have no row in t.csv: 99999",
        "1 rows of t.csv have no feature: 13000",
    )


def test_wrong_stated_encoding_is_said(tmp_path):
    with pytest.raises(InputError, match="encoding"):
        join_table(layer(), written(tmp_path, TEXT, "cp932"), "id", "code", "utf-8")
    with pytest.raises(InputError, match="encoding"):
        join_table(layer(), written(tmp_path, TEXT), "id", "code", "nonsense")


def test_lost_zeros_and_check_digits_are_not_guessed(tmp_path):
    (problem,) = problems(tmp_path, "id,v\n1100,1\n011002,2\n")
    assert problem.found == "no key that the layer has: 1100, 011002, ..."
    assert problem.expected == "such as 01100 in column code"


def test_double_and_empty_keys_are_listed(tmp_path):
    found = problems(tmp_path, "id,v\n01100,1\n,2\n01100,3\n")
    assert [(p.found, p.line) for p in found] == [("an empty cell", 3), ("01100 again", 4)]


def test_unknown_columns_are_listed(tmp_path):
    found = problems(tmp_path, "id,v\n01100,1\n", key="nr", on="kode")
    assert [p.expected for p in found] == [
        "a column of the table: id, v",
        "a column of the layer: code",
    ]


def test_missing_table(tmp_path):
    with pytest.raises(SourceUnavailableError):
        join_table(layer(), tmp_path / "t.csv", "id", "code")


def test_a_column_of_the_same_name_is_kept_beside(tmp_path):
    path = written(tmp_path, "id,pref\n01100,new\n")
    joined = join_table(layer(["01100"], pref=["old"]), path, "id", "code")
    assert joined.frame.loc[0, ["pref", "pref_table"]].tolist() == ["old", "new"]
    assert "column pref of the table is pref_table here" in joined.notes


def test_a_column_that_is_text_only_because_of_a_few_cells_is_named(tmp_path):
    path = written(tmp_path, "id,v\n01100,1\n12231,-\n99999,3\n")
    joined = join_table(layer(), path, "id", "code")
    assert "column v stays text: 1 cells are no numbers (-)" in joined.notes


def test_numbers_as_keys_of_the_layer(tmp_path):
    path = written(tmp_path, "id,v\n1100,1\n12231,2\n")
    for codes in ([1100, 12231], [1100.0, 12231.0, np.nan], pd.array([1100, None], dtype="Int64")):
        assert join_table(layer(codes), path, "id", "code").frame["v"].iloc[0] == 1


@given(st.integers(0, 10**9))
def test_a_key_is_the_same_as_number_and_as_text(number):
    assert key_text(number) == key_text(float(number)) == key_text(f" {number} ") == str(number)


@given(
    st.dictionaries(st.text("0123456789", min_size=1, max_size=5), st.integers(0, 9), min_size=1)
)
def test_every_feature_gets_the_row_of_its_key(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("join") / "t.csv"
    lines = [f"{key},{value}" for key, value in rows.items()]
    path.write_text("\n".join(["id,v", *lines]), encoding="utf-8")
    joined = join_table(layer(list(rows)[::-1]), path, "id", "code").frame
    assert [rows[code] for code in joined["code"]] == joined["v"].tolist()


def test_real_land_prices_by_municipality():
    shapes, table = SHARED / "boundaries/municipalities.topojson", SHARED / "municipal"
    if not shapes.exists():
        pytest.skip("shared/data is not beside this checkout")
    municipalities = read_vector_layer([shapes], LayerOptions())
    joined = join_table(municipalities, table / "municipal_params.csv", "lg_code", "lg_code_5")
    frame = joined.frame.set_index("lg_code_5")
    assert frame.loc["01100", "land_value_jpy_m2_2023"] == 71278
    assert frame.loc["01202", "land_value_jpy_m2_2023"] == 47153
    own = pd.read_csv(table / "municipal_params.csv", dtype={"lg_code": str})
    own = own.set_index("lg_code")["land_value_jpy_m2_2023"]
    known = frame["land_value_jpy_m2_2023"].dropna()
    assert known.tolist() == own.reindex(known.index).tolist()
    assert len(frame) == 1747
    assert frame["muni"].isna().sum() == 6  # Northern Territories
