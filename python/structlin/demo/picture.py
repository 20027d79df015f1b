# ===- picture.py - the demo's results drawn -------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Draws accuracy and error against keep, and the weights themselves."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

# One colour and one marker per family, told apart without colour too (Okabe, Ito 2008).
STYLES = [("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "D"),
          ("#CC79A7", "^"), ("#E69F00", "v"), ("#56B4E9", "P")]  # fmt: skip


def draw(demo, dense, sweep, chosen, target):
    """Writes the picture of `sweep` (family -> results by keep) to the PNG `target`.

    The lower row shows the first layer's weight in each of the `chosen` results.
    """
    figure = plt.figure(figsize=(13, 8.6), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[1, 1])
    accuracy, error = upper.subplots(1, 2)
    draw_curves(accuracy, error, dense, sweep)
    draw_weights(lower, demo.layers[0], chosen)
    figure.savefig(target, dpi=130)
    plt.close(figure)


def draw_curves(accuracy, error, dense, sweep):
    """Accuracy and weight error of every family against keep."""
    accuracy.axhline(dense.accuracy, color="0.35", linestyle="--", linewidth=1)
    accuracy.annotate("dense", (0.02, dense.accuracy), xytext=(0, 4), textcoords="offset points",
                      color="0.35", fontsize=9)  # fmt: skip
    for (family, results), (colour, marker) in zip(sweep.items(), STYLES):
        keeps = [r.keep for r in results]
        style = dict(color=colour, marker=marker, label=family, linewidth=1.6, markersize=6)
        accuracy.plot(keeps, [r.accuracy for r in results], **style)
        error.plot(keeps, [r.error for r in results], **style)
    accuracy.set_title("Test accuracy after compression", loc="left", fontsize=11)
    error.set_title("Weight error  ‖W − W′‖ / ‖W‖", loc="left", fontsize=11)
    accuracy.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    error.set_ylim(bottom=0)
    for axes in (accuracy, error):
        axes.set_xlabel("keep: stored over dense parameters, all layers")
        axes.set_xlim(0, 0.82)
        axes.grid(color="0.9")
        axes.spines[["top", "right"]].set_visible(False)
    accuracy.legend(frameon=False, fontsize=9, loc="lower right")


def draw_weights(figure, layer, chosen):
    """The magnitudes of a layer's weight, dense and in every structure."""
    weights = [("dense", layer.weight)]
    for result in chosen:
        weight = result.model.archive.weight(f"{layer.name}.weight", layer.weight.shape)
        weights.append((result.family, weight))
    # The same scale for all; a few large entries must not make the rest black.
    limit = np.quantile(np.abs(layer.weight), 0.995)
    axes = figure.subplots(1, len(weights))
    for axis, (name, weight) in zip(axes, weights):
        image = axis.imshow(np.abs(weight), cmap="magma", vmin=0, vmax=limit, aspect="auto",
                            interpolation="nearest")  # fmt: skip
        axis.set_title(name, fontsize=10)
        axis.set_xticks([])
        axis.set_yticks([])
    n_out, n_in = layer.weight.shape
    figure.colorbar(image, ax=list(axes), shrink=0.8, aspect=30, pad=0.01)
    figure.suptitle(f"|W| of {layer.name} ({n_out} x {n_in}) at keep {chosen[0].target}", x=0.01, ha="left",
                    fontsize=11)  # fmt: skip
