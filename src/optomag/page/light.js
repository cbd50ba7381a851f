"use strict";
// From a state to light at the focus, and to the numbers that judge it.

const VACUUM_PERMITTIVITY = 8.8541878188e-12, SPEED_OF_LIGHT = 299792458;
const DARK = 1e-9; // |M| at unit power below which nothing is written

/** The beam of a state behind the lens, brought to unit power, with what it takes to evaluate it. */
function beamOf(state) {
  const lens = { na: state.na, index: state.index }, m = unit(state.wish);
  const design = designedPupil(lens, state.method, m);
  const terms = state.cure ? [] : state.zernike;
  const stepped = design.stepped || state.step !== "";
  const radii = state.inner > 0 ? [state.inner] : [];
  const masked = maskedPupil(state, design.pupil, terms);
  let nodes = null, pupil = masked;
  if (state.paint) {
    nodes = pixelNodes(lens, PIXELS);
    pupil = (w, r, phi, c) => turned(masked(w, r, phi, c), TURN * paintAt(state.paint, nodes.x[w], nodes.y[w]) / PAINT_LEVELS);
  } else {
    nodes = pupilNodes(lens, { radii, stepped, reach: Math.SQRT2 * Math.max(state.half, 1 / state.na), ...phaseOrders(state.vortex, terms) });
  }
  const beam = focusedWaves(lens, nodes, pupil), kept = beam.power;
  const scale = kept > 0 ? 1 / Math.sqrt(kept) : 0;
  for (let i = 0; i < beam.parts.length; i++) beam.parts[i] *= scale;
  return { ...beam, lens, inner: state.inner, m, kept, scale, smooth: masked, weights: design.weights };
}

/** Orders up to which a phase has waves in azimuth and along the radius: a polynomial of degree n that is at most 1 turns
 by at most n over the stretched radius (Bernstein). */
function phaseOrders(vortex, terms) {
  const total = (order) => terms.reduce((sum, [n, m, w]) => sum + order(n, m) * TURN * Math.abs(w) * Math.sqrt((n + 1) * (m === 0 ? 1 : 2)), 0);
  return { turning: Math.abs(vortex) + total((n, m) => Math.abs(m)), bending: total((n) => n) };
}

/** The pupil field behind the masks and the aberration. */
function maskedPupil(state, pupil, terms) {
  const sign = (x) => (x > 0 ? 1 : x < 0 ? -1 : 0);
  return (w, r, phi, c) => {
    if (r < state.inner) return [0, 0, 0, 0];
    let field = pupil(w, r, phi, c);
    if (state.step) field = scaled(field, sign(state.step === "x" ? Math.sin(phi) : Math.cos(phi)));
    const phase = state.vortex * phi + aberrationPhase(terms, r, phi);
    return phase ? turned(field, phase) : field;
  };
}

function turned([ar, ai, br, bi], phase) {
  const c = Math.cos(phase), s = Math.sin(phase);
  return [ar * c - ai * s, ar * s + ai * c, br * c - bi * s, br * s + bi * c];
}

/** Level of the painted cell that a point of the pupil lies in; cells run along x, then y. */
function paintAt(paint, x, y) {
  const [column, row] = [x, y].map((part) => Math.min(CELLS - 1, Math.floor((part + 1) / 2 * CELLS)));
  return paint[column * CELLS + row];
}

/** M on planes and lines through the focus, each summed once on a few nodes and interpolated from there. */
function focusOf(beam, half) {
  const reach = Math.max(half, 1 / beam.lens.na); // two periods of the finest structure, as in the library
  const { alpha } = lensNumbers(beam.lens), across = TURN * beam.lens.na, along = TURN * beam.lens.index;
  const steepest = Math.cos(alpha), flattest = Math.sqrt(1 - (beam.inner * beam.lens.na / beam.lens.index) ** 2);
  const period = { x: 0.5 / beam.lens.na, y: 0.5 / beam.lens.na, z: 1 / (beam.lens.index * (flattest - steepest)) };
  const sums = {}, summed = (names) => {
    const nodes = [across, names === "xz" ? along : across].map((number) => bandNodes(reach, number));
    return sums[names] ??= { nodes, values: fieldOnPlane(beam, names, ...nodes) };
  };
  return {
    period,
    plane(names, width, points) {
      const axis = Float64Array.from({ length: points }, (_, i) => width * (2 * i / (points - 1) - 1));
      const { nodes, values } = summed(names);
      const field = interpolated(values, ...nodes.map((own) => ({ nodes: own, matrix: interpolationMatrix(own, axis) })));
      return { axis, field, M: magnetizationOf(field), points };
    },
    line(axis, points) {
      const at = Float64Array.from(points), most = at.reduce((a, x) => Math.max(a, Math.abs(x)), 0), zero = Float64Array.of(0);
      const nodes = bandNodes(most, axis === "z" ? along : across), [first, second] = axis === "x" ? [nodes, zero] : [zero, nodes];
      const values = fieldOnPlane(beam, axis === "z" ? "xz" : "xy", first, second);
      return magnetizationOf(combined(interpolationMatrix(nodes, at), values, nodes.length));
    },
  };
}

