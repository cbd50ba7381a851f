"use strict";
// The film that the page's light goes into: its layers, its exact field, and its numbers in the page's bar.

const FILMS = {
  "a garnet, 80 nm, on glass": { layers: [["2.3", 80]], substrate: "1.46", magnet: 0 },
  "a metal, 20 nm, in nitride, on glass": { layers: [["2.0", 5], ["2.9+3.6j", 20], ["2.0", 60]], substrate: "1.46", magnet: 2 },
  "none: the bare focus": { layers: [], substrate: "", magnet: 0 },
};
let film = structuredClone(FILMS["a garnet, 80 nm, on glass"]), exact = null, asking = null, exactTimer = 0, refused = false;

/** The light of the page, in the film, as requests have it. */
function servedLight() {
  const options = {}, light = { state: stateText(state), film: options }, quantity = $("made-for").value;
  if (film.layers.length) options.film = film.layers.map(([index, thickness]) => `${index}:${thickness}`);
  if (film.substrate) options.substrate = film.substrate;
  if (film.magnet && film.layers.length) options.layer = film.magnet;
  if (quantity !== "spin") light.made_for = quantity, light.magnet = { [quantity === "B_eff" ? "faraday_rotation" : "verdet"]: $("made-for-value").valueAsNumber };
  return light;
}

/** A refractive index as requests have it: people write 2,9 + 3,6 i, too. */
const indexTyped = (text) => text.replace(/\s/g, "").replace(/,/g, ".").replace(/i$/, "j");

