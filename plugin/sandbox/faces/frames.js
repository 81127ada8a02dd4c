/** Apps in frames, as Saleor's Dashboard embeds them: same sandbox, same query, same messages. */

const SANDBOX = "allow-same-origin allow-forms allow-scripts allow-downloads allow-popups";
const REFRESH_BEFORE_MS = 30_000;
const WIDGET_HEIGHT = 200;
const TALLEST = 5000;

/** Frames of one app on this page; it answers every action in every frame, as the Dashboard does. */
export class Frames {
  constructor(config, hands) {
    this.config = config;
    this.hands = hands;
    this.origin = new URL(config.app.appUrl).origin;
    this.frames = new Map();
    addEventListener("message", (event) => this.#heard(event));
  }

  /** A frame of the app's page or of a widget, told everything the Dashboard tells. */
  make(url, { params = {}, extension = null, widget = false, title }) {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", SANDBOX);
    frame.dataset.testId = "app-frame";
    frame.title = title;
    frame.className = widget ? "widget-frame" : "page";
    if (widget) frame.style.height = `${WIDGET_HEIGHT}px`;
    const address = new URL(url);
    const { domain, apiUrl, app } = this.config;
    const common = { domain, saleorApiUrl: apiUrl, id: app.id, theme: this.hands.theme(), ...params };
    for (const [name, value] of Object.entries(common)) address.searchParams.set(name, value);
    frame.src = address;
    this.frames.set(frame, { extension, widget });
    frame.addEventListener("load", () => this.#greet(frame));
    return frame;
  }

  /** Frames that left the page are told no more. */
  forget() {
    for (const frame of this.frames.keys()) if (!frame.isConnected) this.frames.delete(frame);
  }

  /** To every frame. */
  tell(type, payload) {
    for (const frame of this.frames.keys()) this.#post(frame, type, payload);
  }

  #post(frame, type, payload) {
    frame.contentWindow?.postMessage({ type, payload }, this.origin);
  }

  async #greet(frame) {
    const { saleorVersion } = this.config;
    const token = await this.#token(frame);
    this.#post(frame, "handshake", { token, version: 1, saleorVersion, dashboardVersion: `v${saleorVersion}` });
    this.#post(frame, "localeChanged", { locale: "en" });
    this.#post(frame, "theme", { theme: this.hands.theme() });
  }

  /** A real token of the sandbox; a fresh one follows before it expires. */
  async #token(frame) {
    const held = this.frames.get(frame);
    if (!held) return "";
    const { token } = await (await fetch(`/dashboard/token?extension=${encodeURIComponent(held.extension ?? "")}`)).json();
    const { exp } = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    clearTimeout(held.timer);
    held.timer = setTimeout(async () => {
      if (frame.isConnected) this.#post(frame, "tokenRefresh", { token: await this.#token(frame) });
    }, exp * 1000 - Date.now() - REFRESH_BEFORE_MS);
    return token;
  }

  async #heard({ origin, source, data }) {
    if (origin !== this.origin || !data?.type || !data.payload?.actionId) return;
    const { actionId, ...payload } = data.payload;
    const act = this.#actions[data.type];
    if (!act) return;
    const asking = [...this.frames.keys()].find((frame) => frame.contentWindow === source);
    const ok = (await act(payload, asking)) !== false;
    this.tell("response", { actionId, ok });
  }

  #actions = {
    notifyReady: async () => void (await Promise.all([...this.frames.keys()].map((frame) => this.#greet(frame)))),
    notification: (payload) => this.hands.toast(payload),
    redirect: ({ to, newContext }) => this.hands.redirect(to, newContext),
    updateRouting: ({ newRoute }) => this.hands.updateRouting(newRoute),
    refreshEntity: () => this.hands.refresh(),
    widgetResize: ({ height }, frame) => {
      if (!frame || !this.frames.get(frame)?.widget) return false;
      frame.style.height = `${Math.min(height, TALLEST)}px`;
      return true;
    },
    popupClose: () => {},
    formPayloadUpdate: () => {},
    requestPermissions: () => false,
  };
}
