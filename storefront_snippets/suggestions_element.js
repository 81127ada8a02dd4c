/** `<tandem-suggestions>`: shows what goes with a basket. */
import * as client from "./suggestions_client.js";

/** Of another kind a click may mean anything. */
const KINDS = ["bundle", "upgrade", "free_delivery", "also_bought", "popular"];

const QUESTION = ["app-url", "saleor-api-url", "checkout", "variants", "channel", "placement"];

/** So near to the screen we ask. */
const NEAR = "200px";

const PICTURE = "256";

/** In English. */
const TEXTS = {
  heading: "Customers also bought",
  popular: "Popular",
  add: "Add",
  added: "Added",
  announcement: "{name} was added to your basket",
  failure: "{name} could not be added",
  complete: "Complete the set",
  completed: "{name} is complete in your basket",
  gone: "{name} is no longer available, your basket is as it was",
  owned: "In your basket",
  partly: "{count} of {quantity} in your basket",
  here: "This product",
  separately: "{price} separately",
  saving: "You save {price}",
  option: "A better option",
  instead: "instead of {old}",
  better: "Better",
  worse: "Worse",
  more: "{price} more",
  upgrade: "Upgrade",
  upgraded: "Upgraded",
  replaced: "{name} replaces {old} in your basket",
  gap: "{price} to free delivery",
  from: "Delivery is free from {price}",
  costs: "Delivery costs {saves} now and is free from {price}",
  decline: "Not this one",
  declined: "{name} will not be suggested again",
  dismiss: "No more suggestions",
};

const EACH = "{quantity} × {price}";

/** On the button, on it when done, said then, said when it is gone. */
const CLICK = ["add", "added", "announcement"];
const CLICKS = { bundle: ["complete", "added", "completed", "gone"], upgrade: ["upgrade", "upgraded", "replaced", "gone"] };

/** A browser may forbid to store them. */
const declines = {};

