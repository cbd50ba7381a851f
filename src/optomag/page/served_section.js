"use strict";
// The section of the page that has all of this.

const PANELS = [["film", "Film", filmPanel], ["masks", "Masks", masksPanel], ["shape", "Structure", structurePanel], ["scan", "Scan", scanPanel], ["export", "Export", exportPanel], ["results", "Results", resultsPanel]];

function showServed(name) {
  for (const [id] of PANELS) $(`served-${id}`).hidden = id !== name, $(`served-tab-${id}`).classList.toggle("on", id === name);
  if (name === "film") drawExact();
  if (name === "results") listResults();
}

function structureText() {
  const [text, options] = STRUCTURES[$("shape-kind").value];
  $("shape-toml").value = text(), $("shape-exposures").value = options.exposures || 1, $("shape-pupil").value = options.pupil || "flat", pictureFields();
}

/** A picture's field is there where the target is one. */
function pictureFields() {
  $("shape-picture").hidden = !isPicture();
}

async function serveHere() {
  const tabs = made("div", { className: "tabs", role: "group", ariaLabel: "What the engine makes" }, ...PANELS.map(([id, title]) => made("button", { id: `served-tab-${id}`, textContent: title })));
  const section = document.querySelector(".served");
  section.append(made("h2", { textContent: "With the exact engine: films, modulators, structures, scans, exports" }), tabs);
  for (const [id, , build] of PANELS) section.append(made("div", { id: `served-${id}`, className: "panel", hidden: true }, ...build()));
  for (const [id] of PANELS) $(`served-tab-${id}`).addEventListener("click", () => showServed(id));
  for (const [name, ask] of Object.entries(ASK)) $(`${name}-go`).addEventListener("click", () => begin(name, ask));
  $("shape-kind").addEventListener("change", structureText), structureText(), listenFilm(), $("shape-toml").addEventListener("input", pictureFields);
  $("export-material").addEventListener("change", () => { $("export-constants").hidden = $("export-material").value !== ""; }), showServed("film");
  new ResizeObserver(drawExact).observe(section), window.optomag.onChange(() => { drawFilmNumbers(), laterExact(); });
  laterExact(), listResults();
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
