/** The shell's behaviour: proves who is looking with every request, shows states, follows the Dashboard. */

import { connect } from "./bridge.js";

const SHAKE_HANDS_WITHIN_MS = 6000;
const API_URL_KEY = "tandem:saleor-api-url";

const root = document.documentElement;
const page = document.getElementById("page");
const query = new URLSearchParams(location.search);
const isWidget = "widget" in document.body.dataset;

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
    wanted.set(name, query.get(name) ?? "");
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
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status >= 500 && requestConfig.elt.matches("[data-live]")) {
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
  if (!event.target.matches("[data-live]")) showState("offline");
});

document.addEventListener("htmx:afterSettle", () => {
  page.removeAttribute("aria-busy");
  tellTimes();
  keepFocus();
});

document.addEventListener("tandem:toast", (event) => {
  const { title, text, status = "success" } = event.detail;
  bridge.dispatch("notification", { title, text, status });
});

/** What was added or taken out replaces the field it was found with; typing goes on there. (autofocus is blocked in frames.) */
function keepFocus() {
  const field = page.querySelector("[data-focus]");
  field?.removeAttribute("data-focus");
  field?.focus();
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
  const pressed = event.target.closest("[data-page], [data-open], [data-copy], [data-retry]");
  if (!pressed) return;
  event.preventDefault();
  const { page: name, open, copy } = pressed.dataset;
  if (name !== undefined) turnTo(pressed);
  else if (open !== undefined) bridge.dispatch("redirect", { to: open });
  else if (copy !== undefined) copyFrom(document.getElementById(copy));
  else tryAgain();
});

function turnTo(link) {
  for (const other of document.querySelectorAll("nav [data-page]")) {
    if (other.dataset.page === link.dataset.page) other.setAttribute("aria-current", "page");
    else other.removeAttribute("aria-current");
  }
  page.dataset.fragment = link.dataset.fragment;
  document.getElementById("title").textContent = link.dataset.title;
  document.title = `${link.dataset.title} · Tandem`;
  bridge.dispatch("updateRouting", { newRoute: `/${link.dataset.page}` });
  start();
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

start();
