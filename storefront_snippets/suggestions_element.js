/** `<tandem-suggestions>`: shows what goes with a basket. define.js registers the tag. */
import * as client from "./suggestions_client.js";

/** Of another kind a click may mean more than adding: it is not shown. */
const KINDS = ["also_bought", "bundle"];

/** The attributes that say whom to ask for what. */
const QUESTION = ["app-url", "saleor-api-url", "checkout", "variants", "channel"];

/** How near to the screen we begin to ask. */
const NEAR = "200px";

/** Pixels kept for a picture, each way. */
const PICTURE = "256";

/** Its own words, in English. */
const TEXTS = {
  heading: "Customers also bought",
  add: "Add",
  added: "Added",
  announcement: "{name} was added to your basket",
  failure: "{name} could not be added",
  complete: "Complete the set",
  completed: "{name} is complete in your basket",
  gone: "{name} is no longer available",
  owned: "In your basket",
  partly: "{count} of {quantity} in your basket",
  here: "This product",
  separately: "{price} separately",
  saving: "You save {price}",
};

/** Measured and coloured from the page's own text. */
const LOOKS = `
:host {
  display: block;
  --_line: var(--tandem-border, color-mix(in srgb, currentColor 15%, transparent));
  --_radius: var(--tandem-radius, .5em);
}
[hidden], h2:empty { display: none !important; }
section { container-type: inline-size; outline: 0; }
h2, p, ul { margin: 0; padding: 0; line-height: 1.4; }
h2 { font-size: 1.125em; font-weight: 600; }
ul { display: grid; list-style: none; }
[part=heading] { margin-bottom: .75em; }
[part=item] {
  display: grid;
  grid-template: "picture words words" 1fr "picture price button" auto / 5em 1fr auto;
  align-items: center;
  gap: .5em 1em;
  padding: 1em 0;
}
[part=item] + li { border-top: 1px solid var(--_line); }
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
[part=variant], [part=reason], [part~=mark], [part=separately] { color: var(--tandem-muted, color-mix(in srgb, currentColor 78%, transparent)); font-weight: 400; }
[part=reason] { margin-top: .25em; }
[part=reason], [part~=mark], [part=each], [part=separately], [part=saving] { font-size: .8125em; }
[part=price] { grid-area: price; font-weight: 600; }
[part=price], [part=each] { font-variant-numeric: tabular-nums; }
[part=set] {
  display: grid;
  grid-template: "words" auto "members" auto "offer" auto / 1fr;
  gap: 1.125em 2em;
  padding: 1.25em;
  border: 1px solid var(--_line);
  border-radius: calc(var(--_radius) * 1.5);
}
[part=set]:not(:has(~ [hidden])) { margin-bottom: 1.75em; }
[part=members] { grid-area: members; gap: .75em; }
[part=member] {
  display: grid;
  grid-template: "picture words each" auto / 3.25em 1fr auto;
  gap: .875em;
}
[part=member] > * { align-self: center; }
[part~=owned]::before { content: "✓ "; }
[part=offer] {
  grid-area: offer;
  display: flex;
  flex-wrap: wrap;
  gap: .75em 1.5em;
  align-items: center;
  justify-content: space-between;
  padding-top: 1em;
  border-top: 1px solid var(--_line);
}
[part=offer] button { flex: 1 0 auto; }
[part=offer] [part=price] { font-size: 1.25em; }
[part=saving] { color: var(--tandem-saving, inherit); font-weight: 600; }
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
[part=status]:is(:not(.failed), :empty) { position: absolute; clip-path: inset(50%); white-space: nowrap; }
@container (min-width: 34em) {
  [part=members] { display: flex; flex-wrap: wrap; gap: 1.25em 1.75em; overflow: clip; }
  [part=member] { position: relative; display: flex; flex-direction: column; gap: .125em; width: 7.5em; }
  [part=member] > * { align-self: start; }
  [part=member] [part=picture] { width: 5em; margin-bottom: .375em; }
  [part=member] [part=words] { display: contents; }
  [part~=mark] { order: 1; }
  [part=member] + li::before { content: "+"; position: absolute; inset-inline-start: -2.4em; top: 1.8em; opacity: .6; }
  [part=offer] button { flex-grow: 0; }
}
@container (min-width: 54em) {
  [part=list] { grid-template-columns: repeat(3, 1fr); gap: 1em; }
  [part=list] > li { padding: 1em; border: 1px solid var(--_line); border-radius: calc(var(--_radius) * 1.5); }
  [part=set] { grid-template: "words offer" auto "members offer" 1fr / 1fr auto; }
  [part=offer] {
    flex-direction: column;
    align-items: stretch;
    justify-content: center;
    min-width: 13em;
    padding: 0;
    padding-inline-start: 2em;
    border: 0;
    border-inline-start: 1px solid var(--_line);
  }
}`;

