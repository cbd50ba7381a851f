"use strict";
// What can be taken away: figures, numbers, masks, and the lines that give the same state elsewhere.

/** Python that gives this very light. */
function pythonLines(state) {
  const method = { "optimal": "Optimal", "flat-amplitude": "FlatAmplitude", "linear-basis": "LinearBasis", "completed-basis": "CompletedBasis", "four-beam": "FourBeam" }[state.method];
  const masks = [];
  if (state.inner > 0) masks.push(`om.annulus(${state.inner})`);
  if (state.vortex) masks.push(`om.vortex(${state.vortex})`);
  if (state.step) masks.push(`om.phase_step("${state.step}")`);
  if (state.zernike.length && !state.cure) masks.push(`om.zernike({${state.zernike.map(([n, m, w]) => `(${n}, ${m}): ${w}`).join(", ")}})`);
  const asks = "M = light.reduced_magnetization([[0, 0, 0]])  # at unit power";
  if (state.paint) return ["from optomag.page.state import page_state", "", `light = page_state("${stateText(state)}").light`, asks].join("\n");
  return [
    "import optomag as om", "",
    `lens = om.Objective(na=${state.na}, index=${state.index}, wavelength=${state.nm}e-9)`,
    `design = om.design([${state.wish.map(String).join(", ")}], lens, method=om.${method}())`,
    `light = om.Light(design.beam${masks.map((mask) => " * " + mask).join("")}, lens)`, asks,
  ].join("\n");
}

/** The command that takes the same line. */
const commandLine = (state) => `optomag design --state "${stateText(state)}"`;

