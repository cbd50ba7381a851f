"""Parts that the scripts in Python share, as text: each script stands alone and needs no optomag."""

from __future__ import annotations

from string import Template
from typing import Final

HEAD: Final = Template("""\
MS = $saturation  # A/m, the value that B_eff was made with
A = $exchange  # J/m, exchange stiffness
ALPHA = $damping  # damping
KU = $anisotropy  # J/m^3, uniaxial along z
DMI = $dmi  # J/m^2, interfacial; its sign as mumax3's Dind
START, TILT, SEED = $start, $tilt, $seed  # direction; random tilts of cells [rad]
RELAX = $relax
CELLS, EDGES, CORNER = $cells, $edges, $corner  # m
IMAGES = ($images, $images, 0)  # copies of the box on each side, of a film that goes on


$envelopes

# name of the field, time of the peak [s], full width at half maximum of the power [s], envelope
$light

# start and end [s]; rows of the table, each ending a step; snapshots. While a pulse lasts, steps are short:
# left to its error control the solver would step over it.
$phases
""")
"""What is simulated."""

CHARGE: Final = '''\
def charge(m):
    """Topological charge of a layer, shape (nx, ny, 3): solid angles of its triangles over 4 pi."""
    a, b, c, d = m[:-1, :-1], m[1:, :-1], m[1:, 1:], m[:-1, 1:]
    total = 0.0
    for p, q, r in ((a, b, c), (a, c, d)):  # Berg and Luescher, Nucl. Phys. B 190, 412 (1981)
        volume = np.sum(p * np.cross(q, r), axis=-1)
        total += np.sum(2 * np.arctan2(volume, 1 + np.sum(p * q + q * r + r * p, axis=-1)))
    return float(total / (4 * np.pi))
'''
"""N of a layer."""

START: Final = '''\
def tilted(m):
    """m with random tilts: a field exactly against m has no torque."""
    if TILT == 0:
        return m
    m = m + TILT * np.random.default_rng(SEED).standard_normal(m.shape)
    return m / np.linalg.norm(m, axis=-1, keepdims=True)
'''
"""How the magnet starts."""

RECORD: Final = Template('''\
class Record:
    """Table, snapshots of the layer in the middle, and the magnet at the end."""

    def __init__(self):
        self.table = open("table_$program.csv", "w", encoding="utf-8", newline="\\n")
        print("t,mx,my,mz,N,frame", file=self.table)
        self.layers = []

    def row(self, t, m, snapshot=False):
        layer = m[:, :, m.shape[2] // 2]
        x, y, z, n = *m.mean(axis=(0, 1, 2)), charge(layer)
        frame = len(self.layers) if snapshot else -1
        print(f"{t:.9g},{x:.9g},{y:.9g},{z:.9g},{n:.6g},{frame}", file=self.table, flush=True)
        if snapshot:
            print(f"t = {t * 1e12:.4g} ps, <m> = ({x:+.6f}, {y:+.6f}, {z:+.6f}), N = {n:+.4f}", flush=True)
            self.layers.append(layer.astype(np.float32))

    def phase(self, start, end, rows, frames, look):
        """Rows of a phase; look(i) gives m after i of them."""
        for i in range(1, rows + 1):
            kept = i * frames // rows > (i - 1) * frames // rows
            self.row(start + (end - start) * i / rows, look(i), kept)

    def finish(self, m):
        self.table.close()
        np.save("frames_$program.npy", np.array(self.layers))  # (frames, nx, ny, 3); the table has their rows
        head = ["OOMMF OVF 2.0", "Segment count: 1", "Begin: Segment", "Begin: Header", "Title: m"]
        head += ["meshtype: rectangular", "meshunit: m", "valuedim: 3", "valuelabels: m_x m_y m_z"]
        head += ["valueunits: 1 1 1"]
        for axis, n, d, low in zip("xyz", CELLS, EDGES, CORNER):
            head += [f"{axis}nodes: {n}", f"{axis}stepsize: {d!r}", f"{axis}base: {low + d / 2!r}"]
            head += [f"{axis}min: {low!r}", f"{axis}max: {low + n * d!r}"]
        head += ["End: Header", "Begin: Data Binary 8"]
        with open("m_$program.ovf", "wb") as file:
            file.write("".join(f"# {line}\\n" for line in head).encode())
            file.write(np.array(123456789012345.0, "<f8").tobytes())
            file.write(np.ascontiguousarray(m.transpose(2, 1, 0, 3), dtype="<f8").tobytes())
            file.write(b"\\n# End: Data Binary 8\\n# End: Segment\\n")
        print("written: table_$program.csv, frames_$program.npy, m_$program.ovf")
''')
"""What is written; m has the shape (nx, ny, nz, 3)."""
