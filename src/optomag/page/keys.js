"use strict";
// The keyboard on canvases: from cell to cell of the painted phase, and a cross over the maps.

/** Steps of an arrow key, to the right and up; none for other keys. */
function stepOf(event) {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  if (step) event.preventDefault();
  return step && step.map((part) => part * (event.shiftKey ? 10 : 1));
}

const moved = (place, step, count) => place.map((at, c) => Math.min(Math.max(at + step[c], 0), count - 1));

function listenToKeys() {
  for (const names of ["xy", "xz"]) {
    $(names).addEventListener("keydown", (event) => {
      const step = stepOf(event);
      if (!step || !shown) return;
      crossAt = moved(crossAt, step, POINTS), tellPoint(names, ...crossAt), drawAll();
      $("said").textContent = $("hover").textContent;
    });
  }
  $("pupil").addEventListener("keydown", (event) => {
    if (!$("painting").checked) return;
    const step = stepOf(event);
    if (step) {
      cellAt = moved(cellAt, step, CELLS), drawAll();
      $("said").textContent = `cell ${cellAt[0] + 1} across, ${cellAt[1] + 1} up`;
    } else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      const paint = state.paint ? state.paint.slice() : new Array(CELLS * CELLS).fill(0);
      paint[cellAt[0] * CELLS + cellAt[1]] = Number($("brush").value);
      change({ paint: paint.some((level) => level) ? paint : null });
    }
  });
  for (const id of ["xy", "xz", "pupil"]) for (const turn of ["focus", "blur"]) $(id).addEventListener(turn, () => drawAll());
}

/** The cell that the keyboard is at, in black on white. */
function drawCell(canvas, [column, row]) {
  const pen = canvas.getContext("2d"), width = canvas.clientWidth, height = canvas.clientHeight, radius = 0.46 * Math.min(width, height);
  const side = 2 * radius / CELLS, x = width / 2 - radius + column * side, y = height / 2 + radius - (row + 1) * side;
  for (const [colour, thick] of [["#fff", 4], ["#000", 2]]) pen.strokeStyle = colour, pen.lineWidth = thick, pen.strokeRect(x, y, side, side);
}

/** A cross at a point of a map, in black on white. */
function drawCross(canvas, [i, j]) {
  const pen = canvas.getContext("2d"), { left, top, side } = mapFrame(canvas), x = left + side * i / (POINTS - 1), y = top + side * (1 - j / (POINTS - 1));
  for (const [colour, thick] of [["#fff", 4], ["#000", 1.5]]) line(pen, [[x - 9, y], [x + 9, y]], colour, thick), line(pen, [[x, y - 9], [x, y + 9]], colour, thick);
}
