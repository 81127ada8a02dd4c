/** The client in Node, against a real HTTP server. Run by test_client.py. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, beforeEach, test } from "node:test";

import * as client from "../../storefront_snippets/suggestions_client.js";

const lines = [{ variantId: "camera", quantity: 1, isGift: false }];
const saleorLines = [{ quantity: 1, isGift: false, variant: { id: "camera" } }];

const card = {
  kind: "also_bought",
  rung: "learned",
  productId: "product-card",
  variantId: "card",
  name: "Card 64 GB",
  variantName: null,
  price: { amount: "12.00", currency: "EUR" },
  thumbnail: { url: "https://shop.example/card.webp", alt: "Card" },
  reason: { key: "popular_in_category", parameters: { category: "Cards" }, text: "Popular in Cards" },
};

const euro = (amount) => ({ amount, currency: "EUR" });
const member = (variantId, missing) => {
  const { productId, name, variantName, thumbnail } = card;
  return { productId, variantId, name, variantName, quantity: 1, missing, price: euro("12.00"), thumbnail };
};
const set = {
  ...card,
  kind: "bundle",
  reason: { key: "complete_the_set", parameters: { bundle: "Set", product: "X100" }, text: "Complete the set with X100" },
  bundle: {
    id: "12",
    names: { "": "Camera set", de: "Kamera-Set", "pt-br": "Conjunto" },
    members: [member("camera", 0), member("card", 1)],
    price: euro("20.00"),
    separately: euro("24.00"),
    saving: euro("4.00"),
  },
};

const made = (basket, ...suggestions) => ({
  version: 1,
  madeAt: "2026-11-22T01:50:00Z",
  placement: "checkout",
  linesHash: client.linesHash(basket),
  suggestions,
});

const asked = [];
let answers = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  asked.push(`${request.method} ${request.url} ${body}`);
  const { status = 200, text } = answers.length > 1 ? answers.shift() : answers[0];
  if (text === undefined) return;
  response.writeHead(status).end(text);
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const url = `http://127.0.0.1:${server.address().port}`;
after(() => (server.closeAllConnections(), server.close()));
beforeEach(() => void (asked.length = 0));

const checkout = (document) => {
  const metafield = document && JSON.stringify(document);
  return { text: JSON.stringify({ data: { checkout: { metafield, lines: saleorLines } } }) };
};

test("the hash of the lines is the one everybody computes", async () => {
  const golden = JSON.parse(await readFile(new URL("lines_hash.json", import.meta.url), "utf8"));
  assert.deepEqual(
    golden.map((basket) => client.linesHash(basket.lines)),
    golden.map((basket) => basket.hash),
  );
});

test("the hash takes Saleor's own lines as they are", () => {
  assert.equal(client.linesHash(saleorLines), client.linesHash(lines));
});

test("the hash of what is no basket is that of an empty one", () => {
  const none = client.linesHash([]);
  assert.deepEqual([null, undefined, "lines", 7, [null, {}]].map(client.linesHash), Array(5).fill(none));
});

test("a document is read from text and from an object", () => {
  const document = made(lines, card);
  assert.deepEqual(client.documentFrom(JSON.stringify(document)), document);
  assert.deepEqual(client.documentFrom(document), document);
});

test("bad data is an empty list and never an error", () => {
  const bad = [
    null,
    undefined,
    "",
    "{",
    "[]",
    '"text"',
    7,
    [],
    {},
    { ...made(lines, card), version: 2 },
    { ...made(lines, card), linesHash: null },
    { ...made(lines), suggestions: "none" },
  ];
  assert.deepEqual(bad.map(client.documentFrom), Array(bad.length).fill(client.NO_ANSWER));
});

test("a suggestion that is not as the schema says is left out, the others stay", () => {
  const bad = [
    null,
    "card",
    {},
    { ...card, name: "" },
    { ...card, variantId: 7 },
    { ...card, price: { amount: 12, currency: "EUR" } },
    { ...card, price: { amount: "free", currency: "EUR" } },
    { ...card, price: { amount: "12.00", currency: "euro" } },
    { ...card, price: null },
    { ...card, reason: null },
    { ...card, reason: { key: "x", text: "x", parameters: null } },
  ];
  assert.deepEqual(client.documentFrom(made(lines, ...bad, card)).suggestions, [card]);
});

test("never more than three", () => {
  assert.equal(client.documentFrom(made(lines, card, card, card, card)).suggestions.length, 3);
});

test("a picture from nowhere safe is no picture", () => {
  const urls = ["javascript:alert(1)", "data:image/png;base64,x", "card.webp", 7];
  const cards = urls.map((address) => ({ ...card, thumbnail: { url: address, alt: "" } }));
  const left = cards.map((it) => client.documentFrom(made(lines, it)).suggestions[0].thumbnail);
  assert.deepEqual(left, [null, null, null, null]);
});

test("a document made for other lines is not fresh, and one for a product page is not about lines", () => {
  const document = made(lines, card);
  const other = [{ variantId: "tripod", quantity: 1 }];
  assert.deepEqual(
    [
      client.isFresh(document, lines),
      client.isFresh(document, null),
      client.isFresh(document, other),
      client.isFresh({ ...document, placement: "product" }, other),
      client.isFresh(client.NO_ANSWER, null),
    ],
    [true, true, false, true, false],
  );
});

test("Saleor is asked again until the document fits the lines", async () => {
  answers = [checkout(null), checkout(made([], card)), checkout(made(lines, card))];
  const found = await client.readFromSaleor(url, "c1");
  assert.deepEqual([found.suggestions, asked.length], [[card], 3]);
});

test("the page's own lines are what the document must fit", async () => {
  const more = [...lines, { variantId: "card", quantity: 1 }];
  answers = [checkout(made(lines, card)), checkout(made(more))];
  const found = await client.readFromSaleor(url, "c1", { lines: more });
  assert.deepEqual([found, asked.length], [made(more), 2]);
});

test("a document that never fits is no answer, after a few tries", async () => {
  answers = [checkout(made([], card))];
  const found = await client.readFromSaleor(url, "c1");
  assert.deepEqual([found, asked.length], [client.NO_ANSWER, 4]);
});

test("a checkout that is gone is not asked for again", async () => {
  answers = [{ text: JSON.stringify({ data: { checkout: null } }) }];
  const found = await client.readFromSaleor(url, "c1");
  assert.deepEqual([found, asked.length], [client.NO_ANSWER, 1]);
});

test("trouble is tried again, and so is 'too fast'", async () => {
  answers = [{ status: 503, text: "" }, { status: 429, text: "" }, checkout(made(lines, card))];
  const found = await client.readFromSaleor(url, "c1");
  assert.deepEqual(found.suggestions, [card]);
});

test("a refusal is final", async () => {
  answers = [{ status: 401, text: "no storefront traffic" }];
  await assert.rejects(client.readFromSaleor(url, "c1"), /HTTP 401/);
  assert.equal(asked.length, 1);
});

test("an answer that is not GraphQL is an error after the last try", async () => {
  answers = [{ text: "<html>" }];
  await assert.rejects(client.readFromSaleor(url, "c1"), /did not answer as GraphQL/);
});

test("an abort ends the reading at once", async () => {
  answers = [{}];
  const started = performance.now();
  const reading = client.readFromSaleor(url, "c1", { signal: AbortSignal.timeout(50) });
  await assert.rejects(reading);
  assert.ok(performance.now() - started < 1000);
});

test("the app is asked about a checkout or about a product page", async () => {
  answers = [{ text: JSON.stringify(made(lines, card)) }];
  await client.readFromApp(`${url}/storefront/shop/`, { checkout: "Q2hlY2tvdXQ6MQ==" }, { lines });
  await client.readFromApp(`${url}/storefront/shop`, { variants: "a,b", channel: "eu", placement: "product" });
  assert.deepEqual(asked, [
    "GET /storefront/shop/suggestions?checkout=Q2hlY2tvdXQ6MQ%3D%3D ",
    "GET /storefront/shop/suggestions?variants=a%2Cb&channel=eu&placement=product ",
  ]);
});

test("one is added, and all lines are told", async () => {
  const added = { id: "line-1", quantity: 1, isGift: false, variant: { id: "card" } };
  answers = [{ text: JSON.stringify({ data: { checkoutLinesAdd: { checkout: { lines: [added] }, errors: [] } } }) }];
  const told = await client.addToCheckout(url, "c1", "card");
  assert.deepEqual(told, [{ id: "line-1", quantity: 1, isGift: false, variantId: "card" }]);
  assert.match(asked[0], /"variables":{"id":"c1","lines":\[{"variantId":"card","quantity":1}\]}/);
});

test("when Saleor refuses to add, its message is the error and nothing is repeated", async () => {
  const errors = [{ field: "quantity", message: "Only 0 remaining", code: "INSUFFICIENT_STOCK" }];
  answers = [{ text: JSON.stringify({ data: { checkoutLinesAdd: { checkout: null, errors } } }) }];
  await assert.rejects(client.addToCheckout(url, "c1", "card"), /Only 0 remaining/);
  assert.equal(asked.length, 1);
});

test("a set is read whole, and one without a saving too", () => {
  const plain = { ...set, bundle: { ...set.bundle, saving: null } };
  assert.deepEqual(client.documentFrom(made(lines, set, plain)).suggestions, [set, plain]);
});

test("a set that is not as the schema says is left out, the others stay", () => {
  const changes = [
    { id: 12 },
    { names: null },
    { names: { de: "Kamera-Set" } },
    { members: "none" },
    { members: [null, member("card", 1)] },
    { members: [{ ...member("card", 1), name: "" }] },
    { members: [{ ...member("card", 1), price: euro("free") }] },
    { members: [member("card", 2)] },
    { price: null },
    { separately: euro(24) },
    { saving: { amount: "4.00" } },
  ];
  const bad = [{ ...set, bundle: null }, ...changes.map((change) => ({ ...set, bundle: { ...set.bundle, ...change } }))];
  for (const it of bad) assert.deepEqual(client.documentFrom(made(lines, it, card)).suggestions, [card], JSON.stringify(it));
});

test("a bundle on a suggestion of another kind is nothing", () => {
  assert.deepEqual(client.documentFrom(made(lines, { ...card, bundle: { id: 7 } })).suggestions, [card]);
});

test("an unsafe picture in a set is no picture", () => {
  const bad = { ...member("card", 1), thumbnail: { url: "javascript:alert(1)", alt: "" } };
  const given = { ...set, bundle: { ...set.bundle, members: [bad] } };
  assert.equal(client.documentFrom(made(lines, given)).suggestions[0].bundle.members[0].thumbnail, null);
});

test("a set is named in the nearest language, else by its own name", () => {
  const languages = ["de", "de-AT", "pt-BR", "pt", "fr", undefined];
  assert.deepEqual(
    languages.map((language) => client.bundleName(set.bundle, language)),
    ["Kamera-Set", "Kamera-Set", "Conjunto", "Camera set", "Camera set", "Camera set"],
  );
});

const fact = { attribute: "memory", name: "Memory", from: "64 GB", to: "128 GB", better: true };
const better = {
  ...card,
  kind: "upgrade",
  variantId: "card-128",
  upgrade: {
    replaces: { variantId: "card", productId: "product-card", name: "Card", variantName: "64 GB", quantity: 2, price: euro("12.00") },
    facts: [fact, { ...fact, name: "Weight", from: "2 g", to: "3 g", better: false }],
    difference: euro("3.00"),
    total: euro("6.00"),
  },
};
const closing = {
  ...card,
  kind: "free_delivery",
  delivery: { gap: euro("4.30"), from: euro("50.00"), saves: euro("4.90"), over: euro("7.70") },
};

const leftOut = (it) => assert.deepEqual(client.documentFrom(made(lines, it, card)).suggestions, [card], JSON.stringify(it));

test("an upgrade and a free delivery are read whole", () => {
  const dear = { ...closing, delivery: { ...closing.delivery, saves: null } };
  assert.deepEqual(client.documentFrom(made(lines, better, closing, dear)).suggestions, [better, closing, dear]);
});

test("an upgrade that is not as the schema says is left out, the others stay", () => {
  const { replaces } = better.upgrade;
  const changes = [
    { replaces: null },
    { replaces: { ...replaces, variantId: 7 } },
    { replaces: { ...replaces, name: "" } },
    { replaces: { ...replaces, quantity: 0 } },
    { replaces: { ...replaces, price: null } },
    { facts: null },
    { facts: [] },
    { facts: [null, fact] },
    { facts: [{ ...fact, to: 128 }] },
    { facts: [{ ...fact, better: "yes" }] },
    { facts: [{ ...fact, better: false }] },
    { difference: { amount: "-3.00", currency: "EUR" } },
    { total: 6 },
  ];
  leftOut({ ...better, upgrade: undefined });
  for (const change of changes) leftOut({ ...better, upgrade: { ...better.upgrade, ...change } });
});

test("a free delivery that is not as the schema says is left out, the others stay", () => {
  const changes = [
    { gap: null },
    { gap: euro("0.00") },
    { gap: euro("50.01") },
    { from: euro("free") },
    { saves: 4.9 },
    { over: { amount: "-1.00", currency: "EUR" } },
    { over: null },
  ];
  leftOut({ ...closing, delivery: "soon" });
  for (const change of changes) leftOut({ ...closing, delivery: { ...closing.delivery, ...change } });
});

test("facts of another kind are nothing", () => {
  const { upgrade, delivery, ...plain } = { ...card, upgrade: better.upgrade, delivery: closing.delivery, bundle: set.bundle };
  delete plain.bundle;
  assert.ok(upgrade && delivery);
  assert.deepEqual(client.documentFrom(made(lines, { ...card, upgrade, delivery, bundle: set.bundle })).suggestions, [plain]);
});

test("a place has room for as many as the merchant says, else for three, three, one and none", () => {
  const places = ["product", "basket", "checkout", "payment", "drawer", "toString"];
  const rooms = (limits) => places.map((place) => client.limitAt({ ...made(lines), limits }, place));
  assert.deepEqual(rooms(undefined), [3, 3, 1, 0, 3, 3]);
  assert.deepEqual(rooms({ product: 2, basket: 1, checkout: 0, payment: 1 }), [2, 1, 0, 1, 1, 1]);
  assert.deepEqual(rooms({ product: "many", basket: -1, checkout: null, payment: {} }).slice(0, 2), [3, 3]);
  assert.deepEqual(rooms("none"), [3, 3, 1, 0, 3, 3]);
});

const line = { lineId: "line-1", variantId: "card", quantity: 1, totalPrice: euro("9.90") };
const told = { id: "line-1", variantId: "card", quantity: 1, totalPrice: euro("9.90") };

test("a set is completed at the app's door, which is sent ids and never a price", async () => {
  const answer = { status: "added", checkout: "c1", bundle: "12", price: euro("20.00"), saving: euro("4.00") };
  answers = [{ text: JSON.stringify({ ...answer, lines: [line] }) }];
  const added = await client.addBundle(`${url}/storefront/shop/`, "c1", set.bundle, "3445a1c1f1a91d4d");
  assert.deepEqual(added, { ...answer, lines: [told] });
  assert.deepEqual(asked, ['POST /storefront/shop/bundles/12/add {"checkout":"c1","variants":["camera","card"],"linesHash":"3445a1c1f1a91d4d"}']);
});

test("a set that is gone is an error with its status and the app's words, and nothing is repeated", async () => {
  answers = [{ status: 409, text: '{"error":{"code":"Gone","message":"this set is no longer on offer"}}' }];
  await assert.rejects(client.addBundle(url, "c1", set.bundle), { message: "this set is no longer on offer", status: 409 });
  assert.equal(asked.length, 1);
});

test("an answer that is not the app's is an error", async () => {
  for (const text of ["<html>", "{}", '{"status":"added"}']) {
    answers = [{ text }];
    await assert.rejects(client.addBundle(url, "c1", set.bundle), /Tandem did not answer/);
  }
});

test("a checkout is settled by its id", async () => {
  answers = [{ text: JSON.stringify({ status: "settled", checkout: "c/1=", lines: [line] }) }];
  const settled = await client.settle(`${url}/storefront/shop`, "c/1=");
  assert.deepEqual(settled, { status: "settled", checkout: "c/1=", lines: [told] });
  assert.deepEqual(asked, ["POST /storefront/shop/checkouts/c%2F1%3D/settle {}"]);
});

test("settling before pay never keeps anybody from paying", async () => {
  answers = [{ text: JSON.stringify({ status: "unchanged", checkout: "c1", lines: [] }) }];
  const fine = await client.settleBeforePay(url, "c1");
  answers = [{ status: 503, text: "" }];
  const down = await client.settleBeforePay(url, "c1");
  answers = [{}];
  const started = performance.now();
  const silent = await client.settleBeforePay(url, "c1", 50);
  assert.deepEqual([fine.status, down, silent], ["unchanged", null, null]);
  assert.ok(performance.now() - started < 1000);
});

test("a line is swapped in one request, of ids and never a price", async () => {
  answers = [{ text: JSON.stringify({ status: "upgraded", checkout: "c1", lines: [line] }) }];
  const swapped = await client.upgradeLine(`${url}/storefront/shop/`, "c/1=", better, "3445a1c1f1a91d4d");
  assert.deepEqual(swapped, { status: "upgraded", checkout: "c1", lines: [told] });
  assert.deepEqual(asked, [
    'POST /storefront/shop/checkouts/c%2F1%3D/upgrade {"from":"card","to":"card-128","linesHash":"3445a1c1f1a91d4d"}',
  ]);
});

test("an upgrade that is gone is an error with its status, and nothing is repeated", async () => {
  answers = [{ status: 409, text: '{"error":{"code":"Gone","message":"not available any more"}}' }];
  await assert.rejects(client.upgradeLine(url, "c1", better), { message: "not available any more", status: 409 });
  assert.equal(asked.length, 1);
});

test("one suggestion is declined, or all of them", async () => {
  answers = [{ text: '{"status":"declined"}' }, { text: '{"status":"dismissed"}' }];
  const one = await client.decline(url, "c1", card);
  const all = await client.decline(url, "c1");
  assert.deepEqual([one, all], [{ status: "declined" }, { status: "dismissed" }]);
  assert.deepEqual(asked, [
    'POST /checkouts/c1/decline {"kind":"also_bought","productId":"product-card"}',
    'POST /checkouts/c1/decline {"all":true}',
  ]);
});
