"use strict";
// Tight focusing by the Richards-Wolf integral. Lengths in vacuum wavelengths; fields are dimensionless, of
// unit power in the pupil, as in the library; complex 3-vectors are six numbers: x, y, z, real before imaginary.

const TURN = 2 * Math.PI;

/** Gauss-Legendre nodes and weights on [-1, 1]. */
function gaussLegendre(count) {
  const nodes = new Float64Array(count), weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = Math.cos(Math.PI * (i + 0.75) / (count + 0.5)), slope = 1;
    for (let step = 0; step < 100; step++) {
      let previous = 1, value = x;
      for (let n = 2; n <= count; n++) [previous, value] = [value, ((2 * n - 1) * x * value - (n - 1) * previous) / n];
      slope = count * (x * value - previous) / (x * x - 1);
      const change = value / slope;
      x -= change;
      if (Math.abs(change) < 1e-15) break;
    }
    nodes[i] = -x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/** Nodes and weights on panels between edges, `count` nodes on each. */
function panelRule(edges, count) {
  const { nodes, weights } = gaussLegendre(count), at = [], of = [];
  for (let p = 0; p + 1 < edges.length; p++) {
    const half = 0.5 * (edges[p + 1] - edges[p]), middle = 0.5 * (edges[p + 1] + edges[p]);
    for (let i = 0; i < count; i++) at.push(middle + half * nodes[i]), of.push(half * weights[i]);
  }
  return { at, of };
}

/** Steepest ray [rad] and coupling of the full pupil to the focus: G = diag(gx, gx, gz). */
function lensNumbers(lens) {
  const sine = lens.na / lens.index, alpha = Math.asin(sine), c = Math.cos(alpha);
  return {
    sine, alpha,
    gx: Math.PI * ((1 - c) + (1 - c ** 3) / 3),
    gz: TURN * (2 / 3 - c + c ** 3 / 3),
    k: 8 * (1 - c ** 1.5) / (3 * Math.sqrt(Math.PI) * sine),
    kz: axialAmplitude(alpha, sine),
  };
}

/** Focal field of the radial beam of unit power. */
function axialAmplitude(alpha, sine) {
  const { at, of } = panelRule([0, alpha], 64);
  let sum = 0;
  for (let i = 0; i < at.length; i++) sum += of[i] * Math.sqrt(Math.cos(at[i])) * Math.sin(at[i]) ** 2;
  return 2 * Math.sqrt(Math.PI) * sum / sine;
}

/** Noll-normalised Zernike polynomial of unit rms, m > 0 cos, m < 0 sin. */
function zernikePolynomial(n, m, r, phi) {
  const order = Math.abs(m);
  let radial = 0;
  for (let k = 0; k <= (n - order) / 2; k++) {
    let term = (k % 2 ? -1 : 1) * r ** (n - 2 * k);
    for (let i = 2; i <= n - k; i++) term *= i;
    for (const top of [k, (n + order) / 2 - k, (n - order) / 2 - k]) for (let i = 2; i <= top; i++) term /= i;
    radial += term;
  }
  const azimuth = m >= 0 ? Math.cos(m * phi) : Math.sin(order * phi);
  return Math.sqrt((n + 1) * (m === 0 ? 1 : 2)) * radial * azimuth;
}

/** Phase [rad] of an aberration, a list of [n, m, waves rms]. */
function aberrationPhase(terms, r, phi) {
  let waves = 0;
  for (const [n, m, w] of terms) waves += w * zernikePolynomial(n, m, r, phi);
  return TURN * waves;
}

/** Plane waves of a pupil: directions (units of 2 pi per wavelength), weights and pupil coordinates.

 `radii` and `azimuths` are the places where the beam jumps; the nodes resolve waves out to `reach`. */
function pupilNodes(lens, { radii = [], azimuths = [], reach = 1.5, fine = 0 } = {}) {
  const { sine, alpha } = lensNumbers(lens);
  const span = TURN * lens.na * reach;
  const edges = [0, ...radii.map((r) => Math.asin(sine * r)), alpha];
  const polar = panelRule(edges, Math.ceil((11 + 0.5 * span + 6 * fine) / Math.sqrt(edges.length - 1)));
  let azimuth;
  if (azimuths.length) {
    azimuth = panelRule([...azimuths, azimuths[0] + TURN], Math.ceil((9 + 0.45 * span + 4 * fine) * 4 / azimuths.length));
  } else {
    const count = Math.ceil(18 + 1.25 * span + 12 * fine);
    azimuth = { at: Array.from({ length: count }, (_, i) => TURN * i / count), of: new Array(count).fill(TURN / count) };
  }
  const total = polar.at.length * azimuth.at.length;
  const waves = {};
  for (const name of ["r", "phi", "cosTheta", "sinTheta", "weight", "area"]) waves[name] = new Float64Array(total);
  let i = 0;
  for (let p = 0; p < polar.at.length; p++) {
    const s = Math.sin(polar.at[p]), c = Math.cos(polar.at[p]);
    for (let a = 0; a < azimuth.at.length; a++, i++) {
      waves.r[i] = s / sine;
      waves.phi[i] = azimuth.at[a];
      waves.cosTheta[i] = c;
      waves.sinTheta[i] = s;
      waves.weight[i] = polar.of[p] * azimuth.of[a] * Math.sqrt(c) * s / sine;
      waves.area[i] = polar.of[p] * azimuth.of[a] * s * c / sine ** 2; // r dr dphi
    }
  }
  return waves;
}

/** Plane waves of square pixels over the pupil, each with its area inside the rim. */
function pixelNodes(lens, count) {
  const { sine } = lensNumbers(lens);
  const edges = Array.from({ length: count + 1 }, (_, i) => 2 * i / count - 1);
  const corner = edges.map((x) => edges.map((y) => quadrantArea(Math.abs(x), Math.abs(y)) * Math.sign(x) * Math.sign(y)));
  const list = [];
  for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) {
    const area = corner[i + 1][j + 1] - corner[i][j + 1] - corner[i + 1][j] + corner[i][j];
    if (area > 1e-15) list.push([i, j, area]);
  }
  const waves = { column: new Int32Array(list.length), row: new Int32Array(list.length) };
  for (const name of ["r", "phi", "cosTheta", "sinTheta", "weight", "area"]) waves[name] = new Float64Array(list.length);
  list.forEach(([i, j, area], w) => {
    const x = (2 * i + 1) / count - 1, y = (2 * j + 1) / count - 1, r = Math.min(Math.hypot(x, y), 1);
    const s = sine * r, c = Math.sqrt(1 - s * s);
    waves.column[w] = i, waves.row[w] = j;
    waves.r[w] = r, waves.phi[w] = (Math.atan2(y, x) + TURN) % TURN;
    waves.sinTheta[w] = s, waves.cosTheta[w] = c;
    waves.weight[w] = sine * area / Math.sqrt(c);
    waves.area[w] = area;
    // the rim cuts a pixel whose centre may lie outside: its wave goes where the centre is
    waves.x = waves.x || new Float64Array(list.length), waves.y = waves.y || new Float64Array(list.length);
    waves.x[w] = x, waves.y[w] = y;
  });
  return waves;
}

