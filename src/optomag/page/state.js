"use strict";
// What is shown, as one readable line: the page's address after "#", and what `optomag design --state` takes.

const CELLS = 24; // of the painted phase, along the pupil's diameter
const PAINT_LEVELS = 8; // steps of the painted phase in a wave
const PIXELS = 4 * CELLS; // of a painted pupil, along its diameter

const FIRST_STATE = {
  wish: [-0.559, -0.479, -0.56],
  na: 0.95, index: 1, nm: 532, mW: 1,
  method: "four-beam",
  inner: 0, vortex: 0, step: "",
  zernike: [], cure: false, paint: null,
  medium: "spin", value: 0, ms: 0,
  show: "direction", half: 1,
};

const SHOWN = { direction: "direction", strength: "|M|", mz: "M_z" };
const MEDIA = { spin: "spin", verdet: "Verdet", faraday: "Faraday" };

/** The state as a line; what is as in the first state is left out, but for the wish. */
function stateText(state) {
  const parts = ["wish=" + state.wish.map(String).join(",")];
  for (const name of ["na", "index", "nm", "mW", "method", "inner", "vortex", "step"]) {
    if (state[name] !== FIRST_STATE[name]) parts.push(`${name}=${state[name]}`);
  }
  if (state.zernike.length) parts.push("zernike=" + state.zernike.map(([n, m, w]) => `${n},${m}:${w}`).join("_"));
  if (state.cure) parts.push("cure=1");
  if (state.paint) parts.push("paint=" + paintText(state.paint));
  for (const name of ["medium", "value", "ms", "show", "half"]) {
    if (state[name] !== FIRST_STATE[name]) parts.push(`${name}=${state[name]}`);
  }
  return parts.join("&");
}

const shortNumber = (x) => String(Number(x.toPrecision(6)));

/** Runs of equal cells, each level or levelxcount, such as 0x40.3.0x535. */
function paintText(paint) {
  const runs = [];
  for (let i = 0; i < paint.length;) {
    let end = i;
    while (end < paint.length && paint[end] === paint[i]) end++;
    runs.push(end - i > 1 ? `${paint[i]}x${end - i}` : `${paint[i]}`);
    i = end;
  }
  return runs.join(".");
}

/** The state that a line tells, or an Error with a sentence. */
function stateFrom(text) {
  const state = structuredClone(FIRST_STATE), found = new Set();
  for (const part of decodeURIComponent(text.slice(text.indexOf("#") + 1)).split("&")) {
    if (!part) continue;
    const at = part.indexOf("="), name = part.slice(0, at), value = part.slice(at + 1);
    if (at < 0 || found.has(name)) throw new Error(`the line must be name=value, each name once, joined by &; got "${part}".`);
    found.add(name);
    if (name === "wish") state.wish = direction(value);
    else if (["na", "index", "nm", "mW", "inner", "value", "ms", "half"].includes(name)) state[name] = real(name, value);
    else if (name === "vortex") state.vortex = whole(name, value);
    else if (name === "method") state.method = one(name, value, Object.keys(METHODS));
    else if (name === "step") state.step = one(name, value, ["", "x", "y"]);
    else if (name === "show") state.show = one(name, value, Object.keys(SHOWN));
    else if (name === "medium") state.medium = one(name, value, Object.keys(MEDIA));
    else if (name === "cure") state.cure = one(name, value, ["0", "1"]) === "1";
    else if (name === "zernike") state.zernike = value.split("_").filter(Boolean).map(zernikeTerm);
    else if (name === "paint") state.paint = paintFrom(value);
    else throw new Error(`"${name}" is unknown.`);
  }
  return requireState(state);
}

/** The state, if a lens and a beam can be like that. */
function requireState(state) {
  const within = (name, words, low, high, unit = "") => {
    const got = state[name];
    if (!(got >= low && got <= high)) throw new Error(`${words} must be ${low} to ${high}${unit}; got ${Number.isNaN(got) ? "no number" : got}.`);
  };
  if (!state.wish.every(Number.isFinite)) throw new Error("wish must be three finite numbers; got others or fewer.");
  if (!state.wish.some((part) => part !== 0)) throw new Error("wish must have a direction, not all 0; got 0, 0, 0.");
  within("index", "index", 1, 4), within("na", "NA", 0.05, state.index * 0.999, " (below the index)"), within("nm", "wavelength", 100, 20000, " nm");
  within("mW", "power", 1e-6, 1e9, " mW"), within("inner", "radius of the stop", 0, 0.98), within("vortex", "charge of the vortex", -3, 3);
  within("half", "reach of the maps", 0.3, 3, " wavelengths"), within("value", "constant of the film", -1e9, 1e9), within("ms", "saturation magnetization", 0, 1e7, " A/m");
  const terms = new Set();
  for (const [n, m, w] of state.zernike) {
    if (terms.has(`${n},${m}`)) throw new Error(`Zernike terms must be given once each; got (${n}, ${m}) twice.`);
    terms.add(`${n},${m}`);
    if (n > 6 || Math.abs(m) > n || (n - Math.abs(m)) % 2) throw new Error(`no Zernike term (${n}, ${m}) up to n = 6.`);
    if (Math.abs(w) > 1) throw new Error(`Zernike terms must be at most 1 wave; got ${w}.`);
  }
  return state;
}

function real(name, text) {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.trim())) throw new Error(`${name} must be a number; got "${text}".`);
  return Number(text);
}

function whole(name, text) {
  if (!/^[-+]?\d+$/.test(text.trim())) throw new Error(`${name} must be a whole number; got "${text}".`);
  return Number(text);
}

function one(name, text, choices) {
  if (!choices.includes(text)) throw new Error(`${name} must be one of ${choices.filter(Boolean).join(", ")}; got "${text}".`);
  return text;
}

function direction(text) {
  const parts = text.split(",").map((part) => real("wish", part));
  if (parts.length !== 3) throw new Error(`wish must be three numbers; got "${text}".`);
  return parts;
}

function zernikeTerm(text) {
  const [order, waves, ...rest] = text.split(":");
  const numbers = order.split(",").map((part) => whole("zernike", part));
  if (rest.length || numbers.length !== 2 || waves === undefined) throw new Error(`zernike must be n,m:waves; got "${text}".`);
  return [...numbers, real("zernike", waves)];
}

function paintFrom(text) {
  const paint = [];
  for (const run of text.split(".")) {
    const found = /^([0-7])(?:x(\d{1,4}))?$/.exec(run);
    if (!found || paint.length > CELLS * CELLS) throw new Error("paint must be runs of levels 0 to 7.");
    for (let i = 0; i < Number(found[2] || 1); i++) paint.push(Number(found[1]));
  }
  if (paint.length !== CELLS * CELLS) throw new Error(`paint must be ${CELLS} x ${CELLS} cells; got ${paint.length}.`);
  return paint.some((level) => level) ? paint : null;
}