/** What shows nothing takes no room, not even a grid's gap; what waits must be there to come into view. */
const STATES = {
  waiting: ":host(:empty) { position: absolute; }",
  shown: "",
  nothing: ":host { display: none !important; }",
};

/** What a page may set; the first two are attributes as well, in JSON. */
const PROPERTIES = { document: null, lines: null, reasons: {}, texts: {} };

/** Where a server renders, there is none. */
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? Object);

export class TandemSuggestionsElement extends Base {
  static observedAttributes = [...QUESTION, "document", "lines", "heading", "bundles", "lang"];

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
  #basket = "";
  #content = "";
  #asked = "";
  #near = false;
  #due = false;
  #reading = new AbortController();
  #arrival = new IntersectionObserver((moves) => this.#moved(moves.at(-1)), { rootMargin: NEAR });
  #sight = new IntersectionObserver((moves) => moves.forEach((move) => this.#seen(move)), { threshold: 0.5 });

  /** A content security policy may forbid a style tag. */
  #looks = new CSSStyleSheet();
  #fallback = document.createElement("slot");
  #heading = make("h2", { part: "heading", id: "heading" });
  #list = make("ul", { part: "list", role: "list" });
  #set = make("article", { part: "set", "aria-labelledby": "title" });
  #section = make("section", { part: "section", tabindex: "-1" }, this.#set, this.#heading, this.#list);
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

  /** Asks again: for a page that does not tell its `lines`. */
  refresh() {
    this.#asked = "";
    if (!this.hasAttribute("lines")) this.#given.lines = null;
    this.#changed();
  }

  get #texts() {
    return { ...TEXTS, ...this.#given.texts };
  }

  /** The tag's or the page's, else the browser's. */
  get #language() {
    try {
      return Intl.getCanonicalLocales((this.closest("[lang]") ?? document.documentElement).lang)[0];
    } catch {
      return undefined;
    }
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

  /** With nobody to ask, the page may bring a document that fits. */
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

