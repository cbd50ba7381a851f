"use strict";
// What long work is told: structures, masks, scans and exports.

const disc = (kind) => () => `[target]\nkind = "${kind}"\nradius_nm = ${tidy(state.nm)}\n`;
const STRUCTURES = {
  "Néel skyrmion": [disc("neel-skyrmion"), { exposures: 3 }], "Bloch skyrmion": [disc("bloch-skyrmion"), { exposures: 3 }], "skyrmionium": [disc("skyrmionium"), { exposures: 3 }],
  "Néel meron": [disc("neel-meron"), {}], "bimeron": [disc("bimeron"), { exposures: 3 }], "magnetic vortex": [disc("magnetic-vortex"), { exposures: 3 }],
  "3 x 3 spots, random directions": [() => `[target]\nkind = "spots"\nlattice = [3, 3]\npitch_nm = ${tidy(2 * state.nm)}\ndirections = "random"\n`, {}],
  "two spots, up and down": [() => `[target]\nkind = "spots"\npositions_nm = [[-${tidy(state.nm)}, 0, 0], [${tidy(state.nm)}, 0, 0]]\ndirections = [[0, 0, 1], [0, 0, -1]]\n`, {}],
  "needle": [() => `[target]\nkind = "needle"\nlength_nm = ${tidy(10 * state.nm)}\n`, { pupil: "rings" }],
  "chain (two lenses)": [() => `four_pi = true\n\n[target]\nkind = "chain"\ncount = 5\n`, { pupil: "rings" }],
  "a picture or OVF file of your own": [() => `[target]\nkind = "picture"\nradius_nm = ${tidy(state.nm)}\n`, { exposures: 3 }],
  "hopfion (two lenses, minutes)": [() => `four_pi = true\n\n[target]\nkind = "hopfion"\nradius_nm = ${tidy(state.nm)}\n`, { pupil: "free", exposures: 8 }],
};
const LARGEST_FILE = 24 * 2 ** 20; // whose base64 fits into a request
const PICTURES = ".png,.jpg,.jpeg,.ovf";
const SPOTS = "x_nm,y_nm,mx,my,mz\n0,0,0,0,1\n700,0,1,0,0\n1400,0,0,0,-1\n0,700,0,1,0\n700,700,-0.6,0,0.8\n1400,700,0,-1,0\n";
const PROGRAMS = [["ovf", "mumax3, Ubermag, mumax+ (OVF)"], ["vti", "NeuralMag, magnum.np (VTI)"], ["netcdf", "xarray, Ubermag (NetCDF)"]];

