"""How the table of parity-check codes in `src/optomag/recording/data` was made; prints it as JSON.

The table is kept and never made again: what is recorded needs the very same codes to be read. This script
says where its numbers are from.

Block columns come one by one, light ones first. Each takes the block rows with fewest circulants, so that
all checks are alike, and the best of many random shifts. None may close a cycle of four edges. A chain of
parity bits joins all rows at the same place of their circulants, and bits in a chain hold no error back:
cycles are counted with chains in them, through the column itself (none is allowed), through one column and
through two, each as 2^-(sum of its columns' weights - 2 each). A table made without regard to chains needed
0.7 dB more signal at rate 2/3.
"""

from __future__ import annotations

import json

import numpy as np

from optomag.recording.parity_check import EMPTY, accumulator

CIRCULANT = 360
COLUMNS = 36
HEAVY = {"1/2": (4, 12), "2/3": (4, 12), "3/4": (5, 9), "5/6": (6, 6), "8/9": (16, 4)}
"""Of each rate: how many message columns are heavy, and their weight; others have three circulants. Of some
six choices a rate these failed least near the threshold (400 frames each)."""

LIGHT = 3
CANDIDATES = 2000

DISTANCE = {"1/2": 44, "2/3": 29, "3/4": 23, "5/6": 17, "8/9": 14}
"""Fewest ones of a word from two light columns: at the threshold it then passes for the right one in less
than a frame in 1e9. Columns with circulants in neighbouring block rows fall short, whatever their shifts."""

FADING = 0.8
"""A cycle counts so much less for each parity bit of its chains: the more there are, the more must fail."""

SEED = 1


def base_matrix(rate: str, heavy: int, weight: int, seed: int = SEED) -> np.ndarray:
    """Shifts of one code."""
    above, below = map(int, rate.split("/"))
    rows = COLUMNS * (below - above) // below
    generator = np.random.default_rng(seed)
    base = np.full((rows, COLUMNS), EMPTY)
    base[:, COLUMNS - rows :] = accumulator(rows)
    exact, ways = np.zeros((2, rows, rows, CIRCULANT))
    for column in range(COLUMNS - rows, COLUMNS):
        add_ways(exact, base[:, column])
    add_ways(ways, base[:, COLUMNS - rows])
    light: list[np.ndarray] = []
    chains = FADING ** np.abs(np.subtract.outer(np.arange(rows), np.arange(rows)))
    for column in reversed(range(COLUMNS - rows)):
        load = (base != EMPTY).sum(axis=1)
        count = weight if column < heavy else LIGHT
        costs = through_one_or_two(ways, chains)
        best = np.inf
        for _ in range(CANDIDATES):
            chosen = np.argsort(load + generator.random(rows))[:count]
            shifts = np.full(rows, EMPTY)
            if count == LIGHT and any(pair_weight(chosen, other) < DISTANCE[rate] for other in light):
                continue
            shifts[chosen] = generator.integers(CIRCULANT, size=count)
            one, other = (index.ravel() for index in np.meshgrid(chosen, chosen))
            one, other = one[one != other], other[one != other]
            turns = (shifts[one] - shifts[other]) % CIRCULANT
            if not turns.all() or exact[one, other, turns].any():
                continue  # a cycle through itself and a chain, or one of four edges
            if count == LIGHT and len(np.unique(turns)) < len(turns):
                continue  # two of its own bits meet twice
            cost = costs[one, other, turns].sum()
            if cost < best:
                best, base[:, column] = cost, shifts
        if count == LIGHT:
            light.append(np.flatnonzero(base[:, column] != EMPTY))
        if best == np.inf:
            raise SystemExit(f"no column without cycles of four edges: {rate}")
        add_ways(exact, base[:, column])
        add_ways(ways, base[:, column])
    return base


def pair_weight(one: np.ndarray, other: np.ndarray) -> int:
    """Ones of the word that any two columns make: each repeats the other's shifts, chains join all hits."""
    return len(one) + len(other) + int(np.abs(np.subtract.outer(one, other)).sum())


def add_ways(ways: np.ndarray, shifts: np.ndarray) -> None:
    """Ways from block row to block row through one column, by the difference of shifts."""
    (rows,) = np.nonzero(shifts != EMPTY)
    for one in rows:
        for other in rows[rows != one]:
            ways[one, other, (shifts[one] - shifts[other]) % CIRCULANT] += 2.0 ** (2 - len(rows))


def through_one_or_two(ways: np.ndarray, chains: np.ndarray) -> np.ndarray:
    """Ways from block row to block row through one or two columns, with chains of parity bits between."""
    once = np.fft.rfft(ways)
    spectrum = np.einsum("ab,bck,cd->adk", chains, once, chains, optimize=True)
    twice = np.einsum("abk,bck,cd->adk", spectrum, once, chains, optimize=True)
    return np.fft.irfft(spectrum + twice, CIRCULANT)


def main() -> None:
    """Print the table, one block row a line."""
    bases = {rate: base_matrix(rate, *heavy).tolist() for rate, heavy in HEAVY.items()}
    rows = {rate: ",\n".join(json.dumps(row) for row in base) for rate, base in bases.items()}
    texts = ",\n".join(f'"{rate}": [\n{text}\n]' for rate, text in rows.items())
    print(f'{{"circulant": {CIRCULANT}, "base": {{\n{texts}\n}}}}')


if __name__ == "__main__":
    main()