const LOOKS = `
:host {
  display: block;
  --_line: var(--tandem-border, color-mix(in srgb, currentColor 15%, transparent));
  --_muted: var(--tandem-muted, color-mix(in srgb, currentColor 78%, transparent));
  --_radius: var(--tandem-radius, .5em);
}
[hidden], h2:empty { display: none !important; }
section { container-type: inline-size; outline: 0; }
h2, p, ul { margin: 0; padding: 0; line-height: 1.4; }
h2 { font-size: 1.125em; font-weight: 600; }
ul { display: grid; list-style: none; }
[part=heading] { margin-bottom: .75em; }
[part=item], [part=product] {
  display: grid;
  grid-template: "picture words words" 1fr "picture price button" auto / minmax(3em, 5em) 1fr auto;
  align-items: center;
  gap: .5em 1em;
}
[part=product] { grid-area: body; grid-template: "picture words" auto "facts facts" auto / 5em 1fr; }
[part=item] { position: relative; padding: 1em 0; }
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
[part=item] > [part=words], [part=title] { padding-inline-end: 1.5em; }
[part=name] { font-weight: 500; }
[part=variant], [part=reason], [part=label], [part=old], [part~=mark], [part=worse], [part=separately] { color: var(--_muted); font-weight: 400; }
[part=reason] { margin-top: .25em; }
[part=reason], [part=fact], [part~=mark], [part=each], [part=separately], [part=saving] { font-size: .8125em; }
[part=price] { grid-area: price; font-weight: 600; }
[part=price], [part=each] { font-variant-numeric: tabular-nums; }
[part~=frame] {
  position: relative;
  display: grid;
  grid-template: "words" auto "body" auto "offer" auto / 1fr;
  gap: 1.125em 2em;
  margin-bottom: 1.75em;
  padding: 1.25em;
  border: 1px solid var(--_line);
  border-radius: calc(var(--_radius) * 1.5);
}
[part~=frame]:has(+ [hidden]) { margin: 0; }
[part=members] { grid-area: body; gap: .75em; }
[part=member] {
  display: grid;
  grid-template: "picture words each" auto / 3.25em 1fr auto;
  gap: .875em;
}
[part=member] > * { align-self: center; }
[part~=owned]::before { content: "✓ "; }
[part=facts] { grid-area: facts; gap: .5em; overflow-wrap: anywhere; }
[part=fact] { display: grid; grid-template: "label mark" auto "change change" auto / 1fr auto; gap: 0 .75em; }
[part=change] { grid-area: change; }
b { font-weight: 600; }
[part=better], [part=worse] { grid-area: mark; place-self: start; padding: 0 .6em; border: 1px solid var(--_line); border-radius: 1em; }
[part=better] { color: var(--tandem-saving, inherit); }
[part=meter] { height: .5em; margin: .75em 0 .5em; border-radius: 1em; background: var(--_line); overflow: clip; }
[part=level] { height: 100%; border-radius: 1em; background: var(--tandem-saving, currentColor); }
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
[part=offer] [part=button] { flex: 1 0 auto; }
[part=offer] [part=price] { font-size: 1.25em; }
[part=saving] { color: var(--tandem-saving, inherit); font-weight: 600; }
button { border: 0; border-radius: var(--_radius); background: none; color: inherit; font: inherit; cursor: pointer; }
[part=button] {
  grid-area: button;
  min-height: 2.5em;
  padding: 0 1.125em;
  border: 1px solid var(--tandem-button-border, var(--tandem-button-background, color-mix(in srgb, currentColor 45%, transparent)));
  background: var(--tandem-button-background, transparent);
  color: var(--tandem-button-color, inherit);
  font-size: .9375em;
  font-weight: 500;
}
[part=decline] {
  position: absolute;
  top: 1.7em;
  inset-inline-end: 0;
  translate: 0 -50%;
  width: 1.75rem;
  height: 1.75rem;
}
article > [part=decline] { top: 2em; inset-inline-end: .6em; }
[part=decline], [part=dismiss] { padding: 0; color: var(--_muted); }
[part=dismiss] { min-height: 1.75rem; margin-top: .75em; font-size: .8125em; text-decoration: underline; }
button:focus-visible { outline: 2px solid var(--tandem-focus, currentColor); outline-offset: 2px; }
button:hover { box-shadow: inset 0 0 0 4em color-mix(in srgb, currentColor 8%, transparent); }
button[aria-disabled] { border-color: transparent; box-shadow: none; cursor: default; }
@media (pointer: coarse) {
  button { min-width: 44px; min-height: 44px !important; }
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
  [part=product] { grid-template: "picture words" auto "picture facts" 1fr / 5em 1fr; }
  [part=fact] { grid-template: "label change mark" auto / 6.5em auto 1fr; }
  [part=offer] [part=button] { flex-grow: 0; }
}
@container (min-width: 54em) {
  [part=list] { grid-template-columns: repeat(3, 1fr); gap: 1em; }
  [part=list] > li { padding: 1em; border: 1px solid var(--_line); border-radius: calc(var(--_radius) * 1.5); }
  li > [part=decline] { inset-inline-end: .4em; }
  [part~=frame] { grid-template: "words offer" auto "body offer" 1fr / 1fr auto; }
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

/** What waits must be able to come into view; what was left has the focus. */
const STATES = {
  waiting: ":host(:empty) { position: absolute; }",
  shown: "",
  nothing: ":host { display: none !important; }",
  left: ":host { position: absolute !important; clip-path: inset(50%) !important; }",
};

/** The first two are attributes as well, in JSON. */
const PROPERTIES = { document: null, lines: null, reasons: {}, texts: {} };

/** A server has none. */
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? Object);

export class TandemSuggestionsElement extends Base {
  static observedAttributes = [...QUESTION, "document", "lines", "heading", "bundles", "upgrades", "lang"];

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
  #state = "";
  #found = client.NO_ANSWER;
  #shown = new Map();
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
  #heading = make("h2", { part: "heading" });
  #list = make("ul", { part: "list", role: "list" });
  #section = make("section", { part: "section", tabindex: "-1" });
  #status = make("p", { part: "status", role: "status" });
  #dismiss = make("button", { part: "dismiss", type: "button" });

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).append(this.#fallback, this.#section, this.#status, this.#dismiss);
    this.shadowRoot.adoptedStyleSheets = [this.#looks];
    this.#dismiss.addEventListener("click", () => this.#decline());
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

  /** For a page that does not tell its `lines`. */
  refresh() {
    this.#asked = "";
    if (!this.hasAttribute("lines")) this.#given.lines = null;
    this.#changed();
  }

  get #texts() {
    return { ...TEXTS, ...this.#given.texts };
  }

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

  /** Several changes are one. */
  #changed() {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      if (this.isConnected) this.#update();
    });
  }

  #update() {
    this.#dismiss.textContent = this.#texts.dismiss;
    this.#fill();
    if (this.#over) {
      this.#reading.abort();
      this.#asked = "";
      return;
    }

    const lines = listFrom(this.#given.lines);
    const given = client.documentFrom(this.#given.document);
    if (client.isFresh(given, lines)) {
      this.#reading.abort();
      this.#asked = "";
      this.#show(given);
      return;
    }
    const { key, read } = this.#question(lines);
    if (key === this.#asked) return;
    if (!this.#near || this.#state !== "shown") this.#show(client.NO_ANSWER);
    if (this.#near) this.#ask(key, read);
  }

  /** With nobody to ask, the page may bring one. */
  #question(lines) {
    const asked = QUESTION.map((name) => this.getAttribute(name) ?? "");
    const [app, api, checkout, variants, channel, placement] = asked;
    const key = JSON.stringify([asked, lines && client.linesHash(lines)]);

    let read = (signal) => client.pause(client.PATIENCE_MS, signal).then(() => client.NO_ANSWER);
    if (app && variants) read = (signal) => client.readFromApp(app, { variants, channel, placement: "product" }, { signal });
    else if (app && checkout) read = (signal) => client.readFromApp(app, { checkout, placement: placement || "basket" }, { lines, signal });
    else if (api && checkout) read = (signal) => client.readFromSaleor(api, checkout, { lines, signal });
    return { key, read };
  }

  /** What is shown stays until then. */
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
      this.#show(client.NO_ANSWER);
      this.#tell("error", { during: "read", error });
    }
  }

  #show(found) {
    this.#found = found;
    this.#fill();
  }

  /** None on a product page. */
  get #basket() {
    return this.#found.placement === "product" ? "" : this.#found.linesHash;
  }

  /** Before, and now. */
  #declined(...now) {
    const key = `tandem:${this.getAttribute("checkout") || location.pathname}`;
    let kept = declines[key];
    try {
      kept ??= listFrom(sessionStorage.getItem(key));
      if (now.length) sessionStorage.setItem(key, JSON.stringify([...(kept ?? []), ...now]));
    } catch {
      // They last as long as the page.
    }
    return (declines[key] = [...(kept ?? []), ...now]);
  }

  /** Two are as good as all. */
  get #over() {
    return new Set(this.#declined()).size > 1;
  }

  /** Only where a click brings the whole of it. */
  #wanted() {
    const declined = this.#declined();
    const doors = this.getAttribute("app-url") && this.getAttribute("checkout");
    const place = this.getAttribute("placement") ?? (this.#basket ? "basket" : "product");
    const fit = this.#found.suggestions.filter((suggestion) => {
      const { kind, bundle, upgrade } = suggestion;
      const brought = doors || !(bundle ?? upgrade) || this.hasAttribute(`${kind}s`);
      return brought && KINDS.includes(kind) && !declined.includes(identity(suggestion));
    });
    return this.#over ? [] : fit.slice(0, client.limitAt(this.#found, place));
  }

  #fill() {
    const wanted = this.#wanted();
    const framed = wanted.filter(isFramed);
    const cards = wanted.filter((suggestion) => !isFramed(suggestion));
    const frames = framed.map((suggestion) => this.#offer(suggestion));
    const items = cards.map((suggestion) => this.#card(suggestion));
    const popular = cards.every(({ rung }) => rung === "popular");
    this.#heading.textContent = this.getAttribute("heading") ?? this.#texts[popular ? "popular" : "heading"];

    const held = this.shadowRoot.activeElement;
    const content = [...frames, ...items].map((part) => part.outerHTML).join();
    if (content !== this.#content) {
      this.#content = content;
      this.#list.replaceChildren(...items);
      this.#section.replaceChildren(...frames, this.#heading, this.#list);
      this.#heading.hidden = this.#list.hidden = !items.length;

      this.#sight.disconnect();
      this.#shown = new Map([[this.#list, cards], ...frames.map((frame, place) => [frame, [framed[place]]])]);
      for (const group of this.#shown.keys()) this.#sight.observe(group);
    }
    this.#section.ariaLabel = (items.length ? this.#heading.textContent : frames[0]?.ariaLabel) ?? null;
    const waiting = !this.#found.linesHash && !this.#over;
    this.#turn(content ? "shown" : waiting ? "waiting" : this.#status.textContent ? "left" : "nothing");
    if (held && (held.hidden || !held.isConnected)) this.#section.focus({ preventScroll: true });
  }

  #seen({ isIntersecting, target }) {
    if (!isIntersecting) return;
    this.#sight.unobserve(target);
    this.#tell("shown", { suggestions: this.#shown.get(target) });
  }

  #card(suggestion) {
    const price = this.#price("price", suggestion.price);
    return make("li", { part: "item" }, ...this.#product(suggestion), price, ...this.#buttons(suggestion));
  }

  #offer(suggestion) {
    const { bundle, upgrade } = suggestion;
    const draw = bundle ? this.#set : upgrade ? this.#upgrade : this.#delivery;
    const [part, title, words, body, sum] = draw.call(this, suggestion);
    const [button, decline] = this.#buttons(suggestion);
    const head = make("div", { part: "words" }, make("h2", { part: "title" }, title), ...words);
    const offer = make("div", { part: "offer" }, make("div", { part: "sum" }, ...sum), button);
    const status = make("p", { part: "status", role: "status" });
    return make("article", { part: `frame ${part}`, "aria-label": title }, head, body, offer, status, decline);
  }

  #set(suggestion) {
    const { members, price, separately, saving } = suggestion.bundle;
    const texts = this.#texts;
    const list = make("ul", { part: "members", role: "list" }, ...members.map((member) => this.#member(member)));
    const sum = [this.#price("price", saving ? price : separately)];
    if (saving) sum.push(this.#price("separately", separately, texts.separately), this.#price("saving", saving, texts.saving));
    return ["set", this.#called(suggestion), [this.#because(suggestion)], list, sum];
  }

  #upgrade(suggestion) {
    const { replaces, facts, total } = suggestion.upgrade;
    const { quantity } = replaces;
    const texts = this.#texts;
    const [picture, words] = this.#product(suggestion);
    const list = make("ul", { part: "facts", role: "list" }, ...facts.map((fact) => this.#fact(fact)));
    words.lastChild.textContent = this.#instead(fullName(replaces));
    const each = this.#price("separately", suggestion.price, quantity > 1 && EACH, quantity);
    each.append(" ", this.#instead(this.#money(replaces.price)));
    const body = make("div", { part: "product" }, picture, words, list);
    return ["upgrade", texts.option, [], body, [this.#price("price", total, texts.more), each]];
  }

  #fact({ name, from, to, better }) {
    const mark = better ? "better" : "worse";
    const change = make("p", { part: "change" }, make("b", {}, to), " ", make("span", { part: "old" }, this.#instead(from)));
    return make("li", { part: "fact" }, make("p", { part: "label" }, name), change, make("p", { part: mark }, this.#texts[mark]));
  }

  #instead(old) {
    return this.#filled(this.#texts.instead, { old });
  }

  #delivery(suggestion) {
    const { gap, from, saves } = suggestion.delivery;
    const texts = this.#texts;
    const level = make("div", { part: "level" });
    level.style.width = `${100 - (100 * gap.amount) / from.amount}%`;
    const costs = { price: this.#money(from), saves: saves && this.#money(saves) };
    const note = make("p", { part: "reason" }, this.#filled(saves ? texts.costs : texts.from, costs));
    const body = make("div", { part: "product" }, ...this.#product(suggestion));
    const title = this.#filled(texts.gap, { price: this.#money(gap) });
    return ["delivery", title, [make("div", { part: "meter" }, level), note], body, [this.#price("price", suggestion.price)]];
  }

  #product(suggestion) {
    return [picture(suggestion), make("div", { part: "words" }, this.#name(suggestion), this.#because(suggestion))];
  }

  #member(member) {
    const { quantity, missing, price } = member;
    const count = quantity - missing;
    const { owned, partly, here } = this.#texts;
    const words = make("div", { part: "words" }, this.#name(member));
    const [part, mark] = this.#basket ? ["mark owned", missing ? partly : owned] : ["mark", here];
    if (count) words.append(make("p", { part }, this.#filled(mark, { count, quantity })));
    return make("li", { part: "member" }, picture(member), words, this.#price("each", price, quantity > 1 && EACH, quantity));
  }

  #name(it) {
    const title = make("p", { part: "name" }, it.name);
    const variant = variantName(it);
    if (variant) title.append(" ", make("span", { part: "variant" }, variant));
    return title;
  }

  #price(part, price, text, quantity) {
    return make("p", { part }, this.#filled(text || "{price}", { price: this.#money(price), quantity }));
  }

  #buttons(suggestion) {
    const [take] = this.#click(suggestion);
    const { decline } = this.#texts;
    return [
      this.#button("button", suggestion, take, take, this.#add),
      this.#button("decline", suggestion, "×", decline, this.#decline),
    ];
  }

  #button(part, suggestion, text, label, work) {
    const button = make("button", { part, type: "button", "aria-label": `${label} ${this.#called(suggestion)}` }, text);
    button.addEventListener("click", () => work.call(this, suggestion, button));
    return button;
  }

  #click({ kind }) {
    return (CLICKS[kind] ?? CLICK).map((word) => this.#texts[word]);
  }

  #called(suggestion) {
    const { bundle } = suggestion;
    return bundle ? client.bundleName(bundle, this.#language) : fullName(suggestion);
  }

  #because(suggestion) {
    const { key, parameters, text } = suggestion.reason;
    const own = this.#given.reasons[key];
    const told = { ...parameters, bundle: this.#called(suggestion) };
    // The gap is the title.
    const short = suggestion.delivery ? text.replace(/^.*?[.;] /, "") : text;
    return make("p", { part: "reason" }, typeof own === "function" ? own(told) : own ? this.#filled(own, told) : short);
  }

  async #add(suggestion, button) {
    if (button.hasAttribute("aria-disabled")) return;
    const { variantId, bundle, upgrade } = suggestion;
    const whole = bundle ?? upgrade;
    const detail = about(suggestion);
    let work;
    const waitUntil = (promise) => void (work = promise);
    const prevented = !this.#tell("add", { ...detail, waitUntil });
    if (prevented && !work) return;

    const [, done, said, gone] = this.#click(suggestion);
    const names = { name: this.#called(suggestion), old: upgrade && fullName(upgrade.replaces) };
    button.setAttribute("aria-disabled", "true");
    try {
      const lines = work ? (await work, null) : await this.#addToCheckout(suggestion, whole);
      button.textContent = done;
      button.ariaLabel = `${done} ${names.name}`;
      this.#announce(said, names);
      this.#tell("added", { ...detail, lines });
      if (!lines) return;
      // The app knows the basket best.
      if (whole) this.#asked = "";
      Object.assign(this, whole ? { lines: null, document: null } : { lines });
    } catch (error) {
      const over = whole && error?.status === 409;
      if (!over) button.removeAttribute("aria-disabled");
      const near = button.closest("article")?.querySelector("[role=status]") ?? this.#status;
      this.#announce(over ? gone : this.#texts.failure, names, near);
      this.#tell("error", { during: "add", error, variantId });
    }
  }

  async #addToCheckout(suggestion, whole) {
    const [app, api, checkout] = QUESTION.map((name) => this.getAttribute(name));
    if (!checkout || !(whole ? app : api)) throw new Error("Nobody to ask: handle tandem:add");
    const { bundle, variantId } = suggestion;
    if (!whole) return client.addToCheckout(api, checkout, variantId);
    const asked = bundle ? client.addBundle(app, checkout, bundle, this.#basket) : client.upgradeLine(app, checkout, suggestion, this.#basket);
    return (await asked).lines;
  }

  /** One, or all of them. */
  #decline(suggestion) {
    const [app, , checkout] = QUESTION.map((name) => this.getAttribute(name));
    const { declined, dismiss } = this.#texts;
    const suggestions = this.#wanted();
    this.#declined(...(suggestion ? [identity(suggestion)] : ["", "all"]));
    this.#announce(this.#over ? dismiss : declined, suggestion && { name: this.#called(suggestion) });
    this.#fill();
    if (suggestion) this.#tell("declined", about(suggestion));
    else this.#tell("dismissed", { suggestions });
    if (!app || !checkout) return;
    client.decline(app, checkout, suggestion).catch((error) => this.#tell("error", { during: "decline", error }));
  }

  /** A failure is seen as well, near the button. */
  #announce(text, names, seen) {
    const said = seen ?? this.#status;
    for (const status of this.shadowRoot.querySelectorAll("[role=status]")) status.textContent = "";
    said.textContent = this.#filled(text, names);
    said.classList.toggle("failed", Boolean(seen));
  }

  /** As text: no float comes near it. */
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
    if (state === this.#state) return;
    this.#state = state;
    this.#section.hidden = state === "waiting";
    this.#dismiss.hidden = state !== "shown";
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

function picture({ thumbnail, name }) {
  const letter = make("span", { part: "picture", "aria-hidden": "true" }, [...name.trim()][0]);
  if (!thumbnail) return letter;
  const { url: src, alt } = thumbnail;
  const image = make("img", { part: "picture", loading: "lazy", width: PICTURE, height: PICTURE, src, alt: alt === name ? "" : alt });
  image.addEventListener("error", () => image.replaceWith(letter));
  return image;
}

function variantName({ name, variantName, variantId }) {
  return variantName && variantName !== variantId && !name.includes(variantName) ? variantName : "";
}

function fullName(it) {
  return `${it.name} ${variantName(it)}`.trim();
}

function about(suggestion) {
  const { variantId, productId, kind } = suggestion;
  return { variantId, productId, kind, suggestion };
}

/** A "no" to a set is none to its pieces. */
function identity({ kind, productId, bundle, upgrade }) {
  return bundle ?? upgrade ? `${kind} ${bundle?.id ?? productId}` : productId;
}

function isFramed({ bundle, upgrade, delivery }) {
  return bundle ?? upgrade ?? delivery;
}

function listFrom(given) {
  const list = typeof given === "string" ? client.parsed(given) : given;
  return Array.isArray(list) ? list : null;
}