function save(name, content, kind) {
  const link = document.createElement("a");
  link.href = content instanceof Blob ? URL.createObjectURL(content) : URL.createObjectURL(new Blob([content], { type: kind }));
  link.download = name, link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** One line that says with what a figure was made. */
function caption() {
  const { numbers } = shown, [x, y, z] = unit(state.wish).map((part) => part.toFixed(3));
  return `NA ${shortNumber(state.na)}, index ${shortNumber(state.index)}, ${shortNumber(state.nm)} nm; M along (${x}, ${y}, ${z}) by ${state.method}; ` +
    `${numbers.angle < 1e-6 ? "0" : numbers.angle.toPrecision(3)}° off, |M| ${percent(numbers.efficiency)} % of the bound`;
}

/** The pupil, both maps and the key side by side, under the caption. */
function figureCanvas() {
  const parts = ["pupil", "xy", "xz"].map($), ratio = window.devicePixelRatio || 1, height = Math.max(...parts.map((c) => c.height));
  const canvas = document.createElement("canvas"), space = Math.round(30 * ratio), key = $("key");
  canvas.width = parts.reduce((sum, c) => sum + c.width, 0), canvas.height = height + space + key.height;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff", pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = INK, pen.font = `${13 * ratio}px system-ui, sans-serif`, pen.fillText(caption(), 8 * ratio, 20 * ratio);
  let x = 0;
  for (const part of parts) pen.drawImage(part, x, space), x += part.width;
  pen.drawImage(key, parts[0].width, space + height);
  return canvas;
}

/** The same as SVG: maps and the pupil's colours as pictures, every line and letter as such. */
function figureSvg() {
  const { beam, xy, xz, numbers } = shown, [pupil, , plane] = ["pupil", "xy", "xz"].map($), key = $("key"), marks = $("marks").checked;
  const height = Math.max(pupil.clientHeight, plane.clientHeight) + 30, middle = pupil.clientWidth, width = middle + 2 * plane.clientWidth;
  const parts = [
    [0, 30, svgOf(pupil, (canvas) => drawPupil(canvas, state, beam, pupilMode))],
    [middle, 30, svgOf($("xy"), (canvas) => drawMap(canvas, state, xy, "xy", numbers.most, marks))],
    [middle + plane.clientWidth, 30, svgOf(plane, (canvas) => drawMap(canvas, state, xz, "xz", numbers.most, marks))],
    [middle, height, svgOf(key, (canvas) => drawKey(canvas, state, numbers))],
  ];
  const size = `width="${width}" height="${height + key.clientHeight}"`, told = escaped(caption());
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${width} ${height + key.clientHeight}"><title>${told}</title>` +
    `<rect ${size} fill="#fff"/><text x="8" y="20" font-family="system-ui, sans-serif" font-size="13" fill="${INK}">${told}</text>` +
    parts.map(([x, y, markup]) => `<g transform="translate(${x} ${y})">${markup}</g>`).join("") + "</svg>";
}

/** x, y [nm] and the reduced M of the focal plane, with a line that says what it is. */
function planeCsv() {
  const { xy } = shown, rows = [`# ${stateText(state)}; M for gamma = 1 and the dimensionless field of unit power`, "x_nm,y_nm,mx,my,mz"];
  for (let i = 0; i < POINTS; i++) for (let j = 0; j < POINTS; j++) {
    const at = 3 * (i * POINTS + j), place = [xy.axis[i], xy.axis[j]].map((x) => Number((x * state.nm).toPrecision(13)));
    rows.push([...place, ...[0, 1, 2].map((c) => xy.M[at + c].toExponential(10))].join(","));
  }
  return rows.join("\n") + "\n";
}

/** Phases of E_x (left) and E_y (right) as 8-bit levels, floor(phase 256/2 pi + 1/2) mod 256; amplitudes below. */
function maskImage() {
  const side = 512, canvas = document.createElement("canvas");
  canvas.width = canvas.height = 2 * side;
  const pen = canvas.getContext("2d"), image = pen.createImageData(2 * side, 2 * side);
  let most = 0;
  const fields = [];
  for (let row = 0; row < side; row++) for (let column = 0; column < side; column++) {
    const x = (2 * column + 1) / side - 1, y = 1 - (2 * row + 1) / side;
    const field = x * x + y * y <= 1 ? pupilAt(shown.beam, state, x, y) : [0, 0, 0, 0];
    fields.push(field), most = Math.max(most, Math.hypot(field[0], field[1]), Math.hypot(field[2], field[3]));
  }
  fields.forEach((field, p) => {
    const row = Math.floor(p / side), column = p % side;
    [0, 1].forEach((c) => {
      const size = Math.hypot(field[2 * c], field[2 * c + 1]), phase = size > 1e-9 * most ? Math.atan2(field[2 * c + 1], field[2 * c]) : 0;
      const level = ((Math.floor(phase * 256 / TURN + 0.5) % 256) + 256) % 256;
      for (const [down, grey] of [[0, level], [side, Math.round(255 * size / most)]]) {
        const at = 4 * ((row + down) * 2 * side + c * side + column);
        image.data[at] = image.data[at + 1] = image.data[at + 2] = grey, image.data[at + 3] = 255;
      }
    });
  });
  pen.putImageData(image, 0, 0);
  return canvas;
}

/** Copies a text; for a moment the button says that it did. */
async function copy(button, text) {
  const name = button.dataset.name ??= button.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return refuse("The browser lets nothing be copied here; select the text itself.");
  }
  button.textContent = "copied";
  setTimeout(() => { button.textContent = name; }, 1000);
}

function takeAway() {
  $("png").addEventListener("click", () => figureCanvas().toBlob((blob) => save("optomag.png", blob)));
  $("svg").addEventListener("click", () => save("optomag.svg", figureSvg(), "image/svg+xml"));
  $("csv").addEventListener("click", () => save("optomag-focal-plane.csv", planeCsv(), "text/csv"));
  $("masks").addEventListener("click", () => maskImage().toBlob((blob) => save("optomag-masks.png", blob)));
  $("link").addEventListener("click", () => copy($("link"), `${location.href.split("#")[0]}#${stateText(state)}`));
  for (const id of ["python", "command"]) $(`copy-${id}`).addEventListener("click", () => copy($(`copy-${id}`), $(id).textContent));
}
