"use strict";
// The page: reads what is wished, simulates, draws, and keeps the address in step.

const $ = (id) => document.getElementById(id);
const DEGREE = Math.PI / 180;
const POINTS = 101;
const SLOW = 40, REST = 150; // a drawing of everything that is too slow for a drag; how long a pointer rests [ms]
const QUIET = 800; // after which the numbers are read out [ms]
const TERMS = [[2, 0, "defocus"], [2, 2, "astigmatism 0°"], [2, -2, "astigmatism 45°"], [3, 1, "coma x"], [3, -1, "coma y"], [3, 3, "trefoil 0°"], [4, 0, "spherical"]];
const NUMBER_FIELDS = ["na", "index", "nm", "mW", "inner", "value", "ms"];

const angled = (azimuth, polar) => [Math.cos(azimuth) * Math.sin(polar), Math.sin(azimuth) * Math.sin(polar), Math.cos(polar)].map((x) => Number(x.toFixed(9)));
const PRESETS = {
  "the paper's example": [-0.559, -0.479, -0.56],
  "+z, along the light": [0, 0, 1], "−z": [0, 0, -1], "+x": [1, 0, 0], "−x": [-1, 0, 0], "+y": [0, 1, 0], "−y": [0, -1, 0],
  "Table 1: M(π, π/2)": angled(Math.PI, Math.PI / 2),
  "Table 1: M(π/3, π/6)": angled(Math.PI / 3, Math.PI / 6),
  "Table 1: M(4π/3, π/6)": angled(4 * Math.PI / 3, Math.PI / 6),
  "Table 1: M(5π/6, 2π/3)": angled(5 * Math.PI / 6, 2 * Math.PI / 3),
  "Table 1: M(7π/6, π/6)": angled(7 * Math.PI / 6, Math.PI / 6),
};

let state = structuredClone(FIRST_STATE), shown = null, viewTurn = -60, pupilMode = "polarisation", waiting = false, dragged = false, rest = 0, quiet = 0, told = null, took = 0; // took: the last drawing of everything [ms]
let step = null; // of the history since the page was opened, which undo does not leave
let cellAt = [CELLS / 2, CELLS / 2], crossAt = [(POINTS - 1) / 2, (POINTS - 1) / 2]; // where the keyboard is: column and row from the lower left

/** Takes a change: the address follows, at once or, after a drag, as one step of the history. */
function change(values, { lasting = true } = {}) {
  const next = { ...state, ...values };
  try {
    requireState(next);
  } catch (error) {
    return refuse(error.message);
  }
  refuse("");
  state = next;
  const address = "#" + stateText(state);
  dragged = !lasting;
  if (lasting && address !== history.state?.address) history.pushState({ address, step: ++step }, "", address);
  later();
}

/** Says what is wrong, or nothing. */
function refuse(sentence) {
  $("fault").textContent = sentence;
  $("fault").hidden = !sentence;
}

/** Draws before the next frame, however many changes come until then. */
function later() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    update();
  });
}

/** Where everything takes too long for a drag, the plane of the axis, the cuts and the widths wait until the pointer rests. */
function update(resting = !dragged) {
  const begun = performance.now(), beam = beamOf(state);
  if (!(beam.kept > 1e-12)) {
    refuse("The masks leave no light. Open the stop.");
    return;
  }
  const haste = !resting && shown !== null && took > SLOW;
  clearTimeout(rest);
  if (haste) rest = setTimeout(() => update(true), REST);
  const focused = focusOf(beam, state.half), xy = focused.plane("xy", state.half, POINTS);
  const xz = haste ? shown.xz : focused.plane("xz", state.half, POINTS);
  shown = { beam, focus: focused, xy, xz, numbers: numbersOf(state, beam, focused, xy, haste) };
  drawAll(haste);
  if (told) tellPoint(...told);
  fillForms(shown.numbers);
  if (!haste) took = performance.now() - begun;
  clearTimeout(quiet);
  quiet = setTimeout(() => { $("said").textContent = [0, 1].map((i) => [...$("numbers").children[i].children].map((part) => part.textContent).join(" ")).join(", "); }, QUIET);
  for (const callback of callbacks) callback(stateText(state), !dragged);
}

