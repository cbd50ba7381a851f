"use strict";
// Colours: the library's sphere of directions, and the maps of its figures (MAPS comes with the page).

/** Colour of a direction, [0..255] x 3: hue for the azimuth, towards white for +z, towards black for -z; grey where it is weak. */
function directionColour(x, y, z, strength) {
  const length = Math.sqrt(x * x + y * y + z * z) || 1, up = z / length; // many of them, and hypot is slow
  const sixths = 6 * (Math.atan2(y, x) / TURN + 1), saturation = 1 - Math.max(up, 0) ** 2, value = 1 - Math.max(-up, 0) ** 2;
  const weight = Math.min(Math.max(strength, 0), 1) ** 0.6;
  const part = (turn) => { // of a colour by hue, saturation and value
    const k = (turn + sixths) % 6;
    return 255 * (weight * value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1))) + (1 - weight) * 0.5);
  };
  return [part(5), part(3), part(1)];
}

/** Colour of a share from 0 to 1 on one of the maps. */
function mapColour(name, share) {
  const map = MAPS[name], at = Math.min(Math.max(share, 0), 1) * (map.length - 1);
  const i = Math.min(Math.floor(at), map.length - 2), f = at - i;
  return map[i].map((part, c) => part + f * (map[i + 1][c] - part));
}

/** Colour of M at a point, for what is shown; `most` is the largest |M|. */
function shownColour(show, x, y, z, most) {
  const share = Math.sqrt(x * x + y * y + z * z) / most;
  if (show === "strength") return mapColour("strength", share);
  if (show === "mz") return mapColour("mz", 0.5 + 0.5 * z / most);
  return directionColour(x, y, z, share);
}
