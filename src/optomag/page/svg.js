"use strict";
// A pen that writes SVG where a canvas's pen draws: what the drawings of this page use of it, no more.

/** Markup of what `draw` draws on a canvas of the size of one that is shown. */
function svgOf(shownCanvas, draw) {
  const { clientWidth, clientHeight, width, height } = shownCanvas, pen = svgPen(shownCanvas.id);
  draw({ clientWidth, clientHeight, width, height, getContext: () => pen });
  return pen.parts.join("");
}

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
const rounded = (x) => Number(x.toFixed(2));
const LIFT = { top: 0.8, middle: 0.32, bottom: -0.2, alphabetic: 0 }; // of a letter's size, from the baseline that was asked for
const ANCHOR = { left: "start", start: "start", center: "middle", right: "end" };

function svgPen(name) {
  const parts = [], saved = [], ruler = document.createElement("canvas").getContext("2d");
  let path = "", now = { turn: "", clip: "", dash: [] };
  const paint = (kind, colour) => {
    const [, rgb, alpha] = /^rgba\((.*),\s*([\d.]+)\)$/.exec(colour) || [];
    return rgb ? `${kind}="rgb(${rgb})" ${kind}-opacity="${alpha}"` : `${kind}="${colour}"`;
  };
  const add = (tag, attributes, content = "") => {
    parts.push(`<${tag} ${attributes}${now.turn && ` transform="${now.turn.trim()}"`}${now.clip && ` clip-path="url(#${now.clip})"`}>${content}</${tag}>`);
  };
  const lines = () => `fill="none" ${paint("stroke", pen.strokeStyle)} stroke-width="${pen.lineWidth}"${now.dash.length ? ` stroke-dasharray="${now.dash}"` : ""}`;
  const box = (x, y, width, height) => `x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}"`;
  const size = () => parseFloat(pen.font);
  const pen = {
    parts, fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, font: "12px system-ui, sans-serif", textAlign: "start", textBaseline: "alphabetic",
    setTransform() {}, clearRect() {}, imageSmoothingEnabled: true,
    save() { saved.push({ ...now }); },
    restore() { now = saved.pop(); },
    translate(x, y) { now.turn += ` translate(${rounded(x)} ${rounded(y)})`; },
    rotate(angle) { now.turn += ` rotate(${rounded(angle * 360 / TURN)})`; },
    setLineDash(dash) { now.dash = dash; },
    beginPath() { path = ""; },
    moveTo(x, y) { path += `M${rounded(x)} ${rounded(y)}`; },
    lineTo(x, y) { path += `L${rounded(x)} ${rounded(y)}`; },
    arc(x, y, r) { path += `M${rounded(x - r)} ${rounded(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`; }, // all here are whole circles
    closePath() { path += "Z"; },
    stroke() { add("path", `d="${path}" ${lines()}`); },
    fill() { add("path", `d="${path}" ${paint("fill", pen.fillStyle)}`); },
    clip() {
      const id = `${name}-clip-${parts.length}`;
      parts.push(`<clipPath id="${id}"><path d="${path}"/></clipPath>`), now.clip = id;
    },
    strokeRect(...place) { add("rect", `${box(...place)} ${lines()}`); },
    fillRect(...place) { add("rect", `${box(...place)} ${paint("fill", pen.fillStyle)}`); },
    drawImage(image, ...place) {
      add("image", `${box(...place)} preserveAspectRatio="none" href="${image.toDataURL("image/png")}"${pen.imageSmoothingEnabled ? "" : ' style="image-rendering:pixelated"'}`);
    },
    fillText(text, x, y) {
      const place = `x="${rounded(x)}" y="${rounded(y + LIFT[pen.textBaseline] * size())}" text-anchor="${ANCHOR[pen.textAlign]}"`;
      add("text", `${place} font-family="system-ui, sans-serif" font-size="${size()}" ${paint("fill", pen.fillStyle)}`, escaped(text));
    },
    measureText(text) {
      ruler.font = pen.font;
      return ruler.measureText(text);
    },
  };
  return pen;
}
