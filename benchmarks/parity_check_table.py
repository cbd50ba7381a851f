"""How the table of parity-check codes in `src/optomag/recording/data` was made; prints it as JSON.

The table is kept and never made again: what is recorded needs the very same codes to be read. This script
says where its numbers are from.

Block columns come one by one, light ones first. Each takes the block rows with fewest circulants, so that
all checks are alike, and, of many random shifts, those that close no cycle of four edges and the fewest
cycles of six, a cycle counted as 2^-(sum of its columns' weights - 2 each): cycles of light columns are
those that hold errors.
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
CANDIDATES = 4000
SEED = 1


def base_matrix(rate: str, heavy: int, weight: int, seed: int = SEED) -> np.ndarray:
    """Shifts of one code."""
    above, below = map(int, rate.split("/"))
    rows = COLUMNS * (below - above) // below
    generator = np.random.default_rng(seed)
    base = np.full((rows, COLUMNS), EMPTY)
    base[:, COLUMNS - rows :] = accumulator(rows)
    paths = np.zeros((rows, rows, CIRCULANT))
    for column in range(COLUMNS - rows, COLUMNS):
        add_paths(paths, base[:, column])
    for column in reversed(range(COLUMNS - rows)):
        load = (base != EMPTY).sum(axis=1)
        count = weight if column < heavy else LIGHT
        spectrum = np.fft.rfft(paths)
        twice = np.fft.irfft(np.einsum("abk,bck->ack", spectrum, spectrum), CIRCULANT)
        best = np.inf
        for _ in range(CANDIDATES):
            chosen = np.argsort(load + generator.random(rows))[:count]
            shifts = np.full(rows, EMPTY)
            shifts[chosen] = generator.integers(CIRCULANT, size=count)
            one, other = (index.ravel() for index in np.meshgrid(chosen, chosen))
            one, other = one[one != other], other[one != other]
            there, back = (shifts[one] - shifts[other]) % CIRCULANT, (shifts[other] - shifts[one]) % CIRCULANT
            if paths[other, one, back].any():
                continue  # a cycle of four edges
            cost = twice[other, one, back].sum()
            if cost < best and paths[one, other, there].sum() == 0:
                best, base[:, column] = cost, shifts
        if best == np.inf:
            raise SystemExit(f"no column without cycles of four edges: {rate}")
        add_paths(paths, base[:, column])
    return base


def add_paths(paths: np.ndarray, shifts: np.ndarray) -> None:
    """Ways from block row to block row through one column, by the difference of shifts."""
    (rows,) = np.nonzero(shifts != EMPTY)
    for one in rows:
        for other in rows[rows != one]:
            paths[one, other, (shifts[one] - shifts[other]) % CIRCULANT] += 2.0 ** (2 - len(rows))


def main() -> None:
    """Print the table, one block row a line."""
    bases = {rate: base_matrix(rate, *heavy).tolist() for rate, heavy in HEAVY.items()}
    rows = {rate: ",\n".join(json.dumps(row) for row in base) for rate, base in bases.items()}
    texts = ",\n".join(f'"{rate}": [\n{text}\n]' for rate, text in rows.items())
    print(f'{{"circulant": {CIRCULANT}, "base": {{\n{texts}\n}}}}')


if __name__ == "__main__":
    main()
