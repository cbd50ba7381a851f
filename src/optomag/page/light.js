"use strict";
// From a state to light at the focus, and to the numbers that judge it.

const VACUUM_PERMITTIVITY = 8.8541878188e-12, SPEED_OF_LIGHT = 299792458;
const DARK = 1e-9; // |M| at unit power below which nothing is written
const REACHES = [2, 8, 32]; // periods on either side of the focus within which the half maximum is sought
const PURITY_POINTS = 161; // along each side of the square over which purity is counted, as in the library

/** The beam of a state behind the lens, brought to unit power, with what it takes to evaluate it out to a distance. */
function beamOf(state, reach = Math.SQRT2 * Math.max(state.half, 1 / state.na)) {
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
    nodes = pupilNodes(lens, { radii, stepped, reach, ...phaseOrders(state.vortex, terms) });
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

/** M on planes and lines through the focus, each summed once on a few nodes and interpolated from there: `along` an axis out to
 a distance, a function of places. */
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
    along(axis, distance) {
      const nodes = bandNodes(distance, axis === "z" ? along : across), zero = Float64Array.of(0), [first, second] = axis === "x" ? [nodes, zero] : [zero, nodes];
      const values = fieldOnPlane(beam, axis === "z" ? "xz" : "xy", first, second);
      return (places) => magnetizationOf(combined(interpolationMatrix(nodes, Float64Array.from(places)), values, nodes.length));
    },
  };
}

/** Full widths along x, y and z at half of the value at the focus of M along its direction there; infinite where none. As the
 library does, the half maximum is sought on ever longer lines, here behind a pupil whose waves resolve them. */
function widthsOf(state, focus, direction) {
  const widths = [Infinity, Infinity, Infinity];
  for (const reach of REACHES) {
    if (widths.every(Number.isFinite)) break;
    const near = reach === REACHES[0] || state.paint; // painted pixels are waves enough for any line
    const lined = near ? focus : focusOf(beamOf(state, reach / state.na), state.half);
    ["x", "y", "z"].forEach((axis, i) => {
      if (widths[i] === Infinity) widths[i] = widthWithin(lined, axis, direction, reach * focus.period[axis]);
    });
  }
  return widths;
}

/** One of them, on a line out to a distance. */
function widthWithin(focus, axis, direction, distance) {
  const at = focus.along(axis, distance), step = focus.period[axis] / 32;
  const profile = (places) => {
    const M = at(places);
    return places.map((_, i) => dot([M[3 * i], M[3 * i + 1], M[3 * i + 2]], direction));
  };
  const half = 0.5 * profile([0])[0], count = Math.round(distance / step);
  const crossing = (sign) => {
    const places = Array.from({ length: count + 1 }, (_, i) => sign * step * i), first = profile(places).findIndex((value) => value < half);
    if (first < 0) return sign * Infinity;
    let [above, below] = [places[first - 1], places[first]];
    for (let i = 0; i < 30; i++) { // the line is a polynomial, known everywhere
      const middle = 0.5 * (above + below);
      if (profile([middle])[0] < half) below = middle;
      else above = middle;
    }
    return above;
  };
  return crossing(1) - crossing(-1);
}

/** What the library's own reports say of a beam, too; in haste without widths and purity. */
function numbersOf(state, beam, focus, plane, haste = false) {
  const at = magnetizationOf(fieldOnPlane(beam, "xy", Float64Array.of(0), Float64Array.of(0)));
  const M = [...at], length = Math.hypot(...M), bound = magnetizationBound(beam.lens, beam.m);
  const dark = length < DARK;
  const direction = dark ? beam.m : M.map((part) => part / length);
  const most = largestLength(plane.M);
  const [physical, unitName] = inUnits(state, length);
  return {
    M, length, direction, dark, most,
    angle: dark ? 90 : angleBetween(M, beam.m) * 180 / Math.PI,
    efficiency: length / bound, bound,
    widths: haste ? null : dark ? [NaN, NaN, NaN] : widthsOf(state, focus, direction),
    purity: haste ? undefined : dark ? null : purityOf(focus.plane("xy", 1 / state.na, PURITY_POINTS).M, direction),
    kept: beam.kept, physical, unitName,
    reached: state.method !== "four-beam" || fourBeamsReach(beam.m),
  };
}

/** Which part of |M| lies along a direction, where |M| is more than half of its largest. */
function purityOf(M, direction) {
  const half = 0.5 * largestLength(M);
  let inside = 0, along = 0;
  for (let p = 0; p < M.length; p += 3) {
    const x = M[p], y = M[p + 1], z = M[p + 2], size = Math.sqrt(x * x + y * y + z * z); // many of them, and hypot is slow
    if (size > half) inside += size, along += x * direction[0] + y * direction[1] + z * direction[2];
  }
  return along / inside;
}

/** The largest |M|. */
function largestLength(M) {
  let found = 0;
  for (let p = 0; p < M.length; p += 3) found = Math.max(found, M[p] ** 2 + M[p + 1] ** 2 + M[p + 2] ** 2);
  return Math.sqrt(found);
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
