/** The demo shop: shelves on the left, the basket on the right, and under it what Tandem suggests. */
import { ask } from "/faces/saleor.js";

const CHANNELS = [
  { slug: "default-channel", name: "Europe (EUR)", gross: true, country: "DE", locale: "en-IE" },
  { slug: "channel-us", name: "United States (USD)", gross: false, country: "US", locale: "en-US" },
];

const $ = (id) => document.getElementById(id);

const config = await (await fetch("/faces/config.json")).json();
let channel = CHANNELS.find(({ slug }) => slug === localStorage.getItem("channel")) ?? CHANNELS[0];
let products = [];
let shelf = "";
let basket = null;

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

function money(price) {
  const { amount } = channel.gross ? price.gross : price.net;
  return new Intl.NumberFormat(channel.locale, { style: "currency", currency: price.currency }).format(amount);
}

const nameOf = (variant) => (variant.name === variant.id ? "" : variant.name);

function say(text, trouble = false) {
  $("note").textContent = text;
  $("note").classList.toggle("trouble", trouble);
}

async function tried(work) {
  try {
    await work();
  } catch (error) {
    say(error.message, true);
  }
}

/* ------------------------------------------------------------------ shelves */

async function loadProducts() {
  $("products").setAttribute("aria-busy", "true");
  const { products: found } = await ask(config.apiUrl, "products", { channel: channel.slug });
  products = found.edges.map(({ node }) => node).filter((product) => product.isAvailableForPurchase);
  shelf = "";
  drawShelves();
  $("products").removeAttribute("aria-busy");
}

function shelves() {
  const known = new Map(products.map(({ category }) => [category.id, category.name]));
  const order = (id) => Number(atob(id).split(":")[1]);
  return [...known].sort(([a], [b]) => order(a) - order(b));
}

function drawShelves() {
  const choices = [["", "Everything"], ...shelves()];
  $("shelves").replaceChildren(
    ...choices.map(([id, name]) =>
      make("button", { type: "button", "aria-pressed": String(id === shelf), onclick: () => ((shelf = id), drawShelves()) }, name),
    ),
  );
  $("products").replaceChildren(
    ...shelves()
      .filter(([id]) => !shelf || id === shelf)
      .map(([id, name]) =>
        make(
          "section",
          { class: "shelf" },
          make("h2", {}, name),
          make("div", { class: "grid" }, ...products.filter(({ category }) => category.id === id).map(card)),
        ),
      ),
  );
}

function card(product) {
  const facts = product.attributes.flatMap(({ values }) => values.map(({ name }) => name)).join(" · ");
  const price = make("span", { class: "price" });
  const button = make("button", { type: "button", onclick: () => add(chosen().id) });
  const choice = product.variants.length > 1 ? make("select", { "aria-label": `${product.name}: which one`, onchange: () => show() }) : null;
  choice?.append(...product.variants.map((variant, place) => make("option", { value: place }, nameOf(variant))));

  const chosen = () => product.variants[choice?.value ?? 0];
  const show = () => {
    const variant = chosen();
    price.textContent = variant.pricing ? money(variant.pricing.price) : "";
    button.disabled = !variant.quantityAvailable;
    button.textContent = button.disabled ? "Sold out" : "Add";
    button.setAttribute("aria-label", button.disabled ? `${product.name} is sold out` : `Add ${product.name}`);
  };
  show();

  return make(
    "article",
    { class: "product" },
    make("img", { src: product.thumbnail.url, alt: "", loading: "lazy", width: 256, height: 224 }),
    make(
      "div",
      { class: "about" },
      make("h3", {}, product.name),
      make("p", { class: "facts" }, facts),
      choice,
      make("div", { class: "buy" }, price, button),
    ),
  );
}

/* ------------------------------------------------------------------ basket */

const kept = () => `checkout ${config.apiUrl} ${channel.slug}`;

async function loadBasket() {
  const id = sessionStorage.getItem(kept());
  const found = id ? (await ask(config.apiUrl, "checkout", { id })).checkout : null;
  keep(found);
}

function keep(checkout) {
  basket = checkout;
  if (checkout) sessionStorage.setItem(kept(), checkout.id);
  else sessionStorage.removeItem(kept());
  drawBasket();
}

const add = (variantId) =>
  tried(async () => {
    const lines = [{ variantId, quantity: 1 }];
    const { answer } = basket
      ? await ask(config.apiUrl, "add", { id: basket.id, lines })
      : await ask(config.apiUrl, "create", { channel: channel.slug, lines, address: address() });
    say("");
    keep(answer.checkout);
  });