function drawAll(haste = false) {
  if (!shown || !$("sphere").clientWidth) return; // not laid out yet
  const { beam, focus, xy, xz, numbers } = shown, most = numbers.most;
  drawSphere($("sphere"), state, numbers, viewTurn);
  drawPupil($("pupil"), state, beam, pupilMode);
  drawMap($("xy"), state, xy, "xy", most, $("marks").checked);
  if (document.activeElement === $("pupil") && $("painting").checked) drawCell($("pupil"), cellAt);
  drawKey($("key"), state, numbers);
  if (haste) return;
  drawMap($("xz"), state, xz, "xz", most, $("marks").checked);
  for (const names of ["xy", "xz"]) if (document.activeElement === $(names)) drawCross($(names), crossAt);
  drawCut($("cut"), state, focus, numbers);
}

/** Everything that is written, not drawn. */
function fillForms(numbers) {
  const m = unit(state.wish), idle = (id, value) => { if (document.activeElement !== $(id)) $(id).value = value; };
  idle("azimuth", Number((Math.atan2(m[1], m[0]) / DEGREE).toFixed(2)));
  idle("polar", Number((Math.atan2(Math.hypot(m[0], m[1]), m[2]) / DEGREE).toFixed(2)));
  ["mx", "my", "mz"].forEach((id, i) => idle(id, Number(state.wish[i].toFixed(4))));
  for (const id of NUMBER_FIELDS) idle(id, state[id]);
  for (const id of ["method", "step", "medium", "show"]) $(id).value = state[id];
  $("vortex").value = String(state.vortex), $("half").value = String(state.half), $("cure").checked = state.cure;
  if (!$("half").value) $("half").append(new Option(String(state.half), String(state.half), true, true));
  if (!$("vortex").value) $("vortex").append(new Option(String(state.vortex), String(state.vortex), true, true));
  $("preset").value = Object.keys(PRESETS).find((name) => angleBetween(unit(PRESETS[name]), m) < 1e-6) || "";
  TERMS.forEach(([n, p], i) => {
    const waves = (state.zernike.find((t) => t[0] === n && t[1] === p) || [0, 0, 0])[2];
    $(`z${i}`).value = waves, $(`z${i}-value`).textContent = `${waves.toFixed(3)} λ`;
  });
  const rms = Math.hypot(...state.zernike.map((t) => t[2]));
  $("rms").textContent = rms ? `(${rms.toFixed(3)} waves rms${state.cure ? ", cured" : ""})` : "";
  $("dead").hidden = state.method !== "four-beam";
  $("against").hidden = state.medium === "spin" || !(state.value > 0);
  $("constants").hidden = state.medium === "spin", $("gamma").hidden = state.medium !== "spin", $("ms-label").hidden = state.medium !== "faraday";
  $("value-label").firstElementChild.textContent = state.medium === "faraday" ? "θ_F [rad/m]" : "V [rad/(T m)]";
  $("pupil-note").textContent = pupilMode === "polarisation"
    ? `amplitude as grey; ${shown.beam.kept < 0.999 ? `the stop takes ${percent(1 - shown.beam.kept)} % of the light` : "nothing is absorbed by masks"}`
    : "phase from −π to π, on a cyclic map; grey where the component is dark";
  $("method-note").textContent = methodNote(numbers);
  $("numbers").replaceChildren(...numberCells(numbers));
  tellPictures(state, shown, pupilMode);
  $("python").textContent = pythonLines(state), $("command").textContent = commandLine(state);
  $("undo").setAttribute("aria-disabled", step === 0);
  document.body.dataset.ready = "yes";
}

function methodNote(numbers) {
  if (!numbers.reached) return "Out of reach: four real beams cannot write a direction with my = 0, but for ±x and ±z. This is the nearest that they can.";
  const weights = shown.beam.weights;
  if (!weights) return `The most that any beam writes along this direction is |M| = ${threeDigits(numbers.bound)} at unit power.`;
  const part = (i) => `${weights[i].toFixed(3)}${weights[i + 1] < 0 ? " − " : " + "}${Math.abs(weights[i + 1]).toFixed(3)}i`;
  return `Weights: azimuthal with a step along x ${part(0)}, along y ${part(2)}, radial ${part(4)}.`;
}