/** Area of the part of the unit disc within [0, x] x [0, y]. */
function quadrantArea(x, y) {
  x = Math.min(x, 1), y = Math.min(y, 1);
  const flat = Math.min(Math.sqrt(1 - y * y), x);
  const arc = (t) => 0.5 * (t * Math.sqrt(1 - t * t) + Math.asin(t));
  return y * flat + arc(x) - arc(flat);
}

/** What a pupil field (E_rho, E_phi) becomes behind the lens: the six components of each wave, weighted. */
function focusedWaves(lens, waves, pupil) {
  const count = waves.r.length, field = new Float64Array(6 * count);
  const kx = new Float64Array(count), ky = new Float64Array(count), kz = new Float64Array(count);
  const { sine } = lensNumbers(lens), number = TURN * lens.index;
  let power = 0;
  for (let w = 0; w < count; w++) {
    const [ar, ai, br, bi] = pupil(w, waves.r[w], waves.phi[w], waves.cosTheta[w]);
    const cosine = Math.cos(waves.phi[w]), sinus = Math.sin(waves.phi[w]);
    const c = waves.cosTheta[w], s = waves.sinTheta[w], weight = waves.weight[w], at = 6 * w;
    field[at] = weight * (c * ar * cosine - br * sinus), field[at + 1] = weight * (c * ai * cosine - bi * sinus);
    field[at + 2] = weight * (c * ar * sinus + br * cosine), field[at + 3] = weight * (c * ai * sinus + bi * cosine);
    field[at + 4] = weight * s * ar, field[at + 5] = weight * s * ai;
    const lateral = waves.x ? number * sine : number * s;
    kx[w] = -(waves.x ? lateral * waves.x[w] : lateral * cosine);
    ky[w] = -(waves.y ? lateral * waves.y[w] : lateral * sinus);
    kz[w] = number * c;
    power += waves.area[w] * (ar * ar + ai * ai + br * br + bi * bi);
  }
  return { kx, ky, kz, field, power };
}

/** Field on the plane of two axes through (0, 0, 0): six numbers a point, first axis first.

 Waves that follow each other with the same wave number along an axis, as those of one polar angle have along z and those
 of one column of pixels along x, are summed along the other axis before they are spread along this one. */
