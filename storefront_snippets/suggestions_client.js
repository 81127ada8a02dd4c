/** Asks for suggestions and takes them; no DOM. Bad data is an empty list. Types: suggestions_client.d.ts. */

const LIMIT = 3;

/** Where the merchant does not say. */
const LIMITS = { product: 3, basket: 3, checkout: 1, payment: 0 };

/** They follow half a second after Saleor's answer. */
const DELAYS_MS = [0, 400, 800, 1600];

export const PATIENCE_MS = DELAYS_MS.reduce((sum, delay) => sum + delay);

/** Who has not answered by then is down, to a shopper. */
const TIMEOUT_MS = 8000;

/** The app itself gives up after five seconds. */
const SETTLE_MS = 6000;

/** Its hash fits no basket. */
export const NO_ANSWER = { version: 1, madeAt: "", placement: "", linesHash: "", suggestions: [] };

const READ = `query TandemSuggestions($id: ID!) {
  checkout(id: $id) { metafield(key: "tandem") lines { quantity isGift variant { id } } }
}`;

const ADD = `mutation TandemAdd($id: ID!, $lines: [CheckoutLineInput!]!) {
  checkoutLinesAdd(id: $id, lines: $lines) {
    checkout { lines { id quantity isGift variant { id } } }
    errors { field code message }
  }
}`;

/** FNV-1a, 64 bits, as the schema says. */
export function linesHash(lines) {
  const quantities = new Map();
  for (const line of Array.isArray(lines) ? lines : []) {
    const id = line?.variantId ?? line?.variant?.id;
    if (id && !line.isGift) quantities.set(id, (quantities.get(id) ?? 0) + line.quantity);
  }
  const ids = [...quantities.keys()].sort();
  const text = ids.map((id) => `${id}:${quantities.get(id)}`).join(",");

  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}

/** Without what is not as the schema says. */
export function documentFrom(given) {
  const found = typeof given === "string" ? parsed(given) : given;
  if (found?.version !== 1 || !isText(found.linesHash) || !Array.isArray(found.suggestions)) return NO_ANSWER;
  const suggestions = found.suggestions.filter(isSuggestion).slice(0, LIMIT).map(safe);
  return { ...found, suggestions };
}

/** Was it made for this basket? */
export function isFresh(document, lines) {
  const { placement, linesHash: hash } = document;
  return hash !== "" && (!lines || placement === "product" || hash === linesHash(lines));
}

/** How many to show there: the first ones. */
export function limitAt({ limits }, placement) {
  const place = LIMITS[placement] >= 0 ? placement : "basket";
  return limits?.[place] >= 0 ? limits[place] : LIMITS[place];
}

/** Asked again until it fits the lines. */
export function readFromSaleor(apiUrl, checkoutId, { lines, signal } = {}) {
  return untilFresh(signal, async () => {
    const { checkout } = await graphql(apiUrl, READ, { id: checkoutId }, signal);
    return { document: documentFrom(checkout?.metafield), lines: lines ?? checkout?.lines ?? [] };
  });
}

/** The same of the app. */
export function readFromApp(appUrl, question, { lines, signal } = {}) {
  const url = door(appUrl, `suggestions?${new URLSearchParams(question)}`);
  return untilFresh(signal, async () => {
    return { document: documentFrom(await answer(url, { cache: "no-cache" }, signal)), lines };
  });
}

/** Adds one, never twice. */
export async function addToCheckout(apiUrl, checkoutId, variantId) {
  const variables = { id: checkoutId, lines: [{ variantId, quantity: 1 }] };
  const { checkout, errors } = (await graphql(apiUrl, ADD, variables)).checkoutLinesAdd ?? {};
  if (!checkout || errors?.length) throw new Error(errors?.[0]?.message || "Saleor did not add it");
  return checkout.lines.map(({ variant, ...line }) => ({ ...line, variantId: variant?.id }));
}

/** Adds what is missing. Status 409: it is gone. */
export function addBundle(appUrl, checkoutId, { id, members }, linesHash) {
  const variants = members.map(({ variantId }) => variantId);
  return toApp(appUrl, `bundles/${encodeURIComponent(id)}/add`, { checkout: checkoutId, variants, linesHash });
}

/** Swaps all of a line, or nothing. Status 409: it is gone. */
export function upgradeLine(appUrl, checkoutId, { variantId, upgrade }, linesHash) {
  const from = upgrade?.replaces.variantId;
  return toApp(appUrl, `checkouts/${encodeURIComponent(checkoutId)}/upgrade`, { from, to: variantId, linesHash });
}

/** "Not this one"; without one, "no more". Heard even when the page is left. */
export function decline(appUrl, checkoutId, suggestion) {
  const facts = suggestion ? { kind: suggestion.kind, productId: suggestion.productId } : { all: true };
  return answer(door(appUrl, `checkouts/${encodeURIComponent(checkoutId)}/decline`), { ...posted(facts), keepalive: true });
}

