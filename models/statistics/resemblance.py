"""How sure the coefficients of a line are where neighbouring periods resemble each other, by how much nobody knows.

What is left of a period is a part that carries over to the next (a first-order autoregression) and a part of its own, as the chance
in a rate of so many orders is. How strongly it carries over and how large its part is cannot be told well from some dozens of
periods; taking the likeliest values for true finds steps where there are none. So each combination of a grid is tried, and its
covariance counts by its restricted likelihood.

Sources: H. D. Patterson and R. Thompson, Biometrika 58 (1971), for the likelihood; M. S. Handcock and M. L. Stein, Technometrics 35
(1993), for averaging over what the likelihood leaves open.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CARRIED = (0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
"""How much of a period's distance carries over to the next one."""
PARTS = (0.0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0)
"""What part of the variance carries over at all; 0: every period is by itself."""
_EXACT = 1e-20
"""Squares left of those of the values, below which nothing but rounding is left."""


def covariance(x: Floats, y: Floats, bread: Floats) -> Floats:
    """Covariance of the least-squares coefficients of `y` on `x` (n x k); `bread` is the inverse of x'x.

    Zeros where the line fits exactly.
    """
    residuals = y - x @ (bread @ x.T @ y)
    if residuals @ residuals <= _EXACT * (y @ y):
        return np.zeros_like(bread)
    tried = [one for matrices in _matrices(y.size) for one in _one_strength(x, y, bread, *matrices)]
    likelihood = np.array([one[0] for one in tried])
    weights = np.exp(likelihood - likelihood.max())
    averaged: Floats = np.tensordot(weights / weights.sum(), np.array([one[1] for one in tried]), 1)
    return averaged


def _one_strength(
    x: Floats, y: Floats, bread: Floats, alike: Floats, values: Floats, vectors: Floats
) -> list[tuple[float, Floats]]:
    """(restricted log-likelihood, covariance) for every part of the variance, of one strength.

    `values` and `vectors` are the eigenvalues and eigenvectors of `alike`.
    """
    degrees = y.size - x.shape[1]
    turned_x, turned_y, whole, carried = vectors.T @ x, vectors.T @ y, x.T @ x, x.T @ alike @ x
    tried = []
    for part in PARTS:
        spread = part * values + 1 - part
        inner, outer = turned_x.T @ (turned_x / spread[:, None]), turned_x.T @ (turned_y / spread)
        left = float(turned_y @ (turned_y / spread) - outer @ np.linalg.solve(inner, outer))
        logarithms = float(np.log(spread).sum()) + float(np.linalg.slogdet(inner)[1])
        covariances = left / degrees * bread @ (part * carried + (1 - part) * whole) @ bread
        tried.append((-0.5 * (logarithms + degrees * float(np.log(left))), covariances))
    return tried


@lru_cache(maxsize=8)
def _matrices(size: int) -> list[tuple[Floats, Floats, Floats]]:
    """How alike so many periods are, for every strength, with eigenvalues and eigenvectors."""
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    return [(share**apart, *np.linalg.eigh(share**apart)) for share in CARRIED]
