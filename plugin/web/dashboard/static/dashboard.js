/** The shell's behaviour: proves who is looking with every request, shows states, follows the Dashboard. */

import { connect } from "./bridge.js";

const SHAKE_HANDS_WITHIN_MS = 6000;
const API_URL_KEY = "tandem:saleor-api-url";

const root = document.documentElement;
const page = document.getElementById("page");
const query = new URLSearchParams(location.search);
const isWidget = "widget" in document.body.dataset;
const leaving = document.getElementById("leaving");
const confirming = document.getElementById("confirming");

/** Parameters of the page that is shown: of the frame's address, then of whatever link was pressed. */
let parameters = query;

root.dataset.theme ??= matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

const bridge = connect(window, {
  onTheme(theme) {
    root.dataset.theme = theme === "dark" ? "dark" : "light";
  },
  onLocale: tellTimes,
});

/** Fragments */

function show() {
  const wanted = new URLSearchParams();
  for (const name of (page.dataset.parameters ?? "").split(" ").filter(Boolean)) {
    wanted.set(name, parameters.get(name) ?? "");
  }
  const url = wanted.size ? `${page.dataset.fragment}?${wanted}` : page.dataset.fragment;
  page.setAttribute("aria-busy", "true");
  return htmx.ajax("GET", url, { target: page, swap: "innerHTML" });
}

function showState(name) {
  page.replaceChildren(document.getElementById(`state-${name}`).content.cloneNode(true));
  page.removeAttribute("aria-busy");
}

function saleorApiUrl() {
  const given = query.get("saleorApiUrl");
  try {
    if (given) sessionStorage.setItem(API_URL_KEY, given);
    return given ?? sessionStorage.getItem(API_URL_KEY) ?? "";
  } catch {
    return given ?? "";
  }
}

document.addEventListener("htmx:configRequest", (event) => {
  const { headers } = event.detail;
  const nobodyLooks = document.hidden && event.target.matches("[data-live]");
  if (!bridge.token || nobodyLooks) return event.preventDefault();
  headers.Authorization = `Bearer ${bridge.token}`;
  headers["saleor-api-url"] = saleorApiUrl();
  headers["tandem-zone"] = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
});

/** What cannot be undone is asked first. (Frames have no confirm().) The button that asks names itself again in the dialog. */
document.addEventListener("htmx:confirm", (event) => {
  const { question, issueRequest, elt } = event.detail;
  if (!question) return;
  event.preventDefault();
  const [title, told, yes] = confirming.querySelectorAll("h2, p, [value=yes]");
  title.textContent = question;
  told.textContent = elt.dataset.consequence ?? "";
  yes.textContent = elt.textContent;
  confirming.addEventListener("close", () => {
    if (confirming.returnValue === "yes") issueRequest(true);
  }, { once: true });
  confirming.returnValue = "no";
  confirming.showModal();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const typed = requestConfig.elt.closest("[data-guarded]");
  if (typed && (xhr.status === 401 || xhr.status >= 500)) {
    event.detail.shouldSwap = false;
    if (xhr.status === 401) bridge.renew();
    keepTyped(requestConfig.elt, typed, xhr.status === 401 ? "The Dashboard's token had expired and is renewed." : "Tandem could not do that.");
  } else if (xhr.status >= 500 && requestConfig.elt.matches("[data-live]")) {
    event.detail.shouldSwap = false;
  } else if (xhr.status === 401 && requestConfig.verb === "get" && !page.dataset.renewed) {
    event.detail.shouldSwap = false;
    page.dataset.renewed = "1";
    bridge.renew().then(show);
  } else if (!(xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/html")) {
    event.detail.shouldSwap = false;
    showState("broken");
  } else if (xhr.status < 400) {
    delete page.dataset.renewed;
  }
});

document.addEventListener("htmx:sendError", (event) => {
  const typed = event.target.closest("[data-guarded]");
  if (typed) keepTyped(event.target, typed, "Tandem's server cannot be reached.");
  else if (!event.target.matches("[data-live]")) showState("offline");
});

/** What was typed stays on the page, whatever happened on its way. What asks again by itself says nothing. */
function keepTyped(asking, form, happened) {
  if (asking.matches("[data-live]")) return;
  const trouble = form.querySelector("[data-trouble]");
  trouble.textContent = `${happened} What you typed is still here; please try again.`;
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:afterSettle", () => {
  page.removeAttribute("aria-busy");
  tellTimes();
  keepFocus();
});

document.addEventListener("tandem:toast", (event) => {
  const { title, text, status = "success" } = event.detail;
  bridge.dispatch("notification", { title, text, status });
});

/** What is kept now: it has an address that leads back to it, and may be left. */
document.addEventListener("tandem:saved", (event) => {
  forgetTyped();
  parameters = new URLSearchParams(event.detail.query);
  bridge.dispatch("updateRouting", { newRoute: `/bundles/edit?${event.detail.query}` });
  entitle(event.detail.title);
});