function filmTable() {
  const rows = film.layers.map(([index, thickness], k) => {
    const name = made("input", { type: "text", value: index, ariaLabel: `index of layer ${k + 1}` });
    const height = made("input", { type: "number", min: 0, step: "any", value: thickness, ariaLabel: `thickness of layer ${k + 1} in nm` });
    const magnet = made("input", { type: "radio", name: "magnet", checked: film.magnet === k + 1, ariaLabel: `layer ${k + 1} is the magnet` });
    const gone = made("button", { textContent: "×", title: "take this layer away" });
    name.addEventListener("change", () => changeFilm(() => { film.layers[k][0] = indexTyped(name.value); }));
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
    note("Layers from the light's side; the focus of the bare lens lies on the first surface. Complex indices n+kj absorb."),
    labelled("film", choice("film-preset", [...Object.keys(FILMS).map((name) => [name, name]), ["", "as below"]]), "", true),
    made("table", { id: "film-layers" }),
    made("div", { className: "row" }, made("button", { id: "film-more", textContent: "one layer more" }), labelled("substrate, index", made("input", { type: "text", id: "film-substrate", size: 6 }))),
    made("div", { className: "row" }, labelled("the wish is for", choice("made-for", [["spin", "the spin of light"], ["B_eff", "B_eff"], ["M", "M"]])),
      made("label", { id: "made-for-label", hidden: true }, made("span"), " ", numberField("made-for-value", CONSTANTS.faraday.value, { className: "long" }))),
    made("div", { className: "row" }, made("button", { id: "keep-design", textContent: "save this design", className: "go" })),
    made("div", { id: "design-job" }));
  const right = made("div", {}, made("p", { id: "exact-fault", className: "bad", hidden: true }), made("p", { id: "exact-told", role: "status", textContent: "The engine is warming up: just after its start the first field takes some seconds." }),
    made("div", { className: "maps" },
      made("figure", {}, made("canvas", { id: "stack" }), made("figcaption", { textContent: "the stack to scale" })),
      made("figure", {}, made("canvas", { id: "exact-xz" }), made("figcaption", { textContent: "plane of the axis, light upwards, z stretched; pale outside the magnet" })),
      made("figure", {}, made("canvas", { id: "exact-xy" }), made("figcaption", { id: "exact-xy-caption" }))),
    made("canvas", { id: "exact-key", role: "img", ariaLabel: "What the colours of these maps mean" }));
  return [left, right];
}

function listenFilm() {
  $("film-preset").addEventListener("change", () => {
    if ($("film-preset").value) changeFilm(() => { film = structuredClone(FILMS[$("film-preset").value]); });
  });
  $("film-more").addEventListener("click", () => changeFilm(() => { film.layers.push(["2.0", 50]), film.magnet ||= film.layers.length > 1 ? 1 : 0; }));
  $("film-substrate").addEventListener("change", () => changeFilm(() => { film.substrate = indexTyped($("film-substrate").value); }));
  $("made-for").addEventListener("change", () => {
    const quantity = $("made-for").value, label = $("made-for-label");
    label.hidden = quantity === "spin", label.firstElementChild.textContent = quantity === "B_eff" ? "θ_F [rad/m]" : "V [rad/(T m)]";
    $("made-for-value").value = quantity === "M" ? CONSTANTS.verdet.value : CONSTANTS.faraday.value, laterExact();
  });
  $("made-for-value").addEventListener("change", laterExact), $("marks").addEventListener("change", drawExact);
  $("keep-design").addEventListener("click", () => begin("design", () => ({ command: "design", light: servedLight() })));
  filmTable();
}

/** Takes a change of the film. */
function changeFilm(change) {
  change(), filmTable(), laterExact(), drawFilmNumbers();
}

/** Asks for the exact field once nothing has changed for a moment; only the last question counts. */
function laterExact() {
  clearTimeout(exactTimer), exactTimer = setTimeout(askExact, 150);
}

async function askExact() {
  asking?.abort();
  const mine = asking = new AbortController();
  try {
    const light = servedLight(), answer = await asked("api/focus", { method: "POST", body: light, signal: mine.signal });
    exact = { ...answer, light, fields: Object.fromEntries(Object.entries(answer.fields).map(([name, text]) => [name, unpacked(text)])) };
    refused = false, $("exact-fault").hidden = true, drawExact(), drawFilmNumbers();
    Object.assign(exact.numbers, await asked("api/spot", { method: "POST", body: light, signal: mine.signal })), drawFilmNumbers();
  } catch (error) {
    if (error.name !== "AbortError") refused = true, $("exact-fault").textContent = error.message, $("exact-fault").hidden = false, drawFilmNumbers();
  }
}

/** The bar's numbers are those of the bare focus; where there is a film, those in it stand below them, and what is which beside. */
function drawFilmNumbers() {
  const bar = $("numbers"), light = servedLight(), known = exact && JSON.stringify(exact.light) === JSON.stringify(light);
  bar.querySelectorAll(".in-film").forEach((part) => part.remove());
  if (!light.film.film && !light.film.substrate) return;
  const cells = known && !refused ? numberCells(barNumbers(exact)) : null, cell = (k) => cells?.[k]?.lastChild;
  const text = (k) => (cells ? cell(k)?.textContent : refused ? "–" : "…");
  [...bar.children].forEach((place, k) => place.append(made("span", { className: `in-film ${cell(k)?.className || ""}`, textContent: text(k) })));
  bar.append(made("div", { className: "in-film" }, made("small", { textContent: "\u00a0" }), made("span", { textContent: "bare focus" }), made("span", { textContent: "in the film" })));
}

/** The engine's numbers as the page's bar takes them. Where the half maximum lies outside the magnet, nothing of it is written. */
function barNumbers({ numbers, stack }) {
  const [low, high] = magnetEdges(stack), widths = numbers.widths_nm?.map((nm) => (nm === null ? Infinity : nm / state.nm)) || null;
  if (widths && widths[2] * state.nm > high - low) widths[2] = Infinity;
  return { angle: numbers.angle_error_deg, efficiency: numbers.efficiency, physical: numbers.physical, unitName: numbers.unit, length: numbers.length, widths, purity: numbers.purity, kept: numbers.kept };
}

/** Numbers of 64 bits out of base64. */
const unpacked = (text) => new Float64Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);

function drawExact() {
  if (!exact || !$("exact-xz").clientWidth) return;
  const { numbers, stack } = exact;
  const M = Object.fromEntries(Object.entries(exact.fields).map(([name, field]) => [name, magnetizationOf(field).map((part) => part * numbers.sign)]));
  $("exact-told").textContent = `${numbers.setup}. ${stack ? `Magnet: ${stack.told}. ` : ""}${stack ? `The bar above has the numbers in the film, at z = ${tidy(exact.height_nm)} nm: what is written there, and the bound of this film.` : "No film: the bare focus."}`;
  const most = longestIn(M.xy, M.xz, stack);
  drawPlane($("exact-xy"), M.xy, exact.x_nm, exact.x_nm, ["x", "y"], most, null);
  drawPlane($("exact-xz"), M.xz, exact.x_nm, exact.z_nm, ["x", "z"], most, stack);
  drawStack($("stack"), stack, exact), drawKey($("exact-key"), { ...state, value: state.value * numbers.index / state.index }, { most });
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
