"use strict";
// Tight focusing by the Richards-Wolf integral. Lengths in vacuum wavelengths; fields are dimensionless, of
// unit power in the pupil, as in the library; complex 3-vectors are six numbers: x, y, z, real before imaginary.

const TURN = 2 * Math.PI;

const keptRules = new Map();

/** Gauss-Legendre nodes and weights on [-1, 1]. */
function gaussLegendre(count) {
  if (!keptRules.has(count)) keptRules.set(count, newGaussLegendre(count));
  return keptRules.get(count);
}

function newGaussLegendre(count) {
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

/** Plane waves of a pupil that resolve the field out to `reach`: nodes along the polar angle, on panels between the radii
 where the beam jumps, and azimuths, Gauss nodes on the quadrants where it jumps between them. `turning` and `bending` are
 the orders of the beam's own phase in azimuth and along the radius. */
function pupilNodes(lens, { radii = [], stepped = false, reach = 1.5, turning = 0, bending = 0 } = {}) {
  const { sine, alpha } = lensNumbers(lens), span = TURN * lens.na * reach;
  const edges = [0, ...radii.map((r) => Math.asin(sine * r)), alpha];
  const polar = panelRule(edges, Math.ceil((11 + 0.5 * (span + bending)) / Math.sqrt(edges.length - 1)));
  const each = Math.ceil((18 + 1.25 * span + 1.4 * turning) / 4), quarter = 0.25 * TURN;
  const azimuth = stepped
    ? panelRule([0, quarter], Math.ceil(9 + 0.45 * span + 0.58 * turning))
    : { at: Array.from({ length: each }, (_, i) => quarter * (i + 0.5) / each), of: new Array(each).fill(quarter / each) };
  const places = [];
  polar.at.forEach((theta, p) => {
    const s = Math.sin(theta), c = Math.cos(theta), r = s / sine, ring = polar.of[p];
    azimuth.at.forEach((phi, a) => {
      const angle = ring * azimuth.of[a];
      places.push({ r, c, x: r * Math.cos(phi), y: r * Math.sin(phi), weight: angle * Math.sqrt(c) * r, area: angle * r * c / sine });
    });
  });
  return mirroredWaves(lens, places);
}

let keptPixels = null;

/** Plane waves of square pixels over the pupil, an even count along it, each with its area inside the rim. */
function pixelNodes(lens, count) {
  if (keptPixels && keptPixels.na === lens.na && keptPixels.index === lens.index) return keptPixels.waves;
  const { sine } = lensNumbers(lens), places = [], middle = count / 2;
  const corner = Array.from({ length: middle + 1 }, (_, i) => Array.from({ length: middle + 1 }, (_, j) => quadrantArea(i / middle, j / middle)));
  for (let i = 0; i < middle; i++) for (let j = 0; j < middle; j++) {
    const area = corner[i + 1][j + 1] - corner[i][j + 1] - corner[i + 1][j] + corner[i][j];
    if (!(area > 1e-15)) continue;
    // the rim cuts a pixel whose centre may lie outside: its wave goes where the centre is
    const x = (2 * i + 1) / count, y = (2 * j + 1) / count, r = Math.min(Math.sqrt((2 * i + 1) ** 2 + (2 * j + 1) ** 2) / count, 1);
    const c = Math.sqrt(1 - (sine * r) ** 2);
    places.push({ r, c, x, y, weight: sine * area / Math.sqrt(c), area });
  }
  keptPixels = { ...lens, waves: mirroredWaves(lens, places) };
  return keptPixels.waves;
}

/** Waves at places of the first quadrant and at their images in the other three, in turn: (x, y), (-x, y), (-x, -y), (x, -y).
 Of each four: lateral wave numbers of the first, the one along z, and both orders in which equal ones follow each other. */
function mirroredWaves(lens, places) {
  const four = places.length, all = {}, numbers = {};
  for (const name of ["r", "phi", "x", "y", "cosTheta", "weight", "area"]) all[name] = new Float64Array(4 * four);
  for (const name of ["kx", "ky", "kz"]) numbers[name] = new Float64Array(four);
  places.forEach(({ r, c, x, y, weight, area }, q) => {
    numbers.kx[q] = -TURN * lens.na * x, numbers.ky[q] = -TURN * lens.na * y, numbers.kz[q] = TURN * lens.index * c;
    IMAGES.forEach(([sx, sy], image) => {
      const w = 4 * q + image;
      all.r[w] = r, all.cosTheta[w] = c, all.weight[w] = weight, all.area[w] = area;
      all.x[w] = sx * x, all.y[w] = sy * y, all.phi[w] = (Math.atan2(sy * y, sx * x) + TURN) % TURN;
    });
  });
  const order = Uint32Array.from(places, (_, q) => q);
  return { ...all, ...numbers, byX: order, byZ: order.slice().sort((p, q) => numbers.kz[p] - numbers.kz[q] || p - q) };
}

const IMAGES = [[1, 1], [-1, 1], [-1, -1], [1, -1]];

/** Area of the part of the unit disc within [0, x] x [0, y]. */
function quadrantArea(x, y) {
  x = Math.min(x, 1), y = Math.min(y, 1);
  const flat = Math.min(Math.sqrt(1 - y * y), x);
  const arc = (t) => 0.5 * (t * Math.sqrt(1 - t * t) + Math.asin(t));
  return y * flat + arc(x) - arc(flat);
}

/** What a pupil field (E_rho, E_phi) becomes behind the lens: of each four waves the weighted sums of their fields that are
 even in x and y, odd in y, odd in x and odd in both, six numbers each. */
function focusedWaves(lens, waves, pupil) {
  const { kx, ky, kz, byX, byZ } = waves, parts = new Float64Array(24 * kx.length), { sine } = lensNumbers(lens), field = new Float64Array(6);
  let power = 0;
  for (let w = 0; w < waves.r.length; w++) {
    const [ar, ai, br, bi] = pupil(w, waves.r[w], waves.phi[w], waves.cosTheta[w]);
    const cosine = Math.cos(waves.phi[w]), sinus = Math.sin(waves.phi[w]), c = waves.cosTheta[w], s = sine * waves.r[w], weight = waves.weight[w];
    field[0] = weight * (c * ar * cosine - br * sinus), field[1] = weight * (c * ai * cosine - bi * sinus);
    field[2] = weight * (c * ar * sinus + br * cosine), field[3] = weight * (c * ai * sinus + bi * cosine);
    field[4] = weight * s * ar, field[5] = weight * s * ai;
    const [sx, sy] = IMAGES[w & 3], at = 24 * (w >> 2);
    for (let k = 0; k < 6; k++) {
      parts[at + k] += field[k], parts[at + 6 + k] += sy * field[k];
      parts[at + 12 + k] += sx * field[k], parts[at + 18 + k] += sx * sy * field[k];
    }
    power += waves.area[w] * (ar * ar + ai * ai + br * br + bi * bi);
  }
  return { kx, ky, kz, byX, byZ, parts, power };
}

/** Field on the plane xy or xz through (0, 0, 0), at places that lie symmetrically: six numbers a point, first axis first.

 exp(i a) exp(i b) is split into cosines and sines, so that four waves and four points are summed at once. Waves with the same
 wave number along an axis, as those of one polar angle have along z and those of one column of pixels along x, are summed
 along the other axis before they are spread along this one. */
function fieldOnPlane(beam, names, first, second) {
  const flat = names === "xy", [inner, outer] = flat ? [second, first] : [first, second];
  const along = flat ? beam.ky : beam.kx, spread = flat ? beam.kx : beam.kz, order = flat ? beam.byX : beam.byZ;
  const from = flat ? [0, 6, 12, 18] : [0, 12, 0, 12]; // parts: even in both, odd along the inner, the outer, both
  const near = inner.slice(inner.length >> 1), far = outer.slice(outer.length >> 1), width = 6 * near.length;
  const runs = new Float64Array(4 * 4 * width), numbers = new Float64Array(4), sums = new Float64Array(4 * width * far.length);
  const [runsOf, sumsOf] = [runs, sums].map((list) => [0, 1, 2, 3].map((odd) => list.subarray(odd * list.length / 4, (odd + 1) * list.length / 4)));
  const cosines = new Float64Array(4 * far.length), sines = new Float64Array(4 * far.length);
  const addRuns = () => {
    for (let j = 0; j < cosines.length; j++) {
      const phase = numbers[j & 3] * far[j >> 2];
      cosines[j] = Math.cos(phase), sines[j] = Math.sin(phase);
    }
    for (let odd = 0; odd < 4; odd++) combined(odd & 2 ? sines : cosines, runsOf[odd], 4, sumsOf[odd]);
    runs.fill(0);
  };
  let run = 0;
  for (let at = 0; at < order.length; run = (run + 1) % 4) {
    const number = numbers[run] = spread[order[at]];
    for (; at < order.length && spread[order[at]] === number; at++) {
      const q = order[at];
      for (let i = 0; i < near.length; i++) {
        const phase = along[q] * near[i], cosine = Math.cos(phase), sinus = Math.sin(phase);
        for (let odd = 0; odd < 4; odd++) addScaled(runs, width * (4 * odd + run) + 6 * i, odd & 1 ? sinus : cosine, beam.parts, 24 * q + from[odd]);
      }
    }
    if (run === 3) addRuns();
  }
  addRuns();
  return unfolded(sums, inner, outer, flat ? [6, 6 * inner.length] : [6 * outer.length, 6]);
}

/** Adds one field to another, six numbers in lists of them. */
function addScaled(sums, to, factor, fields, from) {
  sums[to] += factor * fields[from], sums[to + 1] += factor * fields[from + 1], sums[to + 2] += factor * fields[from + 2];
  sums[to + 3] += factor * fields[from + 3], sums[to + 4] += factor * fields[from + 4], sums[to + 5] += factor * fields[from + 5];
}

/** Fields at the points of all four signs, of the sums of cosines and sines at the points of one. */
function unfolded(sums, inner, outer, [stepIn, stepOut]) {
  const n = inner.length, m = outer.length, near = n - (n >> 1), far = m - (m >> 1), block = 6 * near * far;
  const out = new Float64Array(6 * n * m);
  for (const out_ of [1, -1]) for (const in_ of [1, -1]) for (let j = 0; j < far; j++) for (let i = 0; i < near; i++) {
    const column = in_ > 0 ? (n >> 1) + i : near - 1 - i, row = out_ > 0 ? (m >> 1) + j : far - 1 - j;
    for (let c = 0, at = 6 * (j * near + i), to = column * stepIn + row * stepOut; c < 6; c += 2, at += 2, to += 2) {
      const even = at, odd = at + block, turned = odd + block, both = turned + block;
      out[to] = sums[even] - in_ * sums[odd + 1] - out_ * sums[turned + 1] - in_ * out_ * sums[both];
      out[to + 1] = sums[even + 1] + in_ * sums[odd] + out_ * sums[turned] - in_ * out_ * sums[both + 1];
    }
  }
  return out;
}

/** Chebyshev nodes of [-width, width], enough for waves of a wave number, and a multiple of four. */
function bandNodes(width, wavenumber) {
  const count = 4 * Math.ceil((16 + 1.1 * wavenumber * width) / 4);
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

/** Sums of rows of numbers, `count` of them and a multiple of four: one sum for each row of weights. */
function combined(weights, rows, count, out = null) {
  const width = rows.length / count, sums = weights.length / count, sum = out || new Float64Array(sums * width);
  for (let p = 0; p < sums; p++) for (let i = 0; i < count; i += 4) { // four at once: most of a frame is spent here
    const w0 = weights[p * count + i], w1 = weights[p * count + i + 1], w2 = weights[p * count + i + 2], w3 = weights[p * count + i + 3];
    for (let k = 0, to = p * width, a = i * width; k < width; k++, to++, a++) {
      sum[to] += w0 * rows[a] + w1 * rows[a + width] + w2 * rows[a + 2 * width] + w3 * rows[a + 3 * width];
    }
  }
  return sum;
}

/** Fields on the nodes of two axes, interpolated to the points of both. */
function interpolated(values, first, second) {
  const n = first.nodes.length, m = second.nodes.length, columns = second.matrix.length / m, half = new Float64Array(6 * n * columns);
  for (let i = 0; i < n; i++) {
    combined(second.matrix, values.subarray(6 * m * i, 6 * m * (i + 1)), m, half.subarray(6 * columns * i, 6 * columns * (i + 1)));
  }
  return combined(first.matrix, half, n);
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
