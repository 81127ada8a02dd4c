/**
 * Asks for suggestions, adds one to a checkout. No DOM in here.
 * Bad data is no error but an empty list; a server that does not answer is an error.
 */

/** @import { AppQuestion, Asking, CheckoutLine, Line, SuggestionsDocument } from "./suggestions.d.ts" */

/** The most that a document of version 1 carries. */
const LIMIT = 3;

/** Suggestions follow half a second after Saleor has answered the shopper. */
const DELAYS_MS = [0, 400, 800, 1600];

/** How long to hope for an answer that fits the basket. */
export const PATIENCE_MS = DELAYS_MS.reduce((sum, delay) => sum + delay);

/** Who has not answered by then is down, to a shopper. */
const TIMEOUT_MS = 8000;

/** @type {SuggestionsDocument} Its hash fits no basket, unlike that of an answer without suggestions. */
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

/**
 * The fingerprint of a basket: FNV-1a, 64 bits, as the schema says. What is no list is an empty basket.
 * @param {unknown} lines
 */
export function linesHash(lines) {
  /** @type {Map<string, number>} */
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

/**
 * The document in a metafield's text, or in an object, without what is not as the schema says.
 * @param {unknown} given @returns {SuggestionsDocument}
 */
export function documentFrom(given) {
  const found = typeof given === "string" ? parsed(given) : given;
  if (found?.version !== 1 || !isText(found.linesHash) || !Array.isArray(found.suggestions)) return NO_ANSWER;
  const suggestions = found.suggestions.filter(isSuggestion).slice(0, LIMIT).map(withSafeThumbnail);
  return { ...found, suggestions };
}

/**
 * Was it made for this basket? Any will do on a product page, or when the basket is not known.
 * @param {SuggestionsDocument} document @param {Line[] | null} [lines]
 */
export function isFresh(document, lines) {
  const { placement, linesHash: hash } = document;
  return hash !== "" && (!lines || placement === "product" || hash === linesHash(lines));
}

/**
 * What Saleor holds for a checkout, asked again with growing delay until it fits the lines.
 * @param {string} apiUrl @param {string} checkoutId @param {Asking} [asking]
 */
export function readFromSaleor(apiUrl, checkoutId, { lines, signal } = {}) {
  return untilFresh(signal, async () => {
    const { checkout } = await graphql(apiUrl, READ, { id: checkoutId }, signal);
    return { document: documentFrom(checkout?.metafield), lines: lines ?? checkout?.lines ?? [] };
  });
}

/**
 * What the app answers, asked at https://<the app>/storefront/<shop>.
 * @param {string} appUrl @param {AppQuestion} question @param {Asking} [asking]
 */
export function readFromApp(appUrl, question, { lines, signal } = {}) {
  const url = `${appUrl.replace(/\/$/, "")}/suggestions?${new URLSearchParams(question)}`;
  return untilFresh(signal, async () => {
    return { document: documentFrom(await answer(url, { cache: "no-cache" }, signal)), lines };
  });
}

/**
 * Adds one of a variant, and tells all lines. Never repeats a click; rejects with Saleor's message when it refuses.
 * @param {string} apiUrl @param {string} checkoutId @param {string} variantId @returns {Promise<CheckoutLine[]>}
 */
export async function addToCheckout(apiUrl, checkoutId, variantId) {
  const variables = { id: checkoutId, lines: [{ variantId, quantity: 1 }] };
  const { checkout, errors } = (await graphql(apiUrl, ADD, variables)).checkoutLinesAdd ?? {};
  if (!checkout || errors?.length) throw new Error(errors?.[0]?.message || "Saleor did not add it");
  return checkout.lines.map(({ variant, ...line }) => ({ ...line, variantId: variant?.id }));
}

/** @param {number} milliseconds @param {AbortSignal} [signal] */
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
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ query, variables });
  const said = await answer(apiUrl, { method: "POST", headers, body }, signal);
  if (!said?.data) throw new Error(said?.errors?.[0]?.message || "Saleor did not answer as GraphQL");
  return said.data;
}

async function answer(url, request, signal) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const response = await fetch(url, { credentials: "omit", ...request, signal: either });
  const { ok, status } = response;
  // A refusal would be repeated; trouble may pass, and so may "too fast".
  if (!ok) throw Object.assign(new Error(`HTTP ${status}`), { final: status < 500 && status !== 429 });
  return parsed(await response.text());
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
  const { price, reason } = it ?? {};
  const texts = [it?.kind, it?.productId, it?.variantId, it?.name, price?.amount, reason?.key, reason?.text];
  const told = texts.every(isText) && Object(reason.parameters) === reason.parameters;
  return told && /^\d+(\.\d+)?$/.test(price.amount) && /^[A-Z]{3}$/.test(price.currency);
}

/** A bad picture is not worth losing the suggestion for. */
function withSafeThumbnail(it) {
  const url = String(it.thumbnail?.url ?? "");
  const alt = String(it.thumbnail?.alt ?? "");
  return { ...it, thumbnail: /^(https?:\/)?\//i.test(url) ? { url, alt } : null };
}
