"use strict";
// What the pictures show, in words: for those who hear the page, and the widths for all.

/** Gives each picture a text that says what it shows now, and how keys move in it. */
function tellPictures(state, { xy, xz, numbers }, pupilMode) {
  const reach = `${state.half} ${state.half === 1 ? "wavelength" : "wavelengths"}`;
  const angles = (v) => `azimuth ${(Math.atan2(v[1], v[0]) / DEGREE).toFixed(1)}°, polar angle ${(Math.atan2(Math.hypot(v[0], v[1]), v[2]) / DEGREE).toFixed(1)}°`;
  const label = (id, text) => $(id).setAttribute("aria-label", text);
  const written = numbers.dark ? "nothing" : angles(numbers.direction);
  label("sphere", `Wanted direction of the magnetization: ${angles(state.wish)}; written: ${written}. Arrow keys turn it by one degree, with Shift by ten.`);
  const masks = [
    state.inner > 0 && `a stop inside ${state.inner} of the radius`, state.vortex && `a vortex of charge ${state.vortex}`, state.step && `a step of π along ${state.step}`,
    state.zernike.length && !state.cure && "an aberration", state.paint && "painted phase",
  ].filter(Boolean).join(", ");
  label("pupil", `Pupil of the lens, ${pupilMode === "polarisation" ? "amplitude and polarisation" : `phase of E${pupilMode}`}: ${METHODS[state.method]}; ${masks || "no masks"}. ` +
    "Where phase is painted, arrow keys move from cell to cell; Space paints one.");
  for (const [id, plane, where] of [["xy", xy, "the focal plane"], ["xz", xz, "a plane of the axis"]]) {
    label(id, `Magnetization in ${where}, out to ${reach}: longest at ${longestOf(plane, id, state)}; ` +
      `at the focus ${Math.round(100 * numbers.length / numbers.most)} % of the largest in the focal plane. Arrow keys move a cross, with Shift by ten points.`);
  }
  const [most, unitName] = inUnits(state, numbers.most), bar = (low, ends) => `Colour bar: ${quantityName(state)} from ${low} to ${threeDigits(most)} ${unitName}, ${ends}.`;
  label("key", {
    direction: "Colours of directions: red along +x, then yellow and green over +y to cyan along −x and violet along −y; white along +z, black along −z; grey where M is weak.",
    strength: bar("0", "from dark to bright"), mz: bar(threeDigits(-most), "from blue over grey to red"),
  }[state.show]);
  const width = (w) => (Number.isFinite(w) ? `${Math.round(w * state.nm)} nm` : "none");
  if (!numbers.widths) return;
  const widths = `Full widths at half maximum: ${["x", "y", "z"].map((axis, i) => `${axis} ${width(numbers.widths[i])}`).join(", ")}.`;
  label("cut", `M through the focus along x, y and z. ${widths}`);
  $("cut-note").textContent = `M along its direction at the focus, over that at the focus: along x, y and z. ${numbers.dark ? "Nothing is written there." : widths}`;
}

/** Where M of a plane is longest. */
function longestOf(plane, names, state) {
  let longest = -1, found = 0;
  for (let p = 0; p < plane.M.length; p += 3) {
    const size = plane.M[p] ** 2 + plane.M[p + 1] ** 2 + plane.M[p + 2] ** 2;
    if (size > longest * (1 + 1e-9)) longest = size, found = p / 3;
  }
  return [Math.floor(found / plane.points), found % plane.points].map((at, i) => `${names[i]} = ${Math.round(plane.axis[at] * state.nm)} nm`).join(", ");
}