  /** What is shown stays until then: the page does not jump. */
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
    this.#basket = found.placement === "product" ? "" : found.linesHash;
    // Only where a click brings the whole of it.
    const sets = this.hasAttribute("bundles") || (this.getAttribute("app-url") && this.getAttribute("checkout"));
    this.#suggestions = found.suggestions.filter(({ kind, bundle }) => KINDS.includes(kind) && (!bundle || sets));
    this.#fill();
    this.#turn(this.#suggestions.length ? "shown" : found.linesHash ? "nothing" : "waiting");
  }

  #fill() {
    const set = this.#suggestions.filter(({ bundle }) => bundle).slice(0, 1).flatMap((suggestion) => this.#offer(suggestion));
    const cards = this.#suggestions.filter(({ bundle }) => !bundle).map((suggestion, place) => this.#card(suggestion, place));
    const content = [...set, ...cards].map((part) => part.outerHTML).join();
    if (content === this.#content) return;
    this.#content = content;

    const held = this.#section.contains(this.shadowRoot.activeElement);
    this.#set.replaceChildren(...set);
    this.#list.replaceChildren(...cards);
    this.#set.hidden = !set.length;
    this.#heading.hidden = this.#list.hidden = !cards.length;
    this.#section.setAttribute("aria-labelledby", cards.length ? "heading" : "title");
    if (held) this.#section.focus({ preventScroll: true });

    this.#sight.disconnect();
    this.#sight.observe(this.#set);
    this.#sight.observe(this.#list);
  }

  /** Once for the set, once for the list: when half of it is on the screen. */
  #seen({ isIntersecting, target }) {
    if (!isIntersecting) return;
    this.#sight.unobserve(target);
    this.#tell("shown", { suggestions: this.#suggestions.filter(({ bundle }) => !bundle === (target !== this.#set)) });
  }

  #card(suggestion, place) {
    const id = `name-${place}`;
    const words = make("div", { part: "words" }, this.#name(suggestion, { id }), this.#because(suggestion));
    const price = this.#price("price", suggestion.price);
    return make("li", { part: "item" }, picture(suggestion), words, price, this.#button(suggestion, place, id));
  }

  #offer(suggestion) {
    const { members, price, separately, saving } = suggestion.bundle;
    const texts = this.#texts;
    const title = make("h2", { part: "title", id: "title" }, this.#title(suggestion));
    const words = make("div", { part: "words" }, title, this.#because(suggestion));
    const list = make("ul", { part: "members", role: "list" }, ...members.map((member) => this.#member(member)));
    const sum = make("div", { part: "sum" }, this.#price("price", saving ? price : separately));
    if (saving) sum.append(this.#price("separately", separately, texts.separately), this.#price("saving", saving, texts.saving));
    const offer = make("div", { part: "offer" }, sum, this.#button(suggestion, "set", "title"));
    return [words, list, offer, make("p", { part: "status", role: "status" })];
  }

  #member(member) {
    const { quantity, missing, price } = member;
    const count = quantity - missing;
    const { owned, partly, here } = this.#texts;
    const words = make("div", { part: "words" }, this.#name(member));
    const [part, mark] = this.#basket ? ["mark owned", missing ? partly : owned] : ["mark", here];
    if (count) words.append(make("p", { part }, this.#filled(mark, { count, quantity })));
    return make("li", { part: "member" }, picture(member), words, this.#price("each", price, quantity > 1 && "{quantity} × {price}", quantity));
  }

  #name({ name, variantName, variantId }, attributes) {
    const title = make("p", { part: "name", ...attributes }, name);
    if (variantName && variantName !== variantId && !name.includes(variantName)) {
      title.append(" ", make("span", { part: "variant" }, variantName));
    }
    return title;
  }

  #price(part, price, text, quantity) {
    return make("p", { part }, this.#filled(text || "{price}", { price: this.#money(price), quantity }));
  }

  #button(suggestion, place, named) {
    const id = `add-${place}`;
    const button = make("button", { part: "button", type: "button", id, "aria-labelledby": `${id} ${named}` });
    button.textContent = this.#texts[suggestion.bundle ? "complete" : "add"];
    button.addEventListener("click", () => this.#add(suggestion, button));
    return button;
  }

  #title({ bundle, name }) {
    return bundle ? client.bundleName(bundle, this.#language) : name;
  }

  #because(suggestion) {
    const { key, parameters, text } = suggestion.reason;
    const own = this.#given.reasons[key];
    const told = { ...parameters, bundle: this.#title(suggestion) };
    return make("p", { part: "reason" }, typeof own === "function" ? own(told) : own ? this.#filled(own, told) : text);
  }

  async #add(suggestion, button) {
    if (button.hasAttribute("aria-disabled")) return;
    const { variantId, productId, kind, bundle } = suggestion;
    const detail = { variantId, productId, kind, suggestion };
    let work;
    const waitUntil = (promise) => void (work = promise);
    const prevented = !this.#tell("add", { ...detail, waitUntil });
    if (prevented && !work) return;

    const texts = this.#texts;
    const name = this.#title(suggestion);
    button.setAttribute("aria-disabled", "true");
    try {
      const lines = work ? (await work, null) : await this.#addToCheckout(variantId, bundle);
      button.textContent = texts.added;
      this.#announce(bundle ? texts.completed : texts.announcement, name);
      this.#tell("added", { ...detail, lines });
      if (!lines) return;
      // The app knows best what the basket is now.
      if (bundle) this.#asked = "";
      Object.assign(this, bundle ? { lines: null, document: null } : { lines });
    } catch (error) {
      const over = bundle && error?.status === 409;
      if (!over) button.removeAttribute("aria-disabled");
      this.#announce(over ? texts.gone : texts.failure, name, bundle ? this.#set.lastChild : this.#status);
      this.#tell("error", { during: "add", error, variantId });
    }
  }

  async #addToCheckout(variantId, bundle) {
    const [app, api, checkout] = QUESTION.map((name) => this.getAttribute(name));
    if (!checkout || !(bundle ? app : api)) throw new Error("Set checkout and its address, or handle tandem:add");
    return bundle ? (await client.addBundle(app, checkout, bundle, this.#basket)).lines : client.addToCheckout(api, checkout, variantId);
  }

  /** Heard politely; a failure is seen as well, near the button. */
  #announce(text, name, seen) {
    const said = seen ?? this.#status;
    for (const status of this.shadowRoot.querySelectorAll("[role=status]")) status.textContent = "";
    said.textContent = this.#filled(text, { name });
    said.classList.toggle("failed", Boolean(seen));
  }

  /** The amount goes in as text: no float comes near it. */
  #money({ amount, currency }) {
    return new Intl.NumberFormat(this.#language, { style: "currency", currency }).format(amount);
  }

  #filled(text, parameters) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = parameters?.[name] ?? whole;
      return typeof value === "number" ? new Intl.NumberFormat(this.#language).format(value) : value;
    });
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

/** Text stays text, never markup. */
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

function linesFrom(given) {
  const lines = typeof given === "string" ? client.parsed(given) : given;
  return Array.isArray(lines) ? lines : null;
}