const isPicture = () => /^\s*kind\s*=\s*["']picture["']/m.test($("shape-toml").value);

const panelOf = (name, go, ...rows) => [made("div", {}, ...rows, made("div", { className: "row" }, made("button", { id: `${name}-go`, className: "go", textContent: go })), made("p", { id: `${name}-fault`, className: "bad", hidden: true })), made("div", { id: `${name}-job` }, note("Nothing has been made yet."))];
const sources = (id) => labelled("of", choice(id, [["", "the beam above, in the film"]]), "", true);
const row = (...parts) => made("div", { className: "row" }, ...parts);
const tick = (id, text) => made("label", {}, made("input", { type: "checkbox", id }), ` ${text}`);
const fileField = (id, text, accept) => labelled(text, made("input", { type: "file", id, accept }), "", true);
const METHOD_NAMES = ["linear-basis", "completed-basis", "four-beam", "optimal"];

function masksPanel() {
  return panelOf("masks", "make the masks", note("Images for a modulator, simulated again from their grey levels: what is wanted, what is written, and what it does in the focus."),
    sources("masks-source"), labelled("device", choice("masks-device", []), "", true),
    labelled("its amplitude section", choice("masks-amplitude", [["auto", "used where it is needed"], ["shape", "always used: absorbs light"], ["skip", "not used: stays open"]]), "", true),
    labelled("phase to grey level", choice("masks-rounding", [["ordered-dither", "dithered: the right mean"], ["nearest", "the nearest level"]]), "", true));
}

function structurePanel() {
  return panelOf("shape", "find the beam", note("The pupil that writes a whole structure; lengths begin at one wavelength of the lens above."),
    labelled("structure", choice("shape-kind", Object.keys(STRUCTURES).map((name) => [name, name])), "", true),
    row(labelled("exposures, one after another", numberField("shape-exposures", 3, { min: 1, max: 64, step: 1 }))),
    labelled("pupil", choice("shape-pupil", [["flat", "phase and polarisation, no absorption"], ["free", "amplitude, phase and polarisation"], ["rings", "rings, for shapes along the axis"], ["pixels", "a modulator's pixels"]]), "", true),
    row(labelled("steps of the search", numberField("shape-steps", "", { min: 0, step: 1, placeholder: "usual" }))), row(tick("shape-film", "in the film above")),
    made("div", { id: "shape-picture", hidden: true }, fileField("shape-file", "its file", PICTURES), note("PNG or JPEG, square, in the sphere's colours (hue for the azimuth, white for +z, black for −z), or OVF of one layer.")),
    made("textarea", { id: "shape-toml", spellcheck: false, ariaLabel: "The target as TOML" }), note("The same text as a file: optomag shape FILE.toml."));
}

function scanPanel() {
  return panelOf("scan", "scan", note("Many spots one after the other, each with its beam, and what they write together. Type a list, or send a file: CSV, NumPy, OVF or a picture."),
    made("textarea", { id: "scan-list", spellcheck: false, value: SPOTS, ariaLabel: "Spots as CSV: x and y in nm, direction of M" }),
    fileField("scan-file", "or a file", ".csv,.npy,.ovf,.png,.tif,.tiff,.jpg,.jpeg"),
    labelled("a picture's pixels are", choice("scan-pixels", [["", "(no picture)"], ["colours", "directions, in the sphere's colours"], ["mz", "grey: Mz, by the length of M"], ["tilt", "grey: Mz, by the tilt of M"]]), "", true),
    row(labelled("distance of its pixels or cells", numberField("scan-pitch", "", { min: 0, placeholder: "own" }), "nm")),
    row(labelled("take one of every", numberField("scan-every", 1, { min: 1, step: 1 }), "cells of a grid")),
    labelled("method of the beams", choice("scan-method", METHOD_NAMES.map((name) => [name, METHODS[name] || name])), "", true),
    row(tick("scan-film", "in the film above")));
}

function exportPanel() {
  return panelOf("export", "export", note("Fields on cells, and scripts that apply them, for micromagnetic programs. The constants are those of your magnet."),
    sources("export-source"), labelled("program", choice("export-to", PROGRAMS), "", true),
    labelled("magnet", choice("export-material", [["", "by the two constants below"]]), "", true),
    made("div", { id: "export-constants" }, row(labelled("Faraday rotation θ_F", numberField("export-faraday", CONSTANTS.faraday.value, { className: "long" }), "rad/m")),
      row(labelled("saturation magnetization", numberField("export-ms", CONSTANTS.faraday.ms, { min: 0, className: "long" }), "A/m"))),
    row(labelled("side of a cell", numberField("export-cell", 20, { min: 0 }), "nm")),
    row(labelled("energy of the pulse", numberField("export-energy", 1, { min: 0 }), "nJ"), labelled("its duration", numberField("export-duration", 100, { min: 0 }), "fs")));
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

/** A file of the browser's machine, as requests have it. */
async function sentFile(file) {
  if (file.size > LARGEST_FILE) throw new Error(`file must be at most ${LARGEST_FILE / 2 ** 20} MiB; got ${Math.ceil(file.size / 2 ** 20)} MiB. Use the command.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let k = 0; k < bytes.length; k += 32768) text += String.fromCharCode(...bytes.subarray(k, k + 32768));
  return { name: file.name, content: btoa(text) };
}

/** What each panel asks for. */
const ASK = {
  masks: async () => ({ command: "masks", ...sourceOf("masks-source"), options: { device: $("masks-device").value, amplitude: $("masks-amplitude").value, rounding: $("masks-rounding").value } }),
  shape: async () => {
    const options = { lens: lensOptions(), film: filmOptions($("shape-film").checked), exposures: given("shape-exposures"), pupil: $("shape-pupil").value, steps: given("shape-steps") };
    const picture = isPicture() ? $("shape-file").files[0] : null;
    if (isPicture() && !picture) throw new Error("file of the picture must be chosen; got none.");
    return { command: "shape", toml: $("shape-toml").value, options, ...(picture && { file: await sentFile(picture) }) };
  },
  scan: async () => {
    const pitch = given("scan-pitch");
    return {
      command: "scan", file: await sentFile($("scan-file").files[0] || new File([$("scan-list").value], "spots.csv")),
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
