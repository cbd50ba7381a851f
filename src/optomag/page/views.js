"use strict";
// Drawings on canvases: the sphere of wishes, the pupil, maps of the focus and the cut through it.

const INK = "#1a1a1a", FAINT = "#6b6b6b", RIGHT = "#0072B2", LEFT = "#D55E00", WISH = "#CC79A7";

/** A canvas made as sharp as the screen; drawing goes on in its CSS pixels. */
function fitted(canvas) {
  const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = "12px system-ui, sans-serif";
  return { pen, width, height };
}

/** Unit vectors right, up and towards the viewer of the sphere of wishes. */
function sphereView(turn) {
  const a = turn * Math.PI / 180, e = 22 * Math.PI / 180;
  const towards = [Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)];
  const right = [-Math.sin(a), Math.cos(a), 0];
  return { right, up: cross(towards, right), towards };
}

let keptSphere = null;

/** The coloured sphere, which changes with the view only. */
function sphereImage(turn, size) {
  if (keptSphere && keptSphere.turn === turn && keptSphere.image.width === size) return keptSphere.image;
  const image = new ImageData(size, size), view = sphereView(turn);
  for (let j = 0; j < size; j++) for (let i = 0; i < size; i++) {
    const u = 2 * (i + 0.5) / size - 1, v = 1 - 2 * (j + 0.5) / size, rest = 1 - u * u - v * v;
    if (rest < 0) continue;
    const w = Math.sqrt(rest), p = [0, 1, 2].map((c) => u * view.right[c] + v * view.up[c] + w * view.towards[c]);
    const colour = directionColour(...p, 1), at = 4 * (j * size + i), shade = 0.55 + 0.45 * w;
    for (let c = 0; c < 3; c++) image.data[at + c] = 255 - (255 - colour[c] * shade) * 0.72;
    image.data[at + 3] = 255;
  }
  keptSphere = { turn, image };
  return image;
}

/** The sphere with its colours, axes, the wish, what is written, and the circle that is out of reach. */
function drawSphere(canvas, state, numbers, turn) {
  const { pen, width, height } = fitted(canvas), view = sphereView(turn);
  const radius = 0.38 * Math.min(width, height), cx = width / 2, cy = height / 2;
  const ratio = canvas.width / width, size = Math.ceil(2 * radius * ratio);
  pen.putImageData(sphereImage(turn, size), Math.round((cx - radius) * ratio), Math.round((cy - radius) * ratio));
  const flat = (p, length = 1) => [cx + radius * length * dot(p, view.right), cy - radius * length * dot(p, view.up)];
  const circle = (at, colour, thick) => {
    for (const front of [false, true]) {
      pen.beginPath();
      pen.setLineDash(front ? [] : [3, 4]);
      let open = false;
      for (let i = 0; i <= 144; i++) {
        const p = at(TURN * i / 144);
        if ((dot(p, view.towards) >= 0) !== front) { open = false; continue; }
        const [x, y] = flat(p);
        open ? pen.lineTo(x, y) : pen.moveTo(x, y);
        open = true;
      }
      pen.strokeStyle = colour, pen.lineWidth = front ? thick : 1, pen.stroke();
    }
    pen.setLineDash([]);
  };
  circle((t) => [Math.cos(t), Math.sin(t), 0], "rgba(0,0,0,.35)", 1);
  if (state.method === "four-beam") for (const [colour, thick] of [["#fff", 5], ["#000", 2.2]]) circle((t) => [Math.cos(t), 0, Math.sin(t)], colour, thick);
  for (const [name, p] of [["x", [1, 0, 0]], ["y", [0, 1, 0]], ["z", [0, 0, 1]]]) {
    const [tx, ty] = flat(p, 1.22), back = dot(p, view.towards) < -0.05;
    line(pen, [flat(p, back ? 1 : 0.98), flat(p, 1.13)], back ? FAINT : INK, 1);
    pen.fillStyle = back ? FAINT : INK, pen.textAlign = "center", pen.textBaseline = "middle";
    pen.strokeStyle = "#fff", pen.lineWidth = 4, pen.strokeText(name, tx, ty), pen.fillText(name, tx, ty); // one behind lies on colours
  }
  const wish = unit(state.wish);
  arrow(pen, [cx, cy], flat(wish), WISH, 3.2, "#000", dot(wish, view.towards) < 0);
  if (!numbers.dark) arrow(pen, [cx, cy], flat(numbers.direction, 0.92), "#000", 1.8, "#fff", dot(numbers.direction, view.towards) < 0);
}

