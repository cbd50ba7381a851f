"use strict";
// Which beam? The library's design methods for one direction at the focus, with the same gauges, so that
// fields agree with Python's to rounding and not only up to a phase.

const METHODS = {
  "optimal": "optimum: amplitude, phase, polarisation",
  "flat-amplitude": "flat amplitude: a modulator without loss",
  "linear-basis": "linear x, y and radial, complex weights",
  "completed-basis": "the paper's beams, whole sphere",
  "four-beam": "the paper's four real beams",
};

const unit = (v) => {
  const largest = Math.max(...v.map(Math.abs)), scaled = v.map((x) => x / largest), length = Math.hypot(...scaled);
  return scaled.map((x) => x / length);
};
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const angleBetween = (a, b) => Math.atan2(Math.hypot(...cross(a, b)), dot(a, b));

/** Unit vectors e1, e2 with e1 x e2 = m (T. Duff et al., J. Comput. Graph. Tech. 6(1), 1, 2017). */
function across([x, y, z]) {
  const sign = z < 0 ? -1 : 1, a = -1 / (sign + z), b = x * y * a;
  return [[1 + sign * x * x * a, sign * b, -sign * x], [b, sign + y * y * a, -y]];
}

/** Field of unit power, [xr, xi, yr, yi, zr, zi], that writes the longest M exactly along m, and that length:
 a field E costs the power sum |E_i|^2/G_i. */
function strongestField(m, coupling) {
  const [e1, e2] = across(m), price = coupling.map((g) => 1 / g);
  const product = (u, v) => u[0] * v[0] * price[0] + u[1] * v[1] * price[1] + u[2] * v[2] * price[2];
  const a = product(e1, e1), b = product(e2, e2), h = product(e1, e2), determinant = a * b - h * h;
  const length = 1 / Math.sqrt(determinant);
  const c1 = b, c2r = -h, c2i = length * determinant;
  const power = a * c1 * c1 + b * (c2r * c2r + c2i * c2i) + 2 * c1 * h * c2r, scale = 1 / Math.sqrt(power);
  const field = [];
  for (let i = 0; i < 3; i++) field.push(scale * (c1 * e1[i] + c2r * e2[i]), scale * c2i * e2[i]);
  return { field, length };
}

/** The largest |M| along m that unit power can write at the focus. */
function magnetizationBound(lens, m) {
  const { gx, gz } = lensNumbers(lens);
  return gx * Math.sqrt(gz) / Math.sqrt(gx * (m[0] ** 2 + m[1] ** 2) + gz * m[2] ** 2);
}

/** Whether four real beams can write along m: the great circle m_y = 0 is out of their reach, but for +-x, +-z. */
const fourBeamsReach = ([x, y, z]) => Math.abs(y) > 1e-12 || Math.abs(x) < 1e-12 || Math.abs(z) < 1e-12;

/** Pupil field (E_rho, E_phi) at unit power of a method's beam for the direction m; `stepped` where it jumps between quadrants. */
function designedPupil(lens, method, m) {
  if (method === "optimal") return optimalPupil(lens, m);
  if (method === "flat-amplitude") return flatPupil(lens, m);
  if (method === "linear-basis") return linearPupil(lens, m);
  return steppedPupil(method === "four-beam" ? fourBeamWeights(lens, m) : completedWeights(lens, m));
}

/** E_in = (h/a) P^H G^-1 E with the strongest field E: the reversed light of a dipole. */
function optimalPupil(lens, m) {
  const { gx, gz, sine } = lensNumbers(lens), G = [gx, gx, gz], { field } = strongestField(m, G);
  const p = field.map((part, i) => part / G[i >> 1]);
  return { pupil: (_, r, phi, c) => scaled(dipoleLight(p, phi, c, sine * r), sine / Math.sqrt(c)) };
}

/** P^H p of a moment: (E_rho, E_phi), real before imaginary; s is the sine of the polar angle. */
function dipoleLight(p, phi, c, s) {
  const cosine = Math.cos(phi), sinus = Math.sin(phi);
  return [
    c * (p[0] * cosine + p[2] * sinus) + s * p[4], c * (p[1] * cosine + p[3] * sinus) + s * p[5],
    p[2] * cosine - p[0] * sinus, p[3] * cosine - p[1] * sinus,
  ];
}

const sizeOf = ([ar, ai, br, bi]) => Math.sqrt(ar * ar + ai * ai + br * br + bi * bi); // of many fields, and hypot is slow
const scaled = (v, factor) => [v[0] * factor, v[1] * factor, v[2] * factor, v[3] * factor];

