"""Numbers that stand for the words of classes in what was measured."""

from collections.abc import Iterable

import numpy as np

from data.layer import CellLayer
from siting.scenario_screen import Cell, Screen
from siting.screen.measure_cells import class_number
from siting.screen.measure_features import chosen_features, value_column, words_of
from siting.screen.open_layers import OpenLayers
from siting.screen.wanted import Wanted, wanted_by_rule, wanted_by_score, word_of


def classes_of_rules(screen: Screen, layers: OpenLayers) -> dict[str, list[float]]:
    """For each rule of the condition `among`: the numbers of its classes.

    Raises
    ------
    InputError
        A layer of cells has no such class.
    """
    return {
        name: list(_numbers(wanted_by_rule(rule), rule.among, layers).values())
        for name, rule in screen.exclude.items()
        if rule.among is not None and rule.layer not in layers.missing
    }


def classes_of_scores(screen: Screen, layers: OpenLayers) -> dict[str, dict[str, float]]:
    """For each criterion of the shape `classes`: the number of each of its words.

    Raises
    ------
    InputError
        A layer of cells has no such class.
    """
    return {
        name: _numbers(wanted_by_score(rule), rule.classes, layers)
        for name, rule in screen.score.items()
        if rule.classes is not None and rule.layer not in layers.missing
    }


def _numbers(wanted: Wanted, words: Iterable[Cell], layers: OpenLayers) -> dict[str, float]:
    """Number of each word; of features, a word that no feature here has stands for nothing."""
    layer = layers.layer(wanted.layer)
    if isinstance(layer, CellLayer):
        return {str(word): class_number(layer.classes, word, wanted.layer) for word in words}
    features = chosen_features(layer, wanted)
    known = words_of(features[value_column(features, wanted)])
    numbers = {word: float(i) for i, word in enumerate(known)}
    return {str(word): numbers.get(word_of(word), np.nan) for word in words}
