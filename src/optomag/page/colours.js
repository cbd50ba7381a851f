"use strict";
// Colours: the library's sphere of directions, and the maps of its figures (MAPS comes with the page).

/** Colour of a direction, [0..255] x 3: hue for the azimuth, towards white for +z, towards black for -z. */
function directionColour(x, y, z, strength) {
  const length = Math.hypot(x, y, z) || 1, up = z / length;
  const hue = ((Math.atan2(y, x) / TURN) % 1 + 1) % 1;
  const full = fromHsv(hue, 1 - Math.max(up, 0) ** 2, 1 - Math.max(-up, 0) ** 2);
  const weight = Math.min(Math.max(strength, 0), 1) ** 0.6;
  return full.map((part) => 255 * (weight * part + (1 - weight) * 0.5));
}

function fromHsv(h, s, v) {
  const sector = Math.floor(h * 6), f = h * 6 - sector, p = v * (1 - s), q = v * (1 - f * s), t = v * (1 - (1 - f) * s);
  return [[v, t, p], [q, v, p], [p, v, t], [p, q, v], [t, p, v], [v, p, q]][sector % 6];
}

/** Colour of a share from 0 to 1 on one of the maps. */
function mapColour(name, share) {
  const map = MAPS[name], at = Math.min(Math.max(share, 0), 1) * (map.length - 1);
  const i = Math.min(Math.floor(at), map.length - 2), f = at - i;
  return map[i].map((part, c) => part + f * (map[i + 1][c] - part));
}

/** Colour of M at a point, for what is shown; `most` is the largest |M|. */
function shownColour(show, x, y, z, most) {
  if (show === "strength") return mapColour("strength", Math.hypot(x, y, z) / most);
  if (show === "mz") return mapColour("mz", 0.5 + 0.5 * z / most);
  return directionColour(x, y, z, Math.hypot(x, y, z) / most);
}