/** Direction on the sphere under a point of the canvas, or on its rim next to it. */
function directionUnder(canvas, x, y, turn) {
  const width = canvas.clientWidth, height = canvas.clientHeight, view = sphereView(turn);
  const radius = 0.38 * Math.min(width, height);
  let u = (x - width / 2) / radius, v = (height / 2 - y) / radius;
  const length = Math.hypot(u, v);
  if (length > 1) u /= length, v /= length;
  const w = Math.sqrt(Math.max(0, 1 - u * u - v * v));
  return [0, 1, 2].map((c) => u * view.right[c] + v * view.up[c] + w * view.towards[c]);
}

function line(pen, points, colour, thick) {
  pen.beginPath();
  points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.strokeStyle = colour, pen.lineWidth = thick, pen.stroke();
}

/** An arrow with an edge that parts it from colours like its own; dashed where it points away from the viewer. */
function arrow(pen, [x0, y0], [x1, y1], colour, thick, edge, behind) {
  const length = Math.hypot(x1 - x0, y1 - y0), head = Math.min(4.2 * thick, length);
  const ux = (x1 - x0) / length, uy = (y1 - y0) / length, bx = x1 - ux * head, by = y1 - uy * head;
  for (const [paint, more] of [[edge, 2], [colour, 0]]) {
    pen.strokeStyle = pen.fillStyle = paint, pen.lineWidth = Math.max(more, 0.01);
    pen.beginPath();
    if (length < 3) pen.arc(x0, y0, 1.6 * thick, 0, TURN);
    else pen.moveTo(x1, y1), pen.lineTo(bx - 0.42 * uy * head, by + 0.42 * ux * head), pen.lineTo(bx + 0.42 * uy * head, by - 0.42 * ux * head);
    pen.closePath(), pen.stroke(), pen.fill();
    pen.setLineDash(behind ? [4, 3] : []);
    if (length >= 3) line(pen, [[x0, y0], [bx, by]], paint, thick + more);
    pen.setLineDash([]);
  }
}

/** (E_x, E_y), four numbers, of the beam at a point of the pupil; a painted one is as its pixel is. */
function pupilAt(beam, state, x, y) {
  if (!state.paint) return smoothAt(beam, state, x, y, 0);
  const [px, py] = [x, y].map((part) => (2 * Math.min(PIXELS - 1, Math.floor((part + 1) / 2 * PIXELS)) + 1) / PIXELS - 1);
  return smoothAt(beam, state, px, py, TURN * paintAt(state.paint, px, py) / PAINT_LEVELS);
}

/** The same before anything is painted, turned by a phase. */
function smoothAt(beam, state, x, y, phase) {
  const r = Math.min(Math.hypot(x, y), 1), phi = (Math.atan2(y, x) + TURN) % TURN;
  const field = beam.smooth(0, r, phi, Math.sqrt(1 - (state.na / state.index * r) ** 2));
  return toCartesian(phase ? turned(field, phase) : field, phi);
}

function toCartesian([ar, ai, br, bi], phi) {
  const c = Math.cos(phi), s = Math.sin(phi);
  return [ar * c - br * s, ai * c - bi * s, ar * s + br * c, ai * s + bi * c];
}