/** What was typed is kept, and another page shows it. */
document.addEventListener("tandem:turn", (event) => {
  forgetTyped();
  turnTo({ dataset: event.detail });
});

page.addEventListener("input", ({ target }) => {
  if (!target.form?.matches("[data-guarded]")) return;
  target.form.dataset.typed = "";
  htmx.trigger(document.body, "tandem:changed");
});

page.addEventListener("tandem:typed", ({ target }) => {
  target.closest("[data-guarded]").dataset.typed = "";
});

function forgetTyped() {
  delete page.querySelector("[data-guarded]")?.dataset.typed;
}

/** What was added or taken out replaces the field it was found with; typing goes on there. (autofocus is blocked in frames.) */
function keepFocus() {
  const fields = [...page.querySelectorAll("[data-focus], [data-guarded] [aria-invalid]")].filter((field) => field.checkVisibility());
  const field = fields.find((one) => one.matches("[aria-invalid]:not([data-seen])")) ?? fields.find((one) => one.matches("[data-focus]"));
  for (const seen of fields) {
    seen.removeAttribute("data-focus");
    seen.dataset.seen = "";
  }
  if (field) field.focus();
  else if (turning) page.querySelector("[data-heading]")?.focus();
  turning = false;
}

/** Moments in the reader's own clock, on hover; the text beside is relative and needs no clock. */
function tellTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    time.title = new Date(time.dateTime).toLocaleString(bridge.locale);
  }
}

/** A picture that cannot be had gives way to the initial, as where there is none. (Errors do not bubble: heard on their way down.) */
document.addEventListener("error", ({ target }) => {
  if (!(target instanceof HTMLImageElement) || target.dataset.initial === undefined) return;
  const initial = document.createElement("span");
  initial.className = target.className;
  initial.textContent = target.dataset.initial;
  initial.setAttribute("aria-hidden", "true");
  target.replaceWith(initial);
}, true);

/** What people press */

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-page], [data-open], [data-copy], [data-grant], [data-retry]");
  if (!pressed) return;
  event.preventDefault();
  const { page: name, open, copy, grant, return: redirectPath } = pressed.dataset;
  if (name !== undefined) unlessTyped(() => turnTo(pressed));
  else if (open !== undefined) unlessTyped(() => bridge.dispatch("redirect", { to: open }));
  else if (grant !== undefined) bridge.dispatch("requestPermissions", { permissions: [grant], redirectPath });
  else if (copy !== undefined) copyFrom(document.getElementById(copy));
  else tryAgain();
});

/** At once, or after the question whether what was typed may be lost. */
function unlessTyped(go) {
  if (!page.querySelector("[data-guarded][data-typed]")) return go();
  leaving.addEventListener("close", () => {
    if (leaving.returnValue !== "leave") return;
    forgetTyped();
    go();
  }, { once: true });
  leaving.returnValue = "stay";
  leaving.showModal();
}

/** Set while a page opened by a link is on its way: its heading gets the focus the link had. */
let turning = false;

function turnTo({ dataset: { page: name, tab = name, title, fragment, query: told = "" } }) {
  for (const other of document.querySelectorAll("nav [data-page]")) {
    if (other.dataset.page === tab) other.setAttribute("aria-current", tab === name ? "page" : "true");
    else other.removeAttribute("aria-current");
  }
  showTab();
  parameters = new URLSearchParams(told);
  page.dataset.fragment = fragment;
  page.dataset.parameters = [...parameters.keys()].join(" ");
  entitle(title);
  bridge.dispatch("updateRouting", { newRoute: told ? `/${name}?${told}` : `/${name}` });
  turning = true;
  start();
}

/** Narrow screens cannot hold all tabs: the lit one is brought into view. */
function showTab() {
  document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

function entitle(title) {
  document.getElementById("title").textContent = title;
  document.title = `${title} · Tandem`;
}

/** The clipboard API is closed to framed pages; the old command is not. */
function copyFrom(field) {
  field.select();
  const copied = document.execCommand("copy");
  bridge.dispatch("notification", { status: copied ? "success" : "info", title: copied ? "Copied" : "Selected: press Ctrl+C" });
}

/** Beginning */

let begun = null;

function start() {
  if (bridge.outside) return showState("outside");
  if (bridge.token) return show();
  const impatience = setTimeout(showState, SHAKE_HANDS_WITHIN_MS, "silent");
  begun ??= bridge.ready.then(show);
  return begun.then(() => clearTimeout(impatience));
}

function tryAgain() {
  delete page.dataset.renewed;
  page.setAttribute("aria-busy", "true");
  const renewed = bridge.renew();
  return bridge.token ? renewed.then(show) : start();
}

if (isWidget) {
  let told = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(page.getBoundingClientRect().height);
    if (height > 0 && height !== told) bridge.dispatch("widgetResize", { height: (told = height) });
  }).observe(page);
}

showTab();
start();