const percent = (share) => (100 * share).toFixed(1);

function numberCells(numbers) {
  const width = (w) => (Number.isFinite(w) ? `${w.toFixed(3)} λ = ${Math.round(w * state.nm)} nm` : "no half maximum"), dark = numbers.length < DARK;
  const cells = [
    ["angle error", `${numbers.angle < 1e-6 ? "< 1e-6" : numbers.angle.toPrecision(3)}°`, numbers.angle > 1],
    ["efficiency", `${percent(numbers.efficiency)} %`, numbers.efficiency < 0.05],
    [`|${quantityName(state)}| at ${shortNumber(state.mW)} mW`, `${dark ? "0" : threeDigits(numbers.physical)} ${numbers.unitName}`],
    ["|M| at unit power", dark ? "0" : numbers.length < 0.1 ? threeDigits(numbers.length) : numbers.length.toFixed(4)],
    ...["x", "y", "z"].map((axis, i) => [`width ${axis}`, numbers.widths ? width(numbers.widths[i]) : "…"]),
    ["purity", numbers.purity === undefined ? "…" : numbers.purity === null ? "–" : numbers.purity.toFixed(3), numbers.purity < 0.8],
    ["light kept", `${percent(numbers.kept)} %`, numbers.kept < 0.1],
  ];
  return cells.map(([name, value, bad]) => {
    const cell = document.createElement("div"), small = document.createElement("small"), strong = document.createElement("span");
    small.textContent = name, strong.textContent = value;
    if (bad) strong.className = "bad";
    cell.append(small, strong);
    return cell;
  });
}

/** A slider's list of terms: those that are not zero, and those of the address that have no slider. */
function withTerm(n, m, waves) {
  const rest = state.zernike.filter((t) => t[0] !== n || t[1] !== m);
  return waves ? [...rest, [n, m, waves]] : rest;
}

function listen() {
  for (const name of Object.keys(PRESETS)) $("preset").append(new Option(name));
  $("preset").append(new Option("none of these", ""));
  for (const [name, text] of Object.entries(METHODS)) $("method").append(new Option(text, name));
  for (let level = 1; level < PAINT_LEVELS; level++) $("brush").append(new Option(`${level}/${PAINT_LEVELS} wave`, level));
  $("brush").append(new Option("erase", 0)), $("brush").value = "4";
  $("turn").value = viewTurn;
  TERMS.forEach(([n, m, name], i) => {
    const label = document.createElement("label"), slider = document.createElement("input"), value = document.createElement("span");
    Object.assign(slider, { type: "range", min: -0.25, max: 0.25, step: 0.005, id: `z${i}` });
    value.id = `z${i}-value`;
    label.append(name, slider, value), $("sliders").append(label);
    slider.addEventListener("input", () => change({ zernike: withTerm(n, m, Number(slider.value)) }, { lasting: false }));
    slider.addEventListener("change", () => change({}));
    unlessScrolled(slider, () => state.zernike, (zernike) => change({ zernike }));
  });
  $("preset").addEventListener("change", () => change({ wish: PRESETS[$("preset").value] || state.wish }));
  for (const id of ["method", "step", "medium", "show"]) $(id).addEventListener("change", () => change(id === "medium" ? constantsOf($(id).value) : { [id]: $(id).value }));
  for (const id of ["vortex", "half"]) $(id).addEventListener("change", () => change({ [id]: Number($(id).value) }));
  for (const id of NUMBER_FIELDS) $(id).addEventListener("change", () => change({ [id]: $(id).valueAsNumber }));
  for (const id of ["azimuth", "polar"]) $(id).addEventListener("change", () => {
    const [azimuth, polar] = [$("azimuth").valueAsNumber, $("polar").valueAsNumber];
    if (!Number.isFinite(azimuth)) refuse("azimuth must be degrees; got no number.");
    else if (!(polar >= 0 && polar <= 180)) refuse(`polar must be 0 to 180 degrees; got ${Number.isNaN(polar) ? "no number" : polar}.`);
    else change({ wish: angled(azimuth * DEGREE, polar * DEGREE) });
  });
  ["mx", "my", "mz"].forEach((id, i) => $(id).addEventListener("change", () => {
    const wish = state.wish.slice();
    wish[i] = $(id).valueAsNumber;
    change({ wish });
  }));
  document.addEventListener("beforeinput", (event) => { // where a comma is no decimal sign, the browser would drop it: 0,95 is not 95
    if (event.target.type !== "number" || !event.data?.includes(",")) return;
    event.preventDefault(), document.execCommand("insertText", false, event.data.replaceAll(",", "."));
  });
  $("cure").addEventListener("change", () => change({ cure: $("cure").checked }));
  $("flat").addEventListener("click", () => change({ zernike: [], cure: false }));
  $("wipe").addEventListener("click", () => change({ paint: null }));
  const turnTo = (turn) => { $("turn").value = viewTurn = turn, drawAll(); };
  $("turn").addEventListener("input", () => turnTo(Number($("turn").value)));
  unlessScrolled($("turn"), () => viewTurn, turnTo);
  $("marks").addEventListener("change", () => drawAll());
  $("painting").addEventListener("change", () => $("pupil").classList.toggle("paintable", $("painting").checked));
  for (const tab of document.querySelectorAll("[data-pupil]")) tab.addEventListener("click", () => showPupil(tab.dataset.pupil));
  $("undo").addEventListener("click", () => { if (step > 0) history.back(); });
  $("again").addEventListener("click", () => change(structuredClone(FIRST_STATE)));
  dragSphere(), dragPaint();
  for (const names of ["xy", "xz"]) for (const kind of ["pointerdown", "pointermove"]) $(names).addEventListener(kind, (event) => tell(event, names));
  listenToKeys();
  takeAway();
  window.addEventListener("popstate", fromAddress), window.addEventListener("hashchange", fromAddress);
  new ResizeObserver(() => drawAll()).observe(document.querySelector("main"));
}