/** The pupil: amplitude as grey, polarisation as ellipses coloured by handedness; or a phase. */
function drawPupil(canvas, state, beam, mode) {
  const { pen, width, height } = fitted(canvas), radius = 0.46 * Math.min(width, height), cx = width / 2, cy = height / 2;
  const size = 96, image = new ImageData(size, size), fields = [];
  let most = 0;
  for (let j = 0; j < size; j++) for (let i = 0; i < size; i++) {
    const x = 2 * (i + 0.5) / size - 1, y = 1 - 2 * (j + 0.5) / size;
    const field = x * x + y * y <= 1 ? pupilAt(beam, state, x, y) : null;
    fields.push(field);
    if (field) most = Math.max(most, sizeOf(field));
  }
  fields.forEach((field, p) => {
    if (!field) return;
    const share = sizeOf(field) / most;
    let colour;
    if (mode === "x" || mode === "y") {
      const at = mode === "x" ? 0 : 2, part = Math.hypot(field[at], field[at + 1]);
      colour = mapColour("phase", 0.5 + Math.atan2(field[at + 1], field[at]) / TURN);
      if (part < 1e-3 * most) colour = [235, 235, 235];
    } else {
      colour = [255, 255, 255].map((white) => white - 105 * share);
    }
    for (let c = 0; c < 3; c++) image.data[4 * p + c] = colour[c];
    image.data[4 * p + 3] = 255;
  });
  pen.save();
  pen.beginPath(), pen.arc(cx, cy, radius, 0, TURN), pen.clip();
  pen.imageSmoothingEnabled = false;
  pen.drawImage(asCanvas(image), cx - radius, cy - radius, 2 * radius, 2 * radius);
  pen.restore();
  if (mode === "polarisation") {
    const spots = 9, reach = 0.82 / spots;
    for (let j = 0; j < spots; j++) for (let i = 0; i < spots; i++) {
      const x = 2 * (i + 0.5) / spots - 1, y = 2 * (j + 0.5) / spots - 1;
      if (x * x + y * y > 0.94) continue;
      const field = pupilAt(beam, state, x, y);
      if (sizeOf(field) < 0.02 * most) continue;
      ellipse(pen, cx + radius * x, cy - radius * y, field, radius * reach / most);
    }
  }
  pen.beginPath(), pen.arc(cx, cy, radius, 0, TURN), pen.strokeStyle = INK, pen.lineWidth = 1, pen.stroke();
}

/** One ellipse of polarisation, with an arrow at the field of time 0: along the turn, coloured by its sense. */
function ellipse(pen, x, y, [xr, xi, yr, yi], scale) {
  const spin = 2 * (xr * yi - xi * yr) / (xr * xr + xi * xi + yr * yr + yi * yi);
  pen.beginPath();
  for (let i = 0; i <= 48; i++) {
    const c = Math.cos(TURN * i / 48), s = Math.sin(TURN * i / 48); // E exp(-i w t)
    const px = x + scale * (xr * c + xi * s), py = y - scale * (yr * c + yi * s);
    i ? pen.lineTo(px, py) : pen.moveTo(px, py);
  }
  pen.strokeStyle = "#fff", pen.lineWidth = 3.2, pen.stroke(); // parts the colours from the grey
  const colour = pen.strokeStyle = Math.abs(spin) < 0.05 ? INK : spin > 0 ? RIGHT : LEFT;
  pen.lineWidth = 1.4, pen.stroke();
  for (const [paint, radius] of [["#fff", 2.8], [colour, 2]]) pen.beginPath(), pen.arc(x + scale * xr, y - scale * yr, radius, 0, TURN), pen.fillStyle = paint, pen.fill();
}

