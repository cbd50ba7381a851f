"use strict";
// What only a server can do: exact fields in films, and long work by the library itself (optomag serve).

const SERVED_TOKEN = (() => {
  const given = new URLSearchParams(location.search).get("token");
  if (given) sessionStorage.setItem("optomag-token", given), history.replaceState(history.state, "", location.pathname + location.hash);
  return sessionStorage.getItem("optomag-token") || "";
})();

/** Asks the server; what it refuses becomes an error with its sentence. */
async function asked(path, { method = "GET", body, raw = false, signal } = {}) {
  let answer;
  try {
    answer = await fetch(path, { method, signal, headers: { Authorization: `Bearer ${SERVED_TOKEN}` }, body: body && JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer: it was ended, or this machine slept. Start optomag serve again.");
  }
  if (!answer.ok) throw new Error((await answer.json()).error);
  return raw ? answer.blob() : answer.json();
}

/** An element with properties and children. */
function made(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const labelled = (text, control, unit = "", wide = false) => made("label", { className: wide ? "wide" : "" }, text + " ", control, ...(unit ? [" " + unit] : []));
const numberField = (id, value, more = {}) => made("input", { type: "number", step: "any", id, value, ...more });
const note = (text) => made("p", { className: "note", textContent: text });
const choice = (id, options) => made("select", { id }, ...options.map(([value, text]) => new Option(text, value)));
const tidy = (x) => Number(x.toPrecision(4)).toString();
