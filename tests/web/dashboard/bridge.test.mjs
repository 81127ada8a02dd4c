/** The bridge beside frames of browsers that tell less than Chromium. Run by test_bridge.py. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";

const source = await (await import("node:fs/promises")).readFile(
  new URL("../../../plugin/web/dashboard/static/bridge.js", import.meta.url),
);
const { connect } = await import(`data:text/javascript;base64,${source.toString("base64")}`);

const DASHBOARD = "https://dashboard.example.com";

/** A window without crypto.randomUUID, and by default without location.ancestorOrigins. */
function aFrame({ referrer = "", ancestorOrigins, kept = {}, storage = true } = {}) {
  const posted = [];
  const listeners = [];
  const parent = { postMessage: (message, origin) => posted.push({ ...message, origin }) };
  const frame = {
    parent,
    posted,
    document: { referrer },
    location: { origin: "https://tandem.example.com", ancestorOrigins },
    crypto: { getRandomValues: (bytes) => crypto.getRandomValues(bytes) },
    addEventListener: (_name, listener) => listeners.push(listener),
    hear: (data, origin = DASHBOARD, from = parent) => listeners.forEach((hear) => hear({ data, origin, source: from })),
  };
  const sessionStorage = { getItem: (key) => kept[key] ?? null, setItem: (key, value) => (kept[key] = value) };
  Object.defineProperty(frame, "sessionStorage", {
    get() {
      if (!storage) throw new Error("SecurityError");
      return sessionStorage;
    },
  });
  return frame;
}

const handshake = (token) => ({ type: "handshake", payload: { token, version: 1, saleorVersion: "3.22.44" } });

test("it says that it is ready, to the page that opened the frame", () => {
  const frame = aFrame({ referrer: `${DASHBOARD}/extensions/app/1` });
  connect(frame);
  assert.deepEqual([frame.posted[0].type, frame.posted[0].origin], ["notifyReady", DASHBOARD]);
});

test("ids of actions are made without a secure context, and differ", () => {
  const frame = aFrame();
  const bridge = connect(frame);
  bridge.dispatch("redirect", { to: "/orders" });
  const [one, other] = frame.posted.map((message) => message.payload.actionId);
  assert.match(one, /^[0-9a-f]{32}$/);
  assert.notEqual(one, other);
});

test("the newest of several handshakes counts", async () => {
  const frame = aFrame();
  const bridge = connect(frame);
  frame.hear(handshake("first"));
  frame.hear(handshake("second"));
  await bridge.ready;
  assert.equal(bridge.token, "second");
});

test("a handshake without a token is not one", () => {
  const frame = aFrame();
  const bridge = connect(frame);
  frame.hear(handshake(""));
  assert.equal(bridge.token, null);
});

test("where the Dashboard's origin is known, no other is heard", () => {
  const frame = aFrame({ referrer: `${DASHBOARD}/` });
  const bridge = connect(frame);
  frame.hear(handshake("forged"), "https://evil.example.com");
  assert.equal(bridge.token, null);
});

test("a window that is not the parent is not heard", () => {
  const frame = aFrame();
  const bridge = connect(frame);
  frame.hear(handshake("forged"), DASHBOARD, {});
  assert.equal(bridge.token, null);
});

test("after a link inside the frame the referrer is ourselves, and the kept origin is used", () => {
  const kept = {};
  connect(aFrame({ referrer: `${DASHBOARD}/`, kept }));
  const frame = aFrame({ referrer: "https://tandem.example.com/dashboard", kept });
  connect(frame);
  assert.equal(frame.posted[0].origin, DASHBOARD);
});

test("a browser that forbids storage and tells no origin still shakes hands", () => {
  const frame = aFrame({ storage: false });
  const bridge = connect(frame);
  frame.hear(handshake("token"));
  assert.deepEqual([frame.posted[0].origin, bridge.token], ["*", "token"]);
});

test("an answer to somebody else's action is not ours", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const frame = aFrame();
  const bridge = connect(frame);
  const asked = bridge.dispatch("openPopup");
  frame.hear({ type: "response", payload: { actionId: "somebody else's", ok: true } });
  mock.timers.tick(5000);
  assert.equal(await asked, false);
  mock.timers.reset();
});

test("an action is done when the Dashboard says so", async () => {
  const frame = aFrame();
  const bridge = connect(frame);
  const asked = bridge.dispatch("notification", { title: "Saved" });
  frame.hear({ type: "response", payload: { actionId: frame.posted[1].payload.actionId, ok: true } });
  assert.equal(await asked, true);
});

test("a page that nobody frames asks nobody", async () => {
  const frame = aFrame();
  frame.parent = frame;
  const bridge = connect(frame);
  assert.deepEqual([bridge.outside, await bridge.dispatch("redirect"), frame.posted], [true, false, []]);
});