/** Full width at half of the value at the focus of M along its direction there; infinite where none. */
function widthOf(focus, axis, direction) {
  const reach = 4, each = 32, period = focus.period[axis], points = [];
  for (let i = -each * reach; i <= each * reach; i++) points.push(i / each * period);
  const M = focus.line(axis, points), profile = points.map((_, i) => dot([M[3 * i], M[3 * i + 1], M[3 * i + 2]], direction));
  const middle = each * reach, half = 0.5 * profile[middle];
  const crossing = (step) => {
    for (let i = middle; i >= 0 && i < profile.length; i += step) {
      if (profile[i] < half) {
        const before = i - step;
        return points[before] + (points[i] - points[before]) * (profile[before] - half) / (profile[before] - profile[i]);
      }
    }
    return step * Infinity;
  };
  return crossing(1) - crossing(-1);
}

/** What the library's own reports say of a beam, too; in haste without its widths. */
function numbersOf(state, beam, focus, plane, haste = false) {
  const region = focus.plane("xy", 1 / state.na, 81);
  const at = magnetizationOf(fieldOnPlane(beam, "xy", Float64Array.of(0), Float64Array.of(0)));
  const M = [...at], length = Math.hypot(...M), bound = magnetizationBound(beam.lens, beam.m);
  const dark = length < DARK;
  const direction = dark ? beam.m : M.map((part) => part / length);
  const longest = (M) => {
    let found = 0;
    for (let p = 0; p < M.length; p += 3) found = Math.max(found, M[p] ** 2 + M[p + 1] ** 2 + M[p + 2] ** 2);
    return Math.sqrt(found);
  };
  const half = 0.5 * longest(region.M);
  let inside = 0, along = 0;
  for (let p = 0; p < region.M.length; p += 3) {
    const x = region.M[p], y = region.M[p + 1], z = region.M[p + 2], size = Math.sqrt(x * x + y * y + z * z); // many of them, and hypot is slow
    if (size > half) inside += size, along += x * direction[0] + y * direction[1] + z * direction[2];
  }
  const most = longest(plane.M);
  const [physical, unitName] = inUnits(state, length);
  return {
    M, length, direction, dark, most,
    angle: dark ? 90 : angleBetween(M, beam.m) * 180 / Math.PI,
    share: dot(M, beam.m) / bound, bound,
    widths: haste ? null : dark ? [NaN, NaN, NaN] : ["x", "y", "z"].map((axis) => widthOf(focus, axis, direction)),
    purity: dark ? null : along / inside,
    kept: beam.kept, physical, unitName,
    reached: state.method !== "four-beam" || fourBeamsReach(beam.m),
  };
}

/** |M| or |B_eff| of a reduced length at the state's power, and its unit. */
function inUnits(state, length) {
  const wavelength = state.nm * 1e-9, n = state.index;
  const spin = length * (n / wavelength) ** 2 * 2 / (n * VACUUM_PERMITTIVITY * SPEED_OF_LIGHT) * state.mW * 1e-3;
  const constant = VACUUM_PERMITTIVITY * wavelength * n / (4 * Math.PI) * Math.abs(state.value);
  if (state.medium === "verdet") return [constant * spin, "A/m"];
  if (state.medium === "faraday" && state.ms > 0) return [constant * spin / state.ms, "T"];
  return [spin, "V²/m²"];
}