function asCanvas(image) {
  const canvas = document.createElement("canvas");
  canvas.width = image.width, canvas.height = image.height;
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** Where a map lies on its canvas [CSS pixels]. */
function mapFrame(canvas) {
  const left = 52, top = 8, side = Math.max(60, Math.min(canvas.clientWidth - left - 10, canvas.clientHeight - top - 40));
  return { left, top, side };
}

/** A map of M on a plane: colours, arrows in the plane, signs out of it, axes in wavelengths, bar in nm. */
function drawMap(canvas, state, plane, names, most, marks) {
  const { pen } = fitted(canvas), { left, top, side } = mapFrame(canvas), count = plane.points;
  const image = new ImageData(count, count);
  for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) {
    const at = 3 * (i * count + j), to = 4 * ((count - 1 - j) * count + i);
    const colour = shownColour(state.show, plane.M[at], plane.M[at + 1], plane.M[at + 2], most);
    image.data[to] = colour[0], image.data[to + 1] = colour[1], image.data[to + 2] = colour[2], image.data[to + 3] = 255;
  }
  pen.imageSmoothingEnabled = true;
  pen.drawImage(asCanvas(image), left, top, side, side);
  const half = state.half, px = (a) => left + side * (a + half) / (2 * half), py = (b) => top + side * (half - b) / (2 * half);
  if (marks) drawMarks(pen, state, plane, names, most, px, py, side);
  pen.strokeStyle = INK, pen.lineWidth = 1, pen.strokeRect(left + 0.5, top + 0.5, side - 1, side - 1);
  pen.fillStyle = INK, pen.textAlign = "center", pen.textBaseline = "top";
  const step = niceStep(half);
  for (let t = -Math.floor(half / step) * step; t <= half + 1e-9; t += step) {
    const text = shortNumber(Number(t.toFixed(3)));
    line(pen, [[px(t), top + side], [px(t), top + side - 4]], INK, 1);
    line(pen, [[left, py(t)], [left + 4, py(t)]], INK, 1);
    pen.textAlign = "center", pen.textBaseline = "top", pen.fillText(text, px(t), top + side + 4);
    pen.textAlign = "right", pen.textBaseline = "middle", pen.fillText(text, left - 5, py(t));
  }
  pen.textAlign = "center", pen.textBaseline = "top", pen.fillText(`${names[0]} / wavelength`, left + side / 2, top + side + 19);
  pen.save(), pen.translate(11, top + side / 2), pen.rotate(-Math.PI / 2), pen.textBaseline = "middle";
  pen.fillText(`${names[1]} / wavelength`, 0, 0), pen.restore();
  const bar = niceLength(0.5 * half * state.nm), length = side * bar / state.nm / (2 * half);
  const dark = state.show === "strength";
  const scale = `${bar >= 1000 ? `${bar / 1000} µm` : `${bar} nm`} = ${(bar / state.nm).toPrecision(2)} λ`;
  const wide = Math.max(length, pen.measureText(scale).width) + 12;
  pen.fillStyle = dark ? "rgba(0,0,0,.6)" : "rgba(255,255,255,.75)", pen.fillRect(left + side - wide - 4, top + side - 33, wide, 27); // arrows lie under it
  pen.fillStyle = dark ? "#fff" : "#000", pen.fillRect(left + side - length - 10, top + side - 14, length, 3);
  pen.textAlign = "right", pen.textBaseline = "bottom", pen.fillText(scale, left + side - 10, top + side - 16);
}

/** Arrows along M in the plane, dots and crosses where M leaves it. */
function drawMarks(pen, state, plane, names, most, px, py, side) {
  const count = plane.points, spots = 11, out = "xyz".replace(names[0], "").replace(names[1], "");
  const [a, b, c] = [names[0], names[1], out].map((name) => "xyz".indexOf(name)), sign = names === "xz" ? -1 : 1;
  for (let i = 0; i < spots; i++) for (let j = 0; j < spots; j++) {
    const p = Math.round((i + 0.5) / spots * (count - 1)), q = Math.round((j + 0.5) / spots * (count - 1));
    const at = 3 * (p * count + q), M = [plane.M[at], plane.M[at + 1], plane.M[at + 2]], length = Math.hypot(...M);
    if (length < 0.12 * most) continue;
    const x = px(plane.axis[p]), y = py(plane.axis[q]), reach = 0.42 * side / spots;
    const u = M[a] / length, v = M[b] / length, w = sign * M[c] / length; // the normal that faces the viewer
    pen.lineWidth = 1;
    if (Math.hypot(u, v) > 0.3) {
      needle(pen, x, y, reach * u, -reach * v);
    }
    if (Math.abs(w) > 0.7) {
      pen.beginPath(), pen.arc(x, y, 4, 0, TURN), pen.fillStyle = "#fff", pen.fill(), pen.strokeStyle = "#111", pen.stroke();
      pen.fillStyle = "#111";
      if (w > 0) pen.beginPath(), pen.arc(x, y, 1.5, 0, TURN), pen.fill();
      else line(pen, [[x - 2.4, y - 2.4], [x + 2.4, y + 2.4]], "#111", 1), line(pen, [[x - 2.4, y + 2.4], [x + 2.4, y - 2.4]], "#111", 1);
    }
  }
}