/** Linear x, linear y and radial with complex weights. */
function linearPupil(lens, m) {
  const { alpha, sine, kz } = lensNumbers(lens);
  // focal field of linear light: x along x only, by the azimuthal mean
  const { at, of } = panelRule([0, alpha], 64);
  let g = 0;
  for (let i = 0; i < at.length; i++) g += of[i] * Math.sqrt(Math.cos(at[i])) * Math.sin(at[i]) * 0.5 * (1 + Math.cos(at[i]));
  const along = g * TURN / sine / Math.sqrt(Math.PI);
  // the three are orthogonal in power but for none: radial light has no mean along x or y
  const { field } = strongestField(m, [along ** 2, along ** 2, kz ** 2]);
  const w = field.map((part, i) => part / (i < 4 ? along : kz) / Math.sqrt(Math.PI));
  return {
    pupil: (_, r, phi) => {
      const cosine = Math.cos(phi), sinus = Math.sin(phi);
      return [
        w[0] * cosine + w[2] * sinus + w[4], w[1] * cosine + w[3] * sinus + w[5],
        w[2] * cosine - w[0] * sinus, w[3] * cosine - w[1] * sinus,
      ];
    },
  };
}

/** Weights of azimuthal V_x, azimuthal V_y and radial of the paper's four real beams: (i a, b1 + i b2, c). */
function fourBeamWeights(lens, m) {
  const { k, kz } = lensNumbers(lens), [mx, my, mz] = m, axial = 2 * k * kz, transverse = 2 * k * k;
  let weights;
  if (Math.abs(my) > 1e-12) {
    const slope = mx / my, a = (((my / axial) ** 2 + (mz / transverse) ** 2) / (1 + slope ** 2)) ** 0.25;
    weights = [a, mz / (transverse * a), slope * a, -my / (axial * a)];
  } else {
    weights = Math.abs(mx) > Math.abs(mz) ? [0, 0, -1, Math.sign(mx) || 1] : [1, mz < 0 ? -1 : 1, 0, 0];
  }
  const length = Math.hypot(...weights), [a, b1, b2, c] = weights.map((w) => w / length);
  return [0, a, b1, b2, c, 0];
}

/** The same for complex weights, that of the radial beam real: E = (-k w_x, k w_y, kz w_rho) at the focus. */
function completedWeights(lens, m) {
  const { k, kz } = lensNumbers(lens), { field } = strongestField(m, [k * k, k * k, kz * kz]);
  const w = [-field[0] / k, -field[1] / k, field[2] / k, field[3] / k, field[4] / kz, field[5] / kz];
  const turn = -Math.atan2(w[5], w[4]), cosine = Math.cos(turn), sinus = Math.sin(turn);
  return [0, 2, 4].flatMap((i) => [w[i] * cosine - w[i + 1] * sinus, w[i] * sinus + w[i + 1] * cosine]);
}

/** Azimuthal light behind phase steps along x and y, and radial light. */
function steppedPupil(w) {
  const scale = 1 / Math.sqrt(Math.PI), sign = (x) => (x > 0 ? 1 : x < 0 ? -1 : 0);
  return {
    stepped: true,
    weights: w,
    pupil: (_, r, phi) => {
      const x = sign(Math.sin(phi)), y = sign(Math.cos(phi));
      return [scale * w[4], scale * w[5], scale * (w[0] * x + w[2] * y), scale * (w[1] * x + w[3] * y)];
    },
  };
}

/** E_in = P^H q/(|P^H q| sqrt(pi)): phase and polarisation only. */
function flatPupil(lens, m) {
  const { sine } = lensNumbers(lens), q = flatMoment(lens, m);
  return {
    moment: q,
    pupil: (_, r, phi, c) => {
      const light = dipoleLight(q, phi, c, sine * r), length = sizeOf(light) * Math.sqrt(Math.PI);
      return scaled(light, length > 0 ? 1 / length : 0);
    },
  };
}

/** Moment q of the flat beam along m: stationary for |M|, q = i v x E with M along m. It depends on the polar
 angle alone, and is followed from the axis, where q = (1, i, 0), in steps that Newton's method takes: of the
 stretched angle arctan(tan(polar) sqrt(gx/gz)), in which it is smooth. */
function flatMoment(lens, m) {
  const rays = flatRays(lens), angle = Math.atan2(rays.stretch * Math.hypot(m[0], m[1]), m[2]);
  let near = rays.found[0];
  for (const found of rays.found) if (Math.abs(found.angle - angle) < Math.abs(near.angle - angle)) near = found;
  let unknown = near.unknown;
  const start = near.angle, steps = Math.max(1, Math.ceil(Math.abs(angle - start) / 0.12)), step = (angle - start) / steps;
  for (let i = 1; i <= steps; i++) {
    unknown = newton((u) => flatResidual(u, start + i * step, rays), unknown);
    if (steps > 1) rays.found.push({ angle: start + i * step, unknown });
  }
  // gauge: q_y is i times a positive number, |q| = 1; then turned about the axis
  const q = unknown.slice(0, 3).flatMap((part, i) => [part, unknown[3 + i]]);
  const turn = Math.PI / 2 - Math.atan2(q[3], q[2]), length = Math.hypot(...q);
  const c = Math.cos(turn) / length, s = Math.sin(turn) / length;
  const g = [0, 2, 4].flatMap((i) => [q[i] * c - q[i + 1] * s, q[i] * s + q[i + 1] * c]);
  const h = Math.hypot(m[0], m[1]), cosine = h > 0 ? m[0] / h : 1, sinus = h > 0 ? m[1] / h : 0;
  return [
    cosine * g[0] - sinus * g[2], cosine * g[1] - sinus * g[3],
    sinus * g[0] + cosine * g[2], sinus * g[1] + cosine * g[3], g[4], g[5],
  ];
}

