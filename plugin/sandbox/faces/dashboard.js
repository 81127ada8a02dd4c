/** A small demo Dashboard: products, orders, and Tandem's page and widgets in frames. */
import { Frames } from "/faces/frames.js";

const QUERIES = {
  products: `query { products(first: 100) { edges { node { id name thumbnail(size: 128) { url } category { name } variants { id } } } } }`,
  product: `query($id: ID!) { product(id: $id) { id name slug thumbnail(size: 256) { url } category { name }
    variants { id name sku stocks { quantity quantityAllocated } channelListings { channel { slug } price { amount currency } } } } }`,
  orders: `query { orders(first: 50, sortBy: { field: CREATED_AT, direction: DESC }) { totalCount edges { node {
    id number created status chargeStatus userEmail total { gross { amount currency } } lines { quantity } } } } }`,
  order: `query($id: ID!) { order(id: $id) { id number created status chargeStatus userEmail total { gross { amount currency } }
    lines { id quantity productName variantName isGift productVariantId variant { product { id } } totalPrice { gross { amount currency } } } } }`,
  cancel: `mutation($id: ID!) { orderCancel(id: $id) { errors { message } } }`,
  pay: `mutation($id: ID!) { orderMarkAsPaid(id: $id) { errors { message } } }`,
};

const config = await (await fetch("/faces/config.json")).json();
const view = document.getElementById("view");
let theme = localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

async function ask(name, variables = {}) {
  const { token } = await (await fetch("/dashboard/token?staff=1")).json();
  const response = await fetch(config.apiUrl, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: QUERIES[name], variables }),
  });
  const { data, errors } = await response.json();
  const trouble = errors?.[0] ?? Object.values(data)[0]?.errors?.[0];
  if (trouble) throw new Error(trouble.message);
  return data;
}

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value != null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

const money = ({ amount, currency }) => new Intl.NumberFormat("en", { style: "currency", currency }).format(amount);
const words = (code) => code.charAt(0) + code.slice(1).toLowerCase().replaceAll("_", " ");

function toast({ status = "info", title, text }) {
  const node = make("div", { class: `toast ${status}` }, make("strong", {}, title ?? ""), text ?? "");
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), 4000);
}

/* ------------------------------------------------------------------ the app */

const hands = {
  theme: () => theme,
  toast,
  refresh: () => route(),
  updateRouting: (to) => history.replaceState(null, "", `#/app${to.startsWith("/") ? "" : "/"}${to}`),
  redirect(to, newContext) {
    if (to.startsWith("/")) {
      location.hash = to.replace(new RegExp(`^/extensions/app/[^/]+`), "/app");
      return true;
    }
    if (!confirm(`The app wants to open ${to}`)) return false;
    open(to, newContext ? "_blank" : "_self");
    return true;
  },
};
const frames = config.app ? new Frames(config, hands) : null;

function bar(title, above, ...more) {
  return make("div", { class: "bar" }, make("h1", {}, above ? make("small", {}, above) : null, title), ...more);
}

function widgets(mount, params) {
  const found = config.app?.extensions.filter((extension) => extension.mount === mount && extension.target === "WIDGET") ?? [];
  return make(
    "div",
    { class: "widgets" },
    ...found.map(({ id, label, url }) =>
      make(
        "section",
        { class: "widget" },
        make("h2", {}, make("img", { src: config.app.logoUrl, alt: "" }), label),
        frames.make(config.app.appUrl + url, { params, extension: id, widget: true, title: label }),
      ),
    ),
  );
}

/* ------------------------------------------------------------------ the views */

