/** `<tandem-suggestions>`: shows what goes with a basket, asks to add it. define.js registers the tag. */
import * as client from "./suggestions_client.js";

/** Kinds where a click means adding; one we do not know may mean more, and is not shown. */
const KINDS = ["also_bought"];

/** The attributes that say whom to ask for what. */
const QUESTION = ["app-url", "saleor-api-url", "checkout", "variants", "channel"];

/** How near to the screen we begin to ask. */
const NEAR = "200px";

/** Pixels that a picture reserves, each way, before it has loaded. */
const PICTURE = "256";

/** The element's own words, in English. */
const TEXTS = {
  heading: "Customers also bought",
  add: "Add",
  added: "Added",
  announcement: "{name} was added to your basket",
  failure: "{name} could not be added",
};

/** Measured in the page's font size, coloured from its text colour. */
const LOOKS = `
:host {
  display: block;
  --_line: var(--tandem-border, color-mix(in srgb, currentColor 15%, transparent));
  --_radius: var(--tandem-radius, .5em);
}
[hidden], h2:empty { display: none !important; }
section { container-type: inline-size; outline: 0; }
h2, p, ul { margin: 0; padding: 0; line-height: 1.4; }
h2 { margin-bottom: .75em; font-size: 1.125em; font-weight: 600; }
ul { display: grid; list-style: none; }
li {
  display: grid;
  grid-template: "picture words words" 1fr "picture price button" auto / 5em 1fr auto;
  align-items: center;
  gap: .5em 1em;
  padding: 1em 0;
}
li + li { border-top: 1px solid var(--_line); }
[part=picture] {
  grid-area: picture;
  align-self: start;
  display: grid;
  place-items: center;
  width: 100%;
  height: auto;
  aspect-ratio: 1;
  object-fit: cover;
  border-radius: var(--_radius);
  background: var(--tandem-surface, color-mix(in srgb, currentColor 5%, transparent));
}
[part=words] { grid-area: words; align-self: start; overflow-wrap: anywhere; }
[part=name] { font-weight: 500; }
[part=variant], [part=reason] { color: var(--tandem-muted, color-mix(in srgb, currentColor 78%, transparent)); font-weight: 400; }
[part=reason] { margin-top: .25em; font-size: .8125em; }
[part=price] { grid-area: price; font-weight: 600; font-variant-numeric: tabular-nums; }
button {
  grid-area: button;
  min-height: 2.5em;
  padding: 0 1.125em;
  border: 1px solid var(--tandem-button-border, var(--tandem-button-background, color-mix(in srgb, currentColor 45%, transparent)));
  border-radius: var(--_radius);
  background: var(--tandem-button-background, transparent);
  color: var(--tandem-button-color, inherit);
  font: inherit;
  font-size: .9375em;
  font-weight: 500;
  cursor: pointer;
}
button:focus-visible { outline: 2px solid var(--tandem-focus, currentColor); outline-offset: 2px; }
button:hover { box-shadow: inset 0 0 0 4em color-mix(in srgb, currentColor 8%, transparent); }
button[aria-disabled] { border-color: transparent; box-shadow: none; cursor: default; }
@media (pointer: coarse) {
  button { min-width: 44px; min-height: 44px; }
}
[part=status]:not(.failed) { position: absolute; clip-path: inset(50%); white-space: nowrap; }
@container (min-width: 54em) {
  ul { grid-template-columns: repeat(3, 1fr); gap: 1em; }
  li, li + li { padding: 1em; border: 1px solid var(--_line); border-radius: calc(var(--_radius) * 1.5); }
}`;

/** What shows nothing takes no room, not even the gap of a grid; what waits must be there to come into view. */
const STATES = {
  waiting: ":host(:empty) { position: absolute; }",
  shown: "",
  nothing: ":host { display: none !important; }",
};

/** What a page may set; the first two are attributes as well, as JSON text. */
const PROPERTIES = { document: null, lines: null, reasons: {}, texts: {} };

/** Where a server renders, there is none. */
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? Object);

export class TandemSuggestionsElement extends Base {
  static observedAttributes = [...QUESTION, "document", "lines", "heading"];

  static {
    for (const name of Object.keys(PROPERTIES)) {
      Object.defineProperty(this.prototype, name, {
        get() {
          return this.#given[name];
        },
        set(value) {
          this.#given[name] = value ?? PROPERTIES[name];
          this.#changed();
        },
      });
    }
  }