const setQuantity = (lineId, quantity) =>
  tried(async () => {
    const { answer } = await ask(config.apiUrl, "update", { id: basket.id, lines: [{ lineId, quantity }] });
    say("");
    keep(answer.checkout);
  });

const address = () => ({ country: channel.country });

/** The cheapest delivery there is, if the basket has to be sent. */
async function delivery() {
  const { checkout } = await ask(config.apiUrl, "deliveries", { id: basket.id });
  const [cheapest] = [...checkout.shippingMethods].sort((a, b) => a.price.amount - b.price.amount);
  return cheapest?.id ?? null;
}

const order = () =>
  tried(async () => {
    $("order").disabled = true;
    const email = `demo-${crypto.randomUUID().slice(0, 8)}@example.com`;
    try {
      const method = await delivery();
      const { answer } = await ask(config.apiUrl, "order", { id: basket.id, email, address: address(), method });
      keep(null);
      say(`Order ${answer.order.number} is placed. Tandem has learned from it by now.`);
    } finally {
      $("order").disabled = false;
    }
  });

function drawBasket() {
  const lines = basket?.lines ?? [];
  const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  $("count").textContent = pieces;
  $("count").hidden = !pieces;
  $("empty").hidden = pieces > 0;
  for (const id of ["total", "order", "to-basket"]) $(id).hidden = !pieces;
  $("to-basket").textContent = `Basket (${pieces})`;
  $("lines").replaceChildren(...lines.map(line));
  if (basket) $("amount").textContent = money(basket.totalPrice);
  $("total-label").textContent = channel.gross ? "Total with VAT" : "Total before tax";
  suggest(lines);
}

function line({ id, quantity, isGift, totalPrice, variant }) {
  const { name, thumbnail } = variant.product;
  const step = (change, label, sign) =>
    make("button", { type: "button", "aria-label": `${label}: ${name}`, onclick: () => setQuantity(id, quantity + change) }, sign);
  return make(
    "li",
    {},
    make("img", { src: thumbnail.url, alt: "", width: 56, height: 56 }),
    make("p", { class: "name" }, name, nameOf(variant) ? make("small", {}, nameOf(variant)) : null),
    make("p", { class: "price" }, isGift ? "Free" : money(totalPrice)),
    isGift ? make("span", {}) : make("span", { class: "stepper" }, step(-1, "One less", "−"), make("output", {}, String(quantity)), step(1, "One more", "+")),
    isGift ? null : make("button", { class: "remove", type: "button", "aria-label": `Remove ${name}`, onclick: () => setQuantity(id, 0) }, "Remove"),
  );
}

/* ------------------------------------------------------------------ suggestions */

function suggest(lines) {
  const place = $("suggestions");
  let element = place.querySelector("tandem-suggestions");
  if (!basket || !config.snippetsUrl || !lines.length) {
    element?.remove();
    place.hidden = true;
    return;
  }
  if (element?.getAttribute("checkout") !== basket.id) {
    element?.remove();
    element = make("tandem-suggestions", {
      checkout: basket.id,
      "saleor-api-url": config.apiUrl,
      "app-url": config.storefrontUrl,
    });
    element.addEventListener("tandem:added", () => tried(loadBasket));
    place.append(element);
  }
  place.hidden = false;
  element.setAttribute(
    "lines",
    JSON.stringify(lines.map(({ quantity, isGift, variant }) => ({ variantId: variant.id, quantity, isGift }))),
  );
}

/* ------------------------------------------------------------------ begin */

$("channel").append(...CHANNELS.map(({ slug, name }) => make("option", { value: slug, selected: slug === channel.slug }, name)));
$("channel").addEventListener("change", ({ target }) => {
  channel = CHANNELS.find(({ slug }) => slug === target.value);
  localStorage.setItem("channel", channel.slug);
  say("");
  tried(async () => {
    await loadProducts();
    await loadBasket();
  });
});
$("order").addEventListener("click", order);
new IntersectionObserver(([{ isIntersecting }]) => $("to-basket").classList.toggle("there", isIntersecting)).observe($("basket"));
if (config.snippetsUrl) import(config.snippetsUrl).catch(() => say("The suggestions could not be loaded.", true));
await tried(loadProducts);
await tried(loadBasket);