/** A slender arrow in white with a dark rim, through its middle. */
function needle(pen, x, y, u, v) {
  const length = Math.hypot(u, v), px = -v / length, py = u / length, body = 0.07 * length + 0.5, head = 0.3 * length + 1;
  const corner = (along, aside) => [x + along * u + aside * px, y + along * v + aside * py];
  const outline = [[-1, -body], [0.2, -body], [0.2, -head], [1, 0], [0.2, head], [0.2, body], [-1, body]];
  pen.beginPath();
  outline.forEach(([along, aside], i) => (i ? pen.lineTo(...corner(along, aside)) : pen.moveTo(...corner(along, aside))));
  pen.closePath(), pen.fillStyle = "#fff", pen.fill(), pen.strokeStyle = "#1a1030", pen.lineWidth = 0.8, pen.stroke();
}

const niceStep = (half) => [0.1, 0.2, 0.25, 0.5, 1, 2].find((step) => half / step <= 2.01) || 2;
const niceLength = (nm) => [1, 2, 5].flatMap((f) => [1, 10, 100, 1000, 10000].map((t) => f * t)).sort((a, b) => b - a).find((x) => x <= nm) || 1;

const keptHalves = {};

/** Colours of the half of the sphere of directions with Mz > 0 or < 0, seen from outside; they change with the size only. */
function halfSphere(side, size) {
  if (keptHalves[side]?.width === size) return keptHalves[side];
  const image = new ImageData(size, size);
  for (let j = 0; j < size; j++) for (let i = 0; i < size; i++) {
    const u = 2 * (i + 0.5) / size - 1, v = 1 - 2 * (j + 0.5) / size, rest = 1 - u * u - v * v;
    if (rest >= 0) image.data.set([...directionColour(u, v, side * Math.sqrt(rest), 1), 255], 4 * (j * size + i));
  }
  return keptHalves[side] = asCanvas(image);
}

/** The colour bar, or the two halves of the sphere of directions seen from outside. */
function drawKey(canvas, state, numbers) {
  const { pen, width, height } = fitted(canvas);
  if (state.show === "direction") {
    const radius = Math.min(0.3 * height, 0.16 * width), top = 17, ratio = canvas.width / width;
    for (const [side, cx, name] of [[1, 0.25 * width, "Mz > 0"], [-1, 0.75 * width, "Mz < 0"]]) {
      pen.drawImage(halfSphere(side, Math.ceil(2 * radius * ratio)), cx - radius, top, 2 * radius, 2 * radius);
      pen.beginPath(), pen.arc(cx, top + radius, radius, 0, TURN), pen.strokeStyle = FAINT, pen.lineWidth = 0.8, pen.stroke();
      pen.fillStyle = INK, pen.textAlign = "center", pen.textBaseline = "top", pen.fillText(name, cx, top + 2 * radius + 4), pen.fillText("y", cx, 2);
      pen.textAlign = "left", pen.textBaseline = "middle", pen.fillText("x", cx + radius + 4, top + radius);
    }
    return;
  }
  for (let i = 0; i < width - 60; i++) {
    const c = mapColour(state.show === "mz" ? "mz" : "strength", i / (width - 60));
    pen.fillStyle = `rgb(${c.map(Math.round).join(",")})`, pen.fillRect(30 + i, 6, 1.5, 12);
  }
  pen.strokeStyle = INK, pen.lineWidth = 0.8, pen.strokeRect(30.5, 6.5, width - 60, 12);
  pen.fillStyle = INK, pen.textBaseline = "top", pen.textAlign = "center";
  const most = inUnits(state, numbers.most), low = state.show === "mz" ? -most[0] : 0;
  pen.fillText(threeDigits(low), 34, 21), pen.fillText(threeDigits(most[0]), width - 34, 21);
  const unitName = most[1].includes("/") ? `(${most[1]})` : most[1];
  pen.fillText(`${state.show === "mz" ? quantityName(state, "_z") : `|${quantityName(state)}|`} / ${unitName}`, width / 2, 21);
}

