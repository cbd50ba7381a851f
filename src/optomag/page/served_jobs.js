"use strict";
// Long work: begun, watched, stopped; its figures and files; and what was made before.

const FIGURES = {
  "light/design.png": "What is wanted: the pupil and what it writes", "light/light.png": "What is wanted: the pupil and what it writes", "result/masks.png": "As written by the grey levels",
  "result/structure.png": "", "result/structure-3d.png": "", "result/scan.png": "", "result/export.png": "", "result/design.png": "", "result/light.png": "",
};
const MOST_FILES = 60; // that are listed one by one

/** Starts what `ask` describes; what is wrong with it is said where it was asked. */
async function begin(name, ask) {
  const fault = $(`${name}-fault`) || $("exact-fault");
  fault.hidden = true;
  try {
    watch(name, await asked("api/jobs", { method: "POST", body: await ask() }));
  } catch (error) {
    fault.textContent = error.message, fault.hidden = false;
  }
}

const seconds = (s) => (s < 90 ? `${Math.round(s)} s` : `${Math.floor(s / 60)} min ${String(Math.round(s % 60)).padStart(2, "0")} s`);

/** Shows a job where it was begun until it ends: progress and time left, then figures, numbers and files. */
async function watch(name, job) {
  const bar = made("progress", { max: 1 }), stop = made("button", { textContent: "stop" }), where = made("p", { role: "status" }), files = made("div"), told = made("pre", { hidden: true });
  bar.ariaLabel = "Progress", bar.removeAttribute("value");
  $(`${name}-job`).replaceChildren(made("div", { className: "job" }, made("strong", { textContent: job.name }), where, bar, made("p", {}, stop), files, told));
  stop.addEventListener("click", () => { asked(`api/jobs/${job.name}`, { method: "DELETE" }).catch(() => {}), stop.textContent = "stop at once"; });
  for (let current = job; ; ) {
    const { done, total, seconds_left: left, note: remark } = current.reading, counted = total > 0;
    if (counted) bar.value = done / total;
    if (counted && done >= total) bar.removeAttribute("value");
    const stands = counted && done < total ? `${done} of ${total}${left ? `, ${seconds(left)} left at most` : ""}` : counted ? "writing numbers and figures" : "beginning";
    where.textContent = { running: `${stands}${remark && done < total ? `; ${remark}` : ""}`, stopping: "stopping: the best until now is saved" }[current.state] ||
      `${current.state}, after ${seconds(current.seconds)}${current.sentence ? `: ${current.sentence}` : ""}`;
    where.classList.toggle("bad", current.state === "failed");
    told.textContent = [...current.told, ...current.said].join("\n"), told.hidden = !told.textContent;
    if (!["running", "stopping"].includes(current.state)) {
      bar.hidden = stop.hidden = true;
      if (current !== job) listResults();
      return ended(current, files);
    }
    await new Promise((resolve) => setTimeout(resolve, 400));
    if (!where.isConnected) return; // another took its place
    try {
      current = await asked(`api/jobs/${job.name}`);
    } catch (error) {
      where.textContent = error.message, where.classList.add("bad"), bar.hidden = stop.hidden = true;
      return;
    }
  }
}

/** Figures and downloads of a job that left a result. */
async function ended(job, place) {
  const names = job.files.map((file) => file.name);
  if (!job.left_a_result) return;
  const whole = made("button", { textContent: "download all (zip)" });
  whole.addEventListener("click", async () => save(`${job.name}.zip`, await asked(`api/jobs/${job.name}/zip`, { raw: true })));
  place.append(made("p", {}, whole, ` in the server's folder ${job.name}`), made("details", {}, made("summary", { textContent: `${names.length} files` }), ...job.files.slice(0, MOST_FILES).map((file) => fileButton(job, file))));
  for (const [name, caption] of Object.entries(FIGURES)) {
    if (!names.includes(name) || (name.startsWith("light/") && job.command !== "masks")) continue;
    const blob = await asked(`api/jobs/${job.name}/files/${name}`, { raw: true });
    place.append(made("p", { className: "note", textContent: caption }), made("img", { src: URL.createObjectURL(blob), alt: `${job.command}: ${name}`, className: name.includes("3d") ? "volume" : "" }));
  }
}

function fileButton(job, { name, bytes }) {
  const button = made("button", { textContent: `${name}, ${bytes < 1e4 ? `${bytes} bytes` : bytes < 1e7 ? `${Math.round(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`}` });
  button.addEventListener("click", async () => save(name.split("/").pop(), await asked(`api/jobs/${job.name}/files/${encodeURI(name)}`, { raw: true })));
  return button;
}

// ---- what was made, by earlier servers in the same folder, too

function resultsPanel() {
  return [made("div", {}, note("What lies in the server's folder. Of earlier runs every file was compared with its fingerprint."), made("p", { id: "results-fault", className: "bad", hidden: true }), made("table", { id: "results-list" })), made("div", { id: "results-job" })];
}

/** Lists all that was made, and offers it to those who work on results. */
async function listResults() {
  try {
    const { jobs } = await asked("api/jobs");
    for (const [id, commands] of [["masks-source", ["design", "shape"]], ["export-source", ["design", "shape", "scan"]]]) {
      const chosen = $(id).value, fit = jobs.filter((job) => job.left_a_result && commands.includes(job.command));
      $(id).replaceChildren($(id).options[0], ...fit.map((job) => new Option(`${job.name}, made before`, job.name)));
      if (fit.some((job) => job.name === chosen)) $(id).value = chosen;
    }
    const head = made("tr", {}, ...["name", "begun", "took", ""].map((text) => made("th", { textContent: text })));
    $("results-list").replaceChildren(head, ...jobs.flatMap(resultRows)), $("results-fault").hidden = true;
    if (!jobs.length) $("results-list").replaceChildren(made("tr", {}, made("td", { textContent: "Nothing has been made yet." })));
  } catch (error) {
    $("results-fault").textContent = error.message, $("results-fault").hidden = false;
  }
}

/** A job in the list; what is wrong with it takes a line of its own. */
function resultRows(job) {
  const show = made("button", { textContent: "show", hidden: ["damaged", "unfinished"].includes(job.state) }), begun = job.began ? new Date(job.began) : null;
  show.addEventListener("click", async () => watch("results", await asked(`api/jobs/${job.name}`)));
  const row = made("tr", {}, ...[job.name, begun ? begun.toLocaleString([], { dateStyle: "short", timeStyle: "short" }) : "", begun ? seconds(job.seconds) : "", show].map((part) => made("td", {}, part)));
  if (job.state === "done") return [row];
  const state = made("span", { className: ["failed", "damaged"].includes(job.state) ? "bad" : "", textContent: job.state });
  return [row, made("tr", {}, made("td", { colSpan: 4, className: "note" }, state, job.sentence && `: ${job.sentence}`))];
}