let keptRays = null;

/** Rays of the pupil for the flat beam, with the moments found so far through this lens. */
function flatRays(lens) {
  const { sine, alpha, gx, gz } = lensNumbers(lens);
  if (keptRays && keptRays.sine === sine) return keptRays;
  const theta = panelRule([0, alpha], 24), count = 48, stretch = Math.sqrt(gx / gz);
  const found = [{ angle: 0, unknown: [0.7, 0, 0, 0, 0.7, 0, 0, 0] }];
  keptRays = { sine, size: Math.sqrt(gx), stretch, theta, count, found };
  keptRays.found[0].unknown = newton((u) => flatResidual(u, 0, keptRays), keptRays.found[0].unknown);
  return keptRays;
}

/** Focal field of the flat beam of a moment. */
function flatField(q, { sine, theta, count }) {
  const E = new Array(6).fill(0);
  for (let t = 0; t < theta.at.length; t++) {
    const c = Math.cos(theta.at[t]), s = Math.sin(theta.at[t]);
    const cone = theta.of[t] * s * Math.sqrt(c) / sine * TURN / count / Math.sqrt(Math.PI);
    for (let a = 0; a < count; a++) {
      const phi = TURN * a / count, cosine = Math.cos(phi), sinus = Math.sin(phi);
      const [ar, ai, br, bi] = dipoleLight(q, phi, c, s), w = cone / Math.sqrt(ar * ar + ai * ai + br * br + bi * bi);
      E[0] += w * (c * ar * cosine - br * sinus), E[1] += w * (c * ai * cosine - bi * sinus);
      E[2] += w * (c * ar * sinus + br * cosine), E[3] += w * (c * ai * sinus + bi * cosine);
      E[4] += w * s * ar, E[5] += w * s * ai;
    }
  }
  return E;
}

/** Eight conditions on q and two multipliers, for a direction in the xz plane. */
function flatResidual(u, angle, rays) {
  const polar = Math.atan2(Math.sin(angle) / rays.stretch, Math.cos(angle));
  const q = [u[0], u[3], u[1], u[4], u[2], u[5]], E = flatField(q, rays).map((part) => part / rays.size);
  const m = [Math.sin(polar), 0, Math.cos(polar)], aside = [Math.cos(polar), 0, -Math.sin(polar)];
  const v = [m[0] + u[6] * aside[0], u[7], m[2] + u[6] * aside[2]];
  const real = [E[0], E[2], E[4]], imaginary = [E[1], E[3], E[5]];
  const vr = cross(v, real), vi = cross(v, imaginary), M = cross(real, imaginary).map((part) => 2 * part);
  return [u[0] + vi[0], u[1] + vi[1], u[2] + vi[2], u[3] - vr[0], u[4] - vr[1], u[5] - vr[2], dot(M, aside), M[1]];
}

/** Newton's method with derivatives by central differences; the free common phase makes the least-norm step. */
function newton(residual, start) {
  let unknown = start.slice();
  for (let step = 0; step < 12; step++) {
    const value = residual(unknown), size = Math.hypot(...value);
    if (size < 1e-12) break;
    const n = unknown.length, slope = Array.from({ length: n }, () => new Array(n));
    for (let j = 0; j < n; j++) {
      const up = unknown.slice(), down = unknown.slice();
      up[j] += 1e-5, down[j] -= 1e-5;
      const high = residual(up), low = residual(down);
      for (let i = 0; i < n; i++) slope[i][j] = (high[i] - low[i]) / 2e-5;
    }
    const move = leastNormStep(slope, value);
    unknown = unknown.map((x, i) => x - move[i]);
  }
  return unknown;
}

/** Solves (J^T J + tiny) x = J^T r: least squares where J has the null vector of the common phase. */
function leastNormStep(slope, value) {
  const n = value.length, square = [];
  for (let i = 0; i < n; i++) {
    square.push(new Array(n + 1).fill(0));
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) square[i][j] += slope[k][i] * slope[k][j];
    for (let k = 0; k < n; k++) square[i][n] += slope[k][i] * value[k];
    square[i][i] += 1e-10;
  }
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let k = i + 1; k < n; k++) if (Math.abs(square[k][i]) > Math.abs(square[pivot][i])) pivot = k;
    [square[i], square[pivot]] = [square[pivot], square[i]];
    for (let k = i + 1; k < n; k++) {
      const factor = square[k][i] / square[i][i];
      for (let j = i; j <= n; j++) square[k][j] -= factor * square[i][j];
    }
  }
  const x = new Array(n);
  for (let i = n - 1; i >= 0; i--) {
    x[i] = square[i][n];
    for (let j = i + 1; j < n; j++) x[i] -= square[i][j] * x[j];
    x[i] /= square[i][i];
  }
  return x;
}