/** What numbers are of: without a constant of the film, what the light alone gives, M/γ = i E × E*. */
const quantityName = (state, part = "") => (state.medium === "faraday" && state.ms > 0 ? `B_eff${part}` : `M${part}${state.medium === "verdet" ? "" : "/γ"}`);

function threeDigits(x) {
  if (x === 0 || !Number.isFinite(x)) return String(x);
  const size = Math.abs(x);
  if (size >= 1e5 || size < 1e-3) return x.toExponential(2).replace("e+", "e");
  return size >= 999.5 ? String(Number(x.toPrecision(3))) : x.toPrecision(3);
}

/** |M| along x, y and z through the focus, with the half maximum. */
function drawCut(canvas, state, focus, numbers) {
  const { pen, width, height } = fitted(canvas), left = 46, right = 12, top = 8, bottom = 36;
  const w = width - left - right, h = height - top - bottom, half = state.half, points = [];
  for (let i = 0; i <= 160; i++) points.push(half * (i / 80 - 1));
  const length = numbers.dark ? 1 : numbers.length, styles = { x: ["#0072B2", []], y: ["#D55E00", [6, 3]], z: ["#009E73", [2, 3]] };
  const profiles = ["x", "y", "z"].map((axis) => {
    const M = focus.along(axis, half)(points);
    return points.map((_, i) => dot([M[3 * i], M[3 * i + 1], M[3 * i + 2]], numbers.direction) / length);
  });
  const most = Math.max(...profiles.flat()), least = Math.min(...profiles.flat()); // beside a weak focus M can be many times longer
  const high = Math.min(Math.max(1.1, 1.05 * most), 4), low = Math.max(Math.min(-0.25, 1.05 * least), -4), tick = high - low > 3 ? 1 : 0.5;
  const px = (a) => left + w * (a + half) / (2 * half), py = (v) => top + h * (high - v) / (high - low);
  line(pen, [[left, py(0)], [left + w, py(0)]], "#ccc", 1), line(pen, [[left, py(0.5)], [left + w, py(0.5)]], "#ddd", 1);
  pen.save(), pen.beginPath(), pen.rect(left, top, w, h), pen.clip();
  ["x", "y", "z"].forEach((axis, c) => {
    pen.setLineDash(styles[axis][1]), line(pen, points.map((a, i) => [px(a), py(profiles[c][i])]), styles[axis][0], 1.8);
  });
  pen.restore(), pen.setLineDash([]);
  pen.strokeStyle = INK, pen.lineWidth = 1, pen.strokeRect(left + 0.5, top + 0.5, w - 1, h - 1);
  pen.fillStyle = INK, pen.textAlign = "right", pen.textBaseline = "middle";
  for (let v = Math.ceil(low / tick) * tick; v <= high; v += tick) pen.fillText(String(v + 0), left - 5, py(v));
  pen.textAlign = "center", pen.textBaseline = "top";
  const step = niceStep(half);
  for (let t = -Math.floor(half / step) * step; t <= half + 1e-9; t += step) {
    line(pen, [[px(t), top + h], [px(t), top + h - 4]], INK, 1), pen.fillText(shortNumber(Number(t.toFixed(3))), px(t), top + h + 4);
  }
  pen.fillText("x, y, z / wavelength", left + w / 2, top + h + 19);
  pen.textAlign = "left";
  ["x", "y", "z"].forEach((axis, i) => {
    pen.setLineDash(styles[axis][1]), line(pen, [[left + 8, top + 10 + 15 * i], [left + 30, top + 10 + 15 * i]], styles[axis][0], 1.8);
    pen.setLineDash([]), pen.fillStyle = INK, pen.fillText(axis, left + 35, top + 4 + 15 * i);
  });
}