function fieldOnPlane(beam, names, first, second) {
  const numbers = { x: beam.kx, y: beam.ky, z: beam.kz };
  const a = numbers[names[0]], b = numbers[names[1]], n = first.length, m = second.length, out = new Float64Array(6 * n * m);
  if (b.length > 1 && b[0] === b[1]) spread(beam.field, a, b, first, second, out, 6 * m, 6);
  else spread(beam.field, b, a, second, first, out, 6, 6 * m); // in the order of the memory
  return out;
}

/** Adds to `out` the waves' fields at all places of two axes; runs of equal `b` are summed over `a` at once. */
function spread(field, a, b, first, second, out, strideA, strideB) {
  const n = first.length, m = second.length, run = new Float64Array(6 * n);
  for (let w = 0; w < a.length;) {
    const number = b[w];
    run.fill(0);
    for (; w < a.length && b[w] === number; w++) {
      const f = field.subarray(6 * w, 6 * w + 6);
      for (let i = 0, at = 0; i < n; i++, at += 6) {
        const p = Math.cos(a[w] * first[i]), q = Math.sin(a[w] * first[i]);
        run[at] += f[0] * p - f[1] * q, run[at + 1] += f[0] * q + f[1] * p;
        run[at + 2] += f[2] * p - f[3] * q, run[at + 3] += f[2] * q + f[3] * p;
        run[at + 4] += f[4] * p - f[5] * q, run[at + 5] += f[4] * q + f[5] * p;
      }
    }
    for (let j = 0; j < m; j++) {
      const p = Math.cos(number * second[j]), q = Math.sin(number * second[j]);
      for (let i = 0, from = 0, at = j * strideB; i < n; i++, from += 6, at += strideA) {
        for (let c = 0; c < 6; c += 2) {
          out[at + c] += run[from + c] * p - run[from + c + 1] * q;
          out[at + c + 1] += run[from + c] * q + run[from + c + 1] * p;
        }
      }
    }
  }
}

/** Chebyshev nodes of [-width, width], enough for waves of a wave number. */
function bandNodes(width, wavenumber) {
  const count = Math.ceil(16 + 1.1 * wavenumber * width);
  return Float64Array.from({ length: count }, (_, i) => -width * Math.cos(Math.PI * (i + 0.5) / count));
}

/** Barycentric interpolation from Chebyshev nodes to points, a row for each point. */
function interpolationMatrix(nodes, points) {
  const count = nodes.length, matrix = new Float64Array(points.length * count);
  const weights = Array.from({ length: count }, (_, i) => (i % 2 ? -1 : 1) * Math.sin(Math.PI * (i + 0.5) / count));
  for (let p = 0; p < points.length; p++) {
    const hit = nodes.indexOf(points[p]), row = p * count;
    if (hit >= 0) {
      matrix[row + hit] = 1;
      continue;
    }
    let total = 0;
    for (let i = 0; i < count; i++) total += matrix[row + i] = weights[i] / (points[p] - nodes[i]);
    for (let i = 0; i < count; i++) matrix[row + i] /= total;
  }
  return matrix;
}

/** Fields on the nodes of two axes, interpolated to the points of both. */
function interpolated(values, first, second) {
  const n = first.nodes.length, m = second.nodes.length;
  const rows = first.matrix.length / n, columns = second.matrix.length / m;
  const half = new Float64Array(6 * n * columns), out = new Float64Array(6 * rows * columns);
  for (let i = 0; i < n; i++) for (let q = 0; q < columns; q++) {
    const at = 6 * (i * columns + q);
    for (let j = 0; j < m; j++) {
      const weight = second.matrix[q * m + j], from = 6 * (i * m + j);
      for (let c = 0; c < 6; c++) half[at + c] += weight * values[from + c];
    }
  }
  const width = 6 * columns;
  for (let p = 0; p < rows; p++) for (let i = 0; i < n; i++) {
    const weight = first.matrix[p * n + i], to = p * width, from = i * width;
    for (let q = 0; q < width; q++) out[to + q] += weight * half[from + q];
  }
  return out;
}

/** M = i E x E* = 2 Re E x Im E of fields, three numbers a point. */
function magnetizationOf(field) {
  const count = field.length / 6, out = new Float64Array(3 * count);
  for (let p = 0; p < count; p++) {
    const at = 6 * p, xr = field[at], xi = field[at + 1], yr = field[at + 2], yi = field[at + 3], zr = field[at + 4], zi = field[at + 5];
    out[3 * p] = 2 * (yr * zi - zr * yi);
    out[3 * p + 1] = 2 * (zr * xi - xr * zi);
    out[3 * p + 2] = 2 * (xr * yi - yr * xi);
  }
  return out;
}