  #given = { ...PROPERTIES };
  #state = "waiting";
  #suggestions = [];
  #content = "";
  #asked = "";
  #near = false;
  #due = false;
  #reading = new AbortController();
  #arrival = new IntersectionObserver((moves) => this.#moved(moves.at(-1)), { rootMargin: NEAR });
  #sight = new IntersectionObserver((moves) => this.#seen(moves.at(-1)), { threshold: 0.5 });

  /** Unlike a style tag it needs no leave from a content security policy. */
  #looks = new CSSStyleSheet();
  #fallback = document.createElement("slot");
  #heading = make("h2", { part: "heading", id: "heading" });
  #list = make("ul", { part: "list", role: "list" });
  #section = make("section", { part: "section", tabindex: "-1", "aria-labelledby": "heading" }, this.#heading, this.#list);
  #status = make("p", { part: "status", role: "status" });

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).append(this.#fallback, this.#section, this.#status);
    this.shadowRoot.adoptedStyleSheets = [this.#looks];
    this.#turn("waiting");
  }

  connectedCallback() {
    // A property set before the tag was registered hides ours.
    for (const [name, value] of Object.entries(this)) {
      if (name in PROPERTIES && delete this[name]) this[name] = value;
    }
    this.#arrival.observe(this);
    this.#changed();
  }

  disconnectedCallback() {
    this.#arrival.disconnect();
    this.#sight.disconnect();
    this.#reading.abort();
    this.#near = false;
    this.#asked = "";
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    if (name in PROPERTIES) this[name] = now;
    else this.#changed();
  }

  /** Asks again: for a page that changes the basket without telling us its `lines`. */
  refresh() {
    this.#asked = "";
    if (!this.hasAttribute("lines")) this.#given.lines = null;
    this.#changed();
  }

  get #texts() {
    return { ...TEXTS, ...this.#given.texts };
  }

  #moved({ isIntersecting }) {
    this.#near = isIntersecting;
    if (isIntersecting) this.#changed();
  }

  /** Several changes in one go are one. */
  #changed() {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      if (this.isConnected) this.#update();
    });
  }

  #update() {
    this.#heading.textContent = this.getAttribute("heading") ?? this.#texts.heading;
    this.#fill();

    const lines = linesFrom(this.#given.lines);
    const given = client.documentFrom(this.#given.document);
    if (client.isFresh(given, lines)) {
      this.#reading.abort();
      this.#asked = "";
      this.#show(given);
      return;
    }
    const { key, read } = this.#question(lines);
    if (key === this.#asked) return;
    if (!this.#near || this.#state === "nothing") this.#turn("waiting");
    if (this.#near) this.#ask(key, read);
  }

  /** With nobody to ask, we wait for the page to bring a document that fits. */
  #question(lines) {
    const asked = QUESTION.map((name) => this.getAttribute(name) ?? "");
    const [app, api, checkout, variants, channel] = asked;
    const key = JSON.stringify([asked, lines && client.linesHash(lines)]);

    let read = (signal) => client.pause(client.PATIENCE_MS, signal).then(() => client.NO_ANSWER);
    if (app && variants) read = (signal) => client.readFromApp(app, { variants, channel, placement: "product" }, { signal });
    else if (app && checkout) read = (signal) => client.readFromApp(app, { checkout }, { lines, signal });
    else if (api && checkout) read = (signal) => client.readFromSaleor(api, checkout, { lines, signal });
    return { key, read };
  }

  /** What is shown stays until the answer is there: the page does not jump. */
  async #ask(key, read) {
    this.#reading.abort();
    this.#reading = new AbortController();
    this.#asked = key;
    const { signal } = this.#reading;
    try {
      const found = await read(signal);
      if (!signal.aborted) this.#show(found);
    } catch (error) {
      if (signal.aborted) return;
      this.#turn("waiting");
      this.#tell("error", { during: "read", error });
    }
  }

  #show(found) {
    this.#suggestions = found.suggestions.filter(({ kind }) => KINDS.includes(kind));
    this.#fill();
    this.#turn(this.#suggestions.length ? "shown" : found.linesHash ? "nothing" : "waiting");
  }

  #fill() {
    const cards = this.#suggestions.map((suggestion, place) => this.#card(suggestion, place));
    const content = cards.map((card) => card.outerHTML).join();
    if (content === this.#content) return;
    this.#content = content;

    const held = this.#list.contains(this.shadowRoot.activeElement);
    this.#list.replaceChildren(...cards);
    if (held) this.#section.focus({ preventScroll: true });

    this.#sight.disconnect();
    this.#sight.observe(this.#list);
  }

  /** "Shown" is said once, when half of the list is on the screen. */
  #seen({ isIntersecting }) {
    if (!isIntersecting) return;
    this.#sight.disconnect();
    this.#tell("shown", { suggestions: this.#suggestions });
  }

  #card(suggestion, place) {
    const { name, variantName, variantId, price, reason } = suggestion;
    const title = make("p", { part: "name", id: `name-${place}` }, name);
    if (variantName && variantName !== variantId && !name.includes(variantName)) {
      title.append(" ", make("span", { part: "variant" }, variantName));
    }
    const words = make("div", { part: "words" }, title, make("p", { part: "reason" }, this.#because(reason)));

    const labels = `add-${place} name-${place}`;
    const button = make("button", { part: "button", type: "button", id: `add-${place}`, "aria-labelledby": labels });
    button.textContent = this.#texts.add;
    button.addEventListener("click", () => this.#add(suggestion, button));

    return make("li", { part: "item" }, picture(suggestion), words, make("p", { part: "price" }, money(price)), button);
  }

  #because({ key, parameters, text }) {
    const own = this.#given.reasons[key];
    if (typeof own === "function") return own(parameters);
    return own ? filled(own, parameters) : text;
  }

  async #add(suggestion, button) {
    if (button.hasAttribute("aria-disabled")) return;
    const { variantId, productId, kind, name } = suggestion;
    const detail = { variantId, productId, kind, suggestion };
    let work;
    const waitUntil = (promise) => void (work = promise);
    const prevented = !this.#tell("add", { ...detail, waitUntil });
    if (prevented && !work) return;

    button.setAttribute("aria-disabled", "true");
    try {
      const lines = work ? (await work, null) : await this.#addToCheckout(variantId);
      button.textContent = this.#texts.added;
      this.#announce(this.#texts.announcement, name, false);
      this.#tell("added", { ...detail, lines });
      if (lines) Object.assign(this, { lines });
    } catch (error) {
      button.removeAttribute("aria-disabled");
      this.#announce(this.#texts.failure, name, true);
      this.#tell("error", { during: "add", error, variantId });
    }
  }

  async #addToCheckout(variantId) {
    const api = this.getAttribute("saleor-api-url");
    const checkout = this.getAttribute("checkout");
    if (!api || !checkout) throw new Error("Set saleor-api-url and checkout, or handle tandem:add");
    return client.addToCheckout(api, checkout, variantId);
  }

  /** Heard politely; a failure is seen as well. */
  #announce(text, name, failed) {
    this.#status.classList.toggle("failed", failed);
    this.#status.textContent = filled(text, { name });
  }

  #turn(state) {
    this.#state = state;
    this.#section.hidden = state !== "shown";
    this.#fallback.hidden = state !== "waiting";
    this.#looks.replaceSync(LOOKS + STATES[state]);
  }

  #tell(what, detail) {
    const init = { bubbles: true, composed: true, cancelable: what === "add", detail };
    return this.dispatchEvent(new CustomEvent(`tandem:${what}`, init));
  }
}

/** Text stays text: nothing that is suggested can become markup. */
function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** The picture, or the name's first letter. */
function picture({ thumbnail, name }) {
  const letter = make("span", { part: "picture", "aria-hidden": "true" }, [...name.trim()][0]);
  if (!thumbnail) return letter;
  const { url: src, alt } = thumbnail;
  const image = make("img", { part: "picture", loading: "lazy", width: PICTURE, height: PICTURE, src, alt: alt === name ? "" : alt });
  image.addEventListener("error", () => image.replaceWith(letter));
  return image;
}

/** The page's language; the browser's where it names none. */
function language() {
  try {
    return Intl.getCanonicalLocales(document.documentElement.lang)[0];
  } catch {
    return undefined;
  }
}

/** The amount goes in as text: no float comes near it. */
function money({ amount, currency }) {
  return new Intl.NumberFormat(language(), { style: "currency", currency }).format(amount);
}

/** "{name} was added" with the name in place. */
function filled(text, parameters) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = parameters?.[name] ?? whole;
    return typeof value === "number" ? new Intl.NumberFormat(language()).format(value) : value;
  });
}

function linesFrom(given) {
  const lines = typeof given === "string" ? client.parsed(given) : given;
  return Array.isArray(lines) ? lines : null;
}
