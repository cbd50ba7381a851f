"use strict";
// What only a server can do: exact fields in films, and long work by the library itself (optomag serve).

const SERVED_TOKEN = (() => {
  const given = new URLSearchParams(location.search).get("token");
  if (given) sessionStorage.setItem("optomag-token", given), history.replaceState(history.state, "", location.pathname + location.hash);
  return sessionStorage.getItem("optomag-token") || "";
})();

/** Asks the server; what it refuses becomes an error with its sentence. */
async function asked(path, { method = "GET", body, raw = false, signal } = {}) {
  let answer;
  try {
    answer = await fetch(path, { method, signal, headers: { Authorization: `Bearer ${SERVED_TOKEN}` }, body: body && JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer: it was ended, or this machine slept. Start optomag serve again.");
  }
  if (!answer.ok) throw new Error((await answer.json()).error);
  return raw ? answer.blob() : answer.json();
}

/** An element with properties and children. */
function made(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const labelled = (text, control, unit = "", wide = false) => made("label", { className: wide ? "wide" : "" }, text + " ", control, ...(unit ? [" " + unit] : []));
const numberField = (id, value, more = {}) => made("input", { type: "number", step: "any", id, value, ...more });
const choice = (id, options) => made("select", { id }, ...options.map(([value, text]) => new Option(text, value)));
const tidy = (x) => Number(x.toPrecision(4)).toString();
const FIGURES = {
  "light/design.png": "What is wanted: the pupil and what it writes", "light/light.png": "What is wanted: the pupil and what it writes", "result/masks.png": "As written by the grey levels",
  "result/structure.png": "", "result/structure-3d.png": "", "result/scan.png": "", "result/export.png": "", "result/design.png": "", "result/light.png": "",
};

// ---- the film, which masks and exports use, too

const FILMS = {
  "a garnet, 80 nm, on glass": { layers: [["2.3", 80]], substrate: "1.46", magnet: 0 },
  "a metal, 20 nm, between nitride layers, on glass": { layers: [["2.0", 5], ["2.9+3.6j", 20], ["2.0", 60]], substrate: "1.46", magnet: 2 },
  "none: the bare focus": { layers: [], substrate: "", magnet: 0 },
};
let film = structuredClone(FILMS["a garnet, 80 nm, on glass"]), exact = null, asking = null, exactTimer = 0;

/** The light of the page, in the film, as requests have it. */
function servedLight() {
  const options = {}, light = { state: stateText(state), film: options }, quantity = $("made-for").value;
  if (film.layers.length) options.film = film.layers.map(([index, thickness]) => `${index}:${thickness}`);
  if (film.substrate) options.substrate = film.substrate;
  if (film.magnet && film.layers.length) options.layer = film.magnet;
  if (quantity !== "spin") light.made_for = quantity, light.magnet = { [quantity === "B_eff" ? "faraday_rotation" : "verdet"]: $("made-for-value").valueAsNumber };
  return light;
}

function filmTable() {
  const rows = film.layers.map(([index, thickness], k) => {
    const name = made("input", { type: "text", value: index, ariaLabel: `index of layer ${k + 1}` });
    const height = made("input", { type: "number", min: 0, step: "any", value: thickness, ariaLabel: `thickness of layer ${k + 1} in nm` });
    const magnet = made("input", { type: "radio", name: "magnet", checked: film.magnet === k + 1, ariaLabel: `layer ${k + 1} is the magnet` });
    const gone = made("button", { textContent: "×", title: "take this layer away" });
    name.addEventListener("change", () => changeFilm(() => { film.layers[k][0] = name.value.trim(); }));
    height.addEventListener("change", () => changeFilm(() => { film.layers[k][1] = height.valueAsNumber; }));
    magnet.addEventListener("change", () => changeFilm(() => { film.magnet = k + 1; }));
    gone.addEventListener("click", () => changeFilm(() => { film.layers.splice(k, 1), film.magnet = 0; }));
    return made("tr", {}, made("td", {}, String(k + 1)), made("td", {}, name), made("td", {}, height), made("td", {}, magnet), made("td", {}, gone));
  });
  const head = made("tr", {}, ...["", "index", "nm", "magnet", ""].map((text) => made("th", { textContent: text })));
  const known = Object.entries(FILMS).find(([, values]) => JSON.stringify(values) === JSON.stringify(film));
  $("film-preset").value = known ? known[0] : "";
  $("film-layers").replaceChildren(head, ...rows), $("film-substrate").value = film.substrate;
}

function filmPanel() {
  const left = made("div", {},
    made("p", { className: "note", textContent: "Layers from the light's side; the focus of the bare lens lies on the first surface. Complex indices n+kj absorb." }),
    labelled("film", choice("film-preset", [...Object.keys(FILMS).map((name) => [name, name]), ["", "as below"]]), "", true),
    made("table", { id: "film-layers" }),
    made("div", { className: "row" }, made("button", { id: "film-more", textContent: "one layer more" }), labelled("substrate, index", made("input", { type: "text", id: "film-substrate", size: 6 }))),
    made("div", { className: "row" }, labelled("the wish is for", choice("made-for", [["spin", "the spin of light"], ["B_eff", "B_eff"], ["M", "M"]])),
      made("label", { id: "made-for-label", hidden: true }, made("span"), " ", numberField("made-for-value", CONSTANTS.faraday.value, { className: "long" }))),
    made("div", { className: "row" }, made("button", { id: "keep-design", textContent: "save this design", className: "go" })),
    made("div", { id: "design-job" }));
  const right = made("div", {}, made("p", { id: "exact-fault", className: "bad", hidden: true }), made("p", { id: "exact-told" }),
    made("div", { className: "maps" },
      made("figure", {}, made("canvas", { id: "stack" }), made("figcaption", { textContent: "the stack to scale" })),
      made("figure", {}, made("canvas", { id: "exact-xz" }), made("figcaption", { textContent: "plane of the axis, light upwards, z stretched; pale outside the magnet" })),
      made("figure", {}, made("canvas", { id: "exact-xy" }), made("figcaption", { id: "exact-xy-caption" }))));
  return [left, right];
}

function listenFilm() {
  $("film-preset").addEventListener("change", () => {
    if ($("film-preset").value) changeFilm(() => { film = structuredClone(FILMS[$("film-preset").value]); });
  });
  $("film-more").addEventListener("click", () => changeFilm(() => { film.layers.push(["2.0", 50]), film.magnet ||= film.layers.length > 1 ? 1 : 0; }));
  $("film-substrate").addEventListener("change", () => changeFilm(() => { film.substrate = $("film-substrate").value.trim(); }));
  $("made-for").addEventListener("change", () => {
    const quantity = $("made-for").value, label = $("made-for-label");
    label.hidden = quantity === "spin", label.firstElementChild.textContent = quantity === "B_eff" ? "θ_F [rad/m]" : "V [rad/(T m)]";
    $("made-for-value").value = quantity === "M" ? CONSTANTS.verdet.value : CONSTANTS.faraday.value, laterExact();
  });
  $("made-for-value").addEventListener("change", laterExact), $("marks").addEventListener("change", drawExact);
  $("keep-design").addEventListener("click", () => begin("design", { command: "design", light: servedLight() }));
  filmTable();
}

/** Takes a change of the film. */
function changeFilm(change) {
  change(), filmTable(), laterExact();
}

/** Asks for the exact field once nothing has changed for a moment; only the last question counts. */
function laterExact() {
  clearTimeout(exactTimer), exactTimer = setTimeout(askExact, 150);
}

async function askExact() {
  if ($("served-film").hidden) return;
  asking?.abort();
  const mine = asking = new AbortController();
  try {
    const light = servedLight(), answer = await asked("api/focus", { method: "POST", body: light, signal: mine.signal });
    exact = { ...answer, light, fields: Object.fromEntries(Object.entries(answer.fields).map(([name, text]) => [name, unpacked(text)])) };
    $("exact-fault").hidden = true, drawExact();
  } catch (error) {
    if (error.name !== "AbortError") $("exact-fault").textContent = error.message, $("exact-fault").hidden = false;
  }
}

/** Numbers of 64 bits out of base64. */
const unpacked = (text) => new Float64Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);

function drawExact() {
  if (!exact || !$("exact-xz").clientWidth) return;
  const { numbers, stack } = exact, away = numbers.angle_error_deg;
  const M = Object.fromEntries(Object.entries(exact.fields).map(([name, field]) => [name, magnetizationOf(field).map((part) => part * numbers.sign)]));
  $("exact-told").textContent = `${numbers.setup}. ${stack ? `Magnet: ${stack.told}. ` : ""}At z = ${tidy(exact.height_nm)} nm: |${numbers.made_for === "spin" ? "M" : numbers.made_for}| ` +
    `${tidy(Math.hypot(...numbers.written))} at unit power, ${away < 1e-6 ? "< 1e-6" : tidy(away)}° off the wish, ${(100 * numbers.share).toFixed(1)} % of the bound in this film.`;
  const most = longestIn(M.xy, M.xz, stack);
  drawPlane($("exact-xy"), M.xy, exact.x_nm, exact.x_nm, ["x", "y"], most, null);
  drawPlane($("exact-xz"), M.xz, exact.x_nm, exact.z_nm, ["x", "z"], most, stack);
  drawStack($("stack"), stack, exact);
  document.querySelectorAll("#film-layers input[type=radio]").forEach((radio, k) => { radio.checked = stack?.magnet === k + 1; });
  document.querySelector(".served").dataset.exact = exact.light.state;
  $("exact-xy-caption").textContent = `plane at z = ${tidy(exact.height_nm)} nm${stack ? ", in the magnet" : ""}, seen against the light; colours up to |M| = ${tidy(most)} at unit power, the largest ${stack ? "in the magnet" : "shown"}`;
}

const magnetEdges = (stack) => (stack ? [stack.interfaces_nm[stack.magnet - 1], stack.interfaces_nm[stack.magnet] ?? Infinity] : [-Infinity, Infinity]);

/** The largest |M| in the magnet, which colours go up to. */
function longestIn(xy, xz, stack) {
  const [low, high] = magnetEdges(stack), heights = exact.z_nm;
  let most = 0;
  for (let p = 0; p < xy.length; p += 3) most = Math.max(most, Math.hypot(xy[p], xy[p + 1], xy[p + 2]));
  for (let p = 0; p < xz.length; p += 3) {
    const z = heights[(p / 3) % heights.length];
    if (z >= low && z <= high) most = Math.max(most, Math.hypot(xz[p], xz[p + 1], xz[p + 2]));
  }
  return most;
}

/** M on a plane in nm, upwards the second axis; with a stack its interfaces, pale outside the magnet. */
function drawPlane(canvas, M, across, up, names, most, stack) {
  const { pen, width, height } = fitted(canvas), left = 52, top = 8, n = across.length, m = up.length, [low, high] = magnetEdges(stack);
  const square = names[1] === "y", room = [width - left - 10, height - top - 40], side = Math.max(60, Math.min(...room));
  const [w, h] = square ? [side, side] : [Math.max(60, room[0]), Math.max(60, room[1])], image = new ImageData(n, m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) {
    const at = 3 * (i * m + j), to = 4 * ((m - 1 - j) * n + i), colour = shownColour(state.show, M[at], M[at + 1], M[at + 2], most);
    const full = !stack || (up[j] >= low && up[j] <= high) ? 1 : 0.4;
    for (let c = 0; c < 3; c++) image.data[to + c] = 255 - (255 - colour[c]) * full;
    image.data[to + 3] = 255;
  }
  pen.imageSmoothingEnabled = true, pen.drawImage(asCanvas(image), left, top, w, h);
  const px = (a) => left + w * (a - across[0]) / (across[n - 1] - across[0]), py = (b) => top + h * (up[m - 1] - b) / (up[m - 1] - up[0]);
  if (square && $("marks").checked) drawMarks(pen, state, { points: n, axis: across, M }, "xy", most, px, py, side);
  for (const z of stack?.interfaces_nm || []) line(pen, [[left, py(z)], [left + w, py(z)]], "#222", 0.8);
  if (stack) {
    const ends = [low, Math.min(high, up[m - 1])];
    pen.strokeStyle = "#E69F00", pen.lineWidth = 2.5, pen.strokeRect(left + 1, py(ends[1]), w - 2, py(ends[0]) - py(ends[1]));
  }
  pen.strokeStyle = INK, pen.lineWidth = 1, pen.strokeRect(left + 0.5, top + 0.5, w - 1, h - 1), pen.fillStyle = INK;
  pen.textAlign = "center", pen.textBaseline = "top";
  for (const t of ticks(across)) line(pen, [[px(t), top + h], [px(t), top + h - 4]], INK, 1), pen.fillText(String(t), px(t), top + h + 4);
  pen.fillText(`${names[0]} / nm`, left + w / 2, top + h + 19), pen.textAlign = "right", pen.textBaseline = "middle";
  for (const t of ticks(up)) line(pen, [[left, py(t)], [left + 4, py(t)]], INK, 1), pen.fillText(String(t), left - 5, py(t));
  pen.save(), pen.translate(8, top + h / 2), pen.rotate(-Math.PI / 2), pen.textAlign = "center", pen.fillText(`${names[1]} / nm`, 0, 0), pen.restore();
}

/** Round numbers inside an axis, five or so. */
function ticks(axis) {
  const low = axis[0], high = axis[axis.length - 1], step = [1, 2, 5].flatMap((f) => [0.1, 1, 10, 100, 1000, 1e4].map((t) => f * t)).sort((a, b) => a - b).find((x) => (high - low) / x <= 6) || high - low;
  const found = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) found.push(Number((k * step).toPrecision(6)));
  return found;
}

/** All media along z to scale: the magnet in orange, the light from below. */
function drawStack(canvas, stack, { z_nm: heights, height_nm: at }) {
  const { pen, width, height } = fitted(canvas), top = 8, bottom = 40, h = height - top - bottom, low = heights[0], high = heights[heights.length - 1];
  const py = (z) => top + h * (high - z) / (high - low), left = 40, w = width - left - 4;
  const edges = [low, ...(stack?.interfaces_nm || []), high], media = stack ? stack.media : [shortNumber(state.index)];
  media.forEach((name, k) => {
    pen.fillStyle = stack && k === stack.magnet ? "#f6cf9c" : ["#eef1f4", "#dfe5ea"][k % 2];
    pen.fillRect(left, py(edges[k + 1]), w, py(edges[k]) - py(edges[k + 1]));
    pen.fillStyle = INK, pen.textAlign = "left", pen.textBaseline = "middle";
    if (py(edges[k]) - py(edges[k + 1]) > 11) pen.fillText(name, left + 5, (py(edges[k]) + py(edges[k + 1])) / 2);
  });
  for (const z of stack?.interfaces_nm || []) line(pen, [[left, py(z)], [left + w, py(z)]], "#444", 0.8);
  pen.strokeStyle = INK, pen.lineWidth = 1, pen.strokeRect(left + 0.5, top + 0.5, w - 1, h - 1);
  pen.beginPath(), pen.arc(left + w - 10, py(at), 3.5, 0, TURN), pen.fillStyle = "#fff", pen.fill(), pen.strokeStyle = LEFT, pen.lineWidth = 1.5, pen.stroke();
  pen.fillStyle = INK, pen.textAlign = "right";
  for (const t of ticks(heights)) pen.fillText(String(t), left - 4, py(t));
  pen.textAlign = "center", pen.textBaseline = "top", pen.fillText("z / nm", left + w / 2, top + h + 4), pen.fillText("↑ light", left + w / 2, top + h + 20);
}

// ---- structures, masks, scans and exports: long work

const disc = (kind) => () => `[target]\nkind = "${kind}"\nradius_nm = ${tidy(state.nm)}\n`;
const STRUCTURES = {
  "Néel skyrmion": [disc("neel-skyrmion"), { exposures: 3 }], "Bloch skyrmion": [disc("bloch-skyrmion"), { exposures: 3 }], "skyrmionium": [disc("skyrmionium"), { exposures: 3 }],
  "Néel meron": [disc("neel-meron"), {}], "bimeron": [disc("bimeron"), { exposures: 3 }], "magnetic vortex": [disc("magnetic-vortex"), { exposures: 3 }],
  "3 x 3 spots, random directions": [() => `[target]\nkind = "spots"\nlattice = [3, 3]\npitch_nm = ${tidy(2 * state.nm)}\ndirections = "random"\n`, {}],
  "two spots, up and down": [() => `[target]\nkind = "spots"\npositions_nm = [[-${tidy(state.nm)}, 0, 0], [${tidy(state.nm)}, 0, 0]]\ndirections = [[0, 0, 1], [0, 0, -1]]\n`, {}],
  "needle": [() => `[target]\nkind = "needle"\nlength_nm = ${tidy(10 * state.nm)}\n`, { pupil: "rings" }],
  "chain (two lenses)": [() => `four_pi = true\n\n[target]\nkind = "chain"\ncount = 5\n`, { pupil: "rings" }],
  "hopfion (two lenses, minutes)": [() => `four_pi = true\n\n[target]\nkind = "hopfion"\nradius_nm = ${tidy(state.nm)}\n`, { pupil: "free", exposures: 8 }],
};
const SPOTS = "x_nm,y_nm,mx,my,mz\n0,0,0,0,1\n700,0,1,0,0\n1400,0,0,0,-1\n0,700,0,1,0\n700,700,-0.6,0,0.8\n1400,700,0,-1,0\n";
const PROGRAMS = [["ovf", "mumax3, Ubermag, mumax+ (OVF)"], ["vti", "NeuralMag, magnum.np (VTI)"], ["netcdf", "xarray, Ubermag (NetCDF)"]];

const panelOf = (name, go, ...rows) => [made("div", {}, ...rows, made("div", { className: "row" }, made("button", { id: `${name}-go`, className: "go", textContent: go })), made("p", { id: `${name}-fault`, className: "bad", hidden: true })), made("div", { id: `${name}-job` }, made("p", { className: "note", textContent: "Nothing has been made yet." }))];
const note = (text) => made("p", { className: "note", textContent: text });
const sources = (id) => labelled("of", choice(id, [["", "the beam above, in the film"]]), "", true);

function masksPanel() {
  return panelOf("masks", "make the masks", note("Images for a modulator, simulated again from their grey levels: what is wanted, what is written, and what it does in the focus."),
    sources("masks-source"), labelled("device", choice("masks-device", []), "", true),
    labelled("amplitude section", choice("masks-amplitude", [["auto", "where it is needed"], ["shape", "shapes, and absorbs"], ["skip", "stays open"]]), "", true),
    labelled("phases to grey levels", choice("masks-rounding", [["ordered-dither", "ordered dither"], ["nearest", "nearest level"]]), "", true));
}

function structurePanel() {
  return panelOf("shape", "find the beam", note("The pupil that writes a whole structure; lengths begin at one wavelength of the lens above."),
    labelled("structure", choice("shape-kind", Object.keys(STRUCTURES).map((name) => [name, name])), "", true),
    made("div", { className: "row" }, labelled("exposures", numberField("shape-exposures", 3, { min: 1, max: 64, step: 1 })),
      labelled("pupil", choice("shape-pupil", [["flat", "phase and polarisation"], ["free", "amplitude, too"], ["rings", "rings"], ["pixels", "pixels"]]))),
    made("div", { className: "row" }, labelled("steps", numberField("shape-steps", "", { min: 0, step: 1, placeholder: "usual" })), made("label", {}, made("input", { type: "checkbox", id: "shape-film" }), " in the film")),
    made("textarea", { id: "shape-toml", spellcheck: false, ariaLabel: "The target as TOML" }), note("The same text as a file: optomag shape FILE.toml."));
}

function scanPanel() {
  return panelOf("scan", "scan", note("Many spots one after the other, each with its beam, and what they write together. Type a list, or send a file: CSV, NumPy, OVF or a picture."),
    made("textarea", { id: "scan-list", spellcheck: false, value: SPOTS, ariaLabel: "Spots as CSV" }),
    labelled("or a file", made("input", { type: "file", id: "scan-file", accept: ".csv,.npy,.ovf,.png,.tif,.tiff,.jpg,.jpeg" }), "", true),
    made("div", { className: "row" }, labelled("pitch of a picture or grid", numberField("scan-pitch", "", { min: 0, placeholder: "none" }), "nm"), labelled("every", numberField("scan-every", 1, { min: 1, step: 1 }), "nodes")),
    labelled("pixels say", choice("scan-pixels", [["", "(no picture)"], ["colours", "directions, by the sphere's colours"], ["mz", "Mz as |M|"], ["tilt", "Mz as a tilt"]]), "", true),
    labelled("beams", choice("scan-method", [["linear-basis", "linear basis"], ["completed-basis", "completed basis"], ["four-beam", "four beams"], ["optimal", "optimal"]]), "", true),
    made("label", {}, made("input", { type: "checkbox", id: "scan-film" }), " in the film"));
}

function exportPanel() {
  return panelOf("export", "export", note("Fields on cells, and scripts that apply them, for micromagnetic programs. The constants are those of your magnet."),
    sources("export-source"), labelled("program", choice("export-to", PROGRAMS), "", true),
    labelled("material", choice("export-material", [["", "by the constants below"]]), "", true),
    made("div", { className: "row" }, labelled("θ_F", numberField("export-faraday", CONSTANTS.faraday.value, { className: "long" }), "rad/m"), labelled("Ms", numberField("export-ms", CONSTANTS.faraday.ms, { min: 0, className: "long" }), "A/m")),
    made("div", { className: "row" }, labelled("cell", numberField("export-cell", 20, { min: 0 }), "nm"), labelled("pulse", numberField("export-energy", 1, { min: 0 }), "nJ"), labelled("within", numberField("export-duration", 100, { min: 0 }), "fs")));
}

const lensOptions = () => ({ na: state.na, index: state.index, wavelength_nm: state.nm });
const given = (id) => (Number.isFinite($(id).valueAsNumber) ? $(id).valueAsNumber : undefined);

/** A source: an earlier job, or the light of the page. */
const sourceOf = (id) => ($(id).value ? { source: $(id).value } : { light: servedLight() });

/** The film's options, with the name that a scan has for its magnet. */
function filmOptions(used, magnet = "layer") {
  if (!used) return undefined;
  const { layer, ...options } = servedLight().film;
  return layer ? { ...options, [magnet]: layer } : options;
}

const ASK = {
  masks: async () => ({ command: "masks", ...sourceOf("masks-source"), options: { device: $("masks-device").value, amplitude: $("masks-amplitude").value, rounding: $("masks-rounding").value } }),
  shape: async () => ({
    command: "shape", toml: $("shape-toml").value,
    options: { lens: lensOptions(), film: filmOptions($("shape-film").checked), exposures: given("shape-exposures"), pupil: $("shape-pupil").value, steps: given("shape-steps") },
  }),
  scan: async () => {
    const file = $("scan-file").files[0], bytes = new Uint8Array(file ? await file.arrayBuffer() : new TextEncoder().encode($("scan-list").value)), pitch = given("scan-pitch");
    let text = "";
    for (let k = 0; k < bytes.length; k += 32768) text += String.fromCharCode(...bytes.subarray(k, k + 32768));
    return {
      command: "scan", file: { name: file ? file.name : "spots.csv", content: btoa(text) },
      options: { lens: lensOptions(), film: filmOptions($("scan-film").checked, "magnet_layer"), method: $("scan-method").value, every: given("scan-every"), pixels: $("scan-pixels").value || undefined, pitch_nm: pitch && [pitch] },
    };
  },
  export: async () => ({
    command: "export", ...sourceOf("export-source"),
    options: {
      to: [$("export-to").value], cell_nm: [given("export-cell")], pulse: { energy_nj: given("export-energy"), duration_fs: given("export-duration") },
      magnet: $("export-material").value ? { material: $("export-material").value } : { faraday_rotation: given("export-faraday"), saturation_magnetization: given("export-ms") },
    },
  }),
};

async function begin(name, body) {
  const fault = $(`${name}-fault`) || $("exact-fault");
  fault.hidden = true;
  try {
    watch(name, await asked("api/jobs", { method: "POST", body }));
  } catch (error) {
    fault.textContent = error.message, fault.hidden = false;
  }
}

const seconds = (s) => (s < 90 ? `${Math.round(s)} s` : `${Math.floor(s / 60)} min ${String(Math.round(s % 60)).padStart(2, "0")} s`);

/** Shows a job where it was begun until it ends: progress and time left, then figures, numbers and files. */
async function watch(name, job) {
  const bar = made("progress", { max: 1 }), stop = made("button", { textContent: "stop" }), where = made("p", { role: "status" }), files = made("div"), told = made("pre", { hidden: true });
  bar.ariaLabel = "Progress", bar.removeAttribute("value");
  $(`${name}-job`).replaceChildren(made("div", { className: "job" }, made("strong", { textContent: job.name }), where, bar, made("p", {}, stop), files, told));
  stop.addEventListener("click", () => { asked(`api/jobs/${job.name}`, { method: "DELETE" }).catch(() => {}), stop.textContent = "stop at once"; });
  for (let current = job; ; ) {
    const { done, total, seconds_left: left, note: remark } = current.reading, counted = total > 0;
    if (counted) bar.value = done / total;
    if (counted && done >= total) bar.removeAttribute("value");
    const stands = counted && done < total ? `${done} of ${total}${left ? `, ${seconds(left)} left at most` : ""}` : counted ? "writing numbers and figures" : "beginning";
    where.textContent = { running: `${stands}${remark && done < total ? `; ${remark}` : ""}`, stopping: "stopping: the best until now is saved" }[current.state] ||
      `${current.state}, after ${seconds(current.seconds)}${current.sentence ? `: ${current.sentence}` : ""}`;
    where.classList.toggle("bad", current.state === "failed");
    told.textContent = [...current.told, ...current.said].join("\n"), told.hidden = !told.textContent;
    if (!["running", "stopping"].includes(current.state)) {
      bar.hidden = stop.hidden = true;
      return ended(current, files);
    }
    await new Promise((resolve) => setTimeout(resolve, 400));
    try {
      current = await asked(`api/jobs/${job.name}`);
    } catch (error) {
      where.textContent = error.message, where.classList.add("bad"), bar.hidden = stop.hidden = true;
      return;
    }
  }
}

/** Figures and downloads of a job that has ended; others may then work on its result. */
async function ended(job, place) {
  const names = job.files.map((file) => file.name);
  if (!names.some((name) => name.startsWith("result/"))) return;
  const whole = made("button", { textContent: "download all (zip)" });
  whole.addEventListener("click", async () => save(`${job.name}.zip`, await asked(`api/jobs/${job.name}/zip`, { raw: true })));
  place.append(made("p", {}, whole, ` in the server's folder ${job.name}`));
  for (const [name, caption] of Object.entries(FIGURES)) {
    if (!names.includes(name) || (name.startsWith("light/") && job.command !== "masks")) continue;
    const blob = await asked(`api/jobs/${job.name}/files/${name}`, { raw: true });
    place.append(made("p", { className: "note", textContent: caption }), made("img", { src: URL.createObjectURL(blob), alt: `${job.command}: ${name}`, className: name.includes("3d") ? "volume" : "" }));
  }
  const uses = { shape: ["masks-source", "export-source"], design: ["masks-source", "export-source"], scan: ["export-source"] }[job.command] || [];
  for (const id of uses) $(id).append(new Option(`${job.name}, made before`, job.name));
}

// ---- the section

const PANELS = [["film", "Film", filmPanel], ["masks", "Masks", masksPanel], ["shape", "Structure", structurePanel], ["scan", "Scan", scanPanel], ["export", "Export", exportPanel]];

function showServed(name) {
  for (const [id] of PANELS) $(`served-${id}`).hidden = id !== name, $(`served-tab-${id}`).classList.toggle("on", id === name);
  if (name === "film") drawExact(), laterExact();
}

function structureText() {
  const [text, options] = STRUCTURES[$("shape-kind").value];
  $("shape-toml").value = text(), $("shape-exposures").value = options.exposures || 1, $("shape-pupil").value = options.pupil || "flat";
}

async function serveHere() {
  const tabs = made("div", { className: "tabs", role: "group", ariaLabel: "What the engine makes" }, ...PANELS.map(([id, title]) => made("button", { id: `served-tab-${id}`, textContent: title })));
  const section = document.querySelector(".served");
  section.append(made("h2", { textContent: "With the exact engine: films, modulators, structures, scans, exports" }), tabs);
  for (const [id, , build] of PANELS) section.append(made("div", { id: `served-${id}`, className: "panel", hidden: true }, ...build()));
  for (const [id] of PANELS) $(`served-tab-${id}`).addEventListener("click", () => showServed(id));
  for (const [name, ask] of Object.entries(ASK)) $(`${name}-go`).addEventListener("click", async () => begin(name, await ask()));
  $("shape-kind").addEventListener("change", structureText), structureText(), listenFilm(), showServed("film");
  new ResizeObserver(drawExact).observe(section), window.optomag.onChange(laterExact);
  try {
    const known = await asked("api/choices");
    for (const { name, title } of known.devices) $("masks-device").append(new Option(title, name));
    $("masks-device").value = "holoeye-pluto-2";
    for (const { name, B_eff } of known.materials) if (B_eff) $("export-material").append(new Option(name, name));
  } catch (error) {
    $("exact-fault").textContent = error.message, $("exact-fault").hidden = false;
  }
}

window.optomag.exact = () => exact; // what was drawn last, for consoles and tests
serveHere();