/** Library constants to begin with: terbium gallium garnet, bismuth iron garnet. */
function constantsOf(medium) {
  return { medium, ...CONSTANTS[medium] };
}

function showPupil(mode) {
  pupilMode = mode;
  for (const tab of document.querySelectorAll("[data-pupil]")) tab.setAttribute("aria-pressed", tab.dataset.pupil === mode);
  later();
}

/** Calls `move` with each place of a pointer that is dragged over a canvas. One that the browser takes away, as it does where a
 second finger joins it to zoom, leaves the state as it was. */
function drag(canvas, name, move, allowed = () => true) {
  let held = null, before = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary || !allowed()) return;
    held = event.pointerId, before = { [name]: state[name] };
    canvas.setPointerCapture(held), move(event);
  });
  canvas.addEventListener("pointermove", (event) => { if (event.pointerId === held) move(event); });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => {
    if (event.pointerId === held) held = null, change(end === "pointerup" ? {} : before);
  });
}

/** A slider jumps to a finger that touches it; if that then scrolls the page, what was there comes back. */
function unlessScrolled(slider, read, write) {
  let before = null;
  slider.addEventListener("pointerdown", () => { before = read(); });
  slider.addEventListener("pointercancel", () => write(before));
}

function dragSphere() {
  const canvas = $("sphere");
  drag(canvas, "wish", (event) => {
    const box = canvas.getBoundingClientRect();
    change({ wish: directionUnder(canvas, event.clientX - box.left, event.clientY - box.top, viewTurn).map((x) => Number(x.toFixed(4))) }, { lasting: false });
  });
  let turning = false; // a key that is held is one step of the history, as a drag is
  for (const end of ["keyup", "blur"]) canvas.addEventListener(end, () => { if (turning) turning = false, change({}); });
  canvas.addEventListener("keydown", (event) => {
    const turns = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!turns) return;
    event.preventDefault();
    const by = (event.shiftKey ? 10 : 1) * DEGREE, m = unit(state.wish);
    const polar = Math.min(Math.PI, Math.max(0, Math.atan2(Math.hypot(m[0], m[1]), m[2]) + turns[1] * by));
    turning = true, change({ wish: angled(Math.atan2(m[1], m[0]) + turns[0] * by, polar) }, { lasting: false });
  });
}