const views = {
  home: () => [bar("Good day, Ada"), make("div", { class: "home" }, widgets("HOMEPAGE_WIDGETS", {}))],

  app(path) {
    const { name, author, appUrl, extensions } = config.app;
    const extension = extensions.find(({ url, target }) => target === "APP_PAGE" && path && url === path.split("?")[0]);
    const base = new URL(appUrl + path);
    return [
      bar(name, `by ${author ?? ""}`, make("img", { src: config.app.logoUrl, alt: "", width: 40, height: 40 })),
      frames.make(base, { extension: extension?.id, title: name }),
    ];
  },

  async products() {
    const { products } = await ask("products");
    const rows = products.edges.map(({ node }) =>
      make(
        "tr",
        {},
        make("td", {}, make("img", { src: node.thumbnail.url, alt: "" })),
        make("td", {}, make("a", { href: `#/products/${node.id}` }, node.name)),
        make("td", {}, node.category?.name ?? ""),
        make("td", { class: "number" }, String(node.variants.length)),
      ),
    );
    return [bar("Products"), table(["", "Product", "Category", "Variants"], rows)];
  },

  async product(id) {
    const { product } = await ask("product", { id });
    if (!product) return [make("p", { class: "empty" }, "There is no such product.")];
    const rows = product.variants.map((variant) =>
      make(
        "tr",
        {},
        make("td", {}, variant.name === variant.id ? "The only one" : variant.name),
        make("td", {}, variant.sku ?? ""),
        make("td", { class: "number" }, variant.channelListings.map(({ price }) => (price ? money(price) : "")).join(" · ")),
        make("td", { class: "number" }, String(variant.stocks.reduce((sum, it) => sum + it.quantity - it.quantityAllocated, 0))),
      ),
    );
    return [
      bar(product.name, product.category?.name, make("img", { src: product.thumbnail.url, alt: "", width: 48, height: 48 })),
      details(table(["Variant", "SKU", "Price", "In stock"], rows), widgets("PRODUCT_DETAILS_WIDGETS", { productId: id, productSlug: product.slug })),
    ];
  },

  async orders() {
    const { orders } = await ask("orders");
    const rows = orders.edges.map(({ node }) =>
      make(
        "tr",
        {},
        make("td", {}, make("a", { href: `#/orders/${node.id}` }, `#${node.number}`)),
        make("td", {}, new Date(node.created).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })),
        make("td", {}, node.userEmail ?? ""),
        make("td", {}, make("span", { class: "pill" }, words(node.status))),
        make("td", { class: "number" }, money(node.total.gross)),
      ),
    );
    return [bar("Orders", `${orders.totalCount} in all`), table(["Number", "Date", "Customer", "Status", "Total"], rows)];
  },

  async order(id) {
    const { order } = await ask("order", { id });
    if (!order) return [make("p", { class: "empty" }, "There is no such order.")];
    const rows = order.lines.map((line) =>
      make(
        "tr",
        {},
        make("td", {}, line.variant ? make("a", { href: `#/products/${line.variant.product.id}` }, line.productName) : line.productName),
        make("td", {}, line.variantName === line.productVariantId ? "" : line.variantName),
        make("td", { class: "number" }, `${line.quantity} ×`),
        make("td", { class: "number" }, line.isGift ? "Free" : money(line.totalPrice.gross)),
      ),
    );
    const does = (name, label) => make("button", { type: "button", onclick: () => change(name, id) }, label);
    return [
      bar(
        `Order #${order.number}`,
        `${words(order.status)} · ${order.chargeStatus === "NONE" ? "Not paid" : words(order.chargeStatus)}`,
        order.chargeStatus === "NONE" && order.status === "UNFULFILLED" ? does("pay", "Mark as paid") : null,
        ["UNFULFILLED", "UNCONFIRMED"].includes(order.status) ? does("cancel", "Cancel order") : null,
      ),
      details(table(["Product", "Variant", "Quantity", "Total"], rows), widgets("ORDER_DETAILS_WIDGETS", { orderId: id })),
    ];
  },
};

const details = (main, side) => make("div", { class: "details" }, make("div", { class: "main" }, main), make("aside", {}, side));

function table(heads, rows) {
  const numbers = ["Variants", "Price", "In stock", "Total", "Quantity"];
  const head = heads.map((name) => make("th", { scope: "col", class: numbers.includes(name) ? "number" : null }, name));
  return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}

async function change(name, id) {
  try {
    await ask(name, { id });
    toast({ status: "success", title: name === "cancel" ? "Order cancelled" : "Order marked as paid" });
  } catch (error) {
    toast({ status: "error", title: error.message });
  }
  await route();
}

/* ------------------------------------------------------------------ routes */

async function route() {
  const path = location.hash.slice(1) || "/";
  const [, section, rest] = path.match(/^\/([a-z]*)\/?(.*)$/) ?? [];
  drawPlaces(section);
  let nodes;
  try {
    if (section === "app" && config.app) nodes = views.app(path.slice("/app".length));
    else if (section === "products") nodes = await (rest ? views.product(rest) : views.products());
    else if (section === "orders") nodes = await (rest ? views.order(rest) : views.orders());
    else nodes = views.home();
  } catch (error) {
    nodes = [make("p", { class: "empty" }, error.message)];
  }
  view.replaceChildren(...nodes);
  frames?.forget();
}

function drawPlaces(section) {
  const link = (to, label, key) => make("a", { href: `#${to}`, "aria-current": section === key ? "page" : null }, label);
  const pages = config.app?.extensions.filter(({ mount, target }) => mount.startsWith("NAVIGATION_") && target === "APP_PAGE") ?? [];
  document.getElementById("places").replaceChildren(
    link("/", "Home", ""),
    link("/products", "Products", "products"),
    link("/orders", "Orders", "orders"),
    ...(config.app ? [make("h2", {}, "Apps")] : []),
    ...(pages.length
      ? pages.map(({ url, label }) => link(`/app${url}`, label, "app"))
      : config.app
        ? [link("/app", config.app.name, "app")]
        : []),
  );
}

function dress() {
  document.documentElement.dataset.theme = theme;
  document.getElementById("theme").textContent = theme === "dark" ? "Light" : "Dark";
}

document.getElementById("theme").addEventListener("click", () => {
  theme = theme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", theme);
  dress();
  frames?.tell("theme", { theme });
});
addEventListener("hashchange", route);
dress();
await route();