/** Call before pay. When "settled", the total is another. */
export function settle(appUrl, checkoutId, { signal } = {}) {
  return toApp(appUrl, `checkouts/${encodeURIComponent(checkoutId)}/settle`, {}, signal);
}

/** The same, never in the way. */
export async function settleBeforePay(appUrl, checkoutId, patience = SETTLE_MS) {
  return settle(appUrl, checkoutId, { signal: AbortSignal.timeout(patience) }).catch(() => null);
}

/** The set's name in the nearest language. */
export function bundleName({ names }, language = "") {
  let tag = language.toLowerCase();
  while (tag && !isText(names[tag])) tag = tag.replace(/-?[^-]*$/, "");
  return names[tag];
}

export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", reject);
  });
}

async function untilFresh(signal, read) {
  let trouble;
  for (const delay of DELAYS_MS) {
    if (delay) await pause(delay, signal);
    trouble = null;
    try {
      const { document, lines } = await read();
      if (isFresh(document, lines)) return document;
      if (lines?.length === 0) break;
    } catch (error) {
      trouble = error;
      if (signal?.aborted || error.final) break;
    }
  }
  if (trouble) throw trouble;
  return NO_ANSWER;
}

async function graphql(apiUrl, query, variables, signal = undefined) {
  const said = await answer(apiUrl, posted({ query, variables }), signal);
  if (!said?.data) throw new Error(said?.errors?.[0]?.message || "Saleor did not answer as GraphQL");
  return said.data;
}

async function toApp(appUrl, path, facts, signal = undefined) {
  const said = await answer(door(appUrl, path), posted(facts), signal);
  if (!isText(said?.status) || !Array.isArray(said.lines)) throw new Error("Tandem did not answer");
  return { ...said, lines: said.lines.map(({ lineId: id, ...line }) => ({ id, ...line })) };
}

function door(appUrl, path) {
  return `${appUrl.replace(/\/$/, "")}/${path}`;
}

function posted(facts) {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(facts) };
}

async function answer(url, request, signal) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const response = await fetch(url, { credentials: "omit", ...request, signal: either });
  const { ok, status } = response;
  const said = parsed(await response.text());
  // A refusal would be repeated; trouble may pass, and so may "too fast".
  const final = status < 500 && status !== 429;
  if (!ok) throw Object.assign(new Error(said?.error?.message ?? `HTTP ${status}`), { status, final });
  return said;
}

/** What is not JSON is null. */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isText(value) {
  return typeof value === "string" && value.trim() !== "";
}

function isSuggestion(it) {
  const { kind, reason } = it ?? {};
  const texts = [kind, it?.productId, it?.variantId, it?.name, reason?.key, reason?.text];
  const told = texts.every(isText) && Object(reason.parameters) === reason.parameters && isPrice(it.price);
  if (kind === "bundle") return told && isBundle(it.bundle);
  if (kind === "upgrade") return told && isUpgrade(it.upgrade);
  return told && (kind !== "free_delivery" || isDelivery(it.delivery));
}

function isBundle(it) {
  const { id, names, members, price, separately, saving } = it ?? {};
  const told = [id, names?.[""]].every(isText) && [price, separately, saving ?? price].every(isPrice);
  return told && Array.isArray(members) && members.every(isMember);
}

function isMember(it) {
  return isPrice(it?.price) && [it.variantId, it.name].every(isText) && it.missing >= 0 && it.quantity >= it.missing;
}

/** Dearer alone is not better. */
function isUpgrade(it) {
  const { replaces, facts, difference, total } = it ?? {};
  const told = isMember({ ...replaces, missing: 1 }) && [difference, total].every(isPrice);
  return told && Array.isArray(facts) && facts.every(isFact) && facts.some(({ better }) => better);
}

function isFact(it) {
  return [it?.name, it?.from, it?.to].every(isText) && typeof it.better === "boolean";
}

/** What is free already has no gap. */
function isDelivery(it) {
  const { gap, from, saves, over } = it ?? {};
  const told = [gap, from, saves ?? gap, over].every(isPrice);
  return told && Number(gap.amount) > 0 && Number(from.amount) >= Number(gap.amount);
}

function isPrice(it) {
  return isText(it?.amount) && /^\d+(\.\d+)?$/.test(it.amount) && /^[A-Z]{3}$/.test(it.currency);
}

/** A bad picture is not worth losing the suggestion for. */
function safe({ bundle, upgrade, delivery, ...it }) {
  const url = String(it.thumbnail?.url ?? "");
  const alt = String(it.thumbnail?.alt ?? "");
  const told = { ...it, thumbnail: /^(https?:\/)?\//i.test(url) ? { url, alt } : null };
  if (it.kind === "bundle") return { ...told, bundle: { ...bundle, members: bundle.members.map(safe) } };
  if (it.kind === "upgrade") return { ...told, upgrade };
  return it.kind === "free_delivery" ? { ...told, delivery } : told;
}