function dragPaint() {
  const canvas = $("pupil");
  drag(canvas, "paint", (event) => {
    const box = canvas.getBoundingClientRect(), radius = 0.46 * Math.min(box.width, box.height);
    const x = (event.clientX - box.left - box.width / 2) / radius, y = (box.height / 2 - (event.clientY - box.top)) / radius;
    const paint = state.paint ? state.paint.slice() : new Array(CELLS * CELLS).fill(0);
    for (let i = 0; i < CELLS; i++) for (let j = 0; j < CELLS; j++) {
      if (Math.hypot((2 * i + 1) / CELLS - 1 - x, (2 * j + 1) / CELLS - 1 - y) < 0.09) paint[i * CELLS + j] = Number($("brush").value);
    }
    change({ paint: paint.some((level) => level) ? paint : null }, { lasting: false });
  }, () => $("painting").checked);
}

/** What is under the pointer. */
function tell(event, names) {
  if (!shown) return;
  const canvas = $(names), box = canvas.getBoundingClientRect(), { left, top, side } = mapFrame(canvas);
  const i = Math.round((event.clientX - box.left - left) / side * (POINTS - 1)), j = Math.round((1 - (event.clientY - box.top - top) / side) * (POINTS - 1));
  if (i >= 0 && j >= 0 && i < POINTS && j < POINTS) tellPoint(names, i, j);
}

/** The magnetization at a point of a map. */
function tellPoint(names, i, j) {
  told = [names, i, j];
  const plane = shown[names], at = 3 * (i * POINTS + j), M = [plane.M[at], plane.M[at + 1], plane.M[at + 2]], length = Math.hypot(...M);
  const [physical, name] = inUnits(state, length), place = [plane.axis[i], plane.axis[j]].map((x) => Math.round(x * state.nm));
  const [azimuth, polar] = [Math.atan2(M[1], M[0]), Math.atan2(Math.hypot(M[0], M[1]), M[2])].map((x) => (x / DEGREE).toFixed(1));
  $("hover").textContent = `${names[0]} = ${place[0]} nm, ${names[1]} = ${place[1]} nm: |${quantityName(state)}| = ${threeDigits(physical)} ${name}, ` +
    `${(100 * length / shown.numbers.most).toFixed(1)} % of the largest, azimuth ${azimuth}°, polar ${polar}°`;
}

/** The state of the address; a wrong one is said and leaves what is shown. */
function fromAddress() {
  dragged = false;
  step = history.state?.step ?? (step === null ? 0 : step + 1); // an address that was typed is a new one
  history.replaceState({ ...history.state, step }, "");
  try {
    state = stateFrom(location.hash);
    history.replaceState({ address: "#" + stateText(state), step }, "");
    refuse("");
  } catch (error) {
    refuse(`The address is not understood: ${error.message}`);
  }
  later();
}

/** What else may be in the page (`live_page(markup=..., script=...)`, as `optomag serve` does), consoles and tests use:
 state()            the line of what is shown, as in the address and in `optomag design --state`
 show(line)         shows another, as one step of the history; a wrong one is refused in a sentence
 onChange(callback) calls callback(line, lasting) after each drawing; lasting is false while something is dragged
 refuse(sentence)   says in the page what is wrong; refuse("") takes it away
 numbers()          what the page says of the state, angle [degrees], efficiency (|M| over the bound) and the rest of numbersOf()
 frame(names)       where the map lies on its canvas: left, top and side [CSS pixels]
 field(line, names, points)  field of a state on a plane, "xy" or "xz": real and imaginary parts, first axis first */
const callbacks = [];
window.optomag = {
  state: () => stateText(state),
  show: (text) => {
    try {
      change(stateFrom(text));
    } catch (error) {
      refuse(error.message);
    }
  },
  onChange: (callback) => { callbacks.push(callback); },
  refuse,
  numbers: () => shown && shown.numbers,
  frame: (names) => Object.values(mapFrame($(names))),
  field: (text, names, points) => {
    const asked = stateFrom(text), beam = beamOf(asked);
    return Array.from(focusOf(beam, asked.half).plane(names, asked.half, points).field);
  },
};

listen();
fromAddress();
